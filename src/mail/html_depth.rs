//! Whether HTML is nested as little as mail programs do it: a real parser takes memory and time by the product of its
//! depth and its length.
//!
//! Counts tags, never too low: an end counts where it closes the tag opened last, and nowhere the parser might not see
//! it. Sloppy HTML comes out deeper than it is; newsletters reach about 60.

use super::html_tags::{RAW, behind_comment, behind_tag, name};

/// Tags open at once.
const DEEPEST: usize = 400;
/// Sum over all tags and line ends of what is repeated at each of them: the parser opens formatting anew in each
/// paragraph, and a quote's mark stands on each of its lines.
const MOST_REPEATED: usize = 100_000;

/// Never open for long: without content, or closed by the next of their kind.
const SHORT: &[&str] = &["br", "img", "hr", "meta", "link", "input", "p", "li", "col"];
/// Opened anew in each paragraph until closed (the list of active formatting elements), or marked on each line.
const REPEATED: &[&str] = &[
    "a",
    "b",
    "big",
    "code",
    "em",
    "font",
    "i",
    "nobr",
    "s",
    "small",
    "strike",
    "strong",
    "tt",
    "u",
    "blockquote",
    "ul",
    "ol",
    "dl",
    "dd",
];
/// What is in or after them is read by rules of its own: no end counts from there on.
const OTHER_RULES: &[&str] = &[
    "svg",
    "math",
    "select",
    "template",
    "frameset",
    "noscript",
    "noframes",
    "noembed",
    "iframe",
    "xmp",
    "plaintext",
];

/// Whether a parser will not be kept busy by this HTML's nesting.
pub(super) fn is_shallow(html: &str) -> bool {
    let mut count = Count::default();
    let mut rest = html;
    while let Some((text, tag)) = rest.split_once('<') {
        count.line_ends(text);
        rest = match tag.as_bytes() {
            [b'!', b'-', b'-', ..] if count.raw.is_none() => behind_comment(tag),
            [b'/', first, ..] if first.is_ascii_alphabetic() => {
                let name = name(tag.trim_start_matches('/'));
                count.end(name);
                if count.raw.is_none() { behind_tag(tag) } else { tag }
            }
            [first, ..] if first.is_ascii_alphabetic() => {
                count.start(name(tag));
                // In raw text a quote is none: what looks like the rest of a tag may hold its end.
                if count.raw.is_none() || count.raw_begins { behind_tag(tag) } else { tag }
            }
            [b'!', b'-', b'-', ..] => {
                count.ends_are_seen &= count.raw.as_deref() != Some("script");
                tag
            }
            _ => tag,
        };
        if count.open.len() > DEEPEST || count.repeated > MOST_REPEATED {
            return false;
        }
    }
    count.line_ends(rest);
    count.repeated <= MOST_REPEATED
}

struct Count {
    /// Names of the tags that are open, with whether they are repeated.
    open: Vec<(String, bool)>,
    open_repeated: usize,
    repeated: usize,
    /// The tag whose content is text, while it is open.
    raw: Option<String>,
    /// Whether the last tag opened it.
    raw_begins: bool,
    ends_are_seen: bool,
}

impl Default for Count {
    fn default() -> Self {
        Self {
            open: Vec::new(),
            open_repeated: 0,
            repeated: 0,
            raw: None,
            raw_begins: false,
            ends_are_seen: true,
        }
    }
}

impl Count {
    fn line_ends(&mut self, text: &str) {
        let lines = text.bytes().filter(|octet| *octet == b'\n').count();
        self.repeated = self.repeated.saturating_add(lines.saturating_mul(self.open_repeated));
    }

    fn start(&mut self, name: &str) {
        let name = name.to_ascii_lowercase();
        self.repeated = self.repeated.saturating_add(self.open_repeated);
        self.ends_are_seen &= !OTHER_RULES.contains(&name.as_str());
        self.raw_begins = self.raw.is_none() && RAW.contains(&name.as_str());
        if self.raw_begins {
            self.raw = Some(name);
        } else if !self.ends_are_seen || !SHORT.contains(&name.as_str()) {
            let is_repeated = REPEATED.contains(&name.as_str());
            self.open_repeated = self.open_repeated.saturating_add(usize::from(is_repeated));
            self.open.push((name, is_repeated));
        }
    }

    fn end(&mut self, name: &str) {
        if let Some(raw) = &self.raw {
            if raw.eq_ignore_ascii_case(name) {
                self.raw = None;
            }
            return;
        }
        let last =
            self.open.pop_if(|(open, _)| self.ends_are_seen && open.eq_ignore_ascii_case(name));
        if let Some((_, true)) = last {
            self.open_repeated = self.open_repeated.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_looks_like_an_end_hides_how_deep_html_is() {
        for level in [
            "<div></x>",
            "<div><p></p></p>",
            "<div><!--</div>-->",
            "<div title=\"</div>\">",
            "<div a= '</div>'>",
            "<div><style></div></style>",
            "<div><script><!--<script></script></div></script>",
            "<div><table></div></table>",
            "<svg><link></link>",
            "<DIV></DIVX>",
            "<blockquote></x>a",
        ] {
            assert!(!is_shallow(&level.repeat(DEEPEST + 1)), "{level}");
        }
    }

    #[test]
    fn what_is_closed_is_not_deep() {
        for item in [
            "<div a='>'><span>x</span></DIV>",
            "<p>a<p>b<br>c</p>",
            "<ul><li>a<li>b</ul>",
            "<!--[if mso]><table><tr><td><![endif]-->x<!--[if mso]></td></tr></table><![endif]-->",
            "<style>a > b { content: '<'; }</style>",
            "<blockquote type=cite>a<br>\nb</blockquote>",
            "a < b",
        ] {
            assert!(is_shallow(&item.repeat(10 * DEEPEST)), "{item}");
        }
    }

    #[test]
    fn what_would_be_repeated_in_each_paragraph_or_line_is_bounded() {
        let fonts: String = (0..390).map(|size| format!("<font size={size}>")).collect();
        assert!(!is_shallow(&format!("<p>{fonts}{}", "<p>x".repeat(1_000))));
        let quotes = "<blockquote>".repeat(390);
        assert!(!is_shallow(&format!("{quotes}<pre>{}", "a\n".repeat(1_000))));
        assert!(is_shallow(&format!("{quotes}a{}", "</blockquote>".repeat(390))));
    }
}
