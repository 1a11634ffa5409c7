//! The agreements of the 55 winners: consortium, place, dates and what each project offers.

use jiff::civil::{Date, date};

use super::chance::Chance;
use super::organisations::PARTNERS;
use super::winners::{self, WINNERS, Winner};
use super::{batir, budget, text};
use crate::directory::geography::{self, DEPARTMENTS, Department};
use crate::directory::money::Cents;
use crate::directory::period::Quarter;
use crate::directory::project::{ConsortiumMember, ConsortiumRole, ProjectDetails};
use crate::id::OrganisationId;
use crate::reporting::codes::SupportKind::{self, *};
use crate::reporting::statement::Participation;
use crate::text::{Name, ShortCode};

/// The project that never sends its last report; nothing happens in it after the one before.
const SILENT: &str = "POTAGERS";

/// The projects that send their statements as spreadsheets; the others send JSON lines.
const WITH_TABLES: [&str; 2] = ["CEVENNES", "BOCAGE"];

/// A project as the story plans it; organisations are places in the story's list.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedProject {
    /// Its code.
    pub code: ShortCode,
    /// Its title.
    pub title: Name,
    /// The wave that it won.
    pub call: ShortCode,
    /// The organisation that leads it.
    pub lead: usize,
    /// Its partners and what they bring.
    pub members: Vec<(usize, ConsortiumRole)>,
    /// Where it is delivered.
    pub department: &'static Department,
    /// Its sector or trade.
    pub sector: Name,
    /// First day of the agreement.
    pub agreement_from: Date,
    /// Last day of the agreement.
    pub agreement_to: Date,
    /// Number of participants that the agreement aims at.
    pub target: u32,
    /// Eligible cost.
    pub eligible_cost: Cents,
    /// Grant.
    pub grant: Cents,
    /// The last quarter that it reports.
    pub last_period: Quarter,
    /// All that happens in it, in order of entry; a person is a place in the story's list of people.
    pub participations: Vec<Participation<usize>>,
    pub(super) size: usize,
    pub(super) offers: Vec<SupportKind>,
    pub(super) neighbours: Vec<&'static Department>,
    pub(super) women_percent: usize,
}

impl PlannedProject {
    /// What an officer registers, once the organisations (in the story's order) have identifiers.
    pub fn details(&self, organisations: &[OrganisationId]) -> ProjectDetails {
        let member = |(place, role): &(usize, ConsortiumRole)| ConsortiumMember {
            organisation: organisations[*place].clone(),
            role: *role,
        };
        ProjectDetails {
            code: self.code.clone(),
            title: self.title.clone(),
            call: self.call.clone(),
            lead: organisations[self.lead].clone(),
            members: self.members.iter().map(member).collect(),
            department: self.department,
            sector: self.sector.clone(),
            agreement_from: self.agreement_from,
            agreement_to: self.agreement_to,
            target_participants: self.target,
            eligible_cost: self.eligible_cost,
            grant: self.grant,
        }
    }

    /// Whether its statements are spreadsheets, which hold participations alone.
    pub fn sends_tables(&self) -> bool {
        WITH_TABLES.contains(&self.code.as_str())
    }

    /// The first quarter that it reports.
    pub fn first_period(&self) -> Quarter {
        Quarter::of(self.agreement_from)
    }

    /// The last day about which it says anything.
    pub(super) fn last_day(&self) -> Date {
        self.last_period.last_day()
    }
}

/// Every project, without what happens in it yet.
pub(super) fn agree() -> Vec<PlannedProject> {
    let mut chance = Chance::about("agreements");
    let sizes = WINNERS.map(|winner| winner.size);
    let budgets = budget::share(&sizes, &mut Chance::about("budgets"));
    WINNERS
        .iter()
        .zip(budgets)
        .enumerate()
        .map(|(lead, (winner, budget))| agreement(lead, winner, budget, &mut chance))
        .collect()
}

fn agreement(lead: usize, winner: &Winner, budget: budget::Budget, chance: &mut Chance) -> PlannedProject {
    let department = geography::department(winner.department).expect("the winners' departments exist");
    let last = if winner.code == SILENT { date(2023, 9, 30) } else { super::programme::LAST_DAY };
    let planned = PlannedProject {
        code: text(winner.code),
        title: text(winner.title),
        call: text(&format!("WAVE-{}", winner.wave)),
        lead,
        members: consortium(department.region, chance),
        department,
        sector: text(winner.sector),
        agreement_from: chance.pick(&first_days(winner.wave)),
        agreement_to: chance.pick(&[date(2023, 12, 31), date(2024, 3, 31), date(2024, 6, 30)]),
        target: (winner.size as u32 * chance.between(85, 112) as u32 / 1000 + 1) * 10,
        eligible_cost: budget.eligible_cost,
        grant: budget.grant,
        last_period: Quarter::of(last),
        participations: Vec::with_capacity(winner.size),
        size: winner.size,
        offers: offers(chance),
        neighbours: DEPARTMENTS.iter().filter(|other| other.region == department.region).collect(),
        women_percent: women_percent(winner.sector),
    };
    if lead == batir::PROJECT { batir::agreed(planned) } else { planned }
}

fn first_days(wave: u8) -> [Date; 6] {
    if wave == 1 {
        [1, 2, 3, 4, 5, 6].map(|month| date(2019, month, 1))
    } else {
        [(2019, 10), (2019, 11), (2020, 1), (2020, 2), (2020, 6), (2020, 9)].map(|(year, month)| date(year, month, 1))
    }
}

/// One to three partners of the region.
fn consortium(region: &str, chance: &mut Chance) -> Vec<(usize, ConsortiumRole)> {
    let mut partners = partners_of(region);
    chance.shuffle(&mut partners);
    partners.truncate(chance.pick(&[1, 2, 2, 3]));
    partners
}

/// The partners of a region, as places in the story's list of organisations.
pub(super) fn partners_of(region: &str) -> Vec<(usize, ConsortiumRole)> {
    let places = PARTNERS.iter().zip(WINNERS.len()..);
    places.filter(|(partner, _)| partner.region == region).map(|(partner, place)| (place, partner.role)).collect()
}

fn offers(chance: &mut Chance) -> Vec<SupportKind> {
    let mut others = [ManualAndCultural, TransverseModules, Housing, Health, Childcare];
    chance.shuffle(&mut others);
    let extra = chance.pick(&[1, 2, 3]);
    [TechnicalTraining, IntensiveFrench, SocialFollowUp].into_iter().chain(others.into_iter().take(extra)).collect()
}

fn women_percent(sector: &str) -> usize {
    match sector {
        winners::CARE | winners::HEALTH | winners::TEXTILE => 66,
        winners::FINISHING | winners::BUILDING | winners::LOGISTICS | winners::INDUSTRY => 22,
        _ => 43,
    }
}
