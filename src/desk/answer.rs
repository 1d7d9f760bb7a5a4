//! What an agent is answered: what was done, or why nothing was. Values of the core; templates put them into words.

use super::application::{ConfirmedBy, Field, Step};
use super::event::{AttachmentInfo, Block};
use super::number::Number;
use super::people::{AgentId, Text};
use super::ticket::{Outcome, Then};
use super::why::Why;
use crate::mail::{Address, Timestamp};

#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    Receipt(Receipt),
    /// Nothing was done; `text` is all that was typed, `corrected` the commands as they were probably meant.
    Error {
        problems: Vec<Problem>,
        text: String,
        corrected: Option<String>,
    },
    /// Somebody else has the ticket: nothing was done, the text is held; `#yes` takes over, `#yes note` leaves a note.
    Held {
        owner: AgentId,
        since: Timestamp,
        commands: Vec<String>,
        text: String,
    },
    /// What no customer may see stands in the text or in a file with it, and cannot be told apart from the rest: nothing was done,
    /// the mail is held; `#yes` sends it as it is, without our tokens.
    Leak {
        leaks: Vec<Leak>,
        text: String,
    },
    /// The mail was not proven to be from this agent; `#yes` carries it out.
    Challenge {
        commands: Vec<Intent>,
        /// The beginning of what would go out or be kept, ...
        text: String,
        /// ... and how many characters more there are.
        more: usize,
        files: Vec<AttachmentInfo>,
        subject: String,
        sent_at: Timestamp,
        from: Address,
        /// The ways that a command of it needs beyond what it had; empty where nothing proved it at all.
        needs: Vec<&'static str>,
        /// Why what it brought along proves nothing.
        why: Option<Why>,
    },
    /// The same words came from this agent before, or more than a person writes: nothing was done, `#yes` carries it out.
    Repeated {
        text: String,
    },
    /// The reply address of this ticket is void, since somebody else wrote to it or saw it.
    TokenVoid {
        seen_with: Vec<Address>,
    },
    Help {
        about: Option<&'static str>,
    },
    /// A text block, ready to be changed and sent.
    Draft {
        block: Block,
    },
    /// Filled by the office from the store.
    List {
        filter: ListFilter,
    },
    Show {
        number: Number,
    },
}

impl Answer {
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Receipt(_) => "receipt",
            Self::Error { .. } => "error",
            Self::Held { .. } => "held",
            Self::Leak { .. } => "leak",
            Self::Challenge { .. } => "challenge",
            Self::Repeated { .. } => "repeated",
            Self::TokenVoid { .. } => "token-void",
            Self::Help { .. } => "help",
            Self::Draft { .. } => "draft",
            Self::List { .. } => "list",
            Self::Show { .. } => "show",
        }
    }
}

/// Something that should not leave the house.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leak {
    pub what: Inside,
    /// The words themselves, in short; empty for a token, which nobody has to read.
    pub words: String,
    /// The attachment it stands in; None for the text.
    pub file: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inside {
    /// A token of ours, as in the reply address of a notification.
    Token,
    /// Lines that only mails to agents have.
    OurMail,
    AgentsAddress,
    InternalNote,
}

impl Inside {
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::OurMail => "our-mail",
            Self::AgentsAddress => "agents-address",
            Self::InternalNote => "internal-note",
        }
    }
}

/// What a challenged mail would do, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// As typed, `#confirm`; empty where plain text would go to the customer.
    pub typed: String,
    /// The command's name in the table, or `reply`.
    pub name: &'static str,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Receipt {
    pub lines: Vec<Line>,
    pub text: TextFate,
    /// The ticket is the agent's since this mail.
    pub took_lock: bool,
    /// Files that the customer did not get; the office knows.
    pub left_behind: Vec<LeftBehind>,
}

impl Receipt {
    /// Whether nothing happened that an agent who wants no receipts should know all the same.
    #[must_use]
    pub fn all_went(&self) -> bool {
        !self.left_behind.iter().any(|left| left.why.is_surprise())
    }
}

/// A file that an agent attached, and the customer did not get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftBehind {
    pub name: String,
    pub why: Withheld,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withheld {
    /// It may run when it is opened.
    Active,
    TooLarge,
    /// Cards, keys and certificates, as mail programs add them.
    Private,
    OurMail,
    /// A reply address of ours stands in it.
    Token,
}

impl Withheld {
    pub const ALL: [Self; 5] =
        [Self::Active, Self::TooLarge, Self::Private, Self::OurMail, Self::Token];

    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::TooLarge => "too-large",
            Self::Private => "private",
            Self::OurMail => "our-mail",
            Self::Token => "token",
        }
    }

    /// No mail program attached it by itself.
    const fn is_surprise(self) -> bool {
        matches!(self, Self::Active | Self::TooLarge | Self::Token)
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The command as typed; empty for the plain text of a reply.
    pub typed: String,
    pub done: Done,
}

/// What became of the rest of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextFate {
    None,
    /// Went out as a mail of its own.
    Sent {
        to: Address,
    },
    /// Stands in the letter that a command sent; with the number of its lines.
    Inside {
        to: Address,
        lines: usize,
    },
    /// Kept as an internal note, as `#note` or `quiet` asked.
    Noted,
    /// Kept as an internal note because only administrative commands stood there; `#yes` sends it.
    Kept {
        lines: usize,
    },
    /// Went nowhere: no ticket was named that it could be kept with.
    NotKept {
        lines: usize,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub enum Done {
    Locked {
        from: Option<AgentId>,
    },
    AlreadyYours,
    Unlocked,
    Assigned {
        to: AgentId,
    },
    LinkSent {
        to: Address,
        within: crate::mail::Span,
    },
    /// `block` is the title of the text block that took the standard question's place.
    QuestionSent {
        to: Address,
        block: Option<String>,
    },
    BlockSent {
        to: Address,
        block: String,
    },
    AccountOrdered {
        login: String,
        to: Address,
    },
    /// Somebody was quicker: one account, one letter.
    AlreadyConfirmed {
        by: ConfirmedBy,
        at: Timestamp,
    },
    Renewed {
        until: Timestamp,
    },
    Replied {
        to: Address,
    },
    Noted,
    /// `unlike` where the word contradicts what the application came to.
    Closed {
        outcome: Outcome,
        unlike: bool,
    },
    CloseWaits {
        outcome: Outcome,
    },
    AlreadyClosed {
        outcome: Outcome,
    },
    Reopened,
    Pending {
        until: Timestamp,
        then: Then,
    },
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
        old: Option<String>,
        new: String,
    },
    Spam,
    /// The agent gets mail again, if they did not.
    Back,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Counted from 1 in the new text; 0 where no line of its own is to blame.
    pub line: usize,
    pub typed: String,
    pub refusal: Refusal,
}

/// Why a line was not carried out. A person can mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    Unknown {
        nearest: Option<&'static str>,
    },
    /// `what` in words of both languages, an example that would be right.
    Expected {
        what: Text,
        example: &'static str,
    },
    /// The command exists in the table, but not yet in this version; what to do instead.
    NotYet {
        instead: Text,
    },
    OwnedBy {
        agent: AgentId,
        since: Timestamp,
    },
    NotYours,
    NotAnApplication,
    Missing {
        field: Field,
    },
    /// The login does not fit the pattern, or is reserved by the admin.
    LoginUnusable {
        login: String,
    },
    LoginHasAccount {
        login: String,
    },
    LoginReserved {
        login: String,
        by: Number,
    },
    EmailUnusable {
        text: String,
    },
    /// The address bounced: `#confirm force`, or `#set email`.
    Undeliverable {
        address: Address,
    },
    WithdrawnByApplicant,
    PeriodOver {
        at: Timestamp,
    },
    HasAccount {
        step: Step,
    },
    NobodyToWriteTo,
    TicketClosed,
    TicketOpen,
    UnknownAgent {
        name: String,
    },
    AgentNotInQueue {
        agent: AgentId,
    },
    /// Their mail comes back; they would not learn of it.
    AgentUnreachable {
        agent: AgentId,
    },
    UnknownQueue {
        name: String,
    },
    UnknownTicket {
        text: String,
    },
    UnknownBlock {
        name: String,
        there_are: Vec<String>,
    },
    /// Neither a queue of the agent's nor an agent.
    NothingToList {
        name: String,
    },
    /// The mail went to an address that belongs to no ticket, where one can only read.
    NoTicket,
    /// A second command that ends in a state, or something but `#note` after one.
    AfterState,
    NothingOffered,
    OfferGone,
    /// The mail commands nothing and says nothing.
    Empty,
    /// Nobody here can read what the mail asks for.
    Encrypted,
    /// Signed with OpenPGP as a whole, which nobody unpacks here.
    Packed,
    /// The admin wants agents to have an account, and theirs is gone or suspended.
    NoAccount,
    /// The admin wants more proof for it than this mail has; the ways that are missing.
    NeedsProof {
        ways: Vec<&'static str>,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListFilter {
    Free,
    Mine,
    Escalated,
    All,
    /// As typed: the name of a queue or of an agent; `overview::listed` says which.
    Named(String),
    /// What is open in one queue.
    Queue(String),
    /// What an agent has.
    Agent(AgentId),
}
