//! What leaves the house with an agent's mail, though nobody wants it to. Whatever customers received in these stories is searched
//! for secrets at each one's end, too.

use crate::story::{Office, with_files};

/// Anna, and Jo with an application that she was told of.
macro_rules! begun {
    ($office:ident, $anna:ident, $jo:ident, $news:ident) => {
        let $office = Office::open();
        let $anna = $office.english_agent("anna", &["antrag"]);
        let $jo = $office.person("jo");
        $jo.applies(&[]);
        let $news = $anna.gets("new-ticket");
    };
}

#[test]
fn a_notification_that_a_client_left_without_any_mark_is_not_sent_on() {
    begun!(office, anna, jo, news);
    // No quote marks, no introduction, and the line on top is gone.
    let left: Vec<&str> = news.text.lines().skip(1).collect();
    let text = format!("Thank you, we will look at it.\n\n{}", left.join("\n"));
    anna.sends(anna.writing(&news.reply_to, "Your application", &text));
    anna.gets("leak").says("from a notification");
    jo.gets_nothing_more();
    assert_eq!(office.owner(), None, "nothing of it was done");
}

#[test]
fn the_line_on_top_of_our_mails_in_a_saved_text_is_not_sent_on() {
    begun!(office, anna, jo, news);
    let saved =
        "Jo is known to us.\n\n____ Please write your answer above this line ____\n\nMore of it.\n";
    let writing = anna.reply(&news, "See the attached thread.");
    let raw = with_files(&writing, &[("text/plain", "thread.txt", saved)]);
    office.send_raw(writing.envelope_sender.as_deref(), &writing.to, raw.as_bytes());
    anna.gets("leak").says("thread.txt").says("from a notification");
    jo.gets_nothing_more();
}

#[test]
fn a_reply_address_with_its_token_is_held_and_struck_out_when_it_is_sent_all_the_same() {
    begun!(office, anna, jo, news);
    anna.replies(&news, &format!("Please write to {} next time.", news.reply_to));
    let held = anna.gets("leak");
    held.says("a reply address for agents");
    jo.gets_nothing_more();
    anna.replies(&held, "#yes");
    let reply = jo.gets("next time");
    assert!(!reply.raw.contains(news.reply_token()), "{}", reply.raw);
    assert!(!office.books().articles().0.iter().any(|text| text.contains(news.reply_token())));
}

#[test]
fn a_token_that_a_mail_program_escaped_or_broke_is_found_all_the_same() {
    begun!(office, anna, jo, news);
    let (user, rest) = news.reply_to.split_once('+').unwrap();
    let (first, second) = rest.split_at(20);
    for text in [
        format!("See mailto:{user}%2B{rest}?body=x"),
        format!("Write to\n{user}+{first}=\n{second}"),
        format!("Post it to\n{user}+{first}\n  {second}"),
    ] {
        anna.sends(anna.writing(&news.reply_to, "Your application", &text));
        let held = anna.gets("leak");
        jo.gets_nothing_more();
        anna.replies(&held, "#yes");
        anna.gets("receipt");
        let (first, second) = news.reply_token().split_at(20);
        let sent = jo.gets(&text[..8]);
        for part in [first, second] {
            assert!(!sent.raw.contains(part), "{}", sent.raw);
        }
    }
}

#[test]
fn an_agents_own_address_in_the_text_is_not_sent_unasked() {
    begun!(office, anna, jo, news);
    let home = anna.address.replace('@', "-at-home@");
    anna.replies(&news, &format!("Hello Jo,\n\nask me directly: {home}\n"));
    anna.gets("leak").says(&home);
    jo.gets_nothing_more();
    drop(office);
}

#[test]
fn an_internal_note_between_the_lines_is_not_sent_unasked() {
    begun!(office, anna, jo, news);
    anna.replies(&news, "#note\nHe has asked for three accounts before, be careful.");
    anna.gets("receipt");
    // Copied out of the history, with other line breaks.
    let text = "Hello Jo,\n\nas I said:\n> He has asked for three\n> accounts before, be careful.\nHe has \
                asked for three accounts\nbefore, be careful.\n";
    anna.sends(anna.writing(&news.reply_to, "Your application", text));
    anna.gets("leak").says("from an internal note");
    jo.gets_nothing_more();
    drop(office);
}

#[test]
fn a_text_with_a_note_in_it_stays_inside_whatever_else_is_commanded() {
    begun!(office, anna, jo, news);
    for (command, letter) in [("#verify", "please confirm"), ("#ask", "Re: [Ticket")] {
        let text = format!("{command}\n#note\nI do not trust him, but let us see.");
        let raw = with_files(&anna.reply(&news, &text), &[("text/plain", "why.txt", "Why not.\n")]);
        office.send_raw(Some(&anna.address), &news.reply_to, raw.as_bytes());
        anna.gets("receipt");
        let sent = jo.gets(letter);
        sent.says_nothing_of("I do not trust him");
        assert!(sent.files().is_empty(), "{}", sent.raw);
    }
}

#[test]
fn an_invitation_that_names_an_agents_address_is_not_sent_unasked() {
    begun!(office, anna, jo, news);
    let invitation = format!(
        "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nORGANIZER;CN=Anna:mailto:{}\nSUMMARY:Talk\n\
         END:VEVENT\nEND:VCALENDAR\n",
        anna.address.to_uppercase()
    );
    let writing = anna.reply(&news, "Let us talk tomorrow.");
    let raw = with_files(&writing, &[("application/ics", "talk.ics", &invitation)]);
    office.send_raw(writing.envelope_sender.as_deref(), &writing.to, raw.as_bytes());
    anna.gets("leak").says("talk.ics").says("an agent's address");
    jo.gets_nothing_more();
}

#[test]
fn cards_and_certificates_that_a_client_adds_by_itself_stay_behind() {
    begun!(office, anna, jo, news);
    let card = format!("BEGIN:VCARD\nEMAIL:{}\nEND:VCARD\n", anna.address);
    let writing = anna.reply(&news, "Here is the house's rule.");
    let files = [
        ("text/vcard", "anna.vcf", card.as_str()),
        ("application/pgp-keys", "key.asc", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n"),
        ("text/plain", "rules.txt", "Be kind.\n"),
    ];
    let raw = with_files(&writing, &files);
    office.send_raw(writing.envelope_sender.as_deref(), &writing.to, raw.as_bytes());
    anna.gets("receipt");
    assert_eq!(jo.gets("house's rule").files(), ["rules.txt"]);
}

#[test]
fn an_attached_mail_goes_out_as_its_text_without_the_header() {
    begun!(office, anna, jo, news);
    let original = format!(
        "Received: from laptop.home.test by mx.home.test\nX-Originating-IP: 192.0.2.7\nBcc: boss@agents.test\n\
         From: Sue <sue@else.test>\nTo: Anna <{}>\nSubject: About Jo\n\nJo writes well.\n",
        anna.address
    );
    let writing = anna.reply(&news, "See what Sue writes.");
    let raw = with_files(&writing, &[("message/rfc822", "sue.eml", &original)]);
    office.send_raw(writing.envelope_sender.as_deref(), &writing.to, raw.as_bytes());
    anna.gets("receipt");
    let reply = jo.gets("what Sue writes");
    assert_eq!(reply.files(), ["sue.txt"]);
    for header in ["laptop.home.test", "192.0.2.7", "boss@agents.test"] {
        assert!(!reply.raw.contains(header), "{header} in\n{}", reply.raw);
    }
}

#[test]
fn a_notification_that_a_client_encloses_stays_behind() {
    begun!(office, anna, jo, news);
    let writing = anna.reply(&news, "Thank you.");
    let raw = with_files(&writing, &[("message/rfc822", "original.eml", &news.raw)]);
    office.send_raw(writing.envelope_sender.as_deref(), &writing.to, raw.as_bytes());
    anna.gets("receipt").says("original.eml was left out: it is a mail of ours");
    let reply = jo.gets("Thank you.");
    assert!(reply.files().is_empty(), "{}", reply.raw);
}

#[test]
fn a_files_name_gives_no_address_away() {
    begun!(office, anna, jo, news);
    let writing = anna.reply(&news, "The form is attached.");
    let name = format!("{} form.txt", anna.address);
    let raw = with_files(&writing, &[("text/plain", &name, "Name:\n")]);
    office.send_raw(writing.envelope_sender.as_deref(), &writing.to, raw.as_bytes());
    anna.gets("receipt");
    let reply = jo.gets("form is attached");
    assert_eq!(reply.files(), ["form.txt"]);
    jo.replies(&reply, "#show");
    jo.gets("what you and we have written").says_nothing_of(&anna.address);
    drop(office);
}

#[test]
fn a_file_with_a_token_in_it_never_goes() {
    begun!(office, anna, jo, news);
    let writing = anna.reply(&news, "The export is attached.");
    let raw =
        with_files(&writing, &[("text/csv", "export.csv", &format!("to,{}\n", news.reply_to))]);
    office.send_raw(writing.envelope_sender.as_deref(), &writing.to, raw.as_bytes());
    let held = anna.gets("leak");
    held.says("export.csv");
    anna.replies(&held, "#yes");
    assert!(jo.gets("export is attached").files().is_empty());
}

#[test]
fn a_customers_mail_has_no_header_for_agents() {
    begun!(office, anna, jo, news);
    anna.replies(&news, "#ask\n\nWhat for?");
    let question = jo.gets("What for?");
    assert!(!question.raw.to_lowercase().contains("x-postamt-queue"), "{}", question.raw);
    drop(office);
}

#[test]
fn a_password_that_an_applicant_quotes_is_shown_to_nobody() {
    begun!(office, anna, jo, news);
    anna.replies(&news, "#confirm");
    let letter = jo.gets("password");
    let password = letter.value("Password");
    jo.replies(&letter, &format!("It says {password}, but I cannot log in.\nPassword: {password}"));
    anna.gets("confirmed");
    let answer = anna.gets("customer-answer");
    assert!(!answer.raw.contains(&password), "{}", answer.raw);
    let (public, internal) = office.books().articles();
    assert!(!public.iter().chain(&internal).any(|text| text.contains(&password)));
}

#[test]
fn a_bounce_of_the_credentials_brings_no_password_back() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["antrag"]);
    let jo = office.person("jo");
    jo.applies(&[("email", "nobody@mail.test")]);
    anna.replies(&anna.gets("new-ticket"), "#confirm");
    anna.gets("bounce").says("The account jo is suspended");
    office.settles();
    let bounces = office.bounced();
    let credentials = bounces.iter().find(|mail| mail.raw.contains("news.onn.test"));
    assert!(credentials.is_none(), "the letter is enclosed:\n{}", credentials.unwrap().raw);
    assert!(bounces.iter().any(|mail| mail.raw.contains("nobody@mail.test")), "it came");
}
