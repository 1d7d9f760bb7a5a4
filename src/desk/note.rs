//! What stands in the postmaster's digest: happenings of which nobody needs to hear at once. Values; the words are the template's.

use serde::{Deserialize, Serialize};

use super::number::Number;
use crate::mail::Address;

/// The same note twice before a digest is one line, counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what")]
pub enum Note {
    /// A bounce of no mail of ours: it did nothing.
    ForeignBounce {
        from: Address,
    },
    /// A bounce of a mail that went to this address, about another one: it did nothing.
    BounceOfAnother {
        recipient: Address,
    },
    /// Of a mail to an agent or the house. The status code may be empty.
    Bounce {
        recipient: Address,
        status: String,
    },
    /// A machine's mail that belonged to no ticket; `class` as `postamt inspect` names it.
    Automatic {
        class: String,
        from: Address,
    },
    /// Mail in an agent's name, unproven, after the last challenge of the hour.
    Challenges {
        agent: String,
    },
    /// So long after its mail that no server tries any more: it did nothing.
    LateBounce {
        recipient: Address,
    },
    /// Confirmation links that there are not; None: by many.
    LinksGuessed {
        from: Option<Address>,
    },
    /// Where mail went round and was answered no more.
    Loop {
        ended: LoopEnd,
        who: Address,
        ticket: Option<Number>,
    },
    /// By a rule for this header; None: to no queue.
    Ignored {
        header: Option<String>,
        from: Address,
    },
    /// Closed as spam by a rule or the mail server's mark, without a word to anybody.
    Spam {
        ticket: Option<Number>,
        from: Address,
    },
    Held {
        why: Over,
        from: Address,
    },
    /// The limits for answers of ours are reached: this address is not answered for now.
    Silent {
        to: Address,
    },
    /// Beyond the one that the postmaster was told of at once.
    Quarantined {
        mailbox: String,
    },
    /// News (as in X-Postamt-Event) that was too much for an address of the house.
    Unsent {
        event: String,
        to: Address,
    },
}

impl Note {
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::ForeignBounce { .. } => "foreign-bounce",
            Self::BounceOfAnother { .. } => "bounce-of-another",
            Self::Bounce { .. } => "bounce",
            Self::Automatic { .. } => "automatic",
            Self::Challenges { .. } => "challenges",
            Self::LateBounce { .. } => "late-bounce",
            Self::LinksGuessed { .. } => "links-guessed",
            Self::Loop { .. } => "loop",
            Self::Ignored { .. } => "ignored",
            Self::Spam { .. } => "spam",
            Self::Held { .. } => "held",
            Self::Silent { .. } => "silent",
            Self::Quarantined { .. } => "quarantined",
            Self::Unsent { .. } => "unsent",
        }
    }
}

/// The limit that a held mail was over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Over {
    /// New tickets of one sender.
    Sender,
    /// New tickets of one domain.
    Domain,
    /// New tickets of all.
    Total,
    /// Follow-ups of one sender to one ticket.
    Ticket,
    /// An agent said `#spam` to mail of this address.
    Spam,
    /// Mail that is passed on to the postmaster.
    Postmaster,
}

impl Over {
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Sender => "sender",
            Self::Domain => "domain",
            Self::Total => "total",
            Self::Ticket => "ticket",
            Self::Spam => "spam",
            Self::Postmaster => "postmaster",
        }
    }
}

/// How a loop came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoopEnd {
    /// A mail of ours came back.
    CameBack,
    /// From server to server, as its trace says.
    WentRound,
    /// It answers whatever comes, to the envelope's address.
    AtEnvelope,
    /// It passes mail of ours on to us.
    PassesOn,
    /// Too many mails in an hour: nobody is told any more.
    TooMany,
    /// The same words again: not carried out.
    SaysAgain,
    /// The same words again: not acknowledged.
    WroteAgain,
    /// An address that nobody reads: not acknowledged.
    Nobodys,
    /// A list that writes in its own name: not acknowledged.
    InOwnName,
    /// A mailbox of the house: not acknowledged.
    House,
    /// An agent's machine.
    AgentsReport,
    /// The same report again.
    SameReport,
}

impl LoopEnd {
    pub const ALL: [Self; 12] = [
        Self::CameBack,
        Self::WentRound,
        Self::AtEnvelope,
        Self::PassesOn,
        Self::TooMany,
        Self::SaysAgain,
        Self::WroteAgain,
        Self::Nobodys,
        Self::InOwnName,
        Self::House,
        Self::AgentsReport,
        Self::SameReport,
    ];

    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::CameBack => "came-back",
            Self::WentRound => "went-round",
            Self::AtEnvelope => "at-envelope",
            Self::PassesOn => "passes-on",
            Self::TooMany => "too-many",
            Self::SaysAgain => "says-again",
            Self::WroteAgain => "wrote-again",
            Self::Nobodys => "nobodys",
            Self::InOwnName => "in-own-name",
            Self::House => "house",
            Self::AgentsReport => "agents-report",
            Self::SameReport => "same-report",
        }
    }
}
