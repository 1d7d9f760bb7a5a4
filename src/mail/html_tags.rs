//! The tags in the source of HTML, without a parser: for what is asked before one may see it, or where none may.
//!
//! What a tag means for the text is decided on the parsed tree, in `html_tree`.

/// Tags in them are text.
pub(super) const RAW: &[&str] = &["style", "script", "title", "textarea"];

/// No tag that means anything to us has a longer name.
const LONGEST_NAME: usize = 32;

/// A start tag.
pub(super) struct Tag<'h> {
    /// Where its `<` stands.
    pub at: usize,
    pub name: &'h str,
    attributes: &'h str,
}

/// Every start tag, in order; what looks like one in a comment, in a quoted value or in raw text is none.
pub(super) fn start_tags(html: &str) -> impl Iterator<Item = Tag<'_>> {
    let mut rest = html;
    std::iter::from_fn(move || {
        loop {
            let (_, tag) = rest.split_once('<')?;
            let at = html.len().saturating_sub(tag.len()).saturating_sub(1);
            if tag.starts_with("!--") {
                rest = behind_comment(tag);
                continue;
            }
            if !tag.starts_with(|c: char| c.is_ascii_alphabetic()) {
                rest = behind_bogus_comment(tag);
                continue;
            }
            let behind = behind_tag(tag);
            let name = name(tag);
            let whole = tag.get(..tag.len().saturating_sub(behind.len())).unwrap_or_default();
            let attributes = whole.strip_prefix(name).unwrap_or_default().trim_end_matches('>');
            let raw = RAW.iter().find(|raw| name.eq_ignore_ascii_case(raw));
            rest = raw.map_or(behind, |raw| behind_raw(behind, raw));
            return Some(Tag { at, name, attributes });
        }
    })
}

impl<'h> Tag<'h> {
    /// Names and values as they are written, the quotes taken off.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (&'h str, &'h str)> + use<'h> {
        let is_between = |c: char| c.is_ascii_whitespace() || c == '/';
        let mut rest = self.attributes;
        std::iter::from_fn(move || {
            rest = rest.trim_start_matches(is_between);
            let end = rest.find(|c: char| is_between(c) || c == '=').unwrap_or(rest.len());
            let (name, behind) = rest.split_at_checked(end.max(1))?;
            let behind = behind.trim_ascii_start();
            let Some(value) = behind.strip_prefix('=').map(str::trim_ascii_start) else {
                rest = behind;
                return Some((name, ""));
            };
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
            let (value, behind) = match quote {
                Some(quote) => {
                    let inside = value.get(1..).unwrap_or_default();
                    inside.split_once(quote).unwrap_or((inside, ""))
                }
                None => {
                    let end = value.find(|c: char| c.is_ascii_whitespace()).unwrap_or(value.len());
                    value.split_at_checked(end)?
                }
            };
            rest = behind;
            Some((name, value))
        })
    }
}

/// From the end tag of an element whose content is text.
fn behind_raw<'h>(content: &'h str, name: &str) -> &'h str {
    let mut rest = content;
    while let Some((_, tag)) = rest.split_once("</") {
        if tag.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)) {
            return tag;
        }
        rest = tag;
    }
    ""
}

/// The name of the tag that begins here, behind its `<`.
pub(super) fn name(tag: &str) -> &str {
    let near = tag.get(..tag.floor_char_boundary(LONGEST_NAME)).unwrap_or(tag);
    let end = near.find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>'));
    end.and_then(|end| near.get(..end)).unwrap_or(near)
}

/// What follows the `>` of this tag; one in a quoted value is none.
pub(super) fn behind_tag(tag: &str) -> &str {
    let (mut after_equals, mut quote) = (false, None);
    for (at, octet) in tag.bytes().enumerate() {
        match (quote, octet) {
            (Some(open), _) => quote = (octet != open).then_some(open),
            (None, b'>') => return tag.get(at.saturating_add(1)..).unwrap_or_default(),
            (None, b'"' | b'\'') if after_equals => (quote, after_equals) = (Some(octet), false),
            (None, b'=') => after_equals = true,
            (None, octet) => after_equals &= octet.is_ascii_whitespace(),
        }
    }
    ""
}

/// `comment` begins with `!--`; `<!-->` is a whole one. Looks at each octet once: a mail may be nothing but comments.
pub(super) fn behind_comment(comment: &str) -> &str {
    let body = comment.get(3..).unwrap_or_default();
    if let Some(behind) = [">", "->"].iter().find_map(|end| body.strip_prefix(end)) {
        return behind;
    }
    let mut rest = body;
    while let Some((_, behind)) = rest.split_once("--") {
        rest = behind.trim_start_matches('-');
        if let Some(behind) = rest.strip_prefix('>').or_else(|| rest.strip_prefix("!>")) {
            return behind;
        }
    }
    ""
}

/// What only looks like markup, `</3>`, `<!x>`, `<?x>`, is a comment up to the next `>`, whatever stands in it (HTML, 13.2.5.41); a
/// `<` that is none of these is text.
pub(super) fn behind_bogus_comment(tag: &str) -> &str {
    let is_comment = match tag.as_bytes() {
        [b'/', next, ..] => !next.is_ascii_alphabetic(),
        [b'!' | b'?', ..] => true,
        _ => false,
    };
    if !is_comment {
        return tag;
    }
    tag.split_once('>').map_or("", |(_, behind)| behind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn start_tags_are_told_from_what_only_looks_like_them() {
        for (html, names) in [
            ("<p>a<DIV class=x>b</div>", "p DIV"),
            ("<!-- <a> --><b>", "b"),
            ("<!--><a>", "a"),
            ("<!---><a>", "a"),
            ("<!----><a>", "a"),
            ("<!-- - -- --!><a>", "a"),
            ("<!-- --->< b><a>", "a"),
            ("<!-- -- ><b>", ""),
            ("<style><a></style><b>", "style b"),
            ("<p title=\"<a>\"><b>", "p b"),
            ("1 < 2 <", ""),
            ("</<!--x><a>", "a"),
            ("<!x<!--><a>", "a"),
            ("<?x<b>><a>", "a"),
            ("</p><a>", "a"),
            ("<", ""),
            ("<a title='", "a"),
        ] {
            let found: Vec<_> = start_tags(html).map(|tag| tag.name).collect();
            assert_eq!(found.join(" "), names, "{html}");
        }
    }

    #[test]
    fn many_tags_are_read_in_one_go() {
        assert_eq!(start_tags(&"<b>".repeat(2_000_000)).count(), 2_000_000);
        assert_eq!(start_tags(&"<!---->".repeat(2_000_000)).count(), 0);
        assert_eq!(start_tags(&"<!--x--!>".repeat(2_000_000)).count(), 0);
        assert_eq!(start_tags(&"<!--".repeat(2_000_000)).count(), 0);
    }

    #[test]
    fn attributes_are_read_however_they_are_quoted() {
        for (tag, attributes) in [
            ("<p a=1 b='2 3'c=\"\" d>", "a=1 b=2 3 c= d="),
            ("<p/a = x/>", "a=x/"),
            ("<p a='never ends", "a=never ends"),
            ("<p =x>", "== x="),
            ("<p>", ""),
        ] {
            let found: Vec<String> = start_tags(tag)
                .flat_map(|tag| {
                    tag.attributes().map(|(n, v)| format!("{n}={v}")).collect::<Vec<_>>()
                })
                .collect();
            assert_eq!(found.join(" "), attributes, "{tag}");
        }
    }
}
