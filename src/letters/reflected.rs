//! What of somebody's own words goes back to them by itself. From is whatever a mail says: who gets the answer may be somebody
//! else, who must not read an advertisement in it.

/// A subject that comes back, in characters.
const LONGEST_SUBJECT: usize = 78;
/// A name in a greeting.
const LONGEST_NAME: usize = 60;

/// The subject cut short, without what a mail program makes a link of.
#[must_use]
pub fn subject(text: &str) -> String {
    let words = text.split_whitespace().map(|word| if is_link(word) { "…" } else { word });
    let joined = words.collect::<Vec<_>>().join(" ");
    if joined.chars().count() <= LONGEST_SUBJECT {
        return joined;
    }
    joined.chars().take(LONGEST_SUBJECT).chain(['…']).collect()
}

/// The name somebody is greeted by; empty where it is none.
#[must_use]
pub fn name(text: &str) -> &str {
    let is_name = text.chars().count() <= LONGEST_NAME && !text.split_whitespace().any(is_link);
    if is_name { text } else { "" }
}

/// An address of the web or of mail, however it is written and whatever stands before and behind it.
fn is_link(word: &str) -> bool {
    let seen: String = word.chars().filter(|c| !is_unseen(*c)).collect();
    let lower = seen.to_lowercase();
    lower.contains("://")
        || lower.contains('@')
        || lower.split(|c: char| !c.is_alphanumeric()).any(|part| part.starts_with("http"))
        || holds_host(&lower)
        || lower.split_once('/').is_some_and(|(host, _)| {
            host.trim_start_matches(|c: char| !c.is_alphanumeric()).contains(is_dot)
        })
}

/// Two labels with a dot between, the second with letters like a domain's: `evil.com`, in `x=my_shop.evil.com#x`, too; not `z.B.`
/// and no date.
fn holds_host(word: &str) -> bool {
    let in_label = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    let mut before = false;
    for piece in word.split_inclusive(|c: char| !in_label(c)) {
        let label = piece.trim_end_matches(|c: char| !in_label(c));
        if before && label.chars().filter(|c| c.is_alphabetic()).count() >= 2 {
            return true;
        }
        before = !label.is_empty() && piece.ends_with(is_dot);
    }
    false
}

/// The full stop, and what domains may have in its place (RFC 3490 section 3.1).
const fn is_dot(c: char) -> bool {
    matches!(c, '.' | '\u{3002}' | '\u{ff0e}' | '\u{ff61}')
}

/// What stands in no line that we write: a link must not become one by losing it.
const fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        || c.is_ascii_control()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_goes_back_without_links_and_cut_short() {
        for (text, back) in [
            ("Server news does not answer", "Server news does not answer"),
            ("You won: https://evil.example/x now", "You won: … now"),
            ("see WWW.evil.example, (evil.example/a) evil.example", "see … … …"),
            ("mail me@evil.example", "mail …"),
            (
                "Version 1.2.3 und/oder 24.11.2026, z.B. so",
                "Version 1.2.3 und/oder 24.11.2026, z.B. so",
            ),
        ] {
            assert_eq!(subject(text), back);
        }
        assert_eq!(subject(&"x".repeat(300)).chars().count(), LONGEST_SUBJECT + 1);
    }

    #[test]
    fn a_link_is_seen_whatever_stands_around_it() {
        for link in [
            "evil.com?x",
            "evil.com#x",
            "my_shop.evil.com",
            "x=evil.com",
            "evil.com:8080",
            "x..evil.com",
            "(evil.com),",
            "evil.com.1",
            "evil\u{3002}com",
            "evil.\u{200b}com",
            "ev\u{ad}il.c\u{2060}om!",
            "\u{201e}evil.com\u{201c}",
            "evil.com\u{2026}",
            "evil.рф",
            "x,www.evil.com",
            "https:evil.com",
            "1.2.3.4/x",
            "x|http:/evil",
        ] {
            assert_eq!(subject(&format!("now {link} cheap")), "now … cheap", "{link}");
            assert_eq!(name(&format!("Jo {link}")), "", "{link}");
        }
        for plain in [
            "z.B.",
            "1.2.3",
            "24.11.2026",
            "u.a.m.",
            "Jr.",
            "O'Neil-S.",
            "ja...",
            "und/oder",
            "a_b",
            "5,50",
        ] {
            assert_eq!(subject(plain), plain);
        }
    }

    #[test]
    fn nobody_is_greeted_by_an_advertisement() {
        assert_eq!(name("Lena Hoffmann-O'Neil Jr."), "Lena Hoffmann-O'Neil Jr.");
        for text in
            ["Win at evil.example", "http://evil.example", "jo@example.net", &"Jo ".repeat(30)]
        {
            assert_eq!(name(text), "");
        }
    }
}
