//! `postamt key rotate`: a new key of the house.

use std::path::Path;

use serde::Serialize;

use super::print::{self, json_line};
use super::times::{Clock, Moment};
use super::{Failure, open_store, say};
use crate::store::NOTICED_WITHIN;

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Sign with a new key from now on; what was signed before counts until it expires
    Rotate(Rotate),
}

#[derive(Debug, clap::Args)]
pub struct Rotate {
    /// The key of before was seen by others: nothing that it signed counts any more
    #[arg(long)]
    leaked: bool,
    /// As one JSON object
    #[arg(long)]
    json: bool,
}

/// What was done, as `--json` prints it.
#[derive(Debug, Serialize)]
struct Rotated {
    rotated_at: Moment,
    /// Null: they are not.
    honoured_until: Option<Moment>,
}

pub fn run(command: &Command, config: &Path) -> Result<(), Failure> {
    let Command::Rotate(args) = command;
    let (config, mut store) = open_store(config)?;
    let clock = Clock::of(&config);
    let valid = config.security.token_valid;
    store.rotate_key(clock.now, !args.leaked)?;
    store.drop_old_keys(clock.now, valid)?;
    let until = (!args.leaked).then(|| clock.now.plus(NOTICED_WITHIN).plus(valid));
    if args.json {
        let done = Rotated { rotated_at: Moment(clock.now), honoured_until: until.map(Moment) };
        return print::to_stdout(|out| json_line(out, &done));
    }
    let old = match until {
        Some(until) => format!(
            "Reply addresses and links sent before count until {}; then the old key leaves the key file by itself.",
            clock.at_and_away(until)
        ),
        None => "No reply address and no link sent before counts any more: until the next notification, agents are asked first."
            .to_owned(),
    };
    say(&format!(
        "A new key signs from now on; a running daemon takes it within a second.\n{old}\nBack up {} anew.\n",
        store.key().file().display()
    ))
}
