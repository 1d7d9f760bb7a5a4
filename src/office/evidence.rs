//! What in a mail names a ticket, looked up: the confirmation link, Message-IDs, the subject tag. `desk::routing` weighs it.

use super::clerk::{Clerk, sender};
use super::error::OfficeError;
use super::gone::without_gone;
use crate::authority::{confirm, find};
use crate::desk::TicketId;
use crate::desk::note::Note;
use crate::desk::routing::{AnswersOurs, Evidence, LinkTo};
use crate::desk::subject_tag;
use crate::mail::{Address, Mail, MessageId, Span, Timestamp};
use crate::store::Tx;

/// Wrong confirmation tokens of one sender, and of all, before they are looked up no more; within this time.
const MOST_GUESSES: u32 = 10;
const MOST_GUESSES_OF_ALL: u32 = 100;
const GUESSES_WITHIN: Span = Span::hours(1);

/// A mail with more references than this is looked up by its last ones.
const MOST_REFERENCES: usize = 30;

impl Clerk {
    pub(super) fn evidence(
        &self,
        tx: &Tx<'_>,
        mail: &Mail,
        now: Timestamp,
    ) -> Result<Evidence, OfficeError> {
        let mut evidence = Evidence { link: self.link(tx, mail, now)?, ..Evidence::default() };
        for id in answered(mail) {
            if evidence.answers_ours.is_none()
                && let Some(ours) = tx.outgoing_by_message_id(id)?
                && let Some(ticket) = ours.ticket
            {
                evidence.answers_ours = Some(AnswersOurs {
                    ticket,
                    is_theirs_alone: !self.was_shown(tx, &ours)?,
                    sent_to: ours.recipient,
                    letter: ours.kind,
                });
            }
            if evidence.answers_theirs.is_none() {
                evidence.answers_theirs = tx.ticket_by_message_id(id)?.map(|(ticket, _)| ticket);
            }
        }
        for number in subject_tag::all(&mail.subject, &self.rules.hook) {
            if evidence.tag.is_none() {
                evidence.tag = tx.ticket_by_number(number)?.map(|ticket| ticket.id);
            }
        }
        without_gone(tx, evidence)
    }

    /// A confirmation link's address; the current one, or one that is void by now.
    fn link(
        &self,
        tx: &Tx<'_>,
        mail: &Mail,
        now: Timestamp,
    ) -> Result<Option<LinkTo>, OfficeError> {
        let tokens = self.links_in(mail);
        if tokens.is_empty() {
            return Ok(None);
        }
        let from = sender(mail).address;
        let (by_sender, by_all) = tx.wrong_links_since(&from.key(), now.minus(GUESSES_WITHIN))?;
        let is_guessing = by_sender >= MOST_GUESSES || by_all >= MOST_GUESSES_OF_ALL;
        for token in tokens {
            let sha256 = confirm::hash_of(&token);
            let found = match is_guessing {
                // Nobody's guesses keep an applicant from confirming: theirs alone is looked at.
                true => self.own_link(tx, &from, &sha256)?,
                false => tx.ticket_by_link(&sha256)?,
            };
            let Some(id) = found else { continue };
            let link = tx.ticket(id)?.and_then(|t| t.application).and_then(|a| a.link);
            return Ok(Some(LinkTo {
                ticket: id,
                is_current: link.is_some_and(|l| l.sha256 == sha256),
            }));
        }
        Ok(None)
    }

    /// What has the form of a confirmation token, in addresses of ours.
    fn links_in(&self, mail: &Mail) -> Vec<String> {
        let mut tokens = find::in_addresses(mail, &self.rules.queues);
        let in_subject = find::confirmation_in_subject(&mail.subject).map(|(_, token)| token);
        tokens.extend(in_subject);
        tokens.retain(|token| token.len() == confirm::LENGTH);
        tokens
    }

    fn own_link(
        &self,
        tx: &Tx<'_>,
        from: &Address,
        sha256: &str,
    ) -> Result<Option<TicketId>, OfficeError> {
        for id in tx.open_tickets_of(&from.key())? {
            let link = tx.ticket(id)?.and_then(|t| t.application).and_then(|a| a.link);
            if link.is_some_and(|link| link.sha256 == sha256) {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }

    /// Counts confirmation tokens that never went out. Who tries many is not looked at any more for an hour, and the postmaster
    /// has a line of it.
    pub(super) fn count_wrong_links(
        &self,
        tx: &Tx<'_>,
        mail: &Mail,
        evidence: &Evidence,
        now: Timestamp,
    ) -> Result<(), OfficeError> {
        let tried = self.links_in(mail).len();
        if evidence.link.is_some() || tried == 0 {
            return Ok(());
        }
        let from = sender(mail).address;
        let forget = now.minus(GUESSES_WITHIN);
        for _ in 0..tried {
            let (by_sender, by_all) = tx.wrong_links_since(&from.key(), forget)?;
            if by_sender >= MOST_GUESSES || by_all >= MOST_GUESSES_OF_ALL {
                break;
            }
            tx.add_wrong_link(&from.key(), now, forget)?;
            if by_sender + 1 == MOST_GUESSES {
                let note = Note::GuessedLinks { from: Some(from.clone()) };
                tx.add_postmaster_line(now, &note)?;
            }
            if by_all + 1 == MOST_GUESSES_OF_ALL {
                tx.add_postmaster_line(now, &Note::GuessedLinks { from: None })?;
            }
        }
        Ok(())
    }
}

/// The mails that this one answers, the nearest first.
pub(super) fn answered(mail: &Mail) -> impl Iterator<Item = &MessageId> {
    mail.in_reply_to.iter().chain(mail.references.iter().rev()).take(MOST_REFERENCES)
}
