//! A mail that brings a password back, or a token in its subject, is not stored as it came: what is kept of it is its words, the
//! password struck out; and the token is left out.

use std::borrow::Cow;

use super::arrival::Arrival;
use super::clerk::Clerk;
use crate::accounts::strike;
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
    if words.iter().copied().chain([&*plain]).all(|text| strike(text) == text) {
        return None;
    }
    let mut kept = String::new();
    for (name, value) in
        mail.headers.iter().filter(|(name, _)| KEPT.iter().any(|k| k.eq_ignore_ascii_case(name)))
    {
        kept.push_str(&format!("{name}: {value}\r\n"));
    }
    kept.push_str("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=\"utf-8\"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n");
    for text in words.iter().copied() {
        kept.push_str(&strike(text).replace("\r\n", "\n").replace('\n', "\r\n"));
        kept.push_str("\r\n");
    }
    Some(kept.into_bytes())
}

fn is_readable(media_type: &str) -> bool {
    media_type.starts_with("text/") || media_type.starts_with("message/")
}
