//! Who is believed: one row for each way in which a right token can be wrong.

use super::*;
use crate::desk::calendar::Wait;
use crate::desk::people::{Agent, Language};
use crate::desk::rules::{AnswerLimits, FormNames, Queue, QueueKind};
use crate::mail::{Named, Span};

pub(super) fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

pub(super) fn named(text: &str) -> Named {
    Named { name: String::new(), address: address(text) }
}

pub(super) fn queue() -> Queue {
    Queue {
        name: "antrag".into(),
        kind: QueueKind::Application,
        address: address("antrag@example.org"),
        subaddress: "+".into(),
        bounces: address("bounces@example.org"),
        bounces_subaddress: "+".into(),
        acknowledge: true,
        release_after: Wait::Time(Span::hours(12)),
        escalate_after: Wait::Days(2),
        confirm_within: Span::days(4),
        reopen_within: Span::days(14),
        warn_before: Wait::Time(Span::hours(1)),
        sign_as: "{agent} ({queue})".into(),
        form_senders: Vec::new(),
        join_open: false,
        form: FormNames::default(),
    }
}

const ISSUED: Timestamp = Timestamp(1_795_421_528);

pub(super) fn anna() -> Agent {
    Agent {
        id: AgentId(1),
        name: "anna".into(),
        display: "Anna Brandt".into(),
        addresses: vec![address("anna@example.com"), address("brandt@example.net")],
        queues: vec!["antrag".into()],
        language: Language::De,
        active: true,
        receipts: true,
        taken_notices: true,
        reach: crate::desk::reach::Reach::Reached,
        tokens_since: ISSUED,
        created_at: ISSUED,
    }
}

pub(super) fn rules() -> Rules {
    let gone = Agent { id: AgentId(2), active: false, ..anna() };
    Rules {
        site_name: "Example".into(),
        language: Language::De,
        zone: chrono_tz::Europe::Berlin,
        hook: "Ticket".into(),
        postmaster: address("postmaster@example.org"),
        admins: Vec::new(),
        page: String::new(),
        own_addresses: vec![address("old@example.org")],
        queues: vec![queue()],
        agents: vec![anna(), gone],
        login_pattern: regex::Regex::new("^[a-z]+$").unwrap(),
        reserved_logins: Vec::new(),
        letter_lines: Vec::new(),
        token_valid: Span::days(30),
        limits: AnswerLimits { per_hour: 10, per_day: 30, per_ticket: 5 },
        calendar: None,
    }
}

fn token() -> Token {
    Token { purpose: Purpose::Reply, agent: Some(AgentId(1)), subject: 7, issued: ISSUED }
}

fn mail() -> Mail {
    Mail {
        from: vec![named("Anna@example.com")],
        to: vec![named("antrag+token@example.org")],
        ..Mail::default()
    }
}

fn asked(
    token: &Token,
    recorded: Recorded,
    mail: &Mail,
    days: i64,
    secs: i64,
) -> Result<Proof, Refusal> {
    prove(token, recorded, mail, &rules(), ISSUED.plus(Span(days * 86_400 + secs)))
}

#[test]
fn an_agent_with_their_own_token_is_believed() {
    let good = |mail: &Mail, on| {
        let proof = asked(&token(), Recorded::default(), mail, 0, 0);
        assert_eq!(proof, Ok(Proof { agent: AgentId(1), ways: Way::Token.into(), on }), "{mail:?}");
    };
    let ticket = What::Ticket(TicketId(7));
    good(&mail(), ticket);
    good(&Mail { from: vec![named("brandt@example.net")], ..mail() }, ticket);
    // Other addresses of ours and of the agent are nobody else.
    let ours = ["old@example.org", "antrag@example.org", "brandt@example.net"];
    good(&Mail { cc: ours.map(named).to_vec(), ..mail() }, ticket);
}

#[test]
fn a_token_says_what_it_is_for() {
    let about = Some(What::Ticket(TicketId(9)));
    let proves = |purpose, about| {
        let recorded = Recorded { void: false, about };
        asked(&Token { purpose, ..token() }, recorded, &mail(), 0, 0).map(|proof| proof.on)
    };
    assert_eq!(proves(Purpose::Reply, None), Ok(What::Ticket(TicketId(7))));
    assert_eq!(proves(Purpose::Offer, about), Ok(What::Offer(7)));
    assert_eq!(proves(Purpose::MessageId, about), Ok(What::Ticket(TicketId(9))));
    assert_eq!(proves(Purpose::Once, about), Ok(What::Ticket(TicketId(9))));
    for purpose in [Purpose::Standing, Purpose::OnceStanding] {
        assert_eq!(proves(purpose, about), Ok(What::Standing), "for no ticket, whatever one says");
    }
    for (purpose, about) in
        [(Purpose::MessageId, None), (Purpose::Once, None), (Purpose::Bounce, about)]
    {
        assert_eq!(proves(purpose, about), Err(Refusal::NotForCommands), "{purpose:?}");
    }
    let customers = Token { purpose: Purpose::MessageId, agent: None, ..token() };
    let recorded = Recorded { void: false, about };
    assert_eq!(asked(&customers, recorded, &mail(), 0, 0), Err(Refusal::NotForCommands));
}

#[test]
fn a_right_token_in_wrong_hands_or_at_the_wrong_time_proves_nothing() {
    let from = |who: &[&str]| Mail { from: who.iter().map(|w| named(w)).collect(), ..mail() };
    let stranger = address("eve@example.com");
    let seen = Mail { cc: vec![named("eve@example.com")], ..mail() };
    let also_to = Mail { to: vec![mail().to[0].clone(), named("eve@example.com")], ..mail() };
    let earlier = Token { issued: Timestamp(ISSUED.0 - 1), ..token() };
    let gone = Token { agent: Some(AgentId(2)), ..token() };
    let once = Token { purpose: Purpose::Once, ..token() };
    let early = Token { issued: ISSUED.plus(Span(86_401)), ..token() };
    let header = |name: &str| Mail {
        headers: vec![(name.to_owned(), "Eve <eve@example.com>".to_owned())],
        ..mail()
    };
    let unread = Mail { unread_recipients: true, ..mail() };
    let nobody = Token { agent: Some(AgentId(3)), ..token() };
    let fresh = Recorded::default();
    let void = Recorded { void: true, about: None };
    for (token, recorded, mail, days, secs, expected) in [
        (token(), fresh, from(&["eve@example.com"]), 0, 0, Refusal::ForeignSender),
        (token(), fresh, from(&[]), 0, 0, Refusal::ForeignSender),
        (token(), fresh, from(&["anna@example.com", "eve@x.org"]), 0, 0, Refusal::ForeignSender),
        (token(), void, from(&["eve@example.com"]), 99, 0, Refusal::ForeignSender),
        (token(), void, mail(), 0, 0, Refusal::Void),
        (earlier, fresh, mail(), 0, 0, Refusal::Void),
        (token(), fresh, mail(), 30, 1, Refusal::Expired),
        (token(), fresh, seen.clone(), 31, 0, Refusal::Expired),
        (token(), fresh, seen, 0, 0, Refusal::SeenByOthers(vec![stranger.clone()])),
        (token(), fresh, also_to, 0, 0, Refusal::SeenByOthers(vec![stranger])),
        (
            token(),
            fresh,
            header("Bcc"),
            0,
            0,
            Refusal::SeenByOthers(vec![address("eve@example.com")]),
        ),
        (
            token(),
            fresh,
            header("resent-to"),
            0,
            0,
            Refusal::SeenByOthers(vec![address("eve@example.com")]),
        ),
        (token(), fresh, unread, 0, 0, Refusal::SeenByOthers(Vec::new())),
        (early, fresh, mail(), 0, 0, Refusal::Expired),
        (
            once,
            Recorded { void: false, about: Some(What::Ticket(TicketId(7))) },
            mail(),
            7,
            1,
            Refusal::Expired,
        ),
        (gone, fresh, mail(), 0, 0, Refusal::AgentGone),
        (nobody, fresh, mail(), 0, 0, Refusal::AgentGone),
    ] {
        assert_eq!(asked(&token, recorded, &mail, days, secs), Err(expected), "{mail:?}");
    }
    assert!(asked(&token(), fresh, &mail(), 30, 0).is_ok(), "the last second counts");
}
