//! What holds of every mail, whatever its octets: one function for each piece of the way from them to what a decision is
//! made on. Each takes any octets and panics where something does not hold.
//!
//! The fuzz targets call these with what they make up, `tests/generated_mails.rs` with whole mails and with the seeds.

use std::collections::HashSet;

use postamt::authority::openpgp::verify;
use postamt::desk::command_line::{as_command, read_customer, read_through};
use postamt::desk::rules::FormNames;
use postamt::desk::{consent, form, subject_tag};
use postamt::mail::html::html_to_text;
use postamt::mail::new_text::lines;
use postamt::mail::one_line::is_invisible;
use postamt::mail::signed::{LONGEST_SIGNATURE_OCTETS, signed};
use postamt::mail::understood::{Understood, understand};
use postamt::mail::{
    Action, Address, Attachment, Bounce, BounceKind, EnvelopeSender, Limits, LineKind, Mail, Named,
    NewText, Report, Timestamp, classify, new_text as read_new_text, parse, read_bounce,
};

/// Takes any octets; panics where something does not hold of them.
pub type Holds = fn(&[u8]);

/// By name, as the targets and the folders of seeds are called.
pub const TARGETS: &[(&str, Holds)] = &[
    ("mail", mail),
    ("new_text", new_text),
    ("html", html),
    ("bounce", bounce),
    ("commands", commands),
    ("headers", headers),
    ("inspect", inspect),
];

/// A whole mail, up to what a decision is made on.
pub fn mail(octets: &[u8]) {
    if let Some(Ok(signed)) = signed(octets) {
        assert!(!signed.content.windows(2).any(|pair| pair[0] == b'\r' && pair[1] != b'\n'));
        assert!(signed.signature.len() <= LONGEST_SIGNATURE_OCTETS);
        drop(verify(&signed, &[], Timestamp(0)));
    }
    if let Ok(understood) = understand(octets, &Limits::default()) {
        understood_holds(&understood);
    }
}

/// As [`mail`], of one that was understood.
pub fn understood_holds(understood: &Understood) {
    let Understood { mail, classified, new_text, bounce, .. } = understood;
    header_holds(mail);
    files_hold(&mail.attachments);
    assert!(!mail.text.contains(['\r', '\0']), "a line end or NUL in {:?}", mail.text);
    assert!(!classified.why.is_empty() && classified.why.iter().all(|why| !why.is_empty()));
    new_text_holds(&mail.text, new_text);
    commands_hold(&mail.text, new_text);
    if let Some(bounce) = bounce {
        bounce_holds(bounce);
    }
    decision_input(&mail.subject, &new_text.text);
}

/// A body: what is new in it, and that nothing of it is once it is quoted or forwarded.
pub fn new_text(octets: &[u8]) {
    let text = text_of(octets);
    let new = read_new_text(&text);
    new_text_holds(&text, &new);
    commands_hold(&text, &new);

    let again = read_new_text(&new.text);
    let is_command = |line: &&str| as_command(line).is_some();
    let commands = |new: &NewText| new.text.lines().filter(is_command).count();
    assert!(commands(&again) <= commands(&new), "more commands in {:?} than before", again.text);

    let quoted: String = text.split('\n').map(|line| format!("> {line}\n")).collect();
    let introduced = format!("On Mon, 23 Nov 2026 at 12:00, Jo <jo@example.net> wrote:\n{quoted}");
    let forwarded = format!(
        "---------- Forwarded message ---------\nFrom: Jo <jo@example.net>\nDate: Mon, 23 Nov 2026 at 12:00\nSubject: x\nTo: <anna@example.org>\n\n{text}"
    );
    for old in [quoted, introduced, forwarded] {
        assert_eq!(read_new_text(&old).text, "", "old text is taken for new: {old:?}");
        let answered = read_new_text(&format!("#lock\n\n{old}"));
        assert_eq!(answered.text, "#lock", "beside what was typed: {old:?}");
    }
}

/// HTML as text: bounded, and without what has no place in a text.
pub fn html(octets: &[u8]) {
    let html = text_of(octets);
    let text = html_to_text(&html);
    assert!(!text.contains(['\0', '\r']), "a line end or NUL in {text:?}");
    let most = html.len().saturating_mul(20).saturating_add(HTML_GROWTH);
    assert!(text.len() <= most, "{} octets of HTML became {} of text", html.len(), text.len());
}

/// How much longer than its HTML a text may be, beside numbers of lists and such: marks of nested quotes stand on each line.
const HTML_GROWTH: usize = 600_000;

/// What comes back: the fields of a report, and the words of servers that know no report.
pub fn bounce(octets: &[u8]) {
    let text = text_of(octets);
    let (fields, rest) = text.split_once("\n\n\n").unwrap_or((text.as_str(), text.as_str()));
    let from = Address::parse("mailer-daemon@example.net")
        .map(|address| Named { name: "Mail Delivery Subsystem".to_owned(), address });
    let mut mail = Mail {
        from: from.into_iter().collect(),
        envelope_sender: EnvelopeSender::Null,
        subject: "Undeliverable".to_owned(),
        headers: vec![
            ("From".to_owned(), "Mail Delivery Subsystem <mailer-daemon@example.net>".to_owned()),
            ("Content-Type".to_owned(), "multipart/report; report-type=delivery-status".to_owned()),
        ],
        text: rest.to_owned(),
        ..Mail::default()
    };
    for report in [None, Some(fields)] {
        mail.report = report.map(|fields| Report {
            kind: "delivery-status".to_owned(),
            fields: fields.to_owned(),
            original: Some(rest.to_owned()),
        });
        if let Some(bounce) = read_bounce(&mail) {
            bounce_holds(&bounce);
        }
        assert!(!classify(&mail).why.is_empty());
    }
}

/// What an agent or a customer typed, in blocks as quotes divide it.
pub fn commands(octets: &[u8]) {
    let text = text_of(octets);
    let blocks: Vec<String> = text.split("\n\n\n").map(str::to_owned).collect();
    for last_counts in [false, true] {
        read_commands(&blocks, last_counts);
    }
    let (customers, only) = read_customer(&blocks);
    assert!(!(only && customers.is_empty()));
    for line in text.lines() {
        for old in [format!("> {line}"), format!("##{line}")] {
            assert_eq!(as_command(&old), None, "{old:?} commands");
        }
    }
    decision_input(text.lines().next().unwrap_or_default(), &text);
}

/// A header block, with no more of a mail than that.
pub fn headers(octets: &[u8]) {
    let Ok(mail) = parse(octets, &Limits::default()) else { return };
    header_holds(&mail);
    files_hold(&mail.attachments);
}

/// What `postamt inspect --json` says: one line, and JSON.
pub fn inspect(octets: &[u8]) {
    let line = postamt::cli::inspect::json(octets);
    assert!(!line.contains(['\n', '\r']), "more than a line: {line:?}");
    let read: serde_json::Value = serde_json::from_str(&line).expect("JSON");
    assert!(read.get("class").is_some_and(serde_json::Value::is_string), "{line:?}");
}

fn text_of(octets: &[u8]) -> String {
    // As the body of a mail is: `\n` line ends, no NUL.
    let text = String::from_utf8_lossy(octets);
    text.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "")
}

/// Nothing invisible in what is shown on one line, and nothing that could begin another one.
fn header_holds(mail: &Mail) {
    let named = [&mail.from, &mail.reply_to, &mail.to, &mail.cc];
    let named: Vec<&Named> = named.into_iter().flatten().chain(&mail.sender).collect();
    let names = named.iter().map(|named| named.name.as_str());
    let headers = mail.headers.iter().flat_map(|(name, value)| [name.as_str(), value.as_str()]);
    let ids = mail.message_id.iter().chain(&mail.in_reply_to).chain(&mail.references);
    let shown = names.chain(headers).chain(ids.map(|id| id.as_str()));
    for line in shown.chain([mail.subject.as_str()]).chain(mail.defects.iter().map(String::as_str))
    {
        assert!(!line.contains(['\n', '\r', '\0']), "{line:?} leaves its line");
    }
    let all = named.iter().map(|named| named.name.as_str()).chain([mail.subject.as_str()]);
    for line in all.chain(mail.headers.iter().map(|(_, value)| value.as_str())) {
        assert!(!line.contains(is_invisible), "something invisible in {line:?}");
    }
    let addresses = named.iter().map(|named| &named.address).chain(&mail.delivered_to);
    for address in addresses {
        assert_eq!(Address::parse(address.as_str()).as_ref(), Some(address));
    }
    assert!(mail.subject.chars().count() <= 500 && mail.references.len() <= 200);
    assert!(mail.defects.len() <= 30, "{:?}", mail.defects);
}

/// The names are fit for any file system, and each stands once.
fn files_hold(files: &[Attachment]) {
    let mut taken = HashSet::new();
    for Attachment { name, .. } in files {
        assert!(!name.is_empty() && name.len() <= 130, "{name:?}");
        assert!(!name.contains(|c| "/\\<>:\"|?*".contains(c) || is_invisible(c)), "{name:?}");
        assert!(!name.starts_with('.') && !name.ends_with('.'), "{name:?}");
        assert!(taken.insert(name.to_lowercase()), "{name:?} stands twice");
    }
}

/// Every line is told, and what is new is a line of the mail that is told so.
fn new_text_holds(text: &str, new: &NewText) {
    let told = lines(text);
    assert_eq!(told.len(), text.split('\n').count(), "a line is not told, or made up");
    let is_new = |(kind, line): &(LineKind, &'_ str)| {
        (*kind == LineKind::New).then(|| line.trim_end().to_owned())
    };
    let typed: HashSet<String> = told.iter().filter_map(is_new).collect();
    for line in new.blocks.iter().flat_map(|block| block.split('\n')) {
        assert!(typed.contains(line), "{line:?} was not typed");
    }
    assert!(new.blocks.iter().all(|block| !block.trim().is_empty()));
    assert!(new.left_out.iter().all(|piece| piece.kind != LineKind::New));
    assert_eq!(new.text, new.blocks.join("\n\n"));
}

fn commands_hold(text: &str, new: &NewText) {
    let told = lines(text);
    for command in read_commands(&new.blocks, new.last_block_follows_quote) {
        let is_typed = |(kind, line): &(LineKind, &str)| {
            *kind == LineKind::New && as_command(line).as_deref() == Some(command.as_str())
        };
        assert!(told.iter().any(is_typed), "{command:?} was not typed");
    }
}

/// The commands, each on the line it says, in the first block or the last.
fn read_commands(blocks: &[String], last_counts: bool) -> Vec<String> {
    let (typed, problems) = read_through(blocks, last_counts);
    assert!(problems.len() <= 5);
    let numbered = |(nth, block): (usize, &'_ String)| -> Vec<(usize, String)> {
        block.lines().map(|line| (nth, line.to_owned())).collect()
    };
    let all: Vec<(usize, String)> = blocks.iter().enumerate().flat_map(numbered).collect();
    for command in &typed.commands {
        let (block, line) = &all[command.line - 1];
        assert_eq!(as_command(line).as_deref(), Some(command.typed.as_str()));
        let is_last = *block + 1 == blocks.len();
        assert!(*block == 0 || (last_counts && is_last), "{line:?} stands between quotes");
    }
    typed.commands.into_iter().map(|command| command.typed).collect()
}

fn bounce_holds(bounce: &Bounce) {
    assert!(bounce.recipients.len() <= 1_000);
    for recipient in &bounce.recipients {
        let shown = [&recipient.address, &recipient.diagnostic];
        for line in shown.into_iter().chain(&recipient.original) {
            assert!(!line.contains(is_invisible), "something invisible in {line:?}");
        }
        assert!(!recipient.address.is_empty());
        assert!(recipient.diagnostic.chars().count() <= 500);
        let is_delayed = recipient.kind() == BounceKind::Delayed;
        assert_eq!(is_delayed, recipient.action == Action::Delayed, "{recipient:?}");
    }
}

/// What the desk asks a text for besides commands.
fn decision_input(subject: &str, text: &str) {
    let number = subject_tag::find(subject, "Ticket");
    if let Some(number) = number {
        let tagged = format!("{} {subject}", subject_tag::tag("Ticket", number));
        assert_eq!(subject_tag::find(&tagged, "Ticket"), Some(number));
    }
    assert!(subject_tag::bare(subject, "Ticket").len() <= subject.len() + 1);

    if consent::is_bare_yes(text) {
        assert!(text.chars().filter(|c| c.is_alphabetic()).count() <= 3, "{text:?}");
    }
    let read = consent::consent(text);
    let denied = consent::consent(&format!("No!\n{text}"));
    assert_ne!(denied, consent::Consent::Yes, "a no is {read:?}: {text:?}");

    let form = form::read(text, &form_names());
    let short = [form.name, form.email, form.login, form.language];
    for value in short.into_iter().flatten() {
        assert!(!value.contains(char::is_control) && value.chars().count() <= 200, "{value:?}");
    }
    assert!(form.reason.is_none_or(|reason| reason.chars().count() <= 20_000));
}

fn form_names() -> FormNames {
    let names = |given: &[&str]| given.iter().map(|name| (*name).to_owned()).collect();
    FormNames {
        name: names(&["Name"]),
        email: names(&["E-Mail", "Mail"]),
        login: names(&["Benutzername", "Login"]),
        reason: names(&["Begründung", "Reason"]),
        language: names(&["Sprache", "Language"]),
    }
}
