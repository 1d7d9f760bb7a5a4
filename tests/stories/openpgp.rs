//! An agent who signs: the key is registered once, from then on a signed mail needs no notification to answer.

use crate::story::Office;
use crate::support::gpg::{Gpg, entity, multipart};

#[test]
fn an_agent_commands_by_signed_mails_in_both_forms() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["support"]);
    let sue = office.person("sue");
    let gpg = Gpg::new();
    let key = gpg.key(&format!("Anna <{}>", anna.address), "ed25519");

    sue.writes(&office.support(), "Cannot log in", "The server says no.");
    sue.gets("ist angekommen");
    anna.gets("new-ticket");
    let tag = format!("[Ticket#{}]", office.ticket().number);
    let signed = |text: &str, form: fn(&Gpg, &str, &str) -> String| {
        let mail = anna.writing(&office.support(), "A new mail of my own", "").raw();
        let header = mail.split("MIME-Version:").next().unwrap();
        let content = form(&gpg, &key, text);
        let raw = format!("{header}MIME-Version: 1.0\r\n{content}");
        office.send_raw(Some(&anna.address), &office.support(), raw.as_bytes());
    };

    office.tell("the admin registers Anna's key while the daemon runs");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("anna.asc");
    std::fs::write(&file, gpg.public(&key)).unwrap();
    let said = office.postamt(&["agent", "key", "add", "anna", file.to_str().unwrap()]);
    assert!(said.contains(&key), "{said}");

    signed(&format!("#lock\n\n{tag}\n"), inline);
    anna.gets("receipt");
    assert_eq!(office.owner().as_deref(), Some("anna"));

    signed(&format!("{tag}\nHello Sue, please try it again now.\n-- \nAnna\n"), mime);
    let answer = sue.gets("please try it again now");
    answer.says_nothing_of("BEGIN PGP");
    assert!(!answer.text.contains("Ticket#"), "{}", answer.text);
    assert!(!answer.raw.contains("signature.asc"), "{}", answer.raw);
    anna.gets("receipt");

    // Without the key the same is asked about first; what is signed says which ticket it is about, and the subject here does not.
    let said = office.postamt(&["agent", "key", "list", "anna", "--json"]);
    assert!(said.contains("\"usable\":true"), "{said}");
    office.postamt(&["agent", "key", "remove", "anna", &key]);
    let mut unproven = anna.writing(&office.support(), &format!("Re: {tag}"), "");
    unproven.text = gpg.clear_signed(&key, &format!("#close\n\n{tag}\n"), &[]);
    anna.sends(unproven);
    anna.gets("challenge").says("#close");
    sue.gets_nothing_more();
    assert_eq!(office.stands_at().0, "open");
}

#[test]
fn a_command_that_needs_a_signature_waits_for_a_signed_yes() {
    let office = Office::with(|s| {
        s.needs("close", &["token", "openpgp"]);
    });
    let anna = office.english_agent("anna", &["support"]);
    let sue = office.person("sue");
    let gpg = Gpg::new();
    let key = gpg.key(&format!("Anna <{}>", anna.address), "rsa2048");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("anna.asc");
    std::fs::write(&file, gpg.public(&key)).unwrap();
    office.postamt(&["agent", "key", "add", "anna", file.to_str().unwrap()]);

    sue.writes(&office.support(), "Cannot log in", "The server says no.");
    sue.gets("ist angekommen");
    anna.replies(&anna.gets("new-ticket"), "#close quiet");
    let challenge = anna.gets("challenge");
    challenge.says("your OpenPGP signature");
    // A yes with the token alone is no more than the command was.
    anna.replies(&challenge, "yes");
    anna.gets("error");
    assert_eq!(office.stands_at().0, "new");

    let yes = anna.reply(&challenge, &format!("yes\n[Ticket#{}]", office.ticket().number));
    let header = yes.raw().split("MIME-Version:").next().unwrap().to_owned();
    let raw = format!("{header}MIME-Version: 1.0\r\n{}", mime(&gpg, &key, &yes.text));
    office.send_raw(Some(&anna.address), &yes.to, raw.as_bytes());
    anna.gets("receipt");
    assert_eq!(office.stands_at().0, "closed success");
    sue.gets_nothing_more();
}

#[test]
fn inspect_says_whose_registered_key_has_signed_a_mail() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["support"]);
    let gpg = Gpg::new();
    let [key, other] = ["Anna", "Mallory"].map(|name| gpg.key(name, "ed25519"));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("anna.asc");
    std::fs::write(&file, gpg.public(&key)).unwrap();
    office.postamt(&["agent", "key", "add", "anna", file.to_str().unwrap()]);
    let inspected = |by: &str| {
        let raw = anna.writing(&office.support(), "Hello", "").raw();
        let header = raw.split("MIME-Version:").next().unwrap();
        let mail = folder.path().join("mail.eml");
        std::fs::write(
            &mail,
            format!("{header}MIME-Version: 1.0\r\n{}", mime(&gpg, by, "#lock\n")),
        )
        .unwrap();
        office.postamt(&["inspect", "--json", mail.to_str().unwrap()])
    };
    let said = inspected(&key);
    assert!(said.contains("\"way\":\"openpgp\",\"agent\":\"anna\""), "{said}");
    assert!(said.contains(&key), "{said}");
    let said = inspected(&other);
    assert!(said.contains("\"way\":null,\"agent\":null"), "{said}");
    assert!(said.contains("a key that is not registered"), "{said}");
}

#[test]
fn an_agent_is_told_in_words_why_a_signature_did_not_count() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["support"]);
    let sue = office.person("sue");
    let gpg = Gpg::new();
    let [key, other] = ["Anna", "Mallory"].map(|name| gpg.key(name, "ed25519"));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("anna.asc");
    std::fs::write(&file, gpg.public(&key)).unwrap();
    office.postamt(&["agent", "key", "add", "anna", file.to_str().unwrap()]);

    sue.writes(&office.support(), "Cannot log in", "The server says no.");
    sue.gets("ist angekommen");
    let news = anna.gets("new-ticket");
    let tag = format!("[Ticket#{}]", office.ticket().number);
    let unproven = |text: String| {
        let mut mail = anna.writing(&office.support(), &format!("Re: {tag}"), "");
        mail.text = text;
        anna.sends(mail);
        anna.gets("challenge")
    };
    let challenge = unproven(gpg.clear_signed(&key, "#lock\n", &[]));
    challenge.says("the signed part has no ticket number");
    let challenge = unproven(gpg.clear_signed(&other, &format!("#lock\n{tag}\n"), &[]));
    challenge.says("a key that is not registered for you");
    let challenge = unproven(gpg.wrapped(&key, &format!("#lock\n{tag}\n"), &[]));
    challenge.says("wrapped in OpenPGP as a whole");
    anna.replies(&challenge, "yes");
    anna.gets("error").says("please sign as OpenPGP/MIME").says_nothing_of("encrypted");
    // Compressed or not: it is not taken for words to the customer.
    anna.replies(&news, &gpg.wrapped(&key, "Hello Sue!\n", &["--compress-algo", "none"]));
    anna.gets("error").says("does not unpack it");
    sue.gets_nothing_more();
    assert_eq!(office.owner(), None);
}

fn inline(gpg: &Gpg, key: &str, text: &str) -> String {
    let text = gpg.clear_signed(key, text, &[]).replace('\n', "\r\n");
    format!("Content-Type: text/plain; charset=utf-8\r\n\r\n{text}")
}

fn mime(gpg: &Gpg, key: &str, text: &str) -> String {
    let part = entity(text);
    multipart(&part, &gpg.signature(key, part.as_bytes(), &[]))
}

#[test]
fn a_new_key_of_the_house_lets_old_replies_through_and_a_leak_does_not() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["support"]);
    let sue = office.person("sue");

    sue.writes(&office.support(), "Cannot log in", "The server says no.");
    sue.gets("ist angekommen");
    let news = anna.gets("new-ticket");
    let said = office.postamt(&["key", "rotate"]);
    assert!(said.contains("within a second"), "{said}");
    anna.replies(&news, "#lock");
    anna.gets("receipt");
    assert_eq!(office.owner().as_deref(), Some("anna"));

    office.postamt(&["key", "rotate", "--leaked"]);
    anna.replies(&news, "#unlock");
    anna.gets("challenge");
    assert_eq!(office.owner().as_deref(), Some("anna"));
}
