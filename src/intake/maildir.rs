//! Mail from a Maildir: what lies in `new` and `cur` is handed out and moved to subfolders as Maildir++ has them.
//!
//! Delivering into a Maildir is the outbox's. No locks: a file is complete when it has its name, and a rename is whole.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::sleep;

use super::folder::{name_on_server, of_month};
use super::{Arrived, Bounds, Disposal, IntakeError, Source, SourceKey};
use crate::mail::Timestamp;

/// Nobody tells us about a new file, so we look.
const LOOK_EVERY: Duration = Duration::from_millis(200);

#[derive(Debug, Clone)]
pub struct MaildirSettings {
    /// Its name in the configuration.
    pub mailbox: Arc<str>,
    pub path: PathBuf,
    /// With `{year}` and `{month}`: `Processed/2026-11` is the folder `.Processed.2026-11`.
    pub processed: String,
    pub quarantine: String,
    /// What was received before is left where it is.
    pub since: Option<Timestamp>,
    pub bounds: Bounds,
}

#[derive(Debug)]
pub struct MaildirSource {
    settings: MaildirSettings,
    /// Found by the last look, oldest first, next to be read.
    found: VecDeque<Found>,
    /// Unique names of those handed out and not settled.
    handed_out: BTreeMap<String, Found>,
    /// Too old, or settled by leaving them.
    left: BTreeSet<String>,
    left_behind: usize,
}

#[derive(Debug, Clone)]
struct Found {
    /// Without the flags, which may change while it lies there.
    name: String,
    path: PathBuf,
    size_octets: u64,
    received_at: Timestamp,
}

impl MaildirSource {
    /// # Errors
    /// Where there is no Maildir, or it may not be read.
    pub async fn open(settings: MaildirSettings) -> Result<Self, IntakeError> {
        let mut source = Self {
            settings,
            found: VecDeque::new(),
            handed_out: BTreeMap::new(),
            left: BTreeSet::new(),
            left_behind: 0,
        };
        source.look().await?;
        Ok(source)
    }

    /// Finds what was neither handed out nor left before.
    async fn look(&mut self) -> Result<(), IntakeError> {
        let path = self.settings.path.clone();
        for found in blocking(&self.settings.path, move || list(&path)).await? {
            if self.handed_out.contains_key(&found.name) || self.left.contains(&found.name) {
                continue;
            }
            if self.settings.since.is_some_and(|since| found.received_at < since) {
                self.left.insert(found.name);
                self.left_behind += 1;
            } else {
                self.found.push_back(found);
            }
        }
        Ok(())
    }

    fn arrived(&self, found: &Found, raw: Vec<u8>) -> Arrived {
        Arrived {
            key: SourceKey::File {
                mailbox: self.settings.mailbox.clone(),
                name: found.name.clone(),
            },
            received_at: found.received_at,
            raw,
            truncated: self.settings.bounds.is_over(found.size_octets),
            size_octets: found.size_octets,
        }
    }
}

impl Source for MaildirSource {
    async fn next_batch(&mut self) -> Result<Vec<Arrived>, IntakeError> {
        if self.found.is_empty() {
            self.look().await?;
        }
        let bounds = self.settings.bounds;
        let messages = bounds.batch(self.found.iter().map(|found| found.size_octets));
        let batch: Vec<Found> = self.found.drain(..messages).collect();
        let read = blocking(&self.settings.path, move || {
            batch.into_iter().map(|found| Ok((read(&found, bounds)?, found))).collect()
        });
        let read: Vec<(Option<Vec<u8>>, Found)> = read.await?;
        let mut arrived = Vec::with_capacity(read.len());
        for (raw, found) in read {
            // What is gone meanwhile, or got other flags, is found again at the next look, if at all.
            let Some(raw) = raw else { continue };
            arrived.push(self.arrived(&found, raw));
            self.handed_out.insert(found.name.clone(), found);
        }
        Ok(arrived)
    }

    async fn settle(&mut self, done: Vec<(SourceKey, Disposal)>) -> Result<(), IntakeError> {
        let mut moves = Vec::new();
        for (key, disposal) in done {
            let SourceKey::File { name, .. } = key else { continue };
            let Some(found) = self.handed_out.get(&name) else { continue };
            let template = match disposal {
                Disposal::Processed => &self.settings.processed,
                Disposal::Quarantine => &self.settings.quarantine,
                Disposal::Leave => {
                    self.handed_out.remove(&name);
                    self.left.insert(name);
                    continue;
                }
            };
            moves.push((of_month(template, found.received_at), found.clone()));
        }
        let moved: Vec<String> = moves.iter().map(|(_, found)| found.name.clone()).collect();
        let path = self.settings.path.clone();
        blocking(&self.settings.path, move || {
            moves.iter().try_for_each(|(folder, found)| put_away(&path, folder, found))
        })
        .await?;
        for name in moved {
            self.handed_out.remove(&name);
        }
        Ok(())
    }

    async fn wait(&mut self) -> Result<(), IntakeError> {
        while self.found.is_empty() {
            sleep(LOOK_EVERY).await;
            self.look().await?;
        }
        Ok(())
    }

    fn left_behind(&self) -> usize {
        self.left_behind
    }

    async fn close(self) {}
}

/// File work off the threads that hold sockets; `path` is what an error names.
async fn blocking<T: Send + 'static>(
    path: &Path,
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, IntakeError> {
    let outcome = spawn_blocking(work).await.unwrap_or_else(|error| Err(io::Error::other(error)));
    outcome.map_err(|cause| IntakeError::File { path: path.to_owned(), cause })
}

/// Everything in `new` and `cur`, in the order of arrival.
fn list(maildir: &Path) -> io::Result<Vec<Found>> {
    let mut all = Vec::new();
    for part in ["new", "cur"] {
        for entry in fs::read_dir(maildir.join(part))? {
            let entry = entry?;
            // A name that is no UTF-8 cannot be a key; no delivery agent makes one.
            let Ok(file) = entry.file_name().into_string() else { continue };
            let meta = match entry.metadata() {
                Ok(meta) if meta.is_file() && !file.starts_with('.') => meta,
                Ok(_) => continue,
                Err(gone) if gone.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            all.push(Found {
                name: unique(&file).to_owned(),
                path: entry.path(),
                size_octets: meta.len(),
                received_at: Timestamp(meta.mtime()),
            });
        }
    }
    all.sort_by(|a, b| (a.received_at, &a.name).cmp(&(b.received_at, &b.name)));
    // A file on its way from `new` to `cur` may have been seen in both.
    all.dedup_by(|a, b| a.name == b.name);
    Ok(all)
}

/// A file's name without its flags (`:2,S`).
fn unique(file: &str) -> &str {
    file.split_once(':').map_or(file, |(name, _flags)| name)
}

/// The file's octets, or as many as are wanted of it. None where it is not there any more.
fn read(found: &Found, bounds: Bounds) -> io::Result<Option<Vec<u8>>> {
    let file = match File::open(&found.path) {
        Ok(file) => file,
        Err(gone) if gone.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let most =
        if bounds.is_over(found.size_octets) { bounds.beginning() } else { bounds.size_octets };
    let mut raw = Vec::new();
    file.take(most).read_to_end(&mut raw)?;
    Ok(Some(raw))
}

/// Moves a file into a subfolder, flags and all. One that is gone was put away by somebody else.
fn put_away(maildir: &Path, folder: &str, found: &Found) -> io::Result<()> {
    let target = maildir.join(format!(".{}", name_on_server(folder, Some('.'))));
    for part in ["cur", "new", "tmp"] {
        fs::create_dir_all(target.join(part))?;
    }
    // Maildir++: says that this is a subfolder.
    File::options().append(true).create(true).open(target.join("maildirfolder"))?;
    match place(&found.path, &target) {
        Err(gone) if gone.kind() == io::ErrorKind::NotFound => {}
        outcome => return outcome,
    }
    // A reader may have given it flags or taken it from `new` to `cur`.
    match list(maildir)?.into_iter().find(|other| other.name == found.name) {
        Some(moved) => place(&moved.path, &target),
        None => Ok(()),
    }
}

/// From `new` to `new`, from `cur` to `cur`, under the same name.
fn place(from: &Path, target: &Path) -> io::Result<()> {
    let mut parts = from.components().rev();
    let (file, part) = (parts.next(), parts.next());
    let to = [part, file].into_iter().flatten().fold(target.to_owned(), |to, one| to.join(one));
    fs::rename(from, to)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn maildir() -> (tempfile::TempDir, MaildirSettings) {
        let folder = tempfile::tempdir().unwrap();
        for part in ["cur", "new", "tmp"] {
            fs::create_dir(folder.path().join(part)).unwrap();
        }
        let settings = MaildirSettings {
            mailbox: "antrag".into(),
            path: folder.path().to_owned(),
            processed: "Processed/{year}-{month}".into(),
            quarantine: "Quarantine".into(),
            since: None,
            bounds: Bounds::default(),
        };
        (folder, settings)
    }

    fn put(folder: &Path, name: &str, raw: &str, at: u64) {
        fs::write(folder.join(name), raw).unwrap();
        let file = File::options().write(true).open(folder.join(name)).unwrap();
        file.set_modified(std::time::UNIX_EPOCH + Duration::from_secs(at)).unwrap();
    }

    fn names(batch: &[Arrived]) -> Vec<String> {
        batch.iter().map(|one| one.key.within()).collect()
    }

    #[tokio::test]
    async fn mail_is_handed_out_once_and_put_away_by_month() {
        let (folder, settings) = maildir();
        put(folder.path(), "cur/b.host:2,S", "second", 1_795_421_528);
        put(folder.path(), "new/a.host", "first", 1_795_421_527);
        put(folder.path(), "new/c.host", "third", 1_795_421_529);
        put(folder.path(), "new/.hidden", "", 0);
        let mut source = MaildirSource::open(settings).await.unwrap();
        let batch = source.next_batch().await.unwrap();
        assert_eq!(names(&batch), ["a.host", "b.host", "c.host"]);
        assert_eq!(batch[1].raw, b"second");
        assert!(source.next_batch().await.unwrap().is_empty());

        // A reader looks at the first one meanwhile.
        let seen = folder.path().join("cur/a.host:2,S");
        fs::rename(folder.path().join("new/a.host"), seen).unwrap();
        let disposals = [Disposal::Processed, Disposal::Quarantine, Disposal::Leave];
        let done = batch.into_iter().map(|one| one.key).zip(disposals).collect();
        source.settle(done).await.unwrap();
        for there in [
            ".Processed.2026-11/cur/a.host:2,S",
            ".Processed.2026-11/maildirfolder",
            ".Quarantine/cur/b.host:2,S",
            "new/c.host",
        ] {
            assert!(folder.path().join(there).exists(), "{there}");
        }
        assert!(source.next_batch().await.unwrap().is_empty(), "what is left is left");
    }

    #[tokio::test]
    async fn old_mail_is_left_and_counted_and_large_mail_is_cut() {
        let (folder, mut settings) = maildir();
        put(folder.path(), "new/old", "old", 99);
        put(folder.path(), "new/now", "0123456789", 100);
        settings.since = Some(Timestamp(100));
        settings.bounds.size_octets = 4;
        let mut source = MaildirSource::open(settings).await.unwrap();
        let batch = source.next_batch().await.unwrap();
        assert_eq!(names(&batch), ["now"]);
        assert_eq!((batch[0].raw.as_slice(), batch[0].size_octets), (b"0123".as_slice(), 10));
        assert!(batch[0].truncated);
        assert_eq!(source.left_behind(), 1);
    }

    #[tokio::test]
    async fn a_new_file_ends_the_waiting() {
        let (folder, settings) = maildir();
        let mut source = MaildirSource::open(settings).await.unwrap();
        assert!(source.next_batch().await.unwrap().is_empty());
        let waiting = tokio::spawn(async move {
            source.wait().await.unwrap();
            source.next_batch().await.unwrap()
        });
        put(folder.path(), "new/a", "hello", 100);
        assert_eq!(names(&waiting.await.unwrap()), ["a"]);
    }

    #[tokio::test]
    async fn a_missing_maildir_is_an_error_that_names_it() {
        let (folder, mut settings) = maildir();
        settings.path = folder.path().join("nowhere");
        let error = MaildirSource::open(settings).await.unwrap_err();
        assert!(error.to_string().contains("nowhere") && !error.is_temporary(), "{error}");
    }
}
