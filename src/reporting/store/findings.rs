//! The findings of a version, as they stood at its submission, with the partner's answers.

use diesel::prelude::*;

use crate::access::Scope;
use crate::id::ProjectId;
use crate::refusal::{Failure, Outcome};
use crate::reporting::rules::{self, Finding};
use crate::reporting::version::{Report, ReportVersion};
use crate::storage::AnyConnection;
use crate::storage::bulk::{self, Column};
use crate::storage::schema::findings;

/// Inserts the findings of a version.
pub fn insert_findings(
    connection: &mut AnyConnection,
    project: &ProjectId,
    version: u32,
    kept: &[Finding],
) -> Outcome<()> {
    let text = |take: &dyn Fn(&Finding) -> Option<String>| Column::Text(kept.iter().map(take).collect());
    let values = |finding: &Finding| {
        let pairs: serde_json::Map<String, serde_json::Value> =
            finding.values.iter().map(|(name, value)| ((*name).to_owned(), value.as_str().into())).collect();
        serde_json::Value::Object(pairs).to_string()
    };
    let columns = vec![
        ("project_id", text(&|_| Some(project.to_string()))),
        ("version", Column::Number(vec![Some(i64::from(version)); kept.len()])),
        ("place", Column::Number((1..).take(kept.len()).map(Some).collect())),
        ("code", text(&|finding| Some(finding.rule.code.into()))),
        ("severity", text(&|finding| Some(finding.rule.severity.code().into()))),
        ("path", text(&|finding| Some(finding.path.clone()))),
        ("message_values", text(&|finding| Some(values(finding)))),
        ("justification", text(&|finding| finding.justification.as_ref().map(ToString::to_string))),
    ];
    bulk::insert(connection, "findings", columns)
}

/// The findings of a version that the caller has already found through its report, in order.
pub fn list_findings(
    connection: &mut AnyConnection,
    scope: &Scope,
    report: &Report,
    version: &ReportVersion,
) -> Outcome<Vec<Finding>> {
    if !scope.reaches(&report.lead) {
        return Ok(Vec::new());
    }
    type Row = (String, String, String, Option<String>);
    let rows: Vec<Row> = findings::table
        .filter(findings::project_id.eq(version.project.as_str()).and(findings::version.eq(i64::from(version.number))))
        .order(findings::place)
        .select((findings::code, findings::path, findings::message_values, findings::justification))
        .load(connection)?;
    rows.into_iter().map(finding_of).collect()
}

fn finding_of((code, path, values, justification): (String, String, String, Option<String>)) -> Outcome<Finding> {
    let broken = || Failure::fault("a stored finding is out of form");
    let rule = rules::find_rule(&code).ok_or_else(broken)?;
    let values: std::collections::BTreeMap<String, String> = serde_json::from_str(&values).map_err(|_| broken())?;
    // The names of values are those of the rule's text.
    let values = values.into_iter().filter_map(|(name, value)| Some((rule.value_name(&name)?, value))).collect();
    let justification = justification.map(|text| text.parse().map_err(|_| broken())).transpose()?;
    Ok(Finding { rule, path, values, justification })
}
