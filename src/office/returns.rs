//! What comes back: bounces, and what servers said when a mail was handed over.
//!
//! A bounce acts only with a signed envelope address, or the Message-ID of the very mail that went to that recipient;
//! any other goes into the postmaster's digest and does nothing (manual, section 8).

use super::clerk::{Cause, Clerk, sender};
use super::error::OfficeError;
use super::evidence;
use crate::accounts::strike;
use crate::authority::{Purpose, find};
use crate::desk::Event;
use crate::desk::event::{LetterKind, MessageRef, ReturnKind, Returned};
use crate::desk::note::Note;
use crate::log;
use crate::mail::understood::Understood;
use crate::mail::{Action, BounceKind, Mail, Span, Status, Timestamp};
use crate::outbox::Outcome;
use crate::outbox::order::{self, Retry};
use crate::store::{OutgoingId, OutgoingMail, Tx};

/// What the other server said is shown with the ticket; nobody reads more.
const LONGEST_DIAGNOSTIC: usize = 1_000;

/// Our own server tries for five days, and another one behind it as long.
const LATEST: Span = Span::days(14);

impl Clerk {
    pub(super) fn bounce(
        &self,
        tx: &Tx<'_>,
        message: MessageRef,
        understood: &Understood,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        let recipients =
            understood.bounce.as_ref().map(|b| b.recipients.as_slice()).unwrap_or_default();
        let Some((ours, signed)) = self.returned_mail(tx, understood)? else {
            let from = sender(&understood.mail).address;
            tx.add_postmaster_line(now, &Note::ForeignBounce { from })?;
            return Ok(());
        };
        // A forwarded address comes back under another name: the signed envelope says which mail it was.
        let named = recipients
            .iter()
            .find(|r| r.is(&ours.recipient))
            .or_else(|| recipients.first().filter(|_| signed));
        let Some(recipient) = named else {
            let note = Note::BounceOfAnother { recipient: ours.recipient };
            tx.add_postmaster_line(now, &note)?;
            return Ok(());
        };
        // No server tries for so long: whoever keeps an old mail's header could write this at any time.
        if now.since(ours.created_at) >= LATEST {
            let note = Note::LateBounce { recipient: ours.recipient };
            tx.add_postmaster_line(now, &note)?;
            return Ok(());
        }
        if matches!(recipient.action, Action::Delivered | Action::Relayed | Action::Expanded) {
            return Ok(());
        }
        // What was erased is not to be quoted into its ticket again.
        if let Some(ticket) = ours.ticket
            && !tx.is_erased(ticket)?
        {
            tx.set_message_ticket(message, ticket)?;
        }
        let status = recipient.status.as_ref().map(ToString::to_string).unwrap_or_default();
        self.came_back(
            tx,
            &ours,
            kind_of(recipient.kind()),
            status,
            &recipient.diagnostic,
            Some(message),
            now,
        )
    }

    /// The mail of ours that came back, and whether the signed envelope address says so.
    fn returned_mail(
        &self,
        tx: &Tx<'_>,
        understood: &Understood,
    ) -> Result<Option<(OutgoingMail, bool)>, OfficeError> {
        let mail: &Mail = &understood.mail;
        for text in find::in_addresses(mail, &self.rules.queues) {
            let Some(token) = self.signer.verify(&text).filter(|t| t.purpose == Purpose::Bounce)
            else {
                continue;
            };
            if let Some(ours) = tx.outgoing(OutgoingId(token.subject))? {
                return Ok(Some((ours, true)));
            }
        }
        let enclosed = understood.bounce.as_ref().and_then(|b| b.original_message_id.as_ref());
        for id in enclosed.into_iter().chain(evidence::answered(mail)) {
            // Whoever answers a mail shows its Message-ID to all who are in copy. It counts only where nothing better could be had.
            if let Some(ours) = tx.outgoing_by_message_id(id)?
                && self.left_unsigned(&ours)
                && !self.was_shown(tx, &ours)?
            {
                return Ok(Some((ours, false)));
            }
        }
        Ok(None)
    }

    /// Whether its envelope sender has no token: the null one, to which some servers report all the same, or where addresses take none.
    fn left_unsigned(&self, ours: &OutgoingMail) -> bool {
        let is_token = |word: &str| self.signer.verify(word).is_some();
        ours.envelope_sender
            .as_ref()
            .is_none_or(|sender| find::anywhere(sender.local(), is_token).is_empty())
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "what a returned mail is made of; a struct of them would be used twice"
    )]
    fn came_back(
        &self,
        tx: &Tx<'_>,
        ours: &OutgoingMail,
        kind: ReturnKind,
        status: String,
        diagnostic: &str,
        message: Option<MessageRef>,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        if kind == ReturnKind::NoSuchAddress && ours.agent.is_none() {
            tx.brand(&ours.recipient.key(), &status, now)?;
        }
        // An agent's or the postmaster's own mailbox: nobody who bounces is notified of it.
        let to_customer = ours.agent.is_none() && ours.kind != LetterKind::Report;
        let ticket = match ours.ticket.filter(|_| to_customer) {
            Some(id) => tx.ticket(id)?,
            None => None,
        };
        let Some(ticket) = ticket else {
            let note = Note::Bounce { recipient: ours.recipient.clone(), status };
            self.tell_postmaster(tx, &note, &ours.recipient, now)?;
            return self.agents_mail_returned(tx, ours, kind, now);
        };
        let returned = Returned {
            letter: ours.kind,
            address: ours.recipient.clone(),
            kind,
            status,
            diagnostic: strike(diagnostic).chars().take(LONGEST_DIAGNOSTIC).collect(),
            sent_at: ours.created_at,
            message,
            author: ours.author,
        };
        self.decide(tx, ticket, &Event::Bounced(returned), Cause { message, password: None }, now)
            .map(drop)
    }

    /// What became of a mail that was handed over.
    pub(super) fn handed_over(
        &self,
        tx: &Tx<'_>,
        id: OutgoingId,
        outcome: &Outcome,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        let Some(row) = tx.outgoing_row(id)? else { return Ok(()) };
        match outcome {
            Outcome::Accepted => {
                log::accepted(id.0);
                if tx.mark_sent(id, now)? {
                    self.accepted(tx, &row.mail, now)?;
                }
                Ok(())
            }
            Outcome::Temporary { text } => {
                log::refused_for_now(id.0, text);
                match order::retry(row.tries.saturating_add(1), row.refused_at.unwrap_or(now), now)
                {
                    Retry::At(at) => tx.mark_retry(id, at, text, now).map(drop).map_err(Into::into),
                    Retry::Expired => self.refused(tx, &row.mail, String::new(), text, now),
                }
            }
            Outcome::Refused { code, status, text } => {
                log::refused(id.0, code, status, text);
                self.refused(tx, &row.mail, status.clone(), text, now)
            }
            // A server that cannot be reached is no failure of the mail: it waits, and goes at once when the server is back.
            Outcome::Unreachable { text } => {
                log::unreachable(id.0, text);
                Ok(())
            }
        }
    }

    /// What became of it, where nothing could follow from it: it must not go twice.
    pub(super) fn only_noted(
        &self,
        tx: &Tx<'_>,
        id: OutgoingId,
        outcome: &Outcome,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        match outcome {
            Outcome::Accepted => tx.mark_sent(id, now).map(drop)?,
            Outcome::Temporary { text } | Outcome::Refused { text, .. } => {
                tx.mark_failed(id, text).map(drop)?
            }
            Outcome::Unreachable { .. } => {}
        }
        Ok(())
    }

    fn accepted(
        &self,
        tx: &Tx<'_>,
        ours: &OutgoingMail,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        let counts = matches!(
            ours.kind,
            LetterKind::Verification | LetterKind::Question | LetterKind::Credentials
        );
        let ticket = match ours.ticket.filter(|_| counts) {
            Some(id) => tx.ticket(id)?,
            None => None,
        };
        match ticket {
            Some(ticket) => self
                .decide(tx, ticket, &Event::Accepted(ours.kind), Cause::default(), now)
                .map(drop),
            None => Ok(()),
        }
    }

    /// A permanent refusal is a bounce that came at once.
    fn refused(
        &self,
        tx: &Tx<'_>,
        ours: &OutgoingMail,
        status: String,
        text: &str,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        if !tx.mark_failed(ours.id, text)? {
            return Ok(());
        }
        let kind = match Status::find(&status).map(|s| s.kind()) {
            Some(BounceKind::Other) | None => {
                Status::of_answer(text).map_or(ReturnKind::Other, |s| kind_of(s.kind()))
            }
            Some(kind) => kind_of(kind),
        };
        self.came_back(tx, ours, kind, status, text, None, now)
    }
}

const fn kind_of(kind: BounceKind) -> ReturnKind {
    match kind {
        BounceKind::NoSuchAddress => ReturnKind::NoSuchAddress,
        BounceKind::Refused => ReturnKind::Refused,
        BounceKind::Full => ReturnKind::Full,
        BounceKind::Delayed => ReturnKind::Delayed,
        BounceKind::Other => ReturnKind::Other,
    }
}
