//! The command line: its types, and which file does which command. Each command is a file with an `Args` and a `run`.
//!
//! A new command is its file, a line in `Command` and one in `Cli::run`; completions and the manual page follow from them.

mod agent_add;
mod check;
mod completions;
mod failure;
mod init;
mod man;
mod run;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Parser, Subcommand};

pub use failure::{Failure, Status};

use crate::config::Config;

/// Where the configuration lies unless somebody says otherwise.
pub const DEFAULT_CONFIG: &str = "/etc/postamt/postamt.toml";

/// A trouble-ticket system whose only interface is e-mail.
#[derive(Debug, Parser)]
#[command(name = "postamt", version, arg_required_else_help = true)]
#[command(
    after_help = "Exit statuses are those of sysexits.h: 64 wrong use, 75 try again later, 78 wrong configuration."
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
    /// Authorise an agent
    AgentAdd(agent_add::Args),
    /// Write a commented postamt.toml and the folders it names
    Init(init::Args),
    /// Say what is wrong with the configuration, and what to do
    Check(check::Args),
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
    match Cli::try_parse() {
        Ok(cli) => cli.run(),
        // Help and version are errors to clap; they go to standard output and are none.
        Err(error) if !error.use_stderr() => say(&error.render().ansi().to_string()),
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
            Command::AgentAdd(args) => agent_add::run(&args, &self.config),
            Command::Init(args) => init::run(&args, &self.config),
            Command::Check(args) => check::run(&args, &self.config),
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
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
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

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_holds_together() {
        super::Cli::command().debug_assert();
    }
}
