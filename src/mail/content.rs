//! What makes two copies of a mail the same mail, whatever way each of them took.

use sha2::{Digest, Sha256};

use super::{Mail, Named};

/// SHA-256 over From, Date, Subject, Message-ID and the decoded parts; never over trace fields. Each field is preceded
/// by its length, so that nothing moves from one to the next unnoticed.
#[must_use]
pub fn content_hash(mail: &Mail) -> [u8; 32] {
    let mut hash = Sha256::new();
    let mut field = |octets: &[u8]| {
        hash.update(u64::try_from(octets.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(octets);
    };
    field(&count(mail.from.len()));
    for Named { name, address } in &mail.from {
        field(name.as_bytes());
        field(address.as_str().as_bytes());
    }
    field(mail.date.map(|date| date.0.to_string()).unwrap_or_default().as_bytes());
    field(mail.subject.as_bytes());
    field(mail.message_id.as_ref().map_or("", |id| id.as_str()).as_bytes());
    field(mail.text.as_bytes());
    field(mail.html.as_deref().unwrap_or_default().as_bytes());
    field(&count(mail.attachments.len()));
    for attachment in &mail.attachments {
        field(attachment.name.as_bytes());
        field(attachment.media_type.as_bytes());
        field(&attachment.content);
    }
    hash.finalize().into()
}

fn count(items: usize) -> [u8; 8] {
    u64::try_from(items).unwrap_or(u64::MAX).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::limits::Limits;
    use crate::mail::parse::parse;

    fn hash_of(raw: &str) -> [u8; 32] {
        content_hash(&parse(raw.as_bytes(), &Limits::default()).unwrap())
    }

    #[test]
    fn another_way_is_the_same_mail_and_another_word_is_not() {
        let mail = "From: jo@example.net\nSubject: a\nMessage-ID: <1@x>\n\nText\n";
        let same = [
            format!("Received: from a.example\nDelivered-To: x@example.org\n{mail}"),
            mail.replace('\n', "\r\n"),
            mail.replace("Subject: a", "subject:  =?utf-8?q?a?="),
        ];
        for copy in &same {
            assert_eq!(hash_of(copy), hash_of(mail), "{copy}");
        }
        for other in ["jo@example.com", "b", "<2@x>", "Test"] {
            for this in ["jo@example.net", "a\n", "<1@x>", "Text"] {
                let changed = mail.replacen(this, &format!("{other}\n"), 1);
                assert_ne!(hash_of(&changed), hash_of(mail), "{changed}");
            }
        }
    }

    #[test]
    fn a_word_moved_to_the_next_field_is_another_mail() {
        let one = Mail { subject: "ab".into(), text: "c".into(), ..Mail::default() };
        let two = Mail { subject: "a".into(), text: "bc".into(), ..Mail::default() };
        assert_ne!(content_hash(&one), content_hash(&two));
    }
}
