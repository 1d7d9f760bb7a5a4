//! Complaints of a mail provider (ARF, RFC 5965): the fields of their machine-readable part, for a person to read.
//!
//! That a mail is one says `class`; what follows from it is decided in `desk`. Nothing in here is to be believed:
//! anybody can send such a report.

use super::Mail;
use super::dsn::unfolded;
use super::one_line::{one_line, shortened};

/// What a complaint says about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Feedback {
    /// The fields that are known, in the order of the report; names as the RFC writes them, values on one line and
    /// bounded. A field that may come several times stands there as often.
    pub fields: Vec<(String, String)>,
}

/// RFC 5965 section 3, RFC 6591 section 3.1 and RFC 6692 section 2.1: the fields that are worth showing.
static FIELDS: &[&str] = &[
    "Feedback-Type",
    "User-Agent",
    "Version",
    "Original-Envelope-Id",
    "Original-Mail-From",
    "Original-Rcpt-To",
    "Arrival-Date",
    "Received-Date", // so before the RFC
    "Reporting-MTA",
    "Source-IP",
    "Source-Port",
    "Incidents",
    "Authentication-Results",
    "Reported-Domain",
    "Reported-URI",
    "Auth-Failure",
    "Delivery-Result",
    "DKIM-Domain",
    "DKIM-Identity",
    "DKIM-Selector",
    "SPF-DNS",
    "Identity-Alignment",
];

/// More are not shown: a report names few recipients and addresses of pages.
const MOST_FIELDS: usize = 50;
const LONGEST_VALUE: usize = 500;

impl Feedback {
    /// The first value of a field; names are compared without case.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        let (_, value) = self.fields.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        Some(value)
    }
}

/// Reads a complaint. None where the mail is none, or its report says nothing that is known.
#[must_use]
pub fn read_feedback(mail: &Mail) -> Option<Feedback> {
    let report = mail.report.as_ref().filter(|report| report.kind == "feedback-report")?;
    let fields: Vec<_> =
        unfolded(&report.fields).filter_map(|field| known(&field)).take(MOST_FIELDS).collect();
    (!fields.is_empty()).then_some(Feedback { fields })
}

fn known(field: &str) -> Option<(String, String)> {
    let (name, value) = field.split_once(':')?;
    let name = FIELDS.iter().find(|known| known.eq_ignore_ascii_case(name.trim()))?;
    let value = one_line(value.trim());
    let value = shortened(value.trim(), LONGEST_VALUE);
    (!value.is_empty()).then(|| ((*name).to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::super::Report;
    use super::*;

    fn feedback(kind: &str, fields: &str) -> Option<Feedback> {
        let report = Report { kind: kind.into(), fields: fields.into(), original: None };
        read_feedback(&Mail { report: Some(report), ..Mail::default() })
    }

    #[test]
    fn the_fields_that_are_known_come_in_the_order_of_the_report() {
        let read = feedback(
            "feedback-report",
            concat!(
                "feedback-type: abuse\nUSER-AGENT: Loop/1.0\n  (test)\nX-Else: 1\nVersion:\n\n",
                "Original-Rcpt-To: <a@example.net>\nOriginal-Rcpt-To: <b@example.net>\nSource-IP: 192.0.2.7\n",
            ),
        )
        .unwrap();
        let fields: Vec<_> = read.fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let want = [
            ("Feedback-Type", "abuse"),
            ("User-Agent", "Loop/1.0 (test)"),
            ("Original-Rcpt-To", "<a@example.net>"),
            ("Original-Rcpt-To", "<b@example.net>"),
            ("Source-IP", "192.0.2.7"),
        ];
        assert_eq!(fields, want);
        assert_eq!(read.field("source-ip"), Some("192.0.2.7"));
        assert_eq!(read.field("Version"), None);
    }

    #[test]
    fn what_is_shown_is_bounded_and_has_no_control_characters() {
        let many = format!("Reported-URI: x\u{1b}[1m{}\n", "y".repeat(5_000)).repeat(200);
        let read = feedback("feedback-report", &many).unwrap();
        assert_eq!(read.fields.len(), MOST_FIELDS);
        for (_, value) in &read.fields {
            assert!(value.len() <= LONGEST_VALUE + 3, "{}", value.len());
            assert!(!value.chars().any(char::is_control), "{value}");
        }
    }

    #[test]
    fn other_reports_and_empty_ones_are_no_complaints() {
        assert_eq!(feedback("delivery-status", "Feedback-Type: abuse\n"), None);
        assert_eq!(feedback("feedback-report", "nothing\nX-Else: 1\n"), None);
        assert_eq!(read_feedback(&Mail::default()), None);
    }
}
