//! As much of CMS (RFC 5652) as it takes to know what an `application/pkcs7-mime` part is, and to lay bare what an opaque
//! signature signs. DER and BER (X.690), definite and indefinite lengths; one pass, no recursion over `DEEPEST`.

/// What the ContentInfo holds.
#[derive(Debug, PartialEq, Eq)]
pub enum Content {
    /// The MIME entity inside; None where there is none (only certificates) or it is torn.
    Signed(Option<Vec<u8>>),
    /// Enveloped or authenticated-enveloped: for those who have the key.
    Enveloped,
    Compressed,
    Unknown,
}

/// Nesting of a constructed OCTET STRING; senders use one.
const DEEPEST: usize = 6;

const SIGNED_DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";
const ENVELOPED_DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03";
const ENCRYPTED_DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x06";
const COMPRESSED_DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x09";
const AUTH_ENVELOPED_DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17";

const INTEGER: u8 = 0x02;
const OCTET_STRING: u8 = 0x04;
const OBJECT_IDENTIFIER: u8 = 0x06;
const CONSTRUCTED_OCTET_STRING: u8 = 0x24;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const EXPLICIT_0: u8 = 0xa0;

#[must_use]
pub fn content(octets: &[u8]) -> Content {
    let mut reader = Reader(octets);
    let Some(kind) = reader.enter(SEQUENCE).and_then(|()| reader.value(OBJECT_IDENTIFIER)) else {
        return Content::Unknown;
    };
    match kind {
        SIGNED_DATA => Content::Signed(signed(&mut reader)),
        ENVELOPED_DATA | AUTH_ENVELOPED_DATA | ENCRYPTED_DATA => Content::Enveloped,
        COMPRESSED_DATA => Content::Compressed,
        _ => Content::Unknown,
    }
}

/// SignedData: version, digestAlgorithms, encapContentInfo { eContentType, [0] eContent }.
fn signed(reader: &mut Reader<'_>) -> Option<Vec<u8>> {
    reader.enter(EXPLICIT_0)?;
    reader.enter(SEQUENCE)?;
    reader.value(INTEGER)?;
    reader.skip(SET)?;
    reader.enter(SEQUENCE)?;
    reader.value(OBJECT_IDENTIFIER)?;
    reader.enter(EXPLICIT_0)?;
    let mut entity = Vec::new();
    reader.octet_string(&mut entity, 0)?;
    (!entity.is_empty()).then_some(entity)
}

/// What is not read yet. Where a length is wrong, reading ends: nothing is taken from beyond.
struct Reader<'m>(&'m [u8]);

impl<'m> Reader<'m> {
    /// Tag and length; None for the indefinite one.
    fn head(&mut self) -> Option<(u8, Option<usize>)> {
        let (&tag, rest) = self.0.split_first()?;
        let (&first, mut rest) = rest.split_first()?;
        let length = match first {
            0x80 => None,
            short if short < 0x80 => Some(usize::from(short)),
            long => {
                let count = usize::from(long & 0x7f);
                let octets = rest.get(..count).filter(|_| count <= 4)?;
                rest = rest.get(count..)?;
                Some(octets.iter().fold(0_usize, |sum, &octet| sum << 8 | usize::from(octet)))
            }
        };
        self.0 = rest;
        Some((tag, length))
    }

    /// Into a constructed value of this tag. Its end is not watched: all that is asked for stands at its beginning.
    fn enter(&mut self, tag: u8) -> Option<()> {
        (self.head()?.0 == tag).then_some(())
    }

    fn value(&mut self, tag: u8) -> Option<&'m [u8]> {
        let (found, length) = self.head()?;
        if found != tag {
            return None;
        }
        self.take(length?)
    }

    fn take(&mut self, length: usize) -> Option<&'m [u8]> {
        let taken = self.0.get(..length)?;
        self.0 = self.0.get(length..)?;
        Some(taken)
    }

    fn skip(&mut self, tag: u8) -> Option<()> {
        let (found, length) = self.head()?;
        if found != tag {
            return None;
        }
        match length {
            Some(length) => self.take(length).map(|_| ()),
            None => self.skip_to_end(),
        }
    }

    /// Past the end-of-contents octets of an indefinite value, counting those it holds.
    fn skip_to_end(&mut self) -> Option<()> {
        let mut open = 1_usize;
        while open > 0 {
            match self.head()? {
                (0, Some(0)) => open = open.saturating_sub(1),
                (_, Some(length)) => drop(self.take(length)?),
                (_, None) => open = open.saturating_add(1),
            }
        }
        Some(())
    }

    /// Primitive, or in pieces.
    fn octet_string(&mut self, whole: &mut Vec<u8>, depth: usize) -> Option<()> {
        let (tag, length) = self.head()?;
        match (tag, length) {
            (OCTET_STRING, Some(length)) => whole.extend_from_slice(self.take(length)?),
            (CONSTRUCTED_OCTET_STRING, Some(length)) if depth < DEEPEST => {
                let mut inside = Reader(self.take(length)?);
                while !inside.0.is_empty() {
                    inside.octet_string(whole, depth.saturating_add(1))?;
                }
            }
            (CONSTRUCTED_OCTET_STRING, None) if depth < DEEPEST => {
                while !self.0.starts_with(&[0, 0]) {
                    self.octet_string(whole, depth.saturating_add(1))?;
                }
                self.take(2)?;
            }
            _ => return None,
        }
        Some(())
    }
}

#[cfg(test)]
pub(in crate::mail) mod tests {
    use super::*;

    fn tagged(tag: u8, value: &[u8]) -> Vec<u8> {
        let length = u32::try_from(value.len()).unwrap().to_be_bytes();
        [&[tag, 0x84][..], &length, value].concat()
    }

    fn endless(tag: u8, value: &[u8]) -> Vec<u8> {
        [&[tag, 0x80][..], value, &[0, 0]].concat()
    }

    pub fn info(kind: &[u8], inside: &[u8]) -> Vec<u8> {
        let oid = [&[OBJECT_IDENTIFIER, u8::try_from(kind.len()).unwrap()], kind].concat();
        tagged(SEQUENCE, &[oid, tagged(EXPLICIT_0, inside)].concat())
    }

    pub fn enveloped() -> Vec<u8> {
        info(ENVELOPED_DATA, &tagged(SEQUENCE, b"\x02\x01\x00"))
    }

    pub fn signed_in(octet_string: &[u8]) -> Vec<u8> {
        let data = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01";
        let inner = [&data[..], &tagged(EXPLICIT_0, octet_string)].concat();
        let all = [&b"\x02\x01\x01"[..], &endless(SET, b"\x30\x00"), &tagged(SEQUENCE, &inner)];
        info(SIGNED_DATA, &tagged(SEQUENCE, &all.concat()))
    }

    pub fn signed_entity(entity: &[u8]) -> Vec<u8> {
        signed_in(&tagged(OCTET_STRING, entity))
    }

    #[test]
    fn what_is_signed_is_found_however_it_is_cut() {
        let pieces = [tagged(OCTET_STRING, b"Content-"), tagged(OCTET_STRING, b"Type: x")].concat();
        for octets in [
            tagged(OCTET_STRING, b"Content-Type: x"),
            tagged(CONSTRUCTED_OCTET_STRING, &pieces),
            endless(CONSTRUCTED_OCTET_STRING, &pieces),
        ] {
            let want = Content::Signed(Some(b"Content-Type: x".to_vec()));
            assert_eq!(content(&signed_in(&octets)), want);
        }
        assert_eq!(content(&enveloped()), Content::Enveloped);
        assert_eq!(content(&info(COMPRESSED_DATA, b"")), Content::Compressed);
        assert_eq!(content(b"hello"), Content::Unknown);
    }

    #[test]
    fn torn_at_any_place_it_yields_nothing_that_is_not_there() {
        let whole = signed_entity(b"Content-Type: x");
        for end in 0..whole.len() {
            let read = content(&whole[..end]);
            assert!(matches!(read, Content::Unknown | Content::Signed(None)), "{end}: {read:?}");
        }
        let deep = [CONSTRUCTED_OCTET_STRING, 0x80].repeat(100_000);
        assert_eq!(content(&signed_in(&deep)), Content::Signed(None));
    }
}
