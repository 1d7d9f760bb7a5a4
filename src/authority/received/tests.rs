//! Received as servers write it, and what a stranger can make of it.

use proptest::prelude::*;

use super::*;
use crate::authority::fields::fields;

const LMTP: &str = "Received: from mx.example.org ([127.0.0.1])\n\tby mail.example.org with LMTP\n\tid x (envelope-from <a@b.example>)\n\tfor <anna@example.org>; Mon, 23 Nov 2026 12:00:00 +0000\n";
const INSIDE: &str =
    "Received: by 2002:a05:6f02:abc with SMTP id x; Mon, 23 Nov 2026 04:00:00 -0800 (PST)\n";
const POSTFIX: &str = "Received: from evil.example.net (mx.evil.example [192.0.2.7])\n\t(using TLSv1.3 with cipher X (256/256 bits))\n\tby mail.example.org (Postfix) with ESMTPS id ABC\n\tfor <antrag@example.org>; Mon, 23 Nov 2026 12:00:00 +0000 (UTC)\n";
const SUBMITTED: &str = "Received: from [10.0.0.5] (dsl.example.net [198.51.100.9])\n\t(Authenticated sender: anna)\n\tby mail.example.org (Postfix) with ESMTPSA id ABC; x\n";
const EXIM: &str = "Received: from [192.0.2.7] (helo=[127.0.0.1])\n\tby mail.example.org with esmtp (Exim 4.96)\n\t(envelope-from <SENDER>)\n\tid 1tABC-0001\n\tfor antrag@example.org; Mon, 23 Nov 2026 12:00:00 +0000\n";
const FORGED: &str = "Received: from a by mail.example.org with LMTP id 1; z\n";

fn found(header: &str) -> Entry {
    entry(&fields(header.as_bytes())).unwrap()
}

#[test]
fn the_step_into_the_house_is_the_first_that_is_no_hand_over() {
    let local = "Received: by mail.example.org (Postfix, from userid 33)\n\tid 123; z\n";
    for (header, at, by, logged_in, client) in [
        (format!("{LMTP}{POSTFIX}{FORGED}"), 1, "mail.example.org", false, Some("192.0.2.7")),
        (format!("{INSIDE}{LMTP}{SUBMITTED}"), 2, "mail.example.org", true, None),
        (format!("{EXIM}{LMTP}"), 0, "mail.example.org", false, None),
        (format!("{local}{FORGED}"), 0, "mail.example.org", false, None),
        ("Received: (qmail 1 invoked by uid 0)\n".to_owned(), 0, "", false, None),
    ] {
        let found = found(&header);
        assert_eq!((found.at, found.by.as_str(), found.logged_in), (at, by, logged_in), "{header}");
        assert_eq!(found.client, client.map(|c| c.parse().unwrap()), "{header}");
        assert_eq!(found.is_smtp, !header.contains("userid 33") && !by.is_empty(), "{header}");
        assert_eq!(found.login.as_deref(), logged_in.then_some("anna"), "{header}");
    }
    assert_eq!(entry(&fields(b"Subject: x\n")), None);
    assert_eq!(entry(&fields(format!("{LMTP}{INSIDE}").as_bytes())), None);
}

#[test]
fn servers_are_understood_in_the_form_they_write() {
    const INTO: &str = "a hand-over";
    for (who, value, by, is_smtp, logged_in) in [
        (
            "Postfix",
            "from h (h [192.0.2.7]) by mx.example.org (Postfix) with SMTP id A for <a@b>; d",
            "mx.example.org",
            true,
            false,
        ),
        (
            "Postfix, with a certificate",
            "from h (h [192.0.2.7]) (using TLSv1.3 with cipher X (256/256 bits) key-exchange X25519) (Client CN \"by evil with LMTP (x)\", Issuer \"y\" (not verified)) by mx.example.org (Postfix) with ESMTPS id A; d",
            "mx.example.org",
            true,
            false,
        ),
        (
            "Postfix, greeted oddly",
            "from by (h [192.0.2.7]) by mx.example.org (Postfix) with UTF8SMTPSA id A; d",
            "mx.example.org",
            true,
            true,
        ),
        (
            "Postfix, LMTP inside",
            "from h (h [127.0.0.1]) by mx.example.org (Postfix) with LMTP id A; d",
            INTO,
            false,
            false,
        ),
        (
            "Exim",
            "from h ([192.0.2.7] helo=x) by mx.example.org with esmtps (TLS1.3) tls TLS_AES_256_GCM_SHA384 (Exim 4.96) (envelope-from <a@b>) id 1t-0 for c@d; d",
            "mx.example.org",
            true,
            false,
        ),
        (
            "Exim, submission",
            "from h ([192.0.2.7]) by mx.example.org with esmtpsa (TLS1.3) tls X (Exim 4.98) (envelope-from <\"a b\"@c>) id 1t-0; d",
            "mx.example.org",
            true,
            true,
        ),
        (
            "Exim, long ago",
            "from h ([192.0.2.7]) by mx.example.org with asmtp (Exim 4.20) id 1t-0; d",
            "mx.example.org",
            true,
            true,
        ),
        (
            "Exim, from a program",
            "from root by mx.example.org with local (Exim 4.96) (envelope-from <root@mx.example.org>) id 1t-0 for c@d; d",
            "mx.example.org",
            false,
            false,
        ),
        (
            "Dovecot",
            "from mx.example.org ([127.0.0.1]) by mx.example.org with LMTP id x:y (envelope-from <a@b>) for <c@d>; d",
            INTO,
            false,
            false,
        ),
        (
            "Dovecot, a null sender",
            "from mx.example.org by mx.example.org with LMTPS id x (envelope-from <>) for <c@d>; d",
            INTO,
            false,
            false,
        ),
        (
            "Cyrus",
            "from mx.example.org ([unix socket]) by mx.example.org (Cyrus 3.2.6) with LMTPA; d",
            INTO,
            false,
            false,
        ),
        (
            "Sendmail",
            "from h (h [192.0.2.7] (may be forged)) by mx.example.org (8.17.1/8.17.1) with ESMTPS id x (version=TLSv1.3 cipher=X bits=256 verify=NOT) for <a@b>; d",
            "mx.example.org",
            true,
            false,
        ),
        (
            "Sendmail, submission",
            "from h (h [192.0.2.7]) (authenticated bits=0) by mx.example.org (8.17.1/8.17.1) with ESMTPSA id x; d",
            "mx.example.org",
            true,
            true,
        ),
        (
            "Sendmail, from a program",
            "(from root@localhost) by mx.example.org (8.17.1/8.17.1/Submit) id x for a@b; d",
            "mx.example.org",
            false,
            false,
        ),
        (
            "OpenSMTPD",
            "from h (h [192.0.2.7]) by mx.example.org (OpenSMTPD) with ESMTPSA id 8a1b (TLSv1.3:AEAD:256:NO) auth=yes user=anna for <a@b>; d",
            "mx.example.org",
            true,
            true,
        ),
        (
            "qmail",
            "from unknown (HELO by) (anna@192.0.2.7) by mx.example.org with SMTP; d",
            "mx.example.org",
            true,
            false,
        ),
        (
            "qmail, with TLS",
            "from unknown (HELO x) (192.0.2.7) by mx.example.org with (AES256 encrypted) ESMTPS; d",
            "mx.example.org",
            true,
            false,
        ),
        ("qmail, inside", "(qmail 12 invoked from network); d", "", false, false),
        (
            "Exchange",
            "from A.outlook.com (2603:10a6::12) by B.outlook.com (2603:10a6::13) with Microsoft SMTP Server (version=TLS1_2, cipher=X) id 15.20.7587.28; d",
            "b.outlook.com",
            false,
            false,
        ),
        (
            "Exchange, in front",
            "from A.outlook.com (2603:10a6::12) by B.outlook.com (2603:10a6::13) with Microsoft SMTP Server (version=TLS1_2, cipher=X) id 15.20.7587.28 via Frontend Transport; d",
            "b.outlook.com",
            false,
            false,
        ),
        (
            "Exchange, mapi",
            "from A.outlook.com ([fe80::1]) by B.outlook.com ([fe80::2%4]) with mapi id 15.20.7587.028; d",
            "b.outlook.com",
            false,
            false,
        ),
        (
            "Gmail",
            "from h (h. [192.0.2.7]) by mx.google.com with SMTPS id q1sor2.2026.11.23 for <a@b> (Google Transport Security); Mon, 23 Nov 2026 12:00:00 -0800 (PST)",
            "mx.google.com",
            true,
            false,
        ),
        ("Gmail, inside", "by 2002:a05:6f02:abc with SMTP id x; d", INTO, false, false),
        (
            "RFC 5321, with all",
            "from a by mx.example.org via TCP with ESMTP id 1 for <a@b>; d",
            "mx.example.org",
            true,
            false,
        ),
    ] {
        let header = format!("Received: {value}\n{FORGED}");
        let Some(found) = entry(&fields(header.as_bytes())) else {
            assert_eq!(by, INTO, "{who}");
            continue;
        };
        assert_eq!(found.is_clear, !by.is_empty(), "{who}");
        let expected = (0, by, is_smtp, logged_in);
        assert_eq!(
            (found.at, found.by.as_str(), found.is_smtp, found.logged_in),
            expected,
            "{who}"
        );
    }
}

#[test]
fn what_is_not_written_as_it_should_be_says_nothing() {
    let start = "from a (b [192.0.2.7])";
    for value in [
        "from a by mail.example.org with LMTP (e [192.0.2.7]) by mx.example.org with ESMTP id 1"
            .to_owned(),
        format!("{start} by mx.example.org with ESMTP by mail.example.org with LMTP id x; d"),
        format!("{start} by mx.example.org with ESMTP id 1 with LMTP id x; d"),
        format!("{start} with LMTP by mx.example.org id x; d"),
        format!("{start} by mx.example.org for <a@b> with LMTP; d"),
        format!("{start} by mx.example.org via x with LMTP via y; d"),
        format!("{start} via x by mx.example.org with LMTP; d"),
        format!("{start} by mx.example.org with LMTP for <a; d"),
        format!("{start} by mx.example.org with LMTP (for; d"),
        format!("{start} by mx.example.org with LMTP for \"a; d"),
        format!("{start} by mx.example.org with LMTP; id x; d"),
        format!("{start} by mx.example.org with LMTP for; d"),
        "x from a by mx.example.org with LMTP id x; d".to_owned(),
        "from a with LMTP id x; d".to_owned(),
        String::new(),
    ] {
        let found = found(&format!("Received: {value}\n{FORGED}"));
        assert_eq!(found, Entry::unclear(0), "{value}");
    }
}

#[test]
fn nobodys_address_or_name_becomes_a_part_of_the_way() {
    for local in [
        "antrag+> by mail.example.org with LMTP id x",
        "a) by mail.example.org with LMTP (",
        "a) (Authenticated sender: anna) (",
        "; by mail.example.org with ESMTPSA",
        "<",
        "\\",
    ] {
        let quoted = local.replace('\\', "\\\\");
        let to = POSTFIX.replace("<antrag@", &format!("<\"{quoted}\"@"));
        assert_eq!(found(&to), found(POSTFIX), "{local}");
        // Exim and Dovecot write an address into a comment as it is.
        let from = EXIM.replace("SENDER", &format!("\"{quoted}\"@evil.example"));
        assert!(
            found(&from) == found(EXIM) || !found(&from).is_clear,
            "{local}: {:?}",
            found(&from)
        );
    }
    let login = SUBMITTED.replace("(Authenticated sender: anna)\n\tby", "\n\tby");
    let named = login.replace("(Postfix)", "(Postfix) (Authenticated sender: anna)");
    assert_eq!(found(&named).login, None);
}

proptest! {
    #[test]
    fn no_address_makes_a_hand_over_of_the_step_into_the_house(
        local in "([ -!#-\\[\\]-~]|by |with |LMTP|SMTP|from |[()<>;]){0,12}",
    ) {
        let to = POSTFIX.replace("<antrag@", &format!("<\"{local}\"@"));
        prop_assert_eq!(found(&to), found(POSTFIX));
        let from = found(&EXIM.replace("SENDER", &format!("\"{local}\"@evil.example")));
        let is_same_or_unclear = from == found(EXIM) || from == Entry::unclear(0);
        prop_assert!(is_same_or_unclear, "{from:?}");
    }
}
