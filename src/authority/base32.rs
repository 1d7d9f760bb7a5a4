//! Lower-case base32 (the alphabet of RFC 4648 section 6, no padding): it survives mail programs that change case, and needs no quoting anywhere.

const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// Five bits a character; the last one is filled with zeros.
#[must_use]
pub(super) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 8 / 5 + 1);
    let (mut held, mut bits) = (0u16, 0u32);
    for byte in bytes {
        held = (held << 8) | u16::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(letter(held >> bits));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        text.push(letter(held << (5 - bits)));
    }
    text
}

/// Exactly `N` octets from their one canonical spelling, in lower case; None for any other text.
#[must_use]
pub(super) fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != (N * 8).div_ceil(5) {
        return None;
    }
    let mut bytes = [0u8; N];
    let mut out = bytes.iter_mut();
    let (mut held, mut bits) = (0u16, 0u32);
    for letter in text.bytes() {
        let value = ALPHABET.iter().position(|a| *a == letter)?;
        held = (held << 5) | u16::try_from(value).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            *out.next()? = u8::try_from(held >> bits).ok()?;
            held &= (1 << bits) - 1;
        }
    }
    // Bits that carry nothing must be zero: one value has one spelling.
    (held == 0).then_some(bytes)
}

/// Whether a text could be the spelling of something, in either case.
#[must_use]
pub(super) fn fits(text: &str) -> bool {
    text.bytes().all(|b| ALPHABET.contains(&b.to_ascii_lowercase()))
}

fn letter(five_bits: u16) -> char {
    ALPHABET.get(usize::from(five_bits & 31)).map_or('a', |a| char::from(*a))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_vectors_of_rfc_4648_hold() {
        for (bytes, text) in [
            ("f", "my"),
            ("fo", "mzxq"),
            ("foo", "mzxw6"),
            ("foob", "mzxw6yq"),
            ("fooba", "mzxw6ytb"),
            ("foobar", "mzxw6ytboi"),
        ] {
            assert_eq!(encode(bytes.as_bytes()), text);
        }
        assert_eq!(decode::<6>("mzxw6ytboi"), Some(*b"foobar"));
    }

    #[test]
    fn a_second_spelling_is_refused() {
        assert_eq!(decode::<1>("my"), Some(*b"f"));
        for other in ["mz", "MY", "m", "myy", "m1", "mé", ""] {
            assert_eq!(decode::<1>(other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(bytes: [u8; 23]) {
            let text = encode(&bytes);
            prop_assert_eq!(text.len(), 37);
            prop_assert!(fits(&text));
            prop_assert_eq!(decode::<23>(&text), Some(bytes));
        }

        #[test]
        fn what_reads_is_written_the_same(text in "[a-z2-7]{26}") {
            if let Some(bytes) = decode::<16>(&text) {
                prop_assert_eq!(encode(&bytes), text);
            }
        }
    }
}
