//! How often we answer by ourselves (RFC 3834 section 2): the last answer that is allowed says that there will be no more for now;
//! then silence, and one line for the postmaster.

use super::clerk::Clerk;
use super::error::OfficeError;
use crate::desk::TicketId;
use crate::desk::effect::Letter;
use crate::desk::event::LetterKind;
use crate::desk::note::Note;
use crate::mail::{Address, Span, Timestamp};
use crate::store::Tx;

/// What the limits say of one more answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quota {
    Free,
    /// There will be no more for now.
    Last,
    Over,
}

/// Whether a letter answers a mail by itself: it counts against the limits.
pub(super) fn is_automatic(letter: &Letter) -> bool {
    letter.kind() == LetterKind::Acknowledgement
        || matches!(
            letter,
            Letter::TooLate { .. }
                | Letter::Status { .. }
                | Letter::Show
                | Letter::ShowOther { .. }
                | Letter::List { .. }
                | Letter::Help
                | Letter::Withdrawn
        )
}

impl Clerk {
    /// Whether one more automatic answer goes to this address. What is over leaves a line, one for each address and digest.
    pub(super) fn quota(
        &self,
        tx: &Tx<'_>,
        to: &Address,
        ticket: TicketId,
        now: Timestamp,
    ) -> Result<Quota, OfficeError> {
        let limits = self.rules.limits;
        let (hour, day) = (now.minus(Span::hours(1)), now.minus(Span::days(1)));
        let counts = [
            (limits.per_ticket, tx.automatic_on_ticket_since(ticket, hour)?),
            (limits.per_hour, tx.automatic_since(&to.key(), hour)?),
            (limits.per_day, tx.automatic_since(&to.key(), day)?),
        ];
        let reaches = |more: u32| {
            counts.iter().any(|(limit, had)| *limit > 0 && had.saturating_add(more) >= *limit)
        };
        if reaches(0) {
            tx.add_postmaster_line(now, &Note::Silent { to: to.clone() })?;
            return Ok(Quota::Over);
        }
        Ok(if reaches(1) { Quota::Last } else { Quota::Free })
    }
}
