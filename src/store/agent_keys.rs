//! OpenPGP keys of agents, and the signed mails that counted. What a key is worth is judged in `authority`.

use rusqlite::{Row, params};

use super::error::StoreError;
use super::{Reader, Tx};
use crate::desk::event::MessageRef;
use crate::desk::people::AgentId;
use crate::mail::Timestamp;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentKey {
    pub agent: AgentId,
    /// Upper-case hex.
    pub fingerprint: String,
    /// A transferable public key, bare.
    pub certificate: Vec<u8>,
    pub added_at: Timestamp,
}

impl Reader {
    /// In the order in which they were added.
    ///
    /// # Errors
    /// Where the store cannot be read; so for all questions.
    pub fn agent_keys(&self, agent: AgentId) -> Result<Vec<AgentKey>, StoreError> {
        self.all(
            "SELECT agent, fingerprint, certificate, added_at FROM agent_keys WHERE agent = ?1
             ORDER BY added_at, fingerprint",
            [agent],
            key,
        )
    }

    /// Whose key has this fingerprint.
    pub fn agent_with_key(&self, fingerprint: &str) -> Result<Option<AgentId>, StoreError> {
        self.one("SELECT agent FROM agent_keys WHERE fingerprint = ?1", [fingerprint], |row| {
            row.get(0)
        })
    }
}

impl Tx<'_> {
    /// Registers a key, or a newer version of one that is registered.
    ///
    /// # Errors
    /// A conflict where it is another agent's.
    pub fn save_agent_key(&self, key: &AgentKey) -> Result<(), StoreError> {
        self.write(
            "INSERT INTO agent_keys (agent, fingerprint, certificate, added_at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (agent, fingerprint) DO UPDATE SET (certificate, added_at) = (?3, ?4)",
            params![key.agent, key.fingerprint, key.certificate, key.added_at],
        )
        .map(drop)
    }

    /// False where the agent has no such key.
    ///
    /// # Errors
    /// Where the store cannot be written; so for all changes.
    pub fn remove_agent_key(&self, agent: AgentId, fingerprint: &str) -> Result<bool, StoreError> {
        let removed = self.write(
            "DELETE FROM agent_keys WHERE agent = ?1 AND fingerprint = ?2",
            params![agent, fingerprint],
        )?;
        Ok(removed > 0)
    }

    /// Notes that a signed mail counts. False where it did before: a replay.
    pub fn counts_once(
        &self,
        sha256: &[u8; 32],
        message: MessageRef,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let added = self.write(
            "INSERT INTO signed_mails (sha256, message, at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
            params![sha256.as_slice(), message, now],
        )?;
        Ok(added > 0)
    }
}

fn key(row: &Row<'_>) -> rusqlite::Result<AgentKey> {
    Ok(AgentKey {
        agent: row.get("agent")?,
        fingerprint: row.get("fingerprint")?,
        certificate: row.get("certificate")?,
        added_at: row.get("added_at")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::{NOON, fresh};

    #[test]
    fn a_key_is_one_agents_and_can_be_renewed_and_removed() {
        let mut fresh = fresh();
        let (anna, jens) = (fresh.agent("anna").id, fresh.agent("jens").id);
        let key = |agent, certificate: &[u8]| AgentKey {
            agent,
            fingerprint: "AB12".to_owned(),
            certificate: certificate.to_vec(),
            added_at: NOON,
        };
        fresh.does(|tx| tx.save_agent_key(&key(anna, b"old")));
        fresh.does(|tx| tx.save_agent_key(&key(anna, b"new")));
        assert_eq!(fresh.store.agent_keys(anna).unwrap(), [key(anna, b"new")]);
        assert_eq!(fresh.store.agent_with_key("AB12").unwrap(), Some(anna));
        let stolen = fresh.store.transaction(|tx| tx.save_agent_key(&key(jens, b"x")));
        assert!(stolen.is_err(), "it is Anna's");
        assert!(!fresh.does(|tx| tx.remove_agent_key(jens, "AB12")));
        assert!(fresh.does(|tx| tx.remove_agent_key(anna, "AB12")));
        assert_eq!(fresh.store.agent_keys(anna).unwrap(), []);
    }
}
