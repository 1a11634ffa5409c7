//! A table as a response: written on the blocking pool while it is sent, so that memory holds a few pieces of it.

use std::io::{self, Write};

use actix_web::HttpResponse;
use actix_web::http::header;
use bytes::Bytes;
use futures_util::StreamExt as _;
use tokio::sync::mpsc::{Sender, channel};

use super::{Format, Table};
use crate::refusal::{Failure, Outcome};

/// How large a piece is, in bytes.
const PIECE: usize = 32 * 1024;

/// How many pieces wait for a slow reader.
const PIECES: usize = 4;

/// A response that saves a table under its name; what fits into one piece has a length.
pub async fn download(table: Table, format: Format) -> Outcome<HttpResponse> {
    let name = format!("attachment; filename=\"{}.{}\"", table.name, format.extension());
    let (sender, mut pieces) = channel(PIECES);
    tokio::task::spawn_blocking(move || {
        let mut out = Pieces { sender, piece: Vec::with_capacity(PIECE) };
        let written = table.write(format, &mut out).and_then(|()| out.flush());
        if let Err(error) = written {
            // The reader has the status already: a broken end tells it that this is not all.
            let _ = out.sender.blocking_send(Err(error));
        }
    });
    let first = match pieces.recv().await {
        Some(first) => first.map_err(|error| Failure::fault(format!("a table could not be written: {error}")))?,
        None => Bytes::new(),
    };
    let mut response = HttpResponse::Ok();
    response
        .content_type(format.content_type())
        .insert_header((header::CONTENT_DISPOSITION, name))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"));
    let Some(second) = pieces.recv().await else { return Ok(response.body(first)) };
    let rest = futures_util::stream::unfold(pieces, |mut pieces| async move {
        pieces.recv().await.map(|piece: io::Result<Bytes>| (piece, pieces))
    });
    Ok(response.streaming(futures_util::stream::iter([Ok(first), second]).chain(rest)))
}

/// The header in which a download says its digest; see [`Table::count_and_digest`].
pub const DIGEST_HEADER: &str = "x-rows-digest";

/// The digest of a table's rows, as the header says it.
pub fn digest(table: &Table) -> Outcome<String> {
    let counted = table.count_and_digest();
    counted.map(|(_, digest)| format!("sha-256={digest}")).map_err(|_| Failure::fault("a table could not be written"))
}

struct Pieces {
    sender: Sender<io::Result<Bytes>>,
    piece: Vec<u8>,
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
        self.sender.blocking_send(Ok(piece)).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}
