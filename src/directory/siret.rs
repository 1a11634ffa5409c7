//! SIRET numbers: 14 digits, Luhn on the whole and on the first nine, with INSEE's exception for La Poste.

use std::fmt;
use std::str::FromStr;

use crate::refusal::{Code, Refusal};
use crate::serde_as_text;

/// A valid SIRET, the number of an establishment in the SIRENE register.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Siret(String);

impl Siret {
    /// The 14 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Siret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Siret {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let digits: String = text.chars().filter(|c| *c != ' ').collect();
        // Zeros pass every sum, and are nobody's number.
        if digits.len() != 14 || !digits.bytes().all(|b| b.is_ascii_digit()) || digits.starts_with("000000000") {
            return Err(Code::SiretInvalid.into());
        }
        let ordinary = luhn_sum(&digits).is_multiple_of(10) && luhn_sum(&digits[..9]).is_multiple_of(10);
        let la_poste = digits.starts_with("356000000") && plain_sum(&digits).is_multiple_of(5);
        if ordinary || la_poste { Ok(Self(digits)) } else { Err(Code::SiretInvalid.into()) }
    }
}

serde_as_text!(Siret);

fn plain_sum(digits: &str) -> u32 {
    digits.bytes().map(|b| u32::from(b - b'0')).sum()
}

fn luhn_sum(digits: &str) -> u32 {
    let doubled = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    digits
        .bytes()
        .rev()
        .map(|b| u32::from(b - b'0'))
        .enumerate()
        .map(|(place, digit)| if place % 2 == 1 { doubled(digit) } else { digit })
        .sum()
}

/// The valid SIRET whose first 13 digits are given: its last digit makes the Luhn sum right.
/// Used for fictional directories only; the first nine digits must already be a valid SIREN.
pub fn with_check_digit(first_thirteen: &str) -> Option<Siret> {
    (0..10).find_map(|digit| format!("{first_thirteen}{digit}").parse().ok())
}

/// The valid SIREN whose first eight digits are given. Used for fictional directories only.
pub fn siren_with_check_digit(first_eight: &str) -> Option<String> {
    (0..10).map(|digit| format!("{first_eight}{digit}")).find(|siren| luhn_sum(siren).is_multiple_of(10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sirets_are_checked_as_insee_does() {
        let cases = [
            ("20003452800014", true),
            ("20003452800041", false),
            ("35600000000048", true),
            ("35600000009075", true),
            ("73282932000074", true),
            ("73282932000079", false),
            ("7328293200007", false),
            ("7328293200007A", false),
            ("732 829 320 00074", true),
            ("00000000000000", false),
        ];
        for (text, valid) in cases {
            assert_eq!(text.parse::<Siret>().is_ok(), valid, "{text}");
        }
    }
}
