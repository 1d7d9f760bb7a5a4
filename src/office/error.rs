//! What can go wrong between a mail and its commit. Temporary means: the same batch again later; else the mail is quarantined.

use crate::letters::TemplateError;
use crate::store::StoreError;

#[derive(Debug, thiserror::Error)]
pub enum OfficeError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// Over a limit: still, when it is tried again.
    #[error("{0}")]
    Unreadable(String),
    /// A panic: where, the standard error output says.
    #[error("it failed in a way nobody foresaw: please report it")]
    Unforeseen,
}

impl OfficeError {
    /// Whether the same may go well later, without anybody doing anything.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Store(error) => error.is_temporary(),
            Self::Template(_) | Self::Unreadable(_) | Self::Unforeseen => false,
        }
    }
}
