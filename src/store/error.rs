//! What can go wrong with the store, said to a person: what, in which file, what to do.

use std::fmt;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

/// Something went wrong with one file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{fault}\n  in  {}\n  do  {}", file.display(), fault.remedy())]
pub struct StoreError {
    pub file: PathBuf,
    pub fault: Fault,
}

/// The kinds of it. What stands in `said` are the words of the operating system or of SQLite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    NoFolder,
    /// A listing was asked for before anything was ever stored.
    NotThere,
    /// A later version of the program has worked on it.
    Newer {
        found: u32,
        known: u32,
    },
    /// An earlier version made it, and who asks may only read.
    Older {
        found: u32,
        known: u32,
    },
    /// The key file is no key.
    KeyDamaged {
        octets: usize,
    },
    /// The key file can be read by others.
    KeyExposed {
        mode: u32,
    },
    /// What was sealed was not sealed with this key, or not for this purpose.
    SealBroken {
        purpose: &'static str,
    },
    Denied {
        said: String,
    },
    /// Another process has held the file for too long.
    Busy,
    DiskFull,
    InputOutput {
        said: String,
    },
    /// The file is no database, or damaged.
    Damaged {
        said: String,
    },
    /// A row does not hold what its column promises.
    Unreadable {
        said: String,
    },
    /// A row would contradict another: a name taken, a ticket that is not there.
    Conflict {
        said: String,
    },
    /// SQLite has taken the whole transaction back; nothing more can be done in it.
    RolledBack,
    /// All 9,999,999 numbers of a day are used.
    NumbersUsedUp,
    Other {
        said: String,
    },
}

impl StoreError {
    /// Whether the same again, later, may work.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        match self.fault {
            Fault::Busy | Fault::DiskFull | Fault::InputOutput { .. } | Fault::RolledBack => true,
            Fault::NoFolder
            | Fault::NotThere
            | Fault::Newer { .. }
            | Fault::Older { .. }
            | Fault::KeyDamaged { .. }
            | Fault::KeyExposed { .. }
            | Fault::SealBroken { .. }
            | Fault::Denied { .. }
            | Fault::Damaged { .. }
            | Fault::Unreadable { .. }
            | Fault::Conflict { .. }
            | Fault::NumbersUsedUp
            | Fault::Other { .. } => false,
        }
    }

    pub(super) fn new(file: &Path, fault: Fault) -> Self {
        Self { file: file.to_owned(), fault }
    }

    pub(super) fn io(file: &Path, error: &std::io::Error) -> Self {
        let said = error.to_string();
        let fault = match error.kind() {
            std::io::ErrorKind::NotFound => Fault::NotThere,
            std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
                Fault::Denied { said }
            }
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Fault::DiskFull,
            _ => Fault::InputOutput { said },
        };
        Self::new(file, fault)
    }

    pub(super) fn sqlite(file: &Path, error: &rusqlite::Error) -> Self {
        let said = error.to_string();
        let fault = match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Fault::Busy,
            Some(ErrorCode::DiskFull) => Fault::DiskFull,
            Some(ErrorCode::SystemIoFailure) => Fault::InputOutput { said },
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Fault::Damaged { said },
            Some(ErrorCode::PermissionDenied | ErrorCode::ReadOnly | ErrorCode::CannotOpen) => {
                Fault::Denied { said }
            }
            Some(ErrorCode::ConstraintViolation) => Fault::Conflict { said },
            Some(_) => Fault::Other { said },
            None => match error {
                rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::IntegralValueOutOfRange(..)
                | rusqlite::Error::InvalidColumnType(..)
                | rusqlite::Error::Utf8Error(..) => Fault::Unreadable { said },
                _ => Fault::Other { said },
            },
        };
        Self::new(file, fault)
    }

    pub(super) fn migration(file: &Path, error: &rusqlite_migration::Error) -> Self {
        match error {
            rusqlite_migration::Error::RusqliteError { err, .. } => Self::sqlite(file, err),
            other => Self::new(file, Fault::Other { said: other.to_string() }),
        }
    }
}

impl Fault {
    /// What to do about it, in the imperative.
    fn remedy(&self) -> &'static str {
        match self {
            Self::NoFolder => {
                "make the folder, owned by the user that runs postamt, or set [store] path to one that is there"
            }
            Self::NotThere => {
                "start the daemon with `postamt run`, or add an agent: either makes it"
            }
            Self::Newer { .. } => {
                "install the version of postamt that wrote it, or restore a backup from before it"
            }
            Self::Older { .. } => {
                "start the daemon with `postamt run`: it brings the database up to date"
            }
            Self::KeyDamaged { .. } => {
                "restore the key from the backup that belongs to this database"
            }
            Self::KeyExposed { .. } => "chmod 600 the file, and think about who may have read it",
            Self::SealBroken { .. } => {
                "put the key back that was beside this database when the mail was written"
            }
            Self::Denied { .. } => {
                "run as the user that runs postamt, and see that this user may write the file and its folder"
            }
            Self::Busy => "see which process holds it (`fuser` names it), then try again",
            Self::DiskFull => {
                "make room on this disk; nothing was lost, and work goes on by itself"
            }
            Self::InputOutput { .. } => "see the system's log about this disk",
            Self::Damaged { .. } => {
                "stop the daemon, keep a copy of the file, restore the last backup"
            }
            Self::Unreadable { .. } | Self::Other { .. } => {
                "keep a copy of the file and report this: it should not happen"
            }
            Self::Conflict { .. } => "look at what is there already, and choose another name",
            Self::RolledBack => "try again; the error before this one says why",
            Self::NumbersUsedUp => "wait until tomorrow, and see who sends so much mail",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoFolder => f.write_str("store: the folder for the database is not there"),
            Self::NotThere => f.write_str("store: there is no database yet"),
            Self::Newer { found, known } => write!(
                f,
                "store: the database is of a newer postamt (schema {found}, this program knows {known})"
            ),
            Self::Older { found, known } => write!(
                f,
                "store: the database is of an older postamt (schema {found}, this program needs {known})"
            ),
            Self::KeyDamaged { octets } => {
                write!(f, "store: the key has {octets} octets, which no key has")
            }
            Self::KeyExposed { mode } => {
                write!(f, "store: the key can be read by others (mode {mode:03o})")
            }
            Self::SealBroken { purpose } => {
                write!(f, "store: what was sealed ({purpose}) does not open with this key")
            }
            Self::Denied { said } => write!(f, "store: access denied: {said}"),
            Self::Busy => f.write_str("store: another process holds the database"),
            Self::DiskFull => f.write_str("store: the disk is full"),
            Self::InputOutput { said } => write!(f, "store: reading or writing failed: {said}"),
            Self::Damaged { said } => write!(f, "store: the database is damaged: {said}"),
            Self::Unreadable { said } => write!(f, "store: a row cannot be understood: {said}"),
            Self::Conflict { said } => write!(f, "store: this contradicts what is stored: {said}"),
            Self::RolledBack => f.write_str("store: the whole transaction was taken back"),
            Self::NumbersUsedUp => f.write_str("store: this day's ticket numbers are used up"),
            Self::Other { said } => write!(f, "store: {said}"),
        }
    }
}
