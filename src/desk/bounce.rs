//! A mail of ours came back, or a server refused it for good. What reaches here was proven to be about that very mail.

use super::application::{Period, Step};
use super::audience::owner_or_everybody;
use super::effect::{Article, ArticleKind, Author, Decision, Effect, News, Visibility, What, Who};
use super::event::{LetterKind, ReturnKind, Returned};
use super::people::AgentId;
use super::rules::Rules;
use super::ticket::State;
use crate::mail::Timestamp;

pub fn returned(
    mut decision: Decision,
    returned: &Returned,
    now: Timestamp,
    rules: &Rules,
) -> Decision {
    decision.note(
        Who::System,
        What::Bounced { address: returned.address.clone(), status: returned.status.clone() },
    );
    decision.then(Effect::Article(article(returned)));
    match returned.letter {
        // A delay is shown with the ticket, and ends nothing.
        _ if returned.kind == ReturnKind::Delayed => {}
        LetterKind::Credentials => credentials_lost(&mut decision, returned, now, rules),
        LetterKind::Verification
        | LetterKind::Question
        | LetterKind::Reminder
        | LetterKind::Acknowledgement => {
            applicant_unreachable(&mut decision, returned, now, rules);
        }
        LetterKind::Reply => reply_lost(&mut decision, returned, rules),
        LetterKind::Notice => tell(&mut decision, returned, false, None, rules),
        // An agent's own mailbox is no matter of the ticket.
        LetterKind::Notification | LetterKind::Report => {}
    }
    decision
}

fn article(returned: &Returned) -> Article {
    Article {
        author: Author::System,
        visibility: Visibility::Internal,
        kind: ArticleKind::Bounce,
        subject: String::new(),
        text: returned.diagnostic.clone(),
        attachments: Vec::new(),
        message: returned.message,
    }
}

/// The account is suspended until somebody decides.
fn credentials_lost(decision: &mut Decision, returned: &Returned, now: Timestamp, rules: &Rules) {
    let email = decision.ticket.application.as_ref().and_then(|a| a.email.as_ref());
    // Of an address that was corrected since, it says nothing about the account.
    if email != Some(&returned.address) {
        tell(decision, returned, false, None, rules);
        return;
    }
    let Some(login) = decision.ticket.application.as_mut().and_then(|application| {
        application.step = Step::CredentialsBounced;
        application.login.clone()
    }) else {
        return;
    };
    brand(decision, returned, now);
    decision.note(Who::System, What::AccountSuspended { login: login.clone() });
    decision.then(Effect::SuspendAccount { login: login.clone() });
    tell(decision, returned, returned.kind == ReturnKind::NoSuchAddress, Some(login), rules);
}

fn applicant_unreachable(
    decision: &mut Decision,
    returned: &Returned,
    now: Timestamp,
    rules: &Rules,
) {
    let has_account = decision
        .ticket
        .application
        .as_ref()
        .is_some_and(|a| a.step.has_account() || a.confirmed.is_some());
    let branded = returned.kind == ReturnKind::NoSuchAddress;
    // A verification that comes back after the confirmation: whoever confirmed does not read this mailbox.
    if has_account && branded && returned.letter == LetterKind::Verification {
        credentials_lost(decision, returned, now, rules);
        return;
    }
    if branded {
        brand(decision, returned, now);
    }
    // No server will take this letter any more: the applicant's time cannot wait for it.
    if let Some(application) = &mut decision.ticket.application
        && application.period == Period::NotBegun
    {
        application.period = Period::Since { from: now, reminded: true };
    }
    tell(decision, returned, branded, None, rules);
}

/// Only "no such address" brands an address, and only the one that the ticket still has.
fn brand(decision: &mut Decision, returned: &Returned, now: Timestamp) {
    if returned.kind != ReturnKind::NoSuchAddress {
        return;
    }
    let Some(application) = decision
        .ticket
        .application
        .as_mut()
        .filter(|a| a.email.as_ref() == Some(&returned.address))
    else {
        return;
    };
    application.undeliverable = Some(super::application::Undeliverable {
        address: returned.address.clone(),
        status: returned.status.clone(),
        at: now,
    });
    if !application.step.has_account() && application.confirmed.is_none() {
        application.link = None;
        application.step = Step::Bounced;
    }
}

/// An agent's words did not arrive: they are told, with the text, and a ticket closed by that mail is open again.
fn reply_lost(decision: &mut Decision, returned: &Returned, rules: &Rules) {
    let ticket = &mut decision.ticket;
    if let State::Closed { at, .. } = ticket.state
        && at == returned.sent_at
    {
        ticket.state = State::Open;
        ticket.opened_at = at;
        decision.note(Who::System, What::Reopened);
    }
    if returned.kind == ReturnKind::NoSuchAddress {
        brand(decision, returned, returned.sent_at);
    }
    tell(decision, returned, returned.kind == ReturnKind::NoSuchAddress, None, rules);
}

/// The owner, and who wrote or confirmed; bounced credentials go to the postmaster at once.
fn tell(
    decision: &mut Decision,
    returned: &Returned,
    branded: bool,
    suspended: Option<String>,
    rules: &Rules,
) {
    let mut to = owner_or_everybody(&decision.ticket, rules);
    let confirmer =
        decision.ticket.application.as_ref().and_then(|a| a.confirmed).and_then(|c| match c.by {
            super::application::ConfirmedBy::Agent(agent) => Some(agent),
            super::application::ConfirmedBy::Applicant => None,
        });
    let concerned: [Option<AgentId>; 2] =
        [returned.author, confirmer.filter(|_| suspended.is_some())];
    for agent in concerned.into_iter().flatten() {
        if !to.contains(&agent) && rules.agent(agent).is_some_and(|a| a.active) {
            to.push(agent);
        }
    }
    let urgent = suspended.is_some();
    let news = News::Bounce { returned: returned.clone(), branded, suspended };
    decision.then(Effect::Notify { to, news: news.clone() });
    if urgent {
        decision.then(Effect::TellPostmaster { news });
    }
}

#[cfg(test)]
mod tests;
