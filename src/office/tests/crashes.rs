//! What fails takes nothing else with it, and what was seen is recognised.

use super::*;
use crate::desk::application::Step;
use crate::store::OutgoingState;

/// Two applications, the ticket of the first one damaged.
fn with_a_damaged_ticket() -> (House, Ticket, Ticket) {
    let mut house = House::open();
    let (bad, _) = house.applies("jo@example.net", "jo");
    let (good, _) = house.applies("al@example.net", "al");
    house.damages(&format!("UPDATE tickets SET body = '{{}}' WHERE id = {}", bad.id.0));
    (house, bad, good)
}

#[test]
fn a_damaged_ticket_holds_up_no_other_deadline() {
    let (mut house, ..) = with_a_damaged_ticket();
    house.later(Span::days(3));
    assert_eq!(words(&house.falls_due()), ["escalated anna", "confirm-reminder al"][..1]);
    // It is looked at again later, not at every turn.
    assert_eq!(house.office.fall_due(house.now).unwrap(), 0);
    house.later(Span::hours(1));
    assert_eq!(house.office.fall_due(house.now).unwrap(), 1);
}

#[test]
fn a_result_that_nothing_can_follow_from_is_noted_all_the_same() {
    let mut house = House::open();
    let (_, jo) = house.applies("jo@example.net", "jo");
    let (_, al) = house.applies("al@example.net", "al");
    for sent in [jo, al] {
        let mail = house.answer(only(&sent, "new-ticket"), "anna@agents.example", "#verify");
        house.takes_in("antrag", &mail);
    }
    let waiting = house.waiting();
    let id_to = |to: &str| {
        let found = waiting.iter().find(|handover| handover.recipient.local() == to).unwrap();
        OutgoingId(u32::try_from(found.id).unwrap())
    };
    let (bad, good) = (id_to("jo"), id_to("al"));
    house.damages("UPDATE tickets SET body = '{}' WHERE id = 1");
    let (status, text) = ("5.1.1".to_owned(), "no such user".to_owned());
    let refused = Outcome::Refused { code: "550".into(), status, text };
    let results = [(bad, refused), (good, Outcome::Accepted)];
    house.office.handed_over(&results, house.now).unwrap();
    let state = |id| house.office.store.outgoing_row(id).unwrap().unwrap().state;
    assert_eq!((state(bad), state(good)), (OutgoingState::Failed, OutgoingState::Sent));
}

/// An application that is confirmed; the order waits.
fn confirmed(house: &mut House) -> Ticket {
    let (ticket, sent) = house.applies("jo@example.net", "jo");
    let mail = house.answer(only(&sent, "new-ticket"), "anna@agents.example", "#confirm");
    house.takes_in("antrag", &mail);
    ticket
}

#[test]
fn a_letter_whose_seal_is_broken_is_given_up_and_holds_up_no_other() {
    let mut house = House::open();
    let ticket = confirmed(&mut house);
    house.orders();
    house.damages("UPDATE outgoing SET sealed = x'00' WHERE sealed IS NOT NULL");
    let sent = house.sent();
    assert_eq!(
        words(&sent),
        ["receipt anna", "confirmed anna", "bounce anna", "bounce postmaster"]
    );
    assert_eq!(house.ticket(ticket.number).application.unwrap().step, Step::CredentialsBounced);
}

#[test]
fn an_order_that_cannot_be_carried_out_is_given_up_and_holds_up_no_other() {
    let mut house = House::open();
    let ticket = confirmed(&mut house);
    house.damages("UPDATE account_jobs SET sealed_password = x'00'");
    let (other, sent) = house.applies("al@example.net", "al");
    assert!(words(&sent).contains(&"account-failed anna".to_owned()), "{:?}", words(&sent));
    let mail = house.answer(only(&sent, "new-ticket"), "anna@agents.example", "#confirm");
    house.gets("antrag", &mail);
    assert_eq!(house.ticket(other.number).application.unwrap().step, Step::CredentialsSent);
    let application = house.ticket(ticket.number).application.unwrap();
    assert_eq!((application.step, application.confirmed), (Step::Confirmed, None));
}

#[test]
fn an_order_on_a_damaged_ticket_is_tried_once() {
    let mut house = House::open();
    let ticket = confirmed(&mut house);
    house.damages(&format!("UPDATE tickets SET body = '{{}}' WHERE id = {}", ticket.id.0));
    house.orders();
    assert_eq!(house.office.due_orders(house.now).unwrap().len(), 0);
    assert!(house.office.store.account("jo").unwrap().is_none());
}

#[test]
fn an_agent_who_was_disabled_while_nobody_looked_loses_the_tickets() {
    let mut house = House::open();
    let jens = house.jens();
    house.sent();
    let (ticket, sent) = house.applies("jo@example.net", "jo");
    let to_jens = sent.iter().find(|s| s.row.agent == Some(jens.id)).unwrap();
    let lock = house.answer(to_jens, "jens@agents.example", "#lock");
    house.gets("antrag", &lock);
    let now = house.now;
    house.office.store.transaction(|tx| tx.disable_agent(jens.id, now)).unwrap();
    // The daemon begins: nothing has changed since, but what was before was not looked at.
    let mut office = Office::open(&house.config, house.now).unwrap();
    assert!(office.look_again(house.now).unwrap());
    assert!(!office.look_again(house.now).unwrap());
    assert_eq!(house.ticket(ticket.number).owner(), None);
}

#[test]
fn what_is_in_quarantine_goes_there_again() {
    let mut house = House::open();
    let mut arrival = house.arrival("antrag", "From: jo@example.net\n\nHello\n");
    arrival.understood = Err("1001 parts".into());
    for _ in 0..2 {
        let done = house.office.take_in(std::slice::from_ref(&arrival), house.now).unwrap();
        assert_eq!(done[0].1, Disposal::Quarantine);
    }
    assert_eq!(words(&house.sent()), ["quarantine postmaster"]);
}

#[test]
fn a_mail_that_is_none_is_in_quarantine_and_the_postmaster_knows() {
    let mut house = House::open();
    assert_eq!(house.takes_in("antrag", "\n\nno header at all\n"), Disposal::Quarantine);
    assert_eq!(words(&house.sent()), ["quarantine postmaster"]);
    assert_eq!(house.tickets().len(), 0);
}

#[test]
fn a_mail_on_a_damaged_ticket_is_in_quarantine_and_is_handled_anew_alone() {
    let (mut house, bad, good) = with_a_damaged_ticket();
    let tag = |t: &Ticket| format!("Re: [Ticket#{}] x", t.number);
    let to_bad = house.mail("jo@example.net", "antrag@example.org", &tag(&bad), "Hello");
    let to_good = house.mail("al@example.net", "antrag@example.org", &tag(&good), "Hello");
    let batch = [house.arrival("antrag", &to_bad), house.arrival("antrag", &to_good)];
    let done = house.office.take_in(&batch, house.now).unwrap();
    assert_eq!(done[0].1, Disposal::Quarantine);
    assert_eq!(done[1].1, Disposal::Processed);
    let sent = house.sent();
    assert_eq!(words(&sent), ["quarantine postmaster", "customer-answer anna"]);
    let first = house.office.store.quarantine().unwrap()[0].message;
    house.office.store.transaction(|tx| tx.retry_quarantined(first)).unwrap();
    let config = house.config.clone();
    assert_eq!(house.office.retry_quarantined(&config, house.now).unwrap(), 1);
    assert!(!house.office.store.quarantine().unwrap()[0].retry, "it waits for a person again");
}

#[test]
fn a_clock_that_was_wrong_delays_no_mail() {
    let mut house = House::open();
    house.applies("jo@example.net", "jo");
    let right = house.now;
    house.later(Span::days(365));
    let unrelated = house.mail("al@example.net", "support@example.org", "Hi", "Hello");
    house.gets("support", &unrelated);
    house.now = right.plus(Span::hours(1));
    let sent = house.falls_due();
    assert!(words(&sent).contains(&"escalated anna".to_owned()), "{:?}", words(&sent));
}

#[test]
fn a_shorter_period_counts_from_the_next_start_on() {
    let mut house = House::open();
    house.applies("jo@example.net", "jo");
    let shorter =
        CONFIG.replace("kind = \"application\"", "kind = \"application\"\nescalate_after = \"1h\"");
    let folder = house.config.store.path.parent().unwrap();
    let config = Config::read(&shorter, Path::new("postamt.toml"), folder).unwrap();
    house.office = Office::open(&config, house.now).unwrap();
    house.office.put_deadlines_right().unwrap();
    house.later(Span::hours(1));
    assert_eq!(words(&house.falls_due()), ["escalated anna"]);
}
