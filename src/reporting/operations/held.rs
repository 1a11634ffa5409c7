//! All that is held on one person, for that person: what the law lets them ask for.

use serde_json::{Value, json};

use super::erase::find_person;
use crate::access::looks::Look;
use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::directory::store as directory;
use crate::refusal::Outcome;
use crate::reporting::fields::kept_fields;
use crate::reporting::privacy::Who;
use crate::reporting::store::{privacy, records};

/// Everything that is held on a person, as JSON: each record with the versions that held it, and what was found and
/// written about it. The look is in the journal.
pub fn export_person(desk: &Desk, scope: &Scope, who: &Who) -> Outcome<Value> {
    scope.require(Permission::ExportPersons)?;
    let (leads, document) = desk.read(scope, |connection| {
        let (persons, mut named) = find_person(connection, desk, scope, who)?;
        named.sort();
        named.dedup();
        let (mut leads, mut held) = (Vec::new(), Vec::new());
        for (project, reference) in &named {
            let found = directory::find_project(connection, scope, project)?;
            let project = found.ok_or_else(|| privacy::not_found("project"))?;
            let records = records::list_of_reference(connection, &project.id, reference)?;
            let own = records.into_iter().filter(|(.., record)| {
                record.participation.person.as_ref().is_none_or(|known| persons.contains(&known.0))
            });
            let records: Vec<Value> = own
                .map(|(first, end, record)| {
                    let stated = |field: crate::reporting::fields::Field| {
                        field.text(&record.participation).map(|text| (field.name().to_owned(), Value::from(text)))
                    };
                    let fields: serde_json::Map<String, Value> = kept_fields().filter_map(stated).collect();
                    json!({ "fromVersion": first, "beforeVersion": end, "fields": fields })
                })
                .collect();
            held.push(json!({
                "project": project.details.code,
                "title": project.details.title,
                "reference": reference,
                "records": records,
                "findings": privacy::list_said(connection, &project.id, reference)?,
            }));
            leads.push((project.details.lead.clone(), project.id.clone(), records_count(&held)));
        }
        let linked = !persons.is_empty();
        Ok((leads, json!({ "linkedAcrossProjects": linked, "held": held })))
    })?;
    for (lead, project, records) in leads {
        let detail = json!({ "records": records });
        let look = Look { kind: "person.seen", organisation: lead.as_str(), subject: project.as_str(), detail };
        desk.journal_look(scope, &look)?;
    }
    Ok(document)
}

fn records_count(held: &[Value]) -> usize {
    held.last().and_then(|last| last["records"].as_array()).map_or(0, Vec::len)
}
