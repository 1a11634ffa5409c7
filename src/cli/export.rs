//! `faisceau demo --export`: the story as the files that partners would push and that a funder would bring along.

use std::path::Path;

use indicatif::ProgressBar;

use crate::demo::{Export, Exported, Story};
use crate::refusal::{Failure, Outcome};

/// Writes the story into a folder that is empty or not there yet.
pub(super) fn export(folder: &Path) -> Outcome<()> {
    let story = Story::tell();
    let export = Export::of(&story);
    write(&export, folder)?;
    println!(
        "{} versions of {} projects, with directory.json, manifest.json and history.json, are in {}.",
        export.version_count(),
        story.projects.len(),
        folder.display()
    );
    Ok(())
}

/// Writes an export into a folder that is empty or not there yet.
pub fn write(export: &Export<'_>, folder: &Path) -> Outcome<()> {
    let failed = |path: &Path, error: std::io::Error| {
        Failure::fault(format!("cannot write {}: {}", path.display(), error.kind()))
    };
    std::fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
    if std::fs::read_dir(folder).map_err(|error| failed(folder, error))?.next().is_some() {
        return Err(Failure::fault(format!("{} is not empty; name another folder", folder.display())));
    }
    let bar = ProgressBar::new(export.version_count() as u64);
    let written = export.write(|Exported { path, content }| {
        let path = folder.join(path);
        let parent = path.parent().unwrap_or(folder);
        std::fs::create_dir_all(parent).and_then(|()| std::fs::write(&path, content)).map_err(|e| failed(&path, e))?;
        bar.inc(1);
        Ok(())
    });
    bar.finish_and_clear();
    written
}
