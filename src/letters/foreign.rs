//! Foreign words made harmless before anybody reads them: nothing invisible, nothing endless, and no `#` where a line can begin.
//!
//! A client fills lines anew where it finds a space, so each space before a `#` becomes one that does not break; a value that
//! begins with `#` is put in quotation marks. What was cleaned once stays as it is when it is cleaned again.

use crate::desk::people::Language;

/// A space that no client breaks at.
pub const NO_BREAK: char = '\u{a0}';
/// The longest run without a space, in characters: at four octets each still a line that SMTP takes.
const LONGEST_WORD: usize = 200;

/// What a forgiving reader takes for `#`.
#[must_use]
pub const fn is_hash(c: char) -> bool {
    matches!(c, '#' | '＃' | '﹟')
}

/// Control characters, changes of direction, and what takes no room.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

const fn ends_line(c: char) -> bool {
    matches!(c, '\n' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Opening and closing quotation mark.
#[must_use]
pub const fn marks(language: Language) -> (char, char) {
    match language {
        Language::De => ('»', '«'),
        Language::En => ('“', '”'),
    }
}

/// One line: every run of white space a space, quotation marks around what begins with `#`.
#[must_use]
pub fn line(text: &str, language: Language) -> String {
    let spaced: String = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !is_unseen(*c))
        .collect();
    let joined = spaced.split(' ').filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ");
    quoted(&held(&joined), language)
}

/// Its lines, without white space at their ends and without empty ones around. A line may begin with `#`: whoever prints it puts
/// something before it.
#[must_use]
pub fn lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> =
        text.replace("\r\n", "\n").replace('\r', "\n").split(ends_line).map(one_of_many).collect();
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    let blank = lines.iter().take_while(|line| line.is_empty()).count();
    lines.split_off(blank)
}

fn one_of_many(line: &str) -> String {
    let seen: String = line
        .chars()
        .flat_map(|c| if c == '\t' { "    ".chars().collect() } else { vec![c] })
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !is_unseen(*c))
        .collect();
    let seen = seen.trim_end();
    let unindented = seen.trim_start();
    held(if unindented.starts_with(is_hash) { unindented } else { seen })
}

/// Quotation marks around what begins with `#`.
#[must_use]
pub fn quoted(text: &str, language: Language) -> String {
    let (open, close) = marks(language);
    let begins = text.trim_start_matches([' ', NO_BREAK]).starts_with(is_hash);
    if begins { format!("{open}{}{close}", text.trim()) } else { text.to_owned() }
}

/// No space that breaks before a `#`, and no word without end.
#[must_use]
pub fn held(text: &str) -> String {
    let mut held = String::with_capacity(text.len());
    let mut run = 0;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let before_hash = chars.peek().copied().is_some_and(is_hash);
        let c = if c == ' ' && before_hash {
            held.truncate(held.trim_end_matches([' ', NO_BREAK]).len());
            NO_BREAK
        } else {
            c
        };
        held.push(c);
        run = if c == ' ' { 0 } else { run + 1 };
        let may_end = !before_hash && c != NO_BREAK && chars.peek() != Some(&NO_BREAK);
        if chars.peek().is_some_and(|next| *next != ' ')
            && (run >= LONGEST_WORD && may_end || run >= LONGEST_WORD + 20)
        {
            held.push_str(if may_end { " " } else { " ·" });
            run = 0;
        }
    }
    held
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_one_line_that_cannot_begin_with_a_command() {
        for (foreign, shown) in [
            ("Lena  Hoffmann ", "Lena Hoffmann"),
            ("a@b\nBcc: x@y.de", "a@b Bcc: x@y.de"),
            ("#confirm", "»#confirm«"),
            (" \u{200b}＃confirm", "»＃confirm«"),
            ("Jo #confirm", "Jo\u{a0}#confirm"),
            ("Jo\u{202e}moc\u{200b} \u{2066}#x", "Jomoc\u{a0}#x"),
            ("{{password}}", "{{password}}"),
        ] {
            assert_eq!(line(foreign, Language::De), shown);
            assert_eq!(line(shown, Language::De), shown, "twice is once");
        }
    }

    #[test]
    fn many_lines_stay_lines() {
        let text = "\n\nEins\t#2\r\n  #confirm\r\n\r\nDrei  \u{2028}Vier\n\n";
        assert_eq!(lines(text), ["Eins\u{a0}#2", "#confirm", "", "Drei", "Vier"]);
    }

    #[test]
    fn nothing_is_endless() {
        for long in ["x".repeat(5_000), "# ".repeat(3_000), "ä#".repeat(3_000)] {
            let cleaned = line(&long, Language::En);
            for word in cleaned.split(' ') {
                assert!(word.len() < 900, "{}", word.len());
                assert!(!word.starts_with(is_hash));
            }
        }
    }
}
