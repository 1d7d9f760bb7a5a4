//! What we do about a mail. Pure: ticket + event + time in, new ticket + effects out. No clock, no I/O, no randomness.

pub mod answer;
pub mod application;
pub mod arguments;
pub mod command;
pub mod command_line;
pub mod consent;
pub mod deadline;
pub mod effect;
pub mod event;
pub mod number;
pub mod people;
pub mod rules;
pub mod steps;
pub mod ticket;

pub use number::Number;
pub use ticket::{Ticket, TicketId};
