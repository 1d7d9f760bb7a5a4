//! More mail than anybody can read, mail that is to make us write to somebody else, and values that want to be more than values.

pub mod house;

use std::collections::BTreeSet;

use house::{ANNA, ANTRAG, House, SUPPORT, Sent, count, of, only};
use postamt::desk::note::Over;
use postamt::desk::ticket::State;
use postamt::mail::Span;

use crate::story::Office;

/// A word of its own for each number: the same words again are no flood, but a loop.
fn letters(n: u32) -> String {
    [n / 26, n % 26].iter().filter_map(|n| char::from_digit(n + 10, 36)).collect()
}

#[test]
fn a_hundred_mails_of_one_sender_make_twenty_tickets() {
    let mut house = House::open();
    let flood: Vec<String> = (0..100)
        .map(|n| {
            house.mail(
                "Eve <eve@flood.example>",
                SUPPORT,
                &format!("Buy {}", letters(n)),
                &format!("Buy {}!", letters(n)),
            )
        })
        .collect();
    let sent = house.gets("support", &flood);
    assert_eq!(house.tickets().len(), 20);
    assert_eq!(house.held().len(), 80);
    assert!(house.held().iter().all(|held| held.why == Over::Sender));
    assert_eq!(
        (count(&sent, "acknowledgement", "eve"), count(&sent, "new-ticket", "anna")),
        (10, 20)
    );
    assert_eq!(sent.len(), 30);
    // Somebody else is let in all the while, and an hour later the sender is.
    let sue = house.mail("sue@other.example", SUPPORT, "Help", "Help!");
    assert_eq!(count(&house.gets("support", &[sue]), "new-ticket", "anna"), 1);
    house.later(Span::hours(1));
    let eve = house.mail("eve@flood.example", SUPPORT, "Sorry", "Help!");
    assert_eq!(count(&house.gets("support", &[eve]), "new-ticket", "anna"), 1);
}

#[test]
fn a_hundred_mails_of_one_domain_with_made_up_names_make_sixty_tickets() {
    let mut house = House::open();
    let flood: Vec<String> = (0..100)
        .map(|n| house.mail(&format!("x{n}@Flood.example"), SUPPORT, "Buy", "Buy!"))
        .collect();
    house.gets("support", &flood);
    assert_eq!((house.tickets().len(), house.held().len()), (60, 40));
    assert!(house.held().iter().all(|held| held.why == Over::Domain));
    let sue = house.mail("sue@other.example", SUPPORT, "Help", "Help!");
    house.gets("support", &[sue]);
    assert_eq!(house.tickets().len(), 61, "another domain is let in");
}

#[test]
fn three_hundred_mails_of_made_up_domains_make_two_hundred_tickets() {
    let mut house = House::open();
    let flood: Vec<String> =
        (0..300).map(|n| house.mail(&format!("x@d{n}.example"), SUPPORT, "Buy", "Buy!")).collect();
    let sent = house.gets("support", &flood);
    assert_eq!((house.tickets().len(), house.held().len()), (200, 100));
    // Nobody who never wrote hears from us but by one of these 200.
    assert_eq!(sent.iter().filter(|s| s.row.event == "acknowledgement").count(), 200);
    // The web form is counted apart: applications go on.
    let jo = house.application("jo@example.net", "jo");
    house.gets("antrag", &[jo]);
    assert_eq!(house.tickets().len(), 201);
}

#[test]
fn two_hundred_follow_ups_to_one_ticket_are_twenty() {
    let mut house = House::open();
    let first = house.mail("jo@example.net", SUPPORT, "Help", "Help!");
    let sent = house.gets("support", &[first]);
    let letter = only(&sent, "acknowledgement");
    let ticket = house.tickets().remove(0);
    // Somebody writes in the customer's name: the number is no secret.
    let subject = format!("Re: [Ticket#{}] Help", ticket.number);
    let flood: Vec<String> = (0..200)
        .map(|n| house.mail("jo@example.net", SUPPORT, &subject, &format!("And {n}")))
        .collect();
    let news = house.gets("support", &flood);
    // The mail that opened it is one of the twenty that anybody is told of.
    assert_eq!(count(&news, "customer-answer", "anna"), 19);
    assert_eq!((house.articles(&ticket), house.held().len()), (21, 180));
    // What the customer is proven to have written comes through all the same.
    let own = house.answer(letter, "jo@example.net", "This is really me.");
    let news = house.gets("support", &[own]);
    assert!(only(&news, "customer-answer").text().contains("This is really me."));
    // The same ones as proven answers end as well.
    let flood: Vec<String> =
        (0..200).map(|n| house.answer(letter, "jo@example.net", &format!("Me {n}"))).collect();
    let news = house.gets("support", &flood);
    assert!(count(&news, "customer-answer", "anna") <= 19);
    assert_eq!(house.articles(&ticket), 41);
}

#[test]
fn strangers_who_know_a_number_are_counted_together() {
    let mut house = House::open();
    let first = house.mail("jo@example.net", SUPPORT, "Help", "Help!");
    house.gets("support", &[first]);
    let ticket = house.tickets().remove(0);
    let subject = format!("Re: [Ticket#{}] Help", ticket.number);
    let flood: Vec<String> = (0..100)
        .map(|n| house.mail(&format!("x{n}@d{n}.example"), SUPPORT, &subject, "Me, too"))
        .collect();
    let news = house.gets("support", &flood);
    assert_eq!(count(&news, "third-party", "anna"), 20);
    assert_eq!((news.len(), house.articles(&ticket), house.held().len()), (20, 21, 80));
}

#[test]
fn a_form_used_to_mail_a_victim_mails_nobody() {
    let mut house = House::open();
    let flood: Vec<String> =
        (0..100).map(|n| house.application("victim@example.net", &format!("login{n}"))).collect();
    let sent = house.gets("antrag", &flood);
    assert_eq!((house.tickets().len(), house.held().len()), (20, 80));
    assert_eq!(count(&sent, "new-ticket", "anna"), 20);
    assert_eq!(sent.len(), 20, "neither the victim nor the form hears anything");
    // Others apply, and the victim's own mail is not kept out.
    let jo = house.application("jo@example.net", "jo");
    house.gets("antrag", &[jo]);
    let own = house.mail("victim@example.net", SUPPORT, "Help", "Somebody uses my address");
    let sent = house.gets("support", &[own]);
    assert_eq!(count(&sent, "acknowledgement", "victim"), 1);
    assert_eq!(house.tickets().len(), 22);
}

#[test]
fn an_acknowledgement_is_no_reflector() {
    let mut house = House::open();
    let ad = "YOU WON https://evil.example/claim?x=1 call www.evil.example or me@evil.example";
    let subject = format!("{ad} {}", "BUY NOW ".repeat(30));
    let text = format!("{ad}\n").repeat(100);
    let flood: Vec<String> = (0..100)
        .map(|n| {
            let (subject, text) =
                (format!("{} {subject}", letters(n)), format!("{} {text}", letters(n)));
            house.mail("\"Win at evil.example\" <victim@example.net>", SUPPORT, &subject, &text)
        })
        .collect();
    let sent = house.gets("support", &flood);
    let to_victim = of(&sent, "acknowledgement", "victim");
    assert_eq!(to_victim.len(), 10);
    assert_eq!(sent.iter().filter(|s| s.row.recipient.local() == "victim").count(), 10);
    for letter in &to_victim {
        assert!(!letter.raw.contains("evil"), "{}", letter.raw);
        assert!(letter.mail.subject.chars().count() < 120, "{}", letter.mail.subject);
        assert!(!letter.mail.text.contains("BUY NOW"));
        assert!(letter.raw.len() < 2_500, "{} octets", letter.raw.len());
        assert_eq!(letter.row.envelope_sender, None);
        assert!(letter.mail.attachments.is_empty());
    }
    let last =
        to_victim.iter().filter(|letter| letter.text().contains("the last automatic answer"));
    assert_eq!(last.count(), 1);
    assert_eq!(house.noted("silent"), (1, 10), "one line for ten answers that were not given");
    // All day long: 30.
    let mut more = 0;
    for hour in 1..=4 {
        house.later(Span::hours(1));
        let other = |n: u32| (letters(100 + 12 * hour + n), letters(100 + 12 * hour + n));
        let flood: Vec<String> = (0..12)
            .map(other)
            .map(|(subject, text)| house.mail("victim@example.net", SUPPORT, &subject, &text))
            .collect();
        more += count(&house.gets("support", &flood), "acknowledgement", "victim");
    }
    assert_eq!(more, 20);
}

#[test]
fn a_victim_is_not_flooded_under_its_subaddresses() {
    let mut house = House::open();
    let flood: Vec<String> = (0..100)
        .map(|n| house.mail(&format!("victim+{n}@example.net"), SUPPORT, "Buy", &n.to_string()))
        .collect();
    let sent = house.gets("support", &flood);
    let to_victim = sent.iter().filter(|s| s.row.recipient.local().starts_with("victim"));
    assert_eq!((to_victim.count(), house.tickets().len()), (20, 20));
}

#[test]
fn a_flood_of_strangers_keeps_nobody_out_who_has_an_account() {
    let mut house = House::open();
    let flood: Vec<String> = (0..250)
        .map(|n| house.mail(&format!("x{n}@d{}.example", n % 125), SUPPORT, "Buy", "Buy!"))
        .collect();
    house.gets("support", &flood);
    assert_eq!(house.tickets().len(), 200);
    house.account("jo@d1.example", "jo");
    let jo = house.mail("Jo@d1.example", SUPPORT, "Help", "I cannot log in");
    assert_eq!(count(&house.gets("support", &[jo]), "new-ticket", "anna"), 0, "a summary has it");
    assert_eq!(house.tickets().len(), 201);
    // But not for more than one sender may write.
    let flood: Vec<String> =
        (0..50).map(|n| house.mail("jo@d1.example", SUPPORT, "Help", &n.to_string())).collect();
    house.gets("support", &flood);
    assert_eq!(house.tickets().len(), 220);
}

#[test]
fn status_again_and_again_is_answered_five_times() {
    let mut house = House::open();
    let jo = house.application("jo@example.net", "jo");
    house.gets("antrag", &[jo]);
    let subject = format!("[Ticket#{}]", house.tickets()[0].number);
    let mut flood: Vec<String> = (0..100)
        .map(|_| {
            house.mail("\"Win at evil.example\" <jo@example.net>", ANTRAG, &subject, "#status")
        })
        .collect();
    let rest = flood.split_off(5);
    let five = house.gets("antrag", &flood);
    assert_eq!(count(&five, "status", "jo"), 5);
    let says_so = |s: &&&Sent| s.text().contains("the last automatic answer");
    let letters = of(&five, "status", "jo");
    assert_eq!(letters.iter().filter(says_so).count(), 1);
    assert!(says_so(&letters.last().unwrap()), "the last one does");
    assert!(letters.iter().all(|s| s.row.envelope_sender.is_none() && !s.raw.contains("evil")));
    assert!(house.gets("antrag", &rest).is_empty(), "then silence");
    assert_eq!(house.noted("silent").0, 1, "one line, whatever the number of mails");
}

#[test]
fn five_hundred_notifications_to_one_agent_are_sixty_and_a_summary_an_hour() {
    let mut house = House::with("new_per_sender = 0\nnew_per_domain = 0\nnew_total = 0");
    let flood: Vec<String> = (0..500)
        .map(|n| house.mail(&format!("x{n}@example.net"), SUPPORT, &format!("Help {n}"), "Help!"))
        .collect();
    let mut to_anna = house.gets("support", &flood);
    to_anna.retain(|s| s.row.recipient.local() == "anna");
    assert_eq!(count(&to_anna, "new-ticket", "anna"), 60);
    let summary = only(&to_anna, "summary");
    assert!(summary.text().contains("440 pieces of news"), "{}", summary.text());
    assert!(summary.text().contains("And 390 more."), "{}", summary.text());
    assert!(summary.raw.len() < 20_000);
    assert_eq!(to_anna.len(), 61);

    // What she asks for comes at once; further news waits for the hour, over a restart.
    let news = of(&to_anna, "new-ticket", "anna")[0];
    let show = house.answer(news, ANNA, "#show");
    assert_eq!(count(&house.gets("support", &[show]), "show", "anna"), 1);
    house.later(Span::minutes(30));
    let more: Vec<String> = (0..100)
        .map(|n| house.mail(&format!("y{n}@example.net"), SUPPORT, "Help", "Help!"))
        .collect();
    let quiet = house.gets("support", &more);
    assert!(quiet.iter().all(|s| s.row.recipient.local() != "anna"), "neither news nor summary");
    let mut house = house.restarted();
    house.later(Span::minutes(31));
    let sent = house.turns();
    assert!(only(&sent, "summary").text().contains("100 pieces of news"));
    house.later(Span::hours(2));
    assert!(house.turns().is_empty(), "once");
}

#[test]
fn a_held_mail_is_let_in_once_however_often_somebody_says_so() {
    let mut house = House::with("new_per_sender = 1");
    house.agent("jens");
    let mails: Vec<String> = (0..4)
        .map(|n| house.mail("jo@example.net", SUPPORT, &format!("Help {n}"), "Help!"))
        .collect();
    house.gets("support", &mails);
    assert_eq!((house.tickets().len(), house.held().len()), (1, 3));
    let first = house.held()[0].message;
    assert!(house.release(first));
    assert!(!house.release(first));
    house.turns();
    assert!(!house.release(first));
    house.turns();
    assert_eq!((house.tickets().len(), house.held().len()), (2, 2));

    house.later(Span::minutes(6));
    let sent = house.turns();
    let notices = (of(&sent, "held-mails", "anna"), of(&sent, "held-mails", "jens"));
    assert_eq!((notices.0.len(), notices.1.len(), sent.len()), (1, 1, 2), "one mail to each");
    let replies =
        [(notices.0[0], ANNA), (notices.0[0], ANNA), (notices.1[0], "jens@agents.example")];
    let mut said = Vec::new();
    for (notice, from) in replies {
        let yes = house.answer(notice, from, "#yes");
        let sent = house.gets("support", &[yes]);
        said.push((count(&sent, "let-in", from.split('@').next().unwrap()), house.tickets().len()));
    }
    assert_eq!(said, [(1, 4), (1, 4), (1, 4)]);
    assert!(house.held().is_empty());
}

#[test]
fn nothing_but_the_agents_own_yes_lets_held_mails_in() {
    let mut house = House::with("new_per_sender = 1");
    let mails: Vec<String> = (0..3)
        .map(|n| house.mail("eve@flood.example", SUPPORT, &format!("Buy {n}"), "Buy!"))
        .collect();
    house.gets("support", &mails);
    house.later(Span::minutes(6));
    let sent = house.turns();
    let notice = only(&sent, "held-mails");
    // Her own words that are no yes; somebody else with her reply address; her address without the token.
    let told: Vec<_> = house.held().iter().map(|held| held.message).collect();
    let words = house.answer(notice, ANNA, "Yes, these are all spam. Do not let them in!");
    let sent = house.gets("support", &[words]);
    assert!(only(&sent, "let-in").text().starts_with("____") && house.held().len() == 2);
    let stranger = house.answer(notice, "eve@flood.example", "#yes");
    let forged = house.mail(ANNA, SUPPORT, "Re: 2 mails are held (Support)", "#yes");
    house.gets("support", &[stranger, forged]);
    let still = |house: &House| house.held().iter().filter(|h| told.contains(&h.message)).count();
    assert_eq!(still(&house), 2);
    let again = house.answer(notice, ANNA, "#yes");
    house.gets("support", &[again]);
    assert_eq!(still(&house), 2, "the address is void once somebody else had it");
}

#[test]
fn agents_are_told_of_a_flood_once_an_hour() {
    let mut house = House::open();
    let mut told = 0;
    for hour in 0..3 {
        for part in 0..6 {
            let flood: Vec<String> = (0..30)
                .map(|n| {
                    house.mail(&format!("x{hour}-{part}-{n}@flood.example"), SUPPORT, "Buy", "Buy!")
                })
                .collect();
            told += count(&house.gets("support", &flood), "held-mails", "anna");
            house.later(Span::minutes(10));
            told += count(&house.turns(), "held-mails", "anna");
        }
    }
    assert!(house.held().len() > 300);
    assert!((2..=4).contains(&told), "{told} notices in three hours");
}

#[test]
fn after_spam_nothing_of_that_address_is_let_in_for_thirty_days() {
    let mut house = House::open();
    let first = house.mail("eve@flood.example", SUPPORT, "Buy", "Buy!");
    let sent = house.gets("support", &[first]);
    let (letter, news) = (only(&sent, "acknowledgement"), only(&sent, "new-ticket"));
    let spam = house.answer(news, ANNA, "#spam");
    house.gets("support", &[spam]);
    for days in [0, 1, 28] {
        house.later(Span::days(days));
        let again = house.mail("Eve@flood.example", SUPPORT, &format!("Buy {days}"), "Buy!");
        let answer = house.answer(letter, "eve@flood.example", &format!("Buy {days}!"));
        let sent = house.gets("support", &[again, answer]);
        assert!(sent.iter().all(|s| s.row.event == "bounce-digest"), "day {days}");
    }
    assert_eq!((house.tickets().len(), house.held().len()), (1, 6));
    house.later(Span::days(3));
    let again = house.mail("eve@flood.example", SUPPORT, "Sorry", "Help!");
    assert_eq!(count(&house.gets("support", &[again]), "new-ticket", "anna"), 1);
}

#[test]
fn spam_through_the_form_holds_neither_the_form_nor_whom_it_named() {
    let mut house = House::open();
    let spam = house.application("victim@example.net", "spam");
    let sent = house.gets("antrag", &[spam]);
    let spam = house.answer(only(&sent, "new-ticket"), ANNA, "#spam");
    house.gets("antrag", &[spam]);
    // The form goes on for others, and the one who was named can write; only the form in their name is held.
    let other = house.application("jo@example.net", "jo");
    let again = house.application("victim@example.net", "spam2");
    house.gets("antrag", &[other, again]);
    let own = house.mail("victim@example.net", SUPPORT, "Help", "Somebody uses my address");
    let sent = house.gets("support", &[own]);
    assert_eq!(count(&sent, "acknowledgement", "victim"), 1);
    assert_eq!((house.tickets().len(), house.held().len()), (3, 1));
    assert_eq!(house.held()[0].subject, "Application");
}

#[test]
fn bombs_are_told_of_once_an_hour_and_then_counted() {
    let mut house = House::with("parts = 20\nsize = \"100K\"\ndepth = 5");
    let parts = "--b\nContent-Type: text/plain\n\nx\n".repeat(50);
    let multipart = |body: &str| {
        format!("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n{body}--b--\n")
    };
    let nested = (0..50).fold(String::from("deep"), |inner, _| {
        format!("Content-Type: message/rfc822\n\nSubject: x\nMIME-Version: 1.0\n{inner}")
    });
    let mut flood = Vec::new();
    for n in 0..100 {
        let head = format!("From: x{n}@d{n}.example\nTo: {SUPPORT}\nSubject: boom {n}\n");
        flood.push(match n % 3 {
            0 => format!("{head}{}", multipart(&parts)),
            1 => format!("{head}\n{}", "x".repeat(200_000)),
            _ => format!("{head}MIME-Version: 1.0\n{nested}\n"),
        });
    }
    let sent = house.gets("support", &flood);
    assert_eq!(count(&sent, "quarantine", "postmaster"), 1);
    assert_eq!(sent.len(), 1);
    assert_eq!(house.office.store.quarantine().unwrap().len(), 100);
    assert_eq!(house.noted("quarantined"), (1, 99));
    house.later(Span::hours(20));
    let sent = house.turns();
    let digest = only(&sent, "bounce-digest").text();
    assert!(digest.contains("Further mails in quarantine, by mailbox: 99"), "{digest}");
    assert!(digest.contains("In quarantine now: 100."), "{digest}");
}

/// A mail like this is put aside unread.
#[track_caller]
fn is_not_read(limits: &str, raw: &str) {
    let mut house = House::with(limits);
    let head = format!("From: eve@mail.example\nTo: {SUPPORT}\nSubject: boom\n");
    house.gets("support", &[format!("{head}{raw}")]);
    assert_eq!((house.tickets().len(), house.office.store.quarantine().unwrap().len()), (0, 1));
}

#[test]
fn a_mail_over_the_size_is_not_read() {
    is_not_read("size = \"100K\"", &format!("\n{}", "0123456789\n".repeat(10_000)));
}

#[test]
fn a_header_of_megabytes_is_not_read() {
    is_not_read("", &format!("{}\nHello\n", "X-Long: 0123456789\n".repeat(100_000)));
    is_not_read("", &format!("X-Long: {}\n\nHello\n", "0123456789".repeat(200_000)));
}

#[test]
fn a_mail_of_mails_is_not_read() {
    let nested = (0..60).fold(String::from("deep"), |inner, _| {
        format!("Content-Type: message/rfc822\n\nSubject: x\nMIME-Version: 1.0\n{inner}")
    });
    is_not_read("", &format!("MIME-Version: 1.0\n{nested}\n"));
}

#[test]
fn a_flood_of_bounces_and_automatic_mail_is_one_digest_a_day() {
    let mut house = House::open();
    let mut flood = Vec::new();
    for n in 0..300 {
        let mail = house.mail(&format!("x{n}@d{n}.example"), SUPPORT, "Away", "I am away");
        flood.push(format!("Auto-Submitted: auto-replied\n{mail}"));
        let mail = house.mail("MAILER-DAEMON@mx.example", SUPPORT, "Undelivered Mail", "no");
        flood.push(mail.replace("text/plain; charset=utf-8", "multipart/report; report-type=delivery-status; boundary=b")
            .replace("Return-Path: <MAILER-DAEMON@mx.example>", "Return-Path: <>")
            + "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n--b--\n");
    }
    assert!(house.gets("support", &flood).is_empty());
    assert!(house.tickets().is_empty());
    let mut digests = Vec::new();
    for _ in 0..72 {
        house.later(Span::hours(1));
        digests.extend(house.turns());
    }
    let digest = only(&digests, "bounce-digest");
    assert_eq!(digest.row.recipient.local(), "postmaster");
    assert!(digest.text().contains("(300 ×)"), "the same is one line: {}", digest.text());
    assert!(digest.text().contains("And 280 more."), "{}", digest.text());
    assert!(digest.raw.len() < 10_000, "{} octets", digest.raw.len());
}

#[test]
fn human_mail_to_the_bounces_address_does_not_flood_the_postmaster() {
    let mut house = House::open();
    let flood: Vec<String> = (0..200)
        .map(|n| {
            house.mail(&format!("x@d{n}.example"), "bounces@example.org", "Hello", &format!("{n}"))
        })
        .collect();
    let sent = house.gets("bounces", &flood);
    assert_eq!((count(&sent, "passed-on", "postmaster"), sent.len()), (60, 60));
    assert_eq!(house.held().len(), 140);
    house.later(Span::minutes(6));
    let sent = house.turns();
    assert_eq!((count(&sent, "held-mails", "postmaster"), sent.len()), (1, 1));
}

#[test]
fn what_runs_when_it_is_opened_is_not_passed_on_whatever_it_is_called() {
    let mut house = House::open();
    let files = [
        ("application/octet-stream", "name=\"invoice.pdf.exe\""),
        ("application/octet-stream", "name=\"invoice.exe.\""),
        ("application/octet-stream", "name=\"invoice.exe . .\""),
        ("application/octet-stream", "name*0=\"invoice.\"; name*1=\"ex\"; name*2=\"e\""),
        ("application/octet-stream", "name*=utf-8''invoice%2Ejs"),
        ("application/octet-stream", "name=\"=?utf-8?B?aW52b2ljZS5odGE=?=\""),
        ("application/octet-stream", "name=\"invoice\u{202e}fdp.scr\""),
        ("application/octet-stream", "name=\"invoice.v\u{200b}bs\""),
        ("application/octet-stream", "name=\"../../x/invoice.LNK\""),
        ("application/octet-stream", "name=\"invoice.docm\""),
        ("application/octet-stream", "name=\"invoice.ps1 \""),
        ("application/octet-stream", "name=\"invoice.iso\""),
        ("application/x-msdownload", "name=\"invoice\""),
        ("application/hta", "name=\"invoice.txt\""),
        ("text/html", "name=\"invoice.txt\""),
        ("image/svg+xml", "name=\"invoice.png\""),
    ];
    let mut body = String::from("--b\nContent-Type: text/plain\n\nSee the files\n");
    for (media_type, name) in files {
        let file = name.replace("name", "filename");
        body += &format!(
            "--b\nContent-Type: {media_type}; {name}\nContent-Disposition: attachment; {file}\n\nMZ\n"
        );
    }
    body += "--b\nContent-Type: application/zip; name=\"fine.zip\"\nContent-Disposition: attachment; filename=\"fine.zip\"\n\nPK\n--b--\n";
    let mail = house.mail("jo@example.net", SUPPORT, "Files", "x");
    let mail = mail.replace(
        "text/plain; charset=utf-8\n\nx\n",
        &format!("multipart/mixed; boundary=b\n\n{body}"),
    );
    let sent = house.gets("support", &[mail]);
    let news = only(&sent, "new-ticket");
    let passed: Vec<&str> = news.mail.attachments.iter().map(|a| a.name.as_str()).collect();
    assert_eq!(passed, ["fine.zip"]);
}

#[test]
fn hostile_values_stay_values_in_every_mail() {
    let mut house = House::open();
    let name =
        "=?utf-8?Q?Jo=0D=0ABcc:_victim@example.net=0D=0A=E2=80=AE=E2=80=8B{{login}}=23confirm?=";
    let subject = "=?utf-8?Q?Hi=0D=0AX-Postamt-Event:_confirmed=0D=0A=0D=0A=23confirm_=E2=80=AE{{{password}}}_[Ticket=232026112300000014]_<script>alert(1)</script>?=";
    let text = "Name: Jo\u{202e}\u{200b}<script>alert(1)</script>{{password}}\r\nE-Mail: jo@example.net\nBcc: victim@example.net\n\
        Login: jo\nReason: {{{words}}} {{#each x}} </table><img src=x onerror=alert(1)>\n\
        ____ Please write your answer above this line ____\n#confirm\n  #lock\n\u{2066}#close success\u{2069}\nX-Postamt-Ticket: 1\n";
    let files = "--b\nContent-Type: text/plain; charset=utf-8\n\nTEXT\n--b\nContent-Type: application/pdf; name=\"a\\\"\r\n Bcc: victim@example.net\u{202e}{{x}}<b>.pdf\"\nContent-Disposition: attachment; filename*=utf-8''a%0d%0aX-Postamt-Event:%20confirmed%22%e2%80%ae%23confirm.pdf\n\nPDF\n--b--\n";
    let mail = house.mail(&format!("{name} <jo@example.net>"), ANTRAG, subject, "x");
    let mail = mail.replace(
        "text/plain; charset=utf-8\n\nx\n",
        &format!("multipart/mixed; boundary=b\n\n{}", files.replace("TEXT", text)),
    );
    let forged =
        format!("X-Postamt-Event: confirmed\nX-Postamt-Ticket: 1\nX-Postamt-Queue: root\n{mail}");
    let mut sent = house.gets("antrag", &[forged]);
    let news = only(&sent, "new-ticket");
    let show = house.answer(news, ANNA, "#show");
    let verify = house.answer(news, ANNA, "#verify\nHello");
    // Whatever comes back as if newly typed does nothing: no account, no close.
    let back = house.answer(news, ANNA, &news.mail.text);
    sent.extend(house.gets("antrag", &[show, verify]));
    sent.extend(house.gets("antrag", &[back]));
    assert!(sent.len() >= 5);
    for mail in &sent {
        let (head, _) = mail.raw.split_once("\r\n\r\n").unwrap();
        let names: Vec<String> = head
            .split("\r\n")
            .filter(|line| !line.starts_with([' ', '\t']))
            .map(|line| line.split(':').next().unwrap().to_lowercase())
            .collect();
        let once: BTreeSet<&String> = names.iter().collect();
        assert_eq!(once.len(), names.len(), "a header twice: {names:?}");
        assert!(!once.contains(&"bcc".to_owned()), "{head}");
        assert!(!head.contains("confirmed"), "{head}");
        for part in parts_heads(&mail.raw) {
            let known = ["content-type", "content-disposition", "content-transfer-encoding"];
            assert!(part.iter().all(|name| known.contains(&name.as_str())), "{part:?}");
        }
        assert_ne!(mail.row.recipient.local(), "victim");
        // In no value and no name of a file is anything that hides something or runs.
        let shown = [&mail.mail.subject, &mail.mail.text].into_iter().cloned();
        let shown = shown.chain(mail.mail.attachments.iter().map(|a| a.name.clone()));
        for value in shown.chain([names_in_html(&mail.raw)]) {
            let hides = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            assert!(!value.contains(hides), "{value}");
        }
        let html = names_in_html(&mail.raw);
        assert!(!html.contains("<script") && !html.contains("<img"), "{html}");
    }
    let ticket = house.tickets().remove(0);
    assert_eq!(ticket.application.as_ref().unwrap().step.word(), "verification_sent");
    assert!(matches!(ticket.state, State::Open | State::New));
    assert_eq!(house.office.store.accounts().unwrap().len(), 0);
    assert!(
        sent.iter().any(|s| s.mail.text.contains("{{{words}}}")),
        "a template in a value is text"
    );
}

/// The names of the headers of each part but the whole.
fn parts_heads(raw: &str) -> Vec<Vec<String>> {
    let mail = mail_parser::MessageParser::default().parse(raw.as_bytes()).unwrap();
    let names = |part: &mail_parser::MessagePart<'_>| {
        part.headers.iter().map(|h| h.name().to_lowercase()).collect::<Vec<_>>()
    };
    mail.parts.iter().skip(1).map(names).collect()
}

/// The HTML part, decoded; empty where there is none.
fn names_in_html(raw: &str) -> String {
    let mail = mail_parser::MessageParser::default().parse(raw.as_bytes()).unwrap();
    let html = mail.html_part(0).filter(|part| part.is_text_html());
    html.and_then(|part| part.text_contents()).unwrap_or_default().to_owned()
}

#[test]
fn a_flood_on_the_real_servers_is_held_and_let_in_by_one_word() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["support"]);
    let to = office.support();
    for n in 0..60 {
        let raw = format!(
            "From: Eve <eve@mail.test>\r\nTo: {to}\r\nSubject: Buy {n}\r\nMessage-ID: <{n}.flood@mail.test>\r\n\
             Date: Tue, 24 Nov 2026 07:00:00 +0000\r\n\r\nBuy {n}!\r\n"
        );
        office.send_raw(Some("eve@mail.test"), &to, raw.as_bytes());
    }
    office.settles();
    assert_eq!(office.tickets().len(), 20);
    let held = office.postamt(&["held", "list", "--json"]);
    assert_eq!(held.lines().count(), 40, "{held}");
    assert!(held.lines().all(|line| line.contains("\"why\":\"sender\"")), "{held}");
    let id = held.lines().next().unwrap().split([':', ',']).nth(1).unwrap().to_owned();
    assert!(office.postamt(&["held", "show", &id]).contains("new_per_sender"));
    let said = office.postamt(&["held", "release", &id]);
    assert!(said.contains(": 1."), "{said}");
    for _ in 0..21 {
        anna.gets("new-ticket");
    }
    assert_eq!(office.tickets().len(), 21);
    let dropped = office.postamt(&["held", "drop", "--from", "eve@mail.test"]);
    assert!(dropped.contains(": 39."), "{dropped}");
    assert!(office.postamt(&["held", "list"]).contains("Nothing is held."));
    anna.gets_nothing_more();
}
