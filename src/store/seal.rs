//! Sealing: what must not lie in the database in plain (a password on its way) is encrypted with the key file.

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use zeroize::Zeroizing;

use super::error::{Fault, StoreError};
use super::key::{Key, OCTETS, subkey_of};
use crate::random;

/// What may be sealed. What was sealed for one purpose does not open for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A generated password on its way to the account provider.
    Password,
    /// A finished letter with credentials in it.
    Credentials,
}

impl Purpose {
    const fn word(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Credentials => "credentials",
        }
    }
}

impl Key {
    /// ChaCha20-Poly1305 (RFC 8439) with a random nonce before it; the purpose is associated data.
    ///
    /// # Errors
    /// None with a message that fits into memory.
    pub fn seal(&self, purpose: Purpose, plain: &[u8]) -> Result<Vec<u8>, StoreError> {
        let nonce = random::bytes::<NONCE_LEN>();
        let mut secret = Zeroizing::new(plain.to_vec());
        let tag = cipher(&self.secret)
            .and_then(|cipher| {
                cipher.seal_in_place_separate_tag(
                    Nonce::assume_unique_for_key(nonce),
                    Aad::from(purpose.word()),
                    &mut secret,
                )
            })
            .map_err(|_| self.broken(purpose))?;
        Ok([nonce.as_slice(), secret.as_slice(), tag.as_ref()].concat())
    }

    /// What [`Key::seal`] sealed for the same purpose.
    ///
    /// # Errors
    /// Where one bit of it, the purpose or the key is another.
    pub fn unseal(
        &self,
        purpose: Purpose,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, StoreError> {
        let old = self.old.iter().map(|old| &old.secret);
        let mut keys = std::iter::once(&self.secret).chain(old);
        keys.find_map(|secret| opened(secret, purpose, sealed)).ok_or_else(|| self.broken(purpose))
    }

    fn broken(&self, purpose: Purpose) -> StoreError {
        StoreError::new(&self.file, Fault::SealBroken { purpose: purpose.word() })
    }
}

/// None where it was not sealed with this key for this purpose.
pub(super) fn opened(
    secret: &[u8; OCTETS],
    purpose: Purpose,
    sealed: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, content) = sealed.split_first_chunk::<NONCE_LEN>()?;
    let mut content = Zeroizing::new(content.to_vec());
    let nonce = Nonce::assume_unique_for_key(*nonce);
    let plain = cipher(secret).and_then(|cipher| {
        cipher
            .open_in_place(nonce, Aad::from(purpose.word()), &mut content)
            .map(|plain| plain.len())
    });
    content.truncate(plain.ok()?);
    Some(content)
}

fn cipher(secret: &[u8; OCTETS]) -> Result<LessSafeKey, ring::error::Unspecified> {
    UnboundKey::new(&CHACHA20_POLY1305, subkey_of(secret, "seal").as_slice()).map(LessSafeKey::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Key {
        let folder = tempfile::tempdir().unwrap();
        Key::beside(&folder.path().join("postamt.db")).unwrap().0
    }

    #[test]
    fn what_is_sealed_opens_again_with_its_key_and_purpose() {
        let key = key();
        for plain in [b"".as_slice(), b"correct horse battery staple"] {
            let sealed = key.seal(Purpose::Password, plain).unwrap();
            assert_eq!(key.unseal(Purpose::Password, &sealed).unwrap().as_slice(), plain);
            assert!(plain.is_empty() || !sealed.windows(plain.len()).any(|w| w == plain));
            assert_ne!(key.seal(Purpose::Password, plain).unwrap(), sealed);
        }
    }

    #[test]
    fn another_key_another_purpose_or_another_bit_open_nothing() {
        let (key, other) = (key(), key());
        let sealed = key.seal(Purpose::Password, b"secret").unwrap();
        assert!(other.unseal(Purpose::Password, &sealed).is_err());
        assert!(key.unseal(Purpose::Credentials, &sealed).is_err());
        for i in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[i] ^= 1;
            assert!(key.unseal(Purpose::Password, &changed).is_err(), "octet {i}");
            assert!(key.unseal(Purpose::Password, &sealed[..i]).is_err(), "cut at {i}");
        }
    }
}
