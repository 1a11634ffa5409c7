//! Columns read where they lie: stored text or bytes become a value, and nothing is copied on the way.
//!
//! A row of thirty texts costs thirty allocations otherwise, and a start of the service reads millions of rows.

use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::sql_types::{Binary, Text};

use super::connection::{MultiBackend, MultiRawValue};

/// A column's value; nothing if what is stored is out of form, which whoever reads the row has to say.
#[derive(Clone, Debug, FromSqlRow)]
pub struct InPlace<T>(pub Option<T>);

/// A value that is stored as text.
pub trait OfText: Sized {
    /// The value of a text, if it is one.
    fn of_text(text: &str) -> Option<Self>;
}

impl<T: OfText> FromSql<Text, MultiBackend> for InPlace<T> {
    fn from_sql(value: MultiRawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(match value {
            MultiRawValue::Postgresql(value) => std::str::from_utf8(value.as_bytes()).ok().and_then(T::of_text),
            MultiRawValue::Sqlite(mut value) => T::of_text(value.read_text()),
        }))
    }
}

impl<const N: usize> FromSql<Binary, MultiBackend> for InPlace<[u8; N]> {
    fn from_sql(value: MultiRawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(match value {
            MultiRawValue::Postgresql(value) => value.as_bytes().try_into().ok(),
            MultiRawValue::Sqlite(mut value) => value.read_blob().try_into().ok(),
        }))
    }
}
