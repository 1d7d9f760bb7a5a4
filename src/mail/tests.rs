//! Whole mails: what is read out of the files under `tests/mails`, and that nothing in a mail makes us fall over.

use proptest::prelude::*;

use super::*;

macro_rules! mail {
    ($name:literal) => {
        parse(include_bytes!(concat!("../../tests/mails/", $name, ".eml")), &Limits::default())
            .unwrap()
    };
}

#[test]
fn every_kind_of_mail_is_told_apart_and_says_why() {
    for (mail, class, why) in [
        (mail!("human/plain"), Class::Human, "nothing says"),
        (mail!("human/mail-delivery-in-subject"), Class::Human, "nothing says"),
        (mail!("human/out-of-office-as-a-topic"), Class::Human, "nothing says"),
        (mail!("human/forwards-a-report"), Class::Human, "nothing says"),
        (mail!("bounce/postfix-user-unknown"), Class::Bounce, "delivery-status"),
        (mail!("bounce/report-without-its-type"), Class::Bounce, "delivery-status"),
        (mail!("bounce/qmail-two-recipients"), Class::Bounce, "MAILER-DAEMON"),
        (mail!("bounce/exim-warning"), Class::Bounce, "Mailer-Daemon"),
        (mail!("bounce/exchange-de"), Class::Bounce, "Systemadministrator"),
        (mail!("bounce/boundary-never-comes"), Class::Bounce, "delivery-status"),
        (mail!("auto_reply/outlook-de"), Class::AutoReply, "Subject: Automatische Antwort"),
        (mail!("auto_reply/vacation"), Class::AutoReply, "Return-Path: <>"),
        (mail!("auto_reply/sieve"), Class::AutoReply, "Auto-Submitted: auto-replied"),
        (mail!("list/mailman"), Class::List, "List-Id: Friends"),
        (mail!("list/newsletter"), Class::List, "Precedence: bulk"),
        (mail!("report/arf"), Class::Report, "feedback-report"),
        (mail!("report/cron"), Class::Report, "Auto-Submitted: auto-generated"),
        (mail!("receipt/mdn-de"), Class::Receipt, "disposition-notification"),
        (mail!("malformed/no-header"), Class::Unparsable, "no header"),
        (mail!("malformed/nothing-but-a-subject"), Class::Human, "nothing says"),
    ] {
        let classified = classify(&mail);
        assert_eq!(classified.class, class, "{}: {:?}", mail.subject, classified.why);
        assert!(classified.why[0].contains(why), "{why}: {:?}", classified.why);
    }
}

/// A new file needs no line here: its folder says what it is.
#[test]
fn every_file_is_what_its_folder_says() {
    let folders = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mails");
    let mut wrong = Vec::new();
    for (folder, class) in [
        ("human", Class::Human),
        ("auto_reply", Class::AutoReply),
        ("bounce", Class::Bounce),
        ("list", Class::List),
        ("receipt", Class::Receipt),
        ("report", Class::Report),
    ] {
        for file in std::fs::read_dir(folders.join(folder)).unwrap() {
            let path = file.unwrap().path();
            let mail = parse(&std::fs::read(&path).unwrap(), &Limits::default()).unwrap();
            let (classified, bounce) = class::classify_and_read(&mail);
            let names_nobody =
                class == Class::Bounce && bounce.is_none_or(|bounce| bounce.recipients.is_empty());
            if classified.class != class || names_nobody || classified.why.is_empty() {
                wrong.push(format!("{}: {classified:?}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn one_line_of_a_header_may_decide_and_a_common_word_may_not() {
    for (header, class) in [
        ("Subject: Out of Office", Class::Human),
        ("Subject: Out of Office\nPrecedence: bulk", Class::AutoReply),
        ("Subject: Automatic reply: Jo", Class::AutoReply),
        ("Subject: Réponse automatique : Jo", Class::AutoReply),
        ("Subject: Réponse automatique ne fonctionne pas", Class::Human),
        ("Subject: Abwesenheitsnotiz: Jo", Class::AutoReply),
        ("Subject: Out of office next week?", Class::Human),
        ("Subject: Urlaub", Class::Human),
        ("Subject: Urlaub\nAuto-Submitted: auto-generated", Class::AutoReply),
        ("Subject: Jo is out of the office\nAuto-Submitted: auto-generated", Class::AutoReply),
        ("Subject: disk full\nAuto-Submitted: auto-generated", Class::Report),
        ("Subject: Report Domain: example.org", Class::Report),
        ("Auto-Submitted: no", Class::Human),
        ("Auto-Submitted: AUTO-REPLIED; x", Class::AutoReply),
        ("X-Auto-Response-Suppress: All", Class::Human),
        ("X-Autoreply: yes", Class::AutoReply),
        ("X-Autoreply: no", Class::Human),
        ("Precedence: auto_reply", Class::AutoReply),
        ("Precedence: bulk", Class::List),
        ("List-Unsubscribe: <https://example.com/u>", Class::Human),
        ("Return-Path: <>", Class::AutoReply),
        ("Subject: Undeliverable: test\nReturn-Path: <>", Class::Bounce),
        ("Subject: Undeliverable: test", Class::Human),
        ("From: Postmaster <postmaster@example.net>\nSubject: Delivery failure", Class::Human),
        ("From: Mail Delivery Subsystem <mailer-daemon@example.net>\nSubject: hm", Class::Bounce),
        ("Content-Type: multipart/report; report-type=delivery-status", Class::Bounce),
    ] {
        let raw = format!("{header}\nTo: antrag@example.org\n\nI cannot come on Monday.\n");
        let mail = parse(raw.as_bytes(), &Limits::default()).unwrap();
        assert_eq!(classify(&mail).class, class, "{header}");
    }
}

#[test]
fn a_mail_that_breaks_off_is_read_as_far_as_it_goes() {
    let mixed = "Content-Type: multipart/mixed; boundary=b\n\n";
    let inner = "--b\nContent-Type: multipart/alternative; boundary=c\n\n--c";
    for (what, body) in [
        ("plain", "--b\n\nHello, ca".to_owned()),
        ("HTML", "--b\nContent-Type: text/html\n\n<p>Hello, ca".to_owned()),
        ("within", format!("{inner}\nContent-Type: text/plain\n\nHello, ca")),
        ("base64", "--b\nContent-Transfer-Encoding: base64\n\nSGVsbG8sIGNh\n".to_owned()),
    ] {
        let mail = parse(format!("{mixed}{body}").as_bytes(), &Limits::default()).unwrap();
        assert_eq!(mail.text.trim(), "Hello, ca", "{what}");
        assert!(mail.attachments.is_empty(), "{what}: {:?}", mail.attachments);
    }
    let file = "--b\nContent-Type: text/plain; name=notes.txt\n\nHello, ca";
    let mail = parse(format!("{mixed}{file}").as_bytes(), &Limits::default()).unwrap();
    assert_eq!((mail.text.as_str(), mail.attachments.len()), ("", 1));
}

#[test]
fn every_bounce_names_whom_it_did_not_reach() {
    use BounceKind::{Delayed, Full, NoSuchAddress};
    for (mail, id, recipients) in [
        (
            mail!("bounce/postfix-user-unknown"),
            Some("verify.1@example.org"),
            vec![("nobody@example.net", "failed", Some("5.1.1"), NoSuchAddress)],
        ),
        (
            mail!("bounce/report-without-its-type"),
            Some("verify.2@example.org"),
            vec![("slow@example.com", "delayed", Some("4.4.1"), Delayed)],
        ),
        (
            mail!("bounce/qmail-two-recipients"),
            Some("verify.3@example.org"),
            vec![
                ("gone@example.com", "failed", Some("5.1.1"), NoSuchAddress),
                ("full@example.com", "failed", Some("5.2.2"), Full),
            ],
        ),
        (
            mail!("bounce/exim-warning"),
            None,
            vec![("late@example.edu", "delayed", Some("4.4.1"), Delayed)],
        ),
        (
            mail!("bounce/exchange-de"),
            None,
            vec![("weg@example.de", "failed", Some("5.1.10"), NoSuchAddress)],
        ),
        (
            mail!("bounce/boundary-never-comes"),
            None,
            vec![("torn@example.net", "failed", Some("5.2.2"), Full)],
        ),
    ] {
        let bounce = read_bounce(&mail).unwrap();
        let status: Vec<_> = bounce
            .recipients
            .iter()
            .map(|one| one.status.map(|status| status.to_string()))
            .collect();
        let read: Vec<_> = bounce
            .recipients
            .iter()
            .zip(&status)
            .map(|(one, status)| {
                (one.address.as_str(), one.action.as_str(), status.as_deref(), one.kind())
            })
            .collect();
        assert_eq!(read, recipients, "{}", mail.subject);
        assert_eq!(bounce.original_message_id.as_ref().map(MessageId::as_str), id);
    }
}

#[test]
fn a_mail_of_a_person_is_no_bounce() {
    for mail in [
        mail!("human/plain"),
        mail!("human/mail-delivery-in-subject"),
        mail!("human/forwards-a-report"),
        mail!("auto_reply/outlook-de"),
    ] {
        assert_eq!(read_bounce(&mail), None, "{}", mail.subject);
    }
}

#[test]
fn the_header_is_read() {
    let mail = mail!("human/plain");
    assert_eq!(mail.subject, "Antrag auf ein Konto für Jörg");
    assert_eq!(mail.from[0].called(), "Jo Doe");
    assert_eq!(mail.to[0].address.as_str(), "antrag@example.org");
    assert_eq!(mail.date, Some(Timestamp(1_795_425_120)));
    assert_eq!(mail.message_id, MessageId::parse("plain@example.net"));
    assert!(
        matches!(&mail.envelope_sender, EnvelopeSender::Address(a) if a.as_str() == "jo@example.net")
    );
    assert_eq!(mail.header("content-TYPE"), Some("text/plain; charset=utf-8"));
    assert_eq!(mail.headers[0], ("From".to_owned(), "Jo Doe <jo@example.net>".to_owned()));
    assert_eq!(mail.defects, Vec::<String>::new());
}

#[test]
fn the_text_is_read_whatever_it_came_as() {
    for (mail, text) in [
        (mail!("human/plain"), "Guten Tag,\n\nich hätte gern ein Konto.\n\n-- \nJo\n"),
        (mail!("human/latin1-undeclared"), "Schöne Grüße aus Köln\n"),
        (mail!("human/flowed-delsp"), "Donaudampf\n> quoted words\n>> deeper\nend\n"),
        (
            mail!("human/html-only"),
            "Schöne Grüße\n\nsiehe hier <https://example.org/x>\n\n> vorher\n",
        ),
        (mail!("human/empty-plain-beside-html"), "#lock\n"),
        (mail!("human/attachments"), "see the files\nand a last line"),
        (mail!("malformed/no-header"), "just a line of text without any header\n"),
        (mail!("malformed/unknown-charset-broken-base64"), "Grüße"),
    ] {
        assert_eq!(mail.text, text, "{}", mail.subject);
    }
    assert_eq!(mail!("human/latin1-undeclared").subject, "Rückfrage zum Schlüssel");
}

#[test]
fn attachments_have_safe_names_and_their_octets() {
    let mail = mail!("human/attachments");
    let read: Vec<_> = mail
        .attachments
        .iter()
        .map(|a| (a.name.as_str(), a.media_type.as_str(), String::from_utf8_lossy(&a.content)))
        .collect();
    assert_eq!(
        read,
        [
            ("Antrag Müller.pdf", "application/pdf", "%PDF-1.4".into()),
            ("liste.csv", "text/csv", "Straße;Ort".into()),
            ("LISTE-2.csv", "text/csv", "a;b".into()),
            (
                "enclosed - mail.eml",
                "message/rfc822",
                "From: someone@example.com\nSubject: enclosed / mail\nMessage-ID: <inner@example.com>\n\n#close"
                    .into()
            ),
        ]
    );
    assert!(!mail.text.contains("#close"), "an enclosed mail is no text of this one");
}

#[test]
fn what_is_wrong_with_a_mail_is_said() {
    for (mail, defects) in [
        (mail!("malformed/no-header"), &["no header field"][..]),
        (
            mail!("malformed/nothing-but-a-subject"),
            &["no usable From", "no usable Message-ID", "no usable Date"],
        ),
        (mail!("malformed/unknown-charset-broken-base64"), &["unknown charset \"x-klingon\""]),
        (mail!("malformed/subject-with-line-ends"), &["2 addresses in From"]),
    ] {
        for defect in defects {
            assert!(mail.defects.iter().any(|d| d == defect), "{defect}: {:?}", mail.defects);
        }
    }
    assert_eq!(
        mail!("malformed/unknown-charset-broken-base64").attachments[0].content,
        [0, 1, 2, 3, 4]
    );
}

#[test]
fn a_subject_cannot_leave_its_line() {
    let mail = mail!("malformed/subject-with-line-ends");
    assert_eq!(mail.subject, "hello  Bcc: victim@example.com txt.exe");
}

#[test]
fn a_mark_is_a_header_and_how_its_value_begins() {
    let mail = parse(b"X-Spam-Flag: YES\nSubject: x\n\n", &Limits::default()).unwrap();
    assert!(class::is_marked(&mail, "X-Spam-Flag: YES"));
    assert!(class::is_marked(&mail, "x-spam-flag:yes"));
    assert!(!class::is_marked(&mail, "X-Spam-Flag: NO"));
    assert!(!class::is_marked(&mail, "X-Spam-Flag"));
}

/// All that is asked of a mail, as the office asks it.
fn understand(raw: &[u8]) -> Option<(Mail, Class, Option<Bounce>, [u8; 32])> {
    let mail =
        parse(raw, &Limits { size_octets: 100_000, parts: 60, depth: 12, ..Limits::default() })
            .ok()?;
    let class = classify(&mail).class;
    let (bounce, hash) = (read_bounce(&mail), content_hash(&mail));
    Some((mail, class, bounce, hash))
}

/// Pieces that mails are made of, put together as nobody should.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    const PIECES: &[&str] = &[
        "\n",
        "\r\n",
        "\r",
        " ",
        "\t",
        "--",
        "--b\n",
        "--b--\n",
        "\n--b\n",
        "\0",
        "=",
        "=\n",
        "=E4",
        "?=",
        ";",
        "\"",
        "From: a@x.de\n",
        "From: \"a <b@x.de>\n",
        "From: MAILER-DAEMON\n",
        "To: a@x.de, <b@x.de>,,\n",
        "Return-Path: <>\n",
        "Subject: =?utf-8?q?=E4",
        "Subject: Undeliverable\n",
        "Subject: =?utf-8?b?4pi6?=\n",
        "Date: Mon, 99 Foo 2026 25:61:61 +9999\n",
        "Message-ID: <a\n b@x>\n",
        "References: <a> <b\n",
        "Content-Type: multipart/mixed; boundary=b\n\n",
        "Content-Type: multipart/alternative; boundary=\"b\"\n\n",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n",
        "Content-Type: multipart/digest; boundary=b\n\n",
        "Content-Type: message/rfc822\n\n",
        "Content-Type: message/delivery-status\n\n",
        "Content-Type: text/html; charset=utf-7\n\n",
        "Content-Type: text/plain; format=flowed; delsp=yes; charset=iso-2022-jp\n\n",
        "Content-Type: text/plain; name*0*=utf-8''%; name*1=x\n",
        "Content-Disposition: attachment; filename=\"..\\\\\"\n",
        "Content-Transfer-Encoding: base64\n\n",
        "Content-Transfer-Encoding: quoted-printable\n\n",
        "AAAA",
        "/////w==",
        "<div>",
        "</div>",
        "<table><tr><td>",
        "<blockquote>",
        "<a href='x'>",
        "&#x0;",
        "&amp",
        "Final-Recipient: rfc822; a@x.de\n",
        "Action: failed\n",
        "Status: 5.1.1\n",
        "> quoted \n",
        "could not be delivered to one or more\n",
        "<a@x.de>:\n",
        "\u{202e}",
        "ä€😀",
        "\u{feff}",
        "-- \n",
    ];
    let piece = prop_oneof![
        9 => proptest::sample::select(PIECES).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => proptest::collection::vec(any::<u8>(), 0..6),
    ];
    proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_octets_make_us_fall_over(raw in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        drop(understand(&raw));
    }

    #[test]
    fn no_heap_of_pieces_makes_us_fall_over(raw in pieces()) {
        if let Some((mail, ..)) = understand(&raw) {
            prop_assert!(!mail.text.contains(['\r', '\0']));
            prop_assert!(!mail.subject.chars().any(one_line::is_invisible));
            for (name, value) in &mail.headers {
                prop_assert!(!name.chars().chain(value.chars()).any(char::is_control));
            }
            for attachment in &mail.attachments {
                prop_assert!(!attachment.name.is_empty() && attachment.name.len() <= 130);
                prop_assert!(!attachment.name.contains(['/', '\\', '\n']) && !attachment.name.starts_with('.'));
            }
        }
    }

    #[test]
    fn what_was_written_is_read(
        subject in "[a-zA-Zäöüß€ ]{0,60}",
        text in "[ -~äöü\n]{0,300}",
        name in "[a-z]{5,12}",
        content in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        let raw = mail_builder::MessageBuilder::new()
            .from(("Jo", "jo@example.net"))
            .to("antrag@example.org")
            .message_id("1@example.net")
            .date(0_i64)
            .subject(subject.as_str())
            .text_body(text.as_str())
            .attachment("application/pdf", format!("{name}.pdf"), content.as_slice())
            .write_to_vec()
            .unwrap();
        let (mail, class, ..) = understand(&raw).unwrap();
        prop_assert_eq!(class, Class::Human);
        prop_assert_eq!(mail.subject.split_whitespace().collect::<Vec<_>>(), subject.split_whitespace().collect::<Vec<_>>());
        prop_assert_eq!(mail.text.trim_end(), text.trim_end());
        prop_assert_eq!(&mail.attachments[0].name, &format!("{name}.pdf"));
        prop_assert_eq!(&mail.attachments[0].content, &content);
        prop_assert_eq!(mail.defects, Vec::<String>::new());
    }

    #[test]
    fn html_of_any_kind_becomes_text(pieces in proptest::collection::vec(proptest::sample::select(&[
        "<div>", "</div>", "<p>", "<br>", "<table>", "<tr>", "<td>", "<li>", "<ol start=99999999999>", "<ul>", "<pre>", "<blockquote>",
        "</blockquote>", "<a href='https://x.de'>", "</a>", "<img alt='a' src=x>", "<style>", "<!--", "text ", "\n", "&nbsp;", "😀",
        "<td colspan=999999999>", "<td rowspan=-1>", "<sup>", "<h1>", "<svg>", "<template>", "<select><option>", "<math>", "<", ">", "\0",
    ][..]), 0..80)) {
        prop_assert!(!html::html_to_text(&pieces.concat()).contains('\0'));
    }
}
