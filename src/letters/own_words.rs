//! The words that only mails to agents have: what stands in their templates, and in no letter to a customer. Where they stand in an
//! agent's text, a mail program has put our own mail there.

use super::text_as_read;

/// Shorter words may be anybody's.
const SHORTEST: usize = 24;

/// Letters to customers, and the pieces that only they have or that are texts to be sent.
const TO_CUSTOMERS: &[&str] = &[
    "acknowledgement",
    "confirm-reminder",
    "credentials",
    "customer-help",
    "customer-list",
    "expired-customer",
    "login-taken-customer",
    "question",
    "reply",
    "show-customer",
    "status",
    "too-late",
    "verification",
    "withdrawn-customer",
    "parts/body-reply",
    "parts/body-that-is-me",
    "parts/body-yes",
    "parts/customer-footer",
    "parts/greeting",
    "parts/person",
    "parts/reason",
];

/// From the templates' names and texts; as [`text_as_read`] gives them.
pub fn of<'a>(templates: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<String> {
    let (mut ours, mut theirs) = (Vec::new(), String::new());
    for (name, text) in templates {
        let Some((_, name)) = name.trim_end_matches(".txt").split_once('/') else { continue };
        if !name.ends_with("words") && (is_block(name) || TO_CUSTOMERS.contains(&name)) {
            theirs.push_str(&text_as_read(text));
            theirs.push(' ');
        } else if !name.ends_with("words") && !name.ends_with(".html") {
            ours.extend(text.lines().flat_map(between_values));
        }
    }
    ours.retain(|words| !theirs.contains(words.as_str()));
    ours.sort();
    ours.dedup();
    ours
}

/// A text to be sent to customers, too.
fn is_block(name: &str) -> bool {
    name.starts_with("blocks/")
}

/// What stands in a line as it is, without what is filled in and without the sign that it begins with.
fn between_values(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = line.trim_start_matches(['=', '!', '~', '-', ' ']);
    while !rest.is_empty() {
        let (plain, after) = rest.split_once("{{").unwrap_or((rest, ""));
        let words = text_as_read(plain);
        if words.chars().count() >= SHORTEST {
            found.push(words);
        }
        rest = after.split_once("}}").map_or("", |(_, rest)| rest);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::built_in::BUILT_IN;
    use super::*;

    #[test]
    fn every_letter_to_agents_has_words_of_its_own() {
        let known = of(BUILT_IN.iter().copied());
        assert!(known.len() > 100, "{known:?}");
        for (name, text) in BUILT_IN.iter().filter(|(name, _)| name.contains("/leak.txt")) {
            let text = text_as_read(text);
            assert!(known.iter().any(|words| text.contains(words.as_str())), "{name}");
        }
    }

    #[test]
    fn what_customers_are_written_is_none_of_them() {
        let known = of(BUILT_IN.iter().copied());
        for (name, text) in BUILT_IN {
            let stem = name.split_once('/').map_or("", |(_, n)| n).trim_end_matches(".txt");
            if is_block(stem) || TO_CUSTOMERS.contains(&stem) {
                let text = text_as_read(text);
                let found = known.iter().find(|words| text.contains(words.as_str()));
                assert_eq!(found, None, "{name}");
            }
        }
    }
}
