//! The confirmation link: 128 random bits that only the applicant is sent. We keep their SHA-256 and forget the rest.

use sha2::{Digest, Sha256};

use super::base32;
use crate::desk::event::{FreshLink, LinkToken};

/// Every confirmation token has this length.
pub const LENGTH: usize = 26;

/// The token for the letter and the hash for the store, from bits that nobody else has seen.
#[must_use]
pub fn fresh_link(random: &[u8; 16]) -> FreshLink {
    let token = base32::encode(random);
    let sha256 = hash_of(&token);
    FreshLink { token: LinkToken(token), sha256 }
}

/// What a token would be stored as: lower-case hex of the SHA-256 of its lower-case text. Mail programs change case, the hash must not.
#[must_use]
pub fn hash_of(text: &str) -> String {
    let digest = Sha256::digest(text.to_ascii_lowercase());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_known_by_its_hash_in_either_case() {
        let link = fresh_link(&[0xa5; 16]);
        assert_eq!(link.token.0.len(), LENGTH);
        assert_eq!(link.sha256, hash_of(&link.token.0.to_uppercase()));
        assert_eq!(link.sha256.len(), 64);
        assert_ne!(link.sha256, fresh_link(&[0xa4; 16]).sha256);
    }

    #[test]
    fn the_hash_is_sha256_in_hex() {
        assert_eq!(
            hash_of("ABC"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
