//! The status for a person: what is wrong first, then each part on a line of its own, with where to look further.

use super::print::facts;
use super::status::{Deadlines, Mailbox, Outbox, Status};
use super::times::{Clock, Moment};
use crate::mail::one_line::one_line;

#[must_use]
pub fn page(status: &Status, clock: &Clock) -> String {
    let mailboxes: Vec<String> =
        status.mailboxes.iter().map(|m| mailbox(m, status, clock)).collect();
    let tickets = &status.tickets;
    let escalated = match tickets.escalated {
        0 => "none escalated".to_owned(),
        some => format!("{some} ESCALATED"),
    };
    let quarantine = match status.quarantine {
        0 => "empty".to_owned(),
        mails => format!("mails: {mails}; see `postamt quarantine list`"),
    };
    let held = match status.held {
        0 => "nothing".to_owned(),
        mails => format!("mails: {mails}; see `postamt held list`"),
    };
    let digest = match status.digest_lines {
        0 => "no line for the postmaster".to_owned(),
        lines => format!("lines for the postmaster: {lines}"),
    };
    let mut about = vec![
        ("daemon", daemon(status, clock)),
        ("mailboxes", mailboxes.join("\n")),
        ("outbox", outbox(&status.outbox, clock)),
        ("tickets", format!("{} open, {} free, {escalated}", tickets.open, tickets.free)),
        ("deadlines", deadlines(&status.deadlines, clock)),
        ("quarantine", quarantine),
        ("held", held),
        ("digest", digest),
    ];
    if !status.last_errors.is_empty() {
        let each = status
            .last_errors
            .iter()
            .map(|last| format!("{}: {}", last.what, one_line(&last.error)));
        about.push(("last errors", each.collect::<Vec<_>>().join("\n")));
    }
    format!("{}\n{}", headline(&status.wrong), facts(&about))
}

fn headline(wrong: &[String]) -> String {
    if wrong.is_empty() {
        return "Everything works.\n".to_owned();
    }
    let each = wrong.iter().map(|what| format!("  ! {}\n", one_line(what)));
    format!("Something does not work:\n{}", each.collect::<String>())
}

fn daemon(status: &Status, clock: &Clock) -> String {
    let daemon = &status.daemon;
    let at = |moment: Option<Moment>| moment.map(|m| clock.at_and_away(m.0));
    let turned = daemon.last_turn_at.map_or_else(|| "never".to_owned(), |at| clock.away(at.0));
    match (daemon.running, at(daemon.started_at), at(daemon.last_turn_at)) {
        (true, Some(started), _) => {
            let pid = daemon.pid.unwrap_or_default();
            format!("runs as process {pid} since {started}, last turn {turned}")
        }
        (_, _, Some(last)) => format!("does NOT run; last seen {last}"),
        (_, _, None) => "never ran".to_owned(),
    }
}

fn mailbox(mailbox: &Mailbox, status: &Status, clock: &Clock) -> String {
    let widths = status.mailboxes.iter().map(|m| m.name.chars().count());
    let width = widths.max().unwrap_or_default();
    let read = match mailbox.last_ok_at {
        Some(at) => format!("read {}", clock.away(at.0)),
        None => "never read".to_owned(),
    };
    let error = match (&mailbox.error, mailbox.error_at) {
        (Some(error), Some(at)) => format!("; FAILED {}: {}", clock.away(at.0), one_line(error)),
        _ => String::new(),
    };
    let left = match mailbox.left_behind {
        0 => String::new(),
        left => format!("; older mails left where they are: {left}"),
    };
    format!("{:width$}  {read}{error}{left}", mailbox.name)
}

fn outbox(outbox: &Outbox, clock: &Clock) -> String {
    if outbox.queued == 0 && outbox.failed == 0 {
        return "empty".to_owned();
    }
    let oldest = outbox
        .oldest
        .map_or(String::new(), |at| format!(" (the oldest written {})", clock.away(at.0)));
    format!(
        "{} waiting{oldest}, {} given up; see `postamt outbox list`",
        outbox.queued, outbox.failed
    )
}

fn deadlines(deadlines: &Deadlines, clock: &Clock) -> String {
    deadlines
        .next_due
        .map_or_else(|| "none".to_owned(), |next| format!("next {}", clock.at_and_away(next.0)))
}
