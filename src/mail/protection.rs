//! Whether a mail is signed or encrypted, by S/MIME (RFC 8551) or OpenPGP (RFC 3156, and inline armour of RFC 9580).
//!
//! Nothing is verified and nothing decrypted: a signature proves nothing to us. Here the signed words are laid bare, and
//! what cannot be read is said. CMS itself is in `cms`.

use mail_parser::{Message, MimeHeaders, PartType};

use super::body::media_type;
use super::cms::{self, Content};

/// How the words of a mail are protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Protection {
    #[default]
    None,
    /// Readable; the signature is not looked at.
    Signed(Scheme),
    /// Not readable to us: what it says is not in the text.
    Encrypted(Scheme),
    /// Signed with OpenPGP as a whole: the words are packed, mostly compressed, together with what signs them. Nobody unpacks
    /// that here, so they are not readable either.
    Packed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scheme {
    Smime,
    OpenPgp,
}

impl Protection {
    /// Whether nobody can read it here.
    #[must_use]
    pub fn is_encrypted(self) -> bool {
        matches!(self, Self::Encrypted(_) | Self::Packed)
    }

    /// As `inspect` prints it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Signed(Scheme::Smime) => "signed with S/MIME",
            Self::Signed(Scheme::OpenPgp) => "signed with OpenPGP",
            Self::Encrypted(Scheme::Smime) => "encrypted with S/MIME",
            Self::Encrypted(Scheme::OpenPgp) => "encrypted with OpenPGP",
            Self::Packed => "signed with OpenPGP as a whole",
        }
    }
}

/// What the MIME structure says, and the entity inside of an opaque S/MIME signature.
#[derive(Debug, Default, PartialEq)]
pub struct Structure {
    pub protection: Protection,
    pub entity: Option<Vec<u8>>,
}

const OPAQUE: &[&str] = &["application/pkcs7-mime", "application/x-pkcs7-mime"];

/// The way down the first parts counts: what a list server put a footer beside is protected all the same, an enclosed
/// mail that is encrypted says nothing about this one.
pub fn structure(message: &Message<'_>) -> Structure {
    let mut found = Structure::default();
    let mut at = 0_usize;
    // A multipart stands before its parts.
    while let Some(part) = message.parts.get(at) {
        let written = media_type(part);
        if OPAQUE.contains(&written.as_str()) {
            return opaque(part, found.protection);
        }
        let protocol = part.content_type().and_then(|c| c.attribute("protocol"));
        let scheme = match protocol {
            Some(protocol) if protocol.to_ascii_lowercase().contains("pkcs7") => Scheme::Smime,
            _ => Scheme::OpenPgp,
        };
        match written.as_str() {
            "multipart/encrypted" => found.protection = Protection::Encrypted(scheme),
            "application/pgp-encrypted" => {
                found.protection = Protection::Encrypted(Scheme::OpenPgp);
            }
            "multipart/signed" if !found.protection.is_encrypted() => {
                found.protection = Protection::Signed(scheme);
            }
            _ => {}
        }
        let PartType::Multipart(children) = &part.body else { break };
        // Exchange takes a multipart/encrypted for a mixed one and puts an empty text before it.
        let is_pgp = |child: &&u32| {
            let child = usize::try_from(**child).ok().and_then(|child| message.parts.get(child));
            child.is_some_and(|child| media_type(child) == "application/pgp-encrypted")
        };
        if children.iter().take(3).any(|child| is_pgp(&child)) {
            found.protection = Protection::Encrypted(Scheme::OpenPgp);
        }
        let first = children.first().and_then(|child| usize::try_from(*child).ok());
        match first {
            Some(first) if first > at => at = first,
            _ => break,
        }
    }
    found
}

/// The octets decide; where they are no CMS, what was declared.
fn opaque(part: &mail_parser::MessagePart<'_>, outside: Protection) -> Structure {
    let declared = part.content_type().and_then(|c| c.attribute("smime-type")).unwrap_or_default();
    let is_declared = |kind: &str| declared.trim().eq_ignore_ascii_case(kind);
    match cms::content(part.contents()) {
        Content::Signed(entity) => {
            Structure { protection: Protection::Signed(Scheme::Smime), entity }
        }
        Content::Compressed => Structure { protection: outside, entity: None },
        Content::Unknown if is_declared("signed-data") => {
            Structure { protection: Protection::Signed(Scheme::Smime), entity: None }
        }
        Content::Unknown if is_declared("certs-only") || is_declared("compressed-data") => {
            Structure { protection: outside, entity: None }
        }
        Content::Enveloped | Content::Unknown => {
            Structure { protection: Protection::Encrypted(Scheme::Smime), entity: None }
        }
    }
}

const ENCRYPTED: (&str, &str) = ("-----BEGIN PGP MESSAGE-----", "-----END PGP MESSAGE-----");
const SIGNED: &str = "-----BEGIN PGP SIGNED MESSAGE-----";
const SIGNATURE: (&str, &str) = ("-----BEGIN PGP SIGNATURE-----", "-----END PGP SIGNATURE-----");

/// The text without inline armour: the signed words without what signs them, nothing of what is encrypted. Armour
/// that is quoted, or that never ends, is text like any other.
pub fn without_armour(text: &str) -> (Option<String>, Protection) {
    if !text.contains("-----BEGIN PGP ") {
        return (None, Protection::None);
    }
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    // The last line of each kind: beyond it no block ends.
    let last = |mark: &str| lines.iter().rposition(|line| line.trim_end() == mark).unwrap_or(0);
    let (last_message, last_start, last_end) =
        (last(ENCRYPTED.1), last(SIGNATURE.0), last(SIGNATURE.1));
    let mut protection = Protection::None;
    let mut bare = String::with_capacity(text.len());
    let mut state = State::Outside;
    for (at, line) in lines.iter().enumerate() {
        let mark = line.trim_end();
        state = match state {
            State::Outside if mark == ENCRYPTED.0 && at < last_message => {
                // Beside something encrypted it is all the same.
                if !protection.is_encrypted() || protection == Protection::Packed {
                    protection = protection_of(lines.get(at + 1..).unwrap_or_default());
                }
                State::Encrypted
            }
            State::Outside if mark == SIGNED && at < last_start && last_start < last_end => {
                if !protection.is_encrypted() {
                    protection = Protection::Signed(Scheme::OpenPgp);
                }
                State::Header
            }
            State::Header if mark.is_empty() => State::Signed,
            State::Signed if mark == SIGNATURE.0 => State::Signature,
            State::Signed => {
                bare.push_str(line.strip_prefix("- ").unwrap_or(line));
                State::Signed
            }
            State::Encrypted if mark == ENCRYPTED.1 => State::Outside,
            State::Signature if mark == SIGNATURE.1 => State::Outside,
            State::Outside => {
                bare.push_str(line);
                State::Outside
            }
            inside => inside,
        };
    }
    ((protection != Protection::None).then_some(bare), protection)
}

/// Lines of an armour's header that are looked over.
const MOST_HEADERS: usize = 20;

/// What the first octet in the armour says (RFC 9580 section 4.2): a signature, or something compressed, stands there only in what is
/// not encrypted.
fn protection_of(armour: &[&str]) -> Protection {
    let mut lines = armour.iter().take(MOST_HEADERS).skip_while(|line| !line.trim().is_empty());
    let first = lines.nth(1).and_then(|line| line.get(..4));
    let octet = first.and_then(|first| base64(first.as_bytes()));
    let packet = match octet {
        Some(octet) if octet & 0xc0 == 0xc0 => octet & 0x3f,
        Some(octet) if octet & 0xc0 == 0x80 => (octet >> 2) & 0xf,
        _ => 0,
    };
    match packet {
        SIGNATURE_PACKET | ONE_PASS_SIGNATURE | COMPRESSED | LITERAL => Protection::Packed,
        _ => Protection::Encrypted(Scheme::OpenPgp),
    }
}

const SIGNATURE_PACKET: u8 = 2;
const ONE_PASS_SIGNATURE: u8 = 4;
const COMPRESSED: u8 = 8;
const LITERAL: u8 = 11;

/// The first octet that these letters stand for.
fn base64(letters: &[u8]) -> Option<u8> {
    let six = |letter: &u8| match letter {
        b'A'..=b'Z' => Some(letter - b'A'),
        b'a'..=b'z' => Some(letter - b'a' + 26),
        b'0'..=b'9' => Some(letter - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let [first, second, ..] = letters else { return None };
    Some((six(first)? << 2) | (six(second)? >> 4))
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Outside,
    Encrypted,
    /// `Hash:` and the like, up to an empty line.
    Header,
    Signed,
    Signature,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn armour_is_no_text_and_what_it_signs_is() {
        let signature = "-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----\n";
        let signed = |text: &str| {
            format!("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n{text}{signature}")
        };
        let sealed = "-----BEGIN PGP MESSAGE-----\n\nhQ==\n-----END PGP MESSAGE-----\n";
        let packed = |armour: &str| sealed.replace("hQ==", &format!("{armour}\n=abcd"));
        let (by_pgp, hidden) =
            (Protection::Signed(Scheme::OpenPgp), Protection::Encrypted(Scheme::OpenPgp));
        for (text, bare, protection) in [
            ("hello\n".to_owned(), None, Protection::None),
            (signed("#close\n- -- \nJo\n"), Some("#close\n-- \nJo\n"), by_pgp),
            (format!("{}footer\n", signed("a\n")), Some("a\nfooter\n"), by_pgp),
            (sealed.to_owned(), Some(""), hidden),
            (format!("see\n{sealed}footer\n"), Some("see\nfooter\n"), hidden),
            // What gpg --sign makes: compressed, or not; with a header or without.
            (packed("owGbwMvMwMFo"), Some(""), Protection::Packed),
            (packed("kA0DAQIW"), Some(""), Protection::Packed),
            (packed("xA0DAQIW"), Some(""), Protection::Packed),
            (packed("hF4DAAAA"), Some(""), hidden),
            (packed("0sBnAQ=="), Some(""), hidden),
            (packed("?"), Some(""), hidden),
            (format!("{}{sealed}", packed("owGb")), Some(""), hidden),
            (format!("{sealed}{}", packed("owGb")), Some(""), hidden),
            (sealed.replace("-----BEGIN", "> -----BEGIN"), None, Protection::None),
            ("-----BEGIN PGP MESSAGE-----\nnever ends\n".to_owned(), None, Protection::None),
            ("-----BEGIN PGP SIGNED MESSAGE-----\n\nx\n".to_owned(), None, Protection::None),
        ] {
            let read = without_armour(&text);
            assert_eq!((read.0.as_deref(), read.1), (bare, protection), "{text}");
        }
    }
}
