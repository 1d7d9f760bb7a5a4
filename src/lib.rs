//! postamt: a trouble-ticket system whose only interface is e-mail.
//!
//! The rooms stand in the order a mail passes them; ARCHITECTURE.md is the map.

pub mod intake;
pub mod mail;
