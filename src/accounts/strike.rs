//! Strikes passwords out of what comes back to a credentials letter: what follows the label, however a mail program has quoted,
//! re-wrapped or flattened the letter, and whatever has the shape of a password of ours.
//!
//! What it cannot see: a password inside base64.

use std::sync::LazyLock;

use regex::Regex;

use super::password;

/// Stands where a password stood.
pub const STRUCK: &str = "********";

/// The text without the passwords. People's own sentences ("I forgot my password") stay as they are.
#[must_use]
pub fn strike(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(label) = LABEL.find(rest) {
        let (before, after) = rest.split_at(label.start());
        out.push_str(before);
        let (label, after) = after.split_at(label.len());
        let alone = out.chars().rev().take_while(|c| *c != '\n').all(is_gap);
        let (gap, after) = split_gap(after);
        let (value, after) = after.split_at(value_length(gap, after, alone));
        out.extend([label, gap, if value.is_empty() { "" } else { STRUCK }]);
        rest = after;
    }
    out.push_str(rest);
    SHAPE.replace_all(&out, STRUCK).into_owned()
}

#[expect(clippy::expect_used, reason = "a constant pattern, and every test runs it")]
static LABEL: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)\b(?:passwor[td]|kennwort)\b").expect("a pattern of ours"));

/// A generated password, anywhere; also cut by the soft line breaks of quoted-printable, as in a returned mail that nobody has decoded, and
/// at its hyphens by line breaks that are quoted anew.
#[expect(clippy::expect_used, reason = "a constant pattern, and every test runs it")]
static SHAPE: LazyLock<Regex> = LazyLock::new(|| {
    let shape = password::shape(r"(?:=\r?\n)?", r"(?:=?[ \t\u{a0}]*\r?\n[>|│ \t\u{a0}]*)?");
    Regex::new(&format!("(?i){shape}")).expect("a pattern of ours")
});

/// What may stand between a label and its value, or before both: space, line breaks, the marks of quotations, tables and bold print.
fn is_gap(c: char) -> bool {
    c.is_whitespace() || ":=|│>*_".contains(c)
}

fn split_gap(text: &str) -> (&str, &str) {
    let is_end = |(at, c): &(usize, char)| {
        !is_gap(*c) || (*c == '*' && text.get(*at..).is_some_and(|rest| rest.starts_with(STRUCK)))
    };
    text.split_at(text.char_indices().find(is_end).map_or(text.len(), |(at, _)| at))
}

/// How much of `text`, which follows a label and a gap, is the password; 0 where there is none.
fn value_length(gap: &str, text: &str, alone: bool) -> usize {
    let line = line_length(text);
    let word = text.find(char::is_whitespace).unwrap_or(text.len());
    let is_one_word = text.get(word..line).is_none_or(|rest| rest.trim().is_empty());

    if gap.is_empty() || text.starts_with(STRUCK) {
        0
    } else if is_clear(gap) || (alone && gap.contains('\n') && is_one_word) {
        // The letter's own line (`Passwort   tolu-...`), or what became of a table: all of it goes.
        over_line_breaks(text, line)
    } else {
        // In running text only what is no word: with a digit or a sign inside.
        let value = over_line_breaks(text, word);
        let found = text.get(..value).unwrap_or_default();
        if is_like_a_word(found) { 0 } else { value }
    }
}

/// On the label's line stands what stands between a field's name and its value, not between two words.
fn is_clear(gap: &str) -> bool {
    let on_line = gap.split('\n').next().unwrap_or_default();
    on_line.contains([':', '=', '|', '│', '\t', '\u{a0}']) || on_line.contains("  ")
}

/// Longer by the first word of each next line, as long as a line ends in a hyphen or a soft break.
fn over_line_breaks(text: &str, mut length: usize) -> usize {
    while let Some((found, rest)) = text.split_at_checked(length)
        && found.ends_with(['-', '='])
        && rest.trim_start_matches([' ', '\t', '\r']).starts_with('\n')
    {
        let (gap, rest) = split_gap(rest);
        let word = rest.find(char::is_whitespace).unwrap_or(rest.len());
        length += gap.len() + word;
    }
    length
}

fn line_length(text: &str) -> usize {
    text.lines().next().map_or(0, |line| line.trim_end().len())
}

/// Letters, with punctuation around them at most: "vergessen", "(bitte", "out.".
fn is_like_a_word(value: &str) -> bool {
    value.trim_matches(|c: char| !c.is_alphanumeric()).chars().all(char::is_alphabetic)
}

#[cfg(test)]
mod tests;
