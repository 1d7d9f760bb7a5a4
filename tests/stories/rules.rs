//! What the admin's rules and the mail server's spam mark do with mail that would open a ticket, and what they leave alone.

use crate::story::Office;

#[test]
fn what_a_rule_ignores_is_kept_but_opens_no_ticket() {
    let office = Office::with(|settings| {
        settings.rule("X-Campaign", "newsletter", "action = \"ignore\"");
    });
    let anna = office.english_agent("anna", &["support"]);
    let shop = office.person("shop");

    let mut mail = shop.writing(&office.support(), "Our offers", "Buy now!");
    mail.headers.push(("x-campaign", "The NEWSLETTER of November".into()));
    shop.sends(mail);
    shop.writes(&office.support(), "A question", "Do you read newsletters?");
    anna.gets("new-ticket").says("Do you read newsletters?");
    shop.gets("ist angekommen").says("A question");
    anna.gets_nothing_more();
    shop.gets_nothing_more();
    assert_eq!(office.ticket().subject, "A question");
    assert!(office.quarantined().is_empty());
}

#[test]
fn a_rule_sorts_a_mail_into_another_queue_with_another_priority() {
    let office = Office::with(|settings| {
        settings.rule("Subject", "urgent", "queue = \"support\"\npriority = 1");
    });
    let anna = office.english_agent("anna", &["antrag"]);
    let tom = office.english_agent("tom", &["support"]);
    let sue = office.person("sue");

    sue.writes(&office.antrag(), "URGENT: cannot log in", "The server says no.");
    tom.gets("new-ticket").says("The server says no.");
    sue.gets("ist angekommen");
    anna.gets_nothing_more();
    let ticket = office.ticket();
    assert_eq!((ticket.queue.as_str(), ticket.priority), ("support", 1));
}

#[test]
fn a_marked_mail_is_a_closed_ticket_of_which_nobody_hears() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag", "support"]);
    let eve = office.person("eve");

    let mut mail = eve.writing(&office.support(), "You have won", "Send me your password.");
    mail.headers.push(("X-Spam-Flag", "YES".into()));
    eve.sends(mail);
    office.settles();
    assert_eq!(office.stands_at(), ("closed fail", ""));
    anna.gets_nothing_more();
    eve.gets_nothing_more();
    let number = office.ticket().number.to_string();
    assert!(office.postamt(&["ticket", "list", "--all"]).contains(&number));
    assert!(!office.postamt(&["ticket", "list"]).contains(&number));
    assert!(office.postamt(&["ticket", "show", &number]).contains("spam"));
}

#[test]
fn a_follow_up_is_swallowed_by_no_rule_and_no_mark() {
    let office = Office::with(|settings| {
        settings.rule("Subject", "account", "action = \"ignore\"");
        settings.rule("From", "jo", "action = \"spam\"");
    });
    let anna = office.english_agent("anna", &["antrag"]);
    let jo = office.person("jo");

    jo.applies(&[]);
    let news = anna.gets("new-ticket");
    anna.replies(&news, "#verify");
    anna.gets("receipt");
    let mut yes = jo.reply(&jo.gets("please confirm"), "Hello, which account do you mean?");
    yes.subject = format!("Which account? {}", yes.subject);
    yes.headers.push(("X-Spam-Flag", "YES".into()));
    jo.sends(yes);
    let answer = anna.gets("customer-answer");
    answer.says("which account do you mean").says("Our mail server holds this mail for spam");
    let mut command = anna.reply(&answer, "#close fail quiet");
    command.subject = format!("Account: {}", command.subject);
    anna.sends(command);
    anna.gets("receipt");
    assert_eq!(office.tickets().len(), 1);
    office.comes_to("closed fail", "verification_sent");
}
