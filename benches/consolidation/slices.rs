//! Slices over images of growing size and growing history, each beside the rivals' time for the same answer.

use std::fs::File;
use std::io::{BufWriter, Write, sink};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use faisceau::consolidation::definitions::built_in;
use faisceau::consolidation::image::Image;
use faisceau::consolidation::image::coding::day_number;
use faisceau::consolidation::outcome::OutcomeClass;
use faisceau::consolidation::question::{Dimension, Filter, Series, Unit, Window};
use faisceau::consolidation::rollup::Rollup;
use faisceau::consolidation::vocabulary::{Attribute, Codes, Condition, Event, Measure, Measures};
use faisceau::directory::programme::Programme;
use faisceau::reporting::codes::{FrenchLevel, Sex};
use faisceau::storage::journal::Position;
use jiff::civil::date;

use crate::made::image;
use crate::measure::median;
use crate::rivals::{self, Asked, Numbers, Rivals};

/// The newest position, after twenty versions of every project.
const NEWEST: i64 = 100;
const EARLIER: i64 = 12;

/// How often the image answers; it is quick.
const TIMES: usize = 15;

/// A size of the world, and how quick an ungrouped slice has to be, in milliseconds.
struct Size {
    name: char,
    projects: usize,
    each: usize,
    limit: f64,
}

const SIZES: [Size; 3] = [
    Size { name: 'S', projects: 55, each: 430, limit: 0.05 },
    Size { name: 'M', projects: 1_000, each: 1_000, limit: 1.5 },
    Size { name: 'L', projects: 5_000, each: 2_000, limit: 15.0 },
];

/// A question, in the words of both sides.
struct Slice {
    name: &'static str,
    window: Window,
    filter: Filter,
    condition: String,
    least: [f64; 2],
}

fn slices() -> [Slice; 3] {
    let all = Window { from: date(2019, 1, 1), to: date(2023, 12, 31) };
    let year = Window { from: date(2021, 3, 1), to: date(2022, 2, 28) };
    let codes = |attribute, codes: &[&'static str]| Codes::of(attribute, codes.iter().copied()).unwrap();
    let filtered = vec![
        codes(Attribute::Sex, &[Sex::Female.code()]),
        codes(Attribute::AgeBand, &["UNDER_18", "FROM_18_TO_24"]),
        codes(Attribute::FrenchLevel, &[FrenchLevel::A1.code(), FrenchLevel::A2.code()]),
    ];
    let condition = format!(
        "sex = {} AND age BETWEEN 0 AND 24 AND french IN ({}, {})",
        Sex::Female as u8,
        FrenchLevel::A1 as u8,
        FrenchLevel::A2 as u8
    );
    let unfiltered = |name, window| Slice {
        name,
        window,
        filter: Filter::default(),
        condition: "1 = 1".to_owned(),
        least: [20.0, 500.0],
    };
    [
        unfiltered("all years", all),
        unfiltered("one year", year),
        Slice {
            name: "one year, women under 25 with A1 or A2",
            window: year,
            filter: Filter { codes: filtered, ..Filter::default() },
            condition,
            least: [10.0, 100.0],
        },
    ]
}

/// Supported, entries, exits, present and positive exits.
fn measures() -> Arc<Measures> {
    Measures::of(measure_list())
}

fn measure_list() -> [Measure; 5] {
    use OutcomeClass::{OtherTraining, QualifyingTraining, SustainableEmployment, TransitionEmployment};
    let classes = [SustainableEmployment, TransitionEmployment, QualifyingTraining, OtherTraining];
    let positive = Codes::of(Attribute::OutcomeClass, classes.map(OutcomeClass::code)).unwrap();
    let count = |event| Measure::count(event, []);
    [
        count(Event::Supported),
        count(Event::Entries),
        count(Event::Exits),
        count(Event::Present),
        Measure::count(Event::Exits, [Condition::In(positive)]),
    ]
}

/// The image's numbers: of each measure by participation, then by person.
fn numbers(image: &Image, programme: &Programme, slice: &Slice, position: i64) -> Numbers {
    let rollup = Rollup::new(image, programme, Position(position), built_in::first(), measures());
    let cell = rollup.cell(slice.window, &slice.filter).unwrap();
    let of = |unit| measure_list().map(|measure| cell.value(&measure, unit).unwrap());
    [of(Unit::Participation), of(Unit::Person)].concat()
}

fn milliseconds(times: usize, mut work: impl FnMut()) -> f64 {
    let times: Vec<f64> = (0..times)
        .map(|_| {
            let begin = Instant::now();
            work();
            begin.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    median(&times)
}

/// Prints the tables of every size that is wanted.
pub fn print() {
    let sizes = std::env::var("SIZES").unwrap_or_else(|_| "SML".to_owned());
    println!("## Slices\n");
    let mut grown = Vec::new();
    for size in SIZES.iter().filter(|size| sizes.contains(size.name)) {
        grown.push((size.name, print_size(size)));
    }
    println!(
        "Time of the first slice against size, in milliseconds (each step of the axis is ten times the one before):\n"
    );
    print_plot(&grown.iter().map(|(name, ms)| (name.to_string(), *ms)).collect::<Vec<_>>());
}

fn print_size(size: &Size) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("stays.csv");
    eprintln!("{}: making {} participations …", size.name, size.projects * size.each);
    let mut rows = BufWriter::new(File::create(&file).unwrap());
    let begin = Instant::now();
    let (image, programme) = image(size.projects, size.each, 2, &mut rows);
    rows.flush().unwrap();
    let made = begin.elapsed().as_secs_f64();
    let rivals = rivals_of(size, &file);
    println!(
        "### {}: {} participations in {} projects, {} persons met more than once\n",
        size.name,
        size.projects * size.each,
        size.projects,
        image.shared_count()
    );
    println!(
        "| five counts, by participation and by person | image | limit | DuckDB | times | limit | PostgreSQL | times | limit |"
    );
    println!("| --- | --: | --: | --: | --: | --: | --: | --: | --: |");
    let mut first = f64::NAN;
    for (place, slice) in slices().iter().enumerate() {
        let ours = milliseconds(TIMES, || drop(numbers(&image, &programme, slice, NEWEST)));
        let told = numbers(&image, &programme, slice, NEWEST);
        first = if place == 0 { ours } else { first };
        let beside =
            rivals.times[place].iter().zip(&rivals.told[place]).zip(slice.least).map(|((theirs, numbers), least)| {
                assert_eq!(*numbers, told, "{} of {}: the answers differ", slice.name, size.name);
                let ratio = theirs / ours;
                let reached = if ratio >= least { "yes" } else { "**no**" };
                format!("{theirs:.1} ms | {ratio:.0} | ≥ {least}: {reached}")
            });
        let beside: Vec<String> = beside.collect();
        println!("| {} | {ours:.3} ms | {} | {} |", slice.name, within(ours, size.limit, "ms"), beside.join(" | "));
    }
    let earlier = &slices()[0];
    let ours = milliseconds(TIMES, || drop(numbers(&image, &programme, earlier, EARLIER)));
    println!("| all years, at an earlier position | {ours:.3} ms | {} | | | | | | |", within(ours, size.limit, "ms"));
    print_others(&image, &programme);
    println!("\nThe image was made in {made:.1} s.\n");
    first
}

/// Whether a figure keeps to its limit, as the tables say it.
pub fn within(figure: f64, most: f64, unit: &str) -> String {
    format!("≤ {most} {unit}: {}", if figure <= most { "yes" } else { "**no**" })
}

fn rivals_of(size: &Size, file: &Path) -> Rivals {
    let asked = slices().map(|slice| Asked {
        from: day_number(slice.window.from),
        to: day_number(slice.window.to),
        condition: slice.condition,
    });
    rivals::ask(file, &asked, if size.name == 'L' { 3 } else { 5 })
}

/// Answers of more figures, which no rival was asked for.
fn print_others(image: &Image, programme: &Programme) {
    let whole = &slices()[0];
    let key = &built_in::first().measures;
    let table = |measures: &Arc<Measures>, by: &[Dimension]| {
        let rollup = Rollup::new(image, programme, Position(NEWEST), built_in::first(), measures.clone());
        milliseconds(5, || drop(rollup.table(by, whole.window, Series::Flow, &whole.filter).unwrap()))
    };
    let region_and_quarter = [Dimension::Region, Dimension::Quarter];
    for (name, ms) in [
        (format!("every indicator, {} measures", key.list().len()), table(key, &[])),
        ("five counts by region and quarter".to_owned(), table(&measures(), &region_and_quarter)),
        ("every indicator by region and quarter".to_owned(), table(key, &region_and_quarter)),
    ] {
        println!("| {name} | {ms:.2} ms | | | | | | | |");
    }
}

/// The same people, stated more and more often: what is in force costs, what is past does not.
pub fn print_history() {
    println!(
        "## Time against history\n\nSize S, all years, each participation stated so many times over twenty quarters:\n"
    );
    let slice = &slices()[0];
    let mut grown = Vec::new();
    println!("| statings | now | at an earlier position |\n| --: | --: | --: |");
    for statings in [1, 2, 4, 8, 16] {
        let (image, programme) = image(55, 430, statings, &mut sink());
        let at = |position| milliseconds(TIMES, || drop(numbers(&image, &programme, slice, position)));
        let (now, earlier) = (at(NEWEST), at(EARLIER));
        println!("| {statings} | {now:.3} ms | {earlier:.3} ms |");
        grown.push((statings.to_string(), now));
    }
    println!();
    print_plot(&grown);
}

/// Bars on an axis of powers of ten, from a microsecond to ten seconds.
fn print_plot(points: &[(String, f64)]) {
    println!("```text");
    for (name, ms) in points {
        let steps = ((ms.log10() + 3.0) * 8.0).clamp(1.0, 56.0).round() as usize;
        println!("{name:>3} {:<56} {ms:.3}", "█".repeat(steps));
    }
    println!("    0.001   0.01    0.1     1       10      100     1000 ms\n```\n");
}
