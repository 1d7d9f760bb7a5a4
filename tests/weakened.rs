//! Whether the stories under `tests/attacks` can fail: each defence they try is switched off once, and then each of them must.
//!
//! The ordinary run checks the tables alone. Trying them all takes long:
//!
//!     cargo test --test weakened -- --ignored --nocapture        DEFENCE=words: only those whose threat has these words
//!
//! All can be switched off in one build (`weakened/weave.rs`), but for the few that stand in no function: these have their own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    reason = "tests"
)]

#[path = "weakened/weave.rs"]
mod weave;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde::Deserialize;

/// Rows tried at the same time, each with mail servers of its own.
const AT_ONCE: usize = 4;

/// A row of the threat model.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Defence {
    threat: String,
    holds: String,
    /// Functions of the file beside the table.
    attacks: Vec<String>,
    /// Where the defence stands, and what stands there when it is switched off.
    file: String,
    find: String,
    put: String,
    /// Where it stands once more: switched off with it.
    #[serde(default)]
    also: Vec<Edit>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    file: String,
    find: String,
    put: String,
}

impl Defence {
    /// File, what stands there, and what takes its place.
    fn edits(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        let first = (self.file.as_str(), self.find.trim(), self.put.trim());
        let more = self.also.iter().map(|e| (e.file.as_str(), e.find.trim(), e.put.trim()));
        std::iter::once(first).chain(more)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    defence: Vec<Defence>,
}

/// The tables, by the name of the file they belong to.
fn tables() -> Vec<(String, Table)> {
    let mut tables: Vec<(String, Table)> = fs::read_dir("tests/attacks")
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            let table = toml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            (path.file_stem().unwrap().to_string_lossy().into_owned(), table)
        })
        .collect();
    tables.sort_by(|a, b| a.0.cmp(&b.0));
    tables
}

/// The rows of all, with the name of their table.
fn all<'a>(tables: &'a [(String, Table)], only: &str) -> Vec<(&'a str, &'a Defence)> {
    tables
        .iter()
        .flat_map(|(name, table)| table.defence.iter().map(|d| (name.as_str(), d)))
        .filter(|(_, defence)| defence.threat.contains(only))
        .collect()
}

/// The names of the tests in a file.
fn tests_in(path: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(path).unwrap();
    let after_mark = text.split("#[test]").skip(1);
    after_mark
        .map(|rest| rest.split("fn ").nth(1).unwrap().split('(').next().unwrap().to_owned())
        .collect()
}

#[test]
fn every_attack_has_a_defence_that_stands_in_the_source() {
    let mut wrong = Vec::new();
    let mut tabled = BTreeSet::new();
    for (name, table) in tables() {
        let stories = PathBuf::from(format!("tests/attacks/{name}.rs"));
        let tests = tests_in(&stories);
        let named: BTreeSet<String> =
            table.defence.iter().flat_map(|defence| defence.attacks.clone()).collect();
        for missing in named.difference(&tests) {
            wrong.push(format!("{name}.toml: there is no story {missing}"));
        }
        for missing in tests.difference(&named) {
            wrong.push(format!("{name}.toml: no defence for {missing}"));
        }
        for defence in &table.defence {
            for (file, find, _) in defence.edits() {
                let times = fs::read_to_string(file).unwrap_or_default().matches(find).count();
                if times != 1 {
                    wrong.push(format!("{name}.toml: {find:?} is {times} times in {file}"));
                }
            }
            if defence.attacks.is_empty() || defence.holds.is_empty() {
                wrong.push(format!("{name}.toml: {:?} is incomplete", defence.threat));
            }
        }
        tabled.insert(name);
    }
    for entry in fs::read_dir("tests/attacks").unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if path.extension().is_some_and(|e| e == "rs") && name != "main" && !tabled.contains(&name)
        {
            wrong.push(format!("{name}.rs has no table"));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn every_weakened_form_is_code() {
    let tree = PathBuf::from("target/weakened/checked");
    let tables = tables();
    copy_woven(&tree, &all(&tables, ""));
    // Beside what this was built from: what we stand on is not built once more.
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    let output = Command::new(env!("CARGO"))
        .args(["check", "--locked", "--quiet", "--lib"])
        .current_dir(&tree)
        .env("CARGO_TARGET_DIR", fs::canonicalize(target).unwrap())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}

#[test]
#[ignore = "tries every defence; tests/run --long does it"]
fn every_attack_succeeds_once_its_defence_is_switched_off() {
    let only = std::env::var("DEFENCE").unwrap_or_default();
    let tables = tables();
    let rows = all(&tables, &only);
    let tree = PathBuf::from("target/weakened/tree");

    let alone = copy_woven(&tree, &rows);
    let attacks = build(&tree);
    // With nothing switched off all hold: what fails below fails for want of its defence.
    let printed = run(&attacks, &tree, None, &[]);
    assert!(printed.contains("test result: ok"), "with every defence on:\n{}", tail(&printed));
    let woven: Vec<usize> = (0..rows.len()).filter(|number| !alone.contains(number)).collect();
    let next = AtomicUsize::new(0);
    // A story that fails waits for what does not come, most of the time: several of them at once.
    let mut held: Vec<String> = thread::scope(|scope| {
        let work = || {
            let taken = || woven.get(next.fetch_add(1, Ordering::Relaxed)).copied();
            let tried = std::iter::from_fn(taken).flat_map(|number| {
                still_held(&rows[number], |names| run(&attacks, &tree, Some(number), names))
            });
            tried.collect::<Vec<String>>()
        };
        let workers: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    for number in alone {
        let (name, defence) = rows[number];
        copy_sources(&tree);
        for (file, find, put) in defence.edits() {
            let file = tree.join(file);
            let source = fs::read_to_string(&file).unwrap();
            fs::write(&file, source.replacen(find, put, 1)).unwrap();
        }
        let attacks = build(&tree);
        held.extend(still_held(&(name, defence), |names| run(&attacks, &tree, None, names)));
    }
    assert!(
        held.is_empty(),
        "these fail without their defence, too, or did not run:\n{}",
        held.join("\n")
    );
}

/// The attacks of a row that did not succeed, with what they printed.
fn still_held(
    (name, defence): &(&str, &Defence),
    run: impl Fn(&[String]) -> String,
) -> Vec<String> {
    let attacks: Vec<String> =
        defence.attacks.iter().map(|attack| format!("{name}::{attack}")).collect();
    let printed = run(&attacks);
    let mut held = Vec::new();
    for attack in &attacks {
        let failed = printed.contains(&format!("test {attack} ... FAILED"));
        println!("{} {attack}", if failed { "succeeds" } else { "STILL HELD" });
        if !failed {
            held.push(format!("{attack}\n{}", tail(&printed)));
        }
    }
    held
}

/// What stands above the rows in the manual's page, which is written by hand.
const MARK: &str =
    "<!-- From here on the rows of tests/attacks/*.toml: UPDATE=1 cargo test --test weakened -->\n";

#[test]
fn the_page_about_security_has_every_threat() {
    let page = fs::read_to_string("SECURITY.md").unwrap();
    let (above, _) = page.split_once(MARK).expect("the mark stands in SECURITY.md");
    let mut wanted = format!("{above}{MARK}");
    for (name, table) in tables() {
        let source = fs::read_to_string(format!("tests/attacks/{name}.rs")).unwrap();
        let title = source.lines().next().unwrap_or_default().trim_start_matches("//! ");
        wanted += &format!(
            "\n## {}\n\n| what somebody tries | what holds | attacks |\n|---|---|---|\n",
            title.trim_end_matches('.')
        );
        for defence in &table.defence {
            let attacks: Vec<String> = defence.attacks.iter().map(|a| format!("`{a}`")).collect();
            let cell = |text: &str| text.replace('|', "\\|").replace('\n', " ");
            wanted += &format!(
                "| {} | {} | {} |\n",
                cell(&defence.threat),
                cell(&defence.holds),
                attacks.join(", ")
            );
        }
    }
    if std::env::var("UPDATE").is_ok() {
        fs::write("SECURITY.md", &wanted).unwrap();
    } else {
        assert!(
            page == wanted,
            "SECURITY.md is not up to date: UPDATE=1 cargo test --test weakened"
        );
    }
}

/// The program with all attacks in it.
fn build(tree: &Path) -> PathBuf {
    let output = Command::new(env!("CARGO"))
        .args([
            "test",
            "--locked",
            "--no-run",
            "--message-format=json-render-diagnostics",
            "--test",
            "attacks",
        ])
        .current_dir(tree)
        .env("CARGO_TARGET_DIR", fs::canonicalize("target/weakened").unwrap().join("target"))
        .env("RUSTFLAGS", "-Awarnings")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}", tail(&said));
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|message| message["target"]["name"] == "attacks")
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .expect("the build made the attacks")
}

/// Some of the attacks, or all, with a row switched off, or none.
fn run(attacks: &Path, tree: &Path, off: Option<usize>, names: &[String]) -> String {
    let off = off.map(|number| (weave::VARIABLE, number.to_string()));
    let output = Command::new(attacks)
        .arg("--exact")
        .args(names)
        .current_dir(tree)
        .envs(off)
        .output()
        .unwrap();
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

fn tail(printed: &str) -> String {
    let lines: Vec<&str> = printed.lines().collect();
    lines[lines.len().saturating_sub(30)..].join("\n")
}

/// The sources with a switch for each row; the rows for which there can be none.
fn copy_woven(tree: &Path, rows: &[(&str, &Defence)]) -> Vec<usize> {
    let mut files: BTreeMap<&str, Vec<weave::Row<'_>>> = BTreeMap::new();
    for (number, (_, defence)) in rows.iter().enumerate() {
        for (file, find, put) in defence.edits() {
            files.entry(file).or_default().push(weave::Row { number, find, put });
        }
    }
    let mut alone = Vec::new();
    let mut changed: Vec<(PathBuf, String)> = files
        .into_iter()
        .map(|(file, rows)| {
            let (woven, left) = weave::weave(&fs::read_to_string(file).unwrap(), &rows);
            alone.extend(left);
            (PathBuf::from(file), woven)
        })
        .collect();
    let library = PathBuf::from("src/lib.rs");
    changed.push((library.clone(), fs::read_to_string(&library).unwrap() + weave::SWITCH));
    copy_all(tree, &changed);
    alone.sort_unstable();
    alone.dedup();
    alone
}

/// All that is needed to build; a file that is unchanged is not touched, so that little is built anew.
fn copy_sources(tree: &Path) {
    copy_all(tree, &[]);
}

fn copy_all(tree: &Path, changed: &[(PathBuf, String)]) {
    fs::create_dir_all(tree).unwrap();
    for part in [
        "Cargo.toml",
        "Cargo.lock",
        "clippy.toml",
        "src",
        "templates",
        "tests",
        "contrib",
        "systemd",
    ] {
        copy(Path::new(part), &tree.join(part), changed);
    }
}

fn copy(from: &Path, to: &Path, changed: &[(PathBuf, String)]) {
    if from.is_dir() {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            copy(&entry.path(), &to.join(entry.file_name()), changed);
        }
        return;
    }
    let content = match changed.iter().find(|(file, _)| file == from) {
        Some((_, text)) => text.clone().into_bytes(),
        None => fs::read(from).unwrap(),
    };
    // Not `fs::copy`: it would keep the old time, and cargo would not see that the file has changed.
    if fs::read(to).ok().as_ref() != Some(&content) {
        fs::write(to, content).unwrap();
    }
}
