//! The objects of the schema: each a thin view of a noun, its fields in the caller's words.

pub mod agreements;
pub mod changes;
pub mod closings;
pub mod code_lists;
pub mod cohorts;
pub mod consolidation;
pub mod coverage;
pub mod definitions;
pub mod differences;
pub mod directory;
pub mod explanations;
pub mod figures;
pub mod findings;
pub mod groups;
pub mod import;
pub mod indicators;
pub mod obligations;
pub mod programmes;
pub mod records;
pub mod reports;
pub mod reviews;
pub mod sections;
pub mod waivers;

use async_graphql::SimpleObject;

use super::scalars::DecimalScalar;
use crate::directory::money::Cents;

/// An amount of money.
#[derive(SimpleObject)]
pub struct Money {
    /// The amount, exact, with two decimals.
    pub amount: DecimalScalar,
    /// The currency's ISO 4217 code: always `EUR`.
    pub currency: &'static str,
}

impl From<Cents> for Money {
    fn from(cents: Cents) -> Self {
        Self { amount: DecimalScalar::of(cents), currency: "EUR" }
    }
}

/// A place of the official geographic code. Region and department codes overlap: each stands at its level.
#[derive(SimpleObject)]
pub struct Place {
    /// Its INSEE code at its level.
    pub code: &'static str,
    /// Its official name.
    pub name: &'static str,
}
