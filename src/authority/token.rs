//! Signed tokens: whom a mail was sent to and what it was about, unforgeable, in 37 characters that fit into a subaddress.
//!
//! A token says who may act on what since when; whether that is enough today is decided in `prove`.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::base32;
use crate::desk::people::AgentId;
use crate::mail::{Span, Timestamp};

/// What a token is for. Part of what is signed: one made for one purpose is nothing for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// An agent writes to a ticket; the subject is the ticket's id.
    Reply,
    /// An agent consents to an offer (`#yes`); the subject is the offer's id.
    Offer,
    /// Stands in the Message-ID of a mail of ours; the subject is the outgoing mail's id.
    MessageId,
    /// Stands in the envelope sender of a mail of ours, so that its bounce finds it; the subject is the outgoing mail's id.
    Bounce,
    /// An agent's own address for what belongs to no ticket; the subject is 0.
    Standing,
    /// Stands in the prefilled subject of a link, where the queue's address takes no subaddress: good once, and not for long. The
    /// subject is the outgoing mail's id, which says what it is about.
    Once,
    /// The same for what belongs to no ticket.
    OnceStanding,
}

impl Purpose {
    /// Used up by the first mail that has it.
    #[must_use]
    pub const fn is_for_one_use(self) -> bool {
        matches!(self, Self::Once | Self::OnceStanding)
    }
}

/// The octet of each purpose. Never renumber: tokens live in mailboxes for years.
const PURPOSES: [(Purpose, u8); 7] = [
    (Purpose::Reply, 1),
    (Purpose::Offer, 2),
    (Purpose::MessageId, 3),
    (Purpose::Bounce, 4),
    (Purpose::Standing, 5),
    (Purpose::Once, 6),
    (Purpose::OnceStanding, 7),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    pub purpose: Purpose,
    /// None where the mail went to a customer; the store never gives an agent the id 0.
    pub agent: Option<AgentId>,
    pub subject: u32,
    /// Kept as seconds since 2020-01-01 in 32 bits: until 2156.
    pub issued: Timestamp,
}

/// Signs and checks. No `Debug`: it holds the keys, and wipes them when dropped.
pub struct Signer {
    key: Zeroizing<[u8; 32]>,
    /// Keys that were replaced, and when: they check what they signed until then.
    old: Vec<(Zeroizing<[u8; 32]>, Timestamp)>,
}

/// Every token has this length.
pub const LENGTH: usize = 37;

/// purpose (1), agent (2), subject (4), issued (4), big-endian; then the truncated HMAC.
const PAYLOAD_OCTETS: usize = 11;
const MAC_OCTETS: usize = 12;
const TOKEN_OCTETS: usize = PAYLOAD_OCTETS + MAC_OCTETS;

/// 2020-01-01 00:00 UTC.
const EPOCH: Timestamp = Timestamp(1_577_836_800);

impl Signer {
    /// From a key that serves nothing else.
    #[must_use]
    pub fn new(subkey: &[u8; 32]) -> Self {
        Self { key: Zeroizing::new(*subkey), old: Vec::new() }
    }

    /// The same, honouring what old keys have signed up to the moment in which each was replaced.
    #[must_use]
    pub fn honouring(self, old: impl Iterator<Item = (Zeroizing<[u8; 32]>, Timestamp)>) -> Self {
        Self { old: old.collect(), ..self }
    }

    /// 37 characters of lower-case base32: 11 octets of payload, 12 of HMAC-SHA256 (RFC 2104 section 5 allows half of it, 96 bits
    /// are what a guess has to hit by mail).
    #[must_use]
    pub fn sign(&self, token: &Token) -> String {
        let payload = token.payload();
        let mut octets = [0u8; TOKEN_OCTETS];
        let mac = mac(&self.key, &payload).finalize().into_bytes();
        for (to, from) in octets.iter_mut().zip(payload.iter().chain(mac.iter())) {
            *to = *from;
        }
        base32::encode(&octets)
    }

    /// The token that a text is, if it is one of ours in its one spelling; upper and lower case are the same, since mail servers
    /// and programs change the case of addresses. Compared in constant time.
    #[must_use]
    pub fn verify(&self, text: &str) -> Option<Token> {
        if text.len() != LENGTH {
            return None;
        }
        let octets = base32::decode::<TOKEN_OCTETS>(&text.to_ascii_lowercase())?;
        let (payload, mac) = octets.split_first_chunk::<PAYLOAD_OCTETS>()?;
        let token = Token::from_payload(payload)?;
        let is_by = |key| self::mac(key, payload).verify_truncated_left(mac).is_ok();
        // Whoever has an old key must not sign with it for ever.
        let is_by_old = || self.old.iter().any(|(key, until)| token.issued <= *until && is_by(key));
        (is_by(&self.key) || is_by_old()).then_some(token)
    }
}

fn mac(key: &[u8; 32], payload: &[u8; PAYLOAD_OCTETS]) -> Hmac<Sha256> {
    let mut mac = <Hmac<Sha256> as KeyInit>::new(&zero_padded(key));
    mac.update(payload);
    mac
}

/// An HMAC key of one block: a shorter one is filled with zeros (RFC 2104 section 2), which makes the type's length right without a fallible call.
fn zero_padded(key: &[u8; 32]) -> hmac::digest::Key<Hmac<Sha256>> {
    let mut block = hmac::digest::Key::<Hmac<Sha256>>::default();
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
    block
}

impl Token {
    fn payload(&self) -> [u8; PAYLOAD_OCTETS] {
        let purpose = PURPOSES.iter().find(|(p, _)| *p == self.purpose).map_or(0, |(_, n)| *n);
        let [a1, a2] = self.agent.map_or(0, |agent| agent.0).to_be_bytes();
        let [s1, s2, s3, s4] = self.subject.to_be_bytes();
        let issued = u32::try_from(self.issued.since(EPOCH).0).unwrap_or(u32::MAX);
        let [t1, t2, t3, t4] = issued.to_be_bytes();
        [purpose, a1, a2, s1, s2, s3, s4, t1, t2, t3, t4]
    }

    fn from_payload(payload: &[u8; PAYLOAD_OCTETS]) -> Option<Self> {
        let [purpose, a1, a2, s1, s2, s3, s4, t1, t2, t3, t4] = *payload;
        let agent = u16::from_be_bytes([a1, a2]);
        Some(Self {
            purpose: PURPOSES.iter().find(|(_, n)| *n == purpose).map(|(p, _)| *p)?,
            agent: (agent != 0).then_some(AgentId(agent)),
            subject: u32::from_be_bytes([s1, s2, s3, s4]),
            issued: EPOCH.plus(Span(i64::from(u32::from_be_bytes([t1, t2, t3, t4])))),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn signer() -> Signer {
        Signer::new(&[7; 32])
    }

    fn any_token() -> impl Strategy<Value = Token> {
        (0..PURPOSES.len(), any::<u16>(), any::<u32>(), any::<u32>()).prop_map(
            |(purpose, agent, subject, seconds)| Token {
                purpose: PURPOSES[purpose].0,
                agent: (agent != 0).then_some(AgentId(agent)),
                subject,
                issued: EPOCH.plus(Span(i64::from(seconds))),
            },
        )
    }

    #[test]
    fn the_mac_is_plain_hmac_sha256() {
        // Computed apart from this code, with Python's hmac module: a changed format would void every mail that is out.
        let token = Token {
            purpose: Purpose::Reply,
            agent: Some(AgentId(1)),
            subject: 42,
            issued: Timestamp(1_795_421_528),
        };
        assert_eq!(signer().sign(&token), "aeaacaaaaavaz6aulcpjvkv5ejkzczpicgm7w");
    }

    #[test]
    fn a_moment_outside_the_range_is_brought_into_it() {
        let token = |issued| Token { purpose: Purpose::Bounce, agent: None, subject: 1, issued };
        for (issued, read) in [(0, EPOCH.0), (i64::MAX, EPOCH.0 + i64::from(u32::MAX))] {
            let text = signer().sign(&token(Timestamp(issued)));
            assert_eq!(signer().verify(&text), Some(token(Timestamp(read))));
        }
    }

    #[test]
    fn other_texts_and_an_unknown_purpose_are_refused() {
        for text in ["", "a", "ä", &"a".repeat(37), &"a".repeat(38), &"é".repeat(37)] {
            assert_eq!(signer().verify(text), None, "{text}");
        }
        let mut octets = [9u8; TOKEN_OCTETS];
        let mac = mac(&[7; 32], &[9; PAYLOAD_OCTETS]).finalize().into_bytes();
        octets[PAYLOAD_OCTETS..].copy_from_slice(&mac[..MAC_OCTETS]);
        assert_eq!(signer().verify(&base32::encode(&octets)), None);
    }

    #[test]
    fn an_old_key_counts_for_what_it_signed_while_it_was_in_use() {
        let (before, now) = (Signer::new(&[6; 32]), signer());
        let replaced = Timestamp(1_795_421_528);
        let honouring = now.honouring([(Zeroizing::new([6; 32]), replaced)].into_iter());
        let token = |issued| Token { purpose: Purpose::Reply, agent: None, subject: 1, issued };
        for (issued, counts) in [(replaced, true), (replaced.plus(Span::secs(1)), false)] {
            let text = before.sign(&token(issued));
            assert_eq!(honouring.verify(&text).is_some(), counts);
        }
        assert_eq!(honouring.sign(&token(replaced)), signer().sign(&token(replaced)));
    }

    proptest! {
        #[test]
        fn a_token_reads_back_in_either_case(token in any_token()) {
            let text = signer().sign(&token);
            prop_assert_eq!(text.len(), LENGTH);
            prop_assert!(text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
            prop_assert_eq!(signer().verify(&text), Some(token));
            prop_assert_eq!(signer().verify(&text.to_ascii_uppercase()), Some(token));
        }

        #[test]
        fn one_changed_character_is_refused(token in any_token(), at in 0..LENGTH, letter in "[a-z2-7]") {
            let text = signer().sign(&token);
            let mut changed = text.clone();
            changed.replace_range(at..=at, &letter);
            prop_assume!(changed != text);
            prop_assert_eq!(signer().verify(&changed), None);
        }

        #[test]
        fn one_flipped_bit_is_refused(token in any_token(), bit in 0..TOKEN_OCTETS * 8) {
            let mut octets = base32::decode::<TOKEN_OCTETS>(&signer().sign(&token)).unwrap();
            octets[bit / 8] ^= 1 << (bit % 8);
            prop_assert_eq!(signer().verify(&base32::encode(&octets)), None);
        }

        #[test]
        fn another_purpose_or_key_makes_another_token(token in any_token(), other in 0..PURPOSES.len()) {
            let text = signer().sign(&token);
            let twin = Token { purpose: PURPOSES[other].0, ..token };
            prop_assert_eq!(twin == token, signer().sign(&twin) == text);
            prop_assert_eq!(Signer::new(&[8; 32]).verify(&text), None);
        }
    }
}
