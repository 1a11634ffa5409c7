//! `faisceau pseudonymise`: at the partner, replaces the identity numbers of a file by stage one, line by line.
//!
//! It needs the programme's key, no database and no service. It never shows a number: a row that cannot be used is
//! told by its line and gets no identity.

mod csv;
mod ndjson;

use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use zeroize::Zeroizing;

use super::told;
use crate::access::keys;
use crate::private;
use crate::refusal::{Failure, Outcome};
use crate::reporting::identity::{self, Identity, ProgrammeKey, Scheme};
use crate::reporting::intake::{FileLimits, Guarded};

#[derive(Args)]
pub(super) struct PseudonymiseArguments {
    /// A CSV file with a heading, or a file with one JSON object per line.
    file: PathBuf,
    /// The file of the programme's key, 64 hexadecimal digits.
    #[arg(long, conflicts_with = "key_variable")]
    key: Option<PathBuf>,
    /// The variable that holds the programme's key.
    #[arg(long, value_name = "NAME", default_value = "FAISCEAU_PROGRAMME_KEY")]
    key_variable: String,
    /// The file to write, which must not be there yet; standard output if absent.
    #[arg(short, long)]
    output: Option<PathBuf>,
}

/// Exit code 0: every identity was turned; 1: some could not be used, their rows have none; 2: nothing was done.
pub(super) fn pseudonymise(arguments: &PseudonymiseArguments) -> ExitCode {
    match convert(arguments) {
        Ok(tally) => {
            eprintln!("{tally}");
            ExitCode::from(u8::from(tally.unusable_count() > 0))
        }
        Err(failure) => {
            eprintln!("faisceau: {}", told(&failure));
            ExitCode::from(2)
        }
    }
}

fn convert(arguments: &PseudonymiseArguments) -> Outcome<Tally> {
    let key = read_key(arguments)?;
    let unreadable = |error| Failure::fault(format!("cannot read {}: {error}", arguments.file.display()));
    let file = BufReader::with_capacity(64 * 1024, File::open(&arguments.file).map_err(unreadable)?);
    match &arguments.output {
        None => rewrite(file, std::io::stdout().lock(), &key),
        Some(path) => {
            let output = private::new_file(path)?;
            let done = rewrite(file, &output, &key).and_then(|tally| match output.sync_all() {
                Ok(()) => Ok(tally),
                Err(error) => Err(unwritable(&error)),
            });
            if done.is_err() {
                remove(path);
            }
            done
        }
    }
}

fn remove(path: &Path) {
    if let Err(error) = std::fs::remove_file(path) {
        eprintln!("faisceau: {} is incomplete and could not be removed: {error}", path.display());
    }
}

fn read_key(arguments: &PseudonymiseArguments) -> Outcome<ProgrammeKey> {
    let (text, from) = match &arguments.key {
        Some(path) => (std::fs::read_to_string(path).ok(), path.display().to_string()),
        None => (std::env::var(&arguments.key_variable).ok(), arguments.key_variable.clone()),
    };
    let text = Zeroizing::new(text.ok_or_else(|| {
        Failure::fault(format!(
            "no key in {from}: give --key FILE or --key-variable NAME, as you got it from the funder"
        ))
    })?);
    keys::parse_programme_key(&text)
        .ok_or_else(|| Failure::fault(format!("the key in {from} is not 64 hexadecimal digits in small letters")))
}

/// Reads a file, writes it anew, and counts.
fn rewrite(mut file: impl BufRead, output: impl Write, key: &ProgrammeKey) -> Outcome<Tally> {
    let start = file.fill_buf().map_err(|error| unreadable(&error))?;
    let is_json = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start().starts_with(b"{");
    let mut guarded = Guarded::new(file, FileLimits { quotes: !is_json, ..FileLimits::default() });
    let mut desk = Desk { key, output: BufWriter::new(output), tally: Tally::default() };
    let done = if is_json { ndjson::rewrite(&mut guarded, &mut desk) } else { csv::rewrite(&mut guarded, &mut desk) };
    let done = done.and_then(|()| desk.output.flush().map_err(|error| unwritable(&error)));
    match guarded.refusal() {
        Some(refusal) => Err(refusal.clone().into()),
        None => done.map(|()| desk.tally),
    }
}

fn unreadable(error: &std::io::Error) -> Failure {
    Failure::fault(format!("cannot read the file: {error}"))
}

fn unwritable(error: &std::io::Error) -> Failure {
    Failure::fault(format!("cannot write: {error}"))
}

/// Where each identity comes by: the key, the output, the counts.
struct Desk<'k, W: Write> {
    key: &'k ProgrammeKey,
    output: BufWriter<W>,
    tally: Tally,
}

impl<W: Write> Desk<'_, W> {
    /// Stage one of an identity, in hexadecimal; what cannot be used is told by its line and gives nothing.
    fn stage_one(&mut self, line: u64, scheme: Option<Scheme>, number: &str) -> Option<String> {
        let judged =
            scheme.map_or(Identity::Malformed, |scheme| identity::pseudonymise(scheme, number.trim(), self.key));
        match judged {
            Identity::Known(stage_one) => {
                self.tally.pseudonymised_count += 1;
                Some(stage_one.hexadecimal())
            }
            Identity::Placeholder => {
                self.tally.placeholder_count += 1;
                eprintln!("line {line}: the number is a placeholder, or its key is wrong; the row gets no identity");
                None
            }
            _ => {
                self.malformed(line);
                None
            }
        }
    }

    fn malformed(&mut self, line: u64) {
        self.tally.malformed_count += 1;
        eprintln!("line {line}: the identity is not of the form of its scheme; the row gets none");
    }

    fn write(&mut self, bytes: &[u8]) -> Outcome<()> {
        self.output.write_all(bytes).map_err(|error| unwritable(&error))
    }
}

/// What came of the rows of a file.
#[derive(Default)]
struct Tally {
    pseudonymised_count: u64,
    kept_count: u64,
    absent_count: u64,
    placeholder_count: u64,
    malformed_count: u64,
}

impl Tally {
    fn unusable_count(&self) -> u64 {
        self.placeholder_count + self.malformed_count
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "turned into stage one: {}; stage one already: {}; without identity: {}; placeholders: {}; malformed: {}",
            self.pseudonymised_count, self.kept_count, self.absent_count, self.placeholder_count, self.malformed_count
        )
    }
}
