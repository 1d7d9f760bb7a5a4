//! How the program's types stand in columns: numbers as integers, names as words, everything with parts as JSON.

use rusqlite::ToSql;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::desk::event::{LetterKind, MessageRef};
use crate::desk::people::AgentId;
use crate::desk::{Number, TicketId};
use crate::mail::{Address, Class, MessageId, Timestamp};

/// A value with parts, as the JSON that serde makes of it.
pub(super) struct Json<T>(pub T);

impl<T: Serialize> ToSql for Json<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let json = serde_json::to_string(&self.0)
            .map_err(|e| rusqlite::Error::ToSqlConversionFailure(Box::new(e)))?;
        Ok(ToSqlOutput::from(json))
    }
}
impl<T: DeserializeOwned> FromSql for Json<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        serde_json::from_str(value.as_str()?)
            .map(Self)
            .map_err(|e| FromSqlError::Other(Box::new(e)))
    }
}

/// Newtypes around an integer.
macro_rules! integers {
    ($($type:ident($inner:ty)),*) => { $(
        impl rusqlite::ToSql for $type {
            fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
                Ok(i64::from(self.0).into())
            }
        }
        impl rusqlite::types::FromSql for $type {
            fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
                let value = value.as_i64()?;
                <$inner>::try_from(value).map(Self).map_err(|_| rusqlite::types::FromSqlError::OutOfRange(value))
            }
        }
    )* };
}
integers!(TicketId(u32), AgentId(u16), Number(i64), Timestamp(i64), MessageRef(i64));

/// Newtypes around a text that is checked when it is read.
macro_rules! texts {
    ($($type:ident),*) => { $(
        impl ToSql for $type {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(ToSqlOutput::from(self.as_str()))
            }
        }
        impl FromSql for $type {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                let text = value.as_str()?;
                Self::parse(text).ok_or_else(|| unknown(stringify!($type), text))
            }
        }
    )* };
}
texts!(Address, MessageId);

/// Both ways between a type and its words, from one table; a value without a word does not compile.
macro_rules! words {
    ($($type:ident { $($value:ident = $word:literal),* $(,)? })*) => { $(
        impl rusqlite::ToSql for $type {
            fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
                Ok(match self { $(Self::$value => $word),* }.into())
            }
        }
        impl rusqlite::types::FromSql for $type {
            fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
                match value.as_str()? {
                    $($word => Ok(Self::$value),)*
                    other => Err($crate::store::columns::unknown(stringify!($type), other)),
                }
            }
        }
    )* };
}

/// As `words`, for types of the store's own: `word` is what listings print.
macro_rules! named {
    ($type:ident { $($value:ident = $word:literal),* $(,)? }) => {
        impl $type {
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$value => $word),* }
            }
        }
        $crate::store::columns::words! { $type { $($value = $word),* } }
    };
}
pub(super) use {integers, named, words};

words! {
    Class {
        Human = "human", AutoReply = "auto_reply", Bounce = "bounce", Report = "report", List = "list",
        Receipt = "receipt", Unparsable = "unparsable",
    }
    LetterKind {
        Verification = "verification", Question = "question", Credentials = "credentials",
        Acknowledgement = "acknowledgement", Reply = "reply", Reminder = "reminder", Notice = "notice", Notification = "notification",
        Report = "report",
    }
}

pub(super) fn unknown(column: &str, text: &str) -> FromSqlError {
    FromSqlError::Other(format!("{text:?} is no {column}").into())
}

/// A count or key in the width that the program uses for it.
pub(super) fn narrow<T: TryFrom<i64>>(value: i64) -> rusqlite::Result<T> {
    T::try_from(value).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(0, value))
}
