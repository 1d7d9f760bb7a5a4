//! One mailbox: fetch a batch, understand it off the workers, have it taken in, move it, wait for more; and all over again when
//! the connection breaks.

use std::time::Duration;

use super::lookups::Lookups;
use super::{House, connect};
use crate::authority::Checked;
use crate::config::{Backlog, Mailbox};
use crate::intake::{Arrived, Backoff, Disposal, IntakeError, Source, SourceKey};
use crate::mail::understood::{Understood, understand};
use crate::mail::{Limits, Span, Timestamp};
use crate::office::{Arrival, limits, struck};
use crate::{clock, log};

/// With `backlog = "all"`: what is older on first contact is taken in, but nobody is answered for it.
const OLD: Span = Span::days(7);

/// How long a batch waits that the store could not take.
const STORE_PAUSE: Duration = Duration::from_secs(2);

pub async fn run(mut house: House, number: usize) {
    let config = house.config.clone();
    let Some(mailbox) = config.mailboxes.get(number) else { return };
    let mut backoff = Backoff::default();
    while !house.is_stopping() {
        let Some(error) = connection(&mut house, mailbox, &mut backoff).await else { return };
        let pause = backoff.failed();
        log::mailbox_unreachable(&mailbox.name, &error, pause.0);
        let (name, words) = (mailbox.name.clone(), error);
        let noted = house
            .writer
            .ask(move |office| office.mailbox_failed(&name, &words, clock::now()))
            .await;
        if let Some(Err(error)) = noted {
            log::turn_failed("mailbox", &error);
        }
        house.pause(Duration::from_secs(u64::try_from(pause.0).unwrap_or(1))).await;
    }
}

/// One connection, until it breaks: what broke it, in words. None where it is time to stop.
async fn connection(house: &mut House, mailbox: &Mailbox, backoff: &mut Backoff) -> Option<String> {
    let contact = match first_contact(house, mailbox).await? {
        Ok(contact) => contact,
        Err(error) => return Some(error),
    };
    let settings = match connect::source(&house.config, mailbox, contact.left_before) {
        Ok(settings) => settings,
        Err(problem) => return Some(problem),
    };
    let opened = tokio::select! {
        opened = settings.open() => opened,
        () = house.stopped() => return None,
    };
    let mut source = match opened {
        Ok(source) => source,
        Err(error) => return Some(error.to_string()),
    };
    backoff.succeeded();
    log::mailbox_reached(&mailbox.name, source.left_behind());
    let broken = serve(house, mailbox, &mut source, contact).await;
    source.close().await;
    broken.map(|error| error.to_string())
}

#[derive(Clone, Copy)]
struct Contact {
    left_before: Option<Timestamp>,
    /// What was received before is not answered.
    old_before: Option<Timestamp>,
}

/// When this mailbox was first looked at, under its name: a new host or UIDVALIDITY is no first contact.
async fn first_contact(house: &House, mailbox: &Mailbox) -> Option<Result<Contact, String>> {
    let (name, backlog) = (mailbox.name.clone(), mailbox.backlog);
    let now = clock::now();
    let left_before = match backlog {
        Backlog::All => None,
        Backlog::Within(span) => Some(now.minus(span)),
    };
    let noted =
        house.writer.ask(move |office| office.first_contact(&name, now, left_before)).await?;
    Some(noted.map_err(|error| error.to_string()).map(|known| Contact {
        left_before: known.left_before,
        old_before:
            (backlog == Backlog::All).then(|| known.first_contact_at.unwrap_or(now).minus(OLD)),
    }))
}

/// Batches, until the connection breaks or it is time to stop.
async fn serve(
    house: &mut House,
    mailbox: &Mailbox,
    source: &mut impl Source,
    contact: Contact,
) -> Option<IntakeError> {
    let lookups = Lookups::new(&house.config, mailbox);
    while !house.is_stopping() {
        let batch = tokio::select! {
            batch = source.next_batch() => batch,
            () = house.stopped() => return None,
        };
        let batch = match batch {
            Ok(batch) => batch,
            Err(error) => return Some(error),
        };
        if batch.is_empty() {
            let (name, left) = (mailbox.name.clone(), source.left_behind());
            let noted = house
                .writer
                .ask(move |office| office.mailbox_ok(&name, left, clock::now()))
                .await?;
            if let Err(error) = noted {
                log::turn_failed("mailbox", &error);
            }
            tokio::select! {
                waited = source.wait() => if let Err(error) = waited { return Some(error) },
                () = house.stopped() => return None,
            }
            continue;
        }
        let done = take_in(house, mailbox, batch, contact, &lookups).await?;
        if let Err(error) = source.settle(done).await {
            return Some(error);
        }
    }
    None
}

/// Understands the batch beside the workers and has it committed; again and again until the store takes it.
async fn take_in(
    house: &mut House,
    mailbox: &Mailbox,
    batch: Vec<Arrived>,
    contact: Contact,
    lookups: &Lookups,
) -> Option<Vec<(SourceKey, Disposal)>> {
    let (name, role, limits) = (mailbox.name.clone(), mailbox.role.clone(), limits(&house.config));
    let mut arrivals = Vec::with_capacity(batch.len());
    for arrived in batch {
        let is_old = contact.old_before.is_some_and(|before| arrived.received_at < before);
        let Arrived { key, received_at, raw, truncated, size_octets } = arrived;
        let (raw, understood, struck) = understood(raw, truncated, size_octets, limits).await;
        let (mailbox, role) = (name.clone(), role.clone());
        arrivals.push(Arrival {
            mailbox,
            role,
            key,
            received_at,
            raw,
            understood,
            struck,
            checked: Checked::default(),
            is_old,
        });
    }
    arrivals = looked_up(house, lookups, arrivals).await?;
    while !house.is_stopping() {
        let (answer, back) = house
            .writer
            .ask(move |office| {
                let answer = office.take_in(&arrivals, clock::now());
                (answer, arrivals)
            })
            .await?;
        match answer {
            Ok(done) => {
                house.outbox.notify_one();
                return Some(done);
            }
            Err(error) => {
                log::batch_failed(&name, &error);
                arrivals = back;
                house.pause(STORE_PAUSE).await;
            }
        }
    }
    None
}

/// Reads what our server says of each, and asks the DNS about those in an agent's name.
async fn looked_up(
    house: &House,
    lookups: &Lookups,
    mut arrivals: Vec<Arrival>,
) -> Option<Vec<Arrival>> {
    for arrival in &mut arrivals {
        lookups.read_results(arrival);
    }
    if !lookups.asks() {
        return Some(arrivals);
    }
    let (is_agents, mut arrivals) = house
        .writer
        .ask(move |office| {
            let is_agents = office.in_an_agents_name(&arrivals);
            (is_agents, arrivals)
        })
        .await?;
    match is_agents {
        Ok(is_agents) => lookups.ask(&mut arrivals, &is_agents).await,
        Err(error) => log::turn_failed("lookups", &error),
    }
    Some(arrivals)
}

/// A panic in a library is the mail's fault, not the daemon's: it goes to quarantine with what was said.
async fn understood(
    raw: Vec<u8>,
    truncated: bool,
    size_octets: u64,
    limits: Limits,
) -> (Vec<u8>, Result<Understood, String>, Option<Vec<u8>>) {
    if truncated {
        return (
            raw,
            Err(format!(
                "the mail has {size_octets} octets, more than the limit `size` of {}",
                limits.size_octets
            )),
            None,
        );
    }
    let raw = std::sync::Arc::new(raw);
    let shared = std::sync::Arc::clone(&raw);
    let read = tokio::task::spawn_blocking(move || {
        let understood = understand(&shared, &limits).map_err(|over| over.to_string())?;
        let struck = struck(&shared, &understood);
        Ok((understood, struck))
    })
    .await;
    let unforeseen = || Err("reading the mail failed in a way nobody foresaw".to_owned());
    let raw = std::sync::Arc::unwrap_or_clone(raw);
    match read.unwrap_or_else(|_| unforeseen()) {
        Ok((understood, struck)) => (raw, Ok(understood), struck),
        Err(why) => (raw, Err(why), None),
    }
}
