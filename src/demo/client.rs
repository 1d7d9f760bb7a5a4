//! Mails as people's clients and a web form write them: answers with the quote below, a mail out of a `mailto:` link, a first mail.

use chrono::DateTime;
use chrono_tz::Tz;
use mail_builder::MessageBuilder;

use super::people::Person;
use super::post::Received;
use crate::desk::people::Language;
use crate::mail::Address;

/// A mail that somebody is about to send.
pub struct Outgoing {
    pub to: Address,
    pub subject: String,
    pub body: String,
    /// Of the mail that is answered.
    in_reply_to: Option<String>,
    references: Vec<String>,
}

impl Outgoing {
    pub fn first(to: Address, subject: &str, body: &str) -> Self {
        let (subject, body) = (subject.to_owned(), body.to_owned());
        Self { to, subject, body, in_reply_to: None, references: Vec::new() }
    }

    /// What was typed on top, then the whole mail quoted. None for a mail that nobody can answer.
    pub fn answer(received: &Received, by: &Person, typed: &str, zone: Tz) -> Option<Self> {
        let mail = &received.mail;
        let to = mail.reply_to.first().or_else(|| mail.from.first())?;
        let quote: String = mail.text.trim_end().lines().map(quoted_line).collect();
        let at = received.at.with_timezone(&zone);
        let body = format!("{typed}\n\n{}\n{quote}", attribution(by, to.called(), at));
        let id = mail.message_id.as_ref().map(|id| id.as_str().to_owned());
        let references = mail.references.iter().map(|id| id.as_str().to_owned());
        Some(Self {
            to: to.address.clone(),
            subject: answered(&mail.subject),
            body,
            references: references.chain(id.clone()).collect(),
            in_reply_to: id,
        })
    }

    /// What a click on a link opens: a new mail that answers nothing. None for what is no `mailto:` link (RFC 6068).
    pub fn click(link: &str) -> Option<Self> {
        let (to, fields) = link.strip_prefix("mailto:")?.split_once('?')?;
        let field = |name: &str| {
            let mut fields = fields.split('&').filter_map(|field| field.split_once('='));
            fields.find(|(key, _)| *key == name).map(|(_, value)| decoded(value))
        };
        let to = Address::parse(&decoded(to))?;
        let body = field("body")?.replace("\r\n", "\n");
        Some(Self::first(to, &field("subject")?, &body))
    }

    /// As it goes over the wire, but with the line ends of a file.
    pub fn written(&self, by: &Person, id: &str, unix_seconds: i64) -> String {
        let mut mail = MessageBuilder::new()
            .from((by.name, by.address))
            .to(self.to.as_str())
            .subject(self.subject.as_str())
            .date(unix_seconds)
            .message_id(id)
            .text_body(self.body.as_str());
        if let Some(id) = &self.in_reply_to {
            mail = mail.in_reply_to(id.as_str()).references(self.references.as_slice());
        }
        // Writing into memory never fails.
        mail.write_to_string().unwrap_or_default().replace("\r\n", "\n")
    }
}

/// The links of a mail's HTML part.
pub fn links(received: &Received) -> Vec<String> {
    let html = received.mail.html.as_deref().unwrap_or_default();
    let after = html.split("href=\"").skip(1);
    after.filter_map(|rest| rest.split('"').next()).map(|l| l.replace("&amp;", "&")).collect()
}

fn quoted_line(line: &str) -> String {
    if line.is_empty() { ">\n".to_owned() } else { format!("> {line}\n") }
}

fn attribution(by: &Person, author: &str, at: DateTime<Tz>) -> String {
    match by.language {
        Language::De => format!("Am {} schrieb {author}:", at.format("%d.%m.%y um %H:%M")),
        Language::En => format!("On {}, {author} wrote:", at.format("%d/%m/%Y %H:%M")),
    }
}

fn answered(subject: &str) -> String {
    if subject.starts_with("Re: ") { subject.to_owned() } else { format!("Re: {subject}") }
}

/// RFC 3986 section 2.1. What is no escape stays as it is.
fn decoded(text: &str) -> String {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&octet, after)) = rest.split_first() {
        let escaped =
            after.split_at_checked(2).filter(|_| octet == b'%').and_then(|(hex, after)| {
                let hex = std::str::from_utf8(hex).ok()?;
                Some((u8::from_str_radix(hex, 16).ok()?, after))
            });
        let (octet, after) = escaped.unwrap_or((octet, after));
        octets.push(octet);
        rest = after;
    }
    String::from_utf8_lossy(&octets).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_click_opens_a_new_mail_with_everything_written() {
        let link = "mailto:antrag%2Babc@example.org?subject=Re%3A%20J%C3%B6rg&body=%23close%20success%0D%0A";
        let mail = Outgoing::click(link).unwrap();
        assert_eq!(mail.to.as_str(), "antrag+abc@example.org");
        assert_eq!((mail.subject.as_str(), mail.body.as_str()), ("Re: Jörg", "#close success\n"));
        assert!(Outgoing::click("https://example.org/?subject=a&body=b").is_none());
    }

    #[test]
    fn what_is_no_escape_stays() {
        assert_eq!(decoded("100%"), "100%");
        assert_eq!(decoded("%zz%4"), "%zz%4");
    }
}
