//! `postamt quarantine list|retry`: mails that could not be handled. A running daemon handles anew what is retried.

use std::path::Path;

use serde::Serialize;

use super::print::{self, Row};
use super::times::{Clock, Moment};
use super::{Failure, Status, open_reader, open_store, say};
use crate::desk::event::MessageRef;
use crate::store::{Quarantined, StoreError};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// What lies there, the oldest first, and why
    List(List),
    /// Have mails handled anew, after what was in their way is gone
    Retry(Retry),
}

#[derive(Debug, clap::Args)]
pub struct List {
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
pub struct Retry {
    /// Numbers from `postamt quarantine list`
    #[arg(value_name = "ID", required_unless_present = "all")]
    ids: Vec<i64>,
    /// All that lie there
    #[arg(long, conflicts_with = "ids")]
    all: bool,
}

pub fn run(command: &Command, config: &Path) -> Result<(), Failure> {
    match command {
        Command::List(args) => list(args, config),
        Command::Retry(args) => retry(args, config),
    }
}

fn list(args: &List, config: &Path) -> Result<(), Failure> {
    let (config, reader) = open_reader(config)?;
    print::listing(args.json, &Clock::of(&config), |show| {
        reader.each_quarantined(|mail| show(QuarantinedLine::of(mail)))
    })
}

fn retry(args: &Retry, config: &Path) -> Result<(), Failure> {
    let (_, mut store) = open_store(config)?;
    let mut ids = args.ids.clone();
    if args.all {
        store.each_quarantined(|mail| {
            ids.push(mail.message.0);
            Ok::<_, StoreError>(())
        })?;
    }
    let (mut marked, mut failures) = (0_usize, Vec::new());
    for id in ids {
        match store.transaction(|tx| tx.retry_quarantined(MessageRef(id)))? {
            true => marked += 1,
            false => failures.push(
                Failure::new(Status::NoInput, format!("mail {id} is not in quarantine"))
                    .with_remedy("see `postamt quarantine list`"),
            ),
        }
    }
    say(&format!(
        "Mails to be handled anew: {marked}. The daemon does it within a second if it is running.\n"
    ))?;
    Failure::all(failures).map_or(Ok(()), Err)
}

/// A quarantined mail as `--json` prints it.
#[derive(Debug, Serialize)]
struct QuarantinedLine {
    id: i64,
    mailbox: String,
    /// Empty where there is no usable address.
    from: String,
    taken_at: Moment,
    size_octets: u64,
    reason: String,
    /// It waits to be handled anew.
    retry: bool,
}

impl QuarantinedLine {
    fn of(mail: Quarantined) -> Self {
        Self {
            id: mail.message.0,
            mailbox: mail.mailbox,
            from: mail.from_key.unwrap_or_default(),
            taken_at: Moment(mail.taken_at),
            size_octets: mail.size_octets,
            reason: mail.reason,
            retry: mail.retry,
        }
    }
}

impl Row for QuarantinedLine {
    const HEAD: &'static [&'static str] = &["ID", "MAILBOX", "TAKEN IN", "OCTETS", "FROM", "WHY"];
    const NONE: &'static str = "The quarantine is empty.";

    fn cells(&self, clock: &Clock) -> Vec<String> {
        let waits = if self.retry { "to be handled anew; " } else { "" };
        vec![
            self.id.to_string(),
            self.mailbox.clone(),
            clock.away(self.taken_at.0),
            self.size_octets.to_string(),
            self.from.clone(),
            format!("{waits}{}", self.reason),
        ]
    }
}
