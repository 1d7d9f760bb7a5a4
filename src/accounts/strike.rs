//! Strikes passwords out of what comes back to a credentials letter: what follows the label, however a mail program has quoted,
//! re-wrapped or flattened the letter, and whatever has the shape of a password of ours.
//!
//! What it cannot see: a password inside base64.

use std::sync::LazyLock;

use regex::Regex;

use super::password;

/// Stands where a password stood.
pub const STRUCK: &str = "********";

/// No password is longer, in octets, whoever made it.
const LONGEST_WORD: usize = 256;
/// Nor is one over so many octets of broken lines, quoted as often as may be.
const LONGEST_BROKEN: usize = 4_096;

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

/// Whether a password of ours stands in it: one in words of the sender's own is theirs, and no reason to keep less of the mail.
#[must_use]
pub fn holds_password(text: &str) -> bool {
    SHAPE.is_match(text)
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
    let length = text.char_indices().find(is_end).map_or(text.len(), |(at, _)| at);
    #[cfg(test)]
    tests::LOOKED_AT.set(tests::LOOKED_AT.get() + length);
    text.split_at(length)
}

/// How much of `text`, which follows a label and a gap, is the password; 0 where there is none.
///
/// A mail may be nothing but labels, so what is looked through for one of them is either struck, and not looked at again, or ends at
/// the line of a label that stands alone, or at what is longer than any password.
fn value_length(gap: &str, text: &str, alone: bool) -> usize {
    if gap.is_empty() || text.starts_with(STRUCK) {
        return 0;
    }
    if is_clear(gap) || (alone && gap.contains('\n') && is_one_word(text)) {
        // The letter's own line (`Passwort   tolu-...`), or what became of a table: all of it goes.
        return over_line_breaks(text, line_length(text));
    }
    // In running text only what is no word: with a digit or a sign inside.
    let value = over_line_breaks(text, word_length(text));
    let found = text.get(..value).unwrap_or_default();
    if is_like_a_word(found) { 0 } else { value }
}

/// Whether nothing else stands on the line.
fn is_one_word(text: &str) -> bool {
    let behind = text.get(word_length(text)..).unwrap_or_default();
    let gap = length_until(behind, |c| c == '\n' || !c.is_whitespace());
    behind.get(gap..).is_none_or(|rest| rest.is_empty() || rest.starts_with('\n'))
}

/// On the label's line stands what stands between a field's name and its value, not between two words.
fn is_clear(gap: &str) -> bool {
    let on_line = gap.split('\n').next().unwrap_or_default();
    on_line.contains([':', '=', '|', '│', '\t', '\u{a0}']) || on_line.contains("  ")
}

/// Longer by the first word of each next line, as long as a line ends in a hyphen or a soft break.
fn over_line_breaks(text: &str, mut length: usize) -> usize {
    let most = length + LONGEST_BROKEN;
    while length < most
        && let Some((found, rest)) = text.split_at_checked(length)
        && found.ends_with(['-', '='])
        && rest
            .get(length_until(rest, |c| !matches!(c, ' ' | '\t' | '\r'))..)
            .is_some_and(|rest| rest.starts_with('\n'))
    {
        let (gap, rest) = split_gap(rest);
        length += gap.len() + word_length(rest);
    }
    length
}

fn line_length(text: &str) -> usize {
    let line = length_until(text, |c| c == '\n');
    text.get(..line).unwrap_or_default().trim_end().len()
}

/// Up to the next space, or to what is longer than any password, with its soft breaks.
fn word_length(text: &str) -> usize {
    let near = text.get(..text.floor_char_boundary(LONGEST_WORD)).unwrap_or_default();
    length_until(near, char::is_whitespace)
}

/// All that is looked ahead is looked at here.
fn length_until(text: &str, is_end: impl Fn(char) -> bool) -> usize {
    let length = text.find(is_end).unwrap_or(text.len());
    #[cfg(test)]
    tests::LOOKED_AT.set(tests::LOOKED_AT.get() + length);
    length
}

/// Letters, with punctuation around them at most: "vergessen", "(bitte", "out.".
fn is_like_a_word(value: &str) -> bool {
    value.trim_matches(|c: char| !c.is_alphanumeric()).chars().all(char::is_alphabetic)
}

#[cfg(test)]
mod tests;
