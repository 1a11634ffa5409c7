//! A record's canonical text, its salted hash, and the digest of a version over such hashes.
//!
//! The salt lets one record be erased by law while every other stays checkable: a hash without its salt and record
//! says nothing.

use std::fmt::Write;

use sha2::{Digest as _, Sha256};

use super::sections::Section;
use super::statement::{Participation, Support};
use super::version::Digest;
use crate::directory::period::Quarter;
use crate::id::ProjectId;

/// A person's random identifier; nothing about the person can be computed from it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonId(pub String);

/// The person of a stored participation: linked, or known by project and reference only.
pub type Person = Option<PersonId>;

/// A participation as it stands in versions, with its salted hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The participation.
    pub participation: Participation<Person>,
    /// Sixteen random bytes.
    pub salt: [u8; 16],
    /// SHA-256 of salt and canonical text.
    pub hash: [u8; 32],
}

impl Record {
    /// Seals a participation with a fresh salt.
    pub fn seal(participation: Participation<Person>) -> Self {
        let salt = crate::clock::random_bytes();
        let hash = salted_hash(&salt, &participation);
        Self { participation, salt, hash }
    }

    /// Whether the hash is that of the participation.
    pub fn holds(&self) -> bool {
        salted_hash(&self.salt, &self.participation) == self.hash
    }
}

/// A section as it stands in versions, with its salted hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectionRecord {
    /// Which section.
    pub section: Section,
    /// Its text.
    pub content: String,
    /// Sixteen random bytes.
    pub salt: [u8; 16],
    /// SHA-256 of salt, the section's code and its text.
    pub hash: [u8; 32],
}

impl SectionRecord {
    /// Seals a section with a fresh salt.
    pub fn seal(section: Section, content: String) -> Self {
        let salt = crate::clock::random_bytes();
        let hash = section_hash(&salt, section, &content);
        Self { section, content, salt, hash }
    }

    /// Whether the hash is that of the section.
    pub fn holds(&self) -> bool {
        section_hash(&self.salt, self.section, &self.content) == self.hash
    }
}

fn section_hash(salt: &[u8; 16], section: Section, content: &str) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(salt);
    hasher.update(section.code());
    hasher.update(b"\n");
    hasher.update(content);
    hasher.finalize().into()
}

fn salted_hash(salt: &[u8; 16], participation: &Participation<Person>) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(salt);
    let person = participation.person.as_ref().map_or("", |person| person.0.as_str());
    hasher.update(canonical(participation, person));
    hasher.finalize().into()
}

/// The header of a version, as far as its digest covers it.
pub struct Header<'a> {
    /// The project.
    pub project: &'a ProjectId,
    /// The version's number.
    pub number: u32,
    /// The period.
    pub period: Quarter,
    /// The rule set.
    pub rule_set: u32,
}

/// The digest of a version: its header, the hashes of its records in the order of their references, then those of its
/// sections in the order of [`Section::ALL`].
pub fn version_digest(
    header: &Header<'_>,
    mut records: Vec<(&str, [u8; 32])>,
    sections: Vec<(Section, [u8; 32])>,
) -> Digest {
    records.sort_unstable();
    ordered_digest(header, records.into_iter().map(|(_, hash)| hash), sections)
}

/// The same over hashes of records that are in order already.
pub fn ordered_digest(
    header: &Header<'_>,
    records: impl IntoIterator<Item = [u8; 32]>,
    mut sections: Vec<(Section, [u8; 32])>,
) -> Digest {
    sections.sort_unstable();
    let mut hasher = Sha256::new();
    hasher.update(b"faisceau/version/1\n");
    hasher.update(format!("{}\n{}\n{}\n{}\n", header.project, header.number, header.period, header.rule_set));
    for hash in records {
        hasher.update(hash);
    }
    for (section, hash) in sections {
        hasher.update(section.code());
        hasher.update(hash);
    }
    Digest(hasher.finalize().into())
}

/// A participation with its person as text: one line per field, in a fixed order; absent values are empty lines.
pub fn canonical<P>(p: &Participation<P>, person: &str) -> String {
    let mut text = String::with_capacity(400);
    let exit = p.exit.as_ref();
    let mut line = |value: &dyn std::fmt::Display| {
        let _ = writeln!(text, "{value}");
    };
    line(&p.reference);
    line(&person);
    line(&p.entry_on);
    line(&p.sex.code());
    line(&p.birth_year);
    line(&p.protection_status.code());
    line(&p.french_at_entry.code());
    line(&p.education.code());
    line(&p.labour_status.code());
    line(&p.residence_department);
    line(&p.priority_district.code());
    line(&p.rural_area.code());
    line(&p.disability.code());
    line(&p.housing_at_entry.code());
    line(&supports_text(&p.supports));
    line(&optional(exit.map(|exit| exit.on)));
    line(&exit.map_or("", |exit| exit.situation.code()));
    line(&exit.and_then(|exit| exit.contract).map_or("", |kind| kind.code()));
    line(&optional(exit.and_then(|exit| exit.contract_from)));
    line(&optional(exit.and_then(|exit| exit.contract_to)));
    line(&exit.and_then(|exit| exit.training).map_or("", |kind| kind.code()));
    line(&exit.map_or("", |exit| exit.french.code()));
    line(&exit.map_or("", |exit| exit.housing.code()));
    line(&exit.map_or("", |exit| exit.financial_autonomy.code()));
    line(&optional(p.follow_up.as_ref().map(|follow_up| follow_up.observed_on)));
    line(&p.follow_up.as_ref().map_or("", |follow_up| follow_up.situation.code()));
    text
}

fn optional<T: std::fmt::Display>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// Supports as JSON, as they are stored: `[["INTENSIVE_FRENCH","2021-Q3",60],…]` in order.
pub fn supports_text(supports: &[Support]) -> String {
    let mut text = String::with_capacity(2 + supports.len() * 36);
    text.push('[');
    for (place, support) in supports.iter().enumerate() {
        let comma = if place == 0 { "" } else { "," };
        let _ = write!(text, "{comma}[\"{}\",\"{}\",{}]", support.kind.code(), support.quarter, support.hours);
    }
    text.push(']');
    text
}

/// Reads supports as they are stored.
pub fn supports_of(text: &str) -> Option<Vec<Support>> {
    let rows: Vec<(&str, &str, u32)> = serde_json::from_str(text).ok()?;
    rows.into_iter()
        .map(|(kind, quarter, hours)| {
            let kind = super::codes::SupportKind::of_code(kind)?;
            Some(Support { kind, quarter: quarter.parse().ok()?, hours })
        })
        .collect()
}
