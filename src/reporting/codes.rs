//! The code lists of a participation, in one table: name, code, English, French.
//!
//! `UNKNOWN`, `REFUSED` and `NOT_COLLECTED` are three different values wherever a question may stay without answer.
//! The GraphQL skin makes its enumerations from the same table.

/// Hands the whole table of code lists to another macro.
#[macro_export]
macro_rules! with_code_lists {
    ($callback:ident) => {
        $callback! {
            /// Sex as the person declares it.
            Sex {
                Female = "F", "Female", "Femme";
                Male = "M", "Male", "Homme";
                Other = "X", "Non-binary", "Non binaire";
                NotRecorded = "NOT_RECORDED", "Not recorded", "Non renseigné";
            }
            /// Protection status at entry (CESEDA); refugee, subsidiary protection and stateless make up international protection.
            ProtectionStatus {
                Refugee = "REFUGEE", "Refugee", "Réfugié";
                SubsidiaryProtection = "SUBSIDIARY_PROTECTION", "Subsidiary protection", "Protection subsidiaire";
                Stateless = "STATELESS", "Stateless", "Apatride";
                TemporaryProtection = "TEMPORARY_PROTECTION", "Temporary protection", "Protection temporaire";
                AsylumSeekerOverSixMonths = "ASYLUM_SEEKER_OVER_6_MONTHS", "Asylum seeker for more than six months", "Demandeur d'asile depuis plus de six mois";
                AsylumSeekerUnderSixMonths = "ASYLUM_SEEKER_UNDER_6_MONTHS", "Asylum seeker for six months or less", "Demandeur d'asile depuis six mois ou moins";
                OtherNewcomer = "OTHER_NEWCOMER", "Other newcomer", "Autre primo-arrivant";
                OutOfScope = "OUT_OF_SCOPE", "Out of scope", "Hors champ";
                Unknown = "UNKNOWN", "Unknown", "Inconnu";
                Refused = "REFUSED", "Refused to answer", "Refus de répondre";
                NotCollected = "NOT_COLLECTED", "Not collected", "Non collecté";
            }
            /// Level of French on the Common European Framework (CEFR), with the two levels below it.
            FrenchLevel {
                NonReader = "NON_READER", "Non-reader, non-writer", "Non lecteur, non scripteur";
                BelowA1 = "BELOW_A1", "Below A1", "Infra A1";
                A1 = "A1", "A1", "A1";
                A2 = "A2", "A2", "A2";
                B1 = "B1", "B1", "B1";
                B2 = "B2", "B2", "B2";
                C1 = "C1", "C1", "C1";
                C2 = "C2", "C2", "C2";
                Unknown = "UNKNOWN", "Unknown", "Inconnu";
                Refused = "REFUSED", "Refused to answer", "Refus de répondre";
                NotCollected = "NOT_COLLECTED", "Not collected", "Non collecté";
            }
            /// Highest education level, on the French national framework (Code du travail D6113-19).
            EducationLevel {
                NeverSchooled = "NEVER_SCHOOLED", "Never schooled", "Jamais scolarisé";
                Level1 = "LEVEL_1", "Level 1, basic knowledge", "Niveau 1, savoirs de base";
                Level2 = "LEVEL_2", "Level 2, simple tasks", "Niveau 2, activités simples";
                Level3 = "LEVEL_3", "Level 3, CAP", "Niveau 3, CAP";
                Level4 = "LEVEL_4", "Level 4, upper secondary", "Niveau 4, baccalauréat";
                Level5 = "LEVEL_5", "Level 5, two years after upper secondary", "Niveau 5, bac+2";
                Level6 = "LEVEL_6", "Level 6, bachelor", "Niveau 6, licence";
                Level7 = "LEVEL_7", "Level 7, master", "Niveau 7, master";
                Level8 = "LEVEL_8", "Level 8, doctorate", "Niveau 8, doctorat";
                ForeignUnrecognised = "FOREIGN_UNRECOGNISED", "Foreign diploma, not recognised", "Diplôme étranger non reconnu";
                Unknown = "UNKNOWN", "Unknown", "Inconnu";
                Refused = "REFUSED", "Refused to answer", "Refus de répondre";
                NotCollected = "NOT_COLLECTED", "Not collected", "Non collecté";
            }
            /// Labour-market status at entry (ESF+ Annex I).
            LabourStatus {
                Employed = "EMPLOYED", "Employed or self-employed", "En emploi ou indépendant";
                Unemployed = "UNEMPLOYED", "Unemployed for less than twelve months", "Chômeur depuis moins de douze mois";
                LongTermUnemployed = "LONG_TERM_UNEMPLOYED", "Unemployed for twelve months or more", "Chômeur depuis douze mois ou plus";
                InEducation = "IN_EDUCATION", "Inactive, in education or training", "Inactif, en études ou en formation";
                Inactive = "INACTIVE", "Inactive", "Inactif";
                Unknown = "UNKNOWN", "Unknown", "Inconnu";
                Refused = "REFUSED", "Refused to answer", "Refus de répondre";
                NotCollected = "NOT_COLLECTED", "Not collected", "Non collecté";
            }
            /// Yes, no, or why there is no answer.
            Flag {
                Yes = "YES", "Yes", "Oui";
                No = "NO", "No", "Non";
                Unknown = "UNKNOWN", "Unknown", "Inconnu";
                Refused = "REFUSED", "Refused to answer", "Refus de répondre";
                NotCollected = "NOT_COLLECTED", "Not collected", "Non collecté";
            }
            /// Housing situation.
            Housing {
                Stable = "STABLE", "Own stable housing", "Logement stable";
                Accommodated = "ACCOMMODATED", "Accommodated in a centre or residence", "Hébergement en centre ou résidence";
                HostedByOthers = "HOSTED_BY_OTHERS", "Hosted by others", "Hébergé par un tiers";
                Emergency = "EMERGENCY", "Emergency shelter or none", "Hébergement d'urgence ou sans abri";
                Unknown = "UNKNOWN", "Unknown", "Inconnu";
                Refused = "REFUSED", "Refused to answer", "Refus de répondre";
                NotCollected = "NOT_COLLECTED", "Not collected", "Non collecté";
            }
            /// Kind of support that a person receives.
            SupportKind {
                TechnicalTraining = "TECHNICAL_TRAINING", "Technical training", "Formation technique";
                IntensiveFrench = "INTENSIVE_FRENCH", "Intensive French", "Français intensif";
                ManualAndCultural = "MANUAL_AND_CULTURAL", "Manual and cultural activities", "Activités manuelles et culturelles";
                TransverseModules = "TRANSVERSE_MODULES", "Transverse modules (mobility, job search)", "Modules transverses (mobilité, recherche d'emploi)";
                SocialFollowUp = "SOCIAL_FOLLOW_UP", "Individual social follow-up", "Accompagnement social individuel";
                Housing = "HOUSING", "Housing", "Logement";
                Health = "HEALTH", "Health", "Santé";
                Childcare = "CHILDCARE", "Childcare", "Garde d'enfants";
            }
            /// What a person goes to on leaving.
            ExitSituation {
                Employment = "EMPLOYMENT", "Employment", "Emploi";
                Training = "TRAINING", "Training or studies", "Formation ou études";
                Seeking = "SEEKING", "Seeking employment", "Recherche d'emploi";
                Inactive = "INACTIVE", "Inactive", "Inactif";
                DroppedOut = "DROPPED_OUT", "Dropped out", "Abandon";
                Moved = "MOVED", "Moved away", "Déménagement";
                Excluded = "EXCLUDED", "Excluded", "Exclusion";
                Health = "HEALTH", "Health (neutralised)", "Santé (neutralisée)";
                Maternity = "MATERNITY", "Maternity (neutralised)", "Maternité (neutralisée)";
                Death = "DEATH", "Death (neutralised)", "Décès (neutralisé)";
                Unknown = "UNKNOWN", "Unknown", "Inconnu";
            }
            /// Kind of employment contract at exit.
            ContractKind {
                Permanent = "PERMANENT", "Permanent contract", "CDI";
                FixedTerm = "FIXED_TERM", "Fixed-term contract", "CDD";
                Temporary = "TEMPORARY", "Temporary agency work", "Intérim";
                PublicService = "PUBLIC_SERVICE", "Public service", "Fonction publique";
                BusinessCreation = "BUSINESS_CREATION", "Business creation or takeover", "Création ou reprise d'entreprise";
                Subsidised = "SUBSIDISED", "Subsidised contract", "Contrat aidé";
                Insertion = "INSERTION", "Contract in an integration structure (SIAE)", "Contrat en structure d'insertion (SIAE)";
                Apprenticeship = "APPRENTICESHIP", "Apprenticeship", "Apprentissage";
                Professionalisation = "PROFESSIONALISATION", "Professionalisation contract", "Contrat de professionnalisation";
                Unknown = "UNKNOWN", "Unknown", "Inconnu";
            }
            /// Kind of training at exit.
            TrainingKind {
                Certifying = "CERTIFYING", "Leading to a title or certificate", "Qualifiante ou certifiante";
                Preparatory = "PREPARATORY", "Pre-qualifying", "Préqualifiante";
                Language = "LANGUAGE", "Language", "Linguistique";
                Studies = "STUDIES", "Studies", "Études";
                Unknown = "UNKNOWN", "Unknown", "Inconnu";
            }
            /// Situation six months after leaving.
            FollowUpSituation {
                Employed = "EMPLOYED", "Employed", "En emploi";
                Training = "TRAINING", "In training", "En formation";
                Seeking = "SEEKING", "Seeking employment", "En recherche d'emploi";
                Inactive = "INACTIVE", "Inactive", "Inactif";
                Unreachable = "UNREACHABLE", "Could not be reached", "Injoignable";
            }
            /// Where money beside the grant comes from.
            FundingSource {
                EuropeanUnion = "EUROPEAN_UNION", "European Union", "Union européenne";
                State = "STATE", "State, other than this grant", "État, hors cette subvention";
                Region = "REGION", "Region", "Région";
                Department = "DEPARTMENT", "Department", "Département";
                Municipality = "MUNICIPALITY", "Municipality or group of municipalities", "Commune ou intercommunalité";
                Private = "PRIVATE", "Foundations and companies", "Fondations et entreprises";
                OwnResources = "OWN_RESOURCES", "Own resources", "Fonds propres";
                Other = "OTHER", "Other", "Autre";
            }
            /// A total that a partner states itself, cumulative since the project's start, in participations.
            DeclaredCount {
                Entries = "ENTRIES", "Entries", "Entrées";
                Exits = "EXITS", "Exits", "Sorties";
                Present = "PRESENT", "Present at the period's end", "Présents en fin de période";
                EmploymentExits = "EMPLOYMENT_EXITS", "Exits to employment", "Sorties vers l'emploi";
                SustainableExits = "SUSTAINABLE_EXITS", "Exits to sustainable employment", "Sorties vers l'emploi durable";
                TrainingExits = "TRAINING_EXITS", "Exits to training or studies", "Sorties vers la formation ou les études";
                OtherExits = "OTHER_EXITS", "Other exits of known situation", "Autres sorties de situation connue";
                NeutralisedExits = "NEUTRALISED_EXITS", "Exits removed from the count", "Sorties neutralisées";
                UnknownExits = "UNKNOWN_EXITS", "Exits of unknown situation", "Sorties de situation inconnue";
                Women = "WOMEN", "Entries of women", "Entrées de femmes";
                Men = "MEN", "Entries of men", "Entrées d'hommes";
                NonBinary = "NON_BINARY", "Entries of non-binary persons", "Entrées de personnes non binaires";
                SexNotRecorded = "SEX_NOT_RECORDED", "Entries of sex not recorded", "Entrées de sexe non renseigné";
                Unemployed = "UNEMPLOYED", "Entries of unemployed persons, long-term included", "Entrées de chômeurs, longue durée comprise";
                LongTermUnemployed = "LONG_TERM_UNEMPLOYED", "Entries of long-term unemployed persons", "Entrées de chômeurs de longue durée";
                Inactive = "INACTIVE", "Entries of inactive persons", "Entrées de personnes inactives";
                Employed = "EMPLOYED", "Entries of employed persons", "Entrées de personnes en emploi";
                PriorityDistrict = "PRIORITY_DISTRICT", "Entries of residents of priority districts (QPV)", "Entrées de résidents de QPV";
                RuralArea = "RURAL_AREA", "Entries of residents of rural areas (FRR)", "Entrées de résidents de FRR";
                Disability = "DISABILITY", "Entries of persons with a recognised disability", "Entrées de personnes en situation de handicap reconnue";
            }
        }
    };
}

macro_rules! define_code_lists {
    ($( $(#[$doc:meta])* $list:ident { $( $variant:ident = $code:literal, $en:literal, $fr:literal; )* } )*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum $list { $( #[doc = $en] $variant, )* }

        $crate::serde_as_code!($list);

        impl $list {
            /// Every value, in the order of the list.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Its code, as sent, stored and shown.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// The value of a code.
            pub fn of_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.code() == code)
            }

            /// What people read, in a language.
            pub fn label(self, language: $crate::refusal::Language) -> &'static str {
                match language {
                    $crate::refusal::Language::En => match self { $(Self::$variant => $en,)* },
                    $crate::refusal::Language::Fr => match self { $(Self::$variant => $fr,)* },
                }
            }
        }
    )*};
}

with_code_lists!(define_code_lists);

impl FrenchLevel {
    /// Whether the level is known, and so can be compared.
    pub fn is_known(self) -> bool {
        self < Self::Unknown
    }
}

impl ContractKind {
    /// Whether the contract is bounded in time by its nature, so that start and end days are owed.
    pub fn is_bounded(self) -> bool {
        matches!(self, Self::FixedTerm | Self::Temporary)
    }
}
