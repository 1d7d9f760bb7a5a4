//! What is known of each mailbox we read. A mailbox is its name: a new host or UIDVALIDITY is no first contact.

use rusqlite::{Row, params};

use super::columns::narrow;
use super::error::StoreError;
use super::{Reader, Tx};
use crate::mail::Timestamp;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    pub name: String,
    /// None: it was never reached.
    pub first_contact_at: Option<Timestamp>,
    /// Mail received before this is left where it is; None: all is taken in.
    pub left_before: Option<Timestamp>,
    pub left_count: u64,
    pub last_ok_at: Option<Timestamp>,
    /// What is wrong with it now, since when it was last tried.
    pub last_error: Option<(String, Timestamp)>,
}

impl Reader {
    /// None where it was never tried.
    ///
    /// # Errors
    /// Where the store cannot be read; so for all questions.
    pub fn mailbox(&self, name: &str) -> Result<Option<Mailbox>, StoreError> {
        self.one("SELECT * FROM mailboxes WHERE name = ?1", [name], mailbox)
    }

    pub fn mailboxes(&self) -> Result<Vec<Mailbox>, StoreError> {
        self.all("SELECT * FROM mailboxes ORDER BY name", [], mailbox)
    }
}

impl Tx<'_> {
    /// Notes the first contact. A later one changes nothing.
    ///
    /// # Errors
    /// Where the store cannot be written; so for all changes.
    pub fn first_contact(
        &self,
        name: &str,
        at: Timestamp,
        left_before: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        self.write(
            "INSERT INTO mailboxes (name, first_contact_at, left_before, left_count) VALUES (?1, ?2, ?3, 0)
             ON CONFLICT (name) DO UPDATE SET (first_contact_at, left_before) = (?2, ?3) WHERE first_contact_at IS NULL",
            params![name, at, left_before],
        )
        .map(drop)
    }

    /// How many mails lie there that are too old to be taken in.
    pub fn set_left_count(&self, name: &str, count: u64) -> Result<(), StoreError> {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        self.write("UPDATE mailboxes SET left_count = ?2 WHERE name = ?1", params![name, count])
            .map(drop)
    }

    pub fn mailbox_ok(&self, name: &str, at: Timestamp) -> Result<(), StoreError> {
        self.write(
            "UPDATE mailboxes SET last_ok_at = ?2, last_error = NULL, last_error_at = NULL WHERE name = ?1",
            params![name, at],
        )
        .map(drop)
    }

    /// Also before the first contact: it is then known as one that was never reached.
    pub fn mailbox_failed(&self, name: &str, at: Timestamp, error: &str) -> Result<(), StoreError> {
        self.write(
            "INSERT INTO mailboxes (name, left_count, last_error, last_error_at) VALUES (?1, 0, ?3, ?2)
             ON CONFLICT (name) DO UPDATE SET (last_error, last_error_at) = (?3, ?2)",
            params![name, at, error],
        )
        .map(drop)
    }
}

fn mailbox(row: &Row<'_>) -> rusqlite::Result<Mailbox> {
    let error: Option<String> = row.get("last_error")?;
    let error_at: Option<Timestamp> = row.get("last_error_at")?;
    Ok(Mailbox {
        name: row.get("name")?,
        first_contact_at: row.get("first_contact_at")?,
        left_before: row.get("left_before")?,
        left_count: narrow(row.get("left_count")?)?,
        last_ok_at: row.get("last_ok_at")?,
        last_error: error.zip(error_at),
    })
}
