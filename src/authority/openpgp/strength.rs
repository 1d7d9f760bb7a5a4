//! What is too weak to prove anything. Only what is listed here is accepted.

use pgp::crypto::hash::HashAlgorithm;
use pgp::packet::{Signature, SignatureVersion, SubpacketData};
use pgp::ser::Serialize;
use pgp::types::{EcdsaPublicParams, EddsaLegacyPublicParams, PublicParams};

const STRONG_HASHES: &[HashAlgorithm] = &[
    HashAlgorithm::Sha256,
    HashAlgorithm::Sha384,
    HashAlgorithm::Sha512,
    HashAlgorithm::Sha3_256,
    HashAlgorithm::Sha3_512,
];

const FEWEST_RSA_BITS: u16 = 2048;

/// The name of a hash that is none of the strong ones.
pub fn weak_hash(signature: &Signature) -> Option<String> {
    match signature.hash_alg() {
        Some(hash) if STRONG_HASHES.contains(&hash) => None,
        Some(hash) => Some(hash.to_string()),
        None => Some("an unknown hash".to_owned()),
    }
}

/// What is too weak about a key, in words.
pub fn weak_key(key: &PublicParams) -> Option<String> {
    match key {
        PublicParams::RSA(rsa) => {
            let mut octets = Vec::new();
            // The modulus comes first, after the number of its bits (RFC 9580 section 3.2).
            let bits = match (rsa.to_writer(&mut octets), octets.first_chunk::<2>()) {
                (Ok(()), Some(bits)) => u16::from_be_bytes(*bits),
                _ => 0,
            };
            (bits < FEWEST_RSA_BITS).then(|| format!("RSA with {bits} bits"))
        }
        PublicParams::ECDSA(
            EcdsaPublicParams::P256 { .. }
            | EcdsaPublicParams::P384 { .. }
            | EcdsaPublicParams::P521 { .. },
        )
        | PublicParams::EdDSALegacy(EddsaLegacyPublicParams::Ed25519 { .. })
        | PublicParams::Ed25519(_)
        | PublicParams::Ed448(_) => None,
        PublicParams::DSA(_) => Some("DSA".to_owned()),
        _ => Some("an algorithm that is not accepted here".to_owned()),
    }
}

/// Whether a signature is of a version, or has a part marked as critical, that we do not understand (RFC 9580 section 5.2.3.7):
/// then it does not say what we would read.
pub fn asks_for_the_unknown(signature: &Signature) -> bool {
    let known = matches!(signature.version(), SignatureVersion::V4 | SignatureVersion::V6);
    let unknown = |data: &SubpacketData| {
        matches!(
            data,
            SubpacketData::Other(..) | SubpacketData::Experimental(..) | SubpacketData::Notation(_)
        )
    };
    let config = signature.config();
    !known
        || config.is_none_or(|config| {
            config.hashed_subpackets().any(|part| part.is_critical && unknown(&part.data))
        })
}
