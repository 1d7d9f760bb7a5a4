//! Lines for the postmaster's digest, until it was sent.

use rusqlite::params;

use super::error::StoreError;
use super::{Reader, Tx};
use crate::mail::Timestamp;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostmasterLine {
    pub id: i64,
    pub at: Timestamp,
    pub line: String,
}

impl Reader {
    /// What stood in no digest yet, the oldest first.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn unshown_postmaster_lines(&self, limit: u32) -> Result<Vec<PostmasterLine>, StoreError> {
        self.all(UNSHOWN, [limit], |row| {
            Ok(PostmasterLine { id: row.get(0)?, at: row.get(1)?, line: row.get(2)? })
        })
    }

    /// Whether this very line was written from `since` on.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn has_postmaster_line(&self, line: &str, since: Timestamp) -> Result<bool, StoreError> {
        Ok(self.one(WRITTEN, params![line, since], |_| Ok(()))?.is_some())
    }
}

impl Tx<'_> {
    /// # Errors
    /// Where the store cannot be written.
    pub fn add_postmaster_line(&self, at: Timestamp, line: &str) -> Result<(), StoreError> {
        self.write(
            "INSERT INTO postmaster_lines (at, line, shown) VALUES (?1, ?2, 0)",
            params![at, line],
        )
        .map(drop)
    }

    /// All lines up to this one stood in a digest.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn postmaster_lines_shown(&self, up_to: i64) -> Result<(), StoreError> {
        self.write("UPDATE postmaster_lines SET shown = 1 WHERE shown = 0 AND id <= ?1", [up_to])
            .map(drop)
    }
}

pub(super) const WRITTEN: &str =
    "SELECT 1 FROM postmaster_lines WHERE line = ?1 AND at >= ?2 LIMIT 1";
pub(super) const UNSHOWN: &str =
    "SELECT id, at, line FROM postmaster_lines WHERE shown = 0 ORDER BY id LIMIT ?1";
