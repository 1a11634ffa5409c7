//! What can be done with definition versions: add, list, find.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::reading::{ContentDraft, read, read_stored};
use super::{Addition, DefinitionSet, built_in, store};
use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::directory::naming::ProgrammeName;
use crate::directory::programme::Programme;
use crate::directory::store as directory;
use crate::refusal::{Code, Failure, Outcome, Refusal};
use crate::storage::AnyConnection;
use crate::storage::journal::{self, Entry};
use crate::text::{Reason, ShortCode};

/// A version to add.
#[derive(Clone, Debug)]
pub struct NewDefinition {
    /// The programme.
    pub programme: ProgrammeName,
    /// The code that it is to have.
    pub code: ShortCode,
    /// The version that it is made from.
    pub based_on: ShortCode,
    /// Whether questions that name no version are answered under it from now on.
    pub standing: bool,
    /// Why.
    pub reason: Reason,
    /// What it says beyond that version.
    pub content: ContentDraft,
}

/// Everything that does not hold in a version to add.
pub type Problems = Vec<Refusal>;

/// Adds a version to a programme, from a position on: answers as of earlier ones stay what they were. Answers the
/// version, or everything that does not hold.
pub fn add_definition(
    desk: &Desk,
    scope: &Scope,
    new: &NewDefinition,
) -> Outcome<Result<Arc<DefinitionSet>, Problems>> {
    let scope = &scope.require(Permission::ChangeDefinitions)?;
    let mut problems = Vec::new();
    let written = desk.write(scope, |connection| {
        let programme = find_programme(connection, scope, &new.programme)?;
        scope.reaches_programme(&programme.id)?;
        let added = store::list_definitions(connection, &programme.id)?;
        let known: Vec<Arc<DefinitionSet>> = built_in::all().iter().chain(&added).cloned().collect();
        if known.iter().any(|set| set.code == new.code) {
            return Err(Refusal::new(Code::AlreadyRegistered).at("code").into());
        }
        let base = known.iter().find(|set| set.code == new.based_on);
        let base = base.ok_or_else(|| Refusal::new(Code::CodeUnknown).at("basedOn").with("list", "definitions"))?;
        let (content, table) = match read(&new.content, Some(base), &known) {
            Ok(read) => read,
            Err(refusals) => {
                problems = refusals;
                // Nothing was written yet; the transaction ends here.
                return Err(Code::ImportBlocked.into());
            }
        };
        let detail =
            json!({ "definition": new.code.as_str(), "basedOn": new.based_on.as_str(), "standing": new.standing });
        let entry = Entry {
            kind: "definition.added",
            actor: scope.caller(),
            organisation: None,
            subject: programme.id.as_str(),
            detail,
        };
        let now = desk.clock.now();
        let addition = Addition {
            programme: programme.id.clone(),
            position: journal::append_positioned(connection, now, &entry)?,
            based_on: new.based_on.clone(),
            standing: new.standing,
            reason: new.reason.clone(),
            at: now,
            by: scope.caller().to_owned(),
        };
        let set = DefinitionSet::of(new.code.clone(), Some(addition.clone()), content, table);
        store::insert_definition(connection, &set)?;
        Ok(Kept { code: new.code.clone(), addition, content: set.content.canonical() })
    });
    match written {
        Err(Failure::Refused(_)) if !problems.is_empty() => Ok(Err(problems)),
        Err(failure) => Err(failure),
        Ok(kept) => {
            let set = read_stored(kept.code, kept.addition, &kept.content);
            set.map(|set| Ok(Arc::new(set)))
                .ok_or_else(|| Failure::fault("a definition version does not read as written"))
        }
    }
}

/// A version as it is kept for whoever sends the same request again.
#[derive(Serialize, Deserialize)]
struct Kept {
    code: ShortCode,
    addition: Addition,
    content: String,
}

/// The versions that a programme has: those that come with the program, then those added, in order.
pub fn list_definitions(desk: &Desk, scope: &Scope, programme: &ProgrammeName) -> Outcome<Vec<Arc<DefinitionSet>>> {
    let scope = &scope.require(Permission::ReadDirectory)?;
    desk.store_for_figures().read(|connection| {
        let programme = find_programme(connection, scope, programme)?;
        let added = store::list_definitions(connection, &programme.id)?;
        Ok(built_in::all().iter().cloned().chain(added).collect())
    })
}

/// The version of a code that a programme has.
pub fn find_definition(
    desk: &Desk,
    scope: &Scope,
    programme: &ProgrammeName,
    code: &str,
) -> Outcome<Option<Arc<DefinitionSet>>> {
    let found = list_definitions(desk, scope, programme)?;
    Ok(found.into_iter().find(|set| set.code.as_str() == code))
}

fn find_programme(connection: &mut AnyConnection, scope: &Scope, name: &ProgrammeName) -> Outcome<Programme> {
    let found = directory::find_named_programme(connection, scope, name)?;
    found.ok_or_else(|| Refusal::new(Code::NotFound).at("programme").into())
}
