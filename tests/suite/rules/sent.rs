//! Statements to judge, in memory, each a small change of one that meets every rule.

use faisceau::directory::period::{Quarter, ReportingPeriod};
use faisceau::directory::programme::Programme;
use faisceau::directory::project::Project;
use faisceau::id::{OrganisationId, ProgrammeId, ProjectId};
use faisceau::reporting::codes::*;
use faisceau::reporting::head::Head;
use faisceau::reporting::identity::{Identity, StageOne};
use faisceau::reporting::record::{Person, Record};
use faisceau::reporting::rules::{Answers, Case, Finding, Findings, JustifiedWarning, Previous, check};
use faisceau::reporting::sections::Sections;
use faisceau::reporting::statement::*;
use faisceau::reporting::waiver::Waiver;
use jiff::civil::{Date, date};

use crate::support::world;

/// One statement about 2024-Q1 of a project whose agreement runs from 2023-01-01 to 2024-12-31, for 10 persons, with an
/// eligible cost of 2.00 and a grant of 1.00.
pub struct Sent {
    pub period: Quarter,
    pub stays: Vec<Participation>,
    pub sections: Sections,
    pub previous: Option<Before>,
    pub history: Vec<(Quarter, u32)>,
    pub waivers: Vec<Waiver>,
    pub justifications: Vec<JustifiedWarning>,
}

/// The version before.
pub struct Before {
    pub period: Quarter,
    pub approved: bool,
    pub stays: Vec<Participation<Person>>,
    pub sections: Sections,
}

impl Sent {
    pub fn of(stays: Vec<Participation>) -> Self {
        Self {
            period: "2024-Q1".parse().unwrap(),
            stays,
            sections: Sections::default(),
            previous: None,
            history: Vec::new(),
            waivers: Vec::new(),
            justifications: Vec::new(),
        }
    }

    /// After a version about a period with these references, each as [`stay`] has it.
    pub fn after(mut self, period: &str, references: &[&str]) -> Self {
        let stays = references.iter().map(|reference| stay(reference).with_person(None)).collect();
        let period = period.parse().unwrap();
        self.previous = Some(Before { period, approved: true, stays, sections: Sections::default() });
        self
    }

    /// After a version that may be changed.
    pub fn before(mut self, change: impl FnOnce(&mut Before)) -> Self {
        change(self.previous.as_mut().expect("a version before"));
        self
    }

    pub fn stating(mut self, state: impl FnOnce(&mut Sections)) -> Self {
        state(&mut self.sections);
        self
    }

    pub fn about(mut self, period: &str) -> Self {
        self.period = period.parse().unwrap();
        self
    }

    pub fn judged(&self) -> Findings {
        let mut details = world::project("P", &OrganisationId::new(), &OrganisationId::new(), "69", 200, 100);
        details.target_participants = 10;
        let project = Project { id: ProjectId::new(), programme: ProgrammeId::new(), sandbox: false, details };
        let period = ReportingPeriod::of_quarter(self.period, self.period.next().first_day());
        let statement = Statement { participations: self.stays.clone(), sections: self.sections.clone() };
        let head = self.previous.as_ref().map(|before| {
            Head::new(before.stays.iter().cloned().map(Record::seal).collect(), Vec::new(), before.sections.clone())
        });
        let previous = self.previous.as_ref().zip(head.as_ref());
        let previous =
            previous.map(|(before, head)| Previous { period: before.period, approved: before.approved, head });
        let programme = Programme { id: project.programme.clone(), details: world::programme() };
        let case = Case {
            programme: &programme,
            project: &project,
            period: &period,
            statement: &statement,
            previous: previous.as_ref(),
            history: &self.history,
        };
        check(&case, &Answers::new(&self.justifications, &self.waivers))
    }

    pub fn findings(&self) -> Vec<Finding> {
        self.judged().listed
    }

    /// How often a rule finds something.
    pub fn count(&self, code: &str) -> usize {
        self.findings().iter().filter(|finding| finding.rule.code == code).count()
    }
}

/// A stay since 2024-02-01 that meets every rule.
pub fn stay(reference: &str) -> Participation {
    Participation {
        reference: reference.parse().unwrap(),
        person: Identity::None,
        entry_on: date(2024, 2, 1),
        sex: Sex::Female,
        birth_year: Answer::Known(1990),
        protection_status: ProtectionStatus::Refugee,
        french_at_entry: FrenchLevel::A2,
        education: EducationLevel::Level3,
        labour_status: LabourStatus::Unemployed,
        residence_department: Answer::parse("69", DepartmentCode::parse).unwrap(),
        priority_district: Flag::No,
        rural_area: Flag::No,
        disability: Flag::No,
        housing_at_entry: Housing::Stable,
        supports: Vec::new(),
        exit: None,
        follow_up: None,
    }
}

pub fn with(change: impl FnOnce(&mut Participation)) -> Sent {
    let mut one = stay("A-1");
    change(&mut one);
    Sent::of(vec![one])
}

/// An exit to a situation without details.
pub fn exit(on: Date, situation: ExitSituation) -> Exit {
    Exit {
        on,
        situation,
        contract: None,
        contract_from: None,
        contract_to: None,
        training: None,
        french: FrenchLevel::Unknown,
        housing: Housing::Unknown,
        financial_autonomy: Flag::Unknown,
    }
}

/// A stay that ended on 2024-03-01 in a job.
pub fn job(kind: Option<ContractKind>, from: Option<Date>, to: Option<Date>) -> Sent {
    let on = date(2024, 3, 1);
    let job = Exit { contract: kind, contract_from: from, contract_to: to, ..exit(on, ExitSituation::Employment) };
    with(|p| p.exit = Some(job))
}

pub fn left(on: Date) -> Sent {
    with(|p| p.exit = Some(exit(on, ExitSituation::Seeking)))
}

pub fn entered(on: Date) -> Sent {
    with(|p| p.entry_on = on)
}

pub fn born(year: i16) -> Sent {
    with(|p| p.birth_year = Answer::Known(year))
}

pub fn french(entry: FrenchLevel, at_exit: FrenchLevel) -> Sent {
    with(|p| {
        p.french_at_entry = entry;
        p.exit = Some(Exit { french: at_exit, ..exit(date(2024, 3, 1), ExitSituation::Seeking) });
    })
}

pub fn supported(quarter: &str) -> Sent {
    with(|p| {
        p.entry_on = date(2023, 6, 30);
        p.exit = Some(exit(date(2024, 1, 1), ExitSituation::Seeking));
        let quarter = quarter.parse().unwrap();
        p.supports = vec![Support { kind: SupportKind::Health, quarter, hours: 1 }];
    })
}

pub fn followed_up(exit_on: Option<Date>, observed_on: Date) -> Sent {
    with(|p| {
        p.entry_on = date(2023, 2, 1);
        p.exit = exit_on.map(|on| exit(on, ExitSituation::Seeking));
        p.follow_up = Some(FollowUp { observed_on, situation: FollowUpSituation::Employed });
    })
}

/// Two stays of persons given by number, with their days.
pub fn two(stays: [(u8, Date, Option<Date>); 2]) -> Sent {
    let one = |(place, (person, entry_on, exit_on)): (usize, (u8, Date, Option<Date>))| Participation {
        person: StageOne::parse(&format!("{person:064x}")).map_or(Identity::None, Identity::Known),
        entry_on,
        exit: exit_on.map(|on| exit(on, ExitSituation::Seeking)),
        ..stay(&format!("A-{place}"))
    };
    Sent::of(stays.into_iter().enumerate().map(one).collect())
}

pub fn many(count: usize) -> Sent {
    Sent::of((0..count).map(|place| stay(&format!("A-{place}"))).collect())
}

/// Exits, the first of which are to unknown situations.
pub fn exits(count: usize, unknown: usize) -> Sent {
    let mut sent = many(count);
    for (place, stay) in sent.stays.iter_mut().enumerate() {
        let situation = if place < unknown { ExitSituation::Unknown } else { ExitSituation::Seeking };
        stay.exit = Some(exit(date(2024, 3, 1), situation));
    }
    sent
}

pub fn references(count: usize) -> Vec<String> {
    (0..count).map(|place| format!("A-{place}")).collect()
}

pub fn grown(now: usize, before: usize) -> Sent {
    let before = references(before);
    many(now).after("2023-Q4", &before.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Stays, each changed by its number.
pub fn each(count: usize, change: impl Fn(usize, &mut Participation)) -> Sent {
    let mut sent = many(count);
    sent.stays.iter_mut().enumerate().for_each(|(place, stay)| change(place, stay));
    sent
}

/// A stay that the version about 2023-Q4 stated too, then and now.
pub fn beside(then: impl FnOnce(&mut Participation<Person>), now: impl FnOnce(&mut Participation)) -> Sent {
    with(now).after("2023-Q4", &["A-1"]).before(|before| then(&mut before.stays[0]))
}
