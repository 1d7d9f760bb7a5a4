//! The manual, told as stories: each is one office with its own daemon and mailboxes, on the run's Dovecot and Postfix.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and waits with a bound"
)]

#[path = "../support/story/mod.rs"]
mod story;
#[path = "../support/mod.rs"]
mod support;

mod agents;
mod application;
mod blocks;
mod bombs;
mod bounces;
mod customers;
mod domains;
mod machines;
mod openpgp;
mod operations;
mod routing;
mod rules;
mod time;
mod tokens;
