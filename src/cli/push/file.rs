//! The file that is sent: what it is, what names its content, and its way to the server, in parts.

use std::fs::File;
use std::io::{Error, Read, Seek};
use std::path::Path;

use data_encoding::HEXLOWER;
use indicatif::ProgressBar;
use sha2::{Digest, Sha256};

use super::{Interrupt, Stop};

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A table.
    Csv,
    /// One JSON object per line.
    Lines,
    /// One JSON document.
    Document,
    /// A workbook.
    Workbook,
}

impl Format {
    /// The format of a file by its extension, or else by how it begins.
    pub fn of_file(path: &Path) -> Result<Self, Stop> {
        let extension = path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
        match extension.as_deref() {
            Some("csv" | "tsv" | "txt") => return Ok(Self::Csv),
            Some("ndjson" | "jsonl") => return Ok(Self::Lines),
            Some("xlsx") => return Ok(Self::Workbook),
            Some("xls" | "ods") => {
                return Err(Stop::Usage("save the workbook as XLSX or CSV (UTF-8), and push that file".to_owned()));
            }
            _ => {}
        }
        let mut start = Vec::new();
        let opened = File::open(path).and_then(|file| file.take(64 * 1024).read_to_end(&mut start));
        opened.map_err(|error| unreadable(path, &error))?;
        Ok(Self::of_start(&start))
    }

    /// The format of a file that begins so: JSON lines have a whole object on their first line.
    fn of_start(start: &[u8]) -> Self {
        let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start();
        let first_line = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let is_whole = serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(first_line);
        match (start.first(), is_whole) {
            (Some(b'{'), Ok(object)) if !object.contains_key("participations") => Self::Lines,
            (Some(b'{'), _) => Self::Document,
            _ => Self::Csv,
        }
    }

    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv",
            Self::Lines => "application/x-ndjson",
            Self::Document => "application/json",
            Self::Workbook => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// A file that was read once: how long it is and what names its content.
pub(super) struct Content {
    file: File,
    length: u64,
    hash: String,
}

impl Content {
    /// Reads a file to its end, in parts.
    pub(super) fn read(path: &Path) -> Result<Self, Stop> {
        let hash = || {
            let mut file = File::open(path)?;
            let (mut hasher, mut part, mut length) = (Sha256::new(), vec![0; 64 * 1024], 0_u64);
            loop {
                let read = file.read(&mut part)?;
                if read == 0 {
                    return Ok::<_, Error>((file, length, hasher.finalize()));
                }
                hasher.update(&part[..read]);
                length += read as u64;
            }
        };
        let (file, length, hash) = hash().map_err(|error| unreadable(path, &error))?;
        Ok(Self { file, length, hash: HEXLOWER.encode(&hash) })
    }

    /// How many bytes it has.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// The idempotency key of this content in its place: the same push has the same key, whenever it is sent.
    pub(super) fn key(&self, project: &str, period: &str, base_version: u32, mode: &str) -> String {
        let named = format!("faisceau push\n{project}\n{period}\n{base_version}\n{mode}\n{}", self.hash);
        format!("push-{}", HEXLOWER.encode(&Sha256::digest(named)))
    }

    /// The content from its start, once more.
    pub(super) fn reader<'a>(&'a self, bar: &'a ProgressBar, interrupt: &'a Interrupt) -> std::io::Result<Upload<'a>> {
        (&self.file).rewind()?;
        bar.set_position(0);
        // A file that grows meanwhile is sent as it was named.
        Ok(Upload { file: (&self.file).take(self.length), bar, interrupt })
    }
}

/// A file on its way.
pub(super) struct Upload<'a> {
    file: std::io::Take<&'a File>,
    bar: &'a ProgressBar,
    interrupt: &'a Interrupt,
}

impl Read for Upload<'_> {
    fn read(&mut self, part: &mut [u8]) -> std::io::Result<usize> {
        if self.interrupt.is_wished() {
            return Err(Error::other("interrupted"));
        }
        let read = self.file.read(part)?;
        self.bar.inc(read as u64);
        Ok(read)
    }
}

/// A file that cannot be read, in words that hold nothing of it.
pub(super) fn unreadable(path: &Path, error: &Error) -> Stop {
    Stop::Usage(format!("cannot read {}: {}", path.display(), error.kind()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_known_by_how_files_begin() {
        let line = "{\"reference\": \"A-1\"}\n";
        for (start, format) in [
            ("reference;date_entree\n", Format::Csv),
            ("\u{feff}reference;date_entree\r\n", Format::Csv),
            (line, Format::Lines),
            ("\n\n{\"finance\": {}}\n{", Format::Lines),
            ("{\n  \"participations\": []\n}", Format::Document),
            ("{\"participations\": [], \"baseVersion\": 1}", Format::Document),
            ("", Format::Csv),
        ] {
            assert_eq!(Format::of_start(start.as_bytes()), format, "{start}");
        }
    }
}
