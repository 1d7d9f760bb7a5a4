//! The files of a configuration: reading it, and whether what it names is there. Passwords are in `secrets`.

use std::io;
use std::path::Path;

use super::problem::{Place, Problem, Problems};
use super::secrets::{NamedFile, in_words};
use super::{Config, Source, Transport};

/// The file's text.
pub fn read(file: &Path) -> Result<String, Problems> {
    std::fs::read_to_string(file).map_err(|error| {
        let remedy = match error.kind() {
            io::ErrorKind::NotFound => {
                "name yours with --config PATH or POSTAMT_CONFIG, or write one with `postamt init`"
            }
            io::ErrorKind::PermissionDenied => "run it as the user postamt, or as root",
            io::ErrorKind::InvalidData => "save it as UTF-8",
            _ => "see that it is a file that can be read",
        };
        let what = format!("cannot read the configuration: {}", in_words(&error));
        Problems::from(Problem::error(Place::in_file(file, ""), what, remedy))
    })
}

/// Everything that is named and not there, or not what it should be.
pub fn check(config: &Config) -> Vec<Problem> {
    let mut problems = Vec::new();
    for mailbox in &config.mailboxes {
        match &mailbox.source {
            Source::Imap(imap) => {
                problems.extend(imap.login.password.check());
                problems.extend(imap.ca_file.as_ref().and_then(certificates));
            }
            Source::Maildir(path) => problems.extend(maildir(path, &mailbox.name, &mailbox.place)),
        }
    }
    match &config.smtp {
        Transport::Smtp(relay) | Transport::Lmtp(relay) => {
            problems.extend(relay.login.as_ref().and_then(|login| login.password.check()));
            problems.extend(relay.ca_file.as_ref().and_then(certificates));
        }
        Transport::Sendmail(program) if !program.is_file() => {
            let what = format!("there is no program {}", program.display());
            let place = Place::in_file(&config.file, "[smtp] url");
            problems.push(Problem::error(
                place,
                what,
                "write url = \"sendmail:/path/to/sendmail\"",
            ));
        }
        // A Maildir to write to is made when the first mail goes there.
        Transport::Sendmail(_) | Transport::Maildir(_) => {}
    }
    let folder = config.store.folder();
    if !folder.is_dir() {
        let what = format!("there is no folder {} for the database", folder.display());
        let remedy = format!("make it: install -d -m 700 -o postamt {}", folder.display());
        problems.push(Problem::error(Place::in_file(&config.file, "[store] path"), what, remedy));
    }
    problems
}

/// RFC 7468: the certificates of a private authority as text.
fn certificates(file: &NamedFile) -> Option<Problem> {
    let name = file.path.display();
    let problem =
        |what: String, remedy: &str| Some(Problem::error(file.place.clone(), what, remedy));
    match std::fs::read_to_string(&file.path) {
        Ok(text) if text.contains("-----BEGIN CERTIFICATE-----") => None,
        Ok(_) => problem(
            format!("{name} holds no certificate"),
            "write it in PEM: it begins with -----BEGIN CERTIFICATE-----",
        ),
        Err(error) => problem(
            format!("cannot read {name}: {}", in_words(&error)),
            "see that the file is there and can be read by postamt",
        ),
    }
}

fn maildir(path: &Path, mailbox: &str, place: &Place) -> Option<Problem> {
    let is_maildir = ["cur", "new"].iter().all(|folder| path.join(folder).is_dir());
    (!is_maildir).then(|| {
        let what = format!("mailbox {mailbox:?}: {} is no Maildir", path.display());
        let remedy = format!("mkdir -p {0}/cur {0}/new {0}/tmp, or name the folder that your mail server delivers to", path.display());
        Problem::error(place.clone(), what, remedy)
    })
}
