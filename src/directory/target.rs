//! Targets: what a project aims at, by indicator, as a whole or in one period.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::money::Cents;
use super::period::Quarter;
use crate::refusal::{Code, Refusal};
use crate::serde_as_text;
use crate::text::ShortCode;

/// A target of a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The indicator's code. The directory does not know what indicators there are.
    pub indicator: ShortCode,
    /// The period that it is for; the whole project if absent.
    pub period: Option<Quarter>,
    /// What is aimed at.
    pub value: TargetValue,
}

/// A non-negative decimal number with two decimals, in hundredths: a count, an amount in EUR or a percentage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TargetValue(pub i64);

impl fmt::Display for TargetValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Cents(self.0).fmt(f)
    }
}

impl FromStr for TargetValue {
    type Err = Refusal;

    /// Reads it as amounts are read.
    fn from_str(text: &str) -> Result<Self, Refusal> {
        text.parse::<Cents>().map(|cents| Self(cents.0)).map_err(|_| Code::AmountInvalid.into())
    }
}

serde_as_text!(TargetValue);
