//! Which signed mails have proven somebody already.

use rusqlite::params;

use super::{StoreError, Tx};
use crate::mail::{MessageId, Span, Timestamp};

/// What is older proves nothing anyway; kept much longer than that, for clocks that were wrong.
const KEPT: Span = Span::days(60);

impl Tx<'_> {
    /// Whether this Message-ID proves for the first time; from now on it does so no more.
    ///
    /// # Errors
    /// Where the store failed.
    pub fn use_signed(&self, id: &MessageId, now: Timestamp) -> Result<bool, StoreError> {
        self.write("DELETE FROM signed_once WHERE used_at < ?1", params![now.minus(KEPT)])?;
        let fresh = self.write(
            "INSERT INTO signed_once (message_id, used_at) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
            params![id.as_str(), now],
        )?;
        Ok(fresh > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::{NOON, fresh};

    #[test]
    fn a_signed_mail_proves_once() {
        let mut fresh = fresh();
        let id = MessageId::parse("<a@example.org>").unwrap();
        let mut uses = |at| fresh.does(|tx| tx.use_signed(&id, at));
        assert!(uses(NOON));
        assert!(!uses(NOON));
        assert!(!uses(NOON.plus(Span::days(60))));
        assert!(uses(NOON.plus(Span::days(61))), "forgotten in time");
    }
}
