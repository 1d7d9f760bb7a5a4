//! Where mail comes from: one batch after the other, each settled once it is committed.
//!
//! A source hands out messages as they lie there, bounded in number and octets, and moves them when told what became
//! of them. What a message says, whether it was seen before and when to try again after an error is decided elsewhere;
//! [`Backoff`] only counts. What is not settled when the connection ends is handed out again by the next one.

mod backoff;
mod error;
mod folder;
mod idle;
mod imap;
mod maildir;
mod session;
mod uid_set;
mod wire;

use std::fmt;
use std::sync::Arc;

pub use backoff::Backoff;
pub use error::IntakeError;
pub use imap::{ImapSettings, ImapSource, Password, Security};
pub use maildir::{MaildirSettings, MaildirSource};

use crate::mail::Timestamp;

/// A place mail comes from. Every future may be dropped at any moment (a shutdown, a signal): what it was about is
/// handed out again by the next connection. A dropped `wait` leaves the source fit for use, a dropped `next_batch` or
/// `settle` may not: the next call then says that the connection is lost.
pub trait Source {
    /// The next messages, oldest first, none of which was handed out before by this source. Empty where there is
    /// nothing new: then `wait`. Need not be settled before the next one is asked for.
    fn next_batch(&mut self) -> impl Future<Output = Result<Vec<Arrived>, IntakeError>> + Send;

    /// Moves what was committed. Keys this source did not hand out are passed over: they come again, and are settled then.
    fn settle(
        &mut self,
        done: Vec<(SourceKey, Disposal)>,
    ) -> impl Future<Output = Result<(), IntakeError>> + Send;

    /// Returns when there may be something new, and when it is time to look anyhow.
    fn wait(&mut self) -> impl Future<Output = Result<(), IntakeError>> + Send;

    /// How many messages known so far were received before `since` and stay where they are.
    fn left_behind(&self) -> usize;

    /// Takes leave of the server. Bounded, and without an error: there is nothing left to lose.
    fn close(self) -> impl Future<Output = ()> + Send;
}

/// One message as it lies in its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrived {
    pub key: SourceKey,
    /// INTERNALDATE, or the file's time.
    pub received_at: Timestamp,
    pub raw: Vec<u8>,
    /// Over the limit: `raw` is only its first octets (64 KiB, or the limit where that is less).
    pub truncated: bool,
    /// Of the whole message.
    pub size_octets: u64,
}

/// Names a message for ever: RFC 9051 section 2.3.1.1, or the unique part of a Maildir file's name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SourceKey {
    Imap { mailbox: Arc<str>, uid_validity: u32, uid: u32 },
    File { mailbox: Arc<str>, name: String },
}

impl SourceKey {
    /// The name of the mailbox in the configuration.
    #[must_use]
    pub fn mailbox(&self) -> &str {
        match self {
            Self::Imap { mailbox, .. } | Self::File { mailbox, .. } => mailbox,
        }
    }

    /// What names it within its mailbox: `UIDVALIDITY/UID`, or the file's name. One word, fit for the store and the log.
    #[must_use]
    pub fn within(&self) -> String {
        match self {
            Self::Imap { uid_validity, uid, .. } => format!("{uid_validity}/{uid}"),
            Self::File { name, .. } => name.clone(),
        }
    }
}

impl fmt::Display for SourceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.mailbox(), self.within())
    }
}

/// What becomes of a message at its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Disposal {
    /// Into the folder of the month it was received in (UTC).
    Processed,
    Quarantine,
    /// Stays where it is, and is not handed out again by this source.
    Leave,
}

impl Disposal {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Processed => "processed",
            Self::Quarantine => "quarantine",
            Self::Leave => "left",
        }
    }
}

/// What a source hands out at once, and where a message is too large.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// A message over it comes truncated.
    pub size_octets: u64,
    pub batch_messages: usize,
    /// A single message may go over it, up to `size_octets`.
    pub batch_octets: u64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { size_octets: 25_000_000, batch_messages: 256, batch_octets: 16 * 1024 * 1024 }
    }
}

impl Bounds {
    /// How many octets of a message that is too large are still worth having: its header and a beginning.
    const BEGINNING: u64 = 64 * 1024;

    fn is_over(self, size_octets: u64) -> bool {
        size_octets > self.size_octets
    }

    fn beginning(self) -> u64 {
        Self::BEGINNING.min(self.size_octets)
    }

    /// How many messages from the front of a queue make the next batch: at least one where there is one.
    fn batch(self, sizes: impl Iterator<Item = u64>) -> usize {
        let mut octets = 0_u64;
        let mut messages = 0;
        for size in sizes.take(self.batch_messages.max(1)) {
            let fetched = if self.is_over(size) { self.beginning() } else { size };
            octets = octets.saturating_add(fetched);
            if messages > 0 && octets > self.batch_octets {
                break;
            }
            messages += 1;
        }
        messages
    }
}

/// How to reach a source.
#[derive(Debug, Clone)]
pub enum SourceSettings {
    Imap(ImapSettings),
    Maildir(MaildirSettings),
}

impl SourceSettings {
    /// Connects and logs in, or looks whether the folder is there.
    ///
    /// # Errors
    /// Whatever keeps mail from being read.
    pub async fn open(&self) -> Result<AnySource, IntakeError> {
        Ok(match self {
            Self::Imap(settings) => {
                AnySource::Imap(Box::new(ImapSource::open(settings.clone()).await?))
            }
            Self::Maildir(settings) => {
                AnySource::Maildir(Box::new(MaildirSource::open(settings.clone()).await?))
            }
        })
    }
}

/// Either kind of source, so that one loop serves them all.
#[derive(Debug)]
pub enum AnySource {
    Imap(Box<ImapSource>),
    Maildir(Box<MaildirSource>),
}

impl Source for AnySource {
    async fn next_batch(&mut self) -> Result<Vec<Arrived>, IntakeError> {
        match self {
            Self::Imap(source) => source.next_batch().await,
            Self::Maildir(source) => source.next_batch().await,
        }
    }

    async fn settle(&mut self, done: Vec<(SourceKey, Disposal)>) -> Result<(), IntakeError> {
        match self {
            Self::Imap(source) => source.settle(done).await,
            Self::Maildir(source) => source.settle(done).await,
        }
    }

    async fn wait(&mut self) -> Result<(), IntakeError> {
        match self {
            Self::Imap(source) => source.wait().await,
            Self::Maildir(source) => source.wait().await,
        }
    }

    fn left_behind(&self) -> usize {
        match self {
            Self::Imap(source) => source.left_behind(),
            Self::Maildir(source) => source.left_behind(),
        }
    }

    async fn close(self) {
        match self {
            Self::Imap(source) => source.close().await,
            Self::Maildir(source) => source.close().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_bounded_in_number_and_octets() {
        let bounds = Bounds { size_octets: 1_000, batch_messages: 3, batch_octets: 1_500 };
        let cases: [(&[u64], usize); 6] = [
            (&[], 0),
            (&[10, 10, 10, 10], 3),
            (&[1_000, 500], 2),
            (&[1_000, 501], 1),
            // Only the beginning of what is too large is fetched, here 1,000 octets.
            (&[9_000_000, 500, 1], 2),
            (&[9_000_000], 1),
        ];
        for (sizes, messages) in cases {
            assert_eq!(bounds.batch(sizes.iter().copied()), messages, "{sizes:?}");
        }
        let tiny = Bounds { batch_octets: 0, batch_messages: 0, ..bounds };
        assert_eq!(tiny.batch([10, 10].into_iter()), 1, "a bound never stops the intake");
    }

    #[test]
    fn a_key_is_one_word() {
        let key = SourceKey::Imap { mailbox: "antrag".into(), uid_validity: 1_700_000_000, uid: 7 };
        assert_eq!(key.to_string(), "antrag/1700000000/7");
    }
}
