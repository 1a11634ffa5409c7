//! The link table: from a sealed pseudonym to a random person. The only place where one stands, and on PostgreSQL open to
//! a role that can do nothing else.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::clock;
use crate::id::ProgrammeId;
use crate::refusal::{Failure, Outcome};
use crate::reporting::record::PersonId;
use crate::storage::AnyConnection;
use crate::storage::bulk::{self, Column};
use crate::storage::schema::person_links;
use crate::storage::wall::among_links;

/// How many seals are looked up by one statement.
const LOOK_UP_AT_ONCE: usize = 500;

/// The persons already linked to some seals.
pub fn find_links(
    connection: &mut AnyConnection,
    programme: &ProgrammeId,
    seals: &[Vec<u8>],
) -> Outcome<HashMap<Vec<u8>, PersonId>> {
    let mut found = HashMap::with_capacity(seals.len());
    if seals.is_empty() {
        return Ok(found);
    }
    among_links(connection, |connection| {
        for some in seals.chunks(LOOK_UP_AT_ONCE) {
            let rows: Vec<(Vec<u8>, String)> = person_links::table
                .filter(person_links::programme_id.eq(programme.as_str()).and(person_links::sealed.eq_any(some)))
                .select((person_links::sealed, person_links::person_id))
                .load(connection)?;
            found.extend(rows.into_iter().map(|(sealed, person)| (sealed, PersonId(person))));
        }
        Ok(found)
    })
}

/// Links a new person to each of some distinct identities, given by their seals, the present one first. Whoever is known
/// under any of them, or whom somebody else linked meanwhile, keeps the person.
pub fn make_links(
    connection: &mut AnyConnection,
    programme: &ProgrammeId,
    key_id: &str,
    identities: &[Vec<Vec<u8>>],
) -> Outcome<HashMap<Vec<u8>, PersonId>> {
    let mut known = HashMap::new();
    if identities.iter().any(|seals| seals.len() > 1) {
        // The key is being rotated: some are known under the seal before.
        let all: Vec<Vec<u8>> = identities.iter().flatten().cloned().collect();
        let found = find_links(connection, programme, &all)?;
        for seals in identities {
            if let Some(person) = seals.iter().find_map(|seal| found.get(seal)) {
                known.insert(seals[0].clone(), person.clone());
            }
        }
    }
    let seals: Vec<Vec<u8>> =
        identities.iter().map(|seals| seals[0].clone()).filter(|seal| !known.contains_key(seal)).collect();
    let persons: Vec<PersonId> = seals.iter().map(|_| PersonId(clock::new_untimed_id())).collect();
    if seals.is_empty() {
        return Ok(known);
    }
    let columns = link_columns(programme.as_str(), key_id, &seals, &persons);
    let made = among_links(connection, |connection| bulk::insert_missing(connection, "person_links", columns))?;
    if made == seals.len() {
        known.extend(seals.into_iter().zip(persons));
    } else {
        known.extend(find_links(connection, programme, &seals)?);
    }
    Ok(known)
}

fn link_columns(programme: &str, key_id: &str, seals: &[Vec<u8>], persons: &[PersonId]) -> Vec<(&'static str, Column)> {
    vec![
        ("programme_id", Column::Text(vec![Some(programme.to_owned()); seals.len()])),
        ("sealed", Column::Bytes(seals.to_vec())),
        ("person_id", Column::Text(persons.iter().map(|person| Some(person.0.clone())).collect())),
        ("key_id", Column::Text(vec![Some(key_id.to_owned()); seals.len()])),
    ]
}

/// How many of some persons are linked.
pub fn count_linked(connection: &mut AnyConnection, persons: &[&str]) -> Outcome<usize> {
    among_links(connection, |connection| {
        let mut linked = 0;
        for some in persons.chunks(LOOK_UP_AT_ONCE) {
            let found: Vec<String> = person_links::table
                .filter(person_links::person_id.eq_any(some))
                .select(person_links::person_id)
                .distinct()
                .load(connection)?;
            linked += found.len();
        }
        Ok(linked)
    })
}

/// A link: its programme, its seal, its person.
pub type LinkRow = (String, Vec<u8>, String);

/// Some links that another key than the one named sealed, by person, after a person.
pub fn list_sealed_otherwise(
    connection: &mut AnyConnection,
    key_id: &str,
    after: &str,
    limit: i64,
) -> Outcome<Vec<LinkRow>> {
    among_links(connection, |connection| {
        Ok(person_links::table
            .filter(person_links::person_id.gt(after).and(person_links::key_id.ne(key_id)))
            .order((person_links::person_id, person_links::sealed))
            .limit(limit)
            .select((person_links::programme_id, person_links::sealed, person_links::person_id))
            .load(connection)?)
    })
}

/// How many links another key than the one named sealed.
pub fn count_sealed_otherwise(connection: &mut AnyConnection, key_id: &str) -> Outcome<i64> {
    among_links(connection, |connection| {
        Ok(person_links::table.filter(person_links::key_id.ne(key_id)).count().get_result(connection)?)
    })
}

/// Puts other seals, under the key named, in the place of those of some links.
pub fn replace_seals(connection: &mut AnyConnection, key_id: &str, links: &[(LinkRow, Vec<u8>)]) -> Outcome<()> {
    among_links(connection, |connection| replace(connection, key_id, links))
}

fn replace(connection: &mut AnyConnection, key_id: &str, links: &[(LinkRow, Vec<u8>)]) -> Outcome<()> {
    for some in links.chunks(LOOK_UP_AT_ONCE) {
        let persons: Vec<&str> = some.iter().map(|((.., person), _)| person.as_str()).collect();
        let removed = diesel::delete(
            person_links::table.filter(person_links::person_id.eq_any(persons).and(person_links::key_id.ne(key_id))),
        )
        .execute(connection)?;
        if removed != some.len() {
            return Err(Failure::fault("links to seal anew are not as they were read"));
        }
    }
    let mut by_programme: HashMap<&str, (Vec<Vec<u8>>, Vec<PersonId>)> = HashMap::new();
    for ((programme, _, person), seal) in links {
        let (seals, persons) = by_programme.entry(programme).or_default();
        seals.push(seal.clone());
        persons.push(PersonId(person.clone()));
    }
    for (programme, (seals, persons)) in by_programme {
        bulk::insert(connection, "person_links", link_columns(programme, key_id, &seals, &persons))?;
    }
    Ok(())
}

/// Forgets every link of some persons; answers how many there were.
pub fn delete_links(connection: &mut AnyConnection, persons: &[&str]) -> Outcome<usize> {
    among_links(connection, |connection| {
        let mut deleted = 0;
        for some in persons.chunks(LOOK_UP_AT_ONCE) {
            deleted +=
                diesel::delete(person_links::table.filter(person_links::person_id.eq_any(some))).execute(connection)?;
        }
        Ok(deleted)
    })
}
