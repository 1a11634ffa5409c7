//! Definition versions: what every indicator means, and how exits are classed, as data with a digest.
//!
//! The versions that come with the program are known from the beginning and never change; officers add others to a
//! programme. Nothing here counts anything.

pub mod built_in;
mod expression;
pub mod operations;
pub mod outcomes;
pub mod reading;
pub(super) mod store;
pub mod targets;

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use self::outcomes::{OutcomeRow, OutcomeTable};
use super::indicator::Indicator;
use super::vocabulary::Measures;
use crate::clock::Instant;
use crate::id::ProgrammeId;
use crate::refusal::Language;
use crate::reporting::version::Digest;
use crate::storage::journal::Position;
use crate::text::{Name, Reason, ShortCode};

/// A version of the definitions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefinitionSet {
    /// Its code, such as `V1`.
    pub code: ShortCode,
    /// How it came; nothing for those that come with the program.
    pub addition: Option<Addition>,
    /// What it says.
    pub content: Content,
    /// SHA-256 over the canonical text of its content.
    pub digest: Digest,
    /// Its table of outcomes, as its rows make it.
    pub table: OutcomeTable,
    /// Every measure that its indicators are made of.
    pub measures: Arc<Measures>,
}

/// How an officer added a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addition {
    /// To which programme.
    pub programme: ProgrammeId,
    /// From which position on it is known.
    pub position: Position,
    /// The version that it was made from.
    pub based_on: ShortCode,
    /// Whether questions that name no version are answered under it from then on.
    pub standing: bool,
    /// Why.
    pub reason: Reason,
    /// When.
    pub at: Instant,
    /// By whom.
    pub by: String,
}

/// What a version says, in the order in which it is digested.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Content {
    /// Its name in English.
    pub name_en: Name,
    /// Its name in French.
    pub name_fr: Name,
    /// How exits are classed: the first row that takes an exit gives its class.
    pub outcomes: Vec<OutcomeRow>,
    /// The indicators, in the order in which people read them.
    pub indicators: Vec<Indicator>,
}

impl Content {
    /// The text that is stored and digested.
    pub fn canonical(&self) -> String {
        serde_json::to_string(self).expect("definitions are plain data")
    }
}

impl DefinitionSet {
    /// A version of a content, whose rows make this table.
    fn of(code: ShortCode, addition: Option<Addition>, content: Content, table: OutcomeTable) -> Self {
        let digest = Digest(Sha256::digest(content.canonical().as_bytes()).into());
        let measures = Measures::of(content.indicators.iter().flat_map(Indicator::measures).cloned());
        Self { code, addition, content, digest, table, measures }
    }

    /// Its name in a language.
    pub fn name(&self, language: Language) -> &str {
        if language == Language::Fr { self.content.name_fr.as_str() } else { self.content.name_en.as_str() }
    }

    /// From which position on it is known; 0 for those that come with the program.
    pub fn position(&self) -> Position {
        self.addition.as_ref().map(|addition| addition.position).unwrap_or_default()
    }
}

/// The version of a code that a programme knows at a position; without a code, the one that stands: the newest that was
/// added to stand, or the first that comes with the program.
pub fn known<'a>(
    added: impl IntoIterator<Item = &'a Arc<DefinitionSet>>,
    programme: &ProgrammeId,
    position: Position,
    code: Option<&ShortCode>,
) -> Option<Arc<DefinitionSet>> {
    let of_programme = |set: &&Arc<DefinitionSet>| {
        set.addition.as_ref().is_some_and(|a| a.programme == *programme && a.position <= position)
    };
    let mut added = added.into_iter().filter(of_programme);
    match code {
        Some(code) => built_in::all()
            .iter()
            .find(|set| set.code == *code)
            .or_else(|| added.find(|set| set.code == *code))
            .cloned(),
        None => Some(Arc::clone(standing(added))),
    }
}

/// The version that stands in a programme to which these were added.
fn standing<'a>(added: impl IntoIterator<Item = &'a Arc<DefinitionSet>>) -> &'a Arc<DefinitionSet> {
    let stood = added.into_iter().filter(|set| set.addition.as_ref().is_some_and(|addition| addition.standing));
    stood.max_by_key(|set| set.position()).unwrap_or_else(|| built_in::first())
}
