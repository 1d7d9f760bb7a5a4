//! `--explain`: every line of a mail's text with what it was taken for, commands as the daemon reads them.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::desk::answer::Problem;
use crate::desk::command_line::Typed;
use crate::mail::new_text::lines;
use crate::mail::one_line::is_invisible;
use crate::mail::{LineKind, NewText};

#[derive(Debug, Serialize)]
pub struct Line {
    pub kind: &'static str,
    pub text: String,
}

/// A new line that is a command, and one that would be but cannot be understood.
const COMMAND: &str = "command";
const REFUSED: &str = "refused";

#[must_use]
pub fn explained(text: &str, new: &NewText, typed: &Typed, problems: &[Problem]) -> Vec<Line> {
    let refused = problems.iter().map(|problem| (problem.line, REFUSED));
    let commands = typed.commands.iter().map(|command| (command.line, COMMAND));
    let told: BTreeMap<usize, &str> = commands.chain(refused).collect();
    // Commands are counted in the blocks, whose lines are those of the text, in order, some blank ones left out.
    let mut blocks = new.blocks.iter().flat_map(|block| block.lines()).peekable();
    let mut nth = 0;
    let mut explained: Vec<Line> = Vec::new();
    for (kind, text) in lines(text.trim_end_matches(['\r', '\n'])) {
        let mut kind = name(kind);
        if kind == name(LineKind::New) && blocks.next_if(|line| *line == text.trim_end()).is_some()
        {
            nth += 1;
            kind = told.get(&nth).copied().unwrap_or(kind);
        }
        explained.push(Line { kind, text: text.to_owned() });
    }
    explained
}

fn name(kind: LineKind) -> &'static str {
    match kind {
        LineKind::New => "new",
        LineKind::Quote => "quote",
        LineKind::Attribution => "attribution",
        LineKind::Signature => "signature",
        LineKind::Forwarded => "forwarded",
        LineKind::Marker => "marker",
        LineKind::Disclaimer => "disclaimer",
    }
}

/// What people look for stands out, what does not count is dim.
const COLOURS: &[(&str, &str)] =
    &[("new", ""), (COMMAND, "\x1b[1;32m"), (REFUSED, "\x1b[1;31m"), ("marker", "\x1b[33m")];
const DIM: &str = "\x1b[2m";
const PLAIN: &str = "\x1b[0m";

/// `command     | #lock`, a line of the text on each.
#[must_use]
pub fn margin(lines: &[Line], in_colour: bool) -> String {
    let line = |Line { kind, text }: &Line| {
        let line = format!("{kind:11} | {}", visible(text));
        let line = line.trim_end();
        let colour = COLOURS.iter().find(|(name, _)| name == kind).map_or(DIM, |(_, code)| code);
        match in_colour && !colour.is_empty() {
            true => format!("  {colour}{line}{PLAIN}\n"),
            false => format!("  {line}\n"),
        }
    };
    lines.iter().map(line).collect()
}

/// Nothing that steers a terminal or turns letters around, but where it stands is seen.
fn visible(text: &str) -> String {
    let mut seen = String::new();
    for c in text.chars() {
        match u32::from(c) {
            0x09 => seen.push(c),
            code @ 0..0x20 => seen.extend(char::from_u32(0x2400 + code)),
            0x7f => seen.push('␡'),
            code if is_invisible(c) => seen.push_str(&format!("<U+{code:04X}>")),
            _ => seen.push(c),
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::command_line::read_through;
    use crate::mail::new_text;

    fn page(text: &str, in_colour: bool) -> String {
        let new = new_text::new_text(text);
        let (typed, problems) = read_through(&new.blocks, new.last_block_follows_quote);
        margin(&explained(text, &new, &typed, &problems), in_colour)
    }

    #[test]
    fn every_line_says_what_it_was_taken_for() {
        let text = "#lock\n#lokc\n\nHello \x1b[2Jthere\u{202e}\n\nOn Mon, 23 Nov 2026 at 12:00, Jo <jo@example.net> wrote:\n\
            > Hi\n> #spam\n\nYes.\n#note\n\n-- \nAnna\n#close\n";
        insta::assert_snapshot!(page(text, false), @r"
        command     | #lock
        refused     | #lokc
        new         |
        new         | Hello ␛[2Jthere<U+202E>
        new         |
        attribution | On Mon, 23 Nov 2026 at 12:00, Jo <jo@example.net> wrote:
        quote       | > Hi
        quote       | > #spam
        new         |
        new         | Yes.
        command     | #note
        new         |
        signature   | --
        signature   | Anna
        signature   | #close
        ");
    }

    #[test]
    fn colours_end_on_the_line_they_begin_on() {
        assert_eq!(
            page("#lock\nHi\n> x", true),
            "  \x1b[1;32mcommand     | #lock\x1b[0m\n  new         | Hi\n  \x1b[2mquote       | > x\x1b[0m\n"
        );
    }
}
