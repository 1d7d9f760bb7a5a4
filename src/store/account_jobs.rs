//! Orders to the account provider, durable until it has answered. They are carried out in `outbox`.

use rusqlite::{Row, params};

use super::columns::{integers, named};
use super::error::StoreError;
use super::{Reader, Tx};
use crate::desk::TicketId;
use crate::mail::{Address, Timestamp};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JobId(pub i64);
integers!(JobId(i64));

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobKind {
    Create,
    /// A suspended account gets a new password and is active again.
    Resume,
    Suspend,
}
named! {
    JobKind { Create = "create", Resume = "resume", Suspend = "suspend" }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountOrder {
    pub ticket: TicketId,
    pub kind: JobKind,
    /// Lower case.
    pub login: String,
    pub email: Address,
    pub name: String,
    /// The new password, sealed with the key file; None where none is needed.
    pub sealed_password: Option<Vec<u8>>,
}

/// An order that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountJob {
    pub id: JobId,
    pub order: AccountOrder,
    pub tries: u32,
    pub next_try_at: Timestamp,
    pub last_error: Option<String>,
}

impl Reader {
    /// In the order they are due.
    ///
    /// # Errors
    /// Where the store cannot be read; so for all questions.
    pub fn due_account_jobs(
        &self,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<AccountJob>, StoreError> {
        self.all(DUE, params![now, limit], job)
    }

    pub fn next_account_job_due(&self) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.one(NEXT_DUE, [], |row| row.get(0))?.flatten())
    }
}

impl Tx<'_> {
    /// # Errors
    /// A conflict where there is no such ticket.
    pub fn add_account_job(
        &self,
        order: &AccountOrder,
        at: Timestamp,
    ) -> Result<JobId, StoreError> {
        self.insert(
            "INSERT INTO account_jobs (ticket, kind, login, email, name, sealed_password, state, tries, next_try_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'queued', 0, ?7)",
            params![
                order.ticket,
                order.kind,
                order.login.to_lowercase(),
                order.email,
                order.name,
                order.sealed_password,
                at,
            ],
        )
        .map(JobId)
    }

    /// The provider has done it; the password goes from here.
    ///
    /// # Errors
    /// Where the store cannot be written; so for all changes.
    pub fn mark_job_done(&self, id: JobId) -> Result<(), StoreError> {
        self.write(
            "UPDATE account_jobs SET state = 'done', sealed_password = NULL, last_error = NULL WHERE id = ?1",
            [id],
        )
        .map(drop)
    }

    pub fn mark_job_retry(
        &self,
        id: JobId,
        next_try_at: Timestamp,
        error: &str,
    ) -> Result<(), StoreError> {
        self.write(
            "UPDATE account_jobs SET tries = tries + 1, next_try_at = ?2, last_error = ?3 WHERE id = ?1 AND state = 'queued'",
            params![id, next_try_at, error],
        )
        .map(drop)
    }

    /// The provider refused for good, or failed for too long; the password goes from here.
    pub fn mark_job_failed(&self, id: JobId, error: &str) -> Result<(), StoreError> {
        self.write(
            "UPDATE account_jobs SET state = 'failed', sealed_password = NULL, last_error = ?2 WHERE id = ?1",
            params![id, error],
        )
        .map(drop)
    }
}

fn job(row: &Row<'_>) -> rusqlite::Result<AccountJob> {
    let order = AccountOrder {
        ticket: row.get("ticket")?,
        kind: row.get("kind")?,
        login: row.get("login")?,
        email: row.get("email")?,
        name: row.get("name")?,
        sealed_password: row.get("sealed_password")?,
    };
    Ok(AccountJob {
        id: row.get("id")?,
        order,
        tries: row.get("tries")?,
        next_try_at: row.get("next_try_at")?,
        last_error: row.get("last_error")?,
    })
}

pub(super) const DUE: &str = "
    SELECT * FROM account_jobs WHERE state = 'queued' AND next_try_at <= ?1 ORDER BY next_try_at, id LIMIT ?2";
pub(super) const NEXT_DUE: &str =
    "SELECT min(next_try_at) FROM account_jobs WHERE state = 'queued'";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::{NOON, address, fresh};

    #[test]
    fn an_order_waits_until_it_is_done_and_then_forgets_the_password() {
        let mut fresh = fresh();
        let order = AccountOrder {
            ticket: fresh.ticket().id,
            kind: JobKind::Create,
            login: "jo".to_owned(),
            email: address("jo@example.net"),
            name: "Jo".to_owned(),
            sealed_password: Some(b"sealed".to_vec()),
        };
        let (done, failed) = fresh
            .does(|tx| Ok((tx.add_account_job(&order, NOON)?, tx.add_account_job(&order, NOON)?)));
        let later = Timestamp(NOON.0 + 60);
        fresh.does(|tx| tx.mark_job_retry(failed, later, "server away"));
        assert_eq!(fresh.store.next_account_job_due().unwrap(), Some(NOON));
        let due = fresh.store.due_account_jobs(NOON, 9).unwrap();
        assert_eq!(due.len(), 1);
        assert_eq!((due[0].id, &due[0].order), (done, &order));
        assert_eq!(fresh.store.due_account_jobs(later, 9).unwrap()[1].tries, 1);

        fresh
            .does(|tx| tx.mark_job_done(done).and_then(|()| tx.mark_job_failed(failed, "refused")));
        assert_eq!(fresh.store.due_account_jobs(later, 9).unwrap(), []);
        let secrets = "SELECT count(*) FROM account_jobs WHERE sealed_password IS NOT NULL";
        assert_eq!(fresh.store.one(secrets, [], |row| row.get::<_, i64>(0)).unwrap(), Some(0));
    }
}
