//! What we do about a mail. Pure: ticket + event + time in, new ticket + effects out. No clock, no I/O, no randomness.

pub mod account;
pub mod agent;
pub mod answer;
pub mod application;
pub mod arguments;
pub mod audience;
pub mod bounce;
pub mod calendar;
pub mod carry;
pub mod command;
pub mod command_line;
pub mod consent;
mod consent_wording;
pub mod customer;
pub mod deadline;
pub mod effect;
pub mod erased;
pub mod event;
pub mod form;
pub mod note;
pub mod number;
pub mod opening;
pub mod overview;
pub mod people;
pub mod reach;
pub mod routing;
pub mod rules;
pub mod spec;
pub mod steps;
pub mod subject_tag;
#[cfg(test)]
pub mod testing;
pub mod ticket;
pub mod why;

pub use effect::{Decision, Effect, HistoryLine};
pub use event::Event;
pub use number::Number;
pub use rules::Rules;
pub use ticket::{Ticket, TicketId};

use crate::mail::Timestamp;

/// What an event does to a ticket. Pure: equal arguments, equal decision.
#[must_use]
pub fn decide(ticket: Ticket, event: &Event, now: Timestamp, rules: &Rules) -> Decision {
    let draft = Decision { ticket, effects: Vec::new(), history: Vec::new() };
    let mut decision = match event {
        Event::Opened(opening) => opening::opened(draft, opening, rules),
        Event::AgentWrote(mail) => agent::wrote(draft, mail, now, rules),
        Event::CustomerWrote(mail) => customer::wrote(draft, mail, now, rules),
        Event::ThirdPartyWrote { incoming, token_void } => {
            customer::stranger_wrote(draft, incoming, *token_void, rules)
        }
        Event::AutomaticCame(incoming) => customer::machine_wrote(draft, incoming),
        Event::Bounced(returned) => bounce::returned(draft, returned, now, rules),
        Event::Accepted(letter) => account::letter_accepted(draft, *letter, now),
        Event::Account(reply) => account::replied(draft, reply, now, rules),
        Event::Due(deadline) => deadline::reached(draft, *deadline, now, rules),
        Event::AgentGone(agent) => deadline::agent_gone(draft, *agent, rules),
    };
    decision.ticket.updated_at = now.max(decision.ticket.updated_at);
    decision
}

impl Decision {
    pub(crate) fn note(&mut self, who: effect::Who, what: effect::What) {
        self.history.push(HistoryLine { who, what });
    }

    pub(crate) fn then(&mut self, effect: Effect) {
        self.effects.push(effect);
    }
}
