//! Mail in the name of an agent, from somebody who is none.

use crate::story::Office;

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
