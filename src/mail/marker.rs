//! The line on top of our own mails that divides old from new where a client quotes without marks.
//!
//! Clients re-wrap it, shorten its underscores and put it behind quote marks; it is known by its words alone.

use std::sync::LazyLock;

use super::line::{
    Found, LONGEST_INTRODUCTION_OCTETS, LineKind, Then, bare, is_blank, is_command_like, is_quoted,
    is_rule,
};

/// The words of the marker line, per language, as the letters print them between underscores.
pub static MARKERS: &[(&str, &str)] = &[
    ("de", "Antwort bitte über diese Zeile schreiben"),
    ("en", "Please write your answer above this line"),
];

/// A wrapped marker stands on at most this many lines.
const MOST_LINES: usize = 4;

/// The line of a text that is the marker, if one is.
#[must_use]
pub fn line_in(text: &str) -> Option<&str> {
    let lines: Vec<&str> = text.lines().collect();
    let at = (0..lines.len()).find(|at| length(&lines, *at).is_some())?;
    lines.get(at).copied()
}

/// The marker with the introduction above it that no table knew.
pub(super) fn at(lines: &[&str], floor: usize, at: usize) -> Option<Found> {
    let length = length(lines, at).or_else(|| is_of_others(lines, at).then_some(1))?;
    let marked = lines.get(at).is_some_and(|line| is_quoted(line));
    // Behind a quote mark the client marks its quotes: an answer may stand below.
    let then = if marked { Then::Look } else { Then::AllIs(LineKind::Marker) };
    let from = if marked { at } else { introduction(lines, floor, at) };
    Some(Found { from, to: at + length, kind: LineKind::Marker, then })
}

/// Whether a mail that begins with the marker stands in a text, below something else. At the very top it is the marker of a
/// letter that another installation wrote, and whose words are meant for us.
#[must_use]
pub fn stands_below(text: &str) -> bool {
    let lines: Vec<&str> = text.lines().filter(|line| !is_blank(line)).collect();
    let first = (0..lines.len()).find(|at| length(&lines, *at).is_some());
    first.is_some_and(|at| at > 0)
}

/// "##- Please type your reply above this line -##": another help desk's, in whatever language. On top of a mail it is
/// theirs, and what stands below is what they wrote.
fn is_of_others(lines: &[&str], at: usize) -> bool {
    let is_marker = lines.get(at).is_some_and(|line| {
        let line = bare(line.trim_matches(['*', '>', ' ']));
        line.len() <= 200 && line.len() > 6 && line.starts_with("##-") && line.ends_with("-##")
    });
    is_marker && lines.iter().take(at).any(|line| !is_blank(line))
}

/// How many lines the marker that starts here takes.
fn length(lines: &[&str], at: usize) -> Option<usize> {
    let first = lines.get(at)?;
    if !can_start(first) {
        return None;
    }
    let ruled = first.contains("__");
    let own = letters(first);
    let mut read = String::new();
    for (count, line) in lines.get(at..)?.iter().take(MOST_LINES).enumerate() {
        if line.len() > LONGEST_INTRODUCTION_OCTETS {
            return None;
        }
        read.push_str(&letters(line));
        for words in LETTERS.iter() {
            // Cells of a table may have been joined to one line: then the underscores are the sign.
            let begins_here =
                read.find(words.as_str()).is_some_and(|position| position < own.len().max(1));
            if read == *words || (ruled && begins_here) {
                let rest = lines.get(at + count + 1).is_some_and(|line| is_rule(line));
                return Some(count + 1 + usize::from(rest));
            }
        }
    }
    None
}

/// Cheap: most lines have neither underscores nor the first letters of a marker.
fn can_start(line: &str) -> bool {
    if line.len() > LONGEST_INTRODUCTION_OCTETS {
        return false;
    }
    line.contains("__") || {
        let own = letters(line);
        !own.is_empty() && LETTERS.iter().any(|words| words.starts_with(&own))
    }
}

/// Letters and digits only, lower case: what re-wrapping leaves as it was.
fn letters(line: &str) -> String {
    line.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The markers' letters.
static LETTERS: LazyLock<Vec<String>> =
    LazyLock::new(|| MARKERS.iter().map(|(_, words)| letters(words)).collect());

/// The first line of an introduction above the marker, in whatever language: the paragraph's end with a colon, and a
/// date or an address; a block of fields with an address; a rule. `at` where there is none.
fn introduction(lines: &[&str], floor: usize, at: usize) -> usize {
    let above = |end: usize| {
        (floor..end)
            .rev()
            .take(4)
            .find(|index| lines.get(*index).is_some_and(|line| !is_blank(line)))
            .map(|i| i + 1)
    };
    let mut from = at;
    if let Some(end) = above(at) {
        from = sentence(lines, floor, end).or_else(|| fields(lines, floor, end)).unwrap_or(at);
    }
    while let Some(end) = above(from) {
        if !lines.get(end - 1).is_some_and(|line| is_rule(line)) {
            break;
        }
        from = end - 1;
    }
    from
}

/// "... wrote:" of any language: up from the colon to the line with an address, else to the one with a number.
fn sentence(lines: &[&str], floor: usize, end: usize) -> Option<usize> {
    let last = bare(lines.get(end.checked_sub(1)?)?);
    if !last.ends_with([':', '：']) {
        return None;
    }
    let paragraph = || {
        let filled = |index: &usize| {
            lines.get(*index).is_some_and(|line| !is_blank(line) && !is_command_like(line))
        };
        (floor..end).rev().take(MOST_LINES).take_while(filled)
    };
    let holds = |what: fn(char) -> bool| {
        paragraph().find(|index| lines.get(*index).is_some_and(|line| line.contains(what)))
    };
    holds(|c| c == '@').or_else(|| holds(char::is_numeric))
}

/// `Word: value` lines of any language, at least two of them, one with an address.
fn fields(lines: &[&str], floor: usize, end: usize) -> Option<usize> {
    let is_field = |line: &&str| {
        line.len() <= LONGEST_INTRODUCTION_OCTETS
            && line
                .split_once([':', '：'])
                .is_some_and(|(name, _)| !bare(name).is_empty() && name.chars().count() <= 20)
    };
    let block = lines.get(floor..end)?;
    let count = block.iter().rev().take(8).take_while(|line| is_field(line)).count();
    let block = block.get(block.len() - count..)?;
    (count >= 2 && block.iter().any(|line| line.contains('@'))).then_some(end - count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_of_another_installation_is_not_one_of_ours_that_was_passed_on() {
        let letter = "____ Please write your answer above this line ____\n\nHello";
        for (text, passed_on) in [
            (format!("----- Forwarded Message -----\nFrom: a@b.de\n\n{letter}"), true),
            (format!("> From: a@b.de\n>\n> {}", letter.replace('\n', "\n> ")), true),
            (format!("\n\n{letter}"), false),
            ("Hello\n\nWorld".to_owned(), false),
        ] {
            assert_eq!(stands_below(&text), passed_on, "{text}");
        }
    }

    #[test]
    fn the_marker_is_known_however_a_client_mangles_it() {
        for (text, lines) in [
            ("____ Antwort bitte über diese Zeile schreiben __________________________", 1),
            ("____ Please write your answer above this line ____", 1),
            ("__ Please write your answer above this line", 1),
            ("Please write your answer above this line", 1),
            ("> ____ Please write your answer above this line ____", 1),
            ("*____ Please write your answer above this line ____*", 1),
            ("____ Antwort bitte über diese Zeile\nschreiben __________", 2),
            ("____ Antwort bitte über diese Zeile schreiben\n__________", 2),
            ("____ Antwort bitte\nüber diese\nZeile schreiben ____", 3),
            ("____ Please write your answer above this line ____ New application of Jo", 1),
        ] {
            let read: Vec<&str> = text.split('\n').collect();
            assert_eq!(length(&read, 0), Some(lines), "{text:?}");
        }
    }

    #[test]
    fn another_help_desk_s_marker_counts_below_something() {
        let marker = "##- Bitte geben Sie Ihre Antwort über dieser Zeile ein. -##";
        for (text, at, found) in [
            (format!("Yes.\n\n{marker}"), 2, true),
            (format!("Yes.\n\n*{marker}*"), 2, true),
            (format!("\n{marker}\n\nYour request has been updated."), 1, false),
            ("Yes.\n##- no".to_owned(), 1, false),
            ("Yes.\n#close -##".to_owned(), 1, false),
        ] {
            let read: Vec<&str> = text.split('\n').collect();
            assert_eq!(super::at(&read, 0, at).is_some(), found, "{text:?}");
        }
    }

    #[test]
    fn what_only_talks_about_the_marker_is_no_marker() {
        for text in [
            "",
            "Please write your answer",
            "\"Please write your answer above this line\" is an odd sentence.",
            "I wrote above this line.",
            "____\nKind regards\nPlease",
        ] {
            let read: Vec<&str> = text.split('\n').collect();
            assert_eq!(length(&read, 0), None, "{text:?}");
        }
    }
}
