//! The house the core's tests work in: one application queue, one support queue, two agents.

use super::application::Application;
use super::number::Number;
use super::people::{Agent, AgentId, Language};
use super::rules::{AnswerLimits, FormNames, Queue, QueueKind, Rules};
use super::ticket::{Escalation, State, Ticket, TicketId};
use crate::mail::{Address, Named, Span, Timestamp};

pub fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

pub const ANNA: AgentId = AgentId(1);
pub const JENS: AgentId = AgentId(2);

/// 2026-11-23 08:12:00 UTC, a Monday: 09:12 in Berlin.
pub const MONDAY: Timestamp = Timestamp(1_795_421_520);

pub fn agent(id: AgentId, name: &str, display: &str) -> Agent {
    Agent {
        id,
        name: name.into(),
        display: display.into(),
        addresses: vec![address(&format!("{name}@agents.example"))],
        queues: vec!["antrag".into(), "support".into()],
        language: Language::De,
        active: true,
        receipts: true,
        taken_notices: true,
        tokens_since: Timestamp(0),
        created_at: Timestamp(0),
    }
}

fn queue(name: &str, kind: QueueKind) -> Queue {
    let words = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect();
    Queue {
        name: name.into(),
        kind,
        address: address(&format!("{name}@example.org")),
        subaddress: "+".into(),
        bounces: address("bounces@example.org"),
        bounces_subaddress: "+".into(),
        acknowledge: true,
        release_after: Span::hours(12),
        escalate_after: Span::days(2),
        confirm_within: Span::days(4),
        reopen_within: Span::days(14),
        warn_before: Span::hours(1),
        sign_as: "{agent} ({queue})".into(),
        form_senders: vec![address("wwwrun@example.org")],
        join_open: false,
        form: FormNames {
            name: words(&["Name"]),
            email: words(&["E-Mail", "Mail", "Email"]),
            login: words(&["Login", "Benutzername", "Username"]),
            reason: words(&["Begründung", "Grund", "Reason"]),
            language: words(&["Sprache", "Language"]),
        },
    }
}

pub fn rules() -> Rules {
    Rules {
        site_name: "Open-News-Network".into(),
        language: Language::De,
        zone: chrono_tz::Europe::Berlin,
        hook: "Ticket".into(),
        postmaster: address("postmaster@example.org"),
        admins: vec![address("admin@example.org")],
        page: String::new(),
        own_addresses: vec![
            address("antrag@example.org"),
            address("support@example.org"),
            address("bounces@example.org"),
        ],
        queues: vec![queue("antrag", QueueKind::Application), queue("support", QueueKind::Support)],
        agents: vec![agent(ANNA, "anna", "Anna Brandt"), agent(JENS, "jens", "Jens Petersen")],
        login_pattern: regex::Regex::new("^[a-z][a-z0-9._-]{1,31}$").unwrap(),
        reserved_logins: vec!["root".into(), "postmaster".into()],
        letter_lines: vec![
            ("Server".into(), "news.example.org".into()),
            ("Port".into(), "563 (TLS)".into()),
        ],
        token_valid: Span::days(30),
        limits: AnswerLimits { per_hour: 10, per_day: 30, per_ticket: 5 },
    }
}

pub fn ticket() -> Ticket {
    Ticket {
        id: TicketId(1),
        number: Number::new(MONDAY.utc().date_naive(), 1),
        queue: "antrag".into(),
        subject: String::new(),
        customer: Some(Named {
            name: "Lena Hoffmann".into(),
            address: address("lena@example.net"),
        }),
        language: Language::De,
        state: State::New,
        priority: 3,
        lock: None,
        former_owner: None,
        created_at: MONDAY,
        opened_at: MONDAY,
        updated_at: MONDAY,
        escalation: Escalation::No,
        application: Some(application()),
        by_machine: false,
        continues: None,
        continued_in: None,
    }
}

pub fn application() -> Application {
    Application {
        name: Some("Lena Hoffmann".into()),
        email: Some(address("lena@example.net")),
        login: Some("lhoffmann".into()),
        reason: Some("Ich betreue den Rundbrief.".into()),
        ..Application::received(MONDAY)
    }
}
