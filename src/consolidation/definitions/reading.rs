//! Reads what a definition version is written as into what it means: everything that does not hold is said at once,
//! with its path. The same reading serves what comes with the program, what officers send and what is stored.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use super::expression::read_expressions;
use super::outcomes::{Lasting, Operator, OutcomeRow, OutcomeTable, TableFault};
use super::{Addition, Content, DefinitionSet};
use crate::consolidation::indicator::{Indicator, IndicatorUnit};
use crate::consolidation::outcome::{OutcomeClass, THRESHOLDS};
use crate::consolidation::vocabulary::{Attribute, Condition, Measure};
use crate::refusal::{Code, Refusal};
use crate::reporting::codes::{ContractKind, ExitSituation, TrainingKind};
use crate::text::ShortCode;

/// The most indicators of a version.
const MOST_INDICATORS: usize = 200;
/// The most rows of a table of outcomes.
const MOST_ROWS: usize = 60;

/// What a version says, as it is written: what is absent stays as it is in the version that it is made from.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ContentDraft {
    /// Name in English.
    pub name_en: String,
    /// Name in French.
    pub name_fr: String,
    /// The rows of the table of outcomes, whole.
    #[serde(default)]
    pub outcomes: Option<Vec<OutcomeRowDraft>>,
    /// Indicators that are new or say something else.
    #[serde(default)]
    pub indicators: Vec<IndicatorDraft>,
    /// Codes of indicators that it has no more.
    #[serde(default)]
    pub withdrawn: Vec<String>,
}

/// A row of the table of outcomes, as it is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OutcomeRowDraft {
    /// Codes of situations.
    pub situations: Vec<String>,
    /// Codes of contracts.
    #[serde(default)]
    pub contracts: Vec<String>,
    /// Codes of kinds of training.
    #[serde(default)]
    pub trainings: Vec<String>,
    /// A threshold of duration.
    #[serde(default)]
    pub lasting: Option<LastingDraft>,
    /// The code of the class.
    pub class: String,
}

/// A threshold of duration, as it is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LastingDraft {
    /// The code of the operator.
    pub operator: String,
    /// Whole months.
    pub months: u8,
}

/// An indicator, as it is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IndicatorDraft {
    /// Its code.
    pub code: String,
    /// Its version, where it is known: in what is stored.
    #[serde(default)]
    pub version: Option<u32>,
    /// Name in English.
    pub name_en: String,
    /// Name in French.
    pub name_fr: String,
    /// What it says, in English.
    pub text_en: String,
    /// What it says, in French.
    pub text_fr: String,
    /// Where the definition comes from.
    pub source: String,
    /// The code of its unit.
    pub unit: String,
    /// What is counted or added up.
    pub numerator: Vec<Value>,
    /// What it is divided by.
    #[serde(default)]
    pub denominator: Vec<Value>,
}

/// Everything refused so far.
#[derive(Default)]
pub(super) struct Refusals(pub Vec<Refusal>);

impl Refusals {
    /// Keeps a refusal, or gives the value.
    pub fn keep<T>(&mut self, result: Result<T, Refusal>) -> Option<T> {
        result.map_err(|refusal| self.0.push(refusal)).ok()
    }

    fn text<T: std::str::FromStr<Err = Refusal>>(&mut self, path: &str, text: &str) -> Option<T> {
        self.keep(text.parse().map_err(|refusal: Refusal| refusal.at(path)))
    }

    fn code<T>(&mut self, path: &str, list: &'static str, found: Option<T>) -> Option<T> {
        self.keep(found.ok_or_else(|| Refusal::new(Code::CodeUnknown).at(path).with("list", list)))
    }
}

/// Reads a version over the one that it is made from. Indicators that say what an earlier version said keep its number.
pub(super) fn read(
    draft: &ContentDraft,
    base: Option<&DefinitionSet>,
    known: &[Arc<DefinitionSet>],
) -> Result<(Content, OutcomeTable), Vec<Refusal>> {
    let mut refusals = Refusals::default();
    let name_en = refusals.text("nameEn", &draft.name_en);
    let name_fr = refusals.text("nameFr", &draft.name_fr);
    let outcomes = read_outcomes(draft, base, &mut refusals);
    let indicators = read_indicators(draft, base, &mut refusals);
    let read = (name_en, name_fr, outcomes, indicators);
    let (Some(name_en), Some(name_fr), Some((outcomes, table)), Some(mut indicators)) = read else {
        return Err(refusals.0);
    };
    if !refusals.0.is_empty() {
        return Err(refusals.0);
    }
    for indicator in &mut indicators {
        if indicator.version == 0 {
            indicator.version = version_of(indicator, &outcomes, known);
        }
    }
    Ok((Content { name_en, name_fr, outcomes, indicators }, table))
}

/// Reads a version that comes with the program, over those before it.
pub(super) fn read_built_in(text: &str, before: &[Arc<DefinitionSet>]) -> DefinitionSet {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct BuiltIn {
        code: ShortCode,
        based_on: Option<ShortCode>,
        content: ContentDraft,
    }
    let BuiltIn { code, based_on, content } = serde_json::from_str(text).expect("what comes with the program is JSON");
    let base = based_on.and_then(|base| before.iter().find(|set| set.code == base));
    let read = read(&content, base.map(|base| &**base), before);
    let (content, table) = read.unwrap_or_else(|refusals| panic!("{code} does not hold: {refusals:?}"));
    DefinitionSet::of(code, None, content, table)
}

/// Reads a version as it is stored.
pub(super) fn read_stored(code: ShortCode, addition: Addition, content: &str) -> Option<DefinitionSet> {
    let draft = serde_json::from_str(content).ok()?;
    let (content, table) = read(&draft, None, &[]).ok()?;
    Some(DefinitionSet::of(code, Some(addition), content, table))
}

fn read_outcomes(
    draft: &ContentDraft,
    base: Option<&DefinitionSet>,
    refusals: &mut Refusals,
) -> Option<(Vec<OutcomeRow>, OutcomeTable)> {
    let Some(rows) = &draft.outcomes else {
        let base = base.ok_or_else(|| Refusal::new(Code::RequestMalformed).at("outcomes"));
        return refusals.keep(base).map(|base| (base.content.outcomes.clone(), base.table.clone()));
    };
    if rows.is_empty() || rows.len() > MOST_ROWS {
        refusals.0.push(Refusal::new(Code::DefinitionSize).at("outcomes").with("limit", MOST_ROWS));
        return None;
    }
    let before = refusals.0.len();
    let read =
        rows.iter().enumerate().filter_map(|(place, row)| read_row(row, &format!("outcomes[{place}]"), refusals));
    let rows: Vec<OutcomeRow> = read.collect();
    if refusals.0.len() > before {
        return None;
    }
    let table = OutcomeTable::of(&rows).map_err(|fault| match fault {
        TableFault::Unclassed(situation) => {
            Refusal::new(Code::DefinitionUnclassed).at("outcomes").with("situation", situation.code())
        }
        TableFault::Idle(place) => Refusal::new(Code::DefinitionRowIdle).at(format!("outcomes[{place}]")),
    });
    refusals.keep(table).map(|table| (rows, table))
}

fn read_row(row: &OutcomeRowDraft, at: &str, refusals: &mut Refusals) -> Option<OutcomeRow> {
    macro_rules! codes {
        ($field:ident, $list:ident, $name:literal) => {{
            let mut read = Vec::new();
            for (place, code) in row.$field.iter().enumerate() {
                let path = format!("{at}.{}[{place}]", stringify!($field));
                read.extend(refusals.code(&path, $name, $list::of_code(code)));
            }
            read.sort_unstable();
            read.dedup();
            read
        }};
    }
    let situations = codes!(situations, ExitSituation, "EXIT_SITUATION");
    let contracts = codes!(contracts, ContractKind, "CONTRACT_KIND");
    let trainings = codes!(trainings, TrainingKind, "TRAINING_KIND");
    let class = refusals.code(&format!("{at}.class"), "OUTCOME_CLASS", OutcomeClass::of_code(&row.class));
    let lasting = match &row.lasting {
        Some(lasting) => Some(read_lasting(lasting, &format!("{at}.lasting"), refusals)?),
        None => None,
    };
    // Contracts are of employment and trainings of training: a row that asks for them is about nothing else.
    let strays = [
        ("contracts", !contracts.is_empty(), ExitSituation::Employment),
        ("lasting", lasting.is_some(), ExitSituation::Employment),
        ("trainings", !trainings.is_empty(), ExitSituation::Training),
    ];
    for (field, given, of) in strays {
        if given && situations != [of] {
            refusals.0.push(Refusal::new(Code::DefinitionCondition).at(format!("{at}.{field}")));
        }
    }
    Some(OutcomeRow { situations, contracts, trainings, lasting, class: class? })
}

fn read_lasting(lasting: &LastingDraft, at: &str, refusals: &mut Refusals) -> Option<Lasting> {
    let operator = refusals.code(&format!("{at}.operator"), "OPERATOR", Operator::of_code(&lasting.operator));
    let months = Some(lasting.months).filter(|months| THRESHOLDS.contains(months));
    let months = refusals.code(&format!("{at}.months"), "1, 2, 3, 4, 5, 6, 9, 12, 18, 24", months);
    Some(Lasting { operator: operator?, months: months? })
}

fn read_indicators(
    draft: &ContentDraft,
    base: Option<&DefinitionSet>,
    refusals: &mut Refusals,
) -> Option<Vec<Indicator>> {
    let mut indicators: Vec<Indicator> = base.map(|base| base.content.indicators.clone()).unwrap_or_default();
    for indicator in &mut indicators {
        // Whether it still means the same is told by the whole.
        indicator.version = 0;
    }
    for (place, code) in draft.withdrawn.iter().enumerate() {
        let known = indicators.iter().position(|indicator| indicator.code.as_str() == code);
        if let Some(known) = refusals.code(&format!("withdrawn[{place}]"), "indicators", known) {
            indicators.remove(known);
        }
    }
    let mut written = std::collections::BTreeSet::new();
    for (place, indicator) in draft.indicators.iter().enumerate() {
        let at = format!("indicators[{place}]");
        let Some(indicator) = read_indicator(indicator, &at, refusals) else { continue };
        if !written.insert(indicator.code.clone()) {
            refusals.0.push(Refusal::new(Code::AlreadyRegistered).at(format!("{at}.code")));
            continue;
        }
        match indicators.iter_mut().find(|known| known.code == indicator.code) {
            Some(known) => *known = indicator,
            None => indicators.push(indicator),
        }
    }
    if indicators.is_empty() && draft.indicators.is_empty() || indicators.len() > MOST_INDICATORS {
        refusals.0.push(Refusal::new(Code::DefinitionSize).at("indicators").with("limit", MOST_INDICATORS));
    }
    Some(indicators)
}

fn read_indicator(draft: &IndicatorDraft, at: &str, refusals: &mut Refusals) -> Option<Indicator> {
    let code = refusals.text::<ShortCode>(&format!("{at}.code"), &draft.code);
    let name_en = refusals.text(&format!("{at}.nameEn"), &draft.name_en);
    let name_fr = refusals.text(&format!("{at}.nameFr"), &draft.name_fr);
    let text_en = refusals.text(&format!("{at}.textEn"), &draft.text_en);
    let text_fr = refusals.text(&format!("{at}.textFr"), &draft.text_fr);
    let source = refusals.text(&format!("{at}.source"), &draft.source);
    let unit = refusals.code(&format!("{at}.unit"), "INDICATOR_UNIT", IndicatorUnit::of_code(&draft.unit));
    let expressions = read_expressions(draft, unit, at, refusals);
    let (numerator, denominator) = expressions?;
    Some(Indicator {
        code: code?,
        version: draft.version.unwrap_or(0),
        name_en: name_en?,
        name_fr: name_fr?,
        text_en: text_en?,
        text_fr: text_fr?,
        source: source?,
        unit: unit?,
        numerator,
        denominator,
    })
}

/// The version of an indicator: that of the version which said the same, or the next one. What counts outcome classes
/// says the same only under the same table.
fn version_of(indicator: &Indicator, outcomes: &[OutcomeRow], known: &[Arc<DefinitionSet>]) -> u32 {
    let mut newest = 0;
    for set in known {
        for other in set.content.indicators.iter().filter(|other| other.code == indicator.code) {
            let says_the_same =
                Indicator { version: 0, ..other.clone() } == Indicator { version: 0, ..indicator.clone() };
            if says_the_same && (set.content.outcomes == outcomes || !asks_for_outcomes(indicator)) {
                return other.version;
            }
            newest = newest.max(other.version);
        }
    }
    newest + 1
}

fn asks_for_outcomes(indicator: &Indicator) -> bool {
    indicator.measures().any(|measure| match measure {
        Measure::Count(count) => count.conditions.iter().any(|condition| match condition {
            Condition::In(codes) => codes.attribute() == Attribute::OutcomeClass,
            Condition::Known(attribute) => *attribute == Attribute::OutcomeClass,
            Condition::Age(_) => false,
        }),
        _ => false,
    })
}
