//! What forged, stray and hostile mail can not do.

use super::*;
use crate::desk::application::Step;
use crate::desk::ticket::State;

#[test]
fn a_mail_full_of_commands_gets_one_answer() {
    let mut house = House::open();
    let (ticket, _) = house.applies("jo@example.net", "jo");
    let subject = format!("[Ticket#{}]", ticket.number);
    let text = "#status\n".repeat(200);
    let mail = house.mail("jo@example.net", "antrag@example.org", &subject, &text);
    assert_eq!(words(&house.gets("antrag", &mail)), ["status jo"]);
}

#[test]
fn a_stranger_does_not_get_hold_of_an_old_thread() {
    let mut house = House::open();
    let (ticket, sent) = house.applies("jo@example.net", "jo");
    let close = house.answer(only(&sent, "new-ticket"), "anna@agents.example", "#close fail");
    house.gets("antrag", &close);
    house.later(Span::days(30));
    let subject = format!("Re: [Ticket#{}]", ticket.number);
    let stray = house.mail("eve@example.com", "antrag@example.org", &subject, "Hello");
    assert_eq!(words(&house.gets("antrag", &stray)), ["third-party anna"]);
    assert_eq!(house.tickets().len(), 1);

    let again = house.answer(only(&sent, "acknowledgement"), "jo@example.net", "And now?");
    assert_eq!(words(&house.gets("antrag", &again)), ["acknowledgement jo", "new-ticket anna"]);
    let new = house.tickets().pop().unwrap();
    assert_eq!(new.continues, Some(ticket.number));
    assert_eq!(new.customer.unwrap().address.as_str(), "jo@example.net");
}

#[test]
fn a_late_bounce_of_a_former_address_suspends_nobody() {
    let mut house = House::open();
    let (ticket, sent) = house.applies("typo@example.net", "jo");
    let news = only(&sent, "new-ticket");
    let mail = house.answer(news, "anna@agents.example", "#verify");
    let sent = house.gets("antrag", &mail);
    let bounces = only(&sent, "verification").row.envelope_sender.clone().unwrap();
    let text = "#set email jo@example.net\n#confirm";
    let mail = house.answer(only(&sent, "receipt"), "anna@agents.example", text);
    assert!(words(&house.gets("antrag", &mail)).contains(&"credentials jo".to_owned()));

    let bounce =
        house.mail("MAILER-DAEMON@mx.example.net", bounces.as_str(), "Undelivered Mail", "");
    let bounce =
        bounce.replace("Return-Path: <MAILER-DAEMON@mx.example.net>", "Return-Path: <>") + "\n";
    let bounce = bounce.replacen(
        "\n\n",
        "\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\nno\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\nFinal-Recipient: rfc822; typo@example.net\nAction: failed\nStatus: 5.1.1\n--b--\n",
        1,
    );
    house.gets("bounces", &bounce);
    assert_eq!(house.ticket(ticket.number).application.unwrap().step, Step::CredentialsSent);
    assert!(house.office.store.account("jo").unwrap().unwrap().active);
}

#[test]
fn a_withdrawal_while_the_account_is_being_made_is_shown_and_promises_nothing() {
    let mut house = House::open();
    let (ticket, sent) = house.applies("jo@example.net", "jo");
    let mail = house.answer(only(&sent, "new-ticket"), "anna@agents.example", "#confirm");
    house.takes_in("antrag", &mail);
    let no = house.answer(only(&sent, "acknowledgement"), "jo@example.net", "#withdraw");
    house.takes_in("antrag", &no);
    let sent = house.sent();
    assert!(!words(&sent).contains(&"withdrawn-customer jo".to_owned()), "{:?}", words(&sent));
    assert_eq!(house.ticket(ticket.number).application.unwrap().step, Step::CredentialsSent);
}

#[test]
fn a_signature_or_an_enclosed_notification_of_an_agent_is_not_passed_on() {
    let mut house = House::open();
    let (_, sent) = house.applies("jo@example.net", "jo");
    let news = only(&sent, "new-ticket");
    let plain = house.answer(news, "anna@agents.example", "");
    let (headers, _) = plain.split_once("\n\n").unwrap();
    let part = |kind: &str, name: &str, content: &str| {
        format!(
            "--b\nContent-Type: {kind}; name=\"{name}\"\nContent-Disposition: attachment; filename=\"{name}\"\n\n{content}\n"
        )
    };
    let mail = |text: &str| {
        format!(
            "{headers}\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n{text}\n{}{}{}--b--\n",
            part("application/pkcs7-signature", "smime.p7s", "anna@agents.example"),
            part("message/rfc822", "news.eml", &news.raw),
            part("text/plain", "howto.txt", "Do this."),
        )
    };
    for (text, letter) in
        [("Hello Jo", "reply"), ("#verify\nHello Jo", "verification"), ("#ask", "question")]
    {
        let sent = house.gets("antrag", &mail(text));
        let names: Vec<&str> =
            only(&sent, letter).mail.attachments.iter().map(|a| a.name.as_str()).collect();
        assert_eq!(names, ["howto.txt"], "{letter}");
    }
}

#[test]
fn a_reply_address_that_an_agent_typed_goes_to_nobody() {
    let mut house = House::open();
    let (_, sent) = house.applies("jo@example.net", "jo");
    let news = only(&sent, "new-ticket");
    let token_address = news.mail.reply_to[0].address.to_string();
    let token = token_address.split(['+', '@']).nth(1).unwrap().to_owned();
    for text in [format!("Write to {token_address}"), format!("#verify\n<mailto:{token_address}>")]
    {
        let mail = house.answer(news, "anna@agents.example", &text);
        for sent in house.gets("antrag", &mail) {
            assert!(sent.row.agent.is_some() || !sent.raw.contains(&token), "{}", sent.raw);
        }
    }
}

#[test]
fn a_ticket_of_a_queue_that_is_configured_no_more_is_not_forgotten() {
    let mut house = House::open();
    let hello = house.mail("jo@example.net", "support@example.org", "Help", "Hello");
    let sent = house.gets("support", &hello);
    let number = house.tickets()[0].number;
    let sections = CONFIG.split_inclusive("\n[[");
    let gone: String = sections.filter(|section| !section.contains("\"support\"")).collect();
    // The last section begins with what the one before it ended in.
    let gone = gone.trim_end_matches("[[").to_owned();
    let folder = house.config.store.path.parent().unwrap().to_owned();
    house.config = Config::read(&gone, Path::new("postamt.toml"), &folder).unwrap();
    house.office = Office::open(&house.config, house.now).unwrap();
    let subject = format!("Re: [Ticket#{number}]");
    let again = house.mail("jo@example.net", "antrag@example.org", &subject, "Still there?");
    let told = house.gets("antrag", &again);
    assert_eq!(words(&told), ["customer-answer anna"]);
    let mut moved = house.answer(only(&sent, "new-ticket"), "anna@agents.example", "#queue antrag");
    moved = moved.replace("To: support+", "To: antrag+");
    assert_eq!(words(&house.gets("antrag", &moved)), ["receipt anna"]);
    assert_eq!(house.ticket(number).queue, "antrag");
}

#[test]
fn nobody_is_left_with_a_pending_ticket_of_a_disabled_agent() {
    let mut house = House::open();
    let jens = house.jens();
    house.sent();
    let (ticket, sent) = house.applies("jo@example.net", "jo");
    let to_jens = sent.iter().find(|s| s.row.agent == Some(jens.id)).unwrap();
    let wait = house.answer(to_jens, "jens@agents.example", "#pending 2d");
    house.gets("antrag", &wait);
    let now = house.now;
    house.office.store.transaction(|tx| tx.disable_agent(jens.id, now)).unwrap();
    house.office = Office::open(&house.config, house.now).unwrap();
    house.office.look_again(house.now).unwrap();
    assert_eq!(words(&house.sent()), ["released anna"]);
    assert!(matches!(house.ticket(ticket.number).state, State::Pending { .. }));
    house.later(Span::days(2));
    assert!(words(&house.falls_due()).contains(&"reminder anna".to_owned()));
    // What he still holds commands nothing.
    let late = house.answer(to_jens, "jens@agents.example", "#close fail");
    assert_eq!(words(&house.gets("antrag", &late)), ["third-party anna"]);
}
