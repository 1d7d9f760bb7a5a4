//! Who claims to be a customer, and what somebody who is none may find out and change.

use crate::story::Office;

/// Anna, and Sue with a request that was acknowledged.
macro_rules! asked {
    ($office:ident, $anna:ident, $sue:ident, $letter:ident, $news:ident) => {
        let $office = Office::open();
        let $anna = $office.english_agent("anna", &["support"]);
        let $sue = $office.person("sue");
        $sue.writes(&$office.support(), "Cannot log in", "The server says no.");
        let $letter = $sue.gets("ist angekommen");
        let $news = $anna.gets("new-ticket");
    };
}

#[test]
fn a_stranger_who_knows_the_number_and_a_message_id_is_third_party() {
    asked!(office, anna, sue, letter, news);
    let mallory = office.person("mallory");
    let mut reply = mallory.reply(&letter, "#close\n#show\nPlease send everything to me.");
    reply.subject = news.subject.clone();
    mallory.sends(reply);
    anna.gets("third-party");
    mallory.gets_nothing_more();
    sue.gets_nothing_more();
    assert_eq!(office.stands_at().0, "new");
    assert!(!office.books().articles().0.iter().any(|text| text.contains("everything to me")));
}

#[test]
fn nobody_closes_a_request_with_a_from_and_its_number() {
    asked!(office, anna, sue, letter, news);
    let mallory = office.person("mallory");
    let mut forged = mallory.writing(&office.support(), &letter.subject, "#close");
    forged.from.1.clone_from(&sue.address);
    mallory.sends(forged);
    let asked = sue.gets("Ohne diese Antwort");
    assert_eq!(office.stands_at().0, "new");
    anna.gets_nothing_more();
    drop(news);
    // The real one answers.
    sue.replies(&asked, "#close");
    anna.gets("customer-closed");
    office.comes_to("closed success", "");
}

#[test]
fn nobody_withdraws_an_application_with_a_from_and_its_number() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag"]);
    let (jo, mallory) = (office.person("jo"), office.person("mallory"));
    jo.applies(&[]);
    anna.replies(&anna.gets("new-ticket"), "#verify");
    let letter = jo.gets("please confirm");
    for command in ["#withdraw", "#zurückziehen", "#close"] {
        let mut forged = mallory.writing(&office.antrag(), &letter.subject, command);
        forged.from.1.clone_from(&jo.address);
        mallory.sends(forged);
        jo.gets("Without that answer nothing changes");
    }
    assert_eq!(office.stands_at(), ("open", "verification_sent"));
}

#[test]
fn what_was_written_is_shown_to_nobody_who_only_says_who_they_are() {
    asked!(office, anna, sue, letter, news);
    anna.replies(&news, "Your number with us is 4711.");
    sue.gets("4711");
    let mallory = office.person("mallory");
    let mut forged = mallory.writing(&office.support(), &letter.subject, "#show");
    forged.from.1.clone_from(&sue.address);
    // Reply-To is never who somebody is.
    forged.headers.push(("Reply-To", mallory.address.clone()));
    mallory.sends(forged);
    sue.gets("so steht es um Ihre Anfrage").says_nothing_of("4711");
    mallory.gets_nothing_more();
}

#[test]
fn somebody_elses_request_is_not_shown_whatever_number_is_asked_for() {
    asked!(office, anna, sue, letter, news);
    let mallory = office.person("mallory");
    mallory.writes(&office.support(), "Hello", "A question.");
    let theirs = mallory.gets("ist angekommen");
    anna.gets("new-ticket");
    let number = office.tickets().iter().map(|t| t.number.to_string()).min().unwrap();
    assert!(letter.subject.contains(&number), "Sue's is the older one");
    mallory.replies(&theirs, &format!("#show {number}"));
    mallory.gets("so steht es um Ihre Anfrage").says_nothing_of("The server says no");
    sue.gets_nothing_more();
    drop(news);
}

#[test]
fn a_link_that_was_passed_on_withdraws_nothing_from_another_address() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag"]);
    let (jo, mallory) = (office.person("jo"), office.person("mallory"));
    jo.applies(&[]);
    anna.replies(&anna.gets("new-ticket"), "#verify");
    let letter = jo.gets("please confirm");
    mallory.replies(&letter, "#withdraw");
    jo.gets("Without that answer nothing changes");
    mallory.gets_nothing_more();
    assert_eq!(office.stands_at(), ("open", "verification_sent"));
}

#[test]
fn a_confirmation_from_another_address_creates_nothing() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag"]);
    let (jo, mallory) = (office.person("jo"), office.person("mallory"));
    jo.applies(&[]);
    anna.replies(&anna.gets("new-ticket"), "#verify");
    let letter = jo.gets("please confirm");
    mallory.clicks(&letter, "Yes");
    anna.gets("customer-answer").offers("#confirm");
    assert_eq!(office.books().accounts(), 0);
    mallory.gets_nothing_more();
}

#[test]
fn a_link_to_a_former_address_confirms_nothing() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag"]);
    let (old, jo) = (office.person("old"), office.person("jo"));
    old.applies(&[]);
    let news = anna.gets("new-ticket");
    anna.replies(&news, "#verify");
    let former = old.gets("please confirm");
    anna.gets("receipt");
    anna.replies(&news, &format!("#set email {}", jo.address));
    anna.gets("receipt");
    old.clicks(&former, "Yes");
    anna.gets("third-party");
    old.gets_nothing_more();
    assert_eq!(office.books().accounts(), 0);
    drop(jo);
}

#[test]
fn a_closed_request_is_not_opened_again_by_a_from_and_its_number() {
    asked!(office, anna, sue, letter, news);
    anna.replies(&news, "#close success");
    anna.gets("receipt");
    office.comes_to("closed success", "");
    let mallory = office.person("mallory");
    let mut forged = mallory.writing(&office.support(), &letter.subject, "It is broken again.");
    forged.from.1.clone_from(&sue.address);
    mallory.sends(forged);
    anna.gets("customer-answer").says("not proven");
    assert_eq!(office.stands_at().0, "closed success");
}

#[test]
fn whoever_guesses_links_is_looked_at_no_more_and_the_applicant_still_is() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag"]);
    let (jo, mallory) = (office.person("jo"), office.person("mallory"));
    jo.applies(&[]);
    anna.replies(&anna.gets("new-ticket"), "#verify");
    let letter = jo.gets("please confirm");
    let right = letter.reply_to.clone();
    let (user, _) = right.split_once('+').unwrap();
    let guess = |n: u8| format!("{user}+{}@onn.test", char::from(b'a' + n).to_string().repeat(26));
    for n in 0..12 {
        mallory.writes(&guess(n), &format!("Guess {n}"), "Yes");
        anna.gets("new-ticket");
    }
    // The next guess is right, and finds nothing.
    mallory.writes(&right, "Guess", "Yes");
    anna.gets("new-ticket");
    anna.gets_no("customer-answer");
    assert!(office.postmaster_lines().iter().any(|line| line.contains("guessed_links")));
    jo.clicks(&letter, "Yes");
    jo.gets("password");
}

#[test]
fn whoever_reads_the_database_finds_no_link_to_confirm_with() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag"]);
    let jo = office.person("jo");
    jo.applies(&[]);
    anna.replies(&anna.gets("new-ticket"), "#verify");
    let letter = jo.gets("please confirm");
    office.settles();
    office.stop();
    assert!(office.database_holds("verification_sent"), "it is looked for in the right file");
    assert!(!office.database_holds(letter.reply_token()));
    office.start();
    jo.clicks(&letter, "Yes");
    jo.gets("password");
}

#[test]
fn a_machine_that_answers_by_itself_confirms_nothing() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag"]);
    let jo = office.person("jo");
    jo.applies(&[]);
    anna.replies(&anna.gets("new-ticket"), "#verify");
    let letter = jo.gets("please confirm");
    anna.gets("receipt");
    // A gateway that follows every link and signs in its user's name.
    let link = letter.link("Yes");
    let mut automatic = jo.writing(&link.to, &link.subject, &link.body);
    automatic.headers.push(("Auto-Submitted", "auto-replied".into()));
    jo.sends(automatic);
    anna.gets_nothing_more();
    assert_eq!(office.books().accounts(), 0);
    assert_eq!(office.stands_at(), ("open", "verification_sent"));
    // There is nothing else to open: no address of a page stands in the letter.
    assert!(!letter.raw.contains("https:") && !letter.raw.contains("http:"), "{}", letter.raw);
}

#[test]
fn whoever_was_in_copy_of_an_answer_closes_nothing_in_the_customers_name() {
    asked!(office, anna, sue, letter, news);
    let mallory = office.person("mallory");
    let mut answer = sue.reply(&letter, "I have told Mallory, too.");
    answer.headers.push(("Cc", mallory.address.clone()));
    sue.sends(answer);
    anna.gets("customer-answer");
    // She can read the Message-ID in it.
    let mut forged = mallory.reply(&letter, "#close");
    forged.from.1.clone_from(&sue.address);
    mallory.sends(forged);
    let asked = sue.gets("Ohne diese Antwort");
    assert_eq!(office.stands_at().0, "new");
    drop(news);
    // A newer mail of ours has one that nobody else knows.
    sue.replies(&asked, "#close");
    office.comes_to("closed success", "");
}

#[test]
fn whoever_has_answered_the_customers_mail_closes_nothing_in_their_name() {
    asked!(office, anna, sue, letter, news);
    let mallory = office.person("mallory");
    mallory.replies(&letter, "Sue has sent me this, and I have the same question.");
    anna.gets("third-party");
    let mut forged = mallory.reply(&letter, "#close");
    forged.from.1.clone_from(&sue.address);
    mallory.sends(forged);
    sue.gets("Ohne diese Antwort");
    assert_eq!(office.stands_at().0, "new");
    drop(news);
}

#[test]
fn an_answer_that_its_domain_disowns_withdraws_nothing() {
    let office = Office::with(|s| {
        s.security("authserv_id", "mail.onn.test");
    });
    let anna = office.english_agent("anna", &["antrag"]);
    let jo = office.person("jo");
    jo.applies(&[]);
    anna.replies(&anna.gets("new-ticket"), "#verify");
    let letter = jo.gets("please confirm");
    let mut forged = jo.reply(&letter, "#withdraw");
    forged.to = office.antrag();
    let (_, domain) = jo.address.split_once('@').unwrap();
    let fail = format!("Authentication-Results: mail.onn.test; dmarc=fail header.from={domain}");
    office.comes_in(&format!("{fail}\r\n{}", forged.raw()));
    jo.gets("Without that answer nothing changes");
    assert_eq!(office.stands_at(), ("open", "verification_sent"));
}
