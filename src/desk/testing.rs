//! The house the core's tests work in: one application queue, one support queue, two agents.

use super::application::Application;
use super::calendar::Wait;
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
        reach: crate::desk::reach::Reach::Reached,
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
        release_after: Wait::Time(Span::hours(12)),
        escalate_after: Wait::Days(2),
        confirm_within: Span::days(4),
        reopen_within: Span::days(14),
        warn_before: Wait::Time(Span::hours(1)),
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
        calendar: None,
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

use super::answer::{Answer, Refusal};
use super::command_line;
use super::consent::Consent;
use super::effect::{Decision, Effect, Letter, News};
use super::event::{
    AgentMail, CustomerMail, CustomerProof, Event, FreshLink, Incoming, Known, LetterKind,
    LinkToken, Manner, MessageRef, Offered,
};
use super::ticket::Lock;

pub fn incoming(from: &str, text: &str) -> Incoming {
    Incoming {
        message: MessageRef(7),
        from: Named { name: String::new(), address: address(from) },
        subject: "Re: Antrag".into(),
        text: text.into(),
        attachments: Vec::new(),
        remarks: Vec::new(),
    }
}

/// An agent's proven mail with this new text.
pub fn agent_mail(agent: AgentId, text: &str) -> AgentMail {
    AgentMail {
        blocks: crate::desk::event::Blocks::default(),
        agent,
        incoming: incoming("anna@agents.example", text),
        typed: command_line::read(&[text.to_owned()], false),
        manner: Manner::Plain,
        offered: Offered::Nothing,
        known: Known::default(),
        fresh: FreshLink { token: LinkToken("t".repeat(26)), sha256: "ab".repeat(32) },
    }
}

pub fn agent_writes(ticket: Ticket, agent: AgentId, text: &str, now: Timestamp) -> Decision {
    super::decide(ticket, &Event::AgentWrote(Box::new(agent_mail(agent, text))), now, &rules())
}

/// The customer's mail: what it answers, how sure it is theirs, and what they say.
pub fn customer_mail(
    proof: CustomerProof,
    answers: Option<LetterKind>,
    consent: Consent,
) -> CustomerMail {
    CustomerMail {
        incoming: incoming("lena@example.net", "words"),
        proof,
        answers,
        consent,
        commands: Vec::new(),
        only_commands: false,
        may_answer: true,
        known: Known::default(),
    }
}

pub fn customer_writes(ticket: Ticket, mail: CustomerMail, now: Timestamp) -> Decision {
    super::decide(ticket, &Event::CustomerWrote(Box::new(mail)), now, &rules())
}

pub fn owned_by(agent: AgentId, at: Timestamp) -> Ticket {
    let lock = Lock { owner: agent, since: at, alive_at: at, customer_wrote: false, warned: false };
    Ticket { lock: Some(lock), state: State::Open, ..ticket() }
}

impl Decision {
    /// The effects in words, so that a table can hold them: `write verification`, `notify taken 2`, `answer receipt`.
    pub fn words(&self) -> Vec<String> {
        self.effects
            .iter()
            .map(|effect| match effect {
                Effect::Article(a) => format!("article {:?}", a.visibility).to_lowercase(),
                Effect::Notify { to, news } => {
                    let to: Vec<String> = to.iter().map(|a| a.0.to_string()).collect();
                    format!("notify {} {}", news.word(), to.join("+")).trim().to_owned()
                }
                Effect::Write { letter, .. } => format!("write {}", letter.word()),
                Effect::Answer { answer, offer, .. } => {
                    format!(
                        "answer {}{}",
                        answer.word(),
                        if offer.is_some() { " offer" } else { "" }
                    )
                }
                Effect::CreateAccount { resume: false, .. } => "create account".into(),
                Effect::CreateAccount { resume: true, .. } => "resume account".into(),
                Effect::SuspendAccount { .. } => "suspend account".into(),
                Effect::TellPostmaster { news } => format!("postmaster {}", news.word()),
                Effect::NoteForPostmaster(_) => "postmaster's digest".into(),
                Effect::HoldSender => "hold sender".into(),
            })
            .collect()
    }

    /// Why nothing was done.
    pub fn refusal(&self) -> Option<Refusal> {
        self.effects.iter().find_map(|effect| match effect {
            Effect::Answer { answer: Answer::Error { problems, .. }, .. } => {
                problems.first().map(|p| p.refusal.clone())
            }
            _ => None,
        })
    }

    pub fn letter(&self) -> Option<&Letter> {
        self.effects.iter().find_map(|effect| match effect {
            Effect::Write { letter, .. } => Some(letter),
            _ => None,
        })
    }

    pub fn news(&self) -> Option<&News> {
        self.effects.iter().find_map(|effect| match effect {
            Effect::Notify { news, .. } => Some(news),
            _ => None,
        })
    }

    pub fn step(&self) -> super::application::Step {
        self.ticket.application.as_ref().unwrap().step
    }
}
