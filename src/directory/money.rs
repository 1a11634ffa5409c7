//! Money: whole cents in 64 bits, added with overflow checks, written as decimal text.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::refusal::{Code, Refusal};

/// An amount of euro cents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Cents(pub i64);

/// The largest amount that anyone may enter: 9 999 999 999.99 EUR.
pub const LARGEST_CENTS: i64 = 999_999_999_999;

impl Cents {
    /// The sum, or nothing if 64 bits cannot hold it.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }
}

impl fmt::Display for Cents {
    /// Decimal text with a point and two decimals, such as `675000.00`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let magnitude = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", magnitude / 100, magnitude % 100)
    }
}

impl FromStr for Cents {
    type Err = Refusal;

    /// Reads non-negative decimal text with at most two decimals, up to [`LARGEST_CENTS`].
    fn from_str(text: &str) -> Result<Self, Refusal> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
        let digits_only = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !digits_only(whole) || !digits_only(decimals) || decimals.len() > 2 || whole.len() > 10 {
            return Err(Code::AmountInvalid.into());
        }
        let whole: i64 = whole.parse().map_err(|_| Code::AmountInvalid)?;
        let fraction: i64 = format!("{decimals:0<2}").parse().map_err(|_| Code::AmountInvalid)?;
        Ok(Self(whole * 100 + fraction))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_exactly_or_not_at_all() {
        for (text, cents) in [("0", 0), ("675000.00", 67_500_000), ("1.5", 150), ("9999999999.99", LARGEST_CENTS)] {
            assert_eq!(text.parse(), Ok(Cents(cents)), "{text}");
        }
        for text in ["", "-1", "1.234", "1,5", "1e3", ".5", "5.", "99999999999.00", " 1", "0x1", "NaN"] {
            assert!(text.parse::<Cents>().is_err(), "{text}");
        }
        assert_eq!(Cents(122_727_273).to_string(), "1227272.73");
        assert_eq!(Cents(i64::MAX).checked_add(Cents(1)), None);
    }
}
