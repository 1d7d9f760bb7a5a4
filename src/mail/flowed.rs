//! `format=flowed` (RFC 3676): joins the lines that the sender's client had broken for the way.
//!
//! Quoting stays: a quoted paragraph becomes one line that begins with its `>` marks.

/// `text` with `\n` line ends, its soft line breaks taken out. `del_sp`: the space before a soft break goes, too.
#[must_use]
pub fn unflowed(text: &str, del_sp: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut open: Option<usize> = None; // the quote depth of the paragraph that the next line may continue
    for line in text.split('\n') {
        let (depth, content) = quote_depth(line);
        let content = content.strip_prefix(' ').unwrap_or(content); // space-stuffing, section 4.4
        let is_separator = content == "-- "; // never flowed, section 4.3
        // An empty line ends a paragraph, whatever blank the client left on the line before it.
        if open == Some(depth) && !is_separator && !content.is_empty() {
            out.push_str(content);
        } else {
            if open.is_some() {
                // The depth changed inside a paragraph: improper, so the break was a real one (section 4.5).
                trim_soft_end(&mut out);
                out.push('\n');
            }
            start_line(&mut out, depth, content);
        }
        if content.ends_with(' ') && !is_separator {
            if del_sp {
                out.pop();
            }
            open = Some(depth);
        } else {
            out.push('\n');
            open = None;
        }
    }
    if open.is_none() {
        out.pop(); // the line end that `split` made of the last, missing one
    }
    out
}

fn quote_depth(line: &str) -> (usize, &str) {
    let content = line.trim_start_matches('>');
    (line.len().saturating_sub(content.len()), content)
}

fn start_line(out: &mut String, depth: usize, content: &str) {
    out.extend(std::iter::repeat_n('>', depth));
    if depth > 0 && !content.is_empty() {
        out.push(' ');
    }
    out.push_str(content);
}

fn trim_soft_end(out: &mut String) {
    out.truncate(out.trim_end_matches(' ').len());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn soft_line_breaks_go_and_quotes_stay() {
        for (flowed, del_sp, text) in [
            ("one \ntwo\nthree\n", false, "one two\nthree\n"),
            ("Donau \ndampf\n", true, "Donaudampf\n"),
            ("> a \n> b\n> c\nd", false, "> a b\n> c\nd"),
            (">> a \n> b\n", false, ">> a\n> b\n"),
            ("text \n> quoted\n", false, "text\n> quoted\n"),
            ("bye \n\n-- \nJo \nDoe\n", false, "bye\n\n-- \nJo Doe\n"),
            (" > not quoted\n From here\n", false, "> not quoted\nFrom here\n"),
            ("open \n", false, "open\n"),
            ("", false, ""),
        ] {
            assert_eq!(unflowed(flowed, del_sp), text, "{flowed:?}");
        }
    }

    #[test]
    fn a_command_is_not_joined_to_the_line_before_it() {
        assert_eq!(unflowed("Bye.\n#close\n", false), "Bye.\n#close\n");
    }
}
