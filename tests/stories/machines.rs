//! What machines write, labelled or not: it is shown where somebody must know, and never answered or obeyed.

use crate::story::Office;

#[test]
fn an_away_note_without_any_mark_is_no_yes_to_the_verification() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag"]);
    let jo = office.person("jo");

    jo.applies(&[]);
    anna.replies(&anna.gets("new-ticket"), "#verify");
    anna.gets("receipt");
    let letter = jo.gets("please confirm");
    for text in [
        "Yes, thank you for your mail. I am out of office until Monday.",
        "OK. Your request has been received, ticket number 4711. Please do not reply.",
        "Confirmed!\n\nThis is an automated message.",
    ] {
        jo.replies(&letter, text);
        let news = anna.gets("customer-answer");
        news.says("it reads like an automatic answer").says("no account has been created");
    }
    assert_eq!(office.books().accounts(), 0);
    jo.replies(&letter, "Hello,\n\nyes, that was me.");
    jo.gets("password");
    assert_eq!(office.tickets().len(), 1);
}

#[test]
fn an_abuse_report_is_shown_with_its_fields_and_never_answered() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["support"]);
    let desk = office.person("abuse");

    let raw = format!(
        "From: Abuse Desk <{from}>\r\nTo: {to}\r\nSubject: FW: Earn money\r\n\
         Date: Mon, 23 Nov 2026 09:00:00 +0100\r\nMessage-ID: <arf.1@mail.test>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=feedback-report; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nThis is a report about a mail from your network.\r\n\
         --b\r\nContent-Type: message/feedback-report\r\n\r\n\
         Feedback-Type: abuse\r\nUser-Agent: SomeGenerator/1.0\r\nVersion: 1\r\n\
         Source-IP: 192.0.2.1\r\nReported-Domain: onn.test\r\n\
         Original-Rcpt-To: <user@mail.test>\r\n\
         --b\r\nContent-Type: message/rfc822\r\n\r\n\
         From: somebody@onn.test\r\nSubject: Earn money\r\n\r\nClick here.\r\n--b--\r\n",
        from = desk.address,
        to = office.support(),
    );
    office.tell("a provider reports abuse");
    office.send_raw(Some(&desk.address), &office.support(), raw.as_bytes());
    let news = anna.gets("new-ticket");
    news.says("This is a report about a mail from your network");
    for field in ["Feedback-Type: abuse", "Source-IP: 192.0.2.1", "Reported-Domain: onn.test"] {
        news.says(field);
    }
    anna.replies(&news, "We have closed that account.");
    anna.gets("error");
    desk.gets_nothing_more();
    assert!(office.ticket().by_machine);
}

#[test]
fn of_an_encrypted_mail_the_agent_is_told_and_gets_the_original() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["support"]);
    let sue = office.person("sue");

    let raw = format!(
        "From: Sue <{from}>\r\nTo: {to}\r\nSubject: In confidence\r\n\
         Date: Mon, 23 Nov 2026 09:00:00 +0100\r\nMessage-ID: <secret.1@mail.test>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b\r\n\r\n\
         --b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n\
         --b\r\nContent-Type: application/octet-stream; name=encrypted.asc\r\n\
         Content-Disposition: inline; filename=encrypted.asc\r\n\r\n\
         -----BEGIN PGP MESSAGE-----\r\n\r\nwcBMA0hidden\r\n-----END PGP MESSAGE-----\r\n--b--\r\n",
        from = sue.address,
        to = office.support(),
    );
    office.tell("Sue sends an encrypted mail");
    office.send_raw(Some(&sue.address), &office.support(), raw.as_bytes());
    let news = anna.gets("new-ticket");
    news.says("The mail is encrypted with OpenPGP; postamt cannot read it");
    assert!(news.raw.contains("encrypted.asc"), "the original goes along");
    sue.gets("ist angekommen").says("In confidence");
    anna.replies(&news, "Please send it once more, in plain text.");
    anna.gets("receipt");
    sue.gets("in plain text");
    assert_eq!(office.tickets().len(), 1);
}

#[test]
fn an_automatic_mail_is_no_news_but_named_with_the_next_ones() {
    let office = Office::with(|s| {
        s.queue("release_after", "6s").queue("warn_before", "3s");
    });
    let anna = office.english_agent("anna", &["support"]);
    let sue = office.person("sue");

    sue.writes(&office.support(), "Cannot log in", "The server says no.");
    sue.gets("ist angekommen");
    let news = anna.gets("new-ticket");
    anna.replies(&news, "#lock");
    anna.gets("receipt");
    anna.replies(&news, "Hello Sue, does it say why?");
    let answer = sue.gets("does it say why");
    anna.gets("receipt");
    // Nothing but its subject says that a machine wrote it; perhaps none did.
    let mut mail = sue.reply(&answer, "It says that I have no account.");
    mail.subject = format!("Automatic reply: {}", answer.subject);
    sue.sends(mail);
    office.settles();
    let warning = anna.gets("release-soon");
    warning.says("Automatic one mail").says("“#show” shows what is in it");
    anna.replies(&warning, "#show");
    anna.gets("show").says("It says that I have no account.");
    anna.replies(&warning, "#note\nA person wrote that.");
    anna.gets("receipt");
    sue.replies(&answer, "And now it says nothing.");
    anna.gets("customer-answer").says_nothing_of("Automatic");
}
