//! Message-IDs (RFC 5322 section 3.6.4), without their angle brackets.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What stands between `<` and `>`: no spaces, no control characters, at most 500 octets. Compared byte for byte.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessageId(String);

impl MessageId {
    /// Reads one, with or without brackets. None where nothing usable is left.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_start_matches('<').trim_end_matches('>').trim();
        let fits = !text.is_empty()
            && text.len() <= 500
            && text.chars().all(|c| !c.is_control() && !c.is_whitespace() && c != '<' && c != '>');
        fits.then(|| Self(text.to_owned()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// With its brackets, as a header holds it.
impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_are_no_part_of_it() {
        assert_eq!(MessageId::parse(" <a@b> "), MessageId::parse("a@b"));
        assert_eq!(MessageId::parse("a@b").unwrap().to_string(), "<a@b>");
        for bad in ["", "<>", "a b", "a>b<c", "a\nb"] {
            assert_eq!(MessageId::parse(bad), None, "{bad:?}");
        }
    }
}
