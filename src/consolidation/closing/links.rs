//! A closing beside those before it: what was published counts as known, and what was kept back stays so.

use std::collections::{BTreeMap, BTreeSet};

use super::cells::{Exact, ExactCell};
use super::change::Change;
use crate::consolidation::disclosure::table::{Cell, CellNo, Party, Relation, Showing, System};
use crate::consolidation::disclosure::{Mask, Unprotectable, suppress};

/// The closing's tables joined with those of earlier closings. Its own cells come first.
pub fn join(exact: &mut Exact, earlier: &[Exact]) -> System {
    let past = Past::of(earlier);
    for cell in exact.cells.iter_mut().filter(|cell| cell.offered) {
        cell.sensitive |= past.tells_of_few(cell) || past.stays_hidden(cell);
    }
    let mut joined = Joined { parties: parties(exact, earlier), ..Joined::default() };
    for cell in &exact.cells {
        let showing = match (past.was_shown(cell), cell.offered) {
            (true, _) => Showing::Known,
            (false, true) => Showing::Offered,
            (false, false) => Showing::Never,
        };
        joined.add(cell, showing, &past.conceded(cell, earlier.len()));
    }
    let mut relations = exact.relations.clone();
    for (place, before) in earlier.iter().enumerate() {
        let mut numbers: Vec<CellNo> = Vec::new();
        for cell in &before.cells {
            let is_shown = cell.offered && !cell.hidden;
            let showing = if is_shown { Showing::Known } else { Showing::Never };
            numbers.push(joined.add(cell, showing, &past.conceded(cell, place)));
        }
        relations.extend(before.relations.iter().map(|relation| Relation {
            terms: relation.terms.iter().map(|(cell, factor)| (numbers[*cell], *factor)).collect(),
            ..relation.clone()
        }));
    }
    relations.extend(joined.own_changes().into_iter().map(|(one, other, party)| Relation::apart(one, other, party)));
    System::new(joined.cells, relations)
}

/// What earlier closings said of each count, in their order.
struct Past<'a>(BTreeMap<&'a str, Vec<(usize, &'a ExactCell)>>);

impl<'a> Past<'a> {
    fn of(earlier: &'a [Exact]) -> Self {
        let mut past: BTreeMap<&str, Vec<(usize, &ExactCell)>> = BTreeMap::new();
        for (place, exact) in earlier.iter().enumerate() {
            for cell in exact.cells.iter().filter(|cell| cell.offered) {
                past.entry(&cell.key).or_default().push((place, cell));
            }
        }
        Self(past)
    }

    fn of_count(&self, cell: &ExactCell, hidden: bool) -> impl Iterator<Item = (usize, &'a ExactCell)> {
        let all = self.0.get(cell.key.as_str()).map(Vec::as_slice).unwrap_or_default();
        all.iter().copied().filter(move |(_, before)| before.hidden == hidden)
    }

    /// Whether a count, beside what was published of it before, would tell of a few people.
    fn tells_of_few(&self, cell: &ExactCell) -> bool {
        self.of_count(cell, false).any(|(_, before)| Change::between(before, cell).tells_of_few(cell.threshold))
    }

    /// Whether it was published with the same value, and to say that it still is tells nothing: where some have changed
    /// and the sum has not, those who did would learn of the others.
    fn was_shown(&self, cell: &ExactCell) -> bool {
        let mut same = self.of_count(cell, false).filter(|(_, before)| before.value == cell.value).peekable();
        same.peek().is_some() && !same.any(|(_, before)| Change::between(before, cell).tells_of_few(cell.threshold))
    }

    /// What was kept back and is unchanged stays so.
    fn stays_hidden(&self, cell: &ExactCell) -> bool {
        !self.was_shown(cell) && self.of_count(cell, true).any(|(_, before)| before.value == cell.value)
    }

    /// The projects whose reports alone changed a count since it was published, in the closings before one. Their partners
    /// can add their own change to what was published, and learn nothing else by that.
    fn conceded(&self, cell: &ExactCell, before: usize) -> BTreeSet<String> {
        let published = self.of_count(cell, false).filter(|(place, _)| *place < before);
        published.filter_map(|(_, before)| Change::between(before, cell).made_by().map(str::to_owned)).collect()
    }
}

/// What each project counts of a count that is not published.
type Own<'a> = Option<&'a BTreeMap<String, i64>>;

/// Cells and relations of several closings as they are put together.
#[derive(Default)]
struct Joined<'a> {
    parties: BTreeMap<String, Party>,
    cells: Vec<Cell>,
    /// The cells by what they count, their value, and, where that is not published, what of it is whose.
    numbers: BTreeMap<(&'a str, i64, Option<Own<'a>>), CellNo>,
    /// What each count was in each closing.
    versions: BTreeMap<&'a str, Vec<(&'a ExactCell, CellNo)>>,
}

impl<'a> Joined<'a> {
    /// Adds a cell, or finds the same one of another closing: what was published with the same value, and what was not
    /// and did not change, count as one number.
    fn add(&mut self, cell: &'a ExactCell, showing: Showing, conceded: &BTreeSet<String>) -> CellNo {
        let own = (showing != Showing::Known).then_some(cell.own.as_ref());
        let next = self.cells.len();
        let number = *self.numbers.entry((&cell.key, cell.value, own)).or_insert(next);
        if number == next {
            self.cells.push(Cell {
                value: cell.value,
                floor: cell.floor,
                threshold: cell.threshold,
                weight: cell.weight,
                showing,
                sensitive: cell.sensitive || cell.hidden && showing == Showing::Never,
                party: cell.party.as_ref().map(|party| self.parties[party]),
                open_to: BTreeSet::new(),
                left_open: BTreeMap::new(),
                signed: false,
            });
        }
        for (party, most) in &cell.left_open {
            let known = self.cells[number].left_open.entry(self.parties[party]).or_insert(*most);
            *known = (*known).min(*most);
        }
        let open_to = cell.open_to.iter().chain(conceded).map(|party| self.parties[party]);
        self.cells[number].open_to.extend(open_to);
        self.versions.entry(&cell.key).or_default().push((cell, number));
        number
    }

    /// What the partner of a project knows that alone changed a count from one closing to another: by how much.
    fn own_changes(&self) -> BTreeSet<(CellNo, CellNo, Party)> {
        let mut changes = BTreeSet::new();
        for versions in self.versions.values() {
            for (place, (before, one)) in versions.iter().enumerate() {
                for (now, other) in &versions[place + 1..] {
                    if let Some(project) = Change::between(before, now).made_by().filter(|_| one != other) {
                        changes.insert((*one.min(other), *one.max(other), self.parties[project]));
                    }
                }
            }
        }
        changes
    }
}

/// Suppresses what must not be published beside earlier closings; answers the proof. Refused with the key of a cell that
/// follows from what is public already.
pub fn protect(exact: &mut Exact, earlier: &[Exact]) -> Result<(System, Mask), String> {
    let system = join(exact, earlier);
    let mask = suppress(&system).map_err(|Unprotectable(cell)| {
        exact.cells.get(cell).map_or_else(|| "an earlier closing".to_owned(), |cell| cell.key.clone())
    })?;
    for (number, cell) in exact.cells.iter_mut().enumerate() {
        cell.hidden = cell.offered && (mask.hidden[number] || cell.sensitive);
    }
    Ok((system, mask))
}

/// Everybody who has a count of their own, numbered.
fn parties(exact: &Exact, earlier: &[Exact]) -> BTreeMap<String, Party> {
    let all = std::iter::once(exact).chain(earlier).flat_map(|exact| &exact.cells);
    let names = |cell: &ExactCell| -> Vec<String> {
        let own = cell.own.iter().flat_map(BTreeMap::keys);
        cell.party.iter().chain(&cell.open_to).chain(cell.left_open.keys()).chain(own).cloned().collect()
    };
    let names: BTreeSet<String> = all.flat_map(names).collect();
    names.into_iter().zip(0..).collect()
}
