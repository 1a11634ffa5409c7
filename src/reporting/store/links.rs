//! The link table: from a sealed pseudonym to a random person. The only place where one stands.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::clock;
use crate::id::ProgrammeId;
use crate::refusal::Outcome;
use crate::reporting::record::PersonId;
use crate::storage::AnyConnection;
use crate::storage::bulk::{self, Column};
use crate::storage::schema::person_links;

/// How many seals are looked up by one statement.
const LOOK_UP_AT_ONCE: usize = 500;

/// The persons already linked to some seals.
pub fn find_links(
    connection: &mut AnyConnection,
    programme: &ProgrammeId,
    seals: &[Vec<u8>],
) -> Outcome<HashMap<Vec<u8>, PersonId>> {
    let mut found = HashMap::with_capacity(seals.len());
    for some in seals.chunks(LOOK_UP_AT_ONCE) {
        let rows: Vec<(Vec<u8>, String)> = person_links::table
            .filter(person_links::programme_id.eq(programme.as_str()).and(person_links::sealed.eq_any(some)))
            .select((person_links::sealed, person_links::person_id))
            .load(connection)?;
        found.extend(rows.into_iter().map(|(sealed, person)| (sealed, PersonId(person))));
    }
    Ok(found)
}

/// Links a new person to each of some distinct seals; a seal that somebody else linked meanwhile keeps its person.
pub fn make_links(
    connection: &mut AnyConnection,
    programme: &ProgrammeId,
    seals: Vec<Vec<u8>>,
) -> Outcome<HashMap<Vec<u8>, PersonId>> {
    let persons: Vec<PersonId> = seals.iter().map(|_| PersonId(clock::new_untimed_id())).collect();
    let columns = vec![
        ("programme_id", Column::Text(vec![Some(programme.to_string()); seals.len()])),
        ("sealed", Column::Bytes(seals.clone())),
        ("person_id", Column::Text(persons.iter().map(|person| Some(person.0.clone())).collect())),
    ];
    if bulk::insert_missing(connection, "person_links", columns)? == seals.len() {
        Ok(seals.into_iter().zip(persons).collect())
    } else {
        find_links(connection, programme, &seals)
    }
}
