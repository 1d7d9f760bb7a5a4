//! The words of a ticket that only we may read, to be found again in what is about to leave: lines of agents' notes and of strangers'
//! mail, but for those that the customer has seen.
//!
//! Everybody who writes to a ticket adds to it, so all of it is bounded, newest first, and notes apart from what strangers wrote: no
//! mail drives a note out. What machines wrote is no secret of ours. A text is gone through once, however many lines are looked for.

use std::collections::HashMap;

use super::error::OfficeError;
use crate::desk::TicketId;
use crate::desk::effect::{Article, ArticleKind, Author, Visibility};
use crate::desk::event::MessageRef;
use crate::letters::text_as_read;
use crate::store::{StoredArticle, Tx};

/// A shorter line of a note may stand in any mail by chance.
const SHORTEST_LINE: usize = 24;

/// A line is known by its beginning, in characters.
const LOOKED_AT: usize = 80;

/// Lines that begin alike, up to `SHORTEST_LINE`, and are all looked for.
const MOST_ALIKE: usize = 16;

/// What is read of each kind: so many articles, and so many octets of them.
const READ: &[(Visibility, ArticleKind, u32, usize)] = &[
    (Visibility::Internal, ArticleKind::Note, 1_000, 1_500_000),
    (Visibility::Internal, ArticleKind::Mail, 200, 500_000),
    (Visibility::Public, ArticleKind::Mail, 200, 1_000_000),
];

/// Lines by their first characters, as they are read and as they stand there.
#[derive(Default)]
pub(super) struct Guarded {
    lines: HashMap<String, Vec<Line>>,
}

struct Line {
    read: String,
    shown: String,
}

impl Guarded {
    /// What this very mail became before is no leak of it, nor is a text that its author kept inside first and sends now as a whole.
    pub(super) fn on(
        tx: &Tx<'_>,
        ticket: TicketId,
        message: MessageRef,
        text: &str,
    ) -> Result<Self, OfficeError> {
        let kept_by_agent = |article: &Article| {
            matches!(article.author, Author::Agent(_)) && text_as_read(&article.text) == text
        };
        let mut guarded = Self::default();
        for (visibility, kind, most, octets) in READ {
            for StoredArticle { article, .. } in
                tx.latest_articles(ticket, (*visibility, *kind), *most, *octets)?
            {
                match visibility {
                    Visibility::Public => guarded.forget(&text_as_read(&article.text)),
                    Visibility::Internal => {
                        if article.message != Some(message) && !kept_by_agent(&article) {
                            guarded.add(&article.text);
                        }
                    }
                }
            }
        }
        Ok(guarded)
    }

    fn add(&mut self, text: &str) {
        for line in text.lines() {
            let read: String = text_as_read(line).chars().take(LOOKED_AT).collect();
            let Some(begin) = beginnings(&read).next().map(|(_, begin)| begin.to_owned()) else {
                continue;
            };
            let alike = self.lines.entry(begin).or_default();
            if alike.len() < MOST_ALIKE && alike.iter().all(|known| known.read != read) {
                alike.push(Line { read, shown: line.trim().to_owned() });
            }
        }
    }

    /// The customer has read this.
    fn forget(&mut self, read: &str) {
        if self.lines.is_empty() {
            return;
        }
        for (at, begin) in beginnings(read) {
            if let Some(alike) = self.lines.get_mut(begin) {
                let rest = read.get(at..).unwrap_or_default();
                alike.retain(|line| !stands(line, rest));
            }
        }
    }

    /// The first of the lines that stands in a text, as it stands in its article.
    pub(super) fn found_in(&self, read: &str) -> Option<&str> {
        if self.lines.is_empty() {
            return None;
        }
        beginnings(read).find_map(|(at, begin)| {
            let rest = read.get(at..)?;
            let found = self.lines.get(begin)?.iter().find(|line| stands(line, rest))?;
            Some(found.shown.as_str())
        })
    }
}

fn stands(line: &Line, rest: &str) -> bool {
    #[cfg(test)]
    tests::COMPARED.set(tests::COMPARED.get() + 1);
    rest.starts_with(&line.read)
}

/// Each place of a text, with as much of it as two lines must have in common.
fn beginnings(read: &str) -> impl Iterator<Item = (usize, &str)> {
    let starts = read.char_indices().map(|(at, _)| at);
    let ends = read.char_indices().map(|(at, _)| at).skip(SHORTEST_LINE).chain([read.len()]);
    let is_long = read.char_indices().nth(SHORTEST_LINE - 1).is_some();
    starts
        .zip(ends)
        .filter(move |_| is_long)
        .filter_map(|(from, to)| Some((from, read.get(from..to)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    thread_local! {
        /// Lines that were compared, by this test.
        pub(super) static COMPARED: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
    }

    const NOTE: &str =
        "He was rude on the telephone twice,\nnot to be trusted with the archive.\nShort.";

    #[test]
    fn a_line_is_found_wherever_it_stands_and_a_short_one_is_not() {
        let mut guarded = Guarded::default();
        guarded.add(NOTE);
        for text in [
            "Hello,\n> not to be trusted with\n> the ARCHIVE. Bye",
            "x(not to be trusted with the archive.)",
        ] {
            let found = guarded.found_in(&text_as_read(text));
            assert_eq!(found, Some("not to be trusted with the archive."), "{text}");
        }
        for text in ["", "Short.", "not to be trusted with the arch", "\u{e4}\u{f6}\u{fc}"] {
            assert_eq!(guarded.found_in(&text_as_read(text)), None, "{text}");
        }
        guarded.forget(&text_as_read("He wrote: > not to be trusted with the archive. Ha!"));
        assert_eq!(guarded.found_in(&text_as_read("not to be trusted with the archive.")), None);
        assert!(guarded.found_in(&text_as_read(NOTE)).is_some(), "the other line");
    }

    #[test]
    fn the_last_words_of_a_text_are_looked_at() {
        let mut guarded = Guarded::default();
        let line = "\u{e4}".repeat(SHORTEST_LINE);
        guarded.add(&line);
        assert!(guarded.found_in(&line).is_some());
        assert!(guarded.found_in(&format!("x {line}")).is_some());
        assert!(guarded.found_in(&"\u{e4}".repeat(SHORTEST_LINE - 1)).is_none());
    }

    #[test]
    fn a_text_is_gone_through_once_however_many_lines_are_alike() {
        for line in ["xxxxxxxx", "x xxxxxx ", "x"] {
            let mut guarded = Guarded::default();
            let text = line.repeat(400_000 / line.len());
            for length in SHORTEST_LINE..2_000 {
                guarded.add(&format!("{}y", text.get(..length).unwrap()));
            }
            COMPARED.set(0);
            let read = text_as_read(&text);
            guarded.forget(&read);
            assert_eq!(guarded.found_in(&read), None);
            let per_octet = COMPARED.get() / read.len();
            assert!(per_octet <= 2 * MOST_ALIKE, "{line}: {per_octet}");
        }
    }
}
