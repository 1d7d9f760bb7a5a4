//! A structured header field (RFC 5322 section 3.2) in its pieces: what is a word, and what stands in quotes, comments or angle
//! brackets. What a stranger may choose stands inside of one of those, and must not get out of it: so all who read what servers
//! write into a header read it by this.

/// Put together again in order, they are the field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Neither blank nor one of the others.
    Text(String),
    /// Without its quotation marks and backslashes.
    Quoted(String),
    /// What stands between `<` and `>`, as it is written; those in quotes are none.
    Angle(String),
    /// Without its own brackets and backslashes; the comments inside of it with theirs.
    Comment(String),
    Blank,
    Semicolon,
}

/// None where something has an end and no beginning, or a beginning and no end: what was meant is anybody's guess then.
#[must_use]
pub fn pieces(value: &str) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        let piece = match c {
            '"' => Piece::Quoted(quoted(&mut chars)?),
            '(' => Piece::Comment(comment(&mut chars)?),
            '<' => Piece::Angle(angle(&mut chars)?),
            ')' | '>' => return None,
            ';' => Piece::Semicolon,
            _ if c.is_ascii_whitespace() => Piece::Blank,
            _ => {
                text.push(c);
                continue;
            }
        };
        if !text.is_empty() {
            pieces.push(Piece::Text(std::mem::take(&mut text)));
        }
        if piece != Piece::Blank || pieces.last() != Some(&Piece::Blank) {
            pieces.push(piece);
        }
    }
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
    Some(pieces)
}

type Rest<'v> = std::str::Chars<'v>;

/// To the closing quotation mark.
fn quoted(rest: &mut Rest<'_>) -> Option<String> {
    let mut text = String::new();
    loop {
        match rest.next()? {
            '"' => return Some(text),
            '\\' => text.push(rest.next()?),
            c => text.push(c),
        }
    }
}

/// Quotation marks have no meaning in it.
fn comment(rest: &mut Rest<'_>) -> Option<String> {
    let mut text = String::new();
    let mut depth = 1_usize;
    loop {
        let c = rest.next()?;
        match c {
            '\\' => {
                text.push(rest.next()?);
                continue;
            }
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(text);
        }
        text.push(c);
    }
}

/// An address has its local part in quotes where there is something odd in it. Blanks and further brackets have no place here.
fn angle(rest: &mut Rest<'_>) -> Option<String> {
    let mut text = String::new();
    loop {
        match rest.next()? {
            '>' => return Some(text),
            '"' => {
                let inside = quoted(rest)?;
                text.push('"');
                text.push_str(&inside.replace('\\', "\\\\").replace('"', "\\\""));
                text.push('"');
            }
            '<' | '(' | ')' | ';' => return None,
            c if c.is_ascii_whitespace() => return None,
            c => text.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Piece::{Angle, Blank, Comment, Quoted, Semicolon, Text};
    use super::*;

    fn text(text: &str) -> Piece {
        Text(text.to_owned())
    }

    #[test]
    fn a_field_comes_apart_as_the_rfc_says() {
        for (value, expected) in [
            ("", vec![]),
            ("a  b\t c", vec![text("a"), Blank, text("b"), Blank, text("c")]),
            ("a=\"b; (c\\\"\"d", vec![text("a="), Quoted("b; (c\"".into()), text("d")]),
            ("(a (b) \\) \"c)d;", vec![Comment("a (b) ) \"c".into()), text("d"), Semicolon]),
            (
                "for <\"a> by b (\"@x>;",
                vec![text("for"), Blank, Angle("\"a> by b (\"@x".into()), Semicolon],
            ),
            ("<>", vec![Angle(String::new())]),
        ] {
            assert_eq!(pieces(value), Some(expected), "{value}");
        }
    }

    #[test]
    fn what_has_no_end_or_no_beginning_cannot_be_read() {
        for value in [
            "\"a", "\"a\\\"", "(a", "(a (b)", "(a\\)", "<a", "a)", "a>", "<a b>", "<a <b>>",
            "<\"a>", "\"\\", "<a(b)>",
        ] {
            assert_eq!(pieces(value), None, "{value}");
        }
    }

    fn escaped(text: &str, special: &[char]) -> String {
        let escape = |c| if special.contains(&c) { format!("\\{c}") } else { String::from(c) };
        text.chars().map(escape).collect()
    }

    proptest! {
        #[test]
        fn what_stands_inside_never_gets_out(inside in "[ -~é\\t]{0,60}") {
            let quoted = escaped(&inside, &['\\', '"']);
            let expected = [text("a"), Blank, Quoted(inside.clone()), Blank, text("b")];
            prop_assert_eq!(pieces(&format!("a \"{quoted}\" b")).unwrap(), expected);

            let expected = [text("a"), Blank, Angle(format!("\"{quoted}\"@x")), Blank, text("b")];
            prop_assert_eq!(pieces(&format!("a <\"{quoted}\"@x> b")).unwrap(), expected);

            let commented = escaped(&inside, &['\\', '(', ')']);
            let expected = [text("a"), Blank, Comment(inside), Blank, text("b")];
            prop_assert_eq!(pieces(&format!("a ({commented}) b")).unwrap(), expected);
        }

        #[test]
        fn no_value_makes_it_fall_over(value in "[()<>\";\\\\a =é\\t]{0,80}") {
            drop(pieces(&value));
        }
    }
}
