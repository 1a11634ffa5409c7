//! A world in which both partners have a report in force, and what each must never see of the other.

use faisceau::id::{OrganisationId, ProgrammeId, ProjectId, ReportId, VersionId};
use serde_json::json;

use super::operations::Ids;
use super::raw::Raw;
use super::statement::{left, permanent, present, submission};
use super::{Caller, World};
use crate::first_steps::{approve, submit};

/// A world whose projects ALPHA and BETA each have an approved report with a justified warning.
pub fn peopled() -> World {
    people(World::with_projects())
}

/// The same made of a world with the cast.
pub fn people(world: World) -> World {
    for (code, partner) in [("ALPHA", "partner-alpha"), ("BETA", "partner-beta")] {
        let mut doubtful = present(&format!("{code}-DOUBTFUL"), "0000000000", "2023-02-01");
        doubtful["birthYear"] = "1971".into();
        let participations =
            vec![doubtful, left(present(&format!("{code}-LEFT"), "9903017422", "2023-02-01"), permanent("2023-03-10"))];
        let project = world.project(code).id.to_string();
        let mut input = submission(&project, "2023-Q1", 0, participations);
        input["justifications"] =
            json!([{ "code": "IDENTITY_PLACEHOLDER", "text": format!("{code} has no number yet.") }]);
        let (report, version) = submit(&world.caller(partner), input);
        approve(&world, &report, version);
        agree(&world.caller("officer-one"), code, &project);
    }
    // Whoever follows the journal first numbers it; what the tests then compare is left alone.
    world.caller("auditor").ask("{ newestSequence }", json!({}));
    world
}

/// Gives a project an amendment, a payment that is cancelled, and a target.
fn agree(officer: &Caller, code: &str, project: &str) {
    let done = |name: &str, type_name: &str, selection: &str, input: serde_json::Value| {
        let document = format!(
            "mutation M($input: {type_name}!) {{ {name}(input: $input) {{ {selection} userErrors {{ code path }} }} }}"
        );
        let done = officer.ask(&document, json!({ "input": input }))[name].clone();
        assert_eq!(done["userErrors"], json!([]), "{name}");
        done
    };
    let reason = format!("{code} is amended");
    let amendment = json!({ "project": project, "number": 1, "signedOn": "2023-05-02", "reason": reason });
    done("projectAmend", "ProjectAmendInput", "", amendment);
    let payment = json!({ "project": project, "kind": "ADVANCE", "amount": "77.77", "paidOn": "2023-05-02" });
    let paid = done("paymentRecord", "PaymentRecordInput", "payment { id }", payment);
    let reason = format!("{code} pays back");
    let cancelled = json!({ "project": project, "payment": paid["payment"]["id"], "reason": reason });
    done("paymentCancel", "PaymentCancelInput", "", cancelled);
    let value = if code == "BETA" { "4242.42" } else { "17" };
    done("targetSet", "TargetSetInput", "", json!({ "project": project, "indicator": "SUPPORTED", "value": value }));
}

/// The identifiers of a project of [`peopled`] and of all that hangs on it.
pub fn ids(world: &World, code: &str) -> Ids {
    let found = world.caller("auditor").ask(
        "query ($code: String!) { programme(code: \"TEST\") { id } projectByCode(programme: \"TEST\", code: $code) \
         { id lead { id } reports { nodes { id } } version(number: 1) { id } } }",
        json!({ "code": code }),
    );
    let text = |value: &serde_json::Value| value.as_str().expect("an identifier").to_owned();
    let project = &found["projectByCode"];
    Ids {
        programme: text(&found["programme"]["id"]),
        organisation: text(&project["lead"]["id"]),
        project: text(&project["id"]),
        project_code: code.to_owned(),
        report: text(&project["reports"]["nodes"][0]["id"]),
        version: text(&project["version"]["id"]),
    }
}

/// Identifiers of the right form that name nothing. The programme exists: its directory is open.
pub fn missing(programme: &str) -> Ids {
    Ids {
        programme: programme.parse::<ProgrammeId>().unwrap().to_string(),
        organisation: OrganisationId::new().to_string(),
        project: ProjectId::new().to_string(),
        project_code: "GAMMA".to_owned(),
        report: ReportId::new().to_string(),
        version: VersionId::new().to_string(),
    }
}

/// Texts that only whoever may see project BETA ever reads.
pub fn secrets_of_beta(world: &World) -> Vec<String> {
    secrets_of(world, "BETA")
}

/// Texts that only whoever may see a project, and its lead as it now is, ever reads.
pub fn secrets_of(world: &World, code: &str) -> Vec<String> {
    let ids = ids(world, code);
    let mut secrets = secrets_of_project(world, &ids);
    if code == "BETA" {
        let fixed = ["Association Beta", "partner-beta", "4242.42"];
        secrets.extend(fixed.map(str::to_owned));
        secrets.extend([super::world::some_siret(3).to_string(), ids.organisation]);
    }
    secrets
}

fn secrets_of_project(world: &World, ids: &Ids) -> Vec<String> {
    let code = &ids.project_code;
    let digest = world
        .caller("auditor")
        .ask("query ($id: ID!) { node(id: $id) { ... on ReportVersion { digest } } }", json!({ "id": ids.version }));
    let digest = digest["node"]["digest"].as_str().unwrap().to_owned();
    let told = [
        format!("Project {code}"),
        format!("{code}-DOUBTFUL"),
        format!("{code} has no number yet"),
        format!("{code} is amended"),
        format!("{code} pays back"),
    ];
    let mut secrets = told.to_vec();
    secrets.extend([digest, ids.project.clone(), ids.report.clone(), ids.version.clone()]);
    secrets
}

/// The secrets that an answer tells, but for identifiers that the caller sent itself.
pub fn told<'s>(answered: &Raw, secrets: &'s [String], sent: &[&str]) -> Vec<&'s str> {
    let (head, text) = (&answered.head, answered.text());
    let tells = |secret: &&str| (text.contains(*secret) || head.contains(*secret)) && !sent.contains(secret);
    secrets.iter().map(String::as_str).filter(tells).collect()
}

/// An answer without the identifiers that were sent.
pub fn compared(answered: &Raw, ids: &Ids) -> (u16, String) {
    let sent = [&ids.organisation, &ids.project, &ids.report, &ids.version, &ids.project_code];
    (answered.status, sent.iter().fold(answered.text(), |text, id| text.replace(id.as_str(), "ID")))
}
