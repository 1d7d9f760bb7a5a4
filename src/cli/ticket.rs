//! `postamt ticket list|show`: tickets for a person at the terminal, and for programs. What a single one says to a person is in
//! `ticket_page`.

use std::collections::HashMap;
use std::path::Path;

use serde::Serialize;

use super::print::{self, Row, json_line};
use super::times::{Clock, Moment};
use super::{Failure, Status, open_reader, say, ticket_page};
use crate::config::Config;
use crate::config::suggest::nearest;
use crate::desk::application::Application;
use crate::desk::people::AgentId;
use crate::desk::ticket::Lock;
use crate::desk::{Number, Ticket};
use crate::store::{Listed, Listing, Reader, StoreError, Which};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// The open ones, escalated first
    List(List),
    /// One ticket with its mails, notes and history
    Show(Show),
}

#[derive(Debug, clap::Args)]
pub struct List {
    /// Every one, also closed and merged, in the order they were made
    #[arg(long)]
    all: bool,
    /// Only of this queue; may be given several times
    #[arg(long = "queue", value_name = "QUEUE")]
    queues: Vec<String>,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
pub struct Show {
    /// Its number, as it stands in the subject of a mail
    #[arg(value_name = "NUMBER")]
    number: String,
    /// As one JSON object
    #[arg(long)]
    json: bool,
}

pub fn run(command: &Command, config: &Path) -> Result<(), Failure> {
    match command {
        Command::List(args) => list(args, config),
        Command::Show(args) => show(args, config),
    }
}

fn list(args: &List, config: &Path) -> Result<(), Failure> {
    let (config, reader) = open_reader(config)?;
    let queues = known_queues(&args.queues, &config)?;
    let listing = Listing {
        queues: (!queues.is_empty()).then_some(queues.as_slice()),
        which: if args.all { Which::Every } else { Which::Open },
        limit: u32::MAX,
    };
    let names = Names::read(&reader)?;
    print::listing(args.json, &Clock::of(&config), |show| {
        reader.each_listed(&listing, |listed| show(TicketLine::of(&listed, &names)))
    })
}

fn show(args: &Show, config: &Path) -> Result<(), Failure> {
    let (config, reader) = open_reader(config)?;
    let number = read_number(&args.number)?;
    let listed = reader.listed(number)?.ok_or_else(|| unknown(number))?;
    let names = Names::read(&reader)?;
    if args.json {
        return print::to_stdout(|out| json_line(out, &TicketLine::of(&listed, &names)));
    }
    say(&ticket_page::page(&listed, &reader, &names, &Clock::of(&config))?)
}

/// As the configuration writes them.
fn known_queues(asked: &[String], config: &Config) -> Result<Vec<String>, Failure> {
    let known = |name: &String| {
        config.queue(name).map(|queue| queue.name.clone()).ok_or_else(|| {
            let names = || config.queues.iter().map(|queue| queue.name.as_str());
            let failure = Failure::new(Status::NoInput, format!("there is no queue {name:?}"));
            match nearest(name, names()) {
                Some(near) => failure.with_remedy(format!("did you mean {near:?}?")),
                None => failure
                    .with_remedy(format!("name one of {}", names().collect::<Vec<_>>().join(", "))),
            }
        })
    };
    asked.iter().map(known).collect()
}

/// The digits of what was given: whoever pastes a whole tag means its number. Numbers taken over from another system need no check digit.
fn read_number(text: &str) -> Result<Number, Failure> {
    let digits = text.trim_matches(|c: char| !c.is_ascii_digit());
    digits.parse().map(Number).map_err(|_| {
        Failure::new(Status::Usage, format!("{text:?} is no ticket number"))
            .with_remedy("give the 16 digits that stand behind the # in the subject")
    })
}

fn unknown(number: Number) -> Failure {
    let failure = Failure::new(Status::NoInput, format!("there is no ticket {number}"));
    match Number::parse(&number.to_string()) {
        Some(_) => failure.with_remedy("see `postamt ticket list --all`"),
        None => {
            failure.with_remedy("look at the digits again: the last one shows that one is wrong")
        }
    }
}

/// What agents are called.
pub struct Names(HashMap<AgentId, String>);

impl Names {
    /// # Errors
    /// Where the store cannot be read.
    pub fn read(reader: &Reader) -> Result<Self, StoreError> {
        Ok(Self(reader.agents()?.into_iter().map(|agent| (agent.id, agent.name)).collect()))
    }

    #[must_use]
    pub fn of(&self, agent: AgentId) -> String {
        self.0.get(&agent).cloned().unwrap_or_else(|| format!("agent {}", agent.0))
    }
}

/// A ticket as `--json` prints it. What there is none of is null where it refers to something, else empty.
#[derive(Debug, Serialize)]
pub struct TicketLine {
    number: String,
    queue: String,
    state: &'static str,
    due: Option<Moment>,
    priority: u8,
    owner: Option<String>,
    locked_since: Option<Moment>,
    /// Their address.
    customer: String,
    subject: String,
    created_at: Moment,
    updated_at: Moment,
    escalated: bool,
    application: Option<ApplicationLine>,
    /// Name and subject, for people.
    #[serde(skip)]
    called: String,
}

#[derive(Debug, Serialize)]
struct ApplicationLine {
    step: &'static str,
    name: String,
    email: String,
    login: String,
    reason: String,
    missing: Vec<&'static str>,
}

impl TicketLine {
    #[must_use]
    pub fn of(listed: &Listed, names: &Names) -> Self {
        let ticket = &listed.ticket;
        let customer = ticket.customer.as_ref().map(|customer| customer.address.to_string());
        Self {
            number: ticket.number.to_string(),
            queue: ticket.queue.clone(),
            state: ticket.state.word(),
            due: listed.due.map(Moment),
            priority: ticket.priority,
            owner: ticket.owner().map(|owner| names.of(owner)),
            locked_since: ticket.lock.as_ref().map(|lock: &Lock| Moment(lock.since)),
            customer: customer.unwrap_or_default(),
            subject: subject(ticket),
            created_at: Moment(ticket.created_at),
            updated_at: Moment(ticket.updated_at),
            escalated: ticket.is_escalated(),
            application: ticket.application.as_ref().map(ApplicationLine::of),
            called: called(ticket),
        }
    }
}

impl ApplicationLine {
    fn of(application: &Application) -> Self {
        let given = |field: &Option<String>| field.clone().unwrap_or_default();
        Self {
            step: application.step.word(),
            name: given(&application.name),
            email: application.email.as_ref().map(ToString::to_string).unwrap_or_default(),
            login: given(&application.login),
            reason: given(&application.reason),
            missing: application.missing().into_iter().map(|field| field.word()).collect(),
        }
    }
}

/// A form's mail gives its ticket no subject: who it is about stands in for it.
fn subject(ticket: &Ticket) -> String {
    if ticket.subject.is_empty() { ticket.called().to_owned() } else { ticket.subject.clone() }
}

/// `Lena Brandt: May I?`
fn called(ticket: &Ticket) -> String {
    match (ticket.called(), ticket.subject.as_str()) {
        (name, "") => name.to_owned(),
        (name, subject) if name == subject => subject.to_owned(),
        (name, subject) => format!("{name}: {subject}"),
    }
}

impl Row for TicketLine {
    const HEAD: &'static [&'static str] =
        &["NUMBER", "QUEUE", "STATE", "STEP", "P", "OWNER", "DUE", "SUBJECT"];
    const NONE: &'static str = "No tickets.";

    fn cells(&self, clock: &Clock) -> Vec<String> {
        let state = if self.escalated {
            format!("{}, ESCALATED", self.state)
        } else {
            self.state.to_owned()
        };
        vec![
            self.number.clone(),
            self.queue.clone(),
            state,
            self.application.as_ref().map(|a| a.step.to_owned()).unwrap_or_default(),
            self.priority.to_string(),
            self.owner.clone().unwrap_or_default(),
            self.due.map(|due| clock.away(due.0)).unwrap_or_default(),
            self.called.clone(),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_may_be_pasted_with_its_tag() {
        for text in ["2026112300000014", "[Ticket#2026112300000014]", " #2026112300000014 "] {
            assert_eq!(read_number(text).unwrap(), Number(2_026_112_300_000_014), "{text}");
        }
        for text in ["", "anna", "1 2", "99999999999999999999"] {
            assert_eq!(read_number(text).unwrap_err().status, Status::Usage, "{text}");
        }
    }

    #[test]
    fn a_mistyped_number_is_told_from_one_that_is_not_there() {
        let right = Number::new(chrono::NaiveDate::from_ymd_opt(2026, 11, 23).unwrap(), 1);
        assert!(unknown(right).message.contains("ticket list --all"));
        assert!(unknown(Number(right.0 + 1)).message.contains("digits"));
    }
}
