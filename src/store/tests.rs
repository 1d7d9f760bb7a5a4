//! What the tests of this room share, and what concerns the file as a whole.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use tempfile::TempDir;

use super::*;
use crate::desk::effect::{HistoryLine, What, Who};
use crate::desk::event::LetterKind;
use crate::desk::note::Note;
use crate::desk::people::{Agent, AgentId, Language};
use crate::desk::ticket::{Escalation, State};
use crate::desk::{Ticket, TicketId};
use crate::mail::{Address, MessageId, Named, Timestamp};

pub(super) const NOON: Timestamp = Timestamp(1_795_435_200);

/// A store in a folder of its own.
pub(super) struct Fresh {
    pub store: Store,
    folder: TempDir,
}

pub(super) fn fresh() -> Fresh {
    let folder = tempfile::tempdir().unwrap();
    Fresh { store: Store::open(&folder.path().join("postamt.db")).unwrap(), folder }
}

impl Fresh {
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("postamt.db")
    }

    /// Closed and opened again.
    pub fn restarted(self) -> Self {
        let Self { store, folder } = self;
        drop(store);
        Self { store: Store::open(&folder.path().join("postamt.db")).unwrap(), folder }
    }

    /// One transaction.
    pub fn does<R>(&mut self, work: impl FnOnce(&Tx<'_>) -> Result<R, StoreError>) -> R {
        self.store.transaction(work).unwrap()
    }

    /// A stored ticket of `jo@example.net` in the queue `antrag`.
    pub fn ticket(&mut self) -> Ticket {
        self.does(|tx| {
            let ticket = new_ticket(tx)?;
            tx.save_ticket(&ticket, None)?;
            Ok(ticket)
        })
    }

    pub fn agent(&mut self, name: &str) -> Agent {
        self.does(|tx| {
            let agent = Agent {
                id: tx.next_agent()?,
                name: name.to_owned(),
                display: name.to_owned(),
                addresses: vec![address(&format!("{name}@example.org"))],
                queues: vec!["antrag".to_owned()],
                language: Language::De,
                active: true,
                receipts: true,
                taken_notices: true,
                reach: crate::desk::reach::Reach::Reached,
                tokens_since: NOON,
                created_at: NOON,
            };
            tx.save_agent(&agent)?;
            Ok(agent)
        })
    }
}

pub(super) fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

pub(super) fn new_ticket(tx: &Tx<'_>) -> Result<Ticket, StoreError> {
    let (id, number) = tx.next_ticket(NaiveDate::from_ymd_opt(2026, 11, 23).unwrap())?;
    Ok(Ticket {
        id,
        number,
        queue: "antrag".to_owned(),
        subject: "May I?".to_owned(),
        customer: Some(Named { name: "Jo".to_owned(), address: address("Jo@example.net") }),
        language: Language::En,
        state: State::New,
        priority: 3,
        lock: None,
        former_owner: None,
        created_at: NOON,
        opened_at: NOON,
        updated_at: NOON,
        escalation: Escalation::No,
        application: None,
        by_machine: false,
        continues: None,
        continued_in: None,
    })
}

/// A letter to `jo@example.net` that is not stored yet.
pub(super) fn letter(tx: &Tx<'_>) -> Result<OutgoingMail, StoreError> {
    let id = tx.next_outgoing_id()?;
    Ok(OutgoingMail {
        id,
        ticket: None,
        agent: None,
        kind: LetterKind::Notice,
        event: "status".to_owned(),
        recipient: address("Jo@example.net"),
        envelope_sender: None,
        message_id: MessageId::parse(&format!("{}@example.org", id.0)).unwrap(),
        author: None,
        offer: None,
        automatic: false,
        urgency: Urgency::Normal,
        created_at: NOON,
    })
}

/// Whether these octets stand anywhere in the database, its log or its index of it.
fn lies_in_the_files(path: &Path, octets: &[u8]) -> bool {
    let mut files = fs::read_dir(path.parent().unwrap()).unwrap();
    files.any(|file| {
        let content = fs::read(file.unwrap().path()).unwrap();
        content.windows(octets.len()).any(|window| window == octets)
    })
}

/// The writer lives on a thread of its own.
const _: fn() = || {
    fn can_move_to_a_thread<T: Send>() {}
    can_move_to_a_thread::<Store>();
    can_move_to_a_thread::<Reader>();
};

#[test]
fn what_was_committed_is_there_after_a_restart() {
    let mut fresh = fresh();
    let ticket = fresh.ticket();
    let fresh = fresh.restarted();
    assert_eq!(fresh.store.ticket(ticket.id).unwrap(), Some(ticket));
}

#[test]
fn database_and_key_are_for_their_owner_alone() {
    let mut fresh = fresh();
    fresh.ticket();
    for name in ["postamt.db", "postamt.db-wal", "postamt.db-shm", "postamt.key"] {
        let mode = fs::metadata(fresh.folder.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[test]
fn a_commit_is_durable_when_it_returns() {
    let fresh = fresh();
    for (name, value) in [
        ("journal_mode", "wal"),
        ("synchronous", "2"),
        ("secure_delete", "1"),
        ("foreign_keys", "1"),
    ] {
        let set = fresh.store.connection.pragma_query_value(None, name, |row| {
            row.get_ref(0).map(|value| match value {
                rusqlite::types::ValueRef::Integer(n) => n.to_string(),
                other => other.as_str().unwrap().to_owned(),
            })
        });
        assert_eq!(set.unwrap(), value, "{name}");
    }
}

#[test]
fn a_database_of_a_newer_version_is_refused_and_left_as_it_is() {
    let fresh = fresh();
    fresh.store.connection.pragma_update(None, "user_version", 99).unwrap();
    let path = fresh.path();
    for refused in [Store::open(&path).map(drop), Store::open_reader(&path).map(drop)] {
        let error = refused.unwrap_err();
        assert_eq!(error.fault, Fault::Newer { found: 99, known: migrate::LATEST });
        assert!(!error.is_temporary());
        let words = error.to_string();
        assert!(words.contains("newer postamt") && words.contains("postamt.db"), "{words}");
    }
    assert_eq!(migrate::version(&fresh.store.connection).unwrap(), 99);
}

#[test]
fn without_a_folder_or_a_database_a_person_reads_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().join("missing/postamt.db");
    assert_eq!(Store::open(&nowhere).map(drop).unwrap_err().fault, Fault::NoFolder);
    let not_yet = folder.path().join("postamt.db");
    assert_eq!(Store::open_reader(&not_yet).map(drop).unwrap_err().fault, Fault::NotThere);
    fs::write(
        &not_yet,
        "this is a shopping list, not a database; it is long enough to be taken for one",
    )
    .unwrap();
    let damaged = Store::open(&not_yet).map(drop).unwrap_err();
    assert!(matches!(damaged.fault, Fault::Damaged { .. }), "{damaged}");
}

#[test]
fn many_commands_that_open_a_new_store_at_once_agree_on_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("postamt.db");
    let keys: Vec<_> = std::thread::scope(|scope| {
        let openers: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| Store::open(&path).unwrap().key().subkey("test").to_vec()))
            .collect();
        openers.into_iter().map(|opener| opener.join().unwrap()).collect()
    });
    assert!(keys.iter().all(|key| key == &keys[0]));
}

#[test]
fn a_transaction_that_fails_leaves_nothing() {
    let mut fresh = fresh();
    let failed = fresh.store.transaction(|tx| {
        let ticket = new_ticket(tx)?;
        tx.save_ticket(&ticket, None)?;
        tx.add_history(
            TicketId(77),
            NOON,
            &HistoryLine { who: Who::System, what: What::Created },
            None,
        )
    });
    assert!(matches!(failed.unwrap_err().fault, Fault::Conflict { .. }));
    assert_eq!(fresh.store.ticket(TicketId(1)).unwrap(), None);
    assert_eq!(fresh.ticket().id, TicketId(1));
}

#[test]
fn a_bad_mail_spoils_only_itself() {
    let mut fresh = fresh();
    let (first, third) = fresh.does(|tx| {
        let first = tx.savepoint(|tx| {
            let ticket = new_ticket(tx)?;
            tx.save_ticket(&ticket, None)?;
            Ok::<_, StoreError>(ticket.id)
        })?;
        let second = tx.savepoint(|tx| {
            let ticket = new_ticket(tx)?;
            tx.save_ticket(&ticket, None)?;
            tx.savepoint(|tx| tx.save_ticket(&Ticket { id: TicketId(500), ..ticket }, None))
        });
        assert!(matches!(second.unwrap_err().fault, Fault::Conflict { .. }));
        let third = tx.savepoint(|tx| {
            let ticket = new_ticket(tx)?;
            tx.save_ticket(&ticket, None)?;
            Ok::<_, StoreError>(ticket.id)
        })?;
        Ok((first, third))
    });
    assert_eq!([first, third], [TicketId(1), TicketId(2)]);
    assert_eq!(
        fresh.store.list(&Listing { queues: None, which: Which::Every, limit: 9 }).unwrap().len(),
        2
    );
}

#[test]
fn a_panic_inside_a_savepoint_takes_it_back() {
    let mut fresh = fresh();
    fresh.does(|tx| {
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            tx.savepoint(|tx| -> Result<(), StoreError> {
                tx.save_ticket(&new_ticket(tx)?, None)?;
                std::panic::resume_unwind(Box::new("a bug"))
            })
        }));
        assert!(caught.is_err());
        Ok(())
    });
    assert_eq!(fresh.store.ticket(TicketId(1)).unwrap(), None);
}

#[test]
fn a_transaction_that_sqlite_gave_up_is_not_gone_on_with() {
    let mut fresh = fresh();
    let lost = fresh.store.transaction(|tx| {
        tx.command("ROLLBACK")?; // as SQLite itself does on a full disk
        tx.add_postmaster_line(NOON, &note("never stored"))
    });
    let error = lost.unwrap_err();
    assert_eq!(error.fault, Fault::RolledBack);
    assert!(error.is_temporary());
    assert_eq!(fresh.store.unshown_postmaster_lines(9).unwrap(), []);
    fresh.ticket();
}

#[test]
fn the_daemon_notices_what_the_command_line_changes() {
    let mut daemon = fresh();
    assert!(!daemon.store.changed_since_last_look().unwrap());
    daemon.ticket();
    assert!(!daemon.store.changed_since_last_look().unwrap(), "one's own changes do not count");

    let mut command = Store::open(&daemon.path()).unwrap();
    command.transaction(|tx| tx.add_postmaster_line(NOON, &note("hello"))).unwrap();
    assert!(daemon.store.changed_since_last_look().unwrap());
    assert!(!daemon.store.changed_since_last_look().unwrap());
}

#[test]
fn a_reader_sees_what_is_committed_and_changes_nothing() {
    let mut fresh = fresh();
    let ticket = fresh.ticket();
    let reader = Store::open_reader(&fresh.path()).unwrap();
    assert_eq!(reader.ticket(ticket.id).unwrap(), Some(ticket));
    let other = fresh.ticket();
    assert_eq!(reader.ticket(other.id).unwrap(), Some(other));
    let refused =
        reader.connection.execute("DELETE FROM tickets", []).map_err(|e| reader.wrong(&e));
    assert!(matches!(refused.unwrap_err().fault, Fault::Denied { .. }));
}

#[test]
fn what_went_out_is_gone_from_the_files() {
    let mut fresh = fresh();
    let marker = b"the words of a letter that was sent";
    let long = [marker.repeat(400), b"end".to_vec()].concat();
    let ids = fresh.does(|tx| {
        let body = tx.add_body(&long)?;
        let (open, sealed) = (letter(tx)?, letter(tx)?);
        let content = Content::Open { headers: marker, body, reply_token: "token-in-plain" };
        tx.add_outgoing(&open, content, NOON)?;
        let secret = tx.key().seal(Purpose::Credentials, b"Password: tr0ub4dor")?;
        tx.add_outgoing(&sealed, Content::Sealed(&secret), NOON)?;
        Ok([open.id, sealed.id])
    });
    assert!(lies_in_the_files(&fresh.path(), marker));
    assert!(!lies_in_the_files(&fresh.path(), b"tr0ub4dor"));

    let sealed = match fresh.store.content(ids[1]).unwrap() {
        Some(StoredContent::Sealed(sealed)) => sealed,
        other => panic!("{other:?}"),
    };
    let plain = fresh.store.key().unseal(Purpose::Credentials, &sealed).unwrap();
    assert_eq!(plain.as_slice(), b"Password: tr0ub4dor");

    for id in ids {
        assert!(fresh.does(|tx| tx.mark_sent(id, NOON)));
        assert_eq!(fresh.store.content(id).unwrap(), None);
    }
    assert!(fresh.store.checkpoint().unwrap());
    assert!(!lies_in_the_files(&fresh.path(), marker));
    assert!(!lies_in_the_files(&fresh.path(), b"token-in-plain"));
    assert!(!lies_in_the_files(&fresh.path(), &sealed));
}

/// How SQLite goes about a question.
fn plan(store: &Store, sql: &str) -> Vec<String> {
    let mut statement = store.connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    for parameter in 1..=statement.parameter_count() {
        statement.raw_bind_parameter(parameter, 1).unwrap();
    }
    let mut rows = statement.raw_query();
    let mut steps = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        steps.push(row.get(3).unwrap());
    }
    steps
}

#[test]
fn no_hot_question_reads_a_whole_table_or_sorts() {
    let fresh = fresh();
    for (sql, may_sort) in [
        (tickets::BY_NUMBER, false),
        (tickets::DUE, false),
        (tickets::NEXT_DUE, false),
        (tickets::OPEN_OF, false),
        (tickets::EARLIER, true),
        (tickets::OWNED_BY, false),
        (tickets::RESERVED_BY, false),
        (messages::SEEN_SOURCE, false),
        (messages::SEEN_CONTENT, false),
        (messages::BY_MESSAGE_ID, true),
        (messages::TO_RETRY, false),
        (articles::ARTICLES, false),
        (articles::ARTICLES_BACKWARDS, false),
        (articles::HISTORY, false),
        (outgoing::BY_MESSAGE_ID, false),
        (articles::LATEST_ARTICLE, false),
        (articles::LATEST_HISTORY, false),
        (outgoing::FREE_BODY, false),
        (outgoing::THREAD, false),
        (outgoing::ANSWERS_TO, false),
        (outgoing::ANSWERS_ON, false),
        (outgoing_queue::DUE, false),
        (outgoing_queue::NEXT_DUE, false),
        (said::SAID, false),
        (said::SAID_ON, false),
        (said::OPENED_WITH, false),
        (said::LAST_BUT, false),
        (said::LAST_PROVEN_BUT, false),
        (accounts::BY_EMAIL, true),
        (account_jobs::DUE, false),
        (account_jobs::NEXT_DUE, false),
        (recent::RECENTLY, false),
        (erasure::CLOSED_BEFORE, false),
        (erasure::MAILS_OF, false),
        (erasure::OLD_MAILS, false),
        (erasure::OLD_LETTERS, false),
        (held::TO_RELEASE, false),
        (held::FIRST_UNTOLD, false),
        (held::SPAM, false),
        (postmaster::OF_KIND, true),
        (untold::HAS_UNTOLD, false),
        (untold::UNTOLD, false),
    ] {
        let steps = plan(&fresh.store, sql);
        assert!(!steps.is_empty());
        for step in &steps {
            assert!(!step.starts_with("SCAN") || step.contains("CONSTANT"), "{sql}\n{steps:#?}");
            assert!(may_sort || !step.contains("TEMP B-TREE"), "{sql}\n{steps:#?}");
        }
    }
    // A list of what is open walks along an index of what is open, in its order.
    for sql in [
        tickets::LIST_OPEN,
        tickets::LIST_BY_OWNER,
        outgoing_queue::UNSENT,
        postmaster::KINDS,
        held::COUNT,
    ] {
        let steps = plan(&fresh.store, sql);
        assert!(steps.iter().any(|step| step.contains("USING")), "{sql}\n{steps:#?}");
    }
}

#[test]
fn agents_are_known_by_name_and_keep_their_number() {
    let mut fresh = fresh();
    let (anna, bert) = (fresh.agent("Anna"), fresh.agent("bert"));
    assert_eq!([anna.id, bert.id], [AgentId(1), AgentId(2)]);
    assert_eq!(fresh.store.agent_named("ANNA").unwrap().as_ref(), Some(&anna));
    assert_eq!(fresh.store.agents().unwrap(), [anna.clone(), bert]);

    let twice = fresh.store.transaction(|tx| {
        tx.save_agent(&Agent { id: tx.next_agent()?, name: "anna".to_owned(), ..anna.clone() })
    });
    assert!(matches!(twice.unwrap_err().fault, Fault::Conflict { .. }));

    let later = Timestamp(NOON.0 + 60);
    let gone = fresh.does(|tx| tx.disable_agent(anna.id, later)).unwrap();
    assert!(!gone.active && gone.tokens_since == later);
    assert_eq!(fresh.store.agent(anna.id).unwrap(), Some(gone));
    assert_eq!(fresh.does(|tx| tx.disable_agent(AgentId(9), later)), None);
}

fn note(mailbox: &str) -> Note {
    Note::Quarantined { mailbox: mailbox.to_owned() }
}

#[test]
fn the_postmaster_reads_each_line_once_with_its_count() {
    let mut fresh = fresh();
    fresh.does(|tx| {
        for mailbox in ["one", "two", "two"] {
            tx.add_postmaster_line(NOON, &note(mailbox))?;
        }
        Ok(())
    });
    let lines = fresh.store.unshown_postmaster_lines(9).unwrap();
    let counted: Vec<(Note, u64)> = lines.into_iter().map(|l| (l.note, l.count)).collect();
    assert_eq!(counted, [(note("one"), 1), (note("two"), 2)]);
    let kinds = fresh.store.unshown_postmaster_kinds().unwrap();
    assert_eq!(kinds.iter().map(|k| (k.lines, k.count)).collect::<Vec<_>>(), [(2, 3)]);
    fresh.does(|tx| tx.postmaster_lines_shown(NOON));
    assert_eq!(fresh.store.unshown_postmaster_lines(9).unwrap(), []);
    fresh.does(|tx| tx.add_postmaster_line(NOON, &note("two")));
    assert_eq!(fresh.store.unshown_postmaster_lines(9).unwrap()[0].count, 1, "it counts anew");
}

#[test]
fn an_address_is_branded_until_it_is_heard_of_again() {
    let mut fresh = fresh();
    fresh.does(|tx| {
        tx.brand("jo@example.net", "5.1.1", NOON)
            .and_then(|()| tx.brand("jo@example.net", "", NOON))
    });
    assert!(fresh.store.is_branded("jo@example.net").unwrap());
    fresh.does(|tx| tx.unbrand("jo@example.net"));
    assert!(!fresh.store.is_branded("jo@example.net").unwrap());
}

#[test]
fn a_mailbox_has_one_first_contact() {
    let mut fresh = fresh();
    let (before, later) = (Timestamp(NOON.0 - 60), Timestamp(NOON.0 + 60));
    fresh.does(|tx| tx.mailbox_failed("antrag", NOON, "connection refused"));
    let never_reached = fresh.store.mailbox("antrag").unwrap().unwrap();
    assert_eq!(never_reached.first_contact_at, None);
    assert_eq!(never_reached.last_error, Some(("connection refused".to_owned(), NOON)));

    fresh.does(|tx| {
        tx.first_contact("antrag", NOON, Some(before))?;
        tx.first_contact("antrag", later, None)?;
        tx.set_left_count("antrag", 12)?;
        tx.mailbox_ok("antrag", later)
    });
    let mailbox = Mailbox {
        name: "antrag".to_owned(),
        first_contact_at: Some(NOON),
        left_before: Some(before),
        left_count: 12,
        last_ok_at: Some(later),
        last_error: None,
    };
    assert_eq!(fresh.store.mailboxes().unwrap(), [mailbox]);
    assert_eq!(fresh.store.mailbox("support").unwrap(), None);
}

#[test]
fn the_time_of_the_last_commit_never_goes_back() {
    let mut fresh = fresh();
    assert_eq!(fresh.store.high_water().unwrap(), None);
    fresh.does(|tx| tx.advance_time(NOON).and_then(|()| tx.advance_time(Timestamp(1))));
    assert_eq!(fresh.restarted().store.high_water().unwrap(), Some(NOON));
}

#[test]
fn a_daemon_that_stopped_in_good_order_leaves_no_process_number() {
    let mut fresh = fresh();
    assert_eq!(fresh.store.daemon_life().unwrap(), DaemonLife::default());
    let later = Timestamp(NOON.0 + 9);
    fresh.does(|tx| tx.daemon_started(4711, NOON).and_then(|()| tx.daemon_turned(later)));
    let life = DaemonLife { pid: Some(4711), started_at: Some(NOON), last_turn_at: Some(later) };
    assert_eq!(fresh.store.daemon_life().unwrap(), life);
    fresh.does(|tx| tx.daemon_stopped());
    assert_eq!(fresh.store.daemon_life().unwrap(), DaemonLife { pid: None, ..life });
}
