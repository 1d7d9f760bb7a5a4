//! A mail as somebody's client writes it, and the way it leaves: SMTP to the rig's Postfix.

use std::sync::atomic::{AtomicUsize, Ordering};

use lettre::address::Envelope;
use lettre::{SmtpTransport, Transport};

/// Every part may be changed before it is sent.
#[derive(Debug, Clone)]
pub struct Writing {
    /// None: the null sender.
    pub envelope_sender: Option<String>,
    /// Display name and address.
    pub from: (String, String),
    pub to: String,
    pub subject: String,
    pub message_id: String,
    /// Further headers.
    pub headers: Vec<(&'static str, String)>,
    /// With lines ended by `\n`.
    pub text: String,
}

impl Writing {
    pub fn new(from: (&str, &str), to: &str, subject: &str, text: &str) -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(1);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let (name, address) = from;
        let domain = address.split_once('@').map_or("nowhere.test", |(_, domain)| domain);
        Self {
            envelope_sender: Some(address.to_owned()),
            from: (name.to_owned(), address.to_owned()),
            to: to.to_owned(),
            subject: subject.to_owned(),
            message_id: format!("<{}.{number}.client@{domain}>", std::process::id()),
            headers: Vec::new(),
            text: text.to_owned(),
        }
    }

    /// As it goes over the wire (RFC 5322).
    pub fn raw(&self) -> String {
        let mut lines = vec![
            format!("From: {} <{}>", encoded(&self.from.0), self.from.1),
            format!("To: {}", self.to),
            format!("Subject: {}", encoded(&self.subject)),
            format!("Date: {}", chrono::Utc::now().to_rfc2822()),
            format!("Message-ID: {}", self.message_id),
        ];
        lines.extend(self.headers.iter().map(|(name, value)| format!("{name}: {value}")));
        lines.push("MIME-Version: 1.0".into());
        lines.push("Content-Type: text/plain; charset=utf-8".into());
        lines.push("Content-Transfer-Encoding: 8bit".into());
        lines.push(String::new());
        lines.extend(self.text.lines().map(str::to_owned));
        lines.join("\r\n") + "\r\n"
    }
}

/// The mail with files: media type, name, content as it goes over the wire.
pub fn with_files(writing: &Writing, files: &[(&str, &str, &str)]) -> String {
    let raw = writing.raw();
    let (header, text) = raw.split_once("\r\n\r\n").unwrap();
    let header = header.split_once("MIME-Version").unwrap().0;
    let mut whole = format!(
        "{header}MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=files\r\n\r\n\
         --files\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}"
    );
    for (kind, name, content) in files {
        let content = content.replace("\r\n", "\n").replace('\n', "\r\n");
        whole += &format!(
            "\r\n--files\r\nContent-Type: {kind}\r\nContent-Disposition: attachment; \
             filename=\"{name}\"\r\n\r\n{content}"
        );
    }
    whole + "\r\n--files--\r\n"
}

/// Encoded words (RFC 2047) where the text is not plain.
fn encoded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let chars: Vec<char> = text.chars().collect();
    let word = |part: &[char]| {
        let octets = part.iter().collect::<String>().into_bytes();
        let digits: String = octets.iter().map(|octet| format!("={octet:02X}")).collect();
        format!("=?utf-8?Q?{digits}?=")
    };
    chars.chunks(10).map(word).collect::<Vec<_>>().join("\r\n ")
}

/// Back when Postfix has taken it.
pub fn send(smtp: &SmtpTransport, envelope_sender: Option<&str>, to: &str, raw: &[u8]) {
    let sender = envelope_sender.map(|address| address.parse().unwrap());
    let envelope = Envelope::new(sender, vec![to.parse().unwrap()]).unwrap();
    smtp.send_raw(&envelope, raw).unwrap();
}
