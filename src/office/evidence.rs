//! What in a mail names a ticket, looked up: the confirmation link, Message-IDs, the subject tag. `desk::routing` weighs it.

use super::clerk::Clerk;
use super::error::OfficeError;
use crate::authority::{confirm, find};
use crate::desk::routing::{AnswersOurs, Evidence, LinkTo};
use crate::desk::subject_tag;
use crate::mail::{Mail, MessageId};
use crate::store::Tx;

/// A mail with more references than this is looked up by its last ones.
const MOST_REFERENCES: usize = 30;

impl Clerk {
    pub(super) fn evidence(&self, tx: &Tx<'_>, mail: &Mail) -> Result<Evidence, OfficeError> {
        let mut evidence = Evidence { link: self.link(tx, mail)?, ..Evidence::default() };
        for id in answered(mail) {
            if evidence.answers_ours.is_none()
                && let Some(ours) = tx.outgoing_by_message_id(id)?
                && let Some(ticket) = ours.ticket
            {
                evidence.answers_ours =
                    Some(AnswersOurs { ticket, sent_to: ours.recipient, letter: ours.kind });
            }
            if evidence.answers_theirs.is_none() {
                evidence.answers_theirs = tx.ticket_by_message_id(id)?.map(|(ticket, _)| ticket);
            }
        }
        if let Some(number) = subject_tag::find(&mail.subject, &self.rules.hook) {
            evidence.tag = tx.ticket_by_number(number)?.map(|ticket| ticket.id);
        }
        Ok(evidence)
    }

    /// A confirmation link's address; the current one, or one that is void by now.
    fn link(&self, tx: &Tx<'_>, mail: &Mail) -> Result<Option<LinkTo>, OfficeError> {
        let in_subject = find::confirmation_in_subject(&mail.subject).map(|(_, token)| token);
        for token in find::in_addresses(mail, &self.rules.queues).into_iter().chain(in_subject) {
            let sha256 = confirm::hash_of(&token);
            let Some(id) = tx.ticket_by_link(&sha256)? else { continue };
            let link = tx.ticket(id)?.and_then(|t| t.application).and_then(|a| a.link);
            return Ok(Some(LinkTo {
                ticket: id,
                is_current: link.is_some_and(|l| l.sha256 == sha256),
            }));
        }
        Ok(None)
    }
}

/// The mails that this one answers, the nearest first.
pub(super) fn answered(mail: &Mail) -> impl Iterator<Item = &MessageId> {
    mail.in_reply_to.iter().chain(mail.references.iter().rev()).take(MOST_REFERENCES)
}
