//! What customers may ask and do by themselves, and what has to be proven for it.

use crate::story::Office;

#[test]
fn a_customer_asks_where_things_stand_and_reads_what_was_said_so_far() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["support"]);
    let sue = office.person("sue");

    sue.writes(&office.support(), "Cannot log in", "The server says no.");
    let letter = sue.gets("ist angekommen");
    let news = anna.gets("new-ticket");
    anna.replies(&news, "#note\nShe had trouble before.");
    anna.gets("receipt");
    anna.replies(&news, "Please use port 563.");
    anna.gets("receipt");
    let answer = sue.gets("port 563");

    sue.replies(&letter, "#status");
    sue.gets("so steht es um Ihre Anfrage");
    sue.replies(&answer, "#show");
    let all = sue.gets("The server says no.");
    all.says("port 563").says_nothing_of("trouble before");
    // Questions of this kind are answered by the system: nobody is bothered.
    anna.gets_nothing_more();
}

#[test]
fn an_application_is_withdrawn_only_by_who_proves_to_be_the_applicant() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag"]);
    let jo = office.person("jo");

    jo.applies(&[]);
    let news = anna.gets("new-ticket");
    anna.replies(&news, "#verify");
    anna.gets("receipt");
    let letter = jo.gets("please confirm");

    // Anybody can write a From and a number: the answer goes to the registered address, and changes nothing.
    jo.writes(&office.antrag(), &letter.subject, "#withdraw");
    let asked = jo.gets("#withdraw");
    office.comes_to("open", "verification_sent");
    jo.replies(&asked, "#withdraw");
    jo.gets("no account will be created");
    anna.gets("withdrawn");
    office.comes_to("open", "withdrawn");
    jo.clicks(&letter, "Yes");
    anna.gets("customer-answer");
    assert_eq!(office.books().accounts(), 0);
}
