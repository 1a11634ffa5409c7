//! Rotating the deployment key: every link is sealed anew, some at a time. Meanwhile both keys open, submissions go on, and
//! a rotation that was cut short goes on where it was.

use serde_json::json;

use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::refusal::{Failure, Outcome};
use crate::reporting::store::{links, privacy};
use crate::storage::journal::{self, Entry};

/// How many links are sealed anew by one write.
const RESEAL_AT_ONCE: i64 = 5000;

/// Names the key that seals from now on. Must come before the links are sealed anew: from this commit on, every server
/// seals with it, or says that it lacks it.
pub fn begin_rotation(desk: &Desk, scope: &Scope) -> Outcome<()> {
    scope.require_everywhere(Permission::RegisterClients)?;
    let key = desk.keys.deployment.id();
    desk.store_for(scope).write(|connection| {
        if privacy::read_head(connection)?.key_id == key {
            return Ok(());
        }
        privacy::name_key(connection, &key)?;
        let entry = Entry {
            kind: "deployment_key.rotated",
            actor: scope.caller(),
            organisation: None,
            subject: &key,
            detail: json!({ "before": desk.keys.deployment.id_before() }),
        };
        journal::append(connection, desk.clock.now(), &entry)
    })
}

/// Seals every link anew that another key than the present one sealed; tells how many are done after each write.
pub fn reseal_links(desk: &Desk, scope: &Scope, told: &mut dyn FnMut(u64)) -> Outcome<u64> {
    scope.require_everywhere(Permission::RegisterClients)?;
    let key = desk.keys.deployment.id();
    let (mut done, mut after) = (0_u64, String::new());
    loop {
        let last = desk.store_for(scope).write(|connection| {
            privacy::hold_key(&privacy::read_head(connection)?, &desk.keys)?;
            let rows = links::list_sealed_otherwise(connection, &key, &after, RESEAL_AT_ONCE)?;
            let last = rows.last().map(|(.., person)| person.clone());
            let count = rows.len();
            let reseal = |row: links::LinkRow| {
                let seal = desk.keys.deployment.reseal(&row.1);
                seal.map(|seal| (row, seal)).ok_or_else(|| {
                    Failure::fault("a link is sealed with neither key: put the key back that was there before")
                })
            };
            let resealed = rows.into_iter().map(reseal).collect::<Outcome<Vec<_>>>()?;
            links::replace_seals(connection, &key, &resealed)?;
            Ok(last.map(|last| (last, count)))
        })?;
        let Some((last, count)) = last else { break };
        after = last;
        done += u64::try_from(count).unwrap_or(0);
        told(done);
    }
    // Persons are numbered at random: some may have been linked behind the place where this was.
    match desk.read(scope, |connection| links::count_sealed_otherwise(connection, &key))? {
        0 => Ok(done),
        left => Err(Failure::fault(format!("{left} links are not sealed with the new key yet; run this again"))),
    }
}

/// Names the present key if none is named yet; refuses to go on with another one than the database goes by.
pub fn adopt_key(desk: &Desk) -> Outcome<()> {
    let head = desk.store.read(privacy::read_head)?;
    privacy::hold_key(&head, &desk.keys)?;
    if head.key_id.is_empty() {
        let key = desk.keys.deployment.id();
        desk.store.write(|connection| privacy::name_key(connection, &key))?;
    }
    Ok(())
}
