//! Whether a mail is let in now: the limits for new tickets and follow-ups, and the addresses whose mail an agent called spam.
//!
//! What is over is held: stored, and nothing else, until somebody lets it in (`held`). The limits count by the time the mail
//! server received a mail, so that what waited for us all night is no flood. The web form's mail is counted apart, and so is
//! what a customer is proven to have written: nobody who writes in their name keeps them out.

use super::clerk::{Clerk, sender};
use super::error::OfficeError;
use crate::accounts::strike;
use crate::config::Config;
use crate::desk::event::{MessageRef, Origin};
use crate::desk::note::{Note, Over};
use crate::desk::routing::Standing;
use crate::desk::rules::Queue;
use crate::desk::{Ticket, form};
use crate::log;
use crate::mail::understood::Understood;
use crate::mail::{Address, Span, Timestamp, parse};
use crate::store::{Counted, HeldMail, HeldState, Tx};

/// An hour each; 0 is no limit.
#[derive(Debug, Clone, Copy)]
pub struct FloodLimits {
    pub new_per_sender: u32,
    pub new_per_domain: u32,
    pub new_total: u32,
    pub follow_ups_per_ticket: u32,
    pub notifications: u32,
}

impl FloodLimits {
    #[must_use]
    pub const fn from(config: &Config) -> Self {
        let limits = &config.limits;
        Self {
            new_per_sender: limits.new_per_sender,
            new_per_domain: limits.new_per_domain,
            new_total: limits.new_total,
            follow_ups_per_ticket: limits.follow_ups_per_ticket,
            notifications: limits.notifications_per_hour,
        }
    }
}

/// A limit, what it counts, and how far.
type Row = (Over, Counted, String, u32);

/// How long mail of an address is held after `#spam`.
const SPAM_HELD: Span = Span::days(30);

/// A subject in a listing.
const LONGEST_SUBJECT: usize = 100;

impl Clerk {
    /// A mail that would open a ticket. True where it is held instead.
    pub(super) fn holds_new(
        &self,
        tx: &Tx<'_>,
        message: MessageRef,
        understood: &Understood,
        queue: &Queue,
        origin: Origin,
        now: Timestamp,
    ) -> Result<bool, OfficeError> {
        if is_let_in(tx, message)? {
            return Ok(false);
        }
        let by_form = origin == Origin::Form;
        let writer = self.writer(understood, queue, by_form);
        let subject = &understood.mail.subject;
        let who = one_for_all(&writer);
        if tx.spam_ticket_of(&who, by_form, now)?.is_some() {
            self.hold_back(tx, message, &queue.name, &writer, subject, Over::Spam, now)?;
            return Ok(true);
        }
        let way = if by_form { "form " } else { "" };
        let domain = writer.domain().to_ascii_lowercase();
        let limits = &self.floods;
        let rows: [Row; 3] = [
            (Over::Sender, Counted::NewOfSender, format!("{way}{who}"), limits.new_per_sender),
            (Over::Domain, Counted::NewOfDomain, format!("{way}{domain}"), limits.new_per_domain),
            (Over::Total, Counted::NewOfAll, way.to_owned(), limits.new_total),
        ];
        // Who has an account is kept out by nobody's flood but their own.
        let is_known = tx.accounts_by_email(&writer.key())?.iter().any(|account| account.active);
        let counted = if is_known { rows.get(..1).unwrap_or_default() } else { &rows };
        let over = over_a_limit(tx, message, counted, now)?;
        if let Some(why) = over {
            self.hold_back(tx, message, &queue.name, &writer, subject, why, now)?;
        }
        Ok(over.is_some())
    }

    /// A mail that would go to this ticket, from somebody who is no agent. True where it is held instead.
    pub(super) fn holds_follow_up(
        &self,
        tx: &Tx<'_>,
        message: MessageRef,
        understood: &Understood,
        ticket: &Ticket,
        standing: Standing,
        now: Timestamp,
    ) -> Result<bool, OfficeError> {
        if is_let_in(tx, message)? {
            return Ok(false);
        }
        let from = sender(&understood.mail).address;
        let proven = matches!(standing, Standing::Customer(proof) if proof.is_proven());
        // Strangers are counted together: whoever knows a number makes up an address for each mail.
        let who = match standing {
            Standing::Customer(_) if proven => format!("proven {}", from.key()),
            Standing::Customer(_) => format!("claimed {}", from.key()),
            Standing::ThirdParty => "strangers".to_owned(),
        };
        self.holds_on_ticket(tx, message, understood, ticket, (&who, proven), now)
    }

    /// A machine's mail that would be kept with this ticket. True where it is held instead. All of them are counted together, as they
    /// are from whomever they say.
    pub(super) fn holds_automatic(
        &self,
        tx: &Tx<'_>,
        message: MessageRef,
        understood: &Understood,
        ticket: &Ticket,
        now: Timestamp,
    ) -> Result<bool, OfficeError> {
        if is_let_in(tx, message)? {
            return Ok(false);
        }
        self.holds_on_ticket(tx, message, understood, ticket, ("machines", false), now)
    }

    fn holds_on_ticket(
        &self,
        tx: &Tx<'_>,
        message: MessageRef,
        understood: &Understood,
        ticket: &Ticket,
        (who, proven): (&str, bool),
        now: Timestamp,
    ) -> Result<bool, OfficeError> {
        let from = sender(&understood.mail).address;
        // An answer to a mail of ours is the customer's own; but not where that was the spam.
        let spam = tx.spam_ticket_of(&one_for_all(&from), false, now)?;
        let is_spam = spam.is_some_and(|spam| !proven || spam == ticket.id);
        let row = (
            Over::Ticket,
            Counted::FollowUp,
            format!("{} {who}", ticket.id.0),
            self.floods.follow_ups_per_ticket,
        );
        let over = match is_spam {
            true => Some(Over::Spam),
            false => over_a_limit(tx, message, &[row], now)?,
        };
        if let Some(why) = over {
            let subject = &understood.mail.subject;
            self.hold_back(tx, message, &ticket.queue, &from, subject, why, now)?;
        }
        Ok(over.is_some())
    }

    /// A mail that would be passed on to the postmaster as it is. True where it is held instead.
    pub(super) fn holds_passing_on(
        &self,
        tx: &Tx<'_>,
        message: MessageRef,
        from: &Address,
        now: Timestamp,
    ) -> Result<bool, OfficeError> {
        if is_let_in(tx, message)? {
            return Ok(false);
        }
        let row = (Over::Postmaster, Counted::ToHouse, String::new(), self.floods.notifications);
        let Some(why) = over_a_limit(tx, message, &[row], now)? else { return Ok(false) };
        let raw = tx.raw(message)?.unwrap_or_default();
        let subject = parse(&raw, &self.limits).map(|mail| mail.subject).unwrap_or_default();
        self.hold_back(tx, message, "", from, &subject, why, now)?;
        Ok(true)
    }

    /// A mail in an agent's name that nobody is asked about any more for now: nothing of it is lost.
    pub(super) fn hold_unasked(
        &self,
        tx: &Tx<'_>,
        message: MessageRef,
        understood: &Understood,
        queue: &str,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        let (from, subject) = (sender(&understood.mail).address, &understood.mail.subject);
        let subject = self.bare_subject(subject).unwrap_or_else(|| subject.clone());
        self.hold_back(tx, message, queue, &from, &subject, Over::Agent, now)
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "what a held mail is listed by; a struct of them is what this makes"
    )]
    fn hold_back(
        &self,
        tx: &Tx<'_>,
        message: MessageRef,
        queue: &str,
        address: &Address,
        subject: &str,
        why: Over,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        log::held(message.0, queue, why.word());
        // It is listed and mailed around: neither a link's token nor a password that came back belongs there.
        let subject = strike(&self.bare_subject(subject).unwrap_or_else(|| subject.to_owned()));
        tx.hold(&HeldMail {
            message,
            at: now,
            queue: queue.to_owned(),
            address: address.clone(),
            subject: subject.chars().take(LONGEST_SUBJECT).collect(),
            why,
            state: HeldState::Held,
        })?;
        Ok(tx.add_postmaster_line(now, &Note::Held { why, from: address.clone() })?)
    }

    /// Whom a limit counts: of a form's mail the applicant, as far as it names one.
    fn writer(&self, understood: &Understood, queue: &Queue, by_form: bool) -> Address {
        let from = sender(&understood.mail).address;
        if !by_form {
            return from;
        }
        let form = form::read(&understood.mail.text, &queue.form);
        form.email.and_then(|text| form::usable_email(&text, &self.rules)).unwrap_or(from)
    }

    /// After `#spam`: further mail of whoever wrote the ticket's first mail is held. Of a form's, only what the form sends in the
    /// same applicant's name; never all that the form sends, and never an agent's mail.
    pub(super) fn hold_sender(
        &self,
        tx: &Tx<'_>,
        ticket: &Ticket,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        let first = tx.first_article(ticket.id)?.and_then(|stored| stored.article.message);
        let Some(from) =
            first.map(|m| tx.message(m)).transpose()?.flatten().and_then(|m| m.from_key)
        else {
            return Ok(());
        };
        let is_form = |key: &str| {
            self.rules.queues.iter().flat_map(|q| &q.form_senders).any(|f| f.key() == key)
        };
        let by_form = is_form(&from);
        let address = match by_form {
            true => ticket.customer.as_ref().map(|c| c.address.clone()),
            false => Address::parse(&from),
        };
        let Some(address) = address else { return Ok(()) };
        let is_ours = self.rules.is_own(&address)
            || is_form(&address.key())
            || self.rules.agent_writing_from(&address).is_some();
        if !is_ours {
            let until = now.plus(SPAM_HELD);
            tx.add_spam_sender(&one_for_all(&address), by_form, ticket.id, until)?;
        }
        Ok(())
    }
}

/// One name for all addresses that reach the same mailbox by a subaddress: whoever forges one could forge a thousand.
fn one_for_all(address: &Address) -> String {
    let key = address.key();
    let Some((local, domain)) = key.split_once('@') else { return key };
    let name = local.split('+').next().filter(|name| !name.is_empty()).unwrap_or(local);
    format!("{name}@{domain}")
}

/// The first limit that is reached; where none is, the mail counts against all of them.
fn over_a_limit(
    tx: &Tx<'_>,
    message: MessageRef,
    rows: &[Row],
    now: Timestamp,
) -> Result<Option<Over>, OfficeError> {
    let at = tx.message(message)?.map_or(now, |stored| stored.received_at.min(now));
    for (why, what, key, limit) in rows {
        if *limit > 0 && tx.recently(*what, key, at)? >= *limit {
            return Ok(Some(*why));
        }
    }
    for (_, what, key, _) in rows {
        tx.count_recent_at(*what, key, at, now)?;
    }
    Ok(None)
}

/// Somebody has let it in: no limit counts it.
pub(super) fn is_let_in(tx: &Tx<'_>, message: MessageRef) -> Result<bool, OfficeError> {
    let held = tx.held(message)?;
    Ok(held.is_some_and(|held| matches!(held.state, HeldState::Release | HeldState::Released)))
}
