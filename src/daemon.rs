//! Starts and stops the loops: one a mailbox, one for what leaves, one that turns for everything that falls due.
//!
//! The office stands on a thread of its own (`writer`) and is asked by the loops. Each loop may be stopped between two
//! commits at any moment; what was not committed is done again, what was is not.

pub mod connect;
mod lookups;
mod mailbox;
mod sending;
mod turn;
mod writer;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};

use crate::config::Config;
use crate::office::{Office, OfficeError};
use crate::outbox::SettingsError;
use crate::{clock, log};
use writer::Writer;

/// Stopping takes 5 s at most, since systemd and people wait no longer: so long for what is under way, ...
const STOP_WITHIN: Duration = Duration::from_secs(3);
/// ... and so long for each of the last three: the word that we stopped, the goodbyes, and what blocks a thread.
const END_WITHIN: Duration = Duration::from_millis(600);

#[derive(Debug, thiserror::Error)]
pub enum DaemonError {
    #[error(transparent)]
    Office(#[from] OfficeError),
    #[error(transparent)]
    Outgoing(#[from] SettingsError),
    /// The place and the remedy are in it.
    #[error("{0}")]
    Settings(String),
    #[error(
        "another daemon runs with this database (process {0})\n  do  stop it first, or look at `postamt status`"
    )]
    Running(u32),
    /// What it was stands in the log before it. Whoever started us starts us again.
    #[error(
        "a part of the daemon ended by itself, so all of it stopped\n  do  start it again, and report the lines before this one"
    )]
    Broken,
    #[error("the loops could not be started: {0}")]
    Runtime(#[from] std::io::Error),
}

/// What every loop has.
#[derive(Clone)]
struct House {
    config: Arc<Config>,
    writer: Writer,
    /// Something new may be in the outbox.
    outbox: Arc<Notify>,
    /// Becomes true once.
    stop: watch::Receiver<bool>,
}

impl House {
    fn is_stopping(&self) -> bool {
        *self.stop.borrow()
    }

    /// Waits for the word to stop.
    async fn stopped(&mut self) {
        // An error means that the daemon is gone: stop all the more.
        drop(self.stop.wait_for(|stop| *stop).await);
    }

    /// Sleeps, or returns at once when it is time to stop.
    async fn pause(&mut self, time: Duration) {
        tokio::select! {
            () = tokio::time::sleep(time) => {}
            () = self.stopped() => {}
        }
    }
}

/// Runs until `stop` becomes true, then finishes what is under way.
///
/// # Errors
/// At the start, where the store, a template or a setting is not as it should be; a server that is down is none. Later only where
/// a part of it has broken down.
pub fn run(config: Config, mut stop: watch::Receiver<bool>) -> Result<(), DaemonError> {
    connect::can_do(&config)?;
    let transport = Arc::new(connect::transport(&config)?);
    let office = Office::open(&config, clock::now())?;
    let (writer, thread) = Writer::start(office)?;
    // Two workers are enough: what blocks runs beside them.
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let broken = runtime.block_on(async {
        let (end, ending) = watch::channel(false);
        let house = House {
            config: Arc::new(config),
            writer: writer.clone(),
            outbox: Arc::new(Notify::new()),
            stop: ending,
        };
        turn::started(&house).await?;
        log::started(env!("CARGO_PKG_VERSION"), house.config.mailboxes.len());
        let mut loops = tokio::task::JoinSet::new();
        for number in 0..house.config.mailboxes.len() {
            loops.spawn(mailbox::run(house.clone(), number));
        }
        loops.spawn(sending::run(house.clone(), Arc::clone(&transport)));
        loops.spawn(turn::run(house.clone()));
        notify_systemd(&[sd_notify::NotifyState::Ready]);
        // No loop ends by itself but where the writer is gone or something failed that nobody foresaw: a daemon that only
        // looks alive would be worse than none.
        let broken = tokio::select! {
            _ = stop.wait_for(|stop| *stop) => false,
            _ = loops.join_next() => true,
        };
        end.send_replace(true);
        log::stopping();
        notify_systemd(&[sd_notify::NotifyState::Stopping]);
        // Whatever does not end by itself is dropped: it was not committed, and comes again.
        if tokio::time::timeout(STOP_WITHIN, async { while loops.join_next().await.is_some() {} })
            .await
            .is_err()
        {
            loops.abort_all();
        }
        // What is not done by then is not worth waiting for.
        drop(tokio::time::timeout(END_WITHIN, turn::stopped(&house)).await);
        drop(tokio::time::timeout(END_WITHIN, transport.close()).await);
        Ok::<bool, DaemonError>(broken)
    })?;
    drop(writer);
    runtime.shutdown_timeout(END_WITHIN);
    if thread.join().is_err() {
        log::turn_failed("writer", &"the writer's thread panicked");
    }
    if broken { Err(DaemonError::Broken) } else { Ok(()) }
}

/// Outside systemd there is nobody to tell.
fn notify_systemd(state: &[sd_notify::NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(state) {
        log::turn_failed("sd_notify", &error);
    }
}

#[cfg(test)]
mod tests;
