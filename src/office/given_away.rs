//! What an agent's mail would give away to the customer, looked for in all that is about to go out: tokens of ours, lines of our own
//! notifications, agents' addresses, internal notes, in the text and in files.
//!
//! What is found cannot be told apart from what the agent meant to say: the mail is held, and the agent reads what is in it. Files are
//! made harmless where that is certain: names lose addresses, an attached mail becomes its text, a mail of ours stays behind. What it cannot see: what stands inside
//! of packed files, most PDFs among them.

use regex::bytes::Regex;

use super::clerk::Clerk;
use super::error::OfficeError;
use super::guarded::Guarded;
use crate::accounts::strike;
use crate::desk::answer::{Answer, Inside, Leak, LeftBehind, Withheld};
use crate::desk::effect::{Effect, Keep, Letter, Offer, What as Happened, Who};
use crate::desk::event::{Manner, MessageRef};
use crate::desk::people::AgentId;
use crate::desk::{Decision, HistoryLine, Ticket};
use crate::letters::{OutAttachment, text_as_read};
use crate::mail::file_name::safe_name;
use crate::mail::{Mail, Timestamp, marker, parse};
use crate::store::Tx;

/// What mail programs add by themselves: signatures with their certificates, keys, cards, and reports with headers in them.
const PRIVATE: &[&str] = &[
    "application/pkcs7-",
    "application/x-pkcs7-",
    "application/pgp-",
    "application/ms-tnef",
    "text/vcard",
    "text/x-vcard",
    "text/directory",
    "text/rfc822-headers",
    "message/",
];

/// A mail inside of the mail: only its text goes out.
const MAILS: &[&str] = &["message/rfc822", "message/global"];

/// The agent is told of so many; one is enough to hold a mail.
const MOST_LEAKS: usize = 5;

/// Shorter words of our own mails are a sign only where there are more of them.
const SURE: usize = 40;

/// What is shown of what was found.
const LONGEST_WORDS: usize = 120;

/// Files longer than this are no texts that somebody copied a note into.
const LONGEST_TEXT_FILE: usize = 1_000_000;

impl Clerk {
    /// What would leave the house with this decision, and should not. `had_token`: one of ours was taken out of the text already.
    pub(super) fn leaks_in(
        &self,
        tx: &Tx<'_>,
        decision: &Decision,
        message: MessageRef,
        had_token: bool,
    ) -> Result<Vec<Leak>, OfficeError> {
        // Whichever letter they stand in, they are the same words.
        let leaving = decision.effects.iter().find_map(|effect| match effect {
            Effect::Write {
                letter:
                    Letter::Reply { text, .. }
                    | Letter::Verification { text, .. }
                    | Letter::Question { text, .. },
                ..
            } => Some(text),
            _ => None,
        });
        let Some(text) = leaving else { return Ok(Vec::new()) };
        let look = self.look_for(tx, &decision.ticket, message, text)?;
        let mut leaks = Vec::new();
        if had_token {
            leaks.push(Leak { what: Inside::Token, words: String::new(), file: None });
        }
        self.look_into(&look, text, None, &mut leaks);
        for file in self.files_for_customer(tx, message)? {
            let name = Some(file.name.as_str());
            if let Some(words) = look.address_in(&file.content) {
                leaks.push(leak(Inside::AgentsAddress, &words, name));
            } else if is_text(&file) && file.content.len() <= LONGEST_TEXT_FILE {
                self.look_into(&look, &String::from_utf8_lossy(&file.content), name, &mut leaks);
            }
        }
        // A file with a token in it never goes; who attached it should know.
        for file in self.attachments_of(tx, Some(message))? {
            if !is_mail(&file) && self.holds_token(&file) {
                leaks.push(leak(Inside::Token, "", Some(&file.name)));
            }
        }
        leaks.truncate(MOST_LEAKS);
        Ok(leaks)
    }

    /// Nothing was done: the agent is asked, and told what was found.
    #[expect(
        clippy::too_many_arguments,
        reason = "what a held mail is made of; a struct of them would be used once"
    )]
    pub(super) fn hold(
        &self,
        tx: &Tx<'_>,
        ticket: Ticket,
        agent: AgentId,
        message: MessageRef,
        manner: Manner,
        leaks: Vec<Leak>,
        text: String,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        let offer = Offer { message, manner: manner.seen(), keep: Keep::Fortnight };
        let answer = Answer::Leak { leaks, text };
        let decision = Decision {
            ticket,
            effects: vec![Effect::Answer { to: agent, answer, offer: Some(offer) }],
            history: vec![HistoryLine { who: Who::Agent(agent), what: Happened::Refused }],
        };
        self.write_down(tx, decision, message.into(), now).map(drop)
    }

    fn look_into(&self, look: &Look, text: &str, file: Option<&str>, leaks: &mut Vec<Leak>) {
        let read = text_as_read(text);
        let link = || look.links.iter().find(|link| read.contains(link.as_str()));
        if let Some(line) = marker::line_in(text) {
            leaks.push(leak(Inside::OurMail, line, file));
        } else if let Some(words) = self.own_words_in(&read).or_else(link) {
            leaks.push(leak(Inside::OurMail, words, file));
        }
        if let Some(address) = look.address_in(text.as_bytes()) {
            leaks.push(leak(Inside::AgentsAddress, &address, file));
        }
        if let Some(line) = look.notes.found_in(&read) {
            leaks.push(leak(Inside::InternalNote, line, file));
        }
    }

    /// Words of our own mails: long ones, or several. A short one an agent may well have written.
    fn own_words_in(&self, read: &str) -> Option<&String> {
        let known = self.letters.own_words();
        let found: Vec<&String> =
            known.iter().filter(|words| read.contains(words.as_str())).take(2).collect();
        match found.as_slice() {
            [one] if one.chars().count() < SURE => None,
            found => found.first().copied(),
        }
    }

    fn look_for(
        &self,
        tx: &Tx<'_>,
        ticket: &Ticket,
        message: MessageRef,
        text: &str,
    ) -> Result<Look, OfficeError> {
        let links = self.rules.queues.iter().map(|q| format!("mailto:{}?", q.address.key()));
        Ok(Look {
            addresses: self.agents_addresses(ticket),
            links: links.collect(),
            notes: Guarded::on(tx, ticket.id, message, &text_as_read(text))?,
        })
    }

    /// Every address that an agent writes from, but for those of the house and of the customer.
    fn agents_addresses(&self, ticket: &Ticket) -> Option<Regex> {
        let theirs = ticket.customer.as_ref().map(|customer| &customer.address);
        let known = self.rules.agents.iter().flat_map(|agent| &agent.addresses);
        let secret = known.filter(|a| !self.rules.is_own(a) && Some(*a) != theirs);
        let patterns: Vec<String> =
            secret.map(|a| regex::escape(&a.key()).replace('@', "(?:@|%40)")).collect();
        if patterns.is_empty() {
            return None;
        }
        Regex::new(&format!(r"(?i)({})", patterns.join("|"))).ok()
    }

    /// The files of an agent's mail as a customer may have them.
    pub(super) fn files_for_customer(
        &self,
        tx: &Tx<'_>,
        message: MessageRef,
    ) -> Result<Vec<OutAttachment>, OfficeError> {
        let files = self.attachments_of(tx, Some(message))?;
        Ok(files.into_iter().filter_map(|file| self.for_customer(file).ok()).collect())
    }

    /// Not passed on at all is what mail programs add by themselves, our own mails, and what holds a token of ours.
    pub(super) fn for_customer(&self, file: OutAttachment) -> Result<OutAttachment, LeftBehind> {
        let left = |why| Err(LeftBehind { name: file.name.clone(), why });
        let name = self.name_for_customer(&file.name, &file.media_type);
        if is_mail(&file) {
            let Ok(mail) = parse(&file.content, &self.limits) else {
                return left(Withheld::TooLarge);
            };
            // A notification that a mail program enclosed: nobody meant it for the customer.
            let is_ours =
                mail.headers.iter().any(|(h, _)| h.eq_ignore_ascii_case("X-Postamt-Event"))
                    || self.holds_token(&file)
                    || marker::line_in(&mail.text).is_some();
            if is_ours {
                return left(Withheld::OurMail);
            }
            let text = strike(&self.mail_as_text(&mail));
            let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
            return Ok(OutAttachment {
                name: format!("{stem}.txt"),
                media_type: "text/plain".to_owned(),
                content: text.into_bytes(),
            });
        }
        let is_private = PRIVATE.iter().any(|private| file.media_type.starts_with(private));
        if is_private {
            return left(Withheld::Private);
        }
        if self.holds_token(&file) {
            return left(Withheld::Token);
        }
        Ok(OutAttachment { name, ..file })
    }

    fn holds_token(&self, file: &OutAttachment) -> bool {
        self.without_tokens(&String::from_utf8_lossy(&file.content)).is_some()
    }

    /// A mail that was attached, as anybody may read it: of its header who wrote to whom, when and about what, agents without their
    /// addresses; then its text. Neither the rest of the header nor its files.
    fn mail_as_text(&self, mail: &Mail) -> String {
        let people = |named: &[crate::mail::Named]| {
            let shown = named.iter().map(|who| {
                let is_agents = self.rules.agents.iter().any(|a| a.writes_from(&who.address));
                match (is_agents, who.name.is_empty()) {
                    (true, true) => "…".to_owned(),
                    (true, false) => who.name.clone(),
                    (false, true) => who.address.to_string(),
                    (false, false) => format!("{} <{}>", who.name, who.address),
                }
            });
            shown.collect::<Vec<_>>().join(", ")
        };
        let zone = self.rules.zone;
        let date = mail.date.map(|at| at.utc().with_timezone(&zone).to_rfc2822());
        let header = [
            ("From", people(&mail.from)),
            ("To", people(&mail.to)),
            ("Subject", mail.subject.clone()),
            ("Date", date.unwrap_or_default()),
        ];
        let lines = header.iter().filter(|(_, value)| !value.is_empty());
        let header: String = lines.map(|(name, value)| format!("{name}: {value}\n")).collect();
        format!("{header}\n{}\n", mail.text.trim_end()).replace('\n', "\r\n")
    }

    /// A file's name, without the tokens and agents' addresses in it.
    pub(super) fn name_for_customer(&self, name: &str, media_type: &str) -> String {
        let mut left = self.without_tokens(name).unwrap_or_else(|| name.to_owned());
        for address in self.rules.agents.iter().flat_map(|agent| &agent.addresses) {
            let key = address.key();
            while let Some(at) = left.to_lowercase().find(&key)
                && left.is_char_boundary(at)
                && left.is_char_boundary(at + key.len())
            {
                left.replace_range(at..at + key.len(), "");
            }
        }
        if left == name {
            left
        } else {
            safe_name(Some(left.trim_matches([' ', '-', '_'])), media_type)
        }
    }
}

/// What is looked for on this ticket.
struct Look {
    addresses: Option<Regex>,
    /// Links to our own addresses, as every notification has them.
    links: Vec<String>,
    notes: Guarded,
}

impl Look {
    fn address_in(&self, octets: &[u8]) -> Option<String> {
        let found = self.addresses.as_ref()?.captures(octets)?.get(1)?;
        Some(String::from_utf8_lossy(found.as_bytes()).into_owned())
    }
}

fn is_mail(file: &OutAttachment) -> bool {
    MAILS.contains(&file.media_type.as_str())
}

fn is_text(file: &OutAttachment) -> bool {
    file.media_type.starts_with("text/") || file.media_type.ends_with("json")
}

fn leak(what: Inside, words: &str, file: Option<&str>) -> Leak {
    let words: String = words.chars().take(LONGEST_WORDS).collect();
    Leak { what, words, file: file.map(str::to_owned) }
}
