//! The language in which stories are told: an office with a daemon of its own, people with real mailboxes, and the mails
//! that go between them by SMTP and IMAP.
//!
//! A story waits for mails and states, never for a time. One that fails prints who did what, what lies in whose mailbox,
//! and the end of the daemon's log. When a story ends, everything its customers received is searched for what they must never see.
#![allow(dead_code, reason = "a word of the language may be waiting for its story")]

mod books;
mod chronicle;
mod daemon;
mod mailing;
mod office;
pub mod people;
pub mod process;
pub mod received;
mod secrecy;
mod settings;

#[allow(unused_imports, reason = "only the attacks send files")]
pub use mailing::with_files;
pub use office::Office;
#[allow(unused_imports, reason = "as above")]
pub use {
    mailing::Writing, people::Mailbox, people::Person, received::Received, settings::Settings,
};
