//! Mail that answers itself. In each story the other side really answers, round after round, until nothing comes any more; then all
//! that was written is counted, and counted again after a restart. `docs/loops.md` has the bounds.

use std::collections::HashSet;

use crate::story::{Mailbox, Office, Received, Writing};

/// More rounds than any loop may have.
const NEVER: usize = 60;

/// Lets somebody answer every mail, one round after the other, until none comes any more. How many mails that somebody got, what lay
/// there before counted.
fn rounds(
    office: &Office,
    who: &dyn Mailbox,
    mut answer: impl FnMut(&Received) -> Option<Writing>,
) -> usize {
    let mut seen = HashSet::new();
    loop {
        office.settles();
        let new: Vec<Received> =
            who.mails().into_iter().filter(|mail| seen.insert(mail.raw.clone())).collect();
        if new.is_empty() {
            return seen.len();
        }
        assert!(seen.len() < NEVER, "{} mails, and no end", seen.len());
        for mail in &new {
            if let Some(answer) = answer(mail) {
                office.sends(&answer);
            }
        }
    }
}

/// A restart brings nothing back to life.
fn stays_ended(office: &Office) {
    let before = (office.books().written(), office.tickets().len(), office.postmaster_lines());
    office.restart();
    office.settles();
    let after = (office.books().written(), office.tickets().len(), office.postmaster_lines());
    assert_eq!(before, after, "after a restart");
}

/// How often each event came, sorted: `receipt 1`.
fn events(who: &dyn Mailbox) -> Vec<String> {
    let mut names: Vec<String> =
        who.mails().iter().map(|mail| mail.event.clone().unwrap_or("letter".into())).collect();
    names.retain(|name| name != "welcome");
    names.sort();
    let mut counted: Vec<(String, usize)> = Vec::new();
    for name in names {
        match counted.last_mut() {
            Some((last, count)) if *last == name => *count += 1,
            _ => counted.push((name, 1)),
        }
    }
    counted.into_iter().map(|(name, count)| format!("{name} {count}")).collect()
}

#[track_caller]
fn tells(office: &Office, words: &str, times: usize) {
    let lines = office.postmaster_lines();
    let found = lines.iter().filter(|line| line.contains(words)).count();
    assert_eq!(found, times, "“{words}” among {lines:#?}");
}

/// A machine's answer with nothing that says so: no header, the subject as it was.
fn plain_answer(who: &dyn Mailbox, to: &Received, text: &str) -> Writing {
    let mut writing = who.writing(&to.reply_to, &format!("Re: {}", to.subject), text);
    writing.headers.push(("In-Reply-To", to.message_id.clone()));
    writing.headers.push(("References", to.message_id.clone()));
    writing
}

/// The same as a new mail: it refers to nothing, and has its own subject.
fn new_mail(who: &dyn Mailbox, to: &Received, subject: &str, text: &str) -> Writing {
    who.writing(&to.from, subject, text)
}

const AWAY: &str = "Thanks for writing. My colleague Mel looks after this now, please turn to her.";

// Two systems.

#[test]
fn two_offices_that_write_to_each_other_fall_silent_after_one_acknowledgement() {
    let one = Office::open();
    let two = one.beside(|_| ());
    let anna = one.english_agent("anna", &["support"]);
    let bob = two.english_agent("bob", &["support"]);
    let clerk = one.person("clerk");

    // Somebody at the second office writes in its name, as people do who share a mailbox.
    two.start();
    let mut mail = clerk.writing(&one.support(), "A question", "Who may use your server?\n");
    mail.from = ("Office two".into(), two.support());
    mail.envelope_sender = Some(two.support());
    one.sends(&mail);
    one.settles_with(&two);
    assert_eq!(one.books().sent_to(&two.support()).len(), 1, "the acknowledgement");
    assert_eq!(two.books().sent_to(&one.support()).len(), 0, "is not acknowledged");
    assert_eq!((one.tickets().len(), two.tickets().len()), (1, 0));
    tells(&two, "auto_reply", 1);

    // An agent's words are no machine's: the other office makes a ticket of them and says so, once.
    anna.replies(&anna.gets("new-ticket"), "Everybody who asks.");
    one.settles_with(&two);
    assert_eq!(one.books().sent_to(&two.support()).len(), 2);
    assert_eq!(two.books().sent_to(&one.support()).len(), 1);
    bob.replies(&bob.gets("new-ticket"), "Thank you, that is all.");
    one.settles_with(&two);
    assert_eq!(one.books().sent_to(&two.support()).len(), 2);
    assert_eq!(two.books().sent_to(&one.support()).len(), 2);
    assert_eq!((one.tickets().len(), two.tickets().len()), (1, 1));
    stays_ended(&one);
    stays_ended(&two);
    one.settles_with(&two);
    assert_eq!(two.books().sent_to(&one.support()).len(), 2);
}

#[test]
fn two_offices_behind_a_gateway_that_strips_every_mark_acknowledge_each_other_once() {
    let one = Office::open();
    let two = one.beside(|_| ());
    one.english_agent("anna", &["support"]);
    two.english_agent("bob", &["support"]);
    let (west, east) = (one.person("west"), two.person("east"));

    two.start();
    west.writes(&one.support(), "A question", "Who may use your server?");
    let mut passed = HashSet::new();
    loop {
        one.settles_with(&two);
        let before = passed.len();
        // Each mail becomes a new one in the name of the gateway's other side.
        for (from, to, name) in [(&west, &two, &east), (&east, &one, &west)] {
            for mail in from.inbox() {
                if passed.insert(mail.raw.clone()) {
                    let subject = mail.subject.split(']').next_back().unwrap().trim().to_owned();
                    to.sends(&name.writing(&to.support(), &subject, &mail.text));
                }
            }
        }
        assert!(passed.len() < NEVER, "no end");
        if passed.len() == before {
            break;
        }
    }
    assert_eq!(passed.len(), 2, "one acknowledgement from each");
    assert_eq!((one.tickets().len(), two.tickets().len()), (2, 1));
    tells(&one, "same_words", 1);
    stays_ended(&one);
    stays_ended(&two);
}

#[test]
fn of_two_systems_tags_ours_is_found_wherever_it_stands_and_no_subject_grows() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["support"]);
    let sue = office.person("helpdesk");

    sue.writes(&office.support(), "A question", "Who may use your server?");
    let mut news = anna.gets("new-ticket");
    let mut longest = 0;
    for round in 0..8 {
        anna.replies(&news, &format!("Answer {}.", "again ".repeat(round)));
        let letter = sue.gets("Answer");
        longest = longest.max(letter.subject.len());
        sue.forgets_the_rest();
        // Their system knows no References, and puts its own tag, which looks like ours, before all that was there.
        let subject = format!("Re: AW: [Ticket#2019010100000017] {}", letter.subject);
        sue.writes(&office.support(), &subject, &format!("Question {round}?"));
        news = anna.gets("customer-answer");
        anna.forgets_the_rest();
    }
    assert_eq!(office.tickets().len(), 1);
    assert!(longest < 80, "{longest}");
    assert_eq!(sue.inbox().len(), 9, "one acknowledgement, and what Anna wrote");
    stays_ended(&office);
}

// Responders of customers.

#[test]
fn a_customers_responder_that_answers_from_opens_and_brings_no_second_answer() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["support"]);
    let sue = office.person("sue");

    sue.writes(&office.support(), "Cannot log in", "The server says no.");
    let got = rounds(&office, &sue, |mail| {
        Some(new_mail(&sue, mail, &format!("Re: {}", mail.subject), AWAY))
    });
    assert_eq!(got, 1, "the acknowledgement");
    assert_eq!(office.tickets().len(), 1);
    assert_eq!(events(&anna), ["customer-answer 1", "new-ticket 1"]);
    stays_ended(&office);
}

#[test]
fn a_customers_responder_that_answers_with_new_mails_is_acknowledged_once() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["support"]);
    let sue = office.person("sue");

    sue.writes(&office.support(), "Cannot log in", "The server says no.");
    let mut number = 0;
    let got = rounds(&office, &sue, |mail| {
        number += 1;
        Some(new_mail(&sue, mail, &format!("Your message no. {number}"), AWAY))
    });
    // One for the mail she wrote, one for the first of the machine's.
    assert_eq!(got, 2);
    assert_eq!(office.tickets().len(), 3);
    assert_eq!(events(&anna), ["new-ticket 3"]);
    tells(&office, "same_words", 1);
    stays_ended(&office);
}

#[test]
fn a_responder_whose_words_are_always_new_ends_at_the_limit_of_the_hour() {
    let office = Office::with(|settings| {
        settings.limit("automatic_per_hour", 4);
    });
    office.english_agent("anna", &["support"]);
    let sue = office.person("sue");

    sue.writes(&office.support(), "Cannot log in", "The server says no.");
    let mut words = String::new();
    let got = rounds(&office, &sue, |mail| {
        words.push('x');
        Some(new_mail(&sue, mail, &format!("About {words}"), &format!("We have {words}.")))
    });
    assert_eq!(got, 4);
    assert_eq!(office.tickets().len(), 5);
    stays_ended(&office);
}

#[test]
fn a_customers_responder_that_answers_the_envelope_is_kept_with_the_ticket_and_told_to_nobody() {
    let office = Office::with(|settings| settings.bounces_mailbox = false);
    let anna = office.english_agent("anna", &["support"]);
    let sue = office.person("sue");

    sue.writes(&office.support(), "Cannot log in", "The server says no.");
    anna.replies(&anna.gets("new-ticket"), "Please use port 563.");
    let got = rounds(&office, &sue, |mail| {
        // What has a null sender it leaves alone.
        let to = mail.return_path()?;
        Some(sue.writing(&to, "I am not here", AWAY))
    });
    assert_eq!(got, 2, "the acknowledgement and Anna's words");
    assert_eq!(events(&anna), ["new-ticket 1", "receipt 1"]);
    assert_eq!(office.tickets().len(), 1);
    tells(&office, "answers_envelope", 1);
    assert!(office.books().articles().1.iter().any(|text| text.contains("Mel")));
    stays_ended(&office);
}

#[test]
fn a_mailbox_that_nobody_reads_is_not_acknowledged() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["support"]);
    let jo = office.person("jo");

    let mut mail = jo.writing(&office.support(), "Your order", "Thank you for your order.");
    mail.from.1 = "no-reply@mail.test".into();
    mail.envelope_sender = Some(mail.from.1.clone());
    jo.sends(mail);
    anna.gets("new-ticket");
    office.settles();
    assert_eq!(office.books().sent_to("no-reply@mail.test").len(), 0);
    assert_eq!(office.books().written(), 2, "the welcome and the notification");
    tells(&office, "nobody_reads", 1);
    stays_ended(&office);
}

// Lists.

#[test]
fn a_list_that_has_subscribed_a_queue_opens_no_ticket() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["support"]);
    let list = office.person("list");

    for number in 0..3 {
        let mut post = list.writing(&office.support(), "Tides", "They come and go.");
        post.from = ("Jo".into(), format!("jo{number}@mail.test"));
        post.to = office.support();
        post.headers.push(("List-Id", "Tides <tides.mail.test>".into()));
        list.sends(post);
    }
    office.settles();
    assert_eq!(office.tickets().len(), 0);
    assert_eq!(events(&anna).len(), 0);
    assert_eq!(office.books().written(), 1, "the welcome");
    tells(&office, "\"class\":\"list\",\"from\":\"jo", 3);
    stays_ended(&office);
}

#[test]
fn a_list_that_writes_in_its_own_name_is_not_acknowledged() {
    let office = Office::open();
    office.english_agent("anna", &["support"]);
    let list = office.person("list");

    let post = |subject: &str, text: &str| {
        let mut post = list.writing(&list.address, subject, text);
        post.headers.push(("X-Delivered-For", office.support()));
        post
    };
    let first = post("Tides", "They come and go.");
    office.send_raw(Some(&list.address), &office.support(), first.raw().as_bytes());
    let got = rounds(&office, &list, |mail| {
        let again = post(&mail.subject, &mail.text);
        office.send_raw(Some(&list.address), &office.support(), again.raw().as_bytes());
        None
    });
    assert_eq!(got, 0);
    assert_eq!(office.tickets().len(), 1);
    tells(&office, "\"how\":\"list\"", 1);
    stays_ended(&office);
}

#[test]
fn a_mail_of_ours_that_a_list_brings_back_in_its_own_name_is_known() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["support"]);
    let list = office.person("list");

    list.writes(&office.support(), "Tides", "They come and go.");
    let got = rounds(&office, &list, |mail| {
        // No mark is left, but for the Message-ID.
        let mut back = list.writing(&office.support(), "Tides, once more", &mail.text);
        back.message_id.clone_from(&mail.message_id);
        Some(back)
    });
    assert_eq!(got, 1);
    assert_eq!(office.tickets().len(), 1);
    assert_eq!(events(&anna), ["new-ticket 1"]);
    tells(&office, "came_back", 1);
    stays_ended(&office);
}

// Bounces.

fn bounce(of: &Received, to: &str, recipient: &str, action: &str, status: &str) -> String {
    format!(
        "From: MAILER-DAEMON@mx.mail.test\r\nTo: {to}\r\nSubject: Undelivered Mail\r\n\
         Message-ID: <{action}.{status}.{}@mx.mail.test>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
         --b\r\n\r\nIt could not be delivered.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n\
         Reporting-MTA: dns; mx.mail.test\r\n\r\nFinal-Recipient: rfc822; {recipient}\r\n\
         Action: {action}\r\nStatus: {status}\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n\
         Message-ID: {}\r\nSubject: x\r\n\r\nx\r\n--b--\r\n",
        of.message_id.trim_matches(['<', '>']).replace('@', "."),
        of.message_id,
    )
}

#[test]
fn a_bounce_of_a_bounces_notification_ends_with_a_line() {
    let office = Office::with(|settings| settings.bounces_mailbox = false);
    let anna = office.english_agent("anna", &["support"]);
    let sue = office.person("sue");

    sue.writes(&office.support(), "Cannot log in", "The server says no.");
    // A server that answers null senders all the same, to From.
    let letter = sue.gets("ist angekommen");
    assert_eq!(letter.return_path(), None, "no bounce of it can come to us");
    let back = bounce(&letter, &office.support(), &sue.address, "failed", "5.1.1");
    office.send_raw(None, &office.support(), back.as_bytes());
    let news = anna.gets("bounce");
    // And the notification of it comes back as well, to where it says.
    let envelope = news.return_path().unwrap();
    let back = bounce(&news, &envelope, &anna.address, "failed", "5.1.1");
    office.send_raw(None, &envelope, back.as_bytes());
    office.settles();
    // Then the bounce itself, which is nobody's.
    let mut again = bounce(&news, &office.support(), "x@mail.test", "failed", "5.1.1");
    again = again.replace(&news.message_id, "<a.bounce@mx.mail.test>");
    office.send_raw(None, &office.support(), again.as_bytes());
    anna.gets("new-ticket");
    anna.gets_nothing_more();
    sue.gets_nothing_more();
    assert_eq!(office.tickets().len(), 1);
    tells(&office, &format!("\"{}\",\"status\":\"5.1.1\"", anna.address), 1);
    tells(&office, "foreign_bounce", 1);
    stays_ended(&office);
}

#[test]
fn an_agents_full_mailbox_brings_lines_and_no_mail() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["support"]);
    let sue = office.person("sue");

    sue.writes(&office.support(), "Cannot log in", "The server says no.");
    let news = anna.gets("new-ticket");
    sue.gets("ist angekommen");
    let envelope = news.return_path().unwrap();
    let written = office.books().written();
    for (day, (action, status)) in
        [("delayed", "4.2.2"), ("delayed", "4.2.2"), ("delayed", "4.2.2"), ("failed", "5.2.2")]
            .into_iter()
            .enumerate()
    {
        let back = bounce(&news, &envelope, &anna.address, action, status);
        let back = back.replace("could not", &format!("in {day} days could not"));
        office.send_raw(None, &envelope, back.as_bytes());
    }
    office.settles();
    assert_eq!(office.books().written(), written, "nobody is written to");
    tells(&office, "\"4.2.2\"", 3);
    tells(&office, "\"5.2.2\"", 1);
    assert_eq!(office.stands_at(), ("new", ""));
    stays_ended(&office);
}

// Agents' machines.

#[test]
fn an_agents_responder_without_any_mark_writes_to_a_customer_once() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["support"]);
    let sue = office.person("sue");

    sue.writes(&office.support(), "Cannot log in", "The server says no.");
    let mut minute = 0;
    rounds(&office, &anna, |mail| {
        minute += 1;
        let text = format!("{AWAY} ({minute} minutes past noon)");
        mail.event.as_ref().filter(|event| *event != "welcome")?;
        Some(plain_answer(&anna, mail, &text))
    });
    assert_eq!(events(&anna), ["new-ticket 1", "receipt 1", "repeated 3"]);
    assert_eq!(sue.inbox().len(), 2, "the acknowledgement and the first");
    tells(&office, "same_answer", 1);
    stays_ended(&office);
}

#[test]
fn an_agents_responder_that_says_it_is_one_is_counted() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["support"]);
    let sue = office.person("sue");

    sue.writes(&office.support(), "Cannot log in", "The server says no.");
    rounds(&office, &anna, |mail| {
        let mut answer = plain_answer(&anna, mail, AWAY);
        answer.headers.push(("Auto-Submitted", "auto-replied (vacation)".into()));
        Some(answer)
    });
    assert_eq!(events(&anna), ["new-ticket 1"]);
    assert_eq!(sue.inbox().len(), 1);
    tells(&office, "auto_reply", 2);
    stays_ended(&office);
}

#[test]
fn an_agents_responder_that_answers_the_envelope_is_counted() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["support"]);
    let sue = office.person("sue");

    sue.writes(&office.support(), "Cannot log in", "The server says no.");
    rounds(&office, &anna, |mail| {
        let mut answer = plain_answer(&anna, mail, AWAY);
        answer.to = mail.return_path()?;
        Some(answer)
    });
    assert_eq!(events(&anna), ["new-ticket 1"]);
    assert_eq!(sue.inbox().len(), 1);
    assert_eq!(office.owner(), None);
    stays_ended(&office);
}

#[test]
fn an_agents_server_that_reports_every_notification_opens_no_ticket() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["support"]);
    let sue = office.person("sue");

    sue.writes(&office.support(), "Cannot log in", "The server says no.");
    rounds(&office, &anna, |mail| {
        mail.event.as_ref().filter(|event| *event != "welcome")?;
        let mut report = new_mail(&anna, mail, "You have new mail", "There is one more.");
        report.headers.push(("Auto-Submitted", "auto-notified".into()));
        Some(report)
    });
    assert_eq!(events(&anna), ["new-ticket 1"]);
    assert_eq!(office.tickets().len(), 1);
    tells(&office, "agents_machine", 1);
    stays_ended(&office);
}

#[test]
fn a_server_that_reports_every_notification_from_elsewhere_opens_three_tickets() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["support"]);
    let (sue, server) = (office.person("sue"), office.person("watcher"));

    sue.writes(&office.support(), "Cannot log in", "The server says no.");
    rounds(&office, &anna, |mail| {
        mail.event.as_ref().filter(|event| *event != "welcome")?;
        let text = format!("There is mail for anna: {}", mail.subject.split(' ').next().unwrap());
        let mut report = new_mail(&server, mail, "New mail", &text);
        report.headers.push(("Auto-Submitted", "auto-notified".into()));
        Some(report)
    });
    assert_eq!(events(&anna), ["new-ticket 4"]);
    assert_eq!(office.tickets().len(), 4);
    tells(&office, "same_report", 1);
    stays_ended(&office);
}

// Agents' mailboxes that pass on.

#[test]
fn a_notification_that_is_passed_back_unchanged_changes_nothing() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["support"]);
    let sue = office.person("sue");

    sue.writes(&office.support(), "Cannot log in", "The server says no.");
    rounds(&office, &anna, |mail| {
        office.send_raw(Some(&anna.address), &office.support(), mail.raw.as_bytes());
        None
    });
    assert_eq!(events(&anna), ["new-ticket 1"]);
    assert_eq!(office.books().articles().1.len(), 0, "nor does the ticket grow");
    // The welcome, too.
    tells(&office, "came_back", 2);
    stays_ended(&office);
}

/// `text` above a notification, as mail programs forward it.
fn forward(who: &dyn Mailbox, office: &Office, mail: &Received, text: &str) -> Writing {
    let passed = format!(
        "{text}\n-------- Forwarded Message --------\nSubject: {}\nDate: Tue, 24 Nov 2026 07:00:00 +0100\nFrom: {}\nTo: {}\n\n{}\n",
        mail.subject, mail.from, mail.to, mail.text
    );
    who.bare_writing(&office.support(), &format!("Fwd: {}", mail.subject), &passed)
}

fn enclosing(who: &dyn Mailbox, office: &Office, mail: &Received) -> String {
    format!(
        "From: {from}\r\nTo: {to}\r\nSubject: Fwd: {subject}\r\nMessage-ID: <encl.{id}\r\n\
         Date: Tue, 24 Nov 2026 07:00:00 +0100\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=fwd\r\n\r\n--fwd\r\nContent-Type: text/plain\r\n\r\n\r\n\
         --fwd\r\nContent-Type: message/rfc822\r\n\r\n{raw}\r\n--fwd--\r\n",
        from = who.address(),
        to = office.support(),
        subject = mail.subject,
        id = mail.message_id.trim_start_matches('<'),
        raw = mail.raw,
    )
}

#[test]
fn a_notification_that_an_agents_mailbox_forwards_brings_three_questions() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["support"]);
    let sue = office.person("sue");

    sue.writes(&office.support(), "Cannot log in", "The server says no.");
    rounds(&office, &anna, |mail| {
        mail.event.as_ref().filter(|event| *event != "welcome")?;
        Some(forward(&anna, &office, mail, ""))
    });
    assert_eq!(events(&anna), ["challenge 3", "new-ticket 1"]);
    assert_eq!(sue.inbox().len(), 1);
    tells(&office, "challenge", 1);
    stays_ended(&office);
}

#[test]
fn a_notification_that_an_agents_mailbox_encloses_brings_three_questions() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["support"]);
    let sue = office.person("sue");

    sue.writes(&office.support(), "Cannot log in", "The server says no.");
    rounds(&office, &anna, |mail| {
        mail.event.as_ref().filter(|event| *event != "welcome")?;
        let raw = enclosing(&anna, &office, mail);
        office.send_raw(Some(&anna.address), &office.support(), raw.as_bytes());
        None
    });
    assert_eq!(events(&anna), ["challenge 3", "new-ticket 1"]);
    assert_eq!(sue.inbox().len(), 1);
    stays_ended(&office);
}

#[test]
fn a_notification_that_another_mailbox_forwards_or_encloses_is_known_as_ours() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["support"]);
    let (sue, home) = (office.person("sue"), office.person("home"));

    sue.writes(&office.support(), "Cannot log in", "The server says no.");
    rounds(&office, &anna, |mail| {
        let raw = enclosing(&home, &office, mail);
        office.send_raw(Some(&home.address), &office.support(), raw.as_bytes());
        Some(forward(&home, &office, mail, ""))
    });
    assert_eq!(events(&anna), ["new-ticket 1"]);
    assert_eq!(home.inbox().len(), 0);
    assert_eq!(office.tickets().len(), 1);
    tells(&office, "passes_on", 4);
    stays_ended(&office);
}

#[test]
fn what_another_mailbox_adds_words_to_is_told_five_times_an_hour() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["support"]);
    let (sue, home) = (office.person("sue"), office.person("home"));

    sue.writes(&office.support(), "Cannot log in", "The server says no.");
    rounds(&office, &anna, |mail| {
        mail.event.as_ref().filter(|event| *event != "welcome")?;
        Some(forward(&home, &office, mail, "Passed on by the mail service of home.test.\n"))
    });
    // Her reply addresses fall into other hands: she is told of that a few times, too.
    assert_eq!(events(&anna), ["new-ticket 1", "third-party 5", "token-void 3"]);
    assert_eq!(home.inbox().len(), 0);
    tells(&office, "too_many", 4);
    stays_ended(&office);
}

#[test]
fn what_the_customers_mailbox_adds_words_to_is_told_twenty_times_an_hour() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["support"]);
    let sue = office.person("sue");

    // Anna's mailbox passes everything on to Sue's, and that one to us.
    sue.writes(&office.support(), "Cannot log in", "The server says no.");
    rounds(&office, &anna, |mail| {
        mail.event.as_ref().filter(|event| *event != "welcome")?;
        let subject = format!("Fwd: {}", mail.subject);
        Some(new_mail(&sue, mail, &subject, "You have mail. Look into your mailbox, please."))
    });
    // The mail that opened the ticket is one of the twenty.
    assert_eq!(events(&anna), ["customer-answer 19", "new-ticket 1"]);
    assert_eq!(sue.inbox().len(), 1);
    tells(&office, "too_many", 1);
    stays_ended(&office);
}

// The house's own addresses.

#[test]
fn nothing_is_ever_written_to_an_address_of_ours() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag", "support"]);
    let jo = office.person("jo");

    let ours = [office.antrag(), office.support(), office.bounces()];
    for (number, address) in ours.iter().enumerate() {
        jo.applies(&[("login", &format!("jo{number}")), ("email", address)]);
        let news = anna.gets("new-ticket");
        anna.replies(&news, "#verify");
        anna.gets("error").says("e-mail");
        anna.replies(&news, &format!("#set email {address}"));
        anna.gets("error");
        let plus = address.replace('@', "+more@");
        anna.replies(&news, &format!("#set email {plus}"));
        anna.gets("error");
        // As the sender, and as where answers go.
        let mut mail = jo.writing(&office.support(), "Who am I?", "Somebody.");
        mail.from.1.clone_from(address);
        mail.envelope_sender = Some(address.clone());
        jo.sends(mail);
        let mut mail = jo.writing(
            &office.support(),
            &format!("Number {}", "x".repeat(number)),
            &"Words ".repeat(number + 1),
        );
        mail.headers.push(("Reply-To", address.clone()));
        jo.sends(mail);
        anna.gets("new-ticket");
    }
    office.settles();
    for address in ours {
        let sent = office.books().sent_to_any_of(&address);
        assert_eq!(sent, 0, "to {address}");
    }
    assert_eq!(jo.inbox().len(), 3, "From is who is acknowledged");
    assert_eq!(office.tickets().len(), 6);
    stays_ended(&office);
}

// Postmaster and admins.

#[test]
fn a_postmaster_who_answers_by_machine_gets_no_acknowledgement() {
    let office = Office::with(|settings| {
        settings.limit("size", "10k");
    });
    let anna = office.english_agent("anna", &["antrag"]);
    let (jo, postmaster) = (office.person("jo"), office.postmaster());

    // Too large: it goes to quarantine, and the postmaster is told.
    jo.writes(&office.antrag(), "Large", &"All of it. ".repeat(2_000));
    let got = rounds(&office, &postmaster, |mail| Some(plain_answer(&postmaster, mail, AWAY)));
    assert_eq!(got, 1, "the mail that went to quarantine");
    assert_eq!(events(&anna), ["new-ticket 1"]);
    assert_eq!(office.tickets().len(), 1);
    tells(&office, "\"postmaster", 0);
    stays_ended(&office);
}

#[test]
fn a_postmasters_bounce_or_away_note_is_no_news_for_the_postmaster() {
    let office = Office::with(|settings| {
        settings.limit("size", "10k");
    });
    let anna = office.english_agent("anna", &["antrag"]);
    let (jo, postmaster) = (office.person("jo"), office.postmaster());

    // Too large: it goes to quarantine, and the postmaster is told.
    jo.writes(&office.antrag(), "Large", &"All of it. ".repeat(2_000));
    let got = rounds(&office, &postmaster, |mail| {
        let back = bounce(mail, &office.antrag(), &postmaster.address, "failed", "5.1.1");
        office.send_raw(None, &office.antrag(), back.as_bytes());
        let mut answer = plain_answer(&postmaster, mail, AWAY);
        answer.headers.push(("Auto-Submitted", "auto-replied".into()));
        office.sends(&answer);
        // Some mailboxes of postmasters end in a queue.
        office.send_raw(Some(&postmaster.address), &office.antrag(), mail.raw.as_bytes());
        None
    });
    assert_eq!(got, 1);
    assert_eq!(events(&anna).len(), 0);
    assert_eq!(office.postmaster_lines(), Vec::<String>::new());
    office.logs("from the postmaster's own mailbox, or mail to it");
    stays_ended(&office);
}

#[test]
fn an_admin_who_answers_by_machine_is_told_five_times_an_hour() {
    let office = Office::open();
    let (sue, admin) = (office.person("sue"), office.admin());

    // Nobody works on the queue: the admin is told instead.
    sue.writes(&office.support(), "Cannot log in", "The server says no.");
    let got = rounds(&office, &admin, |mail| Some(plain_answer(&admin, mail, AWAY)));
    assert_eq!(got, 6, "the new ticket, and what came to it");
    assert_eq!(sue.inbox().len(), 1);
    assert_eq!(office.tickets().len(), 1);
    tells(&office, "too_many", 1);
    stays_ended(&office);
}

#[test]
fn a_mail_that_went_from_server_to_server_forty_times_is_not_handled() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["support"]);
    let sue = office.person("sue");

    let mail = sue.writing(&office.support(), "Round and round", "Hello?");
    let hop = "Received: from a.mail.test by b.mail.test; Mon, 23 Nov 2026 09:00:00 +0100\r\n";
    let raw = hop.repeat(41) + &mail.raw();
    office.send_raw(Some(&sue.address), &office.support(), raw.as_bytes());
    office.settles();
    assert_eq!(events(&anna).len(), 0);
    assert_eq!(sue.inbox().len(), 0);
    tells(&office, "many_hops", 1);
    stays_ended(&office);
}

#[test]
fn our_automatic_mails_ask_not_to_be_answered() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag"]);
    let jo = office.person("jo");

    jo.writes(&office.antrag(), "Application", "Name: Jo\nLogin: jo\nReason: tides");
    let letter = jo.gets("ist angekommen");
    let news = anna.gets("new-ticket");
    for (mail, kind) in [(&letter, "auto-replied"), (&news, "auto-generated")] {
        for line in [
            format!("Auto-Submitted: {kind}"),
            "X-Auto-Response-Suppress: OOF, AutoReply".into(),
            "Precedence: bulk".into(),
        ] {
            assert!(mail.raw.contains(&line), "{line} is missing in\n{}", mail.raw);
        }
    }
    assert_eq!(letter.return_path(), None);
    assert!(news.raw.contains("\r\nList-Id: ") || news.raw.contains("\nList-Id: "));
    anna.replies(&news, "#verify");
    assert_eq!(anna.gets("receipt").return_path(), None);
    let letter = jo.gets("bestätigen");
    assert!(letter.raw.contains("Auto-Submitted: auto-generated"));
    assert!(letter.return_path().is_some(), "its bounces are wanted");
}
