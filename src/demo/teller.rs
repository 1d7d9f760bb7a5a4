//! How the story looks on a terminal: chapters, who did what, who got what and how soon, the lines that matter.

use std::io::{self, Write};

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

/// Columns of a line.
const WIDTH: usize = 80;
/// Where what was written or read begins.
const MARGIN: &str = "             ";
/// A passage longer than so many lines is cut: the whole mail lies in its Maildir.
const MOST_LINES: usize = 3;

pub struct Teller<'a> {
    out: &'a mut dyn Write,
    /// Bold and dim (ECMA-48) for a terminal.
    styled: bool,
    /// Mails were told since the last headline: what somebody does next stands apart from them.
    apart: bool,
}

#[derive(Clone, Copy)]
enum Style {
    Bold,
    Dim,
}

impl<'a> Teller<'a> {
    pub fn new(out: &'a mut dyn Write, styled: bool) -> Self {
        Self { out, styled, apart: false }
    }

    pub fn chapter(&mut self, number: usize, title: &str) -> io::Result<()> {
        let title = self.style(&format!("{number}  {title}"), Style::Bold);
        self.apart = false;
        self.line(&format!("\n{title}\n"))
    }

    /// Somebody does something; `written` is what they wrote, if it was a mail.
    pub fn does(&mut self, at: DateTime<Tz>, what: &str, written: &[&str]) -> io::Result<()> {
        self.set_apart()?;
        let time = self.time(at);
        self.line(&format!("   {time}  {what}"))?;
        written.iter().try_for_each(|text| self.passage(text))
    }

    /// Somebody got a mail of ours.
    pub fn gets(&mut self, got: &Got<'_>) -> io::Result<()> {
        let time = self.time(got.at);
        let took = got.took.map(span).unwrap_or_default();
        let took = self.style(&format!("{took:>8}"), Style::Dim);
        let who = self.style(&format!("{:<18}", got.who), Style::Bold);
        self.line(&format!("   {time}  -> {who}{:<18}{took}", got.what))?;
        // That a mail belongs to a thread is seen already.
        let subject = got.subject.strip_prefix("Re: ").unwrap_or(got.subject);
        let subject = fitted(subject, WIDTH - MARGIN.len());
        self.line(&format!("{MARGIN}{subject}"))?;
        self.apart = true;
        got.passages.iter().try_for_each(|text| self.passage(text))
    }

    /// What one has to know to understand what comes next.
    pub fn aside(&mut self, text: &str) -> io::Result<()> {
        self.set_apart()?;
        let text = self.style(text, Style::Dim);
        self.line(&format!("{MARGIN}{text}"))
    }

    fn set_apart(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.apart) { self.line("") } else { Ok(()) }
    }

    /// Something that is so, as the store says.
    pub fn holds(&mut self, what: &str) -> io::Result<()> {
        self.line(&format!("   ok        {what}"))
    }

    fn passage(&mut self, text: &str) -> io::Result<()> {
        let lines = wrapped(text, WIDTH - MARGIN.len() - 2);
        lines.iter().try_for_each(|line| self.line(&format!("{MARGIN}  {line}")))
    }

    fn time(&self, at: DateTime<Tz>) -> String {
        self.style(&at.format("%H:%M:%S").to_string(), Style::Dim)
    }

    fn style(&self, text: &str, style: Style) -> String {
        match (self.styled, style) {
            (false, _) => text.to_owned(),
            (true, Style::Bold) => format!("\x1b[1m{text}\x1b[0m"),
            (true, Style::Dim) => format!("\x1b[2m{text}\x1b[0m"),
        }
    }

    /// At once: it is told while it happens. Who reads no further (`postamt demo | head`) has seen enough.
    fn line(&mut self, line: &str) -> io::Result<()> {
        match writeln!(self.out, "{}", line.trim_end()).and_then(|()| self.out.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            told => told,
        }
    }
}

pub struct Got<'a> {
    pub at: DateTime<Tz>,
    pub who: &'a str,
    /// The event's word.
    pub what: &'a str,
    /// Since the mail that it answers, if it answers one.
    pub took: Option<TimeDelta>,
    pub subject: &'a str,
    pub passages: &'a [String],
}

/// The time between two mails, as they lie in their Maildirs.
#[must_use]
pub fn between(earlier: DateTime<Utc>, later: DateTime<Utc>) -> TimeDelta {
    later.signed_duration_since(earlier).max(TimeDelta::zero())
}

#[must_use]
pub fn span(time: TimeDelta) -> String {
    match time.num_milliseconds() {
        short @ ..1000 => format!("{short} ms"),
        long => format!("{}.{} s", long / 1000, long % 1000 / 100),
    }
}

fn fitted(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    text.chars().take(width - 1).chain(['…']).collect()
}

/// Lines of at most `width` characters, and not more than [`MOST_LINES`].
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    if text.chars().count() <= width {
        return vec![text.to_owned()];
    }
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(fitted(word, width)),
        }
    }
    if lines.len() > MOST_LINES {
        lines.truncate(MOST_LINES);
        if let Some(last) = lines.last_mut() {
            *last = fitted(&format!("{last} …"), width);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passage_keeps_to_its_columns_and_lines() {
        assert_eq!(wrapped("Login      lena", 20), ["Login      lena"]);
        assert_eq!(wrapped("one two three", 8), ["one two", "three"]);
        assert_eq!(wrapped("a b c d e f g h", 3), ["a b", "c d", "e …"]);
    }

    #[test]
    fn a_time_has_the_unit_that_one_reads() {
        for (milliseconds, text) in [(0, "0 ms"), (999, "999 ms"), (1000, "1.0 s"), (3470, "3.4 s")]
        {
            assert_eq!(span(TimeDelta::milliseconds(milliseconds)), text);
        }
    }
}
