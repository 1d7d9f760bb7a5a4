//! Certificates (transferable public keys, RFC 9580 section 10.1): reading them, and whether one of their keys may sign mails.
//!
//! The certificate's own signatures say it: which keys belong to it, what for, until when. Nobody else's do.

use std::fmt;

use pgp::composed::{PublicOrSecret, SignedPublicKey, SignedPublicSubKey};
use pgp::packet::{KeyFlags, Signature, SignatureType, SubpacketData};
use pgp::ser::Serialize;
use pgp::types::{Duration, Fingerprint, KeyDetails, KeyId, KeyVersion, Tag};

use super::{CLOCKS_DIFFER, strength};
use crate::mail::{Span, Timestamp};

/// A public key with its subkeys and what binds them together.
#[derive(Clone)]
pub struct Certificate {
    key: SignedPublicKey,
}

/// Why what was given is no key that can be registered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyProblem {
    #[error("this is no OpenPGP key")]
    Unreadable,
    #[error("this is a secret key, which belongs to its owner alone")]
    Secret,
    #[error("there are several keys in it")]
    Several,
    #[error("it is too large for a key: over {LONGEST_OCTETS} octets")]
    TooLarge,
}

/// Why a key may not sign.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    #[error("it is revoked")]
    Revoked,
    #[error("it has expired on {0}")]
    Expired(Timestamp),
    #[error("it is younger than what it signed")]
    TooYoung,
    #[error("it is {0}, which is too weak")]
    Weak(String),
    #[error("no signature of its own that is strong enough says what it is for and until when")]
    Unbound,
    #[error("it is not meant for signing")]
    NotForSigning,
    #[error("its signing subkey has not signed in return that it belongs to it")]
    NotCertified,
}

/// Keys with many foreign signatures are large; those are left out when it is registered.
pub const LONGEST_OCTETS: usize = 1_000_000;

/// One of the keys of a certificate.
#[derive(Clone, Copy)]
pub(super) enum Signer<'k> {
    Primary(&'k SignedPublicKey),
    Sub(&'k SignedPublicSubKey),
}

/// What self-signatures say about a key.
#[derive(Default)]
struct Says {
    expires: Option<Timestamp>,
    may_sign: bool,
}

impl Certificate {
    /// Exactly one public key, armoured or bare.
    ///
    /// # Errors
    /// Why it is none.
    pub fn read(octets: &[u8]) -> Result<Self, KeyProblem> {
        if octets.len() > LONGEST_OCTETS {
            return Err(KeyProblem::TooLarge);
        }
        let unreadable = |_| KeyProblem::Unreadable;
        let octets = octets.trim_ascii_start();
        let armour: Vec<&[u8]> = octets
            .split(|o| *o == b'\n')
            .filter(|line| line.starts_with(b"-----BEGIN PGP"))
            .collect();
        if armour.len() > 1 {
            let is_secret = armour.iter().any(|line| line.starts_with(b"-----BEGIN PGP PRIVATE"));
            return Err(if is_secret { KeyProblem::Secret } else { KeyProblem::Several });
        }
        let (mut keys, _) = PublicOrSecret::from_reader_many_buf(octets).map_err(unreadable)?;
        let first = keys.next().ok_or(KeyProblem::Unreadable)?.map_err(unreadable)?;
        let PublicOrSecret::Public(key) = first else { return Err(KeyProblem::Secret) };
        match keys.next() {
            None | Some(Err(_)) => {}
            Some(Ok(PublicOrSecret::Secret(_))) => return Err(KeyProblem::Secret),
            Some(Ok(PublicOrSecret::Public(_))) => return Err(KeyProblem::Several),
        }
        match key.version() {
            KeyVersion::V4 | KeyVersion::V6 => Ok(Self { key }.with_its_own_signatures()),
            _ => Err(KeyProblem::Unreadable),
        }
    }

    /// Without what others say of it, and pictures: none of it counts.
    fn with_its_own_signatures(mut self) -> Self {
        let primary = self.key.primary_key.clone();
        let details = &mut self.key.details;
        details.user_attributes.clear();
        details.revocation_signatures.retain(|sig| sig.verify_key(&primary).is_ok());
        details.direct_signatures.retain(|sig| sig.verify_key(&primary).is_ok());
        for user in &mut details.users {
            let id = user.id.clone();
            user.signatures
                .retain(|sig| sig.verify_certification(&primary, Tag::UserId, &id).is_ok());
        }
        details.users.retain(|user| !user.signatures.is_empty());
        for sub in &mut self.key.public_subkeys {
            let key = sub.key.clone();
            sub.signatures.retain(|sig| sig.verify_subkey_binding(&primary, &key).is_ok());
        }
        self.key.public_subkeys.retain(|sub| !sub.signatures.is_empty());
        self
    }

    /// As it is stored, bare.
    ///
    /// # Errors
    /// None with a key that was read.
    pub fn octets(&self) -> Result<Vec<u8>, KeyProblem> {
        self.key.to_bytes().map_err(|_| KeyProblem::Unreadable)
    }

    /// Upper-case hex.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let fingerprint = self.key.fingerprint();
        fingerprint.as_bytes().iter().map(|octet| format!("{octet:02X}")).collect()
    }

    /// Who the key says it belongs to. It may say anything.
    #[must_use]
    pub fn user_ids(&self) -> Vec<String> {
        let ids = self.key.details.users.iter();
        ids.map(|user| String::from_utf8_lossy(user.id.id()).into_owned()).collect()
    }

    /// Until when it can sign mails; None: as long as it likes.
    ///
    /// # Errors
    /// Why it cannot, of the key that came nearest.
    pub fn signs_until(&self, now: Timestamp) -> Result<Option<Timestamp>, Unfit> {
        let of_primary = self.judge_primary(now)?;
        let mut refused = Unfit::NotForSigning;
        let mut latest: Option<Option<Timestamp>> = None;
        for signer in self.signers() {
            match self.judge(signer, now) {
                Ok(says) => {
                    let ends = earlier(of_primary.expires, says.expires);
                    latest = Some(match latest {
                        None => ends,
                        Some(known) => known.zip(ends).map(|(a, b)| a.max(b)),
                    });
                }
                Err(Unfit::NotForSigning) => {}
                Err(unfit) => refused = unfit,
            }
        }
        latest.ok_or(refused)
    }

    pub(super) fn signers(&self) -> impl Iterator<Item = Signer<'_>> {
        let subkeys = self.key.public_subkeys.iter().map(Signer::Sub);
        std::iter::once(Signer::Primary(&self.key)).chain(subkeys)
    }

    /// Whether this key of the certificate may have signed at that time, and still counts.
    pub(super) fn check(
        &self,
        signer: Signer<'_>,
        signed_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), Unfit> {
        // The primary key stands for all of them.
        self.judge_primary(now)?;
        self.judge(signer, now)?;
        let primary = Signer::Primary(&self.key);
        match [primary, signer].iter().any(|key| key.created() > signed_at.plus(CLOCKS_DIFFER)) {
            true => Err(Unfit::TooYoung),
            false => Ok(()),
        }
    }

    fn judge(&self, signer: Signer<'_>, now: Timestamp) -> Result<Says, Unfit> {
        let says = match signer {
            Signer::Primary(_) => self.judge_primary(now)?,
            Signer::Sub(sub) => self.judge_subkey(sub, now)?,
        };
        if says.may_sign { Ok(says) } else { Err(Unfit::NotForSigning) }
    }

    fn judge_primary(&self, now: Timestamp) -> Result<Says, Unfit> {
        let details = &self.key.details;
        if details.revocation_signatures.iter().any(|sig| is_a(sig, SignatureType::KeyRevocation)) {
            return Err(Unfit::Revoked);
        }
        if let Some(weak) = strength::weak_key(self.key.public_params()) {
            return Err(Unfit::Weak(weak));
        }
        let direct = newest(&details.direct_signatures, now, |typ| typ == SignatureType::Key);
        let of_users = details.users.iter().filter_map(|user| {
            let said = newest(&user.signatures, now, is_certification)?;
            let taken_back = user.signatures.iter().any(|sig| {
                is_a(sig, SignatureType::CertRevocation) && sig.created() >= said.created()
            });
            (!taken_back).then_some(said)
        });
        let of_users = of_users.max_by_key(|sig| sig.created().map(time));
        if direct.or(of_users).is_none() {
            return Err(Unfit::Unbound);
        }
        let created = time(self.key.created_at());
        let ends = |sig: Option<&Signature>| sig.and_then(|sig| expires(created, sig));
        let ends = earlier(ends(direct), ends(of_users));
        let flags = [of_users, direct].into_iter().flatten().find_map(flags);
        // A key that says nothing of what it is for is for everything.
        let may_sign = flags.is_none_or(KeyFlags::sign);
        if let Some(at) = ends.filter(|at| *at <= now) {
            return Err(Unfit::Expired(at));
        }
        Ok(Says { expires: ends, may_sign })
    }

    fn judge_subkey(&self, sub: &SignedPublicSubKey, now: Timestamp) -> Result<Says, Unfit> {
        if sub.signatures.iter().any(|sig| is_a(sig, SignatureType::SubkeyRevocation)) {
            return Err(Unfit::Revoked);
        }
        let binding = newest(&sub.signatures, now, |typ| typ == SignatureType::SubkeyBinding);
        let binding = binding.ok_or(Unfit::Unbound)?;
        if !flags(binding).is_some_and(KeyFlags::sign) {
            return Ok(Says::default());
        }
        if let Some(weak) = strength::weak_key(sub.key.public_params()) {
            return Err(Unfit::Weak(weak));
        }
        // Without it, whoever likes could bind this subkey to a key of theirs, and its signatures would be theirs.
        let certified = binding.embedded_signature().is_some_and(|back| {
            is_usable(back, now)
                && back.verify_primary_key_binding(&sub.key, &self.key.primary_key).is_ok()
        });
        if !certified {
            return Err(Unfit::NotCertified);
        }
        let ends = expires(time(sub.key.created_at()), binding);
        match ends.filter(|at| *at <= now) {
            Some(at) => Err(Unfit::Expired(at)),
            None => Ok(Says { expires: ends, may_sign: true }),
        }
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({})", self.fingerprint())
    }
}

impl Signer<'_> {
    /// Whether the signature says that it is by this key, or not by whom.
    pub(super) fn may_have_made(self, signature: &Signature) -> bool {
        let (fingerprint, id) = self.names();
        let (fingerprints, ids) = (signature.issuer_fingerprint(), signature.issuer_key_id());
        (fingerprints.is_empty() && ids.is_empty())
            || fingerprints.contains(&&fingerprint)
            || ids.contains(&&id)
    }

    pub(super) fn verifies(self, signature: &Signature, content: &[u8]) -> bool {
        match self {
            Self::Primary(key) => signature.verify(&key.primary_key, content),
            Self::Sub(sub) => signature.verify(&sub.key, content),
        }
        .is_ok()
    }

    fn names(self) -> (Fingerprint, KeyId) {
        match self {
            Self::Primary(key) => (key.fingerprint(), key.legacy_key_id()),
            Self::Sub(sub) => (sub.key.fingerprint(), sub.key.legacy_key_id()),
        }
    }

    fn created(self) -> Timestamp {
        time(match self {
            Self::Primary(key) => key.created_at(),
            Self::Sub(sub) => sub.key.created_at(),
        })
    }
}

/// Of the signatures of a kind that count, the one made last. All of them are known to be the certificate's own.
fn newest(
    signatures: &[Signature],
    now: Timestamp,
    kind: impl Fn(SignatureType) -> bool,
) -> Option<&Signature> {
    let of_kind = signatures.iter().filter(|sig| sig.typ().is_some_and(&kind));
    of_kind.filter(|sig| is_usable(sig, now)).max_by_key(|sig| sig.created().map(time))
}

fn is_usable(sig: &Signature, now: Timestamp) -> bool {
    let Some(made) = sig.created().map(time) else { return false };
    strength::weak_hash(sig).is_none()
        && !strength::asks_for_the_unknown(sig)
        && made <= now.plus(CLOCKS_DIFFER)
        && !sig.signature_expiration_time().is_some_and(|valid| ends(made, valid, now))
}

fn is_a(sig: &Signature, kind: SignatureType) -> bool {
    sig.typ() == Some(kind)
}

fn is_certification(typ: SignatureType) -> bool {
    matches!(
        typ,
        SignatureType::CertGeneric
            | SignatureType::CertPersona
            | SignatureType::CertCasual
            | SignatureType::CertPositive
    )
}

/// What the signed part of it says that the key is for; None where it says nothing.
fn flags(sig: &Signature) -> Option<&KeyFlags> {
    sig.config()?.hashed_subpackets().find_map(|part| match &part.data {
        SubpacketData::KeyFlags(flags) => Some(flags),
        _ => None,
    })
}

fn expires(created: Timestamp, sig: &Signature) -> Option<Timestamp> {
    let after = sig.key_expiration_time().map(|after| i64::from(after.as_secs()))?;
    (after != 0).then(|| created.plus(Span(after)))
}

fn earlier(a: Option<Timestamp>, b: Option<Timestamp>) -> Option<Timestamp> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (one, other) => one.or(other),
    }
}

/// Whether what was made then, for so long, is over; 0 is for ever.
pub(super) fn ends(made: Timestamp, valid: Duration, now: Timestamp) -> bool {
    valid.as_secs() != 0 && made.plus(Span(i64::from(valid.as_secs()))) <= now
}

pub(super) fn time(at: pgp::types::Timestamp) -> Timestamp {
    Timestamp(i64::from(at.as_secs()))
}
