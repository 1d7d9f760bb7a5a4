//! What comes by itself: deadlines, account orders, changes by the command line, signs of life. One turn twice a second; each
//! question is one look into an index.

use std::time::Duration;

use super::{DaemonError, House, notify_systemd};
use crate::accounts::builtin;
use crate::office::{DueOrder, Office, OfficeError};
use crate::{clock, log, random};

const TURN: Duration = Duration::from_millis(500);

pub async fn started(house: &House) -> Result<(), DaemonError> {
    let begun =
        house.writer.ask(|office| office.daemon_started(std::process::id(), clock::now())).await;
    match begun {
        Some(Ok(None)) => {
            // One damaged ticket is no reason not to start.
            if let Some(Err(error)) = house.writer.ask(Office::put_deadlines_right).await {
                log::turn_failed("deadlines", &error);
            }
            Ok(())
        }
        Some(Ok(Some(other))) => Err(DaemonError::Running(other)),
        Some(Err(error)) => Err(error.into()),
        None => Err(DaemonError::Settings("the writer's thread is gone".to_owned())),
    }
}

pub async fn stopped(house: &House) {
    if let Some(Err(error)) = house.writer.ask(Office::daemon_stopped).await {
        log::turn_failed("stop", &error);
    }
}

pub async fn run(mut house: House) {
    while !house.is_stopping() {
        let config = house.config.clone();
        let turned = house.writer.ask(move |office| turn(office, &config)).await;
        match turned {
            None => return,
            Some(news) => {
                if news {
                    house.outbox.notify_one();
                }
                notify_systemd(&[sd_notify::NotifyState::Watchdog]);
            }
        }
        orders(&house).await;
        house.pause(TURN).await;
    }
}

/// Whether something may be in the outbox now.
///
/// What fails keeps nothing else from being done.
fn turn(office: &mut Office, config: &crate::config::Config) -> bool {
    let now = clock::now();
    let changed = done("changes", office.look_again(now));
    let retried = done("quarantine", office.retry_quarantined(config, now));
    let due = done("deadlines", office.fall_due(now));
    let let_in = done("held", office.release_held(config, now));
    let told = done("held", office.tell_of_held(now))
        + done("summary", office.summarise(now))
        + done("digest", office.postmasters_digest(config, now));
    let _: usize = done("retention", office.forget_what_is_old(config, now));
    let _: () = done("sign of life", office.turned(now));
    changed || retried > 0 || due > 0 || let_in > 0 || told > 0
}

fn done<T: Default>(what: &'static str, result: Result<T, OfficeError>) -> T {
    result.unwrap_or_else(|error| {
        log::turn_failed(what, &error);
        T::default()
    })
}

/// Passwords are hashed beside the workers; the account is written with everything that follows from it.
async fn orders(house: &House) {
    let orders = match house.writer.ask(|office| office.due_orders(clock::now())).await {
        Some(Ok(orders)) => orders,
        Some(Err(error)) => return log::turn_failed("orders", &error),
        None => return,
    };
    for due in orders {
        let hashed = tokio::task::spawn_blocking(move || (hash(&due), due)).await;
        let Ok((hash, due)) = hashed else { return };
        let hash = match hash {
            Ok(hash) => hash,
            Err(error) => return log::turn_failed("orders", &error),
        };
        match house
            .writer
            .ask(move |office| office.carry_out_order(&due, &hash, clock::now()))
            .await
        {
            Some(Ok(())) => house.outbox.notify_one(),
            Some(Err(error)) => log::turn_failed("orders", &error),
            None => return,
        }
    }
}

fn hash(due: &DueOrder) -> Result<String, crate::accounts::ProviderError> {
    match &due.password {
        Some(password) => builtin::hash(password, &random::bytes()),
        None => Ok(String::new()),
    }
}
