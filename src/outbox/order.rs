//! When a mail goes: who goes first, when a refused one is tried again, how long to leave an unreachable server alone. Pure.

use crate::mail::{Span, Timestamp};

/// A mail refused for the time being is tried again for so long.
const TRIED_FOR: Span = Span::days(5);

/// The pause after the first, second, ... refusal; after the last of these, the last again and again.
const PAUSES: [Span; 4] = [Span::minutes(1), Span::minutes(5), Span::minutes(15), Span::hours(1)];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    At(Timestamp),
    /// It counts as refused for good.
    Expired,
}

/// When to try again after the `refusals`-th temporary refusal in a row (from 1), the first of which was at `first_at`.
/// Counted from the first refusal and not from the mail's making: that a server was down for a week is no fault of the mail.
#[must_use]
pub fn retry(refusals: u32, first_at: Timestamp, now: Timestamp) -> Retry {
    let last_try = first_at.plus(TRIED_FOR);
    let pause = usize::try_from(refusals.saturating_sub(1)).ok().and_then(|n| PAUSES.get(n));
    match now >= last_try {
        true => Retry::Expired,
        false => Retry::At(now.plus(*pause.unwrap_or(&Span::hours(1))).min(last_try)),
    }
}

/// How long an unreachable server is left alone: 1, 2, 4, ... at most 60 s.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    /// It could not be reached; what to wait before the next try.
    #[must_use]
    pub fn failed(&mut self) -> Span {
        let seconds = 1i64.checked_shl(self.failures).unwrap_or(i64::MAX).clamp(1, 60);
        self.failures = self.failures.saturating_add(1).min(32);
        Span::secs(seconds)
    }

    /// It is there: what waited goes at once.
    pub fn reached(&mut self) {
        self.failures = 0;
    }

    /// Whether the last try failed.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.failures > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const T: Timestamp = Timestamp(1_795_421_528);

    #[test]
    fn a_refused_mail_is_tried_after_1_5_15_60_minutes_and_then_hourly() {
        for (refusals, minutes) in
            [(0, 1), (1, 1), (2, 5), (3, 15), (4, 60), (5, 60), (u32::MAX, 60)]
        {
            assert_eq!(
                retry(refusals, T, T),
                Retry::At(T.plus(Span::minutes(minutes))),
                "{refusals}"
            );
        }
    }

    #[test]
    fn after_five_days_it_is_given_up() {
        let end = T.plus(Span::days(5));
        let before = end.minus(Span::secs(1));
        assert_eq!(retry(120, T, before), Retry::At(end), "once more, at the very end");
        assert_eq!(retry(121, T, end), Retry::Expired);
        // All tries of five days, as they follow one another.
        let (mut now, mut tries) = (T, 1);
        while let Retry::At(next) = retry(tries, T, now) {
            assert!(next > now);
            (now, tries) = (next, tries + 1);
        }
        assert_eq!((now, tries), (end, 124));
    }

    #[test]
    fn an_unreachable_server_is_asked_at_least_once_a_minute() {
        let mut backoff = Backoff::default();
        assert!(!backoff.is_waiting());
        let waited: Vec<i64> = (0..40).map(|_| backoff.failed().0).collect();
        assert_eq!(waited[..8], [1, 2, 4, 8, 16, 32, 60, 60]);
        assert!(waited[8..].iter().all(|s| *s == 60));
        backoff.reached();
        assert_eq!(backoff.failed(), Span::secs(1));
    }
}
