//! Which part of a header our own servers have written, read from the top: they prepend, so that what a stranger brought along
//! always stands below.
//!
//! A mail is handed on inside of the house (LMTP; without a `from`, as large sites do) until the one step by which it came in. Of what
//! stands above that step's Received all is ours. Right below it a filter of the mail server writes its fields, and what the
//! stranger brought begins there, too: of these only the first can be believed.

use super::alignment::aligned;
use super::fields::Field;

/// How a mail came into the house.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Where the Received of it stands.
    pub at: usize,
    /// The next Received, which is foreign, or the end of the header.
    pub next: usize,
    /// The host that took it.
    pub by: String,
    /// By SMTP from a client that is named; else a program of the same machine brought it.
    pub is_smtp: bool,
    /// Its client had logged in (RFC 3848).
    pub logged_in: bool,
    /// As what, where the field says it.
    pub login: Option<String>,
    /// The one address that the client had, where the field names exactly one.
    pub client: Option<std::net::IpAddr>,
}

impl Entry {
    /// Whether the host that took it is one of those that write under this name.
    #[must_use]
    pub fn is_by(&self, authserv_id: &str) -> bool {
        self.by == authserv_id || aligned(&self.by, authserv_id)
    }
}

/// None where no Received says it.
#[must_use]
pub fn entry(fields: &[Field]) -> Option<Entry> {
    let mut received = fields.iter().enumerate().filter(|(_, field)| field.is("Received"));
    let (at, step) = received
        .by_ref()
        .map(|(at, field)| (at, Step::read(&field.value)))
        .find(|(_, step)| !step.is_inside())?;
    let next = received.next().map_or(fields.len(), |(at, _)| at);
    Some(Entry {
        at,
        next,
        is_smtp: step.has_from && step.with.contains("smtp"),
        logged_in: step.is_logged_in(),
        client: step.client(),
        login: step.login,
        by: step.by,
    })
}

/// RFC 5321 section 4.4: `from HELO (NAME [ADDRESS]) by HOST with PROTOCOL id ...`. What the client said comes first, so the last
/// `by` is the server's own.
#[derive(Debug, Default)]
struct Step {
    has_from: bool,
    /// What stands in square brackets before the `by`, in comments too.
    addresses: Vec<String>,
    by: String,
    with: String,
    login: Option<String>,
}

impl Step {
    fn read(value: &str) -> Self {
        let words = words(value);
        let is = |word: &Word, name: &str| matches!(word, Word::Plain(w) if w.eq_ignore_ascii_case(name));
        let plain = |at: usize| match words.get(at) {
            Some(Word::Plain(word)) => word.trim_end_matches(';').to_ascii_lowercase(),
            Some(Word::Comment(_)) | None => String::new(),
        };
        let Some(by) = words.iter().rposition(|word| is(word, "by")) else {
            return Self::default();
        };
        let with = words.iter().skip(by).position(|word| is(word, "with")).map(|n| by + n);
        let has_from = words.first().is_some_and(|word| is(word, "from"));
        let addresses = words.iter().take(by).flat_map(Word::in_brackets).collect();
        Self {
            has_from,
            addresses,
            by: plain(by + 1),
            with: with.map(|n| plain(n + 1)).unwrap_or_default(),
            login: words.iter().find_map(Word::login),
        }
    }

    /// Only a hand-over inside of the house looks so; nothing that a client says can make it look so.
    fn is_inside(&self) -> bool {
        self.with.contains("lmtp") || (!self.has_from && self.with.contains("smtp"))
    }

    fn is_logged_in(&self) -> bool {
        let with = self.with.as_str();
        with.contains("smtp") && (with.ends_with('a') || with.starts_with('a'))
    }

    fn client(&self) -> Option<std::net::IpAddr> {
        match self.addresses.as_slice() {
            [only] => {
                let bare = if only.to_ascii_lowercase().starts_with("ipv6:") {
                    only.get(5..)?
                } else {
                    only
                };
                bare.parse().ok()
            }
            _ => None,
        }
    }
}

#[derive(Debug)]
enum Word {
    /// Outside of comments; what stands in quotes or angle brackets belongs to the word.
    Plain(String),
    Comment(String),
}

impl Word {
    /// Postfix: `(Authenticated sender: anna)`.
    fn login(&self) -> Option<String> {
        let Self::Comment(text) = self else { return None };
        text.trim().strip_prefix("Authenticated sender:").map(|login| login.trim().to_owned())
    }

    fn in_brackets(&self) -> Vec<String> {
        let (Self::Plain(text) | Self::Comment(text)) = self;
        text.split('[')
            .skip(1)
            .filter_map(|rest| Some(rest.split_once(']')?.0.to_owned()))
            .collect()
    }
}

fn words(value: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut comment = String::new();
    let (mut depth, mut closing) = (0_usize, None);
    let mut escaped = false;
    for c in value.chars() {
        let into = if depth > 0 { &mut comment } else { &mut word };
        if escaped {
            escaped = false;
            into.push(c);
            continue;
        }
        match c {
            '\\' if depth > 0 || closing == Some('"') => escaped = true,
            '(' if closing.is_none() => {
                depth += 1;
                if depth > 1 {
                    comment.push(c);
                }
            }
            ')' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    if !word.is_empty() {
                        words.push(Word::Plain(std::mem::take(&mut word)));
                    }
                    words.push(Word::Comment(std::mem::take(&mut comment)));
                } else {
                    comment.push(c);
                }
            }
            _ if depth > 0 => comment.push(c),
            _ if closing == Some(c) => {
                closing = None;
                word.push(c);
            }
            _ if closing.is_some() => word.push(c),
            '"' | '<' => {
                closing = Some(if c == '<' { '>' } else { '"' });
                word.push(c);
            }
            _ if c.is_whitespace() => {
                if !word.is_empty() {
                    words.push(Word::Plain(std::mem::take(&mut word)));
                }
            }
            _ => word.push(c),
        }
    }
    if !word.is_empty() {
        words.push(Word::Plain(word));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authority::fields::fields;

    #[test]
    fn the_step_into_the_house_is_the_first_that_is_no_hand_over() {
        let lmtp = "Received: from mx.example.org ([127.0.0.1])\n\tby mail.example.org with LMTP\n\tid x (envelope-from <a@b.example>)\n\tfor <anna@example.org>; Mon, 23 Nov 2026 12:00:00 +0000\n";
        let inside = "Received: by 2002:a05:6f02:abc with SMTP id x; Mon, 23 Nov 2026 04:00:00 -0800 (PST)\n";
        let postfix = "Received: from evil.example.net (mx.evil.example [192.0.2.7])\n\t(using TLSv1.3 with cipher X (256/256 bits))\n\tby mail.example.org (Postfix) with ESMTPS id ABC\n\tfor <antrag@example.org>; Mon, 23 Nov 2026 12:00:00 +0000 (UTC)\n";
        let submitted = "Received: from [10.0.0.5] (dsl.example.net [198.51.100.9])\n\t(Authenticated sender: anna)\n\tby mail.example.org (Postfix) with ESMTPSA id ABC; x\n";
        let exim = "Received: from [192.0.2.7] (helo=[127.0.0.1])\n\tby mail.example.org with esmtp (Exim 4.96)\n\tid x; y\n";
        let local = "Received: by mail.example.org (Postfix, from userid 33)\n\tid 123; z\n";
        let forged = "Received: from a by mail.example.org with LMTP id 1; z\n";
        for (header, at, by, logged_in, client) in [
            (format!("{lmtp}{postfix}{forged}"), 1, "mail.example.org", false, Some("192.0.2.7")),
            (format!("{inside}{lmtp}{submitted}"), 2, "mail.example.org", true, None),
            (format!("{exim}{lmtp}"), 0, "mail.example.org", false, None),
            (format!("{local}{forged}"), 0, "mail.example.org", false, None),
            (
                "Received: from a by mail.example.org with LMTP (e.example [192.0.2.7]) by mx.example.org with ESMTP id 1\n".to_owned(),
                0,
                "mx.example.org",
                false,
                Some("192.0.2.7"),
            ),
            (
                "Received: from a (b [IPv6:2001:db8::1]) by mx.example.org with ESMTP for <\"by evil with LMTP\"@x.example>; y\n".to_owned(),
                0,
                "mx.example.org",
                false,
                Some("2001:db8::1"),
            ),
            ("Received: (qmail 1 invoked by uid 0)\n".to_owned(), 0, "", false, None),
        ] {
            let found = entry(&fields(header.as_bytes())).unwrap();
            assert_eq!((found.at, found.by.as_str(), found.logged_in), (at, by, logged_in), "{header}");
            assert_eq!(found.client, client.map(|c| c.parse().unwrap()), "{header}");
            assert_eq!(found.is_smtp, !header.contains("userid 33") && !by.is_empty(), "{header}");
            assert_eq!(found.login.as_deref(), logged_in.then_some("anna"), "{header}");
        }
        assert_eq!(entry(&fields(b"Subject: x\n")), None);
        assert_eq!(entry(&fields(format!("{lmtp}{inside}").as_bytes())), None);
    }
}
