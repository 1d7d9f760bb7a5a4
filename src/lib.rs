//! postamt: a trouble-ticket system whose only interface is e-mail.
//!
//! The rooms stand in the order a mail passes them; ARCHITECTURE.md is the map.

pub mod accounts;
pub mod authority;
pub mod cli;
pub mod clock;
pub mod config;
pub mod daemon;
pub mod demo;
pub mod desk;
pub mod intake;
pub mod letters;
pub mod log;
pub mod mail;
pub mod office;
pub mod outbox;
pub mod random;
pub mod store;
