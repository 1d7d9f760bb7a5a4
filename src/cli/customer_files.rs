//! An export as files: a text to read, JSON Lines, and the person's mails. Nobody but who made them can read them.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::print::{Ended, facts, json_line, text_of};
use super::times::Clock;
use super::{Failure, Status};
use crate::config::Config;
use crate::desk::event::MessageRef;
use crate::mail::Address;
use crate::office::erase::Belongings;
use crate::office::export::{ApplicationFacts, Record, TicketFacts, export};
use crate::store::Reader;

/// Where an export goes unless somebody says otherwise. An address may hold what a path must not.
#[must_use]
pub fn folder_for(address: &Address) -> PathBuf {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "@.-_+".contains(c) { c } else { '_' };
    let name: String = address.as_str().chars().map(plain).collect();
    PathBuf::from(format!("export-{name}"))
}

/// Writes all of it; how many mails there are.
///
/// # Errors
/// Where the folder holds something already, or cannot be written.
pub fn write(
    folder: &Path,
    reader: &Reader,
    config: &Config,
    theirs: &Belongings,
) -> Result<usize, Failure> {
    make_folder(folder)?;
    let mails_folder = folder.join("mails");
    make_folder(&mails_folder)?;
    let clock = Clock::of(config);
    let mut about = create(&folder.join("about.txt"))?;
    let mut data = create(&folder.join("data.jsonl"))?;
    let mut mails = 0_usize;
    let written = (|| -> Result<(), Ended> {
        writeln!(
            about,
            "What {} has stored about {}, as of {}.\n\
             What other people wrote is not in it. The same stands in data.jsonl, for programs.",
            config.site.name,
            theirs.address,
            clock.at(clock.now)
        )?;
        export(reader, config, theirs, |record, message| {
            let record = match (record, message) {
                (Record::Mail { ticket, mailbox, received_at, .. }, Some(message)) => {
                    mails += 1;
                    let file = format!("mails/{mails:04}.eml");
                    raw_mail(&folder.join(&file), reader, message)?;
                    Record::Mail { file, ticket, mailbox, received_at }
                }
                (record, _) => record,
            };
            write!(about, "\n{}", text_of_record(&record))?;
            json_line(&mut data, &record)
        })?;
        about.flush()?;
        data.flush()?;
        Ok(())
    })();
    match written {
        Ok(()) => Ok(mails),
        Err(Ended::Failed(failure)) => Err(failure),
        Err(Ended::Enough) => Err(Failure::new(Status::Io, "the export could not be written")),
    }
}

fn raw_mail(path: &Path, reader: &Reader, message: MessageRef) -> Result<(), Ended> {
    let raw = reader.raw(message)?.unwrap_or_default();
    let mut file = create(path)?;
    file.write_all(&raw)?;
    Ok(file.flush()?)
}

/// A record as a person reads it.
fn text_of_record(record: &Record) -> String {
    match record {
        Record::Ticket(ticket) => {
            format!("Ticket {}\n{}", ticket.number, facts(&ticket_facts(ticket)))
        }
        Record::Article { ticket, at, by, automatic, subject, text, attachments } => {
            let on = ticket.as_ref().map(|number| format!(" on ticket {number}"));
            let who = match (*by, automatic) {
                ("you", true) => "An automatic mail of yours",
                ("you", false) => "You wrote",
                _ => "We wrote",
            };
            let head = [("subject", subject.clone()), ("files", attachments.join(", "))];
            let there: Vec<_> = head.into_iter().filter(|(_, value)| !value.is_empty()).collect();
            format!("{who}{}, {at}\n{}\n{}\n", on.unwrap_or_default(), facts(&there), text_of(text))
        }
        Record::History { ticket, at, by, what, detail } => {
            let detail = detail.as_ref().map(|detail| format!(" ({detail})"));
            let what = what.replace('_', " ");
            format!("Ticket {ticket}, {at}, by {by}: {what}{}\n", detail.unwrap_or_default())
        }
        Record::Account { login, email, name, status, created_at, updated_at } => format!(
            "Account {login}\n{}",
            facts(&[
                ("status", (*status).to_owned()),
                ("name", name.clone()),
                ("email", email.clone()),
                ("made", created_at.clone()),
                ("last change", updated_at.clone()),
                ("password", "only a hash of it is kept, which is not given to anybody".to_owned()),
            ])
        ),
        Record::Letter { event, ticket, at, waits } => {
            let on = ticket.as_ref().map(|number| format!(" on ticket {number}"));
            let waits = if *waits { ", not sent yet" } else { "" };
            format!("A letter to you, {at}: {event}{}{waits}\n", on.unwrap_or_default())
        }
        Record::Mail { file, ticket, mailbox, received_at } => {
            let on = ticket.as_ref().map(|number| format!(" on ticket {number}"));
            format!(
                "A mail of yours as it came to {mailbox}, {received_at}{}: {file}\n",
                on.unwrap_or_default()
            )
        }
        Record::Remembered { what, times } => format!("Kept for a time: {what} ({times})\n"),
    }
}

fn ticket_facts(ticket: &TicketFacts) -> Vec<(&'static str, String)> {
    let mut lines = vec![
        ("queue", ticket.queue.clone()),
        ("state", ticket.state.to_owned()),
        ("made", ticket.created_at.clone()),
        ("last change", ticket.updated_at.clone()),
        ("language", ticket.language.to_owned()),
        ("subject", ticket.subject.clone()),
        ("your name", ticket.name.clone().unwrap_or_default()),
    ];
    if let Some(ApplicationFacts { step, name, email, login, reason, received_at, withdrawn_at }) =
        &ticket.application
    {
        let given = |value: &Option<String>| value.clone().unwrap_or_default();
        lines.extend([
            ("application", (*step).to_owned()),
            ("received", received_at.clone()),
            ("withdrawn", given(withdrawn_at)),
            ("name", given(name)),
            ("email", given(email)),
            ("login", given(login)),
            ("reason", given(reason)),
        ]);
    }
    lines
}

/// A folder for its owner alone, made where it is not there; one that holds something is refused.
fn make_folder(folder: &Path) -> Result<(), Failure> {
    match DirBuilder::new().mode(0o700).create(folder) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let is_empty = fs::read_dir(folder).map(|mut files| files.next().is_none());
            match is_empty {
                Ok(true) => Ok(()),
                Ok(false) => {
                    let what = format!("{} holds something already", folder.display());
                    Err(Failure::new(Status::CannotCreate, what)
                        .with_remedy("name a new folder: --to DIR"))
                }
                Err(error) => Err(cannot(folder, &error)),
            }
        }
        Err(error) => Err(cannot(folder, &error)),
    }
}

/// A new file for its owner alone.
fn create(path: &Path) -> Result<BufWriter<File>, Failure> {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    file.map(BufWriter::new).map_err(|error| cannot(path, &error))
}

fn cannot(path: &Path, error: &io::Error) -> Failure {
    Failure::new(Status::CannotCreate, format!("{} cannot be made: {error}", path.display()))
}
