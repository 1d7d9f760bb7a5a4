//! What rules and the spam mark do, and what they must leave alone.

use super::*;
use crate::desk::note::Note;
use crate::desk::ticket::{Outcome, State};

const RULES: &str = r#"
[[rule]]
header = "List-Id"
pattern = "newsletter"
action = "ignore"
[[rule]]
header = "Subject"
pattern = "ignore me"
action = "ignore"
[[rule]]
header = "X-Form"
pattern = "contact"
queue = "support"
priority = 2
[[rule]]
header = "X-Bulk"
pattern = "yes"
action = "spam"
"#;

fn house() -> House {
    House::with(&format!("{CONFIG}{RULES}"))
}

fn noted(house: &House) -> Vec<Note> {
    let lines = house.office.store.unshown_postmaster_lines(99).unwrap();
    lines.into_iter().map(|line| line.note).collect()
}

#[test]
fn what_a_rule_ignores_becomes_no_ticket_and_is_counted() {
    let mut house = house();
    for (mailbox, to) in [("support", "support@example.org"), ("bounces", "bounces@example.org")] {
        let mail = house.mail("shop@example.com", to, "Please ignore me", "Buy!");
        assert!(house.gets(mailbox, &mail).is_empty(), "{mailbox}");
    }
    assert!(house.tickets().is_empty());
    let lines = noted(&house);
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines.iter().all(|line| matches!(line, Note::Ignored { .. })), "{lines:?}");
}

#[test]
fn a_rule_sorts_into_another_queue_with_another_priority() {
    let mut house = house();
    let mail = house.mail("sue@example.net", "antrag@example.org", "Hello", "Help!");
    let sent = house.gets("antrag", &format!("X-Form: Contact\n{mail}"));
    assert_eq!(words(&sent), ["acknowledgement sue", "new-ticket anna"]);
    let ticket = house.tickets().pop().unwrap();
    assert_eq!((ticket.queue.as_str(), ticket.priority), ("support", 2));
    assert_eq!(ticket.application, None);
}

#[test]
fn spam_is_kept_as_a_closed_ticket_of_which_nobody_hears() {
    for (header, from) in [
        ("X-Spam-Flag: YES", "eve@example.com"),
        ("X-Bulk: yes", "eve@example.com"),
        // Not even the web form's is lost without a trace.
        ("X-Spam-Flag: YES", "wwwrun@example.org"),
    ] {
        let mut house = house();
        let mail =
            house.mail(from, "antrag@example.org", "Win", "Name: Jo\nE-Mail: jo@example.net");
        let sent = house.gets("antrag", &format!("{header}\n{mail}"));
        assert!(sent.is_empty(), "{header} {from}: {:?}", words(&sent));
        let ticket = house.tickets().pop().unwrap();
        assert!(matches!(ticket.state, State::Closed { outcome: Outcome::Fail, .. }));
        let from = Address::parse(from).unwrap();
        assert_eq!(noted(&house), [Note::Spam { ticket: Some(ticket.number), from }]);
        house.later(Span::days(5));
        assert!(house.falls_due().is_empty(), "nothing falls due on it");
    }
}

#[test]
fn neither_a_rule_nor_the_mark_keeps_a_follow_up_away() {
    let mut house = house();
    let (ticket, sent) = house.applies("jo@example.net", "jo");
    let letter = only(&sent, "acknowledgement");
    let answer = house.answer(letter, "jo@example.net", "Please ignore me not.");
    let sent_now =
        house.gets("antrag", &answer.replace("Subject: ", "X-Spam-Flag: YES\nSubject: ignore me "));
    assert_eq!(words(&sent_now), ["customer-answer anna"]);
    assert!(only(&sent_now, "customer-answer").mail.text.contains("holds this mail for spam"));

    // By the number alone, too; and an agent's command.
    let subject = format!("ignore me [Ticket#{}]", ticket.number);
    let tagged = house.mail("jo@example.net", "antrag@example.org", &subject, "And again.");
    assert_eq!(words(&house.gets("antrag", &tagged)), ["customer-answer anna"]);
    let news = only(&sent, "new-ticket");
    let command = house.answer(news, "anna@agents.example", "#close fail quiet");
    let command = command.replace("Subject: ", "X-Spam-Flag: YES\nSubject: ignore me ");
    assert_eq!(words(&house.gets("antrag", &command)), ["receipt anna"]);
    assert!(!house.ticket(ticket.number).is_open());
}

#[test]
fn a_ticket_closed_as_spam_by_mistake_is_found_by_its_writers_next_mail() {
    let mut house = house();
    let first = house.mail("sue@example.net", "support@example.org", "Help", "Help!");
    let id = first.lines().find_map(|l| l.strip_prefix("Message-ID: ")).unwrap().to_owned();
    assert!(house.gets("support", &format!("X-Spam-Flag: YES\n{first}")).is_empty());
    let again = house.mail("sue@example.net", "support@example.org", "Help", "Anybody there?");
    let sent = house.gets("support", &format!("In-Reply-To: {id}\n{again}"));
    assert_eq!(words(&sent), ["customer-answer anna"]);
    assert_eq!(house.tickets().len(), 1);
}

const SMIME: &str = "MIME-Version: 1.0\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=smime.p7m\n";

const OPENPGP: &str = "MIME-Version: 1.0\nContent-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b\n";

fn pgp_parts() -> String {
    "--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b\nContent-Type: application/octet-stream; name=encrypted.asc\nContent-Disposition: inline; filename=encrypted.asc\n\n-----BEGIN PGP MESSAGE-----\n\nwcBMA0\n-----END PGP MESSAGE-----\n--b--\n".to_owned()
}

#[test]
fn an_encrypted_mail_is_shown_as_one_and_answered_as_always() {
    for (head, body, cipher) in [
        (SMIME, "MIAGCSqGSIb3DQEHA6CAMIACAQAxAA==\n".to_owned(), "S/MIME"),
        (OPENPGP, pgp_parts(), "OpenPGP"),
    ] {
        let mut house = house();
        let mail = house.mail("sue@example.net", "support@example.org", "Secret", &body);
        let sent = house.gets("support", &format!("{head}{mail}"));
        assert_eq!(words(&sent), ["acknowledgement sue", "new-ticket anna"], "{cipher}");
        let news = only(&sent, "new-ticket");
        assert!(
            news.mail.text.contains(&format!("is encrypted with {cipher}")),
            "{}",
            news.mail.text
        );
        assert!(!news.mail.attachments.is_empty(), "{cipher}: the original goes along");

        // An agent's commands nothing, and none of its parts goes to the customer.
        let command = house.answer(news, "anna@agents.example", &body);
        let sent = house.gets("support", &format!("{head}{command}"));
        assert_eq!(words(&sent), ["error anna"], "{cipher}");
        assert!(only(&sent, "error").mail.text.contains("encrypted"));
    }
}

#[test]
fn an_encrypted_answer_confirms_and_withdraws_nothing() {
    let mut house = house();
    let (ticket, sent) = house.applies("jo@example.net", "jo");
    let verify = house.answer(only(&sent, "new-ticket"), "anna@agents.example", "#verify");
    let sent = house.gets("antrag", &verify);
    let letter = only(&sent, "verification");
    let body =
        pgp_parts().replacen("--b\n", "--b\nContent-Type: text/plain\n\nYes\n#withdraw\n--b\n", 1);
    let answer = house.answer(letter, "jo@example.net", &body);
    let sent = house.gets("antrag", &format!("{OPENPGP}{answer}"));
    assert_eq!(words(&sent), ["customer-answer anna"]);
    let news = only(&sent, "customer-answer").mail.text.clone();
    assert!(news.contains("No clear yes (encrypted)"), "{news}");
    let application = house.ticket(ticket.number).application.unwrap();
    assert_eq!(application.step.word(), "verification_sent");
}
