//! Text blocks that an agent's mail names: filled in before the core decides.

use super::clerk::Clerk;
use super::error::OfficeError;
use crate::desk::Ticket;
use crate::desk::command::Command;
use crate::desk::command_line::TypedCommand;
use crate::desk::event::Blocks;
use crate::mail::Timestamp;

impl Clerk {
    pub(super) fn blocks_named<'a>(
        &self,
        ticket: &Ticket,
        commands: impl Iterator<Item = &'a TypedCommand>,
        now: Timestamp,
    ) -> Result<Blocks, OfficeError> {
        let mut blocks = Blocks::default();
        for name in commands.filter_map(|typed| named_in(&typed.command)) {
            if blocks.named.contains_key(&name.to_lowercase()) {
                continue;
            }
            let scene = self.scene(ticket, ticket.language, &[], None, None, now);
            match self.letters.block(&scene, name)? {
                Some(block) => {
                    blocks.named.insert(name.to_lowercase(), block);
                }
                None => {
                    let all = self.letters.blocks(ticket.language);
                    blocks.there_are = all.into_iter().map(|block| block.name).collect();
                    // Nothing of the mail is done.
                    break;
                }
            }
        }
        Ok(blocks)
    }
}

fn named_in(command: &Command) -> Option<&str> {
    match command {
        Command::Template { name } | Command::Draft { name } => Some(name),
        Command::Ask { block } => block.as_deref(),
        _ => None,
    }
}
