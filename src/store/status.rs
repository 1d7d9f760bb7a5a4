//! The daemon's signs of life, and the latest time at which anything was committed.

use rusqlite::params;

use super::error::StoreError;
use super::{Reader, Tx};
use crate::mail::Timestamp;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DaemonLife {
    /// None: it was stopped in good order, or never ran.
    pub pid: Option<u32>,
    pub started_at: Option<Timestamp>,
    pub last_turn_at: Option<Timestamp>,
}

impl Reader {
    /// # Errors
    /// Where the store cannot be read.
    pub fn daemon_life(&self) -> Result<DaemonLife, StoreError> {
        let life = self.one("SELECT pid, started_at, last_turn_at FROM daemon", [], |row| {
            Ok(DaemonLife { pid: row.get(0)?, started_at: row.get(1)?, last_turn_at: row.get(2)? })
        })?;
        Ok(life.unwrap_or_default())
    }

    /// The latest time that was handed to `advance_time`: the larger of it and now judges deadlines.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn high_water(&self) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.one("SELECT high_water FROM daemon", [], |row| row.get(0))?.flatten())
    }
}

impl Tx<'_> {
    /// # Errors
    /// Where the store cannot be written; so for all changes.
    pub fn daemon_started(&self, pid: u32, at: Timestamp) -> Result<(), StoreError> {
        self.write(
            "UPDATE daemon SET pid = ?1, started_at = ?2, last_turn_at = ?2",
            params![pid, at],
        )
        .map(drop)
    }

    pub fn daemon_turned(&self, at: Timestamp) -> Result<(), StoreError> {
        self.write("UPDATE daemon SET last_turn_at = ?1", [at]).map(drop)
    }

    pub fn daemon_stopped(&self) -> Result<(), StoreError> {
        self.write("UPDATE daemon SET pid = NULL", []).map(drop)
    }

    /// This transaction is of this time. An earlier one than before changes nothing.
    pub fn advance_time(&self, now: Timestamp) -> Result<(), StoreError> {
        self.write("UPDATE daemon SET high_water = max(coalesce(high_water, ?1), ?1)", [now])
            .map(drop)
    }
}
