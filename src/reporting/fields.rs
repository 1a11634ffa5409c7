//! The fields of a participation, in one table: their names in the API, their headers in spreadsheets, how each is
//! written as text and what it is when it changes.
//!
//! Files, differences and exports all name fields from here.

use super::record::supports_text;
use super::statement::{Exit, Participation};
use crate::text;

/// A field of a participation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The partner's own key.
    Reference,
    /// First day.
    EntryOn,
    /// Sex.
    Sex,
    /// Year of birth.
    BirthYear,
    /// Protection status at entry.
    ProtectionStatus,
    /// French level at entry.
    FrenchAtEntry,
    /// Highest education level.
    Education,
    /// Labour status at entry.
    LabourStatus,
    /// Department of residence.
    ResidenceDepartment,
    /// Lives in a priority district.
    PriorityDistrict,
    /// Lives in a rural area.
    RuralArea,
    /// Has a recognised disability.
    Disability,
    /// Housing at entry.
    HousingAtEntry,
    /// Supports received.
    Supports,
    /// Last day.
    ExitOn,
    /// What the person went to.
    ExitSituation,
    /// The contract.
    ExitContract,
    /// The contract's first day.
    ExitContractFrom,
    /// The contract's last day.
    ExitContractTo,
    /// The training.
    ExitTraining,
    /// French level at exit.
    ExitFrench,
    /// Housing at exit.
    ExitHousing,
    /// Financial autonomy at exit.
    ExitFinancialAutonomy,
    /// The day of the six-month observation.
    FollowUpObservedOn,
    /// The situation six months after.
    FollowUpSituation,
    /// Only when sent: the scheme of the identity number.
    IdentityScheme,
    /// Only when sent: the identity number.
    IdentityValue,
    /// Only when sent: an AGDREF number.
    IdentityAgdref,
    /// Only when sent: a NIR.
    IdentityNir,
    /// Only when sent: a number given by the funder.
    IdentityProgramme,
    /// Only when sent: the pseudonym that the partner computed.
    IdentityStageOne,
}

/// What the table says of a field: itself, its name in the API, its header in English, its header in French, further headers.
type Row = (Field, &'static str, &'static str, &'static str, &'static [&'static str]);

const TABLE: &[Row] = &[
    (Field::Reference, "reference", "reference", "reference", &["ref", "numero_dossier", "id_participation"]),
    (Field::EntryOn, "entryOn", "entry_on", "date_entree", &["entry_date", "entree", "date_d_entree"]),
    (Field::Sex, "sex", "sex", "sexe", &["gender", "genre"]),
    (Field::BirthYear, "birthYear", "birth_year", "annee_naissance", &["annee_de_naissance", "year_of_birth"]),
    (Field::ProtectionStatus, "protectionStatus", "protection_status", "statut_protection", &["statut_de_protection"]),
    (Field::FrenchAtEntry, "frenchAtEntry", "french_at_entry", "francais_entree", &["niveau_francais_entree"]),
    (Field::Education, "education", "education", "niveau_formation", &["education_level", "niveau_d_etudes"]),
    (Field::LabourStatus, "labourStatus", "labour_status", "situation_emploi", &["statut_emploi_entree"]),
    (
        Field::ResidenceDepartment,
        "residenceDepartment",
        "residence_department",
        "departement_residence",
        &["department", "departement", "departement_de_residence"],
    ),
    (Field::PriorityDistrict, "priorityDistrict", "priority_district", "qpv", &["quartier_prioritaire"]),
    (Field::RuralArea, "ruralArea", "rural_area", "frr", &["zone_rurale"]),
    (Field::Disability, "disability", "disability", "rqth", &["handicap"]),
    (Field::HousingAtEntry, "housingAtEntry", "housing_at_entry", "logement_entree", &[]),
    (Field::Supports, "supports", "supports", "accompagnements", &[]),
    (Field::ExitOn, "exit.on", "exit_on", "date_sortie", &["exit_date", "sortie", "date_de_sortie"]),
    (Field::ExitSituation, "exit.situation", "exit_situation", "situation_sortie", &["motif_sortie"]),
    (Field::ExitContract, "exit.contract", "exit_contract", "type_contrat", &["contrat"]),
    (Field::ExitContractFrom, "exit.contractFrom", "contract_from", "date_debut_contrat", &["debut_contrat"]),
    (Field::ExitContractTo, "exit.contractTo", "contract_to", "date_fin_contrat", &["fin_contrat"]),
    (Field::ExitTraining, "exit.training", "exit_training", "type_formation", &["formation_sortie"]),
    (Field::ExitFrench, "exit.french", "french_at_exit", "francais_sortie", &["niveau_francais_sortie"]),
    (Field::ExitHousing, "exit.housing", "housing_at_exit", "logement_sortie", &[]),
    (
        Field::ExitFinancialAutonomy,
        "exit.financialAutonomy",
        "financial_autonomy",
        "autonomie_financiere",
        &["autonomie_financiere_sortie"],
    ),
    (Field::FollowUpObservedOn, "followUp.observedOn", "follow_up_on", "date_suivi", &["date_suivi_6_mois"]),
    (Field::FollowUpSituation, "followUp.situation", "follow_up_situation", "situation_suivi", &["situation_6_mois"]),
    (Field::IdentityScheme, "identity.number.scheme", "identity_scheme", "identite_schema", &[]),
    (Field::IdentityValue, "identity.number.value", "identity_value", "identite_valeur", &[]),
    (Field::IdentityAgdref, "identity.agdref", "agdref", "numero_agdref", &["n_agdref", "numero_etranger"]),
    (Field::IdentityNir, "identity.nir", "nir", "numero_securite_sociale", &[]),
    (Field::IdentityProgramme, "identity.programme", "programme_number", "numero_programme", &[]),
    (Field::IdentityStageOne, "identity.stageOne", "stage_one", "pseudonyme", &["identity_stage_one"]),
];

/// Every field that is kept, in the order of the table.
pub fn kept_fields() -> impl Iterator<Item = Field> {
    TABLE.iter().map(|row| row.0).filter(|field| *field < Field::IdentityScheme)
}

/// Every field that may be sent, in the order of the table.
pub fn sent_fields() -> impl Iterator<Item = Field> {
    TABLE.iter().map(|row| row.0)
}

impl Field {
    fn row(self) -> &'static Row {
        TABLE.iter().find(|row| row.0 == self).expect("every field has its row")
    }

    /// Its name in the API, such as `exit.contractFrom`.
    pub fn name(self) -> &'static str {
        self.row().1
    }

    /// Its header in a spreadsheet, in English.
    pub fn header(self) -> &'static str {
        self.row().2
    }

    /// Its header in a spreadsheet, in French.
    pub fn header_fr(self) -> &'static str {
        self.row().3
    }

    /// The field of a name in the API.
    pub fn of_name(name: &str) -> Option<Self> {
        TABLE.iter().find(|row| row.1 == name).map(|row| row.0)
    }

    /// The field of a header, whatever its case, accents and separators; names of the API are headers too.
    pub fn of_header(header: &str) -> Option<Self> {
        let plain = text::plain(header);
        let fits = |row: &&Row| {
            row.2 == plain || row.3 == plain || row.4.contains(&plain.as_str()) || text::plain(row.1) == plain
        };
        TABLE.iter().find(fits).map(|row| row.0)
    }

    /// The code list that its values belong to, if they do.
    pub fn list(self) -> Option<&'static str> {
        match self {
            Self::Sex => Some("SEX"),
            Self::ProtectionStatus => Some("PROTECTION_STATUS"),
            Self::FrenchAtEntry | Self::ExitFrench => Some("FRENCH_LEVEL"),
            Self::Education => Some("EDUCATION_LEVEL"),
            Self::LabourStatus => Some("LABOUR_STATUS"),
            Self::ResidenceDepartment => Some("DEPARTMENT"),
            Self::PriorityDistrict | Self::RuralArea | Self::Disability | Self::ExitFinancialAutonomy => Some("FLAG"),
            Self::HousingAtEntry | Self::ExitHousing => Some("HOUSING"),
            Self::Supports => Some("SUPPORT_KIND"),
            Self::ExitSituation => Some("EXIT_SITUATION"),
            Self::ExitContract => Some("CONTRACT_KIND"),
            Self::ExitTraining => Some("TRAINING_KIND"),
            Self::FollowUpSituation => Some("FOLLOW_UP_SITUATION"),
            Self::IdentityScheme => Some("IDENTITY_SCHEME"),
            _ => None,
        }
    }

    /// Whether every participation must state it.
    pub fn is_required(self) -> bool {
        matches!(
            self,
            Self::Reference
                | Self::EntryOn
                | Self::Sex
                | Self::BirthYear
                | Self::ProtectionStatus
                | Self::FrenchAtEntry
                | Self::Education
                | Self::LabourStatus
                | Self::ResidenceDepartment
        )
    }

    /// What a participation states in the field, as text; nothing where it states nothing.
    pub fn text<P>(self, p: &Participation<P>) -> Option<String> {
        let exit = |take: fn(&Exit) -> Option<String>| p.exit.as_ref().and_then(take);
        match self {
            Self::Reference => Some(p.reference.to_string()),
            Self::EntryOn => Some(p.entry_on.to_string()),
            Self::Sex => Some(p.sex.code().into()),
            Self::BirthYear => Some(p.birth_year.to_string()),
            Self::ProtectionStatus => Some(p.protection_status.code().into()),
            Self::FrenchAtEntry => Some(p.french_at_entry.code().into()),
            Self::Education => Some(p.education.code().into()),
            Self::LabourStatus => Some(p.labour_status.code().into()),
            Self::ResidenceDepartment => Some(p.residence_department.to_string()),
            Self::PriorityDistrict => Some(p.priority_district.code().into()),
            Self::RuralArea => Some(p.rural_area.code().into()),
            Self::Disability => Some(p.disability.code().into()),
            Self::HousingAtEntry => Some(p.housing_at_entry.code().into()),
            Self::Supports => Some(supports_text(&p.supports)).filter(|_| !p.supports.is_empty()),
            Self::ExitOn => exit(|exit| Some(exit.on.to_string())),
            Self::ExitSituation => exit(|exit| Some(exit.situation.code().into())),
            Self::ExitContract => exit(|exit| exit.contract.map(|kind| kind.code().into())),
            Self::ExitContractFrom => exit(|exit| exit.contract_from.map(|day| day.to_string())),
            Self::ExitContractTo => exit(|exit| exit.contract_to.map(|day| day.to_string())),
            Self::ExitTraining => exit(|exit| exit.training.map(|kind| kind.code().into())),
            Self::ExitFrench => exit(|exit| Some(exit.french.code().into())),
            Self::ExitHousing => exit(|exit| Some(exit.housing.code().into())),
            Self::ExitFinancialAutonomy => exit(|exit| Some(exit.financial_autonomy.code().into())),
            Self::FollowUpObservedOn => p.follow_up.as_ref().map(|seen| seen.observed_on.to_string()),
            Self::FollowUpSituation => p.follow_up.as_ref().map(|seen| seen.situation.code().into()),
            Self::IdentityScheme
            | Self::IdentityValue
            | Self::IdentityAgdref
            | Self::IdentityNir
            | Self::IdentityProgramme
            | Self::IdentityStageOne => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_header_means_two_fields() {
        let mut seen = HashSet::new();
        for (field, name, english, french, further) in TABLE {
            let mut headers: Vec<String> =
                [english, french].into_iter().chain(further.iter()).map(ToString::to_string).collect();
            headers.push(text::plain(name));
            headers.sort();
            headers.dedup();
            for header in headers {
                assert_eq!(text::plain(&header), header, "headers are kept plain");
                assert!(seen.insert(header.clone()), "{header} stands twice");
                assert_eq!(Field::of_header(&header), Some(*field));
            }
        }
    }

    #[test]
    fn headers_are_found_however_they_are_written() {
        for header in ["Date d'entrée", "DATE_ENTREE", "date entree", "entryOn", "Entry on", "date d’entrée"] {
            assert_eq!(Field::of_header(header), Some(Field::EntryOn), "{header}");
        }
        assert_eq!(Field::of_header("exit.contractFrom"), Some(Field::ExitContractFrom));
        assert_eq!(Field::of_header("nom"), None);
    }
}
