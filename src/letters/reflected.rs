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

/// An address of the web or of mail, however it is written.
fn is_link(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    let inner = lower.trim_matches(|c: char| !c.is_alphanumeric());
    let (host, path) =
        inner.split_once('/').map_or((inner, None), |(host, path)| (host, Some(path)));
    let is_host = host.split('.').count() > 1
        && host.split('.').all(|label| {
            !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == ':')
        })
        && host
            .rsplit('.')
            .next()
            .is_some_and(|last| last.chars().filter(|c| c.is_alphabetic()).count() >= 2);
    lower.contains("://")
        || lower.contains('@')
        || inner.starts_with("www.")
        || inner.starts_with("http")
        || is_host
        || path.is_some() && host.contains('.')
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
    fn nobody_is_greeted_by_an_advertisement() {
        assert_eq!(name("Lena Hoffmann-O'Neil Jr."), "Lena Hoffmann-O'Neil Jr.");
        for text in
            ["Win at evil.example", "http://evil.example", "jo@example.net", &"Jo ".repeat(30)]
        {
            assert_eq!(name(text), "");
        }
    }
}
