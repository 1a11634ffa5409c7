//! The newest version of a project, whole: what a submission builds on and is compared with.

use super::record::{Person, Record, SectionRecord};
use super::sections::Sections;
use super::statement::Participation;

/// The records and sections of a project's newest version; empty if it has none.
#[derive(Clone, Debug, Default)]
pub struct Head {
    records: Vec<Record>,
    section_records: Vec<SectionRecord>,
    sections: Sections,
}

impl Head {
    /// A head of records in any order, and of sections with what they state.
    pub fn new(mut records: Vec<Record>, section_records: Vec<SectionRecord>, sections: Sections) -> Self {
        records.sort_unstable_by(|one, next| one.participation.reference.cmp(&next.participation.reference));
        Self { records, section_records, sections }
    }

    /// The records, by reference.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// The participations, by reference.
    pub fn participations(&self) -> impl Iterator<Item = &Participation<Person>> {
        self.records.iter().map(|record| &record.participation)
    }

    /// The record of a reference.
    pub fn find(&self, reference: &str) -> Option<&Record> {
        let place = self.records.binary_search_by(|record| record.participation.reference.as_str().cmp(reference));
        place.ok().map(|place| &self.records[place])
    }

    /// The sections as they were sealed.
    pub fn section_records(&self) -> &[SectionRecord] {
        &self.section_records
    }

    /// What the sections state.
    pub fn sections(&self) -> &Sections {
        &self.sections
    }
}
