//! Who may command. A From proves nothing: an agent's mail does something only with a proof from here.
//!
//! Pure, given the key. What it leaves to others: whether the agent works on the ticket's queue and what the command may do (`desk`),
//! recording a void token, the challenge, and every lookup (`office`).

mod alignment;
pub mod authres;
mod base32;
pub mod checked;
pub mod confirm;
mod doubt;
pub mod fields;
pub mod find;
pub mod in_text;
mod judge;
pub mod openpgp;
mod policy;
pub mod received;
pub mod seen;
pub mod signature;
mod structured;
pub mod token;
mod ways;
mod why;

pub use alignment::aligned;
pub use checked::{Checked, Verdict};
pub use doubt::Doubts;
pub use judge::{Found, judge};
pub use policy::Policy;
pub use token::{Purpose, Signer, Token};
pub use ways::{Way, Ways};
pub use why::of_token;

use crate::desk::people::AgentId;
use crate::desk::rules::Rules;
use crate::desk::ticket::TicketId;
use crate::mail::{Address, Mail, Span, Timestamp};

/// What a proof is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum What {
    Ticket(TicketId),
    /// The id of an offer that `#yes` carries out.
    Offer(u32),
    /// What belongs to no ticket: to read, mostly.
    Standing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proof {
    pub agent: AgentId,
    /// All that hold, and are accepted.
    pub ways: Ways,
    pub on: What,
}

/// What the store knows of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Recorded {
    /// It was seen by others before, or was for one use and is used.
    pub void: bool,
    /// For a token that only names a mail of ours, in a Message-ID or a subject: what that mail was about.
    pub about: Option<What>,
}

/// Why a right token proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the token is no agent's, or for something else than commands")]
    NotForCommands,
    #[error("the agent does not work here any more")]
    AgentGone,
    /// Somebody else has the token, or the agent writes from an address that we do not know: void, and a challenge to the registered address.
    #[error("the token was sent to an agent, but the mail is from somebody else")]
    ForeignSender,
    #[error("the token is void")]
    Void,
    #[error("the token has expired")]
    Expired,
    /// These could use it now, too.
    #[error("others have seen the token, which is void now")]
    SeenByOthers(Vec<Address>),
    #[error("the domain in From disowns the mail (DMARC), so the token is in wrong hands")]
    Disowned,
    #[error("tokens are not accepted here, and nothing else proves the mail")]
    NotAccepted,
}

impl Refusal {
    /// The token must never work again, and its agent is told.
    #[must_use]
    pub const fn voids_token(&self) -> bool {
        matches!(self, Self::ForeignSender | Self::SeenByOthers(_) | Self::Disowned)
    }
}

/// Whether a mail with this token comes from the agent that the token was sent to, and nobody else can use it (manual, section 7).
///
/// # Errors
/// The first reason why not. A foreign sender comes first: whoever has an expired token of somebody else is still no agent.
pub fn prove(
    token: &Token,
    recorded: Recorded,
    mail: &Mail,
    rules: &Rules,
    now: Timestamp,
) -> Result<Proof, Refusal> {
    let on = token.on(recorded);
    let (Some(on), Some(id)) = (on, token.agent) else { return Err(Refusal::NotForCommands) };
    let agent = rules.agent(id).filter(|agent| agent.active).ok_or(Refusal::AgentGone)?;

    // Several Froms are a trick (RFC 5322 section 3.6.2 wants a Sender then): which one a program shows is anybody's guess.
    let sent_by_agent = matches!(mail.from.as_slice(), [one] if agent.writes_from(&one.address));

    if !sent_by_agent {
        Err(Refusal::ForeignSender)
    } else if recorded.void || token.issued < agent.tokens_since {
        Err(Refusal::Void)
    } else if !token.is_in_time(rules.token_valid, now) {
        Err(Refusal::Expired)
    } else if let Some(others) = seen::by_others(mail, agent, rules) {
        Err(Refusal::SeenByOthers(others))
    } else {
        Ok(Proof { agent: id, ways: Way::Token.into(), on })
    }
}

/// What a token's proof comes to beside all else that was found out about the mail.
///
/// # Errors
/// Where the token does not count after all, and nothing else is enough.
pub fn weigh(proof: Proof, found: Found, policy: &Policy) -> Result<Proof, Refusal> {
    if found.disowned {
        return Err(Refusal::Disowned);
    }
    let enough = proof.ways.only(policy.accept).and(found.alone);
    if enough.is_empty() {
        return Err(Refusal::NotAccepted);
    }
    Ok(Proof { ways: enough.and(found.all), ..proof })
}

/// In a subject a token passes through more hands than in an address: it stands in listings and in replies of others.
const ONCE_VALID: Span = Span::days(7);

/// A clock that was wrong for a while may have issued tokens ahead of the time; more than this is no difference between clocks.
const AHEAD: Span = Span::days(1);

impl Token {
    /// What it is good for; None for a token that is no agent's business.
    #[must_use]
    pub fn on(&self, recorded: Recorded) -> Option<What> {
        match self.purpose {
            Purpose::Reply => Some(What::Ticket(TicketId(self.subject))),
            Purpose::Offer => Some(What::Offer(self.subject)),
            Purpose::MessageId | Purpose::Once => recorded.about,
            Purpose::Standing | Purpose::OnceStanding => Some(What::Standing),
            Purpose::Bounce => None,
        }
    }

    fn is_in_time(&self, valid: Span, now: Timestamp) -> bool {
        let valid = if self.purpose.is_for_one_use() { valid.min(ONCE_VALID) } else { valid };
        self.issued <= now.plus(AHEAD) && now <= self.issued.plus(valid)
    }
}

#[cfg(test)]
mod tests;
