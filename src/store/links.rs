//! Confirmation links that went out: which application one belongs to, also when it is void by now. Whether it is, the ticket says.

use rusqlite::params;

use super::error::StoreError;
use super::{Reader, Tx};
use crate::desk::TicketId;
use crate::mail::Timestamp;

impl Reader {
    /// The ticket that a link's SHA-256 (hex) went out for.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn ticket_by_link(&self, sha256: &str) -> Result<Option<TicketId>, StoreError> {
        self.one("SELECT ticket FROM links WHERE sha256 = ?1", [sha256], |row| row.get(0))
    }

    /// How many tokens that never went out were tried since then: by this sender (`Address::key`), and by all.
    pub fn wrong_links_since(
        &self,
        sender_key: &str,
        since: Timestamp,
    ) -> Result<(u32, u32), StoreError> {
        let sql =
            "SELECT COALESCE(SUM(sender_key = ?1), 0), COUNT(*) FROM wrong_links WHERE at > ?2";
        let counted =
            self.one(sql, params![sender_key, since], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(counted.unwrap_or_default())
    }
}

impl Tx<'_> {
    /// Somebody tried a token that never went out. What is older than `forget` is of no more interest.
    ///
    /// # Errors
    /// Where the store cannot be written; so for all changes.
    pub fn add_wrong_link(
        &self,
        sender_key: &str,
        at: Timestamp,
        forget: Timestamp,
    ) -> Result<(), StoreError> {
        self.write("DELETE FROM wrong_links WHERE at <= ?1", [forget])?;
        self.write(
            "INSERT INTO wrong_links (sender_key, at) VALUES (?1, ?2)",
            params![sender_key, at],
        )
        .map(drop)
    }

    /// # Errors
    /// Where the store cannot be written.
    pub fn add_link(&self, sha256: &str, ticket: TicketId) -> Result<(), StoreError> {
        self.write(
            "INSERT OR IGNORE INTO links (sha256, ticket) VALUES (?1, ?2)",
            params![sha256, ticket],
        )
        .map(drop)
    }
}
