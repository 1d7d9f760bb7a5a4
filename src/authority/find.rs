//! Where a token may stand in a mail. Finds what could be one; whether it is, `Signer::verify` and `confirm::hash_of` say.

use super::base32;
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
    fn a_mail_full_of_addresses_costs_little() {
        let to =
            (0..2_000).map(|n| named(&format!("antrag+{}@example.org", "a".repeat(n % 57 + 1))));
        let mail = Mail { to: to.collect(), ..Mail::default() };
        assert!(in_addresses(&mail, &[queue()]).len() <= MAX_CANDIDATES);
    }
}
