//! What an agent may read: tickets of their queues, and none whose customer they are. Any other is as good as unknown.

use super::clerk::Clerk;
use super::effects::history;
use super::error::OfficeError;
use crate::desk::answer::{ListFilter, Problem, Refusal};
use crate::desk::people::Agent;
use crate::desk::{Number, Ticket, overview};
use crate::letters::Rendered;
use crate::mail::Timestamp;
use crate::store::{Listing, Tx, Which};

/// A listing by mail is for reading, not for archives.
const LONGEST_LIST: u32 = 200;

impl Clerk {
    pub(super) fn listed(
        &self,
        tx: &Tx<'_>,
        agent: &Agent,
        filter: &ListFilter,
    ) -> Result<Vec<Ticket>, OfficeError> {
        let (which, only) = match filter {
            ListFilter::Free => (Which::Free, None),
            ListFilter::Mine => (Which::OwnedBy(agent.id), None),
            ListFilter::Escalated => (Which::Escalated, None),
            ListFilter::All | ListFilter::Named(_) => (Which::Open, None),
            ListFilter::Queue(name) => (Which::Open, Some(name)),
            ListFilter::Agent(other) => (Which::OwnedBy(*other), None),
        };
        let named = |queue: &&String| only.is_none_or(|only| only == *queue);
        let queues: Vec<String> = agent.queues.iter().filter(named).cloned().collect();
        let listing = Listing { queues: Some(&queues), which, limit: LONGEST_LIST };
        let listed = tx.list(&listing)?.into_iter().map(|listed| listed.ticket);
        Ok(listed.filter(|ticket| overview::may_see(agent, ticket)).collect())
    }

    /// The ticket of this number, where the agent may see it. What was erased is as good as unknown: nothing new is kept with it.
    pub(super) fn visible(
        &self,
        tx: &Tx<'_>,
        agent: &Agent,
        number: Number,
    ) -> Result<Option<Ticket>, OfficeError> {
        match tx.ticket_by_number(number)?.filter(|ticket| overview::may_see(agent, ticket)) {
            Some(ticket) if !tx.is_erased(ticket.id)? => Ok(Some(ticket)),
            _ => Ok(None),
        }
    }

    pub(super) fn shown(
        &self,
        tx: &Tx<'_>,
        ticket: &Ticket,
        agent: &Agent,
        now: Timestamp,
    ) -> Result<Rendered, OfficeError> {
        let (history, opening) = (history(tx, ticket)?, self.opening(tx, ticket)?);
        let scene =
            self.scene(ticket, agent.language, &history, opening.as_ref(), Some(agent), now);
        Ok(self.letters.show(&scene, &self.articles(tx, &scene, true)?)?)
    }
}

/// What is wrong with a `#show` of what is not there, or not for this agent: which of the two, it does not say.
pub(super) fn unknown_ticket(number: Number) -> Problem {
    let refusal = Refusal::UnknownTicket { text: number.to_string() };
    Problem { line: 0, typed: format!("#show {number}"), refusal }
}
