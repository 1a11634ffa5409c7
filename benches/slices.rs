//! How long slices take over an image made in memory, at the size of the real programme (S) and of a million
//! participations (M). Run with `cargo bench --bench slices`; `SIZES=S` for the small one only.

use std::time::Instant;

use faisceau::consolidation::answer::measures_of;
use faisceau::consolidation::definitions::built_in;
use faisceau::consolidation::image::segment::{Begun, Ended};
use faisceau::consolidation::image::{ApprovedVersion, Delta, Image, RecordDelta};
use faisceau::consolidation::indicator::Defined;
use faisceau::consolidation::question::{Dimension, Filter, Series, Window};
use faisceau::consolidation::rollup::Rollup;
use faisceau::consolidation::vocabulary::{Attribute, Codes, Event, Measure, Measures};
use faisceau::directory::geography::DEPARTMENTS;
use faisceau::directory::money::Cents;
use faisceau::directory::period::{Quarter, ReportingPeriod};
use faisceau::directory::programme::{Call, Programme, ProgrammeDetails};
use faisceau::directory::project::{Project, ProjectDetails};
use faisceau::id::{OrganisationId, ProgrammeId, ProjectId};
use faisceau::reporting::codes::*;
use faisceau::reporting::statement::{Answer, Exit, Participation, Support};
use faisceau::reporting::version::Digest;
use faisceau::storage::journal::Position;
use jiff::ToSpan;
use jiff::civil::date;

const QUARTERS: u32 = 20;

/// A small generator of numbers that look random and are the same on every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % limit
    }

    fn of<T: Copy>(&mut self, values: &[T]) -> T {
        values[usize::try_from(self.below(values.len() as u64)).unwrap()]
    }
}

fn programme() -> Programme {
    let first = Quarter::new(2019, 1).unwrap();
    let periods = first.through(Quarter::new(2023, 4).unwrap());
    let name = "Bench".parse().unwrap();
    let details = ProgrammeDetails {
        code: "BENCH".parse().unwrap(),
        name_en: "Bench".parse().unwrap(),
        name_fr: name,
        envelope: Cents(1),
        time_zone: jiff::tz::TimeZone::UTC,
        first_on: date(2019, 1, 1),
        disclosure_threshold: 5,
        certification: false,
        calls: vec![Call {
            code: "CALL".parse().unwrap(),
            name_en: "C".parse().unwrap(),
            name_fr: "C".parse().unwrap(),
        }],
        periods: periods.map(|quarter| ReportingPeriod::of_quarter(quarter, quarter.last_day())).collect(),
    };
    Programme { id: ProgrammeId::new(), details }
}

fn project(programme: &Programme, place: usize) -> Project {
    let lead = OrganisationId::new();
    let details = ProjectDetails {
        code: format!("P{place:05}").parse().unwrap(),
        title: format!("Project {place}").parse().unwrap(),
        call: "CALL".parse().unwrap(),
        lead,
        members: Vec::new(),
        department: &DEPARTMENTS[place * 7 % DEPARTMENTS.len()],
        sector: "Construction".parse().unwrap(),
        agreement_from: date(2019, 1, 1),
        agreement_to: date(2023, 12, 31),
        target_participants: 400,
        eligible_cost: Cents(200_000_000),
        grant: Cents(100_000_000),
    };
    Project { id: ProjectId::new(), programme: programme.id.clone(), details }
}

fn participation(dice: &mut Dice, number: usize, left: bool) -> Participation {
    let entry_on = date(2019, 1, 1).checked_add(i64::try_from(dice.below(1700)).unwrap().days()).unwrap();
    let on = entry_on.checked_add(i64::try_from(30 + dice.below(400)).unwrap().days()).unwrap();
    let exit = (left && on <= date(2023, 12, 31)).then(|| Exit {
        on,
        situation: dice.of(ExitSituation::ALL),
        contract: Some(dice.of(ContractKind::ALL)),
        contract_from: None,
        contract_to: None,
        training: Some(dice.of(TrainingKind::ALL)),
        french: dice.of(FrenchLevel::ALL),
        housing: dice.of(Housing::ALL),
        financial_autonomy: dice.of(Flag::ALL),
    });
    let quarter = Quarter::of(entry_on);
    Participation {
        reference: format!("R-{number}").parse().unwrap(),
        person: faisceau::reporting::identity::Identity::None,
        entry_on,
        sex: dice.of(Sex::ALL),
        birth_year: Answer::Known(1950 + i16::try_from(dice.below(55)).unwrap()),
        protection_status: dice.of(ProtectionStatus::ALL),
        french_at_entry: dice.of(FrenchLevel::ALL),
        education: dice.of(EducationLevel::ALL),
        labour_status: dice.of(LabourStatus::ALL),
        residence_department: Answer::NotCollected,
        priority_district: dice.of(Flag::ALL),
        rural_area: dice.of(Flag::ALL),
        disability: dice.of(Flag::ALL),
        housing_at_entry: dice.of(Housing::ALL),
        supports: vec![Support { kind: dice.of(SupportKind::ALL), quarter, hours: 60 }],
        exit,
        follow_up: None,
    }
}

/// An image of some projects, each with as many participations, half of them revised once; one person in thirty-five is
/// met twice.
fn image(projects: usize, each: usize) -> (Image, Programme) {
    let programme = programme();
    let mut image = Image::default();
    let mut dice = Dice(42);
    let mut delta = Delta { position: Position(1), ..Delta::default() };
    delta.programmes.push((Position(1), programme.clone()));
    let people = projects * each * 34 / 35;
    for place in 0..projects {
        let project = project(&programme, place);
        let mut begun = Vec::with_capacity(each * 2);
        for number in 0..each {
            let mut person = [0; 16];
            person[..8].copy_from_slice(&dice.below(people as u64 * 17).to_le_bytes());
            let stated = participation(&mut dice, number, true);
            let first = u32::try_from(number * QUARTERS as usize / each).unwrap() + 1;
            if number % 2 == 0 && first < QUARTERS {
                let mut before = stated.clone();
                before.exit = None;
                begun.push(Begun::of(&before, first, Some(QUARTERS), Some(person)));
                begun.push(Begun::of(&stated, QUARTERS, None, Some(person)));
            } else {
                begun.push(Begun::of(&stated, first, None, Some(person)));
            }
        }
        for number in 1..=QUARTERS {
            let version = ApprovedVersion {
                number,
                period: Quarter::new(
                    2019 + i16::try_from((number - 1) / 4).unwrap(),
                    i8::try_from((number - 1) % 4 + 1).unwrap(),
                )
                .unwrap(),
                digest: Digest([0; 32]),
                late: false,
                aggregate_only: false,
                spending_cents: None,
                approved: Position(i64::from(number)),
                annulled: None,
            };
            delta.versions.push((project.id.clone(), version));
        }
        delta.records.push(RecordDelta {
            project: project.id.clone(),
            newest: QUARTERS,
            begun,
            ended: Vec::<Ended>::new(),
        });
        delta.revisions.push((Position(1), project));
        if delta.records.len() == 50 {
            image.apply(std::mem::take(&mut delta));
        }
    }
    image.apply(Delta { position: Position(100), ..delta });
    (image, programme)
}

fn time(name: &str, rows: usize, mut work: impl FnMut()) {
    let mut times: Vec<f64> = (0..15)
        .map(|_| {
            let begin = Instant::now();
            work();
            begin.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!("{name:<46} {:>9.4} ms  ({:.2} ns a row)", times[7], times[7] * 1e6 / rows as f64);
}

fn main() {
    let sizes = std::env::var("SIZES").unwrap_or_else(|_| "SM".to_owned());
    for (size, projects, each) in [('S', 55, 430), ('M', 1000, 1000)] {
        if !sizes.contains(size) {
            continue;
        }
        let begin = Instant::now();
        let (image, programme) = image(projects, each);
        let rows = projects * each;
        println!(
            "{size}: {rows} participations, {} shared persons, made in {:.1?}",
            image.shared_count(),
            begin.elapsed()
        );
        let window = Window { from: date(2019, 1, 1), to: date(2023, 12, 31) };
        let year = Window { from: date(2021, 3, 1), to: date(2022, 2, 28) };
        let everything = Filter::default();
        let codes = |attribute, codes: &[&'static str]| Codes::of(attribute, codes.iter().copied()).unwrap();
        let women = codes(Attribute::Sex, &["F"]);
        let young = codes(Attribute::AgeBand, &["UNDER_18", "FROM_18_TO_24"]);
        let french = codes(Attribute::FrenchLevel, &["A1", "A2"]);
        let filtered = Filter { codes: vec![women, young, french], ..Filter::default() };
        let supported = Measures::of([Measure::count(Event::Supported, [])]);
        let events = Measures::of(Event::ALL.map(|event| Measure::count(event, [])));
        let key = built_in::first().measures.clone();
        let one = measures_of([&*Defined::find(built_in::first(), "SUPPORTED").unwrap()]);
        let rollup = |measures: &std::sync::Arc<Measures>, position| {
            Rollup::new(&image, &programme, Position(position), built_in::first(), measures.clone())
        };
        time("supported", rows, || drop(rollup(&supported, 100).cell(window, &everything)));
        time("supported, a year", rows, || drop(rollup(&supported, 100).cell(year, &everything)));
        time("every event", rows, || drop(rollup(&events, 100).cell(window, &everything)));
        time("every event, three filters", rows, || drop(rollup(&events, 100).cell(window, &filtered)));
        time("every event, an earlier position", rows, || drop(rollup(&events, 12).cell(window, &everything)));
        time("all indicators", rows, || drop(rollup(&key, 100).cell(window, &everything)));
        time("all indicators, three filters", rows, || drop(rollup(&key, 100).cell(year, &filtered)));
        let table =
            |measures, by: &[Dimension]| drop(rollup(measures, 100).table(by, window, Series::Flow, &everything));
        time("all indicators by region", rows, || table(&key, &[Dimension::Region]));
        time("supported by region and quarter", rows, || table(&one, &[Dimension::Region, Dimension::Quarter]));
        time("all indicators by region and quarter", rows, || table(&key, &[Dimension::Region, Dimension::Quarter]));
        time("supported by project", rows, || table(&one, &[Dimension::Project]));
        time("supported by kind, sex and age", rows, || {
            table(&one, &[Dimension::SupportKind, Dimension::Sex, Dimension::AgeBand]);
        });
    }
}
