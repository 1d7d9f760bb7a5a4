//! What an agent needs beyond a proof: more proofs for single commands, an account, and mail that reaches them.
//!
//! All against the core, in the house of the attacks on tokens.

use postamt::mail::Span;

use crate::tokens::house::{
    ANNA, ANTRAG, House, JENS, JO, Letter, SUPPORT, Sent, TOM, answer, the, words,
};

const YES_NEEDS_MORE: &str = "[security.needs]\nyes = [\"token\", \"dkim\"]\n";

// --- More than one proof

#[test]
fn a_yes_that_lacks_a_proof_lets_no_held_mail_in() {
    let mut house = House::configured(&format!("[limits]\nnew_per_sender = 1\n{YES_NEEDS_MORE}"));
    house.sent();
    for subject in ["One", "Two", "Three"] {
        house.gets(&Letter::new(JO, SUPPORT, subject, subject));
    }
    house.later(Span::minutes(10));
    let notice = the(house.turns(), "held-mails", TOM);
    for yes in ["#yes", "ja"] {
        let sent = house.gets(&answer(&notice, TOM, yes));
        assert_eq!(words(&sent), ["error tom"], "{yes}");
        sent[0].mail.says("a valid DKIM signature of your domain");
    }
    house.turns();
    assert_eq!(house.tickets().len(), 1);
}

#[test]
fn a_yes_that_lacks_a_proof_does_nothing_where_there_is_no_ticket() {
    let mut house = House::configured(YES_NEEDS_MORE);
    house.sent();
    let challenge =
        the(house.gets(&Letter::new(ANNA, ANTRAG, "Overview", "#list")), "challenge", ANNA);
    assert_eq!(words(&house.gets(&answer(&challenge, ANNA, "#yes"))), ["error anna"]);
}

#[test]
fn a_yes_that_lacks_a_proof_does_nothing_on_a_ticket() {
    let mut house = House::configured(YES_NEEDS_MORE);
    house.sent();
    house.applies(JO);
    let ticket = house.tickets().remove(0);
    let subject = format!("Re: [Ticket#{}]", ticket.number);
    let asked = house.gets(&Letter::new(ANNA, ANTRAG, &subject, "#priority 1"));
    let sent = house.gets(&answer(&the(asked, "challenge", ANNA), ANNA, "#yes"));
    assert_eq!(words(&sent), ["error anna"]);
    assert!(!house.is_touched(ticket.number));
}

// --- An account

/// Jo's application, and the notification of it to Anna, who has an account.
fn house_of_accounts() -> (House, Sent) {
    let mut house = House::configured("[security]\nagents_need_account = true\n");
    house.account(ANNA, "anna");
    house.sent();
    let news = the(house.applies(JO), "new-ticket", ANNA);
    (house, news)
}

#[test]
fn an_agent_whose_account_is_suspended_commands_nothing() {
    let (mut house, news) = house_of_accounts();
    let ticket = house.tickets().remove(0);
    house.gets(&answer(&news, ANNA, "#priority 4"));
    assert_eq!(house.ticket(ticket.number).priority, 4);
    house.suspends("anna");
    for text in ["#priority 1", "#lock", "Dear Jo, your password please."] {
        let sent = house.gets(&answer(&news, ANNA, text));
        assert_eq!(words(&sent), ["error anna"], "{text}");
        sent[0].mail.says("yours is gone or suspended");
    }
    let left = house.ticket(ticket.number);
    assert!(left.priority == 4 && left.owner().is_none());
}

#[test]
fn an_agent_without_an_account_is_not_even_asked() {
    let (mut house, _) = house_of_accounts();
    let ticket = house.tickets().remove(0);
    let subject = format!("Re: [Ticket#{}]", ticket.number);
    // Unproven, and about no ticket: no challenge, whose yes would do it.
    assert_eq!(words(&house.gets(&Letter::new(JENS, ANTRAG, &subject, "#lock"))), ["error jens"]);
    assert_eq!(words(&house.gets(&Letter::new(JENS, ANTRAG, "Hi", "#list"))), ["error jens"]);
    // Whoever forges him many times does not fill his mailbox.
    house.gets(&Letter::new(JENS, ANTRAG, &subject, "#unlock"));
    assert!(house.gets(&Letter::new(JENS, ANTRAG, &subject, "#close fail")).is_empty());
    assert!(!house.is_touched(ticket.number));
}

#[test]
fn a_yes_to_an_older_challenge_needs_the_account_too() {
    let (mut house, _) = house_of_accounts();
    let ticket = house.tickets().remove(0);
    let subject = format!("Re: [Ticket#{}]", ticket.number);
    let asked = house.gets(&Letter::new(ANNA, ANTRAG, &subject, "#priority 1"));
    house.suspends("anna");
    let sent = house.gets(&answer(&the(asked, "challenge", ANNA), ANNA, "#yes"));
    assert_eq!(words(&sent), ["error anna"]);
    assert!(!house.is_touched(ticket.number));
}

// --- Mail that reaches them

/// What a server says of a mail of ours, at its signed envelope address.
fn bounce(house: &mut House, of: &Sent) {
    let (to, recipient) = (of.row.envelope_sender.clone().unwrap(), &of.row.recipient);
    let now = house.now;
    house.gets_raw(&format!(
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mail.example\r\nTo: {to}\r\nSubject: Undelivered\r\n\
         Message-ID: <{}.bounce@mail.example>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
         --b\r\n\r\nIt could not be delivered.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n\
         Reporting-MTA: dns; mail.example\r\n\r\nFinal-Recipient: rfc822; {recipient}\r\n\
         Action: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n",
        now.0
    ));
}

#[test]
fn the_envelope_addresses_of_old_mails_switch_no_agent_off() {
    let mut house = House::open();
    house.sent();
    let mails = [JO, "kim@mail.example"].map(|from| the(house.applies(from), "new-ticket", JENS));
    // Somebody who saw both returns them on two days.
    for mail in &mails {
        bounce(&mut house, mail);
        house.later(Span::days(1));
    }
    assert!(!house.agent(JENS).reach.is_lost());
    // A server to which Jens is unknown returns what is written from then on, too.
    let next = the(house.applies("lou@mail.example"), "new-ticket", JENS);
    bounce(&mut house, &next);
    assert!(house.agent(JENS).reach.is_lost());
}

#[test]
fn a_mail_that_was_answered_did_not_come_back() {
    let mut house = House::open();
    house.sent();
    let first = the(house.applies(JO), "new-ticket", JENS);
    house.later(Span::days(1));
    let second = the(house.applies("kim@mail.example"), "new-ticket", JENS);
    house.gets(&answer(&second, JENS, "#priority 2"));
    for mail in [&first, &second] {
        bounce(&mut house, mail);
        assert_eq!(house.agent(JENS).reach, Default::default());
        house.later(Span::days(1));
    }
}

#[test]
fn whoever_forges_an_agent_that_is_not_reached_switches_nothing_on() {
    let mut house = House::open();
    house.sent();
    for from in [JO, "kim@mail.example"] {
        let news = the(house.applies(from), "new-ticket", JENS);
        bounce(&mut house, &news);
        house.later(Span::days(1));
    }
    assert!(house.agent(JENS).reach.is_lost());
    let sent = house.gets(&Letter::new(JENS, ANTRAG, "Hello", "#back"));
    let challenge = the(sent, "challenge", JENS);
    assert!(house.agent(JENS).reach.is_lost());
    // By his own word it does.
    let sent = house.gets(&answer(&challenge, JENS, "yes"));
    the(sent, "receipt", JENS).mail.says("you get all notifications");
    house.turns();
    assert_eq!(house.agent(JENS).reach, Default::default());
    the(house.applies("lou@mail.example"), "new-ticket", JENS);
}
