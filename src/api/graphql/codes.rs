//! The enumerations of the schema: the code lists, from the same table as the typed ones, and a few more.

use async_graphql::Enum;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::consolidation::outcome::DefinitionVersion;
use crate::consolidation::question::{Dimension, Unit};
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
        #[doc = "The project."]
        Project,
        #[doc = "Sex."]
        Sex,
        #[doc = "The calendar quarter, which cuts the window."]
        Quarter,
    }
    /// A version of the definitions by which exits are classed.
    DefinitionCode = DefinitionVersion as "DefinitionVersion" {
        #[doc = "Employment is sustainable from six months on (\"at least\")."]
        V1,
        #[doc = "Employment is sustainable only beyond six months (\"more than\")."]
        V1MoreThanSixMonths,
    }
}
