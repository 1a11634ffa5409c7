//! Reads a file byte by byte within limits, before any parser sees it: size, length of lines, empty lines, encoding.

use std::io::{Error, ErrorKind, Read};

use crate::refusal::{Code, Refusal};

/// What a file may weigh.
#[derive(Clone, Copy, Debug)]
pub struct FileLimits {
    /// The longest line, in bytes; where cells are quoted, one with line ends in it is part of its line.
    pub longest_line: usize,
    /// Whether a cell may be quoted, with line ends in it.
    pub quotes: bool,
    /// The most empty lines one after another.
    pub most_empty_lines: usize,
    /// The most lines one after another that hold separators alone, as spreadsheets end a sheet.
    pub most_blank_lines: usize,
}

impl Default for FileLimits {
    fn default() -> Self {
        Self { longest_line: 64 * 1024, quotes: true, most_empty_lines: 1000, most_blank_lines: 100_000 }
    }
}

/// A file under guard: what breaks a limit ends the reading with a refusal.
pub struct Guarded<R> {
    inner: R,
    limits: FileLimits,
    begun: bool,
    line_length: usize,
    quoted: bool,
    before: u8,
    empty_lines: usize,
    blank: bool,
    blank_lines: usize,
    refusal: Option<Refusal>,
}

impl<R: Read> Guarded<R> {
    /// Guards a file.
    pub fn new(inner: R, limits: FileLimits) -> Self {
        Self {
            inner,
            limits,
            begun: false,
            line_length: 0,
            quoted: false,
            before: b'\n',
            empty_lines: 0,
            blank: true,
            blank_lines: 0,
            refusal: None,
        }
    }

    /// Why reading ended, if the guard ended it.
    pub fn refusal(&self) -> Option<&Refusal> {
        self.refusal.as_ref()
    }

    fn check(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        for byte in bytes {
            match byte {
                0 => return Err(Code::EncodingNotUtf8.into()),
                b'\n' | b'\r' if !self.quoted => {
                    self.empty_lines = if self.line_length == 0 { self.empty_lines + 1 } else { 0 };
                    // A return and its line feed count as two.
                    self.blank_lines = if self.blank { self.blank_lines + 1 } else { 0 };
                    (self.line_length, self.blank) = (0, true);
                    for (count, limit) in [
                        (self.empty_lines, self.limits.most_empty_lines),
                        (self.blank_lines, self.limits.most_blank_lines),
                    ] {
                        if count > limit {
                            return Err(Refusal::new(Code::EmptyLinesMany).with("limit", limit));
                        }
                    }
                }
                _ => {
                    // A quote opens at the start of a cell only; elsewhere it is a sign like any other.
                    let opens = matches!(self.before, b'\n' | b'\r' | b';' | b',' | b'\t');
                    self.quoted = self.limits.quotes && (self.quoted ^ (*byte == b'"' && (self.quoted || opens)));
                    self.blank &= matches!(byte, b';' | b',' | b'\t' | b' ');
                    self.line_length += 1;
                    if self.line_length > self.limits.longest_line {
                        return Err(Refusal::new(Code::LineTooLong).with("limit", self.limits.longest_line));
                    }
                }
            }
            self.before = *byte;
        }
        Ok(())
    }
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let mut bytes = &buffer[..read];
        if !self.begun && read > 0 {
            self.begun = true;
            // The marks of UTF-16, which spreadsheets write when asked for "Unicode text".
            if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
                self.refusal = Some(Code::EncodingNotUtf8.into());
                return Err(Error::from(ErrorKind::InvalidData));
            }
            bytes = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
        }
        let checked = self.check(bytes);
        checked.map_err(|refusal| {
            self.refusal = Some(refusal);
            Error::from(ErrorKind::InvalidData)
        })?;
        Ok(read)
    }
}
