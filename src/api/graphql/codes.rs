//! The enumerations of the schema: the code lists, from the same table as the typed ones, and a few more.

use async_graphql::Enum;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::consolidation::explain::changes::CauseKind;
use crate::consolidation::indicator::IndicatorUnit;
use crate::consolidation::question::{Dimension, Series, Unit};
use crate::consolidation::vocabulary;
use crate::directory::payment::PaymentKind;
use crate::directory::project::ConsortiumRole;
use crate::refusal::Language;
use crate::reporting::identity::Scheme;
use crate::reporting::lifecycle::{Action, State};
use crate::reporting::operations::Mode;
use crate::reporting::rules::Severity;
use crate::with_code_lists;

macro_rules! code_list_enums {
    ($( $(#[doc = $doc:literal])* $list:ident { $( $variant:ident = $code:literal, $en:literal, $fr:literal; )* } )*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
        pub enum $list {
            $(
                #[doc = concat!($en, " (", $fr, ").")]
                #[graphql(name = $code)]
                $variant,
            )*
        }

        impl From<$list> for crate::reporting::codes::$list {
            fn from(value: $list) -> Self {
                match value { $($list::$variant => Self::$variant,)* }
            }
        }

        impl From<crate::reporting::codes::$list> for $list {
            fn from(value: crate::reporting::codes::$list) -> Self {
                match value { $(crate::reporting::codes::$list::$variant => Self::$variant,)* }
            }
        }
    )*};
}

with_code_lists!(code_list_enums);

/// Age in the year of entry, in bands: the year of entry less the year of birth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum AgeBand {
    /// Under 18.
    #[graphql(name = "UNDER_18")]
    Under18,
    /// 18 to 24.
    #[graphql(name = "FROM_18_TO_24")]
    From18To24,
    /// 25 to 29.
    #[graphql(name = "FROM_25_TO_29")]
    From25To29,
    /// 30 to 39.
    #[graphql(name = "FROM_30_TO_39")]
    From30To39,
    /// 40 to 54.
    #[graphql(name = "FROM_40_TO_54")]
    From40To54,
    /// 55 and over.
    #[graphql(name = "FROM_55")]
    From55,
    /// The year of birth is not known.
    #[graphql(name = "UNKNOWN")]
    Unknown,
}

impl From<AgeBand> for vocabulary::AgeBand {
    fn from(band: AgeBand) -> Self {
        match band {
            AgeBand::Under18 => Self::Under18,
            AgeBand::From18To24 => Self::From18To24,
            AgeBand::From25To29 => Self::From25To29,
            AgeBand::From30To39 => Self::From30To39,
            AgeBand::From40To54 => Self::From40To54,
            AgeBand::From55 => Self::From55,
            AgeBand::Unknown => Self::Unknown,
        }
    }
}

macro_rules! mirrored_enums {
    ($( $(#[doc = $doc:literal])* $name:ident = $of:ty as $graphql:literal { $( #[doc = $text:literal] $variant:ident, )* } )*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Enum, Serialize, Deserialize, ToSchema)]
        #[graphql(name = $graphql)]
        #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
        pub enum $name { $( #[doc = $text] $variant, )* }

        impl From<$name> for $of {
            fn from(value: $name) -> Self {
                match value { $($name::$variant => Self::$variant,)* }
            }
        }

        impl From<$of> for $name {
            fn from(value: $of) -> Self {
                match value { $(<$of>::$variant => Self::$variant,)* }
            }
        }
    )*};
}

mirrored_enums! {
    /// A language that people read here.
    LanguageCode = Language as "Language" {
        #[doc = "English."]
        En,
        #[doc = "French."]
        Fr,
    }
    /// What a partner brings to a consortium.
    ConsortiumRoleCode = ConsortiumRole as "ConsortiumRole" {
        #[doc = "Training."]
        Training,
        #[doc = "Housing or accommodation."]
        Housing,
        #[doc = "Social follow-up."]
        Social,
        #[doc = "Access to employment."]
        Employment,
        #[doc = "Language teaching."]
        Language,
    }
    /// Which part of a grant a payment is.
    PaymentKindCode = PaymentKind as "PaymentKind" {
        #[doc = "Before the spending (*avance*)."]
        Advance,
        #[doc = "While the project runs (*acompte*)."]
        Interim,
        #[doc = "At its end (*solde*)."]
        Balance,
    }
    /// The numbering scheme of an identity.
    IdentityScheme = Scheme as "IdentityScheme" {
        #[doc = "The foreigner number of the AGDREF register: ten digits, nine padded with a zero."]
        Agdref,
        #[doc = "The social-security number: 13 characters, or 15 with its key."]
        Nir,
        #[doc = "A number given by the funder: 4 to 40 letters, digits and hyphens."]
        Programme,
    }
    /// Where a report stands.
    ReportState = State as "ReportState" {
        #[doc = "With the partner; nothing of the current work is with the funder."]
        Draft,
        #[doc = "Frozen, and waiting for a second person at the partner; not with the funder yet."]
        AwaitingCertification,
        #[doc = "Frozen and sent; nobody at the funder has begun."]
        Submitted,
        #[doc = "Under review by the funder."]
        InReview,
        #[doc = "Back with the partner, with reasons."]
        Returned,
        #[doc = "Approved."]
        Approved,
        #[doc = "Ended without approval, because a later period has been reported."]
        Superseded,
    }
    /// What can be done to a report.
    ReportAction = Action as "ReportAction" {
        #[doc = "The partner freezes a version and sends it."]
        Submit,
        #[doc = "A second person at the partner signs it, so that it reaches the funder."]
        Certify,
        #[doc = "The partner takes a submission back."]
        Recall,
        #[doc = "An officer begins to review."]
        StartReview,
        #[doc = "An officer sends it back with reasons."]
        Return,
        #[doc = "Another person, of the funder, approves."]
        Approve,
        #[doc = "An officer asks for a new version."]
        Reopen,
        #[doc = "An officer takes an approved version out of force."]
        Annul,
    }
    /// What the participations of a submission are to those of its base version.
    StatementMode = Mode as "StatementMode" {
        #[doc = "All that there are: what is missing is no longer stated."]
        Replace,
        #[doc = "New and changed ones, by reference: the others stay as they were."]
        Upsert,
    }
    /// How grave a finding is.
    FindingSeverity = Severity as "Severity" {
        #[doc = "Blocks the submission."]
        Error,
        #[doc = "Must be corrected or justified; the justification travels with the figure."]
        Warning,
        #[doc = "Informs."]
        Notice,
    }
    /// What is counted.
    UnitCode = Unit as "Unit" {
        #[doc = "Every participation counts."]
        Participation,
        #[doc = "Every person counts once, however many participations."]
        Person,
    }
    /// Along what an answer is cut into groups.
    DimensionCode = Dimension as "Dimension" {
        #[doc = "The region of the place of delivery (INSEE code)."]
        Region,
        #[doc = "The department of the place of delivery (INSEE code)."]
        Department,
        #[doc = "The region of residence (INSEE code), by the department stated."]
        ResidenceRegion,
        #[doc = "The project."]
        Project,
        #[doc = "The organisation that leads the project (SIRET)."]
        Organisation,
        #[doc = "The call that the project won."]
        Call,
        #[doc = "The project's sector or trade."]
        Sector,
        #[doc = "Sex."]
        Sex,
        #[doc = "Age at entry, in bands: the year of entry less the year of birth."]
        AgeBand,
        #[doc = "Protection status at entry."]
        ProtectionStatus,
        #[doc = "French level at entry."]
        FrenchLevel,
        #[doc = "Education level."]
        Education,
        #[doc = "Labour status at entry."]
        LabourStatus,
        #[doc = "Whether the person lives in a priority district (QPV)."]
        PriorityDistrict,
        #[doc = "Whether the person lives in a rural revitalisation area (FRR)."]
        RuralArea,
        #[doc = "Whether the person has a recognised disability."]
        Disability,
        #[doc = "Kind of support received. Whoever received several stands in several groups; hours go to the group of their kind."]
        SupportKind,
        #[doc = "The calendar quarter, which cuts the window."]
        Quarter,
        #[doc = "The calendar year, which cuts the window."]
        Year,
    }
    /// What quarters and years are told of.
    SeriesCode = Series as "Series" {
        #[doc = "What happens in each quarter or year."]
        Flow,
        #[doc = "What has happened since the window's first day, up to the end of each quarter or year."]
        Cumulative,
    }
    /// What sort of fact changed a figure.
    ChangeCauseCode = CauseKind as "ChangeCause" {
        #[doc = "The window of the question moved with the day: no fact at all."]
        Window,
        #[doc = "A report version was approved."]
        Approval,
        #[doc = "A report version was annulled."]
        Annulment,
        #[doc = "A version of the definitions was added."]
        Definition,
        #[doc = "The directory changed: a project, an agreement, a payment, a target."]
        Directory,
    }
    /// In what a figure is told.
    IndicatorUnitCode = IndicatorUnit as "IndicatorUnit" {
        #[doc = "A number of participations, persons, projects or organisations."]
        Count,
        #[doc = "Hours."]
        Hours,
        #[doc = "An amount in EUR."]
        Eur,
        #[doc = "A part of a whole."]
        Percent,
        #[doc = "An amount in EUR for each."]
        EurEach,
        #[doc = "Hours for each."]
        HoursEach,
    }
}
