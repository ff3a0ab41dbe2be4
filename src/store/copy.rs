//! Rows in the binary format of `COPY … FROM STDIN`, the fastest way to insert many rows
//! (PostgreSQL documentation, "COPY", section "Binary Format"). Values are encoded as they are
//! for parameters of statements.

use serde::Serialize;
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArgumentBuffer, Postgres};
use sqlx::{Encode, Type};

use crate::store::Result;

/// The beginning of every stream: the signature, no flags, no extension.
const HEAD: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// The length that stands for a null.
const NULL: i32 = -1;
/// The number of columns that stands for the end.
const END: i16 = -1;
/// The version of the binary form of `jsonb`.
const JSONB: u8 = 1;

/// A buffer of rows with the same number of columns.
#[derive(Debug)]
pub(super) struct Rows {
    columns: i16,
    buffer: PgArgumentBuffer,
}

impl Rows {
    /// Creates a buffer for rows with a number of columns, without any row.
    pub(super) fn new(columns: i16) -> Self {
        let mut buffer = PgArgumentBuffer::default();
        buffer.extend_from_slice(HEAD);
        Self { columns, buffer }
    }

    /// Begins a row, whose values must follow in the order of the `COPY` statement.
    pub(super) fn row(&mut self) -> &mut Self {
        self.buffer.extend_from_slice(&self.columns.to_be_bytes());
        self
    }

    /// Adds a value. Its type must be exactly that of the column, because the binary format
    /// converts nothing.
    ///
    /// # Errors
    /// If the value is outside the range of the column's type.
    pub(super) fn value<'q, T>(&mut self, value: T) -> Result<&mut Self>
    where
        T: Encode<'q, Postgres> + Type<Postgres>,
    {
        self.encoded(|buffer| value.encode(buffer))
    }

    /// Adds a value for a column of the type `jsonb`, or a null.
    ///
    /// # Errors
    /// If the value has no form in JSON.
    pub(super) fn json(&mut self, value: Option<&impl Serialize>) -> Result<&mut Self> {
        self.encoded(|buffer| {
            let Some(value) = value else {
                return Ok(IsNull::Yes);
            };
            buffer.push(JSONB);
            serde_json::to_writer(&mut **buffer, value)?;
            Ok(IsNull::No)
        })
    }

    /// Returns the bytes to send.
    pub(super) fn into_bytes(mut self) -> Vec<u8> {
        self.buffer.extend_from_slice(&END.to_be_bytes());
        std::mem::take(&mut *self.buffer)
    }

    /// Writes a value after its length.
    fn encoded(
        &mut self,
        write: impl FnOnce(&mut PgArgumentBuffer) -> std::result::Result<IsNull, BoxDynError>,
    ) -> Result<&mut Self> {
        let begin = self.buffer.len();
        self.buffer.extend_from_slice(&NULL.to_be_bytes());
        let value = self.buffer.len();
        let written = write(&mut self.buffer).map_err(sqlx::Error::Encode)?;
        if matches!(written, IsNull::No) {
            let length = i32::try_from(self.buffer.len() - value);
            let length = length.map_err(|too_long| sqlx::Error::Encode(too_long.into()))?;
            self.buffer[begin..value].copy_from_slice(&length.to_be_bytes());
        }
        Ok(self)
    }
}
