//! `postamt account list|show|suspend|resume`: the accounts of the provider `builtin`. Other providers keep their own books.

use std::path::Path;

use serde::Serialize;

use super::print::{self, Row, facts, json_line};
use super::times::Clock;
use super::{Failure, Status, open_reader, open_store, say};
use crate::config::suggest::nearest;
use crate::config::{Config, ProviderKind};
use crate::desk::TicketId;
use crate::store::{Account, Reader, StoreError};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// All accounts
    List(List),
    /// One account
    Show(One),
    /// Shut an account until it is resumed; its password stays
    Suspend(One),
    /// Open a suspended account again, with the password it had
    Resume(One),
}

#[derive(Debug, clap::Args)]
pub struct List {
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
pub struct One {
    /// In any case of letters
    login: String,
    /// As one JSON object
    #[arg(long)]
    json: bool,
}

pub fn run(command: &Command, config: &Path) -> Result<(), Failure> {
    match command {
        Command::List(args) => list(args, config),
        Command::Show(args) => show(args, config),
        Command::Suspend(args) => set_active(args, config, false),
        Command::Resume(args) => set_active(args, config, true),
    }
}

fn list(args: &List, config: &Path) -> Result<(), Failure> {
    let (config, reader) = open_reader(config)?;
    has_builtin(&config)?;
    print::listing(args.json, &Clock::of(&config), |show| {
        reader.each_account(|account| show(AccountLine::of(&account, &reader)?))
    })
}

fn show(args: &One, config: &Path) -> Result<(), Failure> {
    let (config, reader) = open_reader(config)?;
    has_builtin(&config)?;
    let account = of_login(&args.login, &reader)?;
    let line = AccountLine::of(&account, &reader)?;
    if args.json {
        return print::to_stdout(|out| json_line(out, &line));
    }
    let clock = Clock::of(&config);
    say(&format!(
        "Account {}\n\n{}",
        line.login,
        facts(&[
            ("status", line.status.to_owned()),
            ("name", account.name),
            ("email", line.email),
            ("ticket", line.ticket.unwrap_or_default()),
            ("made", clock.at_and_away(account.created_at)),
            ("last change", clock.at_and_away(account.updated_at)),
        ])
    ))
}

fn set_active(args: &One, config: &Path, active: bool) -> Result<(), Failure> {
    let (config, mut store) = open_store(config)?;
    has_builtin(&config)?;
    let before = of_login(&args.login, &store)?;
    let now = Clock::of(&config).now;
    if before.active != active {
        store.transaction(|tx| match active {
            true => tx.resume_account(&before.login, now),
            false => tx.suspend_account(&before.login, now),
        })?;
    }
    let account = of_login(&args.login, &store)?;
    if args.json {
        let line = AccountLine::of(&account, &store)?;
        return print::to_stdout(|out| json_line(out, &line));
    }
    let already = if before.active == active { " already" } else { "" };
    say(&format!("The account {} is{already} {}.\n", account.login, status(&account)))
}

/// # Errors
/// Where accounts are kept elsewhere: our table would show nothing, or old things.
fn has_builtin(config: &Config) -> Result<(), Failure> {
    let elsewhere = match config.accounts.provider {
        ProviderKind::Builtin => return Ok(()),
        ProviderKind::PasswdFile => "passwd-file",
        ProviderKind::Command => "command",
        ProviderKind::Ldap => "ldap",
    };
    Err(Failure::new(
        Status::Unavailable,
        format!("the accounts are kept by the provider {elsewhere:?}"),
    )
    .with_remedy("use that provider's own tools"))
}

/// # Errors
/// Where there is no account of this login, with which was probably meant.
fn of_login(login: &str, reader: &Reader) -> Result<Account, Failure> {
    if let Some(account) = reader.account(login)? {
        return Ok(account);
    }
    let accounts = reader.accounts()?;
    let failure = Failure::new(Status::NoUser, format!("there is no account {login:?}"));
    Err(match nearest(login, accounts.iter().map(|account| account.login.as_str())) {
        Some(near) => failure.with_remedy(format!("did you mean {near:?}?")),
        None => failure.with_remedy("see `postamt account list`"),
    })
}

fn status(account: &Account) -> &'static str {
    if account.active { "active" } else { "suspended" }
}

/// An account as `--json` prints it.
#[derive(Debug, Serialize)]
struct AccountLine {
    login: String,
    email: String,
    status: &'static str,
    /// The number of the application.
    ticket: Option<String>,
}

impl AccountLine {
    fn of(account: &Account, reader: &Reader) -> Result<Self, StoreError> {
        let number = |id: TicketId| Ok(reader.ticket(id)?.map(|ticket| ticket.number.to_string()));
        Ok(Self {
            login: account.login.clone(),
            email: account.email.to_string(),
            status: status(account),
            ticket: account.ticket.map(number).transpose()?.flatten(),
        })
    }
}

impl Row for AccountLine {
    const HEAD: &'static [&'static str] = &["LOGIN", "STATUS", "TICKET", "EMAIL"];
    const NONE: &'static str = "No accounts.";

    fn cells(&self, _: &Clock) -> Vec<String> {
        vec![
            self.login.clone(),
            self.status.to_owned(),
            self.ticket.clone().unwrap_or_default(),
            self.email.clone(),
        ]
    }
}
