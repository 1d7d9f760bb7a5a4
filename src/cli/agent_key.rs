//! `postamt agent key add|list|remove|revoke-tokens`: what proves an agent beside the token of a notification.

use std::io::Read;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::agent::named;
use super::print::{self, Row, json_line};
use super::times::{Clock, Moment};
use super::{Failure, Status, open_reader, open_store, say};
use crate::authority::openpgp::{Certificate, KeyProblem, LONGEST_OCTETS};
use crate::config::{Config, Way};
use crate::desk::people::Agent;
use crate::mail::Timestamp;
use crate::store::{AgentKey, Reader};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Register an OpenPGP key: what is signed with it is the agent's
    Add(Add),
    /// The registered keys, and what they are worth today
    List(List),
    /// Forget a key: what is signed with it proves nothing from now on
    Remove(Remove),
    /// Void all reply addresses and links sent to the agent so far
    RevokeTokens(RevokeTokens),
}

#[derive(Debug, clap::Args)]
pub struct Add {
    /// The agent's short name
    agent: String,
    /// The public key, as `gpg --armor --export` writes it; - for standard input
    #[arg(value_name = "FILE|-")]
    file: PathBuf,
    /// As one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
pub struct List {
    /// The agent's short name
    agent: String,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
pub struct Remove {
    /// The agent's short name
    agent: String,
    /// As `list` shows it; spaces and case do not matter
    fingerprint: String,
}

#[derive(Debug, clap::Args)]
pub struct RevokeTokens {
    /// The agent's short name
    agent: String,
}

pub fn run(command: &Command, config: &Path) -> Result<(), Failure> {
    match command {
        Command::Add(args) => add(args, config),
        Command::List(args) => list(args, config),
        Command::Remove(args) => remove(args, config),
        Command::RevokeTokens(args) => revoke_tokens(args, config),
    }
}

fn add(args: &Add, config: &Path) -> Result<(), Failure> {
    let (config, mut store) = open_store(config)?;
    let agent = named(&args.agent, &store)?;
    let clock = Clock::of(&config);
    let certificate = Certificate::read(&content(&args.file)?).map_err(|e| refused(&e))?;
    let fingerprint = certificate.fingerprint();
    let until = certificate.signs_until(clock.now).map_err(|unfit| {
        Failure::new(Status::Data, format!("the key {fingerprint} cannot be used: {unfit}"))
            .with_remedy("export a key that can sign today, with an algorithm of today (ed25519, RSA of 2048 bits or more, SHA-2)")
    })?;
    if let Some(other) = store.agent_with_key(&fingerprint)?.filter(|other| *other != agent.id) {
        let other = store.agent(other)?.map(|other| other.name).unwrap_or_default();
        let what = format!("the key {fingerprint} is registered for {other}");
        return Err(Failure::new(Status::Usage, what)
            .with_remedy(format!("postamt agent key remove {other} {fingerprint}")));
    }
    let key = AgentKey {
        agent: agent.id,
        fingerprint,
        certificate: certificate.octets().map_err(|e| refused(&e))?,
        added_at: clock.now,
    };
    store.transaction(|tx| tx.save_agent_key(&key))?;
    if args.json {
        let line = KeyLine::of(key, clock.now);
        return print::to_stdout(|out| json_line(out, &line));
    }
    say(&format!(
        "What is signed with {} is {}'s from now on{}.\n  user IDs  {}\n{}",
        key.fingerprint,
        agent.name,
        until.map_or_else(String::new, |at| format!(", until {}", clock.at_and_away(at))),
        certificate.user_ids().join(", "),
        not_accepted(&config)
    ))
}

/// A key that is registered does nothing where `[security]` does not accept signatures.
fn not_accepted(config: &Config) -> &'static str {
    match config.security.accept.contains(&Way::Openpgp) {
        true => "",
        false => {
            "[security] accept lacks \"openpgp\": until it is there, signatures prove nothing.\n"
        }
    }
}

fn content(file: &Path) -> Result<Vec<u8>, Failure> {
    let unreadable = |e: std::io::Error| {
        Failure::new(Status::NoInput, format!("{}: {e}", file.display())).with_remedy(
            "give the file that `gpg --armor --export` wrote, or - and write it to standard input",
        )
    };
    let mut content = Vec::new();
    let limit = u64::try_from(LONGEST_OCTETS + 1).unwrap_or(u64::MAX);
    match file == Path::new("-") {
        true => std::io::stdin().lock().take(limit).read_to_end(&mut content),
        false => std::fs::File::open(file).and_then(|f| f.take(limit).read_to_end(&mut content)),
    }
    .map_err(unreadable)?;
    Ok(content)
}

fn refused(problem: &KeyProblem) -> Failure {
    let remedy = match problem {
        KeyProblem::Unreadable => "export it with `gpg --armor --export ADDRESS`",
        KeyProblem::Secret => {
            "delete that file, and let the agent send what `gpg --armor --export ADDRESS` writes; a secret key that others have seen is to be revoked"
        }
        KeyProblem::Several => "export one key alone, by its fingerprint",
        KeyProblem::TooLarge => {
            "export it with `gpg --armor --export-options export-minimal --export`"
        }
    };
    Failure::new(Status::Data, problem.to_string()).with_remedy(remedy)
}

fn list(args: &List, config: &Path) -> Result<(), Failure> {
    let (config, reader) = open_reader(config)?;
    let agent = named(&args.agent, &reader)?;
    let clock = Clock::of(&config);
    print::listing(args.json, &clock, |show| {
        reader
            .agent_keys(agent.id)?
            .into_iter()
            .try_for_each(|key| show(KeyLine::of(key, clock.now)))
    })
}

fn remove(args: &Remove, config: &Path) -> Result<(), Failure> {
    let (_, mut store) = open_store(config)?;
    let agent = named(&args.agent, &store)?;
    let fingerprint: String =
        args.fingerprint.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
    let fingerprint = fingerprint.strip_prefix("0X").unwrap_or(&fingerprint);
    if !store.transaction(|tx| tx.remove_agent_key(agent.id, fingerprint))? {
        return Err(Failure::new(
            Status::NoUser,
            format!("{} has no key {fingerprint}", agent.name),
        )
        .with_remedy(format!("see `postamt agent key list {}`", agent.name)));
    }
    say(&format!("What is signed with {fingerprint} proves nothing from now on.\n"))
}

fn revoke_tokens(args: &RevokeTokens, config: &Path) -> Result<(), Failure> {
    let (config, mut store) = open_store(config)?;
    let agent: Agent = named(&args.agent, &store)?;
    store.transaction(|tx| tx.revoke_tokens(agent.id, Clock::of(&config).now))?;
    say(&format!(
        "All reply addresses and links sent to {name} so far are void. With the next notification {name} gets new ones; \
         until then every answer is asked about first.\n",
        name = agent.name
    ))
}

/// A key as `--json` prints it.
#[derive(Debug, Serialize)]
struct KeyLine {
    fingerprint: String,
    user_ids: Vec<String>,
    added_at: Moment,
    /// Null: without end, or of no use.
    expires_at: Option<Moment>,
    usable: bool,
    /// Null: it is of use.
    why_not: Option<String>,
}

impl KeyLine {
    fn of(key: AgentKey, now: Timestamp) -> Self {
        let (user_ids, fit) = match Certificate::read(&key.certificate) {
            Ok(certificate) => (
                certificate.user_ids(),
                certificate.signs_until(now).map_err(|unfit| unfit.to_string()),
            ),
            Err(problem) => (Vec::new(), Err(problem.to_string())),
        };
        Self {
            fingerprint: key.fingerprint,
            user_ids,
            added_at: Moment(key.added_at),
            expires_at: fit.as_ref().ok().copied().flatten().map(Moment),
            usable: fit.is_ok(),
            why_not: fit.err(),
        }
    }
}

impl Row for KeyLine {
    const HEAD: &'static [&'static str] = &["FINGERPRINT", "USABLE", "ADDED", "USER IDS"];
    const NONE: &'static str = "No keys: postamt agent key add AGENT FILE";

    fn cells(&self, clock: &Clock) -> Vec<String> {
        let usable = match (&self.why_not, &self.expires_at) {
            (Some(why), _) => format!("no: {why}"),
            (None, Some(at)) => format!("until {}", clock.at(at.0)),
            (None, None) => "yes".to_owned(),
        };
        vec![self.fingerprint.clone(), usable, clock.at(self.added_at.0), self.user_ids.join(", ")]
    }
}

/// How many keys an agent has, for `agent show`.
pub fn count(agent: &Agent, reader: &Reader) -> Result<usize, crate::store::StoreError> {
    Ok(reader.agent_keys(agent.id)?.len())
}
