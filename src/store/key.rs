//! The key file: 32 random bytes beside the database, from which every purpose has a key of its own.
//!
//! Made by whichever command first opens the store. What tokens say is decided in `authority`, what is sealed in `seal`.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::{Zeroize, Zeroizing};

use super::error::{Fault, StoreError};
use super::folder_of;
use crate::random;

const OCTETS: usize = 32;

/// Never printed, wiped when it is dropped.
pub struct Key {
    secret: Zeroizing<[u8; OCTETS]>,
    pub(super) file: PathBuf,
}

impl Key {
    /// The key for one purpose: HMAC-SHA256 (RFC 2104) of the purpose's name under the key file. Keys of different purposes
    /// tell nothing of each other.
    #[must_use]
    pub fn subkey(&self, purpose: &str) -> Zeroizing<[u8; OCTETS]> {
        let mut subkey = Zeroizing::new([0; OCTETS]);
        // HMAC takes a key of any length: there is no other way to fail.
        if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.secret.as_slice()) {
            mac.update(b"postamt subkey ");
            mac.update(purpose.as_bytes());
            let mut made = mac.finalize().into_bytes();
            subkey.copy_from_slice(&made);
            made.as_mut_slice().zeroize();
        }
        subkey
    }

    /// Reads the key beside this database, and makes it where it is not there yet.
    ///
    /// # Errors
    /// Where it cannot be read or made, is no key, or others may read it.
    pub(super) fn beside(database: &Path) -> Result<(Self, File), StoreError> {
        let path = database.with_file_name("postamt.key");
        let mut file = match File::open(&path) {
            Err(e) if e.kind() == ErrorKind::NotFound => {
                make(&path).and_then(|()| File::open(&path))
            }
            opened => opened,
        }
        .map_err(|e| StoreError::io(&path, &e))?;

        let mode = file.metadata().map_err(|e| StoreError::io(&path, &e))?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(StoreError::new(&path, Fault::KeyExposed { mode: mode & 0o777 }));
        }
        let mut content = Zeroizing::new(Vec::with_capacity(OCTETS + 1));
        let limit = u64::try_from(OCTETS + 1).unwrap_or(u64::MAX);
        (&mut file).take(limit).read_to_end(&mut content).map_err(|e| StoreError::io(&path, &e))?;
        let octets = content.len();
        let secret = <[u8; OCTETS]>::try_from(content.as_slice())
            .map_err(|_| StoreError::new(&path, Fault::KeyDamaged { octets }))?;
        Ok((Self { secret: Zeroizing::new(secret), file: path }, file))
    }
}

/// Writes a new key under a name of its own and links it to its place: whoever looks sees no key or a whole one, and of
/// several processes exactly one makes it.
fn make(path: &Path) -> std::io::Result<()> {
    let [a, b, c, d] = random::bytes::<4>();
    let draft = path.with_file_name(format!("postamt.key.{a:02x}{b:02x}{c:02x}{d:02x}"));
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
