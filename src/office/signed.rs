//! A mail signed with OpenPGP by the agent who writes: looks up the keys, and what `authority` does not know: which ticket the
//! signed part names, and whether the mail counted before.
//!
//! From then on exactly what was signed is read, and nothing else of the mail.

use super::clerk::Clerk;
use super::error::OfficeError;
use crate::authority::openpgp::{Certificate, Refusal, verify};
use crate::authority::{Way, Ways};
use crate::desk::event::MessageRef;
use crate::desk::people::{Agent, AgentId};
use crate::desk::why::Why;
use crate::desk::{Number, TicketId, subject_tag};
use crate::log;
use crate::mail::parse::with_content;
use crate::mail::signed::signed;
use crate::mail::understood::Understood;
use crate::mail::{Address, Mail, Protection, Timestamp, new_text};
use crate::store::Tx;

/// A signature that proves an agent, on one ticket.
pub(super) struct SignedMail {
    pub agent: AgentId,
    pub ticket: TicketId,
    /// What was signed, read as if nothing else was there.
    pub read: Understood,
}

/// What a signature comes to.
pub(super) enum Signing {
    /// There is none, or none that anybody expects.
    None,
    Proves(Box<SignedMail>),
    /// It proves nothing; the log has the reason, too.
    Refused(Why),
}

/// Why a signature that holds proves nothing.
#[derive(Debug, thiserror::Error)]
enum NotBound {
    #[error("no ticket's number stands in the signed part")]
    NoNumber,
    #[error("it was signed for somebody else, who may have sent it on")]
    ForOthers,
    #[error("several tickets' numbers stand in the signed part")]
    SeveralNumbers,
    #[error("the mail belongs to another ticket than the signed part says")]
    OtherTicket,
    #[error("this signed mail has counted before")]
    Replayed,
    #[error("it is signed as a whole, and has to be unpacked to be read")]
    Packed,
    #[error("it is over a limit")]
    OverLimit,
}

impl From<&NotBound> for Why {
    fn from(not_bound: &NotBound) -> Self {
        match not_bound {
            NotBound::NoNumber => Self::SignedWithoutNumber,
            NotBound::ForOthers => Self::SignedForElse,
            NotBound::SeveralNumbers => Self::SignedForSeveral,
            NotBound::OtherTicket => Self::SignedForOtherTicket,
            NotBound::Replayed => Self::SentAgain,
            NotBound::Packed => Self::SignedOpaque,
            NotBound::OverLimit => Self::SignedTooLarge,
        }
    }
}

/// Numbers in a text beyond these are not looked up.
const MOST_NUMBERS: usize = 50;

impl Clerk {
    pub(super) fn signed(
        &self,
        tx: &Tx<'_>,
        message: MessageRef,
        understood: &Understood,
        now: Timestamp,
    ) -> Result<Signing, OfficeError> {
        let mail = &understood.mail;
        // Several Froms: which one was meant is anybody's guess.
        let [from] = mail.from.as_slice() else { return Ok(Signing::None) };
        if Ways::from(Way::OpenPgp).only(self.policy.accept).is_empty() {
            return Ok(Signing::None);
        }
        let Some(agent) = self.rules.agent_writing_from(&from.address) else {
            return Ok(Signing::None);
        };
        let certificates = certificates(tx, agent)?;
        if certificates.is_empty() {
            return Ok(Signing::None);
        }
        if mail.protection == Protection::Packed {
            return Ok(refused(agent, &NotBound::Packed));
        }
        let Some(raw) = tx.raw(message)? else { return Ok(Signing::None) };
        let Some(found) = signed(&raw) else { return Ok(Signing::None) };
        let verified = found
            .map_err(Refusal::from)
            .and_then(|signed| Ok((verify(&signed, &certificates, now)?, signed)));
        let (verified, signed) = match verified {
            Ok(both) => both,
            Err(refusal) => return Ok(refused(agent, &refusal)),
        };
        let Ok(content) = with_content(mail, &signed.entity, &self.limits) else {
            return Ok(refused(agent, &NotBound::OverLimit));
        };
        let is_ours = |to: &Address| self.rules.is_own(to);
        let is_for_others = !signed.to.is_empty() && !signed.to.iter().any(is_ours);
        if is_for_others {
            return Ok(refused(agent, &NotBound::ForOthers));
        }
        let ticket = match self.named(tx, signed.subject.as_deref(), &content)? {
            Ok(ticket) => ticket,
            Err(refusal) => return Ok(refused(agent, &refusal)),
        };
        let elsewhere = self.evidence(tx, mail, now)?.ticket().is_some_and(|other| other != ticket);
        if elsewhere {
            return Ok(refused(agent, &NotBound::OtherTicket));
        }
        if !tx.counts_once(&verified.once, message, now)? {
            return Ok(refused(agent, &NotBound::Replayed));
        }
        let content = Mail { text: self.without_tag_lines(&content.text), ..content };
        let read =
            Understood { new_text: new_text(&content.text), mail: content, ..understood.clone() };
        Ok(Signing::Proves(Box::new(SignedMail { agent: agent.id, ticket, read })))
    }

    /// The ticket whose number stands in the signed part: in the Subject there, else it must be the only one in the text.
    fn named(
        &self,
        tx: &Tx<'_>,
        subject: Option<&str>,
        content: &Mail,
    ) -> Result<Result<TicketId, NotBound>, OfficeError> {
        let in_subject = subject.and_then(|subject| subject_tag::find(subject, &self.rules.hook));
        if let Some(number) = in_subject
            && let Some(ticket) = tx.ticket_by_number(number)?
        {
            return Ok(Ok(ticket.id));
        }
        let mut named = None;
        for number in numbers(&content.text) {
            let Some(ticket) = tx.ticket_by_number(number)? else { continue };
            if named.is_some_and(|known| known != ticket.id) {
                return Ok(Err(NotBound::SeveralNumbers));
            }
            named = Some(ticket.id);
        }
        Ok(named.ok_or(NotBound::NoNumber))
    }

    /// A line that is nothing but the ticket's tag was typed for us.
    fn without_tag_lines(&self, text: &str) -> String {
        let hook = &self.rules.hook;
        let is_tag = |line: &&str| {
            subject_tag::find(line, hook).is_some_and(|number| {
                let tag = subject_tag::tag(hook, number);
                let tag = tag.trim_matches(['[', ']']);
                line.trim().trim_matches(['[', ']']).trim().eq_ignore_ascii_case(tag)
            })
        };
        text.split_inclusive('\n').filter(|line| !is_tag(line)).collect()
    }
}

fn certificates(tx: &Tx<'_>, agent: &Agent) -> Result<Vec<Certificate>, OfficeError> {
    let keys = tx.agent_keys(agent.id)?;
    Ok(keys.iter().filter_map(|key| Certificate::read(&key.certificate).ok()).collect())
}

fn refused<'r, R: std::fmt::Display>(agent: &Agent, refusal: &'r R) -> Signing
where
    Why: From<&'r R>,
{
    log::signature_refused(&agent.name, refusal);
    Signing::Refused(Why::from(refusal))
}

/// Sixteen digits with a right check digit, wherever they stand; each once.
fn numbers(text: &str) -> Vec<Number> {
    let mut found = Vec::new();
    for digits in text.split(|c: char| !c.is_ascii_digit()) {
        if let Some(number) = Number::parse(digits).filter(|number| !found.contains(number)) {
            found.push(number);
        }
        if found.len() >= MOST_NUMBERS {
            break;
        }
    }
    found
}
