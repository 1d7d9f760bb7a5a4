//! What happened in the last hour, as far as a limit counts it. Whether a limit is reached is decided elsewhere.

use rusqlite::params;

use super::columns::named;
use super::error::StoreError;
use super::{Reader, Tx};
use crate::mail::{Span, Timestamp};

/// What is counted; the key beside it says of whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    NewOfSender,
    NewOfDomain,
    NewOfAll,
    FollowUp,
    Notification,
    Summary,
    HeldNotice,
    QuarantineMail,
    ToHouse,
    Challenge,
    Refusal,
}
named! {
    Counted {
        NewOfSender = "new of sender", NewOfDomain = "new of domain", NewOfAll = "new of all", FollowUp = "follow-up",
        Notification = "notification", Summary = "summary", HeldNotice = "held notice", QuarantineMail = "quarantine mail",
        ToHouse = "to house", Challenge = "challenge", Refusal = "refusal",
    }
}

/// Every limit is one of an hour.
const WINDOW: Span = Span::hours(1);

/// So long a backlog may take to be read.
const KEPT: Span = Span::days(1);

impl Reader {
    /// How often it happened within the hour before `now`. What a clock that was wrong put into the future does not count.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn recently(&self, what: Counted, key: &str, now: Timestamp) -> Result<u32, StoreError> {
        let count =
            self.one(RECENTLY, params![what, key, now.minus(WINDOW), now], |row| row.get(0))?;
        Ok(count.unwrap_or_default())
    }
}

impl Tx<'_> {
    /// Counts it now.
    ///
    /// # Errors
    /// Where the store cannot be written; so for both.
    pub fn count_recent(&self, what: Counted, key: &str, now: Timestamp) -> Result<(), StoreError> {
        self.count_recent_at(what, key, now, now)
    }

    /// Counts what happened at another time than now, and forgets what was counted long ago: not what happened long ago, since mail
    /// that has waited somewhere is a flood by its own time.
    pub fn count_recent_at(
        &self,
        what: Counted,
        key: &str,
        at: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write("DELETE FROM recent WHERE noted_at <= ?1", [now.minus(KEPT)])?;
        self.write(
            "INSERT INTO recent (what, key, at, noted_at) VALUES (?1, ?2, ?3, ?4)",
            params![what, key, at, now],
        )
        .map(drop)
    }
}

pub(super) const RECENTLY: &str =
    "SELECT count(*) FROM recent WHERE what = ?1 AND key = ?2 AND at > ?3 AND at <= ?4";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::{NOON, fresh};

    #[test]
    fn what_is_counted_is_counted_for_an_hour() {
        let mut fresh = fresh();
        let later = |seconds: i64| Timestamp(NOON.0 + seconds);
        fresh.does(|tx| tx.count_recent(Counted::NewOfSender, "jo@example.net", NOON));
        fresh.does(|tx| tx.count_recent(Counted::NewOfSender, "jo@example.net", later(60)));
        fresh.does(|tx| tx.count_recent(Counted::NewOfDomain, "jo@example.net", NOON));
        let count =
            |now| fresh.store.recently(Counted::NewOfSender, "jo@example.net", now).unwrap();
        assert_eq!([NOON, later(60), later(3_600), later(3_660)].map(count), [1, 2, 1, 0]);
        let other = fresh.store.recently(Counted::NewOfSender, "sue@example.net", NOON).unwrap();
        assert_eq!(other, 0);
    }

    #[test]
    fn what_is_counted_now_leaves_what_happened_long_ago() {
        let mut fresh = fresh();
        let before = NOON.minus(Span::hours(9));
        for n in 1..=3 {
            let key = "jo@example.net";
            fresh.does(|tx| tx.count_recent_at(Counted::NewOfSender, key, before, NOON));
            fresh.does(|tx| tx.count_recent(Counted::Notification, "1", NOON));
            assert_eq!(fresh.store.recently(Counted::NewOfSender, key, before).unwrap(), n);
        }
        // A day later all of it is gone.
        let later = NOON.plus(KEPT);
        fresh.does(|tx| tx.count_recent(Counted::Notification, "1", later));
        let left = fresh.store.recently(Counted::NewOfSender, "jo@example.net", before).unwrap();
        assert_eq!(left, 0);
        assert_eq!(fresh.store.recently(Counted::Notification, "1", later).unwrap(), 1);
    }
}
