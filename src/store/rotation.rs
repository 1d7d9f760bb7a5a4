//! Replacing the key file: a new key signs and seals from now on, the old one is honoured as long as what it made may come back.
//!
//! The file is replaced whole: who opens it, also after a crash at any point, finds the keys of before or those of after. What was
//! sealed needs no second step, since an old key stays until nothing needs it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Seek, SeekFrom, Write};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use zeroize::Zeroizing;

use super::error::StoreError;
use super::key::{self, Key, OCTETS, OldKey, to_octets};
use super::seal::{Purpose, opened};
use super::{Reader, Store};
use crate::mail::{Span, Timestamp};
use crate::random;

/// A daemon that runs may sign with the old key until it has noticed; so may one that is in the middle of something.
pub const NOTICED_WITHIN: Span = Span::minutes(1);

impl Store {
    /// A new key from now on. What the one of before has signed counts until it expires, or, where `honour` is false, no more.
    ///
    /// # Errors
    /// Where the file cannot be replaced: then nothing has changed.
    pub fn rotate_key(&mut self, now: Timestamp, honour: bool) -> Result<(), StoreError> {
        self.change_key(|secret, old| {
            let mut old = old.to_vec();
            old.push(OldKey { secret: secret.clone(), retired: now.plus(NOTICED_WITHIN).0 });
            if !honour {
                old.iter_mut().for_each(|key| key.retired = -key.retired_at().0);
            }
            Some((Zeroizing::new(random::bytes::<OCTETS>()), old))
        })
        .map(drop)
    }

    /// Forgets old keys whose tokens have all expired by now, unless something is still sealed with one. True where there was one.
    ///
    /// # Errors
    /// Where the file cannot be replaced.
    pub fn drop_old_keys(&mut self, now: Timestamp, valid_for: Span) -> Result<bool, StoreError> {
        let expired = |old: &OldKey| match old.is_honoured() {
            true => now > old.retired_at().plus(valid_for),
            // Until everybody signs and seals with the new one.
            false => now > old.retired_at(),
        };
        if !self.key.old.iter().any(expired) {
            return Ok(false);
        }
        let sealed = self.all_sealed()?;
        self.change_key(|secret, old| {
            let needed = |key: &OldKey| {
                let opens = |(purpose, sealed): &(Purpose, Vec<u8>)| {
                    opened(secret, *purpose, sealed).is_none()
                        && opened(&key.secret, *purpose, sealed).is_some()
                };
                sealed.iter().any(opens)
            };
            let kept: Vec<OldKey> =
                old.iter().filter(|key| !expired(key) || needed(key)).cloned().collect();
            (kept.len() < old.len()).then(|| (secret.clone(), kept))
        })
    }

    /// Whether another process has replaced the key file since this one read it. One that is gone was not replaced.
    ///
    /// # Errors
    /// Where that cannot be seen.
    pub fn key_was_replaced(&self) -> Result<bool, StoreError> {
        let file = &self.key.file;
        match fs::metadata(file) {
            Ok(found) => Ok(key::identity(&found) != self.key.identity),
            Err(e) if e.kind() == ErrorKind::NotFound => Ok(false),
            Err(e) => Err(StoreError::io(file, &e)),
        }
    }

    /// Reads the key file again.
    ///
    /// # Errors
    /// Where it cannot be read; the key of before stays in use.
    pub fn reread_key(&mut self) -> Result<(), StoreError> {
        let (key, _) = Key::beside(&self.reader.file)?;
        self.key = key;
        Ok(())
    }

    /// One process at a time, and on what is in the file now, whatever this one has read before. `change` says what is to be in it;
    /// None: it stays.
    fn change_key(
        &mut self,
        change: impl FnOnce(
            &Zeroizing<[u8; OCTETS]>,
            &[OldKey],
        ) -> Option<(Zeroizing<[u8; OCTETS]>, Vec<OldKey>)>,
    ) -> Result<bool, StoreError> {
        let path = self.key.file.clone();
        let io = |e: io::Error| StoreError::io(&path, &e);
        let (current, locked) = loop {
            let (current, file) = Key::beside(&self.reader.file)?;
            file.lock().map_err(io)?;
            // The lock is the file's, not the name's.
            if key::identity(&fs::metadata(&path).map_err(io)?) == current.identity {
                break (current, file);
            }
        };
        remove_drafts(&path).map_err(io)?;
        let changed = match change(&current.secret, &current.old) {
            Some((secret, old)) => {
                replace(&path, &to_octets(&secret, &old)).map_err(io)?;
                true
            }
            None => false,
        };
        drop(locked);
        self.reread_key()?;
        Ok(changed)
    }
}

impl Reader {
    /// Everything that is sealed.
    fn all_sealed(&self) -> Result<Vec<(Purpose, Vec<u8>)>, StoreError> {
        let mails =
            self.all("SELECT sealed FROM outgoing WHERE sealed IS NOT NULL", [], |row| {
                Ok((Purpose::Credentials, row.get(0)?))
            })?;
        let passwords = self.all(
            "SELECT sealed_password FROM account_jobs WHERE sealed_password IS NOT NULL",
            [],
            |row| Ok((Purpose::Password, row.get(0)?)),
        )?;
        Ok([mails, passwords].concat())
    }
}

/// Durable when it returns; then what was in the file before is overwritten, so that it lies in no free block.
fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let before = OpenOptions::new().write(true).open(path)?;
    let draft = key::draft_of(path);
    let written = key::create_private(&draft)
        .and_then(|mut file| file.write_all(content).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&draft, path));
    if let Err(error) = written {
        // As far as there is one; what is left, the next rotation takes away.
        drop(fs::remove_file(&draft));
        return Err(error);
    }
    key::sync_folder_of(path)?;
    // One that has another name still is somebody's copy.
    if before.metadata()?.nlink() == 0 { wipe(before) } else { Ok(()) }
}

fn wipe(mut file: File) -> io::Result<()> {
    let octets = usize::try_from(file.metadata()?.len()).unwrap_or_default();
    file.seek(SeekFrom::Start(0))?;
    file.write_all(&vec![0; octets])?;
    file.sync_all()
}

/// What a crash in the middle of a rotation left.
fn remove_drafts(path: &Path) -> io::Result<()> {
    for entry in fs::read_dir(super::folder_of(path))? {
        let found = entry?.path();
        let name = found.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let is_draft = name.strip_prefix("postamt.key.").is_some_and(|end| {
            end.len() == 8 && end.bytes().all(|octet| octet.is_ascii_hexdigit())
        });
        if is_draft {
            match OpenOptions::new().write(true).open(&found).and_then(wipe) {
                Err(e) if e.kind() != ErrorKind::NotFound => return Err(e),
                _ => {}
            }
            match fs::remove_file(&found) {
                Err(e) if e.kind() != ErrorKind::NotFound => return Err(e),
                _ => {}
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::store::tests::{Fresh, NOON, fresh, letter};
    use crate::store::{Content, Fault};

    const VALID: Span = Span::days(30);

    fn key_file(fresh: &Fresh) -> std::path::PathBuf {
        fresh.path().with_file_name("postamt.key")
    }

    #[test]
    fn a_new_key_signs_and_the_old_one_is_honoured_for_a_while() {
        let mut fresh = fresh();
        let before = fresh.store.key().subkey("tokens");
        fresh.store.rotate_key(NOON, true).unwrap();
        let key = fresh.store.key();
        assert_ne!(*key.subkey("tokens"), *before);
        let old: Vec<_> = key.old_subkeys("tokens").collect();
        assert_eq!((*old[0].0, old[0].1), (*before, NOON.plus(NOTICED_WITHIN)));
        let mode = fs::metadata(key_file(&fresh)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);

        let mut fresh = fresh.restarted();
        assert_eq!(fresh.store.key().old.len(), 1);
        let end = NOON.plus(NOTICED_WITHIN).plus(VALID);
        assert!(!fresh.store.drop_old_keys(end, VALID).unwrap());
        assert!(fresh.store.drop_old_keys(end.plus(Span::secs(1)), VALID).unwrap());
        assert_eq!(fs::read(key_file(&fresh)).unwrap(), fresh.store.key().secret.as_slice());
    }

    #[test]
    fn what_is_sealed_opens_after_rotations_and_keeps_its_key_as_long_as_it_waits() {
        let mut fresh = fresh();
        let sealed = fresh.store.key().seal(Purpose::Credentials, b"a letter").unwrap();
        let id = fresh.does(|tx| {
            let mail = letter(tx)?;
            tx.add_outgoing(&mail, Content::Sealed(&sealed), NOON)?;
            Ok(mail.id)
        });
        fresh.store.rotate_key(NOON, true).unwrap();
        fresh.store.rotate_key(NOON.plus(Span::days(1)), false).unwrap();
        let late = NOON.plus(Span::days(400));
        // Only the key of the letter is needed still.
        assert!(fresh.store.drop_old_keys(late, VALID).unwrap());
        assert_eq!(fresh.store.key().old.len(), 1);
        let open = fresh.store.key().unseal(Purpose::Credentials, &sealed).unwrap();
        assert_eq!(open.as_slice(), b"a letter");
        fresh.does(|tx| tx.mark_failed(id, "gone"));
        assert!(fresh.store.drop_old_keys(late, VALID).unwrap());
        assert!(fresh.store.key().unseal(Purpose::Credentials, &sealed).is_err());
    }

    #[test]
    fn another_process_notices_and_drafts_of_a_crash_are_removed() {
        let mut fresh = fresh();
        let mut other = Store::open(&fresh.path()).unwrap();
        let draft = key_file(&fresh).with_file_name("postamt.key.0badcafe");
        fs::write(&draft, [7; OCTETS]).unwrap();
        fresh.store.rotate_key(NOON, true).unwrap();
        assert!(!draft.exists());
        assert!(other.key_was_replaced().unwrap() && !fresh.store.key_was_replaced().unwrap());
        // It rotates what is there, not what it has read before.
        other.rotate_key(NOON, true).unwrap();
        assert_eq!(other.key().old.len(), 2);
        fresh.store.reread_key().unwrap();
        fs::rename(key_file(&fresh), key_file(&fresh).with_extension("away")).unwrap();
        assert!(!fresh.store.key_was_replaced().unwrap(), "no new key is made up for it");
        assert_eq!(*fresh.store.key().secret, *other.key().secret);
    }

    #[test]
    fn the_file_of_before_is_wiped() {
        let mut fresh = fresh();
        let mut before = File::open(key_file(&fresh)).unwrap();
        fresh.store.rotate_key(NOON, true).unwrap();
        let mut content = Vec::new();
        before.read_to_end(&mut content).unwrap();
        assert_eq!(content, [0; OCTETS]);
    }

    #[test]
    fn half_an_old_key_and_a_blank_file_are_no_keys() {
        let fresh = fresh();
        for content in [vec![7; OCTETS + 39], vec![0; OCTETS]] {
            fs::write(key_file(&fresh), &content).unwrap();
            let refused = Key::beside(&fresh.path()).map(|_| ()).unwrap_err();
            assert_eq!(refused.fault, Fault::KeyDamaged { octets: content.len() });
        }
    }
}
