//! `postamt outbox list|retry|drop`: mails that wait or could not be sent. A running daemon notices a change within a second.

use std::path::Path;

use serde::Serialize;

use super::print::{self, Row};
use super::times::{Clock, Moment};
use super::{Failure, Status, open_reader, open_store, say};
use crate::store::{OutgoingId, OutgoingRow, OutgoingState, Reader, Store, StoreError};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// What waits or was given up, the oldest first
    List(List),
    /// Try mails now
    Retry(Retry),
    /// Take mails out: they are never sent
    Drop(Drop),
}

#[derive(Debug, clap::Args)]
pub struct List {
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
pub struct Retry {
    /// Numbers from `postamt outbox list`
    #[arg(value_name = "ID", required_unless_present = "all")]
    ids: Vec<u32>,
    /// All that wait or were given up
    #[arg(long, conflicts_with = "ids")]
    all: bool,
}

#[derive(Debug, clap::Args)]
pub struct Drop {
    /// Numbers from `postamt outbox list`
    #[arg(value_name = "ID", required = true)]
    ids: Vec<u32>,
}

pub fn run(command: &Command, config: &Path) -> Result<(), Failure> {
    match command {
        Command::List(args) => list(args, config),
        Command::Retry(args) if args.all => retry_all(config),
        Command::Retry(args) => retry(&args.ids, config),
        Command::Drop(args) => drop_mails(&args.ids, config),
    }
}

fn list(args: &List, config: &Path) -> Result<(), Failure> {
    let (config, reader) = open_reader(config)?;
    print::listing(args.json, &Clock::of(&config), |show| {
        reader.each_unsent(|row| show(OutgoingLine::of(row, &reader)?))
    })
}

fn retry_all(config: &Path) -> Result<(), Failure> {
    let (config, mut store) = open_store(config)?;
    let now = Clock::of(&config).now;
    let mut ids = Vec::new();
    store.each_unsent(|row| {
        ids.push(row.mail.id);
        Ok::<_, StoreError>(())
    })?;
    let tried = store.transaction(|tx| {
        ids.iter().try_fold(0_usize, |tried, id| {
            Ok::<_, StoreError>(tried + usize::from(tx.retry_outgoing(*id, now)?))
        })
    })?;
    let gone = match ids.len().saturating_sub(tried) {
        0 => String::new(),
        gone => format!(" Not: {gone}, whose content is gone because it held a secret."),
    };
    say(&format!("Mails to be tried now: {tried}.{gone}\n"))
}

fn retry(ids: &[u32], config: &Path) -> Result<(), Failure> {
    let (config, mut store) = open_store(config)?;
    let now = Clock::of(&config).now;
    each(ids, &mut store, "to be tried now", |store, id| {
        if store.transaction(|tx| tx.retry_outgoing(id, now))? {
            return Ok(());
        }
        Err(match store.outgoing_row(id)? {
            Some(row) if row.state == OutgoingState::Failed => Failure::new(
                Status::Data,
                format!(
                    "mail {} cannot be sent again: its content is gone, because it held a secret",
                    id.0
                ),
            )
            .with_remedy(format!(
                "see the ticket: a new letter is made there; then `postamt outbox drop {}`",
                id.0
            )),
            row => not_waiting(id, row.as_ref()),
        })
    })
}

fn drop_mails(ids: &[u32], config: &Path) -> Result<(), Failure> {
    let (_, mut store) = open_store(config)?;
    each(ids, &mut store, "dropped", |store, id| {
        match store.transaction(|tx| tx.drop_outgoing(id))? {
            true => Ok(()),
            false => Err(not_waiting(id, store.outgoing_row(id)?.as_ref())),
        }
    })
}

/// Does it to each; what went wrong with one keeps no other back.
fn each(
    ids: &[u32],
    store: &mut Store,
    done: &str,
    mut work: impl FnMut(&mut Store, OutgoingId) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut failures = Vec::new();
    for &id in ids {
        match work(store, OutgoingId(id)) {
            Ok(()) => say(&format!("Mail {id}: {done}.\n"))?,
            Err(failure) => failures.push(failure),
        }
    }
    Failure::all(failures).map_or(Ok(()), Err)
}

fn not_waiting(id: OutgoingId, row: Option<&OutgoingRow>) -> Failure {
    let failure = match row {
        None => Failure::new(Status::NoInput, format!("there is no mail {} in the outbox", id.0)),
        Some(row) => {
            Failure::new(Status::Data, format!("mail {} is {} already", id.0, row.state.word()))
        }
    };
    failure.with_remedy("see `postamt outbox list`")
}

/// A mail as `--json` prints it.
#[derive(Debug, Serialize)]
struct OutgoingLine {
    id: u32,
    state: &'static str,
    event: String,
    /// Its number.
    ticket: Option<String>,
    recipient: String,
    created_at: Moment,
    /// Null where it was given up.
    next_try_at: Option<Moment>,
    tries: u32,
    /// Empty: nothing went wrong yet.
    error: String,
}

impl OutgoingLine {
    fn of(row: OutgoingRow, reader: &Reader) -> Result<Self, StoreError> {
        let ticket = row.mail.ticket.map(|id| reader.ticket(id)).transpose()?.flatten();
        let waits = row.state == OutgoingState::Queued;
        Ok(Self {
            id: row.mail.id.0,
            state: row.state.word(),
            event: row.mail.event,
            ticket: ticket.map(|ticket| ticket.number.to_string()),
            recipient: row.mail.recipient.to_string(),
            created_at: Moment(row.mail.created_at),
            next_try_at: waits.then_some(Moment(row.next_try_at)),
            tries: row.tries,
            error: row.last_error.unwrap_or_default(),
        })
    }
}

impl Row for OutgoingLine {
    const HEAD: &'static [&'static str] =
        &["ID", "STATE", "TRIES", "WRITTEN", "NEXT TRY", "LETTER", "TICKET", "TO", "LAST ERROR"];
    const NONE: &'static str = "Nothing waits, and nothing was given up.";

    fn cells(&self, clock: &Clock) -> Vec<String> {
        let next_try =
            |at: Moment| if at.0 <= clock.now { "now".to_owned() } else { clock.away(at.0) };
        vec![
            self.id.to_string(),
            self.state.to_owned(),
            self.tries.to_string(),
            clock.away(self.created_at.0),
            self.next_try_at.map(next_try).unwrap_or_default(),
            self.event.clone(),
            self.ticket.clone().unwrap_or_default(),
            self.recipient.clone(),
            self.error.clone(),
        ]
    }
}
