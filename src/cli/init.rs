//! `postamt init [DIR]`: writes a commented postamt.toml and the folders it names, and says what comes next. Never overwrites anything.
//!
//! In /etc/postamt it lays out an installation of the system; anywhere else everything stays inside the one folder.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use super::{DEFAULT_CONFIG, Failure, Status, say};
use crate::config::secrets::in_words;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder for it [default: that of --config]
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

/// Every setting, with its default or an example. A test reads it back.
static EXAMPLE: &str = include_str!("init.toml");

/// What goes where.
struct Layout {
    file: PathBuf,
    /// As the file writes them.
    store: &'static str,
    templates: &'static str,
}

pub fn run(args: &Args, config: &Path) -> Result<(), Failure> {
    let file = args
        .folder
        .as_ref()
        .map_or_else(|| config.to_owned(), |folder| folder.join("postamt.toml"));
    let layout = Layout::of(file);
    let folder = layout.file.parent().unwrap_or(Path::new("."));
    make_folder(folder, 0o755)?;
    write_new(&layout)?;
    let store = folder.join(layout.store);
    make_folder(store.parent().unwrap_or(folder), 0o700)?;
    make_folder(&folder.join(layout.templates), 0o755)?;
    say(&next_steps(&layout))
}

impl Layout {
    fn of(file: PathBuf) -> Self {
        if file == Path::new(DEFAULT_CONFIG) {
            Self { file, store: "/var/lib/postamt/postamt.db", templates: "/etc/postamt/templates" }
        } else {
            Self { file, store: "data/postamt.db", templates: "templates" }
        }
    }

    fn text(&self) -> String {
        EXAMPLE.replace("{store}", self.store).replace("{templates}", self.templates)
    }
}

fn write_new(layout: &Layout) -> Result<(), Failure> {
    let name = layout.file.display();
    let mut file =
        OpenOptions::new().write(true).create_new(true).open(&layout.file).map_err(|error| {
            if error.kind() == ErrorKind::AlreadyExists {
                Failure::new(
                    Status::CannotCreate,
                    format!("{name} is there already, and stays as it is"),
                )
                .with_remedy("name another folder: postamt init DIR")
            } else {
                cannot_make(&layout.file, &error)
            }
        })?;
    let written = file.write_all(layout.text().as_bytes()).and_then(|()| file.sync_all());
    written.map_err(|error| cannot_make(&layout.file, &error))
}

/// With all folders above it. One that is there already keeps its mode.
fn make_folder(folder: &Path, mode: u32) -> Result<(), Failure> {
    DirBuilder::new()
        .recursive(true)
        .mode(mode)
        .create(folder)
        .map_err(|error| cannot_make(folder, &error))
}

fn cannot_make(path: &Path, error: &std::io::Error) -> Failure {
    let failure = Failure::new(
        Status::CannotCreate,
        format!("cannot make {}: {}", path.display(), in_words(error)),
    );
    match error.kind() {
        ErrorKind::PermissionDenied => {
            failure.with_remedy("run it as root, or name a folder of your own: postamt init DIR")
        }
        _ => failure.with_remedy("name another folder: postamt init DIR"),
    }
}

fn next_steps(layout: &Layout) -> String {
    let file = layout.file.display();
    let password = layout.file.with_file_name("antrag.password");
    let password = password.display();
    let is_system = layout.file == Path::new(DEFAULT_CONFIG);
    let option = if is_system { String::new() } else { format!("--config {file} ") };
    let sudo = if is_system { "sudo -u postamt " } else { "" };
    let run = |command: &str| format!("{sudo}postamt {option}{command}");
    let lay_down = format!("install -m 600 /dev/null {password}; then edit that");
    let mut steps = vec![
        ("Edit it", "at least the addresses, the mailbox and the queue".to_owned()),
        ("Lay down the mailbox's password", lay_down),
    ];
    if is_system {
        let user = "useradd --system --home-dir /var/lib/postamt --shell /usr/sbin/nologin postamt";
        steps.push(("Make the user it runs as", user.to_owned()));
        let own = format!("chown postamt /var/lib/postamt {password}");
        steps.push(("Give that user its files", own));
    }
    let start = if is_system { "systemctl enable --now postamt".to_owned() } else { run("run") };
    steps.push(("See what is missing", run("check")));
    steps.push(("Start it", start));
    let add = "agent add anna --address anna@example.org --queue antrag";
    steps.push(("Let somebody work", run(add)));
    let each = |(n, (what, how))| format!("{}. {what}:\n     {how}\n", n + 1);
    format!(
        "{file} is written. Next:\n\n{}",
        steps.into_iter().enumerate().map(each).collect::<String>()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn uncommented(text: &str) -> String {
        let setting = |line: &str| {
            line.strip_prefix('#')
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase() || c == '['))
        };
        let each =
            |line: &str| if setting(line) { line.replacen('#', "", 1) } else { line.to_owned() };
        text.lines().map(|line| each(line) + "\n").collect()
    }

    #[test]
    fn the_written_file_is_valid_as_it_stands_and_with_every_comment_taken_away() {
        let folder = tempfile::tempdir().unwrap();
        let args = Args { folder: Some(folder.path().join("new")) };
        run(&args, Path::new(DEFAULT_CONFIG)).unwrap();
        let file = folder.path().join("new/postamt.toml");
        let config = Config::load(&file).unwrap();
        assert_eq!(config.store.path, folder.path().join("new/data/postamt.db"));
        assert!(config.store.folder().is_dir() && config.site.templates.is_dir());
        assert!(config.warnings.is_empty(), "{:?}", config.warnings);

        let all = uncommented(&std::fs::read_to_string(&file).unwrap());
        let config = Config::read(&all, &file, folder.path())
            .unwrap_or_else(|problems| panic!("{problems}\n{all}"));
        assert!(config.calendar.is_some());
        assert_eq!((config.mailboxes.len(), config.rules.len()), (2, 2));
    }

    #[test]
    fn the_written_file_holds_every_setting_there_is() {
        let all = uncommented(EXAMPLE);
        let file = all.parse::<toml::Table>().unwrap();
        let held = |section: &str, key: &str| {
            let path = section.trim_matches(['[', ']']).split('.').filter(|part| !part.is_empty());
            let mut tables = vec![&file];
            for part in path {
                tables = tables
                    .into_iter()
                    .flat_map(|table| match table.get(part) {
                        Some(toml::Value::Array(list)) => {
                            list.iter().filter_map(toml::Value::as_table).collect()
                        }
                        Some(toml::Value::Table(table)) => vec![table],
                        _ => vec![],
                    })
                    .collect();
            }
            tables.iter().any(|table| table.contains_key(key))
        };
        for setting in crate::config::settings(&all) {
            let (section, key) = setting.split_once(' ').unwrap_or(("", &setting));
            assert!(held(section, key), "{setting}");
        }
    }

    #[test]
    fn nothing_is_ever_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("postamt.toml");
        std::fs::write(&file, "mine").unwrap();
        let failure =
            run(&Args { folder: Some(folder.path().to_owned()) }, Path::new(DEFAULT_CONFIG))
                .unwrap_err();
        assert_eq!(failure.status, Status::CannotCreate);
        assert!(failure.message.contains("is there already"), "{failure}");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
