//! What the admin's rules and the own mail server's spam mark say about a mail that belongs to no ticket yet.
//!
//! A rule only sorts: it proves nobody and commands nothing. Bounces, agents' mails and whatever belongs to a ticket by
//! token, thread or number never come here. What follows from it is done in `arrival` and `desk::opening`.

use crate::config::{Config, Rule, Verdict};
use crate::mail::Mail;
use crate::mail::class::is_marked;

/// The rules in the order of the file, and the mark.
#[derive(Debug, Default)]
pub struct Sorting {
    rules: Vec<Rule>,
    /// `X-Spam-Flag: YES`
    spam_mark: Option<String>,
}

/// What becomes of a mail that would open a ticket.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sorted<'r> {
    /// No ticket comes of it.
    pub ignored: bool,
    pub queue: Option<&'r str>,
    pub priority: Option<u8>,
    pub spam: bool,
    /// The header of the rule that matched.
    pub by: Option<&'r str>,
}

impl Sorting {
    #[must_use]
    pub fn from(config: &Config) -> Self {
        let mark = config.security.spam_header.as_ref();
        Self {
            rules: config.rules.clone(),
            spam_mark: mark.map(|(name, value)| format!("{name}: {value}")),
        }
    }

    /// By the first rule that matches any header of its name; the mark counts whatever a rule says, but for `ignore`.
    pub(super) fn of(&self, mail: &Mail) -> Sorted<'_> {
        let is_spam = self.is_spam(mail);
        let matches = |rule: &&Rule| {
            mail.headers_named(&rule.header).any(|value| rule.pattern.is_match(value))
        };
        let Some(rule) = self.rules.iter().find(matches) else {
            return Sorted { spam: is_spam, ..Sorted::default() };
        };
        let by = Some(rule.header.as_str());
        match &rule.verdict {
            Verdict::Ignore => Sorted { ignored: true, by, ..Sorted::default() },
            Verdict::Sort { queue, priority, spam } => Sorted {
                ignored: false,
                queue: queue.as_deref(),
                priority: *priority,
                spam: *spam || is_spam,
                by,
            },
        }
    }

    /// Whether our mail server holds it for spam.
    pub(super) fn is_spam(&self, mail: &Mail) -> bool {
        self.spam_mark.as_ref().is_some_and(|mark| is_marked(mail, mark))
    }
}

#[cfg(test)]
mod tests {
    use regex::RegexBuilder;

    use super::*;

    fn rule(header: &str, pattern: &str, verdict: Verdict) -> Rule {
        let pattern = RegexBuilder::new(pattern).case_insensitive(true).build().unwrap();
        Rule { header: header.into(), pattern, verdict }
    }

    fn mail(headers: &[(&str, &str)]) -> Mail {
        let headers = headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        Mail { headers, ..Mail::default() }
    }

    #[test]
    fn the_first_rule_that_matches_any_header_of_its_name_decides() {
        let sort = |queue: &str| Verdict::Sort {
            queue: Some(queue.into()),
            priority: Some(2),
            spam: false,
        };
        let sorting = Sorting {
            rules: vec![
                rule("list-id", "newsletter", Verdict::Ignore),
                rule("X-Form", "contact", sort("support")),
                rule("X-Form", ".", sort("antrag")),
                rule("X-Bulk", "^yes$", Verdict::Sort { queue: None, priority: None, spam: true }),
            ],
            spam_mark: Some("X-Spam-Flag: YES".into()),
        };
        let nothing = Sorted::default();
        let sorted =
            |queue| Sorted { queue: Some(queue), priority: Some(2), by: Some("X-Form"), ..nothing };
        for (headers, expected) in [
            (&[("Subject", "newsletter")][..], nothing),
            (
                &[("LIST-ID", "a"), ("List-Id", "The Newsletter <n.example.org>")],
                Sorted { ignored: true, by: Some("list-id"), ..nothing },
            ),
            (&[("X-Form", "Contact")], sorted("support")),
            (&[("X-Form", "other")], sorted("antrag")),
            (&[("X-Bulk", "YES")], Sorted { spam: true, by: Some("X-Bulk"), ..nothing }),
            (&[("x-spam-flag", "Yes, score=9")], Sorted { spam: true, ..nothing }),
            (&[("X-Spam-Flag", "NO")], nothing),
            (
                &[("X-Form", "contact"), ("X-Spam-Flag", "YES")],
                Sorted { spam: true, ..sorted("support") },
            ),
            (
                &[("List-Id", "newsletter"), ("X-Spam-Flag", "YES")],
                Sorted { ignored: true, by: Some("list-id"), ..nothing },
            ),
        ] {
            assert_eq!(sorting.of(&mail(headers)), expected, "{headers:?}");
        }
        let without = Sorting::default();
        assert_eq!(without.of(&mail(&[("X-Spam-Flag", "YES")])), nothing);
    }
}
