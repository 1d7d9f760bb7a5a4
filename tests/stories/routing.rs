//! Which ticket a mail belongs to, and what becomes of mail that is not as it should be.

use crate::story::Office;

#[test]
fn whoever_writes_to_support_is_acknowledged_and_answered() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["support"]);
    let sue = office.person("sue");

    sue.writes(&office.support(), "Cannot log in", "The server says no. Can you help?");
    let news = anna.gets("new-ticket");
    news.says("The server says no.");
    let number = office.ticket().number.to_string();
    sue.gets("ist angekommen").says(&number).says("Cannot log in");
    anna.replies(&news, "Hello Sue,\n\nplease use port 563.");
    anna.gets("receipt");
    let answer = sue.gets("please use port 563");
    answer.says("Cannot log in").says("Anna");
    sue.replies(&answer, "Now it works, thank you!");
    let thanks = anna.gets("customer-answer");
    thanks.says("Now it works");
    anna.replies(&thanks, "#close");
    anna.gets("receipt");
    sue.gets_nothing_more();
    assert_eq!(office.stands_at(), ("closed success", ""));
    assert_eq!(office.owner(), None);
}

#[test]
fn an_answer_finds_its_ticket_by_references_when_the_tag_is_gone() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["support"]);
    let sue = office.person("sue");

    sue.writes(&office.support(), "Cannot log in", "The server says no.");
    sue.gets("ist angekommen");
    anna.replies(&anna.gets("new-ticket"), "Which server?");
    anna.gets("receipt");
    let mut reply = sue.reply(&sue.gets("Which server?"), "The one in the letter.");
    reply.subject = "My answer".into();
    sue.sends(reply);
    anna.gets("customer-answer").says("has written").says("The one in the letter.");
    sue.gets_nothing_more();
    assert_eq!(office.tickets().len(), 1);
}

#[test]
fn an_answer_with_nothing_but_the_tag_is_shown_as_not_proven() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["support"]);
    let (sue, mallory) = (office.person("sue"), office.person("mallory"));

    sue.writes(&office.support(), "Cannot log in", "The server says no.");
    let letter = sue.gets("ist angekommen");
    anna.replies(&anna.gets("new-ticket"), "#close");
    anna.gets("receipt");
    let damaged = letter.subject.replace("[Ticket#", "[ticket # ");
    sue.writes(&office.support(), &format!("AW: {damaged}"), "It still says no.");
    anna.gets("customer-answer").says("A mail in the name of").says("The sender is not proven");
    // It reopens nothing; a stranger's is not even the customer's.
    assert_eq!(office.stands_at(), ("closed success", ""));
    mallory.writes(&office.support(), &letter.subject, "It says no to me, too.");
    anna.gets("third-party").says("changes nothing");
    assert_eq!(office.stands_at(), ("closed success", ""));
    assert_eq!(office.tickets().len(), 1);
}

#[test]
fn a_mail_to_a_closed_ticket_opens_it_again_with_its_former_owner() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["support"]);
    let jens = office.english_agent("jens", &["support"]);
    let sue = office.person("sue");

    sue.writes(&office.support(), "Cannot log in", "The server says no.");
    sue.gets("ist angekommen");
    anna.replies(&anna.gets("new-ticket"), "#close\n\nPlease use port 563.");
    anna.gets("receipt");
    let answer = sue.gets("Please use port 563");
    office.comes_to("closed success", "");
    jens.gets("new-ticket");
    jens.gets("taken");
    sue.replies(&answer, "Thank you!");
    let news = anna.gets("customer-answer");
    news.says("is open again").offers("#close success quiet");
    assert_eq!(office.stands_at(), ("open", ""));
    assert_eq!(office.owner().as_deref(), Some("anna"));
    jens.gets_nothing_more();

    anna.clicks(&news, "#close success quiet");
    anna.gets("receipt");
    sue.gets_nothing_more();
    assert_eq!(office.stands_at(), ("closed success", ""));
}

#[test]
fn a_mail_long_after_the_end_opens_a_new_ticket_linked_to_the_old_one() {
    let office = Office::with(|settings| {
        settings.queue("reopen_within", "0s");
    });
    let anna = office.english_agent("anna", &["support"]);
    let sue = office.person("sue");

    sue.writes(&office.support(), "Cannot log in", "The server says no.");
    sue.gets("ist angekommen");
    anna.replies(&anna.gets("new-ticket"), "#close\n\nPlease use port 563.");
    anna.gets("receipt");
    let answer = sue.gets("Please use port 563");
    sue.replies(&answer, "Another question: which groups are there?");
    anna.gets("new-ticket").says("which groups are there");
    sue.gets("ist angekommen");
    sue.replies(&answer, "And who moderates them?");
    anna.gets("customer-answer").says("who moderates them");
    let [old, new] = office.tickets().try_into().unwrap();
    assert!(!old.is_open());
    assert_eq!((old.continued_in, new.continues), (Some(new.number), Some(old.number)));
    anna.gets_nothing_more();
}

#[test]
fn a_mail_to_two_of_our_addresses_is_one_ticket_in_the_queue_named_first() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag"]);
    let tom = office.english_agent("tom", &["support"]);
    let sue = office.person("sue");

    let to = format!("{}, {}", office.support(), office.antrag());
    let mail = sue.writing(&to, "Help", "I need help.").raw();
    // The copy to the queue named second comes first.
    for copy in [office.antrag(), office.support()] {
        office.send_raw(Some(&sue.address), &copy, mail.as_bytes());
        office.settles();
    }
    tom.gets("new-ticket");
    anna.gets("new-ticket");
    sue.gets("ist angekommen");
    for person in [&anna, &tom, &sue] {
        person.gets_nothing_more();
    }
    assert_eq!(office.ticket().queue, "support");
}

#[test]
fn a_mail_without_from_date_and_message_id_becomes_a_ticket_all_the_same() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["support"]);
    let to = office.support();
    office.tell("somebody sends mails that are hardly any");
    for (raw, words) in [
        ("Subject: bare\r\n\r\nNobody wrote this.\r\n", "Nobody wrote this."),
        ("From: \r\nSubject: no sender\r\n\r\nNobody, either.\r\n", "Nobody, either."),
        ("Content-Type: text/plain; charset=klingon\r\n\r\nQapla.\r\n", "Qapla."),
        (
            "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nTorn.\r\n",
            "Torn.",
        ),
        ("\r\nA body alone.\r\n", "A body alone."),
    ] {
        office.send_raw(Some("somebody@mail.test"), &to, raw.as_bytes());
        anna.gets("new-ticket").says(words);
    }
    assert_eq!(office.tickets().len(), 5);
    anna.gets_nothing_more();
}

#[test]
fn a_mail_that_cannot_be_handled_goes_to_quarantine_and_the_next_one_is_handled() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag"]);
    let (jo, mallory) = (office.person("jo"), office.person("mallory"));

    let parts = "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n".repeat(1_001);
    let raw = format!(
        "From: {from}\r\nTo: {to}\r\nSubject: Parts\r\nMessage-ID: <parts@mail.test>\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{parts}--b--\r\n",
        from = mallory.address,
        to = office.antrag(),
    );
    office.tell("Mallory sends a mail of 1,001 parts");
    office.send_raw(Some(&mallory.address), &office.antrag(), raw.as_bytes());
    jo.applies(&[]);
    anna.gets("new-ticket").says("Jo");
    office.postmaster().gets("quarantine").says("antrag");
    office.settles();
    assert_eq!(office.quarantined().len(), 1);
    assert_eq!(office.quarantined()[0].subject, "Parts");
    assert_eq!(office.books().quarantine().len(), 1);
    assert_eq!(office.tickets().len(), 1);
    anna.gets_nothing_more();
    mallory.gets_nothing_more();
}
