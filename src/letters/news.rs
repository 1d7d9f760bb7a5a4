//! What agents are told: the facts of each kind of news beside those of its ticket.

use serde_json::{Value, json};

use super::facts::{self, Facts};
use super::{Draft, Scene};
use crate::desk::application::ConfirmedBy;
use crate::desk::effect::{Freed, News, Tone};
use crate::desk::event::{Incoming, LetterKind, Remark, ReturnKind, Returned};
use crate::desk::steps::Occasion;
use crate::desk::ticket::Outcome;
use crate::mail::Scheme;

pub fn draft(scene: &Scene<'_>, news: &News, facts: Facts) -> Draft {
    let draft = Draft::new(news.word(), facts, scene.language);
    let usual = || scene.steps(None, Occasion::Usual);
    match news {
        News::NewTicket { known, form, remarks } => draft.with(json!({
            "form": form,
            "facts": ([remarked(remarks), scene.known(known)].concat()),
            "steps": scene.steps(Some(known), Occasion::Usual),
        })),
        News::Assigned { by, known } => draft.with(json!({
            "by": scene.agent(*by),
            "facts": scene.known(known),
            "steps": scene.steps(Some(known), Occasion::Usual),
        })),
        News::Moved { by, from, known } => draft.with(json!({
            "by": scene.agent(*by),
            "from_queue": facts::queue_display(from),
            "facts": scene.known(known),
            "steps": scene.steps(Some(known), Occasion::Usual),
        })),
        News::CustomerAnswer { incoming, tone, known } => {
            draft.with(incoming_facts(scene, incoming)).with(json!({
                "tone": format!("tone-{}", tone_word(*tone)),
                "question_sent": question_sent(scene),
                "facts": ([remarked(&incoming.remarks), tone_facts(scene, *tone, incoming)].concat()),
                "steps": scene.steps(Some(known), occasion(*tone)),
            }))
        }
        News::ThirdParty { incoming, token_void } => draft
            .with(incoming_facts(scene, incoming))
            .with(json!({
                "token_void": token_void,
                "facts": remarked(&incoming.remarks),
                "steps": usual(),
            })),
        News::Taken { by, at, from } => draft.with(json!({
            "by": scene.agent(*by),
            "at": scene.when(*at),
            "from_agent": from.map(|id| scene.agent(id)),
        })),
        News::Released { former, since, why } => draft.with(json!({
            "former": scene.agent(*former),
            "yours": scene.recipient.is_some_and(|agent| agent.id == *former),
            "since": scene.when(*since),
            "span": scene.queue().map(|queue| scene.wait(queue.release_after)),
            "why": format!("freed-{}", freed_word(*why)),
            "steps": usual(),
        })),
        News::Escalated => urgent(draft).with(json!({
            "span": scene.queue().map(|queue| scene.wait(queue.escalate_after)),
            "facts": waiting_facts(scene),
            "steps": usual(),
        })),
        News::ReleaseSoon { at } | News::EscalationSoon { at } => {
            draft.with(json!({ "at": scene.when(*at), "steps": usual() }))
        }
        News::Reminder => draft.with(json!({ "steps": usual() })),
        News::AutoClosed { outcome } => draft.with(json!({
            "success": *outcome == Outcome::Success,
            "steps": usual(),
        })),
        News::Confirmed { by, login, resumed, words } => draft.with(json!({
            "by_applicant": matches!(by, ConfirmedBy::Applicant),
            "by": match by {
                ConfirmedBy::Agent(id) => Some(scene.agent(*id)),
                ConfirmedBy::Applicant => None,
            },
            "login": login,
            "resumed": resumed,
            "words": words,
            "confirmed_at": scene.when(confirmed_at(scene)),
            "now": scene.when(scene.now),
            "steps": usual(),
        })),
        News::LoginTaken { login, close_dropped } => draft.with(json!({
            "login": login,
            "close_dropped": close_dropped,
            "steps": usual(),
        })),
        News::AccountFailed { login, reason, close_dropped } => urgent(draft).with(json!({
            "login": login,
            "close_dropped": close_dropped,
            "cause": reason,
            "steps": usual(),
        })),
        News::CustomerClosed { words } => {
            draft.with(json!({ "words": words, "steps": usual() }))
        }
        News::Withdrawn { words } => draft.with(json!({ "words": words, "steps": usual() })),
        News::Expired { applicant_told } => {
            draft.with(json!({ "applicant_told": applicant_told, "steps": usual() }))
        }
        News::Bounce { returned, branded, suspended } => urgent(draft)
            .with(returned_facts(scene, returned))
            .with(json!({ "branded": branded, "suspended": suspended, "steps": usual() })),
    }
}

fn urgent(mut draft: Draft) -> Draft {
    draft.urgent = true;
    draft
}

fn incoming_facts(scene: &Scene<'_>, incoming: &Incoming) -> Value {
    json!({
        "author": incoming.from.called(),
        "author_address": incoming.from.address.as_str(),
        "text": incoming.text,
        "their_subject": incoming.subject,
        "attachments": facts::attachments(&incoming.attachments),
        "at": scene.when(scene.now),
    })
}

/// What stands above all else that is known of a mail.
fn remarked(remarks: &[Remark]) -> Vec<Value> {
    let line = |remark: &Remark| match remark {
        Remark::MarkedSpam => json!({ "fine": false, "says": "fact-marked-spam" }),
        Remark::Encrypted(scheme) => {
            let cipher = match scheme {
                Scheme::Smime => "S/MIME",
                Scheme::OpenPgp => "OpenPGP",
            };
            json!({ "fine": false, "says": "fact-encrypted", "cipher": cipher })
        }
        Remark::Packed => json!({ "fine": false, "says": "fact-packed" }),
    };
    remarks.iter().map(line).collect()
}

const fn tone_word(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "plain",
        Tone::ToQuestion => "to-question",
        Tone::Doubtful { .. } => "doubtful",
        Tone::Unproven => "unproven",
        Tone::Reopening { .. } => "reopening",
        Tone::TooLate => "too-late",
    }
}

const fn occasion(tone: Tone) -> Occasion {
    match tone {
        Tone::Doubtful { .. } => Occasion::Doubtful,
        Tone::Reopening { short: true } => Occasion::ShortThanks,
        Tone::Plain
        | Tone::ToQuestion
        | Tone::Unproven
        | Tone::Reopening { short: false }
        | Tone::TooLate => Occasion::Usual,
    }
}

/// How sure it is that the customer wrote this, and what that means.
fn tone_facts(scene: &Scene<'_>, tone: Tone, incoming: &Incoming) -> Vec<Value> {
    let says = |fine: bool, key: &str| vec![json!({ "fine": fine, "says": key })];
    let registered = scene.ticket.customer.as_ref().map(|c| &c.address);
    match tone {
        Tone::Unproven => says(false, "fact-unproven"),
        Tone::Doubtful { .. } if registered.is_some_and(|a| *a != incoming.from.address) => {
            says(false, "fact-other-address")
        }
        Tone::Doubtful { why } => {
            let doubt = why.map(|why| format!("doubt-{}", why.word()));
            vec![json!({ "fine": false, "says": "fact-no-clear-yes", "doubt": doubt })]
        }
        Tone::TooLate
            if scene.ticket.application.as_ref().is_some_and(|a| a.step.has_account()) =>
        {
            says(true, "fact-account-there")
        }
        Tone::TooLate => says(false, "fact-link-void"),
        Tone::ToQuestion if registered == Some(&incoming.from.address) => {
            says(true, "fact-registered-address")
        }
        Tone::Plain | Tone::ToQuestion | Tone::Reopening { .. } => Vec::new(),
    }
}

/// When the standard question went out last.
fn question_sent(scene: &Scene<'_>) -> Option<Value> {
    use crate::desk::effect::What;
    let sent = scene.history.iter().rev().find(|(_, _, w)| matches!(w, What::QuestionSent { .. }));
    sent.map(|(at, _, _)| scene.when(*at))
}

fn waiting_facts(scene: &Scene<'_>) -> Vec<Value> {
    let mut lines = Vec::new();
    if scene.ticket.application.as_ref().is_some_and(|a| !a.written_to) {
        lines.push(json!({ "fine": false, "says": "fact-never-answered" }));
    }
    if let Some(until) = scene.until() {
        lines.push(
            json!({ "fine": false, "says": "fact-confirm-until", "date": scene.when(until) }),
        );
    }
    lines
}

fn confirmed_at(scene: &Scene<'_>) -> crate::mail::Timestamp {
    let confirmed = scene.ticket.application.as_ref().and_then(|a| a.confirmed);
    confirmed.map_or(scene.now, |c| c.at)
}

const fn freed_word(why: Freed) -> &'static str {
    match why {
        Freed::Silence => "silence",
        Freed::GivenBack => "given-back",
        Freed::AgentGone => "agent-gone",
        Freed::Unreachable => "unreachable",
    }
}

fn returned_facts(scene: &Scene<'_>, returned: &Returned) -> Value {
    let letter = match returned.letter {
        LetterKind::Verification | LetterKind::Reminder => "verification",
        LetterKind::Question => "question",
        LetterKind::Credentials => "credentials",
        LetterKind::Acknowledgement => "acknowledgement",
        LetterKind::Reply => "reply",
        LetterKind::Notice | LetterKind::Notification | LetterKind::Report => "notice",
    };
    let cause = match returned.kind {
        ReturnKind::NoSuchAddress => "no-such-address",
        ReturnKind::Refused => "refused",
        ReturnKind::Full => "full",
        ReturnKind::Delayed => "delayed",
        ReturnKind::Other => "other",
    };
    let has_account = scene.ticket.application.as_ref().is_some_and(|a| a.step.has_account());
    json!({
        "returned": format!("returned-{letter}"),
        "delayed": returned.kind == ReturnKind::Delayed,
        "address": returned.address.as_str(),
        "cause": format!("cause-{cause}"),
        "status": returned.status,
        "diagnostic": returned.diagnostic,
        "sent_at": scene.when(returned.sent_at),
        "link_void": returned.letter == LetterKind::Verification,
        "own_words": returned.author.is_some(),
        "has_account": has_account,
    })
}
