//! Letters as they come back. What must be gone is looked for piece by piece.

use proptest::prelude::*;

use super::*;
use crate::accounts::Password;

const LETTER: &str = "Dear Lena Hoffmann,\n\nYour account is ready.\n\n  Login      lhoffmann\n  LABEL   VALUE\n  Server     news.example.org\n  Port       563 (TLS)\n\nFirst of all\nPlease change the password, then delete this mail.\n";

fn letter(label: &str, value: &str) -> String {
    LETTER.replace("LABEL", label).replace("VALUE", value)
}

/// No two groups that belong together, however cut, and none alone but what is a word of the letter by chance.
fn assert_gone(struck: &str, password: &str) {
    let groups: Vec<&str> = password.split('-').collect();
    let flat: String = struck.chars().filter(|c| c.is_alphanumeric() || *c == '-').collect();
    for pair in groups.windows(2) {
        assert!(!flat.contains(&pair.join("-")), "{pair:?} of {password} in:\n{struck}");
    }
    for word in struck.split(|c: char| !c.is_alphanumeric()).filter(|word| groups.contains(word)) {
        assert!(LETTER.contains(word), "{word} of {password} in:\n{struck}");
    }
}

#[test]
fn the_labelled_line_of_a_letter_is_struck_and_nothing_else() {
    for label in ["Passwort", "Password"] {
        let struck = strike(&letter(label, "tolu-9rak-vemi-3sod"));
        assert_eq!(struck, letter(label, STRUCK));
    }
}

#[test]
fn however_it_is_quoted_or_flattened_the_password_is_gone() {
    for text in [
        "> > Passwort   P",
        "| Password\tP",
        ">Passwort: P",
        "*Passwort:* P",
        "Passwort │ P │",
        "Login lhoffmann Passwort P Server news.example.org",
        "> Login lhoffmann Passwort\n> P Server news.example.org",
        "Passwort\nP\nServer",
        "> Passwort\n>\n> P\n> Server",
        "Passwort\r\n\r\n  P\r\n",
        "PASSWORT\u{a0}P",
        "password=P",
        "Passwort   =\nP",
        "mein Passwort P geht nicht",
    ] {
        for password in ["tolu-9rak-vemi-3sod", "Zk7!xq", "ab1"] {
            let struck = strike(
                &text
                    .replace('P', password)
                    .replace(&format!("{password}assw"), "Passw")
                    .replace(&format!("{password}ASSW"), "PASSW"),
            );
            assert!(struck.contains(STRUCK) && !struck.contains(password), "{struck}");
        }
    }
}

#[test]
fn a_password_cut_by_a_line_break_is_gone_whole() {
    for text in [
        "Passwort   tolu-9rak-\nvemi-3sod",
        "> Passwort   tolu-9rak-\n> vemi-3sod",
        "> Passwort tolu-\n> 9rak-vemi-\n> 3sod und",
        "Passwort   tolu-9rak-=\nvemi-3sod",
    ] {
        assert_gone(&strike(text), "tolu-9rak-vemi-3sod");
    }
}

#[test]
fn peoples_own_sentences_stay() {
    for text in [
        "Ich habe mein Passwort vergessen.",
        "Please change the password, then delete this mail.",
        "Bitte ändern Sie das Passwort und löschen Sie dann diese Mail. Wir\nbewahren das Passwort nicht auf und fragen Sie niemals danach.",
        "Reply to this mail, but please leave the\npassword out.",
        "Passwort ändern",
        "but please leave the password\nout. (Thanks)",
        "Passwortregeln gibt es keine.",
        "",
    ] {
        assert_eq!(strike(text), text);
    }
}

thread_local! {
    /// Octets that were looked ahead at, by this test.
    pub(super) static LOOKED_AT: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// One letter's worth of a shape that somebody made up, again and again.
const SHAPES: &[&str] = &[
    "passwort/",
    "passwort ",
    "passwort>",
    "passwort\u{a0}",
    "passwort\n",
    "passwort\n> passwort ",
    "passwort -\n",
    "passwort (-\n",
    "passwort (-\n(-\n(-\n",
    "passwort =\n",
    "passwort (",
    "passwort ********",
    "passwort ******* ",
    "passwort: x ",
    "passwort  x  ",
    "(passwort x)",
    "> Passwort \n",
    "-\n",
    "Passwort   a-\n",
    "********",
];

#[test]
fn whatever_a_text_repeats_costs_no_more_than_its_length() {
    let octets = 40_000;
    for shape in SHAPES {
        for (first, last) in [("", ""), ("passwort ", "\npasswort x1"), ("passwort (-\n", "-")] {
            let text = format!("{first}{}{last}", shape.repeat(octets / shape.len()));
            LOOKED_AT.set(0);
            let struck = strike(&text);
            let per_octet = LOOKED_AT.get() / text.len();
            assert!(per_octet <= 40, "{shape:?} is looked at {per_octet} times");
            assert!(struck.len() <= text.len() * 2);
        }
    }
}

#[test]
fn five_megabytes_of_labels_are_looked_at_once() {
    let text = "passwort/".repeat(5_000_000 / 9);
    LOOKED_AT.set(0);
    assert_eq!(strike(&text), text);
    assert!(LOOKED_AT.get() <= text.len(), "{}", LOOKED_AT.get());
}

/// Fills the words of a text anew at `width` columns, breaking behind hyphens too, each line behind `mark`.
fn refilled(text: &str, width: usize, mark: &str) -> String {
    let (mut out, mut column) = (mark.to_owned(), 0);
    for word in text.split_whitespace() {
        let mut glue = if column == 0 { "" } else { " " };
        for piece in word.split_inclusive('-') {
            if column > 0 && column + glue.len() + piece.len() > width {
                (glue, column) = ("", 0);
                out = format!("{}\n{mark}", out.trim_end());
            }
            out = out + glue + piece;
            column += glue.len() + piece.len();
            glue = "";
        }
    }
    out
}

proptest! {
    #[test]
    fn a_generated_password_survives_no_mail_program(
        random: [u8; 8],
        label in "(Passwort|Password|Passwort:|\\*Password\\*)",
        mark in "(|> |>|> > |\\| |    )",
        width in 1..100usize,
    ) {
        let password = Password::generate(&random);
        let letter = letter(&label, password.reveal());
        let quoted: String = letter.lines().map(|line| format!("{mark}{line}\n")).collect();
        let hyphens = letter.replace('-', "-=\n");
        let html = letter.replace(&format!("{label}   "), "<td>Password</td><td>");
        let octets: Vec<&str> = html.split_inclusive(|_| true).collect();
        let soft = octets.chunks(width).map(<[_]>::concat).collect::<Vec<_>>().join("=\r\n");
        let soft_struck = strike(&soft).replace("=\r\n", "");
        prop_assert!(!soft_struck.contains(password.reveal()), "{}", soft_struck);
        prop_assert!(holds_password(&soft), "{}", soft);
        for text in [quoted, hyphens, refilled(&letter, width, &mark), letter.replace(' ', "")] {
            // That is what decides whether the mail is kept as it came.
            prop_assert!(holds_password(&text), "{}", text);
            let struck = strike(&text);
            assert_gone(&struck, password.reveal());
            prop_assert_eq!(strike(&struck), struck);
        }
    }

    #[test]
    fn any_password_behind_its_label_is_gone(
        password in "[A-Za-z0-9!#$%&(+,./;?@~]{4,9}[0-9][A-Za-z0-9!)]{0,8}",
        mark in "(|> |>|> > )",
        width in 40..100usize,
    ) {
        let letter = letter("Passwort", &password);
        let quoted: String = letter.lines().map(|line| format!("{mark}{line}\n")).collect();
        for text in [quoted, refilled(&letter, width, &mark)] {
            prop_assert!(!strike(&text).contains(&password), "{}", strike(&text));
        }
    }

    #[test]
    fn no_text_makes_it_panic_and_a_second_time_changes_nothing(text in "(?s)(.|Passwort|Password|\\s|> |-|=\n){0,60}") {
        let once = strike(&text);
        prop_assert_eq!(strike(&once), once);
    }
}
