//! `postamt customer export|erase` as the admin sees it: what is handed over, what goes, and what stands in the way.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test that cannot go on has failed"
)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use postamt::authority::Checked;
use postamt::config::{Config, Role};
use postamt::desk::effect::{Article, ArticleKind, Author, Visibility};
use postamt::desk::people::{Agent, AgentId, Language};
use postamt::desk::reach::Reach;
use postamt::desk::ticket::{Outcome, State};
use postamt::desk::{Ticket, TicketId};
use postamt::intake::SourceKey;
use postamt::mail::understood::understand;
use postamt::mail::{Address, Limits, Timestamp};
use postamt::office::{Arrival, Office};
use postamt::store::{Account, Listing, Store, Which};
use tempfile::TempDir;

/// 2026-11-23 12:00 UTC.
const NOON: Timestamp = Timestamp(1_795_435_200);

const CONFIG: &str = r#"
[site]
name = "Open-News-Network"
language = "en"
postmaster = "postmaster@example.org"
[store]
path = "postamt.db"
[smtp]
url = "maildir:out"
[[mailbox]]
name = "antrag"
url = "maildir:in"
queue = "antrag"
[[queue]]
name = "antrag"
kind = "application"
address = "antrag@example.org"
form_senders = ["wwwrun@example.org"]
"#;

/// Jo has applied by the form and written twice; Anna has made a note and answered; a stranger has written to Jo's ticket, and Jo
/// to Sue's. No daemon runs.
struct Site {
    folder: TempDir,
}

impl Site {
    fn new() -> Self {
        let site = Self { folder: tempfile::tempdir().unwrap() };
        fs::write(site.path("postamt.toml"), CONFIG).unwrap();
        let config = Config::load(&site.path("postamt.toml")).unwrap();
        let mut office = Office::open(&config, NOON).unwrap();
        let anna = Agent {
            id: AgentId(0),
            name: "anna".into(),
            display: "Anna Brandt".into(),
            addresses: vec![address("anna.private@agents.example")],
            queues: vec!["antrag".into()],
            language: Language::En,
            active: true,
            receipts: true,
            taken_notices: true,
            reach: Reach::Reached,
            tokens_since: NOON,
            created_at: NOON,
        };
        office.add_agent(anna, NOON).unwrap();
        let mails = [
            "From: wwwrun@example.org\nSubject: Form\nMessage-ID: <1@f.example>\n\nName: Jo Doe\nE-Mail: jo@example.net\nLogin: jodoe\nReason: I write about tides",
            "From: Sue <sue@example.net>\nSubject: Help\nMessage-ID: <2@s.example>\n\nI am Sue, jo@example.net knows me.\nName: Sue\nLogin: sue",
            "From: Jo Doe <jo@example.net>\nSubject: Form\nMessage-ID: <3@j.example>\nIn-Reply-To: <1@f.example>\n\nIt is about ebb, too.",
            "From: stranger@example.com\nSubject: Form\nMessage-ID: <4@x.example>\nIn-Reply-To: <1@f.example>\n\nThe stranger's secret.",
            "From: jo@example.net\nSubject: Help\nMessage-ID: <5@j.example>\nIn-Reply-To: <2@s.example>\n\nJo on Sue's ticket.",
        ];
        for (nth, raw) in mails.iter().enumerate() {
            let raw = format!("{raw}\n").replace(
                "\n\n",
                "\nTo: antrag@example.org\nDate: Mon, 23 Nov 2026 11:00:00 +0000\n\n",
            );
            let arrival = Arrival {
                struck: None,
                mailbox: "antrag".into(),
                role: Role::Queue("antrag".into()),
                key: SourceKey::Imap {
                    mailbox: Arc::from("antrag"),
                    uid_validity: 1,
                    uid: u32::try_from(nth).unwrap() + 1,
                },
                received_at: NOON,
                raw: raw.as_bytes().to_vec(),
                understood: understand(raw.as_bytes(), &Limits::default())
                    .map_err(|e| e.to_string()),
                checked: Checked::default(),
                is_old: false,
            };
            office.take_in(&[arrival], NOON).unwrap();
        }
        let jos = site.jos(&office.store);
        let said = |visibility, kind, text: &str| Article {
            author: Author::Agent(AgentId(1)),
            visibility,
            kind,
            subject: String::new(),
            text: text.to_owned(),
            attachments: vec![],
            message: None,
        };
        office
            .store
            .transaction(|tx| {
                let note = said(Visibility::Internal, ArticleKind::Note, "Anna's note: a bit odd.");
                tx.add_article(jos.id, NOON, &note)?;
                let answer = "Welcome, Jo! Write to anna.private@agents.example.";
                tx.add_article(jos.id, NOON, &said(Visibility::Public, ArticleKind::Mail, answer))?;
                let account = Account {
                    login: "jodoe".into(),
                    email: address("jo@example.net"),
                    name: "Jo Doe".into(),
                    active: true,
                    ticket: Some(jos.id),
                    created_at: NOON,
                    updated_at: NOON,
                };
                tx.insert_account(&account, "$argon2id$the-hash")
            })
            .unwrap();
        site
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn store(&self) -> Store {
        Store::open(&self.path("postamt.db")).unwrap()
    }

    fn tickets(&self, store: &Store) -> Vec<Ticket> {
        let every = Listing { queues: None, which: Which::Every, limit: 99 };
        store.list(&every).unwrap().into_iter().map(|listed| listed.ticket).collect()
    }

    fn jos(&self, store: &Store) -> Ticket {
        self.tickets(store).into_iter().find(|t| t.id == TicketId(1)).unwrap()
    }

    fn settle(&self) {
        let mut store = self.store();
        let jos = self.jos(&store);
        store
            .transaction(|tx| {
                let closed = State::Closed { outcome: Outcome::Success, at: NOON };
                tx.save_ticket(&Ticket { state: closed, ..jos }, None)?;
                tx.suspend_account("jodoe", NOON)
            })
            .unwrap();
    }

    fn postamt(&self, args: &[&str]) -> (i32, String, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_postamt"))
            .args(["--config", self.path("postamt.toml").to_str().unwrap()])
            .args(args)
            .env_remove("POSTAMT_CONFIG")
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        (
            output.status.code().unwrap(),
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    }
}

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

/// All that lies in a folder, by its path within it.
fn files(folder: &Path) -> Vec<(String, String, u32)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        if path.is_dir() {
            assert_eq!(mode, 0o700, "{name}");
            found.extend(files(&path).into_iter().map(|(n, t, m)| (format!("{name}/{n}"), t, m)));
        } else {
            found.push((name, fs::read_to_string(&path).unwrap(), mode));
        }
    }
    found.sort();
    found
}

#[test]
fn an_export_has_what_is_theirs_in_words_for_programs_and_as_mails() {
    let site = Site::new();
    let (status, out, told) =
        site.postamt(&["customer", "export", "JO@example.net", "--to", "for-jo"]);
    assert_eq!((status, told.as_str()), (0, ""), "{out}");
    assert!(out.contains("3 of their mails"), "{out}");
    let files = files(&site.path("for-jo"));
    let names: Vec<&str> = files.iter().map(|(name, ..)| name.as_str()).collect();
    let mails = ["mails/0001.eml", "mails/0002.eml", "mails/0003.eml"];
    assert_eq!(names, [&["about.txt", "data.jsonl"], mails.as_slice()].concat());
    assert!(files.iter().all(|(.., mode)| *mode == 0o600));

    let (about, data) = (&files[0].1, &files[1].1);
    for part in [
        "What Open-News-Network has stored about JO@example.net",
        "I write about tides",
        "It is about ebb, too.",
        "Jo on Sue's ticket.",
        "Welcome, Jo!",
        "Account jodoe",
        "login        jodoe",
        "mails/0003.eml",
    ] {
        assert!(about.contains(part), "{part}\n{about}");
    }
    assert!(files[2].1.starts_with("From: wwwrun@example.org"), "the form's mail as it came");
    for line in data.lines() {
        let record: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(record["kind"].is_string(), "{line}");
    }
    // The same goes to standard output, and then no file is written.
    let (status, json, _) = site.postamt(&["customer", "export", "jo@example.net", "--json"]);
    assert_eq!(status, 0);
    assert_eq!(json.lines().count(), data.lines().count());
    assert!(!site.path("export-jo@example.net").exists());

    let everything: String = files.iter().map(|(_, text, _)| text.as_str()).collect();
    for not_theirs in [
        "a bit odd",
        "stranger",
        "I am Sue",
        "sue@",
        "anna",
        "Anna",
        "agents.example",
        "argon2",
        "the-hash",
    ] {
        assert!(!everything.contains(not_theirs), "{not_theirs}\n{everything}");
        assert!(!json.contains(not_theirs), "{not_theirs}");
    }
}

#[test]
fn an_export_goes_into_a_folder_of_its_own() {
    let site = Site::new();
    fs::create_dir(site.path("full")).unwrap();
    fs::write(site.path("full/letter"), "x").unwrap();
    let (status, _, told) = site.postamt(&["customer", "export", "jo@example.net", "--to", "full"]);
    assert_eq!(status, 73);
    assert!(told.contains("holds something already") && told.contains("  do  "), "{told}");
    assert_eq!(fs::read_dir(site.path("full")).unwrap().count(), 1);
    fs::create_dir(site.path("empty")).unwrap();
    assert_eq!(site.postamt(&["customer", "export", "jo@example.net", "--to", "empty"]).0, 0);
    assert_eq!(site.postamt(&["customer", "export", "jo@example.net"]).0, 0);
    assert!(site.path("export-jo@example.net/about.txt").exists());
}

#[test]
fn of_whom_nothing_is_known_nothing_is_written_and_nothing_erased() {
    let site = Site::new();
    for (words, status, says) in [
        (vec!["export", "nobody@example.net"], 67, "nothing is stored about nobody@example.net"),
        (vec!["erase", "--yes", "nobody@example.net"], 67, "nothing is stored"),
        (vec!["erase", "--yes", "o@example.net"], 67, "nothing is stored"),
        (vec!["erase", "--yes", "jo@example.ne"], 67, "nothing is stored"),
        (vec!["export", "not an address"], 64, "is no mail address"),
        (vec!["erase", "--yes", "--force", "wwwrun@example.org"], 64, "of the house"),
        (vec!["erase", "--yes", "--force", "antrag+x@example.org"], 64, "of the house"),
        (vec!["erase", "--yes", "--force", "unknown@sender.invalid"], 64, "is no mail address"),
    ] {
        let (code, out, told) = site.postamt(&[&["customer"], words.as_slice()].concat());
        assert_eq!(code, status, "{words:?} {told}");
        assert!(out.is_empty() && told.contains(says), "{words:?} {told}");
    }
    assert!(site.jos(&site.store()).customer.is_some());
}

#[test]
fn what_is_open_or_active_is_erased_by_force_alone() {
    let site = Site::new();
    let (status, out, told) = site.postamt(&["customer", "erase", "jo@example.net", "--yes"]);
    assert_eq!(status, 65, "{told}");
    assert!(out.starts_with("What will be erased of jo@example.net:\n"), "{out}");
    assert!(told.contains("is open, and account jodoe is active"), "{told}");
    assert!(site.store().account("jodoe").unwrap().is_some());
    let forced = site.postamt(&["customer", "erase", "jo@example.net", "--yes", "--force"]);
    assert_eq!((forced.0, forced.2.as_str()), (0, ""));
    assert!(site.store().account("jodoe").unwrap().is_none());
    assert!(!site.jos(&site.store()).is_open());
}

#[test]
fn an_erasure_says_what_it_does_asks_and_leaves_nothing() {
    let site = Site::new();
    site.settle();
    let (status, out, told) = site.postamt(&["customer", "erase", "jo@example.net"]);
    assert_eq!(status, 64, "{told}");
    assert!(told.contains("nobody to ask") && told.contains("--yes"), "{told}");
    for part in [
        "tickets             ",
        "on others' tickets  1",
        "jodoe (suspended)",
        "of antrag",
        "backups",
    ] {
        assert!(out.contains(part), "{part}\n{out}");
    }
    assert!(site.store().account("jodoe").unwrap().is_some());

    let (status, out, told) = site.postamt(&["customer", "erase", "jo@example.net", "--yes"]);
    assert_eq!((status, told.as_str()), (0, ""), "{out}");
    assert!(out.ends_with("Erased. Tickets: 1, mails: 5, accounts: 1.\n"), "{out}");
    assert_eq!(site.postamt(&["customer", "export", "jo@example.net"]).0, 67, "nothing is known");
    let (_, page, _) =
        site.postamt(&["ticket", "show", &site.jos(&site.store()).number.to_string()]);
    assert!(page.contains("personal data were erased"), "{page}");
    let (_, list, _) = site.postamt(&["ticket", "list", "--all"]);
    assert!(!list.contains("Jo"), "{list}");
    // Sue's words stay; where they name Jo they do so no more, as Jo had written there.
    let sue = site.tickets(&site.store())[1].clone();
    let words: Vec<String> =
        site.store().articles(sue.id).unwrap().into_iter().map(|a| a.article.text).collect();
    assert!(words.iter().any(|text| text.contains("I am Sue, … knows me.")), "{words:?}");
    for name in ["postamt.db", "postamt.db-wal", "postamt.db-shm", "postamt.key"] {
        let Ok(found) = fs::metadata(site.path(name)) else { continue };
        assert_eq!(found.permissions().mode() & 0o777, 0o600, "{name}");
        let octets = fs::read(site.path(name)).unwrap();
        for mark in ["jo@example.net", "Jo Doe", "jodoe", "tides", "a bit odd"] {
            let stands = octets.windows(mark.len()).any(|window| window == mark.as_bytes());
            assert!(!stands, "{mark} in {name}");
        }
    }
}

#[test]
fn a_reader_in_the_way_is_said_and_the_log_is_emptied_later() {
    let site = Site::new();
    site.settle();
    let reader = rusqlite::Connection::open(site.path("postamt.db")).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM tickets").unwrap_or_default();
    let mut statement = reader.prepare("SELECT id FROM tickets").unwrap();
    let mut rows = statement.query([]).unwrap();
    rows.next().unwrap();
    let (status, _, told) = site.postamt(&["customer", "erase", "jo@example.net", "--yes"]);
    assert_eq!(status, 0, "{told}");
    assert!(told.contains("postamt.db-wal"), "{told}");
    drop(rows);
    drop(statement);
    reader.execute_batch("COMMIT").unwrap();
    drop(reader);
    // What the daemon does at its next turn.
    let config = Config::load(&site.path("postamt.toml")).unwrap();
    let mut office = Office::open(&config, NOON).unwrap();
    assert!(office.store.is_unclean().unwrap());
    office.forget_what_is_old(&config, NOON).unwrap();
    assert!(!office.store.is_unclean().unwrap());
}
