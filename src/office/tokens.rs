//! The tokens in a mail: which count, which are used up, which others have seen, and that none is kept in a text.
//!
//! Whether one that counts proves anything is judged in `authority`; what becomes of the mail is up to `proof` and `command`.
//!
//! Whose hands a token fell into says how much is void. A stranger has probably seen the whole thread: all that the agent was written
//! about the ticket. A colleague who works on the same ticket was shown a mail: the tokens of that mail alone, since with their own
//! they may do all of it anyway. That the writer is the colleague is not proven; but whoever is not, and has the token, gains nothing by
//! saying so: what they saw is void either way, and agent and colleague are both told.

use std::collections::BTreeSet;

use mail_builder::headers::Header;
use mail_builder::headers::text::Text;

use super::clerk::{Cause, Clerk, sender};
use super::error::OfficeError;
use super::evidence;
use crate::authority::find::{self, Carrier};
use crate::authority::{Purpose, Recorded, Refusal, Token, What, in_text, seen};
use crate::desk::answer::Answer;
use crate::desk::people::{Agent, AgentId};
use crate::desk::{Decision, Effect, TicketId};
use crate::mail::understood::Understood;
use crate::mail::{Address, Mail, Span, Timestamp};
use crate::store::{OfferId, OutgoingId, OutgoingMail, Tx};

/// An agent's token that somebody else has seen, just now.
pub(super) struct Leak {
    pub agent: AgentId,
    /// None for one that is about no ticket.
    pub ticket: Option<TicketId>,
    seen_with: Vec<Address>,
}

/// Where a token of that second is void already, the next one is issued for the next second; so often at most.
const SHIFTS: i64 = 10;

fn repeats_subject(line: &[u8]) -> bool {
    let name = line.split(|octet| *octet == b':').next().unwrap_or_default().trim_ascii();
    ["Subject", "Thread-Topic"].iter().any(|own| own.as_bytes().eq_ignore_ascii_case(name))
}

/// So often an hour an agent is told that others have seen a token; the next ones are void all the same.
const MOST_TOLD: u32 = 3;

/// More tokens in one mail are somebody's collection: the first ones void all the others of their mails.
const MOST_IN_A_MAIL: usize = 50;

/// What a link of ours has around its token, and what is left of that where a program did not decode it.
const BRACES: &[(&str, &str)] = &[("{", "}"), ("%7B", "%7D"), ("%7b", "%7d")];

/// What is looked through of a mail, from its subject on: the writer's thread waits.
const READ_OCTETS: usize = 400_000;

impl Clerk {
    /// The tokens of ours that stand where they count, in the order of their carriers.
    pub(super) fn carried(&self, mail: &Mail) -> Vec<(String, Token)> {
        let in_addresses = find::in_addresses(mail, &self.rules.queues).into_iter();
        let in_ids = find::in_message_ids(evidence::answered(mail)).into_iter();
        let in_subject = self.spelled_in(&mail.subject).into_iter();
        let all = (in_addresses.map(|text| (Carrier::Address, text)))
            .chain(in_ids.map(|text| (Carrier::MessageId, text)))
            .chain(in_subject.map(|text| (Carrier::Subject, text)));
        all.filter_map(|(carrier, text)| {
            let token = self.signer.verify(&text)?;
            carrier.carries(token.purpose).then_some((text, token))
        })
        .collect()
    }

    /// What came with a mail that is proven, and is good for one use, is used now.
    pub(super) fn use_up(
        &self,
        tx: &Tx<'_>,
        carried: &[(String, Token)],
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        for (text, _) in carried.iter().filter(|(_, token)| token.purpose.is_for_one_use()) {
            tx.void_token(text, now)?;
        }
        Ok(())
    }

    /// A token that is not void yet. After a leak within the very second it is one that a later second would have.
    pub(super) fn fresh_token(
        &self,
        tx: &Tx<'_>,
        token: Token,
        now: Timestamp,
    ) -> Result<String, OfficeError> {
        for shift in 0..SHIFTS {
            let text = self.signer.sign(&Token { issued: now.plus(Span(shift)), ..token });
            if !tx.is_void(&text)? {
                return Ok(text);
            }
        }
        Ok(self.signer.sign(&Token { issued: now.plus(Span(SHIFTS)), ..token }))
    }

    /// Others have the token: it is void, and so is all else they have seen with it. None where it was void before, or nobody's.
    pub(super) fn void_seen(
        &self,
        tx: &Tx<'_>,
        (text, token): (&str, &Token),
        recorded: Recorded,
        refusal: &Refusal,
        mail: &Mail,
        now: Timestamp,
    ) -> Result<Option<Leak>, OfficeError> {
        let Some(agent) = token.agent.and_then(|id| self.rules.agent(id)) else { return Ok(None) };
        if recorded.void {
            return Ok(None);
        }
        tx.void_token(text, now)?;
        let ticket = self.ticket_behind(tx, token, recorded)?;
        let seen_with = match refusal {
            Refusal::SeenByOthers(others) => others.clone(),
            // Somebody who is not who they say.
            Refusal::Disowned => Vec::new(),
            _ => vec![sender(mail).address],
        };
        let seen = self.mails_with(tx, agent, token)?;
        let mut scope: Vec<OutgoingMail> = Vec::new();
        if !self.are_colleagues(tx, &seen_with, agent, ticket)? {
            let about: BTreeSet<TicketId> =
                seen.iter().filter_map(|mail| mail.ticket).chain(ticket).collect();
            for ticket in about {
                scope.extend(tx.mails_to_agent(ticket, agent.id)?);
            }
        }
        let mut seconds = BTreeSet::new();
        for mail in seen.iter().chain(&scope) {
            self.void_mail(tx, agent.id, mail, now)?;
            seconds.insert((mail.ticket, mail.created_at));
            seconds.insert((None, mail.created_at));
        }
        for (ticket, issued) in seconds {
            let (purpose, subject) = match ticket {
                Some(ticket) => (Purpose::Reply, ticket.0),
                None => (Purpose::Standing, 0),
            };
            let token = Token { purpose, agent: Some(agent.id), subject, issued };
            tx.void_token(&self.fresh_token(tx, token, issued)?, now)?;
        }
        // The agent's own address stands in mails about tickets, too: there it is told of.
        let ticket = ticket.or_else(|| seen.iter().find_map(|mail| mail.ticket));
        Ok(Some(Leak { agent: agent.id, ticket, seen_with }))
    }

    /// The mails of ours that a token stood in: the one it names, or those of its second.
    fn mails_with(
        &self,
        tx: &Tx<'_>,
        agent: &Agent,
        token: &Token,
    ) -> Result<Vec<OutgoingMail>, OfficeError> {
        let by_id = match token.purpose {
            Purpose::MessageId | Purpose::Once | Purpose::OnceStanding => true,
            Purpose::Reply | Purpose::Offer | Purpose::Standing | Purpose::Bounce => false,
        };
        if by_id {
            return Ok(tx.outgoing(OutgoingId(token.subject))?.into_iter().collect());
        }
        let (from, to) = (token.issued.minus(Span(SHIFTS)), token.issued);
        let mut mails = Vec::new();
        for mail in tx.mails_to_agent_between(agent.id, from, to)? {
            let fits = match token.purpose {
                Purpose::Reply => mail.ticket == Some(TicketId(token.subject)),
                Purpose::Offer => mail.offer == Some(OfferId(i64::from(token.subject))),
                _ => true,
            };
            // One of an earlier second, if that of its own was void then.
            let own = self.signer.sign(&Token { issued: mail.created_at, ..*token });
            if fits && (mail.created_at == token.issued || tx.is_void(&own)?) {
                mails.push(mail);
            }
        }
        Ok(mails)
    }

    /// The tokens that stand in one mail and in no other.
    fn void_mail(
        &self,
        tx: &Tx<'_>,
        agent: AgentId,
        mail: &OutgoingMail,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        for text in find::in_message_ids([&mail.message_id]) {
            tx.void_token(&text, now)?;
        }
        let issued = mail.created_at;
        let token = |purpose, subject| Token { purpose, agent: Some(agent), subject, issued };
        for purpose in [Purpose::Once, Purpose::OnceStanding] {
            tx.void_token(&self.signer.sign(&token(purpose, mail.id.0)), now)?;
        }
        if let Some(offer) = mail.offer.and_then(|offer| u32::try_from(offer.0).ok()) {
            tx.void_token(&self.signer.sign(&token(Purpose::Offer, offer)), now)?;
        }
        Ok(())
    }

    /// Whether everybody here is an agent who works on the same ticket, or beside one another where there is none.
    fn are_colleagues(
        &self,
        tx: &Tx<'_>,
        who: &[Address],
        agent: &Agent,
        ticket: Option<TicketId>,
    ) -> Result<bool, OfficeError> {
        let ticket = match ticket {
            Some(ticket) => tx.ticket(ticket)?,
            None => None,
        };
        let is_colleague = |address: &Address| {
            self.rules.agent_writing_from(address).is_some_and(|other| match &ticket {
                Some(ticket) => self.may_work_on(other.id, ticket),
                None => other.queues.iter().any(|queue| agent.works_on(queue)),
            })
        };
        Ok(!who.is_empty() && who.iter().all(is_colleague))
    }

    /// Tokens inside of what others wrote or got: in the subject, in the text with all that is quoted, in files that are text.
    pub(super) fn void_inside(
        &self,
        tx: &Tx<'_>,
        understood: &Understood,
        tells: bool,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        let mail = &understood.mail;
        if self.rules.is_own(&sender(mail).address) {
            return Ok(());
        }
        let mut leaks: Vec<Leak> = Vec::new();
        let mut inside: Vec<(String, Token)> = self
            .inside(mail)
            .into_iter()
            .filter_map(|text| self.signer.verify(&text).map(|token| (text, token)))
            .collect();
        // What is about a ticket first: it is told of there, and voids the others of its mail.
        let is_alone =
            |token: &Token| matches!(token.purpose, Purpose::Standing | Purpose::OnceStanding);
        inside.sort_by_key(|(_, token)| is_alone(token));
        for (text, token) in inside {
            let Some(agent) = token.agent.and_then(|id| self.rules.agent(id)) else { continue };
            let by_agent = matches!(mail.from.as_slice(), [one] if agent.writes_from(&one.address));
            let refusal = match seen::by_others(mail, agent, &self.rules) {
                _ if !by_agent => Refusal::ForeignSender,
                Some(others) => Refusal::SeenByOthers(others),
                None => continue,
            };
            let recorded = self.recorded(tx, &text, &token)?;
            leaks.extend(self.void_seen(tx, (&text, &token), recorded, &refusal, mail, now)?);
        }
        // One word for each agent, on the ticket where there is one.
        leaks.sort_by_key(|leak| (leak.agent, leak.ticket.is_none()));
        leaks.dedup_by_key(|leak| leak.agent);
        for leak in leaks.iter().filter(|_| tells) {
            self.tell_of_leak(tx, leak, now)?;
        }
        Ok(())
    }

    fn inside(&self, mail: &Mail) -> Vec<String> {
        let words = [Some(&mail.subject), Some(&mail.text), mail.html.as_ref()];
        let words = words.into_iter().flatten().map(|text| text.as_bytes());
        let is_text = |kind: &str| kind.starts_with("text/") || kind.starts_with("message/");
        let files = mail.attachments.iter().filter(|file| is_text(&file.media_type));
        let files = files.map(|file| file.content.as_slice());
        let mut found: Vec<String> = Vec::new();
        let mut left = READ_OCTETS;
        for octets in words.chain(files) {
            let octets = octets.get(..left).unwrap_or(octets);
            left -= octets.len();
            for token in self.spelled_in(&String::from_utf8_lossy(octets)) {
                if found.len() < MOST_IN_A_MAIL && !found.contains(&token) {
                    found.push(token);
                }
            }
        }
        found
    }

    /// The agent learns that a token of theirs is void, and gets a new one with the same mail.
    pub(super) fn tell_of_leak(
        &self,
        tx: &Tx<'_>,
        leak: &Leak,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        // Whoever passes each of our mails on would pass these on as well.
        let hour = now.minus(Span::hours(1));
        if tx.mails_to_agent_since(leak.agent, "token-void", hour)? >= MOST_TOLD {
            return Ok(());
        }
        let answer = Answer::TokenVoid { seen_with: leak.seen_with.clone() };
        let Some(ticket) = leak.ticket else {
            return self.answer_standing(tx, leak.agent, &answer, None, None, now);
        };
        let Some(ticket) = tx.ticket(ticket)?.filter(|t| self.may_work_on(leak.agent, t)) else {
            return Ok(());
        };
        let effects = vec![Effect::Answer { to: leak.agent, answer, offer: None }];
        let decision = Decision { ticket, effects, history: Vec::new() };
        self.write_down(tx, decision, Cause::default(), now).map(drop)
    }

    pub(super) fn recorded(
        &self,
        tx: &Tx<'_>,
        text: &str,
        token: &Token,
    ) -> Result<Recorded, OfficeError> {
        let about = match token.purpose {
            Purpose::MessageId | Purpose::Once => {
                tx.outgoing(OutgoingId(token.subject))?.map(|mail| {
                    match (mail.offer, mail.ticket) {
                        (Some(offer), _) => {
                            u32::try_from(offer.0).map_or(What::Standing, What::Offer)
                        }
                        (None, Some(ticket)) => What::Ticket(ticket),
                        (None, None) => What::Standing,
                    }
                })
            }
            Purpose::Reply
            | Purpose::Offer
            | Purpose::Bounce
            | Purpose::Standing
            | Purpose::OnceStanding => None,
        };
        Ok(Recorded { void: tx.is_void(text)?, about })
    }

    pub(super) fn ticket_behind(
        &self,
        tx: &Tx<'_>,
        token: &Token,
        recorded: Recorded,
    ) -> Result<Option<TicketId>, OfficeError> {
        match token.on(recorded) {
            Some(What::Ticket(ticket)) => Ok(Some(ticket)),
            Some(What::Offer(offer)) => {
                Ok(tx.offer(OfferId(i64::from(offer)))?.and_then(|o| o.ticket))
            }
            Some(What::Standing) | None => Ok(None),
        }
    }

    /// The tokens of ours in a text, as they are written: in lower case, in one piece.
    fn spelled_in(&self, text: &str) -> Vec<String> {
        let places = find::anywhere(text, |word| self.signer.verify(word).is_some());
        let spelled = places.into_iter().filter_map(|place| text.get(place));
        let plain = |c: &char| c.is_ascii_alphanumeric();
        spelled.map(|s| s.chars().filter(plain).collect::<String>().to_ascii_lowercase()).collect()
    }

    /// The text without any token of ours, and without the separator that made it a subaddress; None where there is none in it.
    pub(super) fn without_tokens(&self, text: &str) -> Option<String> {
        let left = self.without_whole_tokens(text);
        // Those that a mail program broke over lines.
        let rest = left.as_deref().unwrap_or(text);
        let broken = in_text::tokens(&self.signer, rest);
        match broken.is_empty() {
            true => left,
            false => Some(in_text::replaced(rest, &broken, "…")),
        }
    }

    fn without_whole_tokens(&self, text: &str) -> Option<String> {
        let places = find::anywhere(text, |word| self.signer.verify(word).is_some());
        if places.is_empty() {
            return None;
        }
        let mut left = String::with_capacity(text.len());
        let mut from = 0;
        for place in places {
            let (before, after) = (text.get(from..place.start)?, text.get(place.end..)?);
            let separators = self.rules.queues.iter().map(|q| q.subaddress.as_str());
            let bare = separators
                .filter(|separator| !separator.is_empty() && after.starts_with('@'))
                .find_map(|separator| before.strip_suffix(separator));
            left.push_str(bare.unwrap_or(before));
            if bare.is_none() {
                left.push('…');
            }
            from = place.end;
        }
        left.push_str(text.get(from..)?);
        Some(left)
    }

    /// The mail as it is stored: without a token in its subject, and in the copy of it that some programs add. None where there is none.
    pub(super) fn without_subject_token(&self, raw: &[u8], mail: &Mail) -> Option<Vec<u8>> {
        let bare = self.bare_subject(&mail.subject)?;
        let header = raw.trim_ascii_start();
        // Without line feeds it would have to be read in another way, and no program that opens our links writes so.
        if !header.contains(&b'\n') {
            return None;
        }
        let mut kept = Vec::with_capacity(raw.len());
        kept.extend_from_slice(b"Subject: ");
        Text::new(bare).write_header(&mut kept, "Subject: ".len());
        let (mut in_header, mut dropped) = (true, false);
        for line in header.split_inclusive(|octet| *octet == b'\n') {
            if in_header {
                let goes_on = line.starts_with(b" ") || line.starts_with(b"\t");
                dropped = if goes_on { dropped } else { repeats_subject(line) };
                in_header = goes_on || !line.trim_ascii().is_empty();
            }
            if !(in_header && dropped) {
                kept.extend_from_slice(line);
            }
        }
        Some(kept)
    }

    /// A subject as it is stored and shown: without the token that a link of ours put at its end, and the braces around it. None where
    /// there is none in it.
    pub(super) fn bare_subject(&self, subject: &str) -> Option<String> {
        let mut places = find::anywhere(subject, |word| self.signer.verify(word).is_some());
        places.extend(find::confirmation_in_subject(subject).map(|(place, _)| place));
        places.sort_by_key(|place| place.start);
        let mut left = String::new();
        let mut from = 0;
        for place in &places {
            let before = subject.get(from..place.start).unwrap_or_default().trim_end();
            left.push_str(
                BRACES
                    .iter()
                    .find_map(|(open, _)| before.strip_suffix(open))
                    .unwrap_or(before)
                    .trim_end(),
            );
            let after = subject.get(place.end..).unwrap_or_default();
            let behind =
                BRACES.iter().find_map(|(_, close)| after.trim_start().strip_prefix(close));
            from = subject.len() - behind.unwrap_or(after).len();
        }
        left.push_str(subject.get(from..).unwrap_or_default());
        (!places.is_empty()).then(|| left.trim().to_owned())
    }
}
