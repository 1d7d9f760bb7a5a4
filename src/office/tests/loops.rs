//! Machines that answer each other, in greater numbers than servers would carry in a test's time.

use super::*;
use crate::store::PostmasterLine;

const AWAY: &str = "Thanks for writing. My colleague Mel looks after this now, please turn to her.";

/// Anna's machine answers all there is for her, and all that follows; what it was answered.
fn answered_by_machine(house: &mut House, mut sent: Vec<Sent>, header: &str) -> Vec<String> {
    let (mut all, mut turns) = (Vec::new(), 0);
    while !sent.is_empty() {
        turns += 1;
        assert!(turns < 30, "{all:?}");
        let mut next = Vec::new();
        for mail in &sent {
            if mail.row.agent == Some(house.anna.id) {
                let answer = house.answer(mail, "anna@agents.example", AWAY);
                next.extend(house.gets("support", &format!("{header}{answer}")));
            }
        }
        all.extend(words(&next));
        sent = next;
    }
    all
}

fn requests(house: &mut House, count: usize) -> Vec<Sent> {
    let mut all = Vec::new();
    for n in 0..count {
        let from = format!("jo{n}@example.net");
        let mail = house.mail(&from, "support@example.org", "Help", "The server says no.");
        all.extend(house.gets("support", &mail));
    }
    all
}

/// How often what the postmaster's notes of a kind say has happened; of all kinds where none is named.
fn lines(house: &House, words: &str) -> u64 {
    let lines = house.office.store.unshown_postmaster_lines(10_000).unwrap();
    let says = |line: &&PostmasterLine| format!("{:?}", line.note).contains(words);
    lines.iter().filter(says).map(|line| line.count).sum()
}

#[test]
fn three_hundred_away_notes_of_an_agent_are_counted() {
    let mut house = House::open();
    // So many within an hour would else be held, and told of in a summary.
    house.office.clerk.floods.new_total = 0;
    house.office.clerk.floods.new_per_domain = 0;
    house.office.clerk.floods.notifications = 0;
    let sent = requests(&mut house, 300);
    let answers = answered_by_machine(&mut house, sent, "Auto-Submitted: auto-replied\n");
    assert_eq!(answers, Vec::<String>::new());
    assert_eq!(lines(&house, "auto_reply"), 300);
    assert_eq!(house.tickets().len(), 300);
    assert!(house.tickets().iter().all(|ticket| ticket.lock.is_none()));
}

#[test]
fn sixty_notes_without_any_mark_reach_twenty_customers() {
    let mut house = House::open();
    let sent = requests(&mut house, 60);
    let answers = answered_by_machine(&mut house, sent, "");
    let count = |word: &str| answers.iter().filter(|w| w.starts_with(word)).count();
    assert_eq!((count("reply "), count("receipt "), count("repeated ")), (20, 20, 3));
    assert_eq!(answers.len(), 43, "{answers:?}");
    // Forty notes, and the machine's answers to the twenty receipts and the three questions: but for those three, all are lines.
    assert_eq!(lines(&house, "SameAnswer"), 60);
    assert_eq!(house.tickets().iter().filter(|ticket| ticket.lock.is_some()).count(), 20);
    // What was not asked about is held: Anna is told once, and her machine's answers to that end, too.
    house.later(Span::minutes(6));
    let now = house.now;
    assert_eq!(house.office.tell_of_held(now).unwrap(), 1);
    let sent = house.sent();
    assert_eq!(words(&sent), ["held-mails anna"]);
    let answers = answered_by_machine(&mut house, sent, "");
    assert_eq!(
        answers.len(),
        21,
        "one word that nothing is let in, and twenty errors: {answers:?}"
    );
}

#[test]
fn the_same_words_go_out_again_after_a_yes_and_the_day_after() {
    let mut house = House::open();
    let sent = requests(&mut house, 1);
    let news = only(&sent, "new-ticket");
    for (after, expected) in
        [(Span(0), vec!["reply jo0", "receipt anna"]), (Span::hours(1), vec!["repeated anna"])]
    {
        house.later(after);
        let mail = house.answer(news, "anna@agents.example", AWAY);
        let sent = house.gets("support", &mail);
        assert_eq!(words(&sent), expected);
        if expected == ["repeated anna"] {
            let yes = house.answer(only(&sent, "repeated"), "anna@agents.example", "#yes");
            assert_eq!(words(&house.gets("support", &yes)), ["reply jo0", "receipt anna"]);
        }
    }
    // A command is never a repetition, and other words are none.
    for text in ["#note\nshe called", "#note\nshe called", "Please try again."] {
        let mail = house.answer(news, "anna@agents.example", text);
        assert!(!words(&house.gets("support", &mail)).contains(&"repeated anna".to_owned()));
    }
    house.later(Span::days(2));
    let mail = house.answer(news, "anna@agents.example", AWAY);
    assert!(words(&house.gets("support", &mail)).contains(&"reply jo0".to_owned()));
}

#[test]
fn a_machine_whose_words_are_always_new_writes_to_a_customer_twenty_times() {
    let mut house = House::open();
    let mut sent = requests(&mut house, 1);
    sent.retain(|mail| mail.row.agent.is_some());
    let (mut replies, mut asked, mut turn) = (0, 0, 0);
    while let Some(mail) = sent.iter().find(|mail| mail.row.agent.is_some()) {
        turn += 1;
        assert!(turn < 60);
        let text = format!("We have received {}.", "x".repeat(turn));
        let answer = house.answer(mail, "anna@agents.example", &text);
        sent = house.gets("support", &answer);
        replies += words(&sent).iter().filter(|w| w.starts_with("reply")).count();
        asked += words(&sent).iter().filter(|w| w.starts_with("repeated")).count();
    }
    assert_eq!((replies, asked), (20, 3));
    assert_eq!(lines(&house, "SameAnswer"), 1);
}

#[test]
fn a_fourth_letter_of_the_same_words_in_a_month_is_not_acknowledged() {
    let mut house = House::open();
    let mut acknowledged = 0;
    // A responder that answers once in two days, for ever.
    for n in 0..10 {
        let mail = house.mail(
            "jo@example.net",
            "support@example.org",
            &format!("No. {n} {}", "y".repeat(n)),
            AWAY,
        );
        let sent = house.gets("support", &mail);
        acknowledged += words(&sent).iter().filter(|w| w.starts_with("acknow")).count();
        house.later(Span::days(2));
    }
    assert_eq!(acknowledged, 3);
}

#[test]
fn a_ticket_with_ten_thousand_articles_is_shown_in_part_and_told_of_as_ever() {
    let mut house = House::open();
    let sent = requests(&mut house, 1);
    let news = only(&sent, "new-ticket");
    let number = house.tickets()[0].number;
    let text = "All that the machine has to say. ".repeat(300);
    house.damages(&format!(
        "INSERT INTO articles (ticket, at, author, visibility, kind, subject, text, attachments)
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
         SELECT t.id, t.created_at, '\"system\"', 'internal', 'automatic', '', '{text}', '[]' FROM n, tickets t"
    ));
    house.damages(
        "INSERT INTO history (ticket, at, who, what)
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
         SELECT t.id, t.created_at, '\"customer\"', '\"customer_wrote\"' FROM n, tickets t",
    );
    let show = house.answer(news, "anna@agents.example", "#show");
    let sent = house.gets("support", &show);
    let shown = only(&sent, "show");
    assert!(shown.raw.len() < 5_000_000, "{}", shown.raw.len());
    assert!(shown.raw.contains("older ones"), "what is left out is said");
    let subject = format!("Re: [Ticket#{number}]");
    let mail = house.mail("jo0@example.net", "support@example.org", &subject, "Are you there?");
    let sent = house.gets("support", &mail);
    assert_eq!(words(&sent), ["customer-answer anna"]);
    assert!(sent[0].raw.len() < 30_000, "{}", sent[0].raw.len());
}

#[test]
fn an_outbox_that_is_full_is_handed_over_in_part_and_the_urgent_first() {
    let mut house = House::open();
    for n in 0..500 {
        let from = format!("jo{n}@example.net");
        let mail = house.mail(&from, "support@example.org", "Help", "The server says no.");
        house.takes_in("support", &mail);
    }
    let handed = house.office.outgoing(house.now, 4, &[]).unwrap();
    assert_eq!(handed.len(), 4, "memory does not grow with what waits");
    assert!(handed.iter().all(|mail| mail.recipient.domain() == "example.net"));
}

#[test]
fn people_are_acknowledged_whoever_gets_a_copy_and_whoever_they_are() {
    let mut house = House::open();
    let cc = house.mail("jo@example.net", "support@example.org", "Help", "The server says no.");
    let cc = format!("Cc: jo@example.net\n{cc}");
    let admin = house.mail("admin@example.org", "support@example.org", "Test", "Does it work?");
    let other = house.mail("jo@example.net", "support@example.org", "Another", "Something else.");
    for (mail, to) in [(cc, "jo"), (admin, "admin"), (other, "jo")] {
        let sent = house.gets("support", &mail);
        assert_eq!(words(&sent), [format!("acknowledgement {to}"), "new-ticket anna".into()]);
    }
    assert_eq!(lines(&house, ""), 0);
}

#[test]
fn an_agents_mailbox_that_stays_full_for_five_days_is_one_line() {
    let mut house = House::open();
    let mail = house.mail("jo@example.net", "support@example.org", "Help", "The server says no.");
    house.takes_in("support", &mail);
    let full = Outcome::Temporary { text: "452 4.2.2 mailbox full".into() };
    let (mut tries, mut others) = (0, 0);
    for _ in 0..6 * 24 * 12 {
        for handover in house.waiting() {
            let id = OutgoingId(u32::try_from(handover.id).unwrap());
            let is_annas = handover.recipient.as_str() == "anna@agents.example";
            (tries, others) = (tries + u32::from(is_annas), others + u32::from(!is_annas));
            let outcome = if is_annas { full.clone() } else { Outcome::Accepted };
            house.office.handed_over(&[(id, outcome)], house.now).unwrap();
        }
        house.later(Span::minutes(5));
    }
    assert_eq!(others, 1, "the acknowledgement, and nothing after it");
    assert!((100..130).contains(&tries), "{tries}");
    assert_eq!(lines(&house, "Bounce"), 1);
}

#[test]
fn who_writes_a_lot_in_a_customers_name_does_not_drown_their_yes() {
    let mut house = House::open();
    let (ticket, sent) = house.applies("jo@example.net", "jo");
    let verify = house.answer(only(&sent, "new-ticket"), "anna@agents.example", "#verify");
    let sent = house.gets("antrag", &verify);
    let subject = format!("Re: [Ticket#{}]", ticket.number);
    let mut told = 0;
    for n in 0..40 {
        let forged =
            house.mail("jo@example.net", "antrag@example.org", &subject, &"x".repeat(n + 1));
        told += house.gets("antrag", &forged).len();
    }
    assert_eq!(told, 19, "the mail that opened it is one of twenty");
    let yes = house.answer(only(&sent, "verification"), "jo@example.net", "Yes");
    assert!(words(&house.gets("antrag", &yes)).contains(&"credentials jo".to_owned()));
}

#[test]
fn whatever_an_agents_machine_is_answered_with_it_is_asked_three_times() {
    for (text, owned, expected) in [
        // A misspelt command, nothing but what it quotes, a ticket that somebody else has.
        ("#verfiy", false, "error anna"),
        ("> Please help.", false, "error anna"),
        (AWAY, true, "held anna"),
    ] {
        let mut house = House::open();
        let jens = house.jens();
        house.sent();
        let mut sent = requests(&mut house, 1);
        if owned {
            let jens_news = sent.iter().find(|mail| mail.row.agent == Some(jens.id)).unwrap();
            let lock = house.answer(jens_news, "jens@agents.example", "#lock");
            house.gets("support", &lock);
        }
        let mut all = Vec::new();
        while let Some(mail) = sent.iter().find(|mail| mail.row.agent == Some(house.anna.id)) {
            assert!(all.len() < 30, "{all:?}");
            let answer = house.answer(mail, "anna@agents.example", text);
            sent = house.gets("support", &answer);
            all.extend(words(&sent));
        }
        assert_eq!(all, [expected, "repeated anna", "repeated anna", "repeated anna"], "{text}");
    }
}

#[test]
fn a_machine_that_answers_at_an_agents_reply_address_in_another_name_is_told_of_five_times() {
    let mut house = House::open();
    let mut sent = requests(&mut house, 1);
    let mut all = Vec::new();
    while let Some(mail) = sent.iter().find(|mail| mail.row.agent == Some(house.anna.id)) {
        assert!(all.len() < 30, "{all:?}");
        let answer = house.answer(mail, "assistant@agents.example", AWAY);
        sent = house.gets("support", &answer);
        all.extend(words(&sent));
    }
    assert_eq!(all.len(), 5, "{all:?}");
    assert_eq!(lines(&house, "TooMany"), 1);
}

#[test]
fn two_machines_one_of_an_agent_and_one_of_the_customer_end_with_the_first_words_of_each() {
    let mut house = House::open();
    let mut sent = requests(&mut house, 1);
    let (mut to_customer, mut to_anna, mut turns) = (0, 0, 0);
    while !sent.is_empty() {
        turns += 1;
        assert!(turns < 30);
        let mut next = Vec::new();
        for mail in &sent {
            let is_annas = mail.row.agent == Some(house.anna.id);
            let from = if is_annas { "anna@agents.example" } else { "jo0@example.net" };
            (to_anna, to_customer) =
                (to_anna + u32::from(is_annas), to_customer + u32::from(!is_annas));
            let answer = house.answer(mail, from, AWAY);
            next.extend(house.gets("support", &answer));
        }
        sent = next;
    }
    assert_eq!(to_customer, 2, "the acknowledgement, and Anna's first");
    assert!(to_anna <= 10, "{to_anna}");
}
