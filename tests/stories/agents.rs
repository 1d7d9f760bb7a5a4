//! Agents at work: who may command, whose ticket it is, and what becomes of the text.

use crate::story::{Office, with_files};

#[test]
fn a_command_in_an_agents_name_does_nothing_until_the_agent_says_yes() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag"]);
    let (jo, mallory) = (office.person("jo"), office.person("mallory"));

    jo.applies(&[]);
    let news = anna.gets("new-ticket");
    let mut forged = mallory.writing(&office.antrag(), &news.subject, "#confirm");
    forged.from.1.clone_from(&anna.address);
    mallory.sends(forged);
    let challenge = anna.gets("challenge");
    challenge.says("Nothing has been done yet").says("creates the account jo");
    jo.gets_nothing_more();
    mallory.gets_nothing_more();
    assert_eq!(office.stands_at(), ("new", "received"));
    assert_eq!(office.books().accounts(), 0);

    anna.replies(&challenge, "#yes");
    anna.gets("receipt");
    jo.gets("password");
    anna.gets("confirmed");
    anna.replies(&challenge, "#yes");
    anna.gets("error").says("carried out already");
    anna.gets_nothing_more();
    jo.gets_nothing_more();
    assert_eq!(office.books().accounts(), 1);
}

#[test]
fn plain_text_in_an_agents_name_is_not_sent_until_the_agent_says_yes_and_then_once() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["support"]);
    let (sue, mallory) = (office.person("sue"), office.person("mallory"));

    sue.writes(&office.support(), "Cannot log in", "The server says no.");
    sue.gets("ist angekommen");
    let news = anna.gets("new-ticket");
    let mut forged = mallory.writing(&office.support(), &news.subject, "Please try it again now.");
    forged.from.1.clone_from(&anna.address);
    mallory.sends(forged);
    let challenge = anna.gets("challenge");
    challenge.says("Please try it again now.");
    sue.gets_nothing_more();

    // Any other answer than yes is no consent.
    anna.replies(&challenge, "yes");
    sue.gets("Please try it again now.");
    anna.gets("receipt");
    anna.replies(&challenge, "Yes");
    anna.gets("error");
    sue.gets_nothing_more();
    anna.gets_nothing_more();
}

#[test]
fn a_command_that_an_applicant_types_or_an_agent_quotes_does_nothing() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag"]);
    let jo = office.person("jo");

    jo.applies(&[("reason", "I like it.\n#confirm\nE-Mail: victim@mail.test")]);
    let news = anna.gets("new-ticket");
    news.says("#confirm");
    anna.replies(&news, "#ask\n\nWhat for?");
    anna.gets("receipt");
    jo.replies(&jo.gets("What for?"), "#confirm\n#close success\n\nFor reading.");
    let answer = anna.gets("customer-answer");
    answer.says("#close success").says("For reading.");
    // Her client quotes his commands, one of them without a mark.
    let mut reply = anna.reply(&answer, "Thank you, a colleague will decide.");
    reply.text += "\n> #confirm\n>#close\n";
    anna.sends(reply);
    jo.gets("a colleague will decide").says_nothing_of("#close");
    anna.gets("receipt");
    anna.gets_nothing_more();
    jo.gets_nothing_more();
    assert_eq!(office.books().accounts(), 0);
    assert_eq!(office.stands_at(), ("open", "asked"));
}

#[test]
fn a_text_to_a_colleagues_ticket_is_held_and_goes_out_when_it_is_taken_over() {
    let office = Office::open();
    let anna = office.agent("anna", &["antrag"]);
    let jens = office.english_agent("jens", &["antrag"]);
    let jo = office.person("jo");

    jo.applies(&[]);
    anna.replies(&anna.gets("new-ticket"), "#lock");
    anna.gets("receipt");
    assert_eq!(office.owner().as_deref(), Some("anna"));
    let news = jens.gets("new-ticket");
    jens.gets("taken");
    jens.replies(&news, "#verify\n\nHello Jo, one step is left.");
    let held = jens.gets("held");
    held.says("Anna is working on this application").says("Hello Jo, one step is left.");
    jo.gets_nothing_more();
    assert_eq!(office.owner().as_deref(), Some("anna"));

    jens.clicks(&held, "#yes");
    jens.gets("receipt");
    anna.gets("taken").says("Jens");
    jo.gets("please confirm").says("Hello Jo, one step is left.");
    assert_eq!(office.owner().as_deref(), Some("jens"));
    assert_eq!(office.stands_at(), ("open", "verification_sent"));
    // Once.
    jens.replies(&held, "#yes");
    jens.gets("error");
    jo.gets_nothing_more();
}

#[test]
fn a_held_text_can_be_left_as_a_note_for_the_owner() {
    let office = Office::open();
    let anna = office.agent("anna", &["antrag"]);
    let jens = office.english_agent("jens", &["antrag"]);
    let jo = office.person("jo");

    jo.applies(&[]);
    anna.replies(&anna.gets("new-ticket"), "#lock");
    anna.gets("receipt");
    let news = jens.gets("new-ticket");
    jens.gets("taken");
    jens.replies(&news, "I met Jo last week, a nice person.");
    jens.clicks(&jens.gets("held"), "#yes note");
    jens.gets("receipt").says("internal note");
    jo.gets_nothing_more();
    assert_eq!(office.owner().as_deref(), Some("anna"));
    let (_, internal) = office.books().articles();
    assert!(internal.iter().any(|text| text.contains("a nice person")), "{internal:?}");
}

#[test]
fn of_two_agents_who_lock_at_the_same_moment_one_wins_and_the_other_is_told() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag"]);
    let jens = office.english_agent("jens", &["antrag"]);
    let jo = office.person("jo");

    jo.applies(&[]);
    let (hers, his) = (anna.gets("new-ticket"), jens.gets("new-ticket"));
    // Both mails are there when the daemon looks: they come in one batch.
    office.stop();
    anna.replies(&hers, "#lock");
    jens.replies(&his, "#lock");
    office.start();
    office.settles();
    let owner = office.owner().unwrap();
    let (winner, loser) = if owner == "anna" { (&anna, &jens) } else { (&jens, &anna) };
    winner.gets("receipt").says("the application is yours");
    loser.gets("held").says(&winner.name);
    loser.gets("taken");
    winner.gets_nothing_more();
    loser.gets_nothing_more();
}

#[test]
fn a_text_beside_an_administrative_command_goes_out_only_by_a_yes() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["support"]);
    let sue = office.person("sue");

    sue.writes(&office.support(), "Cannot log in", "The server says no.");
    sue.gets("ist angekommen");
    let news = anna.gets("new-ticket");
    anna.replies(&news, "#priority 1\n\nPlease send us the exact words of the error.");
    let receipt = anna.gets("receipt");
    receipt.says("priority 1, was 3").says("did not go out");
    sue.gets_nothing_more();
    assert_eq!(office.ticket().priority, 1);

    anna.replies(&receipt, "#yes");
    sue.gets("Please send us the exact words");
    anna.gets("receipt");
    anna.replies(&receipt, "#yes");
    anna.gets("error");
    sue.gets_nothing_more();
}

#[test]
fn closing_without_a_text_sends_the_customer_nothing() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag", "support"]);
    let (jo, sue) = (office.person("jo"), office.person("sue"));

    sue.writes(&office.support(), "Thanks", "All is well.");
    sue.gets("ist angekommen");
    anna.replies(&anna.gets("new-ticket"), "#close");
    anna.gets("receipt").says("closed with success");
    jo.applies(&[]);
    anna.replies(&anna.gets("new-ticket"), "#close");
    anna.gets("receipt").says("closed without success");
    sue.gets_nothing_more();
    jo.gets_nothing_more();
    assert!(office.tickets().iter().all(|ticket| !ticket.is_open()));
}

#[test]
fn a_note_stays_inside_and_colleagues_see_it() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag"]);
    let jo = office.person("jo");

    jo.applies(&[]);
    let news = anna.gets("new-ticket");
    anna.replies(&news, "#note\n\nSounds like the one of last spring.");
    anna.gets("receipt").says("internal note");
    anna.replies(&news, "#show");
    anna.gets("show").says("Sounds like the one of last spring.");
    anna.replies(&news, "#verify");
    jo.gets("please confirm").says_nothing_of("last spring");
    jo.gets_nothing_more();
}

#[test]
fn nothing_is_done_of_a_mail_with_a_command_that_nobody_knows() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag"]);
    let jo = office.person("jo");

    jo.applies(&[]);
    let news = anna.gets("new-ticket");
    anna.replies(&news, "#priority 1\n#verfiy\n\nHello Jo, one step is left.");
    anna.gets("error").says("#verify").says("Hello Jo, one step is left.");
    jo.gets_nothing_more();
    let ticket = office.ticket();
    assert_eq!((ticket.priority, ticket.owner()), (3, None));
}

#[test]
fn an_agent_can_be_added_and_disabled_while_the_daemon_runs() {
    let office = Office::open();
    office.start();
    let anna = office.english_agent("anna", &["antrag"]);
    let (jo, kim) = (office.person("jo"), office.person("kim"));
    anna.gets("welcome");

    jo.applies(&[]);
    let news = anna.gets("new-ticket");
    anna.replies(&news, "#lock");
    anna.gets("receipt");
    let jens = office.english_agent("jens", &["antrag"]);
    jens.gets("welcome");
    kim.applies(&[]);
    jens.gets("new-ticket");
    anna.gets("new-ticket");

    office.postamt(&["agent", "disable", "anna"]);
    jens.gets("released").says("does not work here any more");
    assert!(office.tickets().iter().all(|ticket| ticket.owner().is_none()));
    anna.replies(&news, "#confirm");
    jens.gets("third-party");
    kim.applies(&[("login", "kim2")]);
    jens.gets("new-ticket");
    anna.gets_nothing_more();
    jo.gets_nothing_more();
    assert_eq!(office.books().accounts(), 0);
}

#[test]
fn an_answer_to_the_welcome_is_only_noted() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag"]);
    let jens = office.english_agent("jens", &["antrag"]);
    office.start();
    anna.replies(&anna.gets("welcome"), "hello");
    anna.gets_nothing_more();
    jens.gets_nothing_more();
    assert!(office.tickets().is_empty());
}

#[test]
fn a_reply_address_that_a_stranger_used_is_void() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag"]);
    let (jo, mallory) = (office.person("jo"), office.person("mallory"));

    jo.applies(&[]);
    let news = anna.gets("new-ticket");
    // She has forwarded the notification.
    mallory.writes(&news.reply_to, "Fwd: application", "Who is this?");
    let told = anna.gets("third-party");
    told.says("Who is this?").says("That address is void now");
    jo.gets_nothing_more();
    mallory.gets_nothing_more();

    anna.replies(&news, "#lock");
    anna.gets("challenge");
    assert_eq!(office.owner(), None);
    // The next notification brings a new one.
    anna.replies(&told, "#lock");
    anna.gets("receipt");
    assert_eq!(office.owner().as_deref(), Some("anna"));
}

#[test]
fn an_agent_who_writes_from_an_unknown_address_is_asked_at_the_known_one() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag"]);
    let jo = office.person("jo");

    jo.applies(&[]);
    let news = anna.gets("new-ticket");
    anna.replies_from(&anna.address.replace('@', "-at-home@"), &news, "#priority 2");
    anna.gets("receipt");
    anna.replies_from("anna.elsewhere@agents.test", &news, "#confirm");
    let challenge = anna.gets("challenge");
    jo.gets_nothing_more();
    anna.replies(&challenge, "#yes");
    jo.gets("password");
}

#[test]
fn an_agent_who_needs_an_account_commands_only_while_they_have_one() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag"]);
    let jens = office.english_agent("jens", &["antrag"]);
    let jo = office.person("jo");

    // On her own application she is a customer like any other.
    anna.applies(&[("login", "anna")]);
    jens.replies(&jens.gets("new-ticket"), "#confirm\n#close");
    anna.gets("password");
    office.settles();
    office.stop();
    office.secured_by("agents_need_account = true");
    office.start();

    jo.applies(&[]);
    let (news, of_jens) = (anna.gets("new-ticket"), jens.gets("new-ticket"));
    anna.replies(&news, "#lock");
    anna.gets("receipt");
    jens.replies(&of_jens, "#lock force");
    jens.gets("error").says("yours is gone or suspended");
    office.postamt(&["account", "suspend", "anna"]);
    anna.replies(&news, "#unlock");
    anna.gets("error").says("#unlock").says("yours is gone or suspended");
    office.postamt(&["account", "resume", "anna"]);
    anna.replies(&news, "#priority 1");
    anna.gets("receipt");
}

#[test]
fn a_receipt_names_each_file_that_the_customer_did_not_get() {
    let office = Office::with(|s| {
        s.limit("attachment", "10K");
    });
    let anna = office.english_agent("anna", &["support"]);
    let sue = office.person("sue");

    sue.writes(&office.support(), "Cannot log in", "The server says no.");
    sue.gets("ist angekommen");
    let news = anna.gets("new-ticket");
    let writing = anna.reply(&news, "Please read the page.");
    let long = "All of it, line by line.\n".repeat(1_000);
    let raw = with_files(
        &writing,
        &[
            ("text/plain", "steps.txt", "First, second, third.\n"),
            ("text/html", "page.html", "<p>Hello</p>\n"),
            ("text/vcard", "anna.vcf", "BEGIN:VCARD\nFN:Anna\nEND:VCARD\n"),
            ("application/pgp-signature", "signature.asc", "x\n"),
            ("text/plain", "log.txt", &long),
        ],
    );
    office.send_raw(writing.envelope_sender.as_deref(), &writing.to, raw.as_bytes());
    assert_eq!(sue.gets("Please read the page").files(), ["steps.txt"]);
    let receipt = anna.gets("receipt");
    receipt.says("page.html was left out: files that may run something");
    receipt.says("anna.vcf was left out: cards, keys and certificates");
    receipt.says("log.txt was left out: too large");
    receipt.says_nothing_of("steps.txt").says_nothing_of("signature.asc");

    // What stays inside is kept as it is: nothing was left out.
    let writing = anna.reply(&news, "#note\nSee the page.");
    let raw = with_files(&writing, &[("text/html", "page.html", "<p>Hello</p>\n")]);
    office.send_raw(writing.envelope_sender.as_deref(), &writing.to, raw.as_bytes());
    anna.gets("receipt").says_nothing_of("page.html");
    sue.gets_nothing_more();
}
