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
            "CHANGE_CAUSE",
            ["What changed a figure", "Ce qui a changé un chiffre"],
            entries(&[
                ["WINDOW", "The window moved with the day", "La fenêtre s'est déplacée avec le jour"],
                ["APPROVAL", "A report version was approved", "Une version de rapport a été approuvée"],
                ["ANNULMENT", "A report version was annulled", "Une version de rapport a été annulée"],
                ["DEFINITION", "A version of the definitions was added", "Une version des définitions a été ajoutée"],
                ["DIRECTORY", "The directory changed", "Le répertoire a changé"],
            ]),
        ),
        CodeList::new(
            "INDICATOR_UNIT",
            ["Unit of a figure", "Unité d'un chiffre"],
            entries(&[
                ["COUNT", "A number", "Un nombre"],
                ["HOURS", "Hours", "Heures"],
                ["EUR", "An amount in EUR", "Un montant en EUR"],
                ["PERCENT", "A part of a whole", "Une part d'un tout"],
                ["EUR_EACH", "An amount in EUR for each", "Un montant en EUR pour chacun"],
                ["HOURS_EACH", "Hours for each", "Heures pour chacun"],
            ]),
        ),
        CodeList::new(
            "CLOSING_STATE",
            ["State of a closing", "État d'un arrêté"],
            entries(&[
                ["PREPARED", "Prepared, waits for review", "Préparé, à relire"],
                ["REVIEWED", "Reviewed, waits for publication", "Relu, à publier"],
                ["PUBLISHED", "Published", "Publié"],
                ["CANCELLED", "Cancelled before publication", "Annulé avant publication"],
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
