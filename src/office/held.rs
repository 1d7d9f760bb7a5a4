//! Held mails: their agents are told, not of each but of all together; what is let in is handled as if it had just come.
//!
//! Told are the agents of the queue: they alone can answer in a way that proves something. Where a queue has none, the postmaster
//! is, who has the command line. What is held because of `#spam` is told to nobody: the digest and `postamt held list` have it.

use super::clerk::Clerk;
use super::error::OfficeError;
use super::post::Mail;
use super::{DEADLINES, Office, alone, settled};
use crate::config::Config;
use crate::desk::effect::{Keep, Offer};
use crate::desk::event::{Manner, MessageRef};
use crate::desk::people::{Agent, AgentId};
use crate::letters::HeldNotice;
use crate::log;
use crate::mail::{Span, Timestamp};
use crate::store::{Counted, HeldState, OfferId, StoredOffer, Tx};

/// A flood is told of when it can be seen to be one, ...
const TOLD_AFTER: Span = Span::minutes(5);
/// ... and a notice is answered within this time.
const OFFER_LASTS: Span = Span::days(14);
/// Senders that a notice names.
const SENDERS: u32 = 20;
/// What was held as spam is let go after so long.
pub(super) const SPAM_KEPT: Span = Span::days(30);

impl Office {
    /// Handles what somebody has let in.
    ///
    /// # Errors
    /// Where the store failed.
    pub fn release_held(&mut self, config: &Config, now: Timestamp) -> Result<usize, OfficeError> {
        let clerk = &self.clerk;
        let waiting = self.store.to_release(DEADLINES)?;
        if waiting.is_empty() {
            return Ok(0);
        }
        self.store.transaction(|tx| {
            tx.advance_time(now)?;
            for message in &waiting {
                let handled = alone(tx, |tx| clerk.handle_held(tx, *message, config, now));
                if let Some(error) = settled(handled)? {
                    tx.quarantine_message(*message, &error.to_string())?;
                    tx.move_held(*message, HeldState::Release, HeldState::Released)?;
                }
            }
            Ok(waiting.len())
        })
    }

    /// Tells of what is held, for each queue at most once an hour. How many notices were written.
    ///
    /// # Errors
    /// Where the store failed.
    pub fn tell_of_held(&mut self, now: Timestamp) -> Result<usize, OfficeError> {
        let clerk = &self.clerk;
        let mut due = Vec::new();
        let queues = clerk.rules.queues.iter().map(|q| q.name.as_str()).chain([""]);
        for queue in queues {
            let Some((_, since)) = self.store.first_untold_held(queue)? else { continue };
            if now.since(since) >= TOLD_AFTER
                && self.store.recently(Counted::HeldNotice, queue, now)? == 0
            {
                due.push(queue.to_owned());
            }
        }
        if due.is_empty() {
            return Ok(0);
        }
        self.store.transaction(|tx| {
            for queue in &due {
                // Whatever comes of it, it is not tried again at every turn.
                tx.count_recent(Counted::HeldNotice, queue, now)?;
                if let Some(error) = settled(alone(tx, |tx| clerk.tell_held(tx, queue, now)))? {
                    log::turn_failed("held", &error);
                }
            }
            Ok(due.len())
        })
    }
}

impl Clerk {
    fn handle_held(
        &self,
        tx: &Tx<'_>,
        message: MessageRef,
        config: &Config,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        self.handle_stored(tx, message, config, now)?;
        tx.move_held(message, HeldState::Release, HeldState::Released)?;
        Ok(())
    }

    fn tell_held(&self, tx: &Tx<'_>, queue: &str, now: Timestamp) -> Result<(), OfficeError> {
        let Some((first, total)) = tx.tell_held(queue)? else { return Ok(()) };
        let groups = tx.held_groups(first, SENDERS)?;
        let until = now.plus(OFFER_LASTS);
        let agents: Vec<&Agent> = self.rules.agents.iter().filter(|a| a.works_on(queue)).collect();
        for agent in &agents {
            let offer = Offer { message: first, manner: Manner::LetIn, keep: Keep::Fortnight };
            let offer = tx.add_offer(agent.id, None, &offer, until)?;
            let notice = HeldNotice { queue, total, groups: &groups, now, until: Some(until) };
            let rendered = self.letters.held_mails(&self.rules, agent.language, &notice)?;
            let mail = Mail::news(&rendered);
            let Some(queue) = self.rules.queue(queue) else { continue };
            self.post_without_ticket(tx, agent, queue, &mail, Some(offer), None, now)?;
        }
        if agents.is_empty() {
            let notice = HeldNotice { queue, total, groups: &groups, now, until: None };
            let rendered = self.letters.held_mails(&self.rules, self.rules.language, &notice)?;
            let mail = Mail::report(&rendered);
            let postmaster = std::slice::from_ref(&self.rules.postmaster);
            self.post_to_house(tx, None, postmaster, &mail, now)?;
        }
        Ok(())
    }

    /// An agent's proven answer to a notice of held mails: a yes lets in what it told of, and nothing else does.
    pub(super) fn let_in(
        &self,
        tx: &Tx<'_>,
        says_yes: bool,
        agent: AgentId,
        offer: (OfferId, &StoredOffer),
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        let (id, offered) = offer;
        let first = offered.offer.message;
        let Some(queue) = tx.held(first)?.map(|held| held.queue) else { return Ok(()) };
        let Some(agent) = self.rules.agent(agent).filter(|a| a.works_on(&queue)) else {
            return Ok(());
        };
        let taken = match says_yes && offered.agent == agent.id {
            true => tx.take_offer(id, now)?.is_some(),
            false => false,
        };
        let count = if taken { tx.release_told(first)? } else { 0 };
        let rendered = self.letters.let_in(&self.rules, agent.language, &queue, count, says_yes)?;
        let mail = Mail::answer(&rendered);
        let Some(queue) = self.rules.queue(&queue) else { return Ok(()) };
        self.post_without_ticket(tx, agent, queue, &mail, None, None, now)
    }
}
