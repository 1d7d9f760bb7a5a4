//! Every mail that was taken in, raw: what was seen before is recognised here, and what could not be handled waits here.

use rusqlite::{Row, params};

use super::columns::{named, narrow};
use super::error::StoreError;
use super::{Reader, Tx};
use crate::desk::TicketId;
use crate::desk::event::MessageRef;
use crate::desk::people::AgentId;
use crate::mail::{Class, MessageId, Timestamp};

/// A mail as it is taken in.
#[derive(Debug, Clone, Copy)]
pub struct NewMessage<'a> {
    /// The mailbox's name in the configuration.
    pub mailbox: &'a str,
    /// Where in it the mail lies: UIDVALIDITY/UID, or its file's name.
    pub source_key: &'a str,
    /// SHA-256 over what the sender wrote, never over trace fields.
    pub content_hash: &'a [u8; 32],
    pub message_id: Option<&'a MessageId>,
    /// `Address::key` of From.
    pub from_key: Option<&'a str>,
    pub received_at: Timestamp,
    pub taken_at: Timestamp,
    pub class: Class,
    /// Why it is quarantined; None where it was processed.
    pub quarantined: Option<&'a str>,
    pub raw: &'a [u8],
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredMessage {
    pub message: MessageRef,
    pub mailbox: String,
    pub content_hash: [u8; 32],
    pub message_id: Option<MessageId>,
    pub from_key: Option<String>,
    pub received_at: Timestamp,
    pub taken_at: Timestamp,
    pub class: Class,
    pub ticket: Option<TicketId>,
    pub state: MessageState,
    pub size_octets: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageState {
    Processed,
    Quarantined,
    /// Was quarantined, and is to be handled anew.
    Retry,
}
named! {
    MessageState { Processed = "processed", Quarantined = "quarantined", Retry = "retry" }
}

/// A line of the quarantine's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    pub message: MessageRef,
    pub mailbox: String,
    pub from_key: Option<String>,
    pub taken_at: Timestamp,
    pub reason: String,
    pub size_octets: u64,
    /// It waits to be handled anew.
    pub retry: bool,
}

/// zstd's own default: half the size of a text mail for next to no time.
const ZSTD_LEVEL: i32 = 3;

impl Reader {
    /// The mail that was seen in this place before.
    ///
    /// # Errors
    /// Where the store cannot be read; so for all questions.
    pub fn seen_source(
        &self,
        mailbox: &str,
        source_key: &str,
    ) -> Result<Option<MessageRef>, StoreError> {
        self.one(SEEN_SOURCE, [mailbox, source_key], |row| row.get(0))
    }

    /// The latest mail with the same content, in whatever place.
    pub fn seen_content(&self, hash: &[u8; 32]) -> Result<Option<MessageRef>, StoreError> {
        self.one(SEEN_CONTENT, [hash], |row| row.get(0))
    }

    pub fn message(&self, message: MessageRef) -> Result<Option<StoredMessage>, StoreError> {
        self.one(
            "SELECT id, mailbox, content_hash, message_id, from_key, received_at, taken_at, class, ticket, state, size_octets
             FROM messages WHERE id = ?1",
            [message],
            stored_message,
        )
    }

    /// The mail as it came, octet for octet. None also where it was erased.
    pub fn raw(&self, message: MessageRef) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = "SELECT raw, size_octets FROM messages WHERE id = ?1 AND length(raw) > 0";
        self.one(sql, [message], |row| {
            let size = narrow(row.get(1)?)?;
            zstd::bulk::decompress(row.get_ref(0)?.as_blob()?, size).map_err(|e| {
                rusqlite::Error::FromSqlConversionFailure(
                    0,
                    rusqlite::types::Type::Blob,
                    Box::new(e),
                )
            })
        })
    }

    /// The ticket that a mail with this Message-ID belongs to, and who wrote it. None where mails of several tickets have it:
    /// a sender that gives every mail the same one says nothing with it.
    pub fn ticket_by_message_id(
        &self,
        id: &MessageId,
    ) -> Result<Option<(TicketId, Option<String>)>, StoreError> {
        let found = self.all(BY_MESSAGE_ID, [id], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(<[_; 1]>::try_from(found).ok().map(|[only]| only))
    }

    /// Message-IDs of the mails that came in for this ticket from this address, the latest first.
    pub fn message_ids_from(
        &self,
        ticket: TicketId,
        from_key: &str,
        limit: u32,
    ) -> Result<Vec<MessageId>, StoreError> {
        self.all(
            "SELECT message_id FROM messages WHERE ticket = ?1 AND from_key = ?2 AND message_id IS NOT NULL
             ORDER BY id DESC LIMIT ?3",
            params![ticket, from_key, limit],
            |row| row.get(0),
        )
    }

    /// The oldest first.
    pub fn quarantine(&self) -> Result<Vec<Quarantined>, StoreError> {
        self.all(QUARANTINE, [], quarantined)
    }

    /// The same, one after the other.
    ///
    /// # Errors
    /// Where the store cannot be read, or what `show` says.
    pub fn each_quarantined<E: From<StoreError>>(
        &self,
        show: impl FnMut(Quarantined) -> Result<(), E>,
    ) -> Result<(), E> {
        self.each(QUARANTINE, [], quarantined, show)
    }

    /// Mails that the admin wants handled anew, the oldest first.
    pub fn to_retry(&self, limit: u32) -> Result<Vec<MessageRef>, StoreError> {
        self.all(TO_RETRY, [limit], |row| row.get(0))
    }
}

impl Tx<'_> {
    /// # Errors
    /// A conflict where this place was seen before.
    pub fn add_message(&self, new: &NewMessage<'_>) -> Result<MessageRef, StoreError> {
        let raw = zstd::bulk::compress(new.raw, ZSTD_LEVEL)
            .map_err(|e| StoreError::io(&self.file, &e))?;
        let state = match new.quarantined {
            Some(_) => MessageState::Quarantined,
            None => MessageState::Processed,
        };
        let id = self.insert(
            "INSERT INTO messages (mailbox, content_hash, message_id, from_key, received_at, taken_at, class, state, reason,
                 size_octets, raw)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            params![
                new.mailbox,
                new.content_hash,
                new.message_id,
                new.from_key,
                new.received_at,
                new.taken_at,
                new.class,
                state,
                new.quarantined,
                i64::try_from(new.raw.len()).unwrap_or(i64::MAX),
                raw,
            ],
        )?;
        self.add_source(MessageRef(id), new.mailbox, new.source_key)?;
        Ok(MessageRef(id))
    }

    /// The same mail lies in a further place.
    ///
    /// # Errors
    /// A conflict where that place was seen before.
    pub fn add_source(
        &self,
        message: MessageRef,
        mailbox: &str,
        source_key: &str,
    ) -> Result<(), StoreError> {
        self.write(
            "INSERT INTO sources (mailbox, source_key, message) VALUES (?1, ?2, ?3)",
            params![mailbox, source_key, message],
        )
        .map(drop)
    }

    /// # Errors
    /// A conflict where there is no such ticket.
    pub fn set_message_ticket(
        &self,
        message: MessageRef,
        ticket: TicketId,
    ) -> Result<(), StoreError> {
        self.write("UPDATE messages SET ticket = ?2 WHERE id = ?1", params![message, ticket])
            .map(drop)
    }

    /// The agent is proven to have written it. It belongs to a ticket by then.
    pub fn set_message_agent(&self, message: MessageRef, agent: AgentId) -> Result<(), StoreError> {
        self.write("UPDATE messages SET agent = ?2 WHERE id = ?1", params![message, agent])
            .map(drop)
    }

    /// Asks for a quarantined mail to be handled anew. False where it is in no quarantine.
    ///
    /// # Errors
    /// Where the store cannot be written; so for all changes.
    pub fn retry_quarantined(&self, message: MessageRef) -> Result<bool, StoreError> {
        let changed = self.write(
            "UPDATE messages SET state = 'retry' WHERE id = ?1 AND state IN ('quarantined', 'retry')",
            [message],
        )?;
        Ok(changed > 0)
    }

    /// What a mail was understood as when it was handled anew; `quarantined` where that failed once more.
    pub fn settle_retry(
        &self,
        message: MessageRef,
        class: Class,
        message_id: Option<&MessageId>,
        from_key: Option<&str>,
        quarantined: Option<&str>,
    ) -> Result<(), StoreError> {
        self.write(
            "UPDATE messages SET class = ?2, message_id = ?3, from_key = ?4, reason = ?5,
                 state = iif(?5 IS NULL, 'processed', 'quarantined') WHERE id = ?1",
            params![message, class, message_id, from_key, quarantined],
        )
        .map(drop)
    }

    /// Puts a mail that was stored as processed into quarantine after all.
    pub fn quarantine_message(&self, message: MessageRef, reason: &str) -> Result<(), StoreError> {
        self.write(
            "UPDATE messages SET state = 'quarantined', reason = ?2 WHERE id = ?1",
            params![message, reason],
        )
        .map(drop)
    }
}

fn quarantined(row: &Row<'_>) -> rusqlite::Result<Quarantined> {
    Ok(Quarantined {
        message: row.get("id")?,
        mailbox: row.get("mailbox")?,
        from_key: row.get("from_key")?,
        taken_at: row.get("taken_at")?,
        reason: row.get::<_, Option<String>>("reason")?.unwrap_or_default(),
        size_octets: narrow(row.get("size_octets")?)?,
        retry: row.get("retry")?,
    })
}

fn stored_message(row: &Row<'_>) -> rusqlite::Result<StoredMessage> {
    Ok(StoredMessage {
        message: row.get("id")?,
        mailbox: row.get("mailbox")?,
        content_hash: row.get("content_hash")?,
        message_id: row.get("message_id")?,
        from_key: row.get("from_key")?,
        received_at: row.get("received_at")?,
        taken_at: row.get("taken_at")?,
        class: row.get("class")?,
        ticket: row.get("ticket")?,
        state: row.get("state")?,
        size_octets: narrow(row.get("size_octets")?)?,
    })
}

pub(super) const QUARANTINE: &str = "
    SELECT id, mailbox, from_key, taken_at, reason, size_octets, state = 'retry' AS retry FROM messages
    WHERE state IN ('quarantined', 'retry') ORDER BY id";
pub(super) const SEEN_SOURCE: &str =
    "SELECT message FROM sources WHERE mailbox = ?1 AND source_key = ?2";
pub(super) const SEEN_CONTENT: &str =
    "SELECT id FROM messages WHERE content_hash = ?1 ORDER BY id DESC LIMIT 1";
pub(super) const BY_MESSAGE_ID: &str = "
    SELECT ticket, from_key, min(id) FROM messages WHERE message_id = ?1 AND ticket IS NOT NULL GROUP BY ticket LIMIT 2";
// The index is of both states; SQLite sees that it fits only where both are named.
pub(super) const TO_RETRY: &str = "
    SELECT id FROM messages WHERE state IN ('quarantined', 'retry') AND state = 'retry' ORDER BY id LIMIT ?1";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Fault;
    use crate::store::tests::{NOON, fresh};

    fn mail<'a>(source_key: &'a str, id: Option<&'a MessageId>) -> NewMessage<'a> {
        NewMessage {
            mailbox: "antrag",
            source_key,
            content_hash: &[7; 32],
            message_id: id,
            from_key: Some("jo@example.net"),
            received_at: NOON,
            taken_at: NOON,
            class: Class::Human,
            quarantined: None,
            raw: b"From: jo@example.net\r\n\r\nMay I?\r\n",
        }
    }

    #[test]
    fn a_mail_is_recognised_by_its_place_and_by_its_content() {
        let mut fresh = fresh();
        let message = fresh.does(|tx| {
            let message = tx.add_message(&mail("17/4", None))?;
            tx.add_source(message, "support", "9/1")?;
            Ok(message)
        });
        let store = &fresh.store;
        assert_eq!(store.seen_source("antrag", "17/4").unwrap(), Some(message));
        assert_eq!(store.seen_source("support", "9/1").unwrap(), Some(message));
        assert_eq!(store.seen_source("support", "17/4").unwrap(), None);
        assert_eq!(store.seen_content(&[7; 32]).unwrap(), Some(message));
        assert_eq!(store.seen_content(&[8; 32]).unwrap(), None);

        let again = fresh.store.transaction(|tx| tx.add_message(&mail("17/4", None)));
        assert!(matches!(again.unwrap_err().fault, Fault::Conflict { .. }));
    }

    #[test]
    fn a_mail_comes_back_as_it_came() {
        let mut fresh = fresh();
        let all_octets: Vec<u8> = (0..=255).cycle().take(100_000).collect();
        for raw in [b"".as_slice(), b"x", &all_octets] {
            let key = raw.len().to_string();
            let message = fresh.does(|tx| tx.add_message(&NewMessage { raw, ..mail(&key, None) }));
            assert_eq!(fresh.store.raw(message).unwrap().as_deref(), Some(raw));
            let stored = fresh.store.message(message).unwrap().unwrap();
            assert_eq!(stored.size_octets, u64::try_from(raw.len()).unwrap());
            assert_eq!((stored.class, stored.state), (Class::Human, MessageState::Processed));
        }
        assert_eq!(fresh.store.raw(MessageRef(99)).unwrap(), None);
    }

    #[test]
    fn a_message_id_leads_to_its_ticket_unless_several_tickets_have_it() {
        let mut fresh = fresh();
        let (ticket, other) = (fresh.ticket().id, fresh.ticket().id);
        let id = MessageId::parse("a1@example.net").unwrap();
        let copy = NewMessage { from_key: None, ..mail("2", Some(&id)) };
        let (first, second) =
            fresh.does(|tx| Ok((tx.add_message(&mail("1", Some(&id)))?, tx.add_message(&copy)?)));
        assert_eq!(fresh.store.ticket_by_message_id(&id).unwrap(), None);

        let found = Some((ticket, Some("jo@example.net".to_owned())));
        fresh.does(|tx| tx.set_message_ticket(first, ticket));
        assert_eq!(fresh.store.ticket_by_message_id(&id).unwrap(), found);
        fresh.does(|tx| tx.set_message_ticket(second, ticket));
        assert_eq!(fresh.store.ticket_by_message_id(&id).unwrap(), found, "the first one counts");
        fresh.does(|tx| tx.set_message_ticket(second, other));
        assert_eq!(fresh.store.ticket_by_message_id(&id).unwrap(), None);
        assert_eq!(fresh.store.message_ids_from(ticket, "jo@example.net", 9).unwrap(), [id]);
    }

    #[test]
    fn a_mail_in_quarantine_is_handled_anew_when_the_admin_says_so() {
        let mut fresh = fresh();
        let (good, bad) = fresh.does(|tx| {
            let bad = NewMessage {
                quarantined: Some("1001 parts"),
                class: Class::Unparsable,
                ..mail("2", None)
            };
            Ok((tx.add_message(&mail("1", None))?, tx.add_message(&bad)?))
        });
        let listed = fresh.store.quarantine().unwrap();
        assert_eq!(listed.len(), 1);
        assert_eq!(
            (listed[0].message, listed[0].reason.as_str(), listed[0].retry),
            (bad, "1001 parts", false)
        );
        assert_eq!(fresh.store.to_retry(9).unwrap(), []);

        assert!(!fresh.does(|tx| tx.retry_quarantined(good)));
        assert!(fresh.does(|tx| tx.retry_quarantined(bad)));
        assert_eq!(fresh.store.to_retry(9).unwrap(), [bad]);
        assert!(fresh.store.quarantine().unwrap()[0].retry);

        fresh.does(|tx| {
            tx.settle_retry(bad, Class::Unparsable, None, None, Some("still 1001 parts"))
        });
        assert_eq!(fresh.store.quarantine().unwrap()[0].reason, "still 1001 parts");
        let id = MessageId::parse("a1@example.net").unwrap();
        fresh
            .does(|tx| tx.settle_retry(bad, Class::Human, Some(&id), Some("jo@example.net"), None));
        assert_eq!(fresh.store.quarantine().unwrap(), []);
        let stored = fresh.store.message(bad).unwrap().unwrap();
        assert_eq!((stored.message_id, stored.state), (Some(id), MessageState::Processed));

        fresh.does(|tx| tx.quarantine_message(good, "no decision"));
        assert_eq!(fresh.store.quarantine().unwrap()[0].message, good);
    }
}
