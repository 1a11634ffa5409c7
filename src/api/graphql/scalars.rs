//! The schema's own scalars, which REST sends as text. On the way in they hold the caller's text unread: the inputs read it and say, with a
//! code and a path, what does not hold. On the way out they are written from typed values.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::consolidation::vocabulary::Measure;

/// The longest text that a scalar takes; no value of ours comes near.
const LONGEST: usize = 4000;

macro_rules! text_scalars {
    ($( $(#[doc = $doc:literal])* $rust:ident = $name:literal $(, $url:literal)? ; )*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[serde(transparent)]
        pub struct $rust(pub String);

        $(#[doc = $doc])*
        #[Scalar(name = $name $(, specified_by_url = $url)?)]
        impl ScalarType for $rust {
            fn parse(value: Value) -> InputValueResult<Self> {
                match value {
                    Value::String(text) if text.len() <= LONGEST => Ok(Self(text)),
                    _ => Err(InputValueError::custom("text expected")),
                }
            }

            fn to_value(&self) -> Value {
                Value::String(self.0.clone())
            }
        }

        impl $rust {
            /// Writes a value as this scalar.
            pub fn of(value: impl std::fmt::Display) -> Self {
                Self(value.to_string())
            }
        }
    )*};
}

text_scalars! {
    /// A civil day, `YYYY-MM-DD`, from 1900-01-01 to 2100-12-31, in the programme's time zone.
    DateScalar = "Date", "https://www.rfc-editor.org/rfc/rfc3339";
    /// An instant in UTC with microseconds, such as `2024-04-18T09:30:00.000000Z` (RFC 3339).
    InstantScalar = "DateTime", "https://www.rfc-editor.org/rfc/rfc3339";
    /// An exact decimal number as text, with a point, such as `"675000.00"`. Never a binary fraction.
    DecimalScalar = "Decimal";
    /// A place in the order in which facts were committed, as text, such as `"4217"`. Ask again with it and get the same answer.
    PositionScalar = "Position";
    /// A place in the order in which changes are followed, as text, such as `"4217"`.
    SequenceScalar = "Sequence";
    /// The code of a reporting period, such as `2024-Q3`.
    PeriodScalar = "PeriodCode";
    /// SHA-256 as 64 hexadecimal digits.
    DigestScalar = "Digest";
    /// The partner's own key of a participation: 1 to 40 letters, digits, `-`, `_`, `.` or `/`. Never a person's number.
    ReferenceScalar = "Reference";
    /// A year of birth, such as `"1990"`, or `"UNKNOWN"`, `"REFUSED"` or `"NOT_COLLECTED"`.
    BirthYearScalar = "BirthYear";
    /// An INSEE department code, such as `"69"` or `"2A"`, or `"UNKNOWN"`, `"REFUSED"` or `"NOT_COLLECTED"`.
    DepartmentScalar = "DepartmentCode";
    /// A SIRET: the 14 digits of an establishment in the SIRENE register.
    SiretScalar = "Siret";
}

/// The code of a version of the definitions, such as `V1`, written as text or as a word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
pub struct DefinitionScalar(pub String);

/// The code of a version of the definitions, such as `V1`, written as text or as a word.
#[Scalar(name = "DefinitionVersion")]
impl ScalarType for DefinitionScalar {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(code) if code.len() <= LONGEST => Ok(Self(code)),
            // It was an enumeration once, and documents written then still hold.
            Value::Enum(code) => Ok(Self(code.to_string())),
            _ => Err(InputValueError::custom("text expected")),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

/// A measure in the vocabulary of definitions, as JSON: see docs/indicators.md.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = Object)]
pub struct ExpressionScalar(pub serde_json::Value);

/// A measure in the vocabulary of definitions, as JSON: see docs/indicators.md.
#[Scalar(name = "Expression")]
impl ScalarType for ExpressionScalar {
    fn parse(value: Value) -> InputValueResult<Self> {
        value.into_json().map(Self).map_err(|_| InputValueError::custom("JSON expected"))
    }

    fn to_value(&self) -> Value {
        Value::from_json(self.0.clone()).unwrap_or_default()
    }
}

impl ExpressionScalar {
    /// Writes a measure.
    pub fn of(measure: &Measure) -> Self {
        Self(serde_json::to_value(measure).unwrap_or_default())
    }
}
