//! Writes and reads snapshots piece by piece: a snapshot is encoded and decoded on a thread
//! of its own, and a piece is in the database before the one after the next is made.

use std::io;
use std::sync::Arc;

use futures::TryStreamExt;
use sqlx::PgConnection;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use crate::service::error::Result;
use crate::store::StoreError;
use crate::store::scores::snapshots::{self, StoredSnapshot};
use renown_core::domain::{ModelVersion, SnapshotId};
use renown_core::scoring::Snapshot;

/// Stores a snapshot under its reserved number, in pieces of at most this many bytes.
pub(super) async fn write(
    conn: &mut PgConnection,
    model: &ModelVersion,
    stored: &StoredSnapshot,
    snapshot: &Arc<Snapshot>,
    piece_bytes: usize,
) -> Result<()> {
    let (pieces, mut written) = mpsc::channel(1);
    let snapshot = Arc::clone(snapshot);
    let encoding = spawn_blocking(move || {
        snapshot.encode_into(PieceWriter {
            piece: Vec::new(),
            piece_bytes,
            pieces,
        })
    });
    let mut number = 0;
    while let Some(piece) = written.recv().await {
        match number {
            0 => snapshots::insert(conn, model, stored, &piece).await?,
            _ => snapshots::insert_piece(conn, stored.id, number, &piece).await?,
        }
        number += 1;
    }
    let encoded = encoding.await.map_err(io::Error::other).flatten();
    Ok(encoded.map_err(failed)?)
}

/// Reads a stored snapshot; `None` if there is none of this number.
pub(in crate::service) async fn read(
    conn: &mut PgConnection,
    id: SnapshotId,
) -> Result<Option<Snapshot>> {
    let mut stored = std::pin::pin!(snapshots::pieces(conn, id));
    let Some(first) = stored.try_next().await? else {
        return Ok(None);
    };
    let (read, pieces) = mpsc::channel(1);
    let decoding = spawn_blocking(move || {
        Snapshot::decode_from(io::BufReader::new(PieceReader {
            piece: io::Cursor::new(first),
            pieces,
        }))
    });
    while let Some(piece) = stored.try_next().await? {
        // The piece cannot be sent if decoding has failed; the error is returned below.
        if read.send(piece).await.is_err() {
            break;
        }
    }
    drop(read);
    let decoded = decoding.await.map_err(io::Error::other).map_err(failed)?;
    Ok(Some(decoded.map_err(StoreError::from)?))
}

fn failed(error: io::Error) -> StoreError {
    sqlx::Error::Io(error).into()
}

/// Collects bytes and sends them in pieces.
struct PieceWriter {
    piece: Vec<u8>,
    piece_bytes: usize,
    pieces: mpsc::Sender<Vec<u8>>,
}

impl PieceWriter {
    fn send(&mut self) -> io::Result<()> {
        let piece = std::mem::take(&mut self.piece);
        let sent = self.pieces.blocking_send(piece);
        sent.map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))
    }
}

impl io::Write for PieceWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.piece.len() >= self.piece_bytes {
            self.send()?;
        }
        let some = bytes.len().min(self.piece_bytes - self.piece.len());
        self.piece.extend_from_slice(&bytes[..some]);
        Ok(some)
    }

    /// Sends the last piece.
    fn flush(&mut self) -> io::Result<()> {
        match self.piece.is_empty() {
            true => Ok(()),
            false => self.send(),
        }
    }
}

/// Reads one piece after the other.
struct PieceReader {
    piece: io::Cursor<Vec<u8>>,
    pieces: mpsc::Receiver<Vec<u8>>,
}

impl io::Read for PieceReader {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.piece.read(to)? {
                0 if !to.is_empty() => match self.pieces.blocking_recv() {
                    Some(piece) => self.piece = io::Cursor::new(piece),
                    None => return Ok(0),
                },
                some => return Ok(some),
            }
        }
    }
}
