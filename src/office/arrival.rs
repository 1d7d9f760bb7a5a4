//! One mail from the mailbox to the decision: seen before? what is it? whose is it? Each question is a function below.

use super::clerk::{Clerk, sender};
use super::error::OfficeError;
use super::reports;
use super::sorting::Sorted;
use crate::authority::Checked;
use crate::config::{Config, Role};
use crate::desk::consent::{self, Consent, Doubt};
use crate::desk::event::{CustomerMail, LetterKind, MessageRef, Opening, Origin};
use crate::desk::note::Note;
use crate::desk::routing::{self, Evidence, FollowUp, Standing};
use crate::desk::rules::Queue;
use crate::desk::{Event, Ticket, TicketId, command_line};
use crate::intake::{Disposal, SourceKey};
use crate::mail::understood::{Understood, understand};
use crate::mail::{Class, EnvelopeSender, Span, Timestamp};
use crate::store::{MessageState, NewMessage, Tx};

/// A mail as it was fetched and, off the writer's thread, understood.
pub struct Arrival {
    pub mailbox: String,
    pub role: Role,
    pub key: SourceKey,
    pub received_at: Timestamp,
    pub raw: Vec<u8>,
    /// Or why it could not be read: over a limit, mostly.
    pub understood: Result<Understood, String>,
    /// What is kept of it instead, where a password came back in it: `struck`, found off the writer's thread, too.
    pub struck: Option<Vec<u8>>,
    /// What was found out about it on the way.
    pub checked: Checked,
    /// Lay in the mailbox before we first looked: nobody is answered for it.
    pub is_old: bool,
}

/// What stands for the content of a mail nobody could read: two of them are never the same.
fn no_content(key: &SourceKey) -> [u8; 32] {
    use sha2::Digest;
    sha2::Sha256::digest(key.to_string().as_bytes()).into()
}

/// The same words are the same mail, unless nothing but the words says so: without Date and Message-ID somebody may say them
/// again another day.
fn is_same(
    tx: &Tx<'_>,
    seen: MessageRef,
    understood: &Understood,
    received_at: Timestamp,
) -> Result<bool, OfficeError> {
    let mail = &understood.mail;
    if mail.date.is_some() || mail.message_id.is_some() {
        return Ok(true);
    }
    let before = tx.message(seen)?.map(|stored| stored.received_at);
    Ok(before.is_some_and(|at| {
        received_at.minus(Span::days(1)) < at && at < received_at.plus(Span::days(1))
    }))
}

/// What was seen before goes where it went then: a crash may have come before the move.
fn where_it_is(tx: &Tx<'_>, message: MessageRef) -> Result<Disposal, OfficeError> {
    let state = tx.message(message)?.map(|stored| stored.state);
    Ok(match state {
        Some(MessageState::Quarantined | MessageState::Retry) => Disposal::Quarantine,
        Some(MessageState::Processed) | None => Disposal::Processed,
    })
}

/// Tickets that went on one from the other; more of them is a circle.
const LONGEST_STORY: usize = 100;

impl Clerk {
    /// Takes in one mail. An error leaves nothing of it behind; a temporary one means the whole batch again later.
    pub(super) fn take_in(
        &self,
        tx: &Tx<'_>,
        arrival: &Arrival,
        now: Timestamp,
    ) -> Result<Disposal, OfficeError> {
        let source_key = arrival.key.to_string();
        if let Some(message) = tx.seen_source(&arrival.mailbox, &source_key)? {
            return where_it_is(tx, message);
        }
        let understood = match &arrival.understood {
            Ok(understood) => understood,
            Err(reason) => return self.quarantine(tx, arrival, reason, now),
        };
        if let Some(message) = tx.seen_content(&understood.content_hash)?
            && is_same(tx, message, understood, arrival.received_at)?
        {
            tx.add_source(message, &arrival.mailbox, &source_key)?;
            return where_it_is(tx, message);
        }
        let kept = self.without_secrets(arrival, &understood.mail);
        let message = tx.add_message(&NewMessage {
            mailbox: &arrival.mailbox,
            source_key: &source_key,
            content_hash: &understood.content_hash,
            message_id: understood.mail.message_id.as_ref(),
            from_key: Some(&sender(&understood.mail).address.key()),
            received_at: arrival.received_at,
            taken_at: now,
            class: understood.classified.class,
            quarantined: None,
            raw: &kept,
        })?;
        let checked = &arrival.checked;
        self.handle(tx, message, understood, checked, &arrival.role, arrival.is_old, now)?;
        Ok(Disposal::Processed)
    }

    /// Stored raw, moved to the `Quarantine` folder, and the postmaster is told.
    pub(super) fn quarantine(
        &self,
        tx: &Tx<'_>,
        arrival: &Arrival,
        reason: &str,
        now: Timestamp,
    ) -> Result<Disposal, OfficeError> {
        let (hash, class, message_id) = match &arrival.understood {
            Ok(u) => (u.content_hash, u.classified.class, u.mail.message_id.as_ref()),
            Err(_) => (no_content(&arrival.key), Class::Unparsable, None),
        };
        let message = tx.add_message(&NewMessage {
            mailbox: &arrival.mailbox,
            source_key: &arrival.key.to_string(),
            content_hash: &hash,
            message_id,
            from_key: None,
            received_at: arrival.received_at,
            taken_at: now,
            class,
            quarantined: Some(reason),
            raw: arrival.struck.as_deref().unwrap_or(&arrival.raw),
        })?;
        // A template that cannot be filled in must not keep the mail, and all of its batch, where it lies.
        match tx.savepoint(|tx| self.tell_of_quarantine(tx, message, &arrival.mailbox, reason, now))
        {
            Err(error) if !error.is_temporary() => tx.add_postmaster_line(
                now,
                &Note::Quarantined { mailbox: arrival.mailbox.clone() },
            )?,
            told => told?,
        }
        Ok(Disposal::Quarantine)
    }

    /// A stored mail, from quarantine or let in, as if it had just come.
    pub(super) fn handle_stored(
        &self,
        tx: &Tx<'_>,
        message: MessageRef,
        config: &Config,
        now: Timestamp,
    ) -> Result<Understood, OfficeError> {
        let gone = || OfficeError::Unreadable("its content is not there any more".to_owned());
        let stored = tx.message(message)?.ok_or_else(gone)?;
        let raw = tx.raw(message)?.ok_or_else(gone)?;
        let role = config
            .mailbox(&stored.mailbox)
            .map_or_else(|| Role::Queue(String::new()), |m| m.role.clone());
        let understood = understand(&raw, &self.limits)
            .map_err(|over| OfficeError::Unreadable(over.to_string()))?;
        // What was found out when it came is not kept: an agent is asked.
        self.handle(tx, message, &understood, &Checked::default(), &role, false, now)?;
        Ok(understood)
    }

    /// A mail from quarantine. Where it fails once more, it goes back there.
    pub(super) fn handle_anew(
        &self,
        tx: &Tx<'_>,
        message: MessageRef,
        config: &Config,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        let understood = self.handle_stored(tx, message, config, now)?;
        let mail = &understood.mail;
        tx.settle_retry(
            message,
            understood.classified.class,
            mail.message_id.as_ref(),
            mail.from.first().map(|from| from.address.key()).as_deref(),
            None,
        )?;
        Ok(())
    }

    /// A mail that is stored, by what it is.
    #[expect(clippy::too_many_arguments, reason = "as `opens`")]
    pub(super) fn handle(
        &self,
        tx: &Tx<'_>,
        message: MessageRef,
        understood: &Understood,
        checked: &Checked,
        role: &Role,
        is_old: bool,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        let mail = &understood.mail;
        let from = sender(mail).address;
        let queue = self.queue_of(mail, role);
        let is_form = queue.is_some_and(|q| q.form_senders.contains(&from));
        if self.went_round(tx, message, understood, role, now)? {
            return Ok(());
        }
        match understood.classified.class {
            // A web server's mail may look automatic; who names it a form's sender knows better.
            _ if is_form => {
                let sorted = self.sorting.of(mail);
                self.opens(tx, message, understood, queue, Origin::Form, &sorted, is_old, now)
            }
            Class::Bounce => self.bounce(tx, message, understood, now),
            Class::Unparsable => {
                Err(OfficeError::Unreadable("it has no header: it is no mail".to_owned()))
            }
            Class::AutoReply | Class::List | Class::Receipt => {
                // A machine would answer a word about it, too.
                self.void_inside(tx, understood, false, now)?;
                self.automatic(tx, message, understood, now)
            }
            // Ours in our own mailbox: a loop, or a copy. Never answered, never a ticket.
            Class::Human | Class::Report if self.rules.is_own(&from) => {
                self.automatic(tx, message, understood, now)
            }
            Class::Report => self.report(tx, message, understood, queue, is_old, now),
            Class::Human => self.human(tx, message, understood, checked, role, queue, is_old, now),
        }
    }

    /// The queue named first in To, then Cc, whichever copy came first; else the mailbox's own.
    fn queue_of(&self, mail: &crate::mail::Mail, role: &Role) -> Option<&Queue> {
        let named = mail.to.iter().chain(&mail.cc).find_map(|n| {
            let address = &n.address;
            self.rules.queues.iter().find(|q| {
                q.address == *address || address.detail_of(&q.address, &q.subaddress).is_some()
            })
        });
        named.or_else(|| match role {
            Role::Queue(name) => self.rules.queue(name),
            Role::Bounces { .. } => None,
        })
    }

    /// Our other queues that a mail names beside the one it goes to.
    fn also_addressed(&self, mail: &crate::mail::Mail, queue: &Queue) -> Vec<String> {
        let named = |q: &&Queue| mail.to.iter().chain(&mail.cc).any(|n| n.address == q.address);
        self.rules
            .queues
            .iter()
            .filter(|q| q.name != queue.name)
            .filter(named)
            .map(|q| q.name.clone())
            .collect()
    }

    /// A mail from somebody who commands nothing: a follow-up, or the first of a new ticket.
    pub(super) fn person(
        &self,
        tx: &Tx<'_>,
        message: MessageRef,
        understood: &Understood,
        queue: Option<&Queue>,
        is_old: bool,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        let from = sender(&understood.mail).address;
        let evidence = self.evidence(tx, &understood.mail, now)?;
        self.count_wrong_links(tx, &understood.mail, &evidence, now)?;
        let Some(ticket) = self.ticket_of(tx, &evidence)? else {
            if let Some(ticket) = self.asked_about(tx, understood, &from)? {
                let nothing = Evidence::default();
                return self.follows_up(tx, message, understood, ticket, &nothing, now);
            }
            let sorted = self.sorting.of(&understood.mail);
            let queue = self.queue_by_rule(&sorted).or(queue);
            let joined = match sorted.ignored {
                true => None,
                false => self.only_open_ticket(tx, queue, &from)?,
            };
            let origin = Origin::Person;
            return match joined {
                Some(ticket) => {
                    self.follows_up(tx, message, understood, ticket, &Evidence::default(), now)
                }
                None => self.opens(tx, message, understood, queue, origin, &sorted, is_old, now),
            };
        };
        let (ticket, evidence) = self.where_it_went_on(tx, ticket, evidence, now)?;
        // A stranger opens nothing in somebody else's thread: later mails of the customer would go there.
        let is_stranger = routing::standing(&ticket, &from, &evidence) == Standing::ThirdParty;
        match self.follow_up(&ticket, now) {
            _ if is_stranger => self.follows_up(tx, message, understood, ticket, &evidence, now),
            FollowUp::Here | FollowUp::Goes(_) => {
                self.follows_up(tx, message, understood, ticket, &evidence, now)
            }
            FollowUp::Anew => {
                let queue = self.rules.queue(&ticket.queue).or(queue);
                let origin = Origin::Person;
                // It belongs to a ticket: no rule has a say.
                let sorted = Sorted::default();
                let new = self.open(
                    tx,
                    message,
                    understood,
                    queue,
                    origin,
                    &sorted,
                    is_old,
                    Some(&ticket),
                    now,
                )?;
                if let Some(new) = new {
                    let old = Ticket { continued_in: Some(new.number), ..ticket };
                    let line = crate::desk::HistoryLine {
                        who: crate::desk::effect::Who::System,
                        what: crate::desk::effect::What::Continued { in_ticket: new.number },
                    };
                    tx.add_history(old.id, now, &line, Some(message))?;
                    tx.save_ticket(&old, None)?;
                }
                Ok(())
            }
        }
    }

    fn follow_up(&self, ticket: &Ticket, now: Timestamp) -> FollowUp {
        let within = self.rules.queue(&ticket.queue).map(|q| q.reopen_within).unwrap_or_default();
        routing::follow_up(ticket, within, now)
    }

    /// From ticket to ticket, as far as the matter went on. What proved somebody on the first proves them on the last, but an answer
    /// to a verification there is none here.
    fn where_it_went_on(
        &self,
        tx: &Tx<'_>,
        mut ticket: Ticket,
        mut evidence: Evidence,
        now: Timestamp,
    ) -> Result<(Ticket, Evidence), OfficeError> {
        for _ in 0..LONGEST_STORY {
            let FollowUp::Goes(number) = self.follow_up(&ticket, now) else { break };
            let Some(next) = tx.ticket_by_number(number)? else { break };
            if tx.is_erased(next.id)? {
                break;
            }
            if let Some(ours) = evidence.answers_ours.as_mut().filter(|o| o.ticket == ticket.id) {
                (ours.ticket, ours.letter) = (next.id, LetterKind::Notice);
            }
            ticket = next;
        }
        Ok((ticket, evidence))
    }

    fn follows_up(
        &self,
        tx: &Tx<'_>,
        message: MessageRef,
        understood: &Understood,
        ticket: Ticket,
        evidence: &Evidence,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        let from = sender(&understood.mail).address;
        // Who quotes only, or forwards, still says something: then all of it is shown.
        let new = &understood.new_text.text;
        let text = if new.trim().is_empty() { &understood.mail.text } else { new };
        let mut incoming = self.incoming(message, &understood.mail, text);
        // Who writes without a name is called what the ticket calls them.
        if let Some(customer) =
            ticket.customer.as_ref().filter(|c| c.address == from && incoming.from.name.is_empty())
        {
            incoming.from.name.clone_from(&customer.name);
        }
        let standing = routing::standing(&ticket, &from, evidence);
        if self.holds_follow_up(tx, message, understood, &ticket, standing, now)? {
            return Ok(());
        }
        tx.set_message_ticket(message, ticket.id)?;
        if self.is_too_much(tx, message, understood, &ticket, standing, now)? {
            return Ok(());
        }
        let event = match standing {
            Standing::ThirdParty => Event::ThirdPartyWrote { incoming, token_void: false },
            Standing::Customer(proof) => {
                // What stands around something encrypted is not what its writer wanted to say.
                let is_encrypted = understood.mail.protection.is_encrypted();
                let (commands, only_commands) = match is_encrypted {
                    true => (Vec::new(), false),
                    false => command_line::read_customer(&understood.new_text.blocks),
                };
                let answers = evidence
                    .answers_ours
                    .as_ref()
                    .filter(|a| a.ticket == ticket.id && a.sent_to == from)
                    .map(|a| a.letter);
                Event::CustomerWrote(Box::new(CustomerMail {
                    may_answer: self.may_answer(&understood.mail, &from),
                    known: self.known(tx, &ticket, &[], &[])?,
                    consent: match is_encrypted {
                        true => Consent::Doubtful(Doubt::Encrypted),
                        false => consent::consent(new),
                    },
                    incoming,
                    proof,
                    answers,
                    commands,
                    only_commands,
                }))
            }
        };
        self.decide(tx, ticket, &event, message.into(), now).map(drop)
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "what a first mail is made of; a struct of them would be used once"
    )]
    pub(super) fn opens(
        &self,
        tx: &Tx<'_>,
        message: MessageRef,
        understood: &Understood,
        queue: Option<&Queue>,
        origin: Origin,
        sorted: &Sorted<'_>,
        is_old: bool,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        let from = sender(&understood.mail).address;
        if let Some(header) = sorted.by.filter(|_| sorted.ignored) {
            let note = Note::Ignored { header: Some(header.to_owned()), from };
            return Ok(tx.add_postmaster_line(now, &note)?);
        }
        let queue = self.queue_by_rule(sorted).or(queue);
        self.open(tx, message, understood, queue, origin, sorted, is_old, None, now).map(drop)
    }

    /// A mail that no queue is for: the postmaster reads it, unless a rule or the mail server's mark says that nobody should.
    pub(super) fn to_nobody(
        &self,
        tx: &Tx<'_>,
        message: MessageRef,
        from: &crate::mail::Address,
        sorted: &Sorted<'_>,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        match (sorted.ignored, sorted.spam) {
            (true, _) => {
                tx.add_postmaster_line(now, &Note::Ignored { header: None, from: from.clone() })?;
            }
            (false, true) => {
                tx.add_postmaster_line(now, &Note::Spam { ticket: None, from: from.clone() })?;
            }
            (false, false) if self.holds_passing_on(tx, message, from, now)? => {}
            (false, false) => self.pass_to_postmaster(tx, message, now)?,
        }
        Ok(())
    }

    fn queue_by_rule(&self, sorted: &Sorted<'_>) -> Option<&Queue> {
        let name = sorted.queue?;
        self.rules.queues.iter().find(|queue| queue.name.eq_ignore_ascii_case(name))
    }

    #[expect(clippy::too_many_arguments, reason = "as `opens`")]
    fn open(
        &self,
        tx: &Tx<'_>,
        message: MessageRef,
        understood: &Understood,
        queue: Option<&Queue>,
        origin: Origin,
        sorted: &Sorted<'_>,
        is_old: bool,
        continues: Option<&Ticket>,
        now: Timestamp,
    ) -> Result<Option<Ticket>, OfficeError> {
        let from = sender(&understood.mail).address;
        let Some(queue) = queue else {
            self.to_nobody(tx, message, &from, sorted, now)?;
            return Ok(None);
        };
        // Spam makes no noise, and what lay here before we first looked is no flood.
        let is_counted = !sorted.spam && !is_old;
        if is_counted && self.holds_new(tx, message, understood, queue, origin, now)? {
            return Ok(None);
        }
        let (id, number) =
            tx.next_ticket(now.utc().with_timezone(&self.rules.zone).date_naive())?;
        let mut ticket = Ticket::blank(id, number, &queue.name, now, self.rules.language);
        ticket.continues = continues.map(|t| t.number);
        tx.save_ticket(&ticket, None)?;
        tx.set_message_ticket(message, id)?;
        let text = match origin {
            Origin::Machine => &reports::text(&understood.mail),
            Origin::Form | Origin::Person => &understood.mail.text,
        };
        let incoming = self.incoming(message, &understood.mail, text);
        // What is known depends on what the mail asks for: the core reads the form, so it is asked first, without effects.
        // A rule says where a mail goes whatever it is addressed to.
        let also_to = match sorted.queue {
            Some(_) => Vec::new(),
            None => self.also_addressed(&understood.mail, queue),
        };
        let asked = Opening {
            incoming,
            origin,
            may_acknowledge: false,
            also_to,
            priority: sorted.priority,
            spam: sorted.spam,
            known: Default::default(),
        };
        let draft =
            crate::desk::decide(ticket.clone(), &Event::Opened(asked.clone()), now, &self.rules)
                .ticket;
        let known = self.known(tx, &draft, &[], &[])?;
        let may_acknowledge = !is_old
            && origin == Origin::Person
            && self.may_answer(&understood.mail, &from)
            && self.opening_is_answered(tx, understood, continues.is_some(), now)?;
        let event = Event::Opened(Opening { known, may_acknowledge, ..asked });
        self.decide(tx, ticket, &event, message.into(), now).map(Some)
    }

    /// An automatic mail changes nothing: attached to its ticket, or counted for the postmaster.
    pub(super) fn automatic(
        &self,
        tx: &Tx<'_>,
        message: MessageRef,
        understood: &Understood,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        let from = sender(&understood.mail).address;
        // An agent's vacation notice is counted, not attached.
        let is_agents = self.rules.agent_writing_from(&from).is_some();
        let evidence = self.evidence(tx, &understood.mail, now)?;
        let ticket = if is_agents { None } else { self.ticket_of(tx, &evidence)? };
        let Some(ticket) = ticket else {
            let class = understood.classified.class;
            let note = Note::Automatic { class: class.as_str().to_owned(), from: from.clone() };
            return self.tell_postmaster(tx, &note, &from, now);
        };
        if self.holds_automatic(tx, message, understood, &ticket, now)? {
            return Ok(());
        }
        tx.set_message_ticket(message, ticket.id)?;
        let text = &understood.new_text.text;
        let text = if text.trim().is_empty() { &understood.mail.text } else { text };
        let incoming = self.incoming(message, &understood.mail, text);
        self.decide(tx, ticket, &Event::AutomaticCame(incoming), message.into(), now).map(drop)
    }

    pub(super) fn ticket_of(
        &self,
        tx: &Tx<'_>,
        evidence: &Evidence,
    ) -> Result<Option<Ticket>, OfficeError> {
        let Some(id) = evidence.ticket() else { return Ok(None) };
        Ok(tx.ticket(id)?)
    }

    /// Somebody's new mail that says nothing but `#status` or the like: it is about the latest ticket of theirs.
    fn asked_about(
        &self,
        tx: &Tx<'_>,
        understood: &Understood,
        from: &crate::mail::Address,
    ) -> Result<Option<Ticket>, OfficeError> {
        let (_, only_commands) = command_line::read_customer(&understood.new_text.blocks);
        if !only_commands {
            return Ok(None);
        }
        let latest = tx.earlier(&from.key(), TicketId(0))?.first().map(|theirs| theirs.number);
        Ok(latest.map(|number| tx.ticket_by_number(number)).transpose()?.flatten())
    }

    /// Where the queue says so, a new mail of somebody with exactly one open ticket belongs to it.
    fn only_open_ticket(
        &self,
        tx: &Tx<'_>,
        queue: Option<&Queue>,
        from: &crate::mail::Address,
    ) -> Result<Option<Ticket>, OfficeError> {
        let Some(queue) = queue.filter(|q| q.join_open) else { return Ok(None) };
        let ids: Vec<TicketId> = tx.open_tickets_of(&from.key())?;
        let [only] = ids.as_slice() else { return Ok(None) };
        Ok(tx.ticket(*only)?.filter(|ticket| ticket.queue == queue.name))
    }

    /// No automatic answer to what must not be answered (RFC 3834 section 2); how many there are is a matter of `quota`.
    pub(super) fn may_answer(&self, mail: &crate::mail::Mail, to: &crate::mail::Address) -> bool {
        mail.envelope_sender != EnvelopeSender::Null && !self.rules.is_own(to)
    }
}
