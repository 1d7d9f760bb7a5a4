//! What keeps mail from being read, in words for the admin. Never holds a password or a line of a mail.

use std::io;
use std::path::PathBuf;

/// `server` is `host:port`. The mailbox's name is put before it by whoever prints it.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    #[error("{server} cannot be reached: {cause}")]
    Unreachable { server: String, cause: io::Error },

    #[error("{server} said nothing for {seconds} s")]
    Silent { server: String, seconds: u64 },

    #[error("the connection to {server} was lost: {why}")]
    Lost { server: String, why: String },

    #[error(
        "no TLS with {server}: {why}; a private authority's certificate is named by ca_file, and \
         the host in the url must be one the certificate is made for"
    )]
    Tls { server: String, why: String },

    #[error(
        "{server} is not this machine, and without TLS the password would be readable on the way: \
         write imaps:// or imap+starttls:// in the mailbox's url"
    )]
    PlainAbroad { server: String },

    #[error("log-in of {user} refused by {server}: {said}; check user and password_file")]
    LogIn { user: String, server: String, said: String, is_temporary: bool },

    #[error("{server} refused {command}: {said}")]
    Refused { server: String, command: &'static str, said: String },

    #[error("{server} cannot be used: {what}")]
    Unsupported { server: String, what: &'static str },

    #[error("{}: {cause}", path.display())]
    File { path: PathBuf, cause: io::Error },

    #[error("{}: {what}", path.display())]
    Unfit { path: PathBuf, what: &'static str },
}

impl IntakeError {
    /// True where trying again may help without anybody doing anything. It is tried again all the same: an admin who
    /// corrects a password does not expect to have to tell us.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Unreachable { .. }
            | Self::Silent { .. }
            | Self::Lost { .. }
            | Self::Refused { .. } => true,
            Self::LogIn { is_temporary, .. } => *is_temporary,
            Self::File { cause, .. } => {
                !matches!(cause.kind(), io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied)
            }
            Self::Tls { .. }
            | Self::PlainAbroad { .. }
            | Self::Unsupported { .. }
            | Self::Unfit { .. } => false,
        }
    }
}
