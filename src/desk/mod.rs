//! What we do about a mail. Pure: facts in, decisions out; no clock, no I/O, no randomness.

pub mod consent;
mod consent_wording;
