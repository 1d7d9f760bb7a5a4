//! Text blocks: ready texts to customers, a file each in the folder `blocks` of a language. Above the text stands what agents call
//! it and where it is offered.
//!
//! ```text
//! Title: Refusal
//! For: application, account, support, or the names of queues; without it everywhere
//! ```
//!
//! An application whose account has been made is none any more: then those for an `account` are offered.

use std::collections::BTreeMap;

use crate::desk::people::Language;
use crate::desk::rules::{Queue, QueueKind};
use crate::desk::ticket::Ticket;

/// The folder of the blocks in that of a language.
pub const FOLDER: &str = "blocks/";

const LONGEST_NAME: usize = 40;

/// What stands above the text of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    pub title: String,
    /// Kinds or names of queues; none for all.
    offered_in: Vec<String>,
}

/// A block as listings name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub name: String,
    pub title: String,
}

/// All blocks there are, by language and name.
#[derive(Default)]
pub struct Heads(BTreeMap<(Language, String), Head>);

/// What is wrong with the head of a file, and on which of its lines, counted from 1.
#[derive(Debug, PartialEq, Eq)]
pub struct Wrong {
    pub line: usize,
    pub reason: String,
}

/// The head, and the text below it with the number of lines above.
///
/// # Errors
/// A line above the text that is none of the two, or no title.
pub fn read(file: &str) -> Result<(Head, &str, usize), Wrong> {
    let mut head = Head { title: String::new(), offered_in: Vec::new() };
    let (mut rest, mut above) = (file, 0);
    while let Some((line, below)) = rest.split_once('\n') {
        (rest, above) = (below, above + 1);
        if line.trim().is_empty() {
            break;
        }
        match line.split_once(':').map(|(name, value)| (name.trim(), value.trim())) {
            Some(("Title", title)) => title.clone_into(&mut head.title),
            Some(("For", queues)) => {
                head.offered_in = queues.split(',').map(|name| name.trim().to_owned()).collect();
            }
            _ => {
                let reason = format!(
                    "expected \"Title: …\" or \"For: …\", then an empty line, not {line:?}"
                );
                return Err(Wrong { line: above, reason });
            }
        }
    }
    if head.title.is_empty() {
        let reason = "the first line must be \"Title: …\": what agents call the text".to_owned();
        return Err(Wrong { line: 1, reason });
    }
    Ok((head, rest.trim_start_matches('\n'), above))
}

/// Whether commands can name it: small letters, digits, hyphens.
#[must_use]
pub fn is_name(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.len() <= LONGEST_NAME
        && name.chars().all(fits)
}

impl Heads {
    pub fn add(&mut self, language: Language, name: &str, head: Head) {
        self.0.insert((language, name.to_owned()), head);
    }

    /// The language that a block is written in for readers of another: theirs, else the one that there is.
    fn written_in(&self, language: Language, name: &str) -> Option<(Language, &Head)> {
        let other = match language {
            Language::De => Language::En,
            Language::En => Language::De,
        };
        [language, other]
            .into_iter()
            .find_map(|language| Some((language, self.0.get(&(language, name.to_owned()))?)))
    }

    /// By its name, or by its title in either language, as people type it.
    #[must_use]
    pub fn find(&self, language: Language, typed: &str) -> Option<(Language, &str, &Head)> {
        let typed = typed.to_lowercase();
        let is_it = |name: &str, head: &Head| name == typed || head.title.to_lowercase() == typed;
        let name =
            self.0.iter().find(|((_, name), head)| is_it(name, head)).map(|((_, n), _)| n)?;
        self.written_in(language, name).map(|(language, head)| (language, name.as_str(), head))
    }

    /// Those that are offered for a ticket; all where none is named.
    #[must_use]
    pub fn listed(&self, language: Language, ticket: Option<(&Ticket, &Queue)>) -> Vec<Listed> {
        let mut names: Vec<&String> = self.0.keys().map(|(_, name)| name).collect();
        names.sort();
        names.dedup();
        names
            .into_iter()
            .filter_map(|name| Some((name, self.written_in(language, name)?.1)))
            .filter(|(_, head)| ticket.is_none_or(|(ticket, queue)| head.is_for(ticket, queue)))
            .map(|(name, head)| Listed { name: name.clone(), title: head.title.clone() })
            .collect()
    }
}

impl Head {
    fn is_for(&self, ticket: &Ticket, queue: &Queue) -> bool {
        let has_account = ticket.application.as_ref().is_some_and(|a| a.step.has_account());
        let kind = match queue.kind {
            QueueKind::Application if has_account => "account",
            QueueKind::Application => "application",
            QueueKind::Support => "support",
        };
        self.offered_in.is_empty()
            || self.offered_in.iter().any(|name| name == kind || *name == queue.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_a_title_and_perhaps_where_it_is_offered() {
        let (head, text, above) =
            read("Title: Absage\nFor: antrag, support\n\nGuten Tag,\n").unwrap();
        assert_eq!((head.title.as_str(), text, above), ("Absage", "Guten Tag,\n", 3));
        assert_eq!(head.offered_in, ["antrag", "support"]);
        assert_eq!(read("Guten Tag: x\n\nText").unwrap_err().line, 1);
        assert_eq!(read("For: antrag\n\nText").unwrap_err().line, 1);
        assert!(read("").is_err());
    }

    #[test]
    fn names_are_what_a_command_can_hold() {
        for (name, fits) in [
            ("refused", true),
            ("a-2", true),
            ("", false),
            ("-a", false),
            ("Ä", false),
            ("a b", false),
        ] {
            assert_eq!(is_name(name), fits, "{name:?}");
        }
    }
}
