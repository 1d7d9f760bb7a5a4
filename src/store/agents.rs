//! Who may work on queues. An agent is never deleted: tokens and history name them.

use rusqlite::{Row, params};

use super::columns::Json;
use super::error::StoreError;
use super::{Reader, Tx};
use crate::desk::people::{Agent, AgentId};
use crate::mail::{Span, Timestamp};

impl Reader {
    /// When the latest mail of ours was written that an agent certainly got; None where nothing shows that they got any.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn read_by_agent(&self, id: AgentId) -> Result<Option<Timestamp>, StoreError> {
        self.one("SELECT until FROM read_by_agents WHERE agent = ?1", [id], |row| row.get(0))
    }

    /// All of them, disabled or not, by name.
    ///
    /// # Errors
    /// Where the store cannot be read; so for all questions.
    pub fn agents(&self) -> Result<Vec<Agent>, StoreError> {
        self.all("SELECT body FROM agents ORDER BY name", [], agent)
    }

    pub fn agent(&self, id: AgentId) -> Result<Option<Agent>, StoreError> {
        self.one("SELECT body FROM agents WHERE id = ?1", [id], agent)
    }

    /// The case of letters does not count.
    pub fn agent_named(&self, name: &str) -> Result<Option<Agent>, StoreError> {
        self.one("SELECT body FROM agents WHERE name = ?1", [name.to_lowercase()], agent)
    }
}

impl Tx<'_> {
    /// Writes an agent, new (with an id from `next_agent`) or not.
    ///
    /// # Errors
    /// A conflict where the name belongs to another one.
    pub fn save_agent(&self, agent: &Agent) -> Result<(), StoreError> {
        self.write(
            "INSERT INTO agents (id, name, body) VALUES (?1, ?2, ?3) ON CONFLICT (id) DO UPDATE SET (name, body) = (?2, ?3)",
            params![agent.id, agent.name.to_lowercase(), Json(agent)],
        )
        .map(drop)
    }

    /// Ends an agent's work and voids all their tokens. The agent as they are now; None where there is none of this id.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn disable_agent(&self, id: AgentId, at: Timestamp) -> Result<Option<Agent>, StoreError> {
        let Some(agent) = self.agent(id)? else { return Ok(None) };
        let disabled = Agent { active: false, tokens_since: at, ..agent };
        self.save_agent(&disabled)?;
        Ok(Some(disabled))
    }

    /// An agent got a mail of ours that was written then.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn agent_got_mail(&self, id: AgentId, written: Timestamp) -> Result<(), StoreError> {
        self.write(
            "INSERT INTO read_by_agents (agent, until) VALUES (?1, ?2)
             ON CONFLICT (agent) DO UPDATE SET until = ?2 WHERE until < ?2",
            params![id, written],
        )
        .map(drop)
    }

    /// Voids all tokens that were issued to an agent so far. False where there is none of this id.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn revoke_tokens(&self, id: AgentId, now: Timestamp) -> Result<bool, StoreError> {
        let Some(agent) = self.agent(id)? else { return Ok(false) };
        // A token knows its second: those of this one are among what was issued so far.
        self.save_agent(&Agent { tokens_since: now.plus(Span::secs(1)), ..agent })?;
        Ok(true)
    }
}

fn agent(row: &Row<'_>) -> rusqlite::Result<Agent> {
    row.get::<_, Json<Agent>>("body").map(|json| json.0)
}
