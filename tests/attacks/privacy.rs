//! Who looks for what is secret, or for somebody who wanted to be forgotten: in the database, its files, exports, logs and memory.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use postamt::accounts::password::Password;
use postamt::config::secrets::Secret;
use postamt::desk::effect::{HistoryLine, What, Who};
use postamt::desk::event::LinkToken;
use postamt::intake::Password as MailboxPassword;
use postamt::mail::Address;
use postamt::office::erase::{self, Belongings};
use postamt::outbox::Handover;
use postamt::store::{Store, StoredContent};

use crate::floods::house::{House, SUPPORT};
use crate::story::Office;

/// Sue's request, answered, closed, and erased; the daemon runs all the while.
macro_rules! erased {
    ($office:ident, $anna:ident, $sue:ident, $letter:ident, $news:ident) => {
        let $office = Office::open();
        let $anna = $office.english_agent("anna", &["support"]);
        let $sue = $office.person("sue");
        $sue.writes(&$office.support(), "Zyzzyva", "I am the one with the quibbelwitz.");
        let $letter = $sue.gets("ist angekommen");
        let $news = $anna.gets("new-ticket");
        $anna.replies(&$news, "#close quiet");
        $office.comes_to("closed success", "");
        $office.settles();
        assert!($office.database_holds("quibbelwitz"), "it is looked for in the right files");
        $office.postamt(&["customer", "erase", &$sue.address, "--yes"]);
    };
}

#[test]
fn an_erased_person_is_found_in_no_page_of_the_database() {
    erased!(office, anna, sue, letter, news);
    drop((anna, letter, news));
    office.stop();
    for mark in ["quibbelwitz", "Zyzzyva", &sue.address] {
        assert!(!office.database_holds(mark), "{mark}");
    }
}

#[test]
fn an_erased_person_is_found_in_no_log_of_the_database_while_the_daemon_runs() {
    erased!(office, anna, sue, letter, news);
    drop((anna, letter, news));
    office.logs("personal data erased");
    assert!(!office.logged().contains(&sue.address));
    // The log is the database's: it lies beside it for as long as the daemon runs.
    let log = fs::read(office.folder().join("postamt.db-wal")).unwrap();
    for mark in ["quibbelwitz", sue.address.as_str()] {
        assert!(!log.windows(mark.len()).any(|at| at == mark.as_bytes()), "{mark}");
    }
}

#[test]
fn a_mail_that_was_erased_is_not_taken_in_anew_when_it_is_put_back() {
    let mut house = House::open();
    let mail = house.mail("jo@example.net", SUPPORT, "Help", "Where is it?");
    house.gets("support", std::slice::from_ref(&mail));
    forgets(&mut house, "jo@example.net");
    let sent = house.gets("support", &[mail]);
    assert!(sent.is_empty());
    assert_eq!(house.tickets().len(), 1);
    assert!(house.tickets()[0].customer.is_none());
}

#[test]
fn an_answer_that_quotes_what_was_erased_does_not_bring_it_back() {
    erased!(office, anna, sue, letter, news);
    drop((sue, letter));
    anna.replies(&news, "#reopen");
    anna.gets("error");
    office.settles();
    assert_eq!(office.stands_at().0, "closed success");
    office.stop();
    assert_eq!(office.books().mails_with("quibbelwitz"), 0);
}

#[test]
fn nothing_leads_from_a_new_request_to_one_that_was_erased() {
    erased!(office, anna, sue, letter, news);
    drop(news);
    sue.replies(&letter, "It is me once more.");
    anna.gets("new-ticket");
    let tickets = office.tickets();
    assert_eq!(tickets.len(), 2);
    assert!(tickets[0].customer.is_none() && !tickets[0].is_open());
    assert!(tickets[1].continues.is_none());
}

/// Erases what is Jo's, whatever stands in the way.
fn forgets(house: &mut House, address: &str) {
    let address = Address::parse(address).unwrap();
    let theirs = Belongings::of(&house.office.store, &house.config, &address).unwrap();
    erase::erase(&mut house.office.store, &house.config, &theirs, true, house.now)
        .unwrap()
        .unwrap();
}

#[test]
fn whoever_has_a_similar_address_keeps_what_is_theirs() {
    let mut house = House::open();
    let neighbours =
        ["banjo@example.net", "jo@example.net.au", "jo+x@example.net", "jo@example.network"];
    for from in neighbours {
        let asks = house.mail(from, SUPPORT, "Help", &format!("Answer to {from}, please."));
        let away = house.mail(from, SUPPORT, "Away", &format!("Write to {from} later."));
        house.gets("support", &[asks, format!("Auto-Submitted: auto-replied\n{away}")]);
    }
    let asks = house.mail("Jo@Example.NET", SUPPORT, "Help", "And to me.");
    house.gets("support", &[asks]);
    forgets(&mut house, "jo@example.net");
    let tickets = house.tickets();
    assert!(tickets[4].customer.is_none(), "whatever the case of letters");
    let mut mails = 0;
    for (ticket, from) in tickets.iter().zip(neighbours) {
        assert_eq!(ticket.customer.as_ref().unwrap().address.as_str(), from);
        let words = house.office.store.articles(ticket.id).unwrap();
        assert!(words[0].article.text.contains(&format!("Answer to {from}, please.")), "{from}");
        mails += house.office.store.mails_of(ticket.id).unwrap().len();
    }
    assert_eq!(mails, 4);
    let others =
        house.office.store.mails_without_ticket(postamt::desk::event::MessageRef(0), 99).unwrap();
    assert_eq!(
        others.len(),
        4,
        "what answers by itself belongs to no ticket, and is theirs all the same"
    );
}

#[test]
fn the_history_is_changed_by_nobody_who_has_the_database_open() {
    let mut house = House::open();
    let asks = house.mail("jo@example.net", SUPPORT, "Help", "Help!");
    house.gets("support", &[asks]);
    let ticket = house.tickets()[0].clone();
    let now = house.now;
    let sent = What::LinkSent { to: Address::parse("jo@example.net").unwrap() };
    let line = HistoryLine { who: Who::Customer, what: sent };
    house.office.store.transaction(|tx| tx.add_history(ticket.id, now, &line, None)).unwrap();
    forgets(&mut house, "al@example.net");
    let file = rusqlite::Connection::open(&house.config.store.path).unwrap();
    for sql in [
        "UPDATE history SET what = '{\"link_sent\":{\"to\":\"eve@example.net\"}}' WHERE what LIKE '%link_sent%'",
        "UPDATE history SET at = 0",
        "DELETE FROM history",
    ] {
        assert!(file.execute(sql, []).is_err(), "{sql}");
    }
}

/// What an export of somebody says, and all of its files.
fn exported(office: &Office, address: &str) -> String {
    let folder = office.folder().join("export");
    office.postamt(&["customer", "export", address, "--to", folder.to_str().unwrap()]);
    let mut all = String::new();
    for folder in [folder.clone(), folder.join("mails")] {
        for file in fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.is_file() {
                all += &String::from_utf8_lossy(&fs::read(path).unwrap());
            }
        }
    }
    all
}

#[test]
fn somebody_elses_mail_is_in_no_export() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["support"]);
    let (sue, mallory) = (office.person("sue"), office.person("mallory"));
    sue.writes(&office.support(), "Help", "This is Sue's own.");
    let letter = sue.gets("ist angekommen");
    anna.gets("new-ticket");
    mallory.replies(&letter, "This is Mallory's secret.");
    anna.gets("third-party");
    office.settles();
    let export = exported(&office, &sue.address);
    assert!(export.contains("This is Sue's own."));
    assert!(!export.contains("Mallory's secret") && !export.contains(&mallory.address), "{export}");
}

#[test]
fn no_note_and_no_address_of_an_agent_is_in_an_export() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["support"]);
    let sue = office.person("sue");
    sue.writes(&office.support(), "Help", "This is Sue's own.");
    let news = anna.gets("new-ticket");
    anna.replies(&news, "#note\nShe is a bit odd.");
    anna.gets("receipt");
    anna.replies(&news, "Here is what you asked for.");
    let answer = sue.gets("what you asked for");
    office.settles();
    // Said in an article, it would be handed out by whoever reads no further than that.
    let books = rusqlite::Connection::open(office.folder().join("postamt.db")).unwrap();
    let sql = "UPDATE articles SET text = text || ?1 WHERE text LIKE '%what you asked for%'";
    books.execute(sql, [format!(" Or write to {}.", anna.address)]).unwrap();
    let export = exported(&office, &sue.address);
    assert!(export.contains("what you asked for") && answer.text.contains("what you asked for"));
    for secret in ["a bit odd", anna.address.as_str(), "Anna"] {
        assert!(!export.contains(secret), "{secret}\n{export}");
    }
}

/// Whether only its owner may do anything with a file.
fn is_private(path: &std::path::Path) -> bool {
    fs::metadata(path).unwrap().permissions().mode() & 0o077 == 0
}

#[test]
fn nobody_else_on_the_machine_reads_an_export() {
    let office = Office::open();
    let sue = office.person("sue");
    let anna = office.english_agent("anna", &["support"]);
    sue.writes(&office.support(), "Help", "This is Sue's own.");
    sue.gets("ist angekommen");
    anna.gets("new-ticket");
    office.settles();
    exported(&office, &sue.address);
    let folder = office.folder().join("export");
    for path in ["", "mails", "about.txt", "data.jsonl", "mails/0001.eml"] {
        assert!(is_private(&folder.join(path)), "{path}");
    }
}

#[test]
fn nobody_else_on_the_machine_reads_the_database_or_the_key() {
    erased!(office, anna, sue, letter, news);
    drop((anna, sue, letter, news));
    for name in ["postamt.db", "postamt.db-wal", "postamt.db-shm", "postamt.key"] {
        assert!(is_private(&office.folder().join(name)), "{name}");
    }
}

#[test]
fn what_holds_a_secret_does_not_print_it() {
    let secret = "correct-horse".to_owned();
    let handover = Handover {
        id: 1,
        envelope_sender: None,
        recipient: Address::parse("jo@example.net").unwrap(),
        message: secret.clone().into_bytes().into(),
        secret: true,
    };
    let content = StoredContent::Open {
        headers: secret.clone().into_bytes(),
        body: secret.clone().into_bytes(),
        reply_token: secret.clone(),
    };
    for printed in [
        format!("{:?}", Secret::new(secret.clone())),
        format!("{:?}", Password::new(secret.clone())),
        format!("{:?}", MailboxPassword::new(secret.clone())),
        format!("{:?}", LinkToken(secret.clone())),
        format!("{handover:?}"),
        format!("{content:?}"),
    ] {
        assert!(!printed.contains("correct-horse"), "{printed}");
        assert!(!printed.contains("99, 111, 114, 114, 101, 99, 116"), "as numbers: {printed}");
    }
}

#[test]
fn no_log_however_loud_holds_a_password_a_token_or_a_word_of_a_mail() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag"]);
    let jo = office.person("jo");
    office.start_logging("trace");
    jo.applies(&[("reason", "I write about the quibbelwitz.")]);
    let news = anna.gets("new-ticket");
    anna.replies(&news, "#verify");
    let link = jo.gets("please confirm");
    jo.clicks(&link, "Yes");
    let credentials = jo.gets("password");
    let mut html = jo.reply(&credentials, "Thank you.");
    html.headers.push(("MIME-Version", "1.0".into()));
    html.headers.push(("Content-Type", "text/html; charset=utf-8".into()));
    html.text = "<html><body><p>The quibbelwitz thanks you.</p></body></html>".into();
    jo.sends(html);
    office.settles();
    let logged = office.logged();
    assert!(
        logged.contains("taken in") && logged.contains("rustls") | logged.contains("handed over")
    );
    let mut secrets = office.mailbox_passwords();
    secrets.extend([
        credentials.value("Password"),
        link.reply_token().to_owned(),
        news.reply_token().to_owned(),
        "quibbelwitz".to_owned(),
    ]);
    for secret in secrets {
        assert!(secret.len() > 7 && !logged.contains(&secret), "{secret}\n{logged}");
    }
}

#[test]
fn the_daemon_leaves_no_memory_behind_when_it_dies() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["support"]);
    office.start();
    anna.gets("welcome");
    let pid = Store::open_reader(&office.folder().join("postamt.db"))
        .unwrap()
        .daemon_life()
        .unwrap()
        .pid
        .unwrap();
    let limits = fs::read_to_string(format!("/proc/{pid}/limits")).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    let values: Vec<&str> = core.split_whitespace().skip(4).take(2).collect();
    assert_eq!(values, ["0", "0"], "{core}");
}
