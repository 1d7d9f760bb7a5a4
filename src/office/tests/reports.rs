//! What machines report, and how the agent sees it.

use super::*;

const ARF: &str =
    "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\n";

fn parts(text: &str) -> String {
    format!(
        "--b\nContent-Type: text/plain\n\n{text}\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nVersion: 1\nSource-IP: 192.0.2.1\nOriginal-Rcpt-To: <user@example.com>\nReported-Domain: example.org\nX-Note: #close success\n--b\nContent-Type: text/rfc822-headers\n\nFrom: somebody@example.org\nSubject: Earn money\n--b--\n"
    )
}

#[test]
fn a_report_opens_a_ticket_that_shows_its_fields_and_is_never_answered() {
    for (mailbox, to, text) in [
        ("support", "support@example.org", "This is an abuse report."),
        ("support", "support@example.org", ""),
        ("antrag", "antrag@example.org", "Name: Eve\nE-Mail: eve@example.net"),
    ] {
        let mut house = House::open();
        let mail = house.mail("abuse@example.com", to, "Abuse", &parts(text));
        let sent = house.gets(mailbox, &format!("{ARF}{mail}"));
        assert_eq!(words(&sent), ["new-ticket anna"], "{to} {text:?}");
        let shown = &sent[0].mail.text;
        for line in [
            "| Feedback-Type: abuse",
            "| Source-IP: 192.0.2.1",
            "| Original-Rcpt-To: <user@example.com>",
            "| Reported-Domain: example.org",
        ] {
            assert!(shown.contains(line), "{line} in {shown}");
        }
        for line in text.lines() {
            assert!(shown.contains(line), "{line} in {shown}");
        }
        assert!(!shown.contains("X-Note"), "no field but those that are known");
        let ticket = house.tickets().pop().unwrap();
        assert!(ticket.by_machine && ticket.is_open());
        assert_eq!((ticket.application, ticket.customer), (None, None));
    }
}
