//! Applicants, customers, agents, strangers: a name, a mailbox, and a mail client that behaves like one.

use std::cell::RefCell;
use std::collections::HashSet;

use super::mailing::Writing;
use super::office::Office;
use super::received::Received;
use super::settings::FORM;
use crate::support::rig::{Account, wait_for};

pub struct Person<'o> {
    office: &'o Office,
    /// `Jo`: what stands beside the address in their mails.
    pub name: String,
    pub address: String,
    account: Account,
    /// Stands in whatever this person's client quotes, and in the signature: it must not be passed on.
    canary: Option<String>,
    read: RefCell<HashSet<Vec<u8>>>,
}

/// The fields of the web form, as the page names them, in its order.
const FORM_FIELDS: [(&str, &str); 5] = [
    ("name", "Name"),
    ("email", "E-Mail"),
    ("login", "Login"),
    ("language", "Sprache"),
    ("reason", "Begründung"),
];

impl<'o> Person<'o> {
    pub(super) fn new(
        office: &'o Office,
        name: &str,
        account: Account,
        canary: Option<String>,
    ) -> Self {
        let mut letters = name.chars();
        let name = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
        let address = account.address.clone();
        Self { office, name, address, account, canary, read: RefCell::default() }
    }

    /// Fills in the web form. What is not given is filled in like anybody would; an empty field is left out.
    pub fn applies(&self, fields: &[(&str, &str)]) {
        self.office.tell(&format!("{} applies with {fields:?}", self.name));
        let usual = |field: &str| match field {
            "name" => self.name.clone(),
            "email" => self.address.clone(),
            "login" => self.name.to_lowercase(),
            "language" => "English".to_owned(),
            _ => "I write about tides.".to_owned(),
        };
        let mut text = String::new();
        for (field, label) in FORM_FIELDS {
            let given = fields.iter().find(|(name, _)| *name == field);
            let value = given.map_or_else(|| usual(field), |(_, value)| (*value).to_owned());
            if !value.is_empty() {
                text += &format!("{label}: {value}\n");
            }
        }
        let to = self.office.antrag();
        self.office.send(&Writing::new(("Web form", FORM), &to, "Antrag auf ein Konto", &text));
    }

    /// A new mail.
    pub fn writes(&self, to: &str, subject: &str, text: &str) {
        self.sends(self.writing(to, subject, text));
    }

    pub fn writing(&self, to: &str, subject: &str, text: &str) -> Writing {
        Writing::new(
            (&self.name, &self.address),
            to,
            subject,
            &(text.to_owned() + &self.signature()),
        )
    }

    /// An answer, the mail that it answers quoted below.
    pub fn replies(&self, to: &Received, text: &str) {
        self.sends(self.reply(to, text));
    }

    /// The same from another address; the envelope, too.
    pub fn replies_from(&self, address: &str, to: &Received, text: &str) {
        let mut reply = self.reply(to, text);
        reply.from.1 = address.to_owned();
        reply.envelope_sender = Some(address.to_owned());
        self.sends(reply);
    }

    pub fn reply(&self, to: &Received, text: &str) -> Writing {
        let quoted: String = to.text.lines().map(|line| format!("> {line}\n")).collect();
        let canary = self.canary.iter().map(|canary| format!("> {canary} quoted\n"));
        let canary: String = canary.collect();
        let signature = self.signature();
        let text = format!(
            "{text}\n\nOn Tue, 24 Nov 2026 at 07:00, {} wrote:\n{quoted}{canary}{signature}",
            to.from
        );
        let subject = match to.subject.get(..3) {
            Some("Re:") => to.subject.clone(),
            _ => format!("Re: {}", to.subject),
        };
        let mut reply = Writing::new((&self.name, &self.address), &to.reply_to, &subject, &text);
        let references = [&to.references[..], std::slice::from_ref(&to.message_id)].concat();
        reply.headers.push(("In-Reply-To", to.message_id.clone()));
        reply.headers.push(("References", references.join("\r\n ")));
        reply
    }

    /// A click on a link and one on "send": a new mail that answers nothing.
    #[track_caller]
    pub fn clicks(&self, mail: &Received, first_line: &str) {
        let link = mail.link(first_line);
        self.sends(self.writing(&link.to, &link.subject, &link.body));
    }

    pub fn sends(&self, writing: Writing) {
        let title = writing.text.lines().next().unwrap_or_default();
        let (name, to, subject) = (&self.name, &writing.to, &writing.subject);
        self.office.tell(&format!("{name} writes to {to}, {subject}: {title}"));
        self.office.send(&writing);
    }

    /// The next mail of this kind that was not read yet; waits for it.
    #[track_caller]
    pub fn gets(&self, what: &str) -> Received {
        self.office.tell(&format!("{} waits for “{what}”", self.name));
        let waiting = format!("“{what}” for {}", self.name);
        let raw =
            wait_for(&waiting, || self.unread().into_iter().find(|r| Received::read(r).is(what)));
        let mail = Received::read(&raw);
        self.office.tell(&format!("{} has {}", self.name, mail.title()));
        self.read.borrow_mut().insert(raw);
        mail
    }

    /// Whatever lies there, or comes until the office has nothing left to do, is of no more interest.
    pub fn forgets_the_rest(&self) {
        self.office.settles();
        let unread = self.unread();
        self.read.borrow_mut().extend(unread);
    }

    /// The office has done everything it has to do, and there is no further mail. An agent's welcome does not count.
    #[track_caller]
    pub fn gets_nothing_more(&self) {
        self.office.settles();
        let unread = self.unread();
        let left = unread.iter().map(|raw| Received::read(raw)).filter(|mail| !mail.is("welcome"));
        let left: Vec<Received> = left.collect();
        let titles: Vec<String> = left.iter().map(Received::title).collect();
        assert!(left.is_empty(), "{} has mail: {titles:?}\n{}", self.name, left[0].text);
    }

    /// The office has done everything it has to do, and there is no mail of this kind but what was read before.
    #[track_caller]
    pub fn gets_no(&self, what: &str) {
        self.office.settles();
        let mails = self.unread();
        if let Some(mail) = mails.iter().map(|raw| Received::read(raw)).find(|mail| mail.is(what)) {
            panic!("{} has {}\n{}", self.name, mail.title(), mail.text);
        }
    }

    /// Everything that ever came.
    pub fn inbox(&self) -> Vec<Received> {
        self.account.inbox().iter().map(|raw| Received::read(raw)).collect()
    }

    fn unread(&self) -> Vec<Vec<u8>> {
        let read = self.read.borrow();
        self.account.inbox().into_iter().filter(|raw| !read.contains(raw)).collect()
    }

    fn signature(&self) -> String {
        match &self.canary {
            Some(canary) => format!("\n-- \n{}\n{canary} signed\n", self.name),
            None => format!("\n-- \n{}\n", self.name),
        }
    }
}

/// Somebody with a mailbox, as far as a machine behind it needs to know.
pub trait Mailbox {
    fn address(&self) -> &str;
    /// Everything that ever came.
    fn mails(&self) -> Vec<Received>;
    /// A new mail of theirs, signed.
    fn writing(&self, to: &str, subject: &str, text: &str) -> Writing;
    /// The same, unsigned.
    fn bare_writing(&self, to: &str, subject: &str, text: &str) -> Writing;
}

impl Mailbox for Person<'_> {
    fn address(&self) -> &str {
        &self.address
    }
    fn mails(&self) -> Vec<Received> {
        self.inbox()
    }
    fn writing(&self, to: &str, subject: &str, text: &str) -> Writing {
        Person::writing(self, to, subject, text)
    }
    fn bare_writing(&self, to: &str, subject: &str, text: &str) -> Writing {
        Writing::new((&self.name, &self.address), to, subject, text)
    }
}
