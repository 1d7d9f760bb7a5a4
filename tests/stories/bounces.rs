//! Mail that comes back: Postfix refuses and writes real DSNs.

use crate::story::Office;

fn an_address_that_does_not_exist_ends_it(office: &Office, address: &str) {
    let anna = office.english_agent("anna", &["antrag"]);
    let jo = office.person("jo");

    jo.applies(&[("email", address)]);
    anna.replies(&anna.gets("new-ticket"), "#verify");
    anna.gets("receipt");
    let bounce = anna.gets("bounce");
    bounce.says(address).says("There is no such address").says("the link is void");
    assert_eq!(office.stands_at(), ("open", "bounced"));

    anna.replies(&bounce, "#confirm");
    anna.gets("error").says("#confirm force");
    anna.replies(&bounce, "Hello, are you there?");
    anna.gets("error");
    assert_eq!(office.books().accounts(), 0);

    anna.replies(&bounce, &format!("#set email {}\n#verify", jo.address));
    anna.gets("receipt");
    jo.replies(&jo.gets("please confirm"), "Yes.");
    jo.gets("password");
    assert_eq!(office.tickets().len(), 1, "a bounce opens no ticket");
}

#[test]
fn an_unknown_address_bounces_and_no_account_is_made() {
    an_address_that_does_not_exist_ends_it(&Office::open(), "nobody@mail.test");
}

#[test]
fn a_domain_without_mail_bounces_and_no_account_is_made() {
    an_address_that_does_not_exist_ends_it(&Office::open(), "jo@nowhere.invalid");
}

#[test]
fn a_bounce_may_come_into_the_queues_own_mailbox() {
    let office = Office::with(|settings| settings.bounces_mailbox = false);
    an_address_that_does_not_exist_ends_it(&office, "nobody@mail.test");
}

#[test]
fn bounced_credentials_suspend_the_account_until_another_address_heals_it() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag"]);
    let postmaster = office.postmaster();
    let jo = office.person("jo");

    jo.applies(&[("email", "nobody@mail.test")]);
    anna.replies(&anna.gets("new-ticket"), "#confirm");
    anna.gets("receipt");
    anna.gets("confirmed");
    let bounce = anna.gets("bounce");
    bounce.says("The account jo is suspended");
    postmaster.gets("bounce");
    office.settles();
    assert_eq!(office.stands_at(), ("open", "credentials_bounced"));
    let account = office.account("jo").unwrap();
    assert!(!account.active);
    let old = office.books().password_hash("jo");

    anna.replies(&bounce, &format!("#set email {}\n#confirm", jo.address));
    anna.gets("receipt");
    assert_eq!(jo.gets("password").value("Login"), "jo");
    office.comes_to("open", "credentials_sent");
    let account = office.account("jo").unwrap();
    assert!(account.active);
    assert_eq!(account.email.as_str(), jo.address);
    assert_ne!(office.books().password_hash("jo"), old, "a new password");
    assert_eq!(office.books().accounts(), 1);
}

#[test]
fn a_bounce_of_nothing_that_we_sent_does_nothing() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag"]);
    let (jo, mallory) = (office.person("jo"), office.person("mallory"));

    jo.applies(&[]);
    let news = anna.gets("new-ticket");
    anna.replies(&news, "#verify");
    anna.gets("receipt");
    let letter = jo.gets("please confirm");
    // Mallory has nothing but what everybody may know: the number and the address.
    let raw = format!(
        "From: MAILER-DAEMON@mail.test\r\nTo: {antrag}\r\nSubject: Undelivered Mail {subject}\r\n\
         Message-ID: <forged@mail.test>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
         --b\r\n\r\nIt could not be delivered.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n\
         Reporting-MTA: dns; mail.test\r\n\r\nFinal-Recipient: rfc822; {jo}\r\nAction: failed\r\n\
         Status: 5.1.1\r\n\r\n--b--\r\n",
        antrag = office.antrag(),
        subject = news.subject,
        jo = jo.address,
    );
    office.tell("Mallory sends a forged bounce");
    office.send_raw(None, &office.antrag(), raw.as_bytes());
    anna.gets_nothing_more();
    mallory.gets_nothing_more();
    assert_eq!(office.stands_at(), ("open", "verification_sent"));
    jo.replies(&letter, "Yes.");
    jo.gets("password");
}
