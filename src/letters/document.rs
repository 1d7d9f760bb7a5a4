//! What a template gives when it is filled in: header lines and blocks. The text part and the HTML part are laid out from the same
//! blocks, so they state the same facts and are equally inert, whatever somebody writes into a template of their own.
//!
//! A template looks like its mail (templates/README.md lists the signs); foreign values cannot make a sign, since each is guarded.

use serde::{Deserialize, Serialize};

use super::foreign;
use crate::desk::people::Language;

/// Before every value that is filled in: a line that begins with it is no sign.
pub const GUARD: char = '\u{1}';
/// Before each line of an agent's words to a customer.
pub const WORDS: char = '\u{2}';
/// Before a step, as JSON.
pub const STEP: char = '\u{3}';
/// Before the reader's own address, as JSON.
pub const OVERVIEW: char = '\u{4}';
/// Before a link of a row of them, as JSON.
pub const LINK: char = '\u{5}';
/// A space that stays on its line: written visibly in templates.
pub const GLUE: char = '␣';

#[derive(Debug, Default, PartialEq)]
pub struct Document {
    /// `Subject`, `From`: as they stand above the first empty line.
    pub headers: Vec<(String, String)>,
    pub blocks: Vec<Block>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// What happened, in one sentence.
    Headline(String),
    /// What happened, where it is urgent.
    Urgent(String),
    Heading(String),
    Paragraph(String),
    /// Dates and other small print.
    Small(String),
    Footer(String),
    /// Foreign words, line by line.
    Quote(Vec<String>),
    /// An agent's words to the customer, line by line.
    Words(Vec<String>),
    Fields(Vec<Field>),
    Facts(Vec<Fact>),
    Items(Vec<Field>),
    Steps(Vec<Offered>),
    /// Links in a row, in the HTML part alone: their labels and where they lead.
    Links(Vec<Offered>),
    /// The reader's own address, as part of the footer: its label, the address as `effect`, the link.
    Overview(Offered),
}

/// A label and what stands beside it (`beside`) or below it, in one line or several.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    pub label: String,
    pub beside: bool,
    pub lines: Vec<String>,
}

/// Something the system knows: fine, or to be looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    pub fine: bool,
    pub text: String,
}

/// A next step with its words and its link.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Offered {
    pub label: String,
    /// As printed, in quotation marks; empty where plain text is the step.
    pub command: String,
    pub effect: String,
    pub link: String,
    /// `filled`, `plain`, `refusing`.
    pub weight: String,
}

/// The signs at the beginning of a line, longest first, and what each makes of the rest.
enum Sign {
    Headline,
    Heading,
    Urgent,
    Small,
    Footer,
    Quote,
    Words,
    Step,
    Link,
    Overview,
    Fact(bool),
    Indented,
    Below,
    Plain,
}

const SIGNS: &[(&str, Sign)] = &[
    ("      ", Sign::Below),
    ("  ok  ", Sign::Fact(true)),
    ("  !!  ", Sign::Fact(false)),
    ("  ", Sign::Indented),
    ("== ", Sign::Heading),
    ("= ", Sign::Headline),
    ("!! ", Sign::Urgent),
    ("~ ", Sign::Small),
    ("-- ", Sign::Footer),
    ("|", Sign::Quote),
    ("\u{2}", Sign::Words),
    ("\u{3}", Sign::Step),
    ("\u{4}", Sign::Overview),
    ("\u{5}", Sign::Link),
    ("", Sign::Plain),
];

impl Document {
    /// Reads what a template gave. Nothing can fail: a line without a sign is text.
    #[must_use]
    pub fn read(rendered: &str, language: Language) -> Self {
        let mut document = Self::default();
        let mut lines = rendered.lines().peekable();
        while let Some((name, value)) = lines.peek().and_then(|line| header(line)) {
            document.headers.push((name.to_owned(), clean(value)));
            lines.next();
        }
        let mut apart = true;
        for line in lines {
            if line.trim().is_empty() {
                apart = true;
                continue;
            }
            document.add(line, apart, language);
            apart = false;
        }
        document.blocks.retain_mut(Block::says_something);
        document
    }

    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    fn add(&mut self, line: &str, apart: bool, language: Language) {
        let (sign, rest) = SIGNS
            .iter()
            .find_map(|(sign, kind)| line.strip_prefix(sign).map(|rest| (kind, rest)))
            .unwrap_or((&Sign::Plain, line));
        let said = foreign::quoted(&foreign::held(&clean(rest)), language);
        let last = if apart { None } else { self.blocks.last_mut() };
        match (sign, last) {
            (Sign::Plain, Some(Block::Paragraph(text)))
            | (Sign::Small, Some(Block::Small(text)))
            | (Sign::Plain, Some(Block::Small(text)))
            | (Sign::Plain, Some(Block::Footer(text)))
            | (Sign::Plain, Some(Block::Headline(text)))
            | (Sign::Urgent, Some(Block::Urgent(text))) => join(text, &said),
            (Sign::Quote, Some(Block::Quote(lines))) => lines.push(quote_line(rest)),
            (Sign::Words, Some(Block::Words(lines))) => lines.push(clean(rest)),
            (Sign::Link, Some(Block::Links(links))) => links.extend(serde_json::from_str(rest)),
            (Sign::Step, Some(Block::Steps(steps))) => steps.extend(serde_json::from_str(rest)),
            (Sign::Fact(fine), Some(Block::Facts(facts))) => {
                facts.push(Fact { fine: *fine, text: said });
            }
            (Sign::Below, Some(Block::Fields(fields) | Block::Items(fields))) => {
                if let Some(field) = fields.last_mut().filter(|_| !said.is_empty()) {
                    field.lines.push(said);
                }
            }
            (Sign::Below | Sign::Plain, Some(Block::Facts(facts))) => {
                if let Some(fact) = facts.last_mut() {
                    join(&mut fact.text, &said);
                }
            }
            (Sign::Indented, Some(Block::Fields(fields))) if item(rest).is_none() => {
                fields.push(field(rest, language));
            }
            (Sign::Indented, Some(Block::Items(items))) => items.extend(item(rest)),
            (Sign::Overview, _) => {
                self.blocks.extend(serde_json::from_str(rest).map(Block::Overview));
            }
            (sign, _) => self.blocks.push(begin(sign, rest, said, language)),
        }
    }
}

fn begin(sign: &Sign, rest: &str, said: String, language: Language) -> Block {
    match sign {
        Sign::Headline => Block::Headline(said),
        Sign::Heading => Block::Heading(said),
        Sign::Urgent => Block::Urgent(said),
        Sign::Small => Block::Small(said),
        Sign::Footer => Block::Footer(said),
        Sign::Quote => Block::Quote(vec![quote_line(rest)]),
        Sign::Words => Block::Words(vec![clean(rest)]),
        Sign::Step => Block::Steps(serde_json::from_str(rest).into_iter().collect()),
        Sign::Link => Block::Links(serde_json::from_str(rest).into_iter().collect()),
        Sign::Fact(fine) => Block::Facts(vec![Fact { fine: *fine, text: said }]),
        Sign::Indented => match item(rest) {
            Some(item) => Block::Items(vec![item]),
            None => Block::Fields(vec![field(rest, language)]),
        },
        Sign::Below | Sign::Plain | Sign::Overview => Block::Paragraph(said),
    }
}

impl Block {
    /// Fields whose value came out empty, and blocks of nothing, are not shown.
    fn says_something(&mut self) -> bool {
        match self {
            Self::Fields(fields) => {
                fields.retain(|field| !field.lines.is_empty());
                !fields.is_empty()
            }
            Self::Quote(lines) | Self::Words(lines) => {
                while lines.last().is_some_and(String::is_empty) {
                    lines.pop();
                }
                !lines.is_empty()
            }
            Self::Facts(facts) => !facts.is_empty(),
            Self::Items(items) => !items.is_empty(),
            Self::Steps(steps) | Self::Links(steps) => !steps.is_empty(),
            Self::Overview(offered) => !offered.link.is_empty(),
            Self::Headline(text)
            | Self::Urgent(text)
            | Self::Heading(text)
            | Self::Paragraph(text)
            | Self::Small(text)
            | Self::Footer(text) => !text.is_empty(),
        }
    }
}

/// `Subject: …`, of the names that templates may set.
fn header(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once(':')?;
    matches!(name, "Subject" | "From").then(|| (name, value.trim()))
}

/// `label  value`, or a label alone whose value stands below.
fn field(rest: &str, language: Language) -> Field {
    let (label, value) = rest.trim_end().split_once("  ").unwrap_or((rest, ""));
    let shown = |text: &str| foreign::quoted(&foreign::held(&clean(text)), language);
    let value = shown(value.trim_start());
    Field {
        label: shown(label),
        beside: !value.is_empty(),
        lines: if value.is_empty() { Vec::new() } else { vec![value] },
    }
}

/// `1. text`
fn item(rest: &str) -> Option<Field> {
    let (number, text) = rest.split_once(". ")?;
    let numbered = !number.is_empty() && number.chars().all(|c| c.is_ascii_digit());
    numbered.then(|| Field {
        label: format!("{number}."),
        beside: true,
        lines: vec![foreign::held(&clean(text))],
    })
}

fn quote_line(rest: &str) -> String {
    clean(rest.strip_prefix(' ').unwrap_or(rest)).replace(GLUE, " ")
}

/// Without guards and other controls, and without white space at the end.
fn clean(text: &str) -> String {
    let seen: String = text.chars().filter(|c| !c.is_control()).collect();
    seen.trim_end().to_owned()
}

fn join(text: &mut String, more: &str) {
    if !text.is_empty() && !more.is_empty() {
        text.push(if more.starts_with(foreign::is_hash) { foreign::NO_BREAK } else { ' ' });
    }
    text.push_str(more);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Document {
        Document::read(text, Language::De)
    }

    #[test]
    fn a_template_that_looks_like_its_mail_becomes_blocks() {
        let document = read(
            "Subject: Guten Tag\n\n= Was geschah\n\n== Begründung\n| erste\n| zweite\n\n  Name   Jo\n  Login  \n\n\
             \n  ok  gut\n  !!  schlecht,\n      wirklich\n\nEin Satz,\nder weitergeht.\n\n  1. eins\n  2. zwei\n      https://x\n\n-- Fuß\n",
        );
        assert_eq!(document.header("Subject"), Some("Guten Tag"));
        let field = |label: &str, lines: &[&str]| Field {
            label: label.into(),
            beside: true,
            lines: lines.iter().map(|l| (*l).to_owned()).collect(),
        };
        assert_eq!(
            document.blocks,
            [
                Block::Headline("Was geschah".into()),
                Block::Heading("Begründung".into()),
                Block::Quote(vec!["erste".into(), "zweite".into()]),
                Block::Fields(vec![field("Name", &["Jo"])]),
                Block::Facts(vec![
                    Fact { fine: true, text: "gut".into() },
                    Fact { fine: false, text: "schlecht, wirklich".into() },
                ]),
                Block::Paragraph("Ein Satz, der weitergeht.".into()),
                Block::Items(vec![field("1.", &["eins"]), field("2.", &["zwei", "https://x"])]),
                Block::Footer("Fuß".into()),
            ]
        );
    }

    #[test]
    fn a_guarded_value_makes_no_sign() {
        for foreign in ["= x", "!! x", "| x", "  a  b", "-- x", "Subject: x"] {
            let document = read(&format!("Subject: s\n\n{GUARD}{foreign}"));
            assert_eq!(document.blocks, [Block::Paragraph(foreign.into())]);
            assert_eq!(document.headers.len(), 1);
        }
    }

    #[test]
    fn a_careless_template_is_inert_all_the_same() {
        let document = read("Subject: s\n\n#confirm tut es\nund #lock\n#ask auch");
        let expected = "»#confirm tut es« und\u{a0}#lock »#ask auch«";
        assert_eq!(document.blocks, [Block::Paragraph(expected.into())]);
    }
}
