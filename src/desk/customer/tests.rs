//! What a customer's mail does, row by row; and what it must never do.

use super::super::application::Link;
use super::super::consent::Doubt;
use super::super::event::{AccountInfo, Known};
use super::super::testing::*;
use super::super::ticket::{Outcome, Ticket};
use super::super::{Event, Number, decide};
use super::*;
use crate::mail::Span;

fn verified() -> Ticket {
    let mut ticket = owned_by(ANNA, MONDAY);
    let application = ticket.application.as_mut().unwrap();
    application.step = Step::VerificationSent;
    application.written_to = true;
    application.link = Some(Link { sha256: "ab".repeat(32), sent_to: address("lena@example.net") });
    ticket
}

const DOUBT: Consent = Consent::Doubtful(Doubt::Long);
const VERIFICATION: Option<LetterKind> = Some(LetterKind::Verification);

#[test]
fn only_a_proven_clear_yes_in_time_from_the_applicant_makes_an_account() {
    use CustomerProof::{Answer, Claimed, Link, VoidLink};
    let end = MONDAY.plus(Span::days(4));
    let before_end = Timestamp(end.0 - 1);
    for (what, proof, answers, consent, now, expected, step) in [
        ("by the link", Link, None, Consent::Yes, MONDAY, "create account", Step::Confirmed),
        (
            "by a reply",
            Answer,
            VERIFICATION,
            Consent::Yes,
            before_end,
            "create account",
            Step::Confirmed,
        ),
        (
            "to the reminder",
            Answer,
            Some(LetterKind::Reminder),
            Consent::Yes,
            MONDAY,
            "create account",
            Step::Confirmed,
        ),
        ("too late", Link, None, Consent::Yes, end, "write too-late", Step::VerificationSent),
        (
            "to another letter",
            Answer,
            Some(LetterKind::Reply),
            Consent::Yes,
            MONDAY,
            "notify customer-answer 1",
            Step::VerificationSent,
        ),
        (
            "by the tag alone",
            Claimed,
            None,
            Consent::Yes,
            MONDAY,
            "notify customer-answer 1",
            Step::VerificationSent,
        ),
        (
            "claimed, a reply",
            Claimed,
            VERIFICATION,
            Consent::Yes,
            MONDAY,
            "notify customer-answer 1",
            Step::VerificationSent,
        ),
        (
            "a void link",
            VoidLink,
            None,
            Consent::Yes,
            MONDAY,
            "notify customer-answer 1",
            Step::VerificationSent,
        ),
        (
            "a void link, too late",
            VoidLink,
            None,
            Consent::Yes,
            end,
            "write too-late",
            Step::VerificationSent,
        ),
        (
            "a no by a void link",
            VoidLink,
            None,
            Consent::No,
            MONDAY,
            "notify customer-answer 1",
            Step::VerificationSent,
        ),
        (
            "a long yes",
            Answer,
            VERIFICATION,
            DOUBT,
            MONDAY,
            "notify customer-answer 1",
            Step::VerificationSent,
        ),
        ("a no", Answer, VERIFICATION, Consent::No, MONDAY, "notify withdrawn 1", Step::Withdrawn),
        (
            "a no, not proven",
            Claimed,
            VERIFICATION,
            Consent::No,
            MONDAY,
            "notify customer-answer 1",
            Step::VerificationSent,
        ),
    ] {
        let after = customer_writes(verified(), customer_mail(proof, answers, consent), now);
        assert_eq!(
            after.words().get(1).map(String::as_str),
            Some(expected),
            "{what}: {:?}",
            after.words()
        );
        assert_eq!(after.step(), step, "{what}");
    }
}

#[test]
fn a_yes_from_another_address_creates_nothing_by_itself() {
    let mut mail = customer_mail(CustomerProof::Link, None, Consent::Yes);
    mail.incoming = incoming("mallory@example.net", "Yes");
    let after = customer_writes(verified(), mail, MONDAY);
    assert_eq!(after.words(), ["article public", "notify customer-answer 1"]);
    assert!(matches!(after.news(), Some(News::CustomerAnswer { tone: Tone::Doubtful { .. }, .. })));
}

#[test]
fn after_a_no_the_link_is_void_and_nothing_is_created() {
    let no =
        customer_writes(verified(), customer_mail(CustomerProof::Link, None, Consent::No), MONDAY);
    assert_eq!(no.ticket.application.as_ref().unwrap().link, None);
    let yes = customer_writes(
        no.ticket,
        customer_mail(CustomerProof::VoidLink, None, Consent::Yes),
        MONDAY,
    );
    assert!(!yes.words().contains(&"create account".to_owned()), "{:?}", yes.words());
    assert_eq!(yes.step(), Step::Withdrawn);
    // It was their own word that ended it, not the time: nobody tells them otherwise.
    assert!(!yes.words().contains(&"write too-late".to_owned()), "{:?}", yes.words());
}

#[test]
fn a_second_yes_sends_no_second_credentials() {
    let yes = || customer_mail(CustomerProof::Link, None, Consent::Yes);
    let first = customer_writes(verified(), yes(), MONDAY);
    let second = customer_writes(first.ticket, yes(), MONDAY);
    assert_eq!(second.words(), ["article public"]);
}

#[test]
fn a_login_gone_in_the_meantime_leaves_the_step_confirmed() {
    let mut mail = customer_mail(CustomerProof::Link, None, Consent::Yes);
    let account = AccountInfo {
        login: "lhoffmann".into(),
        email: address("other@example.net"),
        active: true,
    };
    mail.known = Known {
        logins: [("lhoffmann".to_owned(), LoginHolder::Account(account))].into(),
        ..Known::default()
    };
    let after = customer_writes(verified(), mail, MONDAY);
    assert_eq!(
        after.words(),
        ["article public", "write login-taken-customer", "notify login-taken 1"]
    );
    assert_eq!(after.step(), Step::Confirmed);
    let mended = agent_writes(after.ticket, ANNA, "#set login lena\n#confirm", MONDAY);
    assert!(mended.words().contains(&"create account".to_owned()));
}

#[test]
fn a_mail_reopens_what_was_closed_lately_only_when_proven() {
    let mut closed = ticket();
    closed.state = State::Closed { outcome: Outcome::Fail, at: MONDAY };
    closed.former_owner = Some(ANNA);
    let proven = customer_writes(
        closed.clone(),
        customer_mail(CustomerProof::Answer, Some(LetterKind::Reply), DOUBT),
        MONDAY,
    );
    assert_eq!((proven.ticket.state, proven.ticket.owner()), (State::Open, Some(ANNA)));
    assert!(matches!(
        proven.news(),
        Some(News::CustomerAnswer { tone: Tone::Reopening { short: true }, .. })
    ));
    let claimed =
        customer_writes(closed.clone(), customer_mail(CustomerProof::Claimed, None, DOUBT), MONDAY);
    assert_eq!(claimed.ticket.state, closed.state);
    assert_eq!(claimed.words(), ["article public", "notify customer-answer 1+2"]);
}

#[test]
fn the_first_mail_keeps_the_lock_the_next_ones_do_not() {
    let write = |ticket, hour| {
        customer_writes(
            ticket,
            customer_mail(CustomerProof::Answer, None, DOUBT),
            MONDAY.plus(Span::hours(hour)),
        )
        .ticket
    };
    let once = write(owned_by(ANNA, MONDAY), 3);
    assert_eq!(once.lock.unwrap().alive_at, MONDAY.plus(Span::hours(3)));
    assert_eq!(write(once, 6).lock.unwrap().alive_at, MONDAY.plus(Span::hours(3)));
}

#[test]
fn a_machine_and_a_stranger_change_nothing() {
    let before = verified();
    let machine = decide(
        before.clone(),
        &Event::AutomaticCame(incoming("lena@example.net", "Yes")),
        MONDAY,
        &rules(),
    );
    assert_eq!(machine.words(), ["article internal"]);
    let stranger = Event::ThirdPartyWrote {
        incoming: incoming("mallory@example.net", "Yes"),
        token_void: false,
    };
    let stranger = decide(before.clone(), &stranger, MONDAY, &rules());
    assert_eq!(stranger.words(), ["article internal", "notify third-party 1"]);
    for after in [machine.ticket, stranger.ticket] {
        assert_eq!(after, before);
    }
}

#[test]
fn customers_command_their_own_ticket_as_far_as_they_are_proven() {
    let obeys = |command, proof| {
        let mail = CustomerMail {
            commands: vec![command],
            only_commands: true,
            ..customer_mail(proof, None, DOUBT)
        };
        customer_writes(verified(), mail, MONDAY)
    };
    for (command, proof, expected) in [
        (CustomerCommand::Status, CustomerProof::Claimed, "write status"),
        (CustomerCommand::Show(None), CustomerProof::Claimed, "write status"),
        (CustomerCommand::Show(None), CustomerProof::Answer, "write show-customer"),
        (CustomerCommand::Withdraw, CustomerProof::Claimed, "write status"),
        (CustomerCommand::Withdraw, CustomerProof::Answer, "write withdrawn-customer"),
        (CustomerCommand::Close, CustomerProof::Claimed, "write status"),
        (CustomerCommand::Close, CustomerProof::VoidLink, "write status"),
        // Without an account there is nothing to be settled with.
        (CustomerCommand::Close, CustomerProof::Answer, "write withdrawn-customer"),
        (CustomerCommand::List, CustomerProof::Claimed, "write customer-list"),
        (CustomerCommand::Help, CustomerProof::Claimed, "write customer-help"),
        (CustomerCommand::Show(Some(Number(1))), CustomerProof::Claimed, "write status"),
    ] {
        let after = obeys(command, proof);
        assert_eq!(
            after.words().last().map(String::as_str),
            Some(expected),
            "{command:?} {proof:?}"
        );
    }
    assert_eq!(obeys(CustomerCommand::Withdraw, CustomerProof::Answer).step(), Step::Withdrawn);
    assert_eq!(
        obeys(CustomerCommand::Withdraw, CustomerProof::Claimed).step(),
        Step::VerificationSent
    );
}

#[test]
fn a_proven_close_settles_a_request_and_nothing_of_the_same_mail_opens_it_again() {
    let mut ticket = owned_by(ANNA, MONDAY);
    ticket.application = None;
    let close = |proof| CustomerMail {
        commands: vec![CustomerCommand::Help, CustomerCommand::Close],
        ..customer_mail(proof, None, DOUBT)
    };
    let claimed = customer_writes(ticket.clone(), close(CustomerProof::Claimed), MONDAY);
    assert_eq!(claimed.ticket.state, ticket.state);
    let closed = customer_writes(ticket.clone(), close(CustomerProof::Answer), MONDAY);
    assert_eq!(
        closed.words(),
        ["article public", "notify customer-closed 1", "write status"],
        "the owner reads the rest of the words"
    );
    assert_eq!(closed.ticket.state, State::Closed { outcome: Outcome::Success, at: MONDAY });
    assert_eq!(closed.ticket.former_owner, Some(ANNA));

    let mut confirmed = verified();
    let application = confirmed.application.as_mut().unwrap();
    application.confirmed = Some(Confirmation { by: ConfirmedBy::Applicant, at: MONDAY });
    let waits = customer_writes(confirmed, close(CustomerProof::Answer), MONDAY);
    assert!(waits.ticket.is_open(), "the account is being made");
}

#[test]
fn a_link_commands_only_from_the_customers_own_address() {
    let mail = CustomerMail {
        incoming: incoming("mallory@example.com", "#withdraw"),
        commands: vec![CustomerCommand::Withdraw],
        only_commands: true,
        ..customer_mail(CustomerProof::Link, None, DOUBT)
    };
    let after = customer_writes(verified(), mail, MONDAY);
    assert_eq!(after.step(), Step::VerificationSent);
    assert_eq!(after.words().last().map(String::as_str), Some("write status"));
}

#[test]
fn an_answer_ends_a_wait_and_starts_the_period_anew() {
    let mut asked = owned_by(ANNA, MONDAY);
    asked.application.as_mut().unwrap().step = Step::Asked;
    let later = MONDAY.plus(Span::days(1));
    asked.state = State::Pending { until: later, then: super::super::ticket::Then::Remind };
    let after = customer_writes(
        asked,
        customer_mail(CustomerProof::Answer, Some(LetterKind::Question), Consent::Yes),
        later,
    );
    assert_eq!(after.ticket.state, State::Open);
    assert_eq!(
        after.ticket.application.as_ref().unwrap().period,
        Period::Since { from: later, reminded: true }
    );
    assert!(matches!(after.news(), Some(News::CustomerAnswer { tone: Tone::ToQuestion, .. })));
    assert_eq!(
        after.words(),
        ["article public", "notify customer-answer 1"],
        "a yes to the question confirms nothing"
    );
}
