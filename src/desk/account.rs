//! What the account provider did, and what follows when a server has taken a letter.

use super::application::{ConfirmedBy, Period, Step};
use super::audience::owner_or_everybody;
use super::customer::login_gone;
use super::effect::{Decision, Effect, Letter, News, What, Who};
use super::event::{AccountReply, LetterKind};
use super::rules::Rules;
use crate::mail::{Named, Timestamp};

pub fn replied(
    mut decision: Decision,
    reply: &AccountReply,
    now: Timestamp,
    rules: &Rules,
) -> Decision {
    match reply {
        AccountReply::Created { login, resumed, words } => {
            created(&mut decision, login, *resumed, words.clone(), now, rules);
        }
        AccountReply::LoginTaken { login } => {
            decision.note(Who::System, What::AccountFailed { login: login.clone() });
            let close_dropped = order_failed(&mut decision);
            login_gone(&mut decision, login.clone(), close_dropped, rules);
        }
        AccountReply::Failed { login, reason, resume } => {
            decision.note(Who::System, What::AccountFailed { login: login.clone() });
            let close_dropped = order_failed(&mut decision);
            // The account is there, suspended as before: it can be tried again.
            if let Some(application) = decision.ticket.application.as_mut().filter(|_| *resume) {
                application.step = Step::CredentialsBounced;
            }
            let news =
                News::AccountFailed { login: login.clone(), reason: reason.clone(), close_dropped };
            decision.then(Effect::Notify {
                to: owner_or_everybody(&decision.ticket, rules),
                news: news.clone(),
            });
            decision.then(Effect::TellPostmaster { news });
        }
        AccountReply::Suspended { login } => {
            decision.note(Who::System, What::AccountSuspended { login: login.clone() })
        }
    }
    decision
}

/// The credentials go to the application's address, only there; the owner is told; a `#close` that waited is done.
fn created(
    decision: &mut Decision,
    login: &str,
    resumed: bool,
    words: Option<String>,
    now: Timestamp,
    rules: &Rules,
) {
    let told = owner_or_everybody(&decision.ticket, rules);
    let Some(application) = &mut decision.ticket.application else { return };
    // A bounce of the verification was quicker: the account is suspended next, and nobody reads that mailbox.
    if application.step == Step::CredentialsBounced {
        application.close_after = None;
        decision.note(Who::System, What::AccountCreated { login: login.to_owned() });
        return;
    }
    application.step = Step::AccountCreated;
    let by = application.confirmed.map_or(ConfirmedBy::Applicant, |c| c.by);
    let name = application.name.clone().unwrap_or_default();
    let to = application.email.clone().map(|address| Named { name, address });
    let close_after = application.close_after.take();
    decision.note(Who::System, What::AccountCreated { login: login.to_owned() });
    if let Some(to) = to {
        decision
            .then(Effect::Write { to, letter: Letter::Credentials { login: login.to_owned() } });
    }
    if let Some(close) = close_after {
        decision.ticket.close(close.outcome, now);
        decision.note(Who::Agent(close.by), What::Closed { outcome: close.outcome });
    }
    decision.then(Effect::Notify {
        to: told,
        news: News::Confirmed { by, login: login.to_owned(), resumed, words },
    });
}

/// A `#close` that waited is dropped; the news of the failure says so. The step stays `confirmed`.
fn order_failed(decision: &mut Decision) -> bool {
    let Some(application) = &mut decision.ticket.application else { return false };
    application.confirmed = None;
    application.close_after.take().is_some()
}

/// A server has taken a letter that a period depends on: only now the applicant's time begins.
pub fn letter_accepted(mut decision: Decision, letter: LetterKind, now: Timestamp) -> Decision {
    let Some(application) = &mut decision.ticket.application else { return decision };
    match letter {
        LetterKind::Verification | LetterKind::Question => {
            if application.period == Period::NotBegun {
                application.period = Period::Since { from: now, reminded: false };
                decision.note(Who::System, What::PeriodBegan);
            }
        }
        LetterKind::Credentials => {
            if application.step == Step::AccountCreated {
                application.step = Step::CredentialsSent;
                decision.note(Who::System, What::CredentialsSent);
            }
        }
        LetterKind::Acknowledgement
        | LetterKind::Reply
        | LetterKind::Reminder
        | LetterKind::Notice
        | LetterKind::Notification
        | LetterKind::Report => {}
    }
    decision
}
