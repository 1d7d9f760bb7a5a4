//! Replies as some hundred clients and languages write them: only what was newly typed is read, and no command stands
//! anywhere else, however the mail is encoded on its way.
//!
//! The mails lie in `tests/mails/replies`. Each quotes, forwards or signs a `#lock` that its sender did not type. A new
//! client is a new mail and a line in `expect.jsonl`.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

#[path = "support/encoding.rs"]
mod encoding;

use std::path::{Path, PathBuf};

use encoding::{base64, quoted_printable};

use postamt::desk::command_line::read_through;
use postamt::mail::Limits;
use postamt::mail::understood::{Understood, understand};

/// A mail, what its sender typed, and its own octets.
struct Reply {
    file: String,
    new_text: String,
    header: String,
    body: String,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mails/replies")
}

fn replies() -> Vec<Reply> {
    let expected = std::fs::read_to_string(folder().join("expect.jsonl")).unwrap();
    let replies: Vec<Reply> = expected.lines().map(reply).collect();
    let mails = std::fs::read_dir(folder()).unwrap().count() - 1;
    assert_eq!(replies.len(), mails, "each mail has its line in expect.jsonl");
    replies
}

fn reply(line: &str) -> Reply {
    let expected: serde_json::Value = serde_json::from_str(line).unwrap();
    let of = |name: &str| expected[name].as_str().unwrap().to_owned();
    let mail = std::fs::read_to_string(folder().join(of("file"))).unwrap();
    let (header, body) = mail.split_once("\n\n").unwrap();
    Reply {
        file: of("file"),
        new_text: of("new_text"),
        header: header.to_owned(),
        body: body.to_owned(),
    }
}

fn read(mail: &str) -> Understood {
    understand(mail.as_bytes(), &Limits::default()).unwrap()
}

/// The names of the commands that the daemon would read.
fn commands(understood: &Understood) -> Vec<&'static str> {
    let new = &understood.new_text;
    let (typed, _) = read_through(&new.blocks, new.last_block_follows_quote);
    typed.commands.iter().map(|command| command.spec.name).collect()
}

/// White space is the clients' matter.
fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// All that is wrong at once: a list of mails says more than the first of them.
fn assert_none(wrong: &[String]) {
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

fn wrong_with(reply: &Reply, way: &str, mail: &str) -> Vec<String> {
    let understood = read(mail);
    let mut wrong = Vec::new();
    if folded(&understood.new_text.text) != folded(&reply.new_text) {
        let read = &understood.new_text.text;
        wrong.push(format!("{}, {way}: {read:?} is not {:?}", reply.file, reply.new_text));
    }
    let typed: Vec<&str> =
        commands(&understood).into_iter().filter(|name| *name == "lock").collect();
    if !typed.is_empty() {
        wrong.push(format!(
            "{}, {way}: the #lock that somebody else wrote is a command",
            reply.file
        ));
    }
    wrong
}

#[test]
fn what_was_newly_typed_is_read_and_nothing_else() {
    let wrong: Vec<String> = replies()
        .iter()
        .flat_map(|reply| {
            let mail = format!("{}\n\n{}", reply.header, reply.body);
            let on_the_way = mail.replace('\n', "\r\n");
            [wrong_with(reply, "as it is", &mail), wrong_with(reply, "with CR LF", &on_the_way)]
        })
        .flatten()
        .collect();
    assert_none(&wrong);
}

#[test]
fn no_transfer_encoding_changes_what_was_typed() {
    let single = |reply: &Reply| reply.header.contains("Content-Transfer-Encoding: 8bit");
    let wrong: Vec<String> = replies()
        .iter()
        .filter(|reply| single(reply))
        .flat_map(|reply| {
            let with = |encoding: &str, body: String| {
                let field = format!("Content-Transfer-Encoding: {encoding}");
                let header = reply.header.replace("Content-Transfer-Encoding: 8bit", &field);
                wrong_with(reply, encoding, &format!("{header}\n\n{body}"))
            };
            [
                with("quoted-printable", quoted_printable(reply.body.as_bytes())),
                with("base64", base64(reply.body.as_bytes())),
            ]
        })
        .flatten()
        .collect();
    assert_none(&wrong);
}

#[test]
fn a_command_typed_on_top_is_always_one() {
    let mut wrong = Vec::new();
    for reply in replies().iter().filter(|reply| reply.file.starts_with("plain-")) {
        let mail = format!("{}\n\n#Priority 5\n\n{}", reply.header, reply.body);
        let found = commands(&read(&mail));
        if found.first() != Some(&"priority") {
            wrong.push(format!("{}: {found:?}", reply.file));
        }
    }
    assert_none(&wrong);
}

/// Where the quote has marks, any of its lines may have been a command.
#[test]
fn no_line_of_a_marked_quote_is_a_command() {
    let mut wrong = Vec::new();
    let mut planted = 0;
    for reply in replies().iter().filter(|reply| reply.file.starts_with("plain-")) {
        let lines: Vec<&str> = reply.body.lines().collect();
        for (at, line) in lines.iter().enumerate().filter(|(_, line)| line.starts_with('>')) {
            let marks: String = line.chars().take_while(|c| matches!(c, '>' | ' ')).collect();
            let plant = format!("{marks}#priority 5");
            let mut body = lines.clone();
            body.insert(at + 1, &plant);
            let mail = format!("{}\n\n{}\n", reply.header, body.join("\n"));
            if commands(&read(&mail)).contains(&"priority") {
                wrong.push(format!("{}, line {}", reply.file, at + 2));
            }
            planted += 1;
        }
    }
    assert!(planted > 40, "only {planted} places");
    assert_none(&wrong);
}
