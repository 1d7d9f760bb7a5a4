//! A house without servers: raw mails in, mails of ours out, time as a value. For attacks on the core.

use std::path::Path;
use std::sync::Arc;

use postamt::authority::{Checked, Token};
use postamt::config::{Config, Role};
use postamt::desk::people::{Agent, AgentId, Language};
use postamt::desk::{Number, Ticket};
use postamt::intake::SourceKey;
use postamt::mail::understood::understand;
use postamt::mail::{Address, Span, Timestamp};
use postamt::office::{Arrival, Office};
use postamt::outbox::Outcome;
use postamt::store::{Account, Listing, OutgoingId, OutgoingMail, Which};
use tempfile::TempDir;

use crate::story::received::Received;

/// 2026-11-23 12:00 UTC.
const NOON: Timestamp = Timestamp(1_795_435_200);

pub const ANNA: &str = "anna@agents.example";
pub const JENS: &str = "jens@agents.example";
pub const TOM: &str = "tom@agents.example";
pub const JO: &str = "jo@mail.example";
pub const EVE: &str = "eve@mail.example";
pub const ANTRAG: &str = "antrag@example.org";
pub const SUPPORT: &str = "support@example.org";

/// Two queues. Anna and Jens work on the applications, Anna and Tom on the requests.
pub struct House {
    office: Office,
    config: Config,
    pub now: Timestamp,
    mails: u32,
    _folder: TempDir,
}

/// A mail of ours.
#[derive(Debug)]
pub struct Sent {
    pub row: OutgoingMail,
    pub mail: Received,
}

/// A mail on its way to us; every header may be changed.
#[derive(Debug, Clone)]
pub struct Letter {
    pub from: String,
    pub to: String,
    pub subject: String,
    pub more: String,
    pub text: String,
}

impl Letter {
    pub fn new(from: &str, to: &str, subject: &str, text: &str) -> Self {
        let owned = str::to_owned;
        Self {
            from: owned(from),
            to: owned(to),
            subject: owned(subject),
            more: String::new(),
            text: owned(text),
        }
    }

    pub fn with(mut self, header: &str) -> Self {
        self.more += &format!("{header}\r\n");
        self
    }
}

impl House {
    /// Where addresses take tokens.
    pub fn open() -> Self {
        Self::with("+", "")
    }

    /// With more in the configuration.
    pub fn configured(more: &str) -> Self {
        Self::with("+", more)
    }

    /// Where they do not.
    pub fn plain() -> Self {
        Self::with("", "")
    }

    fn with(subaddress: &str, more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut text = String::from(
            "[site]\nname = \"Open-News-Network\"\nlanguage = \"en\"\npostmaster = \"postmaster@example.org\"\n\
             admins = [\"admin@example.org\"]\n[store]\npath = \"postamt.db\"\n[smtp]\nurl = \"maildir:out\"\n\
             [[mailbox]]\nname = \"bounces\"\nurl = \"maildir:bounces\"\nrole = \"bounces\"\naddress = \"bounces@example.org\"\n",
        );
        for (name, kind) in [("antrag", "application"), ("support", "support")] {
            text += &format!(
                "[[mailbox]]\nname = {name:?}\nurl = \"maildir:{name}\"\nqueue = {name:?}\n\
                 [[queue]]\nname = {name:?}\nkind = {kind:?}\naddress = \"{name}@example.org\"\nsubaddress = {subaddress:?}\n"
            );
        }
        text += more;
        let config = Config::read(&text, Path::new("postamt.toml"), folder.path()).unwrap();
        let office = Office::open(&config, NOON).unwrap();
        let mut house = Self { office, config, now: NOON, mails: 0, _folder: folder };
        for (address, queues) in
            [(ANNA, &["antrag", "support"][..]), (JENS, &["antrag"]), (TOM, &["support"])]
        {
            let name = address.split('@').next().unwrap().to_owned();
            let agent = Agent {
                id: AgentId(0),
                display: name.clone(),
                name,
                addresses: vec![Address::parse(address).unwrap()],
                queues: queues.iter().map(|queue| (*queue).to_owned()).collect(),
                language: Language::En,
                active: true,
                receipts: true,
                taken_notices: false,
                reach: Default::default(),
                tokens_since: NOON,
                created_at: NOON,
            };
            house.office.add_agent(agent, NOON).unwrap();
        }
        house.office.look_again(NOON).unwrap();
        house
    }

    /// The welcomes that went out at the beginning.
    pub fn welcome(&mut self, to: &str) -> Sent {
        let sent = self.sent();
        the(sent, "welcome", to)
    }

    pub fn later(&mut self, span: Span) {
        self.now = self.now.plus(span);
    }

    pub fn agent(&self, address: &str) -> Agent {
        let address = Address::parse(address).unwrap();
        let agents = self.office.store.agents().unwrap();
        agents.into_iter().find(|agent| agent.addresses.contains(&address)).unwrap()
    }

    pub fn changes(&mut self, agent: &Agent) {
        self.office.store.transaction(|tx| tx.save_agent(agent)).unwrap();
        self.office = Office::open(&self.config, self.now).unwrap();
        self.office.look_again(self.now).unwrap();
    }

    /// Somebody's application, and what everybody is told. Then a minute passes.
    pub fn applies(&mut self, from: &str) -> Vec<Sent> {
        let login = from.split('@').next().unwrap();
        let text = format!("Name: Jo\r\nLogin: {login}\r\nReason: I write about tides");
        self.gets(&Letter::new(from, ANTRAG, "Application", &text))
    }

    /// Somebody's request.
    pub fn asks(&mut self, from: &str) -> Vec<Sent> {
        self.gets(&Letter::new(from, SUPPORT, "Cannot log in", "The server says no."))
    }

    /// A mail, and all that goes out because of it. Then a minute passes.
    pub fn gets(&mut self, letter: &Letter) -> Vec<Sent> {
        self.mails += 1;
        let Letter { from, to, subject, more, text } = letter;
        let (date, n) = (self.now.utc().to_rfc2822(), self.mails);
        let raw = format!(
            "Return-Path: <{from}>\r\n{more}From: {from}\r\nTo: {to}\r\nSubject: {subject}\r\nDate: {date}\r\n\
             Message-ID: <{n}@client.example>\r\n\r\n{text}\r\n"
        );
        self.gets_raw(&raw)
    }

    /// The same with a mail of any form.
    pub fn gets_raw(&mut self, raw: &str) -> Vec<Sent> {
        self.mails += 1;
        let n = self.mails;
        let mailbox =
            if raw.contains("support") && !raw.contains("antrag") { "support" } else { "antrag" };
        let arrival = Arrival {
            mailbox: mailbox.into(),
            role: Role::Queue(mailbox.into()),
            key: SourceKey::Imap { mailbox: Arc::from(mailbox), uid_validity: 1, uid: n },
            received_at: self.now,
            understood: understand(raw.as_bytes(), &self.office.clerk.limits)
                .map_err(|e| e.to_string()),
            struck: None,
            raw: raw.as_bytes().to_vec(),
            checked: Checked::default(),
            is_old: false,
        };
        self.office.take_in(&[arrival], self.now).unwrap();
        let sent = self.sent();
        self.later(Span::minutes(1));
        sent
    }

    /// What is done without any mail coming, and all that goes out because of it.
    pub fn turns(&mut self) -> Vec<Sent> {
        self.office.look_again(self.now).unwrap();
        self.office.release_held(&self.config, self.now).unwrap();
        self.office.tell_of_held(self.now).unwrap();
        self.sent()
    }

    /// Somebody has an account.
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

    pub fn suspends(&mut self, login: &str) {
        let now = self.now;
        let done = self.office.store.transaction(|tx| tx.suspend_account(login, now));
        assert!(done.unwrap());
    }

    /// Everything that waits goes out, and so does what follows.
    pub fn sent(&mut self) -> Vec<Sent> {
        let mut all = Vec::new();
        loop {
            for due in self.office.due_orders(self.now).unwrap() {
                self.office.carry_out_order(&due, "hash", self.now).unwrap();
            }
            let waiting = self.office.outgoing(self.now, 1_000, &[]).unwrap();
            if waiting.is_empty() {
                return all;
            }
            for handover in waiting {
                let id = OutgoingId(u32::try_from(handover.id).unwrap());
                let row = self.office.store.outgoing(id).unwrap().unwrap();
                all.push(Sent { row, mail: Received::read(&handover.message) });
                self.office.handed_over(&[(id, Outcome::Accepted)], self.now).unwrap();
            }
        }
    }

    /// As we sign, but with a clock of one's own.
    pub fn signs(&self, token: &Token) -> String {
        self.office.clerk.signer.sign(token)
    }

    pub fn tickets(&self) -> Vec<Ticket> {
        let listing = Listing { queues: None, which: Which::Every, limit: 1_000 };
        self.office.store.list(&listing).unwrap().into_iter().map(|l| l.ticket).collect()
    }

    pub fn ticket(&self, number: Number) -> Ticket {
        self.office.store.ticket_by_number(number).unwrap().unwrap()
    }

    /// Whether somebody has taken a ticket, closed it, or changed how urgent it is.
    pub fn is_touched(&self, number: Number) -> bool {
        let ticket = self.ticket(number);
        ticket.owner().is_some() || !ticket.is_open() || ticket.priority != 3
    }

    /// All that is kept of a ticket's mails: subject and text.
    pub fn articles(&self, number: Number) -> Vec<(String, String)> {
        let articles = self.office.store.articles(self.ticket(number).id).unwrap();
        articles.into_iter().map(|a| (a.article.subject, a.article.text)).collect()
    }

    /// The lines for the postmaster.
    pub fn lines(&self) -> Vec<String> {
        let kinds = self.office.store.unshown_postmaster_kinds().unwrap();
        kinds.into_iter().map(|kind| kind.kind).collect()
    }

    /// The last mail as it is stored.
    pub fn stored(&self) -> String {
        let connection = rusqlite::Connection::open(&self.config.store.path).unwrap();
        let id: i64 =
            connection.query_row("SELECT max(id) FROM messages", [], |row| row.get(0)).unwrap();
        let raw = self.office.store.raw(postamt::desk::event::MessageRef(id)).unwrap().unwrap();
        String::from_utf8(raw).unwrap()
    }
}

/// The mail of this kind to this agent.
#[track_caller]
pub fn the(sent: Vec<Sent>, event: &str, to: &str) -> Sent {
    let all = words(&sent);
    let to = to.split('@').next().unwrap();
    let mut found =
        sent.into_iter().filter(|s| s.row.event == event && s.row.recipient.local() == to);
    found.next().unwrap_or_else(|| panic!("no {event} to {to} among {all:?}"))
}

/// `event to`, for what went out.
pub fn words(sent: &[Sent]) -> Vec<String> {
    let mut words: Vec<String> =
        sent.iter().map(|s| format!("{} {}", s.row.event, s.row.recipient.local())).collect();
    words.sort();
    words
}

/// An answer to a mail of ours, as its Reply-To wants it.
pub fn answer(to: &Sent, from: &str, text: &str) -> Letter {
    let id = &to.mail.message_id;
    Letter::new(from, &to.mail.reply_to, &format!("Re: {}", to.mail.subject), text)
        .with(&format!("In-Reply-To: {id}"))
        .with(&format!("References: {id}"))
}

/// A new mail to the address of an answer, which answers nothing.
pub fn to_reply_address(to: &Sent, from: &str, text: &str) -> Letter {
    Letter::new(from, &to.mail.reply_to, "Hello", text)
}

/// A click on the link whose first line is this, and one on "send".
#[track_caller]
pub fn click(on: &Sent, from: &str, first_line: &str) -> Letter {
    let link = on.mail.link(first_line);
    Letter::new(from, &link.to, &link.subject, &link.body.replace('\n', "\r\n"))
}

/// The token at the end of a link's subject.
#[track_caller]
pub fn in_subject(on: &Sent, first_line: &str) -> String {
    let subject = on.mail.link(first_line).subject;
    subject.rsplit_once('{').unwrap().1.trim_end_matches('}').to_owned()
}

/// The token in the Message-ID.
pub fn in_message_id(sent: &Sent) -> String {
    let local = sent.mail.message_id.trim_start_matches('<').split('@').next().unwrap();
    local.rsplit_once('.').unwrap().1.to_owned()
}
