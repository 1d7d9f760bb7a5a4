//! Who works here: agents, and the two languages everybody is written to in.

use serde::{Deserialize, Serialize};

use super::reach::Reach;
use crate::mail::{Address, Timestamp};

/// Every text exists in both.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    #[default]
    De,
    En,
}

impl Language {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::De => "de",
            Self::En => "en",
        }
    }

    /// Reads `de`, `en`, `de-AT`, `Deutsch`, `German`, `English`, `Englisch`; None for what it does not know.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        match text.split(['-', '_']).next().unwrap_or_default() {
            "de" | "deutsch" | "german" => Some(Self::De),
            "en" | "englisch" | "english" => Some(Self::En),
            _ => None,
        }
    }
}

/// A sentence in both languages: one that lacks a language does not compile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text {
    pub de: &'static str,
    pub en: &'static str,
}

impl Text {
    #[must_use]
    pub const fn get(&self, language: Language) -> &'static str {
        match language {
            Language::De => self.de,
            Language::En => self.en,
        }
    }
}

/// An agent's key in the store; also inside tokens, so it is never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AgentId(pub u16);

/// Somebody who may work on queues, as the admin authorised them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    pub id: AgentId,
    /// The short name that commands use: `anna`.
    pub name: String,
    /// What people read: `Anna Brandt`; the short name where none was given.
    pub display: String,
    /// All addresses they may write from; the first one gets the mail.
    pub addresses: Vec<Address>,
    pub queues: Vec<String>,
    pub language: Language,
    /// False once disabled: no mail, no commands, no locks; history keeps the name.
    pub active: bool,
    /// Receipts of success are wanted; errors come in any case.
    pub receipts: bool,
    /// "Anna Brandt has taken this" is wanted.
    pub taken_notices: bool,
    /// Tokens issued before this moment are void.
    pub tokens_since: Timestamp,
    pub created_at: Timestamp,
    #[serde(default)]
    pub reach: Reach,
}

impl Agent {
    #[must_use]
    pub fn works_on(&self, queue: &str) -> bool {
        self.active && self.queues.iter().any(|q| q == queue)
    }

    #[must_use]
    pub fn writes_from(&self, address: &Address) -> bool {
        self.addresses.contains(address)
    }
}
