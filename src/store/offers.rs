//! What a `#yes` carries out, once and in time, and the tokens that prove nothing any more.

use rusqlite::{Row, params};

use super::columns::{Json, integers};
use super::error::StoreError;
use super::outgoing::OutgoingId;
use super::{Reader, Tx};
use crate::desk::TicketId;
use crate::desk::effect::Offer;
use crate::desk::people::AgentId;
use crate::mail::Timestamp;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OfferId(pub i64);
integers!(OfferId(i64));

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredOffer {
    pub id: OfferId,
    /// Whose yes counts.
    pub agent: AgentId,
    pub ticket: Option<TicketId>,
    pub offer: Offer,
    pub expires_at: Timestamp,
    pub taken_at: Option<Timestamp>,
}

impl StoredOffer {
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.taken_at.is_none() && now < self.expires_at
    }
}

impl Reader {
    /// # Errors
    /// Where the store cannot be read; so for all questions.
    pub fn offer(&self, id: OfferId) -> Result<Option<StoredOffer>, StoreError> {
        self.one(
            "SELECT id, agent, ticket, body, expires_at, taken_at FROM offers WHERE id = ?1",
            [id],
            offer,
        )
    }

    /// What the mail with this id offered, open or not.
    pub fn offer_of(&self, outgoing: OutgoingId) -> Result<Option<StoredOffer>, StoreError> {
        self.one(
            "SELECT id, agent, ticket, body, expires_at, taken_at FROM offers
             WHERE id = (SELECT offer FROM outgoing WHERE id = ?1)",
            [outgoing],
            offer,
        )
    }

    pub fn is_void(&self, token: &str) -> Result<bool, StoreError> {
        let found = self.one("SELECT 1 FROM void_tokens WHERE token = ?1", [token], |_| Ok(()))?;
        Ok(found.is_some())
    }
}

impl Tx<'_> {
    /// # Errors
    /// A conflict where there is no such agent or ticket.
    pub fn add_offer(
        &self,
        agent: AgentId,
        ticket: Option<TicketId>,
        offer: &Offer,
        expires_at: Timestamp,
    ) -> Result<OfferId, StoreError> {
        self.insert(
            "INSERT INTO offers (agent, ticket, body, expires_at) VALUES (?1, ?2, ?3, ?4)",
            params![agent, ticket, Json(offer), expires_at],
        )
        .map(OfferId)
    }

    /// The offer, if it is still open; from now on it is not.
    ///
    /// # Errors
    /// Where the store cannot be written; so for all changes.
    pub fn take_offer(
        &self,
        id: OfferId,
        now: Timestamp,
    ) -> Result<Option<StoredOffer>, StoreError> {
        let taken = self.write(
            "UPDATE offers SET taken_at = ?2 WHERE id = ?1 AND taken_at IS NULL AND expires_at > ?2",
            params![id, now],
        )?;
        if taken == 0 { Ok(None) } else { self.offer(id) }
    }

    /// Somebody else has seen this token. Voiding it twice is no error.
    pub fn void_token(&self, token: &str, at: Timestamp) -> Result<(), StoreError> {
        self.write(
            "INSERT INTO void_tokens (token, at) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
            params![token, at],
        )
        .map(drop)
    }
}

fn offer(row: &Row<'_>) -> rusqlite::Result<StoredOffer> {
    Ok(StoredOffer {
        id: row.get("id")?,
        agent: row.get("agent")?,
        ticket: row.get("ticket")?,
        offer: row.get::<_, Json<Offer>>("body")?.0,
        expires_at: row.get("expires_at")?,
        taken_at: row.get("taken_at")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::effect::Keep;
    use crate::desk::event::{Manner, MessageRef};
    use crate::store::tests::{NOON, fresh, letter};
    use crate::store::{Content, OutgoingMail};

    #[test]
    fn an_offer_is_taken_once_and_in_time() {
        let mut fresh = fresh();
        let anna = fresh.agent("anna").id;
        let ticket = fresh.ticket().id;
        let what = Offer { message: MessageRef(1), manner: Manner::TakeOver, keep: Keep::Day };
        let end = Timestamp(NOON.0 + 86_400);
        let (id, mail) = fresh.does(|tx| {
            let id = tx.add_offer(anna, Some(ticket), &what, end)?;
            let mail = OutgoingMail { agent: Some(anna), offer: Some(id), ..letter(tx)? };
            let body = tx.add_body(b"take over?")?;
            tx.add_outgoing(&mail, Content::Open { headers: b"", body, reply_token: "" }, NOON)?;
            Ok((id, mail.id))
        });
        let offered = fresh.store.offer_of(mail).unwrap().unwrap();
        assert_eq!((offered.id, offered.offer, offered.agent), (id, what, anna));
        assert!(offered.is_open(Timestamp(end.0 - 1)) && !offered.is_open(end));

        assert_eq!(fresh.does(|tx| tx.take_offer(id, end)), None, "too late");
        let taken = fresh.does(|tx| tx.take_offer(id, NOON)).unwrap();
        assert_eq!(taken.taken_at, Some(NOON));
        assert_eq!(fresh.does(|tx| tx.take_offer(id, NOON)), None, "a second time");
        assert!(!fresh.store.offer(id).unwrap().unwrap().is_open(NOON));
    }

    #[test]
    fn a_token_that_was_seen_stays_void() {
        let mut fresh = fresh();
        assert!(!fresh.store.is_void("abc").unwrap());
        fresh.does(|tx| tx.void_token("abc", NOON).and_then(|()| tx.void_token("abc", NOON)));
        assert!(fresh.restarted().store.is_void("abc").unwrap());
    }
}
