//! A request body as a file: parts come in on the event loop, a thread reads them as they come.

use std::io::{Error, ErrorKind, Read};

use bytes::Bytes;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::access::keys::RequestMac;
use crate::refusal::{Code, Refusal};

/// How many parts wait for their reader at most: the body stays in the network until it is wanted.
const WAITING_PARTS: usize = 8;

/// A part of a body, or its end.
pub enum Part {
    /// Bytes.
    Bytes(Bytes),
    /// The body came whole.
    End,
    /// The body did not come whole.
    Broken(Refusal),
}

/// The reading end.
pub struct Pipe {
    parts: Receiver<Part>,
    part: Bytes,
    mac: RequestMac,
    whole: bool,
    refusal: Option<Refusal>,
}

/// Both ends of a pipe; what passes is hashed under way.
pub fn pipe(mac: RequestMac) -> (Sender<Part>, Pipe) {
    let (sender, parts) = channel(WAITING_PARTS);
    (sender, Pipe { parts, part: Bytes::new(), mac, whole: false, refusal: None })
}

impl Pipe {
    /// The keyed hash of what was read, or why the body did not come whole.
    pub fn finish(self) -> Result<[u8; 32], Refusal> {
        match self.refusal {
            Some(refusal) => Err(refusal),
            None => Ok(self.mac.finish()),
        }
    }

    /// Why the body did not come whole, if it did not.
    pub fn refusal(&self) -> Option<&Refusal> {
        self.refusal.as_ref()
    }
}

impl Read for Pipe {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        while self.part.is_empty() && !self.whole {
            match self.parts.blocking_recv() {
                Some(Part::Bytes(bytes)) => self.part = bytes,
                Some(Part::End) => self.whole = true,
                broken => {
                    let refusal = match broken {
                        Some(Part::Broken(refusal)) => refusal,
                        _ => Code::BodyIncomplete.into(),
                    };
                    self.refusal = Some(refusal);
                    return Err(Error::from(ErrorKind::UnexpectedEof));
                }
            }
        }
        let taken = self.part.split_to(self.part.len().min(buffer.len()));
        buffer[..taken.len()].copy_from_slice(&taken);
        self.mac.update(&taken);
        Ok(taken.len())
    }
}
