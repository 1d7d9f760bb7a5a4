//! Lines for the postmaster's digest, until they stood in one.

use rusqlite::{Row, params};

use super::columns::{Json, narrow};
use super::error::StoreError;
use super::{Reader, Tx};
use crate::desk::note::Note;
use crate::mail::{Span, Timestamp};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostmasterLine {
    pub id: i64,
    /// When it happened first.
    pub at: Timestamp,
    pub note: Note,
    /// How often.
    pub count: u64,
}

/// Lines of one kind, all together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostmasterKind {
    pub kind: String,
    pub lines: u64,
    /// How often what they say happened.
    pub count: u64,
}

/// Lines are kept for so long.
const KEPT: Span = Span::days(30);

impl Reader {
    /// What stood in no digest yet, the oldest first.
    #[cfg(test)]
    pub fn unshown_postmaster_lines(&self, limit: u32) -> Result<Vec<PostmasterLine>, StoreError> {
        self.all(UNSHOWN, [limit], line)
    }

    /// What kinds of lines stood in no digest yet.
    ///
    /// # Errors
    /// Where the store cannot be read; so for all questions.
    pub fn unshown_postmaster_kinds(&self) -> Result<Vec<PostmasterKind>, StoreError> {
        self.all(KINDS, [], |row| {
            Ok(PostmasterKind {
                kind: row.get(0)?,
                lines: narrow(row.get(1)?)?,
                count: narrow(row.get(2)?)?,
            })
        })
    }

    /// Those of one kind, what happened most often first.
    pub fn unshown_postmaster_lines_of(
        &self,
        kind: &str,
        limit: u32,
    ) -> Result<Vec<PostmasterLine>, StoreError> {
        self.all(OF_KIND, params![kind, limit], line)
    }
}

impl Tx<'_> {
    /// Adds a line, or counts the one that says the same.
    ///
    /// # Errors
    /// Where the store cannot be written; so for all changes.
    pub fn add_postmaster_line(&self, at: Timestamp, note: &Note) -> Result<(), StoreError> {
        self.write(ADD, params![at, note.word(), Json(note)]).map(drop)
    }

    /// Lines of long ago go, whether they stood in a digest or not.
    pub fn forget_postmaster_lines(&self, now: Timestamp) -> Result<(), StoreError> {
        self.write("DELETE FROM postmaster_lines WHERE at < ?1", [now.minus(KEPT)]).map(drop)
    }

    /// All lines there are stood in a digest.
    pub fn postmaster_lines_shown(&self, now: Timestamp) -> Result<(), StoreError> {
        self.forget_postmaster_lines(now)?;
        self.write("UPDATE postmaster_lines SET shown = 1 WHERE shown = 0", []).map(drop)
    }
}

fn line(row: &Row<'_>) -> rusqlite::Result<PostmasterLine> {
    Ok(PostmasterLine {
        id: row.get("id")?,
        at: row.get("at")?,
        note: row.get::<_, Json<Note>>("note")?.0,
        count: narrow(row.get("count")?)?,
    })
}

const ADD: &str = "
    INSERT INTO postmaster_lines (at, kind, note, count, shown) VALUES (?1, ?2, ?3, 1, 0)
    ON CONFLICT (kind, note) WHERE shown = 0 DO UPDATE SET count = count + 1";
#[cfg(test)]
const UNSHOWN: &str =
    "SELECT id, at, note, count FROM postmaster_lines WHERE shown = 0 ORDER BY id LIMIT ?1";
pub(super) const KINDS: &str = "
    SELECT kind, count(*), sum(count) FROM postmaster_lines WHERE shown = 0 GROUP BY kind ORDER BY kind";
pub(super) const OF_KIND: &str = "
    SELECT id, at, note, count FROM postmaster_lines WHERE shown = 0 AND kind = ?1 ORDER BY count DESC, id LIMIT ?2";
