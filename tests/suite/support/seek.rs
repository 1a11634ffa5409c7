//! Looks for identities in bytes, in every encoding in which they might have been kept.

use std::collections::HashMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use data_encoding::{BASE64, HEXLOWER, HEXUPPER};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256};

/// How many bytes of a pattern are looked up at once; no pattern is shorter.
const START: usize = 8;

/// An identity that was sent somewhere and must be nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Canary {
    pub scheme: &'static str,
    pub value: String,
}

impl Canary {
    /// The ways in which people write it.
    fn written(&self) -> Vec<String> {
        let mut written = vec![self.value.clone()];
        if self.scheme == "NIR" {
            let digits = &self.value;
            written.push(digits[..13].to_owned());
            let cuts = [0, 1, 3, 5, 7, 10, 13, 15];
            written.push(cuts.windows(2).map(|cut| &digits[cut[0]..cut[1]]).collect::<Vec<_>>().join(" "));
        }
        if self.scheme == "PROGRAMME" {
            written.push(self.value.replace('-', ""));
            written.push(self.value.to_lowercase());
        }
        written
    }

    /// Its encodings: what each is called, and its bytes.
    pub fn encodings(&self) -> Vec<(&'static str, Vec<u8>)> {
        let mut encodings = Vec::new();
        for text in self.written() {
            let bytes = text.as_bytes();
            encodings.push(("plain", bytes.to_vec()));
            encodings.push(("UTF-16LE", text.encode_utf16().flat_map(u16::to_le_bytes).collect()));
            encodings.push(("UTF-16BE", text.encode_utf16().flat_map(u16::to_be_bytes).collect()));
            encodings.push(("hex", HEXLOWER.encode(bytes).into_bytes()));
            encodings.push(("HEX", HEXUPPER.encode(bytes).into_bytes()));
            for (name, place) in [("base64", 0), ("base64, one further", 1), ("base64, two further", 2)] {
                encodings.push((name, base64_within(bytes, place)));
            }
            let mut encoded = String::new();
            for byte in bytes {
                let _ = write!(encoded, "%{byte:02X}");
            }
            encodings.push(("URL, lower case", encoded.to_lowercase().into_bytes()));
            encodings.push(("URL", encoded.into_bytes()));
            if text.contains(' ') {
                encodings.push(("URL, spaces only", text.replace(' ', "%20").into_bytes()));
            }
            for hashed in [text.clone(), format!("{}:{text}", self.scheme)] {
                let hashes = [
                    (["MD5", "MD5, hex", "MD5, HEX", "MD5, base64"], Md5::digest(&hashed).to_vec()),
                    (["SHA-1", "SHA-1, hex", "SHA-1, HEX", "SHA-1, base64"], Sha1::digest(&hashed).to_vec()),
                    (["SHA-256", "SHA-256, hex", "SHA-256, HEX", "SHA-256, base64"], Sha256::digest(&hashed).to_vec()),
                ];
                for ([raw, small, capital, base64], hash) in hashes {
                    encodings.push((small, HEXLOWER.encode(&hash).into_bytes()));
                    encodings.push((capital, HEXUPPER.encode(&hash).into_bytes()));
                    encodings.push((base64, BASE64.encode(&hash).into_bytes()));
                    encodings.push((raw, hash));
                }
            }
        }
        encodings
    }
}

/// The characters of base64 that say nothing but these bytes, when so many bytes stand before them in their group.
fn base64_within(bytes: &[u8], place: usize) -> Vec<u8> {
    let padded = [&vec![0; place][..], bytes].concat();
    let encoded = BASE64.encode(&padded);
    let first = (place * 8).div_ceil(6);
    let last = padded.len() * 8 / 6;
    encoded.as_bytes()[first..last].to_vec()
}

/// Three bytes as a number: what a pattern begins with, so that most places of most files are passed over at once.
fn beginning(bytes: &[u8]) -> usize {
    usize::from(bytes[0]) | usize::from(bytes[1]) << 8 | usize::from(bytes[2]) << 16
}

/// A search for many canaries at once.
pub struct Seeker {
    by_start: HashMap<[u8; START], Vec<(Vec<u8>, String)>>,
    possible: Vec<bool>,
}

impl Seeker {
    /// A search for some canaries.
    pub fn of(canaries: &[Canary]) -> Self {
        let mut seeker = Self { by_start: HashMap::new(), possible: vec![false; 1 << 24] };
        for canary in canaries {
            for (encoding, pattern) in canary.encodings() {
                let start: [u8; START] = pattern[..START].try_into().expect("no pattern is short");
                seeker.possible[beginning(&start)] = true;
                let name = format!("{} {} as {encoding}", canary.scheme, canary.value);
                seeker.by_start.entry(start).or_default().push((pattern, name));
            }
        }
        seeker
    }

    /// What is found in some bytes, each once.
    pub fn seek(&self, bytes: &[u8]) -> Vec<String> {
        let mut found = Vec::new();
        for at in 0..bytes.len().saturating_sub(START - 1) {
            if !self.possible[beginning(&bytes[at..])] {
                continue;
            }
            let start: [u8; START] = bytes[at..at + START].try_into().expect("as long as that");
            for (pattern, name) in self.by_start.get(&start).into_iter().flatten() {
                if bytes[at..].starts_with(pattern) && !found.contains(name) {
                    found.push(name.clone());
                }
            }
        }
        found
    }

    /// What is found in a file that others write too, such as a database server's: digits within a longer run of
    /// hexadecimal ones are somebody's random identifier.
    pub fn seek_in_file(&self, file: &Path) -> (Vec<String>, usize) {
        let mut bytes = std::fs::read(file).unwrap_or_default();
        blot_identifiers(&mut bytes);
        let name = file.to_string_lossy().into_owned();
        (self.seek(&bytes).into_iter().map(|what| format!("{name}: {what}")).collect(), bytes.len())
    }

    /// What is found in the files of a folder and of its folders; also how many files and bytes there were.
    pub fn seek_in_files(&self, folder: &Path) -> (Vec<String>, usize, usize) {
        let (mut found, mut size) = (Vec::new(), 0);
        let files = files_of(folder);
        for file in &files {
            let bytes = std::fs::read(file).unwrap_or_default();
            size += bytes.len();
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            found.extend(self.seek(&bytes).into_iter().map(|what| format!("{name}: {what}")));
        }
        (found, files.len(), size)
    }
}

/// Takes runs of hexadecimal digits out that are as long as random identifiers are, and no hash or number of a person.
fn blot_identifiers(bytes: &mut [u8]) {
    let mut start = 0;
    while start < bytes.len() {
        let digits = |byte: &&u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'-');
        let run = bytes[start..].iter().take_while(digits).count();
        let has_letters = bytes[start..start + run].iter().any(u8::is_ascii_lowercase);
        let is_encoded = [20, 26, 30, 32].contains(&run);
        // With letters among them these are no digits of a number; a number in hexadecimal, or its hash, is as long as those.
        if (17..=36).contains(&run) && has_letters && !is_encoded {
            bytes[start..start + run].fill(b'~');
        }
        start += run.max(1);
    }
}

/// Every file of a folder and of its folders.
pub fn files_of(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path());
    entries.flat_map(|path| if path.is_dir() { files_of(&path) } else { vec![path] }).collect()
}
