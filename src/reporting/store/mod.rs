//! Reporting in the database: reports and versions, records and sections as intervals of versions, links of persons, findings.

pub mod findings;
pub mod jobs;
pub mod links;
pub mod records;
pub mod reports;
pub mod sections;
pub mod versions;
