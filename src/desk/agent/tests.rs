//! What an agent's mail does: a row a situation.

use super::super::application::{
    Application, Confirmation, ConfirmedBy, Period, Step, Undeliverable,
};
use super::super::event::LoginHolder;
use super::super::number::Number;
use super::super::testing::*;
use super::super::ticket::{Outcome, Then};
use super::super::{Event, decide};
use super::*;
use crate::mail::Span;

fn words(ticket: Ticket, text: &str) -> Vec<String> {
    agent_writes(ticket, ANNA, text, MONDAY.plus(Span::hours(1))).words()
}

#[test]
fn each_command_has_its_effects() {
    let mine = || owned_by(ANNA, MONDAY);
    for (ticket, text, expected) in [
        (ticket(), "#lock", vec!["notify taken 2", "answer receipt"]),
        (mine(), "#lock", vec!["answer receipt"]),
        (mine(), "#unlock", vec!["notify released 2", "answer receipt"]),
        (ticket(), "#assign jens", vec!["notify assigned 2", "answer receipt"]),
        (mine(), "#verify", vec!["write verification", "answer receipt"]),
        (mine(), "#ask\nWhich groups?", vec!["write question", "article public", "answer receipt"]),
        (mine(), "#confirm", vec!["create account", "answer receipt"]),
        (
            mine(),
            "#confirm\nWelcome.",
            vec!["create account", "article public", "write reply", "answer receipt"],
        ),
        (mine(), "#renew", vec!["answer receipt"]),
        (mine(), "Just words.", vec!["article public", "write reply", "answer receipt"]),
        (mine(), "#reply\nWords.", vec!["article public", "write reply", "answer receipt"]),
        (ticket(), "#note\nbeware", vec!["article internal", "answer receipt"]),
        (mine(), "#close", vec!["answer receipt"]),
        (mine(), "#close\nGood-bye.", vec!["article public", "write reply", "answer receipt"]),
        (mine(), "#close quiet\nno good", vec!["article internal", "answer receipt"]),
        (mine(), "#close\nboth\n#note", vec!["article internal", "answer receipt"]),
        (mine(), "#pending 3d", vec!["answer receipt"]),
        (mine(), "#pending 3d\nSoon.", vec!["article public", "write reply", "answer receipt"]),
        (ticket(), "#priority 1", vec!["answer receipt"]),
        (
            ticket(),
            "#priority 1\nurgent, I think",
            vec!["article internal", "answer receipt offer"],
        ),
        (ticket(), "#queue support", vec!["notify moved 2", "answer receipt"]),
        (mine(), "#set login jo2\n#verify", vec!["write verification", "answer receipt"]),
        (mine(), "#spam", vec!["hold sender", "answer receipt"]),
        (ticket(), "#show", vec!["answer show"]),
        (ticket(), "#list free", vec!["answer list"]),
        (ticket(), "#help close", vec!["answer help"]),
    ] {
        assert_eq!(words(ticket, text), expected, "{text:?}");
    }
}

#[test]
fn a_command_that_takes_makes_the_ticket_the_agents() {
    for (text, takes) in [
        ("#verify", true),
        ("words", true),
        ("#pending 3d", true),
        ("#note\nx", false),
        ("#priority 2", false),
        ("#show", false),
    ] {
        let after = agent_writes(ticket(), ANNA, text, MONDAY).ticket;
        assert_eq!(after.owner(), takes.then_some(ANNA), "{text}");
        assert_eq!(after.state == State::New, !takes, "{text}");
    }
}

#[test]
fn somebody_elses_ticket_is_not_touched_and_the_text_is_held() {
    for text in [
        "#lock",
        "#verify",
        "Words for the customer.",
        "#close success",
        "#queue support",
        "#assign anna",
    ] {
        let before = owned_by(JENS, MONDAY);
        let after = agent_writes(before.clone(), ANNA, text, MONDAY);
        assert_eq!(after.words(), ["answer held offer"], "{text}");
        assert_eq!(after.ticket, before, "{text}");
    }
    // What does not care for the lock goes through.
    assert_eq!(
        words(owned_by(JENS, MONDAY), "#note\nI know her"),
        ["article internal", "answer receipt"]
    );
    assert_eq!(
        agent_writes(owned_by(JENS, MONDAY), ANNA, "#unlock", MONDAY).refusal(),
        Some(Refusal::NotYours)
    );
}

#[test]
fn yes_to_a_held_text_takes_over_and_sends_it_or_leaves_a_note() {
    let held = |manner| {
        let mail = AgentMail { manner, ..agent_mail(ANNA, "#verify\nHello Lena,") };
        decide(owned_by(JENS, MONDAY), &Event::AgentWrote(Box::new(mail)), MONDAY, &rules())
    };
    let over = held(Manner::TakeOver);
    assert_eq!(
        over.words(),
        ["notify taken 2", "write verification", "article public", "answer receipt"]
    );
    assert_eq!(over.ticket.owner(), Some(ANNA));
    let noted = held(Manner::AsNote);
    assert_eq!(noted.words(), ["article internal", "answer receipt"]);
    assert_eq!(noted.ticket.owner(), Some(JENS));
    let sent = held(Manner::TextToCustomer);
    assert_eq!(sent.words(), ["answer held offer"], "somebody has it in the meantime");
}

#[test]
fn all_commands_are_done_or_none() {
    let before = ticket();
    let after = agent_writes(before.clone(), ANNA, "#lock\n#priority 1\n#set login root", MONDAY);
    assert_eq!(after.ticket, before);
    assert_eq!(after.words(), ["answer error"]);
    assert_eq!(after.refusal(), Some(Refusal::LoginUnusable { login: "root".into() }));
}

#[test]
fn an_error_gives_the_text_back_corrected() {
    let after = agent_writes(ticket(), ANNA, "#verfiy\nHello Lena,", MONDAY);
    let Some(Effect::Answer { answer: Answer::Error { text, corrected, .. }, .. }) =
        after.effects.first()
    else {
        panic!()
    };
    assert_eq!(text, "#verfiy\nHello Lena,");
    assert_eq!(corrected.as_deref(), Some("#verify"));
}

#[test]
fn what_an_application_lacks_is_named() {
    let with = |change: fn(&mut Application)| {
        let mut ticket = owned_by(ANNA, MONDAY);
        change(ticket.application.as_mut().unwrap());
        ticket
    };
    let no_email = || with(|a| a.email = None);
    let no_login = || with(|a| a.login = None);
    let missing = |field| Some(Refusal::Missing { field });
    use super::super::application::Field::{Email, Login};
    for (ticket, text, expected) in [
        (no_email(), "#verify", missing(Email)),
        (no_email(), "#confirm", missing(Email)),
        (no_email(), "#ask", missing(Email)),
        (no_login(), "#verify", missing(Login)),
        (no_login(), "#confirm", missing(Login)),
        (no_login(), "#ask", None),
        (Ticket { application: None, ..ticket() }, "#verify", Some(Refusal::NotAnApplication)),
        (
            Ticket { queue: "support".into(), ..ticket() },
            "#confirm",
            Some(Refusal::NotAnApplication),
        ),
        (Ticket { customer: None, ..no_email() }, "words", Some(Refusal::NobodyToWriteTo)),
        (ticket(), "", Some(Refusal::Empty)),
        (ticket(), "#note", Some(Refusal::Empty)),
        (ticket(), "#yes", Some(Refusal::NothingOffered)),
        (ticket(), "#assign nobody", Some(Refusal::UnknownAgent { name: "nobody".into() })),
        (ticket(), "#queue nowhere", Some(Refusal::UnknownQueue { name: "nowhere".into() })),
        (ticket(), "#reopen", Some(Refusal::TicketOpen)),
        (
            ticket(),
            "#set email a@b.de, c@d.de",
            Some(Refusal::EmailUnusable { text: "a@b.de, c@d.de".into() }),
        ),
        (
            ticket(),
            "#set email antrag+x@example.org",
            Some(Refusal::EmailUnusable { text: "antrag+x@example.org".into() }),
        ),
        (ticket(), "#undo", None),
    ] {
        let after = agent_writes(ticket, ANNA, text, MONDAY);
        match expected {
            None => assert!(!matches!(after.refusal(), Some(Refusal::Missing { .. })), "{text}"),
            some => assert_eq!(after.refusal(), some, "{text}"),
        }
    }
}

#[test]
fn confirming_needs_force_after_a_bounce_or_a_no_and_is_refused_after_the_period() {
    let with = |change: fn(&mut Application)| {
        let mut ticket = owned_by(ANNA, MONDAY);
        change(ticket.application.as_mut().unwrap());
        ticket
    };
    let bounced = || {
        with(|a| {
            a.step = Step::Bounced;
            a.undeliverable = Some(Undeliverable {
                address: address("lena@example.net"),
                status: "5.1.1".into(),
                at: MONDAY,
            });
        })
    };
    let withdrawn = || {
        with(|a| {
            a.step = Step::Withdrawn;
            a.withdrawn_at = Some(MONDAY);
            a.period = Period::Over { at: MONDAY };
        })
    };
    let expired = || {
        with(|a| {
            a.step = Step::Expired;
            a.period = Period::Over { at: MONDAY };
        })
    };
    let waiting = || with(|a| a.period = Period::NotBegun);
    let day = |n: i64| MONDAY.plus(Span::days(n));
    for (what, ticket, text, now, orders) in [
        ("bounced", bounced(), "#confirm", MONDAY, false),
        ("bounced, force", bounced(), "#confirm force", MONDAY, true),
        ("withdrawn", withdrawn(), "#confirm", MONDAY, false),
        ("withdrawn, force", withdrawn(), "#confirm force", MONDAY, true),
        ("expired", expired(), "#confirm", MONDAY, false),
        ("expired, force", expired(), "#confirm force", MONDAY, false),
        ("renewed in the same mail", expired(), "#renew\n#confirm", MONDAY, true),
        (
            "a second before the end",
            owned_by(ANNA, MONDAY),
            "#confirm",
            Timestamp(day(4).0 - 1),
            true,
        ),
        ("at the end", owned_by(ANNA, MONDAY), "#confirm", day(4), false),
        ("letter not yet taken by a server", waiting(), "#confirm", day(30), true),
    ] {
        let after = agent_writes(ticket, ANNA, text, now);
        assert_eq!(after.words().contains(&"create account".to_owned()), orders, "{what}");
    }
    // Verifying an address that does not exist is refused; correcting it first is not.
    assert!(matches!(
        agent_writes(bounced(), ANNA, "#verify", MONDAY).refusal(),
        Some(Refusal::Undeliverable { .. })
    ));
    let mended = agent_writes(bounced(), ANNA, "#set email lena@example.com\n#verify", MONDAY);
    assert_eq!(mended.step(), Step::VerificationSent);
}

#[test]
fn one_account_one_letter_whoever_comes_second() {
    let mut ticket = owned_by(ANNA, MONDAY);
    let application = ticket.application.as_mut().unwrap();
    application.step = Step::Confirmed;
    application.confirmed = Some(Confirmation { by: ConfirmedBy::Applicant, at: MONDAY });
    let after = agent_writes(ticket, ANNA, "#confirm", MONDAY);
    assert_eq!(after.words(), ["answer receipt"]);
    let Some(Effect::Answer { answer: Answer::Receipt(receipt), .. }) = after.effects.first()
    else {
        panic!()
    };
    assert_eq!(
        receipt.lines[0].done,
        Done::AlreadyConfirmed { by: ConfirmedBy::Applicant, at: MONDAY }
    );
}

#[test]
fn close_after_confirm_waits_for_the_account() {
    let after = agent_writes(ticket(), ANNA, "#confirm\n#close success", MONDAY);
    assert!(after.ticket.is_open());
    assert_eq!(
        after.ticket.application.as_ref().unwrap().close_after.unwrap().outcome,
        Outcome::Success
    );
    assert_eq!(after.words(), ["notify taken 2", "create account", "answer receipt"]);
}

#[test]
fn close_without_a_word_fits_the_application() {
    let made = || {
        let mut ticket = owned_by(ANNA, MONDAY);
        ticket.application.as_mut().unwrap().step = Step::CredentialsSent;
        ticket
    };
    let support =
        || Ticket { queue: "support".into(), application: None, ..owned_by(ANNA, MONDAY) };
    for (ticket, text, outcome, unlike) in [
        (made(), "#close", Outcome::Success, false),
        (owned_by(ANNA, MONDAY), "#close", Outcome::Fail, false),
        (owned_by(ANNA, MONDAY), "#close success", Outcome::Success, true),
        (made(), "#close fail", Outcome::Fail, true),
        (support(), "#close", Outcome::Success, false),
        (support(), "#close fail", Outcome::Fail, false),
    ] {
        let after = agent_writes(ticket, ANNA, text, MONDAY);
        assert_eq!(after.ticket.state, State::Closed { outcome, at: MONDAY });
        assert_eq!((after.ticket.lock, after.ticket.former_owner), (None, Some(ANNA)));
        let Some(Effect::Answer { answer: Answer::Receipt(receipt), .. }) = after.effects.last()
        else {
            panic!()
        };
        assert_eq!(receipt.lines[0].done, Done::Closed { outcome, unlike });
    }
}

#[test]
fn a_login_somebody_has_is_refused_before_anything_is_sent() {
    let mail = |text, holder: &LoginHolder| {
        let mut mail = agent_mail(ANNA, text);
        mail.known.logins.insert("lhoffmann".into(), holder.clone());
        decide(ticket(), &Event::AgentWrote(Box::new(mail)), MONDAY, &rules())
    };
    let reserved = LoginHolder::Reserved(Number(1));
    for text in ["#verify", "#confirm", "#set login lhoffmann"] {
        assert_eq!(
            mail(text, &reserved).refusal(),
            Some(Refusal::LoginReserved { login: "lhoffmann".into(), by: Number(1) }),
            "{text}"
        );
    }
}

#[test]
fn pending_and_its_end() {
    let after = agent_writes(ticket(), ANNA, "#pending 2026-12-01 fail", MONDAY);
    let State::Pending { until, then } = after.ticket.state else { panic!() };
    assert_eq!(until.to_string(), "2026-12-01T07:00:00Z", "08:00 in Berlin");
    assert_eq!(then, Then::Close(Outcome::Fail));
    assert!(matches!(
        agent_writes(ticket(), ANNA, "#pending 2026-11-01", MONDAY).refusal(),
        Some(Refusal::Expected { .. })
    ));
}

#[test]
fn a_word_after_closing_goes_out_and_takes_nothing() {
    let mut closed = ticket();
    closed.state = State::Closed { outcome: Outcome::Success, at: MONDAY };
    let after = agent_writes(closed.clone(), ANNA, "One more thing.", MONDAY);
    assert_eq!(after.words(), ["article public", "write reply", "answer receipt"]);
    assert_eq!((after.ticket.state, after.ticket.lock), (closed.state, None));
    let reopened = agent_writes(closed, ANNA, "#reopen", MONDAY);
    assert_eq!((reopened.ticket.state, reopened.ticket.owner()), (State::Open, Some(ANNA)));
}

#[test]
fn a_link_that_is_out_is_void_where_no_agent_could_confirm() {
    let verified = agent_writes(ticket(), ANNA, "#verify", MONDAY).ticket;
    let moved = agent_writes(verified, ANNA, "#queue support", MONDAY);
    let application = moved.ticket.application.as_ref().unwrap();
    assert_eq!((application.step, application.link.clone()), (Step::Received, None));
}

#[test]
fn a_text_block_stands_in_front_of_what_was_typed() {
    let block = crate::desk::event::Block {
        name: "refused".into(),
        title: "Refusal".into(),
        text: "Dear Lena,\n\nno.".into(),
    };
    let written = |text: &str| {
        let mut mail = agent_mail(ANNA, text);
        mail.blocks.named.insert("refused".into(), block.clone());
        decide(owned_by(ANNA, MONDAY), &Event::AgentWrote(Box::new(mail)), MONDAY, &rules())
    };
    for (text, sent, effects) in [
        (
            "#template refused",
            "Dear Lena,\n\nno.",
            vec!["article public", "write reply", "answer receipt"],
        ),
        (
            "#template Refused\nBye.",
            "Dear Lena,\n\nno.\n\nBye.",
            vec!["article public", "write reply", "answer receipt"],
        ),
        (
            "#ask refused\nBye.",
            "Dear Lena,\n\nno.\n\nBye.",
            vec!["write question", "article public", "answer receipt"],
        ),
        (
            "#template refused\n#close fail",
            "Dear Lena,\n\nno.",
            vec!["article public", "write reply", "answer receipt"],
        ),
        (
            "#template refused\n#template refused\n#ask refused",
            "Dear Lena,\n\nno.",
            vec!["write question", "article public", "answer receipt"],
        ),
        ("#template refused\n#note", "", vec!["article internal", "answer receipt"]),
        ("#draft refused", "", vec!["answer draft"]),
        ("#template none\n#close fail", "", vec!["answer error"]),
        ("#close fail\n#draft none", "", vec!["answer error"]),
    ] {
        let after = written(text);
        assert_eq!(after.words(), effects, "{text}");
        let letter = after.effects.iter().find_map(|effect| match effect {
            Effect::Write {
                letter: Letter::Reply { text, .. } | Letter::Question { text, .. },
                ..
            } => Some(text.as_str()),
            _ => None,
        });
        assert_eq!(letter.unwrap_or_default(), sent, "{text}");
    }
}
