//! A mail that brings a password back, or a token in its subject, is not stored as it came: what is kept of it is its words, the
//! password struck out; and the token is left out.

use std::borrow::Cow;

use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::raw::Raw;
use mail_builder::mime::{BodyPart, MimePart};

use super::arrival::Arrival;
use super::clerk::Clerk;
use crate::accounts::{holds_password, strike};
use crate::mail::Mail;
use crate::mail::understood::Understood;

/// Headers that routing and reading need; the rest goes with the raw mail.
const KEPT: &[&str] = &[
    "Return-Path",
    "Date",
    "From",
    "To",
    "Cc",
    "Subject",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Auto-Submitted",
];

impl Clerk {
    /// The mail as it is stored.
    pub(super) fn without_secrets<'r>(&self, arrival: &'r Arrival, mail: &Mail) -> Cow<'r, [u8]> {
        let struck = arrival.struck.as_deref().unwrap_or(&arrival.raw);
        self.without_subject_token(struck, mail).map_or(Cow::Borrowed(struck), Cow::Owned)
    }
}

/// The mail anew, without the password. All of it is looked through, whatever its size: not on the thread that writes. None where there is none in it, and it is kept as it came.
#[must_use]
pub fn struck(raw: &[u8], understood: &Understood) -> Option<Vec<u8>> {
    let mail = &understood.mail;
    let mut words = vec![mail.text.as_str()];
    words.extend(mail.html.as_deref());
    if let Some(report) = &mail.report {
        words.push(&report.fields);
        words.extend(report.original.as_deref());
    }
    let attached: Vec<String> = mail
        .attachments
        .iter()
        .filter(|a| is_readable(&a.media_type))
        .map(|a| String::from_utf8_lossy(&a.content).into_owned())
        .collect();
    words.extend(attached.iter().map(String::as_str));
    // The raw octets, too: a part that nobody decoded may hold it in plain.
    let plain = String::from_utf8_lossy(raw);
    if !words.iter().copied().chain([&*plain]).any(holds_password) {
        return None;
    }
    let mut kept = String::new();
    for (name, value) in
        mail.headers.iter().filter(|(name, _)| KEPT.iter().any(|k| k.eq_ignore_ascii_case(name)))
    {
        kept.push_str(&format!("{name}: {value}\r\n"));
    }
    let mut text = String::new();
    for words in words.iter().copied() {
        text.push_str(&strike(words).replace("\r\n", "\n").replace('\n', "\r\n"));
        text.push_str("\r\n");
    }
    let mut octets = kept.into_bytes();
    octets.extend_from_slice(b"MIME-Version: 1.0\r\n");
    with_files(&text, mail).write_part(&mut octets);
    Some(octets)
}

/// The words, and the files beside them that hold no words. All of it in base64: no line of a boundary can stand in it.
fn with_files<'m>(text: &'m str, mail: &'m Mail) -> MimePart<'m> {
    let part = |media_type: String, octets: &'m [u8]| {
        // A raw header, since mail-builder writes text of a declared type as it is.
        let media_type = Raw::new(media_type).into();
        let headers = vec![("Content-Type".into(), media_type)];
        MimePart { headers, contents: BodyPart::Binary(octets.into()) }
    };
    let words = part("text/plain; charset=utf-8".to_owned(), text.as_bytes());
    let files = mail.attachments.iter().filter(|file| !is_readable(&file.media_type));
    let files = files.map(|file| {
        let media_type = file.media_type.chars().filter(char::is_ascii_graphic).collect();
        part(media_type, &file.content).attachment(file.name.as_str())
    });
    let parts: Vec<MimePart<'m>> = std::iter::once(words).chain(files).collect();
    let media_type = ContentType::new("multipart/mixed").attribute("boundary", "=_postamt_kept");
    MimePart::new(media_type, BodyPart::Multipart(parts))
}

fn is_readable(media_type: &str) -> bool {
    media_type.starts_with("text/") || media_type.starts_with("message/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::Limits;
    use crate::mail::understood::understand;

    const FILE: &str = "--b\r\nContent-Type: image/png; name=shot.png\r\nContent-Disposition: attachment; filename=shot.png\r\n\
                        Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--b--\r\n";

    fn mail(text: &str) -> Vec<u8> {
        format!(
            "From: jo@example.net\r\nTo: antrag@example.org\r\nSubject: x\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n{text}\r\n{FILE}"
        )
        .into_bytes()
    }

    fn kept(text: &str) -> Option<Vec<u8>> {
        let raw = mail(text);
        struck(&raw, &understand(&raw, &Limits::default()).unwrap())
    }

    #[test]
    fn words_about_a_password_leave_a_mail_as_it_came() {
        for text in [
            "Passwort: funktioniert nicht",
            "see https://example.net/?password=abc",
            "Passwort=C3=A4nderung",
            "My password is hunter2!",
        ] {
            assert_eq!(kept(text), None, "{text}");
        }
    }

    #[test]
    fn a_mail_with_a_password_of_ours_loses_it_and_keeps_its_files() {
        let password = crate::accounts::Password::generate(&[7; 8]);
        let text = format!(
            "It does not work.\r\n> Passwort   {}\r\n--=_postamt_kept--",
            password.reveal()
        );
        let kept = kept(&text).unwrap();
        let again = understand(&kept, &Limits::default()).unwrap().mail;
        assert!(
            again.text.contains("It does not work.") && !again.text.contains(password.reveal())
        );
        assert!(!String::from_utf8_lossy(&kept).contains(password.reveal()));
        let files: Vec<(&str, &[u8])> =
            again.attachments.iter().map(|a| (a.name.as_str(), a.content.as_slice())).collect();
        assert_eq!(files, [("shot.png", b"\x89PNG\r\n\x1a\n".as_slice())]);
    }
}
