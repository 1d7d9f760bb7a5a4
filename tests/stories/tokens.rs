//! How an agent's mail shows that it is the agent's: each place where a token can stand, alone; and what needs no ticket.

use crate::story::Office;
use crate::story::people::Person;
use crate::story::received::Received;

/// A new mail of an agent without anything but what the carrier brings: that it got there, the priority shows.
fn carried(
    office: &Office,
    anna: &Person<'_>,
    news: &Received,
    (to, deliver_to, subject, header): (&str, &str, &str, Option<(&'static str, String)>),
) {
    let mut mail = anna.writing(to, subject, "#priority 1\n");
    mail.headers.extend(header);
    office.tell(&format!("Anna writes to {deliver_to}, {subject:?}, {:?}", mail.headers));
    office.send_raw(Some(&anna.address), deliver_to, mail.raw().as_bytes());
    anna.gets("receipt").says("priority 1, was 3");
    anna.replies(news, "#priority 3");
    anna.gets("receipt").says("priority 3, was 1");
}

#[test]
fn each_carrier_of_a_token_is_enough_alone_where_addresses_take_one() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag"]);
    let jo = office.person("jo");

    jo.applies(&[]);
    let news = anna.gets("new-ticket");
    let (queue, token_address) = (office.antrag(), news.reply_to.clone());
    let own = anna.address.clone();
    let header = |name, value: &str| Some((name, value.to_owned()));
    for way in [
        (token_address.as_str(), token_address.as_str(), "To", None),
        (&queue, &token_address, "Cc", header("Cc", &token_address)),
        // An alias was expanded, or it is a blind copy: only the server says to which address it came.
        (&own, &token_address, "Delivered-To of our own server", None),
        (&own, &queue, "Delivered-To", header("Delivered-To", &token_address)),
        (&own, &queue, "X-Original-To", header("X-Original-To", &token_address)),
        (&own, &queue, "Envelope-To", header("Envelope-To", &token_address)),
        (&queue, &queue, "In-Reply-To", header("In-Reply-To", &news.message_id)),
        (
            &queue,
            &queue,
            "References",
            header("References", &format!("<a@b.test> {}", news.message_id)),
        ),
    ] {
        carried(&office, &anna, &news, way);
    }
    jo.gets_nothing_more();
}

#[test]
fn each_carrier_of_a_token_is_enough_alone_where_addresses_take_none() {
    let office = Office::with(|settings| {
        settings.queue("subaddress", "");
    });
    let anna = office.english_agent("anna", &["antrag"]);
    let jo = office.person("jo");

    jo.applies(&[]);
    let news = anna.gets("new-ticket");
    let queue = office.antrag();
    assert_eq!(news.reply_to, queue);
    let header = |name, value: &str| Some((name, value.to_owned()));
    for way in [
        (queue.as_str(), queue.as_str(), "In-Reply-To", header("In-Reply-To", &news.message_id)),
        (&queue, &queue, "References", header("References", &news.message_id)),
    ] {
        carried(&office, &anna, &news, way);
    }
    // The link's own subject, once; an answer to the mail is good for longer.
    let link = news.link("#lock");
    assert_eq!(link.to, queue);
    anna.clicks(&news, "#lock");
    anna.gets("receipt").says("the application is yours");
    anna.clicks(&news, "#verify");
    let challenge = anna.gets("challenge");
    challenge.says("the link was good for one mail").says_nothing_of("the reply address of");
    jo.gets_nothing_more();
    anna.clicks(&challenge, "Yes");
    jo.gets("please confirm");
    anna.gets("receipt");
    let token = link.subject.rsplit_once('{').unwrap().1.trim_end_matches('}').to_owned();
    for mail in anna.inbox() {
        assert!(!mail.subject.contains(&token), "{}", mail.subject);
    }
}

#[test]
fn an_applicant_confirms_by_the_link_where_addresses_take_no_token() {
    let office = Office::with(|settings| {
        settings.queue("subaddress", "");
    });
    let anna = office.english_agent("anna", &["antrag"]);
    let jo = office.person("jo");

    jo.applies(&[]);
    anna.replies(&anna.gets("new-ticket"), "#verify");
    let letter = jo.gets("please confirm");
    let link = letter.links().into_iter().find(|link| link.subject.contains('{')).unwrap();
    jo.writes(&link.to, &link.subject, &link.body);
    jo.gets("password");
    assert_eq!(office.books().accounts(), 1);
}

#[test]
fn an_agents_own_address_reads_and_does_nothing_else() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag"]);
    let tom = office.english_agent("tom", &["support"]);
    let (jo, sue) = (office.person("jo"), office.person("sue"));

    jo.applies(&[]);
    let news = anna.gets("new-ticket");
    let number = office.ticket().number.to_string();
    // The link in the footer, and the answer to the welcome.
    anna.clicks(&news, "#list");
    let list = anna.gets("list");
    list.says(&number).says("Jo");
    let welcome = anna.gets("welcome");
    anna.replies(&welcome, &format!("#show {number}\n\nHe has written before."));
    anna.gets("receipt").says("internal note");
    anna.gets("show").says("I write about tides.").says("He has written before.");
    anna.replies(&list, "#help list");
    anna.gets("help").says("#list");

    sue.writes(&office.support(), "Cannot log in", "The server says no.");
    sue.gets("ist angekommen");
    tom.gets("new-ticket");
    let [_, request] = office.tickets().try_into().unwrap();
    for (text, why) in [
        (format!("#show {}", request.number), "no number that we know"),
        (format!("#close {number}"), "Expected"),
        ("#confirm".to_owned(), "This needs a ticket"),
        ("Hello Jo, welcome!".to_owned(), "This needs a ticket"),
    ] {
        anna.replies(&list, &text);
        anna.gets("error").says(why);
    }
    jo.gets_nothing_more();
    anna.gets_nothing_more();
    assert_eq!(office.books().accounts(), 0);
}

#[test]
fn commands_without_a_ticket_and_a_token_are_asked_about_first() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag"]);
    office.start();

    anna.writes(&office.antrag(), "Overview", "#list\n");
    let challenge = anna.gets("challenge");
    challenge.says("#list").says("sends you a list of the tickets");
    anna.gets_nothing_more();
    anna.replies(&challenge, "#yes");
    anna.gets("list").says("All open tickets: none");
    anna.replies(&challenge, "#yes");
    anna.gets("error").says("has been carried out already");
    assert!(office.tickets().is_empty());
}
