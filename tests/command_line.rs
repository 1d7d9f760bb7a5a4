//! The program as its callers see it: exit statuses of sysexits.h, and words on the right stream.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use chrono::NaiveDate;
use postamt::desk::application::{Application, Step};
use postamt::desk::effect::{Article, ArticleKind, Author, HistoryLine, Visibility, What, Who};
use postamt::desk::event::{LetterKind, MessageRef};
use postamt::desk::note::Over;
use postamt::desk::people::{Agent, AgentId, Language};
use postamt::desk::ticket::{Escalation, Lock, Outcome, State, Then};
use postamt::desk::{Ticket, TicketId};
use postamt::mail::{Address, Class, MessageId, Named, Span, Timestamp};
use postamt::store::{
    Account, Content, HeldMail, HeldState, NewMessage, OutgoingId, OutgoingMail, Store, StoreError,
    Tx, Urgency,
};
use tempfile::TempDir;

fn postamt(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_postamt"));
    command.args(args).env_remove("POSTAMT_CONFIG").output().unwrap()
}

#[test]
fn a_wrong_configuration_is_told_with_its_line_and_status_78() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("postamt.toml");
    std::fs::write(&file, "[site]\npostmaster = \"p@example.org\"\nhoook = \"Ticket\"\n").unwrap();
    let output = postamt(&["check", "--config", file.to_str().unwrap()]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(78), "{told}");
    let first = format!(
        "postamt: [site] there is no setting \"hoook\"\n  in  {}:3, hoook\n  do  did you mean \"hook\"?\npostamt: ",
        file.display()
    );
    assert!(told.starts_with(&first), "{told}");
    assert!(output.stdout.is_empty());
}

#[test]
fn what_this_version_cannot_do_stops_the_daemon_at_its_start() {
    let house = "[site]\npostmaster = \"p@example.org\"\n[store]\npath = \"postamt.db\"\n[smtp]\nurl = \"maildir:out\"\n\
        [[mailbox]]\nname = \"a\"\nurl = \"maildir:in\"\nqueue = \"a\"\n[[queue]]\nname = \"a\"\naddress = \"a@example.org\"\n";
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("postamt.toml");
    std::fs::write(&file, format!("{house}[accounts]\nprovider = \"ldap\"\n")).unwrap();
    let output = postamt(&["run", "--config", file.to_str().unwrap()]);
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(78), "{error}");
    let told = "provider = \"builtin\"";
    assert!(error.contains("is not there yet") && error.contains(told), "{error}");
    assert!(!folder.path().join("postamt.db").exists(), "nothing was begun");
}

#[test]
fn every_way_to_end_has_its_status() {
    let folder = tempfile::tempdir().unwrap();
    let new = folder.path().join("new");
    let (new, absent) = (new.to_str().unwrap(), folder.path().join("absent.toml"));
    for (args, status) in [
        (vec!["--version"], 0),
        (vec!["--help"], 0),
        (vec!["man"], 0),
        (vec!["completions", "bash"], 0),
        (vec!["init", new], 0),
        (vec!["init", new], 73),
        (vec!["check", "--config", absent.to_str().unwrap()], 78),
        (vec!["chek"], 64),
        (vec![], 64),
    ] {
        let output = postamt(&args);
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{args:?}: {told}");
        assert_eq!(output.stdout.is_empty(), status != 0, "{args:?}");
    }
}

/// 2026-11-23 12:00 UTC.
const NOON: Timestamp = Timestamp(1_795_435_200);
const LENA: &str = "2026112300000014";

/// An installation with a little of everything in its store, and no daemon.
struct Site {
    folder: TempDir,
}

impl Site {
    fn without_database() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = "[site]\nname = \"X\"\npostmaster = \"p@example.org\"\n[store]\npath = \"postamt.db\"\n\
            [[mailbox]]\nname = \"antrag\"\nurl = \"maildir:in\"\nqueue = \"antrag\"\n\
            [[queue]]\nname = \"antrag\"\nkind = \"application\"\naddress = \"antrag@example.org\"\n";
        std::fs::write(folder.path().join("postamt.toml"), config).unwrap();
        Self { folder }
    }

    fn filled() -> Self {
        let site = Self::without_database();
        site.store().transaction(fill).unwrap();
        site
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn store(&self) -> Store {
        Store::open(&self.path("postamt.db")).unwrap()
    }

    fn postamt(&self, args: &[&str]) -> (i32, String, String) {
        let config = self.path("postamt.toml");
        let all = [&["--config", config.to_str().unwrap()], args].concat();
        let output = postamt(&all);
        (
            output.status.code().unwrap(),
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    }

    /// What a command that succeeds prints.
    fn says(&self, args: &[&str]) -> String {
        let (status, out, told) = self.postamt(args);
        assert_eq!((status, told.as_str()), (0, ""), "{args:?}: {out}");
        out
    }
}

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

fn fill(tx: &Tx<'_>) -> Result<(), StoreError> {
    for name in ["anna", "boris"] {
        tx.save_agent(&agent(tx.next_agent()?, name))?;
    }
    let lena = lena(tx)?;
    tx.save_ticket(&lena, Some(NOON.plus(Span::days(1))))?;
    let article = Article {
        author: Author::Agent(AgentId(1)),
        visibility: Visibility::Internal,
        kind: ArticleKind::Note,
        subject: String::new(),
        text: "I know her.\nReally.".to_owned(),
        attachments: vec![],
        message: None,
    };
    tx.add_article(lena.id, NOON, &article)?;
    let line = HistoryLine { who: Who::Agent(AgentId(1)), what: What::Locked { from: None } };
    tx.add_history(lena.id, NOON, &line, None)?;
    tx.save_ticket(&support(tx)?, None)?;
    let account = Account {
        login: "jo".to_owned(),
        email: address("jo@example.net"),
        name: "Jo".to_owned(),
        active: true,
        ticket: Some(lena.id),
        created_at: NOON,
        updated_at: NOON,
    };
    tx.insert_account(&account, "$argon2id$")?;
    let by_hand = Account { login: "zoe".to_owned(), ticket: None, ..account };
    tx.insert_account(&by_hand, "$argon2id$")?;
    outgoing(tx, lena.id)?;
    tx.add_message(&NewMessage {
        mailbox: "antrag",
        source_key: "1/1",
        content_hash: &[7; 32],
        message_id: None,
        from_key: None,
        received_at: NOON,
        taken_at: NOON,
        class: Class::Unparsable,
        quarantined: Some("it has 1001 parts"),
        raw: b"x",
    })?;
    Ok(())
}

fn agent(id: AgentId, name: &str) -> Agent {
    Agent {
        id,
        name: name.to_owned(),
        display: format!("The {name}"),
        addresses: vec![address(&format!("{name}@example.org"))],
        queues: vec!["antrag".to_owned()],
        language: Language::De,
        active: true,
        receipts: true,
        taken_notices: true,
        reach: postamt::desk::reach::Reach::Reached,
        tokens_since: NOON,
        created_at: NOON,
    }
}

/// An application by form that anna has, escalated.
fn lena(tx: &Tx<'_>) -> Result<Ticket, StoreError> {
    let (id, number) = tx.next_ticket(NaiveDate::from_ymd_opt(2026, 11, 23).unwrap())?;
    let lock = Lock {
        owner: AgentId(1),
        since: NOON,
        alive_at: NOON,
        customer_wrote: false,
        warned: false,
    };
    Ok(Ticket {
        id,
        number,
        queue: "antrag".to_owned(),
        subject: String::new(),
        customer: Some(Named { name: String::new(), address: address("lena@example.net") }),
        language: Language::De,
        state: State::Pending { until: NOON, then: Then::Remind },
        priority: 2,
        lock: Some(lock),
        former_owner: None,
        created_at: NOON,
        opened_at: NOON,
        updated_at: NOON,
        escalation: Escalation::Since(NOON),
        application: Some(Application {
            step: Step::VerificationSent,
            name: Some("Lena \"L\" Brandt".to_owned()),
            email: Some(address("lena@example.net")),
            reason: Some("Tides,\nmostly.".to_owned()),
            ..Application::received(NOON)
        }),
        by_machine: false,
        continues: None,
        continued_in: None,
    })
}

/// A closed one without anybody.
fn support(tx: &Tx<'_>) -> Result<Ticket, StoreError> {
    let open = lena(tx)?;
    Ok(Ticket {
        queue: "support".to_owned(),
        subject: "Backup failed".to_owned(),
        customer: None,
        state: State::Closed { outcome: Outcome::Fail, at: NOON },
        priority: 3,
        lock: None,
        escalation: Escalation::No,
        application: None,
        by_machine: true,
        ..open
    })
}

/// Three: one that waits, one refused for good, and credentials refused for good.
fn outgoing(tx: &Tx<'_>, ticket: TicketId) -> Result<(), StoreError> {
    let body = tx.add_body(b"Hello\r\n")?;
    let open = Content::Open { headers: b"Subject: x\r\n", body, reply_token: "" };
    for content in [open, open, Content::Sealed(b"secret")] {
        let id = tx.next_outgoing_id()?;
        let mail = OutgoingMail {
            id,
            ticket: Some(ticket),
            agent: None,
            kind: LetterKind::Verification,
            event: "verification".to_owned(),
            recipient: address("lena@example.net"),
            envelope_sender: None,
            message_id: MessageId::parse(&format!("{}@example.org", id.0)).unwrap(),
            author: None,
            offer: None,
            automatic: false,
            urgency: Urgency::Urgent,
            created_at: NOON,
        };
        tx.add_outgoing(&mail, content, NOON)?;
    }
    tx.mark_failed(OutgoingId(2), "550 5.1.1 no such user")?;
    tx.mark_failed(OutgoingId(3), "550 5.1.1 no such user")?;
    Ok(())
}

#[test]
fn a_ticket_is_one_json_object_of_the_promised_shape() {
    let site = Site::filled();
    let lena = concat!(
        r#"{"number":"2026112300000014","queue":"antrag","state":"pending","due":"2026-11-24T12:00:00Z","priority":2,"#,
        r#""owner":"anna","locked_since":"2026-11-23T12:00:00Z","customer":"lena@example.net","subject":"Lena \"L\" Brandt","#,
        r#""created_at":"2026-11-23T12:00:00Z","updated_at":"2026-11-23T12:00:00Z","escalated":true,"#,
        r#""application":{"step":"verification_sent","name":"Lena \"L\" Brandt","email":"lena@example.net","login":"","#,
        r#""reason":"Tides,\nmostly.","missing":["login"]}}"#,
        "\n"
    );
    let support = concat!(
        r#"{"number":"2026112300000022","queue":"support","state":"closed fail","due":null,"priority":3,"#,
        r#""owner":null,"locked_since":null,"customer":"","subject":"Backup failed","#,
        r#""created_at":"2026-11-23T12:00:00Z","updated_at":"2026-11-23T12:00:00Z","escalated":false,"application":null}"#,
        "\n"
    );
    assert_eq!(site.says(&["ticket", "list", "--json"]), lena);
    assert_eq!(site.says(&["ticket", "show", LENA, "--json"]), lena);
    assert_eq!(site.says(&["ticket", "list", "--all", "--json"]), format!("{lena}{support}"));
    assert_eq!(site.says(&["ticket", "list", "--all", "--json", "--queue", "ANTRAG"]), lena);
}

#[test]
fn a_ticket_is_shown_to_a_person_with_all_that_happened() {
    let site = Site::filled();
    let list = site.says(&["ticket", "list"]);
    let [head, row] = list.lines().collect::<Vec<_>>().try_into().unwrap();
    assert!(head.starts_with("NUMBER            QUEUE   STATE               STEP"), "{list}");
    assert!(
        row.starts_with("2026112300000014  antrag  pending, ESCALATED  verification_sent"),
        "{list}"
    );
    assert!(row.ends_with("  Lena \"L\" Brandt"), "{list}");

    let page = site.says(&["ticket", "show", &format!("[Ticket#{LENA}]")]);
    for part in [
        "Ticket 2026112300000014  Lena \"L\" Brandt\n",
        "  owner        anna since 2026-11-23 13:00",
        "  reason      Tides,\n              mostly.\n",
        "  missing     login\n",
        "\n1. 2026-11-23 13:00  anna  (note, INTERNAL)\n   I know her.\n   Really.\n",
        "\nHistory\n  2026-11-23 13:00  anna: took the ticket\n",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
}

#[test]
fn an_agent_is_listed_and_disabled() {
    let site = Site::filled();
    let json = site.says(&["agent", "list", "--json"]);
    let anna = concat!(
        r#"{"name":"anna","display":"The anna","addresses":["anna@example.org"],"queues":["antrag"],"language":"de","#,
        r#""active":true,"reached":true,"tickets":1,"created_at":"2026-11-23T12:00:00Z"}"#
    );
    assert_eq!((json.lines().next(), json.lines().count()), (Some(anna), 2));
    assert!(site.says(&["agent", "show", "Anna"]).contains("2026112300000014"));

    let said = site.says(&["agent", "disable", "anna"]);
    assert!(said.contains("Tickets held: 1.") && !said.contains("Nobody works"), "{said}");
    assert_eq!(site.says(&["agent", "disable", "anna"]), "anna was disabled already.\n");
    assert!(site.says(&["agent", "disable", "boris"]).contains("Nobody works on the queue antrag"));
    let agents = site.store().agents().unwrap();
    assert!(agents.iter().all(|agent| !agent.active && agent.tokens_since != NOON));
    assert_eq!(site.says(&["agent", "list"]).matches("disabled").count(), 2);
}

#[test]
fn an_account_is_suspended_and_resumed() {
    let site = Site::filled();
    let jo = |status| {
        format!(
            "{{\"login\":\"jo\",\"email\":\"jo@example.net\",\"status\":\"{status}\",\"ticket\":\"{LENA}\"}}\n"
        )
    };
    let zoe =
        "{\"login\":\"zoe\",\"email\":\"jo@example.net\",\"status\":\"active\",\"ticket\":null}\n";
    assert_eq!(site.says(&["account", "list", "--json"]), jo("active") + zoe);
    assert_eq!(site.says(&["account", "suspend", "Jo"]), "The account jo is suspended.\n");
    assert_eq!(site.says(&["account", "suspend", "jo"]), "The account jo is already suspended.\n");
    assert_eq!(site.says(&["account", "show", "jo", "--json"]), jo("suspended"));
    assert_eq!(site.says(&["account", "resume", "jo", "--json"]), jo("active"));
    let list = site.says(&["account", "list"]);
    assert!(
        list.starts_with("LOGIN  STATUS  TICKET            EMAIL\njo     active  2026"),
        "{list}"
    );
}

#[test]
fn mail_in_the_outbox_is_tried_again_or_dropped() {
    let site = Site::filled();
    let json = site.says(&["outbox", "list", "--json"]);
    let first = format!(
        "{{\"id\":1,\"state\":\"queued\",\"event\":\"verification\",\"ticket\":\"{LENA}\",\"recipient\":\"lena@example.net\",\
         \"created_at\":\"2026-11-23T12:00:00Z\",\"next_try_at\":\"2026-11-23T12:00:00Z\",\"tries\":0,\"error\":\"\"}}"
    );
    assert_eq!((json.lines().next(), json.lines().count()), (Some(first.as_str()), 3));
    assert_eq!(site.says(&["outbox", "retry", "2"]), "Mail 2: to be tried now.\n");
    assert_eq!(
        site.says(&["outbox", "retry", "--all"]),
        "Mails to be tried now: 2. Not: 1, whose content is gone because it held a secret.\n"
    );
    let (status, out, told) = site.postamt(&["outbox", "retry", "3", "1", "9"]);
    assert_eq!((status, out.as_str()), (65, "Mail 1: to be tried now.\n"));
    assert!(told.contains("mail 3 cannot be sent again") && told.contains("no mail 9"), "{told}");
    assert_eq!(site.says(&["outbox", "drop", "1", "2", "3"]).lines().count(), 3);
    assert_eq!(site.says(&["outbox", "list"]), "Nothing waits, and nothing was given up.\n");
    let (status, _, told) = site.postamt(&["outbox", "drop", "1"]);
    assert_eq!((status, told.contains("is dropped already")), (65, true), "{told}");
}

#[test]
fn quarantined_mail_is_listed_and_handled_anew() {
    let site = Site::filled();
    let line = |retry| {
        format!(
            "{{\"id\":1,\"mailbox\":\"antrag\",\"from\":\"\",\"taken_at\":\"2026-11-23T12:00:00Z\",\"size_octets\":1,\
             \"reason\":\"it has 1001 parts\",\"retry\":{retry}}}\n"
        )
    };
    assert_eq!(site.says(&["quarantine", "list", "--json"]), line(false));
    assert!(site.says(&["quarantine", "retry", "1"]).starts_with("Mails to be handled anew: 1."));
    assert_eq!(site.says(&["quarantine", "list", "--json"]), line(true));
    assert!(
        site.says(&["quarantine", "retry", "--all"]).starts_with("Mails to be handled anew: 1.")
    );
    assert_eq!(site.store().to_retry(9).unwrap(), [MessageRef(1)]);
}

#[test]
fn held_mail_is_listed_shown_let_in_once_and_dropped() {
    let site = Site::filled();
    assert_eq!(site.says(&["held", "list"]), "Nothing is held.\n");
    let raw =
        b"From: Eve <eve@example.net>\r\nSubject: Buy \xe2\x80\xae now\r\n\r\nBuy!\x1b[2J\r\n";
    let hold = |tx: &Tx<'_>, key: &'static str, from: &str, why| {
        let message = tx.add_message(&NewMessage {
            mailbox: "antrag",
            source_key: key,
            content_hash: &[8; 32],
            message_id: None,
            from_key: None,
            received_at: NOON,
            taken_at: NOON,
            class: Class::Human,
            quarantined: None,
            raw,
        })?;
        tx.hold(&HeldMail {
            message,
            at: NOON,
            queue: "antrag".to_owned(),
            address: address(from),
            subject: "Buy now".to_owned(),
            why,
            state: HeldState::Held,
        })
    };
    let filled = site.store().transaction(|tx| {
        hold(tx, "2/1", "eve@example.net", Over::Sender)?;
        hold(tx, "2/2", "eve@example.net", Over::Total)?;
        hold(tx, "2/3", "bob@example.net", Over::Spam)
    });
    filled.unwrap();
    let listed = site.says(&["held", "list", "--json"]);
    assert_eq!(
        listed.lines().next().unwrap(),
        "{\"id\":2,\"held_at\":\"2026-11-23T12:00:00Z\",\"queue\":\"antrag\",\"address\":\"eve@example.net\",\
         \"subject\":\"Buy now\",\"why\":\"sender\"}"
    );
    let shown = site.says(&["held", "show", "2"]);
    assert!(shown.contains("new_per_sender") && shown.contains("Buy!"), "{shown}");
    assert!(!shown.contains(['\u{1b}', '\u{202e}']), "{shown}");
    assert!(site.says(&["held", "release", "2"]).ends_with("running: 1.\n"));
    let (status, out, told) = site.postamt(&["held", "release", "2", "1"]);
    assert_eq!((status, out.contains(": 0.")), (65, true), "{out}");
    assert!(
        told.contains("mail 2 was let in already") && told.contains("mail 1 is not held"),
        "{told}"
    );
    assert_eq!(
        site.says(&["held", "drop", "--from", "EVE@example.net"]),
        "Held mails dropped: 1.\n"
    );
    assert!(site.postamt(&["status", "--json"]).1.contains("\"held\":1,"));
    assert!(site.says(&["held", "release", "--all"]).contains(": 1."));
    let waits = site.store().to_release(9).unwrap();
    assert_eq!(waits, [MessageRef(2), MessageRef(4)]);
}

#[test]
fn status_says_that_no_daemon_runs_and_exits_with_69() {
    let site = Site::filled();
    let (status, out, told) = site.postamt(&["status"]);
    assert_eq!((status, told.as_str()), (69, ""), "{out}");
    assert!(out.starts_with("Something does not work:\n  ! the daemon does not run"), "{out}");
    assert!(out.contains("  tickets      1 open, 0 free, 1 ESCALATED\n"), "{out}");
    assert!(out.contains("mail 3 to lena@example.net, given up: 550 5.1.1"), "{out}");
    let (status, out, _) = site.postamt(&["status", "--json"]);
    assert_eq!(status, 69);
    assert!(out.contains("\"tickets\":{\"open\":1,\"free\":0,\"escalated\":1}"), "{out}");
    assert!(out.contains("\"quarantine\":1") && out.contains("\"running\":false"), "{out}");
}

#[test]
fn what_is_not_there_has_a_status_and_a_way_on() {
    let site = Site::filled();
    let mistyped = "2026112300000015";
    for (args, status, remedy) in [
        (vec!["ticket", "show", "2026112300000055"], 66, "postamt ticket list --all"),
        (vec!["ticket", "show", mistyped], 66, "look at the digits again"),
        (vec!["ticket", "show", "lena"], 64, "16 digits"),
        (vec!["ticket", "list", "--queue", "antarg"], 66, "did you mean \"antrag\"?"),
        (vec!["agent", "show", "ana"], 67, "did you mean \"anna\"?"),
        (vec!["agent", "disable", "nobody"], 67, "postamt agent list"),
        (vec!["account", "suspend", "joe"], 67, "did you mean \"jo\"?"),
        (vec!["outbox", "drop", "9"], 66, "postamt outbox list"),
        (vec!["outbox", "retry"], 64, "--help"),
        (vec!["held", "release"], 64, "--help"),
        (vec!["held", "show", "9"], 66, "postamt held list"),
        (vec!["quarantine", "retry", "9"], 66, "postamt quarantine list"),
    ] {
        let (code, _, told) = site.postamt(&args);
        assert_eq!(code, status, "{args:?}: {told}");
        assert!(told.contains(remedy), "{args:?}: {told}");
    }
}

#[test]
fn without_a_database_nothing_is_made_and_the_next_step_is_named() {
    let site = Site::without_database();
    for args in [
        vec!["status"],
        vec!["ticket", "list"],
        vec!["agent", "disable", "anna"],
        vec!["outbox", "retry", "--all"],
    ] {
        let (status, out, told) = site.postamt(&args);
        assert_eq!((status, out.as_str()), (66, ""), "{args:?}: {told}");
        assert!(told.contains("no database yet") && told.contains("postamt run"), "{told}");
    }
    assert_eq!(std::fs::read_dir(site.folder.path()).unwrap().count(), 1);
    let absent = site.path("absent.toml");
    let output = postamt(&["status", "--config", absent.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(78));
}

#[test]
fn mail_is_inspected_without_any_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.eml");
    std::fs::write(&file, "From: Anna <anna@example.org>\nSubject: Re: x\n\n#lock\nHi\n").unwrap();
    let file = file.to_str().unwrap();
    let output = postamt(&["inspect", "--json", file, "/does/not/exist"]);
    let (out, told) =
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert_eq!(output.status.code(), Some(66), "{told}");
    assert!(
        out.starts_with(&format!(
            "{{\"file\":\"{file}\",\"class\":\"human\",\"from\":\"anna@example.org\","
        )),
        "{out}"
    );
    assert!(out.contains("\"commands\":[{\"name\":\"lock\",\"args\":[]}]"), "{out}");
    assert!(told.contains("/does/not/exist"), "{told}");

    let mut piped = Command::new(env!("CARGO_BIN_EXE_postamt"))
        .args(["inspect", "--json"])
        .env_remove("POSTAMT_CONFIG")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    piped.stdin.take().unwrap().write_all(b"From: jo@example.net\n\nHi\n").unwrap();
    let out = String::from_utf8(piped.wait_with_output().unwrap().stdout).unwrap();
    assert!(out.starts_with("{\"file\":\"-\",\"class\":\"human\""), "{out}");
}

/// The names of the mails that are shown, in order.
fn inspected(args: &[&str], input: &str) -> (Option<i32>, Vec<String>, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_postamt"))
        .args([&["inspect", "--json"], args].concat())
        .env_remove("POSTAMT_CONFIG")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let name = |line: &str| {
        let json: serde_json::Value = serde_json::from_str(line).unwrap();
        format!("{} {}", json["file"].as_str().unwrap(), json["subject"].as_str().unwrap())
    };
    let names = String::from_utf8(output.stdout).unwrap().lines().map(name).collect();
    (output.status.code(), names, String::from_utf8(output.stderr).unwrap())
}

#[test]
fn an_mbox_a_maildir_and_standard_input_are_read_mail_by_mail() {
    let separator = "From jo@example.net Mon Nov 23 12:00:00 2026\n";
    let mbox = format!("{separator}Subject: a\n\nHi\n\n{separator}Subject: b\n\nHi\n");
    let named = |file: &str, nth: &[&str]| -> Vec<String> {
        nth.iter().map(|rest| format!("{file}{rest}")).collect()
    };
    let quiet = String::new();
    assert_eq!(inspected(&[], &mbox), (Some(0), named("-", &["#1 a", "#2 b"]), quiet.clone()));

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let file = folder.path().join("mbox");
    std::fs::write(&file, &mbox).unwrap();
    let file = file.to_str().unwrap();
    assert_eq!(inspected(&[file], ""), (Some(0), named(file, &["#1 a", "#2 b"]), quiet.clone()));

    let (status, names, told) = inspected(&[path], "");
    assert_eq!((status, names), (Some(66), vec![]));
    assert!(told.contains("no Maildir") && told.contains("  do  "), "{told}");
    for (name, subject) in [("cur/1.a:2,S", "one"), ("new/2.b", "two"), ("cur/3.c", "three")] {
        let mail = folder.path().join(name);
        std::fs::create_dir_all(mail.parent().unwrap()).unwrap();
        std::fs::write(mail, format!("Subject: {subject}\n\nHi\n")).unwrap();
    }
    let in_order = named(path, &["/cur/1.a:2,S one", "/new/2.b two", "/cur/3.c three"]);
    assert_eq!(inspected(&[path], ""), (Some(0), in_order, quiet));
}

#[test]
fn an_explanation_is_plain_where_no_terminal_reads_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.eml");
    std::fs::write(&file, "From: jo@example.net\n\n#lock\n> Hi\n").unwrap();
    let file = file.to_str().unwrap();
    let page = String::from_utf8(postamt(&["inspect", "--explain", file]).stdout).unwrap();
    assert!(page.ends_with("  text\n  command     | #lock\n  quote       | > Hi\n\n"), "{page:?}");
    let json = postamt(&["inspect", "--explain", "--json", file]).stdout;
    let lines = r##""lines":[{"kind":"command","text":"#lock"},{"kind":"quote","text":"> Hi"}]"##;
    assert!(String::from_utf8(json).unwrap().contains(lines));
}

#[test]
fn who_reads_no_further_is_no_failure() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.eml");
    std::fs::write(&file, "From: jo@example.net\n\nHi\n").unwrap();
    let mut cut_off = Command::new(env!("CARGO_BIN_EXE_postamt"))
        .args(["inspect", "--json"])
        .args(std::iter::repeat_n(file, 2_000))
        .env_remove("POSTAMT_CONFIG")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    drop(cut_off.stdout.take());
    assert_eq!(cut_off.wait().unwrap().code(), Some(0));
}

#[test]
fn templates_are_listed_shown_and_rendered() {
    let folder = TempDir::new().unwrap();
    let own = folder.path().join("templates/de/blocks");
    std::fs::create_dir_all(&own).unwrap();
    std::fs::write(own.join("summer.txt"), "Title: Sommerpause\n\nGuten Tag {{name}}.\n").unwrap();
    let config = folder.path().join("postamt.toml");
    std::fs::write(
        &config,
        "[site]\npostmaster = \"p@example.org\"\ntemplates = \"templates\"\n[store]\npath = \"postamt.db\"\n\
         [smtp]\nurl = \"maildir:out\"\n[[mailbox]]\nname = \"a\"\nurl = \"maildir:in\"\nqueue = \"a\"\n\
         [[queue]]\nname = \"a\"\naddress = \"a@example.org\"\n",
    )
    .unwrap();
    let says = |args: &[&str], status: i32| {
        let output = postamt(&[&["--config", config.to_str().unwrap(), "template"], args].concat());
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8(said).unwrap();
        assert_eq!(output.status.code(), Some(status), "{said}");
        said
    };
    let all: Vec<serde_json::Value> = says(&["list", "--json"], 0)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let summer = all.iter().find(|line| line["name"] == "de/blocks/summer.txt").unwrap();
    assert_eq!(summer["kind"], "block");
    assert!(summer["file"].as_str().unwrap().ends_with("summer.txt"));
    assert!(says(&["check"], 0).contains("1 of them your own"));
    assert!(says(&["show", "en/receipt.txt"], 0).contains("{{"));
    assert_eq!(says(&["render", "summer"], 0), "Sommerpause\n\nGuten Tag Lena Hoffmann.\n");
    assert!(says(&["render", "new-ticket", "--language", "en"], 0).contains("New application"));
    assert!(says(&["render", "new-ticket", "--html"], 0).contains("</table>"));
    assert!(says(&["render", "recipt"], 66).contains("did you mean \"receipt\""));
    std::fs::write(own.join("summer.txt"), "Title: Sommerpause\n\nGuten Tag {{nmae}}.\n").unwrap();
    assert!(says(&["check"], 78).contains("summer.txt, line 3"));
}
