//! Every line we log, one function each. One reading shows that no text, subject, token or password is ever logged.
//!
//! A line is a fixed verb and fields of fixed names. `error` wakes the admin, `warn` waits till morning, `info` is the books.
//! Every room may log, so this one knows none of them: it is given words and numbers.

use std::fmt::Display;
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Mutex;

use tracing::Level;
use tracing_subscriber::filter::{EnvFilter, LevelFilter, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

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

/// Personal data, because somebody wished it or its time was over; never whose.
pub fn erased(why: &'static str, tickets: u64, mails: u64, accounts: u64) {
    tracing::info!(why, tickets, mails, accounts, "personal data erased");
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
    let heard = filter_fn(|event| is_heard(event.target(), *event.level()));
    let set = match json {
        true => lines.json().finish().with(heard).try_init(),
        false => lines.with_ansi(false).finish().with(heard).try_init(),
    };
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
    let heard = filter_fn(|event| is_heard(event.target(), *event.level()));
    // As above.
    drop(lines.finish().with(heard).try_init());
    Ok(())
}

fn wanted() -> EnvFilter {
    EnvFilter::builder().with_default_directive(LevelFilter::INFO.into()).from_env_lossy()
}

/// Libraries that see no mail and no password.
const HARMLESS: &[&str] =
    &["rustls", "tokio_rustls", "hickory_resolver", "hickory_net", "hickory_proto"];

/// Libraries write what they work on at their lower levels, commands with passwords, octets of mails, values of templates: of those
/// that could, only warnings are heard, whatever somebody asks for with `RUST_LOG`.
fn is_heard(target: &str, level: Level) -> bool {
    let package = target.split("::").next().unwrap_or_default();
    package != "async_imap"
        && (package == "postamt" || HARMLESS.contains(&package) || level <= Level::WARN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_libraries_that_see_mail_only_warnings_are_heard() {
        for (target, level, heard) in [
            ("postamt::log", Level::TRACE, true),
            ("postamt", Level::DEBUG, true),
            ("postamt_other::x", Level::INFO, false),
            ("hickory_resolver::name_server", Level::DEBUG, true),
            ("rustls::client::hs", Level::TRACE, true),
            ("html5ever::tokenizer", Level::DEBUG, false),
            ("handlebars::render", Level::INFO, false),
            ("lettre::transport", Level::TRACE, false),
            ("lettre::transport", Level::WARN, true),
            ("async_imap::imap_stream", Level::ERROR, false),
            ("log", Level::TRACE, false),
        ] {
            assert_eq!(is_heard(target, level), heard, "{target} {level}");
        }
    }
}
