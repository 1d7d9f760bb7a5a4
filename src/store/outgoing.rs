//! Mails that go out: what was composed, and where what comes back to it belongs. The row outlives its content.
//!
//! What becomes of them on the way is in `outgoing_queue`.

use std::fmt;

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef};
use rusqlite::{Row, ToSql, params};

use super::columns::integers;
use super::error::StoreError;
use super::offers::OfferId;
use super::{Reader, Tx};
use crate::desk::TicketId;
use crate::desk::event::LetterKind;
use crate::desk::people::AgentId;
use crate::mail::{Address, MessageId, Timestamp};

/// Known before the mail is composed, since its tokens hold it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OutgoingId(pub u32);
integers!(OutgoingId(u32));

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BodyId(pub i64);
integers!(BodyId(i64));

/// All about a mail but its content. One recipient each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingMail {
    pub id: OutgoingId,
    pub ticket: Option<TicketId>,
    /// The agent it is for; None where it is for no agent.
    pub agent: Option<AgentId>,
    pub kind: LetterKind,
    /// The word of the event or letter, as in X-Postamt-Event.
    pub event: String,
    pub recipient: Address,
    /// None: the null sender.
    pub envelope_sender: Option<Address>,
    pub message_id: MessageId,
    /// Who wrote the text in it.
    pub author: Option<AgentId>,
    /// What a yes to it carries out.
    pub offer: Option<OfferId>,
    /// Counts against the limits for answers that we give by ourselves.
    pub automatic: bool,
    pub urgency: Urgency,
    pub created_at: Timestamp,
}

/// In the order of sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Urgency {
    /// A person waits for it: verification, credentials, an answer, a receipt.
    Urgent,
    Normal,
    Bulk,
}

impl Urgency {
    pub const ALL: [Self; 3] = [Self::Urgent, Self::Normal, Self::Bulk];
}

/// Its place in `ALL` is the number in the column.
impl ToSql for Urgency {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(*self as u8))
    }
}
impl FromSql for Urgency {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let rank = value.as_i64()?;
        let found = Self::ALL.into_iter().find(|urgency| i64::from(*urgency as u8) == rank);
        found.ok_or(FromSqlError::OutOfRange(rank))
    }
}

/// What a mail consists of.
#[derive(Clone, Copy)]
pub enum Content<'a> {
    Open {
        headers: &'a [u8],
        /// Shared by all recipients of an event.
        body: BodyId,
        /// The recipient's tokens, a space between: the first takes the place of the placeholder for answers in the body when it is
        /// sent, the second that of the one for what belongs to no ticket. Empty where there is none.
        reply_token: &'a str,
    },
    /// The whole mail, sealed with the key file.
    Sealed(&'a [u8]),
}

/// As [`Content`], read.
#[derive(Clone, PartialEq, Eq)]
pub enum StoredContent {
    Open { headers: Vec<u8>, body: Vec<u8>, reply_token: String },
    Sealed(Vec<u8>),
}

/// Without the content: a reply token commands in an agent's name.
impl fmt::Debug for StoredContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open { headers, body, .. } => {
                write!(f, "Open({} + {} octets)", headers.len(), body.len())
            }
            Self::Sealed(sealed) => write!(f, "Sealed({} octets)", sealed.len()),
        }
    }
}

impl Reader {
    /// # Errors
    /// Where the store cannot be read; so for all questions.
    pub fn outgoing(&self, id: OutgoingId) -> Result<Option<OutgoingMail>, StoreError> {
        self.one("SELECT * FROM outgoing WHERE id = ?1", [id], outgoing_mail)
    }

    pub fn outgoing_by_message_id(
        &self,
        id: &MessageId,
    ) -> Result<Option<OutgoingMail>, StoreError> {
        self.one(BY_MESSAGE_ID, [id], outgoing_mail)
    }

    /// What is to be sent; None once it was accepted, dropped, or given up with a secret in it.
    pub fn content(&self, id: OutgoingId) -> Result<Option<StoredContent>, StoreError> {
        let found = self.one(CONTENT, [id], |row| {
            let sealed: Option<Vec<u8>> = row.get("sealed")?;
            let open = || {
                let Some(headers) = row.get("headers")? else { return Ok(None) };
                let Some(body) = row.get("content")? else { return Ok(None) };
                let reply_token = row.get::<_, Option<String>>("reply_token")?.unwrap_or_default();
                Ok(Some(StoredContent::Open { headers, body, reply_token }))
            };
            sealed.map_or_else(open, |sealed| Ok(Some(StoredContent::Sealed(sealed))))
        })?;
        Ok(found.flatten())
    }

    /// Message-IDs of what was written to this address on this ticket, the latest first: what a thread refers to.
    pub fn message_ids_to(
        &self,
        ticket: TicketId,
        recipient: &Address,
        limit: u32,
    ) -> Result<Vec<MessageId>, StoreError> {
        self.all(THREAD, params![ticket, recipient.key(), limit], |row| row.get(0))
    }

    /// How often we answered this address (`Address::key`) by ourselves, from `since` on.
    pub fn automatic_since(
        &self,
        recipient_key: &str,
        since: Timestamp,
    ) -> Result<u32, StoreError> {
        let count = self.one(ANSWERS_TO, params![recipient_key, since], |row| row.get(0))?;
        Ok(count.unwrap_or_default())
    }

    /// What an agent was written about a ticket: whoever sees one of these mails could use their tokens.
    pub fn mails_to_agent(
        &self,
        ticket: TicketId,
        agent: AgentId,
    ) -> Result<Vec<OutgoingMail>, StoreError> {
        self.all(
            "SELECT * FROM outgoing WHERE ticket = ?1 AND agent = ?2",
            params![ticket, agent],
            outgoing_mail,
        )
    }

    /// What an agent was written within these seconds, about whatever.
    pub fn mails_to_agent_between(
        &self,
        agent: AgentId,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<OutgoingMail>, StoreError> {
        self.all(
            "SELECT * FROM outgoing WHERE agent = ?1 AND created_at BETWEEN ?2 AND ?3",
            params![agent, from, to],
            outgoing_mail,
        )
    }

    /// How often an agent had mail of this kind (the word in X-Postamt-Event), from `since` on.
    pub fn mails_to_agent_since(
        &self,
        agent: AgentId,
        event: &str,
        since: Timestamp,
    ) -> Result<u32, StoreError> {
        let count = self.one(
            "SELECT count(*) FROM outgoing WHERE agent = ?1 AND event = ?2 AND created_at >= ?3",
            params![agent, event, since],
            |row| row.get(0),
        )?;
        Ok(count.unwrap_or_default())
    }

    /// How often we answered on this ticket by ourselves, from `since` on.
    pub fn automatic_on_ticket_since(
        &self,
        ticket: TicketId,
        since: Timestamp,
    ) -> Result<u32, StoreError> {
        let count = self.one(ANSWERS_ON, params![ticket, since], |row| row.get(0))?;
        Ok(count.unwrap_or_default())
    }
}

impl Tx<'_> {
    /// Stores a body once, for all mails that have it.
    ///
    /// # Errors
    /// Where the store cannot be written; so for all changes.
    pub fn add_body(&self, content: &[u8]) -> Result<BodyId, StoreError> {
        self.insert("INSERT INTO bodies (content) VALUES (?1)", [content]).map(BodyId)
    }

    /// Puts a mail into the outbox, to be tried from `first_try_at` on.
    ///
    /// # Errors
    /// A conflict where the Message-ID was used before, or the ticket, agent or body is not there.
    pub fn add_outgoing(
        &self,
        mail: &OutgoingMail,
        content: Content<'_>,
        first_try_at: Timestamp,
    ) -> Result<(), StoreError> {
        let (headers, body, reply_token, sealed) = match content {
            Content::Open { headers, body, reply_token } => {
                (Some(headers), Some(body), Some(reply_token), None)
            }
            Content::Sealed(sealed) => (None, None, None, Some(sealed)),
        };
        self.write(
            ADD,
            params![
                mail.id,
                mail.ticket,
                mail.agent,
                mail.kind,
                mail.event,
                mail.recipient,
                mail.recipient.key(),
                mail.envelope_sender,
                mail.message_id,
                mail.author,
                mail.offer,
                mail.automatic,
                mail.urgency,
                mail.created_at,
                first_try_at,
                headers,
                body,
                reply_token,
                sealed,
            ],
        )
        .map(drop)
    }

    /// Takes away what nobody needs any more; the body, too, where this was the last mail that waited for it.
    pub(super) fn forget_content(&self, id: OutgoingId) -> Result<(), StoreError> {
        let body: Option<BodyId> =
            self.one("SELECT body FROM outgoing WHERE id = ?1", [id], |row| row.get(0))?.flatten();
        self.write(
            "UPDATE outgoing SET headers = NULL, body = NULL, reply_token = NULL, sealed = NULL WHERE id = ?1",
            [id],
        )?;
        if let Some(body) = body {
            self.write(FREE_BODY, [body])?;
        }
        Ok(())
    }
}

pub(super) fn outgoing_mail(row: &Row<'_>) -> rusqlite::Result<OutgoingMail> {
    Ok(OutgoingMail {
        id: row.get("id")?,
        ticket: row.get("ticket")?,
        agent: row.get("agent")?,
        kind: row.get("kind")?,
        event: row.get("event")?,
        recipient: row.get("recipient")?,
        envelope_sender: row.get("envelope_sender")?,
        message_id: row.get("message_id")?,
        author: row.get("author")?,
        offer: row.get("offer")?,
        automatic: row.get("automatic")?,
        urgency: row.get("urgency")?,
        created_at: row.get("created_at")?,
    })
}

const ADD: &str = "
    INSERT INTO outgoing (id, ticket, agent, kind, event, recipient, recipient_key, envelope_sender, message_id, author,
        offer, automatic, urgency, created_at, state, next_try_at, tries, headers, body, reply_token, sealed)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, 'queued', ?15, 0, ?16, ?17, ?18, ?19)";
pub(super) const BY_MESSAGE_ID: &str = "SELECT * FROM outgoing WHERE message_id = ?1";
const CONTENT: &str = "
    SELECT headers, content, reply_token, sealed FROM outgoing LEFT JOIN bodies ON bodies.id = outgoing.body
    WHERE outgoing.id = ?1";
pub(super) const FREE_BODY: &str =
    "DELETE FROM bodies WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM outgoing WHERE body = ?1)";
pub(super) const THREAD: &str = "
    SELECT message_id FROM outgoing WHERE ticket = ?1 AND recipient_key = ?2 ORDER BY id DESC LIMIT ?3";
pub(super) const ANSWERS_TO: &str =
    "SELECT count(*) FROM outgoing WHERE recipient_key = ?1 AND created_at >= ?2 AND automatic = 1";
pub(super) const ANSWERS_ON: &str =
    "SELECT count(*) FROM outgoing WHERE ticket = ?1 AND created_at >= ?2 AND automatic = 1";
