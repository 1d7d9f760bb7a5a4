//! Who says which domain a mail comes from, and what follows from it: results brought along, signatures that cover too little or
//! come again, and commands that need more than one proof.

use crate::story::{Office, Person, Received, Settings, Writing};
use crate::support::domain::{Dns, How, SIGNED, Signer, dmarc};

/// As our server writes it that takes a mail from outside.
const RECEIVED: &str = "Received: from out.evil.test (out.evil.test [192.0.2.7])\r\n\tby mail.onn.test (Postfix) with ESMTPS id ABC\r\n\tfor <antrag@onn.test>; Tue, 24 Nov 2026 12:00:00 +0000 (UTC)\r\n";
const FOREIGN: &str = "Received: from localhost ([127.0.0.1]) by out.evil.test with ESMTP id X; Tue, 24 Nov 2026 11:59:59 +0000\r\n";
const PASS: &str = "Authentication-Results: mail.onn.test; dmarc=pass (p=reject dis=none) header.from=agents.test\r\n";

/// Our server's word counts, and agents' domain is trusted.
fn with_our_servers_word(settings: &mut Settings) {
    settings.security("authserv_id", "mail.onn.test");
    settings.security("trust_domains", vec!["agents.test"]);
}

/// An application is there, and Anna has the news of it.
fn news<'o>(office: &'o Office) -> (Person<'o>, Person<'o>, Received) {
    let anna = office.english_agent("anna", &["antrag"]);
    let jo = office.person("jo");
    jo.applies(&[]);
    let news = anna.gets("new-ticket");
    (anna, jo, news)
}

/// A mail in Anna's name that would close her ticket.
fn forged(anna: &Person<'_>, office: &Office, news: &Received) -> Writing {
    anna.writing(&office.antrag(), &format!("Re: {}", news.subject), "#close quiet\n")
}

/// Anna was asked, and nothing was done.
#[track_caller]
fn was_only_asked(office: &Office, anna: &Person<'_>) {
    anna.gets("challenge");
    assert_eq!(office.stands_at(), ("new", "received"));
}

/// A mail with these headers on top, as it lies in the mailbox, does nothing.
#[track_caller]
fn does_nothing_below(header: &str, change: impl FnOnce(&mut Settings)) {
    let office = Office::with(|s| {
        with_our_servers_word(s);
        change(s);
    });
    let (anna, _jo, news) = news(&office);
    let header = header.replace("ANNA", &anna.address);
    office.comes_in(&format!("{header}{}", forged(&anna, &office, &news).raw()));
    was_only_asked(&office, &anna);
}

#[test]
fn a_result_brought_along_below_a_foreign_received_does_nothing() {
    does_nothing_below(&format!("{RECEIVED}{FOREIGN}{PASS}"), |_| ());
}

#[test]
fn a_result_brought_along_below_a_received_in_our_name_does_nothing() {
    let ours = FOREIGN.replace("out.evil.test", "mail.onn.test");
    does_nothing_below(&format!("{RECEIVED}{ours}{PASS}"), |_| ());
}

#[test]
fn a_result_below_the_one_that_our_server_wrote_does_nothing() {
    let none = "Authentication-Results: mail.onn.test; dmarc=none header.from=agents.test\r\n";
    does_nothing_below(&format!("{RECEIVED}{none}{PASS}"), |_| ());
}

#[test]
fn a_result_of_another_server_does_nothing() {
    let theirs = PASS.replace("mail.onn.test", "mail.onn.test.evil.test");
    does_nothing_below(&format!("{theirs}{RECEIVED}"), |_| ());
}

#[test]
fn a_result_in_a_maildir_does_nothing() {
    does_nothing_below(&format!("{PASS}{RECEIVED}"), |s| s.maildirs = true);
}

#[test]
fn a_log_in_that_our_server_knows_nothing_of_does_nothing() {
    let auth = "Authentication-Results: mail.onn.test; auth=pass smtp.auth=ANNA";
    does_nothing_below(&format!("{RECEIVED}{auth}\r\n"), |_| ());
}

#[test]
fn somebody_elses_log_in_with_an_agents_from_does_nothing() {
    let auth = "Authentication-Results: mail.onn.test; auth=pass smtp.auth=jens@agents.test\r\n";
    does_nothing_below(&format!("{auth}{}", RECEIVED.replace("ESMTPS", "ESMTPSA")), |_| ());
}

#[test]
fn another_log_in_than_the_received_has_does_nothing() {
    let auth = "Authentication-Results: mail.onn.test; auth=pass smtp.auth=ANNA\r\n";
    let received = RECEIVED
        .replace("\tby mail", "\t(Authenticated sender: mallory)\r\n\tby mail")
        .replace("ESMTPS", "ESMTPSA");
    does_nothing_below(&format!("{received}{auth}"), |_| ());
}

#[test]
fn a_domains_word_in_a_mail_from_a_log_in_does_nothing() {
    let received = RECEIVED.replace("ESMTPS", "ESMTPSA");
    does_nothing_below(&format!("{received}{PASS}"), |_| ());
}

#[test]
fn a_result_from_a_program_of_the_same_machine_does_nothing() {
    let received = "Received: by mail.onn.test (Postfix, from userid 33)\r\n\tid ABC; Tue, 24 Nov 2026 12:00:00 +0000 (UTC)\r\n";
    does_nothing_below(&format!("{received}{PASS}"), |_| ());
}

#[test]
fn the_domain_of_a_free_mail_provider_alone_does_nothing() {
    does_nothing_below(&format!("{PASS}{RECEIVED}"), |s| {
        s.security("trust_domains", vec!["onn.test"]);
    });
}

#[test]
fn a_right_token_in_a_mail_that_its_domain_disowns_is_void() {
    let office = Office::with(with_our_servers_word);
    let (anna, _jo, news) = news(&office);
    let fail = "Authentication-Results: mail.onn.test; dmarc=fail header.from=agents.test\r\n";
    office.comes_in(&format!("{fail}{RECEIVED}{}", anna.reply(&news, "#close quiet\n").raw()));
    was_only_asked(&office, &anna);
    // It was in wrong hands: it works no more, not even in a mail that nobody disowns.
    anna.replies(&news, "#close quiet\n");
    was_only_asked(&office, &anna);
}

#[test]
fn a_right_token_from_a_server_that_the_domain_does_not_know_is_void() {
    let spf = (String::from("agents.test"), String::from("v=spf1 ip4:198.51.100.1 -all"));
    let dns = Dns::with(&[spf, dmarc("agents.test", "reject")]);
    let office = Office::with(|s| {
        s.security("authserv_id", "mail.onn.test").dns(&dns.address);
    });
    let (anna, _jo, news) = news(&office);
    let reply = anna.reply(&news, "#close quiet\n").raw();
    office.comes_in(&format!("Return-Path: <{}>\r\n{RECEIVED}{reply}", anna.address));
    was_only_asked(&office, &anna);
}

/// What a signed mail in Anna's name comes to that somebody got hold of and has changed.
#[track_caller]
fn signed_does_nothing(
    how: &How<'_>,
    write: impl FnOnce(&mut Writing),
    change: impl FnOnce(&str) -> String,
) {
    let signer = Signer::of("agents.test");
    let dns = Dns::with(&[signer.record()]);
    let office = Office::with(|s| {
        s.dns(&dns.address).security("trust_domains", vec!["agents.test"]);
    });
    let (anna, _jo, news) = news(&office);
    let mut mail = forged(&anna, &office, &news);
    write(&mut mail);
    let signed = change(&signer.sign_so(&mail.raw(), how));
    office.send_raw(Some("eve@evil.test"), &office.antrag(), signed.as_bytes());
    was_only_asked(&office, &anna);
}

#[test]
fn text_behind_a_signature_with_a_length_does_nothing() {
    let how = How { with_length: true, ..How::default() };
    signed_does_nothing(
        &how,
        |mail| mail.text = "Thank you!\n".into(),
        |signed| format!("{signed}\r\n#close quiet\r\n"),
    );
}

#[test]
fn a_signature_of_last_week_does_nothing() {
    let last_week = chrono::Utc::now().timestamp() - 7 * 86_400;
    signed_does_nothing(&How { at: Some(last_week), ..How::default() }, |_| (), str::to_owned);
}

#[test]
fn a_subject_that_nobody_signed_names_no_ticket() {
    let headers = SIGNED.replace("Subject,", "");
    let how = How { headers: &headers, ..How::default() };
    signed_does_nothing(&how, |_| (), str::to_owned);
}

#[test]
fn a_second_subject_does_nothing() {
    // Signatures are checked from the bottom up, and mails read from the top.
    let with_tag = std::cell::RefCell::new(String::new());
    signed_does_nothing(
        &How::default(),
        |mail| *with_tag.borrow_mut() = std::mem::replace(&mut mail.subject, "Lunch".into()),
        |signed| format!("Subject: {}\r\n{signed}", with_tag.borrow()),
    );
}

#[test]
fn a_signed_mail_to_somebody_else_does_nothing_here() {
    signed_does_nothing(&How::default(), |mail| mail.to = "friend@mail.test".into(), str::to_owned);
}

#[test]
fn a_signed_mail_that_comes_again_does_nothing() {
    let signer = Signer::of("agents.test");
    let dns = Dns::with(&[signer.record()]);
    let office = Office::with(|s| {
        s.dns(&dns.address).security("trust_domains", vec!["agents.test"]);
    });
    let (anna, _jo, news) = news(&office);
    let mut mail = anna.writing(&office.antrag(), &news.subject, "");
    mail.text = "#lock\n".into();
    let signed = signer.sign(&mail.raw());
    office.send_raw(Some(&anna.address), &mail.to, signed.as_bytes());
    anna.gets("receipt");
    anna.replies(&news, "#unlock\n");
    anna.gets("receipt");
    // Blanks at the end of a line change no signature (RFC 6376 section 3.4.4), but the text.
    let again = signed.replace("#lock\r\n", "#lock   \r\n");
    office.send_raw(Some("eve@evil.test"), &mail.to, again.as_bytes());
    anna.gets("challenge");
    assert_eq!(office.owner(), None);
}

#[test]
fn a_signature_of_another_domain_does_nothing() {
    let signer = Signer::of("evil-agents.test");
    let dns = Dns::with(&[signer.record()]);
    let office = Office::with(|s| {
        s.dns(&dns.address).security("trust_domains", vec!["agents.test"]);
    });
    let (anna, _jo, news) = news(&office);
    let signed = signer.sign(&forged(&anna, &office, &news).raw());
    office.send_raw(Some("eve@evil.test"), &office.antrag(), signed.as_bytes());
    was_only_asked(&office, &anna);
}

#[test]
fn a_signature_that_nobody_can_check_does_nothing() {
    let dns = Dns::that_refuses();
    let office = Office::with(|s| {
        s.dns(&dns.address).security("trust_domains", vec!["agents.test"]);
    });
    let (anna, _jo, news) = news(&office);
    let signed = Signer::of("agents.test").sign(&forged(&anna, &office, &news).raw());
    office.send_raw(Some(&anna.address), &office.antrag(), signed.as_bytes());
    was_only_asked(&office, &anna);
}

#[test]
fn a_domain_that_only_tries_out_signing_proves_nothing() {
    let signer = Signer::of("agents.test");
    let (name, record) = signer.record();
    let dns = Dns::with(&[(name, record.replace("k=rsa;", "k=rsa; t=y;"))]);
    let office = Office::with(|s| {
        s.dns(&dns.address).security("trust_domains", vec!["agents.test"]);
    });
    let (anna, _jo, news) = news(&office);
    let signed = signer.sign(&forged(&anna, &office, &news).raw());
    office.send_raw(Some(&anna.address), &office.antrag(), signed.as_bytes());
    was_only_asked(&office, &anna);
}

#[test]
fn a_yes_without_the_second_proof_confirms_nothing() {
    let dns = Dns::with(&[]);
    let office = Office::with(|s| {
        s.dns(&dns.address).needs("confirm", &["token", "dkim"]);
    });
    let (anna, jo, news) = news(&office);
    anna.replies(&news, "#confirm\n");
    let challenge = anna.gets("challenge");
    anna.replies(&challenge, "yes\n");
    anna.gets("error").says("a valid DKIM signature of your domain");
    jo.gets_nothing_more();
    assert_eq!(office.books().accounts(), 0);
}

#[test]
fn another_name_of_a_command_needs_no_less() {
    let dns = Dns::with(&[]);
    let office = Office::with(|s| {
        s.dns(&dns.address).needs("confirm", &["token", "dkim"]);
    });
    let (anna, jo, news) = news(&office);
    anna.replies(&news, "#freischalten\n");
    anna.gets("challenge");
    jo.gets_nothing_more();
    assert_eq!(office.books().accounts(), 0);
}

#[test]
fn an_answer_that_needs_a_second_proof_does_not_go_out_beside_another_command() {
    let dns = Dns::with(&[]);
    let office = Office::with(|s| {
        s.dns(&dns.address).needs("reply", &["token", "dkim"]);
    });
    let (anna, jo, news) = news(&office);
    anna.replies(&news, "#close\n\nPlease send your password to mallory@example.com.\n");
    anna.gets("challenge");
    jo.gets_nothing_more();
    assert_eq!(office.stands_at(), ("new", "received"));
}

#[test]
fn a_second_signature_whose_dns_keeps_us_waiting_hides_no_fail() {
    let spf = (String::from("agents.test"), String::from("v=spf1 -all"));
    let dns = Dns::silent_about("deaf.test", &[spf, dmarc("agents.test", "reject")]);
    let office = Office::with(|s| {
        s.security("authserv_id", "mail.onn.test").dns(&dns.address);
    });
    let (anna, _jo, news) = news(&office);
    let reply = anna.reply(&news, "#close quiet\n").raw();
    let signed = Signer::of("deaf.test").sign(&reply);
    office.comes_in(&format!("Return-Path: <{}>\r\n{RECEIVED}{signed}", anna.address));
    was_only_asked(&office, &anna);
}

/// Anna has written to a friend, and her domain's server has signed it. Whoever has the mail hands it to our server in another
/// form, and it still passes there.
#[track_caller]
fn a_mail_to_a_friend_does_nothing(
    how: &How<'_>,
    change: impl FnOnce(&Office, &Received, &str) -> String,
) {
    let office = Office::with(with_our_servers_word);
    let (anna, _jo, news) = news(&office);
    let to_friend = anna.writing("friend@mail.test", "Lunch", "#close quiet\n").raw();
    let signed = Signer::of("agents.test").sign_so(&to_friend, how);
    let changed = change(&office, &news, &signed);
    office.comes_in(&format!("{RECEIVED}{PASS}{changed}"));
    was_only_asked(&office, &anna);
}

#[test]
fn headers_on_top_of_a_signed_mail_to_somebody_else_do_nothing() {
    a_mail_to_a_friend_does_nothing(&How::default(), |office, news, signed| {
        let (to, subject) = (office.antrag(), &news.subject);
        format!("To: {to}\r\nSubject: Re: {subject}\r\nMessage-ID: <new@evil.test>\r\n{signed}")
    });
}

#[test]
fn another_to_and_subject_that_our_server_cannot_know_of_do_nothing() {
    let how = How { headers: "From,Date", ..How::default() };
    a_mail_to_a_friend_does_nothing(&how, |office, news, signed| {
        signed
            .replace("To: friend@mail.test", &format!("To: {}", office.antrag()))
            .replace("Subject: Lunch", &format!("Subject: Re: {}", news.subject))
    });
}

#[test]
fn a_mail_of_last_week_that_passes_again_does_nothing() {
    let office = Office::with(with_our_servers_word);
    let (anna, _jo, news) = news(&office);
    let raw = forged(&anna, &office, &news).raw();
    let date = raw.lines().find(|line| line.starts_with("Date: ")).unwrap();
    let last_week = (chrono::Utc::now() - chrono::Duration::days(7)).to_rfc2822();
    let old = raw.replace(date, &format!("Date: {last_week}"));
    office.comes_in(&format!("{RECEIVED}{PASS}{old}"));
    was_only_asked(&office, &anna);
}

#[test]
fn a_second_subject_in_a_mail_from_a_log_in_does_nothing() {
    let office = Office::with(with_our_servers_word);
    let (anna, _jo, news) = news(&office);
    let auth =
        format!("Authentication-Results: mail.onn.test; auth=pass smtp.auth={}", anna.address);
    let received = RECEIVED.replace("ESMTPS", "ESMTPSA");
    let mut mail = forged(&anna, &office, &news);
    let tag = std::mem::replace(&mut mail.subject, "Lunch".into());
    office.comes_in(&format!("{received}{auth}\r\nSubject: {tag}\r\n{}", mail.raw()));
    was_only_asked(&office, &anna);
}

/// What a stranger brings along who wants to have logged in at our server as Anna.
const BROUGHT: &str = "Authentication-Results: mail.onn.test; auth=pass smtp.auth=ANNA\r\nReceived: from localhost by mail.onn.test with ESMTP id X; Tue, 24 Nov 2026 11:59:59 +0000\r\n";

#[test]
fn a_recipient_that_looks_like_a_hand_over_hides_no_received() {
    let office = Office::with(with_our_servers_word);
    let (anna, _jo, news) = news(&office);
    let brought = BROUGHT.replace("ANNA", &anna.address);
    let raw = format!("{brought}{}", forged(&anna, &office, &news).raw());
    // Postfix takes it, and writes it into the Received that it adds.
    let queue = office.antrag();
    let (local, domain) = queue.split_once('@').unwrap();
    let to = format!("\"{local}+> by mail.onn.test with LMTP id x\"@{domain}");
    office.send_raw(Some("eve@evil.test"), &to, raw.as_bytes());
    was_only_asked(&office, &anna);
}

#[test]
fn a_sender_that_looks_like_a_hand_over_hides_no_received() {
    // Exim writes the sender into a comment as it is.
    let received = "Received: from out.evil.test ([192.0.2.7])\r\n\tby mail.onn.test with esmtps (TLS1.3) tls TLS_AES_256_GCM_SHA384\r\n\t(Exim 4.96)\r\n\t(envelope-from <\"a) by mail.onn.test with LMTP (\"@evil.test>)\r\n\tid 1tABCD-000001-2X\r\n\tfor antrag@onn.test; Tue, 24 Nov 2026 12:00:00 +0000\r\n";
    does_nothing_below(&format!("{received}{BROUGHT}"), |_| ());
}

#[test]
fn a_received_that_is_hard_to_read_hides_no_fail() {
    let office = Office::with(with_our_servers_word);
    let (anna, _jo, news) = news(&office);
    let fail = "Authentication-Results: mail.onn.test; dmarc=fail header.from=agents.test\r\n";
    let odd = RECEIVED.replace("for <antrag@onn.test>", "for <antrag@onn.test> by x");
    office.comes_in(&format!("{odd}{fail}{}", anna.reply(&news, "#close quiet\n").raw()));
    was_only_asked(&office, &anna);
}
