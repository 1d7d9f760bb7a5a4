//! Reads the command line, prints an error for a person, sets the exit status.

use std::process::ExitCode;

fn main() -> ExitCode {
    match postamt::cli::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if !failure.message.is_empty() {
                eprintln!("{failure}");
            }
            failure.status.into()
        }
    }
}
