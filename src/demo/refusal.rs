//! The mail server of somebody else that does not know an address: it sends back a report (RFC 3464) to the envelope's sender.

use super::post::Received;
use crate::mail::{Address, EnvelopeSender};

/// Its name.
pub const SERVER: &str = "mx.mail.example.com";

/// What it said when the mail was offered.
pub const ANSWER: &str = "550 5.1.1 User unknown";

/// The report and where it goes; None for a mail with the null sender: such a one is never reported.
pub fn report(refused: &Received, recipient: &str, date: &str) -> Option<(Address, String)> {
    let EnvelopeSender::Address(sender) = &refused.mail.envelope_sender else { return None };
    // Without the two lines of envelope that its Maildir has put on top.
    let raw = String::from_utf8_lossy(&refused.raw);
    let original = raw.splitn(3, '\n').nth(2).unwrap_or_default();
    let report = format!(
        "Date: {date}
From: Mail Delivery System <MAILER-DAEMON@{SERVER}>
To: {sender}
Subject: Undelivered mail
Message-ID: <refused.1@{SERVER}>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=\"refused\"
Content-Transfer-Encoding: 8bit

--refused
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

{SERVER} could not deliver your mail; it comes back below.

<{recipient}>: {ANSWER}

--refused
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; {SERVER}
Arrival-Date: {date}

Final-Recipient: rfc822; {recipient}
Original-Recipient: rfc822; {recipient}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; {ANSWER}

--refused
Content-Description: Undelivered Message
Content-Type: message/rfc822
Content-Transfer-Encoding: 8bit

{original}
--refused--
"
    );
    Some((sender.clone(), report))
}
