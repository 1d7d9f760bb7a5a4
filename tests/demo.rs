//! The demo is the first thing anybody runs: it tells the whole story, and says when a step did not happen.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::Path;
use std::process::{Command, Output};

fn demo(folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_postamt")).arg("demo").arg(folder).output().unwrap()
}

#[test]
fn the_whole_life_of_an_application_is_told_and_left_to_be_looked_at() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("demo");
    let output = demo(&folder);
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}\n{}", String::from_utf8_lossy(&output.stderr));
    for line in [
        "-> Anna Brandt       new-ticket",
        "-> Lena Hoffmann     verification",
        "-> Lena Hoffmann     credentials",
        "-> Jens Petersen     bounce",
        "-> Anna Brandt       released",
        "Everything happened: 3 applications, 1 account",
    ] {
        assert!(told.contains(line), "{line:?} is not told:\n{told}");
    }
    for left in ["postamt.toml", "data/postamt.db", "mail/lena@example.net/new"] {
        assert!(folder.join(left).exists(), "{left}");
    }
    assert!(!told.contains("Passwort"), "a password is for one pair of eyes");
}

#[test]
fn what_is_there_is_not_overwritten() {
    let place = tempfile::tempdir().unwrap();
    std::fs::write(place.path().join("mine"), "precious").unwrap();
    let output = demo(place.path());
    assert_eq!(output.status.code(), Some(73), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(std::fs::read_to_string(place.path().join("mine")).unwrap(), "precious");
}
