//! Confirmation links that went out: which application one belongs to, also when it is void by now. Whether it is, the ticket says.

use rusqlite::params;

use super::error::StoreError;
use super::{Reader, Tx};
use crate::desk::TicketId;

impl Reader {
    /// The ticket that a link's SHA-256 (hex) went out for.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn ticket_by_link(&self, sha256: &str) -> Result<Option<TicketId>, StoreError> {
        self.one("SELECT ticket FROM links WHERE sha256 = ?1", [sha256], |row| row.get(0))
    }
}

impl Tx<'_> {
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
