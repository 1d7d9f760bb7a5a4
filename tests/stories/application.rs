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

    let letter = jo.gets("please confirm");
    jo.replies(&letter, "Yes, that was me.");
    let credentials = jo.gets("password");
    assert_eq!(credentials.value("Login"), "jo");
    let news = anna.gets("confirmed");
    news.offers("#close success");
    office.comes_to("open", "credentials_sent");

    anna.replies(&news, "#close success");
    anna.gets("receipt");
    assert_eq!(office.stands_at(), ("closed success", "credentials_sent"));
    assert!(office.account("jo").unwrap().active);
    jo.gets_nothing_more();
    anna.gets_nothing_more();
    jens.gets_nothing_more();
}

#[test]
fn confirm_and_close_in_one_mail_close_when_the_account_is_there() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag"]);
    let jo = office.person("jo");

    jo.applies(&[]);
    anna.replies(&anna.gets("new-ticket"), "#confirm\n#close success\n\nWelcome on board, Jo.");
    anna.gets("receipt").says("closes with success as soon as the account is there");
    jo.gets("Welcome on board");
    jo.gets("password");
    anna.gets("confirmed");
    office.comes_to("closed success", "credentials_sent");
    assert!(office.account("jo").unwrap().active);
    jo.gets_nothing_more();
    anna.gets_nothing_more();
}

#[test]
fn the_answer_to_a_question_reaches_only_the_owner() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag"]);
    let jens = office.agent("jens", &["antrag"]);
    let jo = office.person("jo");

    jo.applies(&[("reason", "")]);
    anna.replies(&anna.gets("new-ticket"), "#ask\n\nWhich groups do you read?");
    jens.gets("new-ticket");
    jens.gets("taken");
    anna.gets("receipt");
    let question = jo.gets("Which groups do you read?");
    assert!(question.links().is_empty(), "a question has no link");
    jo.replies(&question, "Mostly de.sci.geography, and I would like to write there.");

    let answer = anna.gets("customer-answer");
    answer.says("has answered your question").says("de.sci.geography").offers("#confirm");
    jens.gets_nothing_more();
    assert_eq!(office.stands_at(), ("open", "asked"));
    assert!(office.account("jo").is_none(), "an answer creates nothing by itself");

    anna.clicks(&answer, "#confirm");
    jo.gets("password");
}

#[test]
fn one_click_and_send_is_enough_for_agent_and_applicant() {
    let office = Office::open();
    let anna = office.agent("anna", &["antrag"]);
    let jo = office.person("jo");

    jo.applies(&[("language", "")]);
    anna.clicks(&anna.gets("new-ticket"), "#verify");
    anna.gets("receipt");
    let letter = jo.gets("bestätigen Sie");
    jo.clicks(&letter, "Ja");
    let credentials = jo.gets("Passwort");
    assert!(!credentials.value("Passwort").is_empty());
    anna.clicks(&anna.gets("confirmed"), "#close success");
    anna.gets("receipt");
    assert_eq!(office.stands_at(), ("closed success", "credentials_sent"));
    jo.gets_nothing_more();
}

#[test]
fn who_never_applied_ends_the_application_with_a_word() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag"]);
    let jo = office.person("jo");

    jo.applies(&[]);
    anna.replies(&anna.gets("new-ticket"), "#verify");
    anna.gets("receipt");
    let letter = jo.gets("please confirm");
    jo.replies(&letter, "I never applied for an account.");
    let news = anna.gets("withdrawn");
    news.says("does not want the account").says("I never applied");
    assert_eq!(office.stands_at(), ("open", "withdrawn"));

    // The link is void for good, and the agent needs force.
    jo.clicks(&letter, "Yes");
    anna.gets("customer-answer").says("The confirmation link was void");
    anna.replies(&news, "#confirm");
    anna.gets("error").says("#confirm force");
    anna.gets_nothing_more();
    jo.gets_nothing_more();
    assert_eq!(office.books().accounts(), 0);
    assert_eq!(office.stands_at(), ("open", "withdrawn"));
}

#[test]
fn a_yes_with_a_wish_is_decided_by_the_owner_with_one_click() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag"]);
    let jo = office.person("jo");

    jo.applies(&[]);
    anna.replies(&anna.gets("new-ticket"), "#verify");
    let letter = jo.gets("please confirm");
    jo.replies(&letter, "Yes, but please with the login jo2 instead.");
    let answer = anna.gets("customer-answer");
    answer.says("no account has been created yet").offers("#confirm");
    assert_eq!(office.books().accounts(), 0);

    anna.replies(&answer, "#set login jo2\n#confirm");
    assert_eq!(jo.gets("password").value("Login"), "jo2");
    office.comes_to("open", "credentials_sent");
    assert_eq!(office.books().accounts(), 1);
}

#[test]
fn a_yes_from_another_address_creates_nothing_by_itself() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag"]);
    let jo = office.person("jo");
    let kim = office.person("kim");

    jo.applies(&[]);
    anna.replies(&anna.gets("new-ticket"), "#verify");
    let letter = jo.gets("please confirm");
    kim.clicks(&letter, "Yes");
    anna.gets("customer-answer").says(&kim.address).offers("#confirm");
    jo.gets_nothing_more();
    kim.gets_nothing_more();
    assert_eq!(office.books().accounts(), 0);
    assert_eq!(office.stands_at(), ("open", "verification_sent"));
}

#[test]
fn a_confirmation_counts_once_whoever_is_second() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag"]);
    let jo = office.person("jo");

    jo.applies(&[]);
    let news = anna.gets("new-ticket");
    anna.replies(&news, "#verify");
    anna.gets("receipt");
    let letter = jo.gets("please confirm");
    jo.replies(&letter, "Yes.");
    jo.clicks(&letter, "Yes");
    anna.replies(&news, "#confirm");
    anna.gets("receipt").says("there will be no second one");
    jo.gets("password");
    anna.gets("confirmed");
    jo.gets_nothing_more();
    anna.gets_nothing_more();
    assert_eq!(office.books().accounts(), 1);
}

#[test]
fn an_auto_reply_does_not_confirm() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag"]);
    let jo = office.person("jo");

    jo.applies(&[]);
    anna.replies(&anna.gets("new-ticket"), "#verify");
    anna.gets("receipt");
    let letter = jo.gets("please confirm");
    let mut away = jo.reply(&letter, "Yes, I am away until Monday.");
    away.headers.push(("Auto-Submitted", "auto-replied".into()));
    away.envelope_sender = None;
    jo.sends(away);
    anna.gets_nothing_more();
    jo.gets_nothing_more();
    assert_eq!(office.stands_at(), ("open", "verification_sent"));

    jo.replies(&letter, "Yes.");
    jo.gets("password");
}

#[test]
fn a_login_belongs_to_who_was_asked_first() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag"]);
    let (jo, kim) = (office.person("jo"), office.person("kim"));

    jo.applies(&[("login", "tide")]);
    anna.replies(&anna.gets("new-ticket"), "#verify");
    anna.gets("receipt");
    let letter = jo.gets("please confirm");
    kim.applies(&[("login", "tide")]);
    let news = anna.gets("new-ticket");
    news.says("reserved for the application");
    for command in ["#verify", "#confirm", "#set login TIDE"] {
        anna.replies(&news, command);
        anna.gets("error");
    }
    kim.gets_nothing_more();

    jo.replies(&letter, "Yes.");
    assert_eq!(jo.gets("password").value("Login"), "tide");
    anna.gets("confirmed");
    anna.replies(&news, "#set login kim\n#verify");
    anna.gets("receipt");
    kim.replies(&kim.gets("please confirm"), "Yes.");
    assert_eq!(kim.gets("password").value("Login"), "kim");
}

#[test]
fn an_address_of_ours_in_the_form_counts_as_missing() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag"]);
    let jo = office.person("jo");
    let with_token = office.antrag().replace('@', "+token@");
    let two = format!("{}, {}", jo.address, jo.address);
    for email in [&office.antrag(), &with_token, &office.support(), &two] {
        jo.applies(&[("email", email)]);
        let news = anna.gets("new-ticket");
        news.says("missing");
        anna.replies(&news, "#verify");
        anna.gets("error").says("#set email");
        anna.replies(&news, &format!("#set email {}\n#verify", office.antrag()));
        anna.gets("error");
    }
    jo.gets_nothing_more();

    jo.applies(&[("email", "")]);
    let news = anna.gets("new-ticket");
    anna.replies(&news, &format!("#set email {}\n#verify", jo.address));
    anna.gets("receipt");
    jo.replies(&jo.gets("please confirm"), "Yes.");
    jo.gets("password");
}

#[test]
fn a_password_that_is_quoted_back_is_struck_out() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag"]);
    let jo = office.person("jo");

    jo.applies(&[]);
    anna.replies(&anna.gets("new-ticket"), "#confirm");
    let credentials = jo.gets("password");
    let password = credentials.value("Password");
    jo.replies(&credentials, &format!("It says:\n  Password   {password}\nand does not work."));
    anna.gets("customer-answer").says("and does not work").says_nothing_of(&password);
    assert!(anna.inbox().iter().all(|mail| !mail.raw.contains(&password)));
}
