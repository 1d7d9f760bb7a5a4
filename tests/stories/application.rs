//! From the first mail of an applicant to the account, or to none.

use crate::story::Office;

#[test]
fn an_applicant_confirms_by_simply_replying_and_gets_an_account() {
    let office = Office::open();
    let anna = office.agent("anna", &["antrag"]);
    let jens = office.english_agent("jens", &["antrag"]);
    let jo = office.person("jo");

    jo.applies(&[("login", "jo"), ("reason", "I write about tides")]);
    let news = anna.gets("new-ticket");
    news.says("I write about tides").offers("#confirm");
    anna.replies(&news, "#verify");
    anna.gets("receipt").says(&jo.address);
    jens.gets("new-ticket");
    jens.gets("taken").says("Anna");

    let letter = jo.gets("confirm");
    jo.replies(&letter, "Yes, that was me.");
    let credentials = jo.gets("Password");
    assert_eq!(credentials.value("Login"), "jo");
    let news = anna.gets("confirmed");
    news.offers("#close success");
    office.comes_to("open", "credentials_sent");

    anna.replies(&news, "#close success");
    anna.gets("receipt");
    assert_eq!(office.stands_at(), ("closed success", "credentials_sent"));
    assert!(office.account("jo").unwrap().active);
    jo.gets_nothing_more();
    jens.gets_nothing_more();
}
