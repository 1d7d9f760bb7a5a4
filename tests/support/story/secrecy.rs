//! What no customer may ever see, looked for in everything they received.

use std::collections::BTreeSet;

use super::received::Received;

/// Words that must not stand in a customer's mail, each with what it is.
#[derive(Default)]
pub struct Secrets(Vec<(&'static str, String)>);

/// An internal line shorter than this may stand in any mail by chance.
const SHORTEST_LINE: usize = 12;

impl Secrets {
    pub fn add(&mut self, what: &'static str, secret: &str) {
        if !secret.is_empty() {
            self.0.push((what, secret.to_lowercase()));
        }
    }

    /// The tokens in a mail to an agent: those of its reply address, of its Message-ID, of its links and of its footer.
    pub fn add_tokens_of(&mut self, mail: &Received) {
        let links = mail.links().into_iter().flat_map(|link| [link.to, link.subject]);
        let places = [mail.reply_to.clone(), mail.message_id.clone(), mail.text.clone()];
        for place in links.chain(places) {
            let words = place.split(|c: char| !c.is_ascii_alphanumeric());
            for token in words.filter(|word| word.len() == 37) {
                self.add("an agent's token", token);
            }
        }
    }

    /// The lines of internal articles, but for those that were meant for the customer later on.
    pub fn add_internal(&mut self, internal: &[String], public: &[String]) {
        let open: BTreeSet<&str> =
            public.iter().flat_map(|text| text.lines()).map(str::trim).collect();
        for line in internal.iter().flat_map(|text| text.lines()).map(str::trim) {
            if line.chars().count() >= SHORTEST_LINE && !open.contains(line) {
                self.add("an internal note", line);
            }
        }
    }

    /// # Errors
    /// What stands in the mail and must not.
    pub fn not_in(&self, mail: &Received) -> Result<(), String> {
        let all =
            [&mail.raw, &mail.subject, &mail.text, &mail.html].map(|text| text.to_lowercase());
        let lines: Vec<String> = all.iter().map(|text| even(text)).collect();
        let header = ("a header for agents", "x-postamt-queue:".to_owned());
        for (what, secret) in self.0.iter().chain([&header]) {
            if lines.iter().any(|text| text.contains(&even(secret))) {
                return Err(format!("a customer sees {what}: {secret}\nin\n{}", mail.raw));
            }
        }
        Ok(())
    }
}

/// Wherever lines break.
fn even(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn what_a_customer_must_not_see_is_found_wherever_it_hides() {
    let mail = |header: &str, text: &str| {
        let raw = format!("From: a@onn.test\r\nTo: jo@mail.test\r\n{header}\r\n\r\n{text}\r\n");
        Received::read(raw.as_bytes())
    };
    let token = "aeaacaaaaaaqz6kt3q7uneqbjsjvyrahptvyc";
    let mut secrets = Secrets::default();
    secrets.add("an agent's address", "anna@agents.test");
    secrets.add_tokens_of(&mail(&format!("Reply-To: antrag+{token}@onn.test"), ""));
    secrets.add_internal(
        &["Do not trust him.\nSeen by both.".into()],
        &["Seen by both. Really.\nSeen by both.".into()],
    );
    for (header, text) in [
        ("Cc: Anna@agents.test", ""),
        ("References: <x@y>\r\n <2026.AEAACAAAAAAQZ6KT3Q7UNEQBJSJVYRAHPTVYC@onn.test>", ""),
        ("X-Postamt-Queue: antrag", ""),
        ("Content-Transfer-Encoding: quoted-printable", "Do not tr=\r\nust him."),
        ("Subject: =?utf-8?Q?anna=40agents.test?=", ""),
    ] {
        assert!(secrets.not_in(&mail(header, text)).is_err(), "{header} {text}");
    }
    assert_eq!(secrets.not_in(&mail("Subject: x", "Seen by both. Anna")), Ok(()));
}
