//! What machines write, labelled or not: it is shown where somebody must know, and never answered or obeyed.

use crate::story::Office;

#[test]
fn an_away_note_without_any_mark_is_no_yes_to_the_verification() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag"]);
    let jo = office.person("jo");

    jo.applies(&[]);
    anna.replies(&anna.gets("new-ticket"), "#verify");
    anna.gets("receipt");
    let letter = jo.gets("please confirm");
    for text in [
        "Yes, thank you for your mail. I am out of office until Monday.",
        "OK. Your request has been received, ticket number 4711. Please do not reply.",
        "Confirmed!\n\nThis is an automated message.",
    ] {
        jo.replies(&letter, text);
        let news = anna.gets("customer-answer");
        news.says("it reads like an automatic answer").says("no account has been created");
    }
    assert_eq!(office.books().accounts(), 0);
    jo.replies(&letter, "Hello,\n\nyes, that was me.");
    jo.gets("password");
    assert_eq!(office.tickets().len(), 1);
}
