//! The catalogue of indicators: code, names, what is divided by what. No rate exists without its two parts.

use std::sync::LazyLock;

use super::outcome::OutcomeClass;
use super::vocabulary::{Attribute, Codes, Condition, Event, Measure};

/// A defined figure.
#[derive(Debug)]
pub struct Indicator {
    /// Stable code.
    pub code: &'static str,
    /// Name in English.
    pub name_en: &'static str,
    /// Name in French.
    pub name_fr: &'static str,
    /// What it says, in English.
    pub text_en: &'static str,
    /// What it says, in French.
    pub text_fr: &'static str,
    /// What is counted or added up.
    pub numerator: Measure,
    /// What it is divided by, for rates.
    pub denominator: Option<Measure>,
    /// Where the definition comes from.
    pub source: &'static str,
}

use OutcomeClass::{OtherTraining, QualifyingTraining, SustainableEmployment, TransitionEmployment};

const EMPLOYMENT: &[OutcomeClass] = &[SustainableEmployment, TransitionEmployment];
const TRAINING: &[OutcomeClass] = &[QualifyingTraining, OtherTraining];
const POSITIVE: &[OutcomeClass] = &[SustainableEmployment, TransitionEmployment, QualifyingTraining, OtherTraining];
const CALL: &str = "PIC, call for projects on refugees' integration";
const IAE: &str = "Integration through economic activity (IAE), exit classes";

/// Left in the window, to one of some classes.
fn exits_to(classes: &[OutcomeClass]) -> Measure {
    let codes = Codes::of(Attribute::OutcomeClass, classes.iter().map(|class| class.code()));
    Measure::count(Event::Exits, codes.map(Condition::In))
}

/// Left in the window, without those neutralised.
fn exits_counted() -> Measure {
    exits_to(&OutcomeClass::ALL[..6])
}

/// Every indicator, in the order in which people read them.
pub static INDICATORS: LazyLock<Vec<Indicator>> = LazyLock::new(catalogue);

fn catalogue() -> Vec<Indicator> {
    vec![
        Indicator {
            code: "SUPPORTED",
            name_en: "Supported",
            name_fr: "Accompagnés",
            text_en: "In a project on at least one day of the window.",
            text_fr: "Dans un projet au moins un jour de la fenêtre.",
            numerator: Measure::count(Event::Supported, []),
            denominator: None,
            source: CALL,
        },
        Indicator {
            code: "ENTRIES",
            name_en: "Entries",
            name_fr: "Entrées",
            text_en: "Entered a project in the window.",
            text_fr: "Entrés dans un projet pendant la fenêtre.",
            numerator: Measure::count(Event::Entries, []),
            denominator: None,
            source: CALL,
        },
        Indicator {
            code: "EXITS",
            name_en: "Exits",
            name_fr: "Sorties",
            text_en: "Left in the window; a person has left when present in no selected project at its end.",
            text_fr: "Sortis pendant la fenêtre ; une personne est sortie si elle n'est présente à la fin dans aucun projet retenu.",
            numerator: Measure::count(Event::Exits, []),
            denominator: None,
            source: CALL,
        },
        Indicator {
            code: "PRESENT",
            name_en: "Present at the end",
            name_fr: "Présents à la fin",
            text_en: "Still in a project when the window ends.",
            text_fr: "Encore dans un projet à la fin de la fenêtre.",
            numerator: Measure::count(Event::Present, []),
            denominator: None,
            source: CALL,
        },
        Indicator {
            code: "NEUTRALISED_EXITS",
            name_en: "Neutralised exits",
            name_fr: "Sorties neutralisées",
            text_en: "Left for health, maternity or death: exits that no rate counts.",
            text_fr: "Sortis pour santé, maternité ou décès : sorties qu'aucun taux ne compte.",
            numerator: exits_to(&[OutcomeClass::Neutralised]),
            denominator: None,
            source: IAE,
        },
        Indicator {
            code: "POSITIVE_EXITS",
            name_en: "Positive exits",
            name_fr: "Sorties positives",
            text_en: "Left to employment or training of any kind (the wide sense of the call).",
            text_fr: "Sortis vers l'emploi ou la formation, quelle qu'elle soit (sens large de l'appel).",
            numerator: exits_to(POSITIVE),
            denominator: None,
            source: CALL,
        },
        Indicator {
            code: "EMPLOYMENT_EXITS",
            name_en: "Exits to employment",
            name_fr: "Sorties vers l'emploi",
            text_en: "Left to any employment.",
            text_fr: "Sortis vers un emploi, quel qu'il soit.",
            numerator: exits_to(EMPLOYMENT),
            denominator: None,
            source: IAE,
        },
        Indicator {
            code: "SUSTAINABLE_EXITS",
            name_en: "Exits to sustainable employment",
            name_fr: "Sorties vers l'emploi durable",
            text_en: "Left to a permanent contract, a contract of six months, public service or an own business.",
            text_fr: "Sortis vers un CDI, un contrat de six mois, la fonction publique ou la création d'entreprise.",
            numerator: exits_to(&[SustainableEmployment]),
            denominator: None,
            source: IAE,
        },
        Indicator {
            code: "TRAINING_EXITS",
            name_en: "Exits to training",
            name_fr: "Sorties vers la formation",
            text_en: "Left to training, qualifying or other.",
            text_fr: "Sortis vers une formation, qualifiante ou autre.",
            numerator: exits_to(TRAINING),
            denominator: None,
            source: CALL,
        },
        Indicator {
            code: "POSITIVE_EXIT_RATE",
            name_en: "Positive-exit rate",
            name_fr: "Taux de sorties positives",
            text_en: "Positive exits over exits that are not neutralised.",
            text_fr: "Sorties positives sur sorties non neutralisées.",
            numerator: exits_to(POSITIVE),
            denominator: Some(exits_counted()),
            source: CALL,
        },
        Indicator {
            code: "EMPLOYMENT_RATE",
            name_en: "Employment rate",
            name_fr: "Taux d'accès à l'emploi",
            text_en: "Exits to employment over exits that are not neutralised.",
            text_fr: "Sorties vers l'emploi sur sorties non neutralisées.",
            numerator: exits_to(EMPLOYMENT),
            denominator: Some(exits_counted()),
            source: IAE,
        },
        Indicator {
            code: "SUSTAINABLE_RATE_OF_EXITS",
            name_en: "Sustainable-employment rate, of exits",
            name_fr: "Taux d'emploi durable, sur les sorties",
            text_en: "Exits to sustainable employment over exits that are not neutralised.",
            text_fr: "Sorties vers l'emploi durable sur sorties non neutralisées.",
            numerator: exits_to(&[SustainableEmployment]),
            denominator: Some(exits_counted()),
            source: IAE,
        },
        Indicator {
            code: "SUSTAINABLE_RATE_OF_EMPLOYMENT",
            name_en: "Sustainable-employment rate, of exits to employment",
            name_fr: "Taux d'emploi durable, sur les sorties vers l'emploi",
            text_en: "Exits to sustainable employment over exits to employment.",
            text_fr: "Sorties vers l'emploi durable sur sorties vers l'emploi.",
            numerator: exits_to(&[SustainableEmployment]),
            denominator: Some(exits_to(EMPLOYMENT)),
            source: IAE,
        },
        Indicator {
            code: "TRAINING_RATE",
            name_en: "Training rate",
            name_fr: "Taux d'accès à la formation",
            text_en: "Exits to training, qualifying or other, over exits that are not neutralised.",
            text_fr: "Sorties vers la formation, qualifiante ou autre, sur sorties non neutralisées.",
            numerator: exits_to(TRAINING),
            denominator: Some(exits_counted()),
            source: CALL,
        },
        Indicator {
            code: "PROJECTS",
            name_en: "Projects",
            name_fr: "Projets",
            text_en: "Projects whose agreement meets the window.",
            text_fr: "Projets dont la convention rencontre la fenêtre.",
            numerator: Measure::Projects,
            denominator: None,
            source: CALL,
        },
        Indicator {
            code: "GRANTS",
            name_en: "Grants",
            name_fr: "Subventions",
            text_en: "Grants of the projects whose agreement meets the window, whole.",
            text_fr: "Subventions des projets dont la convention rencontre la fenêtre, entières.",
            numerator: Measure::Grants,
            denominator: None,
            source: CALL,
        },
        Indicator {
            code: "ELIGIBLE_COST",
            name_en: "Eligible cost",
            name_fr: "Coût éligible",
            text_en: "Eligible cost of the projects whose agreement meets the window, whole.",
            text_fr: "Coût éligible des projets dont la convention rencontre la fenêtre, entier.",
            numerator: Measure::EligibleCost,
            denominator: None,
            source: CALL,
        },
        Indicator {
            code: "INTERVENTION_RATE",
            name_en: "Intervention rate",
            name_fr: "Taux d'intervention",
            text_en: "Grants over eligible cost.",
            text_fr: "Subventions sur coût éligible.",
            numerator: Measure::Grants,
            denominator: Some(Measure::EligibleCost),
            source: CALL,
        },
    ]
}

/// The indicator of a code.
pub fn find_indicator(code: &str) -> Option<&'static Indicator> {
    INDICATORS.iter().find(|indicator| indicator.code == code)
}
