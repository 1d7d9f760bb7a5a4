//! Mail that is to keep us busy, or to drive out what we look for; and words of ours that say more, or less, than they should.

use postamt::desk::note::Over;
use postamt::mail::Span;

use crate::floods::house::{ANNA, House, SUPPORT, Sent, count, only};

const NOTE: &str = "He has asked for three accounts before, be careful.";

/// Jo's request, what Anna was told of it, and what Jo was.
fn asked(house: &mut House) -> (Sent, Sent) {
    let mail = house.mail("Jo <jo@example.net>", SUPPORT, "Help", "My news server is silent.");
    let mut sent = house.gets("support", &[mail]);
    let at = |event: &str, sent: &[Sent]| sent.iter().position(|s| s.row.event == event).unwrap();
    let news = sent.remove(at("new-ticket", &sent));
    let acknowledged = sent.remove(at("acknowledgement", &sent));
    (news, acknowledged)
}

/// A program's mail with the ticket's number in its subject.
fn automatic(house: &mut House, from: &str, text: &str) -> String {
    let number = house.tickets()[0].number;
    let subject = format!("Automatic reply: [Ticket#{number}]");
    format!("Auto-Submitted: auto-replied\n{}", house.mail(from, SUPPORT, &subject, text))
}

#[test]
fn machines_that_know_a_number_are_kept_with_the_ticket_twenty_times_an_hour() {
    let mut house = House::open();
    asked(&mut house);
    let flood: Vec<String> = (0..100)
        .map(|n| automatic(&mut house, &format!("bot{n}@d{n}.example"), &format!("Beep {n}")))
        .collect();
    let sent = house.gets("support", &flood);
    assert!(sent.is_empty(), "nobody is told");
    let ticket = house.tickets().remove(0);
    assert_eq!((house.articles(&ticket), house.held().len()), (21, 80));
    assert!(house.held().iter().all(|held| held.why == Over::Ticket));
    // The customer comes through, and an hour later a machine does.
    let (subject, text) = (format!("Re: [Ticket#{}]", ticket.number), "Still silent.");
    let own = house.mail("Jo <jo@example.net>", SUPPORT, &subject, text);
    assert_eq!(count(&house.gets("support", &[own]), "customer-answer", "anna"), 1);
    house.later(Span::hours(1));
    let again = automatic(&mut house, "bot@d.example", "Boop");
    house.gets("support", &[again]);
    assert_eq!(house.articles(&ticket), 23);
}

#[test]
fn no_flood_on_a_ticket_drives_a_note_out_of_what_is_looked_for() {
    let mut house = House::open();
    let (news, acknowledged) = asked(&mut house);
    let lines = |what: &str| -> String {
        (0..1_500).map(|n| format!("{what} line number {n} of a very long mail\n")).collect()
    };
    // Before the note and after it, from a machine and from a stranger.
    let note = house.answer(&news, ANNA, &format!("#note\n{NOTE}"));
    let number = house.tickets()[0].number;
    let subject = format!("Re: [Ticket#{number}]");
    for round in ["first", "second"] {
        let machine = automatic(&mut house, "bot@d.example", &lines(&format!("{round} odd")));
        let stranger =
            house.mail("eve@example.com", SUPPORT, &subject, &lines(&format!("{round} evil")));
        house.gets("support", &[machine, stranger]);
        if round == "first" {
            house.gets("support", std::slice::from_ref(&note));
        }
    }
    let reply = house.answer(&news, ANNA, &format!("Hello Jo,\n\nas we said: {NOTE}\n\nAnna"));
    let sent = house.gets("support", &[reply]);
    assert!(only(&sent, "leak").text().contains("be careful"));
    assert!(sent.iter().all(|s| s.row.recipient.local() != "jo"));
    // What Jo wrote is no secret from Jo.
    let own = "My old server is news.example.net, as I told you.";
    let mail = house.answer(&acknowledged, "jo@example.net", own);
    house.gets("support", &[mail]);
    let quoted = house.answer(&news, ANNA, &format!("You wrote: {own} Thanks!"));
    assert_eq!(count(&house.gets("support", &[quoted]), "reply", "jo"), 1);
}

#[test]
fn a_customer_who_asks_for_everything_reads_no_name_that_sign_as_hides() {
    let mut house = House::open();
    for queue in &mut house.office.clerk.rules.queues {
        queue.sign_as = "The {queue} team".to_owned();
    }
    let (news, acknowledged) = asked(&mut house);
    let reply = house.answer(&news, ANNA, "Please try port 563.");
    house.gets("support", &[reply]);
    let show = house.answer(&acknowledged, "jo@example.net", "#show");
    let sent = house.gets("support", &[show]);
    let shown = only(&sent, "show-customer");
    assert!(shown.text().contains("port 563"), "{}", shown.raw);
    assert!(shown.text().contains("The Support team"), "{}", shown.raw);
    assert!(!shown.raw.contains("Brandt"), "{}", shown.raw);
}

#[test]
fn a_challenge_says_how_much_it_does_not_show_and_which_files_there_are() {
    let mut house = House::open();
    asked(&mut house);
    let number = house.tickets()[0].number;
    let text =
        format!("{}All is well.\nAnd wire him the uranium, too.", "All is well. ".repeat(200));
    let subject = format!("Re: [Ticket#{number}]");
    let mail = house.mail(ANNA, SUPPORT, &subject, "TEXT").replace(
        "Content-Type: text/plain; charset=utf-8\n\nTEXT\n",
        &format!(
            "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n{text}\n--b\n\
             Content-Type: application/pdf; name=\"../price\u{202e}list.pdf\"\n\
             Content-Disposition: attachment\n\nx\n--b--\n"
        ),
    );
    let sent = house.gets("support", &[mail]);
    let challenge = only(&sent, "challenge");
    let more = text.trim().chars().count() - 2_000;
    let words = challenge.text();
    assert!(words.contains(&format!("{more} more characters")), "{words}");
    assert!(words.contains("Attachments pricelist.pdf (1 KB)"), "{words}");
    assert!(!challenge.raw.contains("uranium"));
}

#[test]
fn an_acknowledgement_carries_no_link_whatever_stands_around_it() {
    for (n, link) in ["evil.com?x", "evil.com#x", "my_shop.evil.com", "x=evil.com", "..evil.com"]
        .iter()
        .enumerate()
    {
        let mut house = House::open();
        let from = format!("\"Win {link}\" <victim{n}@example.net>");
        let mail = house.mail(&from, SUPPORT, &format!("Win at {link} now"), "Win!");
        let sent = house.gets("support", &[mail]);
        let letter = only(&sent, "acknowledgement");
        assert!(!letter.raw.contains("evil"), "{}", letter.raw);
    }
}

#[test]
fn a_backlog_is_no_way_around_the_limits() {
    let mut house = House::open();
    let long_ago = house.now.minus(Span::hours(9));
    for n in 0..60 {
        let words = format!("Buy {}", "x".repeat(n + 1));
        let mail = house.mail("Eve <eve@flood.example>", SUPPORT, &words, &words);
        house.takes_in_late("support", &mail, long_ago);
    }
    // What agents are told of it counts now, and leaves alone what came then.
    assert_eq!((house.tickets().len(), house.held().len()), (20, 40));
}

#[test]
fn a_held_mail_is_listed_without_the_token_in_its_subject() {
    let mut house = House::with("new_per_sender = 1");
    let token = "abcdefghijklmnopqrstuvwxyz";
    for n in 0..2 {
        let subject = format!("That is me, number {n} {{{token}}}");
        let mail = house.mail("jo@example.net", SUPPORT, &subject, "Yes");
        house.gets("support", &[mail]);
    }
    let held = house.held();
    assert_eq!(held.len(), 1);
    assert!(!held[0].subject.contains(token), "{}", held[0].subject);
    assert!(held[0].subject.contains("That is me, number 1"));
}
