//! More notifications than an agent can read become one summary: at once where the limit is passed, then once an hour as long as
//! something waits. What an agent waits for (receipts, errors, challenges) has limits of its own and is never swallowed.

use super::clerk::Clerk;
use super::error::OfficeError;
use super::post::Mail;
use super::{Office, alone, settled};
use crate::desk::Ticket;
use crate::desk::note::Note;
use crate::desk::people::{Agent, AgentId};
use crate::letters::{Summary, SummaryLine};
use crate::log;
use crate::mail::{Address, Timestamp};
use crate::store::{Counted, Tx};

/// Tickets that a summary names.
const NAMED: u32 = 50;

impl Office {
    /// Sends the summaries that are due. How many.
    ///
    /// # Errors
    /// Where the store failed.
    pub fn summarise(&mut self, now: Timestamp) -> Result<usize, OfficeError> {
        let clerk = &self.clerk;
        let mut due = Vec::new();
        for agent in &clerk.rules.agents {
            if self.store.has_untold(agent.id)?
                && self.store.recently(Counted::Summary, &key(agent.id), now)? == 0
            {
                due.push(agent);
            }
        }
        if due.is_empty() {
            return Ok(0);
        }
        self.store.transaction(|tx| {
            tx.advance_time(now)?;
            for agent in &due {
                // Whatever comes of it, it is not tried again at every turn.
                tx.count_recent(Counted::Summary, &key(agent.id), now)?;
                if let Some(error) = settled(alone(tx, |tx| clerk.summarise(tx, agent, now)))? {
                    log::turn_failed("summary", &error);
                }
            }
            Ok(due.len())
        })
    }
}

impl Clerk {
    /// Those who can read one more notification; for the others it waits until their summary.
    pub(super) fn within_limit<'a>(
        &self,
        tx: &Tx<'_>,
        ticket: &Ticket,
        to: &[&'a Agent],
        event: &str,
        now: Timestamp,
    ) -> Result<Vec<&'a Agent>, OfficeError> {
        let limit = self.floods.notifications;
        let mut within = Vec::with_capacity(to.len());
        for agent in to {
            let key = key(agent.id);
            if limit > 0 && tx.recently(Counted::Notification, &key, now)? >= limit {
                tx.add_untold(agent.id, ticket.id, event, now)?;
            } else {
                tx.count_recent(Counted::Notification, &key, now)?;
                within.push(*agent);
            }
        }
        Ok(within)
    }

    /// The same for the postmaster and the admins, who have the digest instead of a summary.
    pub(super) fn house_within_limit(
        &self,
        tx: &Tx<'_>,
        to: &[Address],
        event: &str,
        now: Timestamp,
    ) -> Result<Vec<Address>, OfficeError> {
        let limit = self.floods.notifications;
        let mut within = Vec::with_capacity(to.len());
        for address in to {
            let key = address.key();
            if limit > 0 && tx.recently(Counted::ToHouse, &key, now)? >= limit {
                let note = Note::Unsent { event: event.to_owned(), to: address.clone() };
                tx.add_postmaster_line(now, &note)?;
            } else {
                tx.count_recent(Counted::ToHouse, &key, now)?;
                within.push(address.clone());
            }
        }
        Ok(within)
    }

    fn summarise(&self, tx: &Tx<'_>, agent: &Agent, now: Timestamp) -> Result<(), OfficeError> {
        let (news, tickets) = tx.untold_figures(agent.id)?;
        let mut named = Vec::new();
        for untold in tx.untold(agent.id, NAMED)? {
            if let Some(ticket) = tx.ticket(untold.ticket)? {
                named.push((ticket, untold));
            }
        }
        tx.forget_untold(agent.id)?;
        let queue = agent.queues.iter().find(|q| self.rules.queue(q).is_some());
        let Some(queue) = queue.filter(|_| agent.active && !named.is_empty()) else {
            return Ok(());
        };
        let lines: Vec<SummaryLine<'_>> = named
            .iter()
            .map(|(ticket, untold)| SummaryLine {
                ticket,
                event: &untold.event,
                count: untold.count,
                at: untold.at,
            })
            .collect();
        let summary = Summary { queue, news, tickets, lines: &lines, now };
        let rendered = self.letters.summary(&self.rules, agent, &summary)?;
        let mail = Mail::news(&rendered);
        let Some(queue) = self.rules.queue(queue) else { return Ok(()) };
        self.post_without_ticket(tx, agent, queue, &mail, None, None, now)
    }
}

fn key(agent: AgentId) -> String {
    agent.0.to_string()
}
