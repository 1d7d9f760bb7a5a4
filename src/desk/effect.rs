//! What a decision wants done: data, never calls. What leaves the house becomes a row of the same transaction first.

use serde::{Deserialize, Serialize};

use super::answer::Answer;
use super::application::{ConfirmedBy, Field};
use super::consent::Doubt;
use super::event::{
    AttachmentInfo, Earlier, Incoming, Known, LetterKind, LinkToken, Manner, MessageRef, Remark,
    Returned,
};
use super::note::Note;
use super::number::Number;
use super::people::AgentId;
use super::ticket::{Outcome, Ticket};
use crate::mail::{Address, Named, Timestamp};

#[derive(Debug, Clone)]
pub struct Decision {
    pub ticket: Ticket,
    /// In the order they are to happen.
    pub effects: Vec<Effect>,
    pub history: Vec<HistoryLine>,
}

#[derive(Debug, Clone)]
pub enum Effect {
    Article(Article),
    /// The same news to these agents; nobody left to tell means the admins.
    Notify {
        to: Vec<AgentId>,
        news: News,
    },
    /// To the customer, at the address named.
    Write {
        to: Named,
        letter: Letter,
    },
    /// To the agent who wrote, and what a `#yes` to it does.
    Answer {
        to: AgentId,
        answer: Answer,
        offer: Option<Offer>,
    },
    /// An order to the account provider; its reply comes back as an event.
    CreateAccount {
        login: String,
        email: Address,
        name: String,
        resume: bool,
    },
    SuspendAccount {
        login: String,
    },
    /// At once, besides the agents: what cannot wait for the digest.
    TellPostmaster {
        news: News,
    },
    /// A line for the postmaster's digest.
    NoteForPostmaster(Note),
    /// Further mail of whoever wrote this ticket's first mail is held for a while.
    HoldSender,
}

/// What `#yes` to an answer does: exactly this stored mail, in this manner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    pub message: MessageRef,
    pub manner: Manner,
    pub keep: Keep,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    /// 24 h.
    Day,
    /// A held text: 14 d.
    Fortnight,
}

/// A mail or note as part of the ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    pub author: Author,
    pub visibility: Visibility,
    pub kind: ArticleKind,
    pub subject: String,
    pub text: String,
    pub attachments: Vec<AttachmentInfo>,
    /// The mail it came in; None for what we wrote ourselves.
    pub message: Option<MessageRef>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    Customer(Named),
    Agent(AgentId),
    ThirdParty(Named),
    /// A program somewhere.
    Machine(Named),
    /// postamt itself.
    System,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// The customer may see it.
    Public,
    /// Never.
    Internal,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ArticleKind {
    Mail,
    Note,
    Automatic,
    Bounce,
}

/// What agents are told. Its word is the name of the template and the value of `X-Postamt-Event`.
#[derive(Debug, Clone, PartialEq)]
pub enum News {
    NewTicket {
        known: Known,
        form: bool,
        remarks: Vec<Remark>,
    },
    /// In full to somebody the ticket was handed to, or to a queue it was moved into.
    Assigned {
        by: AgentId,
        known: Known,
    },
    Moved {
        by: AgentId,
        from: String,
        known: Known,
    },
    CustomerAnswer {
        incoming: Incoming,
        tone: Tone,
        known: Known,
    },
    /// From somebody who is no participant; `token_void` where they wrote to an agent's reply address.
    ThirdParty {
        incoming: Incoming,
        token_void: bool,
    },
    Taken {
        by: AgentId,
        at: Timestamp,
        from: Option<AgentId>,
    },
    Released {
        former: AgentId,
        since: Timestamp,
        why: Freed,
    },
    Escalated,
    ReleaseSoon {
        at: Timestamp,
    },
    EscalationSoon {
        at: Timestamp,
    },
    /// A pending ticket's date has come.
    Reminder,
    AutoClosed {
        outcome: Outcome,
    },
    /// The account is there and the credentials are on their way.
    Confirmed {
        by: ConfirmedBy,
        login: String,
        resumed: bool,
        words: Option<String>,
    },
    /// The applicant has confirmed, but somebody has the login by now.
    LoginTaken {
        login: String,
        /// A `#close` waited for the account, and is not done.
        close_dropped: bool,
    },
    AccountFailed {
        login: String,
        reason: String,
        close_dropped: bool,
    },
    Withdrawn {
        words: String,
    },
    /// By a proven word of theirs.
    CustomerClosed {
        words: String,
    },
    Expired {
        applicant_told: bool,
    },
    Bounce {
        returned: Returned,
        branded: bool,
        suspended: Option<String>,
    },
}

/// In which light a customer's words are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// A follow-up like any other.
    Plain,
    /// An answer to the standard question.
    ToQuestion,
    /// An answer to the verification that is no clear yes, or came from another address: the owner decides.
    /// `why` it is no clear yes, where that was asked.
    Doubtful { why: Option<Doubt> },
    /// By tag or foreign Message-ID only: sender not proven.
    Unproven,
    /// It reopened the ticket; `short` where it has fewer than 200 characters, and closing quietly is offered first.
    Reopening { short: bool },
    /// A confirmation after the link had run out, or a second one.
    TooLate,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freed {
    Silence,
    GivenBack,
    AgentGone,
    /// Their mail comes back.
    Unreachable,
}

impl News {
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::NewTicket { .. } => "new-ticket",
            Self::Assigned { .. } => "assigned",
            Self::Moved { .. } => "moved",
            Self::CustomerAnswer { .. } => "customer-answer",
            Self::ThirdParty { .. } => "third-party",
            Self::Taken { .. } => "taken",
            Self::Released { .. } => "released",
            Self::Escalated => "escalated",
            Self::ReleaseSoon { .. } => "release-soon",
            Self::EscalationSoon { .. } => "escalation-soon",
            Self::Reminder => "reminder",
            Self::AutoClosed { .. } => "auto-closed",
            Self::Confirmed { .. } => "confirmed",
            Self::LoginTaken { .. } => "login-taken",
            Self::AccountFailed { .. } => "account-failed",
            Self::Withdrawn { .. } => "withdrawn",
            Self::CustomerClosed { .. } => "customer-closed",
            Self::Expired { .. } => "expired",
            Self::Bounce { .. } => "bounce",
        }
    }
}

/// What the customer is written. Its word is the name of the template.
#[derive(Debug, Clone, PartialEq)]
pub enum Letter {
    Acknowledgement {
        answered: MessageRef,
    },
    /// `text` is what the agent adds; empty for nothing. The token goes out here and nowhere else.
    Verification {
        token: LinkToken,
        text: String,
        author: AgentId,
        valid: crate::mail::Span,
        /// None where what was attached stays inside.
        attachments_of: Option<MessageRef>,
    },
    Question {
        text: String,
        author: AgentId,
        attachments_of: Option<MessageRef>,
    },
    /// An agent's words, with the mail whose attachments go along.
    Reply {
        text: String,
        author: AgentId,
        attachments_of: MessageRef,
    },
    /// A day before the link or the question runs out.
    ConfirmReminder {
        until: Timestamp,
        has_link: bool,
    },
    Expired,
    /// The login was taken in the meantime: an agent will write.
    LoginTaken,
    /// Their confirmation came too late, or their account is there already.
    TooLate {
        has_account: bool,
    },
    Withdrawn,
    /// Where things stand; also the way to prove oneself for what a command changes.
    Status {
        asks: Asks,
    },
    /// All public articles, at most 50 KB.
    Show,
    /// The same of another ticket of theirs; the office looks whether it is theirs, else it is a status.
    ShowOther {
        number: Number,
    },
    /// This ticket and their others, a line each.
    List {
        others: Vec<Earlier>,
    },
    Help,
    /// Made by the outbox when the account is there; the password is sealed until then.
    Credentials {
        login: String,
    },
}

/// What an answer to a status mail would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    Nothing,
    Withdraw,
    Close,
}

impl Letter {
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Acknowledgement { .. } => "acknowledgement",
            Self::Verification { .. } => "verification",
            Self::Question { .. } => "question",
            Self::Reply { .. } => "reply",
            Self::ConfirmReminder { .. } => "confirm-reminder",
            Self::Expired => "expired-customer",
            Self::LoginTaken => "login-taken-customer",
            Self::TooLate { .. } => "too-late",
            Self::Withdrawn => "withdrawn-customer",
            Self::Status { .. } => "status",
            Self::Show | Self::ShowOther { .. } => "show-customer",
            Self::List { .. } => "customer-list",
            Self::Help => "customer-help",
            Self::Credentials { .. } => "credentials",
        }
    }

    #[must_use]
    pub const fn kind(&self) -> LetterKind {
        match self {
            Self::Acknowledgement { .. } => LetterKind::Acknowledgement,
            Self::Verification { .. } => LetterKind::Verification,
            Self::Question { .. } => LetterKind::Question,
            Self::Reply { .. } => LetterKind::Reply,
            Self::Credentials { .. } => LetterKind::Credentials,
            Self::ConfirmReminder { .. } => LetterKind::Reminder,
            Self::Expired
            | Self::LoginTaken
            | Self::TooLate { .. }
            | Self::Withdrawn
            | Self::Status { .. }
            | Self::Show
            | Self::ShowOther { .. }
            | Self::List { .. }
            | Self::Help => LetterKind::Notice,
        }
    }
}

/// One line of the append-only history. The word is one of a fixed set; the detail is facts, never foreign text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryLine {
    pub who: Who,
    pub what: What,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    Agent(AgentId),
    Customer,
    ThirdParty,
    System,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    Created,
    CustomerWrote,
    ThirdPartyWrote,
    AutomaticCame,
    Locked {
        from: Option<AgentId>,
    },
    Unlocked,
    Released,
    Assigned {
        to: AgentId,
    },
    LinkSent {
        to: Address,
    },
    QuestionSent {
        to: Address,
    },
    PeriodBegan,
    PeriodRenewed,
    Replied,
    Noted,
    Confirmed,
    AccountCreated {
        login: String,
    },
    AccountFailed {
        login: String,
    },
    AccountSuspended {
        login: String,
    },
    CredentialsSent,
    Withdrawn,
    Expired,
    Reminded,
    Bounced {
        address: Address,
        status: String,
    },
    Closed {
        outcome: Outcome,
    },
    Spam,
    Reopened,
    Pending {
        until: Timestamp,
    },
    PendingOver,
    Escalated,
    Priority {
        from: u8,
        to: u8,
    },
    Moved {
        from: String,
        to: String,
    },
    FieldSet {
        field: Field,
    },
    Challenged,
    Refused,
    Continued {
        in_ticket: Number,
    },
    /// Everything that named anybody is gone.
    Erased,
}
