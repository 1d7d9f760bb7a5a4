//! Letters about more than one mail: held mails, the summary of notifications, the postmaster's digest. They belong to no ticket.

use serde_json::{Value, json};

use super::facts::{self, Facts};
use super::link::{REPLY_TOKEN, ReplyTo};
use super::{Draft, Letters, Rendered, TemplateError};
use crate::desk::note::{Circle, Note};
use crate::desk::people::{Agent, Language};
use crate::desk::rules::Rules;
use crate::desk::ticket::Ticket;
use crate::mail::{Address, Timestamp};
use crate::store::{HeldGroup, PostmasterKind, PostmasterLine};

/// A subject where many stand.
const LONGEST_SUBJECT: usize = 60;

/// Mails of a queue that are held.
pub struct HeldNotice<'a> {
    /// Empty: they would go to the postmaster.
    pub queue: &'a str,
    pub total: u64,
    /// The largest first; there may be more.
    pub groups: &'a [HeldGroup],
    pub now: Timestamp,
    /// Until when a yes lets them in; None where the reader cannot answer.
    pub until: Option<Timestamp>,
}

/// What an agent was not told one by one.
pub struct Summary<'a> {
    /// The queue that writes.
    pub queue: &'a str,
    pub news: u64,
    pub tickets: u64,
    /// The latest tickets first; there may be more.
    pub lines: &'a [SummaryLine<'a>],
    pub now: Timestamp,
}

pub struct SummaryLine<'a> {
    pub ticket: &'a Ticket,
    /// The last event, as in X-Postamt-Event.
    pub event: &'a str,
    pub count: u64,
    pub at: Timestamp,
}

/// Lines of one kind in the postmaster's digest.
pub struct DigestGroup {
    pub kind: PostmasterKind,
    /// What happened most often first; there may be more.
    pub lines: Vec<PostmasterLine>,
}

impl Letters {
    /// To the agents of a queue, or the postmaster: mails are held.
    ///
    /// # Errors
    /// Where a template names something that this letter does not know; so for all of them.
    pub fn held_mails(
        &self,
        rules: &Rules,
        language: Language,
        notice: &HeldNotice<'_>,
    ) -> Result<Rendered, TemplateError> {
        let shown: u64 = notice.groups.iter().map(|group| group.count).sum();
        let groups: Vec<Value> = notice
            .groups
            .iter()
            .map(|group| {
                json!({
                    "address": group.address.as_str(),
                    "count": group.count.to_string(),
                    "why": format!("over-{}", group.why.word()),
                    "subject": brief(&group.subject),
                })
            })
            .collect();
        let until = notice.until.map(|at| facts::moment(at, notice.now, rules.zone));
        let steps = match until {
            Some(_) => json!([{ "commands": ["#yes"], "word": "yes-let-in", "weight": "filled" }]),
            None => json!([]),
        };
        self.finish(Draft::new("held-mails", about_queue(rules, notice.queue), language).with(
            json!({
                "total": notice.total.to_string(),
                "one": notice.total == 1,
                "groups": groups,
                "more": some(notice.total.saturating_sub(shown)),
                "reply": reply_to(rules, notice.queue).filter(|_| notice.until.is_some()),
                "until": until,
                "steps": steps,
            }),
        ))
    }

    /// What became of an agent's answer to it.
    ///
    /// # Errors
    /// As for `held_mails`.
    pub fn let_in(
        &self,
        rules: &Rules,
        language: Language,
        queue: &str,
        count: u64,
        says_yes: bool,
    ) -> Result<Rendered, TemplateError> {
        let draft = Draft::new("let-in", about_queue(rules, queue), language).replied();
        self.finish(draft.with(json!({
            "count": some(count),
            "one": count == 1,
            "says_yes": says_yes,
        })))
    }

    /// What was too much to be told one by one.
    ///
    /// # Errors
    /// As for `held_mails`.
    pub fn summary(
        &self,
        rules: &Rules,
        agent: &Agent,
        summary: &Summary<'_>,
    ) -> Result<Rendered, TemplateError> {
        let lines: Vec<Value> = summary
            .lines
            .iter()
            .map(|line| {
                let ticket = line.ticket;
                json!({
                    "number": ticket.number.to_string(),
                    "called": brief(ticket.called()),
                    "subject": brief(&ticket.subject),
                    "queue": facts::queue_display(&ticket.queue),
                    "event": format!("event-{}", line.event),
                    "times": (line.count > 1).then(|| line.count.to_string()),
                    "at": facts::moment(line.at, summary.now, rules.zone),
                })
            })
            .collect();
        let shown = u64::try_from(summary.lines.len()).unwrap_or(u64::MAX);
        let draft = Draft::new("summary", about_queue(rules, summary.queue), agent.language);
        self.finish(draft.with(json!({
            "news": summary.news.to_string(),
            "one": summary.news == 1,
            "count": summary.tickets.to_string(),
            "one_ticket": summary.tickets == 1,
            "lines": lines,
            "more": some(summary.tickets.saturating_sub(shown)),
        })))
    }

    /// What happened of which the postmaster did not need to hear at once.
    ///
    /// # Errors
    /// As for `held_mails`.
    pub fn bounce_digest(
        &self,
        rules: &Rules,
        groups: &[DigestGroup],
        held: u64,
        quarantined: u64,
    ) -> Result<Rendered, TemplateError> {
        let total: u64 = groups.iter().map(|group| group.kind.count).sum();
        let groups: Vec<Value> = groups
            .iter()
            .map(|group| {
                let shown = u64::try_from(group.lines.len()).unwrap_or(u64::MAX);
                json!({
                    "title": format!("notes-{}", group.kind.kind),
                    "count": group.kind.count.to_string(),
                    "lines": group.lines.iter().map(note).collect::<Vec<_>>(),
                    "more": some(group.kind.lines.saturating_sub(shown)),
                })
            })
            .collect();
        let draft = Draft::new("bounce-digest", about_queue(rules, ""), rules.language);
        self.finish(draft.with(json!({
            "total": total.to_string(),
            "one": total == 1,
            "groups": groups,
            "held": some(held),
            "quarantined": some(quarantined),
        })))
    }
}

fn about_queue(rules: &Rules, queue: &str) -> Facts {
    let mut facts = facts::common(rules);
    let named = if queue.is_empty() { "postamt".to_owned() } else { facts::queue_display(queue) };
    facts.extend(facts::object(json!({
        "queue": named,
        "queue_name": queue,
        "from_phrase": "from-agents",
        "reply_name": if queue.is_empty() { String::new() } else { facts::queue_display(queue) },
        "subject_line": "",
    })));
    facts
}

fn reply_to(rules: &Rules, queue: &str) -> Option<ReplyTo> {
    let queue = rules.queue_writing_for(queue)?;
    let name = facts::queue_display(&queue.name);
    Some(ReplyTo::new(&queue.address, &queue.subaddress, REPLY_TOKEN, &name, &name))
}

fn some(count: u64) -> Option<String> {
    (count > 0).then(|| count.to_string())
}

fn brief(text: &str) -> String {
    if text.chars().count() <= LONGEST_SUBJECT {
        return text.to_owned();
    }
    text.chars().take(LONGEST_SUBJECT).chain(['…']).collect()
}

/// A line of the digest: the key of its phrase and what that names.
fn note(line: &PostmasterLine) -> Value {
    let about = |address: &Address| json!({ "about": address.as_str() });
    let (says, named) = match &line.note {
        Note::ForeignBounce { from } => ("note-address", about(from)),
        Note::BounceOfAnother { recipient } | Note::LateBounce { recipient } => {
            ("note-address", about(recipient))
        }
        Note::Loop { how, with } => (
            "note-loop",
            json!({ "about": with.as_str(), "how": format!("circle-{}", how.word()) }),
        ),
        Note::GuessedLinks { from } => (
            "note-guessed-links",
            json!({ "about": from.as_ref().map_or("—", Address::as_str), "many": from.is_none() }),
        ),
        Note::Bounce { recipient, status } => {
            ("note-bounce", json!({ "about": recipient.as_str(), "status": brief(status) }))
        }
        Note::Automatic { class, from } => {
            ("note-automatic", json!({ "about": from.as_str(), "class": format!("class-{class}") }))
        }
        Note::Challenges { agent } => ("note-challenges", json!({ "about": agent })),
        Note::Ignored { header, from } => {
            ("note-ignored", json!({ "about": from.as_str(), "header": header }))
        }
        Note::Spam { ticket, from } => (
            "note-spam",
            json!({ "about": from.as_str(), "number": ticket.map(|number| number.to_string()) }),
        ),
        Note::Held { why, from } => {
            ("note-held", json!({ "about": from.as_str(), "why": format!("over-{}", why.word()) }))
        }
        Note::Silent { to } => ("note-address", about(to)),
        Note::Quarantined { mailbox } => ("note-address", json!({ "about": mailbox })),
        Note::Unsent { event, to } => {
            ("note-unsent", json!({ "about": to.as_str(), "event": format!("event-{event}") }))
        }
    };
    let mut named = facts::object(named);
    named.insert("says".into(), json!(says));
    named.insert("times".into(), json!((line.count > 1).then(|| line.count.to_string())));
    Value::Object(named)
}

/// Samples, so that a broken template is found before the first mail.
pub(super) mod samples {
    use std::collections::BTreeSet;

    use super::super::sample::{House, MONDAY};
    use super::*;
    use crate::desk::note::Over;
    use crate::mail::Span;

    /// Every variant that has words of its own.
    pub fn each(
        letters: &Letters,
        house: &House,
        language: Language,
        tickets: &[(&'static str, Ticket)],
        seen: &mut dyn FnMut(String, Rendered),
    ) -> Result<(), TemplateError> {
        let rules = &Rules { language, ..house.rules.clone() };
        let now = MONDAY;
        let groups: Vec<HeldGroup> = OVERS
            .iter()
            .map(|why| HeldGroup {
                address: house.cast.address.clone(),
                why: *why,
                count: 7,
                subject: house.cast.subject.clone(),
            })
            .collect();
        for (name, queue, total, until) in [
            ("offered", "antrag", 60, Some(now.plus(Span::days(14)))),
            ("to-the-house", "", 1, None),
        ] {
            let notice = HeldNotice { queue, total, groups: &groups, now, until };
            seen(format!("held-mails-{name}"), letters.held_mails(rules, language, &notice)?);
        }
        for (name, count, yes) in
            [("one", 1, true), ("many", 60, true), ("none", 0, true), ("no", 0, false)]
        {
            seen(format!("let-in-{name}"), letters.let_in(rules, language, "antrag", count, yes)?);
        }
        for agent in rules.agents.iter().take(1).map(|a| Agent { language, ..a.clone() }) {
            let lines: Vec<SummaryLine<'_>> = events(house)
                .into_iter()
                .zip(tickets.iter().cycle())
                .map(|(event, (_, ticket))| SummaryLine { ticket, event, count: 3, at: now })
                .collect();
            let summary = Summary { queue: "antrag", news: 440, tickets: 99, lines: &lines, now };
            seen("summary".to_owned(), letters.summary(rules, &agent, &summary)?);
        }
        let lines: Vec<PostmasterLine> = notes(house)
            .into_iter()
            .map(|note| PostmasterLine { id: 1, at: now, note, count: 2 })
            .collect();
        let groups: Vec<DigestGroup> = lines
            .into_iter()
            .map(|line| DigestGroup {
                kind: PostmasterKind { kind: line.note.word().to_owned(), lines: 5, count: 12 },
                lines: vec![line],
            })
            .collect();
        seen("bounce-digest".to_owned(), letters.bounce_digest(rules, &groups, 60, 1)?);
        Ok(())
    }

    const OVERS: [Over; 7] = [
        Over::Sender,
        Over::Domain,
        Over::Total,
        Over::Ticket,
        Over::Spam,
        Over::Postmaster,
        Over::Agent,
    ];

    /// The words of all news: each needs a phrase of its own where many stand.
    fn events(house: &House) -> BTreeSet<&'static str> {
        house.news().iter().map(|(_, news)| news.word()).collect()
    }

    fn notes(house: &House) -> Vec<Note> {
        let address = || house.cast.address.clone();
        let ticket = house.number;
        let mut notes = vec![
            Note::ForeignBounce { from: address() },
            Note::BounceOfAnother { recipient: address() },
            Note::LateBounce { recipient: address() },
            Note::GuessedLinks { from: Some(address()) },
            Note::GuessedLinks { from: None },
            Note::Bounce { recipient: address(), status: "5.1.1".into() },
            Note::Bounce { recipient: address(), status: String::new() },
            Note::Challenges { agent: "anna".into() },
            Note::Ignored { header: Some("List-Id".into()), from: address() },
            Note::Ignored { header: None, from: address() },
            Note::Spam { ticket: Some(ticket), from: address() },
            Note::Spam { ticket: None, from: address() },
            Note::Silent { to: address() },
            Note::Quarantined { mailbox: "antrag".into() },
        ];
        notes.extend(Circle::ALL.map(|how| Note::Loop { how, with: address() }));
        let classes = ["human", "auto_reply", "bounce", "report", "list", "receipt", "unparsable"];
        notes.extend(classes.map(|class| Note::Automatic { class: class.into(), from: address() }));
        notes.extend(OVERS.map(|why| Note::Held { why, from: address() }));
        let unsent = |event: &str| Note::Unsent { event: event.to_owned(), to: address() };
        notes.extend(events(house).into_iter().map(unsent));
        notes
    }
}
