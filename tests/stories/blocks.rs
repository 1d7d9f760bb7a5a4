//! Ready texts: sent as they are, fetched to be changed, or opened by a link of the notification.

use crate::story::Office;

#[test]
fn a_text_block_goes_out_with_the_agents_words_below_it() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag"]);
    let jo = office.person("jo");

    jo.applies(&[]);
    let news = anna.gets("new-ticket");
    anna.replies(&news, "#template not-eligible\n\nThe group of your club is at the town hall.");
    anna.gets("receipt").says("text block “Not what it is for” to");
    let letter = jo.gets("not made for what you have in mind");
    letter.says("The group of your club is at the town hall.").says("Dear Jo");
    anna.replies(&news, "#close fail");
    anna.gets("receipt");
    anna.gets_nothing_more();
    jo.gets_nothing_more();
}

#[test]
fn a_draft_is_changed_and_sent_by_its_link() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag"]);
    let jo = office.person("jo");

    jo.applies(&[]);
    anna.replies(&anna.gets("new-ticket"), "#draft refused");
    let draft = anna.gets("draft");
    draft.says("We cannot grant your application.");
    assert!(draft.files().iter().any(|name| name.contains("refused.txt")), "{:?}", draft.files());
    jo.gets_nothing_more();
    anna.clicks(&draft, "Dear Jo,");
    anna.gets("receipt");
    jo.gets("We cannot grant your application.");
    jo.gets_nothing_more();
}

#[test]
fn a_block_that_there_is_not_does_nothing_and_the_others_are_named() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag"]);
    let jo = office.person("jo");

    jo.applies(&[]);
    let news = anna.gets("new-ticket");
    anna.replies(&news, "#template refusal-of-all\n#close fail");
    let error = anna.gets("error");
    error.says("no text block refusal-of-all").says("password-forgotten");
    assert_eq!(office.stands_at(), ("new", "received"));
    anna.replies(&news, "#ask question\n\nAnd since when?");
    anna.gets("receipt").says("question “Question about the purpose” to");
    jo.gets("What would you like to use it for").says("And since when?");
    jo.gets_nothing_more();
}
