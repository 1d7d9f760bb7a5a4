//! The few lines of a mail that a story shows: the headline, and what stands around a word.

/// The first paragraph below the line that asks to write above it, and below the greeting.
pub fn headline(text: &str) -> Option<String> {
    let lines = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with("____"));
    passage(text, lines.into_iter().find(|line| !line.ends_with(','))?)
}

/// The passage with this word, on one line: a whole paragraph, or one line of a table, a list or a quote with what is
/// indented below it. None where the word is nowhere.
pub fn passage(text: &str, word: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let found = lines.iter().position(|line| line.contains(word))?;
    let line = *lines.get(found)?;
    let goes_on = |other: &&&str| {
        let deeper = !other.trim().is_empty() && indent(other) > indent(line);
        if stands_alone(line) {
            deeper
        } else {
            !stands_alone(other) && indent(other) == indent(line)
        }
    };
    let before = match stands_alone(line) {
        true => 0,
        false => lines.iter().take(found).rev().take_while(goes_on).count(),
    };
    let after = lines.iter().skip(found + 1).take_while(goes_on).count();
    let passage = lines.iter().skip(found - before).take(before + 1 + after);
    Some(passage.map(|line| line.trim()).collect::<Vec<_>>().join(" "))
}

/// A line of a table, of a list or of a quote; and one that separates paragraphs.
fn stands_alone(line: &str) -> bool {
    let text = line.trim();
    let is_item = text.starts_with(|c: char| c.is_ascii_digit()) && text.contains(". ");
    text.is_empty() || text.contains("  ") || text.starts_with(['|', '»', '“']) || is_item
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIL: &str = "____ Please write above ____\n\nDear Anna,\n\nNew application\nfrom Lena\n\nReason\n| one\n| two\n
  Name   Lena\n  Login  lena\n\n  “#verify”\n      a link to\n      lena\n  “#lock”\n";

    #[test]
    fn a_paragraph_is_shown_whole_and_a_line_of_a_table_with_what_is_indented_below() {
        assert_eq!(headline(MAIL).as_deref(), Some("New application from Lena"));
        for (word, shown) in [
            ("from Lena", Some("New application from Lena")),
            ("two", Some("| two")),
            ("Login", Some("Login  lena")),
            ("#verify", Some("“#verify” a link to lena")),
            ("#lock", Some("“#lock”")),
            ("nowhere", None),
        ] {
            assert_eq!(passage(MAIL, word).as_deref(), shown, "{word}");
        }
    }
}
