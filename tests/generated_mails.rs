//! What holds of every mail holds of generated ones: header, MIME tree, encodings, and texts of quotes and commands.
//!
//! What has to hold is in `fuzz/holds.rs`; the fuzz targets there try it with octets that are no mails at all.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "support/encoding.rs"]
mod encoding;

use encoding::{base64, quoted_printable};
use std::path::{Path, PathBuf};

use postamt::desk::command_line::read;
use postamt::mail::Limits;
use postamt::mail::understood::understand;
use proptest::prelude::*;
use proptest::sample::select;

#[path = "fuzz/holds.rs"]
mod holds;

/// So many whole mails in an ordinary run.
const MAILS: u32 = 10_000;

#[test]
fn what_was_found_once_and_the_seeds_hold() {
    let mails = files(Path::new("tests/mails"));
    assert!(mails.len() > 20, "{mails:?}");
    for (name, holds) in holds::TARGETS {
        let seeds = files(&Path::new("tests/fuzz/seeds").join(name));
        for file in mails.iter().chain(&seeds) {
            println!("{name}: {}", file.display());
            holds(&std::fs::read(file).unwrap());
        }
    }
}

#[test]
fn each_target_of_the_fuzzer_is_one_of_these() {
    let mut targets: Vec<String> = files(Path::new("tests/fuzz/targets"))
        .iter()
        .map(|file| file.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    let mut named: Vec<&str> = holds::TARGETS.iter().map(|(name, _)| *name).collect();
    targets.sort();
    named.sort_unstable();
    assert_eq!(targets, named);
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> =
        paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect();
    files.sort();
    files
}

/// What a line of somebody's mail may be, and something that commands.
fn line() -> impl Strategy<Value = String> {
    const LINES: &[&str] = &[
        "",
        " ",
        "Guten Tag,",
        "thank you, that works",
        "#lock",
        "#close success",
        "  #sperren trotzdem",
        "＃note",
        "##no command",
        "#lokc",
        "> #confirm",
        ">> #close",
        "JG> #lock",
        "> a quoted line that has grown so long that its client had to break it there",
        "-- ",
        "--",
        "________________________________",
        "Mit freundlichen Grüßen",
        "Best regards",
        "Sent from my phone",
        "Von meinem iPhone gesendet",
        "On Mon, 23 Nov 2026 at 12:00, Jo <jo@example.net> wrote:",
        "Am 23.11.2026 um 12:00 schrieb Jo Doe:",
        "Le lun. 23 nov. 2026 à 12:00, Jo <jo@example.net> a écrit :",
        "-----Original Message-----",
        "-----Ursprüngliche Nachricht-----",
        "---------- Forwarded message ---------",
        "From: Jo <jo@example.net>",
        "Von: Jo <jo@example.net>",
        "Sent: Monday, 23 November 2026 12:00",
        "Gesendet: Montag, 23. November 2026 12:00",
        "To: antrag@example.org",
        "An: antrag@example.org",
        "Subject: Antrag",
        "Betreff: Antrag",
        "This e-mail is confidential. If you are not the intended recipient, delete it.",
    ];
    prop_oneof![8 => select(LINES).prop_map(str::to_owned), 1 => "[ -~äöü€😀\u{202e}\u{200b}]{0,90}"]
}

fn body() -> impl Strategy<Value = String> {
    proptest::collection::vec(line(), 0..25).prop_map(|lines| lines.join("\n") + "\n")
}

/// One part with its header: the encoding and the charset that it says, or others.
fn leaf() -> BoxedStrategy<String> {
    const TYPES: &[&str] = &[
        "text/plain",
        "text/plain; charset=utf-8",
        "text/plain; charset=iso-8859-1",
        "text/plain; charset=x-unknown",
        "text/plain; charset=utf-8; format=flowed; delsp=yes",
        "text/html; charset=utf-8",
        "application/pdf; name=\"Antrag.pdf\"",
        "text/csv; name*=utf-8''%e2%82%ac.csv",
        "message/delivery-status",
        "message/rfc822",
        "application/octet-stream; name=\"../../x\r\n .exe\"",
    ];
    const ENCODINGS: &[&str] = &["", "8bit", "base64", "quoted-printable", "x-none"];
    const PLACES: &[&str] = &["", "inline", "attachment; filename=antrag.pdf", "attachment"];
    (select(TYPES), select(ENCODINGS), select(PLACES), body(), any::<bool>())
        .prop_map(|(kind, encoding, place, body, honest)| {
            let body = if kind.starts_with("text/html") { as_html(&body) } else { body };
            let body = match encoding {
                "base64" if honest => base64(body.as_bytes()),
                "quoted-printable" if honest => quoted_printable(body.as_bytes()),
                _ => body,
            };
            let mut header = format!("Content-Type: {kind}\n");
            for (name, value) in
                [("Content-Transfer-Encoding", encoding), ("Content-Disposition", place)]
            {
                if !value.is_empty() {
                    header += &format!("{name}: {value}\n");
                }
            }
            format!("{header}\n{body}\n")
        })
        .boxed()
}

/// A part of any shape. A few times its end is missing, or the boundary is one of another level.
fn part() -> impl Strategy<Value = String> {
    leaf().prop_recursive(3, 12, 4, |inner| {
        const KINDS: &[&str] = &["mixed", "alternative", "related", "digest", "signed"];
        let parts = proptest::collection::vec(inner, 1..4);
        (select(KINDS), parts, "[a-c]{1,2}", 0..8_u8)
            .prop_map(|(kind, parts, boundary, luck)| {
                let parts: String =
                    parts.iter().map(|part| format!("--{boundary}\n{part}\n")).collect();
                let end = if luck == 0 { String::new() } else { format!("--{boundary}--\n") };
                format!("Content-Type: multipart/{kind}; boundary=\"{boundary}\"\n\n{parts}{end}")
            })
            .boxed()
    })
}

fn header() -> impl Strategy<Value = String> {
    const FIELDS: &[&str] = &[
        "From: Jo Doe <jo@example.net>",
        "From: =?utf-8?q?J=C3=B6rg?= <joerg@example.net>",
        "From: \"Doe, Jo\" <jo@example.net>, Mallory <m@example.com>",
        "From: MAILER-DAEMON",
        "To: antrag@example.org, undisclosed: a@example.net;",
        "Cc: <a@example.net>, b@, \"",
        "Subject: Re: AW: [Ticket#2026112300000014] Antrag",
        "Subject: =?utf-8?b?4oCuZmRw?= =?iso-8859-1?q?Gr=FC=DFe?=",
        "Subject: Automatische Antwort: Antrag",
        "Subject: Undelivered Mail Returned to Sender",
        "Message-ID: <1@example.net>",
        "In-Reply-To: <2@example.org>",
        "References: <2@example.org>\n <3@example.org> <broken",
        "Date: Mon, 23 Nov 2026 12:00:00 +0100",
        "Date: yesterday",
        "Return-Path: <>",
        "Return-Path: <jo@example.net>",
        "Delivered-To: antrag@example.org",
        "Auto-Submitted: auto-replied",
        "Precedence: bulk",
        "List-Id: <friends.example.org>",
        "X-Failed-Recipients: gone@example.net",
        "Reply-To: x@example.com\u{202e}",
    ];
    proptest::collection::vec(select(FIELDS), 0..10)
        .prop_map(|fields| fields.iter().map(|field| format!("{field}\n")).collect())
}

fn as_html(text: &str) -> String {
    let mut html = "<div>".to_owned();
    for line in text.lines() {
        let escaped = line.trim_start_matches(['>', ' ']).replace('<', "&lt;");
        html += &match line.starts_with('>') {
            true => format!("<blockquote type=\"cite\">{escaped}</blockquote>"),
            false => format!("{escaped}<br>\n"),
        };
    }
    html + "</div>"
}

/// `PROPTEST_CASES` asks for more; never for fewer.
fn mails() -> ProptestConfig {
    let asked = ProptestConfig::default();
    ProptestConfig { cases: asked.cases.max(MAILS), failure_persistence: None, ..asked }
}

proptest! {
    #![proptest_config(mails())]

    #[test]
    fn what_holds_of_every_mail_holds_of_generated_ones(header in header(), part in part(), crlf in any::<bool>()) {
        let mail = format!("{header}MIME-Version: 1.0\n{part}");
        let mail = if crlf { mail.replace('\n', "\r\n") } else { mail };
        let understood = understand(mail.as_bytes(), &Limits::default()).unwrap();
        holds::understood_holds(&understood);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_somebody_wrote_is_no_command_once_it_is_quoted(body in body()) {
        holds::new_text(body.as_bytes());
    }

    #[test]
    fn what_an_agent_types_above_any_quote_is_done(
        command in select(&["#lock", "#close success", "#verify"][..]),
        body in body(),
    ) {
        let quoted: String = body.lines().map(|line| format!("> {line}\n")).collect();
        let introduced = format!("On Mon, 23 Nov 2026 at 12:00, Jo <jo@example.net> wrote:\n{quoted}");
        let mail = format!("From: anna@example.org\nSubject: Re: x\n\n{command}\n\n{introduced}");
        let understood = understand(mail.as_bytes(), &Limits::default()).unwrap();
        let new = understood.new_text;
        let typed = read(&new.blocks, new.last_block_follows_quote).unwrap();
        let commands: Vec<&str> = typed.commands.iter().map(|command| command.typed.as_str()).collect();
        prop_assert_eq!(commands, [command]);
    }
}
