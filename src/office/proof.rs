//! Whether a mail may command, and if not, who has to be asked: looks up what `authority` needs, and judges nothing itself.

use super::clerk::{Clerk, sender};
use super::error::OfficeError;
use super::signed::{SignedMail, Signing};
use super::tokens::Leak;
use crate::authority::{
    self, Checked, Found, Proof, Recorded, Refusal, Token, Way, What, judge, of_token, weigh,
};
use crate::desk::answer::{Problem, Refusal as Unread};
use crate::desk::event::MessageRef;
use crate::desk::people::AgentId;
use crate::desk::why::Why;
use crate::desk::{TicketId, audience, command_line};
use crate::mail::understood::Understood;
use crate::mail::{Mail, Timestamp};
use crate::store::{OfferId, Tx};

/// A mail that comes from an agent, or says so, or has an agent's token.
pub(super) enum Commanding {
    Proven(Proof),
    /// From an agent's address, or with a right token that proves nothing (any more): the agent is asked at the registered address.
    Unproven {
        agent: AgentId,
        ticket: TicketId,
    },
    /// The same about no ticket, with commands in it.
    UnprovenAlone {
        agent: AgentId,
    },
    /// A word without commands about no ticket, which proves nothing any more: it is only noted.
    Noted,
    /// Somebody else holds an agent's token: it is void from now on, and the agent is told.
    Stranger {
        agent: AgentId,
        ticket: TicketId,
    },
}

/// What was found out about who commands.
pub(super) struct Judged {
    /// None where no agent plays a part in it.
    pub commanding: Option<Commanding>,
    /// Where a signature is among the proofs, what was signed, which alone is to be read.
    pub read: Option<Understood>,
    /// What its agent is told of a proof that was there and did not count.
    pub why: Option<Why>,
}

impl Clerk {
    pub(super) fn commanding(
        &self,
        tx: &Tx<'_>,
        message: MessageRef,
        understood: &Understood,
        checked: &Checked,
        now: Timestamp,
    ) -> Result<Judged, OfficeError> {
        let signed = self.signed(tx, message, understood, now)?;
        let (found, of_domain) = self.found(tx, &understood.mail, checked, now)?;
        let (commanding, of_token) = self.commanding_unsigned(tx, understood, found, now)?;
        let (signed, of_signature) = match signed {
            Signing::Proves(signed) => (Some(*signed), None),
            Signing::Refused(why) => (None, Some(why)),
            Signing::None => (None, None),
        };
        let why = of_token.or(of_signature).or(of_domain);
        let unsigned = |commanding| Judged { commanding, read: None, why };
        let Some(SignedMail { agent, ticket, read }) = signed else {
            return Ok(unsigned(commanding));
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
                return Ok(unsigned(commanding));
            }
            Some(Commanding::Unproven { agent: other, ticket: on })
                if other != agent || on != ticket =>
            {
                return Ok(unsigned(commanding));
            }
            Some(Commanding::UnprovenAlone { agent: other }) if other != agent => {
                return Ok(unsigned(commanding));
            }
            None
            | Some(
                Commanding::Noted | Commanding::Unproven { .. } | Commanding::UnprovenAlone { .. },
            ) => by_signature,
        };
        Ok(Judged { commanding: Some(Commanding::Proven(proof)), read: Some(read), why })
    }

    pub(super) fn ticket_of_proof(
        &self,
        tx: &Tx<'_>,
        proof: Proof,
    ) -> Result<Option<TicketId>, OfficeError> {
        match proof.on {
            What::Ticket(ticket) => Ok(Some(ticket)),
            What::Offer(offer) => {
                Ok(tx.offer(OfferId(i64::from(offer)))?.and_then(|offer| offer.ticket))
            }
            What::Standing => Ok(None),
        }
    }

    fn commanding_unsigned(
        &self,
        tx: &Tx<'_>,
        understood: &Understood,
        found: Found,
        now: Timestamp,
    ) -> Result<(Option<Commanding>, Option<Why>), OfficeError> {
        let mail = &understood.mail;
        let mut refused: Option<(Token, Recorded, Refusal)> = None;
        let mut leaks: Vec<Leak> = Vec::new();
        let mut proven = None;
        let carried = self.carried(mail);
        for (text, token) in &carried {
            let recorded = self.recorded(tx, text, token)?;
            let judged = authority::prove(token, recorded, mail, &self.rules, now)
                .and_then(|proof| weigh(proof, found, &self.policy));
            match judged {
                Ok(proof) => {
                    self.use_up(tx, &carried, now)?;
                    tx.agent_got_mail(proof.agent, token.issued)?;
                    proven = Some(Commanding::Proven(proof));
                    break;
                }
                Err(Refusal::NotForCommands | Refusal::AgentGone) => {}
                Err(refusal) => {
                    if refusal.voids_token() {
                        let seen = (text.as_str(), token);
                        leaks.extend(self.void_seen(tx, seen, recorded, &refusal, mail, now)?);
                    }
                    refused.get_or_insert((*token, recorded, refusal));
                }
            }
        }
        let is_refused = refused.as_ref().filter(|_| proven.is_none());
        let why = is_refused.and_then(|(token, _, refusal)| of_token(token, refusal));
        let commanding = match proven {
            None => self.without_token(tx, understood, refused, found, now)?,
            proven => proven,
        };
        for leak in &leaks {
            if !self.reads_of_stranger(tx, understood, commanding.as_ref(), leak)? {
                self.tell_of_leak(tx, leak, now)?;
            }
        }
        Ok((commanding, why))
    }

    /// What else proves it; or who is asked about a mail that nothing proves, if anybody is.
    fn without_token(
        &self,
        tx: &Tx<'_>,
        understood: &Understood,
        refused: Option<(Token, Recorded, Refusal)>,
        found: Found,
        now: Timestamp,
    ) -> Result<Option<Commanding>, OfficeError> {
        let mail = &understood.mail;
        let from = sender(mail).address;
        let writer = self.rules.agent_writing_from(&from).map(|a| a.id);
        if let Some((token, recorded, refusal)) = refused
            && let Some(agent) = token.agent
        {
            let foreign = refusal == Refusal::ForeignSender;
            let stranger = foreign && writer.is_none();
            // Another agent with a colleague's token is asked at their own address.
            let agent = if foreign { writer.unwrap_or(agent) } else { agent };
            if let Some(ticket) = self.ticket_behind(tx, &token, recorded)? {
                return Ok(Some(match stranger {
                    true => Commanding::Stranger { agent, ticket },
                    false => proven_without_token(agent, What::Ticket(ticket), found)
                        .unwrap_or(Commanding::Unproven { agent, ticket }),
                }));
            }
            return Ok(match has_commands(understood) {
                true => Some(
                    proven_without_token(agent, What::Standing, found)
                        .unwrap_or(Commanding::UnprovenAlone { agent }),
                ),
                false if foreign => None,
                false => Some(Commanding::Noted),
            });
        }
        let Some(agent) = writer else { return Ok(None) };
        let ticket = self.evidence(tx, mail, now)?.ticket();
        let on = match ticket {
            Some(ticket) => Some(What::Ticket(ticket)),
            None => has_commands(understood).then_some(What::Standing),
        };
        if let Some(proven) = on.and_then(|on| proven_without_token(agent, on, found)) {
            return Ok(Some(proven));
        }
        if on == Some(What::Standing) {
            return Ok(Some(Commanding::UnprovenAlone { agent }));
        }
        Ok(ticket.map(|ticket| Commanding::Unproven { agent, ticket }))
    }

    /// What was found out on the way is worth for the agent who writes, nothing where nobody of ours does; and why it is not worth more.
    fn found(
        &self,
        tx: &Tx<'_>,
        mail: &Mail,
        checked: &Checked,
        now: Timestamp,
    ) -> Result<(Found, Option<Why>), OfficeError> {
        let from = sender(mail).address;
        let Some(agent) = self.rules.agent_writing_from(&from) else {
            return Ok((Found::default(), None));
        };
        let found = judge(mail, agent, checked, &self.rules, &self.policy);
        if found.replayable.is_empty() {
            let not_counted = checked.not_by_us.filter(|_| self.policy.looks_at(from.domain()));
            return Ok((found, found.disowned.then_some(Why::Disowned).or(not_counted)));
        }
        // What a domain has signed once can be sent again by whoever has it.
        let is_first = match &mail.message_id {
            Some(id) => tx.use_signed(id, now)?,
            None => false,
        };
        Ok(match is_first {
            true => (found, None),
            false => (found.sent_again(), Some(Why::SentAgain)),
        })
    }

    /// Whether the agent reads of it already, where the stranger's own mail is shown.
    fn reads_of_stranger(
        &self,
        tx: &Tx<'_>,
        understood: &Understood,
        found: Option<&Commanding>,
        leak: &Leak,
    ) -> Result<bool, OfficeError> {
        let Some(Commanding::Stranger { ticket, .. }) = found else { return Ok(false) };
        // With commands in it, it becomes a challenge.
        if has_commands(understood) {
            return Ok(false);
        }
        let Some(ticket) = tx.ticket(*ticket)?.filter(|t| Some(t.id) == leak.ticket) else {
            return Ok(false);
        };
        Ok(audience::owner_or_everybody(&ticket, &self.rules).contains(&leak.agent))
    }
}

/// Whether somebody typed what agents command, right or wrong; a word that only begins with `#` is none.
pub(super) fn has_commands(understood: &Understood) -> bool {
    let new = &understood.new_text;
    let (typed, problems) = command_line::read_through(&new.blocks, new.last_block_follows_quote);
    let is_known = |problem: &Problem| !matches!(problem.refusal, Unread::Unknown { .. });
    !understood.mail.protection.is_encrypted()
        && (!typed.commands.is_empty() || problems.iter().any(is_known))
}

/// Enough was found out about the mail itself; the ticket is the one that it names.
fn proven_without_token(agent: AgentId, on: What, found: Found) -> Option<Commanding> {
    let ways = found.all;
    (!found.alone.is_empty()).then_some(Commanding::Proven(Proof { agent, ways, on }))
}
