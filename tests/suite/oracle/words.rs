//! The words of questions in plain SQL: dimensions, attributes, conditions, filters, measures.

use faisceau::consolidation::question::{Dimension, Filter};
use faisceau::consolidation::vocabulary::{Attribute, Condition, Count, Event, Measure};

use crate::laws::history::Play;
use crate::support::database::on_postgresql;

/// What one row of an attribute is, as a code; kinds of support are several and have no such expression.
pub fn attribute_sql(attribute: Attribute) -> String {
    let levels = ["NON_READER", "BELOW_A1", "A1", "A2", "B1", "B2", "C1", "C2"];
    let level = |column: &str| {
        let cases = levels.iter().enumerate().map(|(place, level)| format!("WHEN '{level}' THEN {place}"));
        format!("(CASE {column} {} END)", cases.collect::<Vec<_>>().join(" "))
    };
    let progress = format!(
        "CASE WHEN n.exit_situation IS NULL THEN NULL WHEN {after} > {before} THEN 'PROGRESSED' \
         WHEN {after} <= {before} THEN 'NOT_PROGRESSED' ELSE 'UNKNOWN' END",
        after = level("n.french_at_exit"),
        before = level("n.french_at_entry"),
    );
    let text = match attribute {
        Attribute::Sex => "n.sex",
        Attribute::AgeBand => {
            "CASE WHEN n.age IS NULL THEN 'UNKNOWN' WHEN n.age < 18 THEN 'UNDER_18' WHEN n.age <= 24 THEN \
             'FROM_18_TO_24' WHEN n.age <= 29 THEN 'FROM_25_TO_29' WHEN n.age <= 39 THEN 'FROM_30_TO_39' \
             WHEN n.age <= 54 THEN 'FROM_40_TO_54' ELSE 'FROM_55' END"
        }
        Attribute::ProtectionStatus => "n.protection_status",
        Attribute::FrenchLevel => "n.french_at_entry",
        Attribute::Education => "n.education",
        Attribute::LabourStatus => "n.labour_status",
        Attribute::ResidenceRegion => "n.residence_region",
        Attribute::PriorityDistrict => "n.priority_district",
        Attribute::RuralArea => "n.rural_area",
        Attribute::Disability => "n.disability",
        Attribute::HousingAtEntry => "n.housing_at_entry",
        Attribute::Identity => "CASE WHEN n.person_id IS NULL THEN 'UNLINKED' ELSE 'LINKED' END",
        Attribute::SupportKind => panic!("kinds of support are several"),
        Attribute::OutcomeClass => {
            "CASE WHEN n.exit_situation IS NULL THEN NULL ELSE CASE n.rank_of_class WHEN 0 THEN \
             'SUSTAINABLE_EMPLOYMENT' WHEN 1 THEN 'TRANSITION_EMPLOYMENT' WHEN 2 THEN 'QUALIFYING_TRAINING' \
             WHEN 3 THEN 'OTHER_TRAINING' WHEN 4 THEN 'OTHER' WHEN 5 THEN 'UNKNOWN' ELSE 'NEUTRALISED' END END"
        }
        Attribute::ExitSituation => "n.exit_situation",
        Attribute::ContractKind => "n.exit_contract",
        Attribute::TrainingKind => "n.exit_training",
        Attribute::FrenchProgress => &progress,
        Attribute::HousingAtExit => "n.housing_at_exit",
        Attribute::FinancialAutonomy => "n.financial_autonomy",
        Attribute::SixMonths => "COALESCE(n.follow_up_situation, 'NOT_OBSERVED')",
    };
    format!("({text})")
}

/// The key of a group.
pub fn dimension_sql(dimension: Dimension) -> String {
    let text = match dimension {
        Dimension::Region => "n.region",
        Dimension::Department => "n.department",
        Dimension::Project => "n.code",
        Dimension::Organisation => "n.siret",
        Dimension::Call => "n.call_code",
        Dimension::Sector => "n.sector",
        Dimension::SupportKind => "k.kind",
        Dimension::Quarter | Dimension::Year => "c.k",
        other => return attribute_sql(other.attribute().unwrap()),
    };
    text.to_owned()
}

fn listed<'a>(codes: impl Iterator<Item = &'a str>) -> String {
    codes.map(|code| format!("'{code}'")).collect::<Vec<_>>().join(", ")
}

/// Kind, quarter and hours of every support of a stay.
fn supports() -> &'static str {
    if on_postgresql() {
        "(SELECT e.value ->> 0 AS kind, e.value ->> 1 AS quarter, CAST(e.value ->> 2 AS BIGINT) AS hours \
         FROM jsonb_array_elements(CAST(n.supports AS jsonb)) AS e (value))"
    } else {
        "(SELECT json_extract(e.value, '$[0]') AS kind, json_extract(e.value, '$[1]') AS quarter, \
         json_extract(e.value, '$[2]') AS hours FROM json_each(n.supports) AS e)"
    }
}

/// Joins each stay with the kinds of support that it received.
pub fn supports_join() -> &'static str {
    if on_postgresql() {
        "CROSS JOIN LATERAL (SELECT DISTINCT e.value ->> 0 AS kind FROM jsonb_array_elements(CAST(n.supports AS jsonb)) \
         AS e (value)) k"
    } else {
        "JOIN (SELECT DISTINCT s.id AS kid, s.reference AS kref, json_extract(e.value, '$[0]') AS kind FROM stay s, \
         json_each(s.supports) e) k ON k.kid = n.id AND k.kref = n.reference"
    }
}

/// What is asked of a stay.
pub fn condition_sql(condition: &Condition) -> String {
    match condition {
        Condition::In(codes) if codes.attribute() == Attribute::SupportKind => {
            format!("EXISTS (SELECT 1 FROM {} x WHERE x.kind IN ({}))", supports(), listed(codes.codes()))
        }
        Condition::In(codes) => {
            format!("COALESCE({} IN ({}), FALSE)", attribute_sql(codes.attribute()), listed(codes.codes()))
        }
        Condition::Known(Attribute::SupportKind) => format!("EXISTS (SELECT 1 FROM {} x)", supports()),
        Condition::Known(attribute) => format!(
            "COALESCE({} NOT IN ('UNKNOWN', 'REFUSED', 'NOT_COLLECTED', 'NOT_RECORDED', 'UNREACHABLE', 'NOT_OBSERVED'), \
             FALSE)",
            attribute_sql(*attribute)
        ),
        Condition::Age(ages) => {
            let from = ages.from.map_or(String::new(), |from| format!(" AND n.age >= {from}"));
            let to = ages.to.map_or(String::new(), |to| format!(" AND n.age <= {to}"));
            format!("COALESCE(n.age IS NOT NULL{from}{to}, FALSE)")
        }
    }
}

/// The filters on projects.
pub fn filter_sql(play: &Play, filter: &Filter) -> String {
    let project = |id: &_| play.projects.iter().find(|project| project.id == *id).unwrap().details.code.to_string();
    let lists: [(&str, Vec<String>); 6] = [
        ("n.region", filter.regions.clone()),
        ("n.department", filter.departments.clone()),
        ("n.code", filter.projects.iter().map(project).collect()),
        ("n.siret", filter.organisations.iter().map(|id| play.organisations[id].clone()).collect()),
        ("n.call_code", filter.calls.clone()),
        ("n.sector", filter.sectors.clone()),
    ];
    let given = lists.into_iter().filter(|(_, values)| !values.is_empty());
    let tests = given.map(|(column, values)| format!("{column} IN ({})", listed(values.iter().map(String::as_str))));
    std::iter::once("1 = 1".to_owned()).chain(tests).collect::<Vec<_>>().join(" AND ")
}

/// The rows `measure#unit#group#value` of a measure.
pub fn measure_sql(place: usize, measure: &Measure, filter: &Filter) -> String {
    let row = |unit: usize, value: &str, from: &str| {
        format!("SELECT '{place}#{unit}#' || n.grp || '#' || ({value}) AS value FROM {from} GROUP BY n.grp")
    };
    let both = |value: &str, from: &str| [row(0, value, from), row(1, value, from)].join("\nUNION ALL\n");
    let meeting = |value: &str| both(&format!("SUM(n.meets * {value})"), "whole n");
    match measure {
        Measure::Count(count) => count_sql(count, row),
        Measure::SupportHours { kind } => {
            let mut tests = vec!["1 = 1".to_owned()];
            tests.extend(kind.map(|kind| format!("x.kind = '{}'", kind.code())));
            let kept = filter.codes_of(Attribute::SupportKind);
            tests.extend(kept.map(|codes| format!("x.kind IN ({})", listed(codes.codes()))));
            both("SUM(n.hours)", &hours_sql(&tests.join(" AND ")))
        }
        Measure::Projects => meeting("1"),
        Measure::Grants => meeting("n.grant_cents"),
        Measure::EligibleCost => meeting("n.eligible_cost_cents"),
        Measure::Target => meeting("n.target_participants"),
        Measure::Organisations => both(
            "COUNT(DISTINCT n.organisation)",
            "(SELECT w.grp, w.lead AS organisation FROM whole w WHERE w.meets = 1 UNION ALL SELECT w.grp, \
             m.organisation_id FROM whole w JOIN project_members m ON m.project_id = w.id AND m.position = w.revision \
             WHERE w.meets = 1) n",
        ),
        Measure::Payments => both(
            "SUM(n.amount_cents)",
            "(SELECT w.grp, p.amount_cents FROM whole w JOIN payments p ON p.project_id = w.id AND p.position <= {position} \
             AND p.paid_on BETWEEN w.win_from AND w.win_to WHERE NOT EXISTS (SELECT 1 FROM payment_cancellations x WHERE \
             x.project_id = p.project_id AND x.payment_id = p.id AND x.position <= {position})) n",
        ),
        Measure::DeclaredSpending => {
            let stated = |day: &str| {
                let spending = if on_postgresql() {
                    "CAST(CAST(f.content AS json) ->> 'spending' AS BIGINT)"
                } else {
                    "json_extract(f.content, '$.spending')"
                };
                format!(
                    "(SELECT {spending} FROM report_sections f WHERE f.project_id = w.id AND f.section = 'FINANCE' AND \
                     f.first_version <= (SELECT MAX(a.number) FROM approved a WHERE a.project_id = w.id AND {day}) AND \
                     (f.end_version IS NULL OR f.end_version > (SELECT MAX(a.number) FROM approved a WHERE \
                     a.project_id = w.id AND {day})))"
                )
            };
            let from = format!(
                "(SELECT w.grp, {} AS now, {} AS before FROM whole w) n WHERE n.now IS NOT NULL",
                stated("a.last_on <= w.win_to"),
                stated("a.last_on < w.win_from"),
            );
            both("SUM(n.now - COALESCE(n.before, 0))", &from)
        }
    }
}

fn count_sql(count: &Count, row: impl Fn(usize, &str, &str) -> String) -> String {
    let conditions: Vec<String> = count.conditions.iter().map(condition_sql).collect();
    let conditions = if conditions.is_empty() { "1 = 1".to_owned() } else { conditions.join(" AND ") };
    let event = match count.event {
        Event::Supported => "1 = 1",
        Event::Entries | Event::FirstEntries => "n.entry_on >= n.win_from",
        Event::Exits => "n.exit_on <= n.win_to",
        Event::Present => "n.exit_on > n.win_to",
    };
    let stays = row(0, "COUNT(*)", &format!("held n WHERE {event} AND {conditions}"));
    let persons = match count.event {
        Event::Exits => row(1, "COUNT(*)", &format!("leaving n WHERE n.place = 1 AND {conditions}")),
        Event::FirstEntries => row(1, "COUNT(*)", &format!("entering n WHERE n.place = 1 AND {conditions}")),
        _ => row(1, "COUNT(DISTINCT n.person)", &format!("held n WHERE {event} AND {conditions}")),
    };
    [stays, persons].join("\nUNION ALL\n")
}

/// Hours of stays, each in the quarter that ends in the window; by kind, each in its own group.
fn hours_sql(tests: &str) -> String {
    let last_day = "CASE SUBSTR(x.quarter, 7, 1) WHEN '1' THEN SUBSTR(x.quarter, 1, 4) || '-03-31' WHEN '2' THEN \
        SUBSTR(x.quarter, 1, 4) || '-06-30' WHEN '3' THEN SUBSTR(x.quarter, 1, 4) || '-09-30' ELSE \
        SUBSTR(x.quarter, 1, 4) || '-12-31' END";
    let supports = if on_postgresql() { format!("LATERAL {}", supports()) } else { "(SELECT 1)".to_owned() };
    if on_postgresql() {
        return format!(
            "(SELECT n.grp, x.hours FROM chosen n CROSS JOIN {supports} x WHERE {tests} AND (n.kind IS NULL OR n.kind = \
             x.kind) AND {last_day} BETWEEN n.win_from AND n.win_to) n"
        );
    }
    format!(
        "(SELECT x.grp, x.hours FROM (SELECT n.grp, n.kind AS own, n.win_from, n.win_to, json_extract(e.value, '$[0]') AS \
         kind, json_extract(e.value, '$[1]') AS quarter, json_extract(e.value, '$[2]') AS hours FROM chosen n, \
         json_each(n.supports) e) x WHERE {tests} AND (x.own IS NULL OR x.own = x.kind) AND {last_day} BETWEEN \
         x.win_from AND x.win_to) n"
    )
}
