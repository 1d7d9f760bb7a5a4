//! Where a token may stand in a mail. Finds what could be one; whether it is, `Signer::verify` and `confirm::hash_of` say.

use std::collections::VecDeque;
use std::ops::Range;

use super::{Purpose, base32, confirm, token};
use crate::desk::rules::Queue;
use crate::mail::{Mail, MessageId};

/// A mail with more candidates than this is no answer to one of ours.
const MAX_CANDIDATES: usize = 50;

/// No token is longer (64 octets for a local part leave no room beside the queue's name).
const MAX_LENGTH: usize = 40;

/// The subaddresses of ours that a mail was sent to, as it says itself (To, Cc) and as the server says (Delivered-To and its kin):
/// reply, bounce and confirmation tokens, in lower case, each once, in that order.
#[must_use]
pub fn in_addresses(mail: &Mail, queues: &[Queue]) -> Vec<String> {
    let named = mail.to.iter().chain(&mail.cc).map(|named| &named.address);
    let details = named.chain(&mail.delivered_to).flat_map(|address| {
        queues.iter().flat_map(move |queue| {
            [
                address.detail_of(&queue.address, &queue.subaddress),
                address.detail_of(&queue.bounces, &queue.bounces_subaddress),
            ]
        })
    });
    candidates(details.flatten())
}

/// The tokens in Message-IDs of ours, `<NUMBER.TOKEN@domain>`. The domain is not looked at: the signature is what counts.
#[must_use]
pub fn in_message_ids<'a>(ids: impl IntoIterator<Item = &'a MessageId>) -> Vec<String> {
    candidates(ids.into_iter().filter_map(|id| {
        let (local, _domain) = id.as_str().split_once('@')?;
        let (number, token) = local.rsplit_once('.')?;
        number.bytes().all(|b| b.is_ascii_digit()).then_some(token)
    }))
}

/// The confirmation token at the end of a prefilled subject, `{TOKEN}`: where it stands, and what it is.
#[must_use]
pub fn confirmation_in_subject(subject: &str) -> Option<(Range<usize>, String)> {
    let (open, rest) = subject.rsplit_once('{')?;
    let (inside, _) = rest.split_once('}')?;
    let token: String = inside.chars().filter(|c| !c.is_whitespace()).collect();
    let fits = token.len() == confirm::LENGTH && base32::fits(&token);
    let place = open.len()..open.len() + inside.len() + 2;
    fits.then(|| (place, token.to_ascii_lowercase()))
}

/// Which tokens count where. One that was taken out of its place proves nothing: somebody put it together by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carrier {
    /// The subaddress of a recipient.
    Address,
    /// In-Reply-To and References.
    MessageId,
    Subject,
}

impl Carrier {
    #[must_use]
    pub const fn carries(self, purpose: Purpose) -> bool {
        match self {
            Self::Address => {
                matches!(purpose, Purpose::Reply | Purpose::Offer | Purpose::Standing)
            }
            Self::MessageId => matches!(purpose, Purpose::MessageId),
            Self::Subject => purpose.is_for_one_use(),
        }
    }
}

/// Where tokens stand in a text, however it was mangled: folded or wrapped inside, percent-encoded around, in quotes, in either case.
/// `is_token` is asked about little of the text alone, since every token begins with its purpose.
#[must_use]
pub fn anywhere(text: &str, is_token: impl Fn(&str) -> bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut run: VecDeque<(usize, char)> = VecDeque::with_capacity(token::LENGTH + 1);
    for (at, letter) in text.char_indices() {
        if letter.is_whitespace() || is_unseen(letter) {
            continue;
        }
        if !letter.is_ascii_alphanumeric() {
            run.clear();
            continue;
        }
        run.push_back((at, letter));
        if run.len() > token::LENGTH {
            run.pop_front();
        }
        if run.len() < token::LENGTH || !begins_like_one(&run) {
            continue;
        }
        let word: String = run.iter().map(|(_, letter)| *letter).collect();
        if is_token(&word)
            && let Some((begin, _)) = run.front()
        {
            found.push(*begin..at + 1);
            run.clear();
        }
    }
    found
}

const fn is_unseen(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// The first octet is the purpose, a small number: five bits of nothing, then three that count, and two of an agent's number, which
/// is no large one.
fn begins_like_one(run: &VecDeque<(usize, char)>) -> bool {
    let at = |n: usize| run.get(n).map(|(_, letter)| letter.to_ascii_lowercase());
    at(0) == Some('a') && at(1).is_some_and(|letter| "eimquy4".contains(letter))
}

fn candidates<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut found = Vec::new();
    for text in texts.filter(|text| text.len() <= MAX_LENGTH && base32::fits(text)) {
        let text = text.to_ascii_lowercase();
        if found.len() < MAX_CANDIDATES && !found.contains(&text) {
            found.push(text);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authority::tests::{address, named, queue};

    #[test]
    fn a_token_is_found_wherever_the_address_stands() {
        let token = "abcdefghijklmnopqrstuvwxyz234567abcde";
        let ours = format!("Antrag+{}@Example.org", token.to_uppercase());
        let to = Mail { to: vec![named(&ours)], ..Mail::default() };
        let cc = Mail { cc: vec![named("x@example.net"), named(&ours)], ..Mail::default() };
        let delivered = Mail { delivered_to: vec![address(&ours)], ..Mail::default() };
        for mail in [to, cc, delivered] {
            assert_eq!(in_addresses(&mail, &[queue()]), [token]);
        }
        let bounced =
            Mail { to: vec![named(&format!("bounces+{token}@example.org"))], ..Mail::default() };
        assert_eq!(in_addresses(&bounced, &[queue()]), [token]);
    }

    #[test]
    fn what_cannot_be_a_token_is_not_looked_at() {
        let mail = Mail {
            to: ["antrag@example.org", "antrag+1@example.org", "antrag+abc@example.net"]
                .map(named)
                .to_vec(),
            delivered_to: vec![
                address("antrag+abc@example.org"),
                address("antrag+abc@example.org"),
            ],
            ..Mail::default()
        };
        assert_eq!(in_addresses(&mail, &[queue()]), ["abc"], "each once");
        let plain = Queue { subaddress: String::new(), ..queue() };
        assert!(in_addresses(&mail, &[plain]).is_empty());
    }

    #[test]
    fn a_message_id_of_ours_holds_a_token_behind_the_number() {
        let ids: Vec<MessageId> = [
            "<2026112300000014.zxn3hb@example.org>",
            "<2026112300000014.ZXN3HB@relay.example.net>",
            "<some.one@else.example>",
            "<2026112300000014@example.org>",
            "<no-domain>",
            "<2026112300000014.no/t@example.org>",
        ]
        .iter()
        .filter_map(|id| MessageId::parse(id))
        .collect();
        assert_eq!(in_message_ids(&ids), ["zxn3hb"]);
    }

    #[test]
    fn a_token_is_found_in_a_text_however_it_was_mangled() {
        let token = "aeaacaaaaavaz6aulcpjvkv5ejkzczpicgm7w";
        let is_token = |word: &str| word.eq_ignore_ascii_case(token);
        let (half, rest) = token.split_at(20);
        for text in [
            format!("Re: [Ticket#1] x {{{token}}}"),
            format!("AW: \u{201e}Re: x {{{}}}\u{201c}", token.to_uppercase()),
            format!("x {{{half} {rest}}}"),
            format!("x {half}\n\t{rest}"),
            format!("mailto:antrag%2B{token}%40x"),
            format!("x%7B{token}%7D"),
            format!("a{token}a"),
            token.to_owned(),
        ] {
            let places = anywhere(&text, is_token);
            assert_eq!(places.len(), 1, "{text}");
            let place = text.get(places[0].clone()).unwrap();
            let bare: String = place.chars().filter(|c| !c.is_whitespace()).collect();
            assert!(bare.eq_ignore_ascii_case(token), "{place}");
        }
        assert!(anywhere(token.trim_start_matches('a'), is_token).is_empty());
        assert_eq!(anywhere(&format!("{token}{token}"), is_token).len(), 2);
    }

    #[test]
    fn a_confirmation_in_a_subject_stands_in_braces() {
        let token = "abcdefghijklmnopqrstuvwxyz";
        let (first, rest) = token.split_at(9);
        for subject in [format!("Re: x {{{token}}}"), format!("x {{{first} {rest}}}")] {
            let (place, found) = confirmation_in_subject(&subject).unwrap();
            assert_eq!(found, token);
            assert!(subject.get(place).unwrap().ends_with('}'), "{subject}");
        }
        for other in [token, "{short}", "{", "}{"] {
            assert_eq!(confirmation_in_subject(other), None, "{other}");
        }
    }

    #[test]
    fn a_mail_full_of_addresses_costs_little() {
        let to =
            (0..2_000).map(|n| named(&format!("antrag+{}@example.org", "a".repeat(n % 57 + 1))));
        let mail = Mail { to: to.collect(), ..Mail::default() };
        assert!(in_addresses(&mail, &[queue()]).len() <= MAX_CANDIDATES);
    }
}
