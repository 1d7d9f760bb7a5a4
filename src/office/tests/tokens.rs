//! Tokens on their way: who gets which, and what becomes of them within one second.

use super::*;
use crate::letters::{REPLY_TOKEN, STANDING_TOKEN};

#[test]
fn who_has_no_token_gets_no_link_to_an_own_address() {
    let mut house = House::open();
    let now = house.now;
    let (_, sent) = house.applies("jo@example.net", "jo");
    assert!(only(&sent, "new-ticket").raw.contains("Overview"));
    let anna = house.anna.id;
    house.office.store.transaction(|tx| tx.disable_agent(anna, now)).unwrap();
    house.office.look_again(now).unwrap();
    house.sent();
    let (_, sent) = house.applies("lena@example.net", "lena");
    let news = only(&sent, "new-ticket");
    assert_eq!(news.row.recipient.local(), "admin");
    for sent in &sent {
        for nothing in ["Overview", REPLY_TOKEN, STANDING_TOKEN] {
            assert!(!sent.raw.contains(nothing), "{nothing} in {}", sent.raw);
        }
    }
}

#[test]
fn what_is_issued_in_the_second_of_a_leak_is_good() {
    let mut house = House::open();
    let (ticket, sent) = house.applies("jo@example.net", "jo");
    let news = only(&sent, "new-ticket");
    let to = news.mail.reply_to[0].address.to_string();
    // Twice in one second.
    let stray = house.mail("eve@example.com", &to, "Fwd", "Who is this?");
    let told = house.gets("antrag", &stray);
    let to = only(&told, "third-party").mail.reply_to[0].address.to_string();
    assert_ne!(to, news.mail.reply_to[0].address.to_string());
    let stray = house.mail("eve@example.com", &to, "Fwd", "And this?");
    let told = house.gets("antrag", &stray);
    let to = only(&told, "third-party").mail.reply_to[0].address.to_string();
    let lock = house.mail("anna@agents.example", &to, "Hello", "#lock");
    assert_eq!(words(&house.gets("antrag", &lock)), ["receipt anna"]);
    assert_eq!(house.ticket(ticket.number).owner(), Some(house.anna.id));
}

#[test]
fn commands_of_an_agent_without_any_queue_are_a_customers_mail() {
    let mut house = House::open();
    let alone = Agent { queues: Vec::new(), ..house.jens() };
    house.office.store.transaction(|tx| tx.save_agent(&alone)).unwrap();
    house.office = Office::open(&house.config, house.now).unwrap();
    house.sent();
    let mail = house.mail("jens@agents.example", "support@example.org", "Hello", "#list");
    let sent = house.gets("support", &mail);
    assert_eq!(words(&sent), ["acknowledgement jens", "new-ticket anna"]);
}

#[test]
fn a_mail_full_of_what_begins_like_a_token_costs_little() {
    let mut house = House::open();
    let text = "aeaacaaaaavaz6".repeat(3_000);
    let mail = house.mail("eve@example.com", "support@example.org", &"aeaac ".repeat(60), &text);
    assert_eq!(words(&house.gets("support", &mail)).len(), 2);
}

#[test]
fn a_token_in_a_subject_is_found_and_taken_out_however_it_was_mangled() {
    let plain = CONFIG.replace("kind =", "subaddress = \"\"\nkind =");
    for mangled in [
        "{SUBJECT}",
        "Re: AW: {SUBJECT}",
        "AW: \"{SUBJECT}\"",
        "=?utf-8?Q?Re:_x_=7B{HALF}?=\n =?utf-8?Q?{REST}=7D?=",
        "=?iso-8859-1?Q?x_=E4_?= {TOKEN}",
        "Re: x {{HALF}\n {REST}}",
        "Re: x %7B{TOKEN}%7D",
        "RE: X {{UPPER}}",
    ] {
        let mut house = House::with(&plain);
        let (ticket, sent) = house.applies("jo@example.net", "jo");
        let news = only(&sent, "new-ticket");
        let html = news.mail.html.clone().unwrap();
        let link = html.split("mailto:").find(|link| link.contains("%23lock")).unwrap();
        let token = link.split("%7B").nth(1).unwrap().split("%7D").next().unwrap();
        let (half, rest) = token.split_at(19);
        let subject = mangled
            .replace("{SUBJECT}", "[Ticket#1] Application {{TOKEN}}")
            .replace("{TOKEN}", token)
            .replace("{UPPER}", &token.to_uppercase())
            .replace("{HALF}", half)
            .replace("{REST}", rest);
        let click = house.mail("anna@agents.example", "antrag@example.org", &subject, "#lock");
        assert_eq!(words(&house.gets("antrag", &click)), ["receipt anna"], "{subject}");
        assert_eq!(house.ticket(ticket.number).owner(), Some(house.anna.id));
        let understood = understand(click.as_bytes(), &house.office.clerk.limits).unwrap();
        let bare = house.office.clerk.bare_subject(&understood.mail.subject).unwrap();
        assert!(!bare.to_lowercase().contains(half) && !bare.contains(['{', '}', '%']), "{bare}");
    }
}
