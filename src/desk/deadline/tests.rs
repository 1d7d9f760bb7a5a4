//! Both sides of each boundary.

use chrono::Weekday;

use super::super::application::{Link, Undeliverable};
use super::super::calendar::{Calendar, Hours, Wait};
use super::super::testing::*;
use super::super::ticket::{Lock, Outcome};
use super::super::{Event, decide};
use super::*;

fn hours(n: i64) -> Timestamp {
    MONDAY.plus(Span::hours(n))
}
fn days(n: i64) -> Timestamp {
    MONDAY.plus(Span::days(n))
}

fn reach(ticket: Ticket, now: Timestamp) -> Decision {
    let (at, deadline) = ticket.next_due(&rules()).unwrap();
    assert!(at <= now);
    decide(ticket, &Event::Due(deadline), now, &rules())
}

fn in_step(step: Step) -> Ticket {
    let mut ticket = ticket();
    let application = ticket.application.as_mut().unwrap();
    application.step = step;
    application.written_to = step != Step::Received;
    if step == Step::VerificationSent {
        application.link =
            Some(Link { sha256: "ab".repeat(32), sent_to: address("lena@example.net") });
    }
    // Out of the way: escalated already.
    ticket.escalation = Escalation::Since(MONDAY);
    ticket
}

#[test]
fn what_falls_due_next() {
    let rules = rules();
    let pending = |then| {
        let mut ticket = owned_by(ANNA, MONDAY);
        ticket.state = State::Pending { until: days(9), then };
        ticket.application = None;
        ticket
    };
    let mut warned = owned_by(ANNA, MONDAY);
    warned.lock = Some(Lock { warned: true, ..warned.lock.unwrap() });
    let mut closed = owned_by(ANNA, MONDAY);
    closed.close(Outcome::Success, MONDAY);
    let mut not_begun = in_step(Step::VerificationSent);
    not_begun.application.as_mut().unwrap().period = Period::NotBegun;
    for (what, ticket, expected) in [
        ("free: escalation", ticket(), Some((days(2), Deadline::Escalation))),
        (
            "owned: a warning an hour before",
            owned_by(ANNA, MONDAY),
            Some((hours(11), Deadline::ReleaseWarning)),
        ),
        ("warned: the release", warned, Some((hours(12), Deadline::Release))),
        (
            "pending: its date, neither release nor escalation",
            pending(Then::Remind),
            Some((days(9), Deadline::PendingOver)),
        ),
        (
            "nobody written to: no reminder",
            in_step(Step::Received),
            Some((days(4), Deadline::ConfirmExpiry)),
        ),
        (
            "a link: reminder a day before",
            in_step(Step::VerificationSent),
            Some((days(3), Deadline::ConfirmReminder)),
        ),
        ("a question: the same", in_step(Step::Asked), Some((days(3), Deadline::ConfirmReminder))),
        ("letter not yet taken by a server: nothing", not_begun, None),
        ("after the account: nothing", in_step(Step::CredentialsSent), None),
        ("closed: nothing", closed, None),
    ] {
        assert_eq!(ticket.next_due(&rules), expected, "{what}");
    }
}

#[test]
fn a_warning_that_would_lie_before_the_start_is_not_sent() {
    let mut rules = rules();
    rules.queues[0].release_after = Wait::Time(Span::minutes(30));
    assert_eq!(
        owned_by(ANNA, MONDAY).next_due(&rules),
        Some((MONDAY.plus(Span::minutes(30)), Deadline::Release))
    );
    rules.queues[0].confirm_within = Span::hours(20);
    assert_eq!(
        in_step(Step::VerificationSent).next_due(&rules),
        Some((hours(20), Deadline::ConfirmExpiry))
    );
}

#[test]
fn a_silent_owners_ticket_is_free_again() {
    let warned = reach(owned_by(ANNA, MONDAY), hours(11));
    assert_eq!(warned.words(), ["notify release-soon 1"]);
    let released = reach(warned.ticket, hours(12));
    assert_eq!(released.words(), ["notify released 1+2"]);
    assert_eq!((released.ticket.lock, released.ticket.former_owner), (None, Some(ANNA)));
}

#[test]
fn after_a_long_stop_the_release_is_told_and_not_announced() {
    let late = reach(owned_by(ANNA, MONDAY), hours(20));
    assert_eq!(late.words(), Vec::<String>::new());
    assert_eq!(reach(late.ticket, hours(20)).words(), ["notify released 1+2"]);
}

#[test]
fn escalation_is_told_once() {
    let escalated = reach(ticket(), days(2));
    assert_eq!(escalated.words(), ["notify escalated 1+2"]);
    assert_eq!(escalated.ticket.next_due(&rules()), Some((days(4), Deadline::ConfirmExpiry)));
    assert!(escalated.ticket.is_escalated());
}

#[test]
fn a_pending_ticket_wakes_up_or_closes() {
    let mut ticket = owned_by(ANNA, MONDAY);
    ticket.application = None;
    ticket.state = State::Pending { until: days(5), then: Then::Remind };
    let woken = reach(ticket.clone(), days(5));
    assert_eq!(woken.words(), ["notify reminder 1"]);
    assert_eq!(woken.ticket.state, State::Open);
    assert_eq!(
        woken.ticket.next_due(&rules()).unwrap().1,
        Deadline::EscalationWarning,
        "its own date has passed"
    );
    ticket.state = State::Pending { until: days(5), then: Then::Close(Outcome::Fail) };
    let closed = reach(ticket, days(5));
    assert_eq!(closed.words(), ["notify auto-closed 1"]);
    assert_eq!(closed.ticket.state, State::Closed { outcome: Outcome::Fail, at: days(5) });
}

#[test]
fn a_link_runs_out_after_one_reminder() {
    let reminded = reach(in_step(Step::VerificationSent), days(3));
    assert_eq!(reminded.words(), ["write confirm-reminder"]);
    let expired = reach(reminded.ticket, days(4));
    assert_eq!(expired.words(), ["write expired-customer", "notify expired 1+2"]);
    assert_eq!(expired.step(), Step::Expired);
    assert_eq!(expired.ticket.application.as_ref().unwrap().link, None);
    assert_eq!(expired.ticket.next_due(&rules()), None);
}

#[test]
fn who_was_never_written_to_or_cannot_be_reached_is_not_told() {
    let quiet = reach(in_step(Step::Received), days(4));
    assert_eq!(quiet.words(), ["notify expired 1+2"]);
    let mut bounced = in_step(Step::Bounced);
    bounced.application.as_mut().unwrap().undeliverable = Some(Undeliverable {
        address: address("lena@example.net"),
        status: "5.1.1".into(),
        at: MONDAY,
    });
    assert_eq!(reach(bounced, days(4)).words(), ["notify expired 1+2"]);
}

#[test]
fn a_disabled_agents_tickets_are_free() {
    let event = Event::AgentGone(ANNA);
    let mut rules = rules();
    rules.agents[0].active = false;
    let free = decide(owned_by(ANNA, MONDAY), &event, MONDAY, &rules);
    assert_eq!(free.words(), ["notify released 2"]);
    let other = decide(owned_by(JENS, MONDAY), &event, MONDAY, &rules);
    assert_eq!(other.words(), Vec::<String>::new());
}

#[test]
fn with_a_calendar_release_and_escalation_wait_for_working_time_and_the_applicant_does_not() {
    let mut rules = rules();
    let weekdays = vec![Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];
    let hours = vec![Hours { days: weekdays, from_minute: 8 * 60, until_minute: 20 * 60 }];
    rules.calendar = Some(Calendar { hours, holidays: [].into() });
    // Monday 09:12 in Berlin; on Friday at 19:12 somebody took it.
    let friday = MONDAY.plus(Span::days(4)).plus(Span::hours(10));
    let mut ticket = owned_by(ANNA, friday);
    ticket.opened_at = friday;
    let due = |ticket: &Ticket| ticket.next_due(&rules).unwrap();
    let local = |at: Timestamp| at.utc().with_timezone(&rules.zone).format("%a %H:%M").to_string();
    ticket.application = None;
    let (at, what) = due(&ticket);
    // Twelve hours of working time: 48 minutes on Friday, the rest on Monday. The warning comes an hour before.
    assert_eq!((what, local(at).as_str()), (Deadline::ReleaseWarning, "Mon 18:12"));
    ticket.lock.as_mut().unwrap().warned = true;
    let (at, what) = due(&ticket);
    assert_eq!((what, local(at).as_str()), (Deadline::Release, "Mon 19:12"));
    ticket.lock = None;
    let (at, what) = due(&ticket);
    assert_eq!((what, local(at).as_str()), (Deadline::Escalation, "Tue 19:12"));
    // The confirmation period is wall clock.
    let mut ticket = self::ticket();
    ticket.opened_at = friday.plus(Span::days(30));
    ticket.application.as_mut().unwrap().period = Period::Since { from: friday, reminded: true };
    let (at, what) = due(&ticket);
    assert_eq!((what, local(at).as_str()), (Deadline::ConfirmExpiry, "Tue 19:12"));
}
