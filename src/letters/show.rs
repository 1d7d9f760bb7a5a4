//! Letters made of what the store holds: a ticket with all its articles, listings, and the welcome to a new agent.

use serde_json::{Value, json};

use super::facts::{self, Facts};
use super::{Draft, Scene};
use crate::desk::answer::ListFilter;
use crate::desk::effect::Visibility;
use crate::desk::event::AttachmentInfo;
use crate::desk::people::Agent;
use crate::desk::rules::{QueueKind, Rules};
use crate::desk::ticket::Ticket;
use crate::mail::Timestamp;

/// An article as `#show` prints it; `author` is a name that the reader may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownArticle {
    pub at: Timestamp,
    pub author: String,
    pub visibility: Visibility,
    pub subject: String,
    pub text: String,
    pub attachments: Vec<AttachmentInfo>,
}

/// What the customer is shown of all articles together, in octets.
const CUSTOMERS_SHARE: usize = 50_000;
/// The same for an agent, who has all of it on the command line.
const AGENTS_SHARE: usize = 1_000_000;
const LISTED: usize = 50;
/// Lines of a history, the latest of them.
const PAST: usize = 200;

/// All about a ticket, newest articles first.
pub fn show(scene: &Scene<'_>, articles: &[ShownArticle], facts: Facts) -> Draft {
    let mut history: Vec<Value> =
        scene.history.iter().rev().filter_map(|past| scene.past(past)).take(PAST).collect();
    history.reverse();
    let mut octets = 0;
    let fitting: Vec<Value> = articles
        .iter()
        .rev()
        .take_while(|a| {
            octets += a.text.len() + a.subject.len();
            octets <= AGENTS_SHARE
        })
        .map(|a| article(scene, a))
        .collect();
    let older = articles.len().saturating_sub(fitting.len());
    Draft::new("show", facts, scene.language).replied().with(json!({
        "articles": fitting,
        "older": (older > 0).then(|| older.to_string()),
        "history": history,
        "steps": scene.steps(None, crate::desk::steps::Occasion::Usual),
    }))
}

/// The public articles, newest first, as many as fit.
pub fn show_customer(scene: &Scene<'_>, articles: &[ShownArticle], facts: Facts) -> Draft {
    let mut octets = 0;
    let fitting = articles
        .iter()
        .rev()
        .filter(|a| a.visibility == Visibility::Public)
        .take_while(|a| {
            octets += a.text.len() + a.subject.len();
            octets <= CUSTOMERS_SHARE
        })
        .map(|a| article(scene, a))
        .collect::<Vec<_>>();
    Draft::new("show-customer", facts, scene.language)
        .replied()
        .with(json!({ "articles": fitting }))
}

fn article(scene: &Scene<'_>, article: &ShownArticle) -> Value {
    json!({
        "at": scene.when(article.at),
        "author": article.author,
        "internal": article.visibility == Visibility::Internal,
        "subject": article.subject,
        "text": article.text,
        "attachments": facts::attachments(&article.attachments),
    })
}

/// A row for each ticket, escalated ones first as the store gives them.
pub fn list(scene: &Scene<'_>, filter: ListFilter, tickets: &[Ticket], facts: Facts) -> Draft {
    let title = match filter {
        ListFilter::Free => "list-free",
        ListFilter::Mine => "list-mine",
        ListFilter::Escalated => "list-escalated",
        ListFilter::All => "list-all",
    };
    let rows: Vec<Value> = tickets
        .iter()
        .take(LISTED)
        .map(|ticket| Scene { ticket, history: &[], opening: None, ..*scene })
        .map(|scene| Value::Object(scene.facts()))
        .collect();
    let more = tickets.len().saturating_sub(LISTED);
    Draft::new("list", facts, scene.language).replied().with(json!({
        "title": title,
        "tickets": rows,
        "count": facts::number(i64::try_from(tickets.len()).unwrap_or(i64::MAX)),
        "more": (more > 0).then(|| more.to_string()),
    }))
}

/// The first mail to a new agent of a queue.
pub fn welcome(rules: &Rules, agent: &Agent, queue: &str) -> Draft {
    let found = rules.queue(queue);
    let applications = found.is_some_and(|queue| queue.kind == QueueKind::Application);
    let mut facts = facts::common(rules);
    let colleague = rules.agents.iter().find(|a| a.id != agent.id && a.works_on(queue));
    facts.extend(facts::object(json!({
        "agent": agent.display,
        "queue": facts::queue_display(queue),
        "queue_name": queue,
        "application": applications,
        "example_agent": colleague.map_or("anna", |a| a.name.as_str()),
        "from_phrase": "from-agents",
        "reply_name": facts::queue_display(queue),
        "subject_line": "",
    })));
    Draft::new("welcome", facts, agent.language)
}

/// To the postmaster: a mail that could not be handled.
pub fn quarantined(rules: &Rules, id: i64, mailbox: &str, reason: &str) -> Draft {
    let mut facts = facts::common(rules);
    facts.extend(facts::object(json!({
        "id": id.to_string(),
        "mailbox": mailbox,
        "reason": reason,
        "queue": "postamt",
        "from_phrase": "from-agents",
        "reply_name": "",
        "subject_line": "",
    })));
    Draft::new("quarantine", facts, rules.language)
}
