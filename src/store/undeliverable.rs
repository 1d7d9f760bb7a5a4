//! Addresses that a bounce said do not exist. Which bounce says so is decided in `desk`.

use rusqlite::params;

use super::error::StoreError;
use super::{Reader, Tx};
use crate::mail::Timestamp;

impl Reader {
    /// By `Address::key`.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn is_branded(&self, address_key: &str) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM undeliverable WHERE address_key = ?1";
        Ok(self.one(sql, [address_key], |_| Ok(()))?.is_some())
    }
}

impl Tx<'_> {
    /// The latest bounce counts; `status` is the enhanced status code, empty where none was given.
    ///
    /// # Errors
    /// Where the store cannot be written; so for all changes.
    pub fn brand(&self, address_key: &str, status: &str, at: Timestamp) -> Result<(), StoreError> {
        self.write(
            "INSERT INTO undeliverable (address_key, status, at) VALUES (?1, ?2, ?3)
             ON CONFLICT (address_key) DO UPDATE SET (status, at) = (?2, ?3)",
            params![address_key, status, at],
        )
        .map(drop)
    }

    /// Mail came from there, or the admin knows better.
    pub fn unbrand(&self, address_key: &str) -> Result<(), StoreError> {
        self.write("DELETE FROM undeliverable WHERE address_key = ?1", [address_key]).map(drop)
    }
}
