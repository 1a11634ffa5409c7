//! The figures beyond exits by class, each in SQL of its own: what a definition says is said here a second time, by hand.

use std::collections::BTreeMap;

use faisceau::consolidation::question::Filter;
use faisceau::consolidation::vocabulary::Measure;

use super::words::measure_sql;

/// Where a part of a figure is counted: rows, and the test that they meet.
pub enum Part {
    /// Supported in the window.
    Held(&'static str),
    /// Left in the window, not neutralised where the test says so.
    Left(&'static str),
    /// Entered in the window; of a person, the first entry.
    First(&'static str),
    /// Hours of support of a kind; of every kind if empty.
    Hours(&'static str),
    /// Something of the projects whose agreement meets the window, by person and by participation alike.
    Whole(&'static str),
    /// Payments made in the window and not cancelled.
    Paid,
    /// Spending declared in the window.
    Spent,
}

impl Part {
    /// Whether nothing can be said of it where no row says something: of money and projects where people are told apart,
    /// and of spending that nobody declared.
    pub fn is_absent(&self, with_money: bool) -> bool {
        matches!(self, Spent) || (!with_money && matches!(self, Whole(_) | Paid))
    }
}

use Part::{First, Held, Hours, Left, Paid, Spent, Whole};

/// An indicator: code, numerator, denominator.
pub type Figure = (&'static str, Part, Option<Part>);

const KNOWN: &str = "n.labour_status IN ('EMPLOYED', 'UNEMPLOYED', 'LONG_TERM_UNEMPLOYED', 'IN_EDUCATION', 'INACTIVE')";

/// Every one.
pub fn figures() -> Vec<Figure> {
    let mut figures: Vec<Figure> = vec![
        (
            "IAE_POSITIVE_EXITS",
            Left(
                "(n.exit_situation = 'TRAINING' AND n.exit_training IN ('CERTIFYING', 'PREPARATORY')) OR \
                 (n.exit_situation = 'EMPLOYMENT' AND n.exit_contract = 'INSERTION')",
            ),
            None,
        ),
        (
            "IAE_DYNAMIC_EXITS",
            Left(
                "n.exit_situation = 'EMPLOYMENT' OR (n.exit_situation = 'TRAINING' AND n.exit_training IN ('CERTIFYING', \
                 'PREPARATORY'))",
            ),
            None,
        ),
        ("SUPPORT_HOURS", Hours(""), None),
        ("RECEIVED_SUPPORT", Held("n.supports <> '[]'"), None),
        ("ORGANISATIONS", Whole("organisations"), None),
        ("PAYMENTS", Paid, None),
        ("DECLARED_SPENDING", Spent, None),
        ("TARGET_ACHIEVEMENT", Held("1 = 1"), Some(Whole("target_participants"))),
        (
            "STABLE_HOUSING",
            Left("n.rank_of_class < 6 AND n.housing_at_exit = 'STABLE'"),
            Some(Left("n.rank_of_class < 6 AND n.housing_at_exit NOT IN ('UNKNOWN', 'REFUSED', 'NOT_COLLECTED')")),
        ),
        (
            "FINANCIAL_AUTONOMY",
            Left("n.rank_of_class < 6 AND n.financial_autonomy = 'YES'"),
            Some(Left("n.rank_of_class < 6 AND n.financial_autonomy IN ('YES', 'NO')")),
        ),
        (
            "SIX_MONTH_EMPLOYMENT",
            Left("n.rank_of_class < 6 AND n.follow_up_situation = 'EMPLOYED'"),
            Some(Left(
                "n.rank_of_class < 6 AND n.follow_up_situation IN ('EMPLOYED', 'TRAINING', 'SEEKING', 'INACTIVE')",
            )),
        ),
        (
            "FRENCH_PROGRESS",
            Left("n.rank_of_class < 6 AND {level_at_exit} > {level_at_entry}"),
            Some(Left("n.rank_of_class < 6 AND {level_at_exit} IS NOT NULL AND {level_at_entry} IS NOT NULL")),
        ),
        ("EECO01", First(""), None),
        ("EECO02", First("n.labour_status IN ('UNEMPLOYED', 'LONG_TERM_UNEMPLOYED')"), None),
        ("EECO03", First("n.labour_status = 'LONG_TERM_UNEMPLOYED'"), None),
        ("EECO04", First("n.labour_status IN ('IN_EDUCATION', 'INACTIVE')"), None),
        ("EECO05", First("n.labour_status = 'EMPLOYED'"), None),
        ("EECO06", First("n.age < 18"), None),
        ("EECO07", First("n.age BETWEEN 18 AND 29"), None),
        ("EECO08", First("n.age >= 55"), None),
        ("EECO09", First("n.education IN ('NEVER_SCHOOLED', 'LEVEL_1', 'LEVEL_2')"), None),
        ("EECO10", First("n.education IN ('LEVEL_3', 'LEVEL_4')"), None),
        ("EECO11", First("n.education IN ('LEVEL_5', 'LEVEL_6', 'LEVEL_7', 'LEVEL_8')"), None),
        ("EECO12", First("n.disability = 'YES'"), None),
        ("EECO13", First("n.protection_status NOT IN ('OUT_OF_SCOPE', 'UNKNOWN', 'REFUSED', 'NOT_COLLECTED')"), None),
        ("EECO16", First("n.housing_at_entry IN ('ACCOMMODATED', 'HOSTED_BY_OTHERS', 'EMERGENCY')"), None),
        ("EECO17", First("n.rural_area = 'YES'"), None),
        ("EECR01", Left("n.labour_status IN ('IN_EDUCATION', 'INACTIVE') AND n.exit_situation = 'SEEKING'"), None),
        (
            "EECR02",
            Left(
                "n.labour_status IN ('EMPLOYED', 'UNEMPLOYED', 'LONG_TERM_UNEMPLOYED', 'INACTIVE') AND \
                 n.exit_situation = 'TRAINING'",
            ),
            None,
        ),
        (
            "EECR04",
            Left(
                "n.labour_status IN ('UNEMPLOYED', 'LONG_TERM_UNEMPLOYED', 'IN_EDUCATION', 'INACTIVE') AND \
                 n.exit_situation = 'EMPLOYMENT'",
            ),
            None,
        ),
        (
            "EECR05",
            Left(
                "n.labour_status IN ('UNEMPLOYED', 'LONG_TERM_UNEMPLOYED', 'IN_EDUCATION', 'INACTIVE') AND \
                 n.follow_up_situation = 'EMPLOYED'",
            ),
            None,
        ),
    ];
    macro_rules! of_kinds {
        ($($kind:literal),*) => {$(
            figures.push((concat!("SUPPORT_HOURS_", $kind), Hours($kind), None));
            figures.push((concat!("RECEIVED_", $kind), Held(concat!("n.supports LIKE '%\"", $kind, "\"%'")), None));
        )*};
    }
    of_kinds!(
        "TECHNICAL_TRAINING",
        "INTENSIVE_FRENCH",
        "MANUAL_AND_CULTURAL",
        "TRANSVERSE_MODULES",
        "SOCIAL_FOLLOW_UP",
        "HOUSING",
        "HEALTH",
        "CHILDCARE"
    );
    figures
}

/// The rows `unit#indicator#part#group#value` of every figure, behind what they read; money has no sex, so its rows may be left out.
pub fn rows(with_money: bool) -> String {
    let mut rows = Vec::new();
    for (code, numerator, denominator) in figures() {
        for (name, part) in [("over", Some(&numerator)), ("under", denominator.as_ref())] {
            let Some(part) = part else { continue };
            for unit in ["PARTICIPATION", "PERSON"] {
                let row = |value: &str, from: &str| {
                    format!(
                        "SELECT '{unit}#{code}#{name}#' || n.grp || '#' || {value} AS value FROM {from} GROUP BY n.grp"
                    )
                };
                rows.extend(match part {
                    Held(test) if unit == "PERSON" => Some(row("COUNT(DISTINCT n.person)", &format!("held n WHERE {test}"))),
                    Held(test) => Some(row("COUNT(*)", &format!("held n WHERE {test}"))),
                    Left(test) if unit == "PERSON" => {
                        Some(row("COUNT(*)", &format!("leaving n WHERE n.place = 1 AND ({test})")))
                    }
                    Left(test) => Some(row("COUNT(*)", &format!("held n WHERE n.exit_on <= n.win_to AND ({test})"))),
                    First(test) => {
                        let test = if test.is_empty() { KNOWN.to_owned() } else { format!("{KNOWN} AND {test}") };
                        let place = if unit == "PERSON" { "n.place = 1 AND" } else { "" };
                        Some(row("COUNT(*)", &format!("entering n WHERE {place} {test}")))
                    }
                    Hours("") => Some(row("SUM(n.hours)", "hours_of n")),
                    Hours(kind) => Some(row("SUM(n.hours)", &format!("hours_of n WHERE n.kind = '{kind}'"))),
                    Whole(_) | Paid | Spent if !with_money => None,
                    // The words of slices say it for both units, behind a mark of their own.
                    Spent if unit == "PERSON" => Some(
                        measure_sql(0, &Measure::DeclaredSpending, &Filter::default())
                            .replace("'0#0#'", &format!("'PARTICIPATION#{code}#{name}#'"))
                            .replace("'0#1#'", &format!("'PERSON#{code}#{name}#'")),
                    ),
                    Spent => None,
                    Whole("organisations") => Some(row(
                        "COUNT(DISTINCT n.organisation)",
                        "(SELECT w.grp, w.lead AS organisation FROM whole w WHERE w.meets = 1 UNION ALL SELECT w.grp, \
                         m.organisation_id FROM whole w JOIN project_members m ON m.project_id = w.id AND \
                         m.position = w.revision WHERE w.meets = 1) n",
                    )),
                    Whole(column) => Some(row(&format!("SUM(n.meets * n.{column})"), "whole n")),
                    Paid => Some(row(
                        "SUM(n.amount_cents)",
                        "(SELECT w.grp, p.amount_cents FROM whole w JOIN payments p ON p.project_id = w.id AND p.position <= \
                         {position} AND p.paid_on BETWEEN w.win_from AND w.win_to WHERE NOT EXISTS (SELECT 1 FROM \
                         payment_cancellations x WHERE x.project_id = p.project_id AND x.payment_id = p.id AND \
                         x.position <= {position})) n",
                    )),
                });
            }
        }
    }
    let level = |column: &str| {
        let levels = ["NON_READER", "BELOW_A1", "A1", "A2", "B1", "B2", "C1", "C2"];
        let cases = levels.iter().enumerate().map(|(place, level)| format!("WHEN '{level}' THEN {place}"));
        format!("(CASE {column} {} END)", cases.collect::<Vec<_>>().join(" "))
    };
    let union = rows.join("\nUNION ALL\n");
    let union = union.replace("{level_at_exit}", &level("n.french_at_exit"));
    hours() + &union.replace("{level_at_entry}", &level("n.french_at_entry"))
}

/// The hours of each group by kind, read from the supports of every stay once.
fn hours() -> String {
    let supports = if crate::support::database::on_postgresql() {
        "SELECT n.grp, n.win_from, n.win_to, e.value ->> 0 AS kind, e.value ->> 1 AS quarter, CAST(e.value ->> 2 AS BIGINT) \
         AS hours FROM chosen n CROSS JOIN LATERAL jsonb_array_elements(CAST(n.supports AS jsonb)) AS e (value)"
    } else {
        "SELECT n.grp, n.win_from, n.win_to, json_extract(e.value, '$[0]') AS kind, json_extract(e.value, '$[1]') AS \
         quarter, json_extract(e.value, '$[2]') AS hours FROM chosen n, json_each(n.supports) e"
    };
    let ends = "CASE SUBSTR(x.quarter, 7, 1) WHEN '1' THEN '-03-31' WHEN '2' THEN '-06-30' WHEN '3' THEN '-09-30' ELSE \
        '-12-31' END";
    format!(
        ", hours_of AS MATERIALIZED (SELECT x.grp, x.kind, SUM(x.hours) AS hours FROM ({supports}) x WHERE \
         SUBSTR(x.quarter, 1, 4) || {ends} BETWEEN x.win_from AND x.win_to GROUP BY x.grp, x.kind)\n"
    )
}

/// The parts of every figure by group, unit and indicator, as the rows give them.
pub fn parts_of(rows: Vec<String>) -> BTreeMap<(String, String, String), [Option<i64>; 2]> {
    let mut parts: BTreeMap<(String, String, String), [Option<i64>; 2]> = BTreeMap::new();
    for row in rows {
        let fields: Vec<&str> = row.split('#').collect();
        let [unit, code, part, group, value] = fields[..] else { panic!("{row}") };
        let known = parts.entry((group.to_owned(), unit.to_owned(), code.to_owned())).or_default();
        known[usize::from(part == "under")] = value.parse().ok();
    }
    parts
}
