//! A line -> a command, or what was expected instead.

use super::command::{Command, Spec};

/// What an agent typed, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Typed {
    pub commands: Vec<TypedCommand>,
    /// The rest of the new text, `##` turned into `#`, outer blank lines taken off.
    pub text: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct TypedCommand {
    /// Counted from 1 in the new text.
    pub line: usize,
    pub typed: String,
    pub command: Command,
}

impl std::fmt::Debug for Spec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{}", self.name)
    }
}
