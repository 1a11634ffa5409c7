//! Free text and short codes, checked at the edge: bounded, printable, and free of identity numbers.
//!
//! Nobody types a person's number into a reference or a reason without being stopped here; the value is never shown.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::refusal::{Code, Refusal};

/// Lets types that are written by `Display` and read by `FromStr` stand in kept JSON as text.
#[macro_export]
macro_rules! serde_as_text {
    ($($type:ty),* $(,)?) => {$(
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(|_| serde::de::Error::custom("text out of form"))
            }
        }
    )*};
}

/// Lets coded values stand in kept JSON as their codes.
#[macro_export]
macro_rules! serde_as_code {
    ($($type:ty),* $(,)?) => {$(
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.code())
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let code = <String as serde::Deserialize>::deserialize(deserializer)?;
                Self::of_code(&code).ok_or_else(|| serde::de::Error::custom("unknown code"))
            }
        }
    )*};
}

/// Text of 1 to `MAX` characters without control characters or anything that looks like an identity number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Text<const MAX: usize>(String);

/// A name or title, up to 200 characters.
pub type Name = Text<200>;

/// A reason, answer or justification, up to 2 000 characters.
pub type Reason = Text<2000>;

impl<const MAX: usize> Text<MAX> {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> fmt::Display for Text<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const MAX: usize> std::str::FromStr for Text<MAX> {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let text = text.trim();
        let length = text.chars().count();
        if length == 0 || length > MAX || text.chars().any(|c| c.is_control() && c != '\n') {
            return Err(Refusal::new(Code::TextTooLong).with("limit", MAX));
        }
        if holds_identity(text) { Err(Code::TextHoldsIdentity.into()) } else { Ok(Self(text.to_owned())) }
    }
}

/// A short code that people say aloud: 1 to 40 letters, digits, hyphens, underscores, dots or slashes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ShortCode(String);

impl ShortCode {
    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A code read back from the database, where only checked ones are.
    pub(crate) fn stored(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for ShortCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for ShortCode {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/');
        if text.is_empty() || text.len() > 40 || !text.bytes().all(fits) {
            return Err(Refusal::new(Code::ShortCodeInvalid).with("limit", 40));
        }
        if holds_identity(text) { Err(Code::TextHoldsIdentity.into()) } else { Ok(Self(text.to_owned())) }
    }
}

/// A text without case, accents and separators, as headers and labels are compared: `Date d'entrée` is `date_d_entree`.
/// A capital after a small letter begins a word, so that `entryOn` is `entry_on`.
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut after_small = false;
    for character in text.trim().chars() {
        let small = character.is_lowercase() || character.is_ascii_digit();
        if character.is_uppercase() && after_small {
            plain.push('_');
        }
        after_small = small;
        match character.to_lowercase().next().unwrap_or(character) {
            'à' | 'â' | 'ä' | 'á' => plain.push('a'),
            'é' | 'è' | 'ê' | 'ë' => plain.push('e'),
            'î' | 'ï' | 'í' => plain.push('i'),
            'ô' | 'ö' | 'ó' => plain.push('o'),
            'û' | 'ü' | 'ù' | 'ú' => plain.push('u'),
            'ç' => plain.push('c'),
            'œ' => plain.push_str("oe"),
            // An accent written as a sign of its own.
            '\u{300}'..='\u{36f}' => {}
            letter if letter.is_ascii_alphanumeric() => plain.push(letter),
            _ if plain.ends_with('_') || plain.is_empty() => {}
            _ => plain.push('_'),
        }
    }
    plain.trim_end_matches('_').to_owned()
}

/// Whether a text holds a run of exactly ten digits (a foreigner number) or a well-formed NIR.
pub fn holds_identity(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut start = 0;
    while start < bytes.len() {
        if !bytes[start].is_ascii_digit() {
            start += 1;
            continue;
        }
        let run = bytes[start..].iter().take_while(|b| b.is_ascii_digit()).count();
        if run == 10 || nir_at(&text[start..]) {
            return true;
        }
        start += run;
    }
    false
}

/// Whether a NIR (13 characters, or 15 with its key), its groups separated or not, begins here and ends at the end of
/// a group, whatever follows.
fn nir_at(text: &str) -> bool {
    let mut nir = [0_u8; 15];
    let mut length = 0;
    for character in text.chars() {
        match character {
            '0'..='9' | 'A' | 'B' | 'a' | 'b' if character.is_ascii_digit() || length == 6 => {
                if length == nir.len() {
                    return false;
                }
                nir[length] = character.to_ascii_uppercase() as u8;
                length += 1;
            }
            ' ' | '.' | '-' | '/' | '_' | '\u{a0}' | '\u{2009}' | '\u{202f}' | '‐' | '‑' | '–' => {
                if nir_is_valid(&nir[..length]) {
                    return true;
                }
            }
            _ => break,
        }
    }
    nir_is_valid(&nir[..length])
}

/// Whether 13 characters have the shape of a NIR, or 15 have it and their key is right.
pub fn nir_is_valid(nir: &[u8]) -> bool {
    if nir.len() != 13 && nir.len() != 15 {
        return false;
    }
    let Some(number) = nir_number(&nir[..13]) else { return false };
    let month = two_digits(&nir[3..5]);
    let plausible = matches!(nir[0], b'1' | b'2' | b'3' | b'4' | b'7' | b'8')
        && month.is_some_and(|month| (1..=12).contains(&month) || (20..=42).contains(&month) || month >= 50);
    plausible && (nir.len() == 13 || two_digits(&nir[13..]) == Some(97 - number % 97))
}

/// The 13 characters of a NIR as the number its key is computed from (2A counts as 19, 2B as 18).
pub fn nir_number(nir: &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for (place, byte) in nir.iter().enumerate() {
        let digit = match (place, byte) {
            (_, b'0'..=b'9') => u64::from(byte - b'0'),
            (6, b'A') => 9,
            (6, b'B') => 8,
            _ => return None,
        };
        let corsican = place == 6 && !byte.is_ascii_digit();
        if corsican && nir[5] != b'2' {
            return None;
        }
        number = if corsican { (number - 1) * 10 + digit } else { number * 10 + digit };
    }
    Some(number)
}

fn two_digits(bytes: &[u8]) -> Option<u64> {
    std::str::from_utf8(bytes).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_numbers_are_found_in_text() {
        for text in
            ["9912345678", "dossier 7503012345 ouvert", "A-9912345678", "1 84 12 76 451 089 46", "184127645108946"]
        {
            assert!(holds_identity(text), "{text}");
        }
        for text in
            ["A-17", "2021-03-04", "99123456789", "20003452800014", "du 2019-03-01 au 2020-12-31", "184127645108947"]
        {
            assert!(!holds_identity(text), "{text}");
        }
    }

    #[test]
    fn a_nir_is_found_whatever_follows_it() {
        for text in [
            "1841276451089 a quitté le projet",
            "1841276451089 12 mars",
            "1841276451089ans",
            "184127645108946 2024",
            "184122A451089 bénéficie",
            "1\u{a0}84\u{a0}12\u{a0}76\u{a0}451\u{a0}089\u{a0}46",
            "1_84_12_76_451_089",
        ] {
            assert!(holds_identity(text), "{text}");
        }
        assert!(!holds_identity("18412764510894 2024"), "fourteen digits are no NIR");
    }

    #[test]
    fn corsican_numbers_count_as_19_and_18() {
        assert_eq!(nir_number(b"182022A123456"), Some(1_820_219_123_456));
        assert_eq!(nir_number(b"182022B123456"), Some(1_820_218_123_456));
        assert_eq!(nir_number(b"182012C123456"), None);
    }

    #[test]
    fn text_is_trimmed_bounded_and_printable() {
        assert_eq!("  Bâtir ".parse::<Name>().unwrap().as_str(), "Bâtir");
        assert!("".parse::<Name>().is_err());
        assert!("x".repeat(201).parse::<Name>().is_err());
        assert!("a\u{0}b".parse::<Name>().is_err());
        assert!("PIC IPR".parse::<ShortCode>().is_err());
    }
}
