//! Which part of a header our own servers have written, read from the top: they prepend, so that what a stranger brought along
//! always stands below.
//!
//! A mail is handed on inside of the house (LMTP; without a `from`, as large sites do) until the one step by which it came in. Of what
//! stands above that step's Received all is ours. Right below it a filter of the mail server writes its fields, and what the
//! stranger brought begins there, too: of these only the first can be believed.

use super::alignment::aligned;
use super::fields::Field;
use super::structured::{self, Piece};

/// How a mail came into the house.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Where the Received of it stands.
    pub at: usize,
    /// The next Received, which is foreign, or the end of the header.
    pub next: usize,
    /// It is written as servers write it. Where it is not, nobody knows whether it is the step into the house.
    pub is_clear: bool,
    /// The host that took it.
    pub by: String,
    /// By SMTP from a client that is named; else a program of the same machine brought it.
    pub is_smtp: bool,
    /// Its client had logged in (RFC 3848).
    pub logged_in: bool,
    /// As what, where the field says it.
    pub login: Option<String>,
    /// The one address that the client had, where the field names exactly one.
    pub client: Option<std::net::IpAddr>,
}

impl Entry {
    #[cfg(test)]
    const fn unclear(at: usize) -> Self {
        Self {
            at,
            next: at + 1,
            is_clear: false,
            by: String::new(),
            is_smtp: false,
            logged_in: false,
            login: None,
            client: None,
        }
    }

    /// Whether the host that took it is one of those that write under this name.
    #[must_use]
    pub fn is_by(&self, authserv_id: &str) -> bool {
        self.by == authserv_id || aligned(&self.by, authserv_id)
    }
}

/// None where no Received says it.
#[must_use]
pub fn entry(fields: &[Field]) -> Option<Entry> {
    let mut received = fields.iter().enumerate().filter(|(_, field)| field.is("Received"));
    let (at, step) = received
        .by_ref()
        .map(|(at, field)| (at, Step::read(&field.value)))
        .find(|(_, step)| !step.as_ref().is_some_and(Step::is_inside))?;
    let next = received.next().map_or(fields.len(), |(at, _)| at);
    let is_clear = step.is_some();
    let step = step.unwrap_or_default();
    Some(Entry {
        at,
        next,
        is_clear,
        is_smtp: step.has_from && step.with.is_smtp,
        logged_in: step.with.is_smtp && step.with.logged_in,
        client: step.client(),
        login: step.login,
        by: step.by,
    })
}

/// RFC 5321 section 4.4: `from HELO (NAME [ADDRESS]) by HOST via LINK with PROTOCOL id ... for ...; DATE`.
#[derive(Debug, Default)]
struct Step {
    has_from: bool,
    /// What stands in square brackets before the `by`, in comments too.
    addresses: Vec<String>,
    by: String,
    with: Protocol,
    login: Option<String>,
}

/// In the order in which they follow each other.
const CLAUSES: [&str; 6] = ["from", "by", "via", "with", "id", "for"];
const FROM: usize = 0;
const BY: usize = 1;
const VIA: usize = 2;
const WITH: usize = 3;

impl Step {
    /// None where it is not written as it should be, each clause once and in order: then a stranger may have had a hand in it, and
    /// it says nothing of how the mail came.
    fn read(value: &str) -> Option<Self> {
        let words = words(&structured::pieces(value)?)?;
        let clauses = clauses(&words)?;
        let named = |name: usize| clauses.iter().find(|clause| clause.name == Some(name));
        let value = |name: usize| named(name).map(Clause::value).unwrap_or_default();
        let before_by = || clauses.iter().filter(|c| c.name.is_none_or(|name| name == FROM));
        let said = || before_by().flat_map(|clause| &clause.words);
        Some(Self {
            has_from: named(FROM).is_some(),
            addresses: said().flat_map(|word| word.in_brackets()).collect(),
            by: value(BY),
            with: Protocol::of(&value(WITH)),
            login: said().find_map(|word| word.login()),
        })
    }

    /// Only a hand-over inside of the house looks so; nothing that a client says can make it look so.
    fn is_inside(&self) -> bool {
        self.with.is_lmtp || (!self.has_from && self.with.is_smtp)
    }

    fn client(&self) -> Option<std::net::IpAddr> {
        match self.addresses.as_slice() {
            [only] => {
                let bare = if only.to_ascii_lowercase().starts_with("ipv6:") {
                    only.get(5..)?
                } else {
                    only
                };
                bare.parse().ok()
            }
            _ => None,
        }
    }
}

/// What stands behind `with` (RFC 3848, RFC 6531), and what servers write that are older.
#[derive(Debug, Clone, Copy, Default)]
struct Protocol {
    is_smtp: bool,
    is_lmtp: bool,
    logged_in: bool,
}

impl Protocol {
    fn of(name: &str) -> Self {
        let bare = name.strip_prefix("utf8").unwrap_or(name);
        let (is_lmtp, rest) = match bare.strip_prefix("lmtp") {
            Some(rest) => (true, Some(rest)),
            None => {
                let bare = bare.strip_prefix('e').unwrap_or(bare);
                (false, bare.strip_prefix("smtp"))
            }
        };
        let logged_in = matches!(rest, Some("a" | "sa")) || bare == "asmtp";
        let is_known = logged_in || matches!(rest, Some("" | "s"));
        Self { is_smtp: is_known && !is_lmtp, is_lmtp: is_known && is_lmtp, logged_in }
    }
}

#[derive(Debug)]
struct Clause<'w> {
    /// Its place in `CLAUSES`; none for the comments before the first.
    name: Option<usize>,
    words: Vec<&'w Word>,
}

impl Clause<'_> {
    /// What stands behind its name, in lower case, unless it is in quotes.
    fn value(&self) -> String {
        match self.words.iter().find(|word| !matches!(word, Word::Comment(_))) {
            Some(Word::Plain(value)) => value.to_ascii_lowercase(),
            _ => String::new(),
        }
    }

    fn has_value(&self) -> bool {
        self.words.iter().any(|word| !matches!(word, Word::Comment(_)))
    }
}

/// None where one is there twice, in the wrong place or without a value, or where none says who took it.
fn clauses(words: &[Word]) -> Option<Vec<Clause<'_>>> {
    let mut clauses = vec![Clause { name: None, words: Vec::new() }];
    for word in words {
        let current = clauses.last_mut()?;
        let name = match word {
            Word::Plain(word) => {
                CLAUSES.iter().position(|clause| clause.eq_ignore_ascii_case(word))
            }
            Word::Odd(_) | Word::Comment(_) => None,
        };
        // Who greets with a clause's name is called so.
        match name.filter(|_| current.name.is_none() || current.has_value()) {
            Some(name) => clauses.push(Clause { name: Some(name), words: Vec::new() }),
            None => current.words.push(word),
        }
    }
    let (first, named) = clauses.split_first()?;
    let names: Vec<usize> = named.iter().filter_map(|clause| clause.name).collect();
    let place = |name: usize| names.iter().position(|n| *n == name);
    // Exchange writes its `via` at the end.
    let others: Vec<usize> = names.iter().copied().filter(|name| *name != VIA).collect();
    let is_in_order = others.is_sorted_by(|one, next| one < next)
        && others.len() + 1 >= names.len()
        && place(BY).is_some_and(|by| place(VIA).is_none_or(|via| by < via));
    (is_in_order && !first.has_value() && named.iter().all(Clause::has_value)).then_some(clauses)
}

#[derive(Debug)]
enum Word {
    Plain(String),
    /// With quotes or angle brackets in it: never the name of a clause.
    Odd(String),
    Comment(String),
}

impl Word {
    /// Postfix: `(Authenticated sender: anna)`.
    fn login(&self) -> Option<String> {
        let Self::Comment(text) = self else { return None };
        text.trim().strip_prefix("Authenticated sender:").map(|login| login.trim().to_owned())
    }

    fn in_brackets(&self) -> Vec<String> {
        let (Self::Plain(text) | Self::Odd(text) | Self::Comment(text)) = self;
        text.split('[')
            .skip(1)
            .filter_map(|rest| Some(rest.split_once(']')?.0.to_owned()))
            .collect()
    }
}

/// Before the semicolon, behind which only the date stands.
fn words(pieces: &[Piece]) -> Option<Vec<Word>> {
    let mut parts = pieces.split(|piece| *piece == Piece::Semicolon);
    let before = parts.next()?;
    if parts.count() > 1 {
        return None;
    }
    let mut words = Vec::new();
    let mut goes_on = false;
    for piece in before {
        let (text, is_plain) = match piece {
            Piece::Comment(text) => {
                words.push(Word::Comment(text.clone()));
                goes_on = false;
                continue;
            }
            Piece::Blank | Piece::Semicolon => {
                goes_on = false;
                continue;
            }
            Piece::Text(text) => (text, true),
            Piece::Quoted(text) | Piece::Angle(text) => (text, false),
        };
        match words.last_mut().filter(|_| goes_on) {
            Some(Word::Plain(word) | Word::Odd(word)) => {
                let whole = std::mem::take(word) + text;
                words.pop();
                words.push(Word::Odd(whole));
            }
            _ if is_plain => words.push(Word::Plain(text.clone())),
            _ => words.push(Word::Odd(text.clone())),
        }
        goes_on = true;
    }
    Some(words)
}

#[cfg(test)]
mod tests;
