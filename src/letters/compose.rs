//! The finished bytes: headers of a recipient, then the body that all recipients share. Together they are the message (RFC 5322).
//!
//! Text and HTML are 8bit, never encoded: the outbox puts the recipient's token in the place of the placeholder. Every header value
//! is cleaned of control characters, so none of them can end its line.

use chrono_tz::Tz;
use mail_builder::headers::Header;
use mail_builder::headers::address::Address as AddressHeader;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::raw::Raw;
use mail_builder::headers::text::Text;
use mail_builder::mime::{BodyPart, MimePart};

use super::threading::{Thread, atom};
use super::{Automatic, Rendered};
use crate::desk::people::Language;
use crate::desk::ticket::Ticket;
use crate::mail::{MessageId, Timestamp};

/// What stands on the envelope of one recipient's mail.
#[derive(Debug, Clone)]
pub struct Envelope<'a> {
    pub date: Timestamp,
    pub zone: Tz,
    /// Name and address.
    pub from: (&'a str, &'a str),
    pub to: (&'a str, &'a str),
    pub reply_to: Option<(&'a str, &'a str)>,
    pub subject: &'a str,
    pub message_id: &'a MessageId,
    pub thread: &'a Thread,
    pub about: About<'a>,
    pub automatic: Automatic,
    pub urgent: bool,
    pub language: Language,
}

/// What the mail says about itself, for filters.
#[derive(Debug, Clone, Copy)]
pub enum About<'a> {
    /// To an agent; a welcome has no ticket.
    Agents {
        site: &'a str,
        queue: &'a str,
        ticket: Option<&'a Ticket>,
        event: &'a str,
    },
    /// To a customer: the number alone.
    Customer {
        number: crate::desk::Number,
    },
    Nothing,
}

/// The header lines of one recipient's mail, up to where the body goes on with its own.
#[must_use]
pub fn headers(envelope: &Envelope<'_>) -> Vec<u8> {
    let mut lines = Lines(Vec::with_capacity(1024));
    lines.raw("Date", &date(envelope.date, envelope.zone));
    lines.mailbox("From", envelope.from);
    lines.mailbox("To", envelope.to);
    if let Some(reply_to) = envelope.reply_to {
        lines.mailbox("Reply-To", reply_to);
    }
    lines.text("Subject", envelope.subject);
    lines.raw("Message-ID", &envelope.message_id.to_string());
    if let Some(id) = &envelope.thread.in_reply_to {
        lines.raw("In-Reply-To", &id.to_string());
    }
    if !envelope.thread.references.is_empty() {
        let ids: Vec<String> = envelope.thread.references.iter().map(ToString::to_string).collect();
        lines.folded("References", &ids);
    }
    lines.about(envelope.about, envelope.from.1);
    if envelope.urgent {
        lines.raw("Importance", "high");
    }
    match envelope.automatic {
        Automatic::Replied => lines.raw("Auto-Submitted", "auto-replied"),
        Automatic::Generated => lines.raw("Auto-Submitted", "auto-generated"),
        Automatic::No => {}
    }
    if envelope.automatic != Automatic::No {
        // Not `All`: that would suppress the bounces we want.
        lines.raw("X-Auto-Response-Suppress", "OOF, AutoReply");
    }
    // What old responders look at (RFC 3834 section 3.1.8). Not on letters to customers that nobody but a person should take
    // for bulk: a verification, credentials.
    let is_agents = matches!(envelope.about, About::Agents { .. });
    if envelope.automatic == Automatic::Replied
        || (is_agents && envelope.automatic != Automatic::No)
    {
        lines.raw("Precedence", "bulk");
    }
    lines.raw("Content-Language", envelope.language.code());
    lines.raw("MIME-Version", "1.0");
    lines.0
}

/// The body with its Content-Type above it. The same letter and `id` give the same bytes.
#[must_use]
pub fn body(letter: &Rendered, id: &str) -> Vec<u8> {
    let id: String = id.chars().filter(char::is_ascii_alphanumeric).take(40).collect();
    let text = part("text/plain", &letter.text);
    let words = match &letter.html {
        None => text,
        Some(html) => {
            multipart("alternative", &boundary(letter, &id, 1), vec![text, part("text/html", html)])
        }
    };
    let mut body = Vec::with_capacity(letter.text.len() + 4096);
    if letter.attachments.is_empty() {
        words.write_part(&mut body);
        return body;
    }
    let mut parts = vec![words];
    parts.extend(letter.attachments.iter().map(|a| {
        let media_type = media_type(&a.media_type);
        let charset = if media_type.starts_with("text/") { "; charset=utf-8" } else { "" };
        // A raw header, since mail-builder writes text of a declared type as it is.
        let headers =
            vec![("Content-Type".into(), Raw::new(format!("{media_type}{charset}")).into())];
        MimePart { headers, contents: BodyPart::Binary(a.content.as_slice().into()) }
            .attachment(cleaned(&a.name))
    }));
    multipart("mixed", &boundary(letter, &id, 0), parts).write_part(&mut body);
    body
}

fn part<'a>(media_type: &'a str, text: &str) -> MimePart<'a> {
    let media_type = ContentType::new(media_type).attribute("charset", "utf-8");
    MimePart::new(media_type, BodyPart::Text(crlf(text).into())).transfer_encoding("8bit")
}

fn multipart<'a>(kind: &str, boundary: &str, parts: Vec<MimePart<'a>>) -> MimePart<'a> {
    let media_type =
        ContentType::new(format!("multipart/{kind}")).attribute("boundary", boundary.to_owned());
    MimePart::new(media_type, BodyPart::Multipart(parts))
}

/// One that stands nowhere in the parts.
fn boundary(letter: &Rendered, id: &str, level: u8) -> String {
    let mut boundary = format!("=_postamt_{id}_{level}");
    let html = letter.html.as_deref().unwrap_or_default();
    while letter.text.contains(&boundary) || html.contains(&boundary) {
        boundary.push('x');
    }
    boundary
}

/// Line ends as mail has them, and one at the end.
fn crlf(text: &str) -> String {
    let mut lines = text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n");
    if !lines.ends_with("\r\n") {
        lines.push_str("\r\n");
    }
    lines
}

/// `type/subtype` of plain characters, else the type of unknown bytes.
fn media_type(text: &str) -> String {
    let token = |part: &str| {
        !part.is_empty()
            && part.len() <= 60
            && part.chars().all(|c| c.is_ascii_alphanumeric() || "!#$&-^_.+".contains(c))
    };
    match text.split_once('/') {
        Some((kind, subtype)) if token(kind) && token(subtype) => text.to_ascii_lowercase(),
        _ => "application/octet-stream".to_owned(),
    }
}

/// RFC 5322 section 3.3, in the site's zone.
fn date(at: Timestamp, zone: Tz) -> String {
    at.utc().with_timezone(&zone).format("%a, %d %b %Y %H:%M:%S %z").to_string()
}

/// No control characters, no changes of direction: what a header may hold.
fn cleaned(text: &str) -> String {
    let unseen = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    let spaced: String =
        text.chars().map(|c| if c.is_whitespace() || c.is_control() { ' ' } else { c }).collect();
    let seen: String = spaced.chars().filter(|c| !unseen(*c)).collect();
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}

struct Lines(Vec<u8>);

impl Lines {
    fn name(&mut self, name: &str) -> usize {
        self.0.extend_from_slice(name.as_bytes());
        self.0.extend_from_slice(b": ");
        name.len() + 2
    }

    /// A value of our own making, in ASCII.
    fn raw(&mut self, name: &str, value: &str) {
        self.name(name);
        let plain = |c: char| if c.is_ascii() && !c.is_ascii_control() { c } else { '?' };
        self.0.extend(value.chars().map(plain).collect::<String>().into_bytes());
        self.0.extend_from_slice(b"\r\n");
    }

    /// Values of our own making, one on each line where they are long.
    fn folded(&mut self, name: &str, values: &[String]) {
        let mut column = self.name(name);
        for (n, value) in values.iter().enumerate() {
            if n > 0 {
                let fits = column + 1 + value.len() <= 78;
                self.0.extend_from_slice(if fits { b" " } else { b"\r\n " });
                column = if fits { column + 1 } else { 1 };
            }
            let value: String = value.chars().filter(char::is_ascii_graphic).collect();
            self.0.extend_from_slice(value.as_bytes());
            column += value.len();
        }
        self.0.extend_from_slice(b"\r\n");
    }

    fn text(&mut self, name: &str, value: &str) {
        let column = self.name(name);
        Text::new(cleaned(value)).write_header(&mut self.0, column);
    }

    fn mailbox(&mut self, name: &str, (display, address): (&str, &str)) {
        let column = self.name(name);
        let display = cleaned(display);
        let display = (!display.is_empty()).then_some(display);
        let address: String = address.chars().filter(char::is_ascii_graphic).collect();
        AddressHeader::new_address(display, address).write_header(&mut self.0, column);
    }

    fn about(&mut self, about: About<'_>, address: &str) {
        match about {
            About::Nothing => {}
            About::Customer { number } => self.raw("X-Postamt-Ticket", &number.to_string()),
            About::Agents { site, queue, ticket, event } => {
                let domain = address.split_once('@').map_or("localhost", |(_, domain)| domain);
                let name = cleaned(&format!("{site} {queue}"));
                let ascii = name.is_ascii() && !name.contains(['<', '>', '"', '\\', '(', ')']);
                let name = if ascii { format!("{name} ") } else { String::new() };
                self.raw("List-Id", &format!("{name}<{}.{domain}>", atom(queue)));
                if let Some(ticket) = ticket {
                    self.raw("X-Postamt-Ticket", &ticket.number.to_string());
                }
                self.text("X-Postamt-Queue", queue);
                if let Some(ticket) = ticket {
                    self.raw("X-Postamt-State", ticket.state.word());
                }
                self.raw("X-Postamt-Event", event);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use mail_parser::{MessageParser, MimeHeaders};
    use proptest::prelude::*;

    use super::*;
    use crate::letters::{OutAttachment, REPLY_TOKEN};

    fn rendered() -> Rendered {
        Rendered {
            subject: "[Ticket#1] Jörg".into(),
            from_name: "Jörg Ahrens über Antrag".into(),
            reply_name: "Antrag".into(),
            text: format!("____ Antwort\n\nGrüße {REPLY_TOKEN}\n"),
            html: Some("<p>Grüße</p>\n".into()),
            attachments: vec![OutAttachment {
                name: "ihr-text.txt".into(),
                media_type: "text/plain".into(),
                content: "Grüße\r\nvon mir".into(),
            }],
            event: "error",
            automatic: Automatic::Replied,
            urgent: false,
            language: Language::De,
        }
    }

    fn message(display: &str, address: &str, subject: &str, letter: &Rendered) -> Vec<u8> {
        let message_id = MessageId::parse("a@b.example").unwrap();
        let mut bytes = headers(&Envelope {
            date: Timestamp(1_795_421_528),
            zone: chrono_tz::Europe::Berlin,
            from: (display, "antrag@example.org"),
            to: (display, address),
            reply_to: Some((display, "antrag+abc@example.org")),
            subject,
            message_id: &message_id,
            thread: &Thread::of_customer(vec![MessageId::parse("c@d.example").unwrap()]),
            about: About::Nothing,
            automatic: letter.automatic,
            urgent: true,
            language: Language::De,
        });
        bytes.extend(body(letter, "7"));
        bytes
    }

    #[test]
    fn headers_and_body_together_are_a_message() {
        let bytes =
            message("Jörg Ahrens über Antrag", "jo@example.net", "[Ticket#1] Jörg", &rendered());
        let text = String::from_utf8(bytes.clone()).unwrap();
        assert!(text.starts_with("Date: Mon, 23 Nov 2026 09:12:08 +0100\r\n"), "{text}");
        assert_eq!(
            bytes,
            message("Jörg Ahrens über Antrag", "jo@example.net", "[Ticket#1] Jörg", &rendered())
        );
        let mail = MessageParser::default().parse(&bytes).unwrap();
        assert_eq!(mail.subject(), Some("[Ticket#1] Jörg"));
        assert_eq!(mail.from().unwrap().first().unwrap().name(), Some("Jörg Ahrens über Antrag"));
        assert_eq!(mail.body_text(0).unwrap().replace("\r\n", "\n"), rendered().text);
        assert_eq!(mail.body_html(0).unwrap().trim(), "<p>Grüße</p>");
        let attachment = mail.attachments().next().unwrap();
        assert_eq!(attachment.attachment_name(), Some("ihr-text.txt"));
        assert_eq!(attachment.contents(), "Grüße\r\nvon mir".as_bytes());
    }

    fn lines_about(about: About<'_>, automatic: Automatic) -> String {
        let message_id = MessageId::parse("2026112300000014.a2@example.org").unwrap();
        let root = MessageId::parse("2026112300000014.antrag@example.org");
        let bytes = headers(&Envelope {
            date: Timestamp(1_795_421_528),
            zone: chrono_tz::Europe::Berlin,
            from: ("Open-News-Network Antrag", "antrag@example.org"),
            to: ("Anna Brandt", "anna@example.com"),
            reply_to: Some(("Antrag", "antrag+abc@example.org")),
            subject: "Re: [Ticket#2026112300000014] Antrag: Lena Hoffmann (lhoffmann)",
            message_id: &message_id,
            thread: &Thread::of_agent(root, None),
            about,
            automatic,
            urgent: false,
            language: Language::De,
        });
        String::from_utf8(bytes).unwrap().replace("\r\n", "\n")
    }

    #[test]
    fn an_agents_filters_find_all_they_need() {
        let house = crate::letters::sample::House::new().unwrap();
        let ticket = house.application();
        let about = About::Agents {
            site: "Open-News-Network",
            queue: "antrag",
            ticket: Some(&ticket),
            event: "new-ticket",
        };
        insta::assert_snapshot!(lines_about(about, Automatic::Generated), @r#"
        Date: Mon, 23 Nov 2026 09:12:08 +0100
        From: "Open-News-Network Antrag" <antrag@example.org>
        To: "Anna Brandt" <anna@example.com>
        Reply-To: "Antrag" <antrag+abc@example.org>
        Subject: Re: [Ticket#2026112300000014] Antrag: Lena Hoffmann (lhoffmann)
        Message-ID: <2026112300000014.a2@example.org>
        In-Reply-To: <2026112300000014.antrag@example.org>
        References: <2026112300000014.antrag@example.org>
        List-Id: Open-News-Network antrag <antrag.example.org>
        X-Postamt-Ticket: 2026112300000014
        X-Postamt-Queue: antrag
        X-Postamt-State: new
        X-Postamt-Event: new-ticket
        Auto-Submitted: auto-generated
        X-Auto-Response-Suppress: OOF, AutoReply
        Precedence: bulk
        Content-Language: de
        MIME-Version: 1.0
        "#);
    }

    #[test]
    fn a_customer_sees_the_number_and_no_more() {
        let about = About::Customer { number: crate::desk::Number(2_026_112_300_000_014) };
        let lines = lines_about(about, Automatic::No);
        let ours: Vec<&str> =
            lines.lines().filter(|l| l.starts_with("X-") || l.starts_with("List")).collect();
        assert_eq!(ours, ["X-Postamt-Ticket: 2026112300000014"]);
        assert!(!lines.contains("Auto-Submitted"));
    }

    #[test]
    fn the_placeholder_stays_whole() {
        let bytes = message("a", "jo@example.net", "s", &rendered());
        assert!(String::from_utf8(bytes).unwrap().contains(REPLY_TOKEN));
    }

    proptest! {
        #[test]
        fn no_value_can_add_a_header(display in "\\PC{0,40}|[\\x00-\\x7f]{0,40}", subject in "([\\x00-\\x7f]|\\PC|\r\nBcc: x@y.de){0,60}") {
            let bytes = message(&display, "jo@example.net\r\nBcc: x@y.de", &subject, &rendered());
            let end = bytes.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
            let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
            prop_assert!(head.is_ascii());
            for line in head.split("\r\n") {
                prop_assert!(!line.contains(['\r', '\n']));
                prop_assert!(!line.to_lowercase().starts_with("bcc"), "{}", line);
                prop_assert!(line.len() <= 78 || !line.contains(' '), "{}", line);
            }
            let names: Vec<&str> = head.split("\r\n").filter(|l| !l.starts_with([' ', '\t'])).filter_map(|l| l.split(':').next()).collect();
            prop_assert_eq!(names.len(), 15, "{:?}", names);
        }
    }
}
