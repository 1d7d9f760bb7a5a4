//! A history line in words for the admin. What is noted is decided in `desk`.

use super::ticket::Names;
use super::times::Clock;
use crate::desk::effect::{What, Who};

/// `anna`, `the customer`, ...
#[must_use]
pub fn who(who: &Who, names: &Names) -> String {
    match who {
        Who::Agent(agent) => names.of(*agent),
        Who::Customer => "the customer".to_owned(),
        Who::ThirdParty => "a third party".to_owned(),
        Who::System => "postamt".to_owned(),
    }
}

/// `took the ticket from boris`
#[must_use]
pub fn what(what: &What, names: &Names, clock: &Clock) -> String {
    let words = match what {
        What::Created => "opened the ticket",
        What::CustomerWrote => "wrote",
        What::ThirdPartyWrote => "wrote, being no participant",
        What::AutomaticCame => "an automatic mail came",
        What::Locked { from: None } => "took the ticket",
        What::Unlocked => "gave the ticket back",
        What::Released => "the ticket is free again",
        What::PeriodBegan => "the time for confirming began",
        What::PeriodRenewed => "gave the applicant time anew",
        What::Replied => "wrote to the customer",
        What::Noted => "left a note",
        What::Confirmed => "confirmed the application",
        What::CredentialsSent => "the credentials were accepted by the mail server",
        What::Withdrawn => "withdrew the application",
        What::Expired => "the time for confirming ran out",
        What::Reminded => "sent a reminder",
        What::Spam => "marked it as spam",
        What::Reopened => "opened it again",
        What::PendingOver => "the pending date has come",
        What::Escalated => "escalated",
        What::Challenged => "a command was not proven: asked back",
        What::Refused => "a command was refused",
        What::Erased => "personal data were erased",
        What::Locked { from: Some(agent) } => {
            return format!("took the ticket from {}", names.of(*agent));
        }
        What::Assigned { to } => return format!("gave the ticket to {}", names.of(*to)),
        What::LinkSent { to } => return format!("sent the confirmation link to {to}"),
        What::QuestionSent { to } => return format!("sent the question to {to}"),
        What::AccountCreated { login } => return format!("made the account {login}"),
        What::AccountFailed { login } => return format!("the account {login} could not be made"),
        What::AccountSuspended { login } => return format!("suspended the account {login}"),
        What::Bounced { address, status } => {
            return format!("mail to {address} came back {status}").trim_end().to_owned();
        }
        What::Closed { outcome } => return format!("closed it: {}", outcome.word()),
        What::Pending { until } => return format!("set it pending until {}", clock.at(*until)),
        What::Priority { from, to } => return format!("changed the priority from {from} to {to}"),
        What::Moved { from, to } => return format!("moved it from {from} to {to}"),
        What::FieldSet { field } => return format!("set the {}", field.word()),
        What::Continued { in_ticket } => return format!("it goes on in ticket {in_ticket}"),
    };
    words.to_owned()
}
