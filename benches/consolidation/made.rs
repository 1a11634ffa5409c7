//! Images made in memory, of as many participations as asked for, and the same participations as flat rows for rivals.

use std::io::Write;

use faisceau::consolidation::definitions::built_in;
use faisceau::consolidation::image::coding::{NO_EXIT, day_number};
use faisceau::consolidation::image::segment::{Begun, Ended};
use faisceau::consolidation::image::{ApprovedVersion, Delta, Image, RecordDelta};
use faisceau::consolidation::outcome::OutcomeKey;
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
    Project { id: ProjectId::new(), programme: programme.id.clone(), sandbox: false, details }
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

/// An image of some projects, each with as many participations. Each participation is stated as often as asked, the last
/// time with its exit; one person in thirty-five is met twice. What stands at the end goes to `rows`, line by line.
pub fn image(projects: usize, each: usize, statings: u32, rows: &mut impl Write) -> (Image, Programme) {
    let programme = programme();
    let mut image = Image::default();
    let mut dice = Dice(42);
    let mut delta = Delta { position: Position(1), ..Delta::default() };
    delta.programmes.push((Position(1), programme.clone()));
    let people = projects * each * 34 / 35;
    for place in 0..projects {
        let project = project(&programme, place);
        let mut begun = Vec::new();
        for number in 0..each {
            let mut key = [0; 16];
            let person = dice.below(people as u64 * 17);
            key[..8].copy_from_slice(&person.to_le_bytes());
            let stated = participation(&mut dice, number, true);
            write_row(rows, place, person, &stated);
            let first = u32::try_from(number * QUARTERS as usize / each).unwrap() + 1;
            // The last version holds the last stating; those before are spread over the versions since the first.
            let mut from = first;
            let mut before = stated.clone();
            before.exit = None;
            for stating in 1..statings {
                let end = first + (QUARTERS - first) * stating / (statings - 1);
                if end > from {
                    begun.push(Begun::of(&before, from, Some(end), Some(key)));
                    from = end;
                }
            }
            begun.push(Begun::of(&stated, from, None, Some(key)));
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

/// A participation as a line of whole numbers: project, person, entry, exit, sex, age, French, class.
fn write_row(rows: &mut impl Write, project: usize, person: u64, stated: &Participation) {
    let class = |exit: &Exit| built_in::first().table.class(OutcomeKey::of(exit)) as u8;
    let age = stated.birth_year.known().map_or(-1, |born| stated.entry_on.year() - born);
    let (entry, exit) = (day_number(stated.entry_on), stated.exit.as_ref().map_or(NO_EXIT, |exit| day_number(exit.on)));
    let class = stated.exit.as_ref().map_or(9, class);
    let (sex, french) = (stated.sex as u8, stated.french_at_entry as u8);
    writeln!(rows, "{project},{person},{entry},{exit},{sex},{age},{french},{class}").unwrap();
}
