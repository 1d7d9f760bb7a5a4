//! One ticket for a person: its facts, its mails and notes, its history.

use super::history;
use super::print::{facts, text_of};
use super::ticket::Names;
use super::times::Clock;
use crate::desk::Ticket;
use crate::desk::application::{Application, Period};
use crate::desk::effect::{ArticleKind, Author, Visibility};
use crate::desk::ticket::{Escalation, Outcome, State, Then};
use crate::mail::Named;
use crate::mail::one_line::one_line;
use crate::store::{Listed, Reader, StoreError, StoredArticle, StoredHistoryLine};

/// # Errors
/// Where the store cannot be read.
pub fn page(
    listed: &Listed,
    reader: &Reader,
    names: &Names,
    clock: &Clock,
) -> Result<String, StoreError> {
    let ticket = &listed.ticket;
    let title = one_line(ticket.called());
    let mut page =
        format!("Ticket {}  {title}\n\n{}", ticket.number, facts(&about(listed, names, clock)));
    if let Some(application) = &ticket.application {
        page.push_str(&format!("\nApplication\n{}", facts(&applied(application, clock))));
    }
    for (nth, article) in reader.articles(ticket.id)?.iter().enumerate() {
        page.push_str(&shown(nth + 1, article, names, clock));
    }
    page.push_str("\nHistory\n");
    for line in reader.history(ticket.id)? {
        page.push_str(&in_words(&line, names, clock));
    }
    Ok(page)
}

fn about(listed: &Listed, names: &Names, clock: &Clock) -> Vec<(&'static str, String)> {
    let ticket = &listed.ticket;
    let owner = ticket
        .lock
        .map(|lock| format!("{} since {}", names.of(lock.owner), clock.at_and_away(lock.since)));
    let mut facts = vec![
        ("queue", ticket.queue.clone()),
        ("state", state(ticket, clock)),
        ("priority", ticket.priority.to_string()),
        (
            "owner",
            owner.unwrap_or_else(|| {
                if ticket.is_open() { "nobody: it is free".to_owned() } else { String::new() }
            }),
        ),
        ("customer", ticket.customer.as_ref().map(named).unwrap_or_default()),
        ("subject", ticket.subject.clone()),
        ("made", clock.at_and_away(ticket.created_at)),
        ("last change", clock.at_and_away(ticket.updated_at)),
        ("next due", listed.due.map(|due| clock.at_and_away(due)).unwrap_or_default()),
    ];
    if ticket.opened_at != ticket.created_at {
        facts.push(("reopened", clock.at_and_away(ticket.opened_at)));
    }
    facts.extend(ticket.continues.map(|number| ("goes on from", number.to_string())));
    facts.extend(ticket.continued_in.map(|number| ("goes on in", number.to_string())));
    if ticket.by_machine {
        facts.push(("written by", "a machine: it is never answered".to_owned()));
    }
    facts
}

fn state(ticket: &Ticket, clock: &Clock) -> String {
    let state = match ticket.state {
        State::New | State::Open => ticket.state.word().to_owned(),
        State::Pending { until, then } => {
            let then = match then {
                Then::Remind => "then a reminder",
                Then::Close(Outcome::Success) => "then closed success",
                Then::Close(Outcome::Fail) => "then closed fail",
            };
            format!("pending until {}, {then}", clock.at_and_away(until))
        }
        State::Closed { at, .. } => format!("{} {}", ticket.state.word(), clock.at_and_away(at)),
        State::Merged { into } => format!("merged into {into}"),
    };
    match ticket.escalation {
        Escalation::Since(at) if ticket.is_open() => {
            format!("{state}, ESCALATED {}", clock.at_and_away(at))
        }
        Escalation::Since(_) | Escalation::Warned | Escalation::No => state,
    }
}

fn applied(application: &Application, clock: &Clock) -> Vec<(&'static str, String)> {
    let period = match application.period {
        Period::NotBegun => "begins when the mail server has taken the letter".to_owned(),
        Period::Since { from, .. } => format!("runs since {}", clock.at_and_away(from)),
        Period::Over { at } => format!("over since {}", clock.at_and_away(at)),
    };
    let missing: Vec<&str> = application.missing().into_iter().map(|field| field.word()).collect();
    let email = application.email.as_ref().map(ToString::to_string).unwrap_or_default();
    let undeliverable = application.undeliverable.as_ref();
    let email = match undeliverable.filter(|u| application.email.as_ref() == Some(&u.address)) {
        Some(why) => format!("{email} (undeliverable: {})", why.status),
        None => email,
    };
    let mut facts = vec![
        ("step", application.step.word().to_owned()),
        ("name", application.name.clone().unwrap_or_default()),
        ("email", email),
        ("login", application.login.clone().unwrap_or_default()),
        ("reason", application.reason.clone().unwrap_or_default()),
        ("to confirm", period),
    ];
    if !missing.is_empty() {
        facts.push(("missing", missing.join(", ")));
    }
    facts
}

/// A heading that says at once who may see it, then the text, indented.
fn shown(nth: usize, stored: &StoredArticle, names: &Names, clock: &Clock) -> String {
    let article = &stored.article;
    let kind = match (article.visibility, article.kind) {
        (Visibility::Public, ArticleKind::Mail) => "mail",
        (Visibility::Public, ArticleKind::Note) => "note, PUBLIC",
        (Visibility::Public, ArticleKind::Automatic) => "automatic mail",
        (Visibility::Public, ArticleKind::Bounce) => "bounce",
        (Visibility::Internal, ArticleKind::Mail) => "mail, INTERNAL",
        (Visibility::Internal, ArticleKind::Note) => "note, INTERNAL",
        (Visibility::Internal, ArticleKind::Automatic) => "automatic mail, INTERNAL",
        (Visibility::Internal, ArticleKind::Bounce) => "bounce, INTERNAL",
    };
    let author = match &article.author {
        Author::Customer(customer) => named(customer),
        Author::Agent(agent) => names.of(*agent),
        Author::ThirdParty(other) => format!("{} (no participant)", named(other)),
        Author::Machine(machine) => format!("{} (a machine)", named(machine)),
        Author::System => "postamt".to_owned(),
    };
    let mut text = format!("\n{nth}. {}  {}  ({kind})\n", clock.at(stored.at), one_line(&author));
    let mut add = |line: &str| {
        text.push_str(format!("   {line}").trim_end());
        text.push('\n');
    };
    if !article.subject.is_empty() {
        add(&format!("Subject: {}", one_line(&article.subject)));
    }
    for file in &article.attachments {
        add(&format!(
            "Attachment: {} ({}, {} octets)",
            one_line(&file.name),
            one_line(&file.media_type),
            file.size_octets
        ));
    }
    if !article.subject.is_empty() || !article.attachments.is_empty() {
        add("");
    }
    text_of(&article.text).lines().for_each(add);
    text
}

fn in_words(stored: &StoredHistoryLine, names: &Names, clock: &Clock) -> String {
    let who = history::who(&stored.line.who, names);
    let what = history::what(&stored.line.what, names, clock);
    format!("  {}  {who}: {what}\n", clock.at(stored.at))
}

fn named(person: &Named) -> String {
    match person.name.as_str() {
        "" => person.address.to_string(),
        name => format!("{name} <{}>", person.address),
    }
}
