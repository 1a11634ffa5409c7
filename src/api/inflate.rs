//! Bodies compressed with gzip, unfolded piece by piece, so that a small body never fills the memory.

use std::io::{self, Write};

use bytes::Bytes;
use flate2::write::GzDecoder;

/// How much is unfolded at once: at the most a thousand times as much comes out.
pub const PIECE: usize = 1024;

/// A gzip stream under way.
pub struct Inflater(GzDecoder<Vec<u8>>);

impl Inflater {
    /// At the beginning of a stream.
    pub fn new() -> Self {
        Self(GzDecoder::new(Vec::new()))
    }

    /// What comes out of the next piece of the stream.
    pub fn unfold(&mut self, piece: &[u8]) -> io::Result<Bytes> {
        self.0.write_all(piece)?;
        Ok(std::mem::take(self.0.get_mut()).into())
    }

    /// What comes last; refused if the stream was cut short or its checksum does not hold.
    pub fn finish(self) -> io::Result<Bytes> {
        self.0.finish().map(Bytes::from)
    }
}
