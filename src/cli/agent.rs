//! `postamt agent add|list|show|disable`: who may work on queues; `key` is in `agent_key`. A running daemon notices a change
//! within a second.

use std::path::Path;

use serde::Serialize;

use super::print::{self, Row, facts, json_line};
use super::times::{Clock, Moment};
use super::{Failure, Status, agent_add, agent_key, open_reader, open_store, say};
use crate::config::suggest::nearest;
use crate::desk::people::Agent;
use crate::desk::reach::Reach;
use crate::store::{Reader, StoreError};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Authorise somebody to work on queues; they get the welcome mail
    Add(agent_add::Args),
    /// All of them, disabled ones too
    List(List),
    /// One of them
    Show(One),
    /// End somebody's work: no mail, no commands, their tickets are free again
    Disable(One),
    /// What proves somebody: OpenPGP keys, reply addresses
    #[command(subcommand)]
    Key(agent_key::Command),
}

#[derive(Debug, clap::Args)]
pub struct List {
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
pub struct One {
    /// The short name
    name: String,
    /// As one JSON object
    #[arg(long)]
    json: bool,
}

pub fn run(command: &Command, config: &Path) -> Result<(), Failure> {
    match command {
        Command::Add(args) => agent_add::run(args, config),
        Command::List(args) => list(args, config),
        Command::Show(args) => show(args, config),
        Command::Disable(args) => disable(args, config),
        Command::Key(command) => agent_key::run(command, config),
    }
}

fn list(args: &List, config: &Path) -> Result<(), Failure> {
    let (config, reader) = open_reader(config)?;
    print::listing(args.json, &Clock::of(&config), |show| {
        reader.agents()?.iter().try_for_each(|agent| show(AgentLine::of(agent, &reader)?))
    })
}

fn show(args: &One, config: &Path) -> Result<(), Failure> {
    let (config, reader) = open_reader(config)?;
    let agent = named(&args.name, &reader)?;
    if args.json {
        let line = AgentLine::of(&agent, &reader)?;
        return print::to_stdout(|out| json_line(out, &line));
    }
    say(&page(&agent, &reader, &Clock::of(&config))?)
}

fn disable(args: &One, config: &Path) -> Result<(), Failure> {
    let (config, mut store) = open_store(config)?;
    let agent = named(&args.name, &store)?;
    let clock = Clock::of(&config);
    if agent.active {
        store.transaction(|tx| tx.disable_agent(agent.id, clock.now))?;
    }
    if args.json {
        let now = named(&args.name, &store)?;
        let line = AgentLine::of(&now, &store)?;
        return print::to_stdout(|out| json_line(out, &line));
    }
    say(&what_follows(&agent, &store)?)
}

/// What the admin should know of it, from how things were before.
fn what_follows(agent: &Agent, reader: &Reader) -> Result<String, StoreError> {
    let name = &agent.name;
    if !agent.active {
        return Ok(format!("{name} was disabled already.\n"));
    }
    let mut said = format!(
        "{name} is disabled: gets no mail, commands nothing, and all reply addresses and links sent to {name} are void.\n"
    );
    said.push_str(&match reader.owned_by(agent.id)?.len() {
        0 => format!("{name} held no open ticket.\n"),
        held => format!(
            "Tickets held: {held}. The daemon sets them free and tells the other agents, within a second if it is running.\n"
        ),
    });
    let others = reader.agents()?;
    for queue in &agent.queues {
        if !others.iter().any(|other| other.id != agent.id && other.works_on(queue)) {
            said.push_str(&format!(
                "Nobody works on the queue {queue} any more: the admins get its mail.\n"
            ));
        }
    }
    Ok(said)
}

/// # Errors
/// Where there is nobody of this name, with who was probably meant.
pub(super) fn named(name: &str, reader: &Reader) -> Result<Agent, Failure> {
    if let Some(agent) = reader.agent_named(name)? {
        return Ok(agent);
    }
    let agents = reader.agents()?;
    let failure = Failure::new(Status::NoUser, format!("there is no agent {name:?}"));
    Err(match nearest(name, agents.iter().map(|agent| agent.name.as_str())) {
        Some(near) => failure.with_remedy(format!("did you mean {near:?}?")),
        None => failure.with_remedy("see `postamt agent list`"),
    })
}

fn page(agent: &Agent, reader: &Reader, clock: &Clock) -> Result<String, StoreError> {
    let mut tickets = Vec::new();
    for id in reader.owned_by(agent.id)? {
        tickets.extend(
            reader.ticket(id)?.map(|ticket| format!("{}  {}", ticket.number, ticket.called())),
        );
    }
    let yes = |wanted: bool| if wanted { "yes" } else { "no" }.to_owned();
    let addresses: Vec<String> = agent.addresses.iter().map(ToString::to_string).collect();
    Ok(format!(
        "Agent {}\n\n{}",
        agent.name,
        facts(&[
            ("appears as", agent.display.clone()),
            ("active", if agent.active { yes(true) } else { "no: disabled".to_owned() }),
            ("reached", reached(agent, clock)),
            ("addresses", addresses.join("\n")),
            ("queues", agent.queues.join("\n")),
            ("language", agent.language.code().to_owned()),
            ("receipts", yes(agent.receipts)),
            ("told when taken", yes(agent.taken_notices)),
            ("added", clock.at_and_away(agent.created_at)),
            ("keys", agent_key::count(agent, reader)?.to_string()),
            ("tickets", tickets.join("\n")),
        ])
    ))
}

fn reached(agent: &Agent, clock: &Clock) -> String {
    match agent.reach {
        Reach::Reached => "yes".to_owned(),
        Reach::Bounced(at) => format!("yes, but a mail came back {}", clock.at_and_away(at)),
        Reach::Lost(since) => format!(
            "no: mail came back on two days, none is sent since {}",
            clock.at_and_away(since)
        ),
    }
}

/// An agent as `--json` prints it.
#[derive(Debug, Serialize)]
struct AgentLine {
    name: String,
    display: String,
    /// The first one gets the mail.
    addresses: Vec<String>,
    queues: Vec<String>,
    language: &'static str,
    active: bool,
    /// Mail does not come back.
    reached: bool,
    /// Open ones.
    tickets: usize,
    created_at: Moment,
}

impl AgentLine {
    fn of(agent: &Agent, reader: &Reader) -> Result<Self, StoreError> {
        Ok(Self {
            name: agent.name.clone(),
            display: agent.display.clone(),
            addresses: agent.addresses.iter().map(ToString::to_string).collect(),
            queues: agent.queues.clone(),
            language: agent.language.code(),
            active: agent.active,
            reached: !agent.reach.is_lost(),
            tickets: reader.owned_by(agent.id)?.len(),
            created_at: Moment(agent.created_at),
        })
    }
}

impl Row for AgentLine {
    const HEAD: &'static [&'static str] =
        &["NAME", "ACTIVE", "TICKETS", "LANGUAGE", "QUEUES", "ADDRESSES"];
    const NONE: &'static str =
        "No agents yet: postamt agent add anna --address anna@example.org --queue antrag";

    fn cells(&self, _: &Clock) -> Vec<String> {
        vec![
            self.name.clone(),
            match (self.active, self.reached) {
                (false, _) => "disabled",
                (true, false) => "unreachable",
                (true, true) => "yes",
            }
            .to_owned(),
            self.tickets.to_string(),
            self.language.to_owned(),
            self.queues.join(", "),
            self.addresses.join(", "),
        ]
    }
}
