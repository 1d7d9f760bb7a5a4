//! Makes foreign text fit to stand on one line of a header, a listing or a terminal.
//!
//! What it takes away has no place there: control characters, marks that turn the writing direction, and characters
//! without width that hide one word inside another. Line ends become spaces; letters of every script stay.

/// `text` on one line, trimmed, without invisible characters.
#[must_use]
pub fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                line.push(' ');
            }
            c if is_invisible(c) => {}
            c => line.push(c),
        }
    }
    line.trim().to_owned()
}

/// Takes out of a text of several lines what moves the cursor, turns the writing direction or hides a letter. Joiners and
/// plain direction marks stay: whole scripts are written with them.
pub fn make_readable(text: &mut String) {
    if text.contains(['\u{b}', '\u{c}', '\u{85}']) {
        *text = text.replace(['\u{b}', '\u{c}', '\u{85}'], " ");
    }
    text.retain(|c| matches!(c, '\n' | '\t' | '\u{200c}'..='\u{200f}') || !is_invisible(c));
}

/// The first `most` characters of `text`; never half a character.
#[must_use]
pub fn shortened(text: &str, most: usize) -> &str {
    text.char_indices().nth(most).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

/// Control characters, direction marks (Unicode TR 9), zero-width characters, tags.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{feff}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_holds_no_line_end_and_nothing_invisible() {
        for (text, line) in [
            ("  Antrag für Jörg ", "Antrag für Jörg"),
            ("a\r\nBcc: x@example.org", "a  Bcc: x@example.org"),
            ("rechnung\u{202e}fdp.exe", "rechnungfdp.exe"),
            ("pay\u{200b}pal\u{0}\u{1b}[31m", "paypal[31m"),
            ("\u{2028}", ""),
        ] {
            assert_eq!(one_line(text), line);
        }
    }

    #[test]
    fn shortening_keeps_whole_characters() {
        assert_eq!(shortened("äöü", 2), "äö");
        assert_eq!(shortened("äöü", 9), "äöü");
    }
}
