//! Addresses (RFC 5321 section 4.1.2, RFC 5233 subaddresses): one newtype, compared without case.

use std::fmt;
use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};

/// `local@domain`, exactly one, ASCII-safe, at most 254 octets, the domain in lower case. Two that differ only in case are equal.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address(String);

impl Address {
    /// Reads one bare address. None where it is not exactly one that can be written to: no display name, no quotes,
    /// no control characters or spaces, no second `@`, a domain of at least two labels.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (local, domain) = text.split_once('@')?;
        let local_fits = !local.is_empty()
            && local.len() <= 64
            && local
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c))
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..");
        let labels: Vec<&str> = domain.split('.').collect();
        let label_fits = |l: &&str| {
            !l.is_empty()
                && l.len() <= 63
                && l.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
                && !l.starts_with('-')
                && !l.ends_with('-')
        };
        let fits =
            local_fits && labels.len() >= 2 && labels.iter().all(label_fits) && text.len() <= 254;
        fits.then(|| Self(format!("{local}@{}", domain.to_ascii_lowercase())))
    }

    /// Stands for a From that a mail does not have: `.invalid` never exists (RFC 2606), so nothing is ever sent there.
    #[must_use]
    pub fn nobody() -> Self {
        Self("unknown@sender.invalid".to_owned())
    }

    #[must_use]
    pub fn is_nobody(&self) -> bool {
        self.domain() == "sender.invalid"
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    #[must_use]
    pub fn local(&self) -> &str {
        self.0.split_once('@').map_or("", |(local, _)| local)
    }

    #[must_use]
    pub fn domain(&self) -> &str {
        self.0.split_once('@').map_or("", |(_, domain)| domain)
    }

    /// The whole address in lower case: what identity is compared and stored by.
    #[must_use]
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }

    /// `local` + separator + `detail` @ domain (RFC 5233).
    #[must_use]
    pub fn with_detail(&self, separator: &str, detail: &str) -> String {
        format!("{}{separator}{detail}@{}", self.local(), self.domain())
    }

    /// The detail, where this is `base` with a subaddress after `separator`; None where it is not.
    #[must_use]
    pub fn detail_of(&self, base: &Address, separator: &str) -> Option<&str> {
        if separator.is_empty() || self.domain() != base.domain() {
            return None;
        }
        // As a prefix, since the base may hold the separator itself (`onno-antrag` with `-`).
        let (name, rest) = self.local().split_at_checked(base.local().len())?;
        let detail = rest.strip_prefix(separator)?;
        (name.eq_ignore_ascii_case(base.local()) && !detail.is_empty()).then_some(detail)
    }
}

impl PartialEq for Address {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}
impl Eq for Address {}
impl Hash for Address {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.0
    }
}
impl TryFrom<String> for Address {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).ok_or_else(|| format!("{text:?} is no mail address"))
    }
}

/// An address with the name that stood before it, decoded, on one line; the name is empty where there was none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    pub name: String,
    pub address: Address,
}

impl Named {
    /// What a person is called: the name, else the address.
    #[must_use]
    pub fn called(&self) -> &str {
        if self.name.is_empty() { self.address.as_str() } else { &self.name }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_one_address_is_an_address() {
        for good in ["a@b.de", "Jo.Doe+x@Example.ORG", "o'neil@example.net"] {
            assert!(Address::parse(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "a",
            "a@b",
            "a@b@c.de",
            "a b@c.de",
            "a@c.de, b@c.de",
            "a@b\nBcc: x@y.de",
            "<a@b.de>",
            ".a@b.de",
            "a..b@c.de",
            "a@-b.de",
        ] {
            assert!(Address::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_detail_belongs_to_its_base() {
        let base = Address::parse("antrag@example.org").unwrap();
        let with = Address::parse("Antrag+abc@example.org").unwrap();
        assert_eq!(with.detail_of(&base, "+"), Some("abc"));
        assert_eq!(base.detail_of(&base, "+"), None);
        assert_eq!(with.detail_of(&base, ""), None);
        assert_eq!(base.with_detail("+", "abc"), "antrag+abc@example.org");
    }
}
