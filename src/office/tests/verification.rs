//! What counts as an answer to the verification, from the octets of the mail on.

use super::*;

const HTML: &str = "MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n";

/// Jo has got the link; what the house does with this answer of theirs.
fn answered(head: &str, text: &str) -> Vec<String> {
    let mut house = House::open();
    let (_, sent) = house.applies("jo@example.net", "jo");
    let verify = house.answer(only(&sent, "new-ticket"), "anna@agents.example", "#verify");
    let sent = house.gets("antrag", &verify);
    let answer = house.answer(only(&sent, "verification"), "jo@example.net", text);
    words(&house.gets("antrag", &format!("{head}{answer}")))
}

#[test]
fn a_newly_written_yes_makes_the_account_whatever_stands_around_it() {
    for (head, text) in [
        ("", "Yes"),
        ("", "Hello,\n\nyes, that was me.\n\nRegards\nJo"),
        ("", "Ja\n\n-- \nJo\nOn Mondays I am out of office\n"),
        (
            "",
            "Yes, please.\n\nOn Mon, 23 Nov 2026 at 09:00, Antrag wrote:\n> No? Then do not reply.\n",
        ),
        (HTML, "<html><body><p>Yes, that was me.</p><p>Jo</p></body></html>"),
        (HTML, "<div>Ja</div><blockquote type=\"cite\"><p>Nein</p></blockquote>"),
    ] {
        let followed = answered(head, text);
        assert!(followed.contains(&"credentials jo".to_owned()), "{text:?}: {followed:?}");
    }
}

#[test]
fn what_is_quoted_shown_by_a_sign_or_a_machines_makes_none() {
    for (head, text) in [
        ("", "On Mon, 23 Nov 2026 at 09:00, Antrag wrote:\n> Yes\n"),
        ("", "> Yes\n"),
        ("", "-- \nYes\n"),
        ("", "👍"),
        ("", "Yes, I will be out of office until Monday."),
        (HTML, "<blockquote type=\"cite\"><p>Yes</p></blockquote>"),
        (HTML, "<p>Thank you for contacting us. Your ticket number is 4711.</p>"),
    ] {
        assert_eq!(answered(head, text), ["customer-answer anna"], "{text:?}");
    }
}
