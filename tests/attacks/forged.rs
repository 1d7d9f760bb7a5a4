//! Mail in the name of an agent, from somebody who is none.

use crate::story::{Office, Person, Received};
use crate::support::domain::Dns;

#[test]
fn a_command_with_an_agents_from_and_the_tag_does_nothing() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag"]);
    let jo = office.person("jo");
    let mallory = office.person("mallory");

    jo.applies(&[]);
    let news = anna.gets("new-ticket");
    let mut forged =
        mallory.writing(&office.antrag(), &format!("Re: {}", news.subject), "#confirm\n");
    forged.from = (String::from("Anna"), anna.address.clone());
    mallory.sends(forged);
    anna.gets("challenge").says("#confirm");
    jo.gets_nothing_more();
    assert_eq!(office.books().accounts(), 0);
    assert_eq!(office.owner(), None);
}

#[test]
fn a_plain_text_with_an_agents_from_and_the_tag_reaches_no_customer() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag"]);
    let jo = office.person("jo");
    let mallory = office.person("mallory");

    jo.applies(&[]);
    let news = anna.gets("new-ticket");
    let mut forged = mallory.writing(
        &office.antrag(),
        &format!("Re: {}", news.subject),
        "Please send your password to mallory@example.com.\n",
    );
    forged.from = (String::from("Anna"), anna.address.clone());
    mallory.sends(forged);
    anna.gets("challenge").says("password");
    jo.gets_nothing_more();
}

/// Somebody writes to Anna's ticket in her name, and proves nothing.
fn forged(office: &Office, anna: &Person<'_>, news: &Received, text: &str) {
    office.sends(&anna.writing(&office.support(), &format!("Re: {}", news.subject), text));
}

#[test]
fn whoever_writes_in_an_agents_name_does_not_silence_the_agent() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["support"]);
    let sue = office.person("sue");
    sue.writes(&office.support(), "Cannot log in", "The server says no.");
    let news = anna.gets("new-ticket");
    for number in 0..22 {
        forged(&office, &anna, &news, &format!("Forged, number {number}."));
    }
    office.settles();
    anna.replies(&news, "Please take the server at port 563.");
    sue.gets("port 563");
    anna.gets_no("repeated");
}

#[test]
fn whoever_writes_in_an_agents_name_uses_up_no_question_to_the_agent() {
    let dns = Dns::with(&[]);
    let office = Office::with(|s| {
        s.dns(&dns.address).needs("close", &["token", "dkim"]);
    });
    let anna = office.english_agent("anna", &["support"]);
    let sue = office.person("sue");
    sue.writes(&office.support(), "Cannot log in", "The server says no.");
    let news = anna.gets("new-ticket");
    for number in 0..4 {
        forged(&office, &anna, &news, &format!("Forged, number {number}."));
    }
    for _ in 0..3 {
        anna.gets("challenge").says("Forged");
    }
    anna.gets_no("challenge");
    anna.replies(&news, "#close quiet");
    anna.gets("challenge").says("#close");
}

#[test]
fn what_an_agent_is_not_asked_about_is_held_and_can_be_let_in() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["support"]);
    let sue = office.person("sue");
    sue.writes(&office.support(), "Cannot log in", "The server says no.");
    let news = anna.gets("new-ticket");
    for number in 0..3 {
        forged(&office, &anna, &news, &format!("Forged, number {number}."));
        anna.gets("challenge");
    }
    // Hers, from another mail program and without a token.
    forged(&office, &anna, &news, "Please take the server at port 563.");
    anna.gets_no("challenge");
    let held = office.postamt(&["held", "list", "--json"]);
    let held: serde_json::Value = serde_json::from_str(held.trim()).unwrap();
    office.postamt(&["held", "release", &held["id"].to_string()]);
    let challenge = anna.gets("challenge");
    challenge.says("port 563");
    anna.replies(&challenge, "yes");
    sue.gets("port 563");
}
