//! A moment, as whole seconds since 1970-01-01 00:00 UTC, and spans of them.

use std::fmt;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

/// Seconds since the epoch. What the store keeps and the core compares; zones come in only where people read it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Later by a span; the end of time where that does not fit.
    #[must_use]
    pub fn plus(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }

    #[must_use]
    pub fn minus(self, span: Span) -> Self {
        Self(self.0.saturating_sub(span.0))
    }

    /// From `earlier` to here; zero where `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0).max(0))
    }

    /// As a calendar moment. What lies outside chrono's calendar becomes the epoch.
    #[must_use]
    pub fn utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.0, 0).unwrap_or_default()
    }
}

/// RFC 3339, as every listing prints it.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.utc().to_rfc3339_opts(SecondsFormat::Secs, true))
    }
}

impl From<DateTime<Utc>> for Timestamp {
    fn from(at: DateTime<Utc>) -> Self {
        Self(at.timestamp())
    }
}

/// A length of time in seconds, never negative in settings.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Span(pub i64);

impl Span {
    #[must_use]
    pub const fn secs(n: i64) -> Self {
        Self(n)
    }
    #[must_use]
    pub const fn minutes(n: i64) -> Self {
        Self(n * 60)
    }
    #[must_use]
    pub const fn hours(n: i64) -> Self {
        Self(n * 3_600)
    }
    #[must_use]
    pub const fn days(n: i64) -> Self {
        Self(n * 86_400)
    }

    /// Reads `90s`, `15m`, `12h`, `2d`, `1w`.
    ///
    /// # Errors
    /// None where it is no number followed by one of these letters, or does not fit.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let unit = text.chars().next_back()?;
        let number: i64 = text.strip_suffix(unit)?.trim_end().parse().ok()?;
        let seconds = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            'w' => 604_800,
            _ => return None,
        };
        (number >= 0).then(|| number.checked_mul(seconds)).flatten().map(Self)
    }
}

/// As a setting writes it: the largest unit that leaves no rest.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let s = self.0;
        match s {
            0 => f.write_str("0s"),
            _ if s % 86_400 == 0 => write!(f, "{}d", s / 86_400),
            _ if s % 3_600 == 0 => write!(f, "{}h", s / 3_600),
            _ if s % 60 == 0 => write!(f, "{}m", s / 60),
            _ => write!(f, "{s}s"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_print_as_they_are_read() {
        for (text, seconds) in
            [("4s", 4), ("15m", 900), ("12h", 43_200), ("2d", 172_800), ("0s", 0)]
        {
            assert_eq!(Span::parse(text), Some(Span(seconds)));
            assert_eq!(Span(seconds).to_string(), text);
        }
        for wrong in ["", "d", "3x", "-1d", "1.5h", "99999999999999999d"] {
            assert_eq!(Span::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_moment_prints_as_rfc_3339() {
        assert_eq!(Timestamp(1_795_421_528).to_string(), "2026-11-23T08:12:08Z");
        assert_eq!(Timestamp(i64::MAX).plus(Span::days(1)), Timestamp(i64::MAX));
    }
}
