//! The findings of a version, as they stood at its submission, with what was said to them; and their counts.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use diesel::prelude::*;

use super::waivers;
use crate::access::Scope;
use crate::directory::store::is_within_reach;
use crate::id::ProjectId;
use crate::refusal::{Failure, Outcome};
use crate::reporting::rules::{self, Finding, FindingFilter, Findings, NAMED_PLACES, RuleCount};
use crate::reporting::statement::Justification;
use crate::reporting::version::{Report, ReportVersion};
use crate::reporting::waiver::Waiver;
use crate::storage::AnyConnection;
use crate::storage::bulk::{self, Column};
use crate::storage::schema::{finding_counts, findings};

/// Inserts the findings of a version and their counts.
pub fn insert_findings(
    connection: &mut AnyConnection,
    project: &ProjectId,
    version: u32,
    found: &Findings,
) -> Outcome<()> {
    let listed = &found.listed;
    let text = |take: &dyn Fn(&Finding) -> Option<String>| Column::Text(listed.iter().map(take).collect());
    let values = |finding: &Finding| {
        let pairs: serde_json::Map<String, serde_json::Value> =
            finding.values.iter().map(|(name, value)| ((*name).to_owned(), value.as_str().into())).collect();
        serde_json::Value::Object(pairs).to_string()
    };
    let columns = vec![
        ("project_id", text(&|_| Some(project.to_string()))),
        ("version", Column::Number(vec![Some(i64::from(version)); listed.len()])),
        ("place", Column::Number((1..).take(listed.len()).map(Some).collect())),
        ("code", text(&|finding| Some(finding.rule.code.into()))),
        ("severity", text(&|finding| Some(finding.rule.severity.code().into()))),
        ("path", text(&|finding| Some(finding.path.clone()))),
        ("message_values", text(&|finding| Some(values(finding)))),
        ("justification", text(&|finding| finding.justification.as_ref().map(ToString::to_string))),
        ("waiver_id", text(&|finding| finding.waiver.as_ref().map(|waiver| waiver.id.to_string()))),
    ];
    bulk::insert(connection, "findings", columns)?;
    let counts = &found.counts;
    let number = |take: &dyn Fn(&RuleCount) -> u32| {
        Column::Number(counts.iter().map(|count| Some(i64::from(take(count)))).collect())
    };
    let columns = vec![
        ("project_id", Column::Text(vec![Some(project.to_string()); counts.len()])),
        ("version", Column::Number(vec![Some(i64::from(version)); counts.len()])),
        ("place", Column::Number((1..).take(counts.len()).map(Some).collect())),
        ("code", Column::Text(counts.iter().map(|count| Some(count.rule.code.into())).collect())),
        ("count", number(&|count| count.count)),
        ("justified_count", number(&|count| count.justified_count)),
        ("waived_count", number(&|count| count.waived_count)),
        ("listed_count", number(&|count| count.listed_count)),
    ];
    bulk::insert(connection, "finding_counts", columns)
}

type FindingRow = (i64, String, String, String, Option<String>, Option<String>);

/// The findings of a version that the caller has already found through its report, after a place, in order, each with its
/// place.
pub fn list_findings(
    connection: &mut AnyConnection,
    scope: &Scope,
    (report, version): (&Report, &ReportVersion),
    filter: &FindingFilter,
    after: i64,
    limit: i64,
) -> Outcome<Vec<(i64, Finding)>> {
    if !is_within_reach(connection, scope, &report.project)? {
        return Ok(Vec::new());
    }
    let mut query = findings::table
        .filter(findings::project_id.eq(version.project.as_str()).and(findings::version.eq(i64::from(version.number))))
        .filter(findings::place.gt(after))
        .order(findings::place)
        .limit(limit)
        .select((
            findings::place,
            findings::code,
            findings::path,
            findings::message_values,
            findings::justification,
            findings::waiver_id,
        ))
        .into_boxed();
    if let Some(codes) = &filter.codes {
        query = query.filter(findings::code.eq_any(codes));
    }
    if let Some(severities) = &filter.severities {
        query = query.filter(findings::severity.eq_any(severities.iter().map(|severity| severity.code())));
    }
    let rows: Vec<FindingRow> = query.load(connection)?;
    let ids: BTreeSet<&str> = rows.iter().filter_map(|row| row.5.as_deref()).collect();
    let waivers = waivers::list_by_id(connection, &version.project, &ids.into_iter().collect::<Vec<_>>())?;
    let waivers: HashMap<String, Arc<Waiver>> =
        waivers.into_iter().map(|waiver| (waiver.id.to_string(), Arc::new(waiver))).collect();
    rows.into_iter().map(|row| finding_of(row, &waivers)).collect()
}

fn finding_of(
    (place, code, path, values, justification, waiver): FindingRow,
    waivers: &HashMap<String, Arc<Waiver>>,
) -> Outcome<(i64, Finding)> {
    let broken = || Failure::fault("a stored finding is out of form");
    let rule = rules::find_rule(&code).ok_or_else(broken)?;
    let values: std::collections::BTreeMap<String, String> = serde_json::from_str(&values).map_err(|_| broken())?;
    // The names of values are those of the rule's text.
    let values = values.into_iter().filter_map(|(name, value)| Some((rule.value_name(&name)?, value))).collect();
    let justification = justification.map(|text| text.parse::<Justification>().map_err(|_| broken())).transpose()?;
    let waiver = waiver.map(|id| waivers.get(&id).cloned().ok_or_else(broken)).transpose()?;
    Ok((place, Finding { rule, path, values, justification: justification.map(Arc::new), waiver }))
}

/// The findings of a version that the caller has already found through its report, counted by rule; with their first
/// places where asked.
pub fn count_findings(
    connection: &mut AnyConnection,
    scope: &Scope,
    (report, version): (&Report, &ReportVersion),
    with_places: bool,
) -> Outcome<Vec<RuleCount>> {
    if !is_within_reach(connection, scope, &report.project)? {
        return Ok(Vec::new());
    }
    let own = finding_counts::project_id
        .eq(version.project.as_str())
        .and(finding_counts::version.eq(i64::from(version.number)));
    let rows: Vec<(String, i64, i64, i64, i64)> = finding_counts::table
        .filter(own)
        .order(finding_counts::place)
        .select((
            finding_counts::code,
            finding_counts::count,
            finding_counts::justified_count,
            finding_counts::waived_count,
            finding_counts::listed_count,
        ))
        .load(connection)?;
    let broken = || Failure::fault("a stored count of findings is out of form");
    let number = |value: i64| u32::try_from(value).map_err(|_| broken());
    let mut counts = Vec::with_capacity(rows.len());
    for (code, count, justified, waived, listed) in rows {
        let rule = rules::find_rule(&code).ok_or_else(broken)?;
        let (count, justified_count, waived_count) = (number(count)?, number(justified)?, number(waived)?);
        counts.push(RuleCount {
            rule,
            count,
            // What blocks is never frozen.
            blocking_count: 0,
            justified_count,
            waived_count,
            listed_count: number(listed)?,
            paths: if with_places { first_places(connection, version, rule.code)? } else { Vec::new() },
        });
    }
    Ok(counts)
}

fn first_places(connection: &mut AnyConnection, version: &ReportVersion, code: &str) -> Outcome<Vec<String>> {
    let own = findings::project_id.eq(version.project.as_str()).and(findings::version.eq(i64::from(version.number)));
    let limit = i64::try_from(NAMED_PLACES).unwrap_or(i64::MAX);
    let places = findings::table.filter(own.and(findings::code.eq(code))).order(findings::place).limit(limit);
    Ok(places.select(findings::path).load(connection)?)
}
