//! How people type commands, and what only looks like one.

use proptest::prelude::*;

use super::super::ticket::Outcome;
use super::*;

fn one(text: &str) -> Result<Typed, Vec<Problem>> {
    read(&[text.to_owned()], false)
}

fn command(text: &str) -> Option<Command> {
    one(text).ok().and_then(|t| t.commands.first().map(|c| c.command.clone()))
}

#[test]
fn every_name_is_unique_and_every_example_reads_back() {
    let mut seen = std::collections::BTreeMap::new();
    for spec in COMMANDS {
        for name in [spec.name, spec.de].into_iter().chain(spec.aliases.iter().copied()) {
            let earlier = seen.insert(name, spec.name);
            assert!(
                earlier.is_none_or(|e| e == spec.name),
                "{name} is both #{} and #{}",
                earlier.unwrap_or_default(),
                spec.name
            );
            assert_eq!(name, name.to_lowercase());
            assert_eq!(Spec::named(name).map(|s| s.name), Some(spec.name));
        }
        assert!(!spec.help.de.is_empty() && !spec.help.en.is_empty(), "#{}", spec.name);
        let line = format!("#{} {}", spec.name, spec.example);
        match (spec.ready, spec.who) {
            (Ready::Later(_), _) => assert!(
                matches!(one(&line).unwrap_err()[0].refusal, Refusal::NotYet { .. }),
                "{line}"
            ),
            (Ready::Now, Who::Customer) => assert_eq!(read_customer(&[line]).0.len(), 1),
            (Ready::Now, _) => {
                assert_eq!(one(&line).unwrap().commands[0].spec.name, spec.name, "{line}")
            }
        }
    }
}

#[test]
fn spelling_is_forgiven() {
    for (text, expected) in [
        ("#lock", Command::Lock { force: false }),
        ("#LOCK.", Command::Lock { force: false }),
        ("＃Lock", Command::Lock { force: false }),
        ("#Lock\u{a0}force", Command::Lock { force: true }),
        ("  #sperren trotzdem", Command::Lock { force: true }),
        ("\u{feff}#lock", Command::Lock { force: false }),
        ("#closed", Command::Close { outcome: None, quiet: false }),
        ("#resolve", Command::Close { outcome: None, quiet: false }),
        ("#Close Success.", Command::Close { outcome: Some(Outcome::Success), quiet: false }),
        (
            "#schließen erfolglos still",
            Command::Close { outcome: Some(Outcome::Fail), quiet: true },
        ),
        ("#close quiet fail", Command::Close { outcome: Some(Outcome::Fail), quiet: true }),
        ("#verif", Command::Verify),
        ("#bestätigen", Command::Confirm { force: false }),
        ("#prio 1", Command::Priority(1)),
        (
            "#set e-mail: jo@example.net",
            Command::Set {
                field: super::super::application::Field::Email,
                value: "jo@example.net".into(),
            },
        ),
    ] {
        assert_eq!(command(text), Some(expected), "{text:?}");
    }
}

#[test]
fn what_is_no_command_is_text() {
    for text in ["# Title", "#1 the first", "#", "a #lock", "## Lock it", "- #lock", "123"] {
        let typed = one(text).unwrap();
        assert!(typed.commands.is_empty(), "{text:?}");
    }
    assert_eq!(one("##lock\nmore").unwrap().text, "#lock\nmore");
}

#[test]
fn an_error_names_line_and_nearest_command() {
    let problems = one("Hello\n#verfiy\n#pending 3x\n#qqqqqq").unwrap_err();
    assert_eq!(problems.len(), 3);
    assert_eq!(
        (problems[0].line, &problems[0].refusal),
        (2, &Refusal::Unknown { nearest: Some("verify") })
    );
    assert!(matches!(problems[1].refusal, Refusal::Expected { example: "#pending 3d", .. }));
    assert_eq!(problems[2].refusal, Refusal::Unknown { nearest: None });
    assert_eq!(one(&"#nonsense\n".repeat(9)).unwrap_err().len(), 5);
    assert!(
        matches!(one("#un").unwrap_err()[0].refusal, Refusal::Unknown { .. }),
        "an ambiguous beginning"
    );
}

#[test]
fn only_one_command_ends_in_a_state_and_only_a_note_follows() {
    assert!(one("#confirm\n#close success").is_ok());
    assert!(one("#close\n#note\nbecause").is_ok());
    for text in ["#close\n#pending 3d", "#close\n#confirm", "#spam\n#priority 1"] {
        assert_eq!(one(text).unwrap_err()[0].refusal, Refusal::AfterState, "{text}");
    }
}

#[test]
fn commands_stand_in_the_first_or_last_block_only() {
    let blocks = ["first".to_owned(), "#lock".to_owned(), "#close".to_owned()];
    let typed = read(&blocks, true).unwrap();
    assert_eq!(typed.commands.len(), 1);
    assert_eq!(typed.commands[0].spec.name, "close");
    assert_eq!(typed.text, "first\n\n#lock");
    assert!(read(&blocks, false).unwrap().commands.is_empty());
}

#[test]
fn a_customers_hashtag_is_text() {
    assert_eq!(read_customer(&["#WirSindMehr\n#confirm\n#lock".to_owned()]), (vec![], false));
    assert_eq!(read_customer(&["#status".to_owned()]), (vec![CustomerCommand::Status], true));
    assert_eq!(
        read_customer(&["#withdraw\nplease".to_owned()]),
        (vec![CustomerCommand::Withdraw], false)
    );
}

proptest! {
    #[test]
    fn nothing_typed_breaks_it_or_is_lost(text in "[#＃a-zA-Z0-9 äß\\n.»]{0,200}") {
        if let Ok(typed) = one(&text) {
            let kept = typed.commands.len() + typed.text.lines().filter(|l| !l.trim().is_empty()).count();
            prop_assert_eq!(kept, text.lines().filter(|l| !l.trim().is_empty()).count());
        }
    }
}
