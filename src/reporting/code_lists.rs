//! The registry of code lists: what every code means, in two languages, with the version and the source of its list.
//!
//! A list of the schema's enumerations has the enumeration's name: `ProtectionStatus` is `PROTECTION_STATUS`. Codes of
//! figures are consolidation's to add. A code that was ever stored stays in its list, no longer valid.

use super::codes::*;
use super::themes::SUPPORT_THEMES;
use crate::directory::geography::{COG, DEPARTMENTS, REGIONS};
use crate::refusal::Language;

/// A code list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeList {
    /// Its code, such as `PROTECTION_STATUS`.
    pub code: &'static str,
    /// Its name in English.
    pub name_en: &'static str,
    /// Its name in French.
    pub name_fr: &'static str,
    /// Its version, such as `1` or `COG-2024`: raised whenever an entry changes.
    pub version: &'static str,
    /// Who defines it.
    pub source: &'static str,
    /// The list that the parents of its entries are in.
    pub parent_list: Option<&'static str>,
    /// Its entries, in its own order.
    pub entries: Vec<Entry>,
}

/// A code and what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The code, as sent, stored and shown.
    pub code: &'static str,
    /// What people read in English.
    pub en: &'static str,
    /// What people read in French.
    pub fr: &'static str,
    /// The code of its parent: a department's region, a support kind's theme.
    pub parent: Option<&'static str>,
    /// Whether it may still be sent.
    pub valid: bool,
}

impl CodeList {
    /// A list of our own, in its first version, without parents.
    pub fn new(code: &'static str, [name_en, name_fr]: [&'static str; 2], entries: Vec<Entry>) -> Self {
        Self { code, name_en, name_fr, version: "1", source: "Faisceau", parent_list: None, entries }
    }

    /// Its name in a language.
    pub fn name(&self, language: Language) -> &'static str {
        if language == Language::Fr { self.name_fr } else { self.name_en }
    }

    fn of(self, source: &'static str) -> Self {
        Self { source, ..self }
    }
}

impl Entry {
    /// A valid entry without a parent.
    pub fn new(code: &'static str, en: &'static str, fr: &'static str) -> Self {
        Self { code, en, fr, parent: None, valid: true }
    }

    /// What people read in a language.
    pub fn label(&self, language: Language) -> &'static str {
        if language == Language::Fr { self.fr } else { self.en }
    }
}

/// Entries written out: code, English, French.
pub fn entries(rows: &[[&'static str; 3]]) -> Vec<Entry> {
    rows.iter().map(|[code, en, fr]| Entry::new(code, en, fr)).collect()
}

macro_rules! coded {
    ($list:ident) => {
        $list::ALL
            .iter()
            .map(|value| Entry::new(value.code(), value.label(Language::En), value.label(Language::Fr)))
            .collect::<Vec<_>>()
    };
}

const ESF: &str = "ESF+, Regulation (EU) 2021/1057, Annex I";

/// The lists of what is stated, of the directory, and of the life of reports.
pub fn code_lists() -> Vec<CodeList> {
    let mut lists = participations();
    lists.extend(sections());
    lists.extend(geography());
    lists.extend(workings());
    lists
}

fn participations() -> Vec<CodeList> {
    let kinds = SupportKind::ALL.iter().zip(coded!(SupportKind));
    let kinds = kinds.map(|(kind, entry)| Entry { parent: Some(kind.theme()), ..entry }).collect();
    let themes = SUPPORT_THEMES.iter().map(|theme| Entry::new(theme.code, theme.en, theme.fr)).collect();
    vec![
        CodeList::new("SEX", ["Sex", "Sexe"], coded!(Sex)).of(ESF),
        CodeList::new("PROTECTION_STATUS", ["Protection status", "Statut de protection"], coded!(ProtectionStatus))
            .of("CESEDA, articles L511-1, L512-1, L581-1 and L582-1"),
        CodeList::new("FRENCH_LEVEL", ["French level", "Niveau de français"], coded!(FrenchLevel))
            .of("Council of Europe, CEFR, with two levels below it"),
        CodeList::new("EDUCATION_LEVEL", ["Education level", "Niveau de formation"], coded!(EducationLevel))
            .of("Code du travail, article D6113-19"),
        CodeList::new(
            "LABOUR_STATUS",
            ["Labour-market status", "Situation vis-à-vis de l'emploi"],
            coded!(LabourStatus),
        )
        .of(ESF),
        CodeList::new("FLAG", ["Yes or no", "Oui ou non"], coded!(Flag)),
        CodeList::new("HOUSING", ["Housing situation", "Situation de logement"], coded!(Housing)),
        CodeList {
            parent_list: Some("SUPPORT_THEME"),
            ..CodeList::new("SUPPORT_KIND", ["Kind of support", "Type d'accompagnement"], kinds)
        },
        CodeList::new("SUPPORT_THEME", ["Support theme", "Thématique d'accompagnement"], themes)
            .of("data.inclusion, groups of thematiques v1 (Licence Ouverte 2.0); labels by Faisceau"),
        CodeList::new("EXIT_SITUATION", ["Situation at exit", "Situation à la sortie"], coded!(ExitSituation)),
        CodeList::new("CONTRACT_KIND", ["Kind of contract", "Type de contrat"], coded!(ContractKind)),
        CodeList::new("TRAINING_KIND", ["Kind of training", "Type de formation"], coded!(TrainingKind)),
        CodeList::new(
            "FOLLOW_UP_SITUATION",
            ["Situation six months after", "Situation à six mois"],
            coded!(FollowUpSituation),
        ),
        CodeList::new(
            "IDENTITY_SCHEME",
            ["Numbering scheme of an identity", "Schéma de numéro d'identité"],
            entries(&[
                ["AGDREF", "Foreigner number (AGDREF)", "Numéro étranger (AGDREF)"],
                ["NIR", "Social-security number (NIR)", "Numéro de sécurité sociale (NIR)"],
                ["PROGRAMME", "Number given by the funder", "Numéro donné par le financeur"],
            ]),
        ),
    ]
}

fn sections() -> Vec<CodeList> {
    vec![
        CodeList::new("FUNDING_SOURCE", ["Source of co-financing", "Source de cofinancement"], coded!(FundingSource)),
        CodeList::new("DECLARED_COUNT", ["Declared total", "Total déclaré"], coded!(DeclaredCount)),
    ]
}

fn geography() -> Vec<CodeList> {
    const INSEE: &str = "INSEE, code officiel géographique (Licence Ouverte 2.0)";
    let regions = REGIONS.iter().map(|region| Entry::new(region.code, region.name, region.name)).collect();
    let departments = DEPARTMENTS.iter().map(|department| Entry {
        parent: Some(department.region),
        ..Entry::new(department.code, department.name, department.name)
    });
    vec![
        CodeList { version: COG, ..CodeList::new("REGION", ["Region", "Région"], regions) }.of(INSEE),
        CodeList {
            version: COG,
            parent_list: Some("REGION"),
            ..CodeList::new("DEPARTMENT", ["Department", "Département"], departments.collect())
        }
        .of(INSEE),
    ]
}

fn workings() -> Vec<CodeList> {
    vec![
        CodeList::new(
            "CONSORTIUM_ROLE",
            ["Role in a consortium", "Rôle dans un consortium"],
            entries(&[
                ["TRAINING", "Training", "Formation"],
                ["HOUSING", "Housing or accommodation", "Logement ou hébergement"],
                ["SOCIAL", "Social follow-up", "Accompagnement social"],
                ["EMPLOYMENT", "Access to employment", "Accès à l'emploi"],
                ["LANGUAGE", "Language teaching", "Enseignement de la langue"],
            ]),
        ),
        CodeList::new(
            "PAYMENT_KIND",
            ["Kind of a payment", "Type de versement"],
            entries(&[
                ["ADVANCE", "Advance", "Avance"],
                ["INTERIM", "Interim payment", "Acompte"],
                ["BALANCE", "Balance", "Solde"],
            ]),
        ),
        CodeList::new(
            "REPORT_STATE",
            ["State of a report", "État d'un rapport"],
            entries(&[
                ["DRAFT", "With the partner", "Chez le partenaire"],
                ["AWAITING_CERTIFICATION", "Awaiting certification", "En attente de certification"],
                ["SUBMITTED", "Submitted", "Transmis"],
                ["IN_REVIEW", "Under review", "En instruction"],
                ["RETURNED", "Returned for correction", "Renvoyé pour correction"],
                ["APPROVED", "Approved", "Approuvé"],
                ["SUPERSEDED", "Superseded by a later period", "Remplacé par une période ultérieure"],
            ]),
        ),
        CodeList::new(
            "REPORT_ACTION",
            ["Action on a report", "Action sur un rapport"],
            entries(&[
                ["SUBMIT", "Submit", "Transmettre"],
                ["CERTIFY", "Certify", "Certifier"],
                ["RECALL", "Recall", "Retirer"],
                ["START_REVIEW", "Start the review", "Commencer l'instruction"],
                ["RETURN", "Return for correction", "Renvoyer pour correction"],
                ["APPROVE", "Approve", "Approuver"],
                ["REOPEN", "Reopen", "Rouvrir"],
                ["ANNUL", "Annul", "Annuler"],
            ]),
        ),
        CodeList::new(
            "OBLIGATION_STANDING",
            ["Where a project stands with a report", "Situation d'un projet pour un rapport"],
            entries(&[
                ["NOT_OPEN", "Not open yet", "Pas encore ouvert"],
                ["EXPECTED", "Expected", "Attendu"],
                ["OVERDUE", "Overdue", "En retard"],
                ["DRAFT", "With the partner", "Chez le partenaire"],
                ["AWAITING_CERTIFICATION", "Awaiting certification", "En attente de certification"],
                ["SUBMITTED", "Submitted", "Transmis"],
                ["IN_REVIEW", "Under review", "En instruction"],
                ["RETURNED", "Returned for correction", "Renvoyé pour correction"],
                ["APPROVED", "Approved", "Approuvé"],
                ["SUPERSEDED", "Superseded by a later period", "Remplacé par une période ultérieure"],
            ]),
        ),
        CodeList::new(
            "DIFFERENCE_KIND",
            ["What happened between two versions", "Ce qui s'est passé entre deux versions"],
            entries(&[
                ["ADDED", "Added", "Ajouté"],
                ["REMOVED", "Removed", "Retiré"],
                ["CHANGED", "Changed", "Modifié"],
            ]),
        ),
        CodeList::new(
            "STATEMENT_MODE",
            ["Mode of a submission", "Mode de transmission"],
            entries(&[["REPLACE", "Whole statement", "État entier"], ["UPSERT", "Changes", "Changements"]]),
        ),
        CodeList::new(
            "SEVERITY",
            ["Severity of a finding", "Gravité d'un constat"],
            entries(&[
                ["ERROR", "Error", "Erreur"],
                ["WARNING", "Warning", "Avertissement"],
                ["NOTICE", "Notice", "Information"],
            ]),
        ),
        CodeList::new(
            "ROLE",
            ["Role of a caller", "Rôle d'un appelant"],
            entries(&[
                ["PARTNER", "Partner", "Partenaire"],
                ["OFFICER", "Officer", "Agent du programme"],
                ["ANALYST", "Analyst", "Analyste"],
                ["AUDITOR", "Auditor", "Auditeur"],
                ["OPERATOR", "Operator", "Exploitant"],
            ]),
        ),
        CodeList::new(
            "LANGUAGE",
            ["Language", "Langue"],
            entries(&[["EN", "English", "Anglais"], ["FR", "French", "Français"]]),
        ),
    ]
}
