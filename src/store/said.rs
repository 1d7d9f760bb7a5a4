//! What somebody said lately, by its words alone. What a repetition means is decided in `office`.

use rusqlite::params;

use super::error::StoreError;
use super::{Reader, Tx};
use crate::desk::TicketId;
use crate::desk::people::AgentId;
use crate::mail::{Span, Timestamp};

/// Something said: by whom (`Address::key`), and the hashes of its words.
#[derive(Debug, Clone, Copy)]
pub struct Saying<'a> {
    pub sender_key: &'a str,
    pub words: &'a [u8; 32],
    pub subject: &'a [u8; 32],
}

/// What was said longer ago is forgotten.
pub const REMEMBERED: Span = Span::days(30);

impl Reader {
    /// How often these words were said, wherever, from `since` on.
    ///
    /// # Errors
    /// Where the store cannot be read; so for all questions.
    pub fn said_since(&self, saying: &Saying<'_>, since: Timestamp) -> Result<u32, StoreError> {
        let count =
            self.one(SAID, params![saying.sender_key, saying.words, since], |r| r.get(0))?;
        Ok(count.unwrap_or_default())
    }

    /// Whether these words were said on this ticket, from `since` on.
    pub fn said_on_ticket_since(
        &self,
        saying: &Saying<'_>,
        ticket: TicketId,
        since: Timestamp,
    ) -> Result<bool, StoreError> {
        let values = params![saying.sender_key, saying.words, since, ticket];
        Ok(self.one(SAID_ON, values, |_| Ok(()))?.is_some())
    }

    /// How often a ticket was opened with this subject, from `since` on.
    pub fn opened_with_subject_since(
        &self,
        saying: &Saying<'_>,
        since: Timestamp,
    ) -> Result<u32, StoreError> {
        let values = params![saying.sender_key, saying.subject, since];
        Ok(self.one(OPENED_WITH, values, |row| row.get(0))?.unwrap_or_default())
    }

    /// When the mail came to this ticket from this address that has this many later ones of the same. None where there are fewer.
    pub fn last_but(
        &self,
        ticket: TicketId,
        from_key: &str,
        later: u32,
    ) -> Result<Option<Timestamp>, StoreError> {
        self.one(LAST_BUT, params![ticket, from_key, later], |row| row.get(0))
    }

    /// The same of what an agent is proven to have written.
    pub fn last_proven_but(
        &self,
        ticket: TicketId,
        agent: AgentId,
        later: u32,
    ) -> Result<Option<Timestamp>, StoreError> {
        self.one(LAST_PROVEN_BUT, params![ticket, agent, later], |row| row.get(0))
    }
}

impl Tx<'_> {
    /// `ticket` is None where the mail opened one of its own.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn add_saying(
        &self,
        saying: &Saying<'_>,
        ticket: Option<TicketId>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.write("DELETE FROM said WHERE at < ?1", [at.minus(REMEMBERED)])?;
        self.write(
            "INSERT INTO said (sender_key, words, subject, ticket, at) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![saying.sender_key, saying.words, saying.subject, ticket, at],
        )
        .map(drop)
    }
}

pub(super) const SAID: &str =
    "SELECT count(*) FROM said WHERE sender_key = ?1 AND words = ?2 AND at >= ?3";
pub(super) const SAID_ON: &str =
    "SELECT 1 FROM said WHERE sender_key = ?1 AND words = ?2 AND at >= ?3 AND ticket = ?4";
pub(super) const OPENED_WITH: &str = "SELECT count(*) FROM said WHERE sender_key = ?1 AND subject = ?2 AND at >= ?3 AND ticket IS NULL";
pub(super) const LAST_BUT: &str = "
    SELECT taken_at FROM messages WHERE ticket = ?1 AND from_key = ?2 ORDER BY id DESC LIMIT 1 OFFSET ?3";
pub(super) const LAST_PROVEN_BUT: &str = "
    SELECT taken_at FROM messages WHERE ticket = ?1 AND agent = ?2 ORDER BY id DESC LIMIT 1 OFFSET ?3";
