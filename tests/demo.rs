//! The demo is the first thing anybody runs: it tells the whole story, and leaves alone what is there already.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::Path;
use std::process::{Command, Output};

fn postamt(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_postamt"));
    command.args(args).current_dir(folder).env_remove("POSTAMT_CONFIG").output().unwrap()
}

#[test]
fn the_whole_life_of_an_application_is_played_and_told() {
    let folder = tempfile::tempdir().unwrap();
    let output = postamt(folder.path(), &["demo", "here"]);
    let story = String::from_utf8(output.stdout).unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{story}{told}");
    assert!(told.is_empty(), "{told}");
    // In this order; who waits for the same moment may come in any.
    let mut rest = story.as_str();
    for line in [
        "Lena Hoffmann fills in the form",
        "-> Jens Petersen     new-ticket",
        "New application from Lena Hoffmann",
        "#verify",
        "-> Lena Hoffmann     verification",
        "Ja, das bin ich",
        "-> Lena Hoffmann     credentials",
        "-> Anna Brandt       confirmed",
        "#close success",
        "ok        the ticket is closed with success",
        "550 5.1.1 User unknown",
        "-> Jens Petersen     bounce",
        "ok        there is no account",
        "-> Jens Petersen     release-soon",
        "-> Anna Brandt       released",
        "Everything happened: 3 applications, 1 account, ",
        "mutt -f here/mail/anna@agents.example",
    ] {
        let (_, after) = rest.split_once(line).unwrap_or_else(|| panic!("{line:?} in\n{story}"));
        rest = after;
    }
    assert!(!story.contains("Passwort"), "a password is for one pair of eyes");
    assert!(!story.contains('\x1b'), "no colours where nobody sees them");

    for left in ["postamt.toml", "data/postamt.db", "postamt.log", "mail/lena@example.net/new"] {
        assert!(folder.path().join("here").join(left).exists(), "{left}");
    }
    // What it says at the end can be done.
    for (command, shown) in [
        (&["ticket", "list", "--all"][..], "credentials_sent"),
        (&["account", "list"], "lhoffmann"),
        (&["check"], "ok"),
    ] {
        let args = [&["--config", "here/postamt.toml"], command].concat();
        let output = postamt(folder.path(), &args);
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && text.contains(shown), "{command:?}: {text}");
    }
}

#[test]
fn a_folder_with_something_in_it_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("mine"), "mine").unwrap();
    let output = postamt(folder.path(), &["demo", "."]);
    assert_eq!(output.status.code(), Some(73));
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "postamt: . is not empty, and stays as it is\n  do  name another folder: postamt demo DIR\n"
    );
    assert!(output.stdout.is_empty());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}
