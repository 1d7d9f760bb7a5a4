//! What the office has written down: read beside the running daemon, never changed.

use std::path::Path;

use postamt::desk::Ticket;
use postamt::desk::effect::Visibility;
use postamt::desk::people::Agent;
use postamt::store::{Account, Listing, Quarantined, Reader, Store, Which};

pub struct Books {
    reader: Reader,
    /// For what the store answers nobody: how far the outbox is.
    database: rusqlite::Connection,
}

impl Books {
    /// None while there is no database yet.
    pub fn open(path: &Path) -> Option<Self> {
        let reader = Store::open_reader(path).ok()?;
        let database = rusqlite::Connection::open_with_flags(
            path,
            rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY | rusqlite::OpenFlags::SQLITE_OPEN_NO_MUTEX,
        );
        Some(Self { reader, database: database.ok()? })
    }

    pub fn tickets(&self) -> Vec<Ticket> {
        let every = Listing { queues: None, which: Which::Every, limit: 10_000 };
        self.reader.list(&every).unwrap().into_iter().map(|listed| listed.ticket).collect()
    }

    pub fn account(&self, login: &str) -> Option<Account> {
        self.reader.account(login).unwrap()
    }

    pub fn accounts(&self) -> usize {
        self.reader.accounts().unwrap().len()
    }

    pub fn password_hash(&self, login: &str) -> Option<String> {
        self.reader.password_hash(login).unwrap()
    }

    pub fn agent(&self, name: &str) -> Agent {
        self.reader.agent_named(name).unwrap().unwrap()
    }

    pub fn quarantine(&self) -> Vec<Quarantined> {
        self.reader.quarantine().unwrap()
    }

    /// All articles of all tickets: what the customer may see, and what not.
    pub fn articles(&self) -> (Vec<String>, Vec<String>) {
        let (mut public, mut internal) = (Vec::new(), Vec::new());
        for ticket in self.tickets() {
            for stored in self.reader.articles(ticket.id).unwrap() {
                match stored.article.visibility {
                    Visibility::Public => public.push(stored.article.text),
                    Visibility::Internal => internal.push(stored.article.text),
                }
            }
        }
        (public, internal)
    }

    /// How many mails are stored with these words in them, as they came.
    pub fn mails_with(&self, words: &str) -> usize {
        let mut statement = self.database.prepare_cached("SELECT id FROM messages").unwrap();
        let ids = statement.query_map([], |row| row.get(0)).unwrap();
        let raw = |id| self.reader.raw(postamt::desk::event::MessageRef(id)).unwrap();
        ids.map(|id| raw(id.unwrap()).unwrap_or_default())
            .filter(|raw| raw.windows(words.len()).any(|at| at == words.as_bytes()))
            .count()
    }

    /// An account is to be made, changed or suspended.
    pub fn has_orders(&self) -> bool {
        self.reader.next_account_job_due().unwrap().is_some()
    }

    /// A mail waits for the server.
    pub fn has_outgoing(&self) -> bool {
        self.reader.next_outgoing_due().unwrap().is_some()
    }

    /// A mail with this Message-ID, without brackets, was taken in.
    pub fn has_taken_in(&self, message_id: &str) -> bool {
        let sql = "SELECT count(*) FROM messages WHERE message_id = ?1";
        let mut statement = self.database.prepare_cached(sql).unwrap();
        statement.query_row([message_id], |row| row.get::<_, i64>(0)).unwrap() > 0
    }

    /// How many mails went into the outbox, whatever became of them.
    pub fn written(&self) -> usize {
        let sql = "SELECT count(*) FROM outgoing";
        let count: i64 = self.database.query_row(sql, [], |row| row.get(0)).unwrap();
        usize::try_from(count).unwrap()
    }

    /// How many mails were written to this address or a subaddress of it, sent or not.
    pub fn sent_to_any_of(&self, address: &str) -> usize {
        let (local, domain) = address.split_once('@').unwrap();
        let sql = "SELECT count(*) FROM outgoing WHERE recipient LIKE ?1";
        let like = format!("{local}%@{domain}");
        let count: i64 = self.database.query_row(sql, [like], |row| row.get(0)).unwrap();
        usize::try_from(count).unwrap()
    }

    /// What the postmaster was told or will be, the oldest first, each as often as it happened: the note as it is stored.
    pub fn postmaster_lines(&self) -> Vec<String> {
        let sql = "SELECT note, count FROM postmaster_lines ORDER BY id";
        let mut statement = self.database.prepare_cached(sql).unwrap();
        let rows = statement
            .query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)))
            .unwrap();
        rows.map(Result::unwrap)
            .flat_map(|(note, count)| vec![note; usize::try_from(count).unwrap()])
            .collect()
    }

    /// Message-IDs, without brackets, of what a server has accepted for this address.
    pub fn sent_to(&self, address: &str) -> Vec<String> {
        let sql = "SELECT message_id FROM outgoing WHERE state = 'sent' AND recipient = ?1";
        let mut statement = self.database.prepare_cached(sql).unwrap();
        let rows = statement.query_map([address], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    }
}
