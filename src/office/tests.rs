//! Stories without servers: raw mails in, rows of the outbox out, time as a value.

mod crashes;
mod erasure;
mod floods;
mod hostile;
mod loops;
mod needs;
mod reports;
mod returned;
mod routing;
mod sorting;
mod strangers;
mod tokens;
mod verification;

use std::path::Path;
use std::sync::Arc;

use tempfile::TempDir;

use super::{Arrival, Office, struck};
use crate::authority::Checked;
use crate::config::{Config, Role};
use crate::desk::people::{Agent, AgentId, Language};
use crate::desk::{Number, Ticket};
use crate::intake::{Disposal, SourceKey};
use crate::mail::understood::understand;
use crate::mail::{Address, Mail, Span, Timestamp, parse};
use crate::outbox::{Handover, Outcome};
use crate::store::{Listing, OutgoingId, OutgoingMail, Which};

/// 2026-11-23 12:00 UTC.
const NOON: Timestamp = Timestamp(1_795_435_200);

const CONFIG: &str = r#"
[site]
name = "Open-News-Network"
language = "en"
postmaster = "postmaster@example.org"
admins = ["admin@example.org"]
[store]
path = "postamt.db"
[smtp]
url = "maildir:out"
[[mailbox]]
name = "antrag"
url = "maildir:antrag"
queue = "antrag"
[[mailbox]]
name = "support"
url = "maildir:support"
queue = "support"
[[mailbox]]
name = "bounces"
url = "maildir:bounces"
role = "bounces"
address = "bounces@example.org"
[[queue]]
name = "antrag"
kind = "application"
address = "antrag@example.org"
form_senders = ["wwwrun@example.org"]
[[queue]]
name = "support"
kind = "support"
address = "support@example.org"
"#;

/// A house with an application queue and a support queue; Anna works on both.
pub(super) struct House {
    pub office: Office,
    pub config: Config,
    pub now: Timestamp,
    pub anna: Agent,
    mails: u32,
    _folder: TempDir,
}

/// A mail of ours that a server has taken.
#[derive(Debug)]
pub(super) struct Sent {
    pub row: OutgoingMail,
    pub raw: String,
    pub mail: Mail,
}

impl House {
    pub fn open() -> Self {
        Self::with(CONFIG)
    }

    pub fn with(config: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Config::read(config, Path::new("postamt.toml"), folder.path()).unwrap();
        let office = Office::open(&config, NOON).unwrap();
        let anna = Agent {
            id: AgentId(0),
            name: "anna".into(),
            display: "Anna Brandt".into(),
            addresses: vec![Address::parse("anna@agents.example").unwrap()],
            queues: vec!["antrag".into(), "support".into()],
            language: Language::En,
            active: true,
            receipts: true,
            taken_notices: true,
            reach: crate::desk::reach::Reach::Reached,
            tokens_since: NOON,
            created_at: NOON,
        };
        let mut house =
            Self { office, config, now: NOON, anna: anna.clone(), mails: 0, _folder: folder };
        house.anna = house.agent(anna);
        house.sent();
        house
    }

    pub fn agent(&mut self, agent: Agent) -> Agent {
        let agent = self.office.add_agent(agent, self.now).unwrap();
        self.office.clerk.rules.agents.push(agent.clone());
        agent
    }

    pub fn jens(&mut self) -> Agent {
        self.agent(Agent {
            name: "jens".into(),
            display: "Jens Petersen".into(),
            addresses: vec![Address::parse("jens@agents.example").unwrap()],
            ..self.anna.clone()
        })
    }

    pub fn later(&mut self, span: Span) {
        self.now = self.now.plus(span);
    }

    /// A mail as a person writes it.
    pub fn mail(&mut self, from: &str, to: &str, subject: &str, text: &str) -> String {
        self.mails += 1;
        let date = self.now.utc().to_rfc2822();
        format!(
            "Return-Path: <{from}>\nFrom: {from}\nTo: {to}\nSubject: {subject}\nDate: {date}\nMessage-ID: <{}@{}>\n\n{text}\n",
            self.mails,
            from.split('@').next_back().unwrap(),
        )
    }

    /// An answer to a mail of ours, to where it wants its answers.
    pub fn answer(&mut self, to: &Sent, from: &str, text: &str) -> String {
        let address = to.mail.reply_to.first().or(to.mail.from.first()).unwrap().address.clone();
        let subject = format!("Re: {}", to.mail.subject);
        let id = to.mail.message_id.clone().unwrap();
        let mail = self.mail(from, address.as_str(), &subject, text);
        format!("In-Reply-To: {id}\nReferences: {id}\n{mail}")
    }

    pub fn arrival(&mut self, mailbox: &str, raw: &str) -> Arrival {
        self.mails += 1;
        let role = self.config.mailbox(mailbox).map(|m| m.role.clone());
        let understood =
            understand(raw.as_bytes(), &self.office.clerk.limits).map_err(|e| e.to_string());
        Arrival {
            mailbox: mailbox.into(),
            role: role.unwrap_or_else(|| Role::Queue("antrag".into())),
            key: SourceKey::Imap { mailbox: Arc::from(mailbox), uid_validity: 1, uid: self.mails },
            received_at: self.now,
            raw: raw.as_bytes().to_vec(),
            struck: understood.as_ref().ok().and_then(|read| struck(raw.as_bytes(), read)),
            understood,
            checked: Checked::default(),
            is_old: false,
        }
    }

    pub fn takes_in(&mut self, mailbox: &str, raw: &str) -> Disposal {
        let arrival = self.arrival(mailbox, raw);
        self.office.take_in(&[arrival], self.now).unwrap()[0].1
    }

    /// What goes out after a mail in an agent's name of which this was found out on the way.
    pub fn gets_checked(&mut self, raw: &str, checked: Checked) -> Vec<Sent> {
        let arrival = Arrival { checked, ..self.arrival("antrag", raw) };
        self.office.take_in(&[arrival], self.now).unwrap();
        self.sent()
    }

    pub fn gets(&mut self, mailbox: &str, raw: &str) -> Vec<Sent> {
        self.takes_in(mailbox, raw);
        self.sent()
    }

    /// What waits, in the order of sending; none of it is noted as sent.
    pub fn waiting(&mut self) -> Vec<Handover> {
        self.office.outgoing(self.now, 1_000, &[]).unwrap()
    }

    /// Everything that waits goes out, and so does what follows.
    pub fn sent(&mut self) -> Vec<Sent> {
        let mut all = Vec::new();
        loop {
            self.orders();
            let waiting = self.waiting();
            if waiting.is_empty() {
                return all;
            }
            for handover in waiting {
                let id = OutgoingId(u32::try_from(handover.id).unwrap());
                let row = self.office.store.outgoing(id).unwrap().unwrap();
                let mail = parse(&handover.message, &self.office.clerk.limits).unwrap();
                let raw = String::from_utf8_lossy(&handover.message).into_owned();
                all.push(Sent { row, raw, mail });
                self.office.handed_over(&[(id, Outcome::Accepted)], self.now).unwrap();
            }
        }
    }

    /// Account orders that wait are carried out.
    pub fn orders(&mut self) {
        for due in self.office.due_orders(self.now).unwrap() {
            self.office.carry_out_order(&due, "hash", self.now).unwrap();
        }
    }

    /// What falls due, and what goes out then.
    pub fn falls_due(&mut self) -> Vec<Sent> {
        self.office.fall_due(self.now).unwrap();
        self.sent()
    }

    /// Damages the file behind our back.
    pub fn damages(&self, sql: &str) {
        let file = rusqlite::Connection::open(&self.config.store.path).unwrap();
        assert_ne!(file.execute(sql, []).unwrap(), 0, "{sql}");
    }

    pub fn tickets(&self) -> Vec<Ticket> {
        let listing = Listing { queues: None, which: Which::Every, limit: 1_000 };
        self.office.store.list(&listing).unwrap().into_iter().map(|l| l.ticket).collect()
    }

    pub fn ticket(&self, number: Number) -> Ticket {
        self.office.store.ticket_by_number(number).unwrap().unwrap()
    }

    /// Somebody's application straight to the queue, and what went out.
    pub fn applies(&mut self, from: &str, login: &str) -> (Ticket, Vec<Sent>) {
        let text = format!("Name: Jo\nLogin: {login}\nReason: I write about tides");
        let mail = self.mail(from, "antrag@example.org", "Application", &text);
        let sent = self.gets("antrag", &mail);
        (self.tickets().pop().unwrap(), sent)
    }
}

/// The only mail of this kind.
pub(super) fn only<'a>(sent: &'a [Sent], event: &str) -> &'a Sent {
    let found: Vec<&Sent> = sent.iter().filter(|s| s.row.event == event).collect();
    assert_eq!(found.len(), 1, "{event} among {:?}", words(sent));
    found[0]
}

/// `event to`, for tables.
pub(super) fn words(sent: &[Sent]) -> Vec<String> {
    sent.iter().map(|s| format!("{} {}", s.row.event, s.row.recipient.local())).collect()
}
