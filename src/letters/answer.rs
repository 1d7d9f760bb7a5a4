//! What the agent who wrote is answered: line by line what was done, or why nothing was.

use serde_json::{Value, json};

use super::facts::{self, Facts};
use super::{Automatic, Draft, OutAttachment, Scene};
use crate::desk::answer::{Answer, Done, Intent, Line, Problem, Receipt, Refusal, TextFate};
use crate::desk::application::{ConfirmedBy, Field};
use crate::desk::command::{COMMANDS, Ready, Spec, Who};
use crate::desk::people::Language;
use crate::desk::ticket::Outcome;
use crate::mail::{Address, Span};

/// Problems shown, at most.
const SHOWN_PROBLEMS: usize = 5;
/// Files that a receipt names, at most.
const SHOWN_FILES: usize = 10;
/// Files that a challenge names.
const NAMED_FILES: usize = 10;
const OFFER_LASTS: Span = Span::days(1);
const HELD_LASTS: Span = Span::days(14);

pub fn draft(scene: &Scene<'_>, answer: &Answer, facts: Facts) -> Draft {
    let draft = Draft::new(answer.word(), facts, scene.language).replied();
    match answer {
        Answer::Receipt(receipt) => draft.with(receipt_facts(scene, receipt)),
        Answer::Error { problems, text, corrected } => {
            error(scene, draft, problems, text, corrected.as_deref())
        }
        Answer::Held { owner, since, commands, text } => draft.with(json!({
            "holder": scene.agent(*owner),
            "since": scene.when(*since),
            "commands": commands,
            "text": text,
            "valid": scene.when(scene.now.plus(HELD_LASTS)),
            "steps": [
                { "commands": ["#yes"], "word": "yes-take-over", "weight": "filled" },
                { "commands": ["#yes note"], "word": "yes-note", "weight": "plain" },
            ],
        })),
        Answer::Leak { leaks, text } => draft.with(json!({
            "leaks": leaks.iter().map(|leak| json!({
                "says": format!("leak-{}", leak.what.word()),
                "shown": leak.words,
                "file": leak.file,
            })).collect::<Vec<_>>(),
            "text": text,
            "valid": scene.when(scene.now.plus(HELD_LASTS)),
            "steps": [
                { "commands": ["#yes"], "word": "yes-as-it-is", "weight": "plain" },
                { "commands": ["#yes note"], "word": "yes-note", "weight": "plain" },
            ],
        })),
        Answer::Challenge { commands, text, more, files, subject, sent_at, from, needs, why } => {
            let unnamed = files.len().saturating_sub(NAMED_FILES);
            let mut draft = draft.with(json!({
                "commands": commands.iter().map(|c| intent(scene, c)).collect::<Vec<_>>(),
                "text": text,
                "more": (*more > 0).then(|| facts::number(i64::try_from(*more).unwrap_or(i64::MAX))),
                "attachments": facts::attachments(files.get(..NAMED_FILES).unwrap_or(files)),
                "more_files": (unnamed > 0).then(|| unnamed.to_string()),
                "their_subject": subject,
                "sent_at": scene.when(*sent_at),
                "from": from.as_str(),
                "needs": way_keys(needs),
                "why": why.map(|why| format!("why-{}", why.word())),
                "valid": scene.when(scene.now.plus(OFFER_LASTS)),
                "steps": [
                    { "commands": [], "word": "yes-it-was-me", "weight": "filled", "body": "body-yes" },
                ],
            }));
            draft.automatic = Automatic::Generated;
            draft
        }
        Answer::Repeated { text } => draft.with(json!({
            "text": text,
            "valid": scene.when(scene.now.plus(OFFER_LASTS)),
            "steps": [
                { "commands": [], "word": "yes-it-was-me", "weight": "filled", "body": "body-yes" },
            ],
        })),
        Answer::TokenVoid { seen_with } => draft.with(json!({
            "seen_with": seen_with.iter().map(Address::as_str).collect::<Vec<_>>(),
        })),
        Answer::Draft { block } => {
            let mut draft = draft.with(json!({
                "title": block.title,
                "text": block.text,
                "command": format!("#template {}", block.name),
                "steps": [
                    { "commands": [], "word": "edit-and-send", "weight": "filled", "text": block.text },
                ],
            }));
            draft.attachments.push(own_text(format!("{}.txt", block.name), &block.text));
            draft
        }
        Answer::Help { about } => draft.with(help(scene.language, *about)),
        // Filled from the store: `Letters::list` and `Letters::show`.
        Answer::List { .. } => {
            draft.with(json!({ "title": "list-all", "listed": "", "tickets": [] }))
        }
        Answer::Show { .. } => draft.with(json!({ "articles": [], "older": null })),
    }
}

fn receipt_facts(scene: &Scene<'_>, receipt: &Receipt) -> Value {
    let lines: Vec<Value> = receipt.lines.iter().map(|line| done(scene, line)).collect();
    let said = |wanted: fn(&Done) -> bool| receipt.lines.iter().any(|line| wanted(&line.done));
    // What a line says already is not said again about the text.
    let (fate, to, count): (&str, Option<&Address>, usize) = match &receipt.text {
        TextFate::None => ("", None, 0),
        TextFate::Sent { .. } if said(|d| matches!(d, Done::Replied { .. })) => ("", None, 0),
        TextFate::Sent { to } => ("text-sent", Some(to), 0),
        TextFate::Inside { to, lines } => ("text-inside", Some(to), *lines),
        TextFate::Noted if said(|d| matches!(d, Done::Noted)) => ("", None, 0),
        TextFate::Noted => ("text-noted", None, 0),
        TextFate::Kept { lines } => ("text-kept", None, *lines),
        TextFate::NotKept { lines } => ("text-not-kept", None, *lines),
    };
    let kept = matches!(receipt.text, TextFate::Kept { .. });
    let taken = receipt.took_lock && !said(|d| matches!(d, Done::Locked { .. }));
    json!({
        "lines": lines,
        "count": facts::number(i64::try_from(receipt.lines.len()).unwrap_or(i64::MAX)),
        "fate": (!fate.is_empty()).then_some(fate),
        "kept": kept,
        "to": to.map(Address::as_str),
        "text_lines": facts::number(i64::try_from(count).unwrap_or(i64::MAX)),
        "took_lock": taken,
        "left_behind": receipt.left_behind.iter().take(SHOWN_FILES).map(|left| json!({
            "says": format!("left-{}", left.why.word()),
            "file": left.name,
        })).collect::<Vec<_>>(),
        "left_more": (receipt.left_behind.len() > SHOWN_FILES)
            .then(|| facts::number(i64::try_from(receipt.left_behind.len() - SHOWN_FILES).unwrap_or(i64::MAX))),
        "valid": scene.when(scene.now.plus(OFFER_LASTS)),
    })
}

const fn outcome_word(outcome: Outcome) -> &'static str {
    outcome.word()
}

/// A line of the receipt: the key of its phrase and what that names.
fn done(scene: &Scene<'_>, line: &Line) -> Value {
    let (key, named): (String, Value) = match &line.done {
        Done::Locked { from } => {
            ("locked".into(), json!({ "from": from.map(|id| scene.agent(id)) }))
        }
        Done::AlreadyYours => ("already-yours".into(), json!({})),
        Done::Unlocked => ("unlocked".into(), json!({})),
        Done::Assigned { to } => ("assigned".into(), json!({ "to": scene.agent(*to) })),
        Done::LinkSent { to, within } => (
            "link-sent".into(),
            json!({ "to": to.as_str(), "until": scene.when(scene.now.plus(*within)) }),
        ),
        Done::QuestionSent { to, block } => {
            ("question-sent".into(), json!({ "to": to.as_str(), "block": block }))
        }
        Done::BlockSent { to, block } => {
            ("block-sent".into(), json!({ "to": to.as_str(), "block": block }))
        }
        Done::AccountOrdered { login, to } => {
            ("account-ordered".into(), json!({ "login": login, "to": to.as_str() }))
        }
        Done::AlreadyConfirmed { by, at } => (
            "already-confirmed".into(),
            json!({
                "at": scene.when(*at),
                "by": match by {
                    ConfirmedBy::Agent(id) => Some(scene.agent(*id)),
                    ConfirmedBy::Applicant => None,
                },
            }),
        ),
        Done::Renewed { until } => ("renewed".into(), json!({ "until": scene.when(*until) })),
        Done::Replied { to } => ("replied".into(), json!({ "to": to.as_str() })),
        Done::Noted => ("noted".into(), json!({})),
        Done::Closed { outcome, unlike } => {
            (format!("closed-{}", outcome_word(*outcome)), json!({ "unlike": unlike }))
        }
        Done::CloseWaits { outcome } => {
            (format!("close-waits-{}", outcome_word(*outcome)), json!({}))
        }
        Done::AlreadyClosed { outcome } => {
            (format!("already-closed-{}", outcome_word(*outcome)), json!({}))
        }
        Done::Reopened => ("reopened".into(), json!({})),
        Done::Pending { until, then } => (
            "pending".into(),
            json!({ "until": scene.when(*until), "then": facts::then_key(*then) }),
        ),
        Done::Priority { from, to } => {
            ("priority".into(), json!({ "from": from.to_string(), "to": to.to_string() }))
        }
        Done::Moved { from, to } => (
            "moved".into(),
            json!({ "from": facts::queue_display(from), "to": facts::queue_display(to) }),
        ),
        Done::FieldSet { field, old, new } => {
            ("field-set".into(), json!({ "field": field_key(*field), "old": old, "new": new }))
        }
        Done::Spam => ("spam".into(), json!({})),
        Done::Back => ("back".into(), json!({})),
    };
    let mut named = facts::object(named);
    named.insert("typed".into(), json!(line.typed));
    named.insert("says".into(), json!(format!("done-{key}")));
    named.insert("application".into(), json!(scene.ticket.application.is_some()));
    Value::Object(named)
}

fn error(
    scene: &Scene<'_>,
    draft: Draft,
    problems: &[Problem],
    text: &str,
    corrected: Option<&str>,
) -> Draft {
    let unread =
        |p: &Problem| matches!(p.refusal, Refusal::Unknown { .. } | Refusal::Expected { .. });
    let commands: Vec<&str> =
        corrected.map(|c| c.lines().filter(|l| !l.trim().is_empty()).collect()).unwrap_or_default();
    let rest = without_commands(text);
    let asks_help = problems.iter().find_map(|p| match &p.refusal {
        Refusal::Unknown { nearest } => *nearest,
        Refusal::Expected { .. } => Spec::named(first_word(&p.typed)).map(|spec| spec.name),
        _ => None,
    });
    let mut steps = Vec::new();
    if !commands.is_empty() {
        steps.push(json!({
            "commands": commands, "word": "correct", "weight": "filled", "text": rest,
        }));
    }
    let help = asks_help.map_or_else(|| "#help".to_owned(), |name| format!("#help {name}"));
    steps.push(json!({ "commands": [help], "word": "look-up", "weight": "plain" }));
    let mut draft = draft.with(json!({
        "problems": problems.iter().take(SHOWN_PROBLEMS).map(|p| problem(scene, p)).collect::<Vec<_>>(),
        "count": facts::number(i64::try_from(problems.len()).unwrap_or(i64::MAX)),
        "unread": problems.iter().all(unread),
        "text": text,
        "steps": steps,
    }));
    if !text.trim().is_empty() {
        // The name of the file is put into words where the templates are at hand.
        draft.attachments.push(own_text(String::new(), text));
    }
    draft
}

fn own_text(name: String, text: &str) -> OutAttachment {
    let content = text.replace("\r\n", "\n").replace('\n', "\r\n").into_bytes();
    OutAttachment { name, media_type: "text/plain".to_owned(), content }
}

fn first_word(typed: &str) -> &str {
    typed
        .trim()
        .trim_start_matches(super::foreign::is_hash)
        .split_whitespace()
        .next()
        .unwrap_or_default()
}

/// The typed text without its lines of commands: what stands below the corrected ones.
fn without_commands(text: &str) -> String {
    let command = |line: &&str| {
        let mut chars = line.trim().chars();
        chars.next().is_some_and(super::foreign::is_hash)
            && chars.next().is_some_and(char::is_alphabetic)
    };
    text.lines().filter(|line| !command(line)).collect::<Vec<_>>().join("\n").trim().to_owned()
}

fn field_key(field: Field) -> String {
    format!("field-{}", field.word())
}

fn problem(scene: &Scene<'_>, problem: &Problem) -> Value {
    let (key, named) = refusal(scene, &problem.refusal);
    let mut named = facts::object(named);
    named.insert("line".into(), json!((problem.line > 0).then(|| problem.line.to_string())));
    named.insert("typed".into(), json!(problem.typed));
    named.insert("says".into(), json!(format!("refusal-{key}")));
    named.insert("application".into(), json!(scene.ticket.application.is_some()));
    Value::Object(named)
}

fn refusal(scene: &Scene<'_>, refusal: &Refusal) -> (&'static str, Value) {
    let language = scene.language;
    match refusal {
        Refusal::Unknown { nearest } => {
            ("unknown", json!({ "nearest": nearest.map(|name| format!("#{name}")) }))
        }
        Refusal::Expected { what, example } => {
            ("expected", json!({ "what": what.get(language), "example": example }))
        }
        Refusal::NotYet { instead } => ("not-yet", json!({ "instead": instead.get(language) })),
        Refusal::OwnedBy { agent, since } => {
            ("owned-by", json!({ "agent": scene.agent(*agent), "since": scene.when(*since) }))
        }
        Refusal::NotYours => ("not-yours", json!({})),
        Refusal::NotAnApplication => ("not-an-application", json!({})),
        Refusal::Missing { field } => (
            "missing",
            json!({ "field": field_key(*field), "command": format!("#set {} …", field.word()) }),
        ),
        Refusal::LoginUnusable { login } => ("login-unusable", json!({ "login": login })),
        Refusal::LoginHasAccount { login } => ("login-has-account", json!({ "login": login })),
        Refusal::LoginReserved { login, by } => {
            ("login-reserved", json!({ "login": login, "number": by.to_string() }))
        }
        Refusal::EmailUnusable { text } => ("email-unusable", json!({ "email": text })),
        Refusal::Undeliverable { address } => {
            ("undeliverable", json!({ "address": address.as_str() }))
        }
        Refusal::WithdrawnByApplicant => ("withdrawn", json!({ "called": scene.ticket.called() })),
        Refusal::PeriodOver { at } => ("period-over", json!({ "at": scene.when(*at) })),
        Refusal::HasAccount { step } => {
            ("has-account", json!({ "step": format!("stage-{}", step.word()) }))
        }
        Refusal::NobodyToWriteTo => ("nobody-to-write-to", json!({})),
        Refusal::TicketClosed => ("ticket-closed", json!({})),
        Refusal::TicketOpen => ("ticket-open", json!({})),
        Refusal::UnknownAgent { name } => {
            ("unknown-agent", json!({ "name": name, "known": agents_of(scene) }))
        }
        Refusal::AgentNotInQueue { agent } => (
            "agent-not-in-queue",
            json!({
                "name": scene.agent(*agent),
                "queue": facts::queue_display(&scene.ticket.queue),
                "known": agents_of(scene),
            }),
        ),
        Refusal::AgentUnreachable { agent } => {
            ("agent-unreachable", json!({ "name": scene.agent(*agent) }))
        }
        Refusal::UnknownQueue { name } => (
            "unknown-queue",
            json!({
                "name": name,
                "known": scene.rules.queues.iter().map(|q| q.name.clone()).collect::<Vec<_>>().join(", "),
            }),
        ),
        Refusal::UnknownBlock { name, there_are } => {
            ("unknown-block", json!({ "name": name, "there_are": there_are.join(", ") }))
        }
        Refusal::UnknownTicket { text } => ("unknown-ticket", json!({ "text": text })),
        Refusal::NothingToList { name } => ("nothing-to-list", json!({ "name": name })),
        Refusal::NoTicket => ("no-ticket", json!({})),
        Refusal::AfterState => ("after-state", json!({})),
        Refusal::NothingOffered => ("nothing-offered", json!({})),
        Refusal::OfferGone => ("offer-gone", json!({})),
        Refusal::Empty => ("empty", json!({})),
        Refusal::Encrypted => ("encrypted", json!({})),
        Refusal::Packed => ("packed", json!({})),
        Refusal::NoAccount => ("no-account", json!({})),
        Refusal::NeedsProof { ways } => ("needs-proof", json!({ "ways": way_keys(ways) })),
    }
}

/// The phrases for ways of proof.
fn way_keys(ways: &[&'static str]) -> Vec<String> {
    ways.iter().map(|way| format!("way-{way}")).collect()
}

/// The short names that `#assign` takes here.
fn agents_of(scene: &Scene<'_>) -> String {
    let queue = &scene.ticket.queue;
    let names = scene.rules.agents.iter().filter(|a| a.works_on(queue)).map(|a| a.name.as_str());
    names.collect::<Vec<_>>().join(", ")
}

fn intent(scene: &Scene<'_>, intent: &Intent) -> Value {
    let typed = &intent.typed;
    let ticket = scene.ticket;
    let application = ticket.application.as_ref();
    json!({
        "typed": typed,
        "says": format!("intent-{}", intent.name),
        "called": ticket.called(),
        "login": application.and_then(|a| a.login.as_deref()).unwrap_or_default(),
        "application": application.is_some(),
    })
}

/// The commands that agents have now, or one of them in detail.
fn help(language: Language, about: Option<&'static str>) -> Value {
    let shown = |spec: &Spec| {
        let other = if spec.name == spec.de { String::new() } else { format!("#{}", spec.de) };
        json!({
            "usage": usage(spec, language),
            "german": other,
            "help": spec.help.get(language),
            "example": (!spec.example.is_empty()).then(|| format!("#{} {}", spec.name, spec.example)),
            "aliases": spec.aliases.iter().map(|a| format!("#{a}")).collect::<Vec<_>>(),
            "instead": match spec.ready {
                Ready::Now => None,
                Ready::Later(instead) => Some(instead.get(language)),
            },
        })
    };
    let commands: Vec<Value> = COMMANDS
        .iter()
        .filter(|s| s.ready == Ready::Now && matches!(s.who, Who::Agent | Who::Both))
        .map(shown)
        .collect();
    let one = about.and_then(Spec::named).map(shown);
    json!({ "commands": commands, "one": one })
}

/// `#close [success|fail] [quiet]`, with placeholders in the reader's language.
fn usage(spec: &Spec, language: Language) -> String {
    let args = spec.args.iter().map(|arg| {
        let shown = arg.shown.get(language);
        if arg.optional { format!(" [{shown}]") } else { format!(" {shown}") }
    });
    format!("#{}{}", spec.name, args.collect::<String>())
}
