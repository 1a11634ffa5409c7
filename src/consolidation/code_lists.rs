//! Every code list: those of reporting, and the codes of questions and figures.

use std::sync::LazyLock;

use super::outcome::OutcomeClass;
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
            entries(&[
                ["REGION", "Region of delivery", "Région de réalisation"],
                ["PROJECT", "Project", "Projet"],
                ["SEX", "Sex", "Sexe"],
                ["QUARTER", "Calendar quarter", "Trimestre civil"],
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
            "OUTCOME_CLASS",
            ["Class of an exit", "Classe d'une sortie"],
            OutcomeClass::ALL
                .iter()
                .map(|class| Entry::new(class.code(), class.label(Language::En), class.label(Language::Fr)))
                .collect(),
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
