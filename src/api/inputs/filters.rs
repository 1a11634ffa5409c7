//! Which participations a question selects, as callers of either skin write it.

use crate::api::graphql::inputs::Reader;
use crate::consolidation::question::Filter;
use crate::consolidation::vocabulary::{Attribute, Codes};
use crate::id::{OrganisationId, ProjectId};
use crate::refusal::{Code, Refusal};

/// A filter as text.
#[derive(Default)]
pub struct FilterTexts<'a> {
    /// INSEE codes of the regions of delivery.
    pub regions: Vec<String>,
    /// INSEE codes of the departments of delivery.
    pub departments: Vec<String>,
    /// Identifiers of projects.
    pub projects: Vec<&'a str>,
    /// Identifiers of organisations that lead them.
    pub organisations: Vec<&'a str>,
    /// Codes of calls.
    pub calls: Vec<String>,
    /// Sectors or trades.
    pub sectors: Vec<String>,
    /// Codes of attributes, each with the name of its field.
    pub codes: Vec<(Attribute, &'static str, Vec<&'a str>)>,
}

impl FilterTexts<'_> {
    /// Reads the filter; what does not hold is kept under the path of its field.
    pub fn read(self, reader: &mut Reader, path: &str) -> Filter {
        let at = |field: &str| if path.is_empty() { field.to_owned() } else { format!("{path}.{field}") };
        let projects = self.projects.iter().filter_map(|id| reader.read::<ProjectId>(&at("projects"), id)).collect();
        let organisations = self
            .organisations
            .iter()
            .filter_map(|id| reader.read::<OrganisationId>(&at("organisations"), id))
            .collect();
        let mut codes = Vec::new();
        for (attribute, field, texts) in self.codes {
            if !texts.is_empty() {
                let unknown = || Refusal::new(Code::CodeUnknown).with("list", list_of(attribute));
                codes.extend(reader.keep(&at(field), Codes::of(attribute, texts).ok_or_else(unknown)));
            }
        }
        Filter {
            regions: self.regions,
            departments: self.departments,
            projects,
            organisations,
            calls: self.calls,
            sectors: self.sectors,
            codes,
        }
    }
}

/// The code list that the codes of an attribute are in.
fn list_of(attribute: Attribute) -> &'static str {
    match attribute {
        Attribute::Education => "EDUCATION_LEVEL",
        Attribute::ResidenceRegion => "REGION",
        Attribute::PriorityDistrict | Attribute::RuralArea | Attribute::Disability => "FLAG",
        attribute => attribute.code(),
    }
}
