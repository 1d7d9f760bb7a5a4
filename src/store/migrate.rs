//! Brings a database to the schema of this program, forward only. A migration is never edited once it was released.

use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};

/// In their order; the schema's version is how many of them were applied (`PRAGMA user_version`).
const MIGRATIONS: &[M<'static>] = &[
    M::up(include_str!("migrations/0001_tickets.sql")),
    M::up(include_str!("migrations/0002_signed_once.sql")),
    M::up(include_str!("migrations/0003_agent_keys.sql")),
    M::up(include_str!("migrations/0005_floods.sql")),
    M::up(include_str!("migrations/0006_wrong_links.sql")),
    M::up(include_str!("migrations/0007_said.sql")),
    M::up(include_str!("migrations/0011_proven_mails.sql")),
];

/// The version this program writes.
pub(super) const LATEST: u32 = 7;

/// The version a database has; 0 where it is new.
pub(super) fn version(connection: &Connection) -> rusqlite::Result<u32> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Applies what is missing. The caller has seen to it that the database is not newer than this program.
pub(super) fn to_latest(connection: &mut Connection) -> Result<(), rusqlite_migration::Error> {
    Migrations::from_slice(MIGRATIONS).to_latest(connection)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_version_is_the_number_of_migrations() {
        assert_eq!(usize::try_from(LATEST).unwrap(), MIGRATIONS.len());
        Migrations::from_slice(MIGRATIONS).validate().unwrap();
    }
}
