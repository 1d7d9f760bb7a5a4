//! What an OpenPGP signature of a mail is over, octet by octet: OpenPGP/MIME (RFC 3156 section 5) and clear-signed text
//! (RFC 9580 section 7).
//!
//! Finds and verifies nothing beyond that; `authority::openpgp` does. A signature counts only where all that the mail says is
//! signed: whatever stands beside the signed part could have been put there by anybody on the way.

use mail_parser::{MessageParser, MessagePart, MimeHeaders, PartType};

use super::Address;
use super::body::{media_type, octets};
use super::one_line::one_line;

/// All that a mail says, as it was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// The octets that were signed, with lines ended by CR LF.
    pub content: Vec<u8>,
    /// The signature, in armour or bare; never longer than [`LONGEST_SIGNATURE_OCTETS`].
    pub signature: Vec<u8>,
    /// The same words as a MIME entity, made of nothing but what was signed.
    pub entity: Vec<u8>,
    /// The Subject within the signed part, which some clients put there.
    pub subject: Option<String>,
    /// To and Cc within the signed part, which the same clients put there: whom it was signed for.
    pub to: Vec<Address>,
}

/// Why a signature that is there signs not all that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAllSigned {
    #[error("something stands beside the signed part")]
    Beside,
    #[error("the signed text is not written as RFC 9580 says")]
    Malformed,
    #[error("the signature is too long to be one")]
    TooLong,
}

/// A signature has a few hundred octets; several of them, a few thousand.
pub const LONGEST_SIGNATURE_OCTETS: usize = 32_000;

/// More recipients within the signed part are not looked at.
const MOST_RECIPIENTS: usize = 100;

/// A signed mail has three.
const MOST_DELIMITERS: usize = 10;

const MIME_SIGNATURE: &str = "application/pgp-signature";
const MULTIPART_SIGNED: &str = "multipart/signed";
const BEGIN_TEXT: &[u8] = b"-----BEGIN PGP SIGNED MESSAGE-----";
const BEGIN_SIGNATURE: &[u8] = b"-----BEGIN PGP SIGNATURE-----";
const END_SIGNATURE: &[u8] = b"-----END PGP SIGNATURE-----";

/// What is signed with OpenPGP in a mail as it came; None where nothing is.
///
/// # Errors
/// Where something is, but not all of it, or not as it has to be.
pub fn signed(raw: &[u8]) -> Option<Result<Signed, NotAllSigned>> {
    let raw = raw.trim_ascii_start();
    let parser = MessageParser::new().with_mime_headers();
    let message = parser.parse(raw)?;
    let whole = message.parts.first();
    if let Some(part) = whole.filter(|part| is_openpgp(part)) {
        return Some(by_mime(raw, part));
    }
    let somewhere = message.parts.iter().any(|part| media_type(part) == MIME_SIGNATURE);
    match &message.parts[..] {
        [only] if matches!(only.body, PartType::Text(_)) => {
            by_armour(&octets(&message, only), charset(only))
        }
        // Wrapped by a list, in a forward, beside a file: of whatever is read, not all is signed.
        parts => {
            let armoured = parts.iter().any(|part| {
                matches!(part.body, PartType::Text(_)) && has_armour(&octets(&message, part))
            });
            (somewhere || armoured).then_some(Err(NotAllSigned::Beside))
        }
    }
}

fn is_openpgp(part: &MessagePart<'_>) -> bool {
    let protocol = part.content_type().and_then(|declared| declared.attribute("protocol"));
    media_type(part) == MULTIPART_SIGNED
        && protocol.is_some_and(|protocol| protocol.trim().eq_ignore_ascii_case(MIME_SIGNATURE))
}

/// Exactly two parts: what is signed, and what signs it.
fn by_mime(raw: &[u8], multipart: &MessagePart<'_>) -> Result<Signed, NotAllSigned> {
    let boundary = multipart.content_type().and_then(|declared| declared.attribute("boundary"));
    let boundary = boundary.filter(|b| !b.is_empty()).ok_or(NotAllSigned::Malformed)?;
    let (content, signing) = two_parts(raw, boundary.as_bytes())?;
    let parser = MessageParser::new().with_mime_headers();
    let signing = parser.parse(signing).ok_or(NotAllSigned::Malformed)?;
    let [part] = &signing.parts[..] else { return Err(NotAllSigned::Beside) };
    if media_type(part) != MIME_SIGNATURE {
        return Err(NotAllSigned::Beside);
    }
    let signature = octets(&signing, part);
    if signature.len() > LONGEST_SIGNATURE_OCTETS {
        return Err(NotAllSigned::TooLong);
    }
    let content = with_crlf(content.split(|octet| *octet == b'\n'));
    no_bare_cr(&content)?;
    let header = MessageParser::default().parse_headers(content.as_slice());
    let subject = header.as_ref().and_then(|header| header.subject()).map(one_line);
    let to = header.iter().flat_map(|header| [header.to(), header.cc()]).flatten();
    let to = to.flat_map(|list| list.iter()).filter_map(|one| Address::parse(one.address()?));
    let to = to.take(MOST_RECIPIENTS).collect();
    Ok(Signed { entity: content.clone(), content, signature, subject, to })
}

/// The octets between the first two delimiter lines, and between the second and the closing one (RFC 2046 section 5.1.1): the
/// line break before a delimiter belongs to it.
fn two_parts<'r>(raw: &'r [u8], boundary: &[u8]) -> Result<(&'r [u8], &'r [u8]), NotAllSigned> {
    let mut delimiters = Vec::new();
    let (mut at, mut in_header) = (0, true);
    for line in raw.split_inclusive(|octet| *octet == b'\n') {
        let (start, end) = (at, at + line.len());
        at = end;
        if in_header {
            in_header = !line.trim_ascii_end().is_empty();
            continue;
        }
        let Some(behind) = line.strip_prefix(b"--").and_then(|l| l.strip_prefix(boundary)) else {
            continue;
        };
        match behind.trim_ascii_end() {
            b"" => delimiters.push((start, end, false)),
            b"--" => delimiters.push((start, end, true)),
            // A longer boundary of a multipart within.
            _ => continue,
        }
        if delimiters.len() > MOST_DELIMITERS {
            return Err(NotAllSigned::Beside);
        }
    }
    let [(_, first, false), (second_at, second, false), (last_at, end, is_closed), ..] =
        delimiters[..]
    else {
        return Err(NotAllSigned::Beside);
    };
    // What stands behind the end is read by nobody but by programs that err.
    let behind = raw.get(end..).unwrap_or_default();
    let is_all = is_closed && behind.trim_ascii().is_empty();
    if !is_all {
        return Err(NotAllSigned::Beside);
    }
    let between = |from: usize, to: usize| raw.get(from..to).map(without_line_break);
    between(first, second_at).zip(between(second, last_at)).ok_or(NotAllSigned::Malformed)
}

fn without_line_break(octets: &[u8]) -> &[u8] {
    let cut = octets.strip_suffix(b"\n").unwrap_or(octets);
    cut.strip_suffix(b"\r").unwrap_or(cut)
}

/// One block of clear-signed text, and nothing around it.
fn by_armour(text: &[u8], charset: Option<String>) -> Option<Result<Signed, NotAllSigned>> {
    if !has_armour(text) {
        return None;
    }
    Some(clear_signed(text).and_then(|(lines, signature)| {
        // White space at the ends of lines is not signed (RFC 9580 section 7.2), so none is read; but the mark above a
        // personal signature ends in a blank.
        let content = with_crlf(lines.iter().copied());
        no_bare_cr(&content)?;
        let charset = charset.unwrap_or_else(|| "utf-8".to_owned());
        let header = format!(
            "Content-Type: text/plain; charset=\"{charset}\"\r\nContent-Transfer-Encoding: 8bit\r\n"
        );
        let read = lines.iter().map(|line| if *line == b"--" { b"-- " } else { *line });
        let entity = [header.as_bytes(), b"\r\n", &with_crlf(read)].concat();
        Ok(Signed { content, signature, entity, subject: None, to: Vec::new() })
    }))
}

fn has_armour(text: &[u8]) -> bool {
    text.split(|octet| *octet == b'\n').any(|line| line.trim_ascii_end() == BEGIN_TEXT)
}

type ClearSigned<'t> = (Vec<&'t [u8]>, Vec<u8>);

/// The signed lines, without dashes and trailing blanks, and the armoured signature.
fn clear_signed(text: &[u8]) -> Result<ClearSigned<'_>, NotAllSigned> {
    let mut lines = text.split(|octet| *octet == b'\n').map(|line| {
        let end = line.iter().rposition(|octet| !b" \t\r".contains(octet)).map_or(0, |at| at + 1);
        line.get(..end).unwrap_or_default()
    });
    let above = lines.by_ref().take_while(|line| *line != BEGIN_TEXT);
    if above.into_iter().any(|line| !line.is_empty()) {
        return Err(NotAllSigned::Beside);
    }
    // Any other header could hold words that look signed.
    let headers = lines.by_ref().take_while(|line| !line.is_empty());
    if headers.into_iter().any(|line| !line.starts_with(b"Hash: ")) {
        return Err(NotAllSigned::Malformed);
    }
    let mut signed = Vec::new();
    let ended = loop {
        match lines.next() {
            None => break false,
            Some(BEGIN_SIGNATURE) => break true,
            Some(line) if line.starts_with(b"-") => {
                signed.push(
                    line.strip_prefix(b"- ")
                        .or((line == b"-").then_some(b""))
                        .ok_or(NotAllSigned::Malformed)?,
                );
            }
            Some(line) => signed.push(line),
        }
    };
    let mut signature = [BEGIN_SIGNATURE, b"\r\n"].concat();
    let mut closed = false;
    for line in lines.by_ref().take_while(|line| {
        closed = *line == END_SIGNATURE;
        !closed
    }) {
        if signature.len() > LONGEST_SIGNATURE_OCTETS {
            return Err(NotAllSigned::TooLong);
        }
        signature.extend_from_slice(line);
        signature.extend_from_slice(b"\r\n");
    }
    signature.extend_from_slice(END_SIGNATURE);
    signature.extend_from_slice(b"\r\n");
    if !ended || !closed {
        return Err(NotAllSigned::Malformed);
    }
    if lines.any(|line| !line.is_empty()) {
        return Err(NotAllSigned::Beside);
    }
    Ok((signed, signature))
}

/// Joined by CR LF, whatever ended them before.
fn with_crlf<'l>(lines: impl Iterator<Item = &'l [u8]>) -> Vec<u8> {
    let mut joined = Vec::new();
    for (at, line) in lines.enumerate() {
        if at > 0 {
            joined.extend_from_slice(b"\r\n");
        }
        joined.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
    }
    joined
}

/// To some signatures a bare CR is a line break, so that one mail could be written in two ways, each as well signed.
fn no_bare_cr(content: &[u8]) -> Result<(), NotAllSigned> {
    let is_bare =
        |at: usize| content.get(at) == Some(&b'\r') && content.get(at + 1) != Some(&b'\n');
    match (0..content.len()).any(is_bare) {
        true => Err(NotAllSigned::Malformed),
        false => Ok(()),
    }
}

/// A name that fits between quotes.
fn charset(part: &MessagePart<'_>) -> Option<String> {
    let declared = part.content_type()?.attribute("charset")?;
    let fits = |c: char| c.is_ascii_alphanumeric() || "-_.:".contains(c);
    (!declared.is_empty() && declared.chars().all(fits)).then(|| declared.to_owned())
}

#[cfg(test)]
mod tests;
