//! Blocks laid out as the HTML part, through the pieces in `templates/parts/`: no markup stands in code, no words in the pieces.
//!
//! However a client tears tags apart, no piece of text begins with `#`. Lines stay below the 998 octets of RFC 5322 section 2.1.1.

use serde_json::{Value, json};

use super::document::{Block, Document, Field, GLUE, Offered};
use super::foreign::{self, NO_BREAK};
use super::text::command_quoted;
use crate::desk::people::Language;

/// Lines longer than this are broken at a space.
const LONG_LINE: usize = 900;

/// What `templates/parts/frame.html` is filled in with.
#[must_use]
pub fn page(document: &Document, marker: &str, language: Language) -> Value {
    let marks = foreign::marks(language);
    let title = document.blocks.iter().find_map(|block| match block {
        Block::Headline(text) | Block::Urgent(text) => Some(text.as_str()),
        _ => None,
    });
    let title = title.or(document.header("Subject")).unwrap_or_default();
    json!({
        "language": language.code(),
        "title": glued(title),
        "marker": marker,
        "blocks": document.blocks.iter().map(|block| piece(block, marks)).collect::<Vec<_>>(),
    })
}

fn piece(block: &Block, marks: (char, char)) -> Value {
    let said = |name: &str, text: &str| json!({ "piece": name, "runs": runs(text, marks) });
    match block {
        Block::Headline(text) => said("headline", text),
        Block::Urgent(text) => said("urgent", text),
        Block::Heading(text) => said("heading", text),
        Block::Paragraph(text) => said("paragraph", text),
        Block::Small(text) => said("small", text),
        Block::Footer(text) => said("footer", text),
        Block::Quote(lines) => {
            json!({ "piece": "quote", "paragraphs": paragraphs(lines, marks, true) })
        }
        Block::Words(lines) => {
            json!({ "piece": "words", "paragraphs": paragraphs(lines, marks, false) })
        }
        Block::Fields(fields) => json!({ "piece": "fields", "fields": fields_of(fields, marks) }),
        Block::Items(items) => json!({ "piece": "fields", "fields": fields_of(items, marks) }),
        Block::Facts(facts) => {
            let facts: Vec<Value> = facts
                .iter()
                .map(|fact| json!({ "fine": fact.fine, "runs": runs(&fact.text, marks) }))
                .collect();
            json!({ "piece": "facts", "facts": facts })
        }
        Block::Steps(steps) => json!({ "piece": "steps", "rows": rows(steps, marks) }),
        Block::Links(links) => {
            let shown = |link: &Offered| json!({ "label": glued(&link.label), "link": attribute(&link.link) });
            json!({ "piece": "links", "links": links.iter().map(shown).collect::<Vec<_>>() })
        }
        Block::Overview(own) => {
            json!({ "piece": "overview", "label": glued(&own.label), "link": attribute(&own.link) })
        }
    }
}

fn fields_of(fields: &[Field], marks: (char, char)) -> Vec<Value> {
    fields
        .iter()
        .map(|field| {
            let lines: Vec<Value> =
                field.lines.iter().map(|line| json!({ "runs": runs(line, marks) })).collect();
            json!({ "label": runs(&field.label, marks), "beside": field.beside, "lines": lines })
        })
        .collect()
}

/// A filled step over the whole width, the others two by two.
fn rows(steps: &[Offered], marks: (char, char)) -> Vec<Value> {
    let shown = |step: &Offered| {
        json!({
            "label": glued(&step.label),
            "command": if step.command.is_empty() { json!(null) } else { json!(runs(&step.command, marks)) },
            "effect": runs(&step.effect, marks),
            "link": attribute(&step.link),
            "filled": step.weight == "filled",
            "refusing": step.weight == "refusing",
        })
    };
    let (filled, others): (Vec<&Offered>, Vec<&Offered>) =
        steps.iter().partition(|step| step.weight == "filled");
    let wide = filled.chunks(1);
    let pairs = others.chunks(2);
    wide.map(|row| (true, row))
        .chain(pairs.map(|row| (row.len() == 1, row)))
        .map(|(whole, row)| {
            json!({ "whole": whole, "steps": row.iter().map(|s| shown(s)).collect::<Vec<_>>() })
        })
        .collect()
}

/// For an attribute in double quotes. `=` stays as it is: the pieces print it raw, so that simple clients find it.
fn attribute(link: &str) -> String {
    link.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Foreign lines by paragraph. Each begins with a quotation mark, so that none begins with `#`.
fn paragraphs(lines: &[String], marks: (char, char), quoted: bool) -> Vec<Value> {
    let groups: Vec<Vec<String>> = lines
        .split(|line| line.trim().is_empty())
        .filter(|group| !group.is_empty())
        .map(|group| {
            let open = |line: &String| format!("{}{}", marks.0, line.trim());
            let as_typed = |line: &String| command_quoted(line, marks);
            group.iter().map(|line| if quoted { open(line) } else { as_typed(line) }).collect()
        })
        .collect();
    let count = groups.len();
    groups
        .into_iter()
        .enumerate()
        .map(|(n, mut lines)| {
            let last = n + 1 == count;
            if let Some(line) = lines.last_mut().filter(|_| last && quoted) {
                line.push(marks.1);
            }
            json!({ "last": last, "lines": lines })
        })
        .collect()
}

/// Text in runs: commands in their quotation marks, addresses that may break behind their `@`, and the rest.
fn runs(text: &str, (open, close): (char, char)) -> Vec<Value> {
    let mut runs = Vec::new();
    let mut rest = text;
    let begin = format!("{open}#");
    while let Some(at) = rest.find(&begin) {
        let (before, from) = rest.split_at(at);
        let Some(end) = from.find(close).map(|end| end + close.len_utf8()) else { break };
        let (command, after) = from.split_at(end);
        if after.trim_start_matches([' ', NO_BREAK]).starts_with(foreign::is_hash) {
            break;
        }
        plain(before, &mut runs);
        runs.push(json!({ "code": true, "text": glued(command) }));
        rest = after;
    }
    plain(rest, &mut runs);
    runs
}

fn plain(text: &str, runs: &mut Vec<Value>) {
    let glued = glued(text);
    let mut rest = glued.as_str();
    while let Some((before, after)) = rest.split_once('@') {
        if !after.starts_with(|c: char| c.is_ascii_alphanumeric()) || before.is_empty() {
            break;
        }
        runs.push(json!({ "code": false, "break": true, "text": format!("{before}@") }));
        rest = after;
    }
    if !rest.is_empty() {
        runs.push(json!({ "code": false, "break": false, "text": rest }));
    }
}

/// A date may break behind its comma, where lines are narrow.
fn glued(text: &str) -> String {
    text.replace(&format!(",{GLUE}"), ", ").replace(GLUE, "\u{a0}")
}

/// Breaks long lines at spaces: white space is white space in HTML, within tags too.
#[must_use]
pub fn fold(page: &str) -> String {
    let mut folded = String::with_capacity(page.len() + 64);
    for line in page.lines() {
        let mut column = 0;
        for word in line.split_inclusive(' ') {
            if column + word.len() > LONG_LINE && column > 0 {
                folded.truncate(folded.trim_end_matches(' ').len());
                folded.push('\n');
                column = 0;
            }
            folded.push_str(word);
            column += word.len();
        }
        folded.truncate(folded.trim_end_matches(' ').len());
        folded.push('\n');
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        runs(text, ('»', '«')).iter().map(|r| r["text"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn commands_stand_apart_with_their_quotation_marks() {
        assert_eq!(texts("Alle: »#help«."), ["Alle: ", "»#help«", "."]);
        assert_eq!(texts("»#a«#b"), ["»#a«#b"], "nothing may begin with #");
        assert_eq!(texts("jo@example.net"), ["jo@", "example.net"]);
    }

    #[test]
    fn long_lines_are_broken_at_spaces_only() {
        let long = format!("<p style=\"a: b\">{}</p>", "Wort ".repeat(600));
        let folded = fold(&long);
        assert!(folded.lines().all(|line| line.len() <= LONG_LINE));
        assert_eq!(folded.replace('\n', " ").trim(), long);
    }
}
