//! What an agent may do where there is no ticket, at the standing address: read. Nothing there confirms, and nothing reaches a customer.
//!
//! Which tickets an agent may see is asked in `may_see`; the answers are made by the office.

use super::answer::{ListFilter, Problem, Refusal};
use super::command::Command;
use super::command_line::{Typed, TypedCommand};
use super::number::Number;
use super::people::{Agent, AgentId};
use super::rules::Rules;
use super::ticket::Ticket;

/// A question that can be answered without a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    List(ListFilter),
    Show(Number),
    Help(Option<&'static str>),
    /// To be told that they get mail again; as typed.
    Back(String),
}

/// One mail asks no more than this.
const MOST_QUESTIONS: usize = 20;

/// All that a mail asks, each question once; or what of it belongs to a ticket, and then nothing is answered.
///
/// # Errors
/// A problem for each line that can only be carried out on a ticket, or names what is not there.
pub fn questions(
    typed: &Typed,
    agent: AgentId,
    rules: &Rules,
) -> Result<Vec<Question>, Vec<Problem>> {
    let (mut questions, mut problems) = (Vec::new(), Vec::new());
    for command in &typed.commands {
        match question(command, agent, rules) {
            Ok(question) if questions.contains(&question) => {}
            Ok(question) => questions.push(question),
            Err(refusal) => {
                problems.push(Problem { line: command.line, typed: command.typed.clone(), refusal })
            }
        }
    }
    questions.truncate(MOST_QUESTIONS);
    if problems.is_empty() { Ok(questions) } else { Err(problems) }
}

fn question(command: &TypedCommand, agent: AgentId, rules: &Rules) -> Result<Question, Refusal> {
    match &command.command {
        Command::List(filter) => listed(filter, agent, rules).map(Question::List),
        Command::Show(Some(number)) => Ok(Question::Show(*number)),
        Command::Help { about } => Ok(Question::Help(*about)),
        Command::Back => Ok(Question::Back(command.typed.clone())),
        Command::Yes { .. } => Err(Refusal::NothingOffered),
        _ => Err(Refusal::NoTicket),
    }
}

/// The filter that a name stands for: a queue of the agent's own before a colleague.
///
/// # Errors
/// Where there is neither.
pub fn listed(filter: &ListFilter, agent: AgentId, rules: &Rules) -> Result<ListFilter, Refusal> {
    let ListFilter::Named(name) = filter else { return Ok(filter.clone()) };
    let me = rules.agent(agent);
    let theirs = |queue: &&String| queue.eq_ignore_ascii_case(name);
    if let Some(queue) = me.and_then(|me| me.queues.iter().find(theirs)) {
        return Ok(ListFilter::Queue(queue.clone()));
    }
    match rules.agent_named(name).filter(|other| other.active) {
        Some(other) => Ok(ListFilter::Agent(other.id)),
        None => Err(Refusal::NothingToList { name: name.clone() }),
    }
}

/// An authorised agent of the ticket's queue, who is not its customer: to them it shows what every customer sees.
#[must_use]
pub fn may_see(agent: &Agent, ticket: &Ticket) -> bool {
    let is_customer = ticket.customer.as_ref().is_some_and(|c| agent.writes_from(&c.address));
    agent.works_on(&ticket.queue) && !is_customer
}

#[cfg(test)]
mod tests {
    use super::super::command_line;
    use super::super::testing::{ANNA, JENS, rules, ticket};
    use super::*;

    fn asked(lines: &str) -> Result<Vec<Question>, Vec<Refusal>> {
        let typed = command_line::read(&[lines.to_owned()], false).unwrap();
        questions(&typed, ANNA, &rules())
            .map_err(|problems| problems.into_iter().map(|p| p.refusal).collect())
    }

    #[test]
    fn without_a_ticket_one_may_read_and_nothing_else() {
        let number = ticket().number;
        assert_eq!(
            asked(&format!("#list\n#show {number}\n#help close\n#list all")),
            Ok(vec![
                Question::List(ListFilter::All),
                Question::Show(number),
                Question::Help(Some("close")),
            ])
        );
        for line in ["#confirm", "#close", "#reply", "#note", "#lock", "#show", "#verify", "#spam"]
        {
            assert_eq!(asked(&format!("#list\n{line}")), Err(vec![Refusal::NoTicket]), "{line}");
        }
        assert_eq!(asked("#yes"), Err(vec![Refusal::NothingOffered]));
        assert_eq!(asked("No word of a command"), Ok(Vec::new()));
    }

    #[test]
    fn a_name_in_a_list_is_a_queue_of_ones_own_or_a_colleague() {
        let rules = rules();
        let filter = |name: &str| listed(&ListFilter::Named(name.into()), ANNA, &rules);
        let queue = rules.agent(ANNA).unwrap().queues[0].clone();
        assert_eq!(filter(&queue.to_uppercase()), Ok(ListFilter::Queue(queue)));
        assert_eq!(filter("Jens"), Ok(ListFilter::Agent(JENS)));
        assert!(matches!(filter("nobody"), Err(Refusal::NothingToList { .. })));
        let mut without = rules.clone();
        without.agents[0].queues = vec!["other".into()];
        let named = ListFilter::Named(rules.queues[0].name.clone());
        assert!(listed(&named, ANNA, &without).is_err(), "a queue of others is none");
    }

    #[test]
    fn nobody_sees_from_inside_the_ticket_whose_customer_they_are() {
        let (rules, mut ticket) = (rules(), ticket());
        let anna = rules.agent(ANNA).unwrap();
        assert!(may_see(anna, &ticket));
        ticket.customer.as_mut().unwrap().address = anna.addresses[0].clone();
        assert!(!may_see(anna, &ticket));
    }
}
