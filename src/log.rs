//! Every line we log, one function each. One reading shows that no text, subject, token or password is ever logged.
//!
//! A line is a fixed verb and fields of fixed names. `error` wakes the admin, `warn` waits till morning, `info` is the books.
//! Every room may log, so this one knows none of them: it is given words and numbers.

use std::fmt::Display;
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Mutex;

use tracing_subscriber::filter::{EnvFilter, LevelFilter};

use crate::desk::Number;
use crate::desk::deadline::Deadline;

pub fn started(version: &str, mailboxes: usize) {
    tracing::info!(version, mailboxes, "started");
}

pub fn stopping() {
    tracing::info!("stopping");
}

/// `uid` names the mail within its mailbox; `outcome` is what becomes of it there.
pub fn taken_in(mailbox: &str, uid: &str, outcome: &'static str) {
    tracing::info!(mailbox, uid = %uid, outcome, "taken in");
}

pub fn mail_not_handled(mailbox: &str, uid: &str, error: &impl Display) {
    tracing::error!(mailbox, uid = %uid, %error, "mail not handled, quarantined");
}

/// `number` is that in `postamt held list`; `over` the limit that held it.
pub fn held(number: i64, queue: &str, over: &'static str) {
    tracing::info!(number, queue, over, "held");
}

pub fn batch_failed(mailbox: &str, error: &impl Display) {
    tracing::error!(mailbox, %error, "batch not taken in, tried again");
}

pub fn mailbox_unreachable(mailbox: &str, error: &impl Display, again_in_seconds: i64) {
    tracing::warn!(mailbox, %error, again_in_seconds, "mailbox unreachable");
}

/// No answer in time: what it would have proven is not proven.
pub fn dns_silent() {
    tracing::warn!("the DNS did not answer in time; agents' mails are taken as not proven by it");
}

pub fn no_resolver(error: &impl Display) {
    tracing::warn!(%error, "no resolver for the DNS, so nothing is proven by it; see `resolver` in [security]");
}

pub fn mailbox_reached(mailbox: &str, left_behind: usize) {
    tracing::info!(mailbox, left_behind, "mailbox reached");
}

/// A signed mail that its signature does not prove; `why` has no word of the mail.
pub fn signature_refused(agent: &str, why: &impl Display) {
    tracing::info!(agent, %why, "signature proves nothing");
}

pub fn deadline(ticket: Number, deadline: Deadline) {
    tracing::info!(%ticket, event = ?deadline, "due");
}

pub fn accepted(outgoing: u32) {
    tracing::info!(outgoing, outcome = "accepted", "handed over");
}

/// `answer` is what the other server said, on one line.
pub fn refused_for_now(outgoing: u32, answer: &str) {
    tracing::warn!(outgoing, outcome = "refused for now", answer, "handed over");
}

pub fn refused(outgoing: u32, code: &str, status: &str, answer: &str) {
    tracing::warn!(outgoing, outcome = "refused", code, status, answer, "handed over");
}

pub fn unreachable(outgoing: u32, error: &str) {
    tracing::warn!(outgoing, outcome = "unreachable", error, "not handed over");
}

pub fn ticket_failed(ticket: u32, event: &'static str, error: &impl Display) {
    tracing::error!(ticket, event, %error, "not done");
}

pub fn outgoing_failed(outgoing: u32, error: &impl Display) {
    tracing::error!(outgoing, %error, "noted, but nothing followed from it");
}

/// Where a mail to the postmaster would only bring the next one about.
pub fn not_told(what: &str) {
    tracing::warn!(what, "from the postmaster's own mailbox, or mail to it");
}

/// Because its time was over; never whose.
pub fn erased(tickets: u64, mails: u64) {
    tracing::info!(tickets, mails, "personal data erased");
}

/// The command line has erased something.
pub fn erasure_noticed(tickets: u64, mails: u64, accounts: u64) {
    tracing::info!(tickets, mails, accounts, "personal data were erased by the command line");
}

pub fn loop_ended(what: &str) {
    tracing::warn!(what, "a loop was ended");
}

pub fn outbox_waits(again_in_seconds: i64) {
    tracing::warn!(again_in_seconds, "outbox waits for the server");
}

pub fn turn_failed(what: &'static str, error: &impl Display) {
    tracing::error!(what, %error, "turn failed, tried again");
}

/// Sends log lines to standard error; `RUST_LOG` chooses among them.
pub fn to_standard_error(json: bool) {
    let lines = tracing_subscriber::fmt()
        .with_env_filter(wanted())
        .with_writer(std::io::stderr)
        .with_target(false);
    let set = if json { lines.json().try_init() } else { lines.with_ansi(false).try_init() };
    // A second start in one process (tests) keeps the first one's lines.
    drop(set);
}

/// Sends log lines to a new file.
///
/// # Errors
/// Where it cannot be made.
pub fn to_file(path: &Path) -> io::Result<()> {
    let file = File::create_new(path)?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(wanted())
        .with_writer(Mutex::new(file))
        .with_target(false)
        .with_ansi(false);
    // As above.
    drop(lines.try_init());
    Ok(())
}

/// `async_imap` writes commands with passwords, and mail, at its `trace` level: it is silent whatever somebody asks for.
fn wanted() -> EnvFilter {
    let wanted =
        EnvFilter::builder().with_default_directive(LevelFilter::INFO.into()).from_env_lossy();
    "async_imap=off".parse().map_or(wanted.clone(), |silent| wanted.add_directive(silent))
}
