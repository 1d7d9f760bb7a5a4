//! Every line we log, one function each. One reading shows that no text, subject, token or password is ever logged.
//!
//! A line is a fixed verb and fields of fixed names. `error` wakes the admin, `warn` waits till morning, `info` is the books.

use std::fmt::Display;

use crate::desk::deadline::Deadline;
use crate::desk::{Number, TicketId};
use crate::intake::{Disposal, SourceKey};
use crate::outbox::Outcome;
use crate::store::OutgoingId;

pub fn started(version: &str, mailboxes: usize) {
    tracing::info!(version, mailboxes, "started");
}

pub fn stopping() {
    tracing::info!("stopping");
}

pub fn taken_in(mailbox: &str, key: &SourceKey, disposal: Disposal) {
    tracing::info!(mailbox, uid = %key.within(), outcome = ?disposal, "taken in");
}

pub fn mail_not_handled(mailbox: &str, key: &SourceKey, error: &impl Display) {
    tracing::error!(mailbox, uid = %key.within(), %error, "mail not handled, quarantined");
}

pub fn batch_failed(mailbox: &str, error: &impl Display) {
    tracing::error!(mailbox, %error, "batch not taken in, tried again");
}

pub fn mailbox_unreachable(mailbox: &str, error: &impl Display, again_in_seconds: i64) {
    tracing::warn!(mailbox, %error, again_in_seconds, "mailbox unreachable");
}

pub fn mailbox_reached(mailbox: &str, left_behind: usize) {
    tracing::info!(mailbox, left_behind, "mailbox reached");
}

pub fn deadline(ticket: Number, deadline: Deadline) {
    tracing::info!(%ticket, event = ?deadline, "due");
}

pub fn handed_over(outgoing: OutgoingId, outcome: &Outcome) {
    match outcome {
        Outcome::Accepted => {
            tracing::info!(outgoing = outgoing.0, outcome = "accepted", "handed over")
        }
        Outcome::Temporary { text } => tracing::warn!(
            outgoing = outgoing.0,
            outcome = "refused for now",
            answer = text,
            "handed over"
        ),
        Outcome::Refused { code, status, text } => {
            tracing::warn!(
                outgoing = outgoing.0,
                outcome = "refused",
                code,
                status,
                answer = text,
                "handed over"
            );
        }
        Outcome::Unreachable { text } => tracing::warn!(
            outgoing = outgoing.0,
            outcome = "unreachable",
            error = text,
            "not handed over"
        ),
    }
}

pub fn ticket_failed(ticket: TicketId, event: &'static str, error: &impl Display) {
    tracing::error!(ticket = ticket.0, event, %error, "not done");
}

pub fn outgoing_failed(outgoing: OutgoingId, error: &impl Display) {
    tracing::error!(outgoing = outgoing.0, %error, "noted, but nothing followed from it");
}

pub fn outbox_waits(again_in_seconds: i64) {
    tracing::warn!(again_in_seconds, "outbox waits for the server");
}

pub fn turn_failed(what: &'static str, error: &impl Display) {
    tracing::error!(what, %error, "turn failed, tried again");
}

pub fn reload_failed(error: &impl Display) {
    tracing::error!(%error, "settings not reloaded, the old ones stay");
}

pub fn reloaded() {
    tracing::info!("settings reloaded");
}

/// Sends log lines to standard error; `RUST_LOG` chooses among them.
///
/// `async_imap` writes commands with passwords, and mail, at its `trace` level: it is silent whatever somebody asks for.
pub fn to_standard_error(json: bool) {
    use tracing_subscriber::filter::{EnvFilter, LevelFilter};
    let wanted =
        EnvFilter::builder().with_default_directive(LevelFilter::INFO.into()).from_env_lossy();
    let silent =
        "async_imap=off".parse().map_or(wanted.clone(), |silent| wanted.add_directive(silent));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(silent)
        .with_writer(std::io::stderr)
        .with_target(false);
    let set = if json { lines.json().try_init() } else { lines.with_ansi(false).try_init() };
    // A second start in one process (tests) keeps the first one's lines.
    drop(set);
}
