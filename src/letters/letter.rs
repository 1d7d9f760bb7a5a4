//! What the customer is written: nothing about agents but what `sign_as` gives.

use serde_json::{Value, json};

use super::facts::{self, Facts};
use super::link::{self, ReplyTo};
use super::{Automatic, Draft, Scene};
use crate::desk::effect::{Asks, Letter};
use crate::desk::people::AgentId;

pub fn draft(scene: &Scene<'_>, letter: &Letter, facts: Facts) -> Draft {
    let draft = Draft::new(letter.word(), facts, scene.language);
    match letter {
        Letter::Acknowledgement { .. } => draft.replied().with(json!({
            "span": scene.queue().map(|queue| scene.wait(queue.escalate_after)),
            "answered_by": scene.queue().map(|q| scene.when(scene.rules.after(scene.now, q.escalate_after))),
        })),
        Letter::Verification { token, text, valid, .. } => {
            let token = token.0.as_str();
            let subject =
                draft.facts.get("subject_line").and_then(Value::as_str).unwrap_or_default();
            let reply = scene.reply_to(token, &answered(subject));
            let page = scene.rules.page.trim_end_matches('/');
            let page = (!page.is_empty()).then(|| format!("{page}/{token}"));
            let steps = confirmation_steps(page.as_deref());
            let word = draft.facts.get("yes_word").and_then(Value::as_str).unwrap_or_default();
            let yes = yes_link(scene, token, word);
            draft.with(json!({
                "text": text,
                "valid": scene.when(scene.now.plus(*valid)),
                "page_link": page,
                "yes_link": yes,
                "reply": reply,
                "steps": steps,
                "no_steps": [
                    { "commands": ["#withdraw"], "word": "not-me", "weight": "refusing", "silent": true },
                ],
            }))
        }
        Letter::Question { text, .. } => draft.with(json!({ "text": text })),
        Letter::Reply { text, author, .. } => {
            let name = scene.signed(*author);
            let mut draft = draft.with(json!({ "text": text, "signed": name }));
            draft.automatic = Automatic::No;
            draft
        }
        Letter::ConfirmReminder { until, has_link } => {
            draft.with(json!({ "until": scene.when(*until), "has_link": has_link }))
        }
        Letter::Expired | Letter::LoginTaken | Letter::Withdrawn => draft,
        Letter::TooLate { has_account } => {
            draft.replied().with(json!({ "has_account": has_account }))
        }
        Letter::Status { asks } => draft.replied().with(json!({
            "asks_withdrawal": *asks == Asks::Withdraw,
            "asks_close": *asks == Asks::Close,
        })),
        Letter::List { others } => {
            draft.replied().with(json!({ "others": others.iter().map(|other| json!({
            "number": other.number.to_string(),
            "date": scene.when(other.created_at),
            "state": format!("state-{}", other.state.replace(' ', "-")),
        })).collect::<Vec<_>>() }))
        }
        Letter::Help => draft.replied(),
        // Filled from the store: `Letters::show_customer`.
        Letter::Show | Letter::ShowOther { .. } => draft.replied().with(json!({ "articles": [] })),
        // Filled by the outbox: `Letters::credentials`.
        Letter::Credentials { login } => draft.with(json!({
            "login": login, "password": "", "lines": lines(scene),
        })),
    }
}

/// The one letter with a password in it.
pub fn credentials(scene: &Scene<'_>, login: &str, password: &str, facts: Facts) -> Draft {
    Draft::new("credentials", facts, scene.language).with(json!({
        "login": login,
        "password": password,
        "lines": lines(scene),
    }))
}

/// The lines that the admin wrote for the credentials letter: how to reach the service.
pub fn lines(scene: &Scene<'_>) -> Vec<Value> {
    let lines = scene.rules.letter_lines.iter();
    lines.map(|(label, value)| json!({ "label": label, "value": value })).collect()
}

impl Scene<'_> {
    /// As `sign_as` shows an agent to customers: `Anna Brandt (Antrag)`; empty where it gives no name.
    #[must_use]
    pub fn signed(&self, author: AgentId) -> String {
        let queue = facts::queue_display(&self.ticket.queue);
        let pattern = self.queue().map_or("", |queue| queue.sign_as.as_str());
        pattern.replace("{agent}", &self.agent(author)).replace("{queue}", &queue).trim().to_owned()
    }
}

fn answered(subject: &str) -> String {
    if subject.starts_with("Re: ") { subject.to_owned() } else { format!("Re: {subject}") }
}

fn confirmation_steps(page: Option<&str>) -> Vec<Value> {
    let mut steps = vec![json!({
        "commands": [], "word": "that-is-me", "weight": "filled", "body": "body-that-is-me",
    })];
    if let Some(page) = page {
        steps.push(json!({
            "commands": [], "word": "confirm-on-page", "weight": "plain", "link": page,
        }));
    }
    steps
}

/// The shortest link that confirms: it has to stand on a line of plain text.
fn yes_link(scene: &Scene<'_>, token: &str, word: &str) -> String {
    let Some(queue) = scene.rules.queue_writing_for(&scene.ticket.queue) else {
        return String::new();
    };
    if queue.subaddress.is_empty() {
        return ReplyTo::new(&queue.address, "", token, word, word).link(&[], word);
    }
    let address = queue.address.with_detail(&queue.subaddress, token);
    link::mailto(&address, word, &format!("{word}\r\n"))
}
