//! A mail opens a ticket: whose it is, what it asks for, who is told and whether the writer is answered.

use super::application::Application;
use super::audience::everybody;
use super::effect::{
    Article, ArticleKind, Author, Decision, Effect, Letter, News, Visibility, What, Who,
};
use super::event::{Opening, Origin};
use super::form;
use super::note::Note;
use super::number::Number;
use super::people::Language;
use super::rules::{QueueKind, Rules};
use super::subject_tag;
use super::ticket::{Escalation, Outcome, State, Ticket, TicketId};
use crate::mail::{Named, Timestamp};

impl Ticket {
    /// A ticket of which nothing is known yet but its number and its queue.
    #[must_use]
    pub fn blank(
        id: TicketId,
        number: Number,
        queue: &str,
        at: Timestamp,
        language: Language,
    ) -> Self {
        Self {
            id,
            number,
            queue: queue.to_owned(),
            subject: String::new(),
            customer: None,
            language,
            state: State::New,
            priority: 3,
            lock: None,
            former_owner: None,
            created_at: at,
            opened_at: at,
            updated_at: at,
            escalation: Escalation::No,
            application: None,
            by_machine: false,
            continues: None,
            continued_in: None,
        }
    }
}

/// Subjects are shown in headers and lists.
const LONGEST_SUBJECT: usize = 200;

pub fn opened(mut decision: Decision, opening: &Opening, rules: &Rules) -> Decision {
    let Opening { incoming, origin, may_acknowledge, also_to, priority, spam, known } = opening;
    let Some(queue) = rules.queue(&decision.ticket.queue) else { return decision };
    let ticket = &mut decision.ticket;
    let at = ticket.created_at;
    let sender = match origin {
        Origin::Person => Some(&incoming.from),
        // Nothing is ever sent to the form's own sender, and a machine is never answered.
        Origin::Form | Origin::Machine => None,
    };
    if let Some(priority) = priority {
        ticket.priority = *priority;
    }
    ticket.by_machine = *origin == Origin::Machine;
    if *origin != Origin::Form {
        ticket.subject = subject_tag::bare(&incoming.subject, &rules.hook)
            .chars()
            .take(LONGEST_SUBJECT)
            .collect();
    }
    ticket.customer =
        sender.filter(|s| !rules.is_own(&s.address) && !s.address.is_nobody()).cloned();
    if queue.kind == QueueKind::Application && *origin != Origin::Machine {
        let form = form::read(&incoming.text, &queue.form);
        let application = form::application(&form, sender, at, rules);
        ticket.language = form::language(&form, rules);
        ticket.customer = customer_of(&application, ticket.customer.take());
        ticket.application = Some(application);
    } else if *origin == Origin::Form {
        let form = form::read(&incoming.text, &queue.form);
        let email = form.email.as_deref().and_then(|text| form::usable_email(text, rules));
        ticket.customer =
            email.map(|address| Named { name: form.name.unwrap_or_default(), address });
    }
    let author = match (origin, &ticket.customer) {
        (Origin::Machine, _) => Author::Machine(incoming.from.clone()),
        (Origin::Form | Origin::Person, Some(customer)) => Author::Customer(customer.clone()),
        (Origin::Form | Origin::Person, None) => Author::ThirdParty(incoming.from.clone()),
    };
    let acknowledged = sender.filter(|_| *may_acknowledge && queue.acknowledge).cloned();
    let mut told = everybody(ticket, rules);
    for agent in rules.agents.iter().filter(|a| also_to.iter().any(|queue| a.works_on(queue))) {
        // Who wrote it needs no notice of their own mail.
        let wrote = ticket.customer.as_ref().is_some_and(|c| agent.writes_from(&c.address));
        if !wrote && !told.contains(&agent.id) {
            told.push(agent.id);
        }
    }

    decision.note(Who::Customer, What::Created);
    decision.then(Effect::Article(Article {
        author,
        visibility: if *origin == Origin::Machine {
            Visibility::Internal
        } else {
            Visibility::Public
        },
        kind: ArticleKind::Mail,
        subject: incoming.subject.clone(),
        text: incoming.text.clone(),
        attachments: incoming.attachments.clone(),
        message: Some(incoming.message),
    }));
    if *spam {
        // As `#spam` leaves it: whoever looks at all tickets finds it, and it can be opened again.
        decision.ticket.close(Outcome::Fail, at);
        decision.note(Who::System, What::Spam);
        let ticket = Some(decision.ticket.number);
        let from = incoming.from.address.clone();
        decision.then(Effect::NoteForPostmaster(Note::Spam { ticket, from }));
        return decision;
    }
    if let Some(to) =
        acknowledged.filter(|to| !rules.is_own(&to.address) && !to.address.is_nobody())
    {
        decision.then(Effect::Write {
            to,
            letter: Letter::Acknowledgement { answered: incoming.message },
        });
    }
    decision.then(Effect::Notify {
        to: told,
        news: News::NewTicket {
            known: known.clone(),
            form: *origin == Origin::Form,
            remarks: incoming.remarks.clone(),
        },
    });
    decision
}

/// The application's address is whose ticket it is; a sender who names another address keeps only the name.
fn customer_of(application: &Application, sender: Option<Named>) -> Option<Named> {
    let name = application
        .name
        .clone()
        .or_else(|| sender.as_ref().map(|s| s.name.clone()))
        .unwrap_or_default();
    let address = application.email.clone().or_else(|| sender.map(|s| s.address))?;
    Some(Named { name, address })
}
