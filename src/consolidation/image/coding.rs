//! How a participation is packed: days in two bytes, and every attribute as a digit of a few code bytes.
//!
//! Several attributes share a byte, each a digit of its own base, so that a table of 256 answers says for every byte
//! whether it meets a condition. Nothing outside this file knows which attribute lies where.

use jiff::ToSpan;
use jiff::civil::{Date, date};

use crate::consolidation::definitions::outcomes::OutcomeTable;
use crate::consolidation::outcome::OutcomeKey;
use crate::consolidation::vocabulary::{AGE_BANDS, AgeBand, Ages, Attribute, Codes, Condition, FrenchProgress};
use crate::directory::geography::{REGIONS, department};
use crate::directory::period::Quarter;
use crate::reporting::codes::{Flag, FrenchLevel, SupportKind};
use crate::reporting::statement::{Answer, Participation, Support};

/// Days since 1930-01-01, which no agreement is older than; a day before it counts as that day.
pub type Day = u16;

/// The exit of someone who has not left: after every day that can be stated (the last is 2100-12-31).
pub const NO_EXIT: Day = Day::MAX;

/// A date as a day of the image.
pub fn day_number(day: Date) -> Day {
    let days = (day - date(1930, 1, 1)).get_days().clamp(0, i32::from(NO_EXIT) - 1);
    Day::try_from(days).expect("clamped")
}

/// How many code bytes a participation has.
pub const BYTES: usize = 9;

/// The code bytes of a participation.
pub type Bytes = [u8; BYTES];

/// The byte of the outcome key.
pub const OUTCOME: usize = 0;
const AGE: usize = 1;
/// The byte of the kinds of support received, one bit each.
pub const SUPPORTS: usize = 8;

/// The age of somebody whose age is not known.
const NO_AGE: u8 = u8::MAX;

/// Where an attribute lies: its byte, what a step of it weighs there, and how many values it has.
struct Digit {
    byte: usize,
    weight: u8,
    base: u8,
}

const fn digit(byte: usize, weight: u8, base: u8) -> Option<Digit> {
    Some(Digit { byte, weight, base })
}

/// The digit of an attribute; those without one are read from the outcome key, the age or the bits of supports. What is
/// only known of who has left has one value more than codes: the last, for who has not.
const fn digit_of(attribute: Attribute) -> Option<Digit> {
    match attribute {
        Attribute::Sex => digit(2, 1, 4),
        Attribute::LabourStatus => digit(2, 4, 8),
        Attribute::HousingAtEntry => digit(2, 32, 7),
        Attribute::ProtectionStatus => digit(3, 1, 11),
        Attribute::FrenchLevel => digit(3, 11, 11),
        Attribute::Identity => digit(3, 121, 2),
        Attribute::Education => digit(4, 1, 13),
        Attribute::FrenchProgress => digit(4, 13, 4),
        Attribute::ResidenceRegion => digit(5, 1, 21),
        Attribute::HousingAtExit => digit(5, 21, 8),
        Attribute::PriorityDistrict => digit(6, 1, 5),
        Attribute::RuralArea => digit(6, 5, 5),
        Attribute::Disability => digit(6, 25, 5),
        Attribute::FinancialAutonomy => digit(7, 1, 6),
        Attribute::SixMonths => digit(7, 6, 6),
        Attribute::AgeBand
        | Attribute::SupportKind
        | Attribute::OutcomeClass
        | Attribute::ExitSituation
        | Attribute::ContractKind
        | Attribute::TrainingKind => None,
    }
}

/// Packs what a participation states.
pub fn pack<P>(participation: &Participation<P>, linked: bool) -> Bytes {
    let mut bytes = [0_u8; BYTES];
    let mut put = |attribute: Attribute, place: usize| {
        let digit = digit_of(attribute).expect("an attribute with a digit");
        debug_assert!(place < usize::from(digit.base), "{attribute:?}");
        bytes[digit.byte] += digit.weight * u8::try_from(place).expect("a small place");
    };
    let p = participation;
    let exit = p.exit.as_ref();
    put(Attribute::Sex, p.sex as usize);
    put(Attribute::LabourStatus, p.labour_status as usize);
    put(Attribute::HousingAtEntry, p.housing_at_entry as usize);
    put(Attribute::ProtectionStatus, p.protection_status as usize);
    put(Attribute::FrenchLevel, p.french_at_entry as usize);
    put(Attribute::Identity, usize::from(!linked));
    put(Attribute::Education, p.education as usize);
    put(Attribute::FrenchProgress, exit.map_or(3, |exit| progress(p.french_at_entry, exit.french) as usize));
    put(Attribute::ResidenceRegion, residence(p));
    put(Attribute::HousingAtExit, exit.map_or(7, |exit| exit.housing as usize));
    put(Attribute::PriorityDistrict, p.priority_district as usize);
    put(Attribute::RuralArea, p.rural_area as usize);
    put(Attribute::Disability, p.disability as usize);
    put(Attribute::FinancialAutonomy, exit.map_or(5, |exit| exit.financial_autonomy as usize));
    put(Attribute::SixMonths, p.follow_up.as_ref().map_or(5, |follow_up| follow_up.situation as usize));
    bytes[OUTCOME] = exit.map_or_else(OutcomeKey::default, OutcomeKey::of).byte();
    let age = p.birth_year.known().and_then(|born| u8::try_from(p.entry_on.year() - born).ok());
    bytes[AGE] = age.map_or(NO_AGE, |age| age.min(NO_AGE - 1));
    bytes[SUPPORTS] = p.supports.iter().fold(0, |bits, support| bits | 1 << support.kind as u8);
    bytes
}

fn progress(entry: FrenchLevel, exit: FrenchLevel) -> FrenchProgress {
    match (entry.is_known() && exit.is_known(), exit > entry) {
        (false, _) => FrenchProgress::Unknown,
        (true, true) => FrenchProgress::Progressed,
        (true, false) => FrenchProgress::NotProgressed,
    }
}

/// The place of the region of residence; a department that INSEE does not know lies in an unknown one.
fn residence<P>(participation: &Participation<P>) -> usize {
    let absent = |flag: Flag| REGIONS.len() + flag as usize - Flag::Unknown as usize;
    match &participation.residence_department {
        Answer::Known(code) => department(code.as_str())
            .and_then(|department| REGIONS.iter().position(|region| region.code == department.region))
            .unwrap_or(absent(Flag::Unknown)),
        Answer::Unknown => absent(Flag::Unknown),
        Answer::Refused => absent(Flag::Refused),
        Answer::NotCollected => absent(Flag::NotCollected),
    }
}

/// The day of a number of the image; nothing for [`NO_EXIT`].
pub fn day_of(number: Day) -> Option<Date> {
    (number != NO_EXIT).then(|| date(1930, 1, 1).checked_add(i64::from(number).days()).expect("a day of this era"))
}

/// A set of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByteSet([bool; 256]);

impl ByteSet {
    /// Whether a byte is in it.
    pub fn holds(&self, byte: u8) -> bool {
        self.0[usize::from(byte)]
    }
}

/// The bytes that meet a condition, of those that [`byte_asked`] names.
pub fn meeting(condition: &Condition, classes: &OutcomeTable) -> ByteSet {
    ByteSet(std::array::from_fn(|byte| meets(condition, u8::try_from(byte).expect("256 bytes"), classes)))
}

/// The byte that says the value of an attribute, and so whether a condition on it is met.
pub fn byte_of(attribute: Attribute) -> usize {
    match attribute {
        Attribute::AgeBand => AGE,
        Attribute::SupportKind => SUPPORTS,
        attribute => digit_of(attribute).map_or(OUTCOME, |digit| digit.byte),
    }
}

/// The byte that a condition asks about.
pub fn byte_asked(condition: &Condition) -> usize {
    match condition {
        Condition::In(codes) => byte_of(codes.attribute()),
        Condition::Known(attribute) => byte_of(*attribute),
        Condition::Age(_) => AGE,
    }
}

/// The place of the value that a byte says for an attribute of one value; nothing for who has not left.
pub fn place_of(attribute: Attribute, byte: u8, classes: &OutcomeTable) -> Option<usize> {
    if let Some(digit) = digit_of(attribute) {
        let place = usize::from(byte / digit.weight % digit.base);
        return (place < attribute.codes().len()).then_some(place);
    }
    match attribute {
        Attribute::AgeBand if byte == NO_AGE => Some(AgeBand::Unknown as usize),
        Attribute::AgeBand => AGE_BANDS.iter().rfind(|(_, first)| byte >= *first).map(|(band, _)| *band as usize),
        Attribute::OutcomeClass => OutcomeKey::of_byte(byte).map(|key| classes.class(key) as usize),
        Attribute::ExitSituation => OutcomeKey::of_byte(byte)?.situation().map(|situation| situation as usize),
        Attribute::ContractKind => OutcomeKey::of_byte(byte)?.contract().map(|kind| kind as usize),
        Attribute::TrainingKind => OutcomeKey::of_byte(byte)?.training().map(|kind| kind as usize),
        _ => None,
    }
}

/// Whether a value of a byte meets a condition that asks about it.
fn meets(condition: &Condition, byte: u8, classes: &OutcomeTable) -> bool {
    let holds = |codes: &Codes| {
        if codes.attribute() == Attribute::SupportKind {
            return (0..SupportKind::ALL.len()).any(|place| byte >> place & 1 == 1 && codes.holds(place));
        }
        place_of(codes.attribute(), byte, classes).is_some_and(|place| codes.holds(place))
    };
    match condition {
        Condition::In(codes) => holds(codes),
        Condition::Known(attribute) => holds(&Codes::known(*attribute)),
        Condition::Age(ages) => holds_age(ages, byte),
    }
}

fn holds_age(ages: &Ages, byte: u8) -> bool {
    byte != NO_AGE && ages.hold(byte)
}

/// Hours of one kind in one quarter as four bytes: kind, quarter since 1900, hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PackedSupport(u32);

const MOST_HOURS: u32 = (1 << 19) - 1;

impl PackedSupport {
    /// Packs a support: in several parts if its hours are too many for one.
    pub fn pack(support: &Support) -> impl Iterator<Item = Self> + use<> {
        let head = (support.kind as u32) << 29 | quarter_place(support.quarter) << 19;
        let (whole, rest) = (support.hours / MOST_HOURS, support.hours % MOST_HOURS);
        std::iter::repeat_n(MOST_HOURS, whole as usize)
            .chain(std::iter::once(rest))
            .map(move |hours| Self(head | hours))
    }

    /// For tests: another number of hours.
    pub fn spoilt(self) -> Self {
        Self(self.0 ^ 1)
    }

    /// The place of the kind.
    pub fn kind(self) -> usize {
        (self.0 >> 29) as usize
    }

    /// The place of the quarter, as [`quarter_place`] gives it.
    pub fn quarter(self) -> u32 {
        self.0 >> 19 & 1023
    }

    /// The hours.
    pub fn hours(self) -> i64 {
        i64::from(self.0 & MOST_HOURS)
    }
}

/// Quarters since that of 1900-01-01.
pub fn quarter_place(quarter: Quarter) -> u32 {
    u32::try_from(quarter.since(Quarter::of(date(1900, 1, 1)))).expect("no quarter is before 1900")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consolidation::definitions::built_in;

    #[test]
    fn digits_of_one_byte_do_not_touch_and_hold_every_code() {
        let mut taken = [1_u32; BYTES];
        let mut digits: Vec<Digit> = Vec::new();
        for attribute in Attribute::ALL {
            let Some(digit) = digit_of(attribute) else { continue };
            assert!(attribute.codes().len() <= usize::from(digit.base), "{attribute:?}");
            digits.push(digit);
        }
        digits.sort_by_key(|digit| (digit.byte, digit.weight));
        for digit in digits {
            assert_eq!(taken[digit.byte], u32::from(digit.weight), "byte {}", digit.byte);
            taken[digit.byte] *= u32::from(digit.base);
            assert!(taken[digit.byte] <= 256, "byte {}", digit.byte);
        }
        assert!(SupportKind::ALL.len() <= 8);
    }

    #[test]
    fn ages_fall_into_their_bands() {
        let classes = &built_in::first().table;
        let band = |age| Attribute::AgeBand.codes()[place_of(Attribute::AgeBand, age, classes).unwrap()];
        let cases = [(17, "UNDER_18"), (18, "FROM_18_TO_24"), (24, "FROM_18_TO_24"), (25, "FROM_25_TO_29")];
        let later = [(29, "FROM_25_TO_29"), (30, "FROM_30_TO_39"), (40, "FROM_40_TO_54"), (55, "FROM_55")];
        for (age, code) in cases.into_iter().chain(later).chain([(254, "FROM_55"), (255, "UNKNOWN"), (0, "UNDER_18")]) {
            assert_eq!(band(age), code, "{age}");
        }
    }

    #[test]
    fn hours_beyond_one_part_are_kept_in_several() {
        let quarter = "2023-Q2".parse().unwrap();
        for hours in [0, 60, MOST_HOURS, MOST_HOURS + 1, 3 * MOST_HOURS + 7] {
            let support = Support { kind: SupportKind::Childcare, quarter, hours };
            let parts: Vec<PackedSupport> = PackedSupport::pack(&support).collect();
            assert_eq!(parts.iter().map(|part| part.hours()).sum::<i64>(), i64::from(hours));
            assert!(parts.iter().all(|part| part.kind() == 7 && part.quarter() == quarter_place(quarter)));
        }
    }
}
