//! Mails that are made to keep the writer's thread: each has to be taken in like any other. What costs more than its length never
//! ends here.

use super::*;

/// What a mail may consist of: repeated, or between its first and last words.
const SHAPES: &[(&str, &str, &str)] = &[
    ("", "passwort/", ""),
    ("", "passwort ", ""),
    ("passwort -\n", "(-\n", ""),
    ("", "Passwort   a-\n", ""),
    ("", "tolu-9rak-", ""),
    ("", "aeaacaaa", ""),
    ("", "a", ""),
    ("", "{", "}"),
    ("", "2026112400000013 ", ""),
    ("", "> ", ""),
    ("", "#close\n", ""),
    ("", "____ Please write\n", ""),
    ("", "Name: Jo\n", ""),
    ("", "https://a.b/", ""),
    ("", "On Monday Jo wrote:\n> x\n", ""),
];

fn with_file(house: &mut House, from: &str, words: &str) -> String {
    let half = words.len() / 2;
    let mail = house.mail(from, "antrag@example.org", "Files", "");
    let (header, _) = mail.split_once("\n\n").unwrap();
    format!(
        "{header}\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n{}\n--b\nContent-Type: text/csv\n\n{words}\n--b--\n",
        words.get(..half).unwrap()
    )
}

#[test]
fn whatever_a_mail_is_made_of_it_is_taken_in() {
    let mut house = House::open();
    let octets = 200_000;
    for (first, again, last) in SHAPES {
        let words = format!("{first}{}{last}", again.repeat(octets / again.len()));
        for from in ["jo@example.net", "wwwrun@example.org", "anna@agents.example"] {
            let raw = with_file(&mut house, from, &words);
            let arrival = house.arrival("antrag", &raw);
            let done = house.office.take_in(&[arrival], house.now).unwrap();
            assert_eq!(done[0].1, Disposal::Processed, "{again:?}");
        }
        house.later(Span::hours(1));
    }
}

#[test]
fn a_header_as_long_as_may_be_is_read_once() {
    let mut house = House::open();
    for again in ["Re: ", "AW[2]: ", "[Ticket#", "Re[", "{", "passwort ", "evil.com "] {
        let subject = again.repeat(60_000 / again.len());
        let subject: Vec<&str> = subject.split_inclusive(' ').collect();
        let folded: String = subject.chunks(15).map(|c| format!("{}\n ", c.concat())).collect();
        let mail = house.mail("jo@example.net", "antrag@example.org", folded.trim_end(), "Hello");
        assert_eq!(house.takes_in("antrag", &mail), Disposal::Processed, "{again:?}");
    }
}
