//! `mailto:` links (RFC 6068) that carry out a step: one click and send.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::mail::Address;

/// Stands wherever the reply address of a recipient has its token: a body is stored once, and the outbox puts in each recipient's
/// token when it sends. As long as a token; its underscores make it none, keep it out of base64, and stay as they are in a link.
pub const REPLY_TOKEN: &str = "__reply_token_of_this_recipient_____x";

/// The same for the recipient's own address for what belongs to no ticket.
pub const STANDING_TOKEN: &str = "__standing_token_of_this_recipient__x";

/// The longest link: with its attribute it fits on a line of 998 octets (RFC 5322 section 2.1.1).
const LONGEST: usize = 940;

/// Where answers go: an address with a subaddress, or one whose mailbox takes none, with the token at the end of the subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyTo {
    address: String,
    subject: String,
    brief: String,
}

impl ReplyTo {
    /// `brief` is the subject where the whole one makes the link too long: the tag alone.
    #[must_use]
    pub fn new(queue: &Address, separator: &str, token: &str, subject: &str, brief: &str) -> Self {
        let subject = subject.trim();
        if separator.is_empty() {
            let with_token = |subject: &str| format!("{subject} {{{token}}}").trim().to_owned();
            return Self {
                address: queue.as_str().to_owned(),
                subject: with_token(subject),
                brief: with_token(brief),
            };
        }
        Self {
            address: queue.with_detail(separator, token),
            subject: subject.to_owned(),
            brief: brief.to_owned(),
        }
    }

    /// The address alone, where it is the recipient's own with the token in it.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        self.address.contains(STANDING_TOKEN).then_some(self.address.as_str())
    }

    /// The link with these commands, a line each, and the text below them. Where it gets too long the subject is shortened first,
    /// then the text is left out.
    #[must_use]
    pub fn link(&self, commands: &[String], text: &str) -> String {
        let alone = body(commands, "");
        let whole = body(commands, text);
        let tries = [(&self.subject, &whole), (&self.brief, &whole), (&self.subject, &alone)];
        tries
            .iter()
            .map(|(subject, body)| mailto(&self.address, subject, body))
            .find(|link| link.len() <= LONGEST)
            .unwrap_or_else(|| mailto(&self.address, &self.brief, &alone))
    }

    /// The link that opens this text; None where it is too long for one.
    #[must_use]
    pub fn with_text(&self, text: &str) -> Option<String> {
        let whole = body(&[], text);
        [&self.subject, &self.brief]
            .iter()
            .map(|subject| mailto(&self.address, subject, &whole))
            .find(|link| link.len() <= LONGEST)
    }
}

/// One line end after the last line, so that a signature starts a new one.
fn body(commands: &[String], text: &str) -> String {
    let mut lines: Vec<&str> = commands.iter().map(String::as_str).collect();
    if !text.is_empty() {
        if !lines.is_empty() {
            lines.push("");
        }
        lines.extend(text.trim_end().lines());
    }
    lines.join("\r\n") + "\r\n"
}

/// `mailto:` with everything percent-encoded but what RFC 3986 section 2.3 leaves alone.
#[must_use]
pub fn mailto(address: &str, subject: &str, body: &str) -> String {
    let (local, domain) = address.split_once('@').unwrap_or((address, ""));
    let (local, domain) = (encoded(local), encoded(domain));
    format!("mailto:{local}@{domain}?subject={}&body={}", encoded(subject), encoded(body))
}

fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for octet in text.bytes() {
        if octet.is_ascii_alphanumeric() || b"-_.~".contains(&octet) {
            out.push(char::from(octet));
        } else if write!(out, "%{octet:02X}").is_err() {
            break;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue() -> Address {
        Address::parse("antrag@example.org").unwrap()
    }

    #[test]
    fn a_link_carries_the_command_to_the_reply_address() {
        let to = ReplyTo::new(&queue(), "+", "abc", "Re: [Ticket#1] Jörg", "[Ticket#1]");
        assert_eq!(
            to.link(&["#close fail".into()], "Guten Tag,\n\nnein."),
            "mailto:antrag%2Babc@example.org?subject=Re%3A%20%5BTicket%231%5D%20J%C3%B6rg\
             &body=%23close%20fail%0D%0A%0D%0AGuten%20Tag%2C%0D%0A%0D%0Anein.%0D%0A"
        );
    }

    #[test]
    fn without_a_subaddress_the_token_stands_in_the_subject() {
        let to = ReplyTo::new(&queue(), "", "abc", "Re: x", "x");
        assert_eq!(
            to.link(&["#lock".into()], ""),
            "mailto:antrag@example.org?subject=Re%3A%20x%20%7Babc%7D&body=%23lock%0D%0A"
        );
    }

    #[test]
    fn a_link_fits_on_a_line() {
        let to = ReplyTo::new(&queue(), "+", REPLY_TOKEN, &"ä".repeat(300), "[Ticket#1]");
        let link = to.link(&["#close fail".into()], &"ö".repeat(500));
        assert!(link.len() <= LONGEST && link.contains("%23close%20fail"), "{link}");
    }

    #[test]
    fn a_placeholder_is_as_long_as_a_token_and_none() {
        for placeholder in [REPLY_TOKEN, STANDING_TOKEN] {
            assert_eq!(placeholder.len(), 37);
            assert_eq!(encoded(placeholder), placeholder);
            assert!(placeholder.contains('_'), "in neither base32 nor base64");
        }
    }
}
