//! Whether a DKIM signature that holds proves that its domain sent just this mail: what it covers, and when it was made. Whose domain
//! it is, `judge` looks at.

use mail_auth::AuthenticatedMessage;
use mail_auth::common::crypto::Algorithm;
use mail_auth::dkim::Signature;

use crate::mail::{Mail, Span, Timestamp};

/// What decides who commands what. Where a mail has none of it, nobody may add one: it is in the list all the same then.
pub(super) const SIGNED: &[&str] = &["From", "To", "Subject", "Date", "Message-ID"];

/// What leads to a ticket: signed where it is there.
pub(super) const ANSWERED: &str = "In-Reply-To";

/// It leads to one, too. Not every signer covers it; where it is not covered, it is not read.
pub(super) const REFERENCES: &str = "References";

/// An older one may have been sent to somebody else first, who sends it on.
const OLDEST: Span = Span::days(1);

/// Clocks differ by so much at most.
const AHEAD: Span = Span::hours(1);

/// RSA keys of fewer than 1,024 bits can be broken (RFC 8301 section 3.2); a signature is as long as its key.
const RSA_OCTETS: usize = 128;

/// # Errors
/// Why it proves nothing, in a few words.
pub fn proves(signature: &Signature, mail: &Mail, now: Timestamp) -> Result<(), &'static str> {
    let count = |name| times(mail, name);
    let is_weak = match signature.a {
        Algorithm::RsaSha1 => true,
        Algorithm::RsaSha256 => signature.b.len() < RSA_OCTETS,
        Algorithm::Ed25519Sha256 => false,
    };
    let is_young = |at: Timestamp| is_young(at, now);
    let signed_at = i64::try_from(signature.t).map(Timestamp).unwrap_or(Timestamp(i64::MAX));
    let rows = [
        (is_weak, "its algorithm or its key is too weak"),
        (signature.l > 0, "it covers only the beginning of the text"),
        (!SIGNED.iter().all(|name| covers(signature, name)), "it leaves a header out"),
        (count(ANSWERED) > 0 && !covers(signature, ANSWERED), "it leaves a header out"),
        (!mail.date.is_some_and(is_young), "the mail is not of today"),
        (signature.t > 0 && !is_young(signed_at), "the signature is not of today"),
    ];
    match rows.into_iter().find(|(is_wrong, _)| *is_wrong) {
        Some((_, why)) => Err(why),
        None => Ok(()),
    }
}

/// Whether each of these headers stands there once at most, both for the one who checks the signature, who looks at one of two,
/// and for the one who reads the mail, who may look at the other.
#[must_use]
pub fn is_said_once(message: &AuthenticatedMessage<'_>, mail: &Mail) -> bool {
    SIGNED.iter().chain(&[ANSWERED, REFERENCES]).all(|name| {
        let is_it = |field: &[u8]| field.trim_ascii().eq_ignore_ascii_case(name.as_bytes());
        let checked = message.headers.iter().filter(|(field, _)| is_it(field)).count();
        checked.max(times(mail, name)) <= 1
    })
}

/// Whether the threads that the mail names are those its sender named.
#[must_use]
pub fn covers_references(signature: &Signature) -> bool {
    covers(signature, REFERENCES)
}

fn covers(signature: &Signature, name: &str) -> bool {
    signature.h.iter().any(|header| header.trim().eq_ignore_ascii_case(name))
}

/// So young that nobody else can have had it for long.
pub(super) fn is_young(at: Timestamp, now: Timestamp) -> bool {
    now.since(at) <= OLDEST && at.since(now) <= AHEAD
}

/// However its name is spaced.
pub(super) fn times(mail: &Mail, name: &str) -> usize {
    mail.headers.iter().filter(|(written, _)| written.trim().eq_ignore_ascii_case(name)).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::{Limits, parse};

    const NOW: Timestamp = Timestamp(1_795_435_200);
    const HEADER: &str = "From: anna@example.com\nTo: antrag@example.org\nSubject: x\nDate: Mon, 23 Nov 2026 11:59:00 +0000\nMessage-ID: <a@example.com>\n";

    fn signature() -> Signature {
        Signature {
            d: "example.com".into(),
            h: ["from", "to", "subject", "date", "message-id"].map(String::from).to_vec(),
            b: vec![0; 256],
            t: 1_795_435_100,
            ..Signature::default()
        }
    }

    fn judged(signature: &Signature, header: &str) -> bool {
        let raw = format!("{header}\nx\n");
        let mail = parse(raw.as_bytes(), &Limits::default()).unwrap();
        let message = AuthenticatedMessage::parse(raw.as_bytes()).unwrap();
        proves(signature, &mail, NOW).is_ok() && is_said_once(&message, &mail)
    }

    #[test]
    fn a_signature_over_all_that_counts_proves() {
        assert!(judged(&signature(), HEADER));
        assert!(judged(&Signature { t: 0, ..signature() }, HEADER));
        let answer = format!("{HEADER}In-Reply-To: <b@example.org>\nReferences: <b@example.org>\n");
        let mut all = signature();
        all.h.extend(["in-reply-to", "references", "CC"].map(String::from));
        assert!(judged(&all, &answer));
        assert!(judged(&all, HEADER));
        assert!(judged(&signature(), &format!("{HEADER}References: <b@example.org>\n")));
        assert!(covers_references(&all) && !covers_references(&signature()));
    }

    #[test]
    fn what_it_leaves_out_or_what_is_old_proves_nothing() {
        let without = |name: &str| {
            let mut left = signature();
            left.h.retain(|h| h != name);
            left
        };
        for name in ["from", "to", "subject", "date", "message-id"] {
            assert!(!judged(&without(name), HEADER), "{name}");
        }
        // Where there is no subject, one could be added.
        let no_subject = HEADER.replace("Subject: x\n", "");
        assert!(judged(&signature(), &no_subject));
        assert!(!judged(&without("subject"), &no_subject));
        for added in [
            "From: eve@example.com\n",
            "subject: y\n",
            "To: b@example.org\n",
            "Message-ID: <b@example.com>\n",
            "Date: Mon, 23 Nov 2026 11:58:00 +0000\n",
            "Subject : y\n",
            "In-Reply-To: <b@example.org>\n",
        ] {
            assert!(!judged(&signature(), &format!("{HEADER}{added}")), "{added}");
            assert!(!judged(&signature(), &format!("{added}{HEADER}")), "{added}");
        }
        for (why, wrong) in [
            ("length", Signature { l: 20, ..signature() }),
            ("old", Signature { t: 1_795_435_200 - 86_401, ..signature() }),
            ("of tomorrow", Signature { t: 1_795_435_200 + 3_601, ..signature() }),
            ("no time at all", Signature { t: u64::MAX, ..signature() }),
            ("weak key", Signature { b: vec![0; 127], ..signature() }),
            ("SHA-1", Signature { a: Algorithm::RsaSha1, ..signature() }),
        ] {
            assert!(!judged(&wrong, HEADER), "{why}");
        }
        for date in ["Sun, 22 Nov 2026 11:59:00 +0000", "Mon, 23 Nov 2026 13:01:00 +0000", "never"]
        {
            let header = HEADER.replace("Mon, 23 Nov 2026 11:59:00 +0000", date);
            assert!(!judged(&signature(), &header), "{date}");
        }
    }
}
