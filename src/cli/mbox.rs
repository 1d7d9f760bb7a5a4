//! An mbox file (RFC 4155), mail by mail: where one ends, and what its writer has quoted.
//!
//! The kinds of mbox differ in how they keep a line `From ` of a text from ending the mail. All are read: a separator is
//! recognised by its date, one `>` comes off `>From `, and Content-Length, wrong as often as not, is not believed.
//! Memory is bounded by what one mail may have, whatever the file holds.

use std::io::{self, BufRead, Read};

/// The piece of a line that is looked at: a longer line comes in several, which are no lines of their own.
const PIECE_OCTETS: u64 = 64 * 1024;

pub struct Mbox<R> {
    input: R,
    /// So much of a mail is kept, and one octet more, by which it is known to be too large.
    most: usize,
    is_over: bool,
}

impl<R: BufRead> Mbox<R> {
    /// `input` stands behind the first separator.
    pub fn behind_separator(input: R, most: usize) -> Self {
        Self { input, most, is_over: false }
    }

    /// The next mail, at most one octet over the limit of it; its rest is passed over.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn next_mail(&mut self) -> io::Result<Option<Vec<u8>>> {
        if self.is_over {
            return Ok(None);
        }
        let (mut mail, mut at_start) = (Vec::new(), true);
        // The blank line that stands before a separator is the mbox's. It is held back until it is known what follows.
        let mut held = Vec::new();
        loop {
            let piece = next_piece(&mut self.input)?;
            if piece.is_empty() {
                self.is_over = true;
                break;
            }
            if at_start && is_separator(&piece) {
                break;
            }
            self.keep(&mut mail, &std::mem::take(&mut held));
            if at_start && piece.trim_ascii().is_empty() && piece.ends_with(b"\n") {
                held = piece;
                continue;
            }
            let unquoted = if at_start { without_quote(&piece) } else { &piece };
            self.keep(&mut mail, unquoted);
            at_start = piece.ends_with(b"\n");
        }
        Ok(Some(mail))
    }

    fn keep(&self, mail: &mut Vec<u8>, octets: &[u8]) {
        let room = self.most.saturating_add(1).saturating_sub(mail.len());
        mail.extend_from_slice(octets.get(..room).unwrap_or(octets));
    }
}

/// A line with its end, or as much of it as is looked at; empty at the end of the input.
///
/// # Errors
/// Where it cannot be read.
pub fn next_piece(input: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut piece = Vec::new();
    input.take(PIECE_OCTETS).read_until(b'\n', &mut piece)?;
    Ok(piece)
}

const DAYS: &[&str] = &["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: &[&str] =
    &["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `From jo@example.net Mon Nov 23 12:00:00 2026`: whatever stands for the sender, then a date as asctime(3) writes it,
/// some with a time zone before or behind the year. A sentence that begins with `From ` has none.
#[must_use]
pub fn is_separator(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"From ").filter(|rest| rest.len() < 1000) else {
        return false;
    };
    let rest = String::from_utf8_lossy(rest);
    let words: Vec<&str> = rest.split_whitespace().collect();
    (1..words.len()).filter_map(|at| words.get(at..)).any(|words| match words {
        [day, month, date, time, later @ ..] => {
            DAYS.contains(day)
                && MONTHS.contains(month)
                && is_date(date)
                && is_time(time)
                && later.iter().take(2).any(|word| is_year(word))
        }
        _ => false,
    })
}

fn is_date(word: &str) -> bool {
    word.parse::<u8>().is_ok_and(|date| (1..=31).contains(&date))
}

fn is_time(word: &str) -> bool {
    let parts: Vec<&str> = word.split(':').collect();
    matches!(parts.len(), 2 | 3)
        && parts.iter().all(|part| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit()))
}

fn is_year(word: &str) -> bool {
    word.len() == 4 && word.bytes().all(|octet| octet.is_ascii_digit())
}

/// `>From ` and `>>From ` as their writer had them.
fn without_quote(line: &[u8]) -> &[u8] {
    let Some(rest) = line.strip_prefix(b">") else { return line };
    let marks = rest.iter().take_while(|&&octet| octet == b'>').count();
    match rest.get(marks..) {
        Some(behind) if behind.starts_with(b"From ") => rest,
        _ => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = "From jo@example.net Mon Nov 23 12:00:00 2026\n";

    fn mails(mbox: &str, most: usize) -> Vec<String> {
        let mut input = mbox.as_bytes();
        assert!(is_separator(&next_piece(&mut input).unwrap()));
        let mut mbox = Mbox::behind_separator(input, most);
        std::iter::from_fn(|| mbox.next_mail().unwrap())
            .map(|mail| String::from_utf8(mail).unwrap())
            .collect()
    }

    #[test]
    fn a_separator_is_told_from_a_sentence() {
        for (line, is) in [
            (FIRST, true),
            ("From jo@example.net Mon Nov  2 12:00:00 2026\r\n", true),
            ("From - Mon Nov 23 12:00:00 2026", true),
            ("From jo at example.net  Mon Nov 23 12:00 2026", true),
            ("From jo Mon Nov 23 12:00:00 CET 2026", true),
            ("From jo Mon Nov 23 12:00:00 2026 +0100", true),
            ("From jo Mon Nov 23 12:00:00 2026 remote from example", true),
            ("From Mon Nov 23 12:00:00 2026", false),
            ("From Monday on we are closed, until Nov 23, 2026", false),
            ("From jo Mon Nov 32 12:00:00 2026", false),
            ("From jo Mon Nov 23 12:00:00", false),
            ("From: jo@example.net Mon Nov 23 12:00:00 2026", false),
            (">From jo@example.net Mon Nov 23 12:00:00 2026", false),
            ("From ", false),
        ] {
            assert_eq!(is_separator(line.as_bytes()), is, "{line:?}");
        }
    }

    #[test]
    fn each_mail_comes_as_it_was_before_it_was_filed() {
        let mbox = format!(
            "{FIRST}Subject: a\n\nOne\n>From here\n>>From there\n> From far\n\n\n{FIRST}Subject: b\n\nFrom now on\n\n{FIRST}"
        );
        assert_eq!(
            mails(&mbox, 1000),
            [
                "Subject: a\n\nOne\nFrom here\n>From there\n> From far\n\n",
                "Subject: b\n\nFrom now on\n",
                ""
            ]
        );
    }

    #[test]
    fn a_mail_over_the_limit_is_passed_over_to_its_end() {
        let long = "x".repeat(200_000);
        let mbox = format!("{FIRST}Subject: a\n\n{long}{FIRST}\n{long}\n\n{FIRST}Subject: b\n");
        let mails = mails(&mbox, 50);
        assert_eq!(mails.iter().map(String::len).collect::<Vec<_>>(), [51, 11]);
    }
}
