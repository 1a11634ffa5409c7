//! Four partners, an officer and an analyst, who work through any of several servers; and what an answer must hold.

use std::collections::BTreeMap;

use faisceau::access::role::Role;
use faisceau::clock::Clock;
use faisceau::directory::period::{Quarter, ReportingPeriod};
use faisceau::directory::programme::ProgrammeDetails;
use jiff::civil::date;
use serde_json::{Value, json};

use crate::support::statement::{SUBMIT, action, justified, present, submission};
use crate::support::world::{agent, programme, project};
use crate::support::{Database, Stage};

/// What each project's version of a number holds: so many participations. So an answer says which version it rests on.
pub const ASK: &str = "query Ask($asOf: AsOfInput) { programme(code: \"TEST\") { consolidation(asOf: $asOf, groupBy: PROJECT) { \
    position day coverage { expected inForce partial missing missingProjects { code } } \
    figures(indicators: [\"SUPPORTED\", \"PROJECTS\"]) { numerator } \
    participations: figures(indicators: [\"SUPPORTED\"], unit: PARTICIPATION) { numerator } \
    groups { key figures(indicators: [\"SUPPORTED\"]) { numerator } } } } }";

/// A migrated database with tokens for everybody.
pub struct Scene {
    pub database: Database,
    pub projects: Vec<Partner>,
    pub officer: String,
    pub analyst: String,
}

/// A partner: its project and its token.
pub struct Partner {
    pub code: &'static str,
    project: String,
    token: String,
}

/// An answer: what it says, checked in itself.
#[derive(Debug)]
pub struct Said {
    pub position: i64,
    pub day: String,
    /// By project, the version that its figure rests on; 0 for none.
    pub versions: BTreeMap<String, u64>,
    pub whole: Value,
}

impl Scene {
    /// Everybody registered; nothing reported yet.
    pub fn set() -> Self {
        let stage = Stage::empty(Clock::System);
        let periods = Quarter::new(2010, 1).unwrap().through(Quarter::new(2023, 4).unwrap());
        let due = |quarter: Quarter| quarter.next().first_day().last_of_month();
        let programme = stage.programme(ProgrammeDetails {
            first_on: date(2010, 1, 1),
            periods: periods.map(|quarter| ReportingPeriod::of_quarter(quarter, due(quarter))).collect(),
            ..programme()
        });
        let funder = stage.organisation(1);
        let projects = [("ALPHA", "69"), ("BETA", "13"), ("GAMMA", "59"), ("DELTA", "75")];
        let projects = projects.into_iter().zip(2..).map(|((code, department), number)| {
            let lead = stage.organisation(number);
            let mut details = project(code, &lead, &funder, department, 200, 100);
            details.agreement_from = date(2010, 1, 1);
            let project = stage.project(&programme, details).id.to_string();
            let client = format!("partner-{code}");
            let _ = stage.client(&client, Role::Partner, Some(&lead));
            Partner { code, project, token: stage.token(&client) }
        });
        let projects = projects.collect();
        let _ = stage.client("officer", Role::Officer, Some(&funder));
        let _ = stage.client("analyst", Role::Analyst, None);
        let (officer, analyst) = (stage.token("officer"), stage.token("analyst"));
        Self { database: stage.database, projects, officer, analyst }
    }

    /// Brings version after version of a project up to a number into force, each through other nodes; tells each
    /// approval acknowledged, with its number.
    pub fn report(
        &self,
        partner: &Partner,
        numbers: std::ops::RangeInclusive<u64>,
        nodes: &[&str],
        told: impl Fn(u64),
    ) {
        let node = |turn: u64| nodes[usize::try_from(turn).unwrap() % nodes.len()];
        for number in numbers {
            let stays = (0..number).map(|stay| {
                let mut stay = present(&format!("R-{stay}"), "", "2010-01-15");
                stay.as_object_mut().unwrap().remove("identity");
                stay["birthYear"] = "1985".into();
                stay
            });
            let period = Quarter::new(2010 + i16::try_from(number / 4).unwrap(), 1 + i8::try_from(number % 4).unwrap());
            let base = u32::try_from(number - 1).unwrap();
            let input = submission(&partner.project, &period.unwrap().to_string(), base, stays.collect());
            let data = ask(node(number), &partner.token, SUBMIT, json!({ "input": justified(input) })).unwrap();
            let submitted = &data["reportSubmit"];
            assert_eq!(submitted["userErrors"], json!([]), "{submitted:#}");
            assert_eq!(submitted["version"]["number"], number);
            let mut input = json!({ "report": submitted["report"]["id"], "version": number });
            for (turn, verb) in [(number + 1, "reportStartReview"), (number + 2, "reportApprove")] {
                if verb == "reportApprove" {
                    input["acknowledgeLate"] = true.into();
                }
                let data = ask(node(turn), &self.officer, &action(verb), json!({ "input": input })).unwrap();
                assert_eq!(data[verb]["userErrors"], json!([]), "{data:#}");
            }
            told(number);
        }
    }

    /// Asks a node for the figures by project; the code of the refusal if there is no answer.
    pub fn ask(&self, node: &str, as_of: Option<(i64, &str)>) -> Result<Said, String> {
        let as_of = as_of.map(|(position, day)| json!({ "position": position.to_string(), "day": day }));
        let data = ask(node, &self.analyst, ASK, json!({ "asOf": as_of }))?;
        Ok(Said::of(data["programme"]["consolidation"].clone()))
    }
}

impl Said {
    /// Reads an answer; every part of it must be of one position.
    fn of(whole: Value) -> Self {
        let count = |of: &Value| of[0]["numerator"].as_str().unwrap().parse::<u64>().unwrap();
        let groups = whole["groups"].as_array().unwrap().iter();
        let versions: BTreeMap<String, u64> =
            groups.map(|group| (group["key"].as_str().unwrap().to_owned(), count(&group["figures"]))).collect();
        // Nobody is in two projects, so the parts sum to the total, of persons and of stays.
        let sum: u64 = versions.values().sum();
        assert_eq!(count(&whole["figures"]), sum, "figures and groups are of two positions: {whole:#}");
        assert_eq!(count(&whole["participations"]), sum, "{whole:#}");
        let missing = whole["coverage"]["missingProjects"].as_array().unwrap().iter();
        let missing: Vec<&str> = missing.map(|project| project["code"].as_str().unwrap()).collect();
        let without: Vec<&str> =
            versions.iter().filter(|(_, version)| **version == 0).map(|(code, _)| &**code).collect();
        let sorted = |mut codes: Vec<&'_ str>| {
            codes.sort_unstable();
            codes.join(" ")
        };
        assert_eq!(sorted(missing), sorted(without), "figures and coverage are of two positions: {whole:#}");
        Self {
            position: whole["position"].as_str().unwrap().parse().unwrap(),
            day: whole["day"].as_str().unwrap().to_owned(),
            versions,
            whole,
        }
    }
}

/// Puts a GraphQL document to a node; the code of the refusal if there is no whole answer.
fn ask(node: &str, token: &str, query: &str, variables: Value) -> Result<Value, String> {
    let mut response = agent()
        .post(format!("{node}/graphql"))
        .header("authorization", format!("Bearer {token}"))
        .send_json(json!({ "query": query, "variables": variables }))
        .map_err(|error| error.to_string())?;
    let body: Value = response.body_mut().read_json().unwrap();
    match body["errors"][0]["extensions"]["code"].as_str() {
        Some(code) => Err(code.to_owned()),
        None => Ok(body["data"].clone()),
    }
}
