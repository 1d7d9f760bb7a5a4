//! What leaves: a few mails at a time, the urgent ones first, each result noted before the next is taken.
//!
//! A server that cannot be reached is no failure of a mail: it is left alone for a while, and what waited goes at once when it is back.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::Sleep;

use super::House;
use crate::outbox::order::Backoff;
use crate::outbox::{Handover, Outcome, Transport};
use crate::store::OutgoingId;
use crate::{clock, log};

/// Connections at the same time.
const AT_ONCE: usize = 4;

/// Results that are committed together at most.
const NOTED_TOGETHER: usize = 32;

/// Without a notice, this often: for what falls due by its time alone.
const LOOK_EVERY: Duration = Duration::from_millis(500);

type Sent = (OutgoingId, Outcome);

pub async fn run(mut house: House, transport: Arc<Transport>) {
    let mut under_way: JoinSet<Sent> = JoinSet::new();
    let mut ids: Vec<OutgoingId> = Vec::new();
    let mut backoff = Backoff::default();
    // While it lasts the server is left alone.
    let mut pause: Option<Pin<Box<Sleep>>> = None;
    // What is under way when it is time to stop is waited for: its result is worth knowing.
    while !house.is_stopping() || !under_way.is_empty() {
        if !house.is_stopping() && pause.is_none() {
            let free = AT_ONCE.saturating_sub(ids.len());
            let Some(handovers) = next(&house, free, &ids).await else { return };
            for handover in handovers {
                let Ok(id) = u32::try_from(handover.id) else { continue };
                ids.push(OutgoingId(id));
                let transport = Arc::clone(&transport);
                under_way
                    .spawn(async move { (OutgoingId(id), transport.hand_over(&handover).await) });
            }
        }
        let outbox = Arc::clone(&house.outbox);
        let (stopping, resting) = (house.is_stopping(), pause.is_some());
        // One slow server must not keep the next mail from being looked for, nor a pause a result from being noted.
        tokio::select! {
            Some(first) = under_way.join_next() => {
                let results = results(first.ok(), &mut under_way, &mut ids);
                let is_unreachable =
                    |(_, outcome): &Sent| matches!(outcome, Outcome::Unreachable { .. });
                let failed = results.iter().any(is_unreachable);
                let reached = results.iter().any(|result| !is_unreachable(result));
                note(&house, results).await;
                if reached {
                    backoff.reached();
                    pause = None;
                } else if failed && pause.is_none() {
                    let seconds = backoff.failed().0;
                    log::outbox_waits(seconds);
                    let seconds = u64::try_from(seconds).unwrap_or(1);
                    pause = Some(Box::pin(tokio::time::sleep(Duration::from_secs(seconds))));
                }
            }
            () = over(&mut pause), if resting => pause = None,
            () = outbox.notified(), if !resting && ids.len() < AT_ONCE => {}
            () = tokio::time::sleep(LOOK_EVERY), if !resting => {}
            () = house.stopped(), if !stopping => {}
        }
    }
}

async fn over(pause: &mut Option<Pin<Box<Sleep>>>) {
    if let Some(pause) = pause {
        pause.await;
    }
}

async fn next(house: &House, free: usize, under_way: &[OutgoingId]) -> Option<Vec<Handover>> {
    if free == 0 {
        return Some(Vec::new());
    }
    let (limit, under_way) = (u32::try_from(free).unwrap_or(1), under_way.to_vec());
    match house.writer.ask(move |office| office.outgoing(clock::now(), limit, &under_way)).await? {
        Ok(handovers) => Some(handovers),
        Err(error) => {
            log::turn_failed("outbox", &error);
            Some(Vec::new())
        }
    }
}

/// The first result, and what else has come by then.
fn results(
    first: Option<Sent>,
    under_way: &mut JoinSet<Sent>,
    ids: &mut Vec<OutgoingId>,
) -> Vec<Sent> {
    let mut results: Vec<Sent> = first.into_iter().collect();
    while results.len() < NOTED_TOGETHER
        && let Some(more) = under_way.try_join_next()
    {
        results.extend(more);
    }
    ids.retain(|id| !results.iter().any(|(done, _)| done == id));
    if under_way.is_empty() {
        ids.clear();
    }
    results
}

/// Until it is noted: a mail that was accepted must not go again.
async fn note(house: &House, results: Vec<Sent>) {
    let mut results = results;
    loop {
        let asked = house
            .writer
            .ask(move |office| {
                let noted = office.handed_over(&results, clock::now());
                (noted, results)
            })
            .await;
        match asked {
            None | Some((Ok(()), _)) => return,
            Some((Err(error), back)) => {
                log::turn_failed("outbox", &error);
                results = back;
                tokio::time::sleep(LOOK_EVERY).await;
            }
        }
    }
}
