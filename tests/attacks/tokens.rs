//! The tokens of agents: stolen, guessed, respelled, used twice, late, in the wrong place, or for something else than they are for.
//!
//! All against the core: no server has a say in it. The carriers on real servers are in `tests/stories/tokens.rs`.

pub mod house;

use house::{
    ANNA, ANTRAG, EVE, House, JENS, JO, Letter, SUPPORT, Sent, TOM, answer, click, in_message_id,
    in_subject, the, to_reply_address, words,
};
use postamt::authority::{Purpose, Token};
use postamt::desk::TicketId;
use postamt::desk::ticket::Ticket;
use postamt::mail::Span;

/// Jo's application, and the notification of it to an agent.
fn application(house: &mut House, to: &str) -> (Ticket, Sent) {
    house.sent();
    let news = the(house.applies(JO), "new-ticket", to);
    (house.tickets().pop().unwrap(), news)
}

fn request(house: &mut House, to: &str) -> (Ticket, Sent) {
    house.sent();
    let news = the(house.asks(JO), "new-ticket", to);
    let tickets = house.tickets();
    (tickets.into_iter().find(|ticket| ticket.queue == "support").unwrap(), news)
}

// --- Whose it is

#[test]
fn a_token_in_a_strangers_hands_commands_nothing() {
    let mut house = House::open();
    let (ticket, news) = application(&mut house, ANNA);
    let sent = house.gets(&to_reply_address(&news, EVE, "#close fail"));
    assert!(!house.is_touched(ticket.number), "{:?}", words(&sent));
    // With a command in it, it may be Anna from another address: she is asked, at the known one.
    assert_eq!(words(&sent), ["challenge anna", "token-void anna"]);
}

#[test]
fn a_colleague_commands_nothing_with_a_token_of_another_agent() {
    let mut house = House::open();
    let (ticket, news) = application(&mut house, ANNA);
    let sent = house.gets(&to_reply_address(&news, JENS, "#priority 1"));
    assert!(!house.is_touched(ticket.number));
    assert_eq!(words(&sent), ["challenge jens", "token-void anna"]);
    let challenge = the(sent, "challenge", JENS);
    challenge.mail.says("is not for this sender");
    // By a yes to that he does it in his own name.
    house.gets(&answer(&challenge, JENS, "#yes"));
    assert_eq!(house.ticket(ticket.number).priority, 1);
}

#[test]
fn a_challenge_is_answered_by_nobody_else() {
    let mut house = House::open();
    let (ticket, news) = application(&mut house, ANNA);
    let mut unproven = answer(&news, ANNA, "#priority 1").with("Resent-To: anna@agents.example");
    unproven.more.clear();
    unproven.to = ANTRAG.into();
    let challenge = the(house.gets(&unproven), "challenge", ANNA);
    for writer in [EVE, JENS] {
        house.gets(&answer(&challenge, writer, "#yes"));
        house.gets(&to_reply_address(&challenge, writer, "yes"));
        assert!(!house.is_touched(ticket.number), "{writer}");
    }
}

#[test]
fn a_token_that_a_stranger_has_used_works_for_nobody_any_more() {
    let mut house = House::open();
    let (ticket, news) = application(&mut house, ANNA);
    house.gets(&to_reply_address(&news, EVE, "Who is this?"));
    let sent = house.gets(&to_reply_address(&news, ANNA, "#close fail"));
    assert!(!house.is_touched(ticket.number));
    // The new ones work: that of the mail that tells of it, and that of the challenge.
    house.gets(&answer(&the(sent, "challenge", ANNA), ANNA, "#yes"));
    assert!(house.is_touched(ticket.number));
}

#[test]
fn all_that_a_stranger_may_have_seen_of_a_thread_is_void() {
    let mut house = House::open();
    let (ticket, news) = application(&mut house, ANNA);
    let shown = the(house.gets(&answer(&news, ANNA, "#show")), "show", ANNA);
    house.gets(&to_reply_address(&shown, EVE, "Who is this?"));
    for mail in [&news, &shown] {
        house.gets(&to_reply_address(mail, ANNA, "#close fail"));
        house.gets(&answer(mail, ANNA, "#close fail"));
    }
    assert!(!house.is_touched(ticket.number));
}

#[test]
fn what_a_colleague_was_shown_is_void_and_the_rest_is_not() {
    let mut house = House::open();
    let (ticket, news) = application(&mut house, ANNA);
    let shown = the(house.gets(&answer(&news, ANNA, "#show")), "show", ANNA);
    house.gets(&to_reply_address(&shown, JENS, "I see."));
    // Somebody who has what Jens had forges Anna.
    house.gets(&to_reply_address(&shown, ANNA, "#close fail"));
    house.gets(&answer(&shown, ANNA, "#close fail"));
    assert!(!house.is_touched(ticket.number));
    house.gets(&answer(&news, ANNA, "#priority 2"));
    assert_eq!(house.ticket(ticket.number).priority, 2, "her other mails nobody was shown");
}

#[test]
fn an_agent_of_another_queue_is_a_stranger() {
    let mut house = House::open();
    let (ticket, news) = application(&mut house, ANNA);
    let shown = the(house.gets(&answer(&news, ANNA, "#show")), "show", ANNA);
    house.gets(&to_reply_address(&shown, TOM, "I see."));
    for mail in [&news, &shown] {
        house.gets(&answer(mail, ANNA, "#close fail"));
    }
    assert!(!house.is_touched(ticket.number));
}

// --- What it is for

#[test]
fn a_token_acts_on_its_own_ticket_whatever_else_the_mail_names() {
    let mut house = House::open();
    let (first, news) = application(&mut house, ANNA);
    let other = the(house.applies(EVE), "new-ticket", ANNA);
    let second = house.tickets().into_iter().find(|t| t.number != first.number).unwrap();
    let mut mixed = to_reply_address(&news, ANNA, "#priority 1");
    mixed.subject = format!("Re: [Ticket#{}]", second.number);
    house.gets(&mixed.with(&format!("In-Reply-To: <{}@x>", other.mail.message_id.len())));
    assert!(house.is_touched(first.number));
    assert!(!house.is_touched(second.number));
}

#[test]
fn a_token_of_a_customers_mail_is_no_agents() {
    let mut house = House::open();
    house.sent();
    let acknowledged = the(house.applies(JO), "acknowledgement", JO);
    let ticket = house.tickets().pop().unwrap();
    // Jo has it, and forges Anna.
    let sent = house.gets(&answer(&acknowledged, ANNA, "#close success"));
    assert!(!house.is_touched(ticket.number));
    assert_eq!(words(&sent), ["challenge anna"]);
}

#[test]
fn a_token_out_of_its_place_commands_nothing() {
    let mut house = House::open();
    let (ticket, news) = application(&mut house, ANNA);
    let reply = news.mail.reply_token().to_owned();
    let of_message = in_message_id(&news);
    let own = format!("antrag+{of_message}@example.org");
    for letter in [
        Letter::new(ANNA, &own, "Hello", "#close fail"),
        Letter::new(ANNA, ANTRAG, &format!("Hello {{{reply}}}"), "#close fail"),
        Letter::new(ANNA, ANTRAG, &format!("Hello {{{of_message}}}"), "#close fail"),
        Letter::new(ANNA, ANTRAG, "Hello", "#close fail")
            .with(&format!("References: <1.{reply}@example.org>")),
    ] {
        house.gets(&letter);
        assert!(!house.is_touched(ticket.number), "{letter:?}");
    }
}

#[test]
fn a_token_in_the_text_alone_commands_nothing() {
    let mut house = House::plain();
    let (ticket, news) = application(&mut house, ANNA);
    let token = in_subject(&news, "#lock");
    house.gets(&Letter::new(
        ANNA,
        ANTRAG,
        "Hello",
        &format!("#lock\r\n\r\nOn Monday she wrote:\r\n> {{{token}}}"),
    ));
    house.gets(&Letter::new(ANNA, ANTRAG, "Hello", &format!("#lock\r\n\r\n{{{token}}}")));
    assert!(!house.is_touched(ticket.number));
}

#[test]
fn the_own_address_closes_confirms_and_answers_nothing() {
    let mut house = House::open();
    let welcome = house.welcome(ANNA);
    let (ticket, news) = application(&mut house, ANNA);
    let overview = news.mail.link("#list").to;
    for text in [
        "#confirm",
        "#close fail",
        "#reply\r\nHello Jo",
        "#lock",
        "#verify",
        "Hello Jo, all is well.",
    ] {
        for to in [&welcome.mail.reply_to, &overview] {
            let mut letter =
                Letter::new(ANNA, to, &format!("Re: [Ticket#{}]", ticket.number), text);
            letter =
                letter.with(&format!("References: {}", news.mail.message_id.replace('.', ".x")));
            let sent = house.gets(&letter);
            assert_eq!(words(&sent), ["error anna"], "{text}");
            assert!(!house.is_touched(ticket.number), "{text}");
        }
        // So that the limit for such answers is not what holds.
        house.later(Span::hours(1));
    }
}

#[test]
fn the_own_address_shows_no_ticket_of_another_queue() {
    let mut house = House::open();
    let welcome = house.welcome(JENS);
    let (ticket, _) = request(&mut house, ANNA);
    let sent = house.gets(&answer(&welcome, JENS, &format!("#show {}", ticket.number)));
    assert_eq!(words(&sent), ["error jens"]);
    assert!(!the(sent, "error", JENS).mail.has("The server says no"));
    let listed = the(house.gets(&answer(&welcome, JENS, "#list")), "list", JENS);
    assert!(!listed.mail.has(&ticket.number.to_string()));
    assert_eq!(words(&house.gets(&answer(&welcome, JENS, "#list support"))), ["error jens"]);
}

#[test]
fn a_token_shows_no_ticket_of_another_queue() {
    let mut house = House::open();
    let (foreign, _) = request(&mut house, ANNA);
    let (_, news) = application(&mut house, JENS);
    let sent = house.gets(&answer(&news, JENS, &format!("#show {}", foreign.number)));
    assert_eq!(words(&sent), ["error jens"]);
}

#[test]
fn an_answer_to_a_ticket_that_was_shown_acts_on_that_ticket() {
    let mut house = House::open();
    let (first, news) = application(&mut house, ANNA);
    let (second, _) = request(&mut house, ANNA);
    let shown =
        the(house.gets(&answer(&news, ANNA, &format!("#show {}", second.number))), "show", ANNA);
    house.gets(&to_reply_address(&shown, ANNA, "#lock"));
    assert!(house.is_touched(second.number));
    assert!(!house.is_touched(first.number), "she saw the other one");
}

// --- How it is spelled

#[test]
fn a_guessed_token_commands_nothing() {
    let mut house = House::open();
    let (ticket, news) = application(&mut house, ANNA);
    let token = news.mail.reply_token().to_owned();
    for at in 18..token.len() {
        let mut guess: Vec<char> = token.chars().collect();
        guess[at] = if guess[at] == 'b' { 'c' } else { 'b' };
        let to = format!("antrag+{}@example.org", guess.into_iter().collect::<String>());
        house.gets(&Letter::new(ANNA, &to, "Hello", "#lock"));
        assert!(!house.is_touched(ticket.number), "{to}");
    }
}

#[test]
fn a_used_token_is_used_in_every_spelling() {
    let mut house = House::plain();
    let (ticket, news) = application(&mut house, ANNA);
    house.gets(&click(&news, ANNA, "#lock"));
    assert!(house.is_touched(ticket.number));
    let token = in_subject(&news, "#lock");
    let mut last: Vec<char> = token.chars().collect();
    // The last letter has a bit that carries nothing.
    *last.last_mut().unwrap() = match last.last().unwrap() {
        'z' => '2',
        letter => char::from(*letter as u8 + 1),
    };
    let (first, rest) = token.split_at(9);
    let alias: String = last.into_iter().collect();
    for spelling in
        [token.to_uppercase(), alias, format!("{token}="), format!("{first}\r\n {rest}")]
    {
        house.gets(&Letter::new(ANNA, ANTRAG, &format!("Re: x {{{spelling}}}"), "#close fail"));
        assert!(house.ticket(ticket.number).is_open(), "{spelling}");
    }
}

// --- How often, and when

#[test]
fn a_token_in_a_subject_is_good_once() {
    let mut house = House::plain();
    let (ticket, news) = application(&mut house, ANNA);
    house.gets(&click(&news, ANNA, "#lock"));
    assert!(house.is_touched(ticket.number));
    let sent = house.gets(&click(&news, ANNA, "#close fail"));
    assert!(house.ticket(ticket.number).is_open());
    assert_eq!(words(&sent), ["challenge anna"]);
}

#[test]
fn a_token_in_a_subject_is_good_for_seven_days() {
    for (late, works) in [(Span::days(7), true), (Span(7 * 86_400 + 1), false)] {
        let mut house = House::plain();
        let now = house.now;
        let (ticket, news) = application(&mut house, ANNA);
        house.now = now;
        house.later(late);
        let sent = house.gets(&click(&news, ANNA, "#lock"));
        assert_eq!(house.is_touched(ticket.number), works, "{late} {:?}", words(&sent));
    }
}

#[test]
fn an_expired_token_gets_a_challenge_and_does_nothing() {
    let mut house = House::open();
    let (ticket, news) = application(&mut house, ANNA);
    house.later(Span::days(31));
    let sent = house.gets(&to_reply_address(&news, ANNA, "#lock"));
    assert!(!house.is_touched(ticket.number));
    assert_eq!(words(&sent), ["challenge anna"]);
}

#[test]
fn a_token_of_a_clock_that_was_wrong_is_not_good_for_years() {
    let mut house = House::open();
    let (ticket, _) = application(&mut house, ANNA);
    let issued = house.now.plus(Span::days(300));
    let agent = Some(house.agent(ANNA).id);
    let token =
        house.signs(&Token { purpose: Purpose::Reply, agent, subject: ticket.id.0, issued });
    house.gets(&Letter::new(ANNA, &format!("antrag+{token}@example.org"), "Hello", "#lock"));
    assert!(!house.is_touched(ticket.number));
}

// --- Who else has it

#[test]
fn a_token_beside_others_is_void() {
    for header in [
        "Cc: eve@mail.example",
        "Cc: \"all of us\"@list.mail.example, antrag@example.org",
        "Cc: j\u{f6}@mail.example",
        "Bcc: Eve <eve@mail.example>",
        "Resent-To: eve@mail.example",
        "Resent-Cc: a@mail.example, Eve <eve@mail.example>",
    ] {
        let mut house = House::open();
        let (ticket, news) = application(&mut house, ANNA);
        let sent = house.gets(&to_reply_address(&news, ANNA, "#lock").with(header));
        assert!(!house.is_touched(ticket.number), "{header}");
        assert_eq!(words(&sent), ["challenge anna", "token-void anna"], "{header}");
    }
}

#[test]
fn a_token_of_which_we_got_a_blind_copy_is_void() {
    let mut house = House::open();
    let (ticket, news) = application(&mut house, ANNA);
    let delivered = format!("Delivered-To: {}", news.mail.reply_to);
    house.gets(&Letter::new(ANNA, EVE, "Hello", "#lock").with(&delivered));
    assert!(!house.is_touched(ticket.number));
}

#[test]
fn a_token_inside_of_a_customers_mail_is_void() {
    let mut house = House::open();
    let (ticket, news) = application(&mut house, ANNA);
    let quoted = format!("Look what I got:\r\n\r\n> Overview: {}\r\n", news.mail.reply_to);
    let sent = house.gets(&Letter::new(JO, ANTRAG, "Question", &quoted));
    assert!(words(&sent).contains(&"token-void anna".to_owned()), "{:?}", words(&sent));
    house.gets(&to_reply_address(&news, ANNA, "#close fail"));
    assert!(!house.is_touched(ticket.number));
}

#[test]
fn a_token_in_a_customers_subject_is_void() {
    let mut house = House::open();
    let (ticket, news) = application(&mut house, ANNA);
    let subject = format!("Fwd: {}", news.mail.reply_to);
    let sent = house.gets(&Letter::new(EVE, ANTRAG, &subject, "What is this?"));
    assert!(words(&sent).contains(&"token-void anna".to_owned()), "{:?}", words(&sent));
    house.gets(&to_reply_address(&news, ANNA, "#lock"));
    assert!(!house.is_touched(ticket.number));
}

#[test]
fn a_link_that_a_customer_clicked_is_void() {
    let mut house = House::plain();
    let (ticket, news) = application(&mut house, ANNA);
    house.gets(&click(&news, EVE, "#lock"));
    house.gets(&click(&news, ANNA, "#lock"));
    assert!(!house.is_touched(ticket.number));
}

#[test]
fn a_notification_that_a_customer_attached_is_void() {
    let mut house = House::open();
    let (ticket, news) = application(&mut house, ANNA);
    let forwarded = format!(
        "--b\r\nContent-Type: text/plain\r\n\r\nWhat is this?\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n{}\r\n--b--",
        news.mail.raw
    );
    let letter = Letter::new(EVE, ANTRAG, "Question", &forwarded)
        .with("MIME-Version: 1.0")
        .with("Content-Type: multipart/mixed; boundary=b");
    house.gets(&letter);
    house.gets(&to_reply_address(&news, ANNA, "#lock"));
    house.gets(&answer(&news, ANNA, "#lock"));
    assert!(!house.is_touched(ticket.number));
}

// --- Who may

#[test]
fn a_token_from_before_an_agent_was_taken_off_the_queue_commands_nothing() {
    let mut house = House::open();
    let (ticket, news) = application(&mut house, ANNA);
    let mut anna = house.agent(ANNA);
    anna.queues = vec!["support".into()];
    house.changes(&anna);
    house.gets(&answer(&news, ANNA, "#close fail"));
    assert!(!house.is_touched(ticket.number));
}

#[test]
fn an_agent_is_only_the_customer_of_their_own_application() {
    let mut house = House::open();
    house.sent();
    let news = the(house.applies(ANNA), "new-ticket", JENS);
    let ticket = house.tickets().pop().unwrap();
    // Jens was careless with a note about her, and she has a token that she could have had.
    house.gets(&answer(&news, JENS, "#note\r\nI do not trust her."));
    let (id, issued) = (house.agent(ANNA).id, house.now);
    let own = Token { purpose: Purpose::Standing, agent: Some(id), subject: 0, issued };
    let reply = Token { purpose: Purpose::Reply, subject: ticket.id.0, ..own };
    let [own, reply] =
        [own, reply].map(|token| format!("antrag+{}@example.org", house.signs(&token)));
    for (to, text) in [
        (&reply, "#confirm".to_owned()),
        (&reply, "#show".to_owned()),
        (&own, format!("#show {}", ticket.number)),
    ] {
        for sent in house.gets(&Letter::new(ANNA, to, "Hello", &text)) {
            let to_anna = sent.row.recipient.local() == "anna";
            assert!(!to_anna || !sent.mail.has("I do not trust her"), "{text}");
            assert_ne!(sent.row.event, "credentials");
        }
    }
    assert!(house.ticket(ticket.number).application.unwrap().confirmed.is_none());
}

// --- The challenge

/// A mail in Anna's name with nothing but the tag, and what she is asked.
fn challenged(house: &mut House, ticket: &Ticket, text: &str) -> Sent {
    let subject = format!("Re: [Ticket#{}]", ticket.number);
    the(house.gets(&Letter::new(ANNA, ANTRAG, &subject, text)), "challenge", ANNA)
}

#[test]
fn a_yes_counts_once() {
    let mut house = House::open();
    let (ticket, news) = application(&mut house, ANNA);
    let challenge = challenged(&mut house, &ticket, "#priority 1");
    house.gets(&answer(&challenge, ANNA, "#yes"));
    assert_eq!(house.ticket(ticket.number).priority, 1);
    house.gets(&answer(&news, ANNA, "#priority 4"));
    house.gets(&answer(&challenge, ANNA, "#yes"));
    house.gets(&to_reply_address(&challenge, ANNA, "yes"));
    assert_eq!(house.ticket(ticket.number).priority, 4);
}

#[test]
fn a_yes_counts_for_a_day() {
    let mut house = House::open();
    let (ticket, _) = application(&mut house, ANNA);
    let challenge = challenged(&mut house, &ticket, "#priority 1");
    house.later(Span::days(1));
    let sent = house.gets(&answer(&challenge, ANNA, "#yes"));
    assert_eq!(words(&sent), ["error anna"]);
    assert!(!house.is_touched(ticket.number));
}

#[test]
fn a_yes_to_one_ticket_carries_out_nothing_of_another() {
    let mut house = House::open();
    let (first, _) = application(&mut house, ANNA);
    challenged(&mut house, &first, "#priority 1");
    let (second, news) = request(&mut house, ANNA);
    let sent = house.gets(&answer(&news, ANNA, "#yes"));
    assert_eq!(words(&sent), ["error anna"]);
    assert!(!house.is_touched(first.number) && !house.is_touched(second.number));
}

#[test]
fn a_yes_carries_out_the_stored_mail_and_no_word_beside_it() {
    let mut house = House::open();
    let (ticket, _) = application(&mut house, ANNA);
    let challenge = challenged(&mut house, &ticket, "#priority 1");
    let sent = house.gets(&answer(&challenge, ANNA, "#yes\r\n\r\nHello Jo, this is for you."));
    assert_eq!(house.ticket(ticket.number).priority, 1);
    assert!(sent.iter().all(|sent| sent.row.recipient.local() != "jo"), "{:?}", words(&sent));
}

#[test]
fn commands_of_an_agent_without_ticket_and_token_open_no_ticket_and_do_nothing() {
    let mut house = House::open();
    let (ticket, _) = application(&mut house, ANNA);
    let sent =
        house.gets(&Letter::new(ANNA, ANTRAG, "Overview", &format!("#show {}", ticket.number)));
    assert_eq!(words(&sent), ["challenge anna"]);
    assert_eq!(house.tickets().len(), 1);
    let sent = house.gets(&answer(&the(sent, "challenge", ANNA), ANNA, "#yes"));
    assert_eq!(words(&sent), ["show anna"]);
    // What is no command of an agent's is a customer's mail like any other.
    let sent =
        house.gets(&Letter::new(ANNA, SUPPORT, "Hello", "#WirSindMehr, and I cannot log in."));
    assert_eq!(words(&sent), ["acknowledgement anna", "new-ticket tom"]);
}

#[test]
fn a_flood_of_forged_commands_asks_an_agent_three_times_and_tells_the_postmaster_once() {
    let mut house = House::open();
    let (ticket, _) = application(&mut house, ANNA);
    let mut asked = 0;
    for n in 0..10 {
        let subject =
            if n % 2 == 0 { format!("[Ticket#{}]", ticket.number) } else { "Overview".into() };
        let sent = house.gets(&Letter::new(ANNA, ANTRAG, &subject, "#list"));
        asked += words(&sent).iter().filter(|word| *word == "challenge anna").count();
    }
    assert_eq!(asked, 3);
    assert_eq!(house.lines(), ["challenges", "held"]);
}

// --- Where it must not stand

#[test]
fn no_subject_that_is_kept_or_shown_holds_a_token() {
    let mut house = House::plain();
    let (ticket, news) = application(&mut house, ANNA);
    let link = news.mail.link("#lock").subject;
    let token = in_subject(&news, "#lock");
    let reply = Letter::new(ANNA, ANTRAG, &link, "Hello Jo, please wait.");
    let mut shown = house.gets(&reply);
    assert!(!house.stored().contains(&token), "{}", house.stored());
    shown.extend(house.gets(&Letter::new(
        EVE,
        ANTRAG,
        &format!("AW: \u{201e}Re: {link}\u{201c}"),
        "What is this?",
    )));
    shown.extend(house.gets(&Letter::new(EVE, SUPPORT, &format!("Fwd: {{{token}}}"), "And this?")));
    for ticket in house.tickets() {
        assert!(!ticket.subject.contains(&token), "{}", ticket.subject);
        assert!(house.articles(ticket.number).iter().all(|(subject, _)| !subject.contains(&token)));
    }
    assert!(house.is_touched(ticket.number));
    for sent in shown {
        assert!(
            !sent.mail.subject.contains(&token) && !sent.mail.text.contains(&token),
            "{}",
            sent.mail.raw
        );
    }
}

#[test]
fn no_mail_that_is_kept_holds_a_token_in_its_subject() {
    let mut house = House::plain();
    let (_, news) = application(&mut house, ANNA);
    let token = in_subject(&news, "#lock");
    let (half, rest) = token.split_at(20);
    let mangled = format!("Re: x {{{half}\r\n\t{rest}}}");
    let letter =
        Letter::new(ANNA, ANTRAG, &mangled, "#lock").with(&format!("Thread-Topic: {{{token}}}"));
    house.gets(&letter);
    let stored = house.stored();
    assert!(!stored.contains(half) && !stored.contains(rest), "{stored}");
    assert!(stored.contains("Subject: Re: x\r\n") && stored.contains("#lock"), "{stored}");
}

#[test]
fn no_text_that_is_kept_or_shown_to_others_holds_a_token() {
    let mut house = House::open();
    let (ticket, news) = application(&mut house, ANNA);
    let token = news.mail.reply_token().to_owned();
    let text =
        format!("I got mail from {} and mailto:antrag%2B{token}@example.org", news.mail.reply_to);
    let subject = format!("Re: [Ticket#{}]", ticket.number);
    let sent = house.gets(&Letter::new(JO, ANTRAG, &subject, &text));
    assert!(words(&sent).contains(&"customer-answer jens".to_owned()));
    for sent in &sent {
        assert!(!sent.mail.text.contains(&token), "{}", sent.mail.text);
    }
    assert!(house.articles(ticket.number).iter().all(|(_, text)| !text.contains(&token)));
}

#[test]
fn a_token_that_an_agent_typed_or_pasted_reaches_no_customer() {
    let mut house = House::open();
    let (_, news) = application(&mut house, ANNA);
    let token = news.mail.reply_token().to_owned();
    let text = format!("Write to {} or <mailto:antrag%2B{token}@example.org>.", news.mail.reply_to);
    // The agent is asked first; what is sent then has no token all the same.
    let asked = the(house.gets(&answer(&news, ANNA, &text)), "leak", ANNA);
    let letter = the(house.gets(&answer(&asked, ANNA, "#yes")), "reply", JO);
    letter.mail.says("Write to antrag@example.org");
    assert!(!letter.mail.raw.contains(&token), "{}", letter.mail.raw);
}

#[test]
fn a_number_is_no_token() {
    // What everybody may know of a ticket: nothing of it commands.
    let mut house = House::open();
    let (ticket, news) = application(&mut house, ANNA);
    let TicketId(id) = ticket.id;
    for detail in
        [id.to_string(), ticket.number.to_string(), "a".repeat(37), format!("ae{}", "a".repeat(35))]
    {
        house.gets(&Letter::new(
            ANNA,
            &format!("antrag+{detail}@example.org"),
            &news.mail.subject,
            "#lock",
        ));
    }
    assert!(!house.is_touched(ticket.number));
}
