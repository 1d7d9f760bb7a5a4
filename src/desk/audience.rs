//! Who is told. An empty answer means that nobody is left: then the admins are told instead.

use super::people::{Agent, AgentId};
use super::rules::Rules;
use super::ticket::Ticket;

/// All agents of the ticket's queue.
#[must_use]
pub fn everybody(ticket: &Ticket, rules: &Rules) -> Vec<AgentId> {
    everybody_but(ticket, None, rules)
}

/// All agents of the queue but one: who acted is told by the receipt.
#[must_use]
pub fn everybody_but(ticket: &Ticket, but: Option<AgentId>, rules: &Rules) -> Vec<AgentId> {
    entitled(ticket, rules).filter(|agent| Some(agent.id) != but).map(|agent| agent.id).collect()
}

/// The owner; everybody where it is free, or the owner works here no more.
#[must_use]
pub fn owner_or_everybody(ticket: &Ticket, rules: &Rules) -> Vec<AgentId> {
    match ticket.owner().filter(|owner| entitled(ticket, rules).any(|agent| agent.id == *owner)) {
        Some(owner) => vec![owner],
        None => everybody(ticket, rules),
    }
}

/// Colleagues who hold the first mail and want to know that somebody took the ticket.
#[must_use]
pub fn colleagues(ticket: &Ticket, but: AgentId, rules: &Rules) -> Vec<AgentId> {
    entitled(ticket, rules)
        .filter(|agent| agent.taken_notices && agent.id != but)
        .map(|agent| agent.id)
        .collect()
}

/// Agents of the queue whom mail reaches, except on a ticket whose customer they are themselves.
fn entitled<'a>(ticket: &'a Ticket, rules: &'a Rules) -> impl Iterator<Item = &'a Agent> {
    let is_customer =
        |agent: &Agent| ticket.customer.as_ref().is_some_and(|c| agent.writes_from(&c.address));
    rules.agents.iter().filter(move |agent| {
        agent.works_on(&ticket.queue) && !agent.reach.is_lost() && !is_customer(agent)
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{ANNA, JENS, MONDAY, rules, ticket};
    use super::super::ticket::Lock;
    use super::*;

    #[test]
    fn the_owner_is_told_or_everybody() {
        let (mut rules, mut ticket) = (rules(), ticket());
        assert_eq!(owner_or_everybody(&ticket, &rules), [ANNA, JENS]);
        ticket.lock = Some(Lock {
            owner: JENS,
            since: MONDAY,
            alive_at: MONDAY,
            customer_wrote: false,
            warned: false,
        });
        assert_eq!(owner_or_everybody(&ticket, &rules), [JENS]);
        rules.agents[1].active = false;
        assert_eq!(owner_or_everybody(&ticket, &rules), [ANNA], "a disabled owner is told nothing");
    }

    #[test]
    fn an_agent_is_customer_only_on_a_ticket_of_their_own() {
        let (rules, mut ticket) = (rules(), ticket());
        ticket.customer.as_mut().unwrap().address = rules.agents[0].addresses[0].clone();
        assert_eq!(everybody(&ticket, &rules), [JENS]);
    }
}
