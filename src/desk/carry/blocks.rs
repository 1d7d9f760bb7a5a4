//! Text blocks: their text stands in front of what the agent typed, or comes back to be changed.

use super::Desk;
use crate::desk::answer::{Answer, Done, Refusal};
use crate::desk::command::Command;
use crate::desk::command_line::{Typed, TypedCommand};
use crate::desk::event::{Block, Blocks};

/// What was typed, below the text of each block that a command puts into it.
///
/// # Errors
/// The command whose block there is none of.
pub(in crate::desk) fn with_text<'a>(
    typed: &'a Typed,
    blocks: &Blocks,
) -> Result<Typed, (&'a TypedCommand, Refusal)> {
    let mut texts: Vec<String> = Vec::new();
    for command in &typed.commands {
        if let Some(name) = put_into_text(&command.command) {
            let block = find(blocks, name).map_err(|refusal| (command, refusal))?;
            // The same again says nothing more, however often it is named.
            if !texts.iter().any(|text| text == block.text.trim()) {
                texts.push(block.text.trim().to_owned());
            }
        }
    }
    if !typed.text.is_empty() {
        texts.push(typed.text.clone());
    }
    Ok(Typed { text: texts.join("\n\n"), ..typed.clone() })
}

fn put_into_text(command: &Command) -> Option<&str> {
    match command {
        Command::Template { name } => Some(name),
        Command::Ask { block } => block.as_deref(),
        _ => None,
    }
}

fn find<'a>(blocks: &'a Blocks, name: &str) -> Result<&'a Block, Refusal> {
    blocks.named.get(&name.to_lowercase()).ok_or_else(|| Refusal::UnknownBlock {
        name: name.to_owned(),
        there_are: blocks.there_are.clone(),
    })
}

pub(super) fn draft(desk: &Desk<'_>, name: &str) -> Result<Answer, Refusal> {
    Ok(Answer::Draft { block: find(&desk.mail.blocks, name)?.clone() })
}

/// The receipt's line: the text itself goes out with the rest of what was typed.
pub(super) fn sent(desk: &Desk<'_>, name: &str) -> Result<Done, Refusal> {
    let block = title(desk, name)?;
    if desk.stays_inside {
        return Ok(Done::Noted);
    }
    let customer = desk.ticket().customer.as_ref().ok_or(Refusal::NobodyToWriteTo)?;
    Ok(Done::BlockSent { to: customer.address.clone(), block })
}

pub(super) fn title(desk: &Desk<'_>, name: &str) -> Result<String, Refusal> {
    Ok(find(&desk.mail.blocks, name)?.title.clone())
}
