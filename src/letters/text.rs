//! Blocks laid out as the plain text part: 72 columns, aligned, every foreign line behind a bar, no line that begins with `#`.

use super::document::{Block, Document, Fact, Field, GLUE, Offered};
use super::foreign::{self, NO_BREAK};
use crate::desk::people::Language;

pub const WIDTH: usize = 72;
/// Labels wider than this have their value below them.
const WIDEST_LABEL: usize = 26;
const WIDEST_COMMAND: usize = 22;
/// A command with its arguments stays on one line up to here.
const WIDEST_TOKEN: usize = 42;

/// The whole text, the marker line on top, with a line end after each line.
#[must_use]
pub fn lay_out(document: &Document, marker: &str, language: Language) -> String {
    let marks = foreign::marks(language);
    let head = format!("____ {marker} ");
    let rest = WIDTH.saturating_sub(head.chars().count());
    let mut text = format!("{head}{}\n", "_".repeat(rest));
    let mut below_heading = false;
    let mut in_footer = false;
    for block in &document.blocks {
        let footer = matches!(block, Block::Footer(_) | Block::Overview(_));
        if footer && !in_footer {
            text.push_str("\n-- \n");
        } else if !below_heading && !in_footer {
            text.push('\n');
        }
        in_footer = footer;
        below_heading = matches!(block, Block::Heading(_));
        for line in block_lines(block, marks) {
            text.push_str(line.replace(GLUE, " ").trim_end());
            text.push('\n');
        }
    }
    text
}

fn block_lines(block: &Block, marks: (char, char)) -> Vec<String> {
    match block {
        Block::Headline(text)
        | Block::Heading(text)
        | Block::Paragraph(text)
        | Block::Small(text)
        | Block::Footer(text) => wrap(text, "", "", marks),
        Block::Urgent(text) => wrap(text, "!! ", "!! ", marks),
        Block::Quote(lines) => lines.iter().flat_map(|line| quote(line, marks)).collect(),
        Block::Words(lines) => lines.iter().flat_map(|line| words(line, marks)).collect(),
        Block::Fields(fields) => field_lines(fields, marks),
        Block::Facts(facts) => facts.iter().flat_map(|fact| fact_lines(fact, marks)).collect(),
        Block::Items(items) => items.iter().flat_map(|item| item_lines(item, marks)).collect(),
        Block::Steps(steps) => step_lines(steps, marks),
        Block::Links(_) => Vec::new(),
        // Without an address there is nothing to print: a link with a token in its subject is not for typing.
        Block::Overview(own) if own.effect.is_empty() => Vec::new(),
        Block::Overview(own) => wrap(&format!("{}: {}", own.label, own.effect), "", "", marks),
    }
}

/// Words that belong on one line: as they stand between spaces, but a command is one with its arguments.
fn tokens(text: &str, marks: (char, char)) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut in_command = false;
    for word in text.split(' ').filter(|w| !w.is_empty()) {
        match tokens.last_mut() {
            Some(last)
                if in_command && last.chars().count() + word.chars().count() < WIDEST_TOKEN =>
            {
                last.push(' ');
                last.push_str(word);
            }
            _ => tokens.push(word.to_owned()),
        }
        let opened = word.find(marks.0).filter(|at| {
            word.get(*at..).is_some_and(|w| w.trim_start_matches(marks.0).starts_with('#'))
        });
        in_command = (in_command || opened.is_some()) && !word.contains(marks.1);
    }
    tokens
}

/// Fills lines up to the width; a word that is wider stands alone on its line.
fn wrap(text: &str, first: &str, next: &str, marks: (char, char)) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = first.to_owned();
    let mut empty = true;
    for token in tokens(text, marks) {
        if !empty && line.chars().count() + 1 + token.chars().count() > WIDTH {
            lines.push(std::mem::replace(&mut line, next.to_owned()));
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(&token);
        empty = false;
    }
    lines.push(line);
    lines
}

fn quote(line: &str, marks: (char, char)) -> Vec<String> {
    let unindented = line.trim_start_matches([' ', NO_BREAK]);
    if unindented.is_empty() {
        return vec!["|".to_owned()];
    }
    if unindented.starts_with(foreign::is_hash) {
        return wrap(unindented, &format!("|{NO_BREAK}"), "| ", marks);
    }
    let indent: String = line.chars().take_while(|c| *c == ' ').take(24).collect();
    wrap(unindented, &format!("| {indent}"), &format!("| {indent}"), marks)
}

/// An agent's line as typed; only one that a client could take for a command is put in quotation marks.
fn words(line: &str, marks: (char, char)) -> Vec<String> {
    let line = command_quoted(line, marks);
    if line.chars().count() <= WIDTH { vec![line] } else { wrap(&line, "", "", marks) }
}

/// Quotation marks around a line that begins with `#` and a letter, quoted or not.
#[must_use]
pub fn command_quoted(line: &str, (open, close): (char, char)) -> String {
    let mut chars = line.trim_start_matches([' ', NO_BREAK, '>', '|']).chars();
    let command = chars.next().is_some_and(foreign::is_hash)
        && chars.find(|c| !foreign::is_hash(*c)).is_some_and(|c| !c.is_ascii_digit());
    if command { format!("{open}{}{close}", line.trim()) } else { line.to_owned() }
}

fn field_lines(fields: &[Field], marks: (char, char)) -> Vec<String> {
    let widths = fields.iter().filter(|f| f.beside).map(|f| f.label.chars().count());
    let column = widths.filter(|w| *w <= WIDEST_LABEL).max().unwrap_or(0) + 5;
    let mut lines = Vec::new();
    for field in fields {
        let beside = field.beside && field.label.chars().count() + 5 <= column;
        let indent = " ".repeat(if field.beside { column } else { 6 });
        let mut first = indent.clone();
        if beside {
            first = format!("  {:width$}", field.label, width = column - 2);
        } else {
            lines.extend(wrap(&field.label, "  ", "    ", marks));
        }
        for line in &field.lines {
            lines.extend(wrap(line, &first, &indent, marks));
            first.clone_from(&indent);
        }
    }
    lines
}

fn fact_lines(fact: &Fact, marks: (char, char)) -> Vec<String> {
    wrap(&fact.text, if fact.fine { "  ok  " } else { "  !!  " }, "      ", marks)
}

fn item_lines(item: &Field, marks: (char, char)) -> Vec<String> {
    let first = format!("  {} ", item.label);
    let indent = " ".repeat(first.chars().count());
    let mut lines = Vec::new();
    for (n, line) in item.lines.iter().enumerate() {
        lines.extend(wrap(line, if n == 0 { &first } else { &indent }, &indent, marks));
    }
    lines
}

/// Three columns where the commands are short, else what a command does stands behind it in brackets.
fn step_lines(steps: &[Offered], marks: (char, char)) -> Vec<String> {
    let widest = |of: fn(&Offered) -> &String| {
        steps.iter().map(|s| of(s).chars().count()).max().unwrap_or(0)
    };
    let (label, command) = (widest(|s| &s.label) + 4, widest(|s| &s.command) + 2);
    let mut lines = Vec::new();
    for step in steps {
        let first = format!("  {:width$}", step.label, width = label - 2);
        let indent = " ".repeat(label);
        if command - 2 <= WIDEST_COMMAND {
            let gap = if command > 2 { command } else { 0 };
            let both = format!("{first}{:gap$}", step.command);
            lines.extend(wrap(&step.effect, &both, &" ".repeat(label + gap), marks));
        } else if step.command.is_empty() {
            lines.extend(wrap(&step.effect, &first, &indent, marks));
        } else {
            let both = format!("{} ({})", step.command, step.effect);
            lines.extend(wrap(&both, &first, &indent, marks));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn laid_out(template: &str) -> String {
        let document = Document::read(&format!("Subject: s\n\n{template}"), Language::De);
        let text = lay_out(&document, "Antwort bitte über diese Zeile schreiben", Language::De);
        text.split_once("\n\n").unwrap().1.to_owned()
    }

    #[test]
    fn the_marker_line_fills_the_width() {
        let text = lay_out(&Document::default(), "Antwort", Language::De);
        assert_eq!(text.trim_end().chars().count(), WIDTH);
    }

    #[test]
    fn fields_are_aligned_and_continue_under_themselves() {
        assert_eq!(
            laid_out(&format!("  Name  Jo\n  Verlauf  {}", "Wort ".repeat(15))),
            format!(
                "  Name      Jo\n  Verlauf   {}\n            {}\n",
                ["Wort"; 12].join(" "),
                ["Wort"; 3].join(" ")
            )
        );
    }

    #[test]
    fn dates_and_commands_are_not_broken() {
        let dated = laid_out(&format!("{} Fr␣27.11.,␣09:12 geht.", "x".repeat(60)));
        assert_eq!(dated, format!("{}\nFr 27.11., 09:12 geht.\n", "x".repeat(60)));
        let command = laid_out(&format!("{} »#close fail quiet« geht.", "x".repeat(60)));
        assert_eq!(command, format!("{}\n»#close fail quiet« geht.\n", "x".repeat(60)));
    }

    #[test]
    fn foreign_lines_stand_behind_a_bar() {
        assert_eq!(laid_out("| a\n|\n| #1 b"), "| a\n|\n|\u{a0}#1 b\n");
    }

    #[test]
    fn long_labels_have_their_value_below() {
        assert_eq!(
            laid_out(
                "  »#set email paul@example.com«\n      E-Mail geändert\n  »#verify«\n      Link"
            ),
            "  »#set email paul@example.com«\n      E-Mail geändert\n  »#verify«\n      Link\n"
        );
    }

    #[test]
    fn an_agents_words_stay_as_typed_but_for_what_looks_like_a_command() {
        assert_eq!(
            laid_out("\u{2}Guten Tag,\n\u{2}\n\u{2}#1 geht\n\u{2}#status zeigt es"),
            "Guten Tag,\n\n#1 geht\n»#status zeigt es«\n"
        );
    }
}
