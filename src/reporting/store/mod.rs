//! Reporting in the database: reports and versions, records and sections as intervals of versions, links of persons,
//! findings, reasons of returns, extended due dates, and the journal as it is followed.

pub mod changes;
pub mod extensions;
pub mod findings;
pub mod intervals;
pub mod jobs;
pub mod links;
pub mod obligations;
pub mod overlaps;
pub mod privacy;
pub mod queue;
pub mod reasons;
pub mod records;
pub mod reports;
mod row;
pub mod sections;
pub mod verify;
pub mod versions;
pub mod waivers;
