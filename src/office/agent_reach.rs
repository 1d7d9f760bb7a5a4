//! Agents whom mail does not reach: who bounced on two different days is mailed no more, and who writes again is.

use std::sync::atomic::Ordering;

use super::clerk::Clerk;
use super::error::OfficeError;
use super::post::Mail;
use crate::desk::event::ReturnKind;
use crate::desk::people::{Agent, AgentId};
use crate::desk::reach::{self, Reach};
use crate::mail::Timestamp;
use crate::store::{OutgoingMail, Tx};

impl Clerk {
    /// A mail to an agent came back for good. Their tickets become free with the next turn.
    pub(super) fn agents_mail_returned(
        &self,
        tx: &Tx<'_>,
        ours: &OutgoingMail,
        kind: ReturnKind,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        let Some(agent) = ours.agent.map(|id| tx.agent(id)).transpose()?.flatten() else {
            return Ok(());
        };
        // An address that was corrected since says nothing.
        let is_theirs = agent.active && agent.addresses.first() == Some(&ours.recipient);
        if kind == ReturnKind::Delayed || !is_theirs {
            return Ok(());
        }
        // Whoever has its signed envelope address could say that it came back; but its answer was here.
        if tx.read_by_agent(agent.id)?.is_some_and(|until| ours.created_at <= until) {
            return Ok(());
        }
        let is_last = reach::is_last(agent.id, &self.rules);
        let reach = agent.reach.bounced(ours.created_at, now, self.rules.zone, is_last);
        if reach == agent.reach {
            return Ok(());
        }
        let agent = Agent { reach, ..agent };
        tx.save_agent(&agent)?;
        self.agents_changed.store(true, Ordering::Relaxed);
        if reach.is_lost() { self.tell_of_lost_agent(tx, &agent, now) } else { Ok(()) }
    }

    /// A proven mail of theirs: they are here, and read what they are sent.
    pub(super) fn agent_is_there(&self, tx: &Tx<'_>, agent: AgentId) -> Result<(), OfficeError> {
        let Some(agent) = tx.agent(agent)?.filter(|agent| agent.reach != Reach::Reached) else {
            return Ok(());
        };
        tx.save_agent(&Agent { reach: Reach::Reached, ..agent })?;
        self.agents_changed.store(true, Ordering::Relaxed);
        Ok(())
    }

    fn tell_of_lost_agent(
        &self,
        tx: &Tx<'_>,
        agent: &Agent,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        let rendered = self.letters.agent_lost(&self.rules, agent)?;
        let mail = Mail::report(&rendered);
        self.post_to_house(tx, None, &self.rules.admins, &mail, now)
    }
}
