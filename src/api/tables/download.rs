//! A table as a response: written on the blocking pool while it is sent, so that memory holds a few pieces of it.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header;
use bytes::Bytes;
use futures_util::StreamExt as _;
use tokio::runtime::Handle;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::timeout;

use super::{Format, MOST_ROWS_OF_A_WORKBOOK, Table};
use crate::refusal::{Code, Failure, Outcome, Refusal};

/// How large a piece is, in bytes.
const PIECE: usize = 32 * 1024;

/// How many pieces wait for a slow reader.
const PIECES: usize = 4;

/// How long a reader may take none before the rest is given up: others wait for the place of what is being sent.
const PATIENCE: Duration = Duration::from_secs(30);

/// A response that saves a table under its name; what fits into one piece has a length. Something may be held until all
/// of it is sent or given up, such as a place at the gate.
pub async fn download(table: Table, format: Format, held: impl Send + 'static) -> Outcome<HttpResponse> {
    let name = format!("attachment; filename=\"{}.{}\"", table.name, format.extension());
    let (sender, pieces) = channel(PIECES);
    let is_whole = Arc::new(AtomicBool::new(false));
    let mut pieces = Sent { pieces, is_whole: Arc::clone(&is_whole), ended: false };
    tokio::task::spawn_blocking(move || {
        let _held = held;
        let mut out = Pieces { sender, piece: Vec::with_capacity(PIECE), patience: PATIENCE };
        match table.write(format, &mut out).and_then(|()| out.flush()) {
            Ok(()) => is_whole.store(true, Ordering::Release),
            Err(error) => tracing::info!(%error, "a table was not sent whole"),
        }
    });
    let broken = |error| Failure::fault(format!("a table could not be written: {error}"));
    let first = pieces.next().await.transpose().map_err(broken)?.unwrap_or_default();
    let mut response = HttpResponse::Ok();
    response
        .content_type(format.content_type())
        .insert_header((header::CONTENT_DISPOSITION, name))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"));
    let Some(second) = pieces.next().await else { return Ok(response.body(first)) };
    let rest = futures_util::stream::unfold(pieces, |mut pieces| async move { Some((pieces.next().await?, pieces)) });
    Ok(response.streaming(futures_util::stream::iter([Ok(first), second]).chain(rest)))
}

/// The pieces of a table as they are sent. A table that was not written whole ends with an error: its reader has the status
/// already, and must not take a part for the whole.
struct Sent {
    pieces: Receiver<Bytes>,
    is_whole: Arc<AtomicBool>,
    ended: bool,
}

impl Sent {
    async fn next(&mut self) -> Option<io::Result<Bytes>> {
        if self.ended {
            return None;
        }
        let piece = self.pieces.recv().await;
        self.ended = piece.is_none();
        match piece {
            Some(piece) => Some(Ok(piece)),
            None if self.is_whole.load(Ordering::Acquire) => None,
            None => Some(Err(io::ErrorKind::UnexpectedEof.into())),
        }
    }
}

/// The header in which a download says its digest; see [`Table::count_and_digest`].
pub const DIGEST_HEADER: &str = "x-rows-digest";

/// The digest of a table's rows, as the header says it; refuses a workbook that would be too large.
pub fn digest(table: &Table, format: Format) -> Outcome<String> {
    let counted = table.count_and_digest();
    let (count, digest) = counted.map_err(|_| Failure::fault("a table could not be written"))?;
    let limit = MOST_ROWS_OF_A_WORKBOOK;
    if format == Format::Xlsx && count > u64::from(limit) {
        let refusal = Refusal::new(Code::ExportTooLarge).at("format");
        return Err(refusal.with("count", count).with("limit", limit).into());
    }
    Ok(format!("sha-256={digest}"))
}

struct Pieces {
    sender: Sender<Bytes>,
    piece: Vec<u8>,
    patience: Duration,
}

impl Pieces {
    fn send(&self, piece: Bytes) -> io::Result<()> {
        let sent = Handle::current().block_on(async { timeout(self.patience, self.sender.send(piece)).await });
        match sent {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(io::ErrorKind::BrokenPipe.into()),
            Err(_) => Err(io::ErrorKind::TimedOut.into()),
        }
    }
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let piece = Bytes::from(std::mem::replace(&mut self.piece, Vec::with_capacity(PIECE)));
        self.send(piece)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_that_takes_nothing_holds_nothing_for_ever_and_a_part_is_not_taken_for_the_whole() {
        actix_web::rt::System::new().block_on(taking_nothing());
    }

    async fn taking_nothing() {
        let (sender, pieces) = channel(PIECES);
        let held = Arc::new(());
        let watched = Arc::downgrade(&held);
        let written = tokio::task::spawn_blocking(move || {
            let _held = held;
            let mut out = Pieces { sender, piece: Vec::new(), patience: Duration::from_millis(50) };
            (0..=PIECES).try_for_each(|_| out.write_all(&[0; PIECE]))
        });
        assert_eq!(written.await.unwrap().unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert!(watched.upgrade().is_none());
        let mut sent = Sent { pieces, is_whole: Arc::default(), ended: false };
        for _ in 0..PIECES {
            assert_eq!(sent.next().await.unwrap().unwrap().len(), PIECE);
        }
        assert_eq!(sent.next().await.unwrap().unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        assert!(sent.next().await.is_none());
    }
}
