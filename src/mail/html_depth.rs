//! Whether HTML is nested as little as mail programs do it: a real parser takes memory and time by the product of its
//! depth and its length.
//!
//! Counts tags, never too low: an end counts where it closes the tag opened last, and nowhere the parser might not see
//! it. Sloppy HTML comes out deeper than it is; newsletters reach about 60.

use super::html_tags::{RAW, behind_bogus_comment, behind_comment, behind_tag, name};

/// Tags open at once.
const DEEPEST: usize = 400;
/// Never open for long: without content, or closed by the next of their kind.
const SHORT: &[&str] = &["br", "img", "hr", "meta", "link", "input", "p", "li", "col"];
/// What is repeated at each tag and line end while they are open, and how often it may be in all: a sum over all tags.
const REPEATED: [(&[&str], usize); 3] = [
    // Opened anew in each paragraph until closed (the list of active formatting elements), or noted at each piece of text; an
    // element takes a kilobyte.
    (
        &[
            "a", "b", "big", "code", "del", "em", "font", "i", "ins", "nobr", "s", "small",
            "strike", "strong", "sup", "tt", "u",
        ],
        20_000,
    ),
    // Their marks stand on each line.
    (&["blockquote", "ul", "ol", "dl", "dd"], 100_000),
    // What is in a cell is laid out once more for each cell around it.
    (&["td", "th"], 1_000_000),
];
/// What is in or after them is read by rules of its own: no end counts from there on, and no tag is text.
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
            [b'!', b'-', b'-', ..] if count.raw.is_none() && count.text_is_seen => {
                behind_comment(tag)
            }
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
            _ if count.raw.is_none() && count.text_is_seen => behind_bogus_comment(tag),
            _ => tag,
        };
        if count.is_over() {
            return false;
        }
    }
    count.line_ends(rest);
    !count.is_over()
}

struct Count {
    /// Names of the tags that are open, with the row of `REPEATED` that they are in.
    open: Vec<(String, Option<usize>)>,
    /// For each row: how many are open, and the sum so far.
    repeated: [(usize, usize); REPEATED.len()],
    /// The tag whose content is text, while it is open.
    raw: Option<String>,
    /// Whether the last tag opened it.
    raw_begins: bool,
    ends_are_seen: bool,
    /// Whether comments and the like are where they seem to be.
    text_is_seen: bool,
}

impl Default for Count {
    fn default() -> Self {
        Self {
            open: Vec::new(),
            repeated: [(0, 0); REPEATED.len()],
            raw: None,
            raw_begins: false,
            ends_are_seen: true,
            text_is_seen: true,
        }
    }
}

impl Count {
    fn line_ends(&mut self, text: &str) {
        self.repeat(text.bytes().filter(|octet| *octet == b'\n').count());
    }

    fn repeat(&mut self, times: usize) {
        for (open, sum) in &mut self.repeated {
            *sum = sum.saturating_add(open.saturating_mul(times));
        }
    }

    fn is_over(&self) -> bool {
        let too_often = self.repeated.iter().zip(REPEATED).any(|((_, sum), (_, most))| *sum > most);
        self.open.len() > DEEPEST || too_often
    }

    fn start(&mut self, name: &str) {
        let name = name.to_ascii_lowercase();
        self.repeat(1);
        self.ends_are_seen &= !OTHER_RULES.contains(&name.as_str());
        // In a picture or a formula a title's content is read like any other.
        self.text_is_seen &= !OTHER_RULES.contains(&name.as_str());
        self.raw_begins = self.text_is_seen && self.raw.is_none() && RAW.contains(&name.as_str());
        if self.raw_begins {
            self.raw = Some(name);
        } else if !self.ends_are_seen || !SHORT.contains(&name.as_str()) {
            let row = REPEATED.iter().position(|(names, _)| names.contains(&name.as_str()));
            if let Some((open, _)) = row.and_then(|row| self.repeated.get_mut(row)) {
                *open = open.saturating_add(1);
            }
            self.open.push((name, row));
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
        let row = last.and_then(|(_, row)| row);
        if let Some((open, _)) = row.and_then(|row| self.repeated.get_mut(row)) {
            *open = open.saturating_sub(1);
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
            "</<!--x>a<blockquote></x>",
            "<!x<!--x><b>",
            "<?<!--><div>",
            "<svg><![CDATA[ > <!-- ]]><b>",
            "<svg><title><b></title></b>",
            "<math><style></style><font>",
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
        for count in [390, 55] {
            let fonts: String = (0..count).map(|size| format!("<font size={size}>")).collect();
            assert!(!is_shallow(&format!("<p>{fonts}{}", "<p>x".repeat(1_000))), "{count}");
        }
        let quotes = "<blockquote>".repeat(390);
        assert!(!is_shallow(&format!("{quotes}<pre>{}", "a\n".repeat(1_000))));
        assert!(is_shallow(&format!("{quotes}a{}", "</blockquote>".repeat(390))));
        for tag in ["ins", "del", "sup", "s"] {
            let nested = format!("<{tag}>").repeat(390);
            assert!(!is_shallow(&format!("{nested}{}", "a<br>".repeat(1_000))), "{tag}");
        }
        let cells = "<table><tr><td>".repeat(130);
        assert!(!is_shallow(&format!("{cells}{}", "a<br>".repeat(10_000))));
        // A newsletter: tables in tables, and all of its rows.
        let rows = "<tr><td><table><tr><td><a href=x><b>a</b></a></td></tr></table></td></tr>"
            .repeat(2_000);
        assert!(is_shallow(&format!(
            "<table><tr><td><table><tr><td><table>{rows}</table></td></tr></table></td></tr></table>"
        )));
    }
}
