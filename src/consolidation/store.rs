//! What the image catches up with, read from the tables in one snapshot.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use diesel::prelude::*;

use super::definitions::store::list_definitions_after;
use super::image::segment::{Begun, Ended};
use super::image::{ApprovedVersion, Delta, Image, MetAgain, PaidFact, RecordDelta};
use crate::access::Scope;
use crate::directory::store::{self as directory, stored};
use crate::id::ProjectId;
use crate::refusal::{Failure, Outcome};
use crate::reporting::intervals::{self, Held, HeldSection};
use crate::reporting::sections::{Section, Sections};
use crate::reporting::version::Digest;
use crate::storage::journal::{self, Position};
use crate::storage::schema::{erased_records, report_versions};
use crate::storage::{AnyConnection, Store};

/// What an image misses: what happened since, or a whole image where there was none, or where records were erased that it
/// still holds. Erasures are rare; nothing of the persons stays anywhere in an image that begins anew.
pub enum Missed {
    /// What happened since.
    Delta(Delta),
    /// The image, from the beginning.
    Image(Image),
}

/// Reads everything that happened after the image's position; `store` lends a second connection where much is to be read.
pub fn read_missed(connection: &mut AnyConnection, scope: &Scope, image: &Image, store: &Store) -> Outcome<Missed> {
    if image.position == Position::default() || !read_erased(connection, image.position)?.is_empty() {
        return read_image(connection, scope, store).map(Missed::Image);
    }
    let (mut delta, newest) = read_facts(connection, scope, image.position)?;
    for (project, number) in newest {
        let loaded = image.newest_loaded(&project);
        if number > loaded {
            delta.records.push(read_records(connection, &project, loaded, number)?);
        }
    }
    Ok(Missed::Delta(delta))
}

/// Reads a whole image, one project's participations after the other: all of them at once would weigh many times what they
/// weigh packed.
///
/// A second connection takes part if it sees the same position: then it sees the same facts, since whatever answers read
/// takes a position as it is committed. If it sees another, or is not to be had, the first reads alone.
fn read_image(connection: &mut AnyConnection, scope: &Scope, store: &Store) -> Outcome<Image> {
    let (delta, newest) = read_facts(connection, scope, Position::default())?;
    let position = delta.position;
    let mut image = Image::default();
    image.apply(Delta { erased: read_erased(connection, Position::default())?, ..delta });
    let (unread, packed) = (Mutex::new(newest.into_iter()), Mutex::new((image, MetAgain::default())));
    let read = |connection: &mut AnyConnection| -> Outcome<()> {
        loop {
            let next = unread.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some((project, number)) = next else { return Ok(()) };
            let records = read_records(connection, &project, 0, number)?;
            let mut packed = packed.lock().map_err(|_| Failure::fault("what was read could not be packed"))?;
            let (image, met_again) = &mut *packed;
            image.advance(records, met_again);
        }
    };
    std::thread::scope(|threads| {
        let second = threads.spawn(|| {
            let part = |connection: &mut AnyConnection| {
                let sees_the_same = journal::head(connection)?.0 == position;
                Ok(if sees_the_same { read(connection) } else { Ok(()) })
            };
            // Without a connection it has taken nothing upon itself.
            store.read(part).unwrap_or(Ok(()))
        });
        let first = read(connection);
        first.and(second.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })?;
    let (mut image, met_again) = packed.into_inner().unwrap_or_else(PoisonError::into_inner);
    image.share(met_again);
    Ok(image)
}

/// What happened after a position, without records and erasures; and the newest approved version of each project that has one since.
fn read_facts(
    connection: &mut AnyConnection,
    scope: &Scope,
    after: Position,
) -> Outcome<(Delta, BTreeMap<ProjectId, u32>)> {
    let (position, _) = journal::head(connection)?;
    let versions = read_versions(connection, after)?;
    let mut newest: BTreeMap<ProjectId, u32> = BTreeMap::new();
    for (project, version) in &versions {
        let known = newest.entry(project.clone()).or_default();
        *known = (*known).max(version.number);
    }
    let programmes = directory::list_programme_revisions_after(connection, scope, after)?;
    let revisions = directory::list_revisions_after(connection, after)?;
    let payments = directory::list_payments_after(connection, after)?.into_iter().map(|payment| {
        let fact = PaidFact {
            id: payment.id,
            recorded: payment.position,
            cancelled: None,
            paid_on: payment.paid_on,
            amount_cents: payment.amount_cents,
        };
        (payment.project, fact)
    });
    let delta = Delta {
        position,
        programmes: programmes.into_iter().map(|revision| (revision.position, revision.programme)).collect(),
        organisations: directory::list_organisation_revisions_after(connection, after)?,
        revisions: revisions.into_iter().map(|revision| (revision.position, revision.project)).collect(),
        definitions: list_definitions_after(connection, after)?,
        payments: payments.collect(),
        cancellations: directory::list_cancellations_after(connection, after)?,
        versions,
        records: Vec::new(),
        erased: Vec::new(),
    };
    Ok((delta, newest))
}

/// The versions that lost records after a position, by project.
fn read_erased(connection: &mut AnyConnection, after: Position) -> Outcome<Vec<(ProjectId, u32)>> {
    let rows: Vec<(String, i64)> = erased_records::table
        .filter(erased_records::position.gt(after.0))
        .select((erased_records::project_id, erased_records::version))
        .distinct()
        .load(connection)?;
    let version = |number| u32::try_from(number).map_err(|_| Failure::fault("a stored number is out of range"));
    rows.into_iter().map(|(project, number)| Ok((ProjectId::stored(project), version(number)?))).collect()
}

/// What the versions of a project after one, up to another, add to those before.
pub fn read_records(
    connection: &mut AnyConnection,
    project: &ProjectId,
    after: u32,
    newest: u32,
) -> Outcome<RecordDelta> {
    let begun = intervals::list_begun(connection, project, after, newest, begun_of)?;
    let ended = if after == 0 { Vec::new() } else { intervals::list_ended(connection, project, after, newest)? };
    Ok(RecordDelta {
        project: project.clone(),
        newest,
        begun,
        ended: ended.into_iter().map(|(reference, end)| Ended { reference, end }).collect(),
    })
}

fn begun_of(held: Held) -> Outcome<Begun> {
    let person = held.participation.person.as_ref();
    let broken = |_| Failure::fault("a stored person is out of form");
    let person = person.map(|person| uuid::Uuid::parse_str(&person.0).map_err(broken)).transpose()?;
    Ok(Begun::of(&held.participation, held.first, held.end, person.map(uuid::Uuid::into_bytes)))
}

fn read_versions(connection: &mut AnyConnection, after: Position) -> Outcome<Vec<(ProjectId, ApprovedVersion)>> {
    type Row = (String, i64, String, Vec<u8>, bool, i64, Option<i64>, Option<i64>);
    let rows: Vec<Row> = report_versions::table
        .filter(report_versions::approved_position.gt(after.0).or(report_versions::annulled_position.gt(after.0)))
        .order((report_versions::project_id, report_versions::number))
        .select((
            report_versions::project_id,
            report_versions::number,
            report_versions::period,
            report_versions::digest,
            report_versions::late,
            report_versions::participation_count,
            report_versions::approved_position,
            report_versions::annulled_position,
        ))
        .load(connection)?;
    let broken = || Failure::fault("a stored version is out of form");
    let mut versions = Vec::with_capacity(rows.len());
    let mut counts = Vec::with_capacity(rows.len());
    for (project, number, period, digest, late, count, approved, annulled) in rows {
        let version = ApprovedVersion {
            number: u32::try_from(number).map_err(|_| broken())?,
            period: stored(&period)?,
            digest: Digest(digest.try_into().map_err(|_| broken())?),
            late,
            aggregate_only: false,
            spending_cents: None,
            approved: Position(approved.ok_or_else(broken)?),
            annulled: annulled.map(Position),
        };
        versions.push((ProjectId::stored(project), version));
        counts.push(count);
    }
    complete_by_sections(connection, &mut versions, &counts)?;
    Ok(versions)
}

/// Says of each version what its sections state: spending, and totals without any participation.
fn complete_by_sections(
    connection: &mut AnyConnection,
    versions: &mut [(ProjectId, ApprovedVersion)],
    participation_counts: &[i64],
) -> Outcome<()> {
    let mut projects: Vec<&ProjectId> = versions.iter().map(|(project, _)| project).collect();
    projects.dedup();
    let held = intervals::list_sections(connection, &projects, &[Section::Finance, Section::DeclaredFigures])?;
    let mut by_project: BTreeMap<&ProjectId, Vec<&HeldSection>> = BTreeMap::new();
    for section in &held {
        by_project.entry(&section.project).or_default().push(section);
    }
    for ((project, version), count) in versions.iter_mut().zip(participation_counts) {
        let Some(sections) = by_project.get(&*project) else { continue };
        let holds = |section: &&&HeldSection| {
            section.first <= version.number && section.end.is_none_or(|end| end > version.number)
        };
        let mut stated = Sections::default();
        if !sections.iter().filter(holds).all(|section| stated.put(section.section, &section.content)) {
            return Err(Failure::fault("a stored section is out of form"));
        }
        version.spending_cents = stated.finance.map(|finance| finance.spending.0);
        version.aggregate_only = *count == 0 && !stated.declared_figures.is_empty();
    }
    Ok(())
}
