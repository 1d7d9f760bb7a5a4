//! `postamt check`: what is wrong with the configuration and the files it names. Reads only; changes nothing.

use std::path::Path;

use super::{Failure, load, say};
use crate::config::Problem;

#[derive(Debug, clap::Args)]
pub struct Args {}

pub fn run(_: &Args, config: &Path) -> Result<(), Failure> {
    let config = load(config)?;
    let (errors, warnings): (Vec<_>, Vec<_>) =
        config.check_files().into_iter().partition(Problem::is_error);
    for warning in warnings {
        eprintln!("postamt: {warning}");
    }
    if let Some(failure) = Failure::all(errors.iter().map(Failure::from)) {
        return Err(failure);
    }
    let (queues, mailboxes) = (config.queues.len(), config.mailboxes.len());
    say(&format!(
        "configuration: {} is right (queues: {queues}, mailboxes: {mailboxes})\n",
        config.file.display()
    ))
}
