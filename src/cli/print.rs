//! How results are printed: JSON Lines for programs, aligned columns for people. What is in them is said by each command.
//!
//! Nothing is kept back for longer than the widths of columns need: memory does not grow with what the store holds. Text of
//! foreign mail loses whatever could move the cursor.

use std::io::{self, BufWriter, Write};

use serde::Serialize;

use super::Failure;
use super::times::Clock;
use crate::mail::one_line::{is_invisible, one_line, shortened};
use crate::store::StoreError;

/// Why printing ended early.
#[derive(Debug)]
pub enum Ended {
    /// Who reads has seen enough (`postamt ticket list | head`): that is no failure.
    Enough,
    Failed(Failure),
}

/// Lets `write` print, and sees to it that everything has left when this returns.
///
/// # Errors
/// Where it cannot be written, or what `write` says.
pub fn to_stdout(write: impl FnOnce(&mut dyn Write) -> Result<(), Ended>) -> Result<(), Failure> {
    let mut out = BufWriter::with_capacity(64 * 1024, io::stdout().lock());
    match write(&mut out).and_then(|()| Ok(out.flush()?)) {
        Ok(()) | Err(Ended::Enough) => Ok(()),
        Err(Ended::Failed(failure)) => Err(failure),
    }
}

/// A line of a listing: serde says what programs get, `cells` what people read.
pub trait Row: Serialize {
    /// The columns' names.
    const HEAD: &'static [&'static str];
    /// What is said where there is no row.
    const NONE: &'static str;
    /// One for each column; the last one may be long.
    fn cells(&self, clock: &Clock) -> Vec<String>;
}

/// Prints a listing to standard output: `fill` hands over one row after the other.
///
/// # Errors
/// Where it cannot be written, or what `fill` says.
pub fn listing<R: Row>(
    json: bool,
    clock: &Clock,
    fill: impl FnOnce(&mut dyn FnMut(R) -> Result<(), Ended>) -> Result<(), Ended>,
) -> Result<(), Failure> {
    to_stdout(|out| list(out, json, clock, fill))
}

fn list<R: Row>(
    out: &mut dyn Write,
    json: bool,
    clock: &Clock,
    fill: impl FnOnce(&mut dyn FnMut(R) -> Result<(), Ended>) -> Result<(), Ended>,
) -> Result<(), Ended> {
    let mut table = Table { out, waiting: Vec::new(), widths: None };
    if json {
        return fill(&mut |row| json_line(table.out, &row));
    }
    fill(&mut |row| table.row::<R>(&row.cells(clock)))?;
    table.end::<R>()
}

/// Columns for people.
struct Table<'a> {
    out: &'a mut dyn Write,
    /// Rows that wait until the widths are known.
    waiting: Vec<Vec<String>>,
    widths: Option<Vec<usize>>,
}

/// So many rows decide how wide the columns are.
const LOOKED_AT: usize = 500;
/// No column but the last one is wider.
const WIDEST: usize = 40;

impl Table<'_> {
    fn row<R: Row>(&mut self, cells: &[String]) -> Result<(), Ended> {
        let cells: Vec<String> = cells.iter().map(|cell| printable(cell)).collect();
        match &self.widths {
            Some(widths) => write_row(self.out, widths, &cells),
            None => {
                self.waiting.push(cells);
                if self.waiting.len() < LOOKED_AT { Ok(()) } else { self.settle::<R>() }
            }
        }
    }

    fn end<R: Row>(&mut self) -> Result<(), Ended> {
        match (self.widths.is_some(), self.waiting.is_empty()) {
            (true, _) => Ok(()),
            (false, true) => Ok(writeln!(self.out, "{}", R::NONE)?),
            (false, false) => self.settle::<R>(),
        }
    }

    /// Decides the widths, and prints the head and what has waited.
    fn settle<R: Row>(&mut self) -> Result<(), Ended> {
        let head: Vec<String> = R::HEAD.iter().map(|&name| name.to_owned()).collect();
        let mut widths = vec![0; head.len()];
        for row in self.waiting.iter().chain([&head]) {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = cell.chars().count().min(WIDEST).max(*width);
            }
        }
        write_row(self.out, &widths, &head)?;
        for row in std::mem::take(&mut self.waiting) {
            write_row(self.out, &widths, &row)?;
        }
        self.widths = Some(widths);
        Ok(())
    }
}

fn write_row(out: &mut dyn Write, widths: &[usize], cells: &[String]) -> Result<(), Ended> {
    let mut line = String::new();
    for (column, (cell, &width)) in cells.iter().zip(widths).enumerate() {
        if column + 1 == cells.len() {
            line.push_str(cell);
        } else if cell.chars().count() <= width {
            line.push_str(&format!("{cell:width$}  "));
        } else {
            line.push_str(&format!("{}…  ", shortened(cell, width.saturating_sub(1))));
        }
    }
    Ok(writeln!(out, "{}", line.trim_end())?)
}

/// One object on a line of its own.
///
/// # Errors
/// Where it cannot be written.
pub fn json_line(out: &mut dyn Write, value: &impl Serialize) -> Result<(), Ended> {
    let line = serde_json::to_string(value).map_err(io::Error::from)?;
    Ok(writeln!(out, "{line}")?)
}

/// Names and what belongs to them, one below the other. A value of several lines is indented as a whole; an empty one is
/// shown as `-`.
#[must_use]
pub fn facts(facts: &[(&str, String)]) -> String {
    let width = facts.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    let mut text = String::new();
    for (name, value) in facts {
        let value = text_of(value);
        let value = if value.is_empty() { "-" } else { &value };
        for (nth, line) in value.lines().enumerate() {
            let name = if nth == 0 { name } else { "" };
            text.push_str(format!("  {name:width$}  {line}").trim_end());
            text.push('\n');
        }
    }
    text
}

/// Foreign text as a terminal may see it: its lines and letters, nothing that steers.
#[must_use]
pub fn text_of(text: &str) -> String {
    let line = |line: &str| -> String {
        line.chars().filter(|&c| c == '\t' || !is_invisible(c)).collect()
    };
    text.trim_end().lines().map(line).collect::<Vec<_>>().join("\n")
}

/// For a cell: on one line, and `-` where there is nothing.
fn printable(cell: &str) -> String {
    let cell = one_line(cell);
    if cell.is_empty() { "-".to_owned() } else { cell }
}

impl From<io::Error> for Ended {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::Enough,
            _ => Self::Failed(error.into()),
        }
    }
}
impl From<StoreError> for Ended {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}
impl From<Failure> for Ended {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::Timestamp;

    #[derive(Clone, Serialize)]
    struct Fruit(&'static str, &'static str);

    impl Row for Fruit {
        const HEAD: &'static [&'static str] = &["NAME", "COLOUR"];
        const NONE: &'static str = "no fruit";
        fn cells(&self, _: &Clock) -> Vec<String> {
            vec![self.0.to_owned(), self.1.to_owned()]
        }
    }

    fn printed(json: bool, rows: &[Fruit]) -> String {
        let clock = Clock { now: Timestamp(0), zone: chrono_tz::UTC };
        let mut out = Vec::new();
        list(&mut out, json, &clock, |show| rows.iter().cloned().try_for_each(show)).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn columns_are_as_wide_as_they_need_to_be() {
        let rows = [Fruit("Äpfel", "red\x1b[2J\nor green"), Fruit("", "x")];
        assert_eq!(printed(false, &rows), "NAME   COLOUR\nÄpfel  red[2J or green\n-      x\n");
        assert_eq!(printed(false, &[]), "no fruit\n");
        assert_eq!(printed(true, &[]), "");
        assert_eq!(printed(true, &[Fruit("a", "b\n")]), "[\"a\",\"b\\n\"]\n");
    }

    #[test]
    fn what_comes_after_the_first_rows_takes_their_widths() {
        let mut rows: Vec<Fruit> = (0..LOOKED_AT).map(|_| Fruit("kiwi", "green")).collect();
        rows.push(Fruit("strawberry", "red"));
        let last = printed(false, &rows).lines().last().map(str::to_owned);
        assert_eq!(last.as_deref(), Some("str…  red"));
    }

    #[test]
    fn facts_stand_below_each_other() {
        let text = facts(&[
            ("login", "jo".to_owned()),
            ("reason", "a\nb\n".to_owned()),
            ("x", String::new()),
        ]);
        assert_eq!(text, "  login   jo\n  reason  a\n          b\n  x       -\n");
    }
}
