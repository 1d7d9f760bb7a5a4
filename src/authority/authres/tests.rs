//! Fields as mail servers write them, and what somebody might bring along.

use super::*;

const ID: &str = "mail.example.org";
const RECEIVED: &str = "Received: from out.example.com (out.example.com [192.0.2.7])\n\tby mail.example.org (Postfix) with ESMTPS id ABC\n\tfor <antrag@example.org>; Mon, 23 Nov 2026 12:00:00 +0000 (UTC)\n";
const FOREIGN: &str = "Received: from laptop ([198.51.100.9]) by out.example.com with ESMTPSA id X; Mon, 23 Nov 2026 11:59:59 +0000\n";
const LMTP: &str = "Received: from mail.example.org ([127.0.0.1]) by mail.example.org with LMTP id Y; Mon, 23 Nov 2026 12:00:01 +0000\n";
const PASS: &str = "Authentication-Results: mail.example.org; dmarc=pass header.from=example.com\n";

fn said(header: &str) -> Vec<Verdict> {
    read(format!("{header}From: anna@example.com\n\nx\n").as_bytes(), ID, "example.com")
}

fn dkim(domain: &str) -> Verdict {
    Verdict::DkimPass(domain.into())
}

fn pass() -> Verdict {
    Verdict::DmarcPass("example.com".into())
}

fn fail() -> Verdict {
    Verdict::DmarcFail("example.com".into())
}

fn login(name: &str) -> Verdict {
    Verdict::LoggedIn(name.into())
}

#[test]
fn every_server_is_understood_in_the_form_it_writes() {
    for (who, value, expected) in [
        (
            "OpenDMARC",
            "mail.example.org; dmarc=pass (p=none dis=none) header.from=example.com",
            vec![pass()],
        ),
        (
            "OpenDMARC, a fail",
            "mail.example.org; dmarc=fail (p=reject dis=none) header.from=example.com",
            vec![fail()],
        ),
        (
            "OpenDKIM",
            "mail.example.org;\n\tdkim=pass (2048-bit key; unprotected) header.d=example.com header.i=@example.com header.a=rsa-sha256 header.s=s1 header.b=dXaNgQDv;\n\tdkim-atps=neutral",
            vec![dkim("example.com")],
        ),
        (
            "OpenDKIM, quoted reason",
            "mail.example.org; dkim=pass\n\treason=\"2048-bit key; dmarc=pass\"\n\theader.d=example.com header.i=@example.com header.b=abc=; dkim-adsp=pass",
            vec![dkim("example.com")],
        ),
        (
            "rspamd",
            "mail.example.org;\n\tdkim=pass header.d=example.com header.s=k1 header.b=Ab1;\n\tspf=pass (mail.example.org: domain of anna@example.com designates 192.0.2.7 as permitted sender) smtp.mailfrom=anna@example.com;\n\tdmarc=pass (policy=reject) header.from=example.com",
            vec![dkim("example.com"), pass()],
        ),
        (
            "rspamd, submission",
            "mail.example.org;\n\tauth=pass smtp.auth=anna@example.com smtp.mailfrom=anna@example.com",
            vec![],
        ),
        (
            "Google",
            "mail.example.org;\n       dkim=pass header.i=@example.com header.s=20230601 header.b=\"aB/cD+e1\";\n       spf=pass (google.com: domain of anna@example.com designates 192.0.2.7 as permitted sender) smtp.mailfrom=anna@example.com;\n       dmarc=pass (p=NONE sp=QUARANTINE dis=NONE) header.from=example.com;\n       dara=pass header.i=@example.org",
            vec![dkim("example.com"), pass()],
        ),
        (
            "Microsoft, with a name",
            "mail.example.org 1; spf=pass smtp.mailfrom=example.com; dmarc=pass action=none header.from=example.com; dkim=pass header.d=example.com; arc=none",
            vec![dkim("example.com"), pass()],
        ),
        (
            "Microsoft, as it writes into mailboxes",
            "spf=pass (sender IP is 192.0.2.7) smtp.mailfrom=example.com; dkim=pass (signature was verified) header.d=example.com;dmarc=pass action=none header.from=example.com;compauth=pass reason=100",
            vec![],
        ),
        (
            "RFC 8601, appendix B.5",
            "mail.example.org 1 (a comment; dmarc=pass);\n dkim=pass reason=\"good signature\" header.i=@mail-router.example.net;\n dkim=fail reason=\"bad signature\" header.i=@newyork.example.com",
            vec![dkim("mail-router.example.net")],
        ),
        (
            "blanks and comments around everything",
            "(here) Mail.Example.ORG (x) ; DMARC (a) / 1 (b) = (c) PASS header.from (d) = (e) Example.COM",
            vec![],
        ),
        (
            "blanks around equals signs",
            "Mail.Example.ORG ; DMARC/1 = PASS (c) header.From (d) = (e) Example.COM",
            vec![pass()],
        ),
        ("none", "mail.example.org; none", vec![]),
    ] {
        assert_eq!(
            said(&format!("{RECEIVED}Authentication-Results: {value}\n{FOREIGN}")),
            expected,
            "{who}"
        );
    }
}

#[test]
fn what_is_said_otherwise_or_of_others_is_not_said() {
    for value in [
        "mail.example.com; dmarc=pass header.from=example.com",
        "mail.example.org.evil.example; dmarc=pass header.from=example.com",
        "mail.example.org 2; dmarc=pass header.from=example.com",
        "mail.example.org; dmarc/2=pass header.from=example.com",
        "mail.example.org; dmarc=bestguesspass header.from=example.com",
        "mail.example.org; dmarc=temperror header.from=example.com",
        "mail.example.org; dmarc=none header.from=example.com",
        "mail.example.org; dmarc=pass",
        "mail.example.org; x-dmarc=pass header.from=example.com",
        "mail.example.org; spf=pass smtp.mailfrom=example.com",
        "mail.example.org; dkim=neutral header.d=example.com",
        "mail.example.org; dkim=pass header.d=evil.example header.i=@example.com",
        "mail.example.org; spf=pass smtp.mailfrom=\"x; dmarc=pass header.from=example.com\"@evil.example",
        "mail.example.org; spf=pass (evil says; dmarc=pass header.from=example.com)",
        "mail.example.org; dmarc=pass header.from=example.com (no end",
        "mail.example.org; dmarc=pass header.from=\"example.com",
        "mail.example.org; dmarc=pass header.from=example.com; dmarc=pass header.from=example.com",
        "mail.example.org dmarc=pass header.from=example.com",
        "(x) mail.example.org; dmarc=pass header.from=example.com",
        "\"mail.example.org\"; dmarc=pass header.from=example.com",
        "mail.example.org\u{a0}; dmarc=pass header.from=example.com",
        "mail.example.org;dmarc=pass\u{a0}header.from=example.com",
        "",
    ] {
        assert_eq!(said(&format!("Authentication-Results: {value}\n{RECEIVED}")), [], "{value}");
    }
    let spaced = PASS.replace("Results:", "Results :");
    assert_eq!(said(&format!("{spaced}{RECEIVED}")), []);
    let ours = "Authentication-Results: mail.example.org;";
    let injected = format!(
        "{ours} spf=none smtp.mailfrom=x;dmarc=pass header.from=example.com; dmarc=fail header.from=example.com\n{RECEIVED}"
    );
    assert_eq!(said(&injected), [fail()]);
    assert_eq!(said(&format!("{ours} dmarc=fail\n{RECEIVED}")), [fail()]);
    let unreadable = "spf=fail (domain of a(\"@evil.example does not) smtp.mailfrom=a; dmarc=fail header.from=example.com";
    assert_eq!(said(&format!("{ours} {unreadable}\n{RECEIVED}")), [fail()]);
    assert_eq!(
        said(&format!("{ours} spf=pass (a(\"@evil.example) x=y; dmarc=pass\n{RECEIVED}")),
        []
    );
}

proptest::proptest! {
    #[test]
    fn no_value_makes_us_fall_over(value in "[ -~é\\t]{0,80}", ours in "[()\";=a-z /\\\\]{0,60}") {
        said(&format!("{RECEIVED}Authentication-Results: {value}\n"));
        said(&format!("Authentication-Results: {ID};{ours}\nReceived: {ours}{value}\n"));
    }
}

#[test]
fn only_what_our_server_wrote_counts() {
    let fail_ours = PASS.replace("pass", "fail");
    for (header, expected) in [
        // Above the Received of the step into the house, all is ours.
        (format!("{PASS}{RECEIVED}{FOREIGN}"), vec![pass()]),
        (format!("{LMTP}{PASS}{RECEIVED}{FOREIGN}"), vec![pass()]),
        (format!("{LMTP}{RECEIVED}{PASS}{FOREIGN}"), vec![pass()]),
        // Below a foreign one, nothing is.
        (format!("{LMTP}{RECEIVED}{FOREIGN}{PASS}"), vec![]),
        (format!("{FOREIGN}{PASS}"), vec![]),
        // What a program of the same machine brings.
        (
            format!("Received: by mail.example.org (Postfix, from userid 33)\n\tid 1; x\n{PASS}"),
            vec![],
        ),
        // Whoever logged in was not asked for their domain.
        (format!("{}{PASS}", RECEIVED.replace("ESMTPS", "ESMTPSA")), vec![]),
        // Brought along with a Received in our name.
        (format!("{LMTP}{RECEIVED}{LMTP}{PASS}"), vec![]),
        (format!("{RECEIVED}{RECEIVED}{PASS}"), vec![]),
        // Right below, only the first counts: what the server wrote stands above what was there.
        (format!("{RECEIVED}{fail_ours}{PASS}{FOREIGN}"), vec![fail()]),
        (format!("{fail_ours}{RECEIVED}{PASS}{FOREIGN}"), vec![fail()]),
        (
            format!(
                "{RECEIVED}Authentication-Results: mail.example.org; spf=none (broken\n{PASS}{FOREIGN}"
            ),
            vec![],
        ),
        // No Received: what stands topmost was written last.
        (PASS.to_owned(), vec![pass()]),
        (format!("{fail_ours}{PASS}"), vec![fail()]),
        // In the text of the mail it is text.
        (format!("{RECEIVED}\n{PASS}"), vec![]),
    ] {
        assert_eq!(said(&header), expected, "{header}");
    }
}

#[test]
fn a_log_in_is_believed_where_the_server_saw_one() {
    let auth = "Authentication-Results: mail.example.org; auth=pass (PLAIN) smtp.auth=anna smtp.mailfrom=anna@example.com\n";
    let submitted = RECEIVED.replace("with ESMTPS", "with ESMTPSA");
    assert_eq!(said(&format!("{submitted}{auth}")), [login("anna")]);
    assert_eq!(said(&format!("{auth}{RECEIVED}")), [login("anna")]);
    assert_eq!(said(&format!("{RECEIVED}{auth}")), []);
    let named =
        |who: &str| submitted.replace("\tby", &format!("\t(Authenticated sender: {who})\n\tby"));
    assert_eq!(said(&format!("{}{auth}", named("Anna"))), [login("anna")]);
    assert_eq!(said(&format!("{}{auth}", named("mallory"))), []);
    let failed = auth.replace("auth=pass", "auth=fail");
    assert_eq!(said(&format!("{submitted}{failed}")), []);
    let twice = auth.replace('\n', "; auth=pass smtp.auth=jens\n");
    assert_eq!(said(&format!("{submitted}{twice}")), []);
}
