//! The outbox's books: what is to be tried when, what was accepted, what was given up. When to try again is decided in `outbox`.

use rusqlite::{Row, params};

use super::columns::named;
use super::error::StoreError;
use super::outgoing::{OutgoingId, OutgoingMail, Urgency, outgoing_mail};
use super::{Reader, Tx};
use crate::mail::Timestamp;

/// A mail and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingRow {
    pub mail: OutgoingMail,
    pub state: OutgoingState,
    /// Of importance while it is queued.
    pub next_try_at: Timestamp,
    /// Refusals for the time being, so far.
    pub tries: u32,
    /// The first of them.
    pub refused_at: Option<Timestamp>,
    /// What was said last when it did not go, in words.
    pub last_error: Option<String>,
    pub sent_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutgoingState {
    Queued,
    /// A server has accepted it.
    Sent,
    /// Given up.
    Failed,
    /// Taken out by the admin.
    Dropped,
}
named! {
    OutgoingState { Queued = "queued", Sent = "sent", Failed = "failed", Dropped = "dropped" }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OutboxFigures {
    pub queued: u32,
    pub failed: u32,
    /// When the oldest mail that still waits was composed.
    pub oldest: Option<Timestamp>,
}

impl Reader {
    /// Mails that may be tried now: the urgent first, and of equal ones the longest due.
    ///
    /// # Errors
    /// Where the store cannot be read; so for all questions.
    pub fn due_outgoing(&self, now: Timestamp, limit: u32) -> Result<Vec<OutgoingRow>, StoreError> {
        let mut due = Vec::new();
        for urgency in Urgency::ALL {
            let left = limit.saturating_sub(u32::try_from(due.len()).unwrap_or(u32::MAX));
            due.extend(self.all(DUE, params![urgency, now, left], outgoing_row)?);
        }
        Ok(due)
    }

    pub fn next_outgoing_due(&self) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.one(NEXT_DUE, [], |row| row.get(0))?.flatten())
    }

    pub fn outgoing_row(&self, id: OutgoingId) -> Result<Option<OutgoingRow>, StoreError> {
        self.one("SELECT * FROM outgoing WHERE id = ?1", [id], outgoing_row)
    }

    /// What waits or was given up, the oldest first.
    pub fn unsent(&self, limit: u32) -> Result<Vec<OutgoingRow>, StoreError> {
        self.all(UNSENT, [limit], outgoing_row)
    }

    /// All of the same, one after the other.
    pub fn each_unsent<E: From<StoreError>>(
        &self,
        show: impl FnMut(OutgoingRow) -> Result<(), E>,
    ) -> Result<(), E> {
        self.each(UNSENT, [u32::MAX], outgoing_row, show)
    }

    /// Those of the same that something was said about, the latest first.
    pub fn unsent_with_error(&self, limit: u32) -> Result<Vec<OutgoingRow>, StoreError> {
        self.all(WITH_ERROR, [limit], outgoing_row)
    }

    pub fn outbox_figures(&self) -> Result<OutboxFigures, StoreError> {
        let figures = self.one(FIGURES, [], |row| {
            Ok(OutboxFigures { queued: row.get(0)?, failed: row.get(1)?, oldest: row.get(2)? })
        })?;
        Ok(figures.unwrap_or_default())
    }
}

impl Tx<'_> {
    /// A server has accepted it: the row stays, its content goes. False where it was no longer waiting.
    ///
    /// # Errors
    /// Where the store cannot be written; so for all changes.
    pub fn mark_sent(&self, id: OutgoingId, at: Timestamp) -> Result<bool, StoreError> {
        // Also one that was dropped while it was being handed over: it has left the house.
        let changed = self.write(
            "UPDATE outgoing SET state = 'sent', sent_at = ?2, last_error = NULL WHERE id = ?1 AND state <> 'sent'",
            params![id, at],
        )?;
        if changed > 0 {
            self.forget_content(id)?;
        }
        Ok(changed > 0)
    }

    /// Refused for the time being.
    pub fn mark_retry(
        &self,
        id: OutgoingId,
        next_try_at: Timestamp,
        error: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let changed = self.write(
            "UPDATE outgoing SET next_try_at = ?2, tries = tries + 1, last_error = ?3, refused_at = coalesce(refused_at, ?4)
             WHERE id = ?1 AND state = 'queued'",
            params![id, next_try_at, error, now],
        )?;
        Ok(changed > 0)
    }

    /// Given up. The content stays, so that the admin can try again; but a secret does not lie about: what was sealed is gone.
    pub fn mark_failed(&self, id: OutgoingId, error: &str) -> Result<bool, StoreError> {
        let changed = self.write(
            "UPDATE outgoing SET state = 'failed', last_error = ?2, sealed = NULL WHERE id = ?1 AND state = 'queued'",
            params![id, error],
        )?;
        Ok(changed > 0)
    }

    /// Tries a mail that waits or was given up, now. False where there is none, or its content is gone.
    pub fn retry_outgoing(&self, id: OutgoingId, now: Timestamp) -> Result<bool, StoreError> {
        let changed = self.write(
            "UPDATE outgoing SET state = 'queued', next_try_at = ?2, tries = 0, refused_at = NULL
             WHERE id = ?1 AND state IN ('queued', 'failed') AND (body IS NOT NULL OR sealed IS NOT NULL)",
            params![id, now],
        )?;
        Ok(changed > 0)
    }

    /// Takes a mail that waits or was given up out of the outbox. False where there is none.
    pub fn drop_outgoing(&self, id: OutgoingId) -> Result<bool, StoreError> {
        let changed = self.write(
            "UPDATE outgoing SET state = 'dropped' WHERE id = ?1 AND state IN ('queued', 'failed')",
            [id],
        )?;
        if changed > 0 {
            self.forget_content(id)?;
        }
        Ok(changed > 0)
    }
}

fn outgoing_row(row: &Row<'_>) -> rusqlite::Result<OutgoingRow> {
    Ok(OutgoingRow {
        mail: outgoing_mail(row)?,
        state: row.get("state")?,
        next_try_at: row.get("next_try_at")?,
        tries: row.get("tries")?,
        refused_at: row.get("refused_at")?,
        last_error: row.get("last_error")?,
        sent_at: row.get("sent_at")?,
    })
}

pub(super) const DUE: &str = "
    SELECT * FROM outgoing WHERE state = 'queued' AND urgency = ?1 AND next_try_at <= ?2 ORDER BY next_try_at, id LIMIT ?3";
pub(super) const NEXT_DUE: &str = "SELECT min(next_try_at) FROM outgoing WHERE state = 'queued'";
pub(super) const UNSENT: &str =
    "SELECT * FROM outgoing WHERE state IN ('queued', 'failed') ORDER BY id LIMIT ?1";
const WITH_ERROR: &str = "
    SELECT * FROM outgoing WHERE state IN ('queued', 'failed') AND last_error IS NOT NULL ORDER BY id DESC LIMIT ?1";
const FIGURES: &str = "
    SELECT count(*) FILTER (WHERE state = 'queued'), count(*) FILTER (WHERE state = 'failed'),
        min(created_at) FILTER (WHERE state = 'queued')
    FROM outgoing WHERE state IN ('queued', 'failed')";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::event::LetterKind;
    use crate::store::tests::{Fresh, NOON, fresh, letter};
    use crate::store::{Content, Fault, StoredContent};

    const fn later(seconds: i64) -> Timestamp {
        Timestamp(NOON.0 + seconds)
    }

    /// Two mails with one body, and what they are.
    fn two(fresh: &mut Fresh, change: impl Fn(OutgoingMail) -> OutgoingMail) -> [OutgoingMail; 2] {
        fresh.does(|tx| {
            let mails = [change(letter(tx)?), change(letter(tx)?)];
            let body = tx.add_body(b"shared")?;
            for mail in &mails {
                let content =
                    Content::Open { headers: b"Subject: x\r\n", body, reply_token: "tok" };
                tx.add_outgoing(mail, content, mail.created_at)?;
            }
            Ok(mails)
        })
    }

    fn bodies(fresh: &Fresh) -> i64 {
        fresh.store.one("SELECT count(*) FROM bodies", [], |row| row.get(0)).unwrap().unwrap()
    }

    #[test]
    fn the_urgent_goes_first_and_nothing_before_its_time() {
        let mut fresh = fresh();
        assert_eq!(fresh.store.next_outgoing_due().unwrap(), None);
        let bulk = two(&mut fresh, |m| OutgoingMail { urgency: Urgency::Bulk, ..m });
        let urgent = two(&mut fresh, |m| OutgoingMail {
            urgency: Urgency::Urgent,
            created_at: later(5),
            ..m
        });
        let due = |at, limit| -> Vec<OutgoingId> {
            fresh
                .store
                .due_outgoing(at, limit)
                .unwrap()
                .into_iter()
                .map(|row| row.mail.id)
                .collect()
        };
        assert_eq!(due(later(-1), 9), []);
        assert_eq!(due(NOON, 9), [bulk[0].id, bulk[1].id]);
        assert_eq!(due(later(5), 3), [urgent[0].id, urgent[1].id, bulk[0].id]);
        assert_eq!(fresh.store.next_outgoing_due().unwrap(), Some(NOON));
    }

    #[test]
    fn a_body_is_kept_until_the_last_mail_with_it_is_gone() {
        let mut fresh = fresh();
        let [first, second] = two(&mut fresh, |m| m);
        let open = StoredContent::Open {
            headers: b"Subject: x\r\n".to_vec(),
            body: b"shared".to_vec(),
            reply_token: "tok".to_owned(),
        };
        assert!(fresh.does(|tx| tx.mark_sent(first.id, NOON)));
        assert!(!fresh.does(|tx| tx.mark_sent(first.id, NOON)), "accepted once");
        assert_eq!(fresh.store.content(first.id).unwrap(), None);
        assert_eq!((fresh.store.content(second.id).unwrap(), bodies(&fresh)), (Some(open), 1));
        assert!(fresh.does(|tx| tx.drop_outgoing(second.id)));
        assert_eq!(bodies(&fresh), 0);

        let sent = fresh.store.outgoing_row(first.id).unwrap().unwrap();
        assert_eq!((sent.state, sent.sent_at), (OutgoingState::Sent, Some(NOON)));
        assert_eq!(fresh.store.outgoing_by_message_id(&first.message_id).unwrap(), Some(first));
        assert_eq!(fresh.store.unsent(9).unwrap(), []);
    }

    #[test]
    fn what_is_refused_waits_and_what_is_given_up_can_be_tried_again() {
        let mut fresh = fresh();
        let [mail, other] = two(&mut fresh, |m| m);
        assert!(fresh.does(|tx| tx.mark_retry(mail.id, later(60), "451 later", NOON)));
        let row = fresh.store.outgoing_row(mail.id).unwrap().unwrap();
        assert_eq!(
            (row.tries, row.next_try_at, row.last_error.as_deref()),
            (1, later(60), Some("451 later"))
        );

        assert!(fresh.does(|tx| tx.mark_failed(mail.id, "550 no")));
        assert!(!fresh.does(|tx| tx.mark_retry(mail.id, NOON, "late news", NOON)));
        let figures = fresh.store.outbox_figures().unwrap();
        assert_eq!(figures, OutboxFigures { queued: 1, failed: 1, oldest: Some(NOON) });
        assert_eq!(fresh.store.unsent(9).unwrap().len(), 2);

        assert!(fresh.does(|tx| tx.retry_outgoing(mail.id, later(90))));
        assert_eq!(fresh.store.outgoing_row(mail.id).unwrap().unwrap().tries, 0);
        assert!(fresh.does(|tx| tx.mark_sent(other.id, NOON)));
        assert!(!fresh.does(|tx| tx.retry_outgoing(other.id, NOON)), "it has left the house");
        assert!(!fresh.does(|tx| tx.drop_outgoing(other.id)));
    }

    #[test]
    fn a_secret_that_could_not_be_delivered_does_not_lie_about() {
        let mut fresh = fresh();
        let mail = fresh.does(|tx| {
            let mail = OutgoingMail { kind: LetterKind::Credentials, ..letter(tx)? };
            tx.add_outgoing(&mail, Content::Sealed(b"sealed"), NOON)?;
            Ok(mail)
        });
        assert_eq!(
            fresh.store.content(mail.id).unwrap(),
            Some(StoredContent::Sealed(b"sealed".to_vec()))
        );
        assert!(fresh.does(|tx| tx.mark_failed(mail.id, "550 no such user")));
        assert_eq!(fresh.store.content(mail.id).unwrap(), None);
        assert!(!fresh.does(|tx| tx.retry_outgoing(mail.id, NOON)));
    }

    #[test]
    fn answers_are_counted_per_address_and_per_ticket() {
        let mut fresh = fresh();
        let ticket = fresh.ticket().id;
        two(&mut fresh, |m| OutgoingMail { automatic: true, ticket: Some(ticket), ..m });
        two(&mut fresh, |m| OutgoingMail { automatic: true, created_at: later(60), ..m });
        let [last, _] = two(&mut fresh, |m| m);
        let store = &fresh.store;
        assert_eq!(store.automatic_since("jo@example.net", NOON).unwrap(), 4);
        assert_eq!(store.automatic_since("jo@example.net", later(1)).unwrap(), 2);
        assert_eq!(store.automatic_since("JO@example.net", NOON).unwrap(), 0, "by key");
        assert_eq!(store.automatic_on_ticket_since(ticket, NOON).unwrap(), 2);
        assert_eq!(store.message_ids_to(ticket, &last.recipient, 1).unwrap().len(), 1);

        let twice = fresh.store.transaction(|tx| {
            let mail = OutgoingMail { message_id: last.message_id.clone(), ..letter(tx)? };
            tx.add_outgoing(&mail, Content::Sealed(b"x"), NOON)
        });
        assert!(matches!(twice.unwrap_err().fault, Fault::Conflict { .. }));
    }
}
