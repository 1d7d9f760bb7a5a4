//! The whole life of an application as a story, on Maildirs and a store in one folder: no server, nothing leaves the machine.
//!
//! Plays everybody but us: applicants, two agents with their mail clients, the web form, and the mail server of the rest of
//! the world. What they write to is the daemon as it is; it is started elsewhere, and only known by the mails it sends and by
//! what the store says afterwards. `acts` is the story, `story` watches that it happens, `stage` makes the folder.

mod acts;
mod client;
mod people;
mod post;
mod quoted;
mod refusal;
mod stage;
mod story;
mod teller;

pub use acts::{Balance, play};
pub use stage::{Stage, StageError};
pub use story::Broken;
pub use teller::Teller;
