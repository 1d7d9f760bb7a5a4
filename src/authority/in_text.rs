//! Tokens of ours in a text that leaves the house: whole, behind an escaped `+` of a link, or broken by a mail program that fills lines
//! anew and marks them as quoted.

use std::collections::BTreeSet;

use super::base32;
use super::token::{LENGTH, Signer};

/// Every token begins with its purpose, whose first five bits are zero.
const FIRST: u8 = b'a';

/// Longer texts are looked through as they stand: nobody filled the lines of a file anew.
const LONGEST_REJOINED: usize = 500_000;

/// The tokens, as they stand there but for what breaks them.
#[must_use]
pub fn tokens(signer: &Signer, text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    look_through(signer, text, &mut found);
    if text.len() <= LONGEST_REJOINED {
        look_through(signer, &rejoined(text), &mut found);
    }
    found
}

/// The text with each of the tokens replaced, broken or not.
#[must_use]
pub fn replaced(text: &str, tokens: &BTreeSet<String>, with: &str) -> String {
    let mut left = text.to_owned();
    for token in tokens {
        left = left.replace(token.as_str(), with);
        // Only where it is broken: letter by letter, with breaks between.
        let letters: Vec<String> = token.chars().map(|c| c.to_string()).collect();
        if let Ok(broken) = regex::Regex::new(&letters.join(r"(?:=?[ \t]*\r?\n[>|│ \t]*)?")) {
            left = broken.replace_all(&left, with).into_owned();
        }
    }
    left
}

fn look_through(signer: &Signer, text: &str, found: &mut BTreeSet<String>) {
    let runs = text.split(|c: char| !matches!(c, 'a'..='z' | 'A'..='Z' | '2'..='7'));
    for run in runs.filter(|run| run.len() >= LENGTH) {
        let mut at = 0;
        while let Some(window) = run.get(at..at + LENGTH) {
            let begins = window.bytes().next().is_some_and(|b| b.eq_ignore_ascii_case(&FIRST));
            if begins && base32::fits(window) && signer.verify(window).is_some() {
                found.insert(window.to_owned());
                at += LENGTH;
            } else {
                at += 1;
            }
        }
    }
}

/// Without line breaks and the quote marks behind them.
fn rejoined(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    for line in text.lines() {
        let line = line.trim_start_matches(['>', '|', '│', ' ', '\t']).trim_end();
        joined.push_str(line.strip_suffix('=').unwrap_or(line));
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::super::{Purpose, Token};
    use super::*;
    use crate::desk::people::AgentId;
    use crate::mail::Timestamp;

    fn signed() -> (Signer, String) {
        let signer = Signer::new(&[7; 32]);
        let (purpose, agent) = (Purpose::Reply, Some(AgentId(1)));
        let issued = Timestamp(1_795_421_528);
        let token = signer.sign(&Token { purpose, agent, subject: 42, issued });
        (signer, token)
    }

    #[test]
    fn a_token_is_found_and_taken_out_wherever_it_stands() {
        let (signer, token) = signed();
        let (first, second) = token.split_at(17);
        for text in [
            format!("antrag+{token}@example.org"),
            format!("<mailto:antrag%2B{token}@example.org?body=x>"),
            format!("x{token}y"),
            format!("ABCabc234{token}{token}"),
            format!("> antrag+{first}\n> {second}@example.org"),
            format!("antrag+{first}=\r\n{second}@example.org"),
            token.to_uppercase(),
        ] {
            let found = tokens(&signer, &text);
            assert!(!found.is_empty(), "{text}");
            let left = replaced(&text, &found, "…");
            assert!(left.contains('…'), "{left}");
            assert!(tokens(&signer, &left).is_empty(), "{left}");
        }
    }

    #[test]
    fn what_only_looks_like_one_stays() {
        let (signer, token) = signed();
        let other = format!("{}b", token.split_at(36).0);
        for text in ["", "a", &"a".repeat(5_000), &"ab2".repeat(5_000), &other] {
            let differs = *text != token;
            assert!(differs && tokens(&signer, text).is_empty(), "{text}");
        }
    }
}
