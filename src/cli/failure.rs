//! How a command ends when it did not succeed: words for a person, and an exit status of sysexits.h for a program.

use std::fmt;
use std::io;
use std::process::ExitCode;

use crate::config::{Problem, Problems};
use crate::store::{Fault, StoreError};

/// What `main` prints and exits with. Lines after the first begin with two spaces: `  in  where`, `  do  what to do`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Without the program's name; empty where everything has been said already.
    pub message: String,
    pub status: Status,
}

/// sysexits.h, as far as there is a use for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Status {
    /// The command was used wrongly.
    Usage = 64,
    /// What was read is not what it should be.
    Data = 65,
    /// A file to be read is not there.
    NoInput = 66,
    /// There is no such agent, account or address.
    NoUser = 67,
    /// A server cannot be reached.
    Unavailable = 69,
    /// A fault of ours.
    Software = 70,
    /// The operating system refuses.
    Os = 71,
    /// A file cannot be made.
    CannotCreate = 73,
    Io = 74,
    /// Try again later.
    Temporary = 75,
    NoPermission = 77,
    /// The configuration is wrong.
    Config = 78,
}

impl Failure {
    #[must_use]
    pub fn new(status: Status, message: impl Into<String>) -> Self {
        Self { message: message.into(), status }
    }

    /// With what to do about it on a line of its own.
    #[must_use]
    pub fn with_remedy(self, remedy: impl fmt::Display) -> Self {
        Self { message: format!("{}\n  do  {remedy}", self.message), ..self }
    }

    /// Several failures as one; None where there are none. The first one's status counts.
    #[must_use]
    pub fn all(failures: impl IntoIterator<Item = Failure>) -> Option<Self> {
        failures.into_iter().reduce(|all, next| Self {
            message: format!("{}\npostamt: {}", all.message, next.message),
            status: all.status,
        })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "postamt: {}", super::print::text_of(&self.message))
    }
}

impl std::error::Error for Failure {}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        (status as u8).into()
    }
}

impl From<&Problem> for Failure {
    fn from(problem: &Problem) -> Self {
        Self::new(Status::Config, problem.to_string())
    }
}

impl From<Problems> for Failure {
    fn from(problems: Problems) -> Self {
        let none = || Self::new(Status::Config, "the configuration is wrong");
        Self::all(problems.iter().map(Self::from)).unwrap_or_else(none)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let status = match error.fault {
            _ if error.is_temporary() => Status::Temporary,
            Fault::NotThere | Fault::NoFolder => Status::NoInput,
            Fault::Denied { .. } | Fault::KeyExposed { .. } => Status::NoPermission,
            Fault::NumbersUsedUp => Status::Temporary,
            Fault::Other { .. } => Status::Software,
            _ => Status::Data,
        };
        Self::new(status, error.to_string())
    }
}

/// Writing to standard output went wrong.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::new(Status::Io, format!("cannot write the output: {error}"))
    }
}
