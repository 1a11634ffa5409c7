//! Storage grows with what changed, not with what was sent again.

use faisceau::demo::Story;

use crate::support::growth::{Sending, keep_copies, played, size};

/// The first projects of the demo, over its twenty quarters.
const PROJECTS: usize = 2;

#[test]
fn twenty_quarters_of_full_statements_weigh_as_much_as_their_changes_alone() {
    let story = Story::tell();
    let whole = played(&story, PROJECTS, Sending::Whole);
    let (full_statements, changes_alone) =
        (size(&whole.database), size(&played(&story, PROJECTS, Sending::ChangesAlone).database));
    assert_eq!(full_statements.rows, changes_alone.rows, "both ways end as the same stored thing");
    let times = |bytes: i64, other: i64| bytes as f64 / other as f64;
    let written = times(full_statements.bytes, changes_alone.bytes);
    let packed = times(full_statements.packed_bytes, changes_alone.packed_bytes);
    assert!(written <= 1.3 && packed <= 1.3, "{written:.2} times as written, {packed:.2} times packed");
    // The measure would see it if versions were copies.
    keep_copies(&whole.database);
    let copies = times(size(&whole.database).packed_bytes, changes_alone.packed_bytes);
    assert!(copies > 1.3, "copies of every version weigh {copies:.2} times the changes: the measure is blind");
}
