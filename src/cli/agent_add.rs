//! `postamt agent add`: authorises somebody to work on queues, and welcomes them.

use std::path::Path;

use super::{Failure, Status, load, say};
use crate::clock;
use crate::config::Config;
use crate::desk::people::{Agent, AgentId, Language};
use crate::mail::Address;
use crate::office::Office;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The short name that commands use, as in `#assign anna`
    name: String,
    /// An address they write from; the first one gets the mail
    #[arg(long = "address", required = true, value_name = "ADDRESS")]
    addresses: Vec<String>,
    /// The queues they work on
    #[arg(long = "queue", required = true, value_delimiter = ',', value_name = "QUEUE,...")]
    queues: Vec<String>,
    /// What people read: "Anna Brandt"
    #[arg(long = "name", value_name = "NAME")]
    display: Option<String>,
    /// de or en; the site's where none is given
    #[arg(long)]
    language: Option<String>,
}

pub fn run(args: &Args, config: &Path) -> Result<(), Failure> {
    let config = load(config)?;
    let agent = read(args, &config)?;
    let mut office = Office::open(&config, clock::now())
        .map_err(|e| Failure::new(Status::Temporary, e.to_string()))?;
    if office
        .store
        .agent_named(&agent.name)
        .map_err(|e| Failure::new(Status::Temporary, e.to_string()))?
        .is_some()
    {
        let taken = format!("there is an agent {} already", agent.name);
        return Err(Failure::new(Status::Usage, taken)
            .with_remedy("take another name, or see `postamt agent list`"));
    }
    let taken = |a: &&Address| {
        office.clerk.rules.agents.iter().any(|other| other.active && other.writes_from(a))
    };
    if let Some(address) = agent.addresses.iter().find(taken) {
        return Err(Failure::new(Status::Usage, format!("{address} is another agent's address")));
    }
    let agent = office
        .add_agent(agent, clock::now())
        .map_err(|e| Failure::new(Status::Temporary, e.to_string()))?;
    say(&format!(
        "{} works on {} now; the welcome goes to {}.\n",
        agent.name,
        agent.queues.join(", "),
        agent.addresses.first().map(ToString::to_string).unwrap_or_default()
    ))
}

fn read(args: &Args, config: &Config) -> Result<Agent, Failure> {
    let wrong = |what: String| Failure::new(Status::Usage, what);
    let name = args.name.to_lowercase();
    if name.is_empty()
        || name.len() > 40
        || !name.chars().all(|c| c.is_alphanumeric() || "._-".contains(c))
    {
        return Err(wrong(format!(
            "{:?} is no name for an agent: one word of letters, digits, dots and dashes",
            args.name
        )));
    }
    let mut addresses = Vec::new();
    for text in &args.addresses {
        let address =
            Address::parse(text).ok_or_else(|| wrong(format!("{text:?} is no mail address")))?;
        if config.is_own(&address) {
            return Err(wrong(format!(
                "{address} is an address of ours: mail to it would come back"
            )));
        }
        addresses.push(address);
    }
    let mut queues = Vec::new();
    for name in &args.queues {
        let queue = config.queue(name).ok_or_else(|| {
            let known: Vec<&str> = config.queues.iter().map(|q| q.name.as_str()).collect();
            wrong(format!("there is no queue {name:?}"))
                .with_remedy(format!("the queues are {}", known.join(", ")))
        })?;
        queues.push(queue.name.clone());
    }
    let language = match &args.language {
        None => config.site.language,
        Some(text) => Language::read(text)
            .ok_or_else(|| wrong(format!("{text:?} is no language: de or en")))?,
    };
    let now = clock::now();
    Ok(Agent {
        id: AgentId(0), // given when it is written
        display: args.display.clone().unwrap_or_else(|| args.name.clone()),
        name,
        addresses,
        queues,
        language,
        active: true,
        receipts: true,
        taken_notices: true,
        reach: crate::desk::reach::Reach::Reached,
        tokens_since: now,
        created_at: now,
    })
}
