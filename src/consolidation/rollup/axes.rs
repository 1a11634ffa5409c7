//! The axes along which an answer is cut: which groups there are, and in which of them a project, a participation or a
//! day lies.

use jiff::civil::{Date, date};

use super::plan::{ENTERED, HAPPENINGS, PRESENT};
use super::{Rollup, Selected, places_of};
use crate::consolidation::image::coding::{BYTES, Day, SUPPORTS, byte_of, day_number, place_of};
use crate::consolidation::question::{Dimension, Filter, MOST_GROUPINGS, MOST_GROUPS, Series, Window};
use crate::consolidation::vocabulary::Attribute;
use crate::directory::period::Quarter;
use crate::refusal::{Code, Language, Outcome, Refusal};

/// A dimension and its groups, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axis {
    /// The dimension.
    pub dimension: Dimension,
    /// The groups.
    pub keys: Vec<Key>,
}

/// What a group is called, and when it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its code: a region, a project, a sex, a quarter.
    pub code: String,
    /// What people read in English.
    pub label_en: String,
    /// What people read in French.
    pub label_fr: String,
    /// The part of the window that it is, for quarters and years.
    pub part: Option<Window>,
}

/// In no group of an axis.
pub const NOWHERE: u32 = u32::MAX;

/// How the cells of an answer lie: what each axis adds to the place of a cell.
pub struct Axes {
    axes: Vec<Axis>,
    cell_count: usize,
    /// For each selected project, what the axes of projects add.
    pub of_projects: Vec<u32>,
    /// For each axis of an attribute of one value: its byte, and what each value of the byte adds, or [`NOWHERE`].
    pub of_bytes: Vec<(usize, Box<[u32; 256]>)>,
    /// For the axis of kinds of support: what each kind adds, or [`NOWHERE`].
    pub of_supports: Option<[u32; 8]>,
    /// The windows, by last day, and what each adds.
    pub windows: Vec<Cut>,
    /// Whether every window begins on the first one's first day.
    pub cumulative: bool,
    /// For each day from the first window's first to the last one's last: the first window that ends on it or later.
    window_of: Vec<u16>,
    span: Window,
}

/// A window of an axis of time.
#[derive(Clone, Copy, Debug)]
pub struct Cut {
    /// Its days.
    pub window: Window,
    /// Its first day in the image.
    pub from: Day,
    /// Its last day in the image.
    pub to: Day,
    /// What it adds to the place of a cell.
    pub adds: u32,
}

/// From which window to which somebody is supported.
#[derive(Clone, Copy, Debug)]
pub struct Stay {
    /// The first window.
    begin: usize,
    /// Whether they entered in it, and were not there before all windows.
    entered: bool,
    /// The window in which they left, if they did before the last one's end.
    left: Option<usize>,
}

impl Key {
    fn new(code: &str, label_en: &str, label_fr: &str) -> Self {
        Self { code: code.to_owned(), label_en: label_en.to_owned(), label_fr: label_fr.to_owned(), part: None }
    }
}

impl Axes {
    /// The axes of some dimensions over the projects selected.
    pub fn of(
        rollup: &Rollup<'_>,
        dimensions: &[Dimension],
        window: Window,
        series: Series,
        filter: &Filter,
        selected: &[Selected<'_>],
    ) -> Outcome<Self> {
        check(dimensions)?;
        let mut placed = Vec::new();
        let mut cell_count = 1_usize;
        for dimension in dimensions {
            let (axis, members) = axis_of(rollup, *dimension, window, filter, selected);
            cell_count = cell_count.saturating_mul(axis.keys.len());
            placed.push((axis, members));
        }
        if cell_count > MOST_GROUPS {
            let refusal = Refusal::new(Code::TooManyGroups).at("groupBy");
            return Err(refusal.with("count", cell_count).with("limit", MOST_GROUPS).into());
        }
        let whole = Cut { window, from: day_number(window.from), to: day_number(window.to), adds: 0 };
        let mut axes = Self {
            axes: Vec::new(),
            cell_count,
            of_projects: vec![0; selected.len()],
            of_bytes: Vec::new(),
            of_supports: None,
            windows: vec![whole],
            cumulative: false,
            window_of: Vec::new(),
            span: window,
        };
        let mut weight = cell_count;
        for (axis, members) in placed {
            weight /= axis.keys.len().max(1);
            axes.place(members, u32::try_from(weight).expect("few cells"), window, series);
            axes.axes.push(axis);
        }
        Ok(axes)
    }

    fn place(&mut self, members: Members, weight: u32, window: Window, series: Series) {
        let adds = |place: Option<usize>| place.map_or(NOWHERE, |place| weight * u32::try_from(place).expect("few"));
        match members {
            Members::Projects(places) => {
                for (sum, place) in self.of_projects.iter_mut().zip(places) {
                    *sum += adds(Some(place));
                }
            }
            Members::Bytes(byte, places) => self.of_bytes.push((byte, Box::new((*places).map(adds)))),
            Members::Supports(places) => self.of_supports = Some(places.map(adds)),
            Members::Windows(windows) => {
                self.cumulative = series == Series::Cumulative;
                let cut = |(place, part): (usize, Window)| {
                    let from = if self.cumulative { window.from } else { part.from };
                    let window = Window { from, to: part.to };
                    Cut { window, from: day_number(from), to: day_number(part.to), adds: adds(Some(place)) }
                };
                self.windows = windows.into_iter().enumerate().map(cut).collect();
                self.window_of = windows_by_day(&self.windows, day_number(window.from));
            }
        }
    }

    /// How many cells there are.
    pub fn cell_count(&self) -> usize {
        self.cell_count
    }

    /// What an axis of attributes adds for a participation's bytes; nothing if it lies in no group. Kinds of support
    /// are added apart.
    pub fn of_row(&self, bytes: &[u8; BYTES]) -> Option<u32> {
        let mut sum = 0;
        for (byte, adds) in &self.of_bytes {
            let adds = adds[usize::from(bytes[*byte])];
            if adds == NOWHERE {
                return None;
            }
            sum += adds;
        }
        Some(sum)
    }

    /// When somebody is seen, by first and last day; nothing if in no window.
    pub fn stay(&self, entry: Day, exit: Day) -> Option<Stay> {
        let (first, last) = (self.windows[0].from, self.windows[self.windows.len() - 1].to);
        if entry > last || exit < first {
            return None;
        }
        let window = |day: Day| self.window_of.get(usize::from(day - first)).map_or(0, |window| usize::from(*window));
        let (begin, left) = (window(entry.max(first)), (exit <= last).then(|| window(exit)));
        // Such an exit is an error that could be waived once.
        if !self.cumulative && left.is_some_and(|left| left < begin) {
            return None;
        }
        Some(Stay { begin, entered: entry >= first, left: left.map(|left| left.max(begin)) })
    }

    /// The windows in which a participation is supported, each with what happens to it there.
    pub fn cuts_met(&self, entry: Day, exit: Day) -> impl Iterator<Item = (&Cut, usize)> {
        let stay = self.stay(entry, exit);
        let end = |stay: Stay| stay.left.filter(|_| !self.cumulative).map_or(self.windows.len(), |left| left + 1);
        let met = stay.map_or(0..0, |stay| stay.begin..end(stay));
        met.map(move |window| {
            let cut = &self.windows[window];
            (cut, usize::from(entry >= cut.from) * ENTERED + usize::from(exit > cut.to) * PRESENT)
        })
    }

    /// The whole window.
    pub fn span(&self) -> Window {
        self.span
    }

    /// What the axis of kinds of support adds, once for each kind received that has a group; 0 once if there is no such
    /// axis.
    pub fn of_kinds(&self, bytes: &[u8; BYTES]) -> impl Iterator<Item = u32> + use<> {
        let adds = self.of_supports.unwrap_or([0, NOWHERE, NOWHERE, NOWHERE, NOWHERE, NOWHERE, NOWHERE, NOWHERE]);
        let bits = if self.of_supports.is_some() { bytes[SUPPORTS] } else { 1 };
        adds.into_iter()
            .enumerate()
            .filter(move |(kind, adds)| bits >> kind & 1 == 1 && *adds != NOWHERE)
            .map(|(_, a)| a)
    }

    /// The axes themselves.
    pub fn into_axes(self) -> Vec<Axis> {
        self.axes
    }
}

impl Stay {
    /// The counters to raise, by window and happening: one where it begins, one where it ends, however many lie between.
    /// Who enters and leaves in one window is marked once, by what happens in it.
    pub fn marks(self, cumulative: bool) -> impl Iterator<Item = (usize, u32)> {
        let entered = u32::from(self.entered);
        let passing = !cumulative && self.entered && self.left == Some(self.begin);
        let begun = (!passing).then_some((self.begin, entered | PRESENT as u32));
        let left = self.left.map(|left| (left, if cumulative || passing { entered } else { 0 }));
        begun.into_iter().chain(left)
    }

    /// Turns marks into what happens in each window, given where the counters of the windows lie, in order.
    pub fn settle(places: impl Iterator<Item = usize>, counters: &mut [u32], cumulative: bool) {
        let mut before = [0_u32; HAPPENINGS];
        for place in places {
            let happen = &mut counters[place..place + HAPPENINGS];
            if cumulative {
                for who in [0, ENTERED] {
                    before[who] += happen[who];
                    before[PRESENT | who] += happen[PRESENT | who];
                    happen[who] = before[who];
                    happen[PRESENT | who] = before[PRESENT | who] - before[who];
                }
            } else {
                happen[PRESENT] = before[PRESENT] + happen[PRESENT] - happen[0];
                before[PRESENT] = happen[PRESENT] + happen[PRESENT | ENTERED];
            }
        }
    }
}

fn windows_by_day(windows: &[Cut], first: Day) -> Vec<u16> {
    let mut places = Vec::new();
    for (place, cut) in windows.iter().enumerate() {
        let place = u16::try_from(place).expect("fewer windows than groups");
        places.resize(usize::from(cut.to - first) + 1, place);
    }
    places
}

fn check(dimensions: &[Dimension]) -> Result<(), Refusal> {
    let refused = || Refusal::new(Code::GroupingInvalid).at("groupBy").with("limit", MOST_GROUPINGS);
    let twice = dimensions.iter().enumerate().any(|(place, one)| dimensions[..place].contains(one));
    let times = dimensions.iter().filter(|one| one.is_of_time()).count();
    if dimensions.len() > MOST_GROUPINGS || twice || times > 1 { Err(refused()) } else { Ok(()) }
}

/// In which group something lies, as a place among the keys.
enum Members {
    Projects(Vec<usize>),
    Bytes(usize, Box<[Option<usize>; 256]>),
    Supports([Option<usize>; 8]),
    Windows(Vec<Window>),
}

fn axis_of(
    rollup: &Rollup<'_>,
    dimension: Dimension,
    window: Window,
    filter: &Filter,
    selected: &[Selected<'_>],
) -> (Axis, Members) {
    let (keys, members) = match dimension.attribute() {
        Some(attribute) => of_attribute(rollup, attribute, filter),
        None if dimension.is_of_time() => of_time(dimension, window),
        None => of_projects(rollup, dimension, selected),
    };
    (Axis { dimension, keys }, members)
}

fn of_attribute(rollup: &Rollup<'_>, attribute: Attribute, filter: &Filter) -> (Vec<Key>, Members) {
    let codes = filter.codes_of(attribute);
    let kept: Vec<usize> =
        (0..attribute.codes().len()).filter(|place| codes.is_none_or(|codes| codes.holds(*place))).collect();
    let key = |place: &usize| {
        let label = |language| attribute.label(*place, language);
        Key::new(attribute.codes()[*place], label(Language::En), label(Language::Fr))
    };
    let keys = kept.iter().map(key).collect();
    let group = |place: usize| kept.iter().position(|kept| *kept == place);
    if attribute == Attribute::SupportKind {
        return (keys, Members::Supports(std::array::from_fn(group)));
    }
    debug_assert_ne!(byte_of(attribute), SUPPORTS);
    let of_byte = |byte: usize| {
        let byte = u8::try_from(byte).expect("256 bytes");
        place_of(attribute, byte, &rollup.definition.table).and_then(group)
    };
    (keys, Members::Bytes(byte_of(attribute), Box::new(std::array::from_fn(of_byte))))
}

fn of_time(dimension: Dimension, window: Window) -> (Vec<Key>, Members) {
    let part = |first: Date, last: Date| Window { from: window.from.max(first), to: window.to.min(last) };
    let parts: Vec<(String, Window)> = if dimension == Dimension::Quarter {
        let quarters = Quarter::of(window.from).through(Quarter::of(window.to));
        quarters.map(|quarter| (quarter.to_string(), part(quarter.first_day(), quarter.last_day()))).collect()
    } else {
        let years = window.from.year()..=window.to.year();
        years.map(|year| (format!("{year:04}"), part(date(year, 1, 1), date(year, 12, 31)))).collect()
    };
    let keys = parts.iter().map(|(code, part)| Key { part: Some(*part), ..Key::new(code, code, code) }).collect();
    (keys, Members::Windows(parts.into_iter().map(|(_, part)| part).collect()))
}

fn of_projects(rollup: &Rollup<'_>, dimension: Dimension, selected: &[Selected<'_>]) -> (Vec<Key>, Members) {
    let key = |selected: &Selected<'_>| key_of(rollup, dimension, selected);
    let (codes, places) = places_of(selected.iter().map(|selected| key(selected).code));
    let mut keys: Vec<Option<Key>> = vec![None; codes.len()];
    let mut members = Vec::with_capacity(selected.len());
    for selected in selected {
        let key = key(selected);
        let place = places[&key.code];
        members.push(place);
        keys[place].get_or_insert(key);
    }
    (keys.into_iter().flatten().collect(), Members::Projects(members))
}

fn key_of(rollup: &Rollup<'_>, dimension: Dimension, selected: &Selected<'_>) -> Key {
    let details = &selected.project.details;
    match dimension {
        Dimension::Region => {
            let region = details.region();
            Key::new(region.code, region.name, region.name)
        }
        Dimension::Department => {
            let department = details.department;
            Key::new(department.code, department.name, department.name)
        }
        Dimension::Organisation => {
            let organisation = rollup.image.organisation(&details.lead, rollup.position);
            let name = organisation.map_or("", |organisation| organisation.name.as_str());
            let siret = organisation.map_or(details.lead.as_str(), |organisation| organisation.siret.as_str());
            Key::new(siret, name, name)
        }
        Dimension::Call => {
            let call = rollup.programme.details.calls.iter().find(|call| call.code == details.call);
            let names = call.map_or(["", ""], |call| [call.name_en.as_str(), call.name_fr.as_str()]);
            Key::new(details.call.as_str(), names[0], names[1])
        }
        Dimension::Sector => Key::new(details.sector.as_str(), details.sector.as_str(), details.sector.as_str()),
        _ => Key::new(details.code.as_str(), details.title.as_str(), details.title.as_str()),
    }
}
