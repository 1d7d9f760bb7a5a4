//! How well mails are understood, on a folder of mails with expectations beside them:
//!
//!     cargo run --release --locked --example score -- FOLDER [--fails N]
//!
//! FOLDER has sub-folders of mails, each with an `expect.jsonl`: a line of JSON a mail, with `file` and what is known of
//! it: `class` or `class_any`, `subject`, `new_text` and `accept` (texts as right), `recipients` with `address`, `any`,
//! `status` and `action`, `optional` (addresses that may be named). A sub-folder without one is called by its class.
//! Speed is that of one thread without start-up, the files read before, the median of five rounds.
#![allow(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    reason = "it measures time; a field of JSON that is not there is null"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use postamt::desk::command_line::read_through;
use postamt::mail::Limits;
use postamt::mail::understood::{Understood, understand};
use serde_json::Value;

const ROUNDS: usize = 5;

struct Case {
    name: String,
    raw: Vec<u8>,
    expected: Value,
}

/// Right ones of all that were asked, by column, and the names of the wrong ones.
#[derive(Default)]
struct Tally {
    columns: BTreeMap<&'static str, (usize, usize)>,
    wrong: Vec<String>,
}

impl Tally {
    fn count(&mut self, column: &'static str, right: bool, case: &Case) {
        let (good, all) = self.columns.entry(column).or_default();
        *good += usize::from(right);
        *all += 1;
        if !right {
            self.wrong.push(format!("{column}: {}", case.name));
        }
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let fails = match arguments.as_slice() {
        [_] => Some(0),
        [_, flag, most] if flag == "--fails" => most.parse().ok(),
        _ => None,
    };
    let (Some(folder), Some(fails)) = (arguments.first().map(PathBuf::from), fails) else {
        eprintln!("score: give one folder of mails: score FOLDER [--fails N]");
        return ExitCode::from(64);
    };
    match score(&folder, fails) {
        Ok(page) => {
            print!("{page}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("score: {}: {error}", folder.display());
            ExitCode::from(66)
        }
    }
}

fn score(folder: &Path, fails: usize) -> std::io::Result<String> {
    let mut folders: Vec<PathBuf> = std::fs::read_dir(folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    let mut page = String::new();
    for folder in folders {
        let cases = cases(&folder)?;
        if cases.is_empty() {
            continue;
        }
        let mut tally = Tally::default();
        for case in &cases {
            judge(case, &mut tally);
        }
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let (count, speed) = (cases.len(), speed(&cases));
        page += &format!("{name:12} {count:4} mails   {speed:.0} mails/s\n");
        for (column, (good, all)) in &tally.columns {
            let percent = 100.0 * ratio(*good, *all);
            page += &format!("{:12} {column:32} {good}/{all}  {percent:.1} %\n", "");
        }
        for wrong in tally.wrong.iter().take(fails) {
            page += &format!("{:12} {wrong}\n", "");
        }
    }
    Ok(page)
}

#[expect(clippy::cast_precision_loss, reason = "counts of files")]
fn ratio(good: usize, all: usize) -> f64 {
    good as f64 / all as f64
}

fn cases(folder: &Path) -> std::io::Result<Vec<Case>> {
    let read = |name: &str, expected: Value| -> std::io::Result<Case> {
        Ok(Case { name: name.to_owned(), raw: std::fs::read(folder.join(name))?, expected })
    };
    let Ok(lines) = std::fs::read_to_string(folder.join("expect.jsonl")) else {
        let class = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut names: Vec<String> = std::fs::read_dir(folder)?
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter(|name| name.ends_with(".eml"))
            .collect();
        names.sort();
        // Damaged mails are of any class: reading them is what is asked.
        let expected = match class.as_str() {
            "malformed" => serde_json::json!({}),
            class => serde_json::json!({ "class": class }),
        };
        return names.iter().map(|name| read(name, expected.clone())).collect();
    };
    let filled = lines.lines().filter(|line| !line.trim().is_empty());
    filled
        .map(|line| {
            let expected: Value = serde_json::from_str(line)?;
            let name = expected["file"].as_str().unwrap_or_default().to_owned();
            read(&name, expected)
        })
        .collect()
}

/// Mails a second.
fn speed(cases: &[Case]) -> f64 {
    let limits = Limits::default();
    let mut rounds: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            for case in cases {
                std::hint::black_box(understand(&case.raw, &limits).is_ok());
            }
            ratio(cases.len(), 1) / start.elapsed().as_secs_f64()
        })
        .collect();
    rounds.sort_by(f64::total_cmp);
    rounds.get(ROUNDS / 2).copied().unwrap_or_default()
}

fn judge(case: &Case, tally: &mut Tally) {
    let understood = understand(&case.raw, &Limits::default()).ok();
    let class = understood.as_ref().map_or("unparsable", |read| read.classified.class.as_str());
    let classes = strings(&case.expected["class_any"], &case.expected["class"]);
    if !classes.is_empty() {
        tally.count("class", classes.iter().any(|expected| expected == class), case);
    }
    if classes == ["human"] {
        let taken = ["bounce", "auto_reply"].contains(&class);
        tally.count("human, not called a machine", !taken, case);
    }
    if let Some(subject) = case.expected["subject"].as_str() {
        let read = understood.as_ref().map_or("", |read| read.mail.subject.as_str());
        tally.count("subject", folded(read) == folded(subject), case);
    }
    if case.expected.get("new_text").is_some() {
        new_text(case, understood.as_ref(), tally);
    }
    if let Some(recipients) = case.expected["recipients"].as_array() {
        bounce(case, recipients, understood.as_ref(), tally);
    }
}

fn new_text(case: &Case, understood: Option<&Understood>, tally: &mut Tally) {
    let read = understood.map_or("", |read| read.new_text.text.as_str());
    let mut texts = strings(&case.expected["accept"], &Value::Null);
    texts.extend(strings(&Value::Null, &case.expected["new_text"]));
    let own = |text: &String| {
        let lines = text.lines().filter(|line| !line.trim_start().starts_with('>'));
        lines.collect::<Vec<_>>().join("\n")
    };
    let right =
        texts.iter().any(|text| folded(read) == folded(text) || folded(read) == folded(&own(text)));
    tally.count("new text", right, case);
    let Some(understood) = understood else { return };
    let marks: Vec<_> = understood.mail.text.lines().filter(|line| line.starts_with('>')).collect();
    if let Some(middle) = marks.get(marks.len() / 2) {
        let quote = format!("{middle}\n> #lock");
        let text = understood.mail.text.replacen(middle, &quote, 1);
        tally.count("planted in a quote, not found", !has_lock(&text), case);
    }
    if let Some(first) = read.lines().find(|line| !line.trim().is_empty()) {
        let text = understood.mail.text.replacen(first, &format!("#lock\n\n{first}"), 1);
        tally.count("planted on top, found", has_lock(&text), case);
    }
}

fn has_lock(text: &str) -> bool {
    let new = postamt::mail::new_text(text);
    let (typed, _) = read_through(&new.blocks, new.last_block_follows_quote);
    typed.commands.iter().any(|command| command.spec.name == "lock")
}

fn bounce(case: &Case, expected: &[Value], understood: Option<&Understood>, tally: &mut Tally) {
    let read = understood.and_then(|read| read.bounce.as_ref());
    let found: Vec<_> = read.map(|bounce| bounce.recipients.iter().collect()).unwrap_or_default();
    let mut known = strings(&case.expected["optional"], &Value::Null);
    let mut whole = true;
    for one in expected {
        let names = strings(&one["any"], &one["address"]);
        let hit = found.iter().find(|recipient| names.iter().any(|n| is(n, &recipient.address)));
        tally.count("recipient", hit.is_some(), case);
        whole &= hit.is_some();
        let statuses = strings(&one["status"], &one["status"]);
        if !statuses.is_empty() {
            let status = hit.and_then(|hit| hit.status).map(|status| status.to_string());
            tally.count("status", status.is_some_and(|status| statuses.contains(&status)), case);
        }
        let actions = strings(&one["action"], &one["action"]);
        if !actions.is_empty() {
            let action = hit.map_or("", |hit| hit.action.as_str());
            tally.count("action", actions.iter().any(|expected| expected == action), case);
        }
        known.extend(names);
    }
    let no_others = found.iter().all(|one| known.iter().any(|name| is(name, &one.address)));
    tally.count("all recipients and no others", whole && no_others, case);
}

fn is(name: &str, address: &str) -> bool {
    name.eq_ignore_ascii_case(address)
}

/// The strings of a list, and one beside it.
fn strings(list: &Value, one: &Value) -> Vec<String> {
    let listed = list.as_array().into_iter().flatten();
    listed.chain([one]).filter_map(|value| value.as_str().map(str::to_owned)).collect()
}

/// White space, byte order marks and hard blanks are no difference.
fn folded(text: &str) -> String {
    let text = text.replace('\u{feff}', "").replace('\u{a0}', " ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
