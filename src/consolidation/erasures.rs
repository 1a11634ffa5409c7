//! Which versions have lost records by law: what rests on them was computed without those records, at every position.

use std::collections::{BTreeMap, BTreeSet};

use crate::id::ProjectId;

/// The versions of each project that have lost records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Erasures {
    versions: BTreeMap<ProjectId, BTreeSet<u32>>,
}

impl Erasures {
    /// Takes note that versions have lost records.
    pub fn add(&mut self, erased: impl IntoIterator<Item = (ProjectId, u32)>) {
        for (project, version) in erased {
            self.versions.entry(project).or_default().insert(version);
        }
    }

    /// Whether a version of a project has lost records.
    pub fn touched(&self, project: &ProjectId, version: u32) -> bool {
        self.versions.get(project).is_some_and(|versions| versions.contains(&version))
    }
}
