//! The store: everything that must outlive the process, in one SQLite file. What is in it is decided elsewhere.
//!
//! This is the boundary behind which SQLite stays: no type of its library shows in a signature. [`Reader`] has the questions,
//! a file per area; [`Tx`] has the changes, too, and exists only inside [`Store::transaction`]. Transactions are opened by
//! who uses the store, never inside a question.

mod account_jobs;
mod accounts;
mod agent_keys;
mod agents;
mod articles;
mod columns;
mod erasure;
mod error;
mod held;
mod key;
mod links;
mod mailboxes;
mod messages;
mod migrate;
mod numbers;
mod offers;
mod outgoing;
mod outgoing_queue;
mod postmaster;
mod recent;
mod rotation;
mod said;
mod seal;
mod signed_once;
mod status;
mod tickets;
mod undeliverable;
mod untold;

#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, Params, Row, Transaction, TransactionBehavior};

pub use account_jobs::{AccountJob, AccountOrder, JobId, JobKind};
pub use accounts::Account;
pub use agent_keys::AgentKey;
pub use articles::{StoredArticle, StoredHistoryLine};
pub use erasure::{Erasure, KeptLetter, KeptMail, WhyErased};
pub use error::{Fault, StoreError};
pub use held::{HeldGroup, HeldMail, HeldState};
pub use key::Key;
pub use mailboxes::Mailbox;
pub use messages::{MessageState, NewMessage, Quarantined, StoredMessage};
pub use offers::{OfferId, StoredOffer};
pub use outgoing::{BodyId, Content, OutgoingId, OutgoingMail, StoredContent, Urgency};
pub use outgoing_queue::{OutboxFigures, OutgoingRow, OutgoingState};
pub use postmaster::{PostmasterKind, PostmasterLine};
pub use recent::Counted;
pub use rotation::NOTICED_WITHIN;
pub use said::Saying;
pub use seal::Purpose;
pub use status::DaemonLife;
pub use tickets::{Listed, Listing, TicketFigures, Which};
pub use untold::Untold;

/// How long a process waits for another one's transaction.
const BUSY_FOR: Duration = Duration::from_secs(5);

/// A connection that asks and changes nothing: for listings beside a running daemon.
pub struct Reader {
    connection: Connection,
    file: PathBuf,
    /// `PRAGMA data_version` when it was last looked at.
    seen_version: Cell<i64>,
}

/// The connection that writes. A process has one.
pub struct Store {
    reader: Reader,
    key: Key,
}

/// A transaction that is open. Everything in it becomes durable together, or nothing does.
pub struct Tx<'a> {
    store: &'a Store,
}

impl Store {
    /// Opens the database, makes it and its key where they are not there yet, and brings it up to date. The folder must be there.
    ///
    /// # Errors
    /// See [`Fault`]: no folder, no access, a newer or damaged database, a key that is none.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let io = |e: std::io::Error| StoreError::io(path, &e);
        if !folder_of(path).is_dir() {
            return Err(StoreError::new(path, Fault::NoFolder));
        }
        let (key, key_file) = Key::beside(path)?;
        // One process at a time makes the file and migrates it. The lock ends with `key_file`; it is not on the database
        // itself, since closing a second handle of that would end SQLite's own locks.
        key_file.lock().map_err(|e| StoreError::io(&key.file, &e))?;
        match key::create_private(path) {
            Ok(file) => file.sync_all().and_then(|()| key::sync_folder_of(path)).map_err(io)?,
            Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(e) => return Err(io(e)),
        }

        let mut reader = Reader::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        if reader.schema_version()? > migrate::LATEST {
            return Err(reader.wrong_version()?);
        }
        for (name, value) in WRITER_SETTINGS {
            reader.set(name, value)?;
        }
        migrate::to_latest(&mut reader.connection).map_err(|e| StoreError::migration(path, &e))?;
        reader.changed_since_last_look()?;
        Ok(Self { reader, key })
    }

    /// For listings and `status`, also while a daemon writes.
    ///
    /// # Errors
    /// Where there is no database yet, or its schema is not this program's.
    pub fn open_reader(path: &Path) -> Result<Reader, StoreError> {
        if !path.exists() {
            return Err(StoreError::new(path, Fault::NotThere));
        }
        let reader = Reader::connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        if reader.schema_version()? != migrate::LATEST {
            return Err(reader.wrong_version()?);
        }
        reader.changed_since_last_look()?;
        Ok(reader)
    }

    #[must_use]
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// Does all of `work` or nothing of it; when this returns Ok, it is durable.
    ///
    /// # Errors
    /// Whatever `work` says, or that it could not be begun or committed.
    pub fn transaction<R, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(&Tx<'_>) -> Result<R, E>,
    ) -> Result<R, E> {
        let connection = &self.reader.connection;
        let open = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)
            .map_err(|e| self.reader.wrong(&e))?;
        let tx = Tx { store: self };
        let result = work(&tx)?; // dropped uncommitted, it is rolled back
        tx.is_alive()?;
        open.commit().map_err(|e| self.reader.wrong(&e))?;
        Ok(result)
    }

    /// As [`Self::checkpoint`], but waits for nobody.
    ///
    /// # Errors
    /// Where the files cannot be written.
    pub fn checkpoint_unless_read(&self) -> Result<bool, StoreError> {
        let patience = |for_| self.connection.busy_timeout(for_).map_err(|e| self.wrong(&e));
        patience(Duration::ZERO)?;
        let done = self.checkpoint();
        patience(BUSY_FOR)?;
        done
    }

    /// Moves what was committed from the log into the database file and empties the log: what was deleted is gone from both.
    /// False where a reader was in the way; it is then left to a later time.
    ///
    /// # Errors
    /// Where the files cannot be written.
    pub fn checkpoint(&self) -> Result<bool, StoreError> {
        let blocked: i64 = self
            .connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
            .map_err(|e| self.wrong(&e))?;
        Ok(blocked == 0)
    }
}

/// What every connection is set to, and what only the writer is.
const SETTINGS: &[(&str, &str)] =
    &[("mmap_size", "0"), ("temp_store", "MEMORY"), ("trusted_schema", "OFF")];
const WRITER_SETTINGS: &[(&str, &str)] = &[
    ("secure_delete", "ON"),
    ("journal_mode", "WAL"),
    ("synchronous", "FULL"), // NORMAL would lose the last commits of a power failure
    ("foreign_keys", "ON"),
    ("cache_size", "-16000"),           // KiB
    ("journal_size_limit", "67108864"), // octets that the log may keep after a burst
];

impl Reader {
    fn connect(path: &Path, mode: OpenFlags) -> Result<Self, StoreError> {
        let connection = Connection::open_with_flags(path, mode | OpenFlags::SQLITE_OPEN_NO_MUTEX)
            .map_err(|e| StoreError::sqlite(path, &e))?;
        let reader = Self { connection, file: path.to_owned(), seen_version: Cell::new(0) };
        reader.connection.busy_timeout(BUSY_FOR).map_err(|e| reader.wrong(&e))?;
        reader.connection.set_prepared_statement_cache_capacity(128);
        for (name, value) in SETTINGS {
            reader.set(name, value)?;
        }
        Ok(reader)
    }

    fn set(&self, name: &str, value: &str) -> Result<(), StoreError> {
        // Some of them answer with their new value, some do not.
        self.connection.pragma_update(None, name, value).map_err(|e| self.wrong(&e))
    }

    fn schema_version(&self) -> Result<u32, StoreError> {
        migrate::version(&self.connection).map_err(|e| self.wrong(&e))
    }

    fn wrong_version(&self) -> Result<StoreError, StoreError> {
        let (found, known) = (self.schema_version()?, migrate::LATEST);
        Ok(StoreError::new(
            &self.file,
            match found {
                0 => Fault::NotThere,
                _ if found > known => Fault::Newer { found, known },
                _ => Fault::Older { found, known },
            },
        ))
    }

    /// Whether another connection (the command line's, say) has committed since this was last asked. One's own commits do
    /// not count.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn changed_since_last_look(&self) -> Result<bool, StoreError> {
        let version = self.one("PRAGMA data_version", [], |row| row.get(0))?.unwrap_or_default();
        Ok(self.seen_version.replace(version) != version)
    }

    /// The row that a question has, or none.
    fn one<T>(&self, sql: &str, params: impl Params, row: Map<T>) -> Result<Option<T>, StoreError> {
        let answer = || {
            let mut statement = self.connection.prepare_cached(sql)?;
            let mut rows = statement.query(params)?;
            rows.next()?.map(row).transpose()
        };
        answer().map_err(|e| self.wrong(&e))
    }

    /// All rows that a question has. Who asks sees to it that they are not too many.
    fn all<T>(&self, sql: &str, params: impl Params, row: Map<T>) -> Result<Vec<T>, StoreError> {
        let answer = || {
            let mut statement = self.connection.prepare_cached(sql)?;
            statement.query_map(params, row)?.collect::<Result<_, _>>()
        };
        answer().map_err(|e| self.wrong(&e))
    }

    /// Hands over one row after the other: memory does not grow with their number. `show` may end it with an error of its own.
    fn each<T, E: From<StoreError>>(
        &self,
        sql: &str,
        params: impl Params,
        row: Map<T>,
        mut show: impl FnMut(T) -> Result<(), E>,
    ) -> Result<(), E> {
        let failed = |e: rusqlite::Error| E::from(self.wrong(&e));
        let mut statement = self.connection.prepare_cached(sql).map_err(failed)?;
        for row in statement.query_map(params, row).map_err(failed)? {
            show(row.map_err(failed)?)?;
        }
        Ok(())
    }

    fn wrong(&self, error: &rusqlite::Error) -> StoreError {
        StoreError::sqlite(&self.file, error)
    }
}

/// From a row to what it says.
type Map<T> = fn(&Row<'_>) -> rusqlite::Result<T>;

impl Tx<'_> {
    /// Does all of `work` or nothing of it, whatever becomes of the rest of the transaction: one bad mail spoils no batch.
    ///
    /// # Errors
    /// Whatever `work` says. Where the whole transaction was lost, every later change says [`Fault::RolledBack`].
    pub fn savepoint<R, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&Self) -> Result<R, E>,
    ) -> Result<R, E> {
        self.is_alive()?;
        self.command("SAVEPOINT one")?;
        let mut undo = Undo { connection: &self.connection, needed: true };
        let result = work(self)?;
        self.is_alive()?;
        self.command("RELEASE one")?;
        undo.needed = false;
        Ok(result)
    }

    #[must_use]
    pub fn key(&self) -> &Key {
        &self.store.key
    }

    /// Changes rows; says how many.
    fn write(&self, sql: &str, params: impl Params) -> Result<usize, StoreError> {
        self.is_alive()?;
        let change = || self.connection.prepare_cached(sql)?.execute(params);
        change().map_err(|e| self.wrong(&e))
    }

    /// Adds a row whose key SQLite gives.
    fn insert(&self, sql: &str, params: impl Params) -> Result<i64, StoreError> {
        self.write(sql, params)?;
        Ok(self.connection.last_insert_rowid())
    }

    fn command(&self, sql: &str) -> Result<(), StoreError> {
        self.connection.execute_batch(sql).map_err(|e| self.wrong(&e))
    }

    /// On a full disk or an error of it SQLite rolls back by itself; what came after would be committed row by row.
    fn is_alive(&self) -> Result<(), StoreError> {
        match self.connection.is_autocommit() {
            true => Err(StoreError::new(&self.file, Fault::RolledBack)),
            false => Ok(()),
        }
    }
}

/// Takes a savepoint back unless it was released: on an error, and when a panic passes.
struct Undo<'a> {
    connection: &'a Connection,
    needed: bool,
}

impl Drop for Undo<'_> {
    fn drop(&mut self) {
        if self.needed && !self.connection.is_autocommit() {
            match self.connection.execute_batch("ROLLBACK TO one; RELEASE one") {
                // Fails only where the transaction is lost as a whole; the next change finds that out and says so.
                Ok(()) | Err(_) => {}
            }
        }
    }
}

impl Deref for Store {
    type Target = Reader;
    fn deref(&self) -> &Reader {
        &self.reader
    }
}

impl Deref for Tx<'_> {
    type Target = Reader;
    fn deref(&self) -> &Reader {
        &self.store.reader
    }
}

/// The folder that a file lies in; `.` for a bare name.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
