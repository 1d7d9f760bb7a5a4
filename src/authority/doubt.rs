//! What keeps a verdict of our own mail server from being about the mail as we read it.
//!
//! A server checks a signature from the bottom up, and says no more than that it holds. Whoever has a signed mail of an agent can add
//! a header that it leaves out, or a second one above: the server's word stays the same, and the mail that we read is another. So what
//! a domain answers for is asked for here, as for our own check (`signature`): said once, of today, and signed.
//!
//! DMARC passes by SPF, too, which says that a server of the domain handed the mail over: nobody else can then have changed it on
//! the way. So it must be where the domain has not signed; where it has, nobody knows by which of both it passed.

use super::alignment::aligned;
use super::checked::Verdict;
use super::fields::{Field, fields};
use super::signature::{ANSWERED, REFERENCES, SIGNED, is_young, times};
use crate::mail::{Mail, Timestamp};

const SIGNATURE: &str = "DKIM-Signature";

/// Of one mail, and why no word of our server about it counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Doubts {
    /// Neither about its domain nor about its log-in.
    any: Option<&'static str>,
    domain: Option<&'static str>,
    /// By a signature, where there is none of the domain.
    unsigned: Option<&'static str>,
}

impl Doubts {
    /// `from` is the domain in From, in lower case.
    #[must_use]
    pub fn about(raw: &[u8], mail: &Mail, from: &str, now: Timestamp) -> Self {
        let fields = fields(raw);
        let is_said_once = SIGNED.iter().chain(&[ANSWERED, REFERENCES]).all(|name| {
            let standing = fields.iter().filter(|field| is(field, name)).count();
            standing.max(times(mail, name)) <= 1
        });
        let signatures: Vec<&Field> = fields.iter().filter(|field| is(field, SIGNATURE)).collect();
        let theirs = || signatures.iter().filter(|signature| is_of(signature, from));
        let rows = [
            (!mail.date.is_some_and(|date| is_young(date, now)), "the mail is not of today"),
            // We and the server must see the same ones.
            (times(mail, SIGNATURE) != signatures.len(), "its header cannot be read for certain"),
            // Each of them: which one holds, the server does not say, and anybody can add one that does not.
            (!theirs().all(|s| covers(s, mail)), "its signature leaves a part of the mail out"),
            (!theirs().all(|s| is_of_today(s, now)), "its signature is not of today"),
        ];
        Self {
            any: (!is_said_once)
                .then_some("a header that stands there once at most is there twice"),
            domain: rows.into_iter().find(|(is_wrong, _)| *is_wrong).map(|(_, why)| why),
            unsigned: (theirs().count() == 0).then_some("there is no signature of it in the mail"),
        }
    }

    /// None where it counts.
    #[must_use]
    pub fn of(self, verdict: &Verdict) -> Option<&'static str> {
        match verdict {
            // What disowns it does so however often anything stands there.
            Verdict::DmarcFail(_) => None,
            Verdict::LoggedIn(_) => self.any,
            Verdict::DmarcPass(_) => self.any.or(self.domain),
            Verdict::DkimPass(_) => self.any.or(self.domain).or(self.unsigned),
        }
    }
}

/// However its name is spaced: some servers read a blank before the colon as none.
fn is(field: &Field, name: &str) -> bool {
    field.name.trim().eq_ignore_ascii_case(name)
}

/// One without a domain may be anybody's.
fn is_of(signature: &Field, from: &str) -> bool {
    signature
        .tag("d")
        .is_none_or(|domain| aligned(domain, from) || domain.contains(char::is_whitespace))
}

/// All that leads to who commands what (RFC 6376 section 5.4), and the whole text.
fn covers(signature: &Field, mail: &Mail) -> bool {
    let signed: Vec<&str> =
        signature.tag("h").unwrap_or_default().split(':').map(str::trim).collect();
    let has = |name: &&str| signed.iter().any(|signed| signed.eq_ignore_ascii_case(name));
    let answers = [ANSWERED, REFERENCES];
    let mut answers = answers.iter().filter(|name| times(mail, name) > 0);
    signature.tag("l").is_none() && SIGNED.iter().all(&has) && answers.all(has)
}

fn is_of_today(signature: &Field, now: Timestamp) -> bool {
    let made = signature.tag("t").map(|seconds| seconds.parse().map(Timestamp));
    made.is_none_or(|at| at.is_ok_and(|at| is_young(at, now)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::{Limits, parse};

    const NOW: Timestamp = Timestamp(1_795_435_200);
    const HEADER: &str = "From: anna@example.com\nTo: antrag@example.org\nSubject: x\nDate: Mon, 23 Nov 2026 11:59:00 +0000\nMessage-ID: <a@example.com>\n";
    const ALL: &str = "from:to:subject:date:message-id:in-reply-to:references";

    fn doubts(header: &str) -> [bool; 3] {
        let raw = format!("{header}\nx\n");
        let mail = parse(raw.as_bytes(), &Limits::default()).unwrap();
        let doubts = Doubts::about(raw.as_bytes(), &mail, "example.com", NOW);
        let domain = || "example.com".to_owned();
        assert_eq!(doubts.of(&Verdict::DmarcFail(domain())), None, "{header}");
        [
            Verdict::LoggedIn("anna".into()),
            Verdict::DmarcPass(domain()),
            Verdict::DkimPass(domain()),
        ]
        .map(|verdict| doubts.of(&verdict).is_some())
    }

    fn signed(tags: &str) -> String {
        format!("DKIM-Signature: v=1; a=rsa-sha256; b=x;\n\t{tags}\n{HEADER}")
    }

    #[test]
    fn what_is_signed_in_whole_today_counts() {
        let h = format!("d=example.com; h={ALL}");
        assert_eq!(doubts(&signed(&h)), [false; 3]);
        assert_eq!(doubts(&signed(&format!("{h}; t=1795435100"))), [false; 3]);
        let spaced = "d = mx.example.com ;\n\th = From : To : Subject :\n\tDate : Message-ID";
        assert_eq!(doubts(&signed(spaced)), [false; 3]);
        // DMARC by SPF.
        assert_eq!(doubts(HEADER), [false, false, true]);
        // What a list signs is beside the point.
        assert_eq!(doubts(&signed("d=list.example.net; h=from; l=20")), [false, false, true]);
    }

    #[test]
    fn what_a_signature_leaves_out_anybody_can_have_added() {
        for name in ["from", "to", "subject", "date", "message-id"] {
            let without: Vec<&str> = ALL.split(':').filter(|h| *h != name).collect();
            let h = format!("d=example.com; h={}", without.join(":"));
            assert_eq!(doubts(&signed(&h)), [false, true, true], "{name}");
        }
        for added in ["In-Reply-To: <b@example.org>\n", "References: <b@example.org>\n"] {
            let whole = signed(&format!("d=example.com; h={ALL}"));
            assert_eq!(doubts(&format!("{added}{whole}")), [false; 3]);
            let part = signed("d=example.com; h=from:to:subject:date:message-id");
            assert_eq!(doubts(&format!("{added}{part}")), [false, true, true], "{added}");
        }
        let whole = format!("d=example.com; h={ALL}");
        for more in ["l=20", "l = 0", "t=1795000000", "t=x", "t=1796000000"] {
            assert_eq!(doubts(&signed(&format!("{whole}; {more}"))), [false, true, true], "{more}");
        }
        // One that covers all beside it is no help: anybody can have written it.
        let part = "DKIM-Signature : v=1; d=example.com; h=from; b=y\n";
        assert_eq!(doubts(&format!("{part}{}", signed(&whole))), [false, true, true]);
        let nobodys = "DKIM-Signature: v=1; h=from; b=y\n";
        assert_eq!(doubts(&format!("{nobodys}{HEADER}")), [false, true, true]);
    }

    #[test]
    fn what_stands_there_twice_proves_nothing_at_all() {
        for added in [
            "From: anna@example.com\n",
            "to: b@example.org\n",
            "Subject : y\n",
            "Date: Mon, 23 Nov 2026 11:58:00 +0000\n",
            "Message-ID: <b@example.com>\n",
            "In-Reply-To: <b@example.org>\nIn-Reply-To: <c@example.org>\n",
            "References: <b@example.org>\nReferences: <c@example.org>\n",
        ] {
            let whole = signed(&format!("d=example.com; h={ALL}"));
            assert_eq!(doubts(&format!("{added}{whole}")), [true; 3], "{added}");
            assert_eq!(doubts(&format!("{HEADER}{added}")), [true; 3], "{added}");
        }
    }

    #[test]
    fn an_old_mail_may_have_been_somebody_elses_first() {
        for date in ["Sun, 22 Nov 2026 11:59:00 +0000", "Mon, 23 Nov 2026 13:01:00 +0000", "never"]
        {
            let header = HEADER.replace("Mon, 23 Nov 2026 11:59:00 +0000", date);
            assert_eq!(doubts(&header), [false, true, true], "{date}");
        }
    }
}
