//! What somebody might try, told as stories: against the daemon on the run's Dovecot and Postfix where servers matter, against
//! the core where they do not.
//!
//! Beside each file lies a table of the same name, `.toml`: the threat, what holds against it, which stories try it, and where
//! the defence stands in the source. `tests/weakened.rs` switches one after the other off: then the stories must fail.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and waits with a bound"
)]

#[path = "../support/story/mod.rs"]
mod story;
#[path = "../support/mod.rs"]
mod support;

mod authority;
mod bounces;
mod crowding;
mod customers;
mod domains;
mod floods;
mod forged;
mod leaks;
mod loops;
mod openpgp;
mod privacy;
mod tokens;
