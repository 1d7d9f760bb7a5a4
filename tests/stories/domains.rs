//! Agents who are known by the domain that their mail comes from: by the word of our own server, or by a signature of the real
//! OpenDKIM that the daemon checks with a DNS of its own.

use crate::story::Office;
use crate::support::domain::{Dns, Signer, dmarc};

/// As a mail server writes it that takes a mail for agents' domain from outside.
const RECEIVED: &str = "Received: from out.agents.test (out.agents.test [192.0.2.7])\r\n\tby mail.onn.test (Postfix) with ESMTPS id ABC\r\n\tfor <antrag@onn.test>; Tue, 24 Nov 2026 12:00:00 +0000 (UTC)\r\n";

#[test]
fn a_mail_that_opendkim_signed_in_a_trusted_domain_commands_without_a_token() {
    let signer = Signer::of("agents.test");
    let dns = Dns::with(&[signer.record(), dmarc("agents.test", "reject")]);
    let office = Office::with(|s| {
        s.dns(&dns.address).security("trust_domains", vec!["agents.test"]);
    });
    let anna = office.english_agent("anna", &["antrag"]);
    let jo = office.person("jo");

    jo.applies(&[]);
    let subject = anna.gets("new-ticket").subject;
    let mail = anna.writing(&office.antrag(), &format!("Re: {subject}"), "#close quiet\n");
    office.send_raw(Some(&anna.address), &mail.to, signer.sign(&mail.raw()).as_bytes());
    anna.gets("receipt");
    assert_eq!(office.stands_at().0, "closed fail");
    anna.gets_no("challenge");
}

#[test]
fn a_signed_answer_commands_the_ticket_of_the_mail_that_it_answers() {
    let signer = Signer::of("agents.test");
    let dns = Dns::with(&[signer.record()]);
    let office = Office::with(|s| {
        s.dns(&dns.address).security("trust_domains", vec!["agents.test"]);
        s.security("accept", vec!["dkim"]).needs("confirm", &["dkim"]);
    });
    let anna = office.english_agent("anna", &["antrag"]);
    let jo = office.person("jo");

    jo.applies(&[]);
    let news = anna.gets("new-ticket");
    // The token in its address names the ticket, but proves nothing here.
    anna.replies(&news, "#lock\n");
    let challenge = anna.gets("challenge");
    assert_eq!(office.owner(), None);
    let signed = |mail: &crate::story::Writing| {
        office.send_raw(Some(&anna.address), &mail.to, signer.sign(&mail.raw()).as_bytes());
    };
    signed(&anna.reply(&challenge, "yes\n"));
    anna.gets("receipt");
    assert_eq!(office.owner().as_deref(), Some("anna"));
    let mut answer = anna.reply(&news, "#unlock\n");
    answer.to = office.antrag();
    signed(&answer);
    anna.gets("receipt");
    assert_eq!(office.owner(), None);
}

#[test]
fn the_word_of_our_own_server_is_enough_for_a_trusted_domain_and_a_log_in() {
    let office = Office::with(|s| {
        s.security("authserv_id", "mail.onn.test").security("trust_domains", vec!["agents.test"]);
    });
    let anna = office.english_agent("anna", &["antrag"]);
    let jo = office.person("jo");

    jo.applies(&[]);
    let subject = anna.gets("new-ticket").subject;
    let mail = |text: &str| anna.writing(&office.antrag(), &subject, text).raw();
    office.comes_in(&format!(
        "{RECEIVED}Authentication-Results: mail.onn.test; dmarc=pass (p=none dis=none) header.from=agents.test\r\n{}",
        mail("#lock\n")
    ));
    anna.gets("receipt");
    assert_eq!(office.owner().as_deref(), Some("anna"));
    office.comes_in(&format!(
        "{}Authentication-Results: mail.onn.test; auth=pass smtp.auth={} smtp.mailfrom=x@y.test\r\n{}",
        RECEIVED.replace("ESMTPS", "ESMTPSA"),
        anna.address,
        mail("#unlock\n")
    ));
    anna.gets("receipt");
    assert_eq!(office.owner(), None);
}

#[test]
fn a_result_in_a_maildir_is_believed_where_the_admin_says_that_it_is_ours() {
    let office = Office::with(|s| {
        s.security("authserv_id", "mail.onn.test").security("trust_domains", vec!["agents.test"]);
        (s.maildirs, s.trust_results) = (true, true);
    });
    let anna = office.english_agent("anna", &["antrag"]);
    let jo = office.person("jo");

    jo.applies(&[]);
    let subject = anna.gets("new-ticket").subject;
    office.comes_in(&format!(
        "{RECEIVED}Authentication-Results: mail.onn.test; dmarc=pass (p=none dis=none) header.from=agents.test\r\n{}",
        anna.writing(&office.antrag(), &subject, "#lock\n").raw()
    ));
    anna.gets("receipt");
    assert_eq!(office.owner().as_deref(), Some("anna"));
    anna.gets_no("challenge");
}

#[test]
fn an_agent_is_told_in_words_why_the_domains_signature_did_not_count() {
    let signer = Signer::of("agents.test");
    let dns = Dns::with(&[signer.record()]);
    let office = Office::with(|s| {
        s.dns(&dns.address).security("trust_domains", vec!["agents.test"]);
    });
    let anna = office.english_agent("anna", &["antrag"]);
    let jo = office.person("jo");

    jo.applies(&[]);
    let subject = anna.gets("new-ticket").subject;
    let mail = anna.writing(&office.antrag(), &format!("Re: {subject}"), "#lock\n");
    let changed = signer.sign(&mail.raw()).replace("#lock", "#lock force");
    office.send_raw(Some(&anna.address), &mail.to, changed.as_bytes());
    anna.gets("challenge").says("the DKIM signature of your domain does not hold");
    let mail = anna.writing(&office.antrag(), &format!("Re: {subject}"), "#lock\n");
    let signed = signer.sign(&mail.raw());
    office.send_raw(Some(&anna.address), &mail.to, signed.as_bytes());
    anna.gets("receipt");
    let again = signed.replace("#lock\r\n", "#lock   \r\n");
    office.send_raw(Some(&anna.address), &mail.to, again.as_bytes());
    anna.gets("challenge").says("this very mail has counted before");
}

#[test]
fn a_command_that_needs_two_proofs_is_done_with_both() {
    let signer = Signer::of("agents.test");
    let dns = Dns::with(&[signer.record()]);
    let office = Office::with(|s| {
        s.dns(&dns.address).needs("confirm", &["token", "dkim"]);
    });
    let anna = office.english_agent("anna", &["antrag"]);
    let jo = office.person("jo");

    jo.applies(&[]);
    let news = anna.gets("new-ticket");
    anna.replies(&news, "#confirm\n");
    let challenge = anna.gets("challenge");
    challenge.says("a valid DKIM signature of your domain");
    assert_eq!(office.books().accounts(), 0);
    let yes = anna.reply(&challenge, "yes\n");
    office.send_raw(Some(&anna.address), &yes.to, signer.sign(&yes.raw()).as_bytes());
    anna.gets("receipt");
    jo.gets("news.onn.test");
    assert_eq!(office.books().accounts(), 1);
}
