//! The only place that asks for the time. Everybody else is told it.

use chrono::Utc;

use crate::mail::Timestamp;

/// This moment, by the machine's clock.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one place that asks")]
pub fn now() -> Timestamp {
    Utc::now().into()
}
