//! What leaves: a few mails at a time, the urgent ones first, each result noted before the next is taken.
//!
//! A server that cannot be reached is no failure of a mail: it is left alone for a while, and what waited goes at once when it is back.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

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
    while !house.is_stopping() {
        let free = AT_ONCE.saturating_sub(ids.len());
        let Some(handovers) = next(&house, free, &ids).await else { return };
        for handover in handovers {
            let Ok(id) = u32::try_from(handover.id) else { continue };
            ids.push(OutgoingId(id));
            let transport = Arc::clone(&transport);
            under_way.spawn(async move { (OutgoingId(id), transport.hand_over(&handover).await) });
        }
        if under_way.is_empty() {
            let outbox = Arc::clone(&house.outbox);
            tokio::select! {
                () = outbox.notified() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
                () = house.stopped() => return,
            }
            continue;
        }
        let results = results(&mut under_way, &mut ids).await;
        let unreachable =
            results.iter().any(|(_, outcome)| matches!(outcome, Outcome::Unreachable { .. }));
        note(&mut house, results).await;
        if unreachable {
            let pause = backoff.failed();
            log::outbox_waits(pause.0);
            house.pause(Duration::from_secs(u64::try_from(pause.0).unwrap_or(1))).await;
        } else {
            backoff.reached();
        }
    }
    // What is under way when it is time to stop is waited for: its result is worth knowing.
    while !under_way.is_empty() {
        let results = results(&mut under_way, &mut ids).await;
        note(&mut house, results).await;
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

/// At least one result, and what else has come by then.
async fn results(under_way: &mut JoinSet<Sent>, ids: &mut Vec<OutgoingId>) -> Vec<Sent> {
    let mut results = Vec::new();
    if let Some(Ok(first)) = under_way.join_next().await {
        results.push(first);
    }
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
async fn note(house: &mut House, results: Vec<Sent>) {
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
