//! What can happen to a ticket. Whatever a rule must know beyond its ticket travels inside the event.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::answer::Problem;
use super::command_line::Typed;
use super::consent::Consent;
use super::deadline::Deadline;
use super::number::Number;
use super::people::AgentId;
use crate::mail::{Address, Named, Scheme, Timestamp};

#[derive(Debug, Clone)]
pub enum Event {
    /// A mail that opens this, still blank, ticket.
    Opened(Opening),
    /// An agent of the queue, proven.
    AgentWrote(Box<AgentMail>),
    /// The customer, or somebody who claims to be.
    CustomerWrote(Box<CustomerMail>),
    /// Somebody who is no participant: attached, shown as such, changes nothing. `token_void` where they wrote to an agent's reply address.
    ThirdPartyWrote {
        incoming: Incoming,
        token_void: bool,
    },
    /// An auto-reply, a report, a list: attached, changes nothing, is not answered.
    AutomaticCame(Incoming),
    /// A mail of ours came back, or a server refused it for good.
    Bounced(Returned),
    /// A server has taken a mail of ours that a period depends on.
    Accepted(LetterKind),
    /// What the account provider did.
    Account(AccountReply),
    Due(Deadline),
    /// The owner works here no more.
    AgentGone(AgentId),
}

/// What is stored of a mail before anybody decides: the core refers to it and shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    /// The stored message.
    pub message: MessageRef,
    pub from: Named,
    pub subject: String,
    /// The new text whole, password labels struck out; for a form mail the whole body.
    pub text: String,
    pub attachments: Vec<AttachmentInfo>,
    /// In the order they are shown.
    pub remarks: Vec<Remark>,
}

/// What whoever reads a mail should know of it first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remark {
    /// By the own mail server. It belongs to a ticket, so it is shown all the same.
    MarkedSpam,
    /// Nobody here can read it; the original is passed on.
    Encrypted(Scheme),
    /// Signed in a way that nobody unpacks here; the original is passed on.
    Packed,
}

/// The row that keeps a mail raw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessageRef(pub i64);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentInfo {
    pub name: String,
    pub media_type: String,
    pub size_octets: u64,
}

#[derive(Debug, Clone)]
pub struct Opening {
    pub incoming: Incoming,
    pub origin: Origin,
    /// False for what came in with `backlog = "all"`, for form mails, machines, and where the limits are reached.
    pub may_acknowledge: bool,
    /// Other queues that the mail was addressed to as well: their agents are told, too.
    pub also_to: Vec<String>,
    /// By a rule of the admin; None: as usual.
    pub priority: Option<u8>,
    /// Marked by the own mail server or a rule: kept as a closed ticket, nobody is told and nobody answered.
    pub spam: bool,
    pub known: Known,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The web form: nothing is ever sent to the mail's own sender.
    Form,
    Person,
    /// Monitoring, an abuse report: a ticket that is never answered.
    Machine,
}

#[derive(Debug, Clone)]
pub struct AgentMail {
    pub agent: AgentId,
    pub incoming: Incoming,
    /// What was read in the new text: commands and the rest, or what was wrong with it.
    pub typed: Result<Typed, Vec<Problem>>,
    pub manner: Manner,
    /// What a `#yes` in this mail would do.
    pub offered: Offered,
    pub known: Known,
    pub blocks: Blocks,
    /// 128 fresh bits, in case a link must be made.
    pub fresh: FreshLink,
}

/// The text blocks that a mail names, filled in for its ticket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Blocks {
    /// By the name as typed, in lower case; one that is missing does not exist.
    pub named: BTreeMap<String, Block>,
    /// The names there are, where one of them was not known.
    pub there_are: Vec<String>,
}

/// A ready text to the customer, in their language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    pub name: String,
    /// As people call it, in the language of the text.
    pub title: String,
    pub text: String,
}

/// How a mail is carried out that was stored and then consented to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Manner {
    /// As it stands.
    Plain,
    /// The lock is taken over first.
    TakeOver,
    /// All of it is a note for the owner.
    AsNote,
    /// Only its text counts, and goes to the customer.
    TextToCustomer,
    /// The same three once the agent has read what in it should not leave the house, and wants it sent all the same.
    PlainSeen,
    TakeOverSeen,
    TextToCustomerSeen,
    /// Of held mails, which belong to no ticket yet: the office lets them in, the core never sees it.
    LetIn,
}

impl Manner {
    /// The same, with what would leave the house read by the agent.
    #[must_use]
    pub const fn seen(self) -> Self {
        match self {
            Self::Plain | Self::PlainSeen => Self::PlainSeen,
            Self::TakeOver | Self::TakeOverSeen => Self::TakeOverSeen,
            Self::TextToCustomer | Self::TextToCustomerSeen => Self::TextToCustomerSeen,
            // It stays inside.
            Self::AsNote | Self::LetIn => self,
        }
    }

    #[must_use]
    pub const fn is_seen(self) -> bool {
        matches!(self, Self::PlainSeen | Self::TakeOverSeen | Self::TextToCustomerSeen)
    }
}

/// What the mail being answered offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Offered {
    Nothing,
    /// It was done or has run out before.
    Gone,
    /// The stored mail is carried out by the office itself, before this event: the core sees that mail instead.
    Open,
}

/// A confirmation token and its hash, drawn for this event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FreshLink {
    pub token: LinkToken,
    pub sha256: String,
}

/// Whoever has it confirms: it goes into the letter and is printed nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkToken(pub String);

impl std::fmt::Debug for LinkToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LinkToken(not shown)")
    }
}

#[derive(Debug, Clone)]
pub struct CustomerMail {
    pub incoming: Incoming,
    pub proof: CustomerProof,
    /// The mail of ours that this one answers, where it does.
    pub answers: Option<LetterKind>,
    /// What it says to a verification.
    pub consent: Consent,
    pub commands: Vec<CustomerCommand>,
    /// Nothing but commands stood there: nobody needs to read it.
    pub only_commands: bool,
    /// Within the limits for answers of ours.
    pub may_answer: bool,
    pub known: Known,
}

/// How sure it is that the customer wrote this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CustomerProof {
    /// Sent to the address of the current confirmation link.
    Link,
    /// An answer to a mail of ours to exactly this address.
    Answer,
    /// Their address, but only the tag or a foreign Message-ID: not proven.
    Claimed,
    /// Answers a link that is void by now.
    VoidLink,
}

impl CustomerProof {
    #[must_use]
    pub const fn is_proven(self) -> bool {
        matches!(self, Self::Link | Self::Answer)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CustomerCommand {
    Status,
    List,
    Help,
    Show(Option<Number>),
    Withdraw,
    Close,
}

/// What the store knows beyond the ticket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// For each login that plays a part, in lower case: who has it.
    pub logins: BTreeMap<String, LoginHolder>,
    /// For each address that plays a part, by `Address::key`: the accounts with it.
    pub emails: BTreeMap<String, Vec<AccountInfo>>,
    /// Other tickets of this customer, newest first, at most ten.
    pub earlier: Vec<Earlier>,
    /// This address bounced before, on another ticket.
    pub bounced_before: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoginHolder {
    Account(AccountInfo),
    /// Reserved by the verification of another application.
    Reserved(Number),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountInfo {
    pub login: String,
    pub email: Address,
    pub active: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    pub number: Number,
    pub created_at: Timestamp,
    pub state: &'static str,
    pub step: Option<super::application::Step>,
}

/// A mail of ours that did not arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned {
    pub letter: LetterKind,
    pub address: Address,
    pub kind: ReturnKind,
    /// Enhanced status code (RFC 3463), as text; empty where none was given.
    pub status: String,
    /// What the other server said, passwords struck out.
    pub diagnostic: String,
    /// When the mail that came back was written.
    pub sent_at: Timestamp,
    /// The returned mail, if it came as one.
    pub message: Option<MessageRef>,
    /// Who wrote the text in it, if an agent did.
    pub author: Option<AgentId>,
}

/// What a status code means for the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReturnKind {
    /// 5.1.x, 5.4.4: brands the address.
    NoSuchAddress,
    /// As spam, for size, by policy: shown, brands nothing.
    Refused,
    Full,
    /// Still being tried: shown, brands nothing, ends nothing.
    Delayed,
    Other,
}

/// What a mail of ours was, where that matters when it is taken or comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LetterKind {
    Verification,
    Question,
    Credentials,
    Acknowledgement,
    /// An agent's words to the customer.
    Reply,
    /// The reminder a day before the link or the question runs out: a yes to it counts as one to the verification.
    Reminder,
    /// "Too late", status: by ourselves to the customer.
    Notice,
    /// Anything to an agent.
    Notification,
    /// To the postmaster or the admins.
    Report,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountReply {
    /// It is there now, by this order; `resumed` where an existing one got a new password.
    Created {
        login: String,
        resumed: bool,
        /// What the applicant said, where they confirmed.
        words: Option<String>,
    },
    /// Somebody else has the login, or it is reserved.
    LoginTaken {
        login: String,
    },
    /// The provider refused for good, or failed for too long.
    Failed {
        login: String,
        reason: String,
        /// The account is there, and was to be given a new password.
        resume: bool,
    },
    Suspended {
        login: String,
    },
}
