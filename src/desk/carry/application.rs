//! What moves an application on: the link, the question, the account, its fields and its period.

use super::Desk;
use super::blocks::title;
use crate::desk::answer::{Done, Refusal};
use crate::desk::application::{Confirmation, ConfirmedBy, Field, Link, Period, Step};
use crate::desk::command_line::Typed;
use crate::desk::effect::{Effect, Letter, What};
use crate::desk::event::LoginHolder;
use crate::desk::form;
use crate::desk::people::Language;
use crate::mail::{Address, Named};

/// E-mail and login of an application that can go on, and nobody else has the login.
fn complete(desk: &mut Desk<'_>) -> Result<(Address, String), Refusal> {
    let (known, rules) = (&desk.mail.known, desk.rules);
    let application = desk.decision.ticket.application.as_ref().ok_or(Refusal::NotAnApplication)?;
    let email = application.email.clone().ok_or(Refusal::Missing { field: Field::Email })?;
    let login = application.login.clone().ok_or(Refusal::Missing { field: Field::Login })?;
    if rules.is_own(&email) {
        return Err(Refusal::EmailUnusable { text: email.to_string() });
    }
    if !form::usable_login(&login, rules) {
        return Err(Refusal::LoginUnusable { login });
    }
    match known.logins.get(&login.to_lowercase()) {
        // At `credentials_bounced` the account is this application's own.
        Some(LoginHolder::Account(_)) if application.step != Step::CredentialsBounced => {
            Err(Refusal::LoginHasAccount { login })
        }
        Some(LoginHolder::Reserved(by)) => Err(Refusal::LoginReserved { login, by: *by }),
        Some(LoginHolder::Account(_)) | None => Ok((email, login)),
    }
}

pub(super) fn verify(desk: &mut Desk<'_>, typed: &Typed) -> Result<Done, Refusal> {
    let within = desk.confirm_within();
    let author = desk.me();
    let fresh = desk.mail.fresh.clone();
    let application = desk.application()?;
    if application.step.has_account() || application.confirmed.is_some() {
        return Err(Refusal::HasAccount { step: application.step });
    }
    let (email, _) = complete(desk)?;
    let application = desk.application()?;
    if application.undeliverable.as_ref().is_some_and(|u| u.address == email) {
        return Err(Refusal::Undeliverable { address: email });
    }
    application.step = Step::VerificationSent;
    application.link = Some(Link { sha256: fresh.sha256, sent_to: email.clone() });
    application.period = Period::NotBegun;
    application.written_to = true;
    let name = application.name.clone().unwrap_or_default();
    desk.text_goes_inside = true;
    desk.note(What::LinkSent { to: email.clone() });
    let letter = Letter::Verification {
        token: fresh.token,
        text: desk.own_words(typed),
        author,
        valid: within,
        attachments_of: desk.own_files(),
    };
    desk.decision.then(Effect::Write { to: Named { name, address: email.clone() }, letter });
    Ok(Done::LinkSent { to: email, within })
}

pub(super) fn ask(
    desk: &mut Desk<'_>,
    typed: &Typed,
    block: Option<&str>,
) -> Result<Done, Refusal> {
    let block = block.map(|name| title(desk, name)).transpose()?;
    let author = desk.me();
    let application = desk.application()?;
    if application.step.has_account() {
        return Err(Refusal::HasAccount { step: application.step });
    }
    let email = application.email.clone().ok_or(Refusal::Missing { field: Field::Email })?;
    if application.undeliverable.as_ref().is_some_and(|u| u.address == email) {
        return Err(Refusal::Undeliverable { address: email });
    }
    // A link that is out stays good: a question beside it does not take back the offer.
    if application.link.is_none() {
        application.step = Step::Asked;
    }
    application.period = Period::NotBegun;
    application.written_to = true;
    let name = application.name.clone().unwrap_or_default();
    desk.text_goes_inside = true;
    desk.note(What::QuestionSent { to: email.clone() });
    let letter =
        Letter::Question { text: desk.own_words(typed), author, attachments_of: desk.own_files() };
    desk.decision.then(Effect::Write { to: Named { name, address: email.clone() }, letter });
    Ok(Done::QuestionSent { to: email, block })
}

pub(super) fn confirm(desk: &mut Desk<'_>, force: bool) -> Result<Done, Refusal> {
    let (now, me, within) = (desk.now, desk.me(), desk.confirm_within());
    let application = desk.application()?;
    let again = application.step == Step::CredentialsBounced;
    if let Some(Confirmation { by, at }) = application.confirmed.filter(|_| !again) {
        return Ok(Done::AlreadyConfirmed { by, at });
    }
    if application.withdrawn_at.is_some() && !force {
        return Err(Refusal::WithdrawnByApplicant);
    }
    if let Some(undeliverable) = application.undeliverable.as_ref().filter(|_| !force) {
        return Err(Refusal::Undeliverable { address: undeliverable.address.clone() });
    }
    // The applicant's own "no" ended the period; whoever uses force knows that.
    let ended_by_applicant = application.withdrawn_at.is_some();
    if application.period.is_over(within, now) && !again && !ended_by_applicant {
        let at = application.period.ends(within).unwrap_or(now);
        return Err(Refusal::PeriodOver { at });
    }
    let (email, login) = complete(desk)?;
    let application = desk.application()?;
    application.step = Step::Confirmed;
    application.link = None;
    application.confirmed = Some(Confirmation { by: ConfirmedBy::Agent(me), at: now });
    let name = application.name.clone().unwrap_or_default();
    desk.ordered_account = true;
    desk.note(What::Confirmed);
    desk.decision.then(Effect::CreateAccount {
        login: login.clone(),
        email: email.clone(),
        name,
        resume: again,
    });
    Ok(Done::AccountOrdered { login, to: email })
}

pub(super) fn renew(desk: &mut Desk<'_>) -> Result<Done, Refusal> {
    let (now, within) = (desk.now, desk.confirm_within());
    let application = desk.application()?;
    if application.step.has_account() {
        return Err(Refusal::HasAccount { step: application.step });
    }
    if application.step == Step::Expired {
        application.step = Step::Received;
    }
    application.period = Period::Since { from: now, reminded: false };
    desk.note(What::PeriodRenewed);
    Ok(Done::Renewed { until: now.plus(within) })
}

pub(super) fn set(desk: &mut Desk<'_>, field: Field, value: &str) -> Result<Done, Refusal> {
    let (rules, known) = (desk.rules, &desk.mail.known);
    let value = value.trim();
    let unfit = || Refusal::Missing { field };
    let application = desk.decision.ticket.application.as_mut().ok_or(Refusal::NotAnApplication)?;
    let settled = application.step.has_account() || application.confirmed.is_some();
    let bounced = application.step == Step::CredentialsBounced;
    let (old, new) = match field {
        Field::Name => (application.name.replace(value.to_owned()), value.to_owned()),
        Field::Reason => (application.reason.replace(value.to_owned()), value.to_owned()),
        Field::Login => {
            if settled {
                return Err(Refusal::HasAccount { step: application.step });
            }
            if !form::usable_login(value, rules) {
                return Err(Refusal::LoginUnusable { login: value.to_owned() });
            }
            match known.logins.get(&value.to_lowercase()) {
                Some(LoginHolder::Account(_)) => {
                    return Err(Refusal::LoginHasAccount { login: value.to_owned() });
                }
                Some(LoginHolder::Reserved(by)) => {
                    return Err(Refusal::LoginReserved { login: value.to_owned(), by: *by });
                }
                None => (application.login.replace(value.to_owned()), value.to_owned()),
            }
        }
        Field::Email => {
            if settled && !bounced {
                return Err(Refusal::HasAccount { step: application.step });
            }
            let address = form::usable_email(value, rules)
                .ok_or_else(|| Refusal::EmailUnusable { text: value.to_owned() })?;
            // Link and bounce mark belonged to the old address.
            application.link = None;
            application.undeliverable = None;
            if matches!(application.step, Step::VerificationSent | Step::Bounced) {
                application.step = Step::Received;
            }
            let old = application.email.replace(address.clone()).map(|a| a.to_string());
            let name = application.name.clone().unwrap_or_default();
            desk.decision.ticket.customer = Some(Named { name, address: address.clone() });
            (old, address.to_string())
        }
        Field::Language => {
            let language = Language::read(value).ok_or_else(unfit)?;
            let old = std::mem::replace(&mut desk.decision.ticket.language, language);
            (Some(old.code().to_owned()), language.code().to_owned())
        }
    };
    if field == Field::Name
        && let Some(customer) = &mut desk.decision.ticket.customer
    {
        new.clone_into(&mut customer.name);
    }
    desk.note(What::FieldSet { field });
    Ok(Done::FieldSet { field, old, new })
}
