//! What a single line of a mail looks like: empty, quoted, a rule. What it means is decided in `new_text`.

/// A stretch of old text that starts near the line asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    /// The first line of it. May lie above the line asked about: an introduction is recognised by its end.
    pub from: usize,
    /// The line behind it.
    pub to: usize,
    pub kind: LineKind,
    pub then: Then,
}

/// What the lines below a stretch of old text are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    /// To be looked at one by one.
    Look,
    /// A quote: to be looked at where it is marked with `>`, else old down to the end.
    Quote,
    /// As `Quote`, below the fields of a client that marks nothing itself.
    QuoteBelowFields,
    /// Of this kind, until the introduction of a quote.
    UntilQuote(LineKind),
    /// Of this kind, down to the end.
    AllIs(LineKind),
}

/// What a line of a mail is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LineKind {
    /// Typed by the sender of this mail.
    New,
    Quote,
    /// What a client writes above a quote: `On ... wrote:`, or a block of `From:`, `Sent:`, `To:`, `Subject:`.
    Attribution,
    Signature,
    Forwarded,
    /// Our own "please write above this line", and what stands below it unmarked.
    Marker,
    Disclaimer,
}

/// Longer lines are running text: no client writes an introduction of that length.
pub(super) const LONGEST_INTRODUCTION_OCTETS: usize = 500;

/// The line without white space, byte order marks, zero-width and direction characters at its ends.
pub(super) fn bare(line: &str) -> &str {
    line.trim_matches(|c: char| {
        c.is_whitespace()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    })
}

pub(super) fn is_blank(line: &str) -> bool {
    bare(line).is_empty()
}

/// `>`, however indented, or the initials that some clients put before it (`JG> `).
pub(super) fn is_quoted(line: &str) -> bool {
    let line = bare(line);
    let initials = line.bytes().take_while(u8::is_ascii_uppercase).count();
    match line.get(initials..) {
        Some(rest) if initials == 0 => rest.starts_with(['>', '＞']),
        Some(rest) if initials <= 3 => {
            rest == ">" || rest.starts_with("> ") || rest.starts_with(">>")
        }
        _ => false,
    }
}

/// A typed command: no client begins a line of its introduction so.
pub(super) fn is_command_like(line: &str) -> bool {
    bare(line).starts_with(['#', '＃'])
}

/// A line of nothing but dashes, underscores, equal signs or asterisks.
pub(super) fn is_rule(line: &str) -> bool {
    let line = bare(line);
    line.len() >= 3 && line.chars().all(|c| matches!(c, '-' | '_' | '=' | '*' | '~' | '─' | '—'))
}

/// Emphasis that a client made of HTML: `*From:* X` is `From: X`.
pub(super) fn without_emphasis(line: &str) -> &str {
    bare(line).trim_matches(|c: char| c == '*' || c == '_' || c.is_whitespace())
}

/// The first line at or below `at` that is not blank.
pub(super) fn next_filled(lines: &[&str], at: usize) -> Option<usize> {
    lines.get(at..)?.iter().position(|line| !is_blank(line)).map(|offset| at + offset)
}

/// Whether the first filled line at or below `at` is marked as a quote.
pub(super) fn quote_follows(lines: &[&str], at: usize) -> bool {
    next_filled(lines, at).and_then(|next| lines.get(next)).is_some_and(|line| is_quoted(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quote_marks_and_initials_are_told_from_text() {
        for line in ["> a", ">a", "  > a", ">>> a", "＞ a", "JG> a", "C>", "\u{feff}> a"] {
            assert!(is_quoted(line), "{line:?}");
        }
        for line in ["a > b", "USER>admin", "ABCD> a", "-> a", "", "x> y"] {
            assert!(!is_quoted(line), "{line:?}");
        }
    }
}
