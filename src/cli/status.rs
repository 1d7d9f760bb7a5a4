//! `postamt status`: how things stand, from the store alone. Decides what counts as wrong; how it looks to a person is in `status_page`.

use std::fs;
use std::path::Path;

use serde::Serialize;

use super::print::{json_line, to_stdout};
use super::times::{Clock, Moment, length};
use super::{Failure, Status as Exit, open_reader, say, status_page};
use crate::config::Config;
use crate::mail::{Span, Timestamp};
use crate::store::{OutgoingState, Reader, StoreError};

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit status 0 where everything works, and 69 where something does not: the daemon does not run, a mailbox cannot be read, \
        the outbox does not move, deadlines are not kept. Single mails that were refused, held or quarantined are shown, and do not count."
)]
pub struct Args {
    /// As one JSON object
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args, config: &Path) -> Result<(), Failure> {
    let (config, reader) = open_reader(config)?;
    let clock = Clock::of(&config);
    let status = Status::read(&config, &reader, &clock, is_alive)?;
    if args.json {
        to_stdout(|out| json_line(out, &status))?;
    } else {
        say(&status_page::page(&status, &clock))?;
    }
    // What is wrong has been said already.
    if status.wrong.is_empty() { Ok(()) } else { Err(Failure::new(Exit::Unavailable, "")) }
}

/// What is due and not done for so long is not being done.
const LATE: Span = Span::minutes(5);
/// A daemon that has not turned for so long hangs.
const SILENT: Span = Span::minutes(10);
/// Errors of single mails that are shown.
const ERRORS: u32 = 5;

/// As `--json` prints it.
#[derive(Debug, Serialize)]
pub struct Status {
    /// In words, for a person; empty where all works.
    pub wrong: Vec<String>,
    pub daemon: Daemon,
    /// Those of the configuration, in its order.
    pub mailboxes: Vec<Mailbox>,
    pub outbox: Outbox,
    pub tickets: Tickets,
    pub deadlines: Deadlines,
    pub quarantine: usize,
    /// Mails over a limit, which wait to be let in.
    pub held: u64,
    /// Lines that wait for the postmaster's digest.
    pub digest_lines: u64,
    /// Of mails in the outbox and orders to the account provider, the latest first.
    pub last_errors: Vec<LastError>,
}

#[derive(Debug, Serialize)]
pub struct Daemon {
    pub running: bool,
    /// Null: it was stopped in good order, or never ran.
    pub pid: Option<u32>,
    pub started_at: Option<Moment>,
    pub last_turn_at: Option<Moment>,
}

#[derive(Debug, Serialize)]
pub struct Mailbox {
    pub name: String,
    /// Null: never reached.
    pub first_contact_at: Option<Moment>,
    pub last_ok_at: Option<Moment>,
    /// What is wrong with it now.
    pub error: Option<String>,
    pub error_at: Option<Moment>,
    /// Mails older than its `backlog`, left where they are.
    pub left_behind: u64,
}

#[derive(Debug, Serialize)]
pub struct Outbox {
    pub queued: u32,
    /// Given up.
    pub failed: u32,
    /// When the oldest that waits was written.
    pub oldest: Option<Moment>,
    /// For how long the longest due has been due.
    pub lag_seconds: i64,
}

/// The open ones.
#[derive(Debug, Serialize)]
pub struct Tickets {
    pub open: u32,
    pub free: u32,
    pub escalated: u32,
}

#[derive(Debug, Serialize)]
pub struct Deadlines {
    pub next_due: Option<Moment>,
    pub lag_seconds: i64,
}

#[derive(Debug, Serialize)]
pub struct LastError {
    /// `mail 12 to jo@example.net`, `account jo`
    pub what: String,
    pub error: String,
}

impl Status {
    fn read(
        config: &Config,
        reader: &Reader,
        clock: &Clock,
        is_alive: fn(u32) -> bool,
    ) -> Result<Self, StoreError> {
        let mut quarantine = 0;
        reader.each_quarantined(|_| {
            quarantine += 1;
            Ok::<_, StoreError>(())
        })?;
        let tickets = reader.ticket_figures()?;
        let mut status = Self {
            wrong: Vec::new(),
            daemon: daemon(reader, is_alive)?,
            mailboxes: mailboxes(config, reader)?,
            outbox: outbox(reader, clock.now)?,
            tickets: Tickets {
                open: tickets.open,
                free: tickets.free,
                escalated: tickets.escalated,
            },
            deadlines: deadlines(reader, clock.now)?,
            quarantine,
            held: reader.held_count()?,
            digest_lines: reader.unshown_postmaster_kinds()?.iter().map(|kind| kind.lines).sum(),
            last_errors: last_errors(reader)?,
        };
        status.wrong = status.wrong(config, clock.now);
        Ok(status)
    }

    fn wrong(&self, config: &Config, now: Timestamp) -> Vec<String> {
        let mut wrong = Vec::new();
        let silent =
            self.daemon.last_turn_at.map(|at| now.since(at.0)).filter(|span| *span >= SILENT);
        match (self.daemon.running, self.daemon.pid, silent) {
            (true, _, None) => {}
            (true, _, Some(span)) => wrong.push(format!("the daemon has done nothing for {}: see its log", length(span.0))),
            (false, None, _) => wrong.push("the daemon does not run: `systemctl start postamt`, or `postamt run`".to_owned()),
            (false, Some(pid), _) => wrong.push(format!(
                "the daemon (process {pid}) is gone without having been stopped: see its log, then `systemctl start postamt`"
            )),
        }
        for mailbox in &self.mailboxes {
            let poll = config.mailbox(&mailbox.name).map_or(Span(0), |known| known.poll);
            let unread = mailbox.last_ok_at.map(|at| now.since(at.0));
            match (&mailbox.error, unread) {
                (Some(error), _) => wrong.push(format!("mailbox {:?}: {error}", mailbox.name)),
                (None, Some(span))
                    if self.daemon.running
                        && span.0 >= poll.0.saturating_mul(2).saturating_add(LATE.0) =>
                {
                    wrong.push(format!(
                        "mailbox {:?} was not read for {}",
                        mailbox.name,
                        length(span.0)
                    ));
                }
                (None, _) => {}
            }
        }
        if self.outbox.lag_seconds >= LATE.0 {
            wrong.push(format!(
                "the outbox does not move: mail is due for {}",
                length(self.outbox.lag_seconds)
            ));
        }
        if self.deadlines.lag_seconds >= LATE.0 {
            wrong.push(format!(
                "deadlines are not kept: one is due for {}",
                length(self.deadlines.lag_seconds)
            ));
        }
        wrong
    }
}

fn daemon(reader: &Reader, is_alive: fn(u32) -> bool) -> Result<Daemon, StoreError> {
    let life = reader.daemon_life()?;
    Ok(Daemon {
        running: life.pid.is_some_and(is_alive),
        pid: life.pid,
        started_at: life.started_at.map(Moment),
        last_turn_at: life.last_turn_at.map(Moment),
    })
}

/// Whether there is such a process, and it is one of ours: numbers are given again.
fn is_alive(pid: u32) -> bool {
    fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|name| name.starts_with("postamt"))
}

fn mailboxes(config: &Config, reader: &Reader) -> Result<Vec<Mailbox>, StoreError> {
    let known = |name: &String| {
        let mailbox = reader.mailbox(name)?;
        let (error, error_at) = mailbox.as_ref().and_then(|m| m.last_error.clone()).unzip();
        Ok(Mailbox {
            name: name.clone(),
            first_contact_at: mailbox.as_ref().and_then(|m| m.first_contact_at).map(Moment),
            last_ok_at: mailbox.as_ref().and_then(|m| m.last_ok_at).map(Moment),
            error,
            error_at: error_at.map(Moment),
            left_behind: mailbox.map_or(0, |m| m.left_count),
        })
    };
    config.mailboxes.iter().map(|mailbox| known(&mailbox.name)).collect()
}

fn outbox(reader: &Reader, now: Timestamp) -> Result<Outbox, StoreError> {
    let figures = reader.outbox_figures()?;
    Ok(Outbox {
        queued: figures.queued,
        failed: figures.failed,
        oldest: figures.oldest.map(Moment),
        lag_seconds: reader.next_outgoing_due()?.map_or(0, |due| now.since(due).0),
    })
}

fn deadlines(reader: &Reader, now: Timestamp) -> Result<Deadlines, StoreError> {
    let next = reader.next_due()?;
    Ok(Deadlines {
        next_due: next.map(Moment),
        lag_seconds: next.map_or(0, |due| now.since(due).0),
    })
}

fn last_errors(reader: &Reader) -> Result<Vec<LastError>, StoreError> {
    let mails = reader.unsent_with_error(ERRORS)?.into_iter().map(|row| LastError {
        what: format!(
            "mail {} to {}{}",
            row.mail.id.0,
            row.mail.recipient,
            if row.state == OutgoingState::Failed { ", given up" } else { "" }
        ),
        error: row.last_error.unwrap_or_default(),
    });
    let jobs =
        reader.due_account_jobs(Timestamp(i64::MAX), ERRORS)?.into_iter().filter_map(|job| {
            Some(LastError { what: format!("account {}", job.order.login), error: job.last_error? })
        });
    Ok(mails.chain(jobs).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Store, Tx};

    const NOW: Timestamp = Timestamp(1_795_435_200);
    const CONFIG: &str = "[site]\nname = \"X\"\npostmaster = \"p@example.org\"\n\
        [[mailbox]]\nname = \"antrag\"\nurl = \"maildir:in\"\nqueue = \"antrag\"\n\
        [[queue]]\nname = \"antrag\"\nkind = \"application\"\naddress = \"antrag@example.org\"\n";

    fn ago(seconds: i64) -> Timestamp {
        Timestamp(NOW.0 - seconds)
    }

    fn status(
        is_alive: fn(u32) -> bool,
        work: impl FnOnce(&Tx<'_>) -> Result<(), StoreError>,
    ) -> Status {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("postamt.db")).unwrap();
        store.transaction(work).unwrap();
        let config = Config::read(CONFIG, Path::new("postamt.toml"), folder.path()).unwrap();
        let clock = Clock { now: NOW, zone: chrono_tz::Europe::Berlin };
        Status::read(&config, &store, &clock, is_alive).unwrap()
    }

    fn runs(tx: &Tx<'_>) -> Result<(), StoreError> {
        tx.daemon_started(17, ago(7_200))?;
        tx.daemon_turned(ago(2))?;
        tx.first_contact("antrag", ago(7_200), None)?;
        tx.mailbox_ok("antrag", ago(12))
    }

    #[test]
    fn what_is_wrong_is_said_and_nothing_else() {
        type Work = fn(&Tx<'_>) -> Result<(), StoreError>;
        type Alive = fn(u32) -> bool;
        let table: &[(Alive, Work, &[&str])] = &[
            (|_| true, runs, &[]),
            (|_| true, |_| Ok(()), &["the daemon does not run"]),
            (|_| false, runs, &["the daemon (process 17) is gone"]),
            (
                |_| true,
                |tx| {
                    runs(tx)?;
                    tx.daemon_turned(ago(600))
                },
                &["the daemon has done nothing for 10 min"],
            ),
            (
                |_| true,
                |tx| {
                    runs(tx)?;
                    tx.mailbox_failed("antrag", ago(1), "refused")
                },
                &["mailbox \"antrag\": refused"],
            ),
            (
                |_| true,
                |tx| {
                    runs(tx)?;
                    tx.mailbox_ok("antrag", ago(540))
                },
                &["mailbox \"antrag\" was not read for 9 min"],
            ),
            (
                |_| true,
                |tx| {
                    runs(tx)?;
                    tx.mailbox_ok("antrag", ago(539))
                },
                &[],
            ),
        ];
        for (is_alive, work, expected) in table {
            let wrong = status(*is_alive, work).wrong;
            assert_eq!(wrong.len(), expected.len(), "{wrong:?}");
            assert!(
                wrong.iter().zip(*expected).all(|(said, start)| said.starts_with(start)),
                "{wrong:?}"
            );
        }
    }

    #[test]
    fn a_program_reads_it_as_one_object() {
        let json = serde_json::to_string(&status(|_| true, runs)).unwrap();
        insta::assert_snapshot!(json, @r#"{"wrong":[],"daemon":{"running":true,"pid":17,"started_at":"2026-11-23T10:00:00Z","last_turn_at":"2026-11-23T11:59:58Z"},"mailboxes":[{"name":"antrag","first_contact_at":"2026-11-23T10:00:00Z","last_ok_at":"2026-11-23T11:59:48Z","error":null,"error_at":null,"left_behind":0}],"outbox":{"queued":0,"failed":0,"oldest":null,"lag_seconds":0},"tickets":{"open":0,"free":0,"escalated":0},"deadlines":{"next_due":null,"lag_seconds":0},"quarantine":0,"held":0,"digest_lines":0,"last_errors":[]}"#);
    }

    #[test]
    fn a_person_reads_it_as_a_page() {
        let clock = Clock { now: NOW, zone: chrono_tz::Europe::Berlin };
        let good = status_page::page(&status(|_| true, runs), &clock);
        insta::assert_snapshot!(good, @r"
        Everything works.

          daemon      runs as process 17 since 2026-11-23 11:00 (2 h ago), last turn 2 s ago
          mailboxes   antrag  read 12 s ago
          outbox      empty
          tickets     0 open, 0 free, none escalated
          deadlines   none
          quarantine  empty
          held        nothing
          digest      no line for the postmaster
        ");
        let bad = status(
            |_| false,
            |tx| {
                runs(tx)?;
                tx.set_left_count("antrag", 1234)?;
                tx.mailbox_failed("antrag", ago(60), "log-in refused by mail.example.org")
            },
        );
        insta::assert_snapshot!(status_page::page(&bad, &clock), @r#"
        Something does not work:
          ! the daemon (process 17) is gone without having been stopped: see its log, then `systemctl start postamt`
          ! mailbox "antrag": log-in refused by mail.example.org

          daemon      does NOT run; last seen 2026-11-23 12:59 (2 s ago)
          mailboxes   antrag  read 12 s ago; FAILED 60 s ago: log-in refused by mail.example.org; older mails left where they are: 1234
          outbox      empty
          tickets     0 open, 0 free, none escalated
          deadlines   none
          quarantine  empty
          held        nothing
          digest      no line for the postmaster
        "#);
    }
}
