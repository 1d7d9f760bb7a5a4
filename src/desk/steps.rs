//! Which next steps a letter offers: for each situation of a ticket one row of buttons. What makes no sense in a state stands in no row.
//!
//! The first is the likely next step, not the safest one; a refusing one is the last. What the steps are called stands in the templates.

use super::application::{Period, Step as Stage};
use super::event::{Known, LoginHolder};
use super::people::AgentId;
use super::ticket::Ticket;

/// One step: a button in HTML, a printed command in plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The lines that carry it out; none where plain text does. One that ends in a space wants something written behind it.
    pub commands: Vec<String>,
    /// The name of its words in the templates.
    pub word: &'static str,
    pub weight: Weight,
    /// The name of a text that stands ready below the commands.
    pub body: Option<&'static str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// The likely next step: one at most.
    Filled,
    Plain,
    /// Red, and last.
    Refusing,
}

/// What the letter is about, where that changes what is likely next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    Usual,
    /// The applicant's answer to the verification is no clear yes: the owner decides with one click.
    Doubtful,
    /// A short word of thanks has reopened the ticket.
    ShortThanks,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Situation {
    Closed,
    SomebodyElses,
    Support,
    ShortThanks,
    AccountMade,
    CredentialsBounced,
    LoginTaken,
    Withdrawn,
    Expired,
    Bounced,
    EmailMissing,
    LoginMissing,
    ReasonMissing,
    Duplicate,
    Asked,
    LinkOut,
    Doubtful,
    Received,
}

/// Whose ticket a row is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum For {
    All,
    /// Only while nobody has it.
    Free,
    /// Only for the owner.
    Owner,
}

struct Row(For, Weight, &'static str, &'static [&'static str], Option<&'static str>);

use For::{All, Free, Owner};
use Weight::{Filled, Plain, Refusing};

const TAKE: Row = Row(Free, Plain, "lock", &["#lock"], None);
const GIVE_BACK: Row = Row(Owner, Plain, "unlock", &["#unlock"], None);
const REPLY: Row = Row(All, Plain, "reply", &[], Some("body-reply"));
const REFUSE: Row = Row(All, Refusing, "refuse", &["#close fail"], Some("blocks/refused"));
const CLOSE_QUIETLY: Row = Row(All, Refusing, "close-quietly", &["#close fail quiet"], None);
const SHOW: Row = Row(All, Plain, "show", &["#show"], None);
const ASK: Row = Row(All, Plain, "ask", &["#ask"], None);
const VERIFY: Row = Row(All, Plain, "verify", &["#verify"], None);
const CONFIRM: Row = Row(All, Plain, "confirm", &["#confirm"], None);
const WAIT: Row = Row(All, Plain, "wait", &["#pending 3d"], None);

/// `{email}` and `{login}` stand for what the application says now, ready to be corrected.
const ROWS: &[(Situation, &[Row])] = &[
    (Situation::Closed, &[Row(All, Plain, "reopen", &["#reopen"], None), SHOW]),
    (
        Situation::SomebodyElses,
        &[
            Row(All, Plain, "take-over", &["#lock force"], None),
            Row(All, Plain, "note", &["#note"], None),
        ],
    ),
    (
        Situation::Support,
        &[
            Row(All, Filled, "reply", &[], Some("body-reply")),
            TAKE,
            Row(All, Plain, "close-success", &["#close success"], None),
            WAIT,
            GIVE_BACK,
            Row(All, Refusing, "spam", &["#spam"], None),
        ],
    ),
    (
        Situation::ShortThanks,
        &[
            Row(All, Filled, "close-again", &["#close success quiet"], None),
            REPLY,
            TAKE,
            GIVE_BACK,
            SHOW,
        ],
    ),
    (
        Situation::AccountMade,
        &[Row(All, Filled, "close-success", &["#close success"], None), REPLY, SHOW],
    ),
    (
        Situation::CredentialsBounced,
        &[
            Row(All, Filled, "send-again", &["#set email {email}", "#confirm"], None),
            WAIT,
            SHOW,
            CLOSE_QUIETLY,
        ],
    ),
    (
        Situation::LoginTaken,
        &[
            Row(All, Filled, "other-login", &["#set login {login}", "#confirm"], None),
            REPLY,
            TAKE,
            REFUSE,
        ],
    ),
    (
        Situation::Withdrawn,
        &[
            Row(All, Filled, "close-withdrawn", &["#close fail quiet"], None),
            REPLY,
            Row(All, Plain, "confirm-force", &["#confirm force"], None),
            SHOW,
        ],
    ),
    (
        Situation::Expired,
        &[
            Row(All, Filled, "new-link", &["#verify"], None),
            Row(All, Plain, "renew", &["#renew"], None),
            REFUSE,
        ],
    ),
    (
        Situation::Bounced,
        &[
            Row(All, Filled, "correct-email", &["#set email {email}", "#verify"], None),
            WAIT,
            CLOSE_QUIETLY,
        ],
    ),
    (
        Situation::EmailMissing,
        &[
            Row(All, Filled, "enter-email", &["#set email {email}", "#verify"], None),
            TAKE,
            GIVE_BACK,
            CLOSE_QUIETLY,
        ],
    ),
    (
        Situation::LoginMissing,
        &[
            Row(All, Filled, "ask", &["#ask"], None),
            TAKE,
            Row(All, Plain, "enter-login", &["#set login {login}", "#verify"], None),
            REPLY,
            GIVE_BACK,
            REFUSE,
        ],
    ),
    (
        Situation::ReasonMissing,
        &[Row(All, Filled, "ask", &["#ask"], None), TAKE, VERIFY, REPLY, GIVE_BACK, REFUSE],
    ),
    (
        Situation::Duplicate,
        &[
            Row(All, Filled, "duplicate", &[], Some("blocks/duplicate-account")),
            TAKE,
            ASK,
            GIVE_BACK,
            REFUSE,
        ],
    ),
    (
        Situation::Asked,
        &[Row(All, Filled, "confirm", &["#confirm"], None), REPLY, TAKE, VERIFY, GIVE_BACK, REFUSE],
    ),
    (Situation::LinkOut, &[CONFIRM, REPLY, TAKE, GIVE_BACK, REFUSE]),
    (
        Situation::Doubtful,
        &[Row(All, Filled, "confirm", &["#confirm"], None), REPLY, TAKE, GIVE_BACK, REFUSE],
    ),
    (
        Situation::Received,
        &[
            Row(All, Filled, "verify", &["#verify"], None),
            TAKE,
            CONFIRM,
            ASK,
            Row(Owner, Plain, "reply", &[], Some("body-reply")),
            GIVE_BACK,
            REFUSE,
        ],
    ),
];

/// The steps for this agent, or for all to whom the ticket is free; in the order they are shown.
#[must_use]
pub fn steps(
    ticket: &Ticket,
    agent: Option<AgentId>,
    known: Option<&Known>,
    occasion: Occasion,
) -> Vec<Step> {
    let situation = situation(ticket, agent, known, occasion);
    let whose = if ticket.owner().is_some() { Owner } else { Free };
    let rows = ROWS.iter().find(|(s, _)| *s == situation).map_or(&[][..], |(_, rows)| *rows);
    let mut steps: Vec<Step> = rows
        .iter()
        .filter(|row| row.0 == All || row.0 == whose)
        .map(|row| row.step(ticket))
        .collect();
    if ticket.is_escalated() && !steps.iter().any(|s| s.word == SHOW.2) {
        let before = steps.iter().position(|s| s.weight == Refusing).unwrap_or(steps.len());
        steps.insert(before, SHOW.step(ticket));
    }
    steps
}

impl Row {
    fn step(&self, ticket: &Ticket) -> Step {
        let application = ticket.application.as_ref();
        let email =
            application.and_then(|a| a.email.as_ref()).map_or("", crate::mail::Address::as_str);
        let login = application.and_then(|a| a.login.as_deref()).unwrap_or_default();
        let filled_in =
            |command: &&str| command.replace("{email}", email).replace("{login}", login);
        Step {
            commands: self.3.iter().map(filled_in).collect(),
            word: self.2,
            weight: self.1,
            body: self.4,
        }
    }
}

fn situation(
    ticket: &Ticket,
    agent: Option<AgentId>,
    known: Option<&Known>,
    occasion: Occasion,
) -> Situation {
    if !ticket.is_open() {
        return Situation::Closed;
    }
    if ticket.owner().is_some() && ticket.owner() != agent {
        return Situation::SomebodyElses;
    }
    if occasion == Occasion::ShortThanks {
        return Situation::ShortThanks;
    }
    let Some(application) = &ticket.application else { return Situation::Support };
    let over = matches!(application.period, Period::Over { .. });
    match application.step {
        Stage::AccountCreated | Stage::CredentialsSent => Situation::AccountMade,
        Stage::CredentialsBounced => Situation::CredentialsBounced,
        Stage::Confirmed => Situation::LoginTaken,
        Stage::Withdrawn => Situation::Withdrawn,
        _ if application.email.is_none() => Situation::EmailMissing,
        Stage::Bounced => Situation::Bounced,
        _ if application.undeliverable.is_some() => Situation::Bounced,
        _ if application.login.is_none() => Situation::LoginMissing,
        Stage::Expired => Situation::Expired,
        _ if over => Situation::Expired,
        Stage::VerificationSent if occasion == Occasion::Doubtful => Situation::Doubtful,
        Stage::VerificationSent => Situation::LinkOut,
        _ if known.is_some_and(|k| has_account(ticket, k)) => Situation::Duplicate,
        Stage::Asked => Situation::Asked,
        Stage::Received if application.reason.is_none() => Situation::ReasonMissing,
        Stage::Received => Situation::Received,
    }
}

/// Somebody with this address has an account, or somebody has this login.
fn has_account(ticket: &Ticket, known: &Known) -> bool {
    let Some(application) = &ticket.application else { return false };
    let by_email = application.email.as_ref().and_then(|e| known.emails.get(&e.key()));
    let by_login =
        application.login.as_ref().and_then(|login| known.logins.get(&login.to_lowercase()));
    by_email.is_some_and(|accounts| !accounts.is_empty())
        || matches!(by_login, Some(LoginHolder::Account(_)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::application::Application;
    use crate::desk::command::{Ready, Spec};
    use crate::desk::number::Number;
    use crate::desk::people::Language;
    use crate::desk::ticket::{Escalation, Lock, State, TicketId};
    use crate::mail::{Address, Timestamp};

    const ANNA: AgentId = AgentId(1);
    const JENS: AgentId = AgentId(2);

    fn ticket(change: impl FnOnce(&mut Application)) -> Ticket {
        let at = Timestamp(1_795_421_520);
        let mut application = Application {
            name: Some("Lena Hoffmann".into()),
            email: Address::parse("lena@example.net"),
            login: Some("lhoffmann".into()),
            reason: Some("Ich betreue den Rundbrief.".into()),
            ..Application::received(at)
        };
        change(&mut application);
        Ticket {
            id: TicketId(1),
            number: Number(2_026_112_300_000_014),
            queue: "antrag".into(),
            subject: String::new(),
            customer: None,
            language: Language::De,
            state: State::New,
            priority: 3,
            lock: None,
            former_owner: None,
            created_at: at,
            opened_at: at,
            updated_at: at,
            escalation: Escalation::No,
            application: Some(application),
            by_machine: false,
            continues: None,
            continued_in: None,
        }
    }

    fn owned_by(owner: AgentId, mut ticket: Ticket) -> Ticket {
        let at = ticket.opened_at;
        ticket.lock =
            Some(Lock { owner, since: at, alive_at: at, customer_wrote: false, warned: false });
        ticket
    }

    fn offered(ticket: &Ticket, agent: Option<AgentId>) -> String {
        let words: Vec<&str> =
            steps(ticket, agent, None, Occasion::Usual).iter().map(|s| s.word).collect();
        words.join(" ")
    }

    #[test]
    fn each_situation_offers_what_makes_sense_in_it() {
        type Change = fn(&mut Application);
        let rows: &[(Change, Option<AgentId>, &str)] = &[
            (|_| {}, None, "verify lock confirm ask refuse"),
            (|_| {}, Some(ANNA), "verify confirm ask reply unlock refuse"),
            (|_| {}, Some(JENS), "take-over note"),
            (|a| a.reason = None, None, "ask lock verify reply refuse"),
            (|a| a.login = None, None, "ask lock enter-login reply refuse"),
            (|a| a.email = None, None, "enter-email lock close-quietly"),
            (|a| a.step = Stage::VerificationSent, Some(ANNA), "confirm reply unlock refuse"),
            (|a| a.step = Stage::Asked, Some(ANNA), "confirm reply verify unlock refuse"),
            (|a| a.step = Stage::Bounced, Some(ANNA), "correct-email wait close-quietly"),
            (|a| a.step = Stage::Expired, Some(ANNA), "new-link renew refuse"),
            (|a| a.step = Stage::CredentialsSent, Some(ANNA), "close-success reply show"),
            (
                |a| a.step = Stage::CredentialsBounced,
                Some(ANNA),
                "send-again wait show close-quietly",
            ),
            (|a| a.step = Stage::Confirmed, Some(ANNA), "other-login reply refuse"),
            (|a| a.step = Stage::Withdrawn, Some(ANNA), "close-withdrawn reply confirm-force show"),
        ];
        for (change, agent, expected) in rows {
            let free = ticket(change);
            let ticket = if agent.is_some() { owned_by(ANNA, free) } else { free };
            assert_eq!(offered(&ticket, *agent), *expected);
        }
    }

    #[test]
    fn what_is_escalated_can_also_be_shown_whole_before_it_is_refused() {
        let mut ticket = ticket(|_| {});
        ticket.escalation = Escalation::Since(ticket.opened_at);
        assert_eq!(offered(&ticket, None), "verify lock confirm ask show refuse");
    }

    #[test]
    fn every_command_that_is_offered_exists_and_is_ready() {
        for (_, rows) in ROWS {
            for command in rows.iter().flat_map(|row| row.3) {
                let name = command.trim_start_matches('#').split(' ').next().unwrap_or_default();
                let spec = Spec::named(name).expect(command);
                assert_eq!(spec.ready, Ready::Now, "{command}");
            }
        }
    }

    #[test]
    fn one_step_at_most_is_filled_and_what_refuses_is_last() {
        for (situation, rows) in ROWS {
            let filled = rows.iter().filter(|row| row.1 == Filled).count();
            assert!(filled <= 1, "{situation:?}");
            let refusing = rows.iter().position(|row| row.1 == Refusing);
            assert!(refusing.is_none_or(|at| at + 1 == rows.len()), "{situation:?}");
        }
    }

    #[test]
    fn a_wrong_address_stands_ready_to_be_corrected() {
        let ticket = owned_by(ANNA, ticket(|a| a.step = Stage::Bounced));
        let first = steps(&ticket, Some(ANNA), None, Occasion::Usual).remove(0);
        assert_eq!(first.commands, ["#set email lena@example.net", "#verify"]);
    }
}
