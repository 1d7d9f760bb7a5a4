//! `postamt run`: the daemon, in the foreground, until SIGTERM or SIGINT.

use std::path::Path;

use tokio::sync::watch;

use super::{Failure, Status, load};
use crate::daemon::{self, DaemonError};
use crate::log;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Log as JSON, one object a line
    #[arg(long)]
    json_log: bool,
}

pub fn run(args: &Args, config: &Path) -> Result<(), Failure> {
    let config = load(config)?;
    log::to_standard_error(args.json_log);
    let (stop, stopped) = watch::channel(false);
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || wait_for_signal(&stop))?;
    daemon::run(config, stopped).map_err(failure)
}

/// Waits on a small runtime of its own: the daemon's may be busy.
pub fn wait_for_signal(stop: &watch::Sender<bool>) {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
        return;
    };
    runtime.block_on(async {
        let (Ok(mut terminate), Ok(mut interrupt)) =
            (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
        else {
            return;
        };
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        // Nobody listens any more where the daemon has ended by itself.
        stop.send(true).unwrap_or_default();
    });
}

pub fn failure(error: DaemonError) -> Failure {
    let status = match &error {
        DaemonError::Settings(_) | DaemonError::Outgoing(_) => Status::Config,
        DaemonError::Office(error) if error.is_temporary() => Status::Temporary,
        DaemonError::Office(_) => Status::Config,
        DaemonError::Running(_) | DaemonError::Runtime(_) | DaemonError::Broken => {
            Status::Temporary
        }
    };
    Failure::new(status, error.to_string())
}
