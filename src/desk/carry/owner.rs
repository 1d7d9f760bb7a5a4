//! Whose a ticket is, and in which queue: taken, given back, handed on, moved.

use super::Desk;
use crate::desk::agent::take;
use crate::desk::answer::{Done, Refusal};
use crate::desk::application::{Application, Step};
use crate::desk::audience;
use crate::desk::effect::{Effect, Freed, News, What};
use crate::desk::rules::QueueKind;
use crate::desk::ticket::{Lock, State};

pub(super) fn lock(desk: &mut Desk<'_>, force: bool) -> Done {
    let (owner, me) = (desk.ticket().owner(), desk.me());
    // The lock rule took a free ticket already; what is left is taking it over.
    match owner {
        Some(other) if other != me && force => {
            take(desk, Some(other));
            Done::Locked { from: Some(other) }
        }
        Some(_) if !desk.took_lock => Done::AlreadyYours,
        _ => Done::Locked { from: None },
    }
}

pub(super) fn unlock(desk: &mut Desk<'_>) -> Done {
    let me = desk.me();
    let since = desk.ticket().lock.map_or(desk.now, |lock| lock.since);
    desk.decision.ticket.lock = None;
    desk.note(What::Unlocked);
    let to = audience::everybody_but(desk.ticket(), Some(me), desk.rules);
    if !to.is_empty() {
        desk.decision.then(Effect::Notify {
            to,
            news: News::Released { former: me, since, why: Freed::GivenBack },
        });
    }
    Done::Unlocked
}

pub(super) fn assign(desk: &mut Desk<'_>, name: &str) -> Result<Done, Refusal> {
    let (me, now) = (desk.me(), desk.now);
    let agent = desk
        .rules
        .agent_named(name)
        .filter(|a| a.active)
        .ok_or_else(|| Refusal::UnknownAgent { name: name.to_owned() })?;
    if !agent.works_on(&desk.ticket().queue) {
        return Err(Refusal::AgentNotInQueue { agent: agent.id });
    }
    if agent.reach.is_lost() {
        return Err(Refusal::AgentUnreachable { agent: agent.id });
    }
    let to = agent.id;
    let ticket = &mut desk.decision.ticket;
    ticket.lock =
        Some(Lock { owner: to, since: now, alive_at: now, customer_wrote: false, warned: false });
    if ticket.state == State::New {
        ticket.state = State::Open;
    }
    desk.note(What::Assigned { to });
    if to != me {
        desk.decision.then(Effect::Notify {
            to: vec![to],
            news: News::Assigned { by: me, known: desk.mail.known.clone() },
        });
    }
    let others = audience::colleagues(desk.ticket(), to, desk.rules)
        .into_iter()
        .filter(|a| *a != me)
        .collect::<Vec<_>>();
    if !others.is_empty() {
        desk.decision
            .then(Effect::Notify { to: others, news: News::Taken { by: to, at: now, from: None } });
    }
    Ok(Done::Assigned { to })
}

pub(super) fn move_to(desk: &mut Desk<'_>, name: &str) -> Result<Done, Refusal> {
    let me = desk.me();
    let queue = desk.rules.queues.iter().find(|q| q.name.eq_ignore_ascii_case(name));
    let queue = queue
        .filter(|q| q.name != desk.decision.ticket.queue)
        .ok_or_else(|| Refusal::UnknownQueue { name: name.to_owned() })?;
    let ticket = &mut desk.decision.ticket;
    let from = std::mem::replace(&mut ticket.queue, queue.name.clone());
    ticket.lock = None;
    // Where no agent could confirm, a link that is out must not either.
    if let Some(application) =
        ticket.application.as_mut().filter(|_| queue.kind != QueueKind::Application)
    {
        application.link = None;
        if application.step == Step::VerificationSent {
            application.step = Step::Received;
        }
    }
    if queue.kind == QueueKind::Application && ticket.application.is_none() {
        let mut application = Application::received(desk.now);
        application.email = ticket.customer.as_ref().map(|c| c.address.clone());
        application.name =
            ticket.customer.as_ref().map(|c| c.name.clone()).filter(|n| !n.is_empty());
        ticket.application = Some(application);
    }
    let to = queue.name.clone();
    desk.note(What::Moved { from: from.clone(), to: to.clone() });
    let told = audience::everybody_but(desk.ticket(), Some(me), desk.rules);
    let news = News::Moved { by: me, from: from.clone(), known: desk.mail.known.clone() };
    // The admins are told where nobody works there, not where only this agent does.
    if !told.is_empty() || !audience::everybody(desk.ticket(), desk.rules).contains(&me) {
        desk.decision.then(Effect::Notify { to: told, news });
    }
    Ok(Done::Moved { from, to })
}
