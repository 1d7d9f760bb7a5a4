//! Reads the TOML key by key and remembers the line of each. What nobody asked for in a section is an unknown setting.
//!
//! Decides nothing about what a value means: that is in `value`. A wrong value is noted and read as absent, so that one pass finds them all.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::{Place, Problem};
use super::suggest::nearest;
use super::value::Wrong;

type Entry<'a> = &'a Spanned<DeValue<'a>>;

/// The file being read: its text, what was asked of it, and what is wrong with it.
pub struct Book<'a> {
    text: &'a str,
    file: Arc<Path>,
    problems: RefCell<Vec<Problem>>,
    /// Settings that should be there, by their section's place: one that is only misspelt is not told twice.
    missing: RefCell<Vec<(Option<Range<usize>>, Problem)>>,
    /// The settings of each section, as far as somebody asked for them.
    known: RefCell<BTreeMap<&'static str, Vec<&'static str>>>,
    sections: RefCell<Vec<Section<'a>>>,
}

/// What the file holds of one section, for the search for unknown settings.
#[derive(Clone)]
struct Section<'a> {
    section: &'static str,
    title: String,
    rows: &'a DeTable<'a>,
    span: Option<Range<usize>>,
}

/// One section of the file, or the absence of one.
#[derive(Clone)]
pub struct Table<'a> {
    book: &'a Book<'a>,
    /// As the file writes it: `[site]`, `[[queue]]`; empty for the file itself.
    section: &'static str,
    /// What a message begins with: `[site] `, `queue "antrag": `.
    title: String,
    rows: Option<&'a DeTable<'a>>,
    span: Option<Range<usize>>,
}

impl<'a> Book<'a> {
    #[must_use]
    pub fn new(text: &'a str, file: &Path) -> Self {
        Self {
            text,
            file: file.into(),
            problems: RefCell::default(),
            missing: RefCell::default(),
            known: RefCell::default(),
            sections: RefCell::default(),
        }
    }

    /// The whole file. Where it is no TOML at all, its mistakes are noted and None comes back.
    pub fn parse(text: &'a str, file: &Path) -> Result<Spanned<DeTable<'a>>, Vec<Problem>> {
        let (rows, errors) = DeTable::parse_recoverable(text);
        let mut problems: Vec<Problem> = Vec::new();
        for error in errors {
            let span = error.span().unwrap_or_default();
            let place = Place {
                file: file.into(),
                line: Some(line_at(text, span.start)),
                key: String::new(),
            };
            // One slip of the pen makes several complaints in its line: the first says it.
            if problems.iter().all(|p| p.place.line != place.line) {
                problems.push(broken(text, &span, error.message(), place));
            }
        }
        if problems.is_empty() { Ok(rows) } else { Err(problems) }
    }

    pub fn root(&'a self, rows: &'a Spanned<DeTable<'a>>) -> Table<'a> {
        self.table("", String::new(), Some(rows.get_ref()), None)
    }

    pub fn note(&self, problem: Problem) {
        self.problems.borrow_mut().push(problem);
    }

    /// Everything wrong so far, and every setting that nobody asked for.
    #[must_use]
    pub fn finish(&self) -> Vec<Problem> {
        let mut misspelt = Vec::new();
        for section in self.sections.borrow().iter() {
            for key in section.rows.keys() {
                let name: &str = key.get_ref().as_ref();
                if !self.knows(section.section, name) {
                    let meant = self.meant(section, name);
                    self.note(self.unknown(section, name, meant, key.span()));
                    misspelt.extend(meant.map(|meant| (section.span.clone(), meant)));
                }
            }
        }
        let missing = self.missing.borrow();
        let is_misspelt = |(span, problem): &&(Option<Range<usize>>, Problem)| {
            misspelt.iter().any(|(at, meant)| at == span && *meant == problem.place.key)
        };
        let missing =
            missing.iter().filter(|m| !is_misspelt(m)).map(|(_, problem)| problem.clone());
        self.problems.borrow().iter().cloned().chain(missing).collect()
    }

    /// Every setting there is, as `[section] key`: for the test that holds the written example against it.
    #[cfg(test)]
    pub fn settings(&self) -> Vec<String> {
        let known = self.known.borrow();
        let line = |section: &str, key: &str| format!("{section} {key}").trim().to_owned();
        known.iter().flat_map(|(s, keys)| keys.iter().map(move |k| line(s, k))).collect()
    }

    fn knows(&self, section: &str, key: &str) -> bool {
        self.known.borrow().get(section).is_some_and(|keys| keys.contains(&key))
    }

    fn meant(&self, section: &Section<'_>, key: &str) -> Option<&'static str> {
        let known = self.known.borrow();
        nearest(key, known.get(section.section).into_iter().flatten().copied())
    }

    fn unknown(
        &self,
        section: &Section<'_>,
        key: &str,
        meant: Option<&str>,
        span: Range<usize>,
    ) -> Problem {
        let known = self.known.borrow();
        let elsewhere = || known.iter().find(|(s, keys)| !s.is_empty() && keys.contains(&key));
        let kind = if section.section.is_empty() { "section or setting" } else { "setting" };
        let remedy = if let Some(meant) = meant {
            format!("did you mean {meant:?}?{}", hint(meant))
        } else if let Some((section, _)) = elsewhere() {
            format!("it belongs in {section}: move it there")
        } else {
            let whose = if section.section.is_empty() { "the file" } else { section.section };
            let all = known.get(section.section).map(|keys| keys.join(", ")).unwrap_or_default();
            format!("remove it; {whose} knows {all}")
        };
        let place = Place { key: key.to_owned(), ..self.place_at(Some(span)) };
        Problem::error(place, format!("{}there is no {kind} {key:?}", section.title), remedy)
    }

    fn table(
        &'a self,
        section: &'static str,
        title: String,
        rows: Option<&'a DeTable<'a>>,
        span: Option<Range<usize>>,
    ) -> Table<'a> {
        if let Some(rows) = rows {
            self.sections.borrow_mut().push(Section {
                section,
                title: title.clone(),
                rows,
                span: span.clone(),
            });
        }
        Table { book: self, section, title, rows, span }
    }

    fn place_at(&self, span: Option<Range<usize>>) -> Place {
        let line = span.map(|span| line_at(self.text, span.start));
        Place { file: Arc::clone(&self.file), line, key: String::new() }
    }

    /// A value as the file writes it, on one line and not too long.
    fn written(&self, span: Range<usize>) -> String {
        let text = self.text.get(span).unwrap_or_default();
        let line: String =
            text.chars().take(60).map(|c| if c.is_control() { ' ' } else { c }).collect();
        if line.len() < text.len() { format!("{line}...") } else { line }
    }
}

impl<'a> Table<'a> {
    /// A setting that is text, as `read` understands it; None where it is absent or wrong.
    pub fn text<T>(&self, key: &'static str, read: impl Fn(&str) -> Result<T, Wrong>) -> Option<T> {
        let value = self.get(key)?;
        self.understand(key, &format!("{key} = "), value, read)
    }

    /// As [`Table::text`]; an absent one is an error that `remedy` mends.
    pub fn need<T>(
        &self,
        key: &'static str,
        read: impl Fn(&str) -> Result<T, Wrong>,
        remedy: &str,
    ) -> Option<T> {
        if self.get(key).is_none() {
            self.missing(key, remedy);
        }
        self.text(key, read)
    }

    /// A list of texts; None where it is absent or one of them is wrong. Each wrong one is noted at its own line.
    pub fn texts<T>(
        &self,
        key: &'static str,
        read: impl Fn(&str) -> Result<T, Wrong>,
    ) -> Option<Vec<T>> {
        let value = self.get(key)?;
        let Some(list) = value.get_ref().as_array() else {
            let written = self.book.written(value.span());
            let what = format!("{key} = {written} is no list");
            self.error(key, what, &format!("write {key} = [{written}]"));
            return None;
        };
        let each = |item| self.understand(key, &format!("{key}: "), item, &read);
        let texts: Vec<Option<T>> = list.iter().map(each).collect();
        texts.into_iter().collect()
    }

    pub fn flag(&self, key: &'static str) -> Option<bool> {
        let value = self.get(key)?;
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            let what =
                format!("{key} = {} is neither true nor false", self.book.written(value.span()));
            self.error(
                key,
                what,
                &format!("write {key} = true or {key} = false, without quotation marks"),
            );
        }
        flag
    }

    /// A whole number from `range`.
    pub fn number(&self, key: &'static str, range: std::ops::RangeInclusive<u32>) -> Option<u32> {
        let value = self.get(key)?;
        let number = value
            .get_ref()
            .as_integer()
            .and_then(|n| u32::from_str_radix(n.as_str(), n.radix()).ok())
            .filter(|n| range.contains(n));
        if number.is_none() {
            let what =
                format!("{key} = {} is no number that fits", self.book.written(value.span()));
            let remedy = format!(
                "write a whole number from {} to {}, without quotation marks",
                range.start(),
                range.end()
            );
            self.error(key, what, &remedy);
        }
        number
    }

    /// As [`Table::text`], but a bare number is read as if it stood in quotation marks.
    pub fn text_or_number<T>(
        &self,
        key: &'static str,
        read: impl Fn(&str) -> Result<T, Wrong>,
    ) -> Option<T> {
        let value = self.get(key)?;
        match value.get_ref().as_integer() {
            Some(number) if number.radix() == 10 => {
                self.judge(&format!("{key} = "), key, value, read(number.as_str()))
            }
            _ => self.text(key, read),
        }
    }

    /// A path; relative ones start at `base`.
    pub fn path(&self, key: &'static str, base: &Path) -> Option<PathBuf> {
        self.text(key, super::value::line).map(|written| base.join(written))
    }

    /// The section below this one; an empty one where the file has none.
    pub fn table(&self, key: &'static str, section: &'static str) -> Table<'a> {
        let found = self.get(key);
        let mut rows = found.and_then(|value| value.get_ref().as_table());
        if let (Some(value), None) = (found, rows) {
            // Read on with the first one, so that what stands in it is not told to be missing.
            rows = value.get_ref().as_array().and_then(|list| list.first()?.get_ref().as_table());
            let what = if rows.is_some() { "can stand only once" } else { "is a section" };
            let remedy = format!("write {section} once, with its settings below it");
            self.error(key, format!("{key} {what}"), &remedy);
        }
        self.book.table(section, format!("{section} "), rows, found.map(Spanned::span))
    }

    /// The sections of one kind, `[[queue]]`, in order; each is called by its `name`, else by its number.
    pub fn tables(&self, key: &'static str, section: &'static str) -> Vec<Table<'a>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let list =
            value.get_ref().as_array().filter(|list| list.iter().all(|i| i.get_ref().is_table()));
        let Some(list) = list else {
            let what = format!("{key} can stand several times, and is written as if it could not");
            self.error(key, what, &format!("write {section}, with two brackets on each side"));
            return Vec::new();
        };
        let each = |(n, item): (usize, Entry<'a>)| {
            let rows = item.get_ref().as_table();
            let name = rows.and_then(|r| r.get("name")).and_then(|name| name.get_ref().as_str());
            let title = match name {
                Some(name) => format!("{key} {name:?}: "),
                None => format!("{key} number {}: ", n + 1),
            };
            self.book.table(section, title, rows, Some(item.span()))
        };
        list.iter().enumerate().map(each).collect()
    }

    /// A section whose keys are free, in the order of the file: `read` gets each key's text, or each of its list's.
    pub fn entries<T>(
        &self,
        mut read: impl FnMut(&Table<'a>, &'a str, Entry<'a>) -> Option<T>,
    ) -> Vec<T> {
        self.book.sections.borrow_mut().retain(|s| s.section != self.section);
        let mut rows: Vec<_> = self.rows.iter().flat_map(|rows| rows.iter()).collect();
        rows.sort_by_key(|(key, _)| key.span().start);
        rows.into_iter().filter_map(|(key, value)| read(self, key.get_ref(), value)).collect()
    }

    /// One value of a free section or a list, as `read` understands it.
    pub fn understand<T>(
        &self,
        key: &str,
        before: &str,
        value: &Spanned<DeValue<'_>>,
        read: impl Fn(&str) -> Result<T, Wrong>,
    ) -> Option<T> {
        let Some(text) = value.get_ref().as_str() else {
            let written = self.book.written(value.span());
            let what =
                format!("{before}{written} is {}, where text belongs", of_type(value.get_ref()));
            // What it would take as text says best how to write it.
            let remedy = match read(&written) {
                Ok(_) => format!("put it in quotation marks: {before}{written:?}"),
                Err(wrong) => wrong.remedy,
            };
            self.error_at(value, key, what, &remedy);
            return None;
        };
        self.judge(before, key, value, read(text))
    }

    fn judge<T>(
        &self,
        before: &str,
        key: &str,
        value: &Spanned<DeValue<'_>>,
        read: Result<T, Wrong>,
    ) -> Option<T> {
        read.map_err(|wrong| {
            let what = if wrong.hidden {
                format!("{key} {}", wrong.is)
            } else {
                format!("{before}{} {}", self.book.written(value.span()), wrong.is)
            };
            self.error_at(value, key, what, &wrong.remedy);
        })
        .ok()
    }

    /// Whether the file says anything about it.
    #[must_use]
    pub fn has(&self, key: &'static str) -> bool {
        self.get(key).is_some()
    }

    /// The line of a setting, or of its section where it is absent.
    #[must_use]
    pub fn place(&self, key: &str) -> Place {
        let value = self.rows.and_then(|rows| rows.get_key_value(key)).map(|(key, _)| key.span());
        Place { key: key.to_owned(), ..self.book.place_at(value.or_else(|| self.span.clone())) }
    }

    pub fn missing(&self, key: &str, remedy: &str) {
        self.lacks(key, format!("{key} is missing"), remedy);
    }

    /// An error about what is absent. Where it is there under a misspelt name, only that is told.
    pub fn lacks(&self, key: &str, what: impl AsRef<str>, remedy: &str) {
        let what = format!("{}{}", self.title, what.as_ref());
        let problem = Problem::error(self.place(key), what, remedy);
        self.book.missing.borrow_mut().push((self.span.clone(), problem));
    }

    pub fn error(&self, key: &str, what: impl AsRef<str>, remedy: &str) {
        let what = format!("{}{}", self.title, what.as_ref());
        self.book.note(Problem::error(self.place(key), what, remedy));
    }

    pub fn warn(&self, key: &str, what: impl AsRef<str>, remedy: &str) {
        let what = format!("{}{}", self.title, what.as_ref());
        self.book.note(Problem::warning(self.place(key), what, remedy));
    }

    fn error_at(&self, value: &Spanned<DeValue<'_>>, key: &str, what: String, remedy: &str) {
        let place = Place { key: key.to_owned(), ..self.book.place_at(Some(value.span())) };
        self.book.note(Problem::error(place, format!("{}{what}", self.title), remedy));
    }

    fn get(&self, key: &'static str) -> Option<Entry<'a>> {
        let mut known = self.book.known.borrow_mut();
        let keys = known.entry(self.section).or_default();
        if !keys.contains(&key) {
            keys.push(key);
        }
        self.rows.and_then(|rows| rows.get(key))
    }
}

fn line_at(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

/// A mistake in the TOML itself.
fn broken(text: &str, span: &Range<usize>, message: &str, place: Place) -> Problem {
    if message == "duplicate key" {
        let key = text.get(span.clone()).unwrap_or_default();
        let what = format!("{key:?} stands here for the second time");
        return Problem::error(place, what, "keep one of the two");
    }
    let start = text.get(..span.start).and_then(|before| before.rfind('\n')).map_or(0, |n| n + 1);
    let column = text.get(start..span.start).map_or(0, |before| before.chars().count()) + 1;
    let message = message.trim_end_matches(", expected literal string");
    let what = format!("this line is no TOML, from column {column} on: {message}");
    let remedy = SLIPS.iter().find(|(slip, _)| message.starts_with(slip));
    Problem::error(place, what, remedy.map_or(HOW_TOML_IS, |(_, remedy)| *remedy))
}

const HOW_TOML_IS: &str = "write NAME = VALUE, text in quotation marks: poll = \"2m\"; lists in brackets: admins = [\"a@example.org\"]";

/// The usual slips of the pen: how the parser's complaint begins, and what to do.
static SLIPS: &[(&str, &str)] = &[
    ("string values must be quoted", "put the value in quotation marks: poll = \"2m\""),
    ("invalid basic string", "end the text with a quotation mark, on the same line"),
    ("unclosed table", "close the bracket: [site]"),
    ("unclosed array table", "close both brackets: [[queue]]"),
    ("unexpected key or value", "write one setting a line; a comment begins with #"),
    ("key with no value", "write NAME = VALUE; a comment begins with #"),
];

fn of_type(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a section",
    }
}

/// What to know about a setting beyond its name.
fn hint(key: &str) -> &'static str {
    match key {
        "password_file" => {
            " It names a file that holds the password and nothing else, readable by postamt alone"
        }
        _ => "",
    }
}
