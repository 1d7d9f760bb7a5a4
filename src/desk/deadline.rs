//! When something falls due on a ticket, and what happens then. The store keeps the next moment in an index; nothing scans.

use super::application::{Application, Period, Step};
use super::audience::{everybody, owner_or_everybody};
use super::effect::{Decision, Effect, Freed, Letter, News, What, Who};
use super::people::AgentId;
use super::rules::Rules;
use super::ticket::{Escalation, State, Then, Ticket};
use crate::mail::{Named, Span, Timestamp};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Deadline {
    ReleaseWarning,
    Release,
    EscalationWarning,
    Escalation,
    PendingOver,
    ConfirmReminder,
    ConfirmExpiry,
}

/// Who has a link or a question is reminded this long before it runs out.
const REMIND_BEFORE: Span = Span::days(1);

impl Ticket {
    /// The next moment at which something falls due, and what; None where nothing ever does.
    #[must_use]
    pub fn next_due(&self, rules: &Rules) -> Option<(Timestamp, Deadline)> {
        let queue = rules.queue(&self.queue)?;
        let mut due: Vec<(Timestamp, Deadline)> = Vec::new();
        match self.state {
            State::Closed { .. } | State::Merged { .. } => return None,
            State::Pending { until, .. } => due.push((until, Deadline::PendingOver)),
            State::New | State::Open => {
                if let Some(lock) = self.lock {
                    let release = rules.after(lock.alive_at, queue.release_after);
                    due.push((release, Deadline::Release));
                    let warning = rules.before(release, queue.warn_before);
                    if !lock.warned && warning > lock.alive_at {
                        due.push((warning, Deadline::ReleaseWarning));
                    }
                }
                let escalation = rules.after(self.opened_at, queue.escalate_after);
                let warning = rules.before(escalation, queue.warn_before);
                if self.escalation == Escalation::No
                    && self.lock.is_some()
                    && warning > self.opened_at
                {
                    due.push((warning, Deadline::EscalationWarning));
                }
                if matches!(self.escalation, Escalation::No | Escalation::Warned) {
                    due.push((escalation, Deadline::Escalation));
                }
            }
        }
        if let Some(application) = self.application.as_ref().filter(|a| a.can_expire())
            && let Period::Since { from, reminded } = application.period
        {
            let end = from.plus(queue.confirm_within);
            let reminder = end.minus(REMIND_BEFORE);
            due.push((end, Deadline::ConfirmExpiry));
            if !reminded && reminder > from && application.waits_for_applicant() {
                due.push((reminder, Deadline::ConfirmReminder));
            }
        }
        due.into_iter().min_by_key(|(at, _)| *at)
    }
}

impl Application {
    /// Before the applicant or an agent has confirmed, and after their "no" there is nothing left to run out.
    pub(super) const fn can_expire(&self) -> bool {
        matches!(self.step, Step::Received | Step::Asked | Step::VerificationSent | Step::Bounced)
    }

    fn waits_for_applicant(&self) -> bool {
        self.undeliverable.is_none() && (self.link.is_some() || self.step == Step::Asked)
    }
}

impl Period {
    /// When it ends; None while it has not begun.
    #[must_use]
    pub fn ends(self, within: Span) -> Option<Timestamp> {
        match self {
            Self::NotBegun => None,
            Self::Since { from, .. } => Some(from.plus(within)),
            Self::Over { at } => Some(at),
        }
    }

    #[must_use]
    pub fn is_over(self, within: Span, now: Timestamp) -> bool {
        match self {
            Self::NotBegun => false,
            Self::Since { from, .. } => now >= from.plus(within),
            Self::Over { .. } => true,
        }
    }
}

pub fn reached(
    mut decision: Decision,
    deadline: Deadline,
    now: Timestamp,
    rules: &Rules,
) -> Decision {
    match deadline {
        Deadline::ReleaseWarning => release_warning(&mut decision, now, rules),
        Deadline::Release => release(&mut decision, Freed::Silence, rules),
        Deadline::EscalationWarning => escalation_warning(&mut decision, now, rules),
        Deadline::Escalation => escalate(&mut decision, now, rules),
        Deadline::PendingOver => pending_over(&mut decision, now, rules),
        Deadline::ConfirmReminder => confirm_reminder(&mut decision, now, rules),
        Deadline::ConfirmExpiry => expire(&mut decision, now, rules),
    }
    decision
}

/// The owner works here no more, or no mail reaches them: free, and everybody entitled is told.
pub fn agent_gone(mut decision: Decision, agent: AgentId, rules: &Rules) -> Decision {
    if decision.ticket.owner() == Some(agent) {
        let is_lost = rules.agent(agent).is_some_and(|a| a.active && a.reach.is_lost());
        let why = if is_lost { Freed::Unreachable } else { Freed::AgentGone };
        release(&mut decision, why, rules);
    }
    decision
}

fn release_warning(decision: &mut Decision, now: Timestamp, rules: &Rules) {
    let Some(lock) = &mut decision.ticket.lock else { return };
    lock.warned = true;
    let (owner, alive_at) = (lock.owner, lock.alive_at);
    let at =
        rules.queue(&decision.ticket.queue).map_or(now, |q| rules.after(alive_at, q.release_after));
    // After a long stop the release itself is due: then it is told, not announced.
    if at > now {
        decision.then(Effect::Notify { to: vec![owner], news: News::ReleaseSoon { at } });
    }
}

fn release(decision: &mut Decision, why: Freed, rules: &Rules) {
    let Some(lock) = decision.ticket.lock.take() else { return };
    decision.ticket.former_owner = Some(lock.owner);
    decision.note(Who::System, What::Released);
    let news = News::Released { former: lock.owner, since: lock.since, why };
    decision.then(Effect::Notify { to: everybody(&decision.ticket, rules), news });
}

fn escalation_warning(decision: &mut Decision, now: Timestamp, rules: &Rules) {
    decision.ticket.escalation = Escalation::Warned;
    let at = rules
        .queue(&decision.ticket.queue)
        .map_or(now, |q| rules.after(decision.ticket.opened_at, q.escalate_after));
    if let Some(owner) = decision.ticket.owner().filter(|_| at > now) {
        decision.then(Effect::Notify { to: vec![owner], news: News::EscalationSoon { at } });
    }
}

fn escalate(decision: &mut Decision, now: Timestamp, rules: &Rules) {
    decision.ticket.escalation = Escalation::Since(now);
    decision.note(Who::System, What::Escalated);
    decision.then(Effect::Notify { to: everybody(&decision.ticket, rules), news: News::Escalated });
}

fn pending_over(decision: &mut Decision, now: Timestamp, rules: &Rules) {
    let State::Pending { then, .. } = decision.ticket.state else { return };
    let told = owner_or_everybody(&decision.ticket, rules);
    decision.note(Who::System, What::PendingOver);
    match then {
        Then::Remind => {
            decision.ticket.state = State::Open;
            // The wait was agreed: the owner's time starts when it ends.
            if let Some(lock) = &mut decision.ticket.lock {
                (lock.alive_at, lock.warned) = (now, false);
            }
            decision.then(Effect::Notify { to: told, news: News::Reminder });
        }
        Then::Close(outcome) => {
            decision.ticket.close(outcome, now);
            decision.note(Who::System, What::Closed { outcome });
            decision.then(Effect::Notify { to: told, news: News::AutoClosed { outcome } });
        }
    }
}

fn confirm_reminder(decision: &mut Decision, now: Timestamp, rules: &Rules) {
    let within = rules.queue(&decision.ticket.queue).map(|q| q.confirm_within);
    let Some((application, within)) = decision.ticket.application.as_mut().zip(within) else {
        return;
    };
    let Period::Since { from, .. } = application.period else { return };
    application.period = Period::Since { from, reminded: true };
    let until = from.plus(within);
    let to = application
        .email
        .clone()
        .map(|address| Named { name: application.name.clone().unwrap_or_default(), address });
    let has_link = application.link.is_some();
    if let Some(to) = to.filter(|_| until > now) {
        decision.note(Who::System, What::Reminded);
        decision.then(Effect::Write { to, letter: Letter::ConfirmReminder { until, has_link } });
    }
}

fn expire(decision: &mut Decision, now: Timestamp, rules: &Rules) {
    let Some(application) = &mut decision.ticket.application else { return };
    application.step = Step::Expired;
    application.link = None;
    application.period = Period::Over { at: now };
    let to = application
        .email
        .clone()
        .map(|address| Named { name: application.name.clone().unwrap_or_default(), address });
    let to = to.filter(|_| application.written_to && application.undeliverable.is_none());
    decision.note(Who::System, What::Expired);
    let news = News::Expired { applicant_told: to.is_some() };
    if let Some(to) = to {
        decision.then(Effect::Write { to, letter: Letter::Expired });
    }
    decision.then(Effect::Notify { to: owner_or_everybody(&decision.ticket, rules), news });
}

#[cfg(test)]
mod tests;
