//! Numbers that are given out once: ticket numbers, and the keys of what must be known before it is stored.

use chrono::{Datelike, NaiveDate};

use super::columns::narrow;
use super::error::{Fault, StoreError};
use super::outgoing::OutgoingId;
use super::{Reader, Tx};
use crate::desk::people::AgentId;
use crate::desk::{Number, TicketId};

const LAST_OF_A_DAY: u32 = 9_999_999;

impl Tx<'_> {
    /// The key and the number for a ticket made on this day.
    ///
    /// # Errors
    /// [`Fault::NumbersUsedUp`] after 9,999,999 of a day.
    pub fn next_ticket(&self, day: NaiveDate) -> Result<(TicketId, Number), StoreError> {
        let counter = format!("day:{:04}{:02}{:02}", day.year(), day.month(), day.day());
        let number = loop {
            let count: u32 = self.next(&counter)?;
            if count > LAST_OF_A_DAY {
                return Err(StoreError::new(&self.file, Fault::NumbersUsedUp));
            }
            let number = Number::new(day, count);
            // A number may have come from the system before us.
            if self.ticket_id(number)?.is_none() {
                break number;
            }
        };
        Ok((TicketId(self.next("ticket")?), number))
    }

    /// # Errors
    /// Where the store cannot be written.
    pub fn next_agent(&self) -> Result<AgentId, StoreError> {
        self.next("agent").map(AgentId)
    }

    /// Known before the mail is composed, since its tokens hold it.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn next_outgoing_id(&self) -> Result<OutgoingId, StoreError> {
        self.next("outgoing").map(OutgoingId)
    }

    fn next<T: TryFrom<i64>>(&self, counter: &str) -> Result<T, StoreError> {
        self.is_alive()?;
        let given: Option<i64> = self.one(
            "INSERT INTO counters (name, last) VALUES (?1, 1)
             ON CONFLICT (name) DO UPDATE SET last = last + 1 RETURNING last",
            [counter],
            |row| row.get(0),
        )?;
        narrow(given.unwrap_or(i64::MAX)).map_err(|e| self.wrong(&e))
    }
}

impl Reader {
    pub(super) fn ticket_id(&self, number: Number) -> Result<Option<TicketId>, StoreError> {
        self.one("SELECT id FROM tickets WHERE number = ?1", [number], |row| row.get(0))
    }
}
