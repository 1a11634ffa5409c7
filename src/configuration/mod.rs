//! The one typed configuration: a TOML file, `FAISCEAU_*` variables and flags, each setting a row of one table.
//!
//! It fails closed: what it does not know, cannot read or finds unsafe is a [`Problem`] with a remedy, and nothing starts.
//! It knows no capability and opens nothing but its file.

mod checks;
mod database;
mod sources;
mod table;
mod values;

use std::fmt;

pub use sources::{Given, Origin, OtherVariable, VARIABLES, variable_of};
pub use table::{Configuration, SETTINGS};
pub use values::{Address, DocumentsMode, IssuerAddress, LogFormat, PublicAddress, Secret, WebOrigin, Whole, Word};

use crate::refusal::{Failure, Outcome};

/// One setting, as it is documented.
pub struct Setting {
    /// Its name in the file; as a variable it is `FAISCEAU_` and the name in capitals.
    pub name: &'static str,
    /// What it belongs to.
    pub topic: &'static str,
    /// What its values look like.
    pub form: fn() -> String,
    /// Its value if it is not set, as it would be written.
    pub default: &'static str,
    /// What it does.
    pub text: &'static str,
}

/// Why nothing starts with a configuration, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What does not hold. No value is repeated: it may be a secret.
    pub what: String,
    /// What to do.
    pub remedy: String,
}

impl Problem {
    pub(crate) fn new(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { what: what.into(), remedy: remedy.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.what, self.remedy)
    }
}

impl Configuration {
    /// Reads the configuration from its sources, or everything that does not hold.
    pub fn read(given: &Given) -> Result<Self, Vec<Problem>> {
        let mut problems = given.problems.clone();
        let configuration = Self::build(given, &mut problems);
        match configuration {
            Some(configuration) => {
                problems.extend(checks::check(&configuration, given));
                if problems.is_empty() { Ok(configuration) } else { Err(problems) }
            }
            None => Err(problems),
        }
    }

    /// Reads the configuration for a command, which ends with everything that does not hold.
    pub fn read_or_refuse(given: &Given) -> Outcome<Self> {
        Self::read(given).map_err(|problems| {
            let lines: String = problems.iter().map(|problem| format!("\n  {problem}")).collect();
            Failure::fault(format!("the configuration does not hold; nothing was started:{lines}"))
        })
    }
}

impl Default for Configuration {
    /// What holds when nothing is set: a service on this machine for whoever sits at it.
    fn default() -> Self {
        Self::build(&Given::default(), &mut Vec::new()).expect("defaults are of the right form: a test reads them")
    }
}

#[cfg(test)]
mod tests;
