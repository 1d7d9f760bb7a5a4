//! News that an agent was not told one by one, until they stood in a summary; and when what comes once a day came last.

use rusqlite::params;

use super::columns::narrow;
use super::error::StoreError;
use super::{Reader, Tx};
use crate::desk::TicketId;
use crate::desk::people::AgentId;
use crate::mail::Timestamp;

/// What happened on one ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Untold {
    pub ticket: TicketId,
    /// The last event, as in X-Postamt-Event.
    pub event: String,
    pub count: u64,
    /// When the first of them happened.
    pub at: Timestamp,
}

impl Reader {
    /// Whether something waits for this agent.
    ///
    /// # Errors
    /// Where the store cannot be read; so for all questions.
    pub fn has_untold(&self, agent: AgentId) -> Result<bool, StoreError> {
        Ok(self.one(HAS_UNTOLD, [agent], |_| Ok(()))?.is_some())
    }

    /// What waits for an agent, the latest tickets first.
    pub fn untold(&self, agent: AgentId, limit: u32) -> Result<Vec<Untold>, StoreError> {
        self.all(UNTOLD, params![agent, limit], |row| {
            Ok(Untold {
                ticket: row.get(0)?,
                event: row.get(1)?,
                count: narrow(row.get(2)?)?,
                at: row.get(3)?,
            })
        })
    }

    /// How many news, about how many tickets.
    pub fn untold_figures(&self, agent: AgentId) -> Result<(u64, u64), StoreError> {
        let found = self.one(
            "SELECT coalesce(sum(count), 0), count(*) FROM untold WHERE agent = ?1",
            [agent],
            |row| Ok((narrow(row.get(0)?)?, narrow(row.get(1)?)?)),
        )?;
        Ok(found.unwrap_or_default())
    }

    /// When it was done last; None where it never was.
    pub fn done_daily(&self, what: &str) -> Result<Option<Timestamp>, StoreError> {
        self.one("SELECT at FROM daily WHERE what = ?1", [what], |row| row.get(0))
    }
}

impl Tx<'_> {
    /// # Errors
    /// Where the store cannot be written; so for all changes.
    pub fn add_untold(
        &self,
        agent: AgentId,
        ticket: TicketId,
        event: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(
            "INSERT INTO untold (agent, ticket, event, count, at) VALUES (?1, ?2, ?3, 1, ?4)
             ON CONFLICT DO UPDATE SET count = count + 1, event = ?3",
            params![agent, ticket, event, at],
        )
        .map(drop)
    }

    pub fn forget_untold(&self, agent: AgentId) -> Result<(), StoreError> {
        self.write("DELETE FROM untold WHERE agent = ?1", [agent]).map(drop)
    }

    pub fn note_daily(&self, what: &str, at: Timestamp) -> Result<(), StoreError> {
        self.write(
            "INSERT INTO daily (what, at) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET at = ?2",
            params![what, at],
        )
        .map(drop)
    }
}

pub(super) const HAS_UNTOLD: &str = "SELECT 1 FROM untold WHERE agent = ?1 LIMIT 1";
pub(super) const UNTOLD: &str =
    "SELECT ticket, event, count, at FROM untold WHERE agent = ?1 ORDER BY ticket DESC LIMIT ?2";
