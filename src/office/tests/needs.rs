//! What a command needs beyond one proof: in the mail itself, or in the yes to the challenge; never less.

use super::{CONFIG, House, only, words};
use crate::authority::{Checked, Verdict};

fn house(security: &str) -> House {
    House::with(&format!("{CONFIG}[security]\n{security}"))
}

/// Our own check has found that the agent's domain answers for it.
fn signed() -> Checked {
    Checked { by_us: vec![Verdict::DkimPass("agents.example".into())], ..Checked::default() }
}

#[test]
fn a_command_is_done_with_all_that_it_needs_and_asked_about_with_less() {
    let mut house = house("[security.needs]\nconfirm = [\"token\", \"dkim\"]\nlock = [\"dkim\"]\n");
    let (_, sent) = house.applies("jo@example.net", "jo");
    let news = only(&sent, "new-ticket");
    for (text, checked, expected) in [
        ("#lock", Checked::default(), "challenge anna"),
        ("#priority 4", Checked::default(), "receipt anna"),
        ("#lock\n#priority 5", Checked::default(), "challenge anna"),
        ("#lock", signed(), "receipt anna"),
    ] {
        let mail = house.answer(news, "anna@agents.example", text);
        assert_eq!(words(&house.gets_checked(&mail, checked)), [expected], "{text}");
    }
}

#[test]
fn a_yes_needs_what_the_stored_command_needs_and_no_more() {
    let mut house = house("[security.needs]\nlock = [\"dkim\"]\nreply = [\"token\", \"dkim\"]\n");
    let (_, sent) = house.applies("jo@example.net", "jo");
    let news = only(&sent, "new-ticket");
    let lock = house.answer(news, "anna@agents.example", "#lock");
    let sent = house.gets_checked(&lock, Checked::default());
    let challenge = only(&sent, "challenge");
    assert!(challenge.raw.contains("DKIM signature"), "{}", challenge.raw);
    let yes = house.answer(challenge, "anna@agents.example", "yes");
    assert_eq!(words(&house.gets_checked(&yes, Checked::default())), ["error anna"]);
    // What was not taken is still there.
    let yes = house.answer(challenge, "anna@agents.example", "yes");
    assert_eq!(words(&house.gets_checked(&yes, signed())), ["receipt anna"]);
    assert!(house.tickets()[0].owner().is_some());
    // A bare yes to a challenge is no answer to the customer, whatever answers need.
    let mail =
        house.mail("anna@agents.example", "antrag@example.org", &news.mail.subject, "#unlock");
    let sent = house.gets_checked(&mail, Checked::default());
    let yes = house.answer(only(&sent, "challenge"), "anna@agents.example", "yes");
    assert_eq!(words(&house.gets_checked(&yes, Checked::default())), ["receipt anna"]);
}

#[test]
fn what_a_domain_says_proves_once_and_only_to_us() {
    let mut house = house("trust_domains = [\"agents.example\"]\n");
    let (ticket, sent) = house.applies("jo@example.net", "jo");
    let subject = &only(&sent, "new-ticket").mail.subject;
    let mail = house.mail("anna@agents.example", "antrag@example.org", subject, "#lock");
    assert_eq!(words(&house.gets_checked(&mail, signed())), ["receipt anna"]);
    let again = mail.replace("#lock", "#lock force");
    assert_eq!(words(&house.gets_checked(&again, signed())), ["challenge anna"]);
    let elsewhere = house.mail("anna@agents.example", "friend@example.net", subject, "#unlock");
    assert_eq!(words(&house.gets_checked(&elsewhere, signed())), ["challenge anna"]);
    assert!(house.ticket(ticket.number).owner().is_some());
}
