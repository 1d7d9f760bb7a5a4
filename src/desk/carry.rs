//! What each command does, once it may. One arm a command; the first refusal drops all of the mail.

use chrono::{Days, NaiveDate, NaiveTime, TimeZone};
use chrono_tz::Tz;

use super::agent::take;
use super::answer::{Answer, Done, Refusal};
use super::application::{
    Application, CloseAfter, Confirmation, ConfirmedBy, Field, Link, Period, Step,
};
use super::audience;
use super::command::{Command, On, When};
use super::command_line::Typed;
use super::effect::{Decision, Effect, Freed, Letter, News, What, Who};
use super::event::{AgentMail, LoginHolder, MessageRef};
use super::form;
use super::overview;
use super::people::{AgentId, Language};
use super::rules::{Queue, QueueKind, Rules};
use super::ticket::{Escalation, Lock, Outcome, State, Then, Ticket};
use crate::mail::{Address, Named, Span, Timestamp};

/// One mail of an agent on its way through the commands.
pub(super) struct Desk<'a> {
    pub decision: Decision,
    pub mail: &'a AgentMail,
    pub now: Timestamp,
    pub rules: &'a Rules,
    pub took_lock: bool,
    /// All that was typed and attached is an internal note.
    pub stays_inside: bool,
    /// The text stands in the letter that a command sends.
    pub text_goes_inside: bool,
    pub ordered_account: bool,
}

impl<'a> Desk<'a> {
    pub(super) const fn ticket(&self) -> &Ticket {
        &self.decision.ticket
    }

    fn me(&self) -> AgentId {
        self.mail.agent
    }

    fn note(&mut self, what: What) {
        let me = self.me();
        self.decision.note(Who::Agent(me), what);
    }

    fn queue(&self) -> Option<&'a Queue> {
        self.rules.queue(&self.decision.ticket.queue)
    }

    fn application(&mut self) -> Result<&mut Application, Refusal> {
        self.decision.ticket.application.as_mut().ok_or(Refusal::NotAnApplication)
    }

    /// What of the text goes out with a letter that a command sends: nothing of a note.
    fn own_words(&self, typed: &Typed) -> String {
        if self.stays_inside { String::new() } else { typed.text.clone() }
    }

    fn own_files(&self) -> Option<MessageRef> {
        (!self.stays_inside).then_some(self.mail.incoming.message)
    }

    fn confirm_within(&self) -> Span {
        self.queue().map_or(Span::days(4), |q| q.confirm_within)
    }
}

impl On {
    /// # Errors
    /// Why the command makes no sense on this ticket.
    pub(super) fn fits(self, ticket: &Ticket, rules: &Rules) -> Result<(), Refusal> {
        let is_application = ticket.application.is_some()
            && rules.queue(&ticket.queue).is_some_and(|q| q.kind == QueueKind::Application);
        match self {
            Self::Any => Ok(()),
            Self::OpenTicket if ticket.is_open() => Ok(()),
            Self::ClosedTicket if !ticket.is_open() => Ok(()),
            Self::ClosedTicket => Err(Refusal::TicketOpen),
            Self::OpenApplication if !is_application => Err(Refusal::NotAnApplication),
            Self::OpenApplication if ticket.is_open() => Ok(()),
            Self::OpenTicket | Self::OpenApplication => Err(Refusal::TicketClosed),
        }
    }
}

/// Does one command. None where another answer tells of it.
pub(super) fn out(
    desk: &mut Desk<'_>,
    command: &Command,
    typed: &Typed,
) -> Result<Option<Done>, Refusal> {
    let done = match command {
        Command::Lock { force } => lock(desk, *force),
        Command::Unlock => unlock(desk),
        Command::Assign { agent } => assign(desk, agent)?,
        Command::Verify => verify(desk, typed)?,
        Command::Confirm { force } => confirm(desk, *force)?,
        Command::Renew => renew(desk)?,
        Command::Ask => ask(desk, typed)?,
        // The text is the command: what becomes of it is told with the text.
        Command::Reply => return Ok(None),
        Command::Note => Done::Noted,
        Command::Close { outcome, .. } => close(desk, *outcome),
        Command::Reopen => reopen(desk),
        Command::Pending { when, then } => pending(desk, *when, *then)?,
        Command::Priority(priority) => set_priority(desk, *priority),
        Command::Queue { name } => move_to(desk, name)?,
        Command::Set { field, value } => set(desk, *field, value)?,
        Command::Spam => spam(desk),
        Command::Show(number) => {
            return answered(desk, Answer::Show { number: number.unwrap_or(desk.ticket().number) });
        }
        Command::List(filter) => {
            let filter = overview::listed(filter, desk.me(), desk.rules)?;
            return answered(desk, Answer::List { filter });
        }
        Command::Help { about } => return answered(desk, Answer::Help { about: *about }),
        Command::Back => Done::Back,
        Command::Yes { .. } => return Err(Refusal::NothingOffered),
        // Customers' own; the table gives them to nobody else.
        Command::Status | Command::Withdraw => {
            return Err(Refusal::Unknown { nearest: Some("show") });
        }
    };
    Ok(Some(done))
}

fn answered(desk: &mut Desk<'_>, answer: Answer) -> Result<Option<Done>, Refusal> {
    let to = desk.me();
    desk.decision.then(Effect::Answer { to, answer, offer: None });
    Ok(None)
}

fn lock(desk: &mut Desk<'_>, force: bool) -> Done {
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

fn unlock(desk: &mut Desk<'_>) -> Done {
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

fn assign(desk: &mut Desk<'_>, name: &str) -> Result<Done, Refusal> {
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

/// E-mail and login of an application that can go on, and nobody else has the login.
fn complete(desk: &mut Desk<'_>) -> Result<(Address, String), Refusal> {
    let (known, rules) = (&desk.mail.known, desk.rules);
    let application = desk.decision.ticket.application.as_ref().ok_or(Refusal::NotAnApplication)?;
    let email = application.email.clone().ok_or(Refusal::Missing { field: Field::Email })?;
    let login = application.login.clone().ok_or(Refusal::Missing { field: Field::Login })?;
    if rules.is_own(&email) {
        return Err(Refusal::EmailUnusable { text: email.to_string() });
    }
    if !form::usable_login(&login, rules) {
        return Err(Refusal::LoginUnusable { login });
    }
    match known.logins.get(&login.to_lowercase()) {
        // At `credentials_bounced` the account is this application's own.
        Some(LoginHolder::Account(_)) if application.step != Step::CredentialsBounced => {
            Err(Refusal::LoginHasAccount { login })
        }
        Some(LoginHolder::Reserved(by)) => Err(Refusal::LoginReserved { login, by: *by }),
        Some(LoginHolder::Account(_)) | None => Ok((email, login)),
    }
}

fn verify(desk: &mut Desk<'_>, typed: &Typed) -> Result<Done, Refusal> {
    let within = desk.confirm_within();
    let author = desk.me();
    let fresh = desk.mail.fresh.clone();
    let application = desk.application()?;
    if application.step.has_account() || application.confirmed.is_some() {
        return Err(Refusal::HasAccount { step: application.step });
    }
    let (email, _) = complete(desk)?;
    let application = desk.application()?;
    if application.undeliverable.as_ref().is_some_and(|u| u.address == email) {
        return Err(Refusal::Undeliverable { address: email });
    }
    application.step = Step::VerificationSent;
    application.link = Some(Link { sha256: fresh.sha256, sent_to: email.clone() });
    application.period = Period::NotBegun;
    application.written_to = true;
    let name = application.name.clone().unwrap_or_default();
    desk.text_goes_inside = true;
    desk.note(What::LinkSent { to: email.clone() });
    let letter = Letter::Verification {
        token: fresh.token,
        text: desk.own_words(typed),
        author,
        valid: within,
        attachments_of: desk.own_files(),
    };
    desk.decision.then(Effect::Write { to: Named { name, address: email.clone() }, letter });
    Ok(Done::LinkSent { to: email, within })
}

fn ask(desk: &mut Desk<'_>, typed: &Typed) -> Result<Done, Refusal> {
    let author = desk.me();
    let application = desk.application()?;
    if application.step.has_account() {
        return Err(Refusal::HasAccount { step: application.step });
    }
    let email = application.email.clone().ok_or(Refusal::Missing { field: Field::Email })?;
    if application.undeliverable.as_ref().is_some_and(|u| u.address == email) {
        return Err(Refusal::Undeliverable { address: email });
    }
    // A link that is out stays good: a question beside it does not take back the offer.
    if application.link.is_none() {
        application.step = Step::Asked;
    }
    application.period = Period::NotBegun;
    application.written_to = true;
    let name = application.name.clone().unwrap_or_default();
    desk.text_goes_inside = true;
    desk.note(What::QuestionSent { to: email.clone() });
    let letter =
        Letter::Question { text: desk.own_words(typed), author, attachments_of: desk.own_files() };
    desk.decision.then(Effect::Write { to: Named { name, address: email.clone() }, letter });
    Ok(Done::QuestionSent { to: email })
}

fn confirm(desk: &mut Desk<'_>, force: bool) -> Result<Done, Refusal> {
    let (now, me, within) = (desk.now, desk.me(), desk.confirm_within());
    let application = desk.application()?;
    let again = application.step == Step::CredentialsBounced;
    if let Some(Confirmation { by, at }) = application.confirmed.filter(|_| !again) {
        return Ok(Done::AlreadyConfirmed { by, at });
    }
    if application.withdrawn_at.is_some() && !force {
        return Err(Refusal::WithdrawnByApplicant);
    }
    if let Some(undeliverable) = application.undeliverable.as_ref().filter(|_| !force) {
        return Err(Refusal::Undeliverable { address: undeliverable.address.clone() });
    }
    // The applicant's own "no" ended the period; whoever uses force knows that.
    let ended_by_applicant = application.withdrawn_at.is_some();
    if application.period.is_over(within, now) && !again && !ended_by_applicant {
        let at = application.period.ends(within).unwrap_or(now);
        return Err(Refusal::PeriodOver { at });
    }
    let (email, login) = complete(desk)?;
    let application = desk.application()?;
    application.step = Step::Confirmed;
    application.link = None;
    application.confirmed = Some(Confirmation { by: ConfirmedBy::Agent(me), at: now });
    let name = application.name.clone().unwrap_or_default();
    desk.ordered_account = true;
    desk.note(What::Confirmed);
    desk.decision.then(Effect::CreateAccount {
        login: login.clone(),
        email: email.clone(),
        name,
        resume: again,
    });
    Ok(Done::AccountOrdered { login, to: email })
}

fn renew(desk: &mut Desk<'_>) -> Result<Done, Refusal> {
    let (now, within) = (desk.now, desk.confirm_within());
    let application = desk.application()?;
    if application.step.has_account() {
        return Err(Refusal::HasAccount { step: application.step });
    }
    if application.step == Step::Expired {
        application.step = Step::Received;
    }
    application.period = Period::Since { from: now, reminded: false };
    desk.note(What::PeriodRenewed);
    Ok(Done::Renewed { until: now.plus(within) })
}

/// Without a word: success if the account was made, or nothing of the kind was wanted; else fail.
fn close(desk: &mut Desk<'_>, outcome: Option<Outcome>) -> Done {
    let me = desk.me();
    let application = desk.decision.ticket.application.as_ref();
    let fitting = match application {
        Some(a) if a.step.has_account() || a.confirmed.is_some() => Outcome::Success,
        Some(_) => Outcome::Fail,
        None => Outcome::Success,
    };
    let waits = desk.ordered_account
        || application.is_some_and(|a| a.step == Step::Confirmed && a.confirmed.is_some());
    let is_application = application.is_some();
    let outcome = outcome.unwrap_or(fitting);
    if let Some(application) = desk.decision.ticket.application.as_mut().filter(|_| waits) {
        application.close_after = Some(CloseAfter { outcome, by: me });
        return Done::CloseWaits { outcome };
    }
    desk.decision.ticket.close(outcome, desk.now);
    desk.note(What::Closed { outcome });
    Done::Closed { outcome, unlike: is_application && outcome != fitting }
}

impl Ticket {
    /// The lock ends, but is remembered; a link that is out is void.
    pub(super) fn close(&mut self, outcome: Outcome, at: Timestamp) {
        self.state = State::Closed { outcome, at };
        self.former_owner = self.owner().or(self.former_owner);
        self.lock = None;
        if let Some(application) = &mut self.application {
            application.link = None;
            application.close_after = None;
        }
    }

    /// No mail goes to an address that does not exist.
    #[must_use]
    pub fn is_undeliverable(&self, address: &Address) -> bool {
        self.application
            .as_ref()
            .and_then(|a| a.undeliverable.as_ref())
            .is_some_and(|u| u.address == *address)
    }
}

fn spam(desk: &mut Desk<'_>) -> Done {
    desk.decision.ticket.close(Outcome::Fail, desk.now);
    desk.note(What::Spam);
    desk.decision.then(Effect::HoldSender);
    Done::Spam
}

fn reopen(desk: &mut Desk<'_>) -> Done {
    let (now, within) = (desk.now, desk.confirm_within());
    // What ran out behind a closed door is not told any more: the applicant has had their answer.
    if let Some(application) = &mut desk.decision.ticket.application
        && application.can_expire()
        && application.period.is_over(within, now)
    {
        let at = application.period.ends(within).unwrap_or(now);
        (application.step, application.period) = (Step::Expired, Period::Over { at });
    }
    desk.decision.ticket.state = State::Open;
    desk.decision.ticket.opened_at = desk.now;
    desk.decision.ticket.escalation = Escalation::No;
    desk.note(What::Reopened);
    take(desk, None);
    Done::Reopened
}

fn pending(desk: &mut Desk<'_>, when: When, then: Option<Outcome>) -> Result<Done, Refusal> {
    let zone = desk.rules.zone;
    let until = moment(when, desk.now, zone).filter(|until| *until > desk.now).ok_or(
        Refusal::Expected {
            what: super::people::Text {
                de: "ein Zeitpunkt, der noch kommt",
                en: "a moment that is still to come",
            },
            example: "#pending 3d",
        },
    )?;
    let then = then.map_or(Then::Remind, Then::Close);
    desk.decision.ticket.state = State::Pending { until, then };
    desk.note(What::Pending { until });
    Ok(Done::Pending { until, then })
}

/// Dates are 08:00 in the zone; `3d` is the same local time. A time that does not exist is the next that does; one that
/// exists twice, the first.
fn moment(when: When, now: Timestamp, zone: Tz) -> Option<Timestamp> {
    let here = now.utc().with_timezone(&zone);
    let morning = NaiveTime::from_hms_opt(8, 0, 0)?;
    let local = match when {
        When::Span(span) => return Some(now.plus(span)),
        When::Days(days) => here.naive_local().checked_add_days(Days::new(u64::from(days)))?,
        When::Tomorrow => here.date_naive().checked_add_days(Days::new(1))?.and_time(morning),
        When::Date { year, month, day } => {
            NaiveDate::from_ymd_opt(year, month, day)?.and_time(morning)
        }
    };
    // A gap is at most a few hours long: the first quarter of an hour behind it exists.
    (0..24).find_map(|quarters| {
        let tried = local.checked_add_signed(chrono::TimeDelta::minutes(15 * quarters))?;
        zone.from_local_datetime(&tried).earliest().map(|at| Timestamp(at.timestamp()))
    })
}

fn set_priority(desk: &mut Desk<'_>, to: u8) -> Done {
    let from = std::mem::replace(&mut desk.decision.ticket.priority, to);
    desk.note(What::Priority { from, to });
    Done::Priority { from, to }
}

fn move_to(desk: &mut Desk<'_>, name: &str) -> Result<Done, Refusal> {
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

fn set(desk: &mut Desk<'_>, field: Field, value: &str) -> Result<Done, Refusal> {
    let (rules, known) = (desk.rules, &desk.mail.known);
    let value = value.trim();
    let unfit = || Refusal::Missing { field };
    let application = desk.decision.ticket.application.as_mut().ok_or(Refusal::NotAnApplication)?;
    let settled = application.step.has_account() || application.confirmed.is_some();
    let bounced = application.step == Step::CredentialsBounced;
    let (old, new) = match field {
        Field::Name => (application.name.replace(value.to_owned()), value.to_owned()),
        Field::Reason => (application.reason.replace(value.to_owned()), value.to_owned()),
        Field::Login => {
            if settled {
                return Err(Refusal::HasAccount { step: application.step });
            }
            if !form::usable_login(value, rules) {
                return Err(Refusal::LoginUnusable { login: value.to_owned() });
            }
            match known.logins.get(&value.to_lowercase()) {
                Some(LoginHolder::Account(_)) => {
                    return Err(Refusal::LoginHasAccount { login: value.to_owned() });
                }
                Some(LoginHolder::Reserved(by)) => {
                    return Err(Refusal::LoginReserved { login: value.to_owned(), by: *by });
                }
                None => (application.login.replace(value.to_owned()), value.to_owned()),
            }
        }
        Field::Email => {
            if settled && !bounced {
                return Err(Refusal::HasAccount { step: application.step });
            }
            let address = form::usable_email(value, rules)
                .ok_or_else(|| Refusal::EmailUnusable { text: value.to_owned() })?;
            // Link and bounce mark belonged to the old address.
            application.link = None;
            application.undeliverable = None;
            if matches!(application.step, Step::VerificationSent | Step::Bounced) {
                application.step = Step::Received;
            }
            let old = application.email.replace(address.clone()).map(|a| a.to_string());
            let name = application.name.clone().unwrap_or_default();
            desk.decision.ticket.customer = Some(Named { name, address: address.clone() });
            (old, address.to_string())
        }
        Field::Language => {
            let language = Language::read(value).ok_or_else(unfit)?;
            let old = std::mem::replace(&mut desk.decision.ticket.language, language);
            (Some(old.code().to_owned()), language.code().to_owned())
        }
    };
    if field == Field::Name
        && let Some(customer) = &mut desk.decision.ticket.customer
    {
        new.clone_into(&mut customer.name);
    }
    desk.note(What::FieldSet { field });
    Ok(Done::FieldSet { field, old, new })
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Europe::Berlin;

    fn at(text: &str) -> Timestamp {
        Timestamp(chrono::DateTime::parse_from_rfc3339(text).unwrap().timestamp())
    }

    #[test]
    fn dates_are_eight_in_the_morning_and_days_keep_the_local_time() {
        for (when, now, then) in [
            (When::Days(3), "2026-11-23T09:12:00+01:00", "2026-11-26T09:12:00+01:00"),
            (When::Tomorrow, "2026-11-23T23:59:00+01:00", "2026-11-24T08:00:00+01:00"),
            (
                When::Date { year: 2026, month: 12, day: 1 },
                "2026-11-23T09:12:00+01:00",
                "2026-12-01T08:00:00+01:00",
            ),
            (When::Span(Span::hours(5)), "2026-11-23T09:12:00+01:00", "2026-11-23T14:12:00+01:00"),
            // Over the change to winter time, the same wall clock.
            (When::Days(1), "2026-10-24T12:00:00+02:00", "2026-10-25T12:00:00+01:00"),
            // 02:30 does not exist on 2026-03-29: the next time that does.
            (When::Days(1), "2026-03-28T02:30:00+01:00", "2026-03-29T03:00:00+02:00"),
            // 02:30 exists twice on 2026-10-25: the first.
            (When::Days(1), "2026-10-24T02:30:00+02:00", "2026-10-25T02:30:00+02:00"),
        ] {
            assert_eq!(moment(when, at(now), Berlin), Some(at(then)), "{when:?} from {now}");
        }
        assert_eq!(moment(When::Days(u32::MAX), at("2026-03-28T02:30:00+01:00"), Berlin), None);
    }
}
