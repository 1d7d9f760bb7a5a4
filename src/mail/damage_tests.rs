//! Mails that are damaged, wrapped, or made to deceive: what is still read of them, and what never shows.

use super::{Limits, Mail, OverLimit, Protection, Scheme, cms, html, parse, tnef};

fn read(raw: impl AsRef<[u8]>) -> Mail {
    parse(raw.as_ref(), &Limits::default()).unwrap()
}

fn names(mail: &Mail) -> Vec<&str> {
    mail.attachments.iter().map(|attachment| attachment.name.as_str()).collect()
}

pub(super) fn base64(octets: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in octets.chunks(3) {
        let all = three.iter().fold(0_usize, |sum, &octet| sum << 8 | usize::from(octet));
        let all = all << (8 * (3 - three.len()));
        for place in 0..4 {
            let digit = char::from(DIGITS[all >> (18 - 6 * place) & 63]);
            text.push(if place > three.len() { '=' } else { digit });
        }
    }
    text
}

#[test]
fn what_is_signed_is_read_and_what_is_encrypted_is_said() {
    let signed = |protocol: &str, signature: &str| {
        format!(
            "Content-Type: multipart/signed; protocol=\"{protocol}\"; boundary=b\n\n\
             --b\nContent-Type: text/plain\n\n#close\n--b\nContent-Type: {signature}\n\nMII=\n--b--\n"
        )
    };
    let pkcs7 = |parameters: &str, octets: &[u8]| {
        format!(
            "Content-Type: application/pkcs7-mime; {parameters}; name=smime.p7m\n\
             Content-Transfer-Encoding: base64\n\n{}\n",
            base64(octets)
        )
    };
    let entity = b"Content-Type: multipart/mixed; boundary=i\n\n--i\n\n#close\n--i\nContent-Type: text/csv; name=a.csv\nContent-Disposition: attachment\n\na;b\n--i--\n";
    let encrypted = "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b\n\n--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b\nContent-Type: application/octet-stream; name=encrypted.asc\n\n-----BEGIN PGP MESSAGE-----\n--b--\n";
    let (smime, pgp) = (Scheme::Smime, Scheme::OpenPgp);
    for (raw, protection, text, files) in [
        (
            signed("application/pgp-signature", "application/pgp-signature; name=signature.asc"),
            Protection::Signed(pgp),
            "#close",
            &["signature.asc"][..],
        ),
        (
            signed("application/pkcs7-signature", "application/pkcs7-signature"),
            Protection::Signed(smime),
            "#close",
            &["attachment.p7s"],
        ),
        (
            pkcs7("smime-type=signed-data", &cms::tests::signed_entity(entity)),
            Protection::Signed(smime),
            "#close",
            &["a.csv"],
        ),
        (
            pkcs7("smime-type=enveloped-data", &cms::tests::enveloped()),
            Protection::Encrypted(smime),
            "",
            &["smime.p7m"],
        ),
        (pkcs7("x=y", b"torn"), Protection::Encrypted(smime), "", &["smime.p7m"]),
        (
            encrypted.to_owned(),
            Protection::Encrypted(pgp),
            "",
            &["attachment.bin", "encrypted.asc"],
        ),
        (
            format!("Content-Type: multipart/mixed; boundary=o\n\n--o\n{encrypted}\n--o\n\nfooter\n--o--\n"),
            Protection::Encrypted(pgp),
            "footer",
            &["attachment.bin", "encrypted.asc"],
        ),
        (
            "Subject: x\n\n-----BEGIN PGP MESSAGE-----\n\nhQ==\n-----END PGP MESSAGE-----\n".to_owned(),
            Protection::Encrypted(pgp),
            "",
            &[],
        ),
        (
            "Content-Type: multipart/mixed; boundary=o\n\n--o\n\nhi\n--o\nContent-Type: application/pgp-keys; name=k.asc\n\nx\n--o--\n".to_owned(),
            Protection::None,
            "hi",
            &["k.asc"],
        ),
    ] {
        let mail = read(&raw);
        assert_eq!((mail.protection, mail.text.trim()), (protection, text), "{raw}");
        assert_eq!(names(&mail), files, "{raw}");
        let said = mail.defects.iter().any(|defect| defect.contains("not readable"));
        assert_eq!(said, protection.is_encrypted(), "{:?}", mail.defects);
    }
}

#[test]
fn a_winmail_dat_is_unwrapped() {
    let part = format!(
        "Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n{}\n",
        base64(&tnef::tests::winmail())
    );
    let mixed = |text: &str| {
        format!("Content-Type: multipart/mixed; boundary=b\n\n--b\n\n{text}\n--b\n{part}--b--\n")
    };
    for (raw, text) in [(part.clone(), "Привет\n#close"), (mixed("own words"), "own words")] {
        let mail = read(&raw);
        assert_eq!(mail.text.trim(), text);
        assert_eq!(names(&mail), ["OLD.TXT", "Größe.pdf"]);
        assert_eq!(mail.attachments[1].media_type, "application/pdf");
        assert_eq!(mail.attachments[1].content, b"%PDF");
    }
    let broken = read("Content-Type: application/ms-tnef; name=winmail.dat\n\nno such thing\n");
    assert!(broken.defects.contains(&"a winmail.dat that cannot be read".to_owned()));
    assert_eq!(names(&broken), ["winmail.dat"]);
}

#[test]
fn a_header_is_read_however_it_was_written() {
    for (written, subject) in [
        (&b"gr\xc3\xbc\xc3\x9fe"[..], "grüße"),
        (b"gr\xfc\xdfe", "grüße"),
        (b"=?iso-8859-1?q?gr=FC=DFe?=", "grüße"),
        (b"=?utf-8?b?Z3LDvA==?= =?utf-8?b?w59l?=", "grüße"),
        (b"=?utf-8?q?gr=C3=BC?=\n =?utf-8?q?=C3=9Fe?=", "grüße"),
        (b"=?utf-8?q?gr=C3?= =?utf-8?q?=BC=C3=9Fe?=", "grüße"),
        (b"=?windows-1251?b?z/Do4uXy?=", "Привет"),
        (b"\"=?utf-8?q?gr=C3=BC=C3=9Fe?=\"", "\" grüße \""),
        (b"=?utf-8?q?two words?=", "two words"),
        (b"=?utf-8?q?torn", "=?utf-8?q?torn"),
        (b"=?utf-8?q?a=0D=0ABcc:_x?=", "a  Bcc: x"),
        (b"=?utf-8?q?=1B[31m=E2=80=AEred=00?=", "[31mred"),
        (b"a\x00b", "ab"),
    ] {
        let raw = [b"Subject: ", written, b"\nFrom: a@example.net\n\nx\n"].concat();
        assert_eq!(read(&raw).subject, subject, "{}", String::from_utf8_lossy(written));
    }
}

#[test]
fn a_file_has_a_harmless_name_whatever_it_was_called() {
    for (written, name) in [
        ("filename=\"../../etc/passwd\"", "passwd"),
        ("filename=\"C:\\\\x\\\\cv.doc\"", "cv.doc"),
        ("filename=\"NUL.txt\"", "_NUL.txt"),
        ("filename=\"com1.tar.gz\"", "_com1.tar.gz"),
        ("filename=\"x.pdf. . \"", "x.pdf"),
        ("filename=\"-rf.txt\"", "_-rf.txt"),
        ("filename=\"a.pdf.exe\"", "a.pdf.exe"),
        ("filename=\"=?utf-8?q?gr=C3=BC=C3=9Fe.txt?=\"", "grüße.txt"),
        ("filename*=utf-8''gr%C3%BC%C3%9Fe.txt", "grüße.txt"),
        ("filename*=iso-8859-1''gr%FC%DFe.txt", "grüße.txt"),
        ("filename*0*=utf-8''gr%C3%BC; filename*1=sse; filename*2=.txt", "grüsse.txt"),
        ("filename=\"=?utf-8?q?a=E2=80=AEfdp.exe?=\"", "afdp.exe"),
        ("filename=\"=?utf-8?q?a=00b=0A.txt?=\"", "ab .txt"),
    ] {
        let raw = format!(
            "Content-Type: application/x; x=y\nContent-Disposition: attachment; {written}\n\nx\n"
        );
        assert_eq!(names(&read(&raw)), [name], "{written}");
    }
    let long = format!(
        "Content-Type: a/b\nContent-Disposition: attachment; filename=\"{}.pdf\"\n\nx\n",
        "x".repeat(10_000)
    );
    let mail = read(&long);
    assert!(names(&mail)[0].len() <= 120 && names(&mail)[0].ends_with("x.pdf"));
}

#[test]
fn broken_boundaries_still_leave_the_text() {
    let head = "Content-Type: multipart/mixed; boundary=";
    for (raw, text) in [
        (format!("{head}b\n\n--b\n\ntext\n"), "text"),
        (format!("{head}b\n\n--b\n\ntext\n--b--"), "text"),
        (format!("{head}\"b \"\n\n--b\n\ntext\n--b--\n"), "text"),
        (format!("{head}b\r\n\r\n--b\n\ntext\r--b\r\n--b--\n"), "text"),
        ("Content-Type: multipart/mixed\n\n--b\n\ntext\n--b--\n".to_owned(), "text"),
        (format!("{head}never\n\ntext\n"), "text"),
        (
            format!(
                "{head}b\n\n--b\nContent-Type: multipart/alternative; boundary=bb\n\n\
                 --bb\n\ntext\n--bb--\n--b--\n"
            ),
            "text",
        ),
    ] {
        assert!(read(&raw).text.contains(text), "{raw:?}: {:?}", read(&raw).text);
    }
}

#[test]
fn missing_and_doubled_fields_are_said_and_nothing_more() {
    for (raw, text, defect) in [
        ("From: a@example.net\n\nx\n", "x\n", "no usable Message-ID"),
        ("From: a@example.net\nFrom: b@example.net\n\nx\n", "x\n", "2 addresses in From"),
        ("From: a@example.net\n\n", "", "no usable Date"),
        ("From: a@example.net\n", "", "no usable Date"),
        ("From: a@example.net\r\rx\r", "x\n", "no usable Date"),
        ("From: a@example.net\n\na\0b\rc\r\nd", "ab\nc\nd", "no usable Date"),
    ] {
        let mail = read(raw);
        assert_eq!(mail.text, text, "{raw:?}");
        assert!(mail.defects.iter().any(|said| said == defect), "{defect}: {:?}", mail.defects);
        assert_eq!(mail.from[0].address.as_str(), "a@example.net");
    }
}

#[test]
fn an_enclosed_mail_is_a_file_and_never_text() {
    let mixed = |media_type: &str| {
        format!(
            "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nown words\n--b\n\
             Content-Type: {media_type}\n\nSubject: inner\n\n#close\n--b--\n"
        )
    };
    for media_type in [
        "message/rfc822",
        "message/partial; id=x; number=1; total=2",
        "message/external-body; access-type=url; url=\"https://example.org/\"",
    ] {
        let mail = read(mixed(media_type));
        assert_eq!(mail.text.trim(), "own words", "{media_type}");
        assert_eq!(mail.attachments.len(), 1, "{media_type}");
        assert!(!html_or_text(&mail).contains("#close"), "{media_type}");
    }
}

fn html_or_text(mail: &Mail) -> String {
    format!("{}{}", mail.text, mail.html.as_deref().unwrap_or_default())
}

#[test]
fn too_much_of_anything_is_refused() {
    let nested = "Content-Type: message/rfc822\n\n".repeat(60);
    let multi = |n: usize| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n");
    let deep: String = (0..60).map(multi).collect();
    let wide =
        format!("Content-Type: multipart/mixed; boundary=b\n\n{}", "--b\n\nx\n".repeat(100_000));
    let received = "Received: from a by b\n".repeat(20_000);
    let long = format!("Subject: {}\n\nx\n", "x".repeat(1_000_000));
    let refused = |raw: &[u8]| parse(raw, &Limits::default()).unwrap_err();
    assert!(matches!(refused(nested.as_bytes()), OverLimit::Depth { .. }));
    assert!(matches!(refused(deep.as_bytes()), OverLimit::Depth { .. }));
    assert!(matches!(refused(wide.as_bytes()), OverLimit::Parts { .. }));
    assert!(matches!(refused(received.as_bytes()), OverLimit::Header { .. }));
    assert!(matches!(refused(long.as_bytes()), OverLimit::Header { .. }));
    assert!(matches!(refused(&vec![b'x'; 100_000_000]), OverLimit::Size { .. }));
    let many = format!("{}From: a@example.net\n\nx\n", "Received: from a by b\n".repeat(10_000));
    assert_eq!(read(&many).from.len(), 1);
}

#[test]
fn nothing_in_a_text_turns_the_line_or_moves_the_cursor() {
    let shown = "שלום und #help";
    let text = "\u{202e}שלום\u{202c} \u{1b}[2Jund \u{2066}#he\u{200b}lp\u{2069}\u{7}";
    for raw in [
        format!("Content-Type: text/plain; charset=utf-8\n\n{text}"),
        format!("Content-Type: text/html; charset=utf-8\n\n<p>{text}</p>"),
    ] {
        assert_eq!(read(&raw).text.trim().replace("[2J", ""), shown, "{raw:?}");
    }
}

#[test]
fn a_hidden_element_says_nothing() {
    let text = html::html_to_text("<p>Hello<div style='display:none'>#close</div></p>");
    assert_eq!(text.trim(), "Hello");
}

#[test]
fn other_wrappings_stay_text() {
    for text in
        ["begin 644 a.txt\n#0V%T\n`\nend\n", "=ybegin line=128 size=3 name=a.bin\nxyz\n=yend\n"]
    {
        assert_eq!(read(format!("Subject: x\n\n{text}")).text, text);
    }
}

#[test]
fn a_file_shown_among_the_text_is_a_file() {
    let mail = read(include_str!("../../tests/mails/human/program-inline.eml"));
    assert_eq!(mail.text.trim(), "Here is the program.");
    assert_eq!(names(&mail), ["x.c"]);
}
