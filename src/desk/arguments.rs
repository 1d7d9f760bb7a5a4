//! What stands behind a command's name: one word after the other, each read as the command wants it.

use chrono::{Datelike, NaiveDate};

use super::answer::{ListFilter, Refusal};
use super::application::Field;
use super::command::{Spec, When};
use super::number::Number;
use super::people::Text;
use super::ticket::Outcome;
use crate::mail::Span;

/// Why a line could not be read.
pub type Expected = Refusal;

pub struct Args<'a> {
    words: Vec<&'a str>,
    next: usize,
    /// The line behind the name, for values with spaces in them.
    line: &'a str,
}

/// What each command expects, in words, with an example that would be right.
const EXPECTATIONS: &[(&str, Text, &str)] = &[
    (
        "assign",
        Text { de: "der Name einer Bearbeiterin oder eines Bearbeiters", en: "an agent's name" },
        "#assign anna",
    ),
    (
        "close",
        Text {
            de: "nichts, »success« oder »fail«, und »quiet«",
            en: "nothing, “success” or “fail”, and “quiet”",
        },
        "#close success",
    ),
    ("pending", Text { de: "eine Spanne oder ein Tag", en: "a span or a day" }, "#pending 3d"),
    ("priority", Text { de: "eine Zahl von 1 bis 5", en: "a number from 1 to 5" }, "#priority 2"),
    ("queue", Text { de: "der Name einer Queue", en: "a queue's name" }, "#queue support"),
    (
        "set",
        Text {
            de: "ein Feld (name, email, login, reason, language) und sein Wert",
            en: "a field (name, email, login, reason, language) and its value",
        },
        "#set login jo",
    ),
    (
        "show",
        Text { de: "nichts oder eine Ticketnummer", en: "nothing or a ticket's number" },
        "#show",
    ),
    (
        "list",
        Text {
            de: "nichts, »free«, »mine«, »escalated«, »all« oder der Name einer Queue oder einer Person",
            en: "nothing, “free”, “mine”, “escalated”, “all” or the name of a queue or a person",
        },
        "#list free",
    ),
    (
        "help",
        Text { de: "nichts oder der Name eines Befehls", en: "nothing or a command's name" },
        "#help close",
    ),
];
const NOTHING: Text = Text { de: "nichts weiter in dieser Zeile", en: "nothing more on this line" };

/// Words for the fields of an application, in both languages.
const FIELDS: &[(&str, Field)] = &[
    ("name", Field::Name),
    ("email", Field::Email),
    ("e-mail", Field::Email),
    ("mail", Field::Email),
    ("adresse", Field::Email),
    ("address", Field::Email),
    ("login", Field::Login),
    ("benutzername", Field::Login),
    ("username", Field::Login),
    ("reason", Field::Reason),
    ("grund", Field::Reason),
    ("begründung", Field::Reason),
    ("language", Field::Language),
    ("sprache", Field::Language),
];

const OUTCOMES: &[(&str, Outcome)] = &[
    ("success", Outcome::Success),
    ("successful", Outcome::Success),
    ("erfolg", Outcome::Success),
    ("erfolgreich", Outcome::Success),
    ("fail", Outcome::Fail),
    ("failed", Outcome::Fail),
    ("failure", Outcome::Fail),
    ("unsuccessful", Outcome::Fail),
    ("erfolglos", Outcome::Fail),
];

const FILTERS: &[(&str, ListFilter)] = &[
    ("free", ListFilter::Free),
    ("frei", ListFilter::Free),
    ("mine", ListFilter::Mine),
    ("meine", ListFilter::Mine),
    ("escalated", ListFilter::Escalated),
    ("eskaliert", ListFilter::Escalated),
    ("all", ListFilter::All),
    ("alle", ListFilter::All),
];

/// Flags, and what Germans write for them.
const FLAGS: &[(&str, &str)] = &[("quiet", "still"), ("force", "trotzdem"), ("note", "notiz")];

impl<'a> Args<'a> {
    #[must_use]
    pub fn new(line: &'a str) -> Self {
        Self { words: line.split_whitespace().collect(), next: 0, line: line.trim() }
    }

    #[must_use]
    pub fn is_done(&self) -> bool {
        self.next >= self.words.len()
    }

    fn peek(&self) -> Option<String> {
        self.words
            .get(self.next)
            .map(|w| w.trim_matches(['"', '\'', ',', '»', '«', '“', '”']).to_lowercase())
    }

    fn take(&mut self) -> Option<String> {
        let word = self.peek()?;
        self.next += 1;
        Some(word)
    }

    /// What a command of that name expects; the words `nothing more` for one without arguments.
    #[must_use]
    pub fn expected(&self, command: &str) -> Expected {
        let (what, example) = EXPECTATIONS
            .iter()
            .find(|(name, _, _)| *name == command)
            .map_or((NOTHING, ""), |(_, what, example)| (*what, *example));
        Refusal::Expected { what, example }
    }

    /// Takes the word where it stands next, in either language.
    pub fn flag(&mut self, name: &str) -> bool {
        let german =
            FLAGS.iter().find(|(english, _)| *english == name).map_or("", |(_, german)| german);
        let there = self.peek().is_some_and(|word| word == name || word == german);
        self.next += usize::from(there);
        there
    }

    fn in_table<T: Copy>(&mut self, table: &[(&str, T)], command: &str) -> Result<T, Expected> {
        let word = self.take().ok_or_else(|| self.expected(command))?;
        table
            .iter()
            .find(|(name, _)| *name == word)
            .map(|(_, value)| *value)
            .ok_or_else(|| self.expected(command))
    }

    /// # Errors
    /// What was expected, where the next word is none of these.
    pub fn outcome(&mut self, command: &str) -> Result<Outcome, Expected> {
        self.in_table(OUTCOMES, command)
    }

    /// # Errors
    /// What was expected, where the next word is no field.
    pub fn field(&mut self) -> Result<Field, Expected> {
        let word = self.take().ok_or_else(|| self.expected("set"))?;
        let word = word.trim_end_matches([':', '=']);
        FIELDS
            .iter()
            .find(|(name, _)| *name == word)
            .map(|(_, field)| *field)
            .ok_or_else(|| self.expected("set"))
    }

    /// # Errors
    /// What was expected, where the next word is no filter.
    pub fn list_filter(&mut self) -> Result<ListFilter, Expected> {
        if self.is_done() {
            return Ok(ListFilter::All);
        }
        let word = self.word("list")?;
        let known = FILTERS.iter().find(|(name, _)| *name == word);
        Ok(known.map_or(ListFilter::Named(word), |(_, filter)| filter.clone()))
    }

    /// One word, as typed but for its case.
    ///
    /// # Errors
    /// What was expected, where there is none.
    pub fn word(&mut self, command: &str) -> Result<String, Expected> {
        self.take().ok_or_else(|| self.expected(command))
    }

    /// All that is left, as typed.
    ///
    /// # Errors
    /// What was expected, where there is nothing.
    pub fn rest(&mut self, command: &str) -> Result<String, Expected> {
        let mut rest = self.line;
        for _ in 0..self.next {
            rest = rest.trim_start().split_once(char::is_whitespace).map_or("", |(_, rest)| rest);
        }
        self.next = self.words.len();
        let rest = rest.trim();
        if rest.is_empty() { Err(self.expected(command)) } else { Ok(rest.to_owned()) }
    }

    /// # Errors
    /// What was expected, where it is no number from 1 to 5.
    pub fn priority(&mut self) -> Result<u8, Expected> {
        let word = self.take().ok_or_else(|| self.expected("priority"))?;
        word.parse().ok().filter(|n| (1..=5).contains(n)).ok_or_else(|| self.expected("priority"))
    }

    /// # Errors
    /// What was expected, where the next word is no ticket number.
    pub fn maybe_number(&mut self) -> Result<Option<Number>, Expected> {
        let Some(word) = self.take() else { return Ok(None) };
        let digits = word.trim_start_matches(|c: char| !c.is_ascii_digit()).trim_end_matches(']');
        Number::parse(digits).map(Some).ok_or(Refusal::UnknownTicket { text: word })
    }

    /// # Errors
    /// What was expected, where the next word is no command.
    pub fn maybe_command(&mut self) -> Result<Option<&'static str>, Expected> {
        let Some(word) = self.take() else { return Ok(None) };
        Spec::named(word.trim_start_matches('#'))
            .map(|spec| Some(spec.name))
            .ok_or_else(|| self.expected("help"))
    }

    /// `3d`, `12h`, `1w`, `2026-12-01`, `1.12.2026`, `tomorrow`, `morgen`.
    ///
    /// # Errors
    /// What was expected, where it is none of these.
    pub fn when(&mut self) -> Result<When, Expected> {
        let word = self.take().ok_or_else(|| self.expected("pending"))?;
        if matches!(word.as_str(), "tomorrow" | "morgen") {
            return Ok(When::Tomorrow);
        }
        let date = ["%Y-%m-%d", "%d.%m.%Y"]
            .iter()
            .find_map(|format| NaiveDate::parse_from_str(&word, format).ok());
        if let Some(date) = date.filter(|d| (2000..=9999).contains(&d.year())) {
            return Ok(When::Date { year: date.year(), month: date.month(), day: date.day() });
        }
        let mut span = Span::parse(&word);
        if span.is_none()
            && word.parse::<u32>().is_ok()
            && let Some(unit) = self.take()
        {
            let letter = match unit.as_str() {
                "day" | "days" | "tag" | "tage" | "tagen" | "d" => "d",
                "hour" | "hours" | "stunde" | "stunden" | "h" => "h",
                "week" | "weeks" | "woche" | "wochen" | "w" => "w",
                _ => "",
            };
            span = Span::parse(&format!("{word}{letter}"));
        }
        let span = span
            .filter(|s| (1..=10 * 366 * 86_400).contains(&s.0))
            .ok_or_else(|| self.expected("pending"))?;
        Ok(match u32::try_from(span.0 / 86_400) {
            Ok(days) if span.0 % 86_400 == 0 => When::Days(days),
            Ok(_) | Err(_) => When::Span(span),
        })
    }

    /// Refuses further words for now.
    ///
    /// # Errors
    /// What to do instead, where a word stands there.
    pub fn not_yet(&mut self, instead: Text) -> Result<(), Expected> {
        if self.is_done() { Ok(()) } else { Err(Refusal::NotYet { instead }) }
    }
}
