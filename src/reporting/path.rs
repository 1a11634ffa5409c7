//! Places in a version: a section, a record of it, or a field, such as `participations[reference=A-17].exit.on`.
//!
//! The names are those of the GraphQL API. A place holds known names and a reference only, never what somebody typed.

use std::fmt;
use std::str::FromStr;

use super::fields::{Field, kept_fields};
use super::statement::Reference;
use crate::refusal::{Code, Refusal};
use crate::serde_as_text;

/// A section of a version: its name and its fields.
#[derive(Debug, PartialEq, Eq)]
pub struct SectionNames {
    /// Its name.
    pub name: &'static str,
    /// Whether it is a list of records, each with a reference.
    pub has_records: bool,
    /// The fields of the section, or of each of its records.
    fields: &'static [&'static str],
}

impl SectionNames {
    /// The field of a name.
    fn field(&self, name: &str) -> Option<&'static str> {
        let of_participations = kept_fields().map(Field::name).filter(|_| self == PARTICIPATIONS);
        of_participations.chain(self.fields.iter().copied()).find(|known| *known == name)
    }
}

/// Individual participations.
pub const PARTICIPATIONS: &SectionNames = &SectionNames {
    name: "participations",
    has_records: true,
    // The others stand in the table of fields.
    fields: &["identity", "exit", "followUp"],
};

/// Collective actions.
pub const ACTIVITIES: &SectionNames =
    &SectionNames { name: "activities", has_records: true, fields: &["kind", "on", "hours", "headcount"] };

/// Money spent and received.
pub const FINANCE: &SectionNames =
    &SectionNames { name: "finance", has_records: false, fields: &["spending", "cofinancing"] };

/// Totals that the partner states itself.
pub const DECLARED_FIGURES: &SectionNames = &SectionNames { name: "declaredFigures", has_records: false, fields: &[] };

/// What the partner tells in words.
pub const NARRATIVE: &SectionNames =
    &SectionNames { name: "narrative", has_records: false, fields: &["achievements", "difficulties", "outlook"] };

/// Every section, in the order in which people read them.
pub const SECTIONS: [&SectionNames; 5] = [PARTICIPATIONS, ACTIVITIES, FINANCE, DECLARED_FIGURES, NARRATIVE];

/// A place in a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// The section.
    pub section: &'static SectionNames,
    /// The record of it, if the place is within one.
    pub reference: Option<Reference>,
    /// The field, if the place is one.
    pub field: Option<&'static str>,
}

impl FromStr for Path {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        parse(text).ok_or_else(|| Code::PathInvalid.into())
    }
}

fn parse(text: &str) -> Option<Path> {
    let end = text.find(['[', '.']).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let section = SECTIONS.into_iter().find(|section| section.name == name)?;
    let (reference, rest) = match rest.strip_prefix("[reference=") {
        Some(keyed) if section.has_records => {
            let (reference, rest) = keyed.split_once(']')?;
            (Some(reference.parse().ok()?), rest)
        }
        Some(_) => return None,
        None => (None, rest),
    };
    let field = match rest.strip_prefix('.') {
        // A field of a record needs its record.
        Some(field) if section.has_records == reference.is_some() => Some(section.field(field)?),
        Some(_) => return None,
        None if rest.is_empty() => None,
        None => return None,
    };
    Some(Path { section, reference, field })
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.section.name)?;
        if let Some(reference) = &self.reference {
            write!(f, "[reference={reference}]")?;
        }
        if let Some(field) = self.field {
            write!(f, ".{field}")?;
        }
        Ok(())
    }
}

serde_as_text!(Path);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_and_written_back() {
        for text in [
            "finance",
            "finance.spending",
            "participations",
            "participations[reference=A-17]",
            "participations[reference=A-17].exit.on",
            "activities[reference=T/1].hours",
            "declaredFigures",
            "narrative.outlook",
        ] {
            assert_eq!(text.parse::<Path>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_names_no_place_is_refused() {
        for text in [
            "",
            "Finance",
            "finance.",
            "finance.nothing",
            "finance[reference=A-1]",
            "participations.exit.on",
            "participations[reference=]",
            "participations[reference=9912345678]",
            "participations[reference=A-17",
            "participations[reference=A-17]exit",
            "participations[reference=A-17].exit.on.day",
            "participations[place=1]",
            "declaredFigures.SUPPORTED",
        ] {
            assert_eq!(text.parse::<Path>().unwrap_err().code, Code::PathInvalid, "{text}");
        }
    }
}
