//! The command line: its types, and which file does which command. Each command is a file with an `Args` and a `run`.
//!
//! A new command is its file, a line in `Command` and one in `Cli::run`; completions and the manual page follow from them.

mod account;
mod agent;
mod agent_add;
mod agent_key;
mod check;
mod completions;
mod customer;
mod customer_files;
mod demo;
mod failure;
mod held;
mod history;
mod init;
pub mod inspect;
mod key;
mod man;
mod mbox;
mod no_core;
mod outbox;
mod print;
mod quarantine;
mod run;
mod status;
mod status_page;
mod template;
mod ticket;
mod ticket_page;
mod times;

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use clap::{Parser, Subcommand};

pub use failure::{Failure, Status};

use crate::config::Config;
use crate::store::{Reader, Store};

/// Where the configuration lies unless somebody says otherwise.
pub const DEFAULT_CONFIG: &str = "/etc/postamt/postamt.toml";

/// A trouble-ticket system whose only interface is e-mail.
#[derive(Debug, Parser)]
#[command(name = "postamt", version, arg_required_else_help = true)]
#[command(
    after_help = "Exit statuses are those of sysexits.h: 64 wrong use, 65 wrong data, 66 not there, 67 no such agent, account or customer, \
        69 something does not work, 75 try again later, 77 not permitted, 78 wrong configuration."
)]
pub struct Cli {
    /// The configuration
    #[arg(long, global = true, env = "POSTAMT_CONFIG", value_name = "PATH", default_value = DEFAULT_CONFIG)]
    config: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Read the mailboxes and do the work, in the foreground (what systemd starts)
    Run(run::Args),
    /// Play the whole life of an application in one folder, no server needed
    Demo(demo::Args),
    /// Write a commented postamt.toml and the folders it names
    Init(init::Args),
    /// Say what is wrong with the configuration, and what to do
    Check(check::Args),
    /// Say how things stand: daemon, mailboxes, outbox, tickets, last errors
    Status(status::Args),
    /// Who may work on queues
    #[command(subcommand)]
    Agent(agent::Command),
    /// Tickets
    #[command(subcommand)]
    Ticket(ticket::Command),
    /// Accounts of the built-in provider
    #[command(subcommand)]
    Account(account::Command),
    /// What is stored about a person: written down for them, or erased
    #[command(subcommand)]
    Customer(customer::Command),
    /// Mails that wait or could not be sent
    #[command(subcommand)]
    Outbox(outbox::Command),
    /// The key of the house, which signs reply addresses and links
    #[command(subcommand)]
    Key(key::Command),
    /// Mails that could not be handled
    #[command(subcommand)]
    Quarantine(quarantine::Command),
    /// Mails over a limit, which wait to be let in
    #[command(subcommand)]
    Held(held::Command),
    /// The wording of all mails, and text blocks
    #[command(subcommand)]
    Template(template::Command),
    /// Say how a mail would be understood, and why
    Inspect(inspect::Args),
    /// Write completions for a shell to standard output
    Completions(completions::Args),
    /// Write the manual page to standard output
    Man(man::Args),
}

/// Does what the command line says.
///
/// # Errors
/// What is to be said to the person who typed it, and the exit status.
pub fn run() -> Result<(), Failure> {
    no_core::forbid();
    match Cli::try_parse() {
        Ok(cli) => cli.run(),
        // Help and version are errors to clap; they go to standard output and are none.
        Err(error) if !error.use_stderr() => {
            let text = error.render();
            let coloured = std::io::stdout().is_terminal();
            say(&if coloured { text.ansi().to_string() } else { text.to_string() })
        }
        Err(error) => {
            // Where even that cannot be written, the status has to say it.
            error.print().map_err(Failure::from)?;
            Err(Failure::new(Status::Usage, ""))
        }
    }
}

impl Cli {
    fn run(self) -> Result<(), Failure> {
        match self.command {
            Command::Run(args) => run::run(&args, &self.config),
            Command::Demo(args) => demo::run(&args),
            Command::Init(args) => init::run(&args, &self.config),
            Command::Check(args) => check::run(&args, &self.config),
            Command::Status(args) => status::run(&args, &self.config),
            Command::Agent(command) => agent::run(&command, &self.config),
            Command::Ticket(command) => ticket::run(&command, &self.config),
            Command::Account(command) => account::run(&command, &self.config),
            Command::Customer(command) => customer::run(&command, &self.config),
            Command::Outbox(command) => outbox::run(&command, &self.config),
            Command::Key(command) => key::run(&command, &self.config),
            Command::Quarantine(command) => quarantine::run(&command, &self.config),
            Command::Held(command) => held::run(&command, &self.config),
            Command::Template(command) => template::run(&command, &self.config),
            Command::Inspect(args) => inspect::run(&args, &self.config),
            Command::Completions(args) => completions::run(&args),
            Command::Man(args) => man::run(&args),
        }
    }
}

/// Writes to standard output. Who reads no further (`postamt man | head`) has seen enough: that is no failure.
///
/// # Errors
/// Where it cannot be written for another reason.
pub fn say(text: &str) -> Result<(), Failure> {
    print::to_stdout(|out| Ok(out.write_all(text.as_bytes())?))
}

/// The configuration, its warnings said on standard error.
///
/// # Errors
/// Everything that is wrong with it, with exit status 78.
pub fn load(config: &Path) -> Result<Config, Failure> {
    let config = Config::load(config)?;
    for warning in &config.warnings {
        eprintln!("postamt: {warning}");
    }
    Ok(config)
}

/// For questions beside a running daemon.
///
/// # Errors
/// As [`load`]; and where there is no database yet, or it cannot be read.
fn open_reader(config: &Path) -> Result<(Config, Reader), Failure> {
    let config = load(config)?;
    let reader = Store::open_reader(&config.store.path)?;
    Ok((config, reader))
}

/// For short changes beside a running daemon, which notices them within a second. Never makes a database, and never brings one
/// up to date behind the back of a daemon of another version.
///
/// # Errors
/// As [`open_reader`].
fn open_store(config: &Path) -> Result<(Config, Store), Failure> {
    let (config, _) = open_reader(config)?;
    let store = Store::open(&config.store.path)?;
    Ok((config, store))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_holds_together() {
        super::Cli::command().debug_assert();
    }
}
