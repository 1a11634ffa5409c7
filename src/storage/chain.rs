//! The chains of the journal: each link's hash covers an entry and the link before it, so that an entry altered, removed
//! or put elsewhere is found.
//!
//! Links are made after the commit, with the sequence, under the one row that keeps numbering apart: no writer waits for
//! them, and no serializable transaction meets them. It knows no key; whoever calls seals the heads.

use std::collections::BTreeMap;

use diesel::prelude::*;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::bulk::{self, Column};
use super::connection::AnyConnection;
use super::schema::{chain_heads, journal, journal_links, sequence_head};
use crate::refusal::{Failure, Outcome};

/// How many entries are linked by one transaction.
const LINK_AT_ONCE: i64 = 2000;

/// A keyed hash of a head, made by whoever holds the key.
pub type Seal<'a> = dyn Fn(&[u8]) -> [u8; 32] + 'a;

/// A link of a chain: its place, and the hash of its entry and of all before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The organisation's identifier, or nothing for what concerns none.
    pub chain: String,
    /// Its place, from 1.
    pub number: i64,
    /// SHA-256 of the hash before it and of the entry.
    pub hash: [u8; 32],
}

/// An entry as its link covers it.
#[derive(Queryable, Clone)]
pub struct LinkedEntry {
    id: String,
    position: Option<i64>,
    at_us: i64,
    kind: String,
    actor: String,
    organisation: Option<String>,
    subject: String,
    detail: String,
    sequence: Option<i64>,
    reason: Option<String>,
}

impl LinkedEntry {
    /// The chain that it belongs to.
    pub fn chain(&self) -> &str {
        self.organisation.as_deref().unwrap_or_default()
    }

    /// Its place among all entries.
    pub fn sequence(&self) -> i64 {
        self.sequence.unwrap_or_default()
    }

    /// The hash of its link behind a hash.
    pub fn hash_after(&self, before: &[u8; 32]) -> [u8; 32] {
        let entry = json!([
            self.sequence,
            self.id,
            self.position,
            self.at_us,
            self.kind,
            self.actor,
            self.organisation,
            self.subject,
            self.detail,
            self.reason,
        ]);
        let mut hasher = Sha256::new();
        hasher.update(b"faisceau/link/1\n");
        hasher.update(before);
        hasher.update(entry.to_string());
        hasher.finalize().into()
    }
}

/// What stands before the first link of a chain.
pub fn beginning(chain: &str) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(b"faisceau/chain/1\n");
    hasher.update(chain);
    hasher.finalize().into()
}

/// What the seal of a head covers.
pub fn sealed_text(chain: &str, number: i64, hash: &[u8; 32]) -> Vec<u8> {
    [format!("{chain}\n{number}\n").as_bytes(), hash].concat()
}

/// Whether an entry that has its sequence has no link yet.
pub fn is_behind(connection: &mut AnyConnection) -> Outcome<bool> {
    let (sequence, linked): (i64, i64) =
        sequence_head::table.select((sequence_head::sequence, sequence_head::linked)).first(connection)?;
    Ok(linked < sequence)
}

/// Links the next entries that have a sequence. Must run behind [`super::journal::number`], in its transaction.
pub fn extend(connection: &mut AnyConnection, seal: &Seal<'_>) -> Outcome<()> {
    let linked: i64 = sequence_head::table.select(sequence_head::linked).first(connection)?;
    let entries = entries_after(connection, linked)?;
    let Some(last) = entries.last().map(LinkedEntry::sequence) else { return Ok(()) };
    let chains: Vec<String> = entries.iter().map(|entry| entry.chain().to_owned()).collect();
    let mut heads = read_heads(connection, &chains)?;
    let is_new: Vec<String> = chains.iter().filter(|chain| !heads.contains_key(*chain)).cloned().collect();
    let mut links = Vec::with_capacity(entries.len());
    for entry in &entries {
        let chain = entry.chain();
        let head = heads.entry(chain.to_owned()).or_insert_with(|| (0, beginning(chain)));
        *head = (head.0 + 1, entry.hash_after(&head.1));
        links.push((chain.to_owned(), head.0, entry.id.clone(), head.1));
    }
    let columns = vec![
        ("chain", Column::Text(links.iter().map(|link| Some(link.0.clone())).collect())),
        ("number", Column::Number(links.iter().map(|link| Some(link.1)).collect())),
        ("entry_id", Column::Text(links.iter().map(|link| Some(link.2.clone())).collect())),
        ("hash", Column::Bytes(links.iter().map(|link| link.3.to_vec()).collect())),
    ];
    bulk::insert(connection, "journal_links", columns)?;
    for (chain, (number, hash)) in heads {
        let sealed = seal(&sealed_text(&chain, number, &hash));
        let head = (
            chain_heads::number.eq(number),
            chain_heads::hash.eq(hash.as_slice()),
            chain_heads::seal.eq(sealed.as_slice()),
        );
        if is_new.contains(&chain) {
            diesel::insert_into(chain_heads::table)
                .values((chain_heads::chain.eq(&chain), head))
                .execute(connection)?;
        } else {
            diesel::update(chain_heads::table.find(&chain)).set(head).execute(connection)?;
        }
    }
    diesel::update(sequence_head::table).set(sequence_head::linked.eq(last)).execute(connection)?;
    Ok(())
}

/// Some entries after a sequence, in order.
pub fn entries_after(connection: &mut AnyConnection, sequence: i64) -> Outcome<Vec<LinkedEntry>> {
    Ok(journal::table
        .filter(journal::sequence.gt(sequence))
        .order(journal::sequence)
        .limit(LINK_AT_ONCE)
        .load(connection)?)
}

fn read_heads(connection: &mut AnyConnection, chains: &[String]) -> Outcome<BTreeMap<String, (i64, [u8; 32])>> {
    let rows: Vec<(String, i64, Vec<u8>)> = chain_heads::table
        .filter(chain_heads::chain.eq_any(chains))
        .select((chain_heads::chain, chain_heads::number, chain_heads::hash))
        .load(connection)?;
    rows.into_iter().map(|(chain, number, hash)| Ok((chain, (number, bytes(hash)?)))).collect()
}

fn bytes(hash: Vec<u8>) -> Outcome<[u8; 32]> {
    hash.try_into().map_err(|_| Failure::fault("a stored hash is out of form"))
}

/// The link of the newest entry of a kind about a subject, whose detail satisfies a test.
pub fn find_link(
    connection: &mut AnyConnection,
    kind: &str,
    subject: &str,
    is_meant: impl Fn(&serde_json::Value) -> bool,
) -> Outcome<Option<Link>> {
    let rows: Vec<(String, String, i64, Vec<u8>)> = journal::table
        .inner_join(journal_links::table.on(journal_links::entry_id.eq(journal::id)))
        .filter(journal::subject.eq(subject).and(journal::kind.eq(kind)))
        .order(journal::sequence.desc())
        .select((journal::detail, journal_links::chain, journal_links::number, journal_links::hash))
        .load(connection)?;
    let meant = |detail: &str| serde_json::from_str(detail).is_ok_and(|detail| is_meant(&detail));
    let found = rows.into_iter().find(|row| meant(&row.0));
    found.map(|(_, chain, number, hash)| Ok(Link { chain, number, hash: bytes(hash)? })).transpose()
}

/// A head as it is kept: its chain, number, hash and seal.
pub type HeadRow = (String, i64, Vec<u8>, Vec<u8>);

/// The heads of all chains, by chain.
pub fn list_heads(connection: &mut AnyConnection) -> Outcome<Vec<HeadRow>> {
    Ok(chain_heads::table.order(chain_heads::chain).load(connection)?)
}

/// A link: its number, its hash, and its entry if that is still there.
pub type NumberedLink = (i64, Vec<u8>, Option<LinkedEntry>);

/// Some links of a chain after a number, in order, each with its entry if that is still there.
pub fn links_after(connection: &mut AnyConnection, chain: &str, number: i64) -> Outcome<Vec<NumberedLink>> {
    Ok(journal_links::table
        .left_join(journal::table.on(journal::id.eq(journal_links::entry_id)))
        .filter(journal_links::chain.eq(chain).and(journal_links::number.gt(number)))
        .order(journal_links::number)
        .limit(LINK_AT_ONCE)
        .select((journal_links::number, journal_links::hash, journal::all_columns.nullable()))
        .load(connection)?)
}

/// The counts that must agree: entries with a sequence, the last sequence given, entries linked so far, links, and the
/// chains that links name.
pub struct Counts {
    /// Entries that have a sequence.
    pub numbered: i64,
    /// The last sequence that was given.
    pub sequence: i64,
    /// The last sequence that was linked.
    pub linked: i64,
    /// Links.
    pub links: i64,
    /// Chains named by links.
    pub chains: Vec<String>,
}

/// Counts what must agree.
pub fn counts(connection: &mut AnyConnection) -> Outcome<Counts> {
    let (sequence, linked) =
        sequence_head::table.select((sequence_head::sequence, sequence_head::linked)).first(connection)?;
    Ok(Counts {
        numbered: journal::table.filter(journal::sequence.is_not_null()).count().get_result(connection)?,
        sequence,
        linked,
        links: journal_links::table.count().get_result(connection)?,
        chains: journal_links::table
            .select(journal_links::chain)
            .distinct()
            .order(journal_links::chain)
            .load(connection)?,
    })
}
