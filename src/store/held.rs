//! Mails over a limit, until somebody lets them in or drops them; and the addresses whose mail an agent called spam.

use rusqlite::{Row, params};

use super::columns::{named, narrow, words};
use super::error::StoreError;
use super::{Reader, Tx};
use crate::desk::TicketId;
use crate::desk::event::MessageRef;
use crate::desk::note::Over;
use crate::mail::{Address, Timestamp};

words! {
    Over {
        Sender = "sender", Domain = "domain", Total = "total", Ticket = "ticket", Spam = "spam", Postmaster = "postmaster", Agent = "agent",
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldMail {
    pub message: MessageRef,
    pub at: Timestamp,
    /// Whose agents are told; empty: it is the postmaster's.
    pub queue: String,
    /// Whom the limit counted.
    pub address: Address,
    pub subject: String,
    pub why: Over,
    pub state: HeldState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeldState {
    Held,
    /// To be handled as if it had just come, without the limits.
    Release,
    Released,
    Dropped,
}
named! {
    HeldState { Held = "held", Release = "release", Released = "released", Dropped = "dropped" }
}

/// Held mails of one address for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldGroup {
    pub address: Address,
    pub why: Over,
    pub count: u64,
    /// The subject of one of them.
    pub subject: String,
}

impl Reader {
    /// # Errors
    /// Where the store cannot be read; so for all questions.
    pub fn held(&self, message: MessageRef) -> Result<Option<HeldMail>, StoreError> {
        self.one("SELECT * FROM held WHERE message = ?1", [message], held)
    }

    /// What waits for a word, the oldest first, one after the other.
    ///
    /// # Errors
    /// Where the store cannot be read, or what `show` says.
    pub fn each_held<E: From<StoreError>>(
        &self,
        show: impl FnMut(HeldMail) -> Result<(), E>,
    ) -> Result<(), E> {
        self.each(LIST, [], held, show)
    }

    pub fn held_count(&self) -> Result<u64, StoreError> {
        let count = self.one(COUNT, [], |row| narrow(row.get(0)?))?;
        Ok(count.unwrap_or_default())
    }

    /// Mails that somebody let in, the oldest first.
    pub fn to_release(&self, limit: u32) -> Result<Vec<MessageRef>, StoreError> {
        self.all(TO_RELEASE, [limit], |row| row.get(0))
    }

    /// The first held mail of this queue of which nobody was told, and since when it is held.
    pub fn first_untold_held(
        &self,
        queue: &str,
    ) -> Result<Option<(MessageRef, Timestamp)>, StoreError> {
        self.one(FIRST_UNTOLD, [queue], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    /// What a notice told of, the largest groups first.
    pub fn held_groups(
        &self,
        notice: MessageRef,
        limit: u32,
    ) -> Result<Vec<HeldGroup>, StoreError> {
        self.all(GROUPS, params![notice, limit], |row| {
            Ok(HeldGroup {
                address: row.get(0)?,
                why: row.get(1)?,
                count: narrow(row.get(2)?)?,
                subject: row.get(3)?,
            })
        })
    }

    /// Whether mail of this address is held since an agent called it spam: the ticket that was, as long as it is closed.
    pub fn spam_ticket_of(
        &self,
        address_key: &str,
        by_form: bool,
        now: Timestamp,
    ) -> Result<Option<TicketId>, StoreError> {
        self.one(SPAM, params![address_key, by_form, now], |row| row.get(0))
    }
}

impl Tx<'_> {
    /// # Errors
    /// Where the store cannot be written; so for all changes.
    pub fn hold(&self, mail: &HeldMail) -> Result<(), StoreError> {
        self.write(
            "INSERT INTO held (message, at, queue, address, subject, why, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT DO NOTHING",
            params![mail.message, mail.at, mail.queue, mail.address, mail.subject, mail.why, mail.state],
        )
        .map(drop)
    }

    /// From one state to another; false where it is not in the first, so that what was let in is let in once.
    pub fn move_held(
        &self,
        message: MessageRef,
        from: HeldState,
        to: HeldState,
    ) -> Result<bool, StoreError> {
        let changed = self.write(
            "UPDATE held SET state = ?3 WHERE message = ?1 AND state = ?2",
            params![message, from, to],
        )?;
        Ok(changed > 0)
    }

    /// From now on somebody was told of all that is held for this queue: the first of them stands for all.
    pub fn tell_held(&self, queue: &str) -> Result<Option<(MessageRef, u64)>, StoreError> {
        let Some((first, _)) = self.first_untold_held(queue)? else { return Ok(None) };
        let told = self.write(TELL, params![queue, first])?;
        Ok(Some((first, told as u64)))
    }

    /// Lets in what a notice told of and is still held.
    pub fn release_told(&self, notice: MessageRef) -> Result<u64, StoreError> {
        let changed = self.write(
            "UPDATE held SET state = 'release' WHERE notice = ?1 AND state = 'held'",
            [notice],
        )?;
        Ok(changed as u64)
    }

    /// Mail of this address is held until then.
    pub fn add_spam_sender(
        &self,
        address_key: &str,
        by_form: bool,
        ticket: TicketId,
        until: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(
            "INSERT INTO spam_senders (address_key, by_form, ticket, until) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET ticket = ?3, until = ?4",
            params![address_key, by_form, ticket, until],
        )
        .map(drop)
    }

    /// What was held as spam for so long is let go.
    pub fn drop_spam_held_before(&self, before: Timestamp) -> Result<(), StoreError> {
        self.write(
            "UPDATE held SET state = 'dropped' WHERE state IN ('held', 'release') AND state = 'held' AND why = 'spam' AND at < ?1",
            [before],
        )
        .map(drop)
    }
}

fn held(row: &Row<'_>) -> rusqlite::Result<HeldMail> {
    Ok(HeldMail {
        message: row.get("message")?,
        at: row.get("at")?,
        queue: row.get("queue")?,
        address: row.get("address")?,
        subject: row.get("subject")?,
        why: row.get("why")?,
        state: row.get("state")?,
    })
}

// The indexes are of several states; SQLite sees that they fit only where all are named.
const LIST: &str =
    "SELECT * FROM held WHERE state IN ('held', 'release') AND state = 'held' ORDER BY message";
pub(super) const COUNT: &str =
    "SELECT count(*) FROM held WHERE state IN ('held', 'release') AND state = 'held'";
pub(super) const TO_RELEASE: &str = "
    SELECT message FROM held WHERE state IN ('held', 'release') AND state = 'release' ORDER BY message LIMIT ?1";
pub(super) const FIRST_UNTOLD: &str = "
    SELECT message, at FROM held WHERE state = 'held' AND notice IS NULL AND why <> 'spam' AND queue = ?1
    ORDER BY message LIMIT 1";
const TELL: &str = "
    UPDATE held SET notice = ?2 WHERE state = 'held' AND notice IS NULL AND why <> 'spam' AND queue = ?1";
const GROUPS: &str = "
    SELECT address, why, count(*), min(subject) FROM held WHERE notice = ?1 AND state = 'held'
    GROUP BY address, why ORDER BY count(*) DESC, min(message) LIMIT ?2";
pub(super) const SPAM: &str = "
    SELECT spam_senders.ticket FROM spam_senders JOIN tickets ON tickets.id = spam_senders.ticket
    WHERE address_key = ?1 AND by_form = ?2 AND until > ?3 AND closed = 1";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::Class;
    use crate::store::NewMessage;
    use crate::store::tests::{NOON, fresh};

    fn mail(tx: &Tx<'_>, key: &str, queue: &str, why: Over) -> Result<MessageRef, StoreError> {
        let message = tx.add_message(&NewMessage {
            mailbox: "antrag",
            source_key: key,
            content_hash: &[7; 32],
            message_id: None,
            from_key: None,
            received_at: NOON,
            taken_at: NOON,
            class: Class::Human,
            quarantined: None,
            raw: b"x",
        })?;
        let address = Address::parse("jo@example.net").unwrap();
        let (queue, subject) = (queue.to_owned(), "Hi".to_owned());
        let state = HeldState::Held;
        tx.hold(&HeldMail { message, at: NOON, queue, address, subject, why, state })?;
        Ok(message)
    }

    #[test]
    fn a_held_mail_is_let_in_once() {
        let mut fresh = fresh();
        let message = fresh.does(|tx| mail(tx, "1", "antrag", Over::Sender));
        assert_eq!(fresh.store.held_count().unwrap(), 1);
        let release = |tx: &Tx<'_>| tx.move_held(message, HeldState::Held, HeldState::Release);
        assert!(fresh.does(release));
        assert!(!fresh.does(release), "a second time");
        assert_eq!(fresh.store.to_release(9).unwrap(), [message]);
        assert!(fresh.does(|tx| tx.move_held(message, HeldState::Release, HeldState::Released)));
        assert_eq!(fresh.store.to_release(9).unwrap(), []);
        assert!(!fresh.does(release), "after it was handled");
    }

    #[test]
    fn a_yes_lets_in_what_was_told_of_and_nothing_else() {
        let mut fresh = fresh();
        fresh.does(|tx| {
            mail(tx, "1", "antrag", Over::Sender)?;
            mail(tx, "2", "antrag", Over::Total)?;
            mail(tx, "3", "antrag", Over::Spam)?;
            mail(tx, "4", "support", Over::Sender)
        });
        let (notice, told) = fresh.does(|tx| tx.tell_held("antrag")).unwrap();
        assert_eq!(told, 2);
        assert_eq!(fresh.does(|tx| tx.tell_held("antrag")), None);
        fresh.does(|tx| mail(tx, "5", "antrag", Over::Sender));
        assert_eq!(fresh.store.held_groups(notice, 9).unwrap().len(), 2);
        assert_eq!(fresh.does(|tx| tx.release_told(notice)), 2);
        assert_eq!(fresh.does(|tx| tx.release_told(notice)), 0);
        assert_eq!(fresh.store.held_count().unwrap(), 3);
        for queue in ["antrag", "support"] {
            assert!(fresh.store.first_untold_held(queue).unwrap().is_some());
        }
    }
}
