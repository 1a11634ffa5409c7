//! Support themes: the 16 groups of the *thématiques* of data.inclusion v1, and the theme of each kind of support.
//!
//! Labels are ours: the public list names its 69 values, not its groups.

use super::codes::SupportKind;

/// A support theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SupportTheme {
    /// Its code in data.inclusion, such as `logement-hebergement`.
    pub code: &'static str,
    /// What people read in English.
    pub en: &'static str,
    /// What people read in French.
    pub fr: &'static str,
}

/// The 16 themes, by code.
#[rustfmt::skip]
pub const SUPPORT_THEMES: [SupportTheme; 16] = [
    SupportTheme { code: "choisir-un-metier", en: "Choosing a trade", fr: "Choisir un métier" },
    SupportTheme { code: "creer-une-entreprise", en: "Starting a business", fr: "Créer une entreprise" },
    SupportTheme { code: "difficultes-administratives-ou-juridiques", en: "Administrative or legal difficulties", fr: "Difficultés administratives ou juridiques" },
    SupportTheme { code: "difficultes-financieres", en: "Financial difficulties", fr: "Difficultés financières" },
    SupportTheme { code: "equipement-et-alimentation", en: "Equipment and food", fr: "Équipement et alimentation" },
    SupportTheme { code: "famille", en: "Family", fr: "Famille" },
    SupportTheme { code: "lecture-ecriture-calcul", en: "Reading, writing, arithmetic", fr: "Lecture, écriture, calcul" },
    SupportTheme { code: "logement-hebergement", en: "Housing and accommodation", fr: "Logement et hébergement" },
    SupportTheme { code: "mobilite", en: "Mobility", fr: "Mobilité" },
    SupportTheme { code: "numerique", en: "Digital skills and access", fr: "Numérique" },
    SupportTheme { code: "preparer-sa-candidature", en: "Preparing an application", fr: "Préparer sa candidature" },
    SupportTheme { code: "remobilisation", en: "Regaining confidence", fr: "Remobilisation" },
    SupportTheme { code: "sante", en: "Health", fr: "Santé" },
    SupportTheme { code: "se-former", en: "Training", fr: "Se former" },
    SupportTheme { code: "souvrir-a-linternational", en: "Going international", fr: "S'ouvrir à l'international" },
    SupportTheme { code: "trouver-un-emploi", en: "Finding employment", fr: "Trouver un emploi" },
];

impl SupportKind {
    /// The code of its theme; a kind that touches several has the one of its aim.
    pub fn theme(self) -> &'static str {
        match self {
            Self::TechnicalTraining => "se-former",
            Self::IntensiveFrench => "lecture-ecriture-calcul",
            Self::ManualAndCultural => "remobilisation",
            Self::TransverseModules => "trouver-un-emploi",
            Self::SocialFollowUp => "difficultes-administratives-ou-juridiques",
            Self::Housing => "logement-hebergement",
            Self::Health => "sante",
            Self::Childcare => "famille",
        }
    }
}
