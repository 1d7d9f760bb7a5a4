//! Bounces that nobody's server wrote, and real ones that say less than they seem to.

use crate::story::{Office, Received};

/// A delivery status notification (RFC 3464) as anybody can write it.
struct Forged<'a> {
    to: &'a str,
    subject: &'a str,
    recipient: &'a str,
    action: &'a str,
    status: &'a str,
    message_id: &'a str,
}

impl Forged<'_> {
    fn send(&self, office: &Office) {
        let Self { to, subject, recipient, action, status, message_id } = self;
        let raw = format!(
            "From: MAILER-DAEMON@mail.test\r\nTo: {to}\r\nSubject: Undelivered Mail {subject}\r\n\
             Message-ID: <{}.forged@mail.test>\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
             --b\r\n\r\nIt could not be delivered.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n\
             Reporting-MTA: dns; mail.test\r\n\r\nFinal-Recipient: rfc822; {recipient}\r\n\
             Action: {action}\r\nStatus: {status}\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n\
             Message-ID: {message_id}\r\nSubject: x\r\n\r\n--b--\r\n",
            message_id.len() + status.len()
        );
        office.tell(&format!("a forged bounce about {recipient}"));
        office.send_raw(None, to, raw.as_bytes());
    }
}

/// Jo's application, with the link sent.
macro_rules! verified {
    ($office:ident, $anna:ident, $jo:ident, $news:ident, $letter:ident) => {
        let $office = Office::open();
        let $anna = $office.english_agent("anna", &["antrag"]);
        let $jo = $office.person("jo");
        $jo.applies(&[]);
        let $news = $anna.gets("new-ticket");
        $anna.replies(&$news, "#verify");
        let $letter: Received = $jo.gets("please confirm");
        $anna.gets("receipt");
    };
}

#[test]
fn whoever_knows_number_and_address_brands_nobody() {
    verified!(office, anna, jo, news, letter);
    Forged {
        to: &office.antrag(),
        subject: &news.subject,
        recipient: &jo.address,
        action: "failed",
        status: "5.1.1",
        message_id: "<unknown@onn.test>",
    }
    .send(&office);
    anna.gets_nothing_more();
    assert_eq!(office.stands_at(), ("open", "verification_sent"));
    jo.clicks(&letter, "Yes");
    jo.gets("password");
}

#[test]
fn whoever_knows_number_and_address_suspends_nobody() {
    verified!(office, anna, jo, news, letter);
    jo.clicks(&letter, "Yes");
    jo.gets("password");
    anna.gets("confirmed");
    Forged {
        to: &office.antrag(),
        subject: &news.subject,
        recipient: &jo.address,
        action: "failed",
        status: "5.1.1",
        message_id: "<credentials@onn.test>",
    }
    .send(&office);
    anna.gets_nothing_more();
    assert!(office.account("jo").unwrap().active);
}

#[test]
fn whoever_knows_number_and_address_switches_no_agent_off() {
    verified!(office, anna, jo, news, letter);
    Forged {
        to: &office.antrag(),
        subject: &news.subject,
        recipient: &anna.address,
        action: "failed",
        status: "5.1.1",
        message_id: "<notification@onn.test>",
    }
    .send(&office);
    office.settles();
    assert!(office.postamt(&["agent", "show", "anna"]).contains("reached          yes\n"));
    drop((jo, letter));
}

#[test]
fn a_known_message_id_with_another_recipient_does_nothing() {
    verified!(office, anna, jo, news, letter);
    Forged {
        to: &office.antrag(),
        subject: "x",
        recipient: "somebody@else.test",
        action: "failed",
        status: "5.1.1",
        message_id: &letter.message_id,
    }
    .send(&office);
    anna.gets_nothing_more();
    assert_eq!(office.stands_at(), ("open", "verification_sent"));
    drop((jo, news));
}

#[test]
fn a_token_from_a_message_id_is_no_envelope_address() {
    verified!(office, anna, jo, news, letter);
    // Seen in the References of a mail that Jo copied to others.
    let local = letter.message_id.trim_matches(['<', '>']).split('@').next().unwrap().to_owned();
    let token = local.split('.').nth(1).unwrap();
    let (user, domain) = letter.return_path().unwrap().split_once('+').map_or_else(
        || panic!("{}", letter.raw),
        |(user, rest)| (user.to_owned(), rest.split_once('@').unwrap().1.to_owned()),
    );
    Forged {
        to: &format!("{user}+{token}@{domain}"),
        subject: "x",
        recipient: "mallory@else.test",
        action: "failed",
        status: "5.1.1",
        message_id: "<unknown@onn.test>",
    }
    .send(&office);
    anna.gets_nothing_more();
    assert_eq!(office.stands_at(), ("open", "verification_sent"));
    drop((jo, news));
}

/// What a real server says of the mail, by its signed envelope address.
fn says(office: &Office, letter: &Received, recipient: &str, action: &str, status: &str) {
    Forged {
        to: &letter.return_path().unwrap(),
        subject: "x",
        recipient,
        action,
        status,
        message_id: &letter.message_id,
    }
    .send(office);
}

#[test]
fn a_refusal_as_spam_brands_nobody() {
    verified!(office, anna, jo, news, letter);
    says(&office, &letter, &jo.address, "failed", "5.7.1");
    anna.gets("bounce").says_nothing_of("the link is void");
    assert_eq!(office.stands_at(), ("open", "verification_sent"));
    jo.clicks(&letter, "Yes");
    jo.gets("password");
    drop(news);
}

#[test]
fn a_delay_ends_nothing() {
    verified!(office, anna, jo, news, letter);
    says(&office, &letter, &jo.address, "delayed", "4.4.1");
    anna.gets_nothing_more();
    assert_eq!(office.stands_at(), ("open", "verification_sent"));
    drop((jo, news));
}

#[test]
fn a_bounce_of_a_former_address_leaves_the_new_one_alone() {
    verified!(office, anna, jo, news, letter);
    let kim = office.person("kim");
    anna.replies(&news, &format!("#set email {}\n#verify", kim.address));
    let fresh = kim.gets("please confirm");
    anna.gets("receipt");
    says(&office, &letter, &jo.address, "failed", "5.1.1");
    anna.gets("bounce");
    assert_eq!(office.stands_at(), ("open", "verification_sent"));
    kim.clicks(&fresh, "Yes");
    kim.gets("password");
}

#[test]
fn a_bounce_opens_no_ticket_and_is_not_answered() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["support"]);
    let mallory = office.person("mallory");
    let raw = format!(
        "From: {0}\r\nTo: {1}\r\nSubject: Undelivered Mail Returned to Sender\r\nMessage-ID: <b@mail.test>\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
         --b\r\n\r\nSorry.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n\
         Final-Recipient: rfc822; a@b.test\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n",
        mallory.address,
        office.support()
    );
    // With an envelope sender that could be written to.
    office.send_raw(Some(&mallory.address), &office.support(), raw.as_bytes());
    anna.gets_nothing_more();
    mallory.gets_nothing_more();
    assert!(office.tickets().is_empty());
}

#[test]
fn whoever_was_in_copy_of_an_answer_bounces_nothing() {
    verified!(office, anna, jo, news, letter);
    jo.clicks(&letter, "Yes");
    let credentials = jo.gets("password");
    anna.gets("confirmed");
    // Message-ID and recipient are right: both stand in an answer with others in copy.
    for (mail, recipient) in [(&credentials, &jo), (&letter, &jo), (&news, &anna)] {
        Forged {
            to: &office.antrag(),
            subject: &news.subject,
            recipient: &recipient.address,
            action: "failed",
            status: "5.1.1",
            message_id: &mail.message_id,
        }
        .send(&office);
    }
    anna.gets_nothing_more();
    assert!(office.account("jo").unwrap().active);
    assert!(office.postamt(&["agent", "show", "anna"]).contains("reached          yes\n"));
}
