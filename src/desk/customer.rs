//! What the customer's mail does, and the mail of everybody else who is no agent.

use super::application::{Application, Confirmation, ConfirmedBy, Period, Step};
use super::audience::owner_or_everybody;
use super::consent::Consent;
use super::effect::{
    Article, ArticleKind, Asks, Author, Decision, Effect, Letter, News, Tone, Visibility, What, Who,
};
use super::event::{
    CustomerCommand, CustomerMail, CustomerProof, Incoming, LetterKind, LoginHolder,
};
use super::rules::Rules;
use super::ticket::{Escalation, Lock, Outcome, State};
use crate::mail::Timestamp;

/// A reopening with fewer characters is probably a thank-you: closing quietly is offered first.
const SHORT_REOPENING: usize = 200;

pub fn wrote(
    mut decision: Decision,
    mail: &CustomerMail,
    now: Timestamp,
    rules: &Rules,
) -> Decision {
    decision.note(Who::Customer, What::CustomerWrote);
    decision.then(Effect::Article(article(
        &mail.incoming,
        Author::Customer(mail.incoming.from.clone()),
        Visibility::Public,
    )));
    match obeyed(&mut decision, mail, now, rules) {
        Obeyed::Settled => return decision,
        Obeyed::Answered if mail.only_commands => return decision,
        Obeyed::Answered | Obeyed::Nothing => {}
    }
    let tone = match answer_to_verification(&mut decision, mail, now, rules) {
        Said::Done => return decision,
        Said::Nothing => plain_answer(&mut decision, mail, now, rules),
        // No clear yes, but an answer all the same, if it is the applicant's.
        Said::ShowAs(tone @ Tone::Doubtful { .. }) if is_applicants(&decision, mail) => {
            plain_answer(&mut decision, mail, now, rules);
            tone
        }
        Said::ShowAs(tone) => {
            if is_applicants(&decision, mail) {
                comes_back(&mut decision, now, rules);
            }
            tone
        }
    };
    if mail.proof.is_proven() {
        signs_of_life(&mut decision, now);
    }
    let news =
        News::CustomerAnswer { incoming: mail.incoming.clone(), tone, known: mail.known.clone() };
    decision.then(Effect::Notify { to: owner_or_everybody(&decision.ticket, rules), news });
    decision
}

/// Somebody who is no participant: never confirms, closes or changes anything.
pub fn stranger_wrote(
    mut decision: Decision,
    incoming: &Incoming,
    token_void: bool,
    rules: &Rules,
) -> Decision {
    decision.note(Who::ThirdParty, What::ThirdPartyWrote);
    decision.then(Effect::Article(article(
        incoming,
        Author::ThirdParty(incoming.from.clone()),
        Visibility::Internal,
    )));
    let news = News::ThirdParty { incoming: incoming.clone(), token_void };
    decision.then(Effect::Notify { to: owner_or_everybody(&decision.ticket, rules), news });
    decision
}

/// An automatic mail changes nothing: not the state, the owner, or a clock. Nobody is told of it, as it may be one of many; the next
/// notification says that it came, a warning at the latest, so that a person's mail that reads like a machine's is seen in time.
pub fn machine_wrote(mut decision: Decision, incoming: &Incoming) -> Decision {
    decision.note(Who::System, What::AutomaticCame);
    let mut automatic =
        article(incoming, Author::Machine(incoming.from.clone()), Visibility::Internal);
    automatic.kind = ArticleKind::Automatic;
    decision.then(Effect::Article(automatic));
    decision
}

fn article(incoming: &Incoming, author: Author, visibility: Visibility) -> Article {
    Article {
        author,
        visibility,
        kind: ArticleKind::Mail,
        subject: incoming.subject.clone(),
        text: incoming.text.clone(),
        attachments: incoming.attachments.clone(),
        message: Some(incoming.message),
    }
}

/// What became of their own commands.
#[derive(PartialEq)]
enum Obeyed {
    /// There were none.
    Nothing,
    Answered,
    /// It is withdrawn or closed: whoever works on it has the words.
    Settled,
}

/// Their own commands. Answers go only to the registered address, one to a mail, the one that says most; what changes
/// something needs an answer to a mail of ours, from the address that it went to.
fn obeyed(decision: &mut Decision, mail: &CustomerMail, now: Timestamp, rules: &Rules) -> Obeyed {
    let Some(to) = decision.ticket.customer.clone() else { return Obeyed::Nothing };
    let is_proven = is_applicants(decision, mail);
    let mut said: Option<(u8, Letter)> = None;
    let mut obeyed = Obeyed::Nothing;
    for command in &mail.commands {
        let status = |asks| (1, Letter::Status { asks });
        let answer = match command {
            CustomerCommand::Status => status(Asks::Nothing),
            CustomerCommand::Help => (2, Letter::Help),
            CustomerCommand::List => (3, Letter::List { others: mail.known.earlier.clone() }),
            CustomerCommand::Show(Some(number))
                if is_proven && *number != decision.ticket.number =>
            {
                (4, Letter::ShowOther { number: *number })
            }
            CustomerCommand::Show(_) if is_proven => (4, Letter::Show),
            CustomerCommand::Show(_) => status(Asks::Nothing),
            CustomerCommand::Withdraw | CustomerCommand::Close if !is_proven => match command {
                CustomerCommand::Withdraw => (5, Letter::Status { asks: Asks::Withdraw }),
                _ => (5, Letter::Status { asks: Asks::Close }),
            },
            // An application that is to end before there is an account is withdrawn.
            CustomerCommand::Withdraw | CustomerCommand::Close if can_withdraw(decision) => {
                withdraw(decision, &mail.incoming, now, rules);
                obeyed = Obeyed::Settled;
                (6, Letter::Withdrawn)
            }
            CustomerCommand::Close if can_close(decision) => {
                close(decision, &mail.incoming, now, rules);
                obeyed = Obeyed::Settled;
                (6, Letter::Status { asks: Asks::Nothing })
            }
            CustomerCommand::Withdraw | CustomerCommand::Close => status(Asks::Nothing),
        };
        if said.as_ref().is_none_or(|(rank, _)| answer.0 > *rank) {
            said = Some(answer);
        }
    }
    if let Some((_, letter)) = said.filter(|_| mail.may_answer) {
        decision.then(Effect::Write { to, letter });
    }
    match obeyed {
        Obeyed::Nothing if !mail.commands.is_empty() => Obeyed::Answered,
        obeyed => obeyed,
    }
}

/// What they want settled is: not while an account is being made, nor where it ended otherwise.
fn can_close(decision: &Decision) -> bool {
    decision.ticket.is_open()
        && decision.ticket.application.as_ref().is_none_or(|a| a.step.has_account())
}

fn close(decision: &mut Decision, incoming: &Incoming, now: Timestamp, rules: &Rules) {
    let news = News::CustomerClosed { words: incoming.text.clone() };
    decision.then(Effect::Notify { to: owner_or_everybody(&decision.ticket, rules), news });
    decision.ticket.close(Outcome::Success, now);
    decision.note(Who::Customer, What::Closed { outcome: Outcome::Success });
}

fn can_withdraw(decision: &Decision) -> bool {
    decision.ticket.is_open()
        && decision.ticket.application.as_ref().is_some_and(|a| {
            // An account that is being made will be there before anybody reads the answer.
            !a.step.has_account() && a.confirmed.is_none() && a.step != Step::Withdrawn
        })
}

/// Their "no": the link is void, the owner is told, and only `#confirm force` could still make an account.
fn withdraw(decision: &mut Decision, incoming: &Incoming, now: Timestamp, rules: &Rules) {
    if let Some(application) = &mut decision.ticket.application {
        application.step = Step::Withdrawn;
        application.link = None;
        application.withdrawn_at = Some(now);
        application.period = Period::Over { at: now };
    }
    decision.note(Who::Customer, What::Withdrawn);
    ends_wait(decision);
    let news = News::Withdrawn { words: incoming.text.clone() };
    decision.then(Effect::Notify { to: owner_or_everybody(&decision.ticket, rules), news });
}

/// What a mail says to a verification.
enum Said {
    /// Nobody needs to be told about the words any more.
    Done,
    /// It is no answer to a verification.
    Nothing,
    ShowAs(Tone),
}

fn answer_to_verification(
    decision: &mut Decision,
    mail: &CustomerMail,
    now: Timestamp,
    rules: &Rules,
) -> Said {
    let answers = matches!(mail.proof, CustomerProof::Link | CustomerProof::VoidLink)
        || matches!(mail.answers, Some(LetterKind::Verification | LetterKind::Reminder));
    let Some(application) = decision.ticket.application.as_ref().filter(|_| answers) else {
        return Said::Nothing;
    };
    // What comes second finds the account made, and sends no second credentials.
    if application.confirmed.is_some() && mail.consent == Consent::Yes {
        return Said::Done;
    }
    let from_applicant = application.email.as_ref() == Some(&mail.incoming.from.address);
    if application.step.has_account() {
        // The question was answered long ago: this is about something else.
        return if from_applicant {
            Said::Nothing
        } else {
            Said::ShowAs(Tone::Doubtful { why: None })
        };
    }
    match mail.consent {
        _ if !from_applicant => Said::ShowAs(Tone::Doubtful { why: None }),
        Consent::Doubtful(why) => Said::ShowAs(Tone::Doubtful { why: Some(why) }),
        Consent::No if !mail.proof.is_proven() => Said::ShowAs(Tone::Doubtful { why: None }),

        Consent::No if can_withdraw(decision) => {
            withdraw(decision, &mail.incoming, now, rules);
            Said::Done
        }
        Consent::No => Said::ShowAs(Tone::Plain),
        Consent::Yes if mail.proof == CustomerProof::Claimed => Said::ShowAs(Tone::Unproven),

        Consent::Yes => confirmed(decision, mail, now, rules),
    }
}

/// A clear yes from the applicant: the account is ordered, unless it came too late or somebody has the login by now.
fn confirmed(decision: &mut Decision, mail: &CustomerMail, now: Timestamp, rules: &Rules) -> Said {
    let queue_period = rules.queue(&decision.ticket.queue).map(|q| q.confirm_within);
    let customer = decision.ticket.customer.clone();
    let open = decision.ticket.is_open();
    let Some(application) = &mut decision.ticket.application else { return Said::Nothing };
    let link_is_live = mail.proof.is_proven()
        && application.link.is_some()
        && application.step == Step::VerificationSent
        && application.undeliverable.is_none();
    let in_time = queue_period.is_some_and(|within| !application.period.is_over(within, now));
    let complete = application.email.clone().zip(application.login.clone());
    let (Some((email, login)), true, true) = (complete, link_is_live && open, in_time) else {
        // After their own "no" the link is void for good: the owner reads it and decides.
        let withdrawn = application.withdrawn_at.is_some();
        let late = !withdrawn && (!in_time || application.step == Step::Expired);
        if let Some(to) = customer.filter(|_| mail.may_answer && late) {
            decision.then(Effect::Write { to, letter: Letter::TooLate { has_account: false } });
        }
        let void = late || !link_is_live;
        return Said::ShowAs(if void { Tone::TooLate } else { Tone::Doubtful { why: None } });
    };
    application.step = Step::Confirmed;
    application.link = None;
    application.withdrawn_at = None;
    if let Some(LoginHolder::Account(_) | LoginHolder::Reserved(_)) =
        mail.known.logins.get(&login.to_lowercase())
    {
        login_gone(decision, login, false, rules);
        return Said::Done;
    }
    application.confirmed = Some(Confirmation { by: ConfirmedBy::Applicant, at: now });
    let name = application.name.clone().unwrap_or_default();
    decision.note(Who::Customer, What::Confirmed);
    ends_wait(decision);
    signs_of_life(decision, now);
    decision.then(Effect::CreateAccount { login, email, name, resume: false });
    Said::Done
}

/// The step stays `confirmed`; the owner gets a prefilled `#set login`, the applicant reads that an agent will write.
pub(super) fn login_gone(
    decision: &mut Decision,
    login: String,
    close_dropped: bool,
    rules: &Rules,
) {
    if let Some(to) = decision.ticket.customer.clone() {
        decision.then(Effect::Write { to, letter: Letter::LoginTaken });
    }
    let news = News::LoginTaken { login, close_dropped };
    decision.then(Effect::Notify { to: owner_or_everybody(&decision.ticket, rules), news });
}

/// Any other follow-up: it may reopen the ticket, end a wait, and start the confirmation period anew.
fn plain_answer(
    decision: &mut Decision,
    mail: &CustomerMail,
    now: Timestamp,
    rules: &Rules,
) -> Tone {
    if !mail.proof.is_proven() {
        return Tone::Unproven;
    }
    let ticket = &mut decision.ticket;
    let asked = ticket.application.as_ref().is_some_and(|a| a.step == Step::Asked)
        && mail.answers == Some(LetterKind::Question);
    if let Some(application) = &mut ticket.application {
        application.answered(now);
    }
    if comes_back(decision, now, rules) {
        let short = mail.incoming.text.chars().count() < SHORT_REOPENING;
        return Tone::Reopening { short };
    }
    if asked { Tone::ToQuestion } else { Tone::Plain }
}

/// A word of the customer's ends a wait, and opens what was closed, with its former owner. Whether it was closed.
fn comes_back(decision: &mut Decision, now: Timestamp, rules: &Rules) -> bool {
    let ticket = &mut decision.ticket;
    match ticket.state {
        State::Closed { .. } => {
            ticket.state = State::Open;
            ticket.opened_at = now;
            ticket.escalation = Escalation::No;
            let former = ticket
                .former_owner
                .filter(|a| rules.agent(*a).is_some_and(|a| a.works_on(&ticket.queue)));
            ticket.lock = former.map(|owner| Lock {
                owner,
                since: now,
                alive_at: now,
                customer_wrote: true,
                warned: false,
            });
            decision.note(Who::Customer, What::Reopened);
            true
        }
        State::Pending { .. } => {
            ticket.state = State::Open;
            false
        }
        State::New | State::Open | State::Merged { .. } => false,
    }
}

/// Proven, and from the address that the ticket has: a link alone may be somebody else's by now.
fn is_applicants(decision: &Decision, mail: &CustomerMail) -> bool {
    let customer = decision.ticket.customer.as_ref();
    mail.proof.is_proven() && customer.is_some_and(|c| c.address == mail.incoming.from.address)
}

/// What was waited for has come: no close of its own follows.
fn ends_wait(decision: &mut Decision) {
    if let State::Pending { .. } = decision.ticket.state {
        decision.ticket.state = State::Open;
    }
}

/// The first customer mail after an agent's restarts the release; who nags does not keep a sleeping owner's lock.
fn signs_of_life(decision: &mut Decision, now: Timestamp) {
    if let Some(lock) = decision.ticket.lock.as_mut().filter(|lock| !lock.customer_wrote) {
        lock.customer_wrote = true;
        lock.alive_at = now;
        lock.warned = false;
    }
}

impl Application {
    /// The applicant's answer restarts the period while it runs; after its end only an agent can.
    fn answered(&mut self, now: Timestamp) {
        match self.period {
            // Who has answered is waiting for us, and needs no reminder.
            Period::Since { .. } | Period::NotBegun => {
                self.period = Period::Since { from: now, reminded: true }
            }
            Period::Over { .. } => {}
        }
    }
}

#[cfg(test)]
mod tests;
