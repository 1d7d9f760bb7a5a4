//! `postamt completions SHELL`: made from the command line's own types.

use clap::CommandFactory;
use clap_complete::Shell;

use super::{Cli, Failure, say};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The shell that is to complete
    shell: Shell,
}

pub fn run(args: &Args) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "postamt", &mut script);
    say(&String::from_utf8_lossy(&script))
}
