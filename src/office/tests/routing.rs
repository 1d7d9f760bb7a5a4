//! Which ticket a mail belongs to, and what it may do there.

use super::*;
use crate::desk::application::{Period, Step};
use crate::desk::ticket::{Outcome as Closed, State};

#[test]
fn an_application_goes_its_way_to_the_credentials() {
    let mut house = House::open();
    let (ticket, sent) = house.applies("jo@example.net", "jo");
    assert_eq!(words(&sent), ["acknowledgement jo", "new-ticket anna"]);
    let verify = house.answer(only(&sent, "new-ticket"), "anna@agents.example", "#verify");
    let sent = house.gets("antrag", &verify);
    assert_eq!(words(&sent), ["verification jo", "receipt anna"]);
    let yes = house.answer(only(&sent, "verification"), "jo@example.net", "Yes, that was me.");
    let sent = house.gets("antrag", &yes);
    assert_eq!(words(&sent), ["credentials jo", "confirmed anna"]);
    let close = house.answer(only(&sent, "confirmed"), "anna@agents.example", "#close success");
    assert_eq!(words(&house.gets("antrag", &close)), ["receipt anna"]);
    let State::Closed { outcome: Closed::Success, .. } = house.ticket(ticket.number).state else {
        panic!()
    };
}

#[test]
fn what_goes_on_goes_on_for_ever() {
    let mut house = House::open();
    let mut numbers = Vec::new();
    let mail = house.mail("jo@example.net", "support@example.org", "Help", "Hello");
    let mut sent = house.gets("support", &mail);
    let acknowledged = sent.iter().position(|s| s.row.event == "acknowledgement").unwrap();
    let first = sent.remove(acknowledged);
    for _ in 0..3 {
        numbers.push(house.tickets().pop().unwrap().number);
        let close = house.answer(only(&sent, "new-ticket"), "anna@agents.example", "#close");
        house.gets("support", &close);
        house.later(Span::days(20));
        let again = house.answer(&first, "jo@example.net", "Once more");
        sent = house.gets("support", &again);
    }
    let last = house.tickets().pop().unwrap();
    assert_eq!(house.tickets().len(), 4);
    assert_eq!(last.continues, Some(numbers[2]));
    // An answer to the old thread is one of the new ticket's customer, proven as before.
    let more = house.answer(&first, "jo@example.net", "And more");
    let sent = house.gets("support", &more);
    assert_eq!(words(&sent), ["customer-answer anna"]);
    assert!(!sent[0].raw.contains("not proven"), "{}", sent[0].raw);
    assert_eq!(house.tickets().len(), 4);
}

#[test]
fn a_no_to_a_former_link_is_a_no() {
    let mut house = House::open();
    let (ticket, sent) = house.applies("jo@example.net", "jo");
    let mail = house.answer(only(&sent, "new-ticket"), "anna@agents.example", "#verify");
    let first = house.gets("antrag", &mail);
    let mail = house.answer(only(&first, "receipt"), "anna@agents.example", "#verify");
    house.gets("antrag", &mail);
    let no = house.answer(only(&first, "verification"), "jo@example.net", "I never applied.");
    assert_eq!(words(&house.gets("antrag", &no)), ["withdrawn anna"]);
    let application = house.ticket(ticket.number).application.unwrap();
    assert_eq!((application.step, application.link), (Step::Withdrawn, None));
}

#[test]
fn a_former_link_proves_nothing_to_somebody_else() {
    let mut house = House::open();
    let (ticket, sent) = house.applies("old@example.net", "jo");
    let mail = house.answer(only(&sent, "new-ticket"), "anna@agents.example", "#verify");
    let first = house.gets("antrag", &mail);
    let text = "#set email jo@example.net\n#verify";
    let mail = house.answer(only(&first, "receipt"), "anna@agents.example", text);
    assert!(words(&house.gets("antrag", &mail)).contains(&"verification jo".to_owned()));
    for word in ["Yes", "No"] {
        let answer = house.answer(only(&first, "verification"), "old@example.net", word);
        assert_eq!(words(&house.gets("antrag", &answer)), ["third-party anna"], "{word}");
    }
    let application = house.ticket(ticket.number).application.unwrap();
    assert_eq!(application.step, Step::VerificationSent);
}

#[test]
fn a_confirmation_ends_the_wait_for_it() {
    let mut house = House::open();
    let (ticket, sent) = house.applies("jo@example.net", "jo");
    let text = "#verify\n#pending 3d fail";
    let mail = house.answer(only(&sent, "new-ticket"), "anna@agents.example", text);
    let sent = house.gets("antrag", &mail);
    let yes = house.answer(only(&sent, "verification"), "jo@example.net", "Yes");
    house.gets("antrag", &yes);
    assert_eq!(house.ticket(ticket.number).state, State::Open);
}

#[test]
fn a_login_is_free_again_when_its_application_is_closed() {
    let mut house = House::open();
    let (_, sent) = house.applies("jo@example.net", "jo");
    let mail = house.answer(only(&sent, "new-ticket"), "anna@agents.example", "#verify");
    let sent = house.gets("antrag", &mail);
    let mail = house.answer(only(&sent, "receipt"), "anna@agents.example", "#close fail");
    house.gets("antrag", &mail);
    let (_, sent) = house.applies("jo@example.com", "jo");
    let mail = house.answer(only(&sent, "new-ticket"), "anna@agents.example", "#verify");
    assert_eq!(words(&house.gets("antrag", &mail)), ["verification jo", "receipt anna"]);
}

#[test]
fn an_answer_to_the_verification_that_is_no_yes_is_an_answer_all_the_same() {
    let mut house = House::open();
    let (ticket, sent) = house.applies("jo@example.net", "jo");
    let text = "#verify\n#pending 3d fail";
    let mail = house.answer(only(&sent, "new-ticket"), "anna@agents.example", text);
    let sent = house.gets("antrag", &mail);
    house.later(Span::days(1));
    let maybe = "Yes, but please with login jo2.";
    let answer = house.answer(only(&sent, "verification"), "jo@example.net", maybe);
    assert_eq!(words(&house.gets("antrag", &answer)), ["customer-answer anna"]);
    let after = house.ticket(ticket.number);
    assert_eq!(after.state, State::Open);
    let period = after.application.unwrap().period;
    assert_eq!(period, Period::Since { from: house.now, reminded: true });

    let close = house.answer(only(&sent, "receipt"), "anna@agents.example", "#close fail");
    house.gets("antrag", &close);
    let yes = house.answer(only(&sent, "verification"), "jo@example.net", "Yes");
    assert_eq!(words(&house.gets("antrag", &yes)), ["customer-answer anna"]);
    let after = house.ticket(ticket.number);
    assert_eq!((after.state, after.owner()), (State::Open, Some(house.anna.id)));
}

#[test]
fn a_close_that_waited_for_an_account_that_failed_is_told() {
    let mut house = House::open();
    let (ticket, sent) = house.applies("jo@example.net", "jo");
    let text = "#confirm\n#close";
    let mail = house.answer(only(&sent, "new-ticket"), "anna@agents.example", text);
    house.takes_in("antrag", &mail);
    house.damages("UPDATE account_jobs SET sealed_password = NULL");
    let sent = house.sent();
    let failed = sent.iter().find(|s| s.row.event == "account-failed").unwrap();
    assert!(failed.raw.contains("the ticket stays open"), "{}", failed.raw);
    assert_eq!(house.ticket(ticket.number).state, State::Open);
}

#[test]
fn a_moved_application_is_offered_what_its_queue_can_do() {
    let mut house = House::open();
    house.jens();
    house.sent();
    let (_, sent) = house.applies("jo@example.net", "jo");
    let to_anna = sent.iter().find(|s| s.row.agent == Some(house.anna.id)).unwrap();
    let mail = house.answer(to_anna, "anna@agents.example", "#queue support");
    let sent = house.gets("antrag", &mail);
    let moved = only(&sent, "moved");
    assert!(!moved.raw.contains("#verify") && moved.raw.contains("#close success"));
}

#[test]
fn the_same_words_without_date_and_message_id_are_the_same_mail_for_a_day() {
    let mut house = House::open();
    let mail = "From: jo@example.net\nTo: support@example.org\nSubject: Call me\n\nPlease.\n";
    house.takes_in("support", mail);
    house.later(Span::hours(23));
    house.takes_in("support", mail);
    assert_eq!(house.tickets().len(), 1);
    house.later(Span::days(2));
    house.takes_in("support", mail);
    assert_eq!(house.tickets().len(), 2);
}

#[test]
fn what_is_typed_beside_a_yes_stays_inside() {
    let mut house = House::open();
    let (ticket, sent) = house.applies("jo@example.net", "jo");
    let text = "#priority 2\nHello Jo, welcome.";
    let mail = house.answer(only(&sent, "new-ticket"), "anna@agents.example", text);
    let sent = house.gets("antrag", &mail);
    let yes = house.answer(only(&sent, "receipt"), "anna@agents.example", "#yes\nI know Jo.");
    let sent = house.gets("antrag", &yes);
    assert!(!only(&sent, "reply").raw.contains("I know Jo"));
    let notes = house.office.store.articles(ticket.id).unwrap();
    assert!(notes.iter().any(|stored| stored.article.text == "I know Jo."));
}

#[test]
fn yes_to_a_held_reply_sends_it() {
    let mut house = House::open();
    let jens = house.jens();
    house.sent();
    let (_, sent) = house.applies("jo@example.net", "jo");
    let lock = house.answer(
        sent.iter().find(|s| s.row.agent == Some(jens.id)).unwrap(),
        "jens@agents.example",
        "#lock",
    );
    house.gets("antrag", &lock);
    let to_anna = sent.iter().find(|s| s.row.agent == Some(house.anna.id)).unwrap();
    let reply = house.answer(to_anna, "anna@agents.example", "Hello Jo, welcome.");
    let held = house.gets("antrag", &reply);
    let yes = house.answer(only(&held, "held"), "anna@agents.example", "yes");
    assert_eq!(words(&house.gets("antrag", &yes)), ["reply jo", "receipt anna", "taken jens"]);
}

#[test]
fn a_long_closed_application_is_reopened_without_a_letter_that_its_time_is_up() {
    let mut house = House::open();
    let (ticket, sent) = house.applies("jo@example.net", "jo");
    let mail = house.answer(only(&sent, "new-ticket"), "anna@agents.example", "#verify");
    let sent = house.gets("antrag", &mail);
    let close = house.answer(only(&sent, "receipt"), "anna@agents.example", "#close fail quiet");
    let closed = house.gets("antrag", &close);
    house.later(Span::days(10));
    let reopen = house.answer(only(&closed, "receipt"), "anna@agents.example", "#reopen");
    assert_eq!(words(&house.gets("antrag", &reopen)), ["receipt anna"]);
    assert_eq!(words(&house.falls_due()), [""; 0]);
    assert_eq!(house.ticket(ticket.number).application.unwrap().step, Step::Expired);
}

#[test]
fn an_agent_who_was_added_a_moment_ago_is_told_of_the_next_mail() {
    let mut house = House::open();
    let mut beside = Office::open(&house.config, house.now).unwrap();
    let jens = Agent {
        name: "jens".into(),
        addresses: vec![Address::parse("jens@agents.example").unwrap()],
        ..house.anna.clone()
    };
    beside.add_agent(jens, house.now).unwrap();
    let (_, sent) = house.applies("jo@example.net", "jo");
    assert!(words(&sent).contains(&"new-ticket jens".to_owned()), "{:?}", words(&sent));
}
