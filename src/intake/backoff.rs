//! How long to wait before the next try: 1, 2, 4, ... at most 60 s, and 1 s again after a success.

use crate::mail::timestamp::Span;

/// Counts failures in a row. Knows no clock.
#[derive(Debug, Clone, Default)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    const LONGEST: Span = Span::secs(60);

    /// Notes a failure; how long to wait now.
    pub fn failed(&mut self) -> Span {
        let seconds = 1_i64.checked_shl(self.failures).unwrap_or(i64::MAX);
        self.failures = (self.failures + 1).min(30);
        Span::secs(seconds).min(Self::LONGEST)
    }

    pub fn succeeded(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_come_after_1_2_4_and_at_most_60_seconds() {
        let mut backoff = Backoff::default();
        let waits: Vec<i64> = (0..9).map(|_| backoff.failed().0).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert!((0..1_000).all(|_| backoff.failed() == Span::secs(60)));
        backoff.succeeded();
        assert_eq!(backoff.failed(), Span::secs(1));
    }
}
