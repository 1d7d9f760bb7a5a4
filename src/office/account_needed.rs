//! `agents_need_account`: where the admin wants it, an agent without an account of their own commands nothing, however well proven.
//!
//! Theirs is an account with any of their addresses; one that is not suspended is enough. A challenge would help nobody: they are told
//! at their registered address, as often as of challenges.

use super::clerk::Clerk;
use super::error::OfficeError;
use super::proof::{Commanding, has_commands};
use crate::desk::TicketId;
use crate::desk::answer::{Problem, Refusal};
use crate::desk::event::MessageRef;
use crate::desk::note::Note;
use crate::desk::people::AgentId;
use crate::mail::understood::Understood;
use crate::mail::{Span, Timestamp};
use crate::store::Tx;

/// So often an hour an agent is told; then there is one line for the postmaster.
const MOST_TOLD: u32 = 3;

impl Clerk {
    /// Whether it ended here: who commands would be an agent, but has no account.
    pub(super) fn ends_without_account(
        &self,
        tx: &Tx<'_>,
        message: MessageRef,
        understood: &Understood,
        commanding: &Commanding,
        now: Timestamp,
    ) -> Result<bool, OfficeError> {
        if !self.policy.agents_need_account {
            return Ok(false);
        }
        let Some((agent, ticket)) = self.would_command(tx, understood, commanding)? else {
            return Ok(false);
        };
        if self.has_account(tx, agent)? {
            return Ok(false);
        }
        let problem = Problem { line: 0, typed: String::new(), refusal: Refusal::NoAccount };
        let Some(ticket) = ticket else {
            let me = self.rules.agent(agent);
            if me.and_then(|me| self.answers_for(me)).is_none() {
                return Ok(false);
            }
            if self.may_tell(tx, agent, now)? {
                self.refuse_alone(tx, message, agent, vec![problem], "", now)?;
            }
            return Ok(true);
        };
        // A ticket that is not theirs to work on: there they are a customer like any other.
        let Some(ticket) = tx.ticket(ticket)?.filter(|ticket| self.may_work_on(agent, ticket))
        else {
            return Ok(false);
        };
        tx.set_message_ticket(message, ticket.id)?;
        if self.may_tell(tx, agent, now)? {
            self.refuse(tx, message, understood, agent, ticket, problem, now)?;
        }
        Ok(true)
    }

    /// In whose name something would be done or asked about, and on which ticket.
    fn would_command(
        &self,
        tx: &Tx<'_>,
        understood: &Understood,
        commanding: &Commanding,
    ) -> Result<Option<(AgentId, Option<TicketId>)>, OfficeError> {
        Ok(match commanding {
            Commanding::Proven(proof) => Some((proof.agent, self.ticket_of_proof(tx, *proof)?)),
            Commanding::Unproven { agent, ticket } => Some((*agent, Some(*ticket))),
            Commanding::UnprovenAlone { agent } => Some((*agent, None)),
            Commanding::Stranger { agent, ticket } if has_commands(understood) => {
                Some((*agent, Some(*ticket)))
            }
            Commanding::Stranger { .. } | Commanding::Noted => None,
        })
    }

    fn has_account(&self, tx: &Tx<'_>, agent: AgentId) -> Result<bool, OfficeError> {
        for address in self.rules.agent(agent).iter().flat_map(|agent| &agent.addresses) {
            if tx.accounts_by_email(&address.key())?.iter().any(|account| account.active) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn may_tell(&self, tx: &Tx<'_>, agent: AgentId, now: Timestamp) -> Result<bool, OfficeError> {
        let hour = now.minus(Span::hours(1));
        if tx.mails_to_agent_since(agent, "error", hour)? < MOST_TOLD {
            return Ok(true);
        }
        let name = self.rules.agent(agent).map(|a| a.name.as_str()).unwrap_or_default();
        tx.add_postmaster_line(now, &Note::Challenges { agent: name.to_owned() })?;
        Ok(false)
    }
}
