//! Whether a mail was signed with OpenPGP by a key that the admin registered for its sender.
//!
//! Pure, given the keys. What is signed in a mail, and whether that is all of it, `mail::signed` finds out; what keys are fit to
//! sign is in `key`, what is too weak in `strength`. That a signed mail counts only once, and only for the ticket that it names,
//! `office` sees to.

mod key;
mod strength;

pub use key::{Certificate, KeyProblem, LONGEST_OCTETS, Unfit};

use pgp::armor::DearmorOptions;
use pgp::composed::{Deserializable, DetachedSignature};
use pgp::packet::{Signature, SignatureType};
use sha2::{Digest, Sha256};

use crate::mail::signed::{LONGEST_SIGNATURE_OCTETS, NotAllSigned, Signed};
use crate::mail::{Span, Timestamp};

/// A signature that proves who wrote a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Of the certificate, in upper-case hex.
    pub fingerprint: String,
    pub signed_at: Timestamp,
    /// The same for all mails that this one signature is in, however they are wrapped: each counts once.
    pub once: [u8; 32],
}

/// Why a signature proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("{0}")]
    NotAllSigned(#[from] NotAllSigned),
    #[error("there is no OpenPGP signature that can be read")]
    Unreadable,
    #[error("it is signed with a key that is not registered for the sender")]
    NotRegistered,
    #[error("the signature is over something else than what is read")]
    Broken,
    #[error(
        "it is a signature for another purpose than a mail, or one that asks for what is not known here"
    )]
    OtherPurpose,
    #[error("the signature uses {0}, which is too weak")]
    WeakHash(String),
    #[error("the signature was made in the future: {0}")]
    InFuture(Timestamp),
    #[error("the signature is older than a day: {0}")]
    TooOld(Timestamp),
    #[error("the signature has expired")]
    Expired,
    #[error("the key is of no use: {0}")]
    Key(#[from] Unfit),
}

/// A signature older than this proves nothing, so that what somebody kept is of no use to them.
const VALID_FOR: Span = Span::days(1);

/// How far a clock may be ahead of ours.
pub(super) const CLOCKS_DIFFER: Span = Span::minutes(5);

/// A mail with more signatures than this is tried no further.
const MOST_SIGNATURES: usize = 5;

/// Whether one of these certificates has signed this, and may still.
///
/// # Errors
/// The reason why not, of the signature that came nearest.
pub fn verify(
    signed: &Signed,
    registered: &[Certificate],
    now: Timestamp,
) -> Result<Verified, Refusal> {
    let signatures = read(&signed.signature)?;
    let mut nearest = Refusal::Unreadable;
    for signature in &signatures {
        let refusal = match verify_one(signature, &signed.content, registered, now) {
            Ok(verified) => return Ok(verified),
            Err(refusal) => refusal,
        };
        if matches!(nearest, Refusal::Unreadable | Refusal::NotRegistered) {
            nearest = refusal;
        }
    }
    Err(nearest)
}

fn read(octets: &[u8]) -> Result<Vec<Signature>, Refusal> {
    if octets.len() > LONGEST_SIGNATURE_OCTETS {
        return Err(NotAllSigned::TooLong.into());
    }
    let octets = octets.trim_ascii_start();
    let is_bare = octets.first().is_some_and(|first| first & 0x80 != 0);
    let found = if is_bare {
        DetachedSignature::from_bytes_many(octets)
    } else {
        let options = DearmorOptions::new().set_limit(LONGEST_SIGNATURE_OCTETS);
        DetachedSignature::from_armor_many_buf_with_options(octets, options).map(|(found, _)| found)
    };
    let found = found.map_err(|_| Refusal::Unreadable)?;
    let found = found.take(MOST_SIGNATURES).map_while(Result::ok);
    Ok(found.map(|detached| detached.signature).collect())
}

fn verify_one(
    signature: &Signature,
    content: &[u8],
    registered: &[Certificate],
    now: Timestamp,
) -> Result<Verified, Refusal> {
    if !matches!(signature.typ(), Some(SignatureType::Binary | SignatureType::Text))
        || strength::asks_for_the_unknown(signature)
    {
        return Err(Refusal::OtherPurpose);
    }
    if let Some(weak) = strength::weak_hash(signature) {
        return Err(Refusal::WeakHash(weak));
    }
    let made = signature.created().map(key::time).ok_or(Refusal::OtherPurpose)?;
    let mut signers = registered
        .iter()
        .flat_map(|certificate| certificate.signers().map(move |signer| (certificate, signer)))
        .filter(|(_, signer)| signer.may_have_made(signature))
        .peekable();
    if signers.peek().is_none() {
        return Err(Refusal::NotRegistered);
    }
    let Some((certificate, signer)) =
        signers.find(|(_, signer)| signer.verifies(signature, content))
    else {
        return Err(Refusal::Broken);
    };
    if made > now.plus(CLOCKS_DIFFER) {
        return Err(Refusal::InFuture(made));
    }
    if made < now.minus(VALID_FOR) {
        return Err(Refusal::TooOld(made));
    }
    if signature.signature_expiration_time().is_some_and(|valid| key::ends(made, valid, now)) {
        return Err(Refusal::Expired);
    }
    certificate.check(signer, made, now)?;
    let fingerprint = certificate.fingerprint();
    let once = Sha256::new()
        .chain_update(b"postamt openpgp ")
        .chain_update(fingerprint.as_bytes())
        .chain_update(made.0.to_be_bytes())
        .chain_update(content)
        .finalize()
        .into();
    Ok(Verified { fingerprint, signed_at: made, once })
}
