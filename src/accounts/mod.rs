//! Where accounts live. What is asked of a provider, and what all providers share: passwords, log-in names, striking passwords out.
//!
//! That an account is due, and who is told, is decided in `desk`; this room only makes it.

pub mod builtin;
pub mod login;
pub mod password;
pub mod strike;

pub use password::Password;
pub use strike::{holds_password, strike};

use crate::desk::TicketId;
use crate::mail::Address;

/// Somewhere outside that keeps accounts. Blocking: called off the worker threads. The built-in table is no such place: its row is
/// written in our own transaction, so `builtin` only says what to write.
pub trait Provider: Send + Sync {
    /// Makes the account, or gives the one that this application has a new password and wakes it up. The same order twice is one account.
    ///
    /// # Errors
    /// `LoginTaken` where it is somebody else's; nothing was changed then.
    fn create_or_resume(&self, order: &Order) -> Result<Made, ProviderError>;

    /// # Errors
    /// Where the account is not known, or the provider cannot be reached.
    fn suspend(&self, login: &str) -> Result<(), ProviderError>;

    /// # Errors
    /// Where the account is not known, or the provider cannot be reached.
    fn resume(&self, login: &str) -> Result<(), ProviderError>;

    /// None where nobody has this login, whatever its case.
    ///
    /// # Errors
    /// Where the provider cannot be reached.
    fn lookup(&self, login: &str) -> Result<Option<Account>, ProviderError>;
}

/// One account to be made.
#[derive(Debug, Clone)]
pub struct Order {
    /// The same at every try: what was made by it is found again.
    pub order_id: i64,
    pub login: String,
    pub email: Address,
    pub name: String,
    pub password: Password,
    /// The application that the account is for.
    pub ticket: TicketId,
    /// The account is there already, by an earlier order of the same ticket: new address, new password, active again.
    pub resume: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made {
    /// By this order, now or at an earlier try.
    Created,
    Resumed,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub login: String,
    pub email: Address,
    pub active: bool,
    /// None where it was not made here.
    pub ticket: Option<TicketId>,
    /// The order that made it or last gave it a password.
    pub order_id: i64,
}

#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    #[error("the login {login} is somebody else's")]
    LoginTaken { login: String },
    #[error("the login {login:?} cannot be used: {why}")]
    LoginUnusable { login: String, why: login::Unusable },
    #[error("there is no account {login}")]
    Unknown { login: String },
    /// It refused for good.
    #[error("the account provider refused: {0}")]
    Refused(String),
    /// Try again.
    #[error("the account provider is not there: {0}")]
    Unreachable(String),
}

impl ProviderError {
    #[must_use]
    pub const fn is_temporary(&self) -> bool {
        matches!(self, Self::Unreachable(_))
    }
}
