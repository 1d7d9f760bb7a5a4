//! The key file: 32 random bytes beside the database, from which every purpose has a key of its own; behind them, keys that were
//! replaced and are still honoured.
//!
//! Made by whichever command first opens the store, replaced in `rotation`. What tokens say is decided in `authority`, what is
//! sealed in `seal`.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::{Zeroize, Zeroizing};

use super::error::{Fault, StoreError};
use super::folder_of;
use crate::mail::Timestamp;
use crate::random;

pub(super) const OCTETS: usize = 32;

/// An old key, and when it was replaced, as seconds in eight octets, big-endian.
const OLD_OCTETS: usize = OCTETS + 8;

/// With more old keys than this somebody rotates without end.
const MOST_OLD: usize = 1_000;

/// Never printed, wiped when it is dropped.
pub struct Key {
    pub(super) secret: Zeroizing<[u8; OCTETS]>,
    /// The one replaced last comes last.
    pub(super) old: Vec<OldKey>,
    pub(super) file: PathBuf,
    /// Device and inode: another file of this name holds another key.
    pub(super) identity: (u64, u64),
}

/// A key that was replaced. Never printed, wiped when it is dropped.
#[derive(Clone)]
pub struct OldKey {
    pub(super) secret: Zeroizing<[u8; OCTETS]>,
    /// Seconds since 1970, negative where nothing that it signed counts any more: then it only opens what it sealed.
    pub(super) retired: i64,
}

impl OldKey {
    /// When it was replaced: what it signs later is not ours.
    pub(super) fn retired_at(&self) -> Timestamp {
        Timestamp(self.retired.saturating_abs())
    }

    pub(super) const fn is_honoured(&self) -> bool {
        self.retired > 0
    }
}

impl Key {
    /// The key for one purpose: HMAC-SHA256 (RFC 2104) of the purpose's name under the key file. Keys of different purposes
    /// tell nothing of each other.
    #[must_use]
    pub fn subkey(&self, purpose: &str) -> Zeroizing<[u8; OCTETS]> {
        subkey_of(&self.secret, purpose)
    }

    /// Those of the keys that were replaced and are honoured, and when they were.
    pub fn old_subkeys(
        &self,
        purpose: &str,
    ) -> impl Iterator<Item = (Zeroizing<[u8; OCTETS]>, Timestamp)> {
        let honoured = self.old.iter().filter(|old| old.is_honoured());
        honoured.map(move |old| (subkey_of(&old.secret, purpose), old.retired_at()))
    }

    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Reads the key beside this database, and makes it where it is not there yet.
    ///
    /// # Errors
    /// Where it cannot be read or made, is no key, or others may read it.
    pub(super) fn beside(database: &Path) -> Result<(Self, File), StoreError> {
        let path = database.with_file_name("postamt.key");
        let io = |e: std::io::Error| StoreError::io(&path, &e);
        loop {
            let mut file = match File::open(&path) {
                Err(e) if e.kind() == ErrorKind::NotFound => {
                    make(&path).and_then(|()| File::open(&path))
                }
                opened => opened,
            }
            .map_err(io)?;
            let opened = file.metadata().map_err(io)?;
            let mode = opened.permissions().mode();
            if mode & 0o077 != 0 {
                return Err(StoreError::new(&path, Fault::KeyExposed { mode: mode & 0o777 }));
            }
            let limit = OCTETS + MOST_OLD * OLD_OCTETS;
            let mut content = Zeroizing::new(Vec::with_capacity(OCTETS + 1));
            let limit = u64::try_from(limit + 1).unwrap_or(u64::MAX);
            (&mut file).take(limit).read_to_end(&mut content).map_err(io)?;
            // A file that was replaced meanwhile may have been wiped already.
            if identity(&opened) != identity(&fs::metadata(&path).map_err(io)?) {
                continue;
            }
            let octets = content.len();
            let (secret, old) = from_octets(&content)
                .ok_or_else(|| StoreError::new(&path, Fault::KeyDamaged { octets }))?;
            return Ok((Self { secret, old, file: path, identity: identity(&opened) }, file));
        }
    }
}

pub(super) fn identity(file: &fs::Metadata) -> (u64, u64) {
    (file.dev(), file.ino())
}

/// The key, then the old ones.
fn from_octets(content: &[u8]) -> Option<(Zeroizing<[u8; OCTETS]>, Vec<OldKey>)> {
    let (secret, behind) = content.split_first_chunk::<OCTETS>()?;
    let old = behind.chunks(OLD_OCTETS).map(|record| {
        let (secret, at) = record.split_first_chunk::<OCTETS>()?;
        let retired = i64::from_be_bytes(at.try_into().ok()?);
        Some(OldKey { secret: Zeroizing::new(*secret), retired })
    });
    let old: Vec<OldKey> = old.collect::<Option<_>>()?;
    // What a crash of the disk left is no key.
    let is_blank = secret.iter().all(|octet| *octet == 0);
    (!is_blank && old.len() <= MOST_OLD).then(|| (Zeroizing::new(*secret), old))
}

/// What [`from_octets`] reads.
pub(super) fn to_octets(secret: &[u8; OCTETS], old: &[OldKey]) -> Zeroizing<Vec<u8>> {
    // Its final size at once: a vector that grows leaves its octets behind.
    let mut content = Zeroizing::new(Vec::with_capacity(OCTETS + old.len() * OLD_OCTETS));
    content.extend_from_slice(secret);
    for key in old {
        content.extend_from_slice(key.secret.as_slice());
        content.extend_from_slice(&key.retired.to_be_bytes());
    }
    content
}

pub(super) fn subkey_of(secret: &[u8; OCTETS], purpose: &str) -> Zeroizing<[u8; OCTETS]> {
    let mut subkey = Zeroizing::new([0; OCTETS]);
    // HMAC takes a key of any length: there is no other way to fail.
    if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) {
        mac.update(b"postamt subkey ");
        mac.update(purpose.as_bytes());
        let mut made = mac.finalize().into_bytes();
        subkey.copy_from_slice(&made);
        made.as_mut_slice().zeroize();
    }
    subkey
}

/// Writes a new key under a name of its own and links it to its place: whoever looks sees no key or a whole one, and of
/// several processes exactly one makes it.
fn make(path: &Path) -> std::io::Result<()> {
    let draft = draft_of(path);
    let mut file = create_private(&draft)?;
    let secret = Zeroizing::new(random::bytes::<OCTETS>());
    let linked = file
        .write_all(secret.as_slice())
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::hard_link(&draft, path));
    fs::remove_file(&draft)?;
    match linked {
        Err(e) if e.kind() == ErrorKind::AlreadyExists => Ok(()),
        other => other.and_then(|()| sync_folder_of(path)),
    }
}

pub(super) fn draft_of(path: &Path) -> PathBuf {
    let [a, b, c, d] = random::bytes::<4>();
    path.with_file_name(format!("postamt.key.{a:02x}{b:02x}{c:02x}{d:02x}"))
}

/// A new file that only its owner may read. Its owner is the folder's: what root makes on the command line is the daemon's.
pub(super) fn create_private(path: &Path) -> std::io::Result<File> {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    if let Ok(folder) = fs::metadata(folder_of(path)) {
        match chown(path, Some(folder.uid()), Some(folder.gid())) {
            // Only root may give files away; everybody else keeps theirs.
            Ok(()) | Err(_) => {}
        }
    }
    Ok(file)
}

/// A new name in a folder is durable once the folder is written.
pub(super) fn sync_folder_of(path: &Path) -> std::io::Result<()> {
    File::open(folder_of(path))?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_purpose_has_a_key_of_its_own_and_keeps_it() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("postamt.db");
        let (first, _) = Key::beside(&database).unwrap();
        let (second, _) = Key::beside(&database).unwrap();
        assert_eq!(*first.subkey("reply-token"), *second.subkey("reply-token"));
        assert_ne!(*first.subkey("reply-token"), *first.subkey("seal"));
        assert_ne!(*first.subkey("reply-token"), *first.secret);
        let names: Vec<_> =
            fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(names, ["postamt.key"]);
    }

    #[test]
    fn the_key_is_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("postamt.db");
        let (key, _) = Key::beside(&database).unwrap();
        let mode = fs::metadata(&key.file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);

        fs::set_permissions(&key.file, fs::Permissions::from_mode(0o640)).unwrap();
        let refused = Key::beside(&database).map(|_| ()).unwrap_err();
        assert_eq!(refused.fault, Fault::KeyExposed { mode: 0o640 });
    }

    #[test]
    fn half_a_key_is_no_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("postamt.key");
        create_private(&path).unwrap().write_all(&[7; 16]).unwrap();
        let refused = Key::beside(&folder.path().join("postamt.db")).map(|_| ()).unwrap_err();
        assert_eq!(refused.fault, Fault::KeyDamaged { octets: 16 });
    }
}
