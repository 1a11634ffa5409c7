//! A closing beside those before it: what was published counts as known, and what was kept back stays so.

use std::collections::BTreeMap;

use super::cells::Exact;
use crate::consolidation::disclosure::table::{Cell, Party, Relation, Showing, System};
use crate::consolidation::disclosure::{Mask, Unprotectable, suppress};

/// The closing's tables joined with those of earlier closings. Its own cells come first.
pub fn join(exact: &mut Exact, earlier: &[Exact]) -> System {
    let parties = parties(exact, earlier);
    let party = |name: &Option<String>| name.as_ref().map(|name| parties[name]);
    let mut shown: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    let mut hidden: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for cell in earlier.iter().flat_map(|exact| &exact.cells).filter(|cell| cell.offered) {
        let values = if cell.hidden { &mut hidden } else { &mut shown };
        values.entry(&cell.key).or_default().push(cell.value);
    }
    let values = |of: &BTreeMap<&str, Vec<i64>>, key: &str| of.get(key).cloned().unwrap_or_default();

    let mut cells = Vec::new();
    let mut numbers: BTreeMap<(String, i64), usize> = BTreeMap::new();
    for cell in &mut exact.cells {
        let (shown, hidden) = (values(&shown, &cell.key), values(&hidden, &cell.key));
        let was_shown = shown.contains(&cell.value);
        // What changed by a few people since it was published would tell of these few.
        let tells_a_change = shown.iter().any(|before| (1..cell.threshold).contains(&(cell.value - before).abs()));
        // What was kept back and is unchanged stays so.
        let stays_hidden = !was_shown && hidden.contains(&cell.value);
        cell.sensitive |= cell.offered && (tells_a_change || stays_hidden);
        let showing = match (was_shown, cell.offered) {
            (true, _) => Showing::Known,
            (false, true) => Showing::Offered,
            (false, false) => Showing::Never,
        };
        numbers.insert((cell.key.clone(), cell.value), cells.len());
        cells.push(Cell {
            value: cell.value,
            floor: cell.floor,
            threshold: cell.threshold,
            weight: cell.weight,
            showing,
            sensitive: cell.sensitive,
            party: party(&cell.party),
            open_to: party(&cell.open_to),
            signed: false,
        });
    }
    let mut relations = exact.relations.clone();
    for before in earlier {
        let places: Vec<usize> = before
            .cells
            .iter()
            .map(|cell| {
                *numbers.entry((cell.key.clone(), cell.value)).or_insert_with(|| {
                    let is_shown = cell.offered && !cell.hidden;
                    cells.push(Cell {
                        value: cell.value,
                        floor: cell.floor,
                        threshold: cell.threshold,
                        weight: 0,
                        showing: if is_shown { Showing::Known } else { Showing::Never },
                        sensitive: cell.sensitive || cell.hidden,
                        party: party(&cell.party),
                        open_to: party(&cell.open_to),
                        signed: false,
                    });
                    cells.len() - 1
                })
            })
            .collect();
        relations.extend(before.relations.iter().map(|relation| Relation {
            terms: relation.terms.iter().map(|(cell, factor)| (places[*cell], *factor)).collect(),
            sense: relation.sense,
        }));
    }
    System::new(cells, relations)
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

fn parties(exact: &Exact, earlier: &[Exact]) -> BTreeMap<String, Party> {
    let all = std::iter::once(exact).chain(earlier).flat_map(|exact| &exact.cells);
    let mut names: Vec<&String> = all.flat_map(|cell| cell.party.iter().chain(&cell.open_to)).collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter().cloned().zip(0..).collect()
}
