//! The program as its callers see it: exit statuses of sysexits.h, and words on the right stream.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::process::{Command, Output};

fn postamt(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_postamt"));
    command.args(args).env_remove("POSTAMT_CONFIG").output().unwrap()
}

#[test]
fn a_wrong_configuration_is_told_with_its_line_and_status_78() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("postamt.toml");
    std::fs::write(&file, "[site]\npostmaster = \"p@example.org\"\nhoook = \"Ticket\"\n").unwrap();
    let output = postamt(&["check", "--config", file.to_str().unwrap()]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(78), "{told}");
    let first = format!(
        "postamt: [site] there is no setting \"hoook\"\n  in  {}:3, hoook\n  do  did you mean \"hook\"?\npostamt: ",
        file.display()
    );
    assert!(told.starts_with(&first), "{told}");
    assert!(output.stdout.is_empty());
}

#[test]
fn every_way_to_end_has_its_status() {
    let folder = tempfile::tempdir().unwrap();
    let new = folder.path().join("new");
    let (new, absent) = (new.to_str().unwrap(), folder.path().join("absent.toml"));
    for (args, status) in [
        (vec!["--version"], 0),
        (vec!["--help"], 0),
        (vec!["man"], 0),
        (vec!["completions", "bash"], 0),
        (vec!["init", new], 0),
        (vec!["init", new], 73),
        (vec!["check", "--config", absent.to_str().unwrap()], 78),
        (vec!["chek"], 64),
        (vec![], 64),
    ] {
        let output = postamt(&args);
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{args:?}: {told}");
        assert_eq!(output.stdout.is_empty(), status != 0, "{args:?}");
    }
}
