//! What the templates may name: the facts about a ticket, as data without words. Keys of phrases stand for what has no name of its own.

use chrono::{Datelike, Timelike};
use chrono_tz::Tz;
use serde_json::{Map, Value, json};

use super::Scene;
use super::link::ReplyTo;
use crate::desk::application::{Application, Period, Step as Stage};
use crate::desk::calendar::Wait;
use crate::desk::effect::{What, Who};
use crate::desk::event::{AccountInfo, AttachmentInfo, Known, LoginHolder};
use crate::desk::number::Number;
use crate::desk::people::AgentId;
use crate::desk::rules::{Queue, QueueKind, Rules};
use crate::desk::steps::{self, Occasion, Step, Weight};
use crate::desk::ticket::{Escalation, Outcome, State, Then};
use crate::mail::{Address, Span, Timestamp};

pub type Facts = Map<String, Value>;

/// The rows of the history that a letter shows, at most.
const SHOWN_HISTORY: usize = 6;
const SHOWN_EARLIER: usize = 3;

/// `[Ticket#2026112300000014]`
#[must_use]
pub fn tag(rules: &Rules, number: Number) -> String {
    format!("[{}#{number}]", rules.hook)
}

/// A moment as people read it: the parts of a date, and whether it is today.
#[must_use]
pub fn moment(at: Timestamp, now: Timestamp, zone: Tz) -> Value {
    let (then, today) = (at.utc().with_timezone(&zone), now.utc().with_timezone(&zone));
    json!({
        "year": format!("{:04}", then.year()),
        "mm": format!("{:02}", then.month()),
        "dd": format!("{:02}", then.day()),
        "day": then.day().to_string(),
        "zone": then.format("%Z").to_string(),
        "time": format!("{:02}:{:02}", then.hour(), then.minute()),
        "weekday": format!("weekday-{}", then.weekday().number_from_monday()),
        "weekday_long": format!("weekday-long-{}", then.weekday().number_from_monday()),
        "month": format!("month-{}", then.month()),
        "month_long": format!("month-long-{}", then.month()),
        "today": then.date_naive() == today.date_naive(),
        "this_year": then.year() == today.year(),
    })
}

/// A span in its largest whole unit: a number and the key of the unit.
#[must_use]
pub fn span(span: Span) -> Value {
    let units =
        [(604_800, "week"), (86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];
    let fits = |(seconds, word): &(i64, &str)| {
        span.0 % seconds == 0 && span.0 >= *seconds && (*word != "week" || span.0 > 13 * 86_400)
    };
    let (seconds, unit) = units.iter().copied().find(fits).unwrap_or((1, "second"));
    let count = span.0 / seconds;
    json!({ "count": number(count), "unit": format!("unit-{unit}"), "working": false })
}

/// A number as a letter writes it: up to twelve in words, by its key.
#[must_use]
pub fn number(count: i64) -> Value {
    let in_words = (1..=12).contains(&count);
    json!({ "key": if in_words { format!("number-{count}") } else { "number".to_owned() }, "digits": count.to_string(), "one": count == 1 })
}

/// `antrag` of `onno::antrag`, with a capital: the name of a queue in letters.
#[must_use]
pub fn queue_display(name: &str) -> String {
    let last = name.rsplit("::").next().unwrap_or(name);
    let mut chars = last.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

#[must_use]
pub fn agent_display(rules: &Rules, id: AgentId) -> String {
    rules.agent(id).map(|agent| agent.display.clone()).unwrap_or_default()
}

impl Scene<'_> {
    #[must_use]
    pub fn queue(&self) -> Option<&Queue> {
        self.rules.queue(&self.ticket.queue)
    }

    #[must_use]
    pub fn when(&self, at: Timestamp) -> Value {
        moment(at, self.now, self.zone)
    }

    /// How long something may take, as people say it; where there is a calendar, in working days or working time.
    #[must_use]
    pub fn wait(&self, wait: Wait) -> Value {
        let mut said = span(wait.span());
        let working = self.rules.calendar.is_some();
        if working && let Wait::Days(days) = wait {
            said = json!({ "count": number(i64::from(days)), "unit": "unit-working-day" });
        }
        if let Some(said) = said.as_object_mut() {
            said.insert("working".into(), json!(working));
        }
        said
    }

    #[must_use]
    pub fn agent(&self, id: AgentId) -> String {
        agent_display(self.rules, id)
    }

    /// Until when `#confirm` is possible.
    #[must_use]
    pub fn until(&self) -> Option<Timestamp> {
        let within = self.queue()?.confirm_within;
        let application = self.ticket.application.as_ref()?;
        let matters = self.ticket.is_open() && !application.step.has_account();
        match application.period {
            Period::Since { from, .. } if matters => Some(from.plus(within)),
            Period::Since { .. } | Period::NotBegun | Period::Over { .. } => None,
        }
    }

    /// What is true of every letter about this ticket.
    #[must_use]
    pub fn facts(&self) -> Facts {
        let ticket = self.ticket;
        let application = ticket.application.as_ref();
        let field = |value: Option<&str>| json!(value.unwrap_or_default());
        let owner = ticket.owner();
        let mine = owner.is_some() && owner == self.recipient.map(|agent| agent.id);
        let kind = self.queue().map_or(QueueKind::Support, |queue| queue.kind);
        let mut facts = common(self.rules);
        facts.extend(object(json!({
            "number": ticket.number.to_string(),
            "tag": tag(self.rules, ticket.number),
            "subject": ticket.subject,
            "queue": queue_display(&ticket.queue),
            "queue_name": ticket.queue,
            "queue_address": self
                .rules
                .queue_writing_for(&self.ticket.queue)
                .map_or("", |queue| queue.address.as_str()),
            "desk": if kind == QueueKind::Application { "desk-application" } else { "desk-support" },
            "application": application.is_some(),
            "called": ticket.called(),
            "customer": ticket.customer.as_ref().map_or("", |c| c.address.as_str()),
            "name": field(application.and_then(|a| a.name.as_deref())),
            "email": field(application.and_then(|a| a.email.as_ref()).map(Address::as_str)),
            "login": field(application.and_then(|a| a.login.as_deref())),
            "reason": field(application.and_then(|a| a.reason.as_deref())),
            "language_word": format!("language-{}", ticket.language.code()),
            "received": self.when(ticket.created_at),
            "owner": owner.map(|id| self.agent(id)),
            "owner_since": ticket.lock.map(|lock| self.when(lock.since)),
            "mine": mine,
            "priority": (ticket.priority != 3).then(|| ticket.priority.to_string()),
            "open": ticket.is_open(),
            "state": state_key(&ticket.state),
            "step": application.filter(|a| a.step != Stage::Received).map(|a| format!("stage-{}", a.step.word())),
            "until": self.until().map(|at| self.when(at)),
            "release": self.release().map(|at| self.when(at)),
            "escalation": self.escalation().map(|at| self.when(at)),
            "escalated": ticket.is_escalated(),
            "never_answered": application.is_some_and(|a| !a.written_to),
            "history": self.shown_history(),
            "automatic": self.automatic(),
            "opening": self.opening.map(|mail| mail.text.as_str()),
            "attachments": self.opening.map(|mail| attachments(&mail.attachments)),
            "continues": ticket.continues.map(|number| number.to_string()),
            "continued_in": ticket.continued_in.map(|number| number.to_string()),
            "facts": [],
            "steps": [],
            "own": false,
        })));
        facts
    }

    /// Where the answer to a letter goes.
    #[must_use]
    pub fn reply_to(&self, token: &str, subject: &str) -> Option<ReplyTo> {
        let queue = self.rules.queue_writing_for(&self.ticket.queue)?;
        let brief = tag(self.rules, self.ticket.number);
        Some(ReplyTo::new(&queue.address, &queue.subaddress, token, subject, &brief))
    }

    fn release(&self) -> Option<Timestamp> {
        let lock = self.ticket.lock?;
        let runs = matches!(self.ticket.state, State::New | State::Open);
        runs.then_some(self.rules.after(lock.alive_at, self.queue()?.release_after))
    }

    fn escalation(&self) -> Option<Timestamp> {
        let after = self.queue()?.escalate_after;
        match (self.ticket.escalation, self.ticket.state) {
            (Escalation::Since(_), _) | (_, State::Closed { .. } | State::Merged { .. }) => None,
            (_, State::Pending { until, .. }) => Some(until),
            (_, State::New | State::Open) => Some(self.rules.after(self.ticket.opened_at, after)),
        }
    }

    /// The steps that are offered here, ready for the templates.
    #[must_use]
    pub fn steps(&self, known: Option<&Known>, occasion: Occasion) -> Value {
        let agent = self.recipient.map(|agent| agent.id);
        // An application that was moved to another kind of queue: there its commands are refused.
        let is_moved = self.queue().is_some_and(|queue| queue.kind != QueueKind::Application);
        let moved =
            is_moved.then(|| crate::desk::Ticket { application: None, ..self.ticket.clone() });
        let ticket = moved.as_ref().unwrap_or(self.ticket);
        json!(steps::steps(ticket, agent, known, occasion).iter().map(step).collect::<Vec<_>>())
    }

    /// What an agent should know before they act.
    #[must_use]
    pub fn known(&self, known: &Known) -> Vec<Value> {
        let mut lines = Vec::new();
        if let Some(application) = &self.ticket.application {
            lines.extend(account_lines(application, known));
        }
        lines.extend(known.earlier.iter().take(SHOWN_EARLIER).map(|earlier| {
            json!({
                "fine": true,
                "says": "fact-earlier",
                "number": earlier.number.to_string(),
                "date": self.when(earlier.created_at),
                "state": format!("state-{}", earlier.state.replace(' ', "-")),
                "step": earlier.step.map(|step| format!("stage-{}", step.word())),
            })
        }));
        if known.bounced_before {
            lines.push(json!({ "fine": false, "says": "fact-bounced-before" }));
        } else if known.earlier.is_empty() && self.ticket.application.is_some() {
            lines.push(json!({ "fine": true, "says": "fact-first" }));
        }
        lines
    }

    /// Automatic mails that were attached since an agent did something last. Nobody was told of them: one that was taken for
    /// automatic by its words alone is seen with what comes next, a warning at the latest.
    fn automatic(&self) -> Option<Value> {
        let since =
            self.history.iter().rev().take_while(|(_, who, _)| !matches!(who, Who::Agent(_)));
        let mut count = 0;
        let mut last = None;
        for (at, ..) in since.filter(|(_, _, what)| *what == What::AutomaticCame) {
            count += 1;
            last.get_or_insert(*at);
        }
        last.map(|at| json!({ "count": number(count), "at": self.when(at) }))
    }

    fn shown_history(&self) -> Vec<Value> {
        let told: Vec<Value> = self.history.iter().filter_map(|past| self.past(past)).collect();
        let from = told.len().saturating_sub(SHOWN_HISTORY);
        told.into_iter().skip(from).collect()
    }

    /// A line of the history as it is told; None for what only the books need.
    #[must_use]
    pub fn past(&self, past: &(Timestamp, Who, What)) -> Option<Value> {
        let (at, who, what) = past;
        let (key, to): (&str, Option<String>) = match what {
            What::Created => ("created", None),
            What::CustomerWrote => ("customer-wrote", None),
            What::ThirdPartyWrote => ("third-party-wrote", None),
            What::Locked { .. } => ("locked", None),
            What::Unlocked => ("unlocked", None),
            What::Released => ("released", None),
            What::Assigned { to } => ("assigned", Some(self.agent(*to))),
            What::LinkSent { to } => ("link-sent", Some(to.to_string())),
            What::QuestionSent { to } => ("question-sent", Some(to.to_string())),
            What::PeriodRenewed => ("renewed", None),
            What::Replied => ("replied", None),
            What::Noted => ("noted", None),
            What::Confirmed => ("confirmed", None),
            What::AccountCreated { login } => ("account-created", Some(login.clone())),
            What::AccountFailed { login } => ("account-failed", Some(login.clone())),
            What::AccountSuspended { login } => ("account-suspended", Some(login.clone())),
            What::CredentialsSent => ("credentials-sent", None),
            What::Withdrawn => ("withdrawn", None),
            What::Expired => ("expired", None),
            What::Reminded => ("reminded", None),
            What::Bounced { address, .. } => ("bounced", Some(address.to_string())),
            What::Closed { outcome: Outcome::Success } => ("closed-success", None),
            What::Closed { outcome: Outcome::Fail } => ("closed-fail", None),
            What::Spam => ("spam", None),
            What::Reopened => ("reopened", None),
            What::Pending { .. } => ("pending", None),
            What::PendingOver => ("pending-over", None),
            What::Escalated => ("escalated", None),
            What::Moved { to, .. } => ("moved", Some(queue_display(to))),
            What::FieldSet { .. } => ("field-set", None),
            What::Priority { to, .. } => ("priority", Some(to.to_string())),
            What::Continued { in_ticket } => ("continued", Some(in_ticket.to_string())),
            What::Erased => ("erased", None),
            What::AutomaticCame | What::PeriodBegan | What::Challenged | What::Refused => {
                return None;
            }
        };
        let by = match who {
            Who::Agent(id) => Some(self.agent(*id)),
            Who::Customer | Who::ThirdParty | Who::System => None,
        };
        Some(json!({
            "at": self.when(*at),
            "says": format!("past-{key}"),
            "by": by,
            "to": to,
        }))
    }
}

/// What every letter may name.
#[must_use]
pub fn common(rules: &Rules) -> Facts {
    object(json!({
        "html": false,
        "site": rules.site_name,
        "hook": rules.hook,
        "page": rules.page.trim_end_matches('/'),
        "admin": rules.admins.first().unwrap_or(&rules.postmaster).as_str(),
    }))
}

/// The entries of an object; none where it is something else.
#[must_use]
pub fn object(value: Value) -> Facts {
    match value {
        Value::Object(map) => map,
        _ => Facts::new(),
    }
}

#[must_use]
pub fn step(step: &Step) -> Value {
    let weight = match step.weight {
        Weight::Filled => "filled",
        Weight::Plain => "plain",
        Weight::Refusing => "refusing",
    };
    json!({ "commands": step.commands, "word": step.word, "weight": weight, "body": step.body })
}

#[must_use]
pub fn attachments(list: &[AttachmentInfo]) -> Vec<Value> {
    list.iter()
        .map(|a| json!({ "file": a.name, "kb": a.size_octets.div_ceil(1024).to_string() }))
        .collect()
}

/// `state-open`, `state-closed-success`: the key of the state's phrase.
#[must_use]
pub fn state_key(state: &State) -> String {
    format!("state-{}", state.word().replace(' ', "-"))
}

/// The key for what happens when a date has come.
#[must_use]
pub const fn then_key(then: Then) -> &'static str {
    match then {
        Then::Remind => "then-remind",
        Then::Close(Outcome::Success) => "then-close-success",
        Then::Close(Outcome::Fail) => "then-close-fail",
    }
}

fn account_lines(application: &Application, known: &Known) -> Vec<Value> {
    let accounts: &[AccountInfo] = application
        .email
        .as_ref()
        .and_then(|email| known.emails.get(&email.key()))
        .map_or(&[], Vec::as_slice);
    let login = application.login.as_deref();
    let holder = login.and_then(|login| known.logins.get(&login.to_lowercase()));
    let mut lines: Vec<Value> = accounts
        .iter()
        .map(|a| json!({ "fine": false, "says": "fact-account", "login": a.login, "active": a.active }))
        .collect();
    let address_free = application.email.is_some() && accounts.is_empty();
    match (login, holder) {
        (Some(_), None) if address_free => {
            lines.push(json!({ "fine": true, "says": "fact-fresh" }));
        }
        (Some(_), None) => lines.push(json!({ "fine": true, "says": "fact-login-free" })),
        (Some(login), Some(LoginHolder::Account(_))) => {
            lines.push(json!({ "fine": false, "says": "fact-login-taken", "login": login }));
        }
        (Some(login), Some(LoginHolder::Reserved(by))) => lines.push(json!({
            "fine": false, "says": "fact-login-reserved", "login": login, "number": by.to_string(),
        })),
        (None, _) if address_free => {
            lines.push(json!({ "fine": true, "says": "fact-address-free" }));
        }
        (None, _) => {}
    }
    lines
}
