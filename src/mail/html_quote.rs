//! Where a client's HTML keeps what its user did not type: the containers of quotes, introductions and signatures.
//!
//! To teach another client, add a row to `CONTAINERS`. HTML -> text in `html` then marks their lines with `> `, so that
//! `new_text` knows them in whatever language the introduction is. `blockquote` needs no row: its lines are marked anyway.

use std::borrow::Cow;

/// What of the HTML a container takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// The element itself: text typed below it is new.
    Element,
    /// The element, unless a `blockquote` in it says more exactly what is quoted: answers may stand around that.
    Around,
    /// The element and everything behind it: the client puts the quote beside it.
    Rest,
}
use Extent::{Around, Element, Rest};

/// Client, attribute, what its value must hold (lower case; a style without blanks, and with a `;` at its end), extent.
#[rustfmt::skip]
static CONTAINERS: &[(&str, &str, Holds, Extent)] = &[
    ("Gmail",            "class", Word("gmail_quote"),              Around),
    ("Gmail",            "class", Word("gmail_quote_container"),    Around),
    ("Gmail",            "class", Word("gmail_attr"),               Element),
    ("Gmail",            "class", Word("gmail_extra"),              Around),
    ("Gmail",            "class", Word("gmail_signature"),          Element),
    ("Thunderbird",      "class", Word("moz-cite-prefix"),          Element),
    ("Thunderbird",      "class", Word("moz-email-headers-table"),  Element),
    ("Thunderbird",      "class", Word("moz-forward-container"),    Element),
    ("Thunderbird",      "class", Word("moz-signature"),            Element),
    ("Outlook",          "style", Part("border-top:solid#e1e1e1"),  Rest),
    ("Outlook",          "style", Part("border-top:solid#b5c4df"),  Rest),
    ("Outlook for Mac",  "style", Part("border-top:1ptsolid#b5c4df"), Rest),
    ("Outlook for Mac",  "style", Part("border-top:1ptsolidrgb(181,196,223)"), Rest),
    ("Outlook for Mac",  "style", Part("border-top:1ptsolidrgb(225,225,225)"), Rest),
    ("Outlook Web",      "id",    Word("divrplyfwdmsg"),            Rest),
    ("Outlook Web",      "id",    Word("appendonsend"),             Rest),
    ("Outlook Web",      "class", Word("outlookmessageheader"),     Rest),
    ("Outlook mobile",   "id",    Word("mail-editor-reference-message-container"), Element),
    ("Outlook mobile",   "class", Word("ms-outlook-mobile-reference-message"), Element),
    ("Outlook mobile",   "id",    Word("ms-outlook-mobile-signature"), Element),
    ("Outlook mobile",   "id",    Word("ms-outlook-mobile-body-separator-line"), Element),
    ("Hotmail",          "id",    Word("stopspelling"),             Rest),
    ("Windows Mail",     "style", Part("border-top-color:rgb(229,229,229)"), Rest),
    ("Outlook for Mac",  "id",    Word("olk_src_body_section"),     Element),
    ("Outlook for Mac",  "id",    Word("mac_outlook_signature"),    Element),
    ("Lotus Notes",      "class", Word("domino-section-head"),      Rest),
    ("Yahoo",            "class", Word("yahoo_quoted"),             Element),
    ("Yahoo",            "class", Word("yahooquoted"),              Element),
    ("Yahoo",            "class", Word("yahoo-quoted"),             Element),
    ("Yahoo",            "class", Word("yahoo-signature"),          Element),
    ("Proton Mail",      "class", Word("protonmail_quote"),         Around),
    ("Proton Mail",      "class", Word("protonmail_signature_block"), Element),
    ("Tuta",             "class", Word("tutanota_quote"),           Element),
    ("Zoho",             "class", Word("zmail_extra"),              Around),
    ("Zoho",             "class", Word("zmail_extra_hr"),           Element),
    ("GMX, web.de",      "name",  Word("quote"),                    Element),
    ("Zimbra",           "data-marker", Word("__divider__"),        Rest),
    ("Zimbra",           "data-marker", Word("__headers__"),        Element),
    ("Zimbra",           "data-marker", Word("__quoted_text__"),    Element),
    ("Zimbra",           "data-marker", Word("__sig_pre__"),        Element),
    ("Zimbra",           "data-marker", Word("__sig_post__"),       Element),
    ("Roundcube",        "id",    Word("reply-intro"),              Element),
    ("Roundcube",        "id",    Word("forwardbody1"),             Element),
    ("Mail.ru",          "class", Word("mail-quote-collapse"),      Element),
    ("Yandex",           "class", Word("yandex-quote"),             Element),
    ("Mail.ru",          "id",    Word("mail-app-auto-quote"),      Element),
    ("Zendesk",          "class", Word("quoted-text"),              Element),
    ("QQ Mail",          "class", Word("qmbox"),                    Around),
    ("QQ Mail",          "id",    Word("origbody"),                 Element),
    ("NetEase",          "id",    Word("isreplycontent"),           Element),
    ("Open-Xchange",     "class", Word("ox-quote"),                 Element),
    ("Horde",            "class", Word("imp-cite"),                 Element),
    ("Spark",            "name",  Word("messagereplysection"),      Around),
    ("Spark",            "name",  Word("messagesignaturesection"),  Element),
    ("Airmail",          "class", Word("airmail_on"),               Element),
    ("Airmail",          "class", Word("bloop_original_html"),      Element),
    ("eM Client",        "id",    Word("x_emclientquote"),          Element),
    ("Samsung",          "class", Word("quoted_msg"),               Element),
    ("K-9",              "class", Word("k9mail_quote"),             Element),
    ("BlueMail",         "class", Word("replyhandle"),              Element),
    ("HubSpot",          "class", Word("hs_reply"),                 Element),
    ("Front",            "class", Word("front-blockquote"),         Element),
    ("Freshdesk",        "class", Word("freshdesk_quote"),          Element),
    ("Evolution",        "class", Word("-x-evo-attribution"),       Element),
    ("Evolution",        "class", Word("-x-evo-signature"),         Element),
    ("KMail",            "class", Word("kmail_reply"),              Element),
];

/// How the value of an attribute is compared.
#[derive(Debug, Clone, Copy)]
enum Holds {
    /// One of its words; Outlook puts `x_` before those of a mail that it quotes or shows on.
    Word(&'static str),
    /// Any part of it, its blanks taken out.
    Part(&'static str),
}
use Holds::{Part, Word};

/// Begin and end the lines of a container in the text that `html` makes. Private use characters (Unicode): what a sender
/// wrote with them is taken out before.
pub(super) const BEGIN: char = '\u{f8d0}';
pub(super) const END: char = '\u{f8d1}';

/// Containers of one mail that are looked into; a long thread has some twenty.
const MOST_LOOKED_INTO: usize = 60;

/// Whether it says that something in it is a quote, without parsing it.
#[must_use]
pub(super) fn has_container(html: &str) -> bool {
    let is_cited = |tag: &Tag<'_>| {
        tag.is("blockquote")
            && squeezed(&tag.attributes.to_ascii_lowercase()).contains("type=\"cite")
    };
    starts(html)
        .any(|tag| matches!(tag.container(), Some(Element | Around | Rest)) || is_cited(&tag))
}

/// The HTML with a mark in front of and behind what stands in a container; as it is where there is none.
#[must_use]
pub(super) fn with_marks(html: &str) -> Cow<'_, str> {
    let mut marks: Vec<(usize, char)> = Vec::new();
    let (mut skip_to, mut looked_into) = (0, 0);
    for tag in starts(html) {
        if tag.is("blockquote") {
            continue; // marked anyway
        }
        // The outermost container decides; what is in it is old with it.
        let Some(extent) = tag.container().filter(|_| tag.at >= skip_to) else { continue };
        let end = if extent == Rest { html.len() } else { end_of(html, &tag) };
        let inside = html.get(tag.end..end).unwrap_or_default();
        // What stands in it may say more. Not asked for ever: nested containers would make that long.
        looked_into += 1;
        let has_blockquote = || extent == Around && starts(inside).any(|tag| tag.is("blockquote"));
        if looked_into <= MOST_LOOKED_INTO && (is_forward(inside) || has_blockquote()) {
            continue;
        }
        marks.push((tag.end, BEGIN));
        marks.push((end, END));
        skip_to = end;
    }
    if marks.is_empty() && !html.contains([BEGIN, END]) {
        return Cow::Borrowed(html);
    }
    let mut marked = String::with_capacity(html.len() + 20 * marks.len());
    let mut from = 0;
    let own = |c: char| [BEGIN, END].contains(&c);
    for (at, mark) in marks {
        marked.extend(html.get(from..at).unwrap_or_default().chars().filter(|c| !own(*c)));
        marked.push_str("<div>");
        marked.push(mark);
        marked.push_str("</div>");
        from = at;
    }
    marked.extend(html.get(from..).unwrap_or_default().chars().filter(|c| !own(*c)));
    Cow::Owned(marked)
}

/// The text with `> ` before each line between the marks.
#[must_use]
pub(super) fn unmarked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut quoted = false;
    for line in text.lines() {
        let mut rest = line;
        // A mark stands on a line of its own, but where a cell or a list item joined it to another.
        while let Some(at) = rest.find([BEGIN, END]) {
            let (before, mark) = rest.split_at_checked(at).unwrap_or((rest, ""));
            push_line(&mut out, before, quoted);
            quoted = mark.starts_with(BEGIN);
            rest = mark.get(BEGIN.len_utf8()..).unwrap_or_default();
            if rest.is_empty() {
                break;
            }
        }
        if !rest.is_empty() || !line.contains([BEGIN, END]) {
            push_line(&mut out, rest, quoted);
        }
    }
    out
}

fn push_line(out: &mut String, line: &str, quoted: bool) {
    if quoted && !line.is_empty() {
        out.push_str(if line.starts_with('>') { ">" } else { "> " });
    }
    out.push_str(line);
    out.push('\n');
}

/// A start tag in the HTML.
#[derive(Clone, Copy)]
struct Tag<'h> {
    /// Where its `<` stands, and what follows its `>`.
    at: usize,
    end: usize,
    name: &'h str,
    attributes: &'h str,
}

/// Every start tag, in order. Quoted values may hold `>`.
fn starts(html: &str) -> impl Iterator<Item = Tag<'_>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let at = from + html.get(from..)?.find('<')?;
            let inside = html.get(at + 1..)?;
            if let Some(comment) = inside.strip_prefix("!--") {
                from = at + 4 + comment.find("-->")?;
                continue;
            }
            if !inside.starts_with(|c: char| c.is_ascii_alphabetic()) {
                from = at + 1;
                continue;
            }
            let length = tag_length(inside)?;
            from = at + 1 + length + 1;
            let whole = inside.get(..length)?;
            let name_end = whole.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(whole.len());
            let (name, attributes) = whole.split_at_checked(name_end)?;
            return Some(Tag { at, end: from, name, attributes });
        }
    })
}

/// Up to the `>` that ends a tag.
fn tag_length(inside: &str) -> Option<usize> {
    let (mut quote, mut after_equals) = (None, false);
    for (at, octet) in inside.bytes().enumerate() {
        match (quote, octet) {
            (Some(open), _) if octet == open => quote = None,
            (Some(_), _) => {}
            (None, b'>') => return Some(at),
            (None, b'"' | b'\'') if after_equals => (quote, after_equals) = (Some(octet), false),
            (None, b'=') => after_equals = true,
            (None, b' ' | b'\t' | b'\r' | b'\n') => {}
            (None, _) => after_equals = false,
        }
    }
    None
}

impl Tag<'_> {
    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    fn container(&self) -> Option<Extent> {
        // Cheap, and true of most tags.
        if self.attributes.len() < 6 {
            return None;
        }
        let attributes = self.attributes.to_ascii_lowercase();
        ["class", "id", "style", "name", "data-marker"].into_iter().find_map(|name| {
            let value = value_of(&attributes, name)?;
            let squeezed = if name == "style" { squeezed(value) } else { String::new() };
            let fits = |holds: &Holds| match holds {
                Word(word) => value
                    .split_ascii_whitespace()
                    .any(|one| one == *word || one.trim_start_matches("x_") == *word),
                Part(part) => squeezed.contains(part),
            };
            let row = CONTAINERS.iter().find(|(_, of, holds, _)| *of == name && fits(holds));
            row.map(|(.., extent)| *extent)
        })
    }
}

fn squeezed(value: &str) -> String {
    value.chars().filter(|c| !c.is_whitespace()).chain([';']).collect()
}

/// The value of an attribute, both in lower case.
fn value_of<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = attributes;
    loop {
        let at = rest.find(name)?;
        let before = rest.get(..at)?;
        rest = rest.get(at + name.len()..)?;
        let value = rest.trim_start().strip_prefix('=').map(str::trim_start);
        let own = before.is_empty() || before.ends_with([' ', '\n', '\t', '\r', '"', '\'', '/']);
        let Some(value) = value.filter(|_| own) else { continue };
        return match value.chars().next() {
            Some(quote @ ('"' | '\'')) => value.get(1..)?.split(quote).next(),
            _ => value.split([' ', '\n', '\t', '\r']).next(),
        };
    }
}

/// Where the element ends that this tag begins: before its end tag. Elements without an end take nothing.
fn end_of(html: &str, tag: &Tag<'_>) -> usize {
    const VOID: &[&str] = &["hr", "br", "img", "input", "meta", "link"];
    if VOID.iter().any(|name| tag.is(name)) {
        return tag.end;
    }
    let mut depth = 1_usize;
    let mut from = tag.end;
    while let Some(at) = html.get(from..).and_then(|rest| rest.find('<')).map(|at| from + at) {
        let inside = html.get(at + 1..).unwrap_or_default();
        let (ends, inside) = match inside.strip_prefix('/') {
            Some(inside) => (true, inside),
            None => (false, inside),
        };
        let own =
            inside.get(..tag.name.len()).is_some_and(|name| name.eq_ignore_ascii_case(tag.name))
                && !inside.as_bytes().get(tag.name.len()).is_some_and(u8::is_ascii_alphanumeric);
        match (own, ends) {
            (true, true) if depth == 1 => return at,
            (true, true) => depth -= 1,
            (true, false) => depth += 1,
            (false, _) => {}
        }
        from = at + 1;
    }
    html.len()
}

/// The text of some HTML, the tags taken out, bounded: to look at how it begins.
fn beginning(html: &str) -> String {
    const ENOUGH: usize = 300;
    let mut text = String::new();
    let mut in_tag = false;
    for c in html.chars().take(20 * ENOUGH) {
        match c {
            '<' => in_tag = true,
            '>' if in_tag => in_tag = false,
            _ if in_tag => {}
            _ => text.push(c),
        }
        if text.len() > ENOUGH {
            break;
        }
    }
    text.replace("&nbsp;", " ").trim().to_owned()
}

/// Whether a container holds what its sender passes on.
fn is_forward(inside: &str) -> bool {
    let text = beginning(inside);
    text.starts_with("-----") && !text.trim_start_matches('-').trim_start().starts_with("On ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::html::html_to_text;
    use super::*;
    use crate::mail::new_text;

    /// An element as the client of a row writes it, with something in it.
    fn element(row: &(&str, &str, Holds, Extent), inside: &str) -> String {
        let (_, name, holds, _) = row;
        let value = match holds {
            Word(word) => format!("one {word} two"),
            Part(part) => format!("border:none;{part}; padding:3.0pt 0cm 0cm 0cm"),
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
        for row in CONTAINERS.iter().filter(|row| matches!(row.3, Element | Around)) {
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
        for (hidden, seen) in [
            ("display: none", ""),
            ("color:red;DISPLAY:NONE !important", ""),
            ("font-size:0px", ""),
            ("font-size: 0", ""),
            ("font-size:0.9em", "#lock\n\n"),
            ("opacity:0.8", "#lock\n\n"),
        ] {
            let html = format!("<div style=\"{hidden}\">#lock</div><p>Hello</p>");
            assert_eq!(html_to_text(&html), format!("{seen}Hello\n"), "{hidden}");
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
            "<p>\u{f8d0}</p><p>#lock</p>",
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
        fn marks_never_leave_the_text(html in "(<div class=gmail_quote>|</div>|<p>|<td>|<table>|<tr>|<li>|a b|\u{f8d0}|\u{f8d1}|&#xf8d0;|<hr id=stopSpelling>|\n){0,30}") {
            let text = html_to_text(&html);
            prop_assert!(!text.contains([BEGIN, END]), "{text:?}");
        }

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
