//! Every code list: those of reporting, and the codes of questions and figures.

use std::sync::LazyLock;

use super::question::Dimension;
use super::vocabulary::Attribute;
use crate::refusal::Language;
use crate::reporting::code_lists::{self, CodeList, Entry, entries};

static CODE_LISTS: LazyLock<Vec<CodeList>> = LazyLock::new(|| {
    let mut lists = code_lists::code_lists();
    lists.extend(figures());
    lists
});

/// Every code list.
pub fn code_lists() -> &'static [CodeList] {
    &CODE_LISTS
}

/// The list of a code.
pub fn find_code_list(code: &str) -> Option<&'static CodeList> {
    CODE_LISTS.iter().find(|list| list.code == code)
}

fn values(attribute: Attribute) -> Vec<Entry> {
    let label = |place, language| attribute.label(place, language);
    let entry = |(place, code): (usize, &&'static str)| {
        Entry::new(code, label(place, Language::En), label(place, Language::Fr))
    };
    attribute.codes().iter().enumerate().map(entry).collect()
}

fn figures() -> Vec<CodeList> {
    vec![
        CodeList::new(
            "UNIT",
            ["Unit of count", "Unité de compte"],
            entries(&[["PARTICIPATION", "Participations", "Participations"], ["PERSON", "Persons", "Personnes"]]),
        ),
        CodeList::new(
            "DIMENSION",
            ["Grouping", "Ventilation"],
            entries(&Dimension::ALL.iter().map(|dimension| dimension.names()).collect::<Vec<_>>()),
        ),
        CodeList::new("AGE_BAND", ["Age at entry", "Âge à l'entrée"], values(Attribute::AgeBand)),
        CodeList::new(
            "OUTCOME_CLASS",
            ["Outcome class of an exit", "Classe de sortie"],
            values(Attribute::OutcomeClass),
        ),
        CodeList::new(
            "SERIES",
            ["What quarters and years are told of", "Ce que disent les trimestres et les années"],
            entries(&[
                ["FLOW", "What happens in each", "Ce qui a lieu dans chacun"],
                ["CUMULATIVE", "What has happened up to the end of each", "Ce qui a eu lieu jusqu'à la fin de chacun"],
            ]),
        ),
        CodeList::new(
            "DEFINITION_VERSION",
            ["Version of the definitions", "Version des définitions"],
            entries(&[
                ["V1", "Sustainable from six months on", "Durable à partir de six mois"],
                ["V1_MORE_THAN_SIX_MONTHS", "Sustainable beyond six months", "Durable au-delà de six mois"],
            ]),
        ),
        CodeList::new(
            "FIGURE_STATUS",
            ["Whether a figure could be told", "Disponibilité d'un chiffre"],
            entries(&[
                ["EXACT", "Exact", "Exact"],
                ["NO_DENOMINATOR", "Rate over nothing", "Taux sans dénominateur"],
                ["NOT_APPLICABLE", "Not applicable to the selection", "Sans objet pour la sélection"],
            ]),
        ),
    ]
}
