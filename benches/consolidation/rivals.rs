//! The rivals: the same flat rows of whole numbers in DuckDB and in PostgreSQL, and one SQL question for both.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl};
use serde_json::{Value, json};

use crate::measure::median;

/// Five counts by participation, then the same by person.
pub type Numbers = Vec<i64>;

/// A question to the rivals.
pub struct Asked {
    pub from: u16,
    pub to: u16,
    pub condition: String,
}

/// For each question, what DuckDB and PostgreSQL took in milliseconds, and what they answered.
pub struct Rivals {
    pub times: Vec<[f64; 2]>,
    pub told: Vec<[Numbers; 2]>,
}

const COLUMNS: &str = "project INTEGER, person BIGINT, entry INTEGER, leave INTEGER, sex INTEGER, age INTEGER, \
    french INTEGER, class INTEGER";

impl Asked {
    /// One statement that both understand: ten numbers with commas between them.
    fn sql(&self) -> String {
        let (from, to, condition) = (self.from, self.to, &self.condition);
        format!(
            "WITH held AS (
                SELECT * FROM stays WHERE entry <= {to} AND leave >= {from} AND {condition}
            ), people AS (
                SELECT person, MAX(CASE WHEN entry >= {from} THEN 1 ELSE 0 END) AS entered,
                    MAX(CASE WHEN leave > {to} THEN 1 ELSE 0 END) AS present,
                    MIN((100000 - leave) * 16 + class) % 16 AS class
                FROM held GROUP BY person
            )
            SELECT CONCAT_WS(',', p.*, n.*) AS told FROM (
                SELECT COUNT(*) AS a, COUNT(*) FILTER (WHERE entry >= {from}) AS b,
                    COUNT(*) FILTER (WHERE leave <= {to}) AS c, COUNT(*) FILTER (WHERE leave > {to}) AS d,
                    COUNT(*) FILTER (WHERE leave <= {to} AND class < 4) AS e FROM held
            ) p, (
                SELECT COUNT(*) AS f, COUNT(*) FILTER (WHERE entered = 1) AS g, COUNT(*) FILTER (WHERE present = 0) AS h,
                    COUNT(*) FILTER (WHERE present = 1) AS i, COUNT(*) FILTER (WHERE present = 0 AND class < 4) AS j
                FROM people
            ) n"
        )
        .replace("p.*, n.*", "a, b, c, d, e, f, g, h, i, j")
    }
}

/// Loads the rows into both and asks everything several times.
pub fn ask(file: &Path, asked: &[Asked], times: usize) -> Rivals {
    let questions: Vec<String> = asked.iter().map(Asked::sql).collect();
    eprintln!("DuckDB …");
    let duckdb = ask_duckdb(file, &questions, times);
    eprintln!("PostgreSQL …");
    let postgresql = ask_postgresql(file, &questions, times);
    let (times, told) =
        duckdb.into_iter().zip(postgresql).map(|((duckdb, a), (postgresql, b))| ([duckdb, postgresql], [a, b])).unzip();
    Rivals { times, told }
}

fn numbers(told: &str) -> Numbers {
    told.split(',').map(|number| number.parse().unwrap()).collect()
}

fn ask_duckdb(file: &Path, questions: &[String], times: usize) -> Vec<(f64, Numbers)> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/rival/duckdb.mjs");
    let order = json!({ "file": file, "columns": COLUMNS, "questions": questions, "times": times }).to_string();
    let done =
        Command::new("node").args([script, &order]).stderr(Stdio::inherit()).output().expect("node is installed");
    assert!(done.status.success(), "DuckDB did not answer: run npm ci in benches/rival");
    let told: Vec<Value> = serde_json::from_slice(&done.stdout).unwrap();
    let one = |told: &Value| {
        let times: Vec<f64> = told["times"].as_array().unwrap().iter().map(|ms| ms.as_f64().unwrap()).collect();
        (median(&times), numbers(told["told"].as_str().unwrap()))
    };
    told.iter().map(one).collect()
}

fn ask_postgresql(file: &Path, questions: &[String], times: usize) -> Vec<(f64, Numbers)> {
    #[derive(QueryableByName)]
    struct Told {
        #[diesel(sql_type = Text)]
        told: String,
    }
    let url = std::env::var("FAISCEAU_TEST_POSTGRES_URL").expect("./task bench brings a server up");
    let mut connection = PgConnection::establish(&url).unwrap();
    connection.batch_execute(&format!("DROP TABLE IF EXISTS stays; CREATE TABLE stays ({COLUMNS})")).unwrap();
    let rows = std::fs::read(file).unwrap();
    for part in lines_of(&rows, 1 << 16) {
        let values: Vec<String> = part.lines().map(|line| format!("({line})")).collect();
        connection.batch_execute(&format!("INSERT INTO stays VALUES {}", values.join(","))).unwrap();
    }
    connection.batch_execute("VACUUM ANALYZE stays").unwrap();
    let answers = questions
        .iter()
        .map(|question| {
            let mut answer = String::new();
            let mut took = Vec::new();
            // Once before it is timed: everything is in memory then.
            for time in 0..=times {
                let begin = Instant::now();
                let told: Told = diesel::sql_query(question).get_result(&mut connection).unwrap();
                if time > 0 {
                    took.push(begin.elapsed().as_secs_f64() * 1e3);
                }
                answer = told.told;
            }
            (median(&took), numbers(&answer))
        })
        .collect();
    connection.batch_execute("DROP TABLE stays").unwrap();
    answers
}

/// Whole lines, some bytes at a time.
fn lines_of(rows: &[u8], bytes: usize) -> impl Iterator<Item = &str> {
    let mut rest = rows;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = rest.len().min(bytes);
        let end = rest[end..].iter().position(|byte| *byte == b'\n').map_or(rest.len(), |place| end + place + 1);
        let (part, others) = rest.split_at(end);
        rest = others;
        Some(std::str::from_utf8(part).unwrap())
    })
}
