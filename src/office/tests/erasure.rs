//! What is left of somebody after an erasure, looked for in the octets of the database's files.

use std::fs;

use super::*;
use crate::desk::application::Step;
use crate::desk::effect::{What, Who};
use crate::desk::note::Note;
use crate::desk::ticket::{Outcome as Ended, State};
use crate::office::erase::{self, Belongings, InTheWay};
use crate::store::{Erasure, WhyErased};

/// Nothing else in a database has these letters.
const NAME: &str = "Quibbelwitz";
const MARK: &str = "quibbelwitz";
const ADDRESS: &str = "q.quibbelwitz@zyzzyva.example";
const DOMAIN: &str = "zyzzyva";

/// The files of the database that hold these letters, in any case.
fn files_with(house: &House, letters: &str) -> Vec<String> {
    let path = &house.config.store.path;
    let mut found = Vec::new();
    for end in ["", "-wal", "-shm"] {
        let mut file = path.clone().into_os_string();
        file.push(end);
        let Ok(octets) = fs::read(&file) else { continue };
        let holds = |window: &[u8]| window.eq_ignore_ascii_case(letters.as_bytes());
        if octets.windows(letters.len()).any(holds) {
            found.push(format!("postamt.db{end}"));
        }
    }
    found
}

/// Likewise in what is compressed, of every mail.
fn mails_with(house: &House, letters: &str) -> usize {
    let file = rusqlite::Connection::open(&house.config.store.path).unwrap();
    let mut statement = file.prepare("SELECT id FROM messages").unwrap();
    let ids: Vec<i64> =
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let raw = |id: &i64| {
        house.office.store.raw(crate::desk::event::MessageRef(*id)).unwrap().unwrap_or_default()
    };
    ids.iter()
        .filter(|id| {
            raw(id).windows(letters.len()).any(|w| w.eq_ignore_ascii_case(letters.as_bytes()))
        })
        .count()
}

fn erases(house: &mut House, address: &str, force: bool) -> Result<Erasure, InTheWay> {
    let address = Address::parse(address).unwrap();
    let theirs = Belongings::of(&house.office.store, &house.config, &address).unwrap();
    let now = house.now;
    let done = erase::erase(&mut house.office.store, &house.config, &theirs, force, now).unwrap();
    assert!(house.office.store.checkpoint().unwrap());
    done
}

/// Quibbelwitz in every place that a person can get into: by the form, with an account, by mail, in a note, in what comes back and
/// what answers by itself, in what is held, in the postmaster's digest, as a stranger on somebody else's ticket, in the outbox.
fn knows_quibbelwitz(house: &mut House) -> Ticket {
    let form = format!("Name: Q. {NAME}\nE-Mail: {ADDRESS}\nLogin: {MARK}\nReason: {NAME} writes");
    let mail = house.mail("wwwrun@example.org", "antrag@example.org", "Form", &form);
    let sent = house.gets("antrag", &mail);
    let news = only(&sent, "new-ticket");
    let note = house.answer(news, "anna@agents.example", &format!("#note\nI know {NAME} well."));
    house.gets("antrag", &note);
    let ask = house.answer(news, "anna@agents.example", "#verify");
    let sent = house.gets("antrag", &ask);
    let link = only(&sent, "verification");
    let yes = house.answer(link, ADDRESS, "Yes");
    let sent = house.gets("antrag", &yes);
    let credentials = only(&sent, "credentials");
    let thanks = house.answer(credentials, ADDRESS, &format!("Thank you! {NAME}"));
    let with_file = format!(
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n{thanks}\n--b\nContent-Type: text/plain\n\n{NAME}\n\
         --b\nContent-Type: application/pdf; name={MARK}.pdf\nContent-Disposition: attachment; filename={MARK}.pdf\n\n{MARK}\n--b--\n"
    );
    house.gets("antrag", &with_file);
    // What answers by itself, on the ticket and about nothing.
    let away = house.answer(credentials, ADDRESS, &format!("{NAME} is away."));
    house.gets("antrag", &format!("Auto-Submitted: auto-replied\n{away}"));
    let away = house.mail(ADDRESS, "antrag@example.org", "Away", NAME);
    house.gets("antrag", &format!("Auto-Submitted: auto-replied\n{away}"));
    let away = house.answer(news, "anna@agents.example", "I am away.");
    house.gets("antrag", &format!("Auto-Submitted: auto-replied\n{away}\n> {NAME} {ADDRESS}\n"));
    // A bounce of a letter, a forged one, and one that cannot be read.
    let own = credentials.row.message_id.clone();
    let envelope_sender = credentials.row.envelope_sender.clone().unwrap();
    let bounce = |to: &str, id: &str| {
        format!(
            "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: {to}\nSubject: failed\nMIME-Version: 1.0\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\n{NAME} has no mailbox\n\
             --b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n\
             Final-Recipient: rfc822; {ADDRESS}\nAction: failed\nStatus: 5.1.1\n\n\
             --b\nContent-Type: text/rfc822-headers\n\nMessage-ID: {id}\nTo: {ADDRESS}\n\n--b--\n"
        )
    };
    house.gets("bounces", &bounce(envelope_sender.as_str(), &own.to_string()));
    house.gets("antrag", &bounce("antrag@example.org", "<nothing@of.ours.example>"));
    let broken = format!("From: {ADDRESS}\nSubject: {NAME}\n\n{NAME}\n");
    let arrival =
        Arrival { understood: Err("it has 1001 parts".into()), ..house.arrival("antrag", &broken) };
    house.office.take_in(&[arrival], house.now).unwrap();
    // On somebody else's ticket.
    let mail = house.mail("sue@example.net", "support@example.org", "Help", "Please help Sue.");
    let sent = house.gets("support", &mail);
    let letter = only(&sent, "acknowledgement");
    let stranger = house.answer(letter, ADDRESS, &format!("{NAME} knows better."));
    house.gets("support", &stranger);
    // So much that the rest is held, and that nobody is answered.
    for n in 0..25 {
        let subject = format!("{NAME} {n}");
        let mail = house.mail(ADDRESS, "support@example.org", &subject, &format!("{NAME} {n}?"));
        house.gets("support", &mail);
    }
    assert!(house.office.store.held_count().unwrap() > 0);
    // What waits to be sent to Anna, who cannot be reached.
    let more = house.answer(credentials, ADDRESS, &format!("{NAME} again, and #status"));
    house.takes_in("antrag", &more);
    let more = house.mail(ADDRESS, "antrag@example.org", "More", &format!("{NAME} once more"));
    house.takes_in("antrag", &more);
    assert!(!house.waiting().is_empty());
    let now = house.now;
    let silent = Note::Silent { to: Address::parse(ADDRESS).unwrap() };
    house.office.store.transaction(|tx| tx.add_postmaster_line(now, &silent)).unwrap();
    house.tickets().into_iter().find(|t| t.application.is_some()).unwrap()
}

#[test]
fn nothing_that_names_an_erased_person_is_left_in_the_database() {
    let mut house = House::open();
    let before = knows_quibbelwitz(&mut house);
    assert!(house.office.store.checkpoint().unwrap());
    assert_eq!(files_with(&house, MARK), ["postamt.db"], "it is looked for in the right way");
    assert!(mails_with(&house, MARK) > 25);
    let sues: Vec<Ticket> = house
        .tickets()
        .into_iter()
        .filter(|t| t.customer.as_ref().is_some_and(|c| c.address.local() == "sue"))
        .collect();
    let numbers: Vec<Number> = house.tickets().iter().map(|t| t.number).collect();

    let refused = erases(&mut house, ADDRESS, false).unwrap_err();
    assert!(refused.open.contains(&before.number), "{refused:?}");
    assert_eq!(files_with(&house, MARK), ["postamt.db"], "what is refused does nothing");

    let done = erases(&mut house, "Q.Quibbelwitz@Zyzzyva.EXAMPLE", true).unwrap();
    assert_eq!(files_with(&house, MARK), Vec::<String>::new());
    assert_eq!(files_with(&house, DOMAIN), Vec::<String>::new());
    assert_eq!(mails_with(&house, MARK), 0);
    assert!(house.office.store.account(MARK).unwrap().is_none());
    assert_eq!(house.office.store.held_count().unwrap(), 0);
    assert_eq!(house.office.store.quarantine().unwrap(), []);
    let noted = house.office.store.erasures_after(0).unwrap();
    assert_eq!(noted, [(1, done)]);
    assert_eq!((done.why, done.accounts), (WhyErased::Asked, 1));

    // Numbers, times and what happened stay; Sue keeps all of hers.
    assert_eq!(house.tickets().iter().map(|t| t.number).collect::<Vec<_>>(), numbers);
    let left = house.ticket(before.number);
    assert_eq!(left.created_at, before.created_at);
    assert_eq!(left.application.as_ref().unwrap().step, before.application.unwrap().step);
    let history: Vec<(Who, What)> = house
        .office
        .store
        .history(left.id)
        .unwrap()
        .into_iter()
        .map(|stored| (stored.line.who, stored.line.what))
        .collect();
    assert!(history.contains(&(Who::System, What::Erased)), "{history:?}");
    assert!(history.contains(&(Who::Agent(house.anna.id), What::Noted)), "{history:?}");
    let link = What::LinkSent { to: Address::nobody() };
    assert!(history.contains(&(Who::Agent(house.anna.id), link)), "{history:?}");
    let sue = house.ticket(sues[0].number);
    assert_eq!((&sue.subject, &sue.customer), (&sues[0].subject, &sues[0].customer));
    let hers = house.office.store.articles(sue.id).unwrap();
    assert!(hers.iter().any(|stored| stored.article.text.contains("Please help Sue.")));
    assert!(house.waiting().iter().all(|mail| mail.recipient.as_str() != ADDRESS));
}

#[test]
fn a_mail_that_was_erased_is_recognised_when_it_is_put_back() {
    let mut house = House::open();
    let mail = house.mail(ADDRESS, "support@example.org", "Help", NAME);
    house.gets("support", &mail);
    erases(&mut house, ADDRESS, true).unwrap();
    house.later(Span::days(3));
    assert!(house.gets("support", &mail).is_empty());
    assert_eq!(house.tickets().len(), 1);
    assert_eq!(mails_with(&house, MARK), 0);
}

#[test]
fn whoever_writes_about_an_erased_ticket_has_a_new_one_that_knows_nothing_of_it() {
    let mut house = House::open();
    let mail = house.mail(ADDRESS, "support@example.org", "Help", NAME);
    let sent = house.gets("support", &mail);
    let (news, letter) = (only(&sent, "new-ticket"), only(&sent, "acknowledgement"));
    let close = house.answer(news, "anna@agents.example", "#close");
    house.gets("support", &close);
    let old = house.tickets()[0].clone();
    erases(&mut house, ADDRESS, false).unwrap();

    // The person, by an answer and by the tag alone.
    let again = house.answer(letter, ADDRESS, "It is me again.");
    house.gets("support", &again);
    let subject = format!("Re: [Ticket#{}] Help", old.number);
    let tagged = house.mail("sue@example.net", "support@example.org", &subject, "And me.");
    house.gets("support", &tagged);
    let tickets = house.tickets();
    assert_eq!(tickets.len(), 3);
    assert!(tickets.iter().all(|ticket| ticket.continues.is_none()));
    assert!(!tickets[0].is_open() && tickets[0].customer.is_none());

    // An agent is told that it is not there, and what stands quoted below is not kept.
    let quoting = house.answer(news, "anna@agents.example", "#reopen\n\n> Quoted: Xylophonist");
    let sent = house.gets("support", &quoting);
    assert_eq!(words(&sent), ["error anna"]);
    assert!(!house.tickets()[0].is_open());
    assert_eq!(mails_with(&house, "Xylophonist"), 0);
}

#[test]
fn what_others_wrote_and_nobody_has_read_yet_stays_and_goes_on() {
    let mut house = House::open();
    let mail = house.mail(ADDRESS, "support@example.org", "Help", "Please.");
    house.gets("support", &mail);
    for n in 0..20 {
        let text = format!("Question {n}, please.");
        let mail = house.mail("sue@example.net", "support@example.org", &text, &text);
        house.gets("support", &mail);
    }
    let over =
        house.mail("sue@example.net", "support@example.org", "More", &format!("Cc {ADDRESS}"));
    house.takes_in("support", &over);
    assert_eq!(house.office.store.held_count().unwrap(), 1);
    let mail = house.mail("bob@example.net", "support@example.org", "Hello", "Whom do I ask?");
    let sent = house.gets("support", &mail);
    let reply =
        house.answer(only(&sent, "new-ticket"), "anna@agents.example", &format!("Ask {ADDRESS}."));
    house.takes_in("support", &reply);

    erases(&mut house, ADDRESS, true).unwrap();
    assert_eq!(house.office.store.held_count().unwrap(), 1, "it is Sue's");
    let sent = house.sent();
    assert!(only(&sent, "reply").mail.text.contains(ADDRESS), "Bob's answer waited and went");
}

#[test]
fn neighbours_of_an_address_keep_everything() {
    let mut house = House::open();
    let neighbours = [
        "jo@example.net.au",
        "banjo@example.net",
        "jo+news@example.net",
        "j.o@example.net",
        "jo@example.ne",
        "jo@xexample.net",
    ];
    for from in neighbours.iter().chain(&["jo@example.net", "JO@EXAMPLE.NET"]) {
        let mail = house.mail(from, "support@example.org", "Help", &format!("I am {from}."));
        house.gets("support", &mail);
    }
    let done = erases(&mut house, "Jo@Example.net", true).unwrap();
    assert_eq!((done.tickets, done.mails), (2, 2));
    let tickets = house.tickets();
    for (ticket, from) in tickets.iter().zip(neighbours) {
        assert_eq!(ticket.customer.as_ref().unwrap().address.as_str(), from);
        let articles = house.office.store.articles(ticket.id).unwrap();
        assert!(articles[0].article.text.contains(&format!("I am {from}.")), "{from}");
        let mails = house.office.store.mails_of(ticket.id).unwrap();
        assert!(house.office.store.raw(mails[0].message).unwrap().is_some(), "{from}");
    }
}

#[test]
fn where_the_applicant_is_somebody_else_only_ones_own_goes() {
    let mut house = House::open();
    // Two people on one ticket: whose it is, and whose application.
    let (ticket, _) = house.applies("jo@example.net", "jo");
    let application = crate::desk::application::Application {
        email: Some(Address::parse(ADDRESS).unwrap()),
        name: Some(NAME.into()),
        ..ticket.application.clone().unwrap()
    };
    let shared = Ticket { application: Some(application), ..ticket };
    house.office.store.transaction(|tx| tx.save_ticket(&shared, None)).unwrap();
    erases(&mut house, ADDRESS, true).unwrap();
    let left = house.ticket(shared.number);
    assert!(left.is_open());
    assert_eq!(left.customer, shared.customer);
    let application = left.application.unwrap();
    assert_eq!((application.email, application.name, application.login), (None, None, None));
    assert_eq!(files_with(&house, MARK), Vec::<String>::new());
    assert_ne!(mails_with(&house, "tides"), 0, "Jo's own mail stays");
}

#[test]
fn an_agent_who_is_a_tickets_customer_does_not_get_to_read_it_by_being_erased() {
    let mut house = House::open();
    let (ticket, _) = house.applies("jo@example.net", "jo");
    let anna = "anna@agents.example";
    let named = crate::mail::Named { name: String::new(), address: Address::parse(anna).unwrap() };
    let closed = State::Closed { outcome: Ended::Success, at: house.now };
    let theirs = Ticket { customer: Some(named.clone()), state: closed, lock: None, ..ticket };
    house.office.store.transaction(|tx| tx.save_ticket(&theirs, None)).unwrap();
    erases(&mut house, anna, true).unwrap();
    assert_eq!(house.ticket(theirs.number).customer, Some(named));
}

#[test]
fn an_order_under_way_makes_no_account_for_somebody_who_was_erased() {
    let mut house = House::open();
    let (_, sent) = house.applies(ADDRESS, MARK);
    let confirm = house.answer(only(&sent, "new-ticket"), "anna@agents.example", "#confirm");
    house.takes_in("antrag", &confirm);
    let now = house.now;
    let orders = house.office.due_orders(now).unwrap();
    assert_eq!(orders.len(), 1);
    let waiting: Vec<OutgoingId> = house
        .waiting()
        .into_iter()
        .map(|handover| OutgoingId(u32::try_from(handover.id).unwrap()))
        .collect();
    erases(&mut house, ADDRESS, true).unwrap();
    // The password was just being hashed, and mails were on their way.
    house.office.carry_out_order(&orders[0], "hash", now).unwrap();
    let accepted: Vec<_> = waiting.into_iter().map(|id| (id, Outcome::Accepted)).collect();
    house.office.handed_over(&accepted, now).unwrap();
    assert!(house.office.store.account(MARK).unwrap().is_none());
    assert_eq!(house.sent().len(), 0);
    assert_eq!(files_with(&house, MARK), Vec::<String>::new());
}

#[test]
fn a_bounce_of_what_was_sent_about_an_erased_ticket_is_not_kept_with_it() {
    let mut house = House::open();
    let mail = house.mail(ADDRESS, "support@example.org", "Help", NAME);
    let sent = house.gets("support", &mail);
    let news = only(&sent, "new-ticket");
    let ticket = house.tickets()[0].clone();
    erases(&mut house, ADDRESS, true).unwrap();
    let to = news.row.envelope_sender.clone().unwrap();
    let bounce = format!(
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: {to}\nSubject: failed\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nNo.\n\
         --b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n\
         Final-Recipient: rfc822; anna@agents.example\nAction: failed\nStatus: 5.1.1\n\n\
         --b\nContent-Type: message/rfc822\n\nMessage-ID: {}\n\n{NAME}\n\n--b--\n",
        news.row.message_id
    );
    house.gets("bounces", &bounce);
    let with_it = house.office.store.mails_of(ticket.id).unwrap();
    assert_eq!(with_it.len(), 1, "the first mail's row, of which nothing is left");
    assert_eq!(house.office.store.raw(with_it[0].message).unwrap(), None);
    assert!(!house.tickets()[0].is_open());
    let articles = house.office.store.articles(ticket.id).unwrap();
    assert!(articles.iter().all(|stored| stored.article.text.is_empty()));
}

const KEPT: &str = "retention = \"730d\"";

fn keeping() -> House {
    House::with(&super::CONFIG.replace("[smtp]", &format!("{KEPT}\n[smtp]")))
}

fn forgets(house: &mut House) -> usize {
    let now = house.now;
    house.office.forget_what_is_old(&house.config, now).unwrap()
}

#[test]
fn what_was_closed_longer_ago_than_it_is_kept_goes_by_itself() {
    let mut house = keeping();
    let before = knows_quibbelwitz(&mut house);
    house.sent();
    let open: Vec<Ticket> = house.tickets().into_iter().filter(Ticket::is_open).collect();
    let now = house.now;
    house
        .office
        .store
        .transaction(|tx| {
            for ticket in open {
                let closed = State::Closed { outcome: Ended::Success, at: now };
                tx.save_ticket(&Ticket { state: closed, lock: None, ..ticket }, None)?;
            }
            Ok::<_, crate::store::StoreError>(())
        })
        .unwrap();
    // An account is no ticket: it stays until its owner or the admin wants it gone.
    house.office.store.transaction(|tx| tx.erase_account(MARK)).unwrap();
    let quarantined = house.office.store.quarantine().unwrap();
    house.later(Span(Span::days(730).0 - 1));
    assert_eq!(forgets(&mut house), 0);
    assert!(!files_with(&house, MARK).is_empty());

    // It looks once a day, and then goes on in small steps.
    house.later(Span::days(1));
    let mut turns = 0;
    while forgets(&mut house) > 0 {
        turns += 1;
        assert!(turns < 20);
    }
    assert!(turns > 1, "bounded");
    // What waits for the admin waits on.
    assert_eq!(house.office.store.quarantine().unwrap(), quarantined);
    let waits = quarantined[0].message;
    house.office.store.transaction(|tx| tx.erase_mail(waits)).unwrap();
    forgets(&mut house);
    house.office.postmasters_digest(&house.config, house.now).unwrap();
    house.later(Span::days(1));
    house.office.postmasters_digest(&house.config, house.now).unwrap();
    house.sent();
    house.office.store.checkpoint().unwrap();
    assert_eq!(files_with(&house, MARK), Vec::<String>::new());
    assert_eq!(mails_with(&house, MARK), 0);
    let left = house.ticket(before.number);
    assert_eq!(left.application.unwrap().step, Step::CredentialsBounced);
    assert!(!house.office.store.is_unclean().unwrap());
    let erasures = house.office.store.erasures_after(0).unwrap();
    assert!(erasures.iter().all(|(_, erasure)| erasure.why == WhyErased::Retention));
    assert_eq!(
        erasures.iter().map(|(_, erasure)| erasure.tickets).sum::<u64>(),
        house.tickets().len() as u64
    );
}

#[test]
fn a_ticket_that_cannot_be_read_keeps_no_other_from_being_erased() {
    let mut house = keeping();
    for from in ["jo@example.net", ADDRESS] {
        let mail = house.mail(from, "support@example.org", "Help", "Help");
        let sent = house.gets("support", &mail);
        let close = house.answer(only(&sent, "new-ticket"), "anna@agents.example", "#close");
        house.gets("support", &close);
    }
    let second = house.tickets()[1].clone();
    house.damages("UPDATE tickets SET body = '{}' WHERE id = 1");
    house.later(Span::days(731));
    forgets(&mut house);
    assert!(house.office.store.is_erased(second.id).unwrap());
    assert_eq!(forgets(&mut house), 0);
}

#[test]
fn without_a_retention_nothing_goes_by_itself() {
    let mut house = House::open();
    let mail = house.mail(ADDRESS, "support@example.org", "Help", NAME);
    let sent = house.gets("support", &mail);
    let close = house.answer(only(&sent, "new-ticket"), "anna@agents.example", "#close");
    house.gets("support", &close);
    house.later(Span::days(9_000));
    assert_eq!(forgets(&mut house), 0);
    assert!(house.tickets()[0].customer.is_some());
}
