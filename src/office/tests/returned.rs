//! Mails that come back over days: time is a value.

use super::*;
use crate::desk::reach::Reach;
use crate::desk::ticket::State;
use crate::store::OutgoingId;

/// No server takes what waits for this address.
fn refuses(house: &mut House, address: &str) -> usize {
    let waiting = house.waiting();
    let theirs: Vec<OutgoingId> = waiting
        .iter()
        .filter(|mail| mail.recipient.as_str() == address)
        .map(|mail| OutgoingId(u32::try_from(mail.id).unwrap()))
        .collect();
    let refused = Outcome::Refused {
        code: "550".into(),
        status: "5.2.2".into(),
        text: "5.2.2 mailbox full".into(),
    };
    let results: Vec<_> = theirs.iter().map(|id| (*id, refused.clone())).collect();
    house.office.handed_over(&results, house.now).unwrap();
    results.len()
}

fn reach(house: &House, agent: &Agent) -> Reach {
    house.office.store.agent(agent.id).unwrap().unwrap().reach
}

fn asks(house: &mut House, subject: &str) {
    let mail = house.mail("sue@example.net", "support@example.org", subject, "Hello");
    house.takes_in("support", &mail);
}

#[test]
fn an_agent_whose_mail_comes_back_on_two_days_is_mailed_no_more_until_they_write() {
    let mut house = House::open();
    let jens = house.jens();
    house.sent();
    asks(&mut house, "One");
    let sent = house.sent();
    let news = sent.iter().find(|s| s.row.recipient.local() == "jens").unwrap();
    let lock = house.answer(news, "jens@agents.example", "#lock");
    house.gets("support", &lock);

    house.later(Span::minutes(1));
    asks(&mut house, "Two");
    assert_eq!(refuses(&mut house, "jens@agents.example"), 1);
    house.sent();
    assert_eq!(reach(&house, &jens), Reach::Bounced(house.now));
    house.later(Span::days(1));
    asks(&mut house, "Three");
    refuses(&mut house, "jens@agents.example");
    assert_eq!(reach(&house, &jens), Reach::Lost(house.now));
    assert!(words(&house.sent()).contains(&"agent-lost admin".to_owned()));

    // His ticket is free, and nobody but Anna is told of it or of what comes next.
    house.office.look_again(house.now).unwrap();
    assert_eq!(words(&house.sent()), ["released anna"]);
    assert!(house.tickets().iter().all(|ticket| ticket.owner().is_none()));
    asks(&mut house, "Four");
    let told = words(&house.sent());
    assert!(told.contains(&"new-ticket anna".to_owned()), "{told:?}");
    assert!(!told.iter().any(|word| word.ends_with(" jens")), "{told:?}");

    let back = house.answer(news, "jens@agents.example", "#lock");
    house.gets("support", &back);
    assert_eq!(reach(&house, &jens), Reach::Reached);
    asks(&mut house, "Five");
    assert!(words(&house.sent()).contains(&"new-ticket jens".to_owned()));
}

#[test]
fn a_forged_mail_brings_no_agent_back() {
    let mut house = House::open();
    let jens = house.jens();
    house.sent();
    for day in 0..2 {
        asks(&mut house, &format!("Day {day}"));
        refuses(&mut house, "jens@agents.example");
        house.later(Span::days(1));
    }
    house.sent();
    let number = house.tickets()[0].number;
    let subject = format!("Re: [Ticket#{number}]");
    let forged = house.mail("jens@agents.example", "support@example.org", &subject, "#lock");
    house.gets("support", &forged);
    assert!(reach(&house, &jens).is_lost());
}

#[test]
fn the_last_one_whom_mail_reaches_stays() {
    let mut house = House::open();
    let anna = house.anna.clone();
    for day in 0..3 {
        asks(&mut house, &format!("Day {day}"));
        refuses(&mut house, "anna@agents.example");
        house.sent();
        house.later(Span::days(1));
    }
    assert!(!reach(&house, &anna).is_lost());
}

#[test]
fn a_bounce_that_no_server_writes_so_late_does_nothing() {
    let mut house = House::open();
    let (ticket, sent) = house.applies("jo@example.net", "jo");
    let verify = house.answer(only(&sent, "new-ticket"), "anna@agents.example", "#verify");
    let sent = house.gets("antrag", &verify);
    let letter = &only(&sent, "verification").row;
    let bounce = |house: &mut House| {
        let to = letter.envelope_sender.clone().unwrap();
        let text = "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: \
                    rfc822; jo@example.net\nAction: failed\nStatus: 5.1.1\n\n--b--";
        let mail = house.mail("MAILER-DAEMON@example.net", to.as_str(), "Undelivered", text);
        let kind = "multipart/report; report-type=delivery-status; boundary=b";
        format!("MIME-Version: 1.0\nContent-Type: {kind}\n{mail}")
    };
    house.later(Span::days(14));
    let late = bounce(&mut house);
    assert_eq!(words(&house.gets("bounces", &late)), Vec::<String>::new());
    assert_eq!(house.ticket(ticket.number).application.unwrap().undeliverable, None);
    house.now = Timestamp(house.now.0 - 1);
    let in_time = bounce(&mut house);
    assert_eq!(words(&house.gets("bounces", &in_time)), ["bounce anna"]);
    assert_eq!(house.ticket(ticket.number).state, State::Open);
}
