//! Generated passwords: easy to read from a letter and to type, hard to guess.

use std::fmt;

use zeroize::Zeroizing;

/// A password in plain: wiped when dropped, never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// As it came out of the seal.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// Like `tolu-9rak-vemi-3sod-kina`: five groups, 62 bits. Every sign has its own bits of `random`, so all passwords are equally likely:
    /// 10 consonants of 16 (40 bits), 8 vowels of 4 (16 bits), 2 digits of 8 (6 bits). Four groups would be 50 bits, too few for a hash that leaks.
    #[must_use]
    pub fn generate(random: &[u8; 8]) -> Self {
        let mut bits = u64::from_be_bytes(*random);
        let mut text = Zeroizing::new(String::with_capacity(PATTERN.len()));
        for sign in PATTERN.chars() {
            let (alphabet, width) = match sign {
                'c' => (CONSONANTS, 4),
                'v' => (VOWELS, 2),
                'd' => (DIGITS, 3),
                _ => {
                    text.push(sign);
                    continue;
                }
            };
            let index = usize::try_from(bits % (1 << width)).unwrap_or(0);
            text.push(alphabet.get(index).map_or('x', |octet| char::from(*octet)));
            bits >>= width;
        }
        Self(text)
    }

    /// For the hash and for the letter, nothing else.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

/// c: consonant, v: vowel, d: digit.
const PATTERN: &str = "cvcv-dcvc-cvcv-dcvc-cvcv";

/// No letter that sounds or looks like another one here (c k q, j y, u v, x), no 0 and no 1.
const CONSONANTS: &[u8] = b"bdfghklmnprstvwz";
const VOWELS: &[u8] = b"aeio";
const DIGITS: &[u8] = b"23456789";

/// What every generated password matches, for `strike`; `between` may stand behind every sign, `line_break` behind a hyphen.
pub(super) fn shape(between: &str, line_break: &str) -> String {
    let letters = |set: &[u8]| format!("[{}]{between}", String::from_utf8_lossy(set));
    let sign = |sign| match sign {
        'c' => letters(CONSONANTS),
        'v' => letters(VOWELS),
        'd' => letters(DIGITS),
        _ => format!("{sign}{line_break}"),
    };
    PATTERN.chars().map(sign).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_bit_but_the_two_spare_ones_makes_another_password() {
        let of = |bits: u64| Password::generate(&bits.to_be_bytes()).reveal().to_owned();
        let all: HashSet<String> = (0..64).map(|bit| of(1 << bit)).collect();
        assert_eq!(all.len(), 63, "62 bits, and the one of the two spare ones");
        assert_eq!(of(0), "baba-2bab-baba-2bab-baba");
    }

    #[test]
    fn a_password_is_never_printed() {
        let password = Password::generate(&[7; 8]);
        assert_eq!(format!("{password:?}"), "Password(..)");
    }

    proptest! {
        #[test]
        fn every_password_has_the_same_shape(random: [u8; 8]) {
            let password = Password::generate(&random);
            let shape = regex::Regex::new(&format!("^{}$", shape("", ""))).unwrap();
            prop_assert!(shape.is_match(password.reveal()));
        }
    }
}
