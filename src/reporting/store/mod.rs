//! Reporting in the database: reports and versions, records as intervals of versions, links of persons, findings.

pub mod findings;
pub mod links;
pub mod records;
pub mod reports;
pub mod versions;
