//! The journal's chains as they are checked: every link computed again, every head compared with its seal, and heads that
//! were kept elsewhere looked for.
//!
//! The hashes tell of entries altered, removed or put elsewhere; the seals, whose key is not in the database, of chains
//! that were computed anew; heads kept elsewhere, of a whole database that was put back.

use super::role::Permission;
use super::{Desk, Scope};
use crate::refusal::{Code, Outcome, Refusal};
use crate::storage::AnyConnection;
use crate::storage::chain::{self, HeadRow, Link};

/// How many problems are told in words; all are counted.
const MOST_TOLD: usize = 100;

/// What a check went through, and what does not hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// How many things were checked.
    pub checked_count: u64,
    /// How many of them do not hold.
    pub problem_count: u64,
    /// The first of these, in words.
    pub problems: Vec<String>,
}

impl Checked {
    /// Counts something that was checked.
    pub fn count(&mut self) {
        self.checked_count += 1;
    }

    /// Notes something that does not hold.
    pub fn note(&mut self, problem: String) {
        self.problem_count += 1;
        if self.problems.len() < MOST_TOLD {
            self.problems.push(problem);
        }
    }

    /// Whether everything holds.
    pub fn holds(&self) -> bool {
        self.problem_count == 0
    }
}

/// Reads a head as it is printed and kept elsewhere: chain, number and hash, with `-` for the chain of what concerns no
/// organisation.
pub fn parse_head(line: &str) -> Result<Link, Refusal> {
    let mut words = line.split_whitespace();
    let parsed = match (words.next(), words.next(), words.next(), words.next()) {
        (Some(chain), Some(number), Some(hash), None) => {
            let hash = data_encoding::HEXLOWER.decode(hash.as_bytes()).ok().and_then(|hash| hash.try_into().ok());
            let chain = if chain == "-" { "" } else { chain };
            number.parse().ok().zip(hash).map(|(number, hash)| Link { chain: chain.to_owned(), number, hash })
        }
        _ => None,
    };
    parsed.ok_or_else(|| Refusal::new(Code::ParameterInvalid).at("heads"))
}

/// A head as [`parse_head`] reads it.
pub fn head_line(link: &Link) -> String {
    let chain = if link.chain.is_empty() { "-" } else { &link.chain };
    format!("{chain} {} {}", link.number, data_encoding::HEXLOWER.encode(&link.hash))
}

/// The newest link of every chain, to be kept elsewhere.
pub fn list_heads(desk: &Desk, scope: &Scope) -> Outcome<Vec<Link>> {
    scope.require_everywhere(Permission::VerifyJournal)?;
    desk.number()?;
    desk.store_for_figures().read(|connection| {
        let heads = chain::list_heads(connection)?;
        let link = |(chain, number, hash, _): HeadRow| {
            let hash = hash.try_into().ok()?;
            Some(Link { chain, number, hash })
        };
        Ok(heads.into_iter().filter_map(link).collect())
    })
}

/// Computes every chain again, and looks for heads that were kept elsewhere.
pub fn verify_journal(desk: &Desk, scope: &Scope, kept: &[Link]) -> Outcome<Checked> {
    scope.require_everywhere(Permission::VerifyJournal)?;
    desk.number()?;
    desk.store_for_figures().read(|connection| {
        let mut checked = Checked::default();
        let counts = chain::counts(connection)?;
        if counts.numbered != counts.sequence {
            let gone = counts.sequence - counts.numbered;
            checked
                .note(format!("the journal has {} entries of {}: {gone} are gone", counts.numbered, counts.sequence));
        }
        if counts.links != counts.linked {
            checked.note(format!("{} entries are linked, and there are {} links", counts.linked, counts.links));
        }
        let heads = chain::list_heads(connection)?;
        for named in counts.chains.iter().filter(|named| !heads.iter().any(|head| head.0 == **named)) {
            checked.note(format!("chain {}: it has links and no head", shown(named)));
        }
        for head in heads {
            verify_chain(connection, desk, &head, kept, &mut checked)?;
        }
        Ok(checked)
    })
}

fn shown(chain: &str) -> &str {
    if chain.is_empty() { "-" } else { chain }
}

fn verify_chain(
    connection: &mut AnyConnection,
    desk: &Desk,
    (chain, head_number, head_hash, seal): &HeadRow,
    kept: &[Link],
    checked: &mut Checked,
) -> Outcome<()> {
    let name = shown(chain);
    let kept: Vec<&Link> = kept.iter().filter(|link| link.chain == *chain).collect();
    let (mut number, mut before, mut sequence, mut found) = (0, chain::beginning(chain), 0, 0);
    loop {
        let links = chain::links_after(connection, chain, number)?;
        if links.is_empty() {
            break;
        }
        for (place, hash, entry) in links {
            checked.count();
            if place != number + 1 {
                checked.note(format!("chain {name}: links {} to {} are gone", number + 1, place - 1));
            }
            match &entry {
                None => checked.note(format!("chain {name}: the entry of link {place} is gone")),
                Some(entry) if entry.chain() != chain => {
                    checked.note(format!("chain {name}: the entry of link {place} belongs to another chain"));
                }
                Some(entry) if entry.sequence() <= sequence => {
                    checked.note(format!("chain {name}: the entry of link {place} is not in its order"));
                }
                Some(entry) if entry.hash_after(&before).as_slice() != hash => {
                    checked.note(format!("chain {name}: the entry of link {place} is not the one that was linked"));
                }
                Some(_) => {}
            }
            sequence = entry.map_or(sequence, |entry| entry.sequence());
            found += kept.iter().filter(|link| link.number == place && link.hash.as_slice() == hash).count();
            // What is broken is told once: the next link is held to the hash that stands here.
            before = hash.try_into().unwrap_or(before);
            number = place;
        }
    }
    if number != *head_number || before.as_slice() != head_hash {
        checked.note(format!("chain {name}: it ends at link {number}, its head says {head_number}"));
    }
    let sealed = desk.keys.hash_request(b"chain-head", &chain::sealed_text(chain, *head_number, &before));
    if sealed.as_slice() != seal {
        checked.note(format!("chain {name}: its head is not sealed with this deployment's key"));
    }
    if found != kept.len() {
        checked.note(format!("chain {name}: {} heads that were kept elsewhere are not in it", kept.len() - found));
    }
    Ok(())
}
