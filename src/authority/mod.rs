//! Who may command. A From proves nothing: an agent's mail does something only with a proof from here.
//!
//! Pure, given the key. What it leaves to others: whether the agent works on the ticket's queue and what the command may do (`desk`),
//! recording a void token, the challenge, and every lookup (`office`).

mod base32;
pub mod confirm;
pub mod find;
pub mod in_text;
pub mod token;

pub use token::{Purpose, Signer, Token};

use crate::desk::people::AgentId;
use crate::desk::rules::Rules;
use crate::desk::ticket::TicketId;
use crate::mail::{Address, Mail, Timestamp};

/// How it was proven. `accept` and `needs` in `[security]` name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Way {
    /// The token of a mail to exactly this agent.
    Token,
    /// `#yes` to a challenge at the registered address.
    Challenge,
    /// Our own server's Authentication-Results (RFC 8601).
    AuthRes,
    Dkim,
    OpenPgp,
}

/// What a proof is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum What {
    Ticket(TicketId),
    /// The id of an offer that `#yes` carries out.
    Offer(u32),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proof {
    pub agent: AgentId,
    pub way: Way,
    pub on: What,
}

/// What the store knows of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Recorded {
    /// It was seen by others before, or was for one use and is used.
    pub void: bool,
    /// For the token in a Message-ID: what that mail of ours was about. The token itself only names the mail.
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
}

impl Refusal {
    /// The token must never work again, and its agent is told.
    #[must_use]
    pub const fn voids_token(&self) -> bool {
        matches!(self, Self::ForeignSender | Self::SeenByOthers(_))
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
    let on = match token.purpose {
        Purpose::Reply => Some(What::Ticket(TicketId(token.subject))),
        Purpose::Offer => Some(What::Offer(token.subject)),
        Purpose::MessageId => recorded.about,
        Purpose::Bounce | Purpose::Standing => None,
    };
    let (Some(on), Some(id)) = (on, token.agent) else { return Err(Refusal::NotForCommands) };
    let agent = rules.agent(id).filter(|agent| agent.active).ok_or(Refusal::AgentGone)?;

    // Several Froms are a trick (RFC 5322 section 3.6.2 wants a Sender then): which one a program shows is anybody's guess.
    let sent_by_agent = matches!(mail.from.as_slice(), [one] if agent.writes_from(&one.address));
    let strangers: Vec<Address> = (mail.to.iter().chain(&mail.cc).map(|named| &named.address))
        .filter(|address| !rules.is_own(address) && !agent.writes_from(address))
        .cloned()
        .collect();

    if !sent_by_agent {
        Err(Refusal::ForeignSender)
    } else if recorded.void || token.issued < agent.tokens_since {
        Err(Refusal::Void)
    } else if now > token.issued.plus(rules.token_valid) {
        Err(Refusal::Expired)
    } else if !strangers.is_empty() {
        Err(Refusal::SeenByOthers(strangers))
    } else {
        Ok(Proof { agent: id, way: Way::Token, on })
    }
}

#[cfg(test)]
mod tests;
