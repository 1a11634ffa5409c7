//! Typed identifiers: a prefix that says what is meant, then 32 hexadecimal digits of a UUID version 7.
//!
//! The same text stands in the database, in the API and in logs, so that nobody ever translates.

use std::fmt;
use std::str::FromStr;

use crate::clock;
use crate::refusal::{Code, Refusal};

macro_rules! ids {
    ($( $(#[$doc:meta])* $name:ident = $prefix:literal; )*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub struct $name(String);

        impl $name {
            /// What every identifier of this type begins with, before the underscore.
            pub const PREFIX: &'static str = $prefix;

            /// A new, time-ordered identifier.
            #[expect(clippy::new_without_default, reason = "an identifier is made on purpose, never by default")]
            pub fn new() -> Self {
                Self(format!("{}_{}", $prefix, clock::new_id().replace('-', "")))
            }

            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// An identifier read back from the database, where only checked ones are.
            pub(crate) fn stored(text: String) -> Self {
                Self(text)
            }
        }

        impl FromStr for $name {
            type Err = Refusal;

            /// An identifier of another form names nothing: it is answered like a missing one.
            fn from_str(text: &str) -> Result<Self, Refusal> {
                if well_formed(text, $prefix) { Ok(Self(text.to_owned())) } else { Err(Code::NotFound.into()) }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

ids! {
    /// Identifies a programme.
    ProgrammeId = "prg";
    /// Identifies an organisation.
    OrganisationId = "org";
    /// Identifies a project.
    ProjectId = "prj";
    /// Identifies a payment of a project.
    PaymentId = "pay";
    /// Identifies the report that a project owes for a period.
    ReportId = "rpt";
    /// Identifies one frozen version of a report.
    VersionId = "ver";
    /// Identifies the waiver of a rule for a project.
    WaiverId = "wvr";
    /// Identifies a reason for which a report was returned.
    ReasonId = "rsn";
    /// Identifies a submission that takes longer than its sender waits.
    JobId = "job";
    /// Identifies the account with which a person signs in.
    AccountId = "acc";
    /// Identifies a closing: figures published for good.
    ClosingId = "cls";
}

fn well_formed(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix)
        .and_then(|rest| rest.strip_prefix('_'))
        .is_some_and(|digits| digits.len() == 32 && digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_survives_a_round_trip_and_refuses_another_types_prefix() {
        let id = ProjectId::new();
        assert_eq!(id.as_str().parse::<ProjectId>().as_ref(), Ok(&id));
        assert!(id.as_str().parse::<ReportId>().is_err());
        assert!("prj_0".parse::<ProjectId>().is_err());
    }
}
