//! Servers come and go, the daemon is stopped or killed: nothing is lost, nothing comes twice.

use std::collections::BTreeMap;

use postamt::desk::application::Period;

use crate::story::{Office, process};
use crate::support::rig::wait_for;

#[test]
fn a_restart_in_the_middle_is_noticed_by_nobody() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag"]);
    let jo = office.person("jo");

    jo.applies(&[]);
    let news = anna.gets("new-ticket");
    office.restart();
    anna.replies(&news, "#verify");
    anna.gets("receipt");
    let letter = jo.gets("please confirm");
    office.stop();
    jo.replies(&letter, "Yes.");
    office.start();
    jo.gets("password");
    anna.gets("confirmed");
    office.restart();
    anna.gets_nothing_more();
    jo.gets_nothing_more();
    assert_eq!(office.books().accounts(), 1);
}

#[test]
fn when_imap_goes_away_the_daemon_waits_and_goes_on() {
    let office = Office::alone();
    let anna = office.english_agent("anna", &["antrag"]);
    let jo = office.person("jo");

    jo.applies(&[]);
    anna.replies(&anna.gets("new-ticket"), "#verify");
    anna.gets("receipt");
    let letter = jo.gets("please confirm");
    office.tell("Dovecot is stopped");
    office.servers().stop_dovecot();
    jo.replies(&letter, "Yes.");
    office.logs("mailbox unreachable");
    office.tell("Dovecot is started");
    office.servers().start_dovecot();
    jo.gets("password");
    anna.gets("confirmed");
    anna.gets_nothing_more();
    jo.gets_nothing_more();
}

#[test]
fn when_smtp_goes_away_mail_waits_and_no_period_begins() {
    let office = Office::alone();
    let anna = office.english_agent("anna", &["antrag"]);
    let jo = office.person("jo");

    jo.applies(&[]);
    let news = anna.gets("new-ticket");
    office.stop();
    anna.replies(&news, "#verify");
    office.mail_waits();
    office.tell("Postfix is stopped");
    office.servers().stop_postfix();
    office.start();
    office.comes_to("open", "verification_sent");
    office.logs("outbox waits");
    let period = |office: &Office| office.ticket().application.unwrap().period;
    assert_eq!(period(&office), Period::NotBegun);
    office.tell("Postfix is started");
    office.servers().start_postfix();
    let letter = jo.gets("please confirm");
    office.settles();
    assert!(matches!(period(&office), Period::Since { .. }));
    jo.replies(&letter, "Yes.");
    jo.gets("password");
    anna.gets("receipt");
    anna.gets("confirmed");
    anna.gets_nothing_more();
    jo.gets_nothing_more();
}

#[test]
fn a_daemon_that_starts_before_its_servers_waits_for_them() {
    let office = Office::alone();
    let anna = office.english_agent("anna", &["antrag"]);
    let jo = office.person("jo");
    office.servers().stop_dovecot();
    office.servers().stop_postfix();
    office.start();
    office.logs("mailbox unreachable");
    office.servers().start_dovecot();
    office.servers().start_postfix();
    jo.applies(&[]);
    anna.gets("new-ticket");
}

#[test]
fn two_hundred_mails_and_a_daemon_killed_again_and_again_are_two_hundred_tickets() {
    const MAILS: usize = 200;
    let office = Office::with(|settings| {
        settings.queue("acknowledge", false);
        settings.limit("new_per_sender", 0).limit("new_per_domain", 0).limit("new_total", 0);
        settings.limit("notifications_per_hour", 0);
    });
    let agents = ["anna", "jens"].map(|name| office.english_agent(name, &["support"]));
    let sue = office.person("sue");

    for number in 1..=MAILS {
        sue.writes(&office.support(), &format!("Mail {number}"), &format!("Text {number}."));
        // In the midst of taking in, of sending, of moving: wherever it is then.
        if number % 40 == 0 {
            wait_for("more tickets", || (office.tickets().len() > number / 2).then_some(()));
            office.kill();
            office.start();
        }
    }
    office.settles();
    let subjects: BTreeMap<String, usize> =
        office.tickets().into_iter().map(|ticket| (ticket.subject, 1)).collect();
    assert_eq!(office.tickets().len(), MAILS);
    assert_eq!(subjects.len(), MAILS);
    for agent in &agents {
        let news = agent.inbox().into_iter().filter(|mail| mail.is("new-ticket"));
        let mut copies: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for mail in news {
            copies.entry(mail.message_id).or_default().push(mail.subject);
        }
        assert_eq!(copies.len(), MAILS, "{} has one for each ticket", agent.name);
        // What was in hand-over at a kill may come again, the same mail under the same Message-ID.
        let again = copies.values().filter(|subjects| subjects.len() > 1).count();
        assert!(again <= 4 * MAILS / 40, "{} got {again} mails twice", agent.name);
        assert!(copies.values().all(|same| same.iter().all(|subject| *subject == same[0])));
    }
}

#[test]
fn the_daemon_listens_nowhere_and_starts_nothing() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag"]);
    let jo = office.person("jo");

    jo.applies(&[]);
    anna.replies(&anna.gets("new-ticket"), "#verify");
    anna.gets("receipt");
    jo.replies(&jo.gets("please confirm"), "Yes.");
    jo.gets("password");
    let daemon = office.process_id();
    assert_eq!(process::listening(daemon), Vec::<String>::new());
    assert_eq!(process::children(daemon), Vec::<String>::new());
    // Who looks so sees a listener where there is one.
    let one = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = format!(":{:04X} ", one.local_addr().unwrap().port());
    assert!(process::listening(std::process::id()).iter().any(|line| line.contains(&port)));
}
