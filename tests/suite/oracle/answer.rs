//! A question, and its answer in one comparable form: as the SQL beside this file computes it from the tables, and as
//! the service gives it over HTTP. Nothing here uses the product's consolidation.

use std::collections::BTreeMap;

use faisceau::directory::period::Quarter;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::indicators::{self, Part};
use crate::support::database::on_postgresql;
use crate::support::{Answered, Caller, Database};

pub const DIMENSIONS: [Option<&str>; 5] = [None, Some("REGION"), Some("PROJECT"), Some("SEX"), Some("QUARTER")];
pub const AT_LEAST: &str = "V1";
pub const MORE_THAN: &str = "V1_MORE_THAN_SIX_MONTHS";

const QUERY: &str = "query Compare($code: String!, $position: Position!, $day: Date!, $from: Date!, $to: Date!, \
    $definition: DefinitionVersion!, $groupBy: Dimension) { programme(code: $code) { consolidation( \
    asOf: { position: $position, day: $day }, window: { from: $from, to: $to }, definition: $definition, \
    groupBy: $groupBy) { position day from to definition groupBy \
    persons: figures(unit: PERSON) { ...F } participations: figures(unit: PARTICIPATION) { ...F } \
    groups { key persons: figures(unit: PERSON) { ...F } participations: figures(unit: PARTICIPATION) { ...F } } \
    personsTwice: overlaps(unit: PERSON) { indicator { code } excess } \
    participationsTwice: overlaps(unit: PARTICIPATION) { indicator { code } excess } \
    coverage { period expected inForce partial missing late partialProjects { code } missingProjects { code } } } } } \
    fragment F on Figure { indicator { code } status value numerator denominator }";

/// A question about a programme at a position, on a day.
#[derive(Clone, Debug)]
pub struct Asked {
    pub programme: &'static str,
    pub position: i64,
    pub day: Date,
    pub from: Date,
    pub to: Date,
    pub definition: &'static str,
    pub group_by: Option<&'static str>,
}

/// Every figure as text under `where unit INDICATOR`, with overlaps and coverage.
pub type Told = BTreeMap<String, String>;

/// Counts of one unit in the order of the SQL's columns: supported, entries, exits, present, then exits by class.
type Counts = [i64; 11];

impl Asked {
    /// The service's answer as it came.
    pub fn ask(&self, caller: &Caller) -> Answered {
        let variables = json!({
            "code": self.programme, "position": self.position.to_string(), "day": self.day, "from": self.from,
            "to": self.to, "definition": self.definition, "groupBy": self.group_by,
        });
        let answered = caller.post(QUERY, variables);
        assert!(answered.body["errors"].is_null() && answered.status == 200, "{self:?}: {}", answered.text);
        answered
    }

    /// Asks both, and says every difference.
    pub fn compare(&self, database: &Database, caller: &Caller) -> Told {
        let computed = self.compute(database);
        let answered = told(&self.ask(caller).body["data"]["programme"]["consolidation"]);
        let absent = "absent".to_owned();
        let keys: std::collections::BTreeSet<&String> = computed.keys().chain(answered.keys()).collect();
        let differences: Vec<String> = keys
            .into_iter()
            .map(|key| (key, computed.get(key).unwrap_or(&absent), answered.get(key).unwrap_or(&absent)))
            .filter(|(_, one, other)| one != other)
            .map(|(key, one, other)| format!("{key}: SQL says {one}, the service {other}"))
            .collect();
        assert!(differences.is_empty(), "{self:?}: {} differences\n{}", differences.len(), differences.join("\n"));
        computed
    }

    /// The answer by plain SQL.
    fn compute(&self, database: &Database) -> Told {
        let mut all = Told::new();
        let total = Asked { group_by: None, ..self.clone() };
        let total_figures = total.cells(database).remove("").unwrap_or_default();
        let mut twice: BTreeMap<String, Option<i64>> = BTreeMap::new();
        let groups = if self.group_by.is_some() { self.cells(database) } else { BTreeMap::new() };
        for (key, figures) in &groups {
            all.insert(format!("group {key}"), "stands".to_owned());
            for (name, figure) in figures {
                let sum = twice.entry(name.clone()).or_insert(Some(0));
                *sum = sum.zip(figure.whole).map(|(sum, whole)| sum + whole);
                all.insert(format!("{key} {name}"), figure.text.clone());
            }
        }
        for (name, figure) in &total_figures {
            all.insert(format!("total {name}"), figure.text.clone());
            let excess = twice.get(name).copied().flatten().zip(figure.whole).map(|(sum, whole)| sum - whole);
            if let Some(excess) = excess {
                all.insert(format!("overlap {name}"), amount(name, excess));
            }
        }
        all.extend(self.coverage(database));
        all
    }

    fn cells(&self, database: &Database) -> BTreeMap<String, BTreeMap<String, Computed>> {
        let money = database.sql(&self.sql(include_str!("money.sql")));
        let mut sums: BTreeMap<String, Option<[i64; 3]>> = BTreeMap::new();
        for row in &money {
            let (key, numbers) = row.split_once('|').unwrap();
            sums.insert(key.to_owned(), Some(numbers_of(numbers)));
        }
        if self.group_by == Some("SEX") {
            sums = ["F", "M", "X", "NOT_RECORDED"].map(|sex| (sex.to_owned(), None)).into();
        }
        let mut counts: BTreeMap<(String, String), Counts> = BTreeMap::new();
        for row in database.sql(&self.sql(include_str!("counts.sql"))) {
            let mut parts = row.splitn(3, '|');
            let group = (parts.next().unwrap().to_owned(), parts.next().unwrap().to_owned());
            counts.insert(group, numbers_of(parts.next().unwrap()));
        }
        let parts = indicators::parts_of(database.sql(&self.sql_of_indicators()));
        let cell = |(key, sums): (String, Option<[i64; 3]>)| {
            let figures = ["PERSON", "PARTICIPATION"].into_iter().flat_map(|unit| {
                let counted = counts.get(&(key.clone(), unit.to_owned())).copied().unwrap_or_default();
                let mut all = figures(unit, &counted, sums);
                for (code, numerator, denominator) in indicators::figures() {
                    let of = (key.clone(), unit.to_owned(), code.to_owned());
                    let [over, under] = parts.get(&of).copied().unwrap_or_default();
                    let told =
                        |part: &Part, value: Option<i64>| value.or((!part.is_absent(sums.is_some())).then_some(0));
                    let denominator = denominator.as_ref().map(|part| told(part, under));
                    all.push(computed(unit, code, told(&numerator, over), denominator));
                }
                all
            });
            (key.clone(), figures.collect())
        };
        sums.into_iter().map(cell).collect()
    }

    fn coverage(&self, database: &Database) -> Told {
        let rows = database.sql(&self.sql(include_str!("coverage.sql")));
        let rows: Vec<Vec<&str>> = rows.iter().map(|row| row.split('|').collect()).collect();
        let of = |standing: &str| {
            let mut codes: Vec<&str> = rows.iter().filter(|row| row[2] == standing).map(|row| row[1]).collect();
            codes.sort_unstable();
            codes
        };
        let late = rows.iter().filter(|row| row[3] == "late").count();
        let period = rows.first().map_or("none", |row| row[0]);
        coverage_text(period, rows.len().max(1) - 1, of("in force").len(), &of("partial"), &of("missing"), late)
    }

    fn sql_of_indicators(&self) -> String {
        let (own, with_money) = (self.key("stay"), self.group_by != Some("SEX"));
        let question = [include_str!("slices.sql"), &indicators::rows(with_money)].concat();
        let question = question
            .replace("{keys}", own)
            .replace("{whole_keys}", if with_money { own } else { "c.k" })
            .replace("{kind}", "CAST(NULL AS TEXT)")
            .replace("{kinds}", "")
            .replace("{projects}", "1 = 1")
            .replace("{codes}", "1 = 1");
        self.sql(&question)
    }

    /// The key of a group of stays, or of projects.
    fn key(&self, of: &str) -> &'static str {
        match self.group_by {
            None | Some("QUARTER") => "c.k",
            Some("REGION") => "n.region",
            Some("PROJECT") => "n.code",
            // Money has no sex: its groups are not asked for.
            Some("SEX") if of == "project" => "c.k",
            Some("SEX") => "n.sex",
            Some(other) => panic!("{other} is no dimension"),
        }
    }

    fn sql(&self, question: &str) -> String {
        let cuts = match self.group_by {
            Some("QUARTER") => quarters(self.from, self.to),
            _ => vec![(String::new(), self.from, self.to)],
        };
        let cuts: Vec<String> = cuts.iter().map(|(key, from, to)| format!("('{key}', '{from}', '{to}')")).collect();
        let key = self.key(if question.contains("t.grant_cents") { "project" } else { "stay" });
        let (day_after, six_months) = contract_days();
        let class =
            |class: u8| format!("'|' || SUM(CASE WHEN t.gone = 1 AND t.rank_of_class = {class} THEN 1 ELSE 0 END)");
        [include_str!("facts.sql"), question]
            .concat()
            .replace("{more}", if question.contains("chosen AS") { include_str!("more.sql") } else { "" })
            .replace("{region_of_delivery}", &region_of("r.department"))
            .replace("{region_of_residence}", &region_of("s.residence_department"))
            .replace("{cuts}", &cuts.join(", "))
            .replace("{programme}", self.programme)
            .replace("{position}", &self.position.to_string())
            .replace("{to}", &self.to.to_string())
            .replace("{day}", &self.day.to_string())
            .replace("{key}", key)
            .replace("{by_class}", &(0..7).map(class).collect::<Vec<_>>().join(" || "))
            .replace("{day_after_the_contract}", day_after)
            .replace("{comparison}", if self.definition == AT_LEAST { ">=" } else { ">" })
            .replace("{six_months_of_contract}", six_months)
    }
}

/// The day after a contract and the day six months after its start; a day that the month lacks becomes the month's
/// last on both databases.
pub fn contract_days() -> (&'static str, &'static str) {
    if on_postgresql() {
        ("CAST(s.exit_contract_to AS DATE) + 1", "CAST(s.exit_contract_from AS DATE) + INTERVAL '6 months'")
    } else {
        ("date(s.exit_contract_to, '+1 day')", "date(s.exit_contract_from, '+6 months', 'floor')")
    }
}

/// The region of a department in SQL.
pub fn region_of(department: &str) -> String {
    include_str!("region.sql").replace("{department}", department)
}

/// A figure as text, and as a whole number where it can be added up.
struct Computed {
    text: String,
    whole: Option<i64>,
}

/// Every indicator by its definition, from counts and money.
fn figures(unit: &str, counts: &Counts, money: Option<[i64; 3]>) -> Vec<(String, Computed)> {
    let [
        supported,
        entries,
        exits,
        present,
        sustainable,
        transition,
        qualifying,
        training,
        other,
        unknown,
        neutralised,
    ] = *counts;
    let employment = sustainable + transition;
    let trained = qualifying + training;
    let counted = exits - neutralised;
    let mut figures = Vec::new();
    let mut tell = |code: &str, numerator: Option<i64>, denominator: Option<Option<i64>>| {
        figures.push(computed(unit, code, numerator, denominator));
    };
    tell("SUPPORTED", Some(supported), None);
    tell("ENTRIES", Some(entries), None);
    tell("EXITS", Some(exits), None);
    tell("PRESENT", Some(present), None);
    tell("NEUTRALISED_EXITS", Some(neutralised), None);
    tell("POSITIVE_EXITS", Some(employment + trained), None);
    tell("EMPLOYMENT_EXITS", Some(employment), None);
    tell("SUSTAINABLE_EXITS", Some(sustainable), None);
    tell("TRANSITION_EXITS", Some(transition), None);
    tell("TRAINING_EXITS", Some(trained), None);
    tell("QUALIFYING_TRAINING_EXITS", Some(qualifying), None);
    tell("OTHER_TRAINING_EXITS", Some(training), None);
    tell("OTHER_EXITS", Some(other), None);
    tell("UNKNOWN_EXITS", Some(unknown), None);
    tell("POSITIVE_EXIT_RATE", Some(employment + trained), Some(Some(counted)));
    tell("EMPLOYMENT_RATE", Some(employment), Some(Some(counted)));
    tell("SUSTAINABLE_RATE_OF_EXITS", Some(sustainable), Some(Some(counted)));
    tell("SUSTAINABLE_RATE_OF_EMPLOYMENT", Some(sustainable), Some(Some(employment)));
    tell("TRAINING_RATE", Some(trained), Some(Some(counted)));
    tell("PROJECTS", money.map(|[projects, _, _]| projects), None);
    tell("GRANTS", money.map(|[_, grants, _]| grants), None);
    tell("ELIGIBLE_COST", money.map(|[_, _, cost]| cost), None);
    tell("INTERVENTION_RATE", money.map(|[_, grants, _]| grants), Some(money.map(|[_, _, cost]| cost)));
    let grants = money.map(|[_, grants, _]| grants);
    tell("GRANT_EACH", grants, Some(Some(supported)));
    tell("GRANT_EACH_POSITIVE_EXIT", grants, Some(Some(employment + trained)));
    figures
}

fn computed(unit: &str, code: &str, numerator: Option<i64>, denominator: Option<Option<i64>>) -> (String, Computed) {
    let text = match (numerator, denominator) {
        (None, _) | (_, Some(None)) => "not applicable".to_owned(),
        (Some(whole), None) => amount(code, whole),
        (Some(part), Some(Some(of))) => rate(code, part, of),
    };
    (format!("{unit} {code}"), Computed { text, whole: numerator.filter(|_| denominator.is_none()) })
}

fn amount(code: &str, whole: i64) -> String {
    let is_money = ["GRANTS", "ELIGIBLE_COST", "INTERVENTION_RATE", "PAYMENTS", "DECLARED_SPENDING"]
        .iter()
        .any(|money| code.ends_with(money));
    if is_money { format!("{}.{:02}", whole / 100, whole % 100) } else { whole.to_string() }
}

/// `part/of = percentage`, rounded half up to one decimal.
fn rate(code: &str, part: i64, of: i64) -> String {
    if code.starts_with("GRANT_EACH") {
        let euros = |cents: i64| format!("{}.{:02}", cents / 100, cents % 100);
        let each = if of == 0 { "none".to_owned() } else { euros(part / of + i64::from(part % of * 2 >= of)) };
        return format!("{}/{of} = {each}", euros(part));
    }
    let percent = if of == 0 {
        "none".to_owned()
    } else {
        let tenths = (part * 1000 / of) + i64::from(part * 1000 % of * 2 >= of);
        format!("{}.{}", tenths / 10, tenths % 10)
    };
    format!("{}/{} = {percent}", amount(code, part), amount(code, of))
}

/// The quarters that a window meets, each cut to it.
fn quarters(from: Date, to: Date) -> Vec<(String, Date, Date)> {
    let part = |quarter: Quarter| (quarter.to_string(), from.max(quarter.first_day()), to.min(quarter.last_day()));
    Quarter::of(from).through(Quarter::of(to)).map(part).collect()
}

fn numbers_of<const N: usize>(text: &str) -> [i64; N] {
    let numbers: Vec<i64> = text.split('|').map(|number| number.parse().unwrap()).collect();
    numbers.try_into().unwrap()
}

fn coverage_text(
    period: &str,
    expected: usize,
    in_force: usize,
    partial: &[&str],
    missing: &[&str],
    late: usize,
) -> Told {
    let text = format!(
        "{period}: of {expected} expected {in_force} in force, {} partial {partial:?}, {} missing {missing:?}, {late} late",
        partial.len(),
        missing.len(),
    );
    Told::from([("coverage".to_owned(), text)])
}

/// The service's answer in the same form.
pub fn told(answer: &Value) -> Told {
    let mut all = Told::new();
    let mut cell = |at: &str, cell: &Value| {
        for (unit, figures) in [("PERSON", &cell["persons"]), ("PARTICIPATION", &cell["participations"])] {
            for figure in figures.as_array().unwrap() {
                all.insert(format!("{at} {unit} {}", text(&figure["indicator"]["code"])), figure_text(figure));
            }
        }
    };
    cell("total", answer);
    let groups = answer["groups"].as_array().unwrap();
    for group in groups {
        cell(text(&group["key"]), group);
    }
    all.extend(groups.iter().map(|group| (format!("group {}", text(&group["key"])), "stands".to_owned())));
    for (unit, twice) in [("PERSON", "personsTwice"), ("PARTICIPATION", "participationsTwice")] {
        for overlap in answer[twice].as_array().unwrap() {
            let name = format!("overlap {unit} {}", text(&overlap["indicator"]["code"]));
            all.insert(name, text(&overlap["excess"]).to_owned());
        }
    }
    let coverage = &answer["coverage"];
    let count = |name: &str| usize::try_from(coverage[name].as_u64().unwrap()).unwrap();
    let codes = |name: &str| {
        let mut codes: Vec<&str> = coverage[name].as_array().unwrap().iter().map(|one| text(&one["code"])).collect();
        codes.sort_unstable();
        codes
    };
    let (partial, missing) = (codes("partialProjects"), codes("missingProjects"));
    assert_eq!((count("partial"), count("missing")), (partial.len(), missing.len()), "{coverage}");
    let period = coverage["period"].as_str().unwrap_or("none");
    all.extend(coverage_text(period, count("expected"), count("inForce"), &partial, &missing, count("late")));
    all
}

fn figure_text(figure: &Value) -> String {
    match text(&figure["status"]) {
        "NOT_APPLICABLE" => "not applicable".to_owned(),
        _ if figure["denominator"].is_null() => {
            assert_eq!(figure["value"], figure["numerator"], "{figure}");
            text(&figure["value"]).to_owned()
        }
        status => {
            assert_eq!(figure["value"].is_null(), status == "NO_DENOMINATOR", "{figure}");
            let value = figure["value"].as_str().unwrap_or("none");
            format!("{}/{} = {value}", text(&figure["numerator"]), text(&figure["denominator"]))
        }
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}
