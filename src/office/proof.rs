//! Whether a mail may command, and if not, who has to be asked: looks up what `authority` needs, and judges nothing itself.

use super::clerk::{Clerk, sender};
use super::error::OfficeError;
use super::evidence;
use super::signed::SignedMail;
use crate::authority::{
    self, Checked, Found, Proof, Purpose, Recorded, Refusal, Token, Way, What, find, judge, weigh,
};
use crate::desk::TicketId;
use crate::desk::event::MessageRef;
use crate::desk::people::AgentId;
use crate::mail::understood::Understood;
use crate::mail::{Mail, Timestamp};
use crate::store::{OfferId, OutgoingId, Tx};

/// A mail that comes from an agent, or says so, or has an agent's token.
pub(super) enum Commanding {
    Proven(Proof),
    /// From an agent's address, or with a right token that proves nothing (any more): the agent is asked at the registered address.
    Unproven {
        agent: AgentId,
        ticket: TicketId,
    },
    /// An answer to what belongs to no ticket (the welcome): it shows that the mail arrived, and is only noted.
    Noted,
    /// Somebody else holds an agent's token: it is void from now on, and the agent is told.
    Stranger {
        agent: AgentId,
        ticket: TicketId,
    },
}

impl Clerk {
    /// None where no agent plays a part in it. Where a signature is among the proofs, what was signed, which alone is to be read.
    pub(super) fn commanding(
        &self,
        tx: &Tx<'_>,
        message: MessageRef,
        understood: &Understood,
        checked: &Checked,
        now: Timestamp,
    ) -> Result<(Option<Commanding>, Option<Understood>), OfficeError> {
        let signed = self.signed(tx, message, understood, now)?;
        let found = self.found(tx, &understood.mail, checked, now)?;
        let commanding = self.commanding_unsigned(tx, &understood.mail, found, now)?;
        let Some(SignedMail { agent, ticket, read }) = signed else {
            return Ok((commanding, None));
        };
        let by_signature =
            Proof { agent, ways: found.all.with(Way::OpenPgp), on: What::Ticket(ticket) };
        let proof = match commanding {
            Some(Commanding::Proven(proof))
                if proof.agent == agent && self.ticket_of_proof(tx, proof)? == Some(ticket) =>
            {
                Proof { ways: proof.ways.with(Way::OpenPgp), ..proof }
            }
            // A signature on one ticket says nothing about another one.
            Some(Commanding::Proven(_) | Commanding::Stranger { .. }) => {
                return Ok((commanding, None));
            }
            Some(Commanding::Unproven { agent: other, ticket: on })
                if other != agent || on != ticket =>
            {
                return Ok((commanding, None));
            }
            None | Some(Commanding::Noted | Commanding::Unproven { .. }) => by_signature,
        };
        Ok((Some(Commanding::Proven(proof)), Some(read)))
    }

    fn ticket_of_proof(&self, tx: &Tx<'_>, proof: Proof) -> Result<Option<TicketId>, OfficeError> {
        match proof.on {
            What::Ticket(ticket) => Ok(Some(ticket)),
            What::Offer(offer) => {
                Ok(tx.offer(OfferId(i64::from(offer)))?.and_then(|offer| offer.ticket))
            }
        }
    }

    fn commanding_unsigned(
        &self,
        tx: &Tx<'_>,
        mail: &Mail,
        found: Found,
        now: Timestamp,
    ) -> Result<Option<Commanding>, OfficeError> {
        let writer = self.rules.agent_writing_from(&sender(mail).address).map(|a| a.id);
        let in_addresses = find::in_addresses(mail, &self.rules.queues);
        let in_ids = find::in_message_ids(evidence::answered(mail));
        let mut refused: Option<(Token, Recorded, Refusal)> = None;
        for text in in_addresses.iter().chain(&in_ids) {
            let Some(token) = self.signer.verify(text) else { continue };
            let recorded = self.recorded(tx, text, &token)?;
            let proven = authority::prove(&token, recorded, mail, &self.rules, now)
                .and_then(|proof| weigh(proof, found, &self.policy));
            match proven {
                Ok(proof) => return Ok(Some(Commanding::Proven(proof))),
                Err(Refusal::NotForCommands)
                    if is_agents_own(&token, recorded) && self.is_from(mail, &token) =>
                {
                    return Ok(Some(Commanding::Noted));
                }
                Err(Refusal::NotForCommands | Refusal::AgentGone) => {}
                Err(refusal) => {
                    if refusal.voids_token() {
                        tx.void_token(text, now)?;
                        self.void_with(tx, &token, recorded, now)?;
                    }
                    refused.get_or_insert((token, recorded, refusal));
                }
            }
        }
        if let Some((token, recorded, refusal)) = refused
            && let Some(agent) = token.agent
            && let Some(ticket) = self.ticket_behind(tx, &token, recorded)?
        {
            let stranger = refusal == Refusal::ForeignSender && writer.is_none();
            // Another agent with a colleague's token is asked at their own address.
            let agent =
                if refusal == Refusal::ForeignSender { writer.unwrap_or(agent) } else { agent };
            return Ok(Some(match stranger {
                true => Commanding::Stranger { agent, ticket },
                false => proven_without_token(agent, ticket, found)
                    .unwrap_or(Commanding::Unproven { agent, ticket }),
            }));
        }
        let Some(agent) = writer else { return Ok(None) };
        let ticket = self.evidence(tx, mail)?.ticket();
        if let Some(proven) = ticket.and_then(|t| proven_without_token(agent, t, found)) {
            return Ok(Some(proven));
        }
        Ok(ticket.map(|ticket| Commanding::Unproven { agent, ticket }))
    }

    /// What was found out on the way is worth for the agent who writes; nothing, where nobody of ours does.
    fn found(
        &self,
        tx: &Tx<'_>,
        mail: &Mail,
        checked: &Checked,
        now: Timestamp,
    ) -> Result<Found, OfficeError> {
        let Some(agent) = self.rules.agent_writing_from(&sender(mail).address) else {
            return Ok(Found::default());
        };
        let found = judge(mail, agent, checked, &self.rules, &self.policy);
        if found.replayable.is_empty() {
            return Ok(found);
        }
        // What a domain has signed once can be sent again by whoever has it.
        let is_first = match &mail.message_id {
            Some(id) => tx.use_signed(id, now)?,
            None => false,
        };
        Ok(if is_first { found } else { found.sent_again() })
    }

    /// Whoever saw one token of a mail has probably seen all of it: what went to this agent about this ticket before proves nothing
    /// any more.
    fn void_with(
        &self,
        tx: &Tx<'_>,
        token: &Token,
        recorded: Recorded,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        let (Some(agent), Some(ticket)) = (token.agent, self.ticket_behind(tx, token, recorded)?)
        else {
            return Ok(());
        };
        for (message_id, issued) in tx.mails_to_agent(ticket, agent)? {
            let purpose = Purpose::Reply;
            tx.void_token(
                &self.signer.sign(&Token {
                    purpose,
                    agent: Some(agent),
                    subject: ticket.0,
                    issued,
                }),
                now,
            )?;
            for token in find::in_message_ids([&message_id]) {
                tx.void_token(&token, now)?;
            }
        }
        Ok(())
    }

    fn is_from(&self, mail: &Mail, token: &Token) -> bool {
        let agent = token.agent.and_then(|id| self.rules.agent(id));
        agent.is_some_and(|agent| agent.writes_from(&sender(mail).address))
    }

    fn recorded(&self, tx: &Tx<'_>, text: &str, token: &Token) -> Result<Recorded, OfficeError> {
        let about = match token.purpose {
            Purpose::MessageId => tx.outgoing(OutgoingId(token.subject))?.and_then(|mail| {
                match (mail.offer, mail.ticket) {
                    (Some(offer), _) => u32::try_from(offer.0).ok().map(What::Offer),
                    (None, Some(ticket)) => Some(What::Ticket(ticket)),
                    (None, None) => None,
                }
            }),
            Purpose::Reply | Purpose::Offer | Purpose::Bounce | Purpose::Standing => None,
        };
        Ok(Recorded { void: tx.is_void(text)?, about })
    }

    fn ticket_behind(
        &self,
        tx: &Tx<'_>,
        token: &Token,
        recorded: Recorded,
    ) -> Result<Option<TicketId>, OfficeError> {
        let what = match token.purpose {
            Purpose::Reply => Some(What::Ticket(TicketId(token.subject))),
            Purpose::Offer => Some(What::Offer(token.subject)),
            Purpose::MessageId => recorded.about,
            Purpose::Bounce | Purpose::Standing => None,
        };
        match what {
            Some(What::Ticket(ticket)) => Ok(Some(ticket)),
            Some(What::Offer(offer)) => {
                Ok(tx.offer(OfferId(i64::from(offer)))?.and_then(|o| o.ticket))
            }
            None => Ok(None),
        }
    }
}

/// Enough was found out about the mail itself; the ticket is the one that it names.
fn proven_without_token(agent: AgentId, ticket: TicketId, found: Found) -> Option<Commanding> {
    let on = What::Ticket(ticket);
    let ways = found.all;
    (!found.alone.is_empty()).then_some(Commanding::Proven(Proof { agent, ways, on }))
}

/// A token that went to an agent, about no ticket.
fn is_agents_own(token: &Token, recorded: Recorded) -> bool {
    match token.purpose {
        Purpose::Standing => true,
        Purpose::MessageId => token.agent.is_some() && recorded.about.is_none(),
        Purpose::Reply | Purpose::Offer | Purpose::Bounce => false,
    }
}
