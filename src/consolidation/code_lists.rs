//! Every code list: those of reporting, and the codes of questions and figures.

use std::sync::LazyLock;

use crate::reporting::code_lists::{self, CodeList, entries};

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
