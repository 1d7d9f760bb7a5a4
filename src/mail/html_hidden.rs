//! HTML without the elements that no reader sees: a command in them would be obeyed and never read.
//!
//! Only what hides by its own `style` or `hidden` is taken; style sheets are not evaluated. Where a hidden element never
//! ends, it ends with the part, as in a browser.

use std::borrow::Cow;

/// Declarations that hide an element and all in it, in lower case and without blanks.
const HIDING: &[&str] =
    &["display:none", "visibility:hidden", "visibility:collapse", "mso-hide:all", "opacity:0"];
const SIZE: &str = "font-size:";
/// A tag with more `style` than this has something to hide.
const MOST_STYLES: usize = 20;

/// Elements without an end.
const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr",
];

/// `html` with every hidden element taken out.
pub(super) fn without_hidden(html: &str) -> Cow<'_, str> {
    let mut shown = String::new();
    let mut kept_to = 0_usize;
    let mut hidden: Option<Hidden<'_>> = None;
    for tag in (Tags { html, at: 0 }) {
        let Some(open) = &mut hidden else {
            if let Some(how) = how_hidden(&tag) {
                shown.push_str(html.get(kept_to..tag.start).unwrap_or_default());
                kept_to = html.len();
                hidden = Some(Hidden { name: tag.name, how, depth: 1 });
            }
            continue;
        };
        if open.how == How::BySize && sets_a_size(&tag) {
            hidden = None; // layouts set no size around elements that have one
            kept_to = tag.start;
        } else if open.ends_with(&tag) {
            let next = how_hidden(&tag);
            kept_to = match (tag.is_end, next) {
                (true, _) => tag.end,
                (false, None) => tag.start,
                (false, Some(_)) => html.len(),
            };
            hidden = next.map(|how| Hidden { name: tag.name, how, depth: 1 });
        }
    }
    if kept_to == 0 && shown.is_empty() {
        return Cow::Borrowed(html);
    }
    shown.push_str(html.get(kept_to..).unwrap_or_default());
    Cow::Owned(shown)
}

#[derive(Clone, Copy, PartialEq)]
enum How {
    Whole,
    /// Unless an element inside has a size of its own.
    BySize,
}

struct Hidden<'h> {
    name: &'h str,
    how: How,
    /// Elements of this name that are open.
    depth: usize,
}

impl Hidden<'_> {
    /// A paragraph ends where the next begins; all else where it says so.
    fn ends_with(&mut self, tag: &Tag<'_>) -> bool {
        if tag.name.eq_ignore_ascii_case(self.name) {
            self.depth = if tag.is_end || self.name.eq_ignore_ascii_case("p") {
                self.depth.saturating_sub(1)
            } else {
                self.depth.saturating_add(1)
            };
        }
        self.depth == 0
    }
}

fn how_hidden(tag: &Tag<'_>) -> Option<How> {
    if tag.is_end || VOID.iter().any(|name| name.eq_ignore_ascii_case(tag.name)) {
        return None;
    }
    let attributes = tag.attributes.to_ascii_lowercase();
    if has_hidden(&attributes) || attributes.matches("style").count() > MOST_STYLES {
        return Some(How::Whole);
    }
    let mut how = None;
    for declaration in declarations(&attributes) {
        if HIDING.contains(&declaration.as_str()) {
            return Some(How::Whole);
        }
        if declaration.strip_prefix(SIZE).is_some_and(is_nothing) {
            how = Some(How::BySize);
        }
    }
    how
}

fn sets_a_size(tag: &Tag<'_>) -> bool {
    let attributes = tag.attributes.to_ascii_lowercase();
    declarations(&attributes)
        .iter()
        .any(|declaration| declaration.strip_prefix(SIZE).is_some_and(|size| !is_nothing(size)))
}

/// `0`, `0px`, `0.0em`; not `0.9em`.
fn is_nothing(size: &str) -> bool {
    size.starts_with('0') && !size.contains(|c: char| c.is_ascii_digit() && c != '0')
}

/// The attribute without a value, or with any; the word in a value is only a word.
fn has_hidden(attributes: &str) -> bool {
    attributes.split(['"', '\'']).step_by(2).any(|outside| {
        outside
            .split([' ', '\t', '\n', '\r', '/'])
            .any(|word| word == "hidden" || word.starts_with("hidden="))
    })
}

/// The declarations of every attribute whose name ends in `style`, without blanks and `!important`.
fn declarations(attributes: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, name) in attributes.match_indices("style").take(MOST_STYLES) {
        let rest = attributes.get(at.saturating_add(name.len())..).unwrap_or_default();
        let Some(value) = rest.trim_start().strip_prefix('=') else { continue };
        let value = value.trim_start();
        let value = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => value.split(quote).nth(1),
            _ => value.split_ascii_whitespace().next(),
        };
        for declaration in value.unwrap_or_default().split(';') {
            let bare: String = declaration.chars().filter(|c| !c.is_whitespace()).collect();
            found.push(bare.trim_end_matches("!important").to_owned());
        }
    }
    found
}

struct Tag<'h> {
    start: usize,
    /// Behind its `>`.
    end: usize,
    is_end: bool,
    name: &'h str,
    attributes: &'h str,
}

/// The tags of `html`, none of those in comments; a `>` in a quoted value ends no tag.
struct Tags<'h> {
    html: &'h str,
    at: usize,
}

impl<'h> Iterator for Tags<'h> {
    type Item = Tag<'h>;

    fn next(&mut self) -> Option<Tag<'h>> {
        loop {
            let rest = self.html.get(self.at..)?;
            let start = self.at.saturating_add(rest.find('<')?);
            let rest = self.html.get(start..)?;
            if let Some(comment) = rest.strip_prefix("<!--") {
                let length = comment.find("-->").map_or(comment.len(), |end| end.saturating_add(3));
                self.at = start.saturating_add(4).saturating_add(length);
                continue;
            }
            let inside = rest.strip_prefix("</").or_else(|| rest.strip_prefix('<'))?;
            let name_length = inside
                .find(|c: char| !c.is_ascii_alphanumeric() && !"-:_".contains(c))
                .unwrap_or(inside.len());
            let is_end = rest.starts_with("</");
            let name_at = start.saturating_add(if is_end { 2 } else { 1 });
            if name_length == 0 || !inside.starts_with(|c: char| c.is_ascii_alphabetic()) {
                self.at = name_at;
                continue;
            }
            let (name, behind) = inside.split_at_checked(name_length)?;
            let length = end_of_tag(behind);
            let attributes = behind.get(..length)?;
            let close = name_at.saturating_add(name_length).saturating_add(length);
            let end = close.saturating_add(1).min(self.html.len());
            self.at = end;
            return Some(Tag { start, end, is_end, name, attributes });
        }
    }
}

/// Where the `>` stands; a quote that never ends takes all that follows, as in a browser.
fn end_of_tag(behind: &str) -> usize {
    let mut quote = None;
    let mut after_equals = false;
    for (at, octet) in behind.bytes().enumerate() {
        match (quote, octet) {
            (Some(open), _) if octet == open => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') if after_equals => quote = Some(octet),
            (None, b'>') => return at,
            _ => {}
        }
        if !octet.is_ascii_whitespace() {
            after_equals = octet == b'=';
        }
    }
    behind.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_reader_sees_is_taken_out() {
        for (html, shown) in [
            ("<p>a</p>", "<p>a</p>"),
            ("a<div style='display:none'>#close</div>b", "ab"),
            (
                "a<div style=\"color:red; DISPLAY : none !important\"><div>#close</div>x</div>b",
                "ab",
            ),
            ("a<span style=display:none>#close</span>b", "ab"),
            ("a<span style='font-size:0px'>#close</span>b", "ab"),
            ("a<span style='font-size:0.0em;'>#close</span>b", "ab"),
            ("<span style='font-size:0.9em'>a</span>", "<span style='font-size:0.9em'>a</span>"),
            ("a<span style='mso-hide:all'>#close</span>b", "ab"),
            ("a<span style='visibility:hidden'>#close</span>b", "ab"),
            ("a<span hidden>#close</span>b", "ab"),
            ("a<span hidden=''>#close</span>b", "ab"),
            ("<i data-style='x' style='display:none'>#close</i>b", "b"),
            ("<a title='hidden'>a</a>", "<a title='hidden'>a</a>"),
            ("<a href='x?display:none'>a</a>", "<a href='x?display:none'>a</a>"),
            ("a<p style='display:none'>#close<p>b", "a<p>b"),
            ("a<p style='display:none'>#close<p style='display:none'>#lock<p>b", "a<p>b"),
            (
                "<td style='font-size:0px'><p style='font-size:13px'>a</p></td>",
                "<p style='font-size:13px'>a</p></td>",
            ),
            ("a<img style='display:none'>b", "a<img style='display:none'>b"),
            ("a<div title='>' style='display:none'>#close</div>b", "ab"),
            ("a<!-- <div style='display:none'> -->b", "a<!-- <div style='display:none'> -->b"),
            ("a<div style='display:none'>#close", "a"),
            ("1 < 2 <", "1 < 2 <"),
            ("<", "<"),
            ("a<DIV STYLE='display:none'>x</div>b", "ab"),
        ] {
            assert_eq!(without_hidden(html), shown, "{html}");
        }
    }
}
