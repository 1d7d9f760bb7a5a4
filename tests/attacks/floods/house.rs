//! An office without servers: mails are handed in, what goes out is read, and time is a value.

use std::path::Path;
use std::sync::Arc;

use postamt::config::Config;
use postamt::desk::Ticket;
use postamt::desk::event::MessageRef;
use postamt::desk::people::{Agent, AgentId, Language};
use postamt::intake::SourceKey;
use postamt::mail::understood::understand;
use postamt::mail::{Address, Mail, Span, Timestamp, parse};
use postamt::office::{Arrival, Office};
use postamt::outbox::Outcome;
use postamt::store::{
    Account, HeldMail, HeldState, Listing, OutgoingId, OutgoingMail, StoreError, Which,
};
use tempfile::TempDir;

/// 2026-11-23 12:00 UTC.
pub const NOON: Timestamp = Timestamp(1_795_435_200);

const CONFIG: &str = r#"
[site]
name = "Open-News-Network"
language = "en"
timezone = "UTC"
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

pub const FORM: &str = "wwwrun@example.org";
pub const ANTRAG: &str = "antrag@example.org";
pub const SUPPORT: &str = "support@example.org";
pub const ANNA: &str = "anna@agents.example";

/// A house with an application queue and a support queue; Anna works on both and reads English.
pub struct House {
    pub office: Office,
    pub config: Config,
    pub now: Timestamp,
    mails: u32,
    folder: TempDir,
}

/// A mail of ours that a server has taken.
pub struct Sent {
    pub row: OutgoingMail,
    pub raw: String,
    pub mail: Mail,
}

impl Sent {
    pub fn text(&self) -> String {
        self.mail.text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

impl House {
    pub fn open() -> Self {
        Self::with("")
    }

    /// With these lines of `[limits]`.
    pub fn with(limits: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let text = format!("{CONFIG}[limits]\n{limits}\n");
        let config = Config::read(&text, Path::new("postamt.toml"), folder.path()).unwrap();
        let office = Office::open(&config, NOON).unwrap();
        let mut house = Self { office, config, now: NOON, mails: 0, folder };
        house.agent("anna");
        house.turns();
        house
    }

    pub fn agent(&mut self, name: &str) {
        let agent = Agent {
            id: AgentId(0),
            name: name.into(),
            display: format!("{name} Brandt"),
            addresses: vec![Address::parse(&format!("{name}@agents.example")).unwrap()],
            queues: vec!["antrag".into(), "support".into()],
            language: Language::En,
            active: true,
            receipts: true,
            taken_notices: true,
            reach: Default::default(),
            tokens_since: NOON,
            created_at: NOON,
        };
        self.office.add_agent(agent, self.now).unwrap();
        self.office.look_again(self.now).unwrap();
        self.office.clerk.rules.agents = self.office.store.agents().unwrap();
        self.turns();
    }

    /// Somebody who has an account.
    pub fn account(&mut self, email: &str, login: &str) {
        let account = Account {
            login: login.to_owned(),
            email: Address::parse(email).unwrap(),
            name: login.to_owned(),
            active: true,
            ticket: None,
            created_at: self.now,
            updated_at: self.now,
        };
        self.office.store.transaction(|tx| tx.insert_account(&account, "$argon2id$")).unwrap();
    }

    pub fn restarted(self) -> Self {
        let Self { office, config, now, mails, folder } = self;
        drop(office);
        Self { office: Office::open(&config, now).unwrap(), config, now, mails, folder }
    }

    pub fn later(&mut self, span: Span) {
        self.now = self.now.plus(span);
    }

    /// A mail with a date and a Message-ID of its own. `from` may have a name.
    pub fn mail(&mut self, from: &str, to: &str, subject: &str, text: &str) -> String {
        self.mails += 1;
        let date = self.now.utc().to_rfc2822();
        let address = from.rsplit('<').next().unwrap().trim_end_matches('>');
        format!(
            "Return-Path: <{address}>\nFrom: {from}\nTo: {to}\nSubject: {subject}\nDate: {date}\n\
             Message-ID: <{}.client@mail.example.com>\nMIME-Version: 1.0\n\
             Content-Type: text/plain; charset=utf-8\n\n{text}\n",
            self.mails
        )
    }

    pub fn application(&mut self, email: &str, login: &str) -> String {
        let text =
            format!("Name: Jo\nE-Mail: {email}\nLogin: {login}\nReason: I write about tides");
        self.mail(FORM, ANTRAG, "Application", &text)
    }

    /// An answer to a mail of ours, to where it wants its answers.
    pub fn answer(&mut self, to: &Sent, from: &str, text: &str) -> String {
        let address = to.mail.reply_to.first().or(to.mail.from.first()).unwrap().address.clone();
        let subject = format!("Re: {}", to.mail.subject);
        let id = to.mail.message_id.clone().unwrap();
        let mail = self.mail(from, address.as_str(), &subject, text);
        format!("In-Reply-To: {id}\nReferences: {id}\n{mail}")
    }

    /// Takes all of them in, in batches as the daemon does.
    pub fn takes_in(&mut self, mailbox: &str, raws: &[String]) {
        for batch in raws.chunks(50) {
            let arrivals: Vec<Arrival> =
                batch.iter().map(|raw| self.arrival(mailbox, raw.as_bytes())).collect();
            self.office.take_in(&arrivals, self.now).unwrap();
        }
    }

    /// Takes in one that the mail server has had since then.
    pub fn takes_in_late(&mut self, mailbox: &str, raw: &str, received_at: Timestamp) {
        let arrival = Arrival { received_at, ..self.arrival(mailbox, raw.as_bytes()) };
        self.office.take_in(&[arrival], self.now).unwrap();
    }

    fn arrival(&mut self, mailbox: &str, raw: &[u8]) -> Arrival {
        self.mails += 1;
        Arrival {
            checked: Default::default(),
            mailbox: mailbox.into(),
            role: self.config.mailbox(mailbox).unwrap().role.clone(),
            key: SourceKey::Imap { mailbox: Arc::from(mailbox), uid_validity: 1, uid: self.mails },
            received_at: self.now,
            struck: None,
            raw: raw.to_vec(),
            understood: understand(raw, &self.office.clerk.limits).map_err(|e| e.to_string()),
            is_old: false,
        }
    }

    /// Takes them in; what goes out then.
    pub fn gets(&mut self, mailbox: &str, raws: &[String]) -> Vec<Sent> {
        self.takes_in(mailbox, raws);
        self.turns()
    }

    /// What the daemon does twice a second, and all that goes out then.
    pub fn turns(&mut self) -> Vec<Sent> {
        let mut sent = Vec::new();
        // What was let in is handled a hundred a turn.
        loop {
            let let_in = self.office.release_held(&self.config, self.now).unwrap();
            self.office.fall_due(self.now).unwrap();
            self.office.tell_of_held(self.now).unwrap();
            self.office.summarise(self.now).unwrap();
            self.office.postmasters_digest(&self.config, self.now).unwrap();
            sent.extend(self.sent());
            if let_in == 0 {
                return sent;
            }
        }
    }

    fn sent(&mut self) -> Vec<Sent> {
        let mut all = Vec::new();
        loop {
            let waiting = self.office.outgoing(self.now, 1_000, &[]).unwrap();
            if waiting.is_empty() {
                return all;
            }
            let mut taken = Vec::new();
            for handover in waiting {
                let id = OutgoingId(u32::try_from(handover.id).unwrap());
                let row = self.office.store.outgoing(id).unwrap().unwrap();
                let mail = parse(&handover.message, &self.office.clerk.limits).unwrap();
                let raw = String::from_utf8_lossy(&handover.message).into_owned();
                all.push(Sent { row, raw, mail });
                taken.push((id, Outcome::Accepted));
            }
            self.office.handed_over(&taken, self.now).unwrap();
        }
    }

    pub fn tickets(&self) -> Vec<Ticket> {
        let listing = Listing { queues: None, which: Which::Every, limit: 10_000 };
        self.office.store.list(&listing).unwrap().into_iter().map(|l| l.ticket).collect()
    }

    pub fn articles(&self, ticket: &Ticket) -> usize {
        self.office.store.articles(ticket.id).unwrap().len()
    }

    pub fn held(&self) -> Vec<HeldMail> {
        let mut held = Vec::new();
        self.office
            .store
            .each_held(|mail| {
                held.push(mail);
                Ok::<_, StoreError>(())
            })
            .unwrap();
        held
    }

    /// As `postamt held release` does; whether it was held.
    pub fn release(&mut self, message: MessageRef) -> bool {
        self.office
            .store
            .transaction(|tx| tx.move_held(message, HeldState::Held, HeldState::Release))
            .unwrap()
    }

    /// Lines that wait for the postmaster's digest, and how often what they say happened: of this kind.
    pub fn noted(&self, kind: &str) -> (u64, u64) {
        let kinds = self.office.store.unshown_postmaster_kinds().unwrap();
        kinds.iter().find(|k| k.kind == kind).map_or((0, 0), |k| (k.lines, k.count))
    }
}

/// How many mails of this kind went to this local part.
pub fn count(sent: &[Sent], event: &str, to: &str) -> usize {
    of(sent, event, to).len()
}

pub fn of<'a>(sent: &'a [Sent], event: &str, to: &str) -> Vec<&'a Sent> {
    let is = |s: &&Sent| s.row.event == event && s.row.recipient.local() == to;
    sent.iter().filter(is).collect()
}

/// The only mail of this kind, to whomever.
#[track_caller]
pub fn only<'a>(sent: &'a [Sent], event: &str) -> &'a Sent {
    let found: Vec<&Sent> = sent.iter().filter(|s| s.row.event == event).collect();
    let words: Vec<String> =
        sent.iter().map(|s| format!("{} {}", s.row.event, s.row.recipient)).collect();
    assert_eq!(found.len(), 1, "{event} among {words:?}");
    found[0]
}
