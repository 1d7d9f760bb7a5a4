//! The folder that everything happens in: made anew, with the configuration, the Maildirs, the store and the two agents.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use super::people::{AGENTS, Person};
use crate::config::secrets::in_words;
use crate::config::{Config, Problems, Source};
use crate::desk::people::{Agent, AgentId};
use crate::mail::{Address, Timestamp};
use crate::office::{Office, OfficeError};

/// Read by the daemon like anybody's.
static CONFIGURATION: &str = include_str!("postamt.toml");

/// A folder in which the daemon can start.
pub struct Stage {
    pub folder: PathBuf,
    pub config: Config,
}

#[derive(Debug, thiserror::Error)]
pub enum StageError {
    #[error("{} is not empty, and stays as it is", .0.display())]
    NotEmpty(PathBuf),
    #[error("cannot make {}: {}", path.display(), in_words(error))]
    CannotMake { path: PathBuf, error: io::Error },
    /// A fault of ours.
    #[error("the configuration of the demo is wrong: {0}")]
    Configuration(Problems),
    #[error(transparent)]
    Office(#[from] OfficeError),
}

impl Stage {
    /// In a folder that is not there yet, or is empty.
    ///
    /// # Errors
    /// Where there is something in it, or it cannot be made.
    pub fn build(folder: &Path, now: Timestamp) -> Result<Self, StageError> {
        make(folder, 0o755)?;
        let cannot_read = |error| StageError::CannotMake { path: folder.to_owned(), error };
        if fs::read_dir(folder).map_err(cannot_read)?.next().is_some() {
            return Err(StageError::NotEmpty(folder.to_owned()));
        }
        let file = folder.join("postamt.toml");
        fs::write(&file, CONFIGURATION)
            .map_err(|error| StageError::CannotMake { path: file.clone(), error })?;
        let config = Config::load(&file).map_err(StageError::Configuration)?;
        make(config.store.folder(), 0o700)?;
        for mailbox in &config.mailboxes {
            if let Source::Maildir(maildir) = &mailbox.source {
                for part in ["tmp", "new", "cur"] {
                    make(&maildir.join(part), 0o755)?;
                }
            }
        }
        let mut office = Office::open(&config, now)?;
        for person in AGENTS {
            office.add_agent(agent(person, &config, now), now)?;
        }
        Ok(Self { folder: folder.to_owned(), config })
    }

    /// Where the Maildirs of all people lie, and ours.
    #[must_use]
    pub fn mail(&self) -> PathBuf {
        self.folder.join("mail")
    }

    /// What the daemon logs.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        self.folder.join("postamt.log")
    }
}

fn agent(person: &Person, config: &Config, now: Timestamp) -> Agent {
    Agent {
        id: AgentId(0), // given when it is written
        name: person.short.to_owned(),
        display: person.name.to_owned(),
        addresses: Address::parse(person.address).into_iter().collect(),
        queues: config.queues.iter().map(|queue| queue.name.clone()).collect(),
        language: person.language,
        active: true,
        receipts: true,
        taken_notices: true,
        reach: crate::desk::reach::Reach::Reached,
        tokens_since: now,
        created_at: now,
    }
}

/// With all folders above it.
fn make(folder: &Path, mode: u32) -> Result<(), StageError> {
    let made = DirBuilder::new().recursive(true).mode(mode).create(folder);
    made.map_err(|error| StageError::CannotMake { path: folder.to_owned(), error })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stage_is_a_whole_installation_in_one_folder() {
        let folder = tempfile::tempdir().unwrap();
        let stage = Stage::build(&folder.path().join("a/demo"), Timestamp(1_795_000_000)).unwrap();
        assert_eq!((stage.config.warnings.len(), stage.config.check_files().len()), (0, 0));
        assert!(stage.config.store.path.starts_with(&stage.folder));
        assert!(stage.config.site.templates.starts_with(&stage.folder), "no one else's templates");
    }

    #[test]
    fn a_folder_with_something_in_it_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("mine"), "mine").unwrap();
        let built = Stage::build(folder.path(), Timestamp(1_795_000_000));
        assert!(matches!(built, Err(StageError::NotEmpty(_))));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
