//! What README.md and ARCHITECTURE.md say of the source is so: the table of commands, the files, the names of tests.
//!
//! `UPDATE=1 cargo test --test manual` writes the table of commands anew.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::path::{Path, PathBuf};

use postamt::desk::command::{COMMANDS, LockRule, Ready, Spec, Who};
use postamt::desk::people::Language;

const BEGIN: &str = "<!-- commands: written by `UPDATE=1 cargo test --test manual` -->\n";
const END: &str = "<!-- end of commands -->\n";

#[test]
fn the_readme_lists_the_commands_as_the_table_has_them() {
    let readme = std::fs::read_to_string("README.md").unwrap();
    let (before, rest) = readme.split_once(BEGIN).unwrap();
    let (listed, after) = rest.split_once(END).unwrap();
    let commands = commands();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write("README.md", format!("{before}{BEGIN}{commands}{END}{after}")).unwrap();
    } else {
        assert_eq!(listed, commands, "UPDATE=1 cargo test --test manual writes it anew");
    }
}

fn commands() -> String {
    let mut text = "| command | German | does | lock |\n|---|---|---|---|\n".to_owned();
    let agents = |spec: &&Spec| spec.ready == Ready::Now && spec.who != Who::Customer;
    for spec in COMMANDS.iter().filter(agents) {
        let lock = match spec.lock {
            LockRule::Ignores => "-",
            LockRule::Takes => "takes",
            LockRule::NeedsOwn => "own",
            LockRule::OwnOrFree => "own or free",
        };
        let cells = [cell(&spec.usage(Language::En)), cell(&format!("#{}", spec.de))];
        text += &format!("| {} | {} | {lock} |\n", cells.join(" | "), spec.help.en);
    }
    text += "\nCustomers have these:\n\n| command | German | does |\n|---|---|---|\n";
    for spec in COMMANDS.iter().filter(|spec| spec.who == Who::Customer) {
        let cells = [cell(&spec.usage(Language::En)), cell(&format!("#{}", spec.de))];
        text += &format!("| {} | {} |\n", cells.join(" | "), spec.help.en);
    }
    let later = COMMANDS.iter().filter(|spec| spec.ready != Ready::Now);
    let later: Vec<_> = later.map(|spec| format!("`#{}` (`#{}`)", spec.name, spec.de)).collect();
    text + "\nLater; until then the answer says what to do instead: " + &later.join(", ") + ".\n"
}

/// Code in a cell: a bar would end the cell.
fn cell(code: &str) -> String {
    format!("`{}`", code.replace('|', "\\|"))
}

#[test]
fn every_file_that_the_map_names_is_there() {
    let names = named("ARCHITECTURE.md");
    let files = names.iter().filter(|name| {
        let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
        !stem.is_empty() && matches!(ending, "rs" | "md" | "sql" | "toml" | "service" | "html")
            || name.contains('/') && name.starts_with(|c: char| c.is_ascii_alphabetic())
    });
    let (there, absent): (Vec<_>, Vec<_>) = files.partition(|name| {
        let name = name.split('*').next().unwrap_or_default();
        [".", "src", "tests"].iter().any(|folder| Path::new(folder).join(name).exists())
    });
    assert!(there.len() > 20, "{there:?}");
    assert!(absent.is_empty(), "ARCHITECTURE.md names what is not there: {absent:?}");
}

#[test]
fn every_test_that_the_map_names_is_there() {
    let source: String = files(&["src", "tests"]).iter().map(read).collect();
    let names = named("ARCHITECTURE.md");
    // A test's name is a sentence: nothing else has so many words.
    let tests = names.iter().filter(|name| {
        name.matches('_').count() >= 4
            && name.chars().all(|c| c == '_' || c.is_ascii_alphanumeric())
    });
    let (there, absent): (Vec<_>, Vec<_>) =
        tests.partition(|name| source.contains(&format!("fn {name}(")));
    assert!(there.len() > 10, "{there:?}");
    assert!(absent.is_empty(), "ARCHITECTURE.md names tests that are not there: {absent:?}");
}

#[test]
fn every_dependency_has_its_reason() {
    let cargo: toml::Table = std::fs::read_to_string("Cargo.toml").unwrap().parse().unwrap();
    let names = named("ARCHITECTURE.md");
    let tables = ["dependencies", "dev-dependencies"].map(|key| cargo[key].as_table().unwrap());
    let all = tables.into_iter().flat_map(|table| table.keys());
    let silent: Vec<_> = all.filter(|name| !names.contains(name)).collect();
    assert!(silent.is_empty(), "ARCHITECTURE.md gives no reason for {silent:?}");
}

/// What stands in backticks in a document, indented blocks apart.
fn named(document: &str) -> Vec<String> {
    let text = std::fs::read_to_string(document).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with("    "));
    let text: Vec<&str> = lines.collect();
    text.join("\n").split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn files(folders: &[&str]) -> Vec<PathBuf> {
    let mut waiting: Vec<PathBuf> = folders.iter().map(PathBuf::from).collect();
    let mut files = Vec::new();
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files
}

fn read(path: &PathBuf) -> String {
    std::fs::read_to_string(path).unwrap()
}
