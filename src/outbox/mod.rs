//! Hands stored mails over to somebody who delivers them. What was stored is what is sent, byte for byte.
//!
//! Which row comes next, and noting what became of it, is the office's; when to try again is in `order`.

pub mod finish;
mod line_ends;
pub mod maildir;
pub mod order;
pub mod sendmail;
pub mod smtp;

pub use finish::finish;
pub use maildir::Maildir;
pub use sendmail::Sendmail;
pub use smtp::{Security, Smtp, SmtpSettings};

use std::fmt;

use zeroize::Zeroizing;

use crate::mail::Address;

/// One mail to one recipient, ready to go.
#[derive(Clone, PartialEq, Eq)]
pub struct Handover {
    /// The row in the outbox.
    pub id: i64,
    /// None is the null sender `<>`.
    pub envelope_sender: Option<Address>,
    pub recipient: Address,
    /// Header and body (RFC 5322), any line ends.
    pub message: Zeroizing<Vec<u8>>,
    /// A password stands in it: a bounce must enclose no more than its header.
    pub secret: bool,
}

/// Without the mail: it holds what nobody but its recipient may see.
impl fmt::Debug for Handover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.message.len();
        f.debug_struct("Handover").field("id", &self.id).field("octets", &size).finish()
    }
}

/// What became of a hand-over. Every text is one line, bounded, as the other side gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The other side is responsible now.
    Accepted,
    /// Not now: this mail is tried again later (`order::retry`), the others go on.
    Temporary { text: String },
    /// Never: treated like a bounce. `code` is the SMTP reply code or empty; `status` the enhanced status code (RFC 3463), empty where none was given.
    Refused { code: String, status: String, text: String },
    /// Nobody there, or nobody who talks to us: no failure of this mail; everything waits (`order::Backoff`).
    Unreachable { text: String },
}

pub enum Transport {
    Smtp(Smtp),
    Maildir(Maildir),
    Sendmail(Sendmail),
}

impl Transport {
    /// Bounded in time by the transport itself. May be called for several mails at once.
    pub async fn hand_over(&self, mail: &Handover) -> Outcome {
        match self {
            Self::Smtp(smtp) => smtp.hand_over(mail).await,
            Self::Maildir(maildir) => maildir.hand_over(mail).await,
            Self::Sendmail(sendmail) => sendmail.hand_over(mail).await,
        }
    }

    /// Whether mail could leave now; if not, why. Nothing is sent.
    ///
    /// # Errors
    /// What the server, or the machine, said.
    pub async fn probe(&self) -> Result<(), String> {
        match self {
            Self::Smtp(smtp) => smtp.probe().await,
            // Their files are looked at with the configuration; a folder for a recipient is made with the first mail.
            Self::Maildir(_) | Self::Sendmail(_) => Ok(()),
        }
    }

    /// Ends what is open, within seconds; at the end of the program.
    pub async fn close(&self) {
        match self {
            Self::Smtp(smtp) => smtp.close().await,
            Self::Maildir(_) | Self::Sendmail(_) => {}
        }
    }
}

/// Why a transport cannot be set up: the admin's to mend.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error(
        "lmtp is not supported: give the address of an SMTP server, for example smtp://127.0.0.1:25"
    )]
    Lmtp,
    #[error(
        "the password for {user} would go in the clear to {host}: use smtps:// or smtp+starttls://"
    )]
    PasswordInClear { user: String, host: String },
    #[error("the certificates in {file} cannot be used: {why}")]
    CaFile { file: String, why: String },
    #[error("TLS cannot be set up: {0}")]
    Tls(String),
    #[error("{0:?} is no host name to introduce oneself with")]
    HelloName(String),
}

impl SettingsError {
    /// A setting is wrong until somebody mends it.
    #[must_use]
    pub const fn is_temporary(&self) -> bool {
        false
    }
}

/// What a stranger said, fit for a log, a store and a mail: one line, no control characters, at most 500 characters.
fn one_line(text: &str) -> String {
    const MAX_CHARS: usize = 500;
    let shown = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let shown: String = shown.take(4 * MAX_CHARS).collect();
    let words: Vec<&str> = shown.split_whitespace().collect();
    words.join(" ").chars().take(MAX_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_stranger_says_stays_on_one_line() {
        assert_eq!(one_line(" 5.1.1 no\r\nsuch\u{7} user "), "5.1.1 no such user");
        assert_eq!(one_line(&"ä".repeat(100_000)).chars().count(), 500);
    }
}
