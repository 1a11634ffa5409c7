//! Following what happens.

use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::page::{Page, PageRequest};
use crate::refusal::Outcome;
use crate::reporting::change::Change;
use crate::reporting::store::changes;
use crate::storage::journal::Sequence;

/// A page of what happened after a sequence, within reach. Whoever asks again with the last sequence that it got misses
/// nothing, however late an entry was committed.
pub fn list_changes(desk: &Desk, scope: &Scope, after: Sequence, page: &PageRequest) -> Outcome<Page<Change>> {
    let scope = &scope.require(Permission::ReadReports)?;
    desk.number()?;
    desk.read(scope, |connection| changes::list_changes(connection, scope, after, page))
}

/// The sequence of the newest change: what has a greater one is still to come.
pub fn newest_sequence(desk: &Desk, scope: &Scope) -> Outcome<Sequence> {
    scope.require(Permission::ReadDirectory).map(drop)?;
    desk.number()
}
