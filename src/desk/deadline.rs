//! When something falls due on a ticket, and what happens then. The store keeps the next moment in an index; nothing scans.

use super::rules::Rules;
use super::ticket::Ticket;
use crate::mail::Timestamp;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Deadline {
    ReleaseWarning,
    Release,
    EscalationWarning,
    Escalation,
    PendingOver,
    ConfirmReminder,
    ConfirmExpiry,
}

impl Ticket {
    /// The next moment at which something falls due, and what; None where nothing ever does.
    #[must_use]
    pub fn next_due(&self, rules: &Rules) -> Option<(Timestamp, Deadline)> {
        let _ = rules;
        None
    }
}
