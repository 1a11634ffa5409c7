//! A submission that was prepared before an erasure cannot bring anybody back.

use faisceau::access::operations::at_the_console;
use faisceau::access::role::Role;
use faisceau::refusal::Code;
use faisceau::reporting::identity::{Scheme, pseudonymise};
use faisceau::reporting::operations::{self as reporting, Submitted};
use faisceau::reporting::statement::{Participation, Reference};

use super::{NADIA, erase, with_nadia};
use crate::chain::check;
use crate::support::under_way::submission_under_way;

/// How many participations the submission holds, so that there is time between its preparation and its write.
const MANY: usize = 1500;

#[test]
fn a_submission_that_races_with_an_erasure_does_not_resurrect_the_link() {
    for changes_nothing in [true, false] {
        let world = with_nadia();
        let alpha = world.project("ALPHA");
        let key = world.desk.keys.programme("TEST").unwrap();
        let auditor = at_the_console(Role::Auditor);
        let version = reporting::find_version(&world.desk, &auditor, &alpha, 2).unwrap().unwrap();
        let page = faisceau::page::PageRequest::new(10, None).unwrap();
        let stored = reporting::list_records(&world.desk, &auditor, &version, &page).unwrap().items;
        let nadia = stored.iter().find(|record| record.participation.reference.as_str() == "NADIA-7701").unwrap();
        let nadia = nadia.participation.clone().with_person(pseudonymise(Scheme::Agdref, NADIA, key));
        let mut participations: Vec<Participation> = (0..MANY)
            .map(|at| Participation {
                reference: format!("M-{at}").parse::<Reference>().unwrap(),
                person: pseudonymise(Scheme::Programme, &format!("MANY-{at}-X"), key),
                ..nadia.clone()
            })
            .collect();
        // Her record as it was, or one that has changed: both hold her person.
        let entry_on = if changes_nothing { nadia.entry_on } else { jiff::civil::date(2023, 2, 9) };
        participations.push(Participation { entry_on, ..nadia });
        let submitting = submission_under_way(&world, &alpha, 2, participations);
        let erased = erase(&world, "ALPHA", "NADIA-7701");
        assert_eq!(erased["erasure"]["linkCount"], 1, "{erased:#}");
        match submitting.join().unwrap() {
            Err(failure) => assert_eq!(failure.refusal().code, Code::Busy, "{failure:?}"),
            Ok(Submitted::Accepted(_)) => {}
            Ok(Submitted::Blocked(assessment, _)) => panic!("{:?}", assessment.findings.listed.first()),
        }
        let unlinked = world.database.sql(
            "SELECT reference AS value FROM participations WHERE person_id IS NOT NULL \
             AND person_id NOT IN (SELECT person_id FROM person_links)",
        );
        assert_eq!(unlinked, Vec::<String>::new(), "records of a person whose link was erased");
        let checked = check(&world, &[]);
        assert!(checked.holds(), "{checked:?}");
    }
}
