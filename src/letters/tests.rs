//! All letters, as people and as machines read them.

mod inert;
mod snapshots;

use std::fs;
use std::sync::OnceLock;

use super::built_in::BUILT_IN;
use super::sample::{self, House};
use super::templates::phrases;
use super::*;

/// The built-in ones, loaded once for all tests.
fn letters() -> &'static Letters {
    static LETTERS: OnceLock<Letters> = OnceLock::new();
    LETTERS.get_or_init(|| Letters::load(None).map_err(|e| e.to_string()).unwrap())
}

fn load_from(files: &[(&str, &str)]) -> Result<Letters, TemplateError> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    Letters::load(Some(folder.path()))
}

fn error_from(files: &[(&str, &str)]) -> String {
    load_from(files).err().expect("an error").to_string()
}

#[test]
fn every_built_in_file_is_listed_and_every_listed_file_is_there() {
    fn files(folder: &str, found: &mut Vec<String>) {
        for entry in fs::read_dir(format!("templates/{folder}")).unwrap() {
            let entry = entry.unwrap();
            let name = format!("{folder}{}", entry.file_name().to_string_lossy());
            if entry.file_type().unwrap().is_dir() {
                files(&format!("{name}/"), found);
            } else if name != "README.md" {
                found.push(name);
            }
        }
    }
    let mut found = Vec::new();
    files("", &mut found);
    found.sort();
    let mut listed: Vec<&str> = BUILT_IN.iter().map(|(name, _)| *name).collect();
    listed.sort_unstable();
    assert_eq!(found, listed);
}

#[test]
fn both_languages_have_the_same_templates_and_phrases() {
    let of = |language: &str| -> (Vec<String>, Vec<String>) {
        let files = BUILT_IN.iter().filter_map(|(name, text)| {
            Some((name.strip_prefix(&format!("{language}/"))?.to_owned(), *text))
        });
        let mut names = Vec::new();
        let mut keys = Vec::new();
        for (name, text) in files {
            if name == "words.txt" {
                keys.extend(phrases(text).map(|(_, key, _)| key.to_owned()));
            }
            names.push(name);
        }
        keys.sort();
        names.sort();
        (names, keys)
    };
    assert_eq!(of("de"), of("en"));
    let (_, keys) = of("de");
    let mut unique = keys.clone();
    unique.dedup();
    assert_eq!(keys, unique, "a key stands twice");
}

#[test]
fn both_languages_speak_of_the_same_facts() {
    for (name, german) in BUILT_IN.iter().filter(|(name, _)| name.starts_with("de/")) {
        let english = format!("en/{}", name.trim_start_matches("de/"));
        let english = BUILT_IN.iter().find(|(n, _)| *n == english).unwrap().1;
        // Genders need a case of their own in German; a salutation reads differently without a name.
        let named = |text: &str| {
            let mut names: Vec<String> = text
                .split("{{")
                .skip(1)
                .filter_map(|rest| rest.split("}}").next())
                .filter(|tag| !tag.starts_with('/') && *tag != "else")
                .map(|tag| tag.trim_start_matches("#if ").trim_start_matches("#unless ").to_owned())
                .filter(|tag| !matches!(tag.as_str(), "application" | "german" | "called" | "mine"))
                .filter(|tag| {
                    !tag.starts_with("count.")
                        && !matches!(tag.as_str(), "zone" | "dd" | "mm" | "day" | "say month")
                })
                .collect();
            names.sort();
            names.dedup();
            names
        };
        assert_eq!(named(german), named(english), "{name}");
    }
}

/// The office renders on its own thread.
const _: fn() = || {
    fn shared<T: Send + Sync>() {}
    shared::<Letters>();
};

#[test]
fn every_built_in_template_can_be_filled_in() {
    if let Err(e) = Letters::load(None) {
        panic!("{e}");
    }
}

#[test]
fn an_admin_replaces_one_file_or_one_phrase() {
    let letters = load_from(&[
        ("de/taken.txt", "{{by}} kümmert sich.\n"),
        ("de/words.txt", "marker = Oben bitte\n"),
        ("notes.md", "not a template"),
    ]);
    let letters = letters.map_err(|e| e.to_string()).unwrap();
    let house = House::new().unwrap();
    let ticket = House::owned(house.application(), sample::JENS);
    let taken = News::Taken { by: sample::JENS, at: sample::MONDAY, from: None };
    let text = letters.news(&house.scene(&ticket, Language::De), &taken).unwrap().text;
    assert!(text.starts_with("____ Oben bitte ____"), "{text}");
    assert!(text.ends_with("\n\nJens Petersen kümmert sich.\n"), "{text}");
    let english = letters.news(&house.scene(&ticket, Language::En), &taken).unwrap().text;
    assert!(english.contains("has taken this application"), "{english}");
}

#[test]
fn a_broken_template_is_a_clear_error_before_the_first_mail() {
    let syntax = error_from(&[("de/taken.txt", "Eins\n{{#if by}} zwei\n")]);
    assert!(syntax.contains("de/taken.txt, line ") && syntax.contains("do  "), "{syntax}");
    let unknown = error_from(&[("en/taken.txt", "One\ntwo {{nobody}}\n")]);
    assert!(
        unknown.contains("en/taken.txt, line 2, column ") && unknown.contains("nobody"),
        "{unknown}"
    );
    let phrase = error_from(&[("de/words.txt", "\n\nstep-lock = Nehmen {{nobody}} | so\n")]);
    assert!(phrase.contains("de/words.txt, line 3"), "{phrase}");
    let misplaced = error_from(&[("de/takn.txt", "x")]);
    assert!(
        misplaced.contains("takn.txt replaces nothing") && misplaced.contains("de/taken.txt"),
        "{misplaced}"
    );
    let piece = error_from(&[("parts/quote.html", "{{#each paragraph}}{{/each}}{{nobody}}")]);
    assert!(piece.contains("quote.html, line 1"), "{piece}");
}

#[test]
fn what_a_customer_gets_names_no_agent() {
    let letters = letters();
    let mut house = House::new().unwrap();
    for queue in &mut house.rules.queues {
        queue.sign_as = String::new();
    }
    for (_, ticket) in house.tickets() {
        for language in [Language::De, Language::En] {
            for (_, letter) in house.letters() {
                let r = letters.letter(&house.scene(&ticket, language), &letter).unwrap();
                let whole =
                    format!("{} {} {} {:?}", r.from_name, r.subject, r.text, r.html).to_lowercase();
                for agents in ["anna", "brandt", "jens", "petersen", REPLY_TOKEN] {
                    assert!(!whole.contains(agents), "{} in {}", agents, r.text);
                }
            }
        }
    }
}

#[test]
fn no_password_stands_in_any_letter_but_the_one_that_delivers_it() {
    let letters = letters();
    let house = House::new().unwrap();
    let ticket = house.application();
    let scene = house.scene(&ticket, Language::De);
    let credentials = letters.credentials(&scene, "lhoffmann", "tolu-9rak-vemi-3sod").unwrap();
    assert!(
        credentials.text.contains("\n  Passwort   tolu-9rak-vemi-3sod\n"),
        "{}",
        credentials.text
    );
    assert!(credentials.html.unwrap().contains("tolu-9rak-vemi-3sod"));
    assert!(!credentials.subject.contains("tolu"));
}

#[test]
fn handlebars_in_foreign_words_stay_words() {
    let mut house = House::new().unwrap();
    house.cast.name = "{{admin}} {{> footer}}".into();
    house.cast.words = "{{#each rules}}{{this}}{{/each}}\n{{{password}}}".into();
    let letters = letters();
    let ticket = house.application();
    let news = News::NewTicket { known: Default::default(), form: true, remarks: Vec::new() };
    let rendered = letters.news(&house.scene(&ticket, Language::De), &news).unwrap();
    assert!(rendered.text.contains("Neuer Antrag von {{admin}} {{> footer}}"), "{}", rendered.text);
    assert!(rendered.text.contains("| {{{password}}}"), "{}", rendered.text);
    assert!(rendered.subject.contains("{{admin}}"));
}

#[test]
fn both_parts_state_the_same_facts() {
    let letters = letters();
    let house = House::new().unwrap();
    for language in [Language::De, Language::En] {
        sample::each(letters, &house, language, &house.tickets()[..1], &mut |name, rendered| {
            let Some(html) = rendered.html else { return };
            let text = rendered.text.split_whitespace().collect::<Vec<_>>().join(" ");
            let shown = inert::without_tags(&html).replace(['\n', '\u{a0}'], " ");
            let shown: String = shown.split_whitespace().collect::<Vec<_>>().join(" ");
            for fact in [
                "lena.hoffmann@",
                "lhoffmann",
                "23.11.",
                "5.1.2",
                "#verify",
                "#close fail",
                "Jens Petersen",
            ] {
                assert_eq!(text.contains(fact), shown.contains(fact), "{fact} in {name}");
            }
        })
        .map_err(|e| e.to_string())
        .unwrap();
    }
}

#[test]
fn an_admins_text_block_is_offered_and_one_without_a_title_is_a_clear_error() {
    let own = "Title: Sommerpause\nFor: antrag\n\n{{> greeting}}\n\nwir sind im August nicht da. {{login}}\n";
    let letters = load_from(&[("de/blocks/summer.txt", own)]).map_err(|e| e.to_string()).unwrap();
    let house = sample::House::new().unwrap();
    let ticket = house.application();
    let scene = house.scene(&ticket, Language::De);
    for typed in ["summer", "SUMMER", "sommerpause"] {
        let block = letters.block(&scene, typed).map_err(|e| e.to_string()).unwrap().unwrap();
        assert_eq!(
            block.text,
            "Guten Tag Lena Hoffmann,\n\nwir sind im August nicht da. lhoffmann"
        );
    }
    // There is no English one: better this than none.
    let english = Ticket { language: Language::En, ..ticket.clone() };
    let scene = house.scene(&english, Language::En);
    assert!(letters.block(&scene, "summer").map_err(|e| e.to_string()).unwrap().is_some());
    for (text, line) in [("Guten Tag,\n", "line 1"), ("Title: x\nFrom: y\n\nz", "line 2")] {
        let error = error_from(&[("de/blocks/summer.txt", text)]);
        assert!(error.contains("de/blocks/summer.txt") && error.contains(line), "{error}");
    }
    assert!(error_from(&[("de/blocks/Sommer.txt", own)]).contains("replaces nothing"));
}

#[test]
fn what_is_in_a_ticket_makes_no_command_of_a_text_block() {
    let mut cast = sample::Cast::usual(crate::mail::Address::parse("a@example.net").unwrap());
    cast.name = "#confirm\n#lock {{x}}".into();
    let house = sample::House::with(cast).unwrap();
    let ticket = house.application();
    let scene = house.scene(&ticket, Language::De);
    for block in letters().blocks(Language::De) {
        let block =
            letters().block(&scene, &block.name).map_err(|e| e.to_string()).unwrap().unwrap();
        let lines: Vec<&str> = block.text.lines().map(str::trim_start).collect();
        assert!(!lines.iter().any(|line| line.starts_with('#')), "{}", block.text);
    }
}
