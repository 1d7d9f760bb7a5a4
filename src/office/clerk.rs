//! The clerk handles one mail or one happening, inside a transaction that is open: looks up what the core must know,
//! has it decide, and writes down what follows. What is the same for all of them stands here.

use std::sync::atomic::AtomicBool;

use super::admission::FloodLimits;
use super::error::OfficeError;
use super::sorting::Sorting;
use crate::accounts::{Password, strike};
use crate::authority::confirm::fresh_link;
use crate::authority::{Policy, Signer};
use crate::desk::event::{
    AccountInfo, AttachmentInfo, FreshLink, Incoming, Known, LoginHolder, MessageRef, Remark,
};
use crate::desk::people::AgentId;
use crate::desk::{Decision, Event, Rules, Ticket, TicketId, decide};
use crate::letters::Letters;
use crate::log;
use crate::mail::{Address, Limits, Mail, Named, Protection, Timestamp};
use crate::random;
use crate::store::Tx;

/// All a decision and its letters depend on besides the store.
pub struct Clerk {
    pub rules: Rules,
    pub letters: Letters,
    pub signer: Signer,
    pub policy: Policy,
    pub limits: Limits,
    pub sorting: Sorting,
    /// Attachments of one mail that are larger together are not passed on whole.
    pub attachment_octets: u64,
    /// The store knows something new of an agent; the rules are made anew before the next mail.
    pub agents_changed: AtomicBool,
    pub floods: FloodLimits,
}

/// What a decision came from, as far as rows name it.
#[derive(Clone, Copy, Default)]
pub(super) struct Cause<'a> {
    pub message: Option<MessageRef>,
    /// Of an account that was just made: for its letter, and for nothing else.
    pub password: Option<&'a Password>,
}

impl From<MessageRef> for Cause<'_> {
    fn from(message: MessageRef) -> Self {
        Self { message: Some(message), password: None }
    }
}

/// Text that is shown and kept with a ticket; the raw mail keeps the rest.
pub(super) const LONGEST_TEXT: usize = 100_000;

/// A ticket on which more falls due at one moment is broken; it is left for the next turn.
const DEADLINES_OF_ONE: usize = 10;

impl Clerk {
    /// Has the core decide and writes down what follows.
    pub(super) fn decide(
        &self,
        tx: &Tx<'_>,
        ticket: Ticket,
        event: &Event,
        cause: Cause<'_>,
        now: Timestamp,
    ) -> Result<Ticket, OfficeError> {
        self.write_down(tx, decide(ticket, event, now, &self.rules), cause, now)
    }

    /// The ticket, its history and all its effects.
    pub(super) fn write_down(
        &self,
        tx: &Tx<'_>,
        decision: Decision,
        cause: Cause<'_>,
        now: Timestamp,
    ) -> Result<Ticket, OfficeError> {
        let Decision { ticket, effects, history } = decision;
        tx.save_ticket(&ticket, ticket.next_due(&self.rules).map(|(at, _)| at))?;
        for line in &history {
            tx.add_history(ticket.id, now, line, cause.message)?;
        }
        for effect in effects {
            self.effect(tx, &ticket, effect, &cause, now)?;
        }
        Ok(ticket)
    }

    /// What is stored and shown of a mail: without tokens, and a password that came back in it is struck out.
    pub(super) fn incoming(&self, message: MessageRef, mail: &Mail, text: &str) -> Incoming {
        let capped: String = text.chars().take(LONGEST_TEXT).collect();
        let text = strike(&capped);
        let attachments = mail.attachments.iter().map(|a| AttachmentInfo {
            name: a.name.clone(),
            media_type: a.media_type.clone(),
            size_octets: a.content.len() as u64,
        });
        Incoming {
            message,
            from: sender(mail),
            subject: self.bare_subject(&mail.subject).unwrap_or_else(|| mail.subject.clone()),
            text: self.without_tokens(&text).unwrap_or(text),
            attachments: attachments.collect(),
            remarks: self.remarks(mail),
        }
    }

    /// What the reader should know of it before they trust it.
    fn remarks(&self, mail: &Mail) -> Vec<Remark> {
        let spam = self.sorting.is_spam(mail).then_some(Remark::MarkedSpam);
        let encrypted = match mail.protection {
            Protection::Encrypted(scheme) => Some(Remark::Encrypted(scheme)),
            Protection::Packed => Some(Remark::Packed),
            Protection::Signed(_) | Protection::None => None,
        };
        spam.into_iter().chain(encrypted).collect()
    }

    /// What the store knows beyond the ticket: who has the logins and addresses that play a part, and what came before.
    pub(super) fn known(
        &self,
        tx: &Tx<'_>,
        ticket: &Ticket,
        logins: &[String],
        emails: &[Address],
    ) -> Result<Known, OfficeError> {
        let application = ticket.application.as_ref();
        let mut known = Known::default();
        let mine = application.and_then(|a| a.login.clone());
        for login in logins.iter().cloned().chain(mine).map(|l| l.to_lowercase()) {
            if let Some(holder) = holder(tx, ticket, &login)? {
                known.logins.insert(login, holder);
            }
        }
        let email = application.and_then(|a| a.email.clone());
        let email = email.or_else(|| ticket.customer.as_ref().map(|c| c.address.clone()));
        for address in emails.iter().chain(&email) {
            let accounts: Vec<AccountInfo> = tx
                .accounts_by_email(&address.key())?
                .iter()
                .map(|account| account.info())
                .collect();
            if !accounts.is_empty() {
                known.emails.insert(address.key(), accounts);
            }
        }
        if let Some(address) = &email {
            known.earlier = tx.earlier(&address.key(), ticket.id)?;
            known.bounced_before = tx.is_branded(&address.key())?;
        }
        Ok(known)
    }

    /// All that has fallen due on one ticket.
    pub(super) fn due(
        &self,
        tx: &Tx<'_>,
        id: TicketId,
        judged: Timestamp,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        for _ in 0..DEADLINES_OF_ONE {
            let Some(ticket) = tx.ticket(id)? else { break };
            let next = ticket.next_due(&self.rules);
            let Some((_, deadline)) = next.filter(|(at, _)| *at <= judged) else {
                // The index was wrong: it is put right.
                tx.set_due(id, next.map(|(at, _)| at))?;
                break;
            };
            log::deadline(ticket.number, deadline);
            self.decide(tx, ticket, &Event::Due(deadline), Cause::default(), now)?;
        }
        Ok(())
    }

    /// An agent works here no more: what they had is free.
    pub(super) fn agent_gone(
        &self,
        tx: &Tx<'_>,
        agent: AgentId,
        id: TicketId,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        let Some(ticket) = tx.ticket(id)? else { return Ok(()) };
        self.decide(tx, ticket, &Event::AgentGone(agent), Cause::default(), now).map(drop)
    }

    pub(super) fn fresh_link() -> FreshLink {
        fresh_link(&random::bytes::<16>())
    }
}

fn holder(tx: &Tx<'_>, ticket: &Ticket, login: &str) -> Result<Option<LoginHolder>, OfficeError> {
    if let Some(account) = tx.account(login)? {
        return Ok(Some(LoginHolder::Account(account.info())));
    }
    Ok(tx.reserved_by(login, ticket.id)?.map(LoginHolder::Reserved))
}

/// Who wrote a mail: the first From, else somebody who does not exist.
pub(super) fn sender(mail: &Mail) -> Named {
    mail.from
        .first()
        .cloned()
        .unwrap_or_else(|| Named { name: String::new(), address: Address::nobody() })
}
