//! What is the same when a machine says the same again: the words of a text, without numbers, marks and line ends.

use sha2::{Digest, Sha256};

/// SHA-256 over the words in lower case. A time or a number that changes with every mail does not make it another text.
#[must_use]
pub fn words_hash(text: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    let words = text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    for word in words {
        hash.update(word.to_lowercase().as_bytes());
        hash.update(b" ");
    }
    hash.finalize().into()
}

/// Whether there is any word in it.
#[must_use]
pub fn has_words(text: &str) -> bool {
    text.chars().any(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_marks_and_lines_make_no_other_text() {
        let text = "I am away until Monday, 23 November. It is 10:42.";
        for same in [
            "I am away\nuntil Monday, 24 November. It is 11:07!",
            "  i AM away until monday november it is",
        ] {
            assert_eq!(words_hash(same), words_hash(text), "{same}");
        }
        for other in ["", "I am away until Tuesday", "Iam away until Monday, November. It is"] {
            assert_ne!(words_hash(other), words_hash(text), "{other}");
        }
        assert!(!has_words("12:30 -- ..."));
        assert!(has_words("12 Uhr"));
    }
}
