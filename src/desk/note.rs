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
    /// A bounce of a mail of ours that no server can have tried for so long: it did nothing.
    LateBounce {
        recipient: Address,
    },
    /// Confirmation links that were none, so many that no more are looked up for now; None: by many.
    GuessedLinks {
        from: Option<Address>,
    },
    /// Mail that went in circles, and was ended.
    Loop {
        how: Circle,
        with: Address,
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
            Self::LateBounce { .. } => "late-bounce",
            Self::GuessedLinks { .. } => "guessed-links",
            Self::Loop { .. } => "loop",
            Self::Bounce { .. } => "bounce",
            Self::Automatic { .. } => "automatic",
            Self::Challenges { .. } => "challenges",
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
    /// Mail in an agent's name that the agent would have to be asked about.
    Agent,
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
            Self::Agent => "agent",
        }
    }
}

/// How mail went in circles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Circle {
    /// A mail of ours itself.
    CameBack,
    /// Through too many servers.
    ManyHops,
    /// Somebody answers where only bounces go.
    AnswersEnvelope,
    /// Somebody passes a mail of ours on to us, and says nothing.
    PassesOn,
    /// A machine at an agent's address that writes to us.
    AgentsMachine,
    SameReport,
    /// An agent's program says the same on one ticket, or on many.
    SameAnswer,
    /// More mails an hour to one ticket than anybody needs to hear of.
    TooMany,
    /// The next ones open tickets that are not acknowledged.
    SameWords,
    NobodyReads,
    List,
    House,
}

impl Circle {
    /// All, for samples.
    pub const ALL: [Self; 12] = [
        Self::CameBack,
        Self::ManyHops,
        Self::AnswersEnvelope,
        Self::PassesOn,
        Self::AgentsMachine,
        Self::SameReport,
        Self::SameAnswer,
        Self::TooMany,
        Self::SameWords,
        Self::NobodyReads,
        Self::List,
        Self::House,
    ];

    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::CameBack => "came-back",
            Self::ManyHops => "many-hops",
            Self::AnswersEnvelope => "answers-envelope",
            Self::PassesOn => "passes-on",
            Self::AgentsMachine => "agents-machine",
            Self::SameReport => "same-report",
            Self::SameAnswer => "same-answer",
            Self::TooMany => "too-many",
            Self::SameWords => "same-words",
            Self::NobodyReads => "nobody-reads",
            Self::List => "list",
            Self::House => "house",
        }
    }
}
