//! What each command does, once it may. One arm a command, whose work is in a file beside this one; the first refusal drops all of
//! the mail.

mod application;
mod blocks;
mod owner;
mod state;

use application::{ask, confirm, renew, set, verify};
pub(super) use blocks::with_text;
use blocks::{draft, sent};
use owner::{assign, lock, move_to, unlock};
use state::{close, pending, reopen, set_priority, spam};

use super::answer::{Answer, Done, Refusal};
use super::application::Application;
use super::command::{Command, On};
use super::command_line::Typed;
use super::effect::{Decision, Effect, What, Who};
use super::event::{AgentMail, MessageRef};
use super::overview;
use super::people::AgentId;
use super::rules::{Queue, QueueKind, Rules};
use super::ticket::Ticket;
use crate::mail::{Span, Timestamp};

/// One mail of an agent on its way through the commands.
pub(super) struct Desk<'a> {
    pub decision: Decision,
    pub mail: &'a AgentMail,
    pub now: Timestamp,
    pub rules: &'a Rules,
    pub took_lock: bool,
    /// All that was typed and attached is an internal note.
    pub stays_inside: bool,
    /// The text stands in the letter that a command sends.
    pub text_goes_inside: bool,
    pub ordered_account: bool,
}

impl<'a> Desk<'a> {
    pub(super) const fn ticket(&self) -> &Ticket {
        &self.decision.ticket
    }

    fn me(&self) -> AgentId {
        self.mail.agent
    }

    fn note(&mut self, what: What) {
        let me = self.me();
        self.decision.note(Who::Agent(me), what);
    }

    fn queue(&self) -> Option<&'a Queue> {
        self.rules.queue(&self.decision.ticket.queue)
    }

    fn application(&mut self) -> Result<&mut Application, Refusal> {
        self.decision.ticket.application.as_mut().ok_or(Refusal::NotAnApplication)
    }

    /// What of the text goes out with a letter that a command sends: nothing of a note.
    fn own_words(&self, typed: &Typed) -> String {
        if self.stays_inside { String::new() } else { typed.text.clone() }
    }

    fn own_files(&self) -> Option<MessageRef> {
        (!self.stays_inside).then_some(self.mail.incoming.message)
    }

    fn confirm_within(&self) -> Span {
        self.queue().map_or(Span::days(4), |q| q.confirm_within)
    }
}

impl On {
    /// # Errors
    /// Why the command makes no sense on this ticket.
    pub(super) fn fits(self, ticket: &Ticket, rules: &Rules) -> Result<(), Refusal> {
        let is_application = ticket.application.is_some()
            && rules.queue(&ticket.queue).is_some_and(|q| q.kind == QueueKind::Application);
        match self {
            Self::Any => Ok(()),
            Self::OpenTicket if ticket.is_open() => Ok(()),
            Self::ClosedTicket if !ticket.is_open() => Ok(()),
            Self::ClosedTicket => Err(Refusal::TicketOpen),
            Self::OpenApplication if !is_application => Err(Refusal::NotAnApplication),
            Self::OpenApplication if ticket.is_open() => Ok(()),
            Self::OpenTicket | Self::OpenApplication => Err(Refusal::TicketClosed),
        }
    }
}

/// Does one command. None where another answer tells of it.
pub(super) fn out(
    desk: &mut Desk<'_>,
    command: &Command,
    typed: &Typed,
) -> Result<Option<Done>, Refusal> {
    let done = match command {
        Command::Lock { force } => lock(desk, *force),
        Command::Unlock => unlock(desk),
        Command::Assign { agent } => assign(desk, agent)?,
        Command::Verify => verify(desk, typed)?,
        Command::Confirm { force } => confirm(desk, *force)?,
        Command::Renew => renew(desk)?,
        Command::Ask { block } => ask(desk, typed, block.as_deref())?,
        // Its text stands in front of what was typed already: `blocks::with_text`.
        Command::Template { name } => sent(desk, name)?,
        Command::Draft { name } => return answered(desk, draft(desk, name)?),
        // The text is the command: what becomes of it is told with the text.
        Command::Reply => return Ok(None),
        Command::Note => Done::Noted,
        Command::Close { outcome, .. } => close(desk, *outcome),
        Command::Reopen => reopen(desk),
        Command::Pending { when, then } => pending(desk, *when, *then)?,
        Command::Priority(priority) => set_priority(desk, *priority),
        Command::Queue { name } => move_to(desk, name)?,
        Command::Set { field, value } => set(desk, *field, value)?,
        Command::Spam => spam(desk),
        Command::Show(number) => {
            return answered(desk, Answer::Show { number: number.unwrap_or(desk.ticket().number) });
        }
        Command::List(filter) => {
            let filter = overview::listed(filter, desk.me(), desk.rules)?;
            return answered(desk, Answer::List { filter });
        }
        Command::Help { about } => return answered(desk, Answer::Help { about: *about }),
        Command::Back => Done::Back,
        Command::Yes { .. } => return Err(Refusal::NothingOffered),
        // Customers' own; the table gives them to nobody else.
        Command::Status | Command::Withdraw => {
            return Err(Refusal::Unknown { nearest: Some("show") });
        }
    };
    Ok(Some(done))
}

fn answered(desk: &mut Desk<'_>, answer: Answer) -> Result<Option<Done>, Refusal> {
    let to = desk.me();
    desk.decision.then(Effect::Answer { to, answer, offer: None });
    Ok(None)
}
