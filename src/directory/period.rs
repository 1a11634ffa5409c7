//! Reporting periods and calendar quarters.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

use crate::refusal::{Code, Refusal};
use crate::serde_as_text;

/// A calendar quarter, which is also the code of a quarterly reporting period, such as `2024-Q3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quarter {
    year: i16,
    number: i8,
}

impl Quarter {
    /// The quarter of a year, if `number` is 1 to 4 and the year 1900 to 2100.
    pub fn new(year: i16, number: i8) -> Option<Self> {
        ((1900..=2100).contains(&year) && (1..=4).contains(&number)).then_some(Self { year, number })
    }

    /// The quarter that a day lies in.
    pub fn of(day: Date) -> Self {
        Self { year: day.year(), number: (day.month() - 1) / 3 + 1 }
    }

    /// Its first day.
    pub fn first_day(self) -> Date {
        date(self.year, (self.number - 1) * 3 + 1, 1)
    }

    /// Its last day.
    pub fn last_day(self) -> Date {
        date(self.year, self.number * 3, 1).last_of_month()
    }

    /// The quarter after it.
    #[must_use]
    pub fn next(self) -> Self {
        if self.number == 4 {
            Self { year: self.year + 1, number: 1 }
        } else {
            Self { year: self.year, number: self.number + 1 }
        }
    }

    /// How many quarters lie from an earlier one to this one; 0 for itself, negative for a later one.
    pub fn since(self, earlier: Self) -> i32 {
        let place = |quarter: Self| i32::from(quarter.year) * 4 + i32::from(quarter.number);
        place(self) - place(earlier)
    }

    /// Every quarter from this one to another, both included, in order.
    pub fn through(self, last: Self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self), |quarter| Some(quarter.next())).take_while(move |quarter| *quarter <= last)
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-Q{}", self.year, self.number)
    }
}

impl FromStr for Quarter {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let parse = || {
            let (year, number) = text.split_once("-Q")?;
            if year.len() != 4 || number.len() != 1 {
                return None;
            }
            Self::new(year.parse().ok()?, number.parse().ok()?)
        };
        parse().ok_or_else(|| Code::PeriodInvalid.into())
    }
}

serde_as_text!(Quarter);

/// A period for which every project of a programme owes a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportingPeriod {
    /// Its code, such as `2024-Q3`.
    pub code: Quarter,
    /// Its first day.
    pub first_on: Date,
    /// Its last day.
    pub last_on: Date,
    /// The last day on which a submission is not late.
    pub due_on: Date,
}

impl ReportingPeriod {
    /// The period of a calendar quarter, due on a given day.
    pub fn of_quarter(code: Quarter, due_on: Date) -> Self {
        Self { code, first_on: code.first_day(), last_on: code.last_day(), due_on }
    }

    /// Refuses a due date before the period's last day.
    pub fn check(&self) -> Result<(), Refusal> {
        if self.due_on < self.last_on {
            return Err(Refusal::new(Code::DueBeforeEnd).at("dueOn").with("last", self.last_on));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_knows_its_days_and_its_successor() {
        let quarter: Quarter = "2019-Q4".parse().unwrap();
        assert_eq!((quarter.first_day(), quarter.last_day()), (date(2019, 10, 1), date(2019, 12, 31)));
        assert_eq!(quarter.next().to_string(), "2020-Q1");
        assert_eq!(Quarter::of(date(2020, 2, 29)).to_string(), "2020-Q1");
        assert_eq!(quarter.through("2020-Q2".parse().unwrap()).count(), 3);
        for text in ["2019-Q5", "2019Q1", "19-Q1", "2019-Q", "2019-Q11", "+019-Q1", "9999-Q1"] {
            assert!(text.parse::<Quarter>().is_err(), "{text}");
        }
    }
}
