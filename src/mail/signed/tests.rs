//! Where a signature covers all that is read, and where not.

use super::*;

fn crlf(text: &str) -> Vec<u8> {
    text.replace('\n', "\r\n").into_bytes()
}

const SIGNATURE: &str = "-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----\n";

fn mime(between: &str, above: &str, below: &str) -> Vec<u8> {
    crlf(&format!(
        "From: a@b.example\nSubject: outside\nMIME-Version: 1.0\nContent-Type: multipart/signed; micalg=pgp-sha256;\n \
         protocol=\"application/pgp-signature\"; boundary=\"b1\"\n\n{above}--b1\n{between}\n--b1\n\
         Content-Type: application/pgp-signature; name=\"signature.asc\"\n\n{SIGNATURE}\n--b1--\n{below}"
    ))
}

fn inline(text: &str) -> Vec<u8> {
    crlf(&format!("From: a@b.example\nContent-Type: text/plain; charset=utf-8\n\n{text}"))
}

#[test]
fn the_signed_part_is_taken_to_the_octet() {
    let part = "Content-Type: text/plain; protected-headers=v1\nSubject: inside\nTo: Office <a@b.example>\n\n#lock\n";
    let found = signed(&mime(part, "This is an OpenPGP/MIME signed message\n", "\n")).unwrap();
    let found = found.unwrap();
    assert_eq!(String::from_utf8(found.content).unwrap(), part.replace('\n', "\r\n"));
    assert_eq!(found.subject.as_deref(), Some("inside"));
    assert_eq!(found.to, [Address::parse("a@b.example").unwrap()]);
    assert!(found.signature.starts_with(b"-----BEGIN PGP SIGNATURE-----\r\n"));
    // Line ends that a server changed are put right.
    let bare: Vec<u8> = mime(part, "", "").into_iter().filter(|o| *o != b'\r').collect();
    assert_eq!(signed(&bare).unwrap().unwrap().content, part.replace('\n', "\r\n").as_bytes());
}

#[test]
fn clear_signed_text_loses_its_dashes_and_trailing_blanks() {
    let text = format!(
        "\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n#lock  \n- -- \nAnna\t\n- \n{SIGNATURE}\n"
    );
    let found = signed(&inline(&text)).unwrap().unwrap();
    assert_eq!(String::from_utf8(found.content).unwrap(), "#lock\r\n--\r\nAnna\r\n");
    let read = String::from_utf8(found.entity).unwrap();
    assert!(read.ends_with("8bit\r\n\r\n#lock\r\n-- \r\nAnna\r\n"), "{read}");
}

#[test]
fn what_is_not_signed_in_whole_is_said_to_be() {
    use NotAllSigned::{Beside, Malformed, TooLong};
    let part = "Content-Type: text/plain\n\n#lock";
    let block = |headers: &str, body: &str| {
        format!("-----BEGIN PGP SIGNED MESSAGE-----\n{headers}\n{body}\n{SIGNATURE}")
    };
    let plain = block("Hash: SHA256\n", "#lock");
    let wrapped = String::from_utf8(mime(part, "", "")).unwrap();
    let wrapped = wrapped.split_once("MIME-Version").unwrap().1.to_owned();
    let mixed = crlf(
        "From: a@b.example\nContent-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: text/plain\n\nfooter\n--m\n",
    );
    let mixed = [mixed, format!("MIME-Version{wrapped}").into_bytes(), crlf("--m--\n")].concat();
    let two = crlf(
        "From: a@b.example\nContent-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: text/plain\n\n",
    );
    let two =
        [two, crlf(&plain), crlf("\n--m\nContent-Type: text/plain\n\n#close\n--m--\n")].concat();
    for (name, raw, why) in [
        ("third part", mime(&format!("{part}\n--b1\n{part}"), "", ""), Beside),
        ("epilogue", mime(part, "", "#close\n"), Beside),
        ("not closed", mime(part, "", "").split_last_chunk::<9>().unwrap().0.to_vec(), Beside),
        ("in another multipart", mixed, Beside),
        ("beside another part", two, Beside),
        ("above", inline(&format!("#close\n{plain}")), Beside),
        ("below", inline(&format!("{plain}#close\n")), Beside),
        ("twice", inline(&format!("{plain}{plain}")), Beside),
        ("words in a header", inline(&block("Comment: #close\n", "#lock")), Malformed),
        ("not escaped", inline(&block("", "-lock")), Malformed),
        ("no end", inline(&plain.replace("-----END PGP", "-----DNE PGP")), Malformed),
        ("bare CR", inline(&block("", "a\rb")), Malformed),
        ("huge", inline(&plain.replace("iQ==", &"iQ==\n".repeat(10_000))), TooLong),
    ] {
        assert_eq!(signed(&raw), Some(Err(why)), "{name}");
    }
}

#[test]
fn a_quoted_block_and_plain_text_are_signed_by_nobody() {
    let block = format!("-----BEGIN PGP SIGNED MESSAGE-----\n\n#lock\n{SIGNATURE}");
    let quoted: String = block.lines().map(|line| format!("> {line}\n")).collect();
    for text in [quoted.as_str(), "#lock\n", ""] {
        assert_eq!(signed(&inline(text)), None);
    }
    assert_eq!(signed(b""), None);
}
