//! The story as files, as partners would send them and as a funder would bring its past along: a directory, one file for
//! each version submitted, and two manifests in the order of time.
//!
//! Pure: it gives the files one after the other, in the same words every time; somebody else writes them.

use serde_json::{Value, json};

use super::files;
use super::people::Person;
use super::play::{APPROVER, Moment, RETURN_REASON, moments};
use super::rehearsal::{self, Rehearsal};
use super::{PlannedProject, PlannedReport, Story};
use crate::reporting::rules::JustifiedWarning;
use crate::reporting::statement::Statement;

/// What the manifest of the past says of where it comes from.
const SOURCE: &str = "Demonstration of Faisceau";

/// A file of the export.
pub struct Exported {
    /// Its path within the folder, with `/`.
    pub path: String,
    /// What is in it.
    pub content: String,
}

/// The export of a story.
pub struct Export<'a> {
    story: &'a Story,
}

impl<'a> Export<'a> {
    /// The whole story.
    pub fn of(story: &'a Story) -> Self {
        Self { story }
    }

    /// How many versions are submitted.
    pub fn version_count(&self) -> usize {
        moments(self.story).into_iter().filter(|(_, _, moment)| moment.submits()).count()
    }

    /// Gives every file to whoever writes it, the manifests last.
    pub fn write<E>(&self, mut put: impl FnMut(Exported) -> Result<(), E>) -> Result<(), E> {
        put(file("directory.json", &self.directory()))?;
        let programme = rehearsal::programme(self.story);
        let statements = self.story.statements(&rehearsal::key());
        let mut projects: Vec<Kept<'_>> =
            self.story.projects.iter().map(|planned| Kept::of(planned, self.story, &programme)).collect();
        let (mut told, mut past) = (Vec::new(), Vec::new());
        for (at, place, moment) in moments(self.story) {
            let report = &self.story.reports[place];
            let kept = &mut projects[report.project];
            let mut told_of = json!({
                "at": at.to_string(), "action": moment.action(), "project": kept.planned.code, "period": report.period,
            });
            match moment {
                Moment::Submitted | Moment::Resubmitted => {
                    let statement = statements.at(report, moment);
                    let answers = kept.rehearsal.send(report, &statement);
                    kept.version += 1;
                    kept.submitted_on = self.day(at);
                    kept.files = self.files(kept, report, &statement, &answers, &mut put)?;
                    told_of["baseVersion"] = json!(kept.version - 1);
                    extend(&mut told_of, &kept.files);
                }
                Moment::Returned => {
                    told_of["version"] = json!(kept.version);
                    told_of["reason"] = json!(RETURN_REASON);
                }
                Moment::Approved => {
                    kept.rehearsal.approve();
                    told_of["version"] = json!(kept.version);
                    let mut version = json!({
                        "project": kept.planned.code, "period": report.period, "submittedOn": kept.submitted_on,
                        "approvedOn": self.day(at), "approvedBy": APPROVER,
                    });
                    extend(&mut version, &kept.files);
                    past.push(version);
                }
            }
            told.push(told_of);
        }
        let code = &self.story.programme.code;
        put(file("manifest.json", &json!({ "programme": code, "directory": "directory.json", "moments": told })))?;
        put(file("history.json", &json!({ "programme": code, "source": SOURCE, "versions": past })))
    }

    fn day(&self, at: crate::clock::Instant) -> String {
        at.day_in(&self.story.programme.time_zone).to_string()
    }

    /// Puts the file of a version, and beside a spreadsheet the answers to its warnings; gives their names.
    fn files<E>(
        &self,
        kept: &Kept<'_>,
        report: &PlannedReport,
        statement: &Statement,
        answers: &[JustifiedWarning],
        put: &mut impl FnMut(Exported) -> Result<(), E>,
    ) -> Result<Value, E> {
        let records = kept.planned.participations.iter().take(statement.participations.len());
        let people: Vec<&Person> = records.map(|one| &self.story.people[one.person]).collect();
        let path = format!("reports/{}/{}-version-{}", kept.planned.code, report.period, kept.version);
        if !kept.planned.sends_tables() {
            let path = format!("{path}.ndjson");
            put(Exported { path: path.clone(), content: files::lines(statement, &people, answers) })?;
            return Ok(json!({ "file": path }));
        }
        let table = format!("{path}.csv");
        put(Exported { path: table.clone(), content: files::table(statement, &people) })?;
        if answers.is_empty() {
            return Ok(json!({ "file": table }));
        }
        let justifications = format!("{path}-justifications.json");
        let words: serde_json::Map<String, Value> =
            answers.iter().map(|answer| (answer.code.clone(), json!(answer.text))).collect();
        put(file(&justifications, &Value::Object(words)))?;
        Ok(json!({ "file": table, "justifications": justifications }))
    }

    /// The directory as `directoryImport` takes it.
    fn directory(&self) -> Value {
        let programme = &self.story.programme;
        let siret = |place: usize| &self.story.organisations[place].siret;
        let organisations: Vec<Value> = std::iter::once(&self.story.funder)
            .chain(&self.story.organisations)
            .map(|one| json!({ "siret": one.siret, "name": one.name, "esus": one.esus }))
            .collect();
        let project = |planned: &PlannedProject| {
            let member = |(place, role): &(usize, _)| json!({ "organisation": siret(*place), "role": role });
            json!({
                "programme": programme.code, "code": planned.code, "title": planned.title, "call": planned.call,
                "lead": siret(planned.lead), "members": planned.members.iter().map(member).collect::<Vec<_>>(),
                "department": planned.department.code, "sector": planned.sector,
                "agreementFrom": planned.agreement_from, "agreementTo": planned.agreement_to,
                "targetParticipants": planned.target,
                "eligibleCost": planned.eligible_cost.to_string(), "grant": planned.grant.to_string(),
            })
        };
        let calls: Vec<Value> = programme
            .calls
            .iter()
            .map(|call| json!({ "code": call.code, "nameEn": call.name_en, "nameFr": call.name_fr }))
            .collect();
        let periods: Vec<Value> =
            programme.periods.iter().map(|one| json!({ "code": one.code, "dueOn": one.due_on })).collect();
        json!({
            "programme": {
                "code": programme.code, "nameEn": programme.name_en, "nameFr": programme.name_fr,
                "envelope": programme.envelope.to_string(), "firstOn": programme.first_on,
                "disclosureThreshold": programme.disclosure_threshold, "calls": calls, "periods": periods,
            },
            "organisations": organisations,
            "projects": self.story.projects.iter().map(project).collect::<Vec<_>>(),
        })
    }
}

/// A project under way: what it has sent so far.
struct Kept<'a> {
    planned: &'a PlannedProject,
    rehearsal: Rehearsal<'a>,
    version: u32,
    submitted_on: String,
    files: Value,
}

impl<'a> Kept<'a> {
    fn of(planned: &'a PlannedProject, story: &Story, programme: &'a crate::directory::programme::Programme) -> Self {
        let rehearsal = Rehearsal::of(planned, story, programme);
        Self { planned, rehearsal, version: 0, submitted_on: String::new(), files: Value::Null }
    }
}

fn file(path: &str, content: &Value) -> Exported {
    Exported { path: path.to_owned(), content: format!("{content:#}\n") }
}

fn extend(value: &mut Value, more: &Value) {
    if let (Some(members), Some(more)) = (value.as_object_mut(), more.as_object()) {
        members.extend(more.clone());
    }
}
