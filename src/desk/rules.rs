//! What the admin decided, as far as a decision depends on it. Made from the configuration and the list of agents; the core reads nothing else.

use chrono_tz::Tz;
use regex::Regex;

use super::calendar::{Calendar, Wait};
use super::people::{Agent, AgentId, Language};
use crate::mail::{Address, Span, Timestamp};

#[derive(Debug, Clone)]
pub struct Rules {
    pub site_name: String,
    pub language: Language,
    pub zone: Tz,
    /// The word in the subject tag: `Ticket`.
    pub hook: String,
    pub postmaster: Address,
    pub admins: Vec<Address>,
    /// Address of the confirmation page; empty where there is none.
    pub page: String,
    /// Every address mail of which would come back to us.
    pub own_addresses: Vec<Address>,
    pub queues: Vec<Queue>,
    pub agents: Vec<Agent>,
    pub login_pattern: Regex,
    pub reserved_logins: Vec<String>,
    /// Lines of the credentials letter, in the order written.
    pub letter_lines: Vec<(String, String)>,
    /// Verified against one another at `[security] token_valid`.
    pub token_valid: Span,
    pub limits: AnswerLimits,
    /// Where it is set, release and escalation count working time.
    pub calendar: Option<Calendar>,
}

/// How often the system answers by itself (RFC 3834 section 2); 0 is no limit.
#[derive(Debug, Clone, Copy)]
pub struct AnswerLimits {
    pub per_hour: u32,
    pub per_day: u32,
    pub per_ticket: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueueKind {
    Application,
    Support,
}

#[derive(Debug, Clone)]
pub struct Queue {
    pub name: String,
    pub kind: QueueKind,
    pub address: Address,
    /// What stands between the address and a token; empty where the mailbox takes none.
    pub subaddress: String,
    /// Where bounces go: the bounces mailbox's address, else the queue's own; with the separator it takes.
    pub bounces: Address,
    pub bounces_subaddress: String,
    pub acknowledge: bool,
    pub release_after: Wait,
    pub escalate_after: Wait,
    pub confirm_within: Span,
    pub reopen_within: Span,
    pub warn_before: Wait,
    pub sign_as: String,
    pub form_senders: Vec<Address>,
    pub join_open: bool,
    pub form: FormNames,
}

/// How the web form names its fields; compared without case and umlauts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FormNames {
    pub name: Vec<String>,
    pub email: Vec<String>,
    pub login: Vec<String>,
    pub reason: Vec<String>,
    pub language: Vec<String>,
}

impl Rules {
    /// When so much has passed: working time, where there is a calendar.
    #[must_use]
    pub fn after(&self, from: Timestamp, wait: Wait) -> Timestamp {
        match &self.calendar {
            Some(calendar) => calendar.after(from, wait, self.zone),
            None => from.plus(wait.span()),
        }
    }

    /// So much before that moment.
    #[must_use]
    pub fn before(&self, until: Timestamp, wait: Wait) -> Timestamp {
        match &self.calendar {
            Some(calendar) => calendar.before(until, wait, self.zone),
            None => until.minus(wait.span()),
        }
    }

    #[must_use]
    pub fn queue(&self, name: &str) -> Option<&Queue> {
        self.queues.iter().find(|q| q.name == name)
    }

    /// The queue in whose name a ticket's mails go out: its own, or the first one where its own is configured no more. Nobody
    /// must be left without an answer because of a name.
    #[must_use]
    pub fn queue_writing_for(&self, name: &str) -> Option<&Queue> {
        self.queue(name).or_else(|| self.queues.first())
    }

    #[must_use]
    pub fn agent(&self, id: AgentId) -> Option<&Agent> {
        self.agents.iter().find(|a| a.id == id)
    }

    #[must_use]
    pub fn agent_named(&self, name: &str) -> Option<&Agent> {
        self.agents.iter().find(|a| a.name.eq_ignore_ascii_case(name))
    }

    #[must_use]
    pub fn agent_writing_from(&self, address: &Address) -> Option<&Agent> {
        self.agents.iter().find(|a| a.active && a.writes_from(address))
    }

    /// Whether mail to this address would come back to us: one of our addresses, with or without a subaddress.
    #[must_use]
    pub fn is_own(&self, address: &Address) -> bool {
        let taken_by = |base: &Address| address == base || address.detail_of(base, "+").is_some();
        self.own_addresses.iter().any(taken_by)
            || self.queues.iter().any(|q| {
                address == &q.address
                    || address.detail_of(&q.address, &q.subaddress).is_some()
                    || address.detail_of(&q.bounces, &q.bounces_subaddress).is_some()
            })
    }
}
