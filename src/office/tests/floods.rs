//! What is no flood is let in, what was held by mistake ends, and the postmaster hears once a day.

use super::*;
use crate::desk::note::Note;
use crate::store::Counted;

/// What the turn does about floods.
fn turns(house: &mut House) -> Vec<Sent> {
    let now = house.now;
    house.office.release_held(&house.config, now).unwrap();
    house.office.tell_of_held(now).unwrap();
    house.office.summarise(now).unwrap();
    house.office.postmasters_digest(&house.config, now).unwrap();
    house.sent()
}

#[test]
fn what_waited_for_us_all_night_is_no_flood() {
    let mut house = House::open();
    let mut batch = Vec::new();
    for hour in 0..3 {
        for n in 0..15 {
            let mail =
                house.mail("jo@example.net", "support@example.org", "Help", &format!("{hour} {n}"));
            let mut arrival = house.arrival("support", &mail);
            arrival.received_at = NOON.minus(Span::hours(9 - 2 * hour));
            batch.push(arrival);
        }
    }
    house.office.take_in(&batch, NOON).unwrap();
    assert_eq!(house.tickets().len(), 45);
}

#[test]
fn what_lay_there_before_the_first_look_is_no_flood() {
    let mut house = House::open();
    let mut batch = Vec::new();
    for n in 0..30 {
        let mail = house.mail("jo@example.net", "support@example.org", "Help", &n.to_string());
        let mut arrival = house.arrival("support", &mail);
        arrival.is_old = true;
        batch.push(arrival);
    }
    house.office.take_in(&batch, NOON).unwrap();
    assert_eq!(house.tickets().len(), 30);
}

#[test]
fn a_ticket_opened_again_ends_what_spam_began() {
    let mut house = House::open();
    let mail = house.mail("sue@example.net", "support@example.org", "Help", "Help!");
    let sent = house.gets("support", &mail);
    let news = only(&sent, "new-ticket");
    let spam = house.answer(news, "anna@agents.example", "#spam");
    house.gets("support", &spam);
    let again = house.mail("sue@example.net", "support@example.org", "Again", "Anybody?");
    assert!(house.gets("support", &again).is_empty());
    assert_eq!(house.office.store.held_count().unwrap(), 1);
    let reopen = house.answer(news, "anna@agents.example", "#reopen");
    house.gets("support", &reopen);
    let again = house.mail("sue@example.net", "support@example.org", "Again", "Hello?");
    assert!(words(&house.gets("support", &again)).contains(&"new-ticket anna".to_owned()));
}

#[test]
fn the_digest_comes_at_eight_once_and_only_with_news() {
    let mut house = House::open();
    let eight = |days: i64| Timestamp(1_795_503_600 + days * 86_400); // 2026-11-24 08:00 in Berlin
    turns(&mut house);
    let note = Note::Quarantined { mailbox: "antrag".into() };
    let now = house.now;
    house.office.store.transaction(|tx| tx.add_postmaster_line(now, &note)).unwrap();
    for (at, digests) in [
        (Timestamp(eight(0).0 - 1), 0),
        (eight(0), 1),
        (Timestamp(eight(0).0 + 1), 0),
        (eight(1), 0),
    ] {
        house.now = at;
        assert_eq!(turns(&mut house).len(), digests, "{at:?}");
    }
    // The daemon was down at eight; then the clock was a year ahead, and is right again.
    house.office.store.transaction(|tx| tx.add_postmaster_line(now, &note)).unwrap();
    house.now = Timestamp(eight(2).0 + 7_200);
    assert_eq!(words(&turns(&mut house)), ["bounce-digest postmaster"]);
    house.now = eight(367);
    turns(&mut house);
    house.now = eight(4);
    house.office.store.transaction(|tx| tx.add_postmaster_line(now, &note)).unwrap();
    turns(&mut house);
    house.now = eight(5);
    assert_eq!(words(&turns(&mut house)), ["bounce-digest postmaster"]);
}

#[test]
fn where_a_queue_has_no_agents_the_postmaster_is_told_of_held_mail() {
    let mut house = House::open();
    let anna = house.anna.id;
    for n in 0..25 {
        let mail =
            house.mail("eve@example.net", "support@example.org", &format!("Buy {n}"), "Buy!");
        house.takes_in("support", &mail);
    }
    house.sent();
    let now = house.now;
    house.office.store.transaction(|tx| tx.disable_agent(anna, now)).unwrap();
    house.office.clerk.rules.agents = house.office.store.agents().unwrap();
    house.later(Span::minutes(6));
    assert_eq!(words(&turns(&mut house)), ["held-mails postmaster"]);
    assert_eq!(house.office.store.recently(Counted::HeldNotice, "support", house.now).unwrap(), 1);
}

#[test]
fn our_own_headers_in_a_mail_to_nobody_are_not_passed_on() {
    let mut house = House::open();
    let mail = house.mail("eve@example.net", "bounces@example.org", "Hello", "Hi");
    let sent = house.gets("bounces", &format!("X-Postamt-Event: confirmed\n{mail}"));
    let passed = only(&sent, "passed-on");
    assert!(!passed.raw.contains("X-Postamt") && passed.raw.contains("Hi"), "{}", passed.raw);
}
