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
    M::up(include_str!("migrations/0008_erasure.sql")),
    M::up(include_str!("migrations/0009_read_by_agents.sql")),
    M::up(include_str!("migrations/0010_bounded.sql")),
    M::up(include_str!("migrations/0011_proven_mails.sql")),
];

/// The version this program writes.
pub(super) const LATEST: u32 = 10;

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
    fn how_long_a_ticket_is_closed_is_known_of_those_from_before() {
        let mut old = Connection::open_in_memory().unwrap();
        Migrations::from_slice(MIGRATIONS).to_version(&mut old, 6).unwrap();
        for (id, closed, body) in [
            (1, 1, r#"{"state":{"closed":{"outcome":"fail","at":1000}}}"#),
            (2, 1, r#"{"state":{"merged":{"into":1}}}"#),
            (3, 1, "damaged"),
            (4, 0, r#"{"state":"open"}"#),
        ] {
            let sql = "INSERT INTO tickets (id, number, queue, state, closed, priority, escalated, created_at, updated_at, body)
                VALUES (?1, ?1, 'q', 'x', ?2, 3, 0, 1, 2000, ?3)";
            old.execute(sql, (id, closed, body)).unwrap();
        }
        to_latest(&mut old).unwrap();
        let mut statement = old.prepare("SELECT closed_at FROM tickets ORDER BY id").unwrap();
        let closed: Vec<Option<i64>> =
            statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        assert_eq!(closed, [Some(1000), Some(2000), Some(2000), None]);
    }

    #[test]
    fn the_latest_version_is_the_number_of_migrations() {
        assert_eq!(usize::try_from(LATEST).unwrap(), MIGRATIONS.len());
        Migrations::from_slice(MIGRATIONS).validate().unwrap();
    }
}
