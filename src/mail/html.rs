//! HTML -> text that a person can read in a terminal: lines stay lines, quotes get `> `, links show where they lead.
//!
//! Foreign HTML is only ever shown as this text. Nothing is fetched and no style is obeyed. What is too large or nested
//! too deep for a real parser is stripped of its tags, no more.

use std::borrow::Cow;

use html2text::config;
use html2text::render::{TaggedLine, TextDecorator};
use mail_parser::decoders::html::add_html_token;

use super::html_depth::is_shallow;
use super::html_quote::typed_to;
use super::html_tree::prepare;
use super::one_line::one_line;

/// More HTML than this is not parsed but stripped; a parsed tree takes many times its source.
const LARGEST_OCTETS: usize = 400_000;
/// What is shorter than that is no picture worth cutting out.
const SHORTEST_PICTURE: usize = 500;
/// Attributes of one tag a parser is trusted with: it compares each with all before it.
const MOST_ATTRIBUTES: usize = 500;
/// The longest name of an entity that is looked for.
const LONGEST_ENTITY: usize = 33;
/// Lines are broken only here: what the sender wrote as one line stays one, a command above all.
const WIDTH: usize = 2_000;

/// The text of an HTML part, with `\n` line ends and at most one empty line in a row.
#[must_use]
pub fn html_to_text(html: &str) -> String {
    let html = &*without_pictures(html);
    let text = if is_tame(html) { rendered(html) } else { None };
    // Nested lists and quotes indent each of their lines: little HTML can become much text.
    let most = html.len().saturating_mul(10).saturating_add(LARGEST_OCTETS);
    let text = text.filter(|text| text.len() <= most);
    tidy(&text.unwrap_or_else(|| unparsed(html)))
}

/// Without the content of pictures that stand in the HTML itself (RFC 2397), where it is large: only then it matters.
fn without_pictures(html: &str) -> Cow<'_, str> {
    if html.len() <= LARGEST_OCTETS {
        return Cow::Borrowed(html);
    }
    let is_content = |c: char| c.is_ascii_alphanumeric() || "+/=;,.%_-".contains(c);
    let mut out = String::new();
    let mut rest = html;
    while let Some((before, content)) = rest.split_once("data:") {
        out.push_str(before);
        out.push_str("data:");
        let end = content.find(|c| !is_content(c)).unwrap_or(content.len());
        let (content, behind) = content.split_at_checked(end).unwrap_or((content, ""));
        let is_picture =
            before.ends_with(['"', '\'', '(', '=']) && content.len() > SHORTEST_PICTURE;
        out.push_str(if is_picture { "" } else { content });
        rest = behind;
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Whether a real HTML parser may see it: it could be kept busy for minutes otherwise.
#[must_use]
pub fn is_tame(html: &str) -> bool {
    html.len() <= LARGEST_OCTETS && is_shallow(html) && attributes(html) <= MOST_ATTRIBUTES
}

fn rendered(html: &str) -> Option<String> {
    let config = config::with_decorator(Plain)
        // Marks above each letter would grow with the nesting, and hide words from who looks for them.
        .unicode_strikeout(false)
        .raw_mode(true) // a cell is a line: layout tables have more cells than tables have
        .allow_width_overflow()
        .link_footnotes(false);
    let dom = config.parse_html(html.as_bytes()).ok()?;
    prepare(&dom)?;
    let tree = config.dom_to_render_tree(&dom).ok()?;
    let lines = config.render_to_lines(tree, WIDTH).ok()?;
    let mut text = String::new();
    let mut link = Link::default();
    for line in &lines {
        write_line(line, &mut link, &mut text);
        text.push('\n');
    }
    link.end(&mut text);
    Some(text)
}

/// Links are annotated, not decorated: only at their end is it known whether the text already said where they lead.
fn write_line(line: &TaggedLine<Vec<Target>>, link: &mut Link, text: &mut String) {
    for piece in line.tagged_strings() {
        let target = piece.tag.iter().rev().find(|target| !target.0.is_empty());
        let target = target.map_or("", |target| target.0.as_str());
        if target != link.target {
            link.end(text);
            *link = Link { target: target.to_owned(), shown: String::new() };
        }
        if !target.is_empty() {
            link.shown.push_str(&piece.s);
        }
        text.push_str(&piece.s);
    }
}

#[derive(Default)]
struct Link {
    target: String,
    shown: String,
}

impl Link {
    /// Adds ` <target>` after the link's text, unless that is the target itself or nothing a reader could use.
    fn end(&mut self, text: &mut String) {
        let target = one_line(&self.target);
        let useful =
            ["http://", "https://", "mailto:", "ftp://", "news:", "nntp:"].iter().any(|scheme| {
                target.get(..scheme.len()).is_some_and(|s| s.eq_ignore_ascii_case(scheme))
            });
        let shown = bare(&self.shown);
        if useful && target.len() <= 500 && !shown.is_empty() && shown != bare(&target) {
            let end = text.trim_end_matches('\n').len();
            let line_ends = text.split_off(end);
            text.push_str(" <");
            text.push_str(target.strip_prefix("mailto:").unwrap_or(&target));
            text.push('>');
            text.push_str(&line_ends);
        }
        *self = Self::default();
    }
}

/// A target without what readers do not care about, for comparing.
fn bare(target: &str) -> String {
    let target = target.trim().to_lowercase();
    let target = ["https://", "http://", "mailto:"]
        .iter()
        .fold(target.as_str(), |rest, scheme| rest.strip_prefix(scheme).unwrap_or(rest));
    target.trim_start_matches("www.").trim_end_matches('/').to_owned()
}

/// Where a link leads; empty where there is none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Target(String);

/// Text without marks: `*` and `#` at the start of a line would mean something to us that the sender never typed.
struct Plain;

impl TextDecorator for Plain {
    type Annotation = Target;

    fn decorate_link_start(&mut self, url: &str) -> (String, Target) {
        (String::new(), Target(url.to_owned()))
    }
    fn decorate_link_end(&mut self) -> String {
        String::new()
    }
    fn decorate_em_start(&self) -> (String, Target) {
        Default::default()
    }
    fn decorate_em_end(&self) -> String {
        String::new()
    }
    fn decorate_strong_start(&self) -> (String, Target) {
        Default::default()
    }
    fn decorate_strong_end(&self) -> String {
        String::new()
    }
    // Else nobody saw that it was taken back; and it is no command.
    fn decorate_strikeout_start(&self) -> (String, Target) {
        ("~~".to_owned(), Target::default())
    }
    fn decorate_strikeout_end(&self) -> String {
        "~~".to_owned()
    }
    fn decorate_code_start(&self) -> (String, Target) {
        Default::default()
    }
    fn decorate_code_end(&self) -> String {
        String::new()
    }
    fn decorate_preformat_first(&self) -> Target {
        Target::default()
    }
    fn decorate_preformat_cont(&self) -> Target {
        Target::default()
    }
    fn decorate_image(&mut self, _src: &str, title: &str) -> (String, Target) {
        (title.to_owned(), Target::default())
    }
    fn decorate_superscript_start(&self) -> (String, Target) {
        Default::default()
    }
    fn decorate_superscript_end(&self) -> String {
        String::new()
    }
    fn header_prefix(&self, _level: usize) -> String {
        String::new()
    }
    fn quote_prefix(&self) -> String {
        "> ".to_owned()
    }
    fn unordered_item_prefix(&self) -> String {
        "- ".to_owned()
    }
    fn ordered_item_prefix(&self, number: i64) -> String {
        format!("{number}. ")
    }
    fn make_subblock_decorator(&self) -> Self {
        Plain
    }
}

/// Most attributes of one tag, by counting what may separate them outside of quotes; never too low.
fn attributes(html: &str) -> usize {
    let (mut count, mut most) = (0_usize, 0_usize);
    let (mut in_tag, mut after_equals, mut quote) = (false, false, None);
    let mut octets = html.bytes().peekable();
    while let Some(octet) = octets.next() {
        match (in_tag, quote) {
            (false, _) => {
                in_tag = octet == b'<' && octets.peek().is_some_and(u8::is_ascii_alphabetic);
                (count, after_equals) = (0, false);
            }
            (true, Some(open)) => quote = quote.filter(|_| octet != open),
            (true, None) => match octet {
                b'>' => in_tag = false,
                b'=' => after_equals = true,
                // After a quoted value the next name may follow at once.
                b'"' | b'\'' if after_equals => {
                    (quote, after_equals, count) = (Some(octet), false, count.saturating_add(1));
                }
                b' ' | b'\t' | b'\n' | b'\r' | b'\x0c' => count = count.saturating_add(1),
                b'/' => (after_equals, count) = (false, count.saturating_add(1)),
                _ => after_equals = false,
            },
        }
        most = most.max(count);
    }
    most
}

/// Whether the text after a `<` begins with this tag's name.
fn starts_with_name(tag: &str, name: &str) -> bool {
    tag.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
        && !tag.chars().nth(name.len()).is_some_and(|c| c.is_ascii_alphanumeric() && name != "!")
}

/// Without a parser nobody knows where a quote ends: what is behind the beginning of the first one is quoted.
fn unparsed(html: &str) -> String {
    let (typed, old) = html.split_at_checked(typed_to(html)).unwrap_or((html, ""));
    let mut text = stripped(typed);
    for line in stripped(old).lines() {
        text.push_str("\n> ");
        text.push_str(line);
    }
    text
}

/// What was typed above all that may be old, read without a parser.
pub(super) fn typed_part(html: &str) -> String {
    stripped(html.get(..typed_to(html)).unwrap_or_default())
}

/// Tags away, block ends to line ends, entities decoded.
fn stripped(html: &str) -> String {
    const BLOCKS: &[&str] = &["br", "/p", "/div", "/tr", "/li", "/h1", "/h2", "/h3", "/td", "hr"];
    const HIDDEN: &[&str] = &["script", "style", "head", "title"];
    let mut text = String::new();
    let mut hidden: Option<&str> = None;
    for (number, piece) in html.split('<').enumerate() {
        let (tag, content) =
            if number == 0 { ("", piece) } else { piece.split_once('>').unwrap_or((piece, "")) };
        match hidden {
            Some(name) if tag.strip_prefix('/').is_some_and(|end| starts_with_name(end, name)) => {
                hidden = None
            }
            Some(_) => continue,
            None => hidden = HIDDEN.iter().copied().find(|name| starts_with_name(tag, name)),
        }
        if BLOCKS.iter().any(|name| starts_with_name(tag, name)) {
            text.push('\n');
        }
        if hidden.is_none() {
            text.push_str(&content.replace(['\r', '\n'], " "));
        }
    }
    without_entities(&text)
}

/// `&uuml;`, `&#252;` and `&#xfc;` as the characters they stand for.
fn without_entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut pieces = text.split('&');
    out.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let end = piece.bytes().take(LONGEST_ENTITY).position(|octet| octet == b';');
        let (name, behind) =
            end.and_then(|end| piece.split_at_checked(end + 1)).unwrap_or(("", piece));
        let mut decoded = String::new();
        add_html_token(&mut decoded, format!("&{name}").as_bytes(), false);
        // Line ends are no more than blanks in HTML.
        out.push_str(&decoded.replace(|c: char| c == '\u{a0}' || c.is_control(), " "));
        out.push_str(behind);
    }
    out
}

/// No blanks at line ends, no two empty lines in a row, none at either end.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut empty = 0_usize;
    for line in text.lines() {
        let line = line.trim_end();
        if line.is_empty() {
            empty = empty.saturating_add(1);
            continue;
        }
        if !out.is_empty() && empty > 0 {
            out.push('\n');
        }
        empty = 0;
        out.push_str(line);
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_over_rows_beside_short_rows_is_read() {
        let html = "<table><td colspan=999><tr><td>a<td ROWSPAN=9>b</td><td>rowspan=2</table>";
        assert!(html_to_text(html).contains("rowspan=2"));
    }

    #[test]
    fn lines_stay_lines() {
        for (html, text) in [
            ("<p>Hallo,</p><p>eins<br>zwei</p>", "Hallo,\n\neins\nzwei\n"),
            ("<div>#close</div><div>Danke</div>", "#close\nDanke\n"),
            (
                "<p>a</p><blockquote><p>q1</p><p>q2</p></blockquote><p>b</p>",
                "a\n\n> q1\n>\n> q2\n\nb\n",
            ),
            ("<ul><li>x</li><li>y</li></ul>", "- x\n- y\n"),
            ("<h1>Titel</h1>Text <b>fett</b> &uuml; &amp;", "Titel\n\nText fett ü &\n"),
            ("<style>p{}</style><script>x()</script>ja", "ja\n"),
            ("<table><tr><td>Name:</td><td>Jo</td></tr></table>", "Name:\nJo\n"),
            ("<pre>a\n  b</pre>", "a\n  b\n"),
            ("", ""),
        ] {
            assert_eq!(html_to_text(html), text, "{html}");
        }
    }

    #[test]
    fn a_link_shows_where_it_leads_unless_its_text_does() {
        for (html, text) in [
            (
                "see <a href='https://example.org/x'>here</a>.",
                "see here <https://example.org/x>.\n",
            ),
            ("<a href='https://example.org/'>example.org</a>", "example.org\n"),
            ("<a href='mailto:jo@example.org'>jo@example.org</a>", "jo@example.org\n"),
            ("<a href='mailto:jo@example.org'>Jo</a>", "Jo <jo@example.org>\n"),
            (
                "<a href='https://a.example'>a</a><a href='https://b.example'>b</a>",
                "a <https://a.example>b <https://b.example>\n",
            ),
            ("<a href='javascript:alert(1)'>click</a>", "click\n"),
            ("<a href='https://a.example/'><img src='x'></a>", ""),
        ] {
            assert_eq!(html_to_text(html), text, "{html}");
        }
    }

    #[test]
    fn a_long_line_is_not_broken() {
        let line = "wort ".repeat(200);
        assert_eq!(html_to_text(&format!("<p>{line}</p>")), format!("{}\n", line.trim_end()));
    }

    #[test]
    fn a_large_picture_in_the_html_keeps_no_parser_from_it() {
        let picture = "A".repeat(LARGEST_OCTETS);
        for (before, behind) in
            [("<img src=\"", "\">"), ("<img src=", " x>"), ("<p style='a:url(", ")'>")]
        {
            let html = format!(
                "<p>#note</p><blockquote>#lock{before}data:image/png;base64,{picture}{behind}</blockquote><p>below</p>"
            );
            assert_eq!(html_to_text(&html), "#note\n\n> #lock\n\nbelow\n");
        }
        let text = format!("<p>data:{}</p>", "A".repeat(LARGEST_OCTETS));
        assert!(html_to_text(&text).len() > LARGEST_OCTETS);
        assert_eq!(without_pictures(&"data:\"data:".repeat(100_000)).len(), 1_100_000);
    }

    #[test]
    fn entities_are_read_without_a_parser() {
        for (html, text) in [
            ("Gr&uuml;&szlig;e &ndash; &#8364;&#x20ac;&nbsp;x", "Grüße – €€ x"),
            ("&amp;lt; &lt;b&gt; a & b &nope; &;", "&lt; <b> a & b &nope; &;"),
            ("a&#10;#close&#0;b", "a #close b"),
            ("&", "&"),
        ] {
            assert_eq!(stripped(html), text, "{html}");
        }
    }

    #[test]
    fn hostile_html_ends_in_text() {
        for html in [
            "<div>".repeat(100_000) + "tief",
            "<blockquote>".repeat(350) + "tief",
            "<table><tr><td>".repeat(120) + "tief",
            "<p>".repeat(20_000) + "tief",
            "<li>".repeat(20_000) + "tief",
            format!("<b>tief</b><!--{}", "-".repeat(3_000_000)),
            format!("<p {}>tief", "a ".repeat(200_000)),
            format!("<p {}>tief", "a=''".repeat(100_000)),
        ] {
            assert!(html_to_text(&html).contains("tief"));
        }
        assert_eq!(stripped("<style>a</style>x<br>y &amp;lt;<p"), "x\ny &lt;");
    }
}
