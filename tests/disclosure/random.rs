//! Random tables: projects in regions in the nation, crossed with groups, kinds of persons and classes of exits. The
//! public, and every partner with its own figures, must find no hidden cell within its threshold.

use std::collections::BTreeMap;

use faisceau::consolidation::disclosure::table::{Cell, Relation, Showing, System};
use faisceau::consolidation::disclosure::{Mask, first_exposed, suppress, suppress_small_cells_only};
use proptest::prelude::*;
use proptest::test_runner::Config;

use crate::attacker::Knowledge;

/// Regions of projects of first attributes of second attributes.
type People = Vec<Vec<Vec<Vec<i64>>>>;

/// A table with every total, by name, and what it is made of.
struct Tables {
    names: Vec<String>,
    system: System,
    /// Sums over each dimension, by name.
    sums: Vec<(String, Vec<String>)>,
}

fn people() -> impl Strategy<Value = People> {
    let count = prop_oneof![3 => Just(0_i64), 4 => 1..5_i64, 4 => 5..12_i64, 3 => 12..90_i64];
    let shape = (1..4_usize, prop::collection::vec(1..5_usize, 1..4), 1..4_usize);
    shape.prop_flat_map(move |(first, projects, second)| {
        let project = prop::collection::vec(prop::collection::vec(count.clone(), second), first);
        projects.into_iter().map(|number| prop::collection::vec(project.clone(), number)).collect::<Vec<_>>()
    })
}

/// A place: its name, the projects in it by region and number, and the names of its parts.
type Place = (String, Vec<(usize, usize)>, Vec<String>);

fn tables(people: &People) -> Tables {
    let (first, second) = (people[0][0].len(), people[0][0][0].len());
    let mut places: Vec<Place> = Vec::new();
    let mut regions = Vec::new();
    for (r, projects) in people.iter().enumerate() {
        let own: Vec<String> = (0..projects.len()).map(|p| format!("r{r}p{p}")).collect();
        for (p, name) in own.iter().enumerate() {
            places.push((name.clone(), vec![(r, p)], vec![]));
        }
        places.push((format!("r{r}"), (0..projects.len()).map(|p| (r, p)).collect(), own));
        regions.push(format!("r{r}"));
    }
    let all = people.iter().enumerate().flat_map(|(r, projects)| (0..projects.len()).map(move |p| (r, p))).collect();
    places.push(("nation".to_owned(), all, regions));

    let (mut names, mut cells) = (Vec::new(), Vec::new());
    let mut sums: Vec<(String, Vec<String>)> = Vec::new();
    let axis = |count: usize| (0..count).map(|place| place.to_string()).chain(["all".to_owned()]).collect::<Vec<_>>();
    for (place, projects, parts) in &places {
        for a in axis(first) {
            for b in axis(second) {
                let cells_of = |(r, p): &(usize, usize)| -> i64 {
                    let rows = people[*r][*p].iter().enumerate().filter(|(n, _)| a == "all" || a == n.to_string());
                    let picked = |row: &Vec<i64>| -> i64 {
                        row.iter().enumerate().filter(|(n, _)| b == "all" || b == n.to_string()).map(|(_, v)| v).sum()
                    };
                    rows.map(|(_, row)| picked(row)).sum()
                };
                let counts: Vec<i64> = projects.iter().map(cells_of).collect();
                let value: i64 = counts.iter().sum();
                let alone = counts.iter().filter(|count| **count > 0).count() == 1 || projects.len() == 1;
                let whose =
                    projects.iter().zip(&counts).find(|(_, count)| **count > 0).or(projects.iter().zip(&counts).next());
                let party = whose.filter(|_| alone).map(|((r, p), _)| u32::try_from(r * 100 + p).unwrap());
                let level = if place == "nation" {
                    100
                } else if parts.is_empty() {
                    1
                } else {
                    10
                };
                let name = format!("{place}/{a}/{b}");
                if !parts.is_empty() {
                    sums.push((name.clone(), parts.iter().map(|part| format!("{part}/{a}/{b}")).collect()));
                }
                if a == "all" {
                    sums.push((name.clone(), (0..first).map(|part| format!("{place}/{part}/{b}")).collect()));
                }
                if b == "all" {
                    sums.push((name.clone(), (0..second).map(|part| format!("{place}/{a}/{part}")).collect()));
                }
                names.push(name);
                cells.push(Cell {
                    value,
                    floor: 0,
                    threshold: 5,
                    weight: level * (1 + u32::try_from(value.min(200)).unwrap() / 20),
                    showing: Showing::Offered,
                    sensitive: (1..5).contains(&value),
                    party: party.filter(|_| projects.len() == 1),
                    open_to: party.filter(|_| value > 0).into_iter().collect(),
                    left_open: std::collections::BTreeMap::new(),
                    signed: false,
                });
            }
        }
    }
    let number: BTreeMap<&String, usize> = names.iter().enumerate().map(|(number, name)| (name, number)).collect();
    let relations =
        sums.iter().map(|(whole, parts)| Relation::sum(number[whole], parts.iter().map(|part| number[part]))).collect();
    Tables { system: System::new(cells, relations), sums, names }
}

/// What somebody sees: the public, or a partner.
fn knowledge(tables: &Tables, mask: &Mask, partner: Option<u32>) -> Knowledge {
    let term = |name: &String, factor| (name.clone(), factor);
    let equalities = tables.sums.iter().map(|(whole, parts)| {
        (std::iter::once(term(whole, -1)).chain(parts.iter().map(|part| term(part, 1))).collect(), 0)
    });
    let seen = tables.names.iter().enumerate().filter(|(number, name)| {
        // A partner knows what concerns its own project, and works the rest out.
        let own = partner.is_some_and(|party| name.starts_with(&format!("r{}p{}/", party / 100, party % 100)));
        !mask.hidden[*number] || own
    });
    let seen = seen.map(|(number, name)| (name.clone(), tables.system.cells[number].value)).collect();
    Knowledge { seen, equalities: equalities.collect(), ..Knowledge::default() }
}

/// A hidden cell that somebody bounds within its threshold.
fn found(tables: &Tables, mask: &Mask, partner: Option<u32>) -> Option<String> {
    let knowledge = knowledge(tables, mask, partner);
    let targets: Vec<String> = (0..tables.names.len())
        .filter(|number| mask.hidden[*number])
        .filter(|number| {
            partner.is_none() || {
                let cell = &tables.system.cells[*number];
                cell.party != partner && !partner.is_some_and(|party| cell.open_to.contains(&party))
            }
        })
        .map(|number| tables.names[number].clone())
        .collect();
    let solved = knowledge.solved();
    if let Some(name) = targets.iter().find(|name| solved.contains_key(*name)) {
        return Some(format!("{name} is {}", solved[name]));
    }
    knowledge.narrow(&targets, 5.0).map(|(name, bounds)| format!("{name} lies in {bounds:?}"))
}

fn parties(tables: &Tables) -> Vec<Option<u32>> {
    let mut parties: Vec<Option<u32>> = tables.system.cells.iter().map(|cell| cell.party).chain([None]).collect();
    parties.sort_unstable();
    parties.dedup();
    parties
}

proptest! {
    #![proptest_config(Config { cases: 12, failure_persistence: None, ..Config::default() })]

    #[test]
    fn nobody_finds_a_hidden_cell_of_random_tables(people in people()) {
        let tables = tables(&people);
        let mask = suppress(&tables.system).expect("everything is offered, so all of it could be hidden");
        prop_assert_eq!(first_exposed(&tables.system, &mask), None);
        for (number, cell) in tables.system.cells.iter().enumerate() {
            prop_assert!(mask.hidden[number] || !cell.sensitive, "{} is shown", tables.names[number]);
        }
        for partner in parties(&tables) {
            prop_assert_eq!(found(&tables, &mask, partner), None, "to {:?}", partner);
        }
    }
}

#[test]
fn with_small_cells_hidden_only_the_attacker_succeeds() {
    let people = vec![vec![vec![vec![3, 40], vec![25, 31]], vec![vec![22, 18], vec![9, 12]]]];
    let tables = tables(&people);
    let mask = suppress_small_cells_only(&tables.system);
    assert_eq!(found(&tables, &mask, None), Some("r0p0/0/0 is 3".to_owned()));
    let mask = suppress(&tables.system).unwrap();
    assert_eq!(found(&tables, &mask, None), None);
}

#[test]
fn a_partner_with_its_own_figures_does_not_find_its_neighbours() {
    // Hiding one cell of each of two projects keeps the public away, and neither project from the other.
    let people = vec![vec![vec![vec![3, 40]], vec![vec![22, 18]], vec![vec![30, 35]], vec![vec![50, 20]]]];
    let tables = tables(&people);
    let mask = suppress(&tables.system).unwrap();
    for partner in parties(&tables) {
        assert_eq!(found(&tables, &mask, partner), None, "{partner:?}");
    }
    let hidden_projects = (0..4).filter(|p| {
        (0..tables.names.len()).any(|n| mask.hidden[n] && tables.names[n].starts_with(&format!("r0p{p}/")))
    });
    assert!(hidden_projects.count() >= 3, "two projects would give each other away");
}
