//! What the tests stand on: a private Dovecot and Postfix, and the accounts on them.
#![allow(dead_code, reason = "every test binary uses its own part of this")]

pub mod domain;
pub mod dovecot;
pub mod gpg;
pub mod postfix;
pub mod rig;
