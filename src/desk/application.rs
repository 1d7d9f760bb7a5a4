//! An application and its steps (manual, section 4). What each event does to it stands in the files of the events.

use serde::{Deserialize, Serialize};

use super::people::AgentId;
use crate::mail::{Address, Timestamp};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    pub step: Step,
    pub name: Option<String>,
    pub email: Option<Address>,
    pub login: Option<String>,
    pub reason: Option<String>,
    pub received_at: Timestamp,
    pub period: Period,
    /// The link that is out, if any: void means None.
    pub link: Option<Link>,
    /// Set by a bounce that says "no such address"; `#set email` takes it away.
    pub undeliverable: Option<Undeliverable>,
    /// The applicant had a letter of ours: who never did is not told that the time has run out.
    pub written_to: bool,
    /// Their "no": `#confirm` needs `force`.
    pub withdrawn_at: Option<Timestamp>,
    /// Who ordered the account, and when: a second order finds this.
    pub confirmed: Option<Confirmation>,
    /// `#close` came in the same mail as `#confirm` and waits for the account.
    pub close_after: Option<CloseAfter>,
}

/// As the manual writes them, and as listings print them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    Received,
    Asked,
    VerificationSent,
    Confirmed,
    AccountCreated,
    CredentialsSent,
    Expired,
    Bounced,
    Withdrawn,
    CredentialsBounced,
}

impl Step {
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Asked => "asked",
            Self::VerificationSent => "verification_sent",
            Self::Confirmed => "confirmed",
            Self::AccountCreated => "account_created",
            Self::CredentialsSent => "credentials_sent",
            Self::Expired => "expired",
            Self::Bounced => "bounced",
            Self::Withdrawn => "withdrawn",
            Self::CredentialsBounced => "credentials_bounced",
        }
    }

    /// The account is there.
    #[must_use]
    pub const fn has_account(self) -> bool {
        matches!(self, Self::AccountCreated | Self::CredentialsSent | Self::CredentialsBounced)
    }
}

/// The confirmation period: it runs from the last of receipt, acceptance of verification or question, and answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// A letter is on its way and no server has taken it yet: nothing expires.
    NotBegun,
    Since {
        from: Timestamp,
        reminded: bool,
    },
    Over {
        at: Timestamp,
    },
}

/// A confirmation link: 128 random bits, of which only the SHA-256 is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Lower-case hex.
    pub sha256: String,
    pub sent_to: Address,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undeliverable {
    pub address: Address,
    pub status: String,
    pub at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    pub by: ConfirmedBy,
    pub at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConfirmedBy {
    Applicant,
    Agent(AgentId),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloseAfter {
    pub outcome: super::ticket::Outcome,
    pub by: AgentId,
}

/// A field that `#set` knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    Name,
    Email,
    Login,
    Reason,
    Language,
}

impl Field {
    pub const ALL: [Self; 5] = [Self::Name, Self::Email, Self::Login, Self::Reason, Self::Language];

    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "email",
            Self::Login => "login",
            Self::Reason => "reason",
            Self::Language => "language",
        }
    }
}

impl Application {
    #[must_use]
    pub fn received(at: Timestamp) -> Self {
        Self {
            step: Step::Received,
            name: None,
            email: None,
            login: None,
            reason: None,
            received_at: at,
            period: Period::Since { from: at, reminded: false },
            link: None,
            undeliverable: None,
            written_to: false,
            withdrawn_at: None,
            confirmed: None,
            close_after: None,
        }
    }

    /// The fields that nobody has given yet, in the order of the form; language is never missing.
    #[must_use]
    pub fn missing(&self) -> Vec<Field> {
        let given = [
            (Field::Name, self.name.is_some()),
            (Field::Email, self.email.is_some()),
            (Field::Login, self.login.is_some()),
            (Field::Reason, self.reason.is_some()),
        ];
        given.into_iter().filter(|(_, there)| !there).map(|(field, _)| field).collect()
    }

    /// The login nobody else may have while this application is under way: from `#verify` on, until the account is there or the matter is over.
    #[must_use]
    pub fn reserved_login(&self) -> Option<&str> {
        match self.step {
            Step::VerificationSent | Step::Confirmed => self.login.as_deref(),
            Step::Received
            | Step::Asked
            | Step::AccountCreated
            | Step::CredentialsSent
            | Step::Expired
            | Step::Bounced
            | Step::Withdrawn
            | Step::CredentialsBounced => None,
        }
    }
}
