//! A ticket and what is true of it at any time: its state, its lock, its next deadline.

use serde::{Deserialize, Serialize};

use super::application::Application;
use super::number::Number;
use super::people::{AgentId, Language};
use crate::mail::{Named, Timestamp};

/// The store's key; also inside reply tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TicketId(pub u32);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    pub id: TicketId,
    pub number: Number,
    pub queue: String,
    /// The subject of the customer's thread, without tag and prefixes; empty where the first mail was a form's.
    pub subject: String,
    /// Whose ticket it is; None while no usable address is known, and for a machine's report.
    pub customer: Option<Named>,
    pub language: Language,
    pub state: State,
    /// 1 (most urgent) to 5.
    pub priority: u8,
    pub lock: Option<Lock>,
    /// Who had it when it was closed: a reopened ticket is theirs again.
    pub former_owner: Option<AgentId>,
    pub created_at: Timestamp,
    /// When it was made or last reopened: escalation counts from here.
    pub opened_at: Timestamp,
    pub updated_at: Timestamp,
    pub escalation: Escalation,
    pub application: Option<Application>,
    /// A machine's report: never answered.
    pub by_machine: bool,
    /// The closed ticket this one goes on from.
    pub continues: Option<Number>,
    /// The ticket that went on from this one: further follow-ups go there.
    pub continued_in: Option<Number>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    New,
    Open,
    Pending { until: Timestamp, then: Then },
    Closed { outcome: Outcome, at: Timestamp },
    Merged { into: Number },
}

/// What happens when a pending ticket's date has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Then {
    Remind,
    Close(Outcome),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Success,
    Fail,
}

impl Outcome {
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Fail => "fail",
        }
    }
}

/// One owner since a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    pub owner: AgentId,
    pub since: Timestamp,
    /// The owner's last command or reply, or the first customer mail after it: release counts from here.
    pub alive_at: Timestamp,
    /// The customer has written since the owner's last sign of life; a further mail does not count.
    pub customer_wrote: bool,
    /// The owner was warned of the release that follows from `alive_at`.
    pub warned: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Escalation {
    #[default]
    No,
    Warned,
    Since(Timestamp),
}

impl State {
    /// As section 3 of the manual writes it, and as listings print it.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Open => "open",
            Self::Pending { .. } => "pending",
            Self::Closed { outcome: Outcome::Success, .. } => "closed success",
            Self::Closed { outcome: Outcome::Fail, .. } => "closed fail",
            Self::Merged { .. } => "merged",
        }
    }
}

impl Ticket {
    /// Neither closed nor merged.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.state, State::New | State::Open | State::Pending { .. })
    }

    #[must_use]
    pub fn owner(&self) -> Option<AgentId> {
        self.lock.map(|lock| lock.owner)
    }

    /// The login nobody else may have because of this application. A closed one needs it no more.
    #[must_use]
    pub fn reserved_login(&self) -> Option<&str> {
        self.application.as_ref().filter(|_| self.is_open()).and_then(Application::reserved_login)
    }

    #[must_use]
    pub fn is_escalated(&self) -> bool {
        matches!(self.escalation, Escalation::Since(_)) && self.is_open()
    }

    /// What the ticket is called in letters: the applicant's name, else the customer's, else the subject.
    #[must_use]
    pub fn called(&self) -> &str {
        let applicant = self.application.as_ref().and_then(|a| a.name.as_deref());
        applicant.or_else(|| self.customer.as_ref().map(Named::called)).unwrap_or(&self.subject)
    }
}
