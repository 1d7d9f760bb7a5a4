//! `postamt held list|show|release|drop`: mails over a limit. A running daemon handles what is released within a second.

use std::path::Path;

use serde::Serialize;

use super::print::{self, Row, facts, text_of};
use super::times::{Clock, Moment};
use super::{Failure, Status, open_reader, open_store, say};
use crate::desk::event::MessageRef;
use crate::desk::note::Over;
use crate::mail::one_line::one_line;
use crate::mail::{Limits, parse};
use crate::office;
use crate::store::{HeldMail, HeldState, Store, StoreError};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// What is held, the oldest first, and why
    List(List),
    /// One of them: who wrote it, and what it says
    Show(Show),
    /// Let mails in: they are handled as if they had just come, without the limits
    Release(Which),
    /// Let nothing come of them; they stay stored
    Drop(Which),
}

#[derive(Debug, clap::Args)]
pub struct List {
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
pub struct Show {
    /// A number from `postamt held list`
    #[arg(value_name = "ID")]
    id: i64,
}

#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub struct Which {
    /// Numbers from `postamt held list`
    #[arg(value_name = "ID")]
    ids: Vec<i64>,
    /// All that this address is held for
    #[arg(long, value_name = "ADDRESS")]
    from: Option<String>,
    /// All that are held
    #[arg(long)]
    all: bool,
}

pub fn run(command: &Command, config: &Path) -> Result<(), Failure> {
    match command {
        Command::List(args) => list(args, config),
        Command::Show(args) => show(args, config),
        Command::Release(which) => {
            let done = "let in; the daemon handles them within a second if it is running";
            settle(which, config, HeldState::Release, done)
        }
        Command::Drop(which) => settle(which, config, HeldState::Dropped, "dropped"),
    }
}

fn list(args: &List, config: &Path) -> Result<(), Failure> {
    let (config, reader) = open_reader(config)?;
    print::listing(args.json, &Clock::of(&config), |show| {
        reader.each_held(|mail| show(HeldLine::of(mail)))
    })
}

fn show(args: &Show, config: &Path) -> Result<(), Failure> {
    let (config, reader) = open_reader(config)?;
    let clock = Clock::of(&config);
    let message = MessageRef(args.id);
    let Some(held) = reader.held(message)? else { return Err(not_held(args.id, None)) };
    let limits: Limits = office::limits(&config);
    let raw = reader.raw(message)?.unwrap_or_default();
    let mail = parse(&raw, &limits).map_err(|over| Failure::new(Status::Data, over.to_string()))?;
    let from: Vec<String> = mail.from.iter().map(|from| from.address.to_string()).collect();
    let files: Vec<&str> = mail.attachments.iter().map(|file| file.name.as_str()).collect();
    let queue = if held.queue.is_empty() { "none: the postmaster's" } else { &held.queue };
    let about = [
        ("from", one_line(&from.join(", "))),
        ("subject", one_line(&mail.subject)),
        ("queue", queue.to_owned()),
        ("why", why(held.why, held.address.as_str())),
        ("state", held.state.word().to_owned()),
        ("since", clock.at_and_away(held.at)),
        ("files", one_line(&files.join(", "))),
    ];
    say(&format!("Held mail {}\n\n{}\n{}", args.id, facts(&about), text_of(&mail.text)))
}

/// Moves what is held; what is not is said, and keeps nothing else back.
fn settle(which: &Which, config: &Path, to: HeldState, done: &str) -> Result<(), Failure> {
    let (_, mut store) = open_store(config)?;
    let ids = chosen(which, &store)?;
    let failures = store.transaction(|tx| {
        let mut failures = Vec::new();
        for id in &ids {
            let message = MessageRef(*id);
            if !tx.move_held(message, HeldState::Held, to)? {
                failures.push(not_held(*id, tx.held(message)?.as_ref()));
            }
        }
        Ok::<_, StoreError>(failures)
    })?;
    let moved = ids.len().saturating_sub(failures.len());
    say(&format!("Held mails {done}: {moved}.\n"))?;
    Failure::all(failures).map_or(Ok(()), Err)
}

fn chosen(which: &Which, store: &Store) -> Result<Vec<i64>, StoreError> {
    let mut ids = which.ids.clone();
    if which.all || which.from.is_some() {
        store.each_held(|mail| {
            let wanted = which.from.as_ref();
            if wanted.is_none_or(|from| mail.address.key() == from.to_ascii_lowercase()) {
                ids.push(mail.message.0);
            }
            Ok::<_, StoreError>(())
        })?;
    }
    Ok(ids)
}

fn not_held(id: i64, held: Option<&HeldMail>) -> Failure {
    let failure = match held {
        None => Failure::new(Status::NoInput, format!("mail {id} is not held")),
        Some(held) => Failure::new(
            Status::Data,
            match held.state {
                HeldState::Held => format!("mail {id} is held"),
                HeldState::Release | HeldState::Released => format!("mail {id} was let in already"),
                HeldState::Dropped => format!("mail {id} was dropped"),
            },
        ),
    };
    failure.with_remedy("see `postamt held list`")
}

/// Why a mail is held, for whoever can change the limits.
fn why(over: Over, address: &str) -> String {
    match over {
        Over::Sender => format!("new_per_sender: new tickets of {address}"),
        Over::Domain => format!("new_per_domain: new tickets of the domain of {address}"),
        Over::Total => "new_total: new tickets of all".to_owned(),
        Over::Ticket => "follow_ups_per_ticket".to_owned(),
        Over::Spam => format!("an agent called mail of {address} spam"),
        Over::Postmaster => {
            "notifications_per_hour: mails to be passed on to the postmaster".to_owned()
        }
        Over::Agent => format!("too many mails in the name of the agent at {address}"),
    }
}

/// A held mail as `--json` prints it.
#[derive(Debug, Serialize)]
struct HeldLine {
    id: i64,
    held_at: Moment,
    /// Empty: it would be passed on to the postmaster.
    queue: String,
    /// Whom the limit counts.
    address: String,
    subject: String,
    /// `sender`, `domain`, `total`, `ticket`, `spam`, `postmaster`
    why: &'static str,
}

impl HeldLine {
    fn of(mail: HeldMail) -> Self {
        Self {
            id: mail.message.0,
            held_at: Moment(mail.at),
            queue: mail.queue,
            address: mail.address.to_string(),
            subject: mail.subject,
            why: mail.why.word(),
        }
    }
}

impl Row for HeldLine {
    const HEAD: &'static [&'static str] = &["ID", "HELD", "QUEUE", "OVER", "ADDRESS", "SUBJECT"];
    const NONE: &'static str = "Nothing is held.";

    fn cells(&self, clock: &Clock) -> Vec<String> {
        vec![
            self.id.to_string(),
            clock.away(self.held_at.0),
            self.queue.clone(),
            self.why.to_owned(),
            self.address.clone(),
            self.subject.clone(),
        ]
    }
}
