//! What goes in circles ends here, after a number of mails that `docs/loops.md` says, and the postmaster reads of it.
//!
//! Three signs: a mail of ours that comes back; somebody who was written to and answers where only bounces go; and a writer who
//! says the same again, or too much in too short a time. All of them are in the store: a restart begins nothing anew.

use super::admission::is_let_in;
use super::clerk::{Clerk, sender};
use super::error::OfficeError;
use super::evidence;
use super::reports;
use crate::authority::{Purpose, find, token};
use crate::config::Role;
use crate::desk::answer::Answer;
use crate::desk::effect::{Effect, Keep, Offer, What, Who};
use crate::desk::event::{LetterKind, Manner, MessageRef};
use crate::desk::note::{Circle, Note};
use crate::desk::people::AgentId;
use crate::desk::routing::Standing;
use crate::desk::{Decision, Event, HistoryLine, Number, Ticket, TicketId, subject_tag};
use crate::log;
use crate::mail::marker;
use crate::mail::understood::Understood;
use crate::mail::words::{has_words, words_hash};
use crate::mail::{Address, Class, Mail, Span, Timestamp};
use crate::store::{OutgoingId, Saying, Tx};

/// A mail that passed through more servers goes round (RFC 5321 section 6.3; servers refuse it at 50 or 100).
const MOST_HOPS: usize = 40;

/// So many mails of one writer come to a ticket in an hour before nobody is told of the next: of somebody who is no
/// participant, of the customer, of an agent.
const MOST_OF_STRANGER: u32 = 5;
const MOST_OF_CUSTOMER: u32 = 20;
const MOST_OF_AGENT: u32 = 20;
/// The same, where it commands.
const MOST_COMMANDS: u32 = 60;

/// The same words of an agent on as many tickets in as short a time were written by a machine.
const MOST_ALIKE: u32 = 20;
const ALIKE_WITHIN: Span = Span::minutes(10);

/// Who wrote the same so often before is not acknowledged: the period, and how often in it.
const SAME_WORDS: [(Span, u32); 2] = [(Span::days(1), 1), (Span::days(30), 3)];
const SAME_SUBJECT_WITHIN: Span = Span::hours(1);

/// So often an hour an agent is asked whether the same words were meant.
const MOST_ASKED: u32 = 3;
/// What is shown of them, in characters.
const SHOWN_AGAIN: usize = 2_000;

/// A machine's report that says the same so often in an hour opens no further ticket.
const MOST_REPORTS: u32 = 3;

/// Names of mailboxes that nobody reads (RFC 3834 section 2, and what systems use today).
const NOBODYS: &[&str] = &[
    "mailer-daemon",
    "mailerdaemon",
    "noreply",
    "no-reply",
    "no_reply",
    "donotreply",
    "do-not-reply",
    "do_not_reply",
    "bounce",
    "bounces",
    "listserv",
    "majordomo",
    "mailman",
    "autoresponder",
    "auto-reply",
    "autoreply",
];

impl Clerk {
    /// The one place where the postmaster is told of a loop.
    pub(super) fn note_loop(
        &self,
        tx: &Tx<'_>,
        how: Circle,
        who: &Address,
        ticket: Option<Number>,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        let on = ticket.map(|number| format!(" {number}")).unwrap_or_default();
        log::loop_ended(&format!("{}{on} <{who}>", how.word()));
        self.tell_postmaster(tx, &Note::Loop { how, with: who.clone() }, who, now)
    }

    /// A line about somebody's mail; of what comes from the postmaster's own mailbox the log tells, as the line would be news
    /// in the next mail to it, for ever.
    pub(super) fn tell_postmaster(
        &self,
        tx: &Tx<'_>,
        note: &Note,
        who: &Address,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        if self.rules.postmaster == *who {
            log::not_told(&format!("{} <{who}>", note.word()));
            return Ok(());
        }
        Ok(tx.add_postmaster_line(now, note)?)
    }

    /// Whether a mail is one that has gone round. Then all is done for it: nothing is answered and nobody told but the postmaster.
    pub(super) fn went_round(
        &self,
        tx: &Tx<'_>,
        message: MessageRef,
        understood: &Understood,
        role: &Role,
        now: Timestamp,
    ) -> Result<bool, OfficeError> {
        let mail = &understood.mail;
        let from = sender(mail).address;
        if matches!(understood.classified.class, Class::Bounce | Class::Unparsable) {
            return Ok(false);
        }
        if let Some(id) = &mail.message_id
            && let Some(ours) = tx.outgoing_by_message_id(id)?
        {
            let ticket = ours.ticket.map(|id| tx.ticket(id)).transpose()?.flatten();
            match ours.kind {
                // As above: the next report would tell of this one.
                LetterKind::Report => log::not_told(Circle::CameBack.word()),
                _ => self.note_loop(tx, Circle::CameBack, &from, ticket.map(|t| t.number), now)?,
            }
            return Ok(true);
        }
        if mail.headers_named("Received").count() > MOST_HOPS {
            self.note_loop(tx, Circle::ManyHops, &from, None, now)?;
            return Ok(true);
        }
        if let Some(ticket) = self.answered_at_envelope(tx, understood, &from)? {
            let is_agents = self.rules.agent_writing_from(&from).is_some();
            // Human mail in a bounces mailbox is the postmaster's, as it is.
            if matches!(role, Role::Bounces { .. }) && !is_agents {
                return Ok(false);
            }
            let ticket = ticket.map(|id| tx.ticket(id)).transpose()?.flatten();
            let number = ticket.as_ref().map(|ticket| ticket.number);
            self.note_loop(tx, Circle::AnswersEnvelope, &from, number, now)?;
            if let Some(ticket) = ticket.filter(|_| !is_agents)
                && !self.holds_automatic(tx, message, understood, &ticket, now)?
            {
                self.only_attached(tx, message, understood, ticket, now)?;
            }
            return Ok(true);
        }
        if understood.classified.class != Class::Report {
            return Ok(false);
        }
        // An agent's mail server that reports each notification would get another one for it.
        let why = match self.rules.agent_writing_from(&from) {
            Some(_) => Some(Circle::AgentsMachine),
            None => self.is_repeated_report(tx, mail, now)?.then_some(Circle::SameReport),
        };
        if let Some(why) = why {
            self.note_loop(tx, why, &from, None, now)?;
        }
        Ok(why.is_some())
    }

    /// The ticket of the mail that somebody answers at its signed envelope address, where no person writes to. Only who had that
    /// mail is looked at: anybody else may be a server whose report nobody understood.
    fn answered_at_envelope(
        &self,
        tx: &Tx<'_>,
        understood: &Understood,
        from: &Address,
    ) -> Result<Option<Option<TicketId>>, OfficeError> {
        if !matches!(understood.classified.class, Class::Human | Class::Report) {
            return Ok(None);
        }
        for text in find::in_addresses(&understood.mail, &self.rules.queues) {
            let Some(token) = self.signer.verify(&text).filter(|t| t.purpose == Purpose::Bounce)
            else {
                continue;
            };
            let Some(ours) = tx.outgoing(OutgoingId(token.subject))? else { continue };
            let agent = ours.agent.and_then(|id| self.rules.agent(id));
            if ours.recipient == *from || agent.is_some_and(|agent| agent.writes_from(from)) {
                return Ok(Some(ours.ticket));
            }
        }
        Ok(None)
    }

    /// Whether all that a mail of no agent has to say is a mail of ours, passed on by itself. Who answers a mail that they got
    /// themselves passes nothing on, however little they write.
    pub(super) fn only_passes_ours_on(
        &self,
        tx: &Tx<'_>,
        understood: &Understood,
        now: Timestamp,
    ) -> Result<bool, OfficeError> {
        let mail = &understood.mail;
        let is_mail = |kind: &str| kind.starts_with("message/");
        if has_words(&understood.new_text.text)
            || mail.attachments.iter().any(|file| !is_mail(&file.media_type))
        {
            return Ok(false);
        }
        let html = mail.html.as_deref().unwrap_or_default();
        let ours = marker::stands_below(&mail.text)
            || self.names_agents_token(&mail.text)
            || self.names_agents_token(html)
            || mail
                .attachments
                .iter()
                .any(|file| self.names_agents_token(&String::from_utf8_lossy(&file.content)));
        let from = sender(mail).address;
        let answers = self.evidence(tx, mail, now)?.answers_ours;
        Ok(ours && answers.is_none_or(|answered| answered.sent_to != from))
    }

    fn names_agents_token(&self, text: &str) -> bool {
        text.split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|word| word.len() == token::LENGTH)
            .any(|word| self.signer.verify(word).is_some_and(|token| token.agent.is_some()))
    }

    /// Whether so much came from this writer to this ticket within the hour, this mail counted, that nobody is told of it. Then it
    /// is kept with the ticket.
    pub(super) fn is_too_much(
        &self,
        tx: &Tx<'_>,
        message: MessageRef,
        understood: &Understood,
        ticket: &Ticket,
        standing: Standing,
        now: Timestamp,
    ) -> Result<bool, OfficeError> {
        let most = match standing {
            // Each answers a mail of ours to them, of which there are only so many; and whoever writes a lot in somebody's name must
            // not drown their yes.
            Standing::Customer(proof) if proof.is_proven() => return Ok(false),
            Standing::Customer(_) => MOST_OF_CUSTOMER,
            Standing::ThirdParty => MOST_OF_STRANGER,
        };
        let from = sender(&understood.mail).address;
        if !over(tx, ticket.id, &from, most, now)? {
            return Ok(false);
        }
        self.note_loop(tx, Circle::TooMany, &from, Some(ticket.number), now)?;
        self.only_attached(tx, message, understood, ticket.clone(), now)?;
        Ok(true)
    }

    /// Kept with its ticket, and nothing more.
    pub(super) fn only_attached(
        &self,
        tx: &Tx<'_>,
        message: MessageRef,
        understood: &Understood,
        ticket: Ticket,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        tx.set_message_ticket(message, ticket.id)?;
        let text = &understood.new_text.text;
        let text = if text.trim().is_empty() { &understood.mail.text } else { text };
        let text = self.without_tokens(text).unwrap_or_else(|| text.clone());
        let incoming = self.incoming(message, &understood.mail, &text);
        self.decide(tx, ticket, &Event::AutomaticCame(incoming), message.into(), now).map(drop)
    }

    /// Whether an agent said the same on this ticket before, or has written more than a person does: then it is not carried out by itself.
    pub(super) fn said_before(
        &self,
        tx: &Tx<'_>,
        understood: &Understood,
        agent: AgentId,
        ticket: TicketId,
        is_command: bool,
        now: Timestamp,
    ) -> Result<bool, OfficeError> {
        // Machines command nothing; people do, the same again and again.
        let most = if is_command { MOST_COMMANDS } else { MOST_OF_AGENT };
        // Only what is proven counts: whoever writes in the agent's name must not silence the agent.
        let first = tx.last_proven_but(ticket, agent, most)?;
        if first.is_some_and(|at| at > now.minus(Span::hours(1))) {
            return Ok(true);
        }
        if is_command {
            return Ok(false);
        }
        let key = format!("agent {}", agent.0);
        let words = words_hash(&understood.new_text.text);
        let subject = self.subject_hash(&understood.mail);
        let saying = Saying { sender_key: &key, words: &words, subject: &subject };
        let before = tx.said_on_ticket_since(&saying, ticket, now.minus(Span::days(1)))?;
        let everywhere = tx.said_since(&saying, now.minus(ALIKE_WITHIN))?;
        tx.add_saying(&saying, Some(ticket), now)?;
        Ok(before || everywhere >= MOST_ALIKE)
    }

    /// The agent is asked whether a machine said it, at most a few times an hour: who answers that by itself says the same again.
    pub(super) fn asks_whether_meant(
        &self,
        tx: &Tx<'_>,
        message: MessageRef,
        understood: &Understood,
        agent: AgentId,
        ticket: Ticket,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        let hour = now.minus(Span::hours(1));
        if !is_let_in(tx, message)?
            && tx.mails_to_agent_since(agent, "repeated", hour)? >= MOST_ASKED
        {
            let from = sender(&understood.mail).address;
            self.note_loop(tx, Circle::SameAnswer, &from, Some(ticket.number), now)?;
            return self.hold_unasked(tx, message, understood, &ticket.queue, now);
        }
        let text = &understood.new_text.text;
        let text = self.without_tokens(text).unwrap_or_else(|| text.clone());
        let answer = Answer::Repeated { text: text.chars().take(SHOWN_AGAIN).collect() };
        let offer = Some(Offer { message, manner: Manner::Plain, keep: Keep::Day });
        let decision = Decision {
            ticket,
            effects: vec![Effect::Answer { to: agent, answer, offer }],
            history: vec![HistoryLine { who: Who::System, what: What::Refused }],
        };
        self.write_down(tx, decision, message.into(), now).map(drop)
    }

    /// Whether who opens a ticket is to be answered: no mailbox that nobody reads, no list that writes in its own name, nobody of
    /// the house who answers a report of ours, and nobody who wrote the same a moment ago. Notes what was said.
    pub(super) fn opening_is_answered(
        &self,
        tx: &Tx<'_>,
        understood: &Understood,
        goes_on: bool,
        now: Timestamp,
    ) -> Result<bool, OfficeError> {
        let mail = &understood.mail;
        let new = &understood.new_text.text;
        let text = if has_words(new) { new } else { &mail.text };
        let from = sender(mail).address;
        let key = from.key();
        let (words, subject) = (words_hash(text), self.subject_hash(mail));
        let saying = Saying { sender_key: &key, words: &words, subject: &subject };
        // What goes on from an old ticket has its subject, and no subject is none.
        let mut repeated = !goes_on
            && !mail.subject.trim().is_empty()
            && tx.opened_with_subject_since(&saying, now.minus(SAME_SUBJECT_WITHIN))? > 0;
        for (within, times) in SAME_WORDS {
            repeated |= has_words(text) && tx.said_since(&saying, now.minus(within))? >= times;
        }
        tx.add_saying(&saying, None, now)?;
        let mut is_answer_of_house = false;
        for id in evidence::answered(mail).take_while(|_| self.is_house(&from)) {
            is_answer_of_house |= tx.outgoing_by_message_id(id)?.is_some();
        }
        let why = [
            (repeated, Circle::SameWords),
            (is_nobodys(&from), Circle::NobodyReads),
            (self.is_to_itself(mail, &from), Circle::List),
            (is_answer_of_house, Circle::House),
        ];
        let Some((_, why)) = why.iter().find(|(applies, _)| *applies) else { return Ok(true) };
        self.note_loop(tx, *why, &from, None, now)?;
        Ok(false)
    }

    /// Who writes to themselves, and not to us: a list or an alias that puts its own address into From.
    fn is_to_itself(&self, mail: &Mail, from: &Address) -> bool {
        let mut named = mail.to.iter().chain(&mail.cc).map(|named| &named.address);
        named.clone().any(|address| address == from)
            && !named.any(|address| self.rules.is_own(address))
    }

    fn is_repeated_report(
        &self,
        tx: &Tx<'_>,
        mail: &Mail,
        now: Timestamp,
    ) -> Result<bool, OfficeError> {
        let key = format!("report {}", sender(mail).address.key());
        let (words, subject) =
            (words_hash(&spelled(&reports::text(mail))), self.subject_hash(mail));
        let saying = Saying { sender_key: &key, words: &words, subject: &subject };
        let hour = now.minus(Span::hours(1));
        let before =
            tx.said_since(&saying, hour)?.min(tx.opened_with_subject_since(&saying, hour)?);
        tx.add_saying(&saying, None, now)?;
        Ok(before >= MOST_REPORTS)
    }

    /// The postmaster's or an admin's: mail of ours to them is about what went wrong.
    fn is_house(&self, address: &Address) -> bool {
        self.rules.postmaster == *address || self.rules.admins.contains(address)
    }

    fn subject_hash(&self, mail: &Mail) -> [u8; 32] {
        words_hash(&spelled(&subject_tag::bare(&mail.subject, &self.rules.hook)))
    }
}

/// The numbers in a subject or a report are what it is about; only those of tickets, which change with every one, are left out.
fn spelled(text: &str) -> String {
    let is_ticket = |word: &str| word.len() >= 16 && word.bytes().all(|b| b.is_ascii_digit());
    let spell = |c: char| c.to_digit(10).and_then(|d| char::from_digit(d + 20, 36)).unwrap_or(c);
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !is_ticket(word))
        .map(|word| word.chars().map(spell).collect::<String>())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Whether more than `most` mails of this writer came to this ticket within the hour, this one counted.
fn over(
    tx: &Tx<'_>,
    ticket: TicketId,
    from: &Address,
    most: u32,
    now: Timestamp,
) -> Result<bool, OfficeError> {
    let first = tx.last_but(ticket, &from.key(), most)?;
    Ok(first.is_some_and(|at| at > now.minus(Span::hours(1))))
}

fn is_nobodys(address: &Address) -> bool {
    let local = address.local().to_ascii_lowercase();
    let name = local.split('+').next().unwrap_or_default();
    NOBODYS.contains(&name)
        || name.starts_with("owner-")
        || name.ends_with("-owner")
        || name.ends_with("-request")
        || name.ends_with("-bounces")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_a_word_unless_it_is_a_tickets() {
        for (one, other, same) in [
            ("Order 4711", "Order 4712", false),
            ("ALERT 1 of 3 on db1", "ALERT 2 of 3 on db1", false),
            ("New mail: [Ticket#2026112400000013]", "New mail: [Ticket#2026112400000021]", true),
        ] {
            let is_same = words_hash(&spelled(one)) == words_hash(&spelled(other));
            assert_eq!(is_same, same, "{one}, {other}");
        }
    }

    #[test]
    fn a_mailbox_that_nobody_reads_is_known_by_its_name() {
        for nobodys in [
            "MAILER-DAEMON@example.net",
            "no-reply@example.net",
            "noreply+4711@example.net",
            "owner-news@example.net",
            "news-request@example.net",
            "news-bounces@example.net",
        ] {
            assert!(is_nobodys(&Address::parse(nobodys).unwrap()), "{nobodys}");
        }
        for read in ["jo@example.net", "postmaster@example.net", "reply@example.net"] {
            assert!(!is_nobodys(&Address::parse(read).unwrap()), "{read}");
        }
    }
}
