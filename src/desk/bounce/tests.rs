//! What a returned mail does to its ticket, letter by letter.

use super::super::application::{Confirmation, ConfirmedBy, Link};
use super::super::testing::*;
use super::super::ticket::{Outcome, Ticket};
use super::super::{Event, decide};
use super::*;

fn returned(letter: LetterKind, kind: ReturnKind) -> Returned {
    Returned {
        letter,
        address: address("lena@example.net"),
        kind,
        status: "5.1.1".into(),
        diagnostic: "550 5.1.1 no such user".into(),
        sent_at: MONDAY,
        message: None,
        author: None,
    }
}

fn at_step(step: Step) -> Ticket {
    let mut ticket = owned_by(ANNA, MONDAY);
    let application = ticket.application.as_mut().unwrap();
    application.step = step;
    application.link = Some(Link { sha256: "ab".repeat(32), sent_to: address("lena@example.net") });
    if step.has_account() {
        application.confirmed = Some(Confirmation { by: ConfirmedBy::Agent(JENS), at: MONDAY });
    }
    ticket
}

#[test]
fn only_no_such_address_brands() {
    use LetterKind::{Acknowledgement, Credentials, Notification, Question, Reply, Verification};
    use ReturnKind::{Delayed, Full, NoSuchAddress, Refused};
    use Step::{
        AccountCreated, Bounced, CredentialsBounced, CredentialsSent, Received, VerificationSent,
    };
    let told = ["article internal", "notify bounce 1"].as_slice();
    let shown = ["article internal"].as_slice();
    let suspended =
        ["article internal", "suspend account", "notify bounce 1+2", "postmaster bounce"]
            .as_slice();
    for (letter, kind, before, expected, after, branded) in [
        (Verification, NoSuchAddress, VerificationSent, told, Bounced, true),
        (Verification, Refused, VerificationSent, told, VerificationSent, false),
        (Verification, Full, VerificationSent, told, VerificationSent, false),
        (Verification, Delayed, VerificationSent, shown, VerificationSent, false),
        (Question, NoSuchAddress, Received, told, Bounced, true),
        (Acknowledgement, NoSuchAddress, Received, told, Bounced, true),
        (Reply, NoSuchAddress, Received, told, Bounced, true),
        (Credentials, NoSuchAddress, CredentialsSent, suspended, CredentialsBounced, true),
        (Credentials, Full, AccountCreated, suspended, CredentialsBounced, false),
        (Verification, NoSuchAddress, CredentialsSent, suspended, CredentialsBounced, true),
        (Notification, NoSuchAddress, Received, shown, Received, false),
    ] {
        let event = Event::Bounced(returned(letter, kind));
        let decision = decide(at_step(before), &event, MONDAY, &rules());
        assert_eq!(decision.words(), expected, "{letter:?} {kind:?}");
        let application = decision.ticket.application.as_ref().unwrap();
        assert_eq!(
            (application.step, application.undeliverable.is_some()),
            (after, branded),
            "{letter:?} {kind:?}"
        );
    }
}

#[test]
fn an_address_corrected_in_the_meantime_is_not_branded() {
    let mut ticket = at_step(Step::VerificationSent);
    ticket.application.as_mut().unwrap().email = Some(address("lena@example.com"));
    let event = Event::Bounced(returned(LetterKind::Verification, ReturnKind::NoSuchAddress));
    let decision = decide(ticket, &event, MONDAY, &rules());
    assert_eq!(decision.step(), Step::VerificationSent);
}

#[test]
fn a_ticket_closed_by_the_mail_that_came_back_is_open_again() {
    let mut ticket = at_step(Step::Received);
    ticket.close(Outcome::Fail, MONDAY);
    let event = Event::Bounced(Returned {
        author: Some(ANNA),
        ..returned(LetterKind::Reply, ReturnKind::Full)
    });
    let decision = decide(ticket.clone(), &event, MONDAY, &rules());
    assert_eq!(decision.ticket.state, State::Open);
    ticket.state = State::Closed { outcome: Outcome::Fail, at: Timestamp(MONDAY.0 + 60) };
    assert_eq!(
        decide(ticket.clone(), &event, MONDAY, &rules()).ticket.state,
        ticket.state,
        "closed by a later mail"
    );
}
