//! The table of outcomes: the rows of a definition version, from (situation, contract or training kind, duration) to a
//! class. A table is total, and no row of it is idle.
//!
//! It is written as data; which rows there are is the definitions' business.

use serde::Serialize;

use crate::consolidation::outcome::{Duration, KEYS, OutcomeClass, OutcomeKey, THRESHOLDS};
use crate::reporting::codes::{ContractKind, ExitSituation, TrainingKind};
use crate::serde_as_code;

serde_as_code!(Operator);

/// How a duration is held against a threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// So many months or more.
    AtLeast,
    /// More than so many months.
    MoreThan,
}

impl Operator {
    /// Every operator.
    pub const ALL: [Self; 2] = [Self::AtLeast, Self::MoreThan];

    /// Its code.
    pub fn code(self) -> &'static str {
        match self {
            Self::AtLeast => "AT_LEAST",
            Self::MoreThan => "MORE_THAN",
        }
    }

    /// The operator of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operator| operator.code() == code)
    }
}

/// A threshold that a contract's duration is held against; an unknown duration passes none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Lasting {
    /// How.
    pub operator: Operator,
    /// The months: one of [`THRESHOLDS`].
    pub months: u8,
}

impl Lasting {
    fn holds(self, duration: Duration) -> bool {
        let place = (0_u8..).zip(THRESHOLDS).find(|(_, months)| *months == self.months);
        place.is_some_and(|(place, _)| duration.passes(place, self.operator == Operator::MoreThan))
    }
}

/// A row of the table of outcomes: the exits that it takes, unless a row before it has taken them, and their class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OutcomeRow {
    /// What the person went to.
    pub situations: Vec<ExitSituation>,
    /// Of which contract, for employment; any if empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contracts: Vec<ContractKind>,
    /// Of which training, for training; any if empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub trainings: Vec<TrainingKind>,
    /// How long the contract lasts, for employment; any duration if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lasting: Option<Lasting>,
    /// The class.
    pub class: OutcomeClass,
}

impl OutcomeRow {
    fn takes(
        &self,
        situation: ExitSituation,
        contract: Option<(ContractKind, Duration)>,
        training: Option<TrainingKind>,
    ) -> bool {
        self.situations.contains(&situation)
            && contract.is_none_or(|(kind, duration)| {
                (self.contracts.is_empty() || self.contracts.contains(&kind))
                    && self.lasting.is_none_or(|lasting| lasting.holds(duration))
            })
            && training.is_none_or(|kind| self.trainings.is_empty() || self.trainings.contains(&kind))
    }
}

/// What is wrong with rows that make no table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableFault {
    /// Some exit to this situation has no class.
    Unclassed(ExitSituation),
    /// The row of this place takes no exit: rows before it have taken all.
    Idle(usize),
}

/// The total table of a definition version: every key has its class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutcomeTable(Box<[OutcomeClass]>);

impl OutcomeTable {
    /// The table that rows make, the first that takes an exit giving its class.
    pub fn of(rows: &[OutcomeRow]) -> Result<Self, TableFault> {
        let mut classes = vec![OutcomeClass::Unknown; KEYS];
        let mut busy = vec![false; rows.len()];
        let mut put = |key: OutcomeKey, situation, contract, training| {
            let place = rows.iter().position(|row| row.takes(situation, contract, training));
            let place = place.ok_or(TableFault::Unclassed(situation))?;
            busy[place] = true;
            classes[key.index()] = rows[place].class;
            Ok(())
        };
        for kind in ContractKind::ALL {
            for duration in Duration::all() {
                let key = OutcomeKey::of_employment(*kind, duration);
                put(key, ExitSituation::Employment, Some((*kind, duration)), None)?;
            }
        }
        for kind in TrainingKind::ALL {
            let key = OutcomeKey::of_training(*kind);
            put(key, ExitSituation::Training, None, Some(*kind))?;
        }
        let others =
            |situation: &&ExitSituation| !matches!(situation, ExitSituation::Employment | ExitSituation::Training);
        for situation in ExitSituation::ALL.iter().filter(others) {
            put(OutcomeKey::of_situation(*situation), *situation, None, None)?;
        }
        match busy.iter().position(|busy| !busy) {
            Some(idle) => Err(TableFault::Idle(idle)),
            None => Ok(Self(classes.into())),
        }
    }

    /// The class of a key.
    pub fn class(&self, key: OutcomeKey) -> OutcomeClass {
        self.0[key.index()]
    }
}
