//! Who may import whom, read from the source itself: each room uses only rooms below it, and `mail` and `desk` are pure.
//!
//! ARCHITECTURE.md shows the same lines. A room that is new here needs its place in `LINES`, and its reason there.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests"
)]

use std::path::Path;

/// From the bottom up. A room uses what stands on the lines below its own; rooms of one line do not know each other.
const LINES: &[&[&str]] = &[
    &["mail"],
    &["desk"],
    &["clock", "config", "log", "random"],
    &["store"],
    &["accounts", "authority", "letters"],
    &["intake", "outbox"],
    &["office"],
    &["daemon", "demo"],
    &["cli"],
    &["main"],
];

/// No clock, no I/O, no randomness: equal arguments, equal answers.
const PURE: &[&str] = &["mail", "desk"];
const IMPURE_PARTS_OF_STD: &[&str] = &["fs", "net", "env", "process", "thread"];
const IMPURE_PACKAGES: &[&str] =
    &["tokio", "rusqlite", "tracing", "rand", "lettre", "async_imap", "rustls"];
const IMPURE_NAMES: &[&str] = &["SystemTime", "Instant"];
const IMPURE_MACROS: &[&str] = &["print", "println", "eprint", "eprintln", "dbg"];

/// A file that is longer, without its tests, is two.
const MOST_LINES: usize = 600;

struct Source {
    /// Below `src/`.
    path: String,
    text: String,
}

#[test]
fn every_import_points_to_a_room_below() {
    let wrong = all_wrong(&sources(), wrong_arrows);
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn mail_and_desk_know_no_clock_no_files_and_no_dice() {
    let wrong = all_wrong(&sources(), impurities);
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn no_file_is_too_long_to_be_read() {
    let lines = |source: &Source| {
        let code = source.text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        code.lines().count()
    };
    let sources = sources();
    let long = sources.iter().filter(|s| !is_test(&s.modules()) && lines(s) > MOST_LINES);
    let long: Vec<_> = long.map(|s| format!("src/{}: {} lines", s.path, lines(s))).collect();
    assert!(long.is_empty(), "longer than {MOST_LINES} lines without its tests: {long:?}");
}

#[test]
fn every_file_opens_with_what_it_decides() {
    let sources = sources();
    let silent = sources.iter().filter(|source| !source.text.starts_with("//! "));
    let silent: Vec<_> = silent.map(|source| &source.path).collect();
    assert!(silent.is_empty(), "without `//!` on top: {silent:?}");
}

#[test]
fn the_map_shows_the_lines_that_are_checked_here() {
    let map = std::fs::read_to_string("ARCHITECTURE.md").unwrap();
    let lines = LINES.iter().rev().map(|line| format!("    {}\n", line.join(", ")));
    let lines: String = lines.collect();
    assert!(map.contains(&lines), "ARCHITECTURE.md does not show this:\n{lines}");
}

#[test]
fn a_wrong_arrow_is_found_however_it_is_written() {
    for (path, text) in [
        ("store/tickets.rs", "use crate::office::Office;"),
        ("store/tickets.rs", "use crate::{clock, mail::Mail, office::{Office as Bureau}};"),
        ("store/tickets.rs", "pub use self::super::super::letters::Letters;"),
        ("store/mod.rs", "fn turn() { let office = <crate::office::Office>::default(); }"),
        ("store/mod.rs", "mod tests { use super::super::outbox::order; }"),
        ("store/mod.rs", "fn a() { let open = '{'; } mod b { use super::super::outbox; }"),
        ("accounts/mod.rs", "use crate::authority::Token;"),
        ("office.rs", "use crate::daemon::House;"),
        ("office/clerk.rs", "use super::super::daemon;"),
        ("mail/parse.rs", "/* /* old */ */ use crate::desk::Ticket;"),
        ("clock.rs", "use super::store::Store;"),
        ("clock.rs", "fn now() { crate::cellar::wine() }"),
        ("main.rs", "use postamt::cellar::Wine;"),
    ] {
        let source = Source { path: path.into(), text: text.into() };
        assert_eq!(wrong_arrows(&source).len(), 1, "{path}: {text}");
    }
}

#[test]
fn what_only_looks_like_an_arrow_is_none() {
    for (path, text) in [
        ("store/mod.rs", "// use crate::office::Office;\nuse crate::mail::Mail;"),
        ("store/mod.rs", "pub(crate) fn own(x: crate::store::Tx<'_>) {}"),
        (
            "store/mod.rs",
            r##"const A: &str = r#"crate::office::"x"#; const B: &str = "\"crate::office::";"##,
        ),
        ("store/mod.rs", "mod tests { use super::*; mod deep { use super::super::Tx; } }"),
        ("office.rs", "use crate::intake::{Disposal, SourceKey}; use crate::outbox::order;"),
        ("daemon/turn.rs", "use super::{House, super::clock}; use crate::{log, office};"),
        ("main.rs", "fn main() { postamt::cli::run() }"),
    ] {
        let source = Source { path: path.into(), text: text.into() };
        assert_eq!(wrong_arrows(&source), Vec::<String>::new(), "{path}: {text}");
    }
}

#[test]
fn a_look_at_the_world_is_found_however_it_is_written() {
    for text in [
        "use std::fs;",
        "use std::{collections::BTreeMap, fs::File};",
        "fn now() { std::time::SystemTime::now(); }",
        "use std::time::{Duration, Instant as Moment};",
        "fn home() -> Option<String> { std::env::var(\"HOME\").ok() }",
        "async fn wait() { tokio::task::yield_now().await }",
        "fn say() { println!(\"hello\") }",
    ] {
        let source = |path: &str| Source { path: path.into(), text: text.into() };
        assert_eq!(impurities(&source("desk/ticket.rs")).len(), 1, "{text}");
        assert_eq!(impurities(&source("desk/ticket/tests.rs")).len(), 0, "tests may: {text}");
        assert_eq!(impurities(&source("store/mod.rs")).len(), 0, "{text}");
    }
}

fn all_wrong(sources: &[Source], of: impl Fn(&Source) -> Vec<String>) -> Vec<String> {
    assert!(sources.len() > 100, "the source was not found");
    sources.iter().flat_map(of).collect()
}

/// A line for each import of a room that does not stand below.
fn wrong_arrows(source: &Source) -> Vec<String> {
    let modules = source.modules();
    let Some(from) = modules.first().filter(|room| *room != "lib") else { return Vec::new() };
    let place = |room: &str| LINES.iter().position(|line| line.contains(&room));
    let mut wrong = Vec::new();
    for path in paths(&source.text, &modules) {
        let Some(to) = path.room.as_ref().filter(|to| *to != from) else { continue };
        let at = format!("src/{}:{}: {from} -> {to}", source.path, path.line);
        match (place(from), place(to)) {
            (Some(above), Some(below)) if below < above => {}
            (Some(_), Some(_)) => wrong.push(format!("{at}: is not below it")),
            _ => wrong.push(format!("{at}: one of them stands on no line")),
        }
    }
    wrong
}

/// A line for each thing of the world outside that a pure room names, tests apart.
fn impurities(source: &Source) -> Vec<String> {
    let modules = source.modules();
    if !modules.first().is_some_and(|room| PURE.contains(&room.as_str())) {
        return Vec::new();
    }
    let is_impure = |path: &PathUsed| match path.names.as_slice() {
        [only] => path.is_macro && IMPURE_MACROS.contains(&only.as_str()),
        [first, second, ..] => {
            (first == "std" && IMPURE_PARTS_OF_STD.contains(&second.as_str()))
                || IMPURE_PACKAGES.contains(&first.as_str())
                || path.names.iter().any(|name| IMPURE_NAMES.contains(&name.as_str()))
        }
        [] => false,
    };
    let used = paths(&source.text, &modules);
    let used = used.iter().filter(|path| !path.is_test && is_impure(path));
    used.map(|path| format!("src/{}:{}: {}", source.path, path.line, path.names.join("::")))
        .collect()
}

impl Source {
    /// `office/clerk.rs` is `office::clerk`, `store/mod.rs` is `store`.
    fn modules(&self) -> Vec<String> {
        let path = self.path.trim_end_matches(".rs");
        let path = path.strip_suffix("/mod").unwrap_or(path);
        path.split('/').map(str::to_owned).collect()
    }
}

fn is_test(modules: &[String]) -> bool {
    modules.iter().any(|module| module == "tests")
}

/// A path as it is used: in a `use`, in a type, in an expression.
struct PathUsed {
    names: Vec<String>,
    /// The room it leads to, where it leads to one of ours.
    room: Option<String>,
    line: usize,
    is_test: bool,
    is_macro: bool,
}

/// All paths of a file, those in braces one by one.
fn paths(text: &str, file: &[String]) -> Vec<PathUsed> {
    let words = words(text);
    let word = |at: usize| words.get(at).map_or("", |(word, _)| *word);
    let mut found = Vec::new();
    // The modules that are open in the file; other braces count as modules without a name.
    let mut open: Vec<Option<String>> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        match word(at) {
            "{" => {
                let is_module = at > 1 && word(at - 2) == "mod";
                open.push(is_module.then(|| word(at - 1).to_owned()));
            }
            "}" => drop(open.pop()),
            first if is_name(first) && (at == 0 || !matches!(word(at - 1), "::" | ".")) => {
                let line = words[at].1;
                let mut leaves = Vec::new();
                at = tree(&words, at, &[], &mut leaves);
                let modules: Vec<String> =
                    file.iter().chain(open.iter().flatten()).cloned().collect();
                let is_macro = word(at) == "!";
                found.extend(leaves.into_iter().map(|names| PathUsed {
                    room: room(&names, &modules),
                    names,
                    line,
                    is_test: is_test(&modules),
                    is_macro,
                }));
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// Follows `a::b::{c, d::e}` from its first name; adds each path it holds and says where it ends.
fn tree(
    words: &[(&str, usize)],
    mut at: usize,
    above: &[String],
    leaves: &mut Vec<Vec<String>>,
) -> usize {
    let word = |at: usize| words.get(at).map_or("", |(word, _)| *word);
    let mut names = above.to_vec();
    loop {
        match word(at) {
            "{" => {
                at += 1;
                while !matches!(word(at), "}" | "") {
                    at = tree(words, at, &names, leaves);
                    while !matches!(word(at), "," | "}" | "") {
                        at += 1; // `as` and the other name
                    }
                    at += usize::from(word(at) == ",");
                }
                return at + 1;
            }
            name if is_name(name) || name == "*" => names.push(name.to_owned()),
            _ => break,
        }
        at += 1;
        if word(at) != "::" {
            break;
        }
        at += 1;
    }
    leaves.push(names);
    at
}

/// The room a path leads to from within these modules; none for a path out of the package, or one that stays in its file.
fn room(names: &[String], modules: &[String]) -> Option<String> {
    let mut here = modules.to_vec();
    let mut names = names.iter().peekable();
    match names.peek()?.as_str() {
        "crate" => {
            names.next();
            here.clear();
        }
        "postamt" if modules == ["main"] => {
            names.next();
            here.clear();
        }
        "self" | "super" => {}
        _ => return None,
    }
    while let Some(name) = names.next_if(|name| matches!(name.as_str(), "self" | "super")) {
        if name == "super" {
            here.pop();
        }
    }
    here.extend(names.cloned());
    here.into_iter().next()
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// The words of Rust source with their lines: names, `::`, single signs. Comments, strings and characters are none.
fn words(text: &str) -> Vec<(&str, usize)> {
    let bytes = text.as_bytes();
    let mut words = Vec::new();
    let (mut at, mut line, mut counted) = (0, 1, 0);
    while at < bytes.len() {
        line += bytes[counted..at].iter().filter(|b| **b == b'\n').count();
        counted = at;
        let rest = &text[at..];
        if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("/*") {
            at += comment(rest);
        } else if let Some(length) = string(rest).or_else(|| character(rest)) {
            at += length;
        } else if rest.starts_with("::") {
            words.push((&rest[..2], line));
            at += 2;
        } else {
            let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_'));
            let length = end.unwrap_or(rest.len());
            let length = if length > 0 { length } else { rest.chars().next().unwrap().len_utf8() };
            if !rest.starts_with(char::is_whitespace) {
                words.push((&rest[..length], line));
            }
            at += length;
        }
    }
    words
}

/// How long a comment is, with those inside it.
fn comment(rest: &str) -> usize {
    let (mut at, mut depth) = (0, 0_usize);
    while at < rest.len() {
        if rest.as_bytes()[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if rest.as_bytes()[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                break;
            }
        } else {
            at += 1;
        }
    }
    at
}

/// How long the string is that begins here: `"…"`, `b"…"`, `c"…"`, raw ones.
fn string(rest: &str) -> Option<usize> {
    let prefix = rest.find(|c| !matches!(c, 'b' | 'c' | 'r'))?;
    let raw = rest[..prefix].ends_with('r');
    let body = &rest[prefix..];
    let hashes = body.find(|c| c != '#')?;
    if !body[hashes..].starts_with('"') || (hashes > 0 && !raw) {
        return None;
    }
    let start = prefix + hashes + 1;
    if raw {
        let end = format!("\"{}", "#".repeat(hashes));
        return Some(start + rest[start..].find(&end)? + end.len());
    }
    let mut escaped = false;
    let end = rest[start..].find(|c| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    })?;
    Some(start + end + 1)
}

/// How long the character is that begins here: `'x'`, `b'\n'`. A lifetime is none.
fn character(rest: &str) -> Option<usize> {
    let start = usize::from(rest.starts_with("b'"));
    let inner = rest[start..].strip_prefix('\'')?;
    let first = inner.chars().next()?;
    if first == '\\' {
        // The sign after the backslash may itself be a quote.
        return Some(start + 3 + inner[2..].find('\'')? + 1);
    }
    inner[first.len_utf8()..].starts_with('\'').then(|| start + first.len_utf8() + 2)
}

fn sources() -> Vec<Source> {
    fn read(folder: &Path, sources: &mut Vec<Source>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                read(&path, sources);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let path = path.strip_prefix("src").unwrap().to_str().unwrap().to_owned();
                sources.push(Source { path, text });
            }
        }
    }
    let mut sources = Vec::new();
    read(Path::new("src"), &mut sources);
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources
}
