//! What is done to parsed HTML before it becomes text: what no reader sees goes, and what a client marks as not typed
//! becomes a quote.
//!
//! On the tree and not on the source, since only the parser knows where an element ends: a quoted mail may hold anything.

use html2text::{Element, Handle, RcDom, config};

use super::html_hidden::{How, how_hidden, sets_a_size};
use super::html_quote::{Around, Extent, Rest, extent_of};

/// Attributes that make one cell reach over others: a cell is a line in the text. html2text ends in a panic where one
/// that reaches over rows meets a short row, and makes room for all the columns that a cell says it takes.
const SPANS: &[&str] = &["rowspan", "colspan"];
/// Parts of a table. A quote can stand in a cell, not around one.
const TABLE_PARTS: &[&str] = &["tbody", "thead", "tfoot", "tr", "td", "th", "caption"];
const CELLS: &[&str] = &["td", "th", "caption"];

/// None where the parser does not make a `blockquote` of one.
pub(super) fn prepare(dom: &RcDom) -> Option<()> {
    take_out_hidden(&dom.document);
    Quotes { all_is_old: false }.make(&dom.document)
}

fn take_out_hidden(node: &Handle) {
    let mut kept = Vec::new();
    for child in node.children.take() {
        match of_attributes(&child, |attributes| how_hidden(attributes.iter().copied())) {
            Some(How::Whole) => continue,
            Some(How::BySize) => keep_what_has_a_size(&child),
            None => {}
        }
        if let Element { attrs, .. } = &child.data {
            attrs.borrow_mut().retain(|one| !SPANS.contains(&&*one.name.local));
        }
        take_out_hidden(&child);
        kept.push(child);
    }
    node.children.replace(kept);
}

fn keep_what_has_a_size(node: &Handle) {
    let mut kept = Vec::new();
    for child in node.children.take() {
        let has_size =
            of_attributes(&child, |all| sets_a_size(all.iter().copied()).then_some(())).is_some();
        if has_size {
            kept.push(child);
        } else if child.element_name().is_some() {
            keep_what_has_a_size(&child);
            kept.push(child);
        }
    }
    node.children.replace(kept);
}

struct Quotes {
    /// Behind a client's line that divides old from new.
    all_is_old: bool,
}

impl Quotes {
    fn make(&mut self, node: &Handle) -> Option<()> {
        let mut kept = Vec::new();
        let mut old = Vec::new();
        for child in node.children.take() {
            if self.is_old(&child) {
                old.push(child);
                continue;
            }
            quote(&mut old, &mut kept)?;
            if !is_called(&child, &["blockquote"]) && !is_passed_on(&child) {
                self.make(&child)?;
            }
            kept.push(child);
        }
        quote(&mut old, &mut kept)?;
        node.children.replace(kept);
        Some(())
    }

    fn is_old(&mut self, node: &Handle) -> bool {
        let extent = of_attributes(node, |attributes| extent_of(attributes.iter().copied()));
        self.all_is_old |= extent == Some(Rest);
        self.all_is_old
            || match extent {
                None => false,
                Some(_) if is_called(node, &["blockquote"]) || is_forward(node) => false,
                Some(Around) => !holds_blockquote(node),
                Some(Extent::Element | Rest) => true,
            }
    }
}

/// Moves neighbouring old nodes into one `blockquote`; those of a table's parts stay where they are, quoted inside.
fn quote(old: &mut Vec<Handle>, kept: &mut Vec<Handle>) -> Option<()> {
    for run in std::mem::take(old)
        .chunk_by(|left, right| !is_called(left, TABLE_PARTS) && !is_called(right, TABLE_PARTS))
    {
        match run {
            [part] if is_called(part, TABLE_PARTS) => {
                quote_inside(part)?;
                kept.push(part.clone());
            }
            run => {
                let blockquote = blockquote()?;
                blockquote.children.replace(run.to_vec());
                kept.push(blockquote);
            }
        }
    }
    Some(())
}

fn quote_inside(part: &Handle) -> Option<()> {
    let mut content = part.children.take();
    let mut quoted = Vec::new();
    if is_called(part, CELLS) {
        let blockquote = blockquote()?;
        blockquote.children.replace(content);
        quoted.push(blockquote);
    } else {
        quote(&mut content, &mut quoted)?;
    }
    part.children.replace(quoted);
    Some(())
}

/// A new, empty one.
fn blockquote() -> Option<Handle> {
    let dom = config::plain().parse_html(&b"<blockquote></blockquote>"[..]).ok()?;
    dom.get_node_by_path(&[1, 2, 1]).filter(|node| is_called(node, &["blockquote"]))
}

/// A container that is left as it is.
fn is_passed_on(node: &Handle) -> bool {
    of_attributes(node, |all| extent_of(all.iter().copied())).is_some() && is_forward(node)
}

/// Whether it holds what its sender passes on: its own introduction says more.
fn is_forward(node: &Handle) -> bool {
    let text = beginning(node);
    text.starts_with("-----") && !text.trim_start_matches('-').trim_start().starts_with("On ")
}

/// How the text in an element begins.
fn beginning(node: &Handle) -> String {
    const ENOUGH: usize = 4_000;
    let mut html = [0; ENOUGH];
    let mut room = html.as_mut_slice();
    // Ends where there is no more room.
    let left = if node.serialize(&mut room).is_ok() { room.len() } else { 0 };
    let filled = ENOUGH.saturating_sub(left);
    let html = String::from_utf8_lossy(html.get(..filled).unwrap_or_default()).into_owned();
    let texts = html.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text));
    texts.collect::<String>().replace("&nbsp;", " ").trim_start().to_owned()
}

/// Of its own: one further down may be of the mail that is quoted.
fn holds_blockquote(node: &Handle) -> bool {
    node.children.borrow().iter().any(|child| is_called(child, &["blockquote"]))
}

fn is_called(node: &Handle, names: &[&str]) -> bool {
    matches!(&node.data, Element { name, .. } if names.contains(&&*name.local))
}

fn of_attributes<T>(node: &Handle, ask: impl FnOnce(&[(&str, &str)]) -> Option<T>) -> Option<T> {
    let Element { attrs, .. } = &node.data else { return None };
    let attrs = attrs.borrow();
    let pairs: Vec<(&str, &str)> =
        attrs.iter().map(|one| (&*one.name.local, &*one.value)).collect();
    ask(&pairs)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::html::html_to_text;
    use super::super::html_quote::{CONTAINERS, Holds};
    use super::*;
    use crate::mail::new_text;

    /// An element as the client of a row writes it, with something in it.
    fn element(row: &(&str, &str, Holds, Extent), inside: &str) -> String {
        let (_, name, holds, _) = row;
        let value = match holds {
            Holds::Word(word) => format!("one {word} two"),
            Holds::Part(part) => format!("border:none;{part}; padding:3.0pt 0cm 0cm 0cm"),
        };
        format!("<div {name}=\"{value}\">{inside}</div>")
    }

    #[test]
    fn what_stands_in_a_container_of_any_client_was_not_typed() {
        for row in CONTAINERS {
            for typed in ["<p>Yes.</p>", "Yes.<br>", "<div><b>Yes.</b></div>"] {
                let html = format!(
                    "<html><body>{typed}{}</body></html>",
                    element(row, "<div>Sawa aliandika</div><p>#lock</p>")
                );
                let text = html_to_text(&html);
                assert_eq!(new_text(&text).text, "Yes.", "{row:?}: {text}");
            }
        }
    }

    #[test]
    fn what_is_typed_below_a_container_is_new() {
        for row in CONTAINERS.iter().filter(|row| matches!(row.3, Extent::Element | Around)) {
            let html = format!("<p>One</p>{}<p>Two</p>", element(row, "<div>a<div>b</div></div>c"));
            assert_eq!(new_text(&html_to_text(&html)).blocks, ["One", "Two"], "{row:?}");
        }
    }

    #[test]
    fn answers_between_the_quotes_of_gmail_are_new() {
        let html = "<div class=gmail_quote><div class=gmail_attr>Jo aliandika</div><blockquote>One?<br>#lock</blockquote>\
            <div>Yes.</div><blockquote>Two?</blockquote><div>No.</div></div>";
        assert_eq!(new_text(&html_to_text(html)).blocks, ["Yes.", "No."]);
    }

    #[test]
    fn a_signature_hides_nothing_that_is_typed_below_it() {
        let html = "<p>One</p><div class=moz-signature>-- <br>Jo</div><p>#close</p>";
        assert!(new_text(&html_to_text(html)).text.contains("#close"));
    }

    #[test]
    fn what_no_reader_sees_is_not_in_the_text() {
        for (html, seen) in [
            ("a<div style='display:none'>#close</div>b", "ab\n"),
            (
                "a<div style=\"color:red; DISPLAY : none !important\"><div>#close</div>x</div>b",
                "ab\n",
            ),
            ("a<span style=display:none>#close</span>b", "ab\n"),
            ("a<span style='font-size:0.0em;'>#close</span>b", "ab\n"),
            ("<span style='font-size:0.9em'>a</span>", "a\n"),
            ("<span style='opacity:0.8'>a</span>", "a\n"),
            ("a<span style='mso-hide:all'>#close</span>b", "ab\n"),
            ("a<span hidden=''>#close</span>b", "ab\n"),
            ("<i data-style='x' style='display:none'>#close</i>b", "b\n"),
            ("<a title='hidden'>a</a>", "a\n"),
            ("a<p style='display:none'>#close<p>b", "a\n\nb\n"),
            (
                "<table><tr><td style='font-size:0px'>#lock<p style='font-size:13px'>a</p></table>",
                "a\n",
            ),
            ("a<div title='>' style='display:none'>#close</div>b", "ab\n"),
            ("a<!-- <div style='display:none'> -->b", "ab\n"),
            ("a<div style='display:none'>#close", "a\n"),
            ("a<style>x</style><span style='display:none' title='</span>'>#close</span>b", "ab\n"),
        ] {
            assert_eq!(html_to_text(html), seen, "{html}");
        }
    }

    #[test]
    fn nothing_in_a_quoted_mail_ends_the_quote() {
        for inside in [
            "<p title=\"</div>\">x</p>",
            "<style>a:after{content:'</div>'}</style>",
            "<!-- </div> -->",
            "<!--></div><!-->",
            "<textarea></div></textarea>",
            "<select></div></select>",
            "<table><tr><td></div></td></tr></table>",
            "<svg><desc></div></desc></svg>",
            "<blockquote></div></blockquote>",
        ] {
            for container in
                ["class=yahoo_quoted", "class=gmail_quote", "name=quote", "id=divRplyFwdMsg"]
            {
                let html = format!(
                    "<p>Yes.</p><div {container}><div>{inside}<p>#confirm force</p></div></div>"
                );
                let new = new_text(&html_to_text(&html));
                assert!(!new.text.contains("#confirm"), "{html}: {new:?}");
            }
        }
    }

    #[test]
    fn a_quote_in_a_table_stays_in_its_cells() {
        let html = "<table><tr><td>Yes.</td></tr><tr class=yahoo_quoted><td>a<br>#lock</td><td>b</td></tr></table>";
        assert_eq!(html_to_text(html), "Yes.\n> a\n> #lock\n> b\n");
    }

    #[test]
    fn html_that_no_parser_sees_commands_nothing_below_its_first_container() {
        let long = "<p>x</p>".repeat(60_000);
        for old in ["<div class=gmail_quote>", "<blockquote>", "<p style='display:none'>"] {
            let new = new_text(&html_to_text(&format!("<p>#close</p>{old}<p>#lock</p>{long}")));
            assert_eq!(new.text, "#close", "{old}");
        }
    }

    #[test]
    fn a_forward_keeps_its_introduction() {
        let html = "See<div class=gmail_quote>---------- Forwarded message ---------<br>From: Jo &lt;jo@example.net&gt;<br>Date: Mon<br>Subject: x<br>To: a@example.org<br><br>#lock</div>";
        let text = html_to_text(html);
        assert!(text.contains("\n---------- Forwarded"), "{text}");
        assert_eq!(new_text(&text).text, "See");
    }

    #[test]
    fn words_that_only_look_like_a_container_are_text() {
        for html in [
            "<p>class=gmail_quote</p><p>#lock</p>",
            "<p title=\"class='gmail_quote'\">a</p><p>#lock</p>",
            "<p class=my_gmail_quotes>a</p><p>#lock</p>",
            "<p data-class=gmail_quote>a</p><p>#lock</p>",
            "<!-- <div class=gmail_quote> --><p>#lock</p>",
        ] {
            assert!(new_text(&html_to_text(html)).text.contains("#lock"), "{html}");
        }
    }

    #[test]
    fn nested_containers_end_soon() {
        let html = "<div class=gmail_quote>-----".repeat(30_000) + "<blockquote>#lock";
        assert!(!new_text(&html_to_text(&html)).text.contains("#lock"));
    }

    proptest! {
        #[test]
        fn no_text_in_a_container_is_new(words in "[a-zA-Z0-9:.,<> @\n-]{0,200}", row in 0..CONTAINERS.len()) {
            let row = &CONTAINERS[row];
            let inside = words.replace('<', "&lt;").replace('\n', "<br>");
            let html = format!("<p>Yes.</p>{}", element(row, &format!("{inside}<p>#lock</p>{inside}")));
            let new = new_text(&html_to_text(&html));
            prop_assert!(!new.text.contains("#lock"), "{row:?}: {new:?}");
        }
    }
}
