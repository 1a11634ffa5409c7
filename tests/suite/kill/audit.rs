//! What must hold of the database after every restart, told in SQL and by recomputing digests.

use std::collections::BTreeMap;
use std::sync::Arc;

use faisceau::access::Desk;
use faisceau::access::keys::KeyRing;
use faisceau::access::operations::at_the_console;
use faisceau::access::role::Role;
use faisceau::clock::Clock;
use faisceau::directory::operations as directory;
use faisceau::directory::period::Quarter;
use faisceau::page::PageRequest;
use faisceau::reporting::operations as reporting;
use faisceau::reporting::record::{Header, version_digest};
use faisceau::storage::Store;

use super::YEARS;
use crate::support::Database;
use crate::support::database::on_postgresql;

/// What a caller was told to be done.
#[derive(Clone, Debug)]
pub enum Acknowledged {
    Submitted { project: String, number: u64, digest: String, period: String },
    Recalled { report: String, number: u64 },
    Returned { report: String, number: u64 },
    Approved { report: String, number: u64 },
}

/// Each query finds what must not be.
const CONTRADICTIONS: &[(&str, &str)] = &[
    (
        "a project whose version numbers have gaps or doubles",
        "SELECT project_id AS value FROM report_versions GROUP BY project_id \
         HAVING COUNT(*) <> MAX(number) OR MIN(number) <> 1 OR COUNT(DISTINCT digest) <> COUNT(*)",
    ),
    (
        "a version without all its records",
        "SELECT v.id AS value FROM report_versions v WHERE v.participation_count <> (SELECT COUNT(*) \
         FROM participations p WHERE p.project_id = v.project_id AND p.first_version <= v.number \
         AND (p.end_version IS NULL OR p.end_version > v.number))",
    ),
    (
        "a record that begins or ends with no version",
        "SELECT p.reference AS value FROM participations p WHERE NOT EXISTS (SELECT 1 FROM report_versions v \
         WHERE v.project_id = p.project_id AND v.number = p.first_version) OR (p.end_version IS NOT NULL AND NOT EXISTS \
         (SELECT 1 FROM report_versions v WHERE v.project_id = p.project_id AND v.number = p.end_version))",
    ),
    (
        "a finding of no version",
        "SELECT f.code AS value FROM findings f WHERE NOT EXISTS (SELECT 1 FROM report_versions v \
         WHERE v.project_id = f.project_id AND v.number = f.version)",
    ),
    (
        "a person of no link",
        "SELECT p.person_id AS value FROM participations p WHERE p.person_id IS NOT NULL AND NOT EXISTS \
         (SELECT 1 FROM person_links l WHERE l.person_id = p.person_id)",
    ),
    (
        "a report whose current version is not its newest",
        "SELECT r.id AS value FROM reports r WHERE r.current_version <> COALESCE((SELECT MAX(v.number) \
         FROM report_versions v WHERE v.report_id = r.id), -1)",
    ),
    (
        "a report whose state contradicts its newest version",
        "SELECT r.id AS value FROM reports r JOIN report_versions v ON v.report_id = r.id \
         AND v.number = r.current_version WHERE (r.state = 'APPROVED') <> (v.approved_position IS NOT NULL)",
    ),
    (
        "a report whose state is not where its last step led",
        "SELECT r.id AS value FROM reports r WHERE r.state <> COALESCE((SELECT t.to_state FROM report_transitions t \
         WHERE t.report_id = r.id ORDER BY t.place DESC LIMIT 1), '')",
    ),
    (
        "a report whose steps have gaps",
        "SELECT report_id AS value FROM report_transitions GROUP BY report_id HAVING COUNT(*) <> MAX(place)",
    ),
    (
        "a version that was not submitted once",
        "SELECT v.id AS value FROM report_versions v WHERE (SELECT COUNT(*) FROM report_transitions t \
         WHERE t.report_id = v.report_id AND t.version = v.number AND t.action = 'SUBMIT') <> 1",
    ),
    (
        "a version in force that the journal does not approve once",
        "SELECT v.id AS value FROM report_versions v WHERE v.approved_position IS NOT NULL AND (SELECT COUNT(*) \
         FROM journal j WHERE j.position = v.approved_position AND j.kind = 'report.approved' \
         AND j.subject = v.report_id) <> 1",
    ),
    (
        "an approval in the journal that no version has",
        "SELECT j.subject AS value FROM journal j WHERE j.kind = 'report.approved' AND NOT EXISTS \
         (SELECT 1 FROM report_versions v WHERE v.approved_position = j.position)",
    ),
    (
        "as many submissions in the journal as versions, or not",
        "SELECT 'differ' AS value FROM journal_head WHERE (SELECT COUNT(*) FROM journal WHERE kind = 'report.submitted') \
         <> (SELECT COUNT(*) FROM report_versions)",
    ),
    (
        "a journal whose positions have gaps",
        "SELECT 'gap' AS value FROM journal_head h WHERE h.position <> (SELECT COUNT(position) FROM journal) \
         OR h.position <> (SELECT MAX(position) FROM journal)",
    ),
];

/// Audits one database again and again, recomputing the digests that it has not recomputed yet.
pub struct Auditor<'a> {
    database: &'a Database,
    projects: Vec<String>,
    recomputed: BTreeMap<String, u32>,
}

impl<'a> Auditor<'a> {
    pub fn of(database: &'a Database, projects: Vec<String>) -> Self {
        Self { database, projects, recomputed: BTreeMap::new() }
    }

    /// The number of a project's newest version and its period; 0 and the first period if there is none.
    pub fn newest_version(&self, project: &str) -> (u32, Quarter) {
        let newest = self.database.sql(&format!(
            "SELECT CAST(number AS TEXT) || ' ' || period AS value FROM report_versions WHERE project_id = '{project}' \
             ORDER BY number DESC LIMIT 1"
        ));
        let Some(newest) = newest.first() else { return (0, Quarter::new(YEARS.0, 1).unwrap()) };
        let (number, period) = newest.split_once(' ').unwrap();
        (number.parse().unwrap(), period.parse().unwrap())
    }

    /// How many versions there are.
    pub fn version_count(&self) -> String {
        self.database.sql("SELECT CAST(COUNT(*) AS TEXT) AS value FROM report_versions").remove(0)
    }

    /// Recomputes every digest, not only new ones.
    pub fn audit_from_the_start(&mut self, acknowledged: &[Acknowledged]) {
        self.recomputed.clear();
        self.audit(acknowledged);
    }

    /// Everything acknowledged is there once, and nothing is there by half.
    pub fn audit(&mut self, acknowledged: &[Acknowledged]) {
        for (what, query) in CONTRADICTIONS {
            assert_eq!(self.database.sql(query), Vec::<String>::new(), "{what}");
        }
        let hexadecimal = if on_postgresql() { "encode(digest, 'hex')" } else { "lower(hex(digest))" };
        let versions = self.database.sql(&format!(
            "SELECT project_id || ' ' || CAST(number AS TEXT) || ' ' || period || ' ' || {hexadecimal} AS value \
             FROM report_versions"
        ));
        let versions: std::collections::HashSet<String> = versions.into_iter().collect();
        let steps = self.database.sql(
            "SELECT report_id || ' ' || CAST(version AS TEXT) || ' ' || action || ' ' || CAST(COUNT(*) AS TEXT) AS value \
             FROM report_transitions GROUP BY report_id, version, action",
        );
        let steps: std::collections::HashSet<String> = steps.into_iter().collect();
        for what in acknowledged {
            let kept = match what {
                Acknowledged::Submitted { project, number, digest, period } => {
                    versions.contains(&format!("{project} {number} {period} {digest}"))
                }
                Acknowledged::Recalled { report, number } => steps.contains(&format!("{report} {number} RECALL 1")),
                Acknowledged::Returned { report, number } => steps.contains(&format!("{report} {number} RETURN 1")),
                Acknowledged::Approved { report, number } => steps.contains(&format!("{report} {number} APPROVE 1")),
            };
            assert!(kept, "acknowledged, and not there once: {what:?}");
        }
        self.recompute_digests();
    }

    /// Recomputes the hash of every record and from them the digest of each version.
    fn recompute_digests(&mut self) {
        let keys = Arc::new(KeyRing::load(&self.database.keys()).unwrap());
        let desk = Desk::new(Store::open(self.database.location()).unwrap(), Clock::System, keys);
        let auditor = at_the_console(Role::Auditor);
        let page = PageRequest::new(200, None).unwrap();
        for project in &self.projects {
            let (newest, _) = self.newest_version(project);
            let project = directory::find_project(&desk, &auditor, &project.parse().unwrap()).unwrap().unwrap();
            let first = self.recomputed.get(project.id.as_str()).map_or(1, |done| done + 1);
            for number in first..=newest {
                let version = reporting::find_version(&desk, &auditor, &project, number).unwrap().unwrap();
                let records = reporting::list_records(&desk, &auditor, &version, &page).unwrap();
                assert!(!records.has_more && records.items.iter().all(|record| record.holds()));
                let header =
                    Header { project: &project.id, number, period: version.period, rule_set: version.rule_set };
                let hashes = records.items.iter().map(|r| (r.participation.reference.as_str(), r.hash)).collect();
                assert_eq!(
                    version_digest(&header, hashes, Vec::new()),
                    version.digest,
                    "version {number} of {}",
                    project.id
                );
            }
            self.recomputed.insert(project.id.to_string(), newest);
        }
    }
}
