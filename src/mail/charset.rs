//! Octets -> text: the charset that was declared, and what to believe where none was or where it cannot be true.
//!
//! Undeclared 8-bit text is UTF-8 where it is valid, else windows-1252. The tables of charsets are mail-parser's.

use std::borrow::Cow;

use mail_parser::decoders::charsets::map::charset_decoder;

/// Text of a part whose Content-Type declared `charset`, or none.
#[must_use]
pub fn decode(octets: &[u8], charset: Option<&str>) -> String {
    let declared = charset.map(str::trim).filter(|name| !name.is_empty() && !is_ascii(name));
    match declared {
        None => undeclared(octets),
        Some(name) if is_utf8(name) => mislabelled_utf8(octets),
        Some(name) => match charset_decoder(name.as_bytes()) {
            Some(decoder) => decoder(octets),
            None => undeclared(octets),
        },
    }
}

/// Whether we can decode what is declared so; where not, a defect is noted.
#[must_use]
pub fn is_known(charset: &str) -> bool {
    is_ascii(charset) || is_utf8(charset) || charset_decoder(charset.trim().as_bytes()).is_some()
}

/// UTF-8 where valid, else windows-1252.
#[must_use]
pub fn undeclared(octets: &[u8]) -> String {
    match str::from_utf8(octets) {
        Ok(text) => text.to_owned(),
        Err(_) => windows_1252(octets),
    }
}

/// The header block of a mail with its undeclared 8-bit lines (RFC 5322 knows none) turned into UTF-8, the body as it
/// is. Judged line by line: one gateway's Latin-1 line says nothing about the others.
#[must_use]
pub fn with_readable_header(raw: &[u8]) -> Cow<'_, [u8]> {
    let (header, body) = raw.split_at(header_octets(raw));
    let is_utf8 = str::from_utf8(header).is_ok();
    if is_utf8 && !has_adjacent_words(header) {
        return Cow::Borrowed(raw);
    }
    let mut whole = Vec::with_capacity(raw.len().saturating_add(header.len() / 8));
    if is_utf8 {
        whole.extend_from_slice(header);
    } else {
        for line in header.split_inclusive(|&octet| octet == b'\n') {
            whole.extend_from_slice(undeclared(line).as_bytes());
        }
    }
    if has_adjacent_words(&whole) {
        whole = with_joined_words(&whole);
    }
    whole.extend_from_slice(body);
    Cow::Owned(whole)
}

/// Whether an encoded word (RFC 2047) may follow another.
fn has_adjacent_words(header: &[u8]) -> bool {
    let mut rest = header;
    while let Some(at) = rest.windows(2).position(|two| two == b"?=") {
        rest = rest.get(at.saturating_add(2)..).unwrap_or_default();
        let behind = rest.trim_ascii_start();
        if behind.len() < rest.len() && behind.starts_with(b"=?") {
            return true;
        }
    }
    false
}

/// Adjacent encoded words of one charset and encoding made one: some senders cut in the middle of a character, which RFC
/// 2047 section 5 forbids, and each half alone is none.
fn with_joined_words(header: &[u8]) -> Vec<u8> {
    let mut joined = Vec::with_capacity(header.len());
    let mut rest = header;
    while let Some(start) = rest.windows(2).position(|two| two == b"=?") {
        let (before, from_word) = rest.split_at(start);
        joined.extend_from_slice(before);
        let Some((opening, mut text, mut behind)) = encoded_word(from_word) else {
            joined.extend_from_slice(b"=?");
            rest = from_word.get(2..).unwrap_or_default();
            continue;
        };
        joined.extend_from_slice(opening);
        loop {
            joined.extend_from_slice(text);
            let next = behind.trim_ascii_start();
            let is_padded = text.ends_with(b"=") && opening.to_ascii_lowercase().ends_with(b"?b?");
            match encoded_word(next) {
                Some((same, more, end))
                    if next.len() < behind.len()
                        && !is_padded
                        && same.eq_ignore_ascii_case(opening) =>
                {
                    (text, behind) = (more, end);
                }
                _ => break,
            }
        }
        joined.extend_from_slice(b"?=");
        rest = behind;
    }
    joined.extend_from_slice(rest);
    joined
}

/// `=?charset?q?`, the text and what follows the word that `octets` begin with.
fn encoded_word(octets: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    /// RFC 2047 allows 75; some write whole lines.
    const LONGEST: usize = 2_000;
    let within = octets.get(..octets.len().min(LONGEST))?;
    let behind = within.strip_prefix(b"=?")?;
    let charset = behind.iter().position(|&octet| octet == b'?')?;
    let text_at = charset.saturating_add(5);
    let opening = within.get(..text_at)?;
    if !matches!(opening.last_chunk::<3>()?, [b'?', b'q' | b'Q' | b'b' | b'B', b'?'])
        || opening.iter().any(u8::is_ascii_whitespace)
    {
        return None;
    }
    let text = within.get(text_at..)?;
    let length = text.iter().position(|&octet| octet == b'?' || octet == b'\n')?;
    let end = text_at.saturating_add(length);
    octets
        .get(end..)?
        .strip_prefix(b"?=")
        .map(|rest| (opening, text.get(..length).unwrap_or_default(), rest))
}

/// Length of the header block with the empty line that ends it; the whole mail where there is none.
#[must_use]
pub fn header_octets(raw: &[u8]) -> usize {
    let mut length = 0_usize;
    for line in raw.split_inclusive(|&octet| octet == b'\n') {
        length = length.saturating_add(line.len());
        if line.trim_ascii().is_empty() && length > line.len() {
            break;
        }
    }
    length
}

fn windows_1252(octets: &[u8]) -> String {
    match charset_decoder(b"windows-1252") {
        Some(decoder) => decoder(octets),
        None => octets.iter().copied().map(char::from).collect(),
    }
}

/// Declared as UTF-8 but not valid. A text with one torn character stays UTF-8; one in which nothing fits was mislabelled.
fn mislabelled_utf8(octets: &[u8]) -> String {
    let text = String::from_utf8_lossy(octets);
    let broken = text.chars().filter(|&c| c == char::REPLACEMENT_CHARACTER).count();
    let whole = text.chars().filter(|c| !c.is_ascii()).count().saturating_sub(broken);
    if broken > whole { windows_1252(octets) } else { text.into_owned() }
}

/// us-ascii is what clients write that do not know what they write.
fn is_ascii(charset: &str) -> bool {
    let name = charset.trim();
    ["us-ascii", "ascii", "ansi_x3.4-1968", "7bit", "8bit", "unknown-8bit", "x-unknown"]
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known))
}

fn is_utf8(charset: &str) -> bool {
    let name = charset.trim();
    ["utf-8", "utf8", "utf_8"].iter().any(|known| name.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undeclared_text_is_utf_8_or_windows_1252() {
        for (octets, charset, text) in [
            (&b"gr\xc3\xbc\xc3\x9fe"[..], None, "grüße"),
            (b"gr\xfc\xdfe \x80", None, "grüße €"),
            (b"gr\xfc\xdfe", Some("us-ascii"), "grüße"),
            (b"gr\xc3\xbc\xc3\x9fe", Some("US-ASCII"), "grüße"),
            (b"gr\xfc\xdfe", Some("iso-8859-1"), "grüße"),
            (b"gr\xfc\xdfe", Some("utf-8"), "grüße"),
            (b"gr\xc3\xbc\xc3\x9fe\xc3", Some("utf-8"), "grüße\u{fffd}"),
            (b"gr\xfc\xdfe", Some("x-klingon"), "grüße"),
            (b"\x83n\x83\x8D", Some("shift_jis"), "ハロ"),
        ] {
            assert_eq!(decode(octets, charset), text, "{charset:?}");
        }
    }

    #[test]
    fn a_raw_latin_1_header_is_read_and_the_body_left_alone() {
        let raw = b"Subject: gr\xfc\xdfe\r\nTo: \xc3\xa4@x\r\n\r\n\xfc";
        let want = "Subject: grüße\r\nTo: ä@x\r\n\r\n".as_bytes();
        assert_eq!(with_readable_header(raw).as_ref(), [want, b"\xfc"].concat());
    }
}
