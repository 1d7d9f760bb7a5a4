//! Tickets whose personal data were erased: nothing is written to them any more. Whoever answers an old mail about one is told, if
//! they are an agent; anybody else has a new ticket, which nothing leads back to the old one.

use super::clerk::Clerk;
use super::command::{Lacks, Outcome};
use super::error::OfficeError;
use super::proof::{Commanding, has_commands};
use super::reading::unknown_ticket;
use crate::authority::What;
use crate::desk::TicketId;
use crate::desk::answer::Problem;
use crate::desk::event::MessageRef;
use crate::desk::routing::Evidence;
use crate::mail::Timestamp;
use crate::mail::understood::Understood;
use crate::store::{OfferId, Tx};

/// What names an erased ticket names none.
pub(super) fn without_gone(tx: &Tx<'_>, mut evidence: Evidence) -> Result<Evidence, OfficeError> {
    let gone = |id: Option<TicketId>| id.map_or(Ok(false), |id| tx.is_erased(id));
    if gone(evidence.link.map(|link| link.ticket))? {
        evidence.link = None;
    }
    if gone(evidence.answers_ours.as_ref().map(|ours| ours.ticket))? {
        evidence.answers_ours = None;
    }
    if gone(evidence.answers_theirs)? {
        evidence.answers_theirs = None;
    }
    if gone(evidence.tag)? {
        evidence.tag = None;
    }
    Ok(evidence)
}

impl Clerk {
    /// An agent's mail about a ticket that was erased; None where it is about another one.
    pub(super) fn about_what_is_gone(
        &self,
        tx: &Tx<'_>,
        message: MessageRef,
        understood: &Understood,
        commanding: &Commanding,
        lacks: Lacks,
        now: Timestamp,
    ) -> Result<Option<Outcome>, OfficeError> {
        let (agent, ticket) = match commanding {
            Commanding::Proven(proof) => match proof.on {
                What::Ticket(ticket) => (proof.agent, Some(ticket)),
                What::Offer(offer) => {
                    let offer = tx.offer(OfferId(i64::from(offer)))?;
                    (proof.agent, offer.and_then(|offer| offer.ticket))
                }
                What::Standing => return Ok(None),
            },
            Commanding::Unproven { agent, ticket } | Commanding::Stranger { agent, ticket } => {
                (*agent, Some(*ticket))
            }
            Commanding::Noted | Commanding::UnprovenAlone { .. } => return Ok(None),
        };
        let Some(ticket) = ticket.map(|id| tx.ticket(id)).transpose()?.flatten() else {
            return Ok(None);
        };
        if !tx.is_erased(ticket.id)? {
            return Ok(None);
        }
        match commanding {
            Commanding::Stranger { .. } if !has_commands(understood) => {
                return Ok(Some(Outcome::NotTheirs));
            }
            Commanding::Stranger { .. } | Commanding::Unproven { .. } => {
                return self.challenge_alone(tx, message, understood, agent, lacks, now).map(Some);
            }
            _ => {}
        }
        let problem = Problem { typed: String::new(), ..unknown_ticket(ticket.number) };
        let problems = vec![problem];
        let outcome = self.refuse_alone(tx, message, agent, problems, "", now)?;
        // Below their words stands, quoted, what was erased.
        tx.erase_mail(message)?;
        Ok(Some(outcome))
    }
}
