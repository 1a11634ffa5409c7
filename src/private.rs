//! Folders and files that only their owner reads: keys, and the embedded database.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use crate::refusal::{Failure, Outcome};

/// Makes a folder, and those above it, open to their owner only; an existing one is left as it is.
pub fn create_folder(folder: &Path) -> Outcome<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|error| Failure::fault(format!("cannot create {}: {error}", folder.display())))
}

/// Makes a new file, open to its owner only, that is on disk when this returns; refuses one that exists.
pub fn create_file(path: &Path, content: &[u8]) -> Outcome<()> {
    let mut file = new_file(path)?;
    file.write_all(content)
        .and_then(|()| file.sync_all())
        .map_err(|error| Failure::fault(format!("cannot write {}: {error}", path.display())))
}

/// Opens a new file for writing, open to its owner only; refuses one that exists.
pub fn new_file(path: &Path) -> Outcome<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|error| Failure::fault(format!("cannot write {}: {error}", path.display())))
}

/// Refuses a folder that others than its owner can use, or a file in it that they can. One that is not there is not refused.
pub fn check_folder(folder: &Path) -> Outcome<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let files = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|file| file.path());
        for path in std::iter::once(folder.to_owned()).chain(files) {
            let Ok(metadata) = std::fs::metadata(&path) else { continue };
            if metadata.permissions().mode() & 0o077 != 0 {
                let mode = if metadata.is_dir() { "700" } else { "600" };
                let place = path.display();
                return Err(Failure::fault(format!(
                    "{place} is open to others than its owner; run `chmod {mode} {place}`, and make new keys if others have been on this machine"
                )));
            }
        }
    }
    Ok(())
}
