//! How much of a mail we are willing to look at. What is over a limit is quarantined, not parsed.
//!
//! mail-parser bounds neither the number of parts nor how deep they are nested, and drops nested mails recursively: a
//! crafted mail could exhaust memory or the stack. So the raw octets are judged before it sees them, by a count that
//! is never too low, and the exact structure after.

use std::collections::BTreeSet;

use mail_parser::{Message, MessageParser, MimeHeaders, PartType};

use super::body::{forgiving_base64, forgiving_quoted_printable};
use super::charset::header_octets;

/// Bounds of one mail. The defaults are those of the manual's `[limits]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The whole mail as it came.
    pub size_octets: usize,
    /// A single attachment that is still passed on. Larger ones are kept and named: this never makes a mail over limit.
    pub attachment_octets: usize,
    /// MIME parts of all levels, those of enclosed mails too.
    pub parts: usize,
    /// Levels of multiparts and enclosed mails.
    pub depth: usize,
    /// The header block of the mail.
    pub header_octets: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            size_octets: 25_000_000,
            attachment_octets: 10_000_000,
            parts: 1000,
            depth: 50,
            header_octets: 256_000,
        }
    }
}

/// Which limit a mail is over: for the log and the postmaster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OverLimit {
    #[error("the mail has {octets} octets, more than the limit `size` of {limit}")]
    Size { octets: usize, limit: usize },
    #[error("the mail's header has {octets} octets, more than the limit of {limit}")]
    Header { octets: usize, limit: usize },
    #[error("the mail has more MIME parts than the limit `parts` of {limit}")]
    Parts { limit: usize },
    #[error("the mail's MIME parts are nested deeper than the limit `depth` of {limit}")]
    Depth { limit: usize },
    #[error(
        "the mail's MIME structure would take too long to read: {multiparts} multiparts in {octets} octets"
    )]
    Effort { multiparts: usize, octets: usize },
}

impl OverLimit {
    /// Never: the same mail would be over it again.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        false
    }
}

/// Multiparts that a mail of the largest size may have; smaller mails may have more. Each may cost mail-parser a scan
/// of all that follows it, when its boundary never comes.
const MULTIPARTS_AT_FULL_SIZE: usize = 60;

/// mail-parser decodes enclosed mails in a transfer encoding so many levels deep. RFC 2046 section 5.2.1 forbids such an
/// encoding, and some clients write it.
const DEEPEST_ENCODED: usize = 4;
/// More of them in a mail are not decoded to be judged.
const MOST_ENCODED: usize = 20;

/// Judges the raw mail before it is parsed.
///
/// # Errors
/// The limit that it is over.
pub fn before_parsing(raw: &[u8], limits: &Limits) -> Result<(), OverLimit> {
    judge(raw, limits, DEEPEST_ENCODED)
}

/// `encoded_levels`: of enclosed mails in a transfer encoding, which mail-parser reads, too.
fn judge(raw: &[u8], limits: &Limits, encoded_levels: usize) -> Result<(), OverLimit> {
    if raw.len() > limits.size_octets {
        return Err(OverLimit::Size { octets: raw.len(), limit: limits.size_octets });
    }
    let octets = header_octets(raw);
    if octets > limits.header_octets {
        return Err(OverLimit::Header { octets, limit: limits.header_octets });
    }
    let too_many = OverLimit::Parts { limit: limits.parts };
    let declared = content_types(raw, limits.parts).ok_or(too_many)?;
    let effort = declared.multiparts.saturating_mul(raw.len());
    if effort > limits.size_octets.saturating_mul(MULTIPARTS_AT_FULL_SIZE) {
        return Err(OverLimit::Effort { multiparts: declared.multiparts, octets: raw.len() });
    }
    // Without a type of its own a part needs at least a delimiter, `--` and the boundary. Few mails have so many
    // dashes that their boundaries must be known.
    if dashes(raw) > limits.parts
        && (declared.is_unclear
            || delimiters(raw, &declared.boundaries, limits.parts) > limits.parts)
    {
        return Err(too_many);
    }
    let Some(levels) = encoded_levels.checked_sub(1) else { return Ok(()) };
    let enclosed = encoded_mails(raw);
    if enclosed.len() > MOST_ENCODED {
        return Err(too_many);
    }
    enclosed.iter().try_for_each(|at| judge(&at.decoded(raw), limits, levels))
}

/// Judges what mail-parser made of it.
///
/// # Errors
/// The limit that it is over.
pub fn after_parsing(message: &Message<'_>, limits: &Limits) -> Result<(), OverLimit> {
    let mut parts = 0_usize;
    let mut open = vec![(message, 1_usize)];
    while let Some((message, level)) = open.pop() {
        parts = parts.saturating_add(message.parts.len());
        if parts > limits.parts {
            return Err(OverLimit::Parts { limit: limits.parts });
        }
        let mut levels = vec![level; message.parts.len()];
        for (at, part) in message.parts.iter().enumerate() {
            let inside = levels.get(at).copied().unwrap_or(level).saturating_add(1);
            if inside.saturating_sub(1) > limits.depth {
                return Err(OverLimit::Depth { limit: limits.depth });
            }
            match &part.body {
                // A multipart stands before its parts, so one pass suffices.
                PartType::Multipart(children) => {
                    for child in children {
                        if let Some(slot) =
                            usize::try_from(*child).ok().and_then(|c| levels.get_mut(c))
                        {
                            *slot = inside;
                        }
                    }
                }
                PartType::Message(enclosed) => open.push((enclosed, inside)),
                _ => {}
            }
        }
    }
    Ok(())
}

/// What the fields that could be a Content-Type declare.
#[derive(Default)]
struct Declared {
    types: usize,
    multiparts: usize,
    boundaries: BTreeSet<String>,
    /// Whether a field was too long to know what it declares.
    is_unclear: bool,
}

/// A field is read so far. What a longer one declares counts as the worst.
const LONGEST_FIELD_OCTETS: usize = 16_000;

/// None where there are more than `most`. Lines of text that only look like a Content-Type are counted, too: a mail
/// that is over by them alone is rare enough for a person to look at.
fn content_types(raw: &[u8], most: usize) -> Option<Declared> {
    const NAME: &[u8] = b"content-type";
    let mut declared = Declared::default();
    let mut at = 0_usize;
    for line in raw.split_inclusive(|&octet| octet == b'\n') {
        let start = line.trim_ascii_start();
        if start.get(..NAME.len()).is_some_and(|name| name.eq_ignore_ascii_case(NAME)) {
            declared.types = declared.types.saturating_add(1);
            if declared.types > most {
                return None;
            }
            let field = field(raw.get(at..).unwrap_or_default());
            if field.len() >= LONGEST_FIELD_OCTETS {
                declared.multiparts = declared.multiparts.saturating_add(1);
                declared.is_unclear = true;
            } else if let Some(boundary) = boundary_of(field) {
                declared.multiparts = declared.multiparts.saturating_add(1);
                declared.boundaries.insert(boundary);
            }
        }
        at = at.saturating_add(line.len());
    }
    Some(declared)
}

/// The field that `rest` begins with, with its folded lines (RFC 5322 section 2.2.3).
fn field(rest: &[u8]) -> &[u8] {
    let rest = rest.get(..LONGEST_FIELD_OCTETS).unwrap_or(rest);
    let mut length = 0_usize;
    for (number, line) in rest.split_inclusive(|&octet| octet == b'\n').enumerate() {
        if number > 0 && !matches!(line.first(), Some(b' ' | b'\t')) {
            break;
        }
        length = length.saturating_add(line.len());
    }
    rest.get(..length).unwrap_or_default()
}

/// The boundary as mail-parser itself will read it from a field.
fn boundary_of(field: &[u8]) -> Option<String> {
    let field = [field, b"\n\n"].concat();
    let parsed =
        MessageParser::new().with_mime_headers().parse_headers(field.trim_ascii_start())?;
    parsed.parts.first()?.content_type()?.attribute("boundary").map(str::to_owned)
}

/// Where the content of an enclosed mail may begin, and whether its encoding is base64 or quoted-printable.
struct Encoded {
    content: usize,
    is_base64: bool,
}

impl Encoded {
    /// Never less than what mail-parser makes of it.
    fn decoded(&self, raw: &[u8]) -> Vec<u8> {
        let content = raw.get(self.content..).unwrap_or_default();
        if self.is_base64 {
            let is_line = |line: &&[u8]| !line.starts_with(b"--");
            let lines = content.split(|&octet| octet == b'\n').take_while(is_line);
            forgiving_base64(&lines.collect::<Vec<_>>().join(&b'\n'))
        } else {
            forgiving_quoted_printable(content)
        }
    }
}

/// Behind each run of lines that could be the header of an encoded enclosed mail: one with such an encoding, and with
/// the type of a message or with none, which in a digest means the same (RFC 2046 section 5.1.5).
fn encoded_mails(raw: &[u8]) -> Vec<Encoded> {
    let value_of = |line: &[u8], name: &str| {
        let start = line.get(..name.len())?;
        let value = line.get(name.len()..)?;
        let value = value.trim_ascii_start().strip_prefix(b":")?.trim_ascii();
        start.eq_ignore_ascii_case(name.as_bytes()).then(|| value.to_ascii_lowercase())
    };
    let (mut found, mut at) = (Vec::new(), 0_usize);
    let (mut encoding, mut other_type) = (None, false);
    for line in raw.split_inclusive(|&octet| octet == b'\n') {
        at = at.saturating_add(line.len());
        let start = line.trim_ascii();
        if start.is_empty() {
            if let (Some(is_base64), false) = (encoding, other_type) {
                found.push(Encoded { content: at, is_base64 });
            }
            (encoding, other_type) = (None, false);
        } else if let Some(value) = value_of(start, "content-transfer-encoding") {
            encoding = [(&b"base64"[..], true), (&b"quoted-printable"[..], false)]
                .into_iter()
                .find_map(|(name, is_base64)| value.starts_with(name).then_some(is_base64))
                .or(encoding);
        } else if let Some(value) = value_of(start, "content-type") {
            other_type = !value.is_empty() && !value.starts_with(b"message/");
        }
    }
    found
}

/// Pairs of `--`, not overlapping.
fn dashes(raw: &[u8]) -> usize {
    raw.split(|&octet| octet != b'-').map(|run| run.len() / 2).sum()
}

/// Places where one of the boundaries stands after `--`, counted up to just over `most`.
fn delimiters(raw: &[u8], boundaries: &BTreeSet<String>, most: usize) -> usize {
    if boundaries.is_empty() {
        return 0;
    }
    let any: Vec<String> = boundaries.iter().map(|boundary| regex::escape(boundary)).collect();
    match regex::bytes::Regex::new(&format!("--(?:{})", any.join("|"))) {
        Ok(delimiter) => delimiter.find_iter(raw).take(most.saturating_add(1)).count(),
        Err(_) => most.saturating_add(1), // boundaries too large to be looked for
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(raw: &[u8], limits: &Limits) -> Result<(), OverLimit> {
        before_parsing(raw, limits)?;
        match MessageParser::default().parse(raw) {
            Some(message) => after_parsing(&message, limits),
            None => Ok(()),
        }
    }

    #[test]
    fn what_is_hidden_from_the_first_look_is_judged_all_the_same() {
        let limits = Limits { size_octets: 300_000, parts: 100, ..Limits::default() };
        let folds = " a=b;\n".repeat(105);
        let delimiters = "---\n\n".repeat(1_000);
        let mut never = "Content-Type: multipart/mixed; boundary=never\n\n".repeat(90);
        never.push_str(&"x\n".repeat(100_000));
        let folded_never = never.replace("; boundary", &format!(";\n{folds} boundary"));
        let unfolded = format!("Content-Type: multipart/mixed; boundary=\"-\"\n\n{delimiters}");
        let digest = "Content-Type: multipart/digest; boundary=d\n\n--d\n";
        let enclosed = "Content-Type: message/rfc822\n";
        let as_base64 = |mail: &str| {
            let lines = crate::mail::damage_tests::base64(mail.as_bytes());
            format!("Content-Transfer-Encoding: base64\n\n{lines}\n")
        };
        let as_quoted = |mail: &str| {
            let text = mail.replace('=', "=3D").replace('C', "=43");
            format!("Content-Transfer-Encoding: quoted-printable\n\n{text}\n")
        };
        let twice = as_base64(&format!("{enclosed}{}", as_base64(&unfolded)));
        for (way, mail) in [
            (
                "folded",
                format!("Content-Type: multipart/mixed;\n{folds} boundary=\"-\"\n\n{delimiters}"),
            ),
            ("never", folded_never),
            (
                "long fields",
                format!("Content-Type: multipart/mixed; {}\n", "a=b; ".repeat(4_000)).repeat(80),
            ),
            ("base64", format!("{enclosed}{}", as_base64(&unfolded))),
            ("in a digest", format!("{digest}{}", as_base64(&unfolded))),
            ("twice", format!("{enclosed}{twice}")),
            ("quoted-printable", format!("{enclosed}{}", as_quoted(&unfolded))),
            ("very many", format!("{enclosed}Content-Transfer-Encoding: base64\n\n").repeat(50)),
        ] {
            assert!(before_parsing(mail.as_bytes(), &limits).is_err(), "{way}");
        }
        let honest = format!("{enclosed}{}", as_base64("Subject: x\n\nHello\n"));
        assert_eq!(before_parsing(honest.as_bytes(), &limits), Ok(()));
    }

    fn with_parts(count: usize, header: &str) -> Vec<u8> {
        let part = format!("--b\n{header}\nx\n");
        format!("Content-Type: multipart/mixed; boundary=b\n\n{}--b--\n", part.repeat(count))
            .into_bytes()
    }

    #[test]
    fn a_mail_is_judged_by_size_and_header() {
        let limits = Limits { size_octets: 40, header_octets: 20, ..Limits::default() };
        assert_eq!(judged(b"Subject: short\n\nbody\n", &limits), Ok(()));
        assert_eq!(judged(&[b'x'; 41], &limits), Err(OverLimit::Size { octets: 41, limit: 40 }));
        let long = b"Subject: twenty and more\n\n";
        assert_eq!(judged(long, &limits), Err(OverLimit::Header { octets: 26, limit: 20 }));
    }

    #[test]
    fn parts_are_counted_with_and_without_a_type() {
        let limits = Limits { parts: 11, ..Limits::default() };
        let over = Err(OverLimit::Parts { limit: 11 });
        for header in ["Content-Type: text/plain\n", ""] {
            assert_eq!(judged(&with_parts(10, header), &limits), Ok(()), "{header}");
            assert_eq!(judged(&with_parts(11, header), &limits), over, "{header}");
        }
    }

    #[test]
    fn dashes_in_the_text_are_no_parts() {
        let raw = format!(
            "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n{}\n--b--\n",
            "-- SQL\n".repeat(5000)
        );
        assert_eq!(judged(raw.as_bytes(), &Limits::default()), Ok(()));
    }

    #[test]
    fn depth_counts_multiparts_and_enclosed_mails() {
        let limits = Limits { depth: 5, ..Limits::default() };
        let over = Err(OverLimit::Depth { limit: 5 });
        let enclosed = |levels| format!("{}\nx", "Content-Type: message/rfc822\n\n".repeat(levels));
        assert_eq!(judged(enclosed(4).as_bytes(), &limits), Ok(()));
        assert_eq!(judged(enclosed(5).as_bytes(), &limits), over);
        let nested = |levels: usize| {
            let multi = |n| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n");
            (0..levels).map(multi).collect::<String>() + "\nx\n"
        };
        assert_eq!(judged(nested(4).as_bytes(), &limits), Ok(()));
        assert_eq!(judged(nested(5).as_bytes(), &limits), over);
    }

    #[test]
    fn a_mail_of_nothing_but_structure_is_refused_before_it_is_parsed() {
        let deep = "Content-Type: message/rfc822\n\n".repeat(500_000);
        let wide = format!(
            "Content-Type: multipart/mixed; boundary=\"-\"\n\n{}",
            "---\n\n".repeat(500_000)
        );
        for raw in [deep, wide] {
            let judged = before_parsing(raw.as_bytes(), &Limits::default());
            assert_eq!(judged, Err(OverLimit::Parts { limit: 1000 }));
        }
    }

    #[test]
    fn many_multiparts_are_too_much_work_only_in_a_large_mail() {
        let types = "Content-Type: multipart/mixed; boundary=never\n\n".repeat(900);
        assert_eq!(before_parsing(types.as_bytes(), &Limits::default()), Ok(()));
        let large = types + &"x".repeat(24_000_000);
        let judged = before_parsing(large.as_bytes(), &Limits::default());
        assert!(matches!(judged, Err(OverLimit::Effort { multiparts: 900, .. })), "{judged:?}");
    }
}
