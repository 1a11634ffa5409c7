//! From a person's number to a pseudonym: normalised, checked, keyed at once, forgotten.
//!
//! Stage one is HMAC-SHA-256 of `SCHEME:value` under the programme's key. A partner may compute it alone; both ways
//! meet in the same person. The number itself lives only in this module's stack frames.

use hmac::{Hmac, KeyInit, Mac};
use secrecy::ExposeSecret;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::record::PersonId;
use crate::access::keys::KeyRing;
use crate::text;

pub use crate::access::keys::ProgrammeKey;

/// How a participation says who the person is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// No identity: the person is known by project and reference only.
    None,
    /// A usable identity, in its first pseudonymous form.
    Known(StageOne),
    /// A person whom the link table already holds.
    Linked(PersonId),
    /// A placeholder, or a number whose check key is wrong: never links two people.
    Placeholder,
    /// Not of the form of its scheme.
    Malformed,
}

impl Identity {
    /// What the link table may know an identity by that is not linked yet: its present seal first, then, while the
    /// deployment key is rotated, the one before. Nothing where there is none to link. To a sandbox, everybody is somebody
    /// else than to the others: the two never meet in one person.
    pub fn seals(&self, keys: &KeyRing, sandbox: bool) -> Vec<Vec<u8>> {
        match self {
            Self::Known(stage_one) if sandbox => keys.deployment.seals(&stage_one.in_a_sandbox()),
            Self::Known(stage_one) => keys.deployment.seals(stage_one.as_bytes()),
            Self::None | Self::Linked(_) | Self::Placeholder | Self::Malformed => Vec::new(),
        }
    }
}

/// The first pseudonymous form of an identity: 32 bytes, shown nowhere.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct StageOne([u8; 32]);

impl StageOne {
    /// Another pseudonym of the same number, which nobody can tell to be of the same.
    fn in_a_sandbox(&self) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("any length is a key");
        mac.update(b"sandbox");
        mac.finalize().into_bytes().into()
    }

    /// Reads 64 hexadecimal digits, as a partner that computes stage one alone sends them.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// The same digits, in small letters, for a partner's own files; the service never writes them.
    pub fn hexadecimal(&self) -> String {
        data_encoding::HEXLOWER.encode(&self.0)
    }

    /// The 32 bytes, for sealing.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for StageOne {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StageOne(…)")
    }
}

/// The numbering scheme of an identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// The foreigner number of the AGDREF register: ten digits, nine padded with a zero.
    Agdref,
    /// The social-security number: 13 characters, 2A and 2B included; its key is checked if present.
    Nir,
    /// A number given by the funder: 4 to 40 letters, digits and hyphens.
    Programme,
}

impl Scheme {
    /// Its code, which also begins what is keyed.
    pub fn code(self) -> &'static str {
        match self {
            Self::Agdref => "AGDREF",
            Self::Nir => "NIR",
            Self::Programme => "PROGRAMME",
        }
    }

    /// The scheme of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        [Self::Agdref, Self::Nir, Self::Programme].into_iter().find(|scheme| scheme.code() == code)
    }
}

/// Turns a number into its pseudonym at once; what is malformed or a placeholder says so and gives none.
pub fn pseudonymise(scheme: Scheme, value: &str, key: &ProgrammeKey) -> Identity {
    match normalise(scheme, value) {
        Normalised::Usable(number) => Identity::Known(stage_one(scheme, &number, key)),
        Normalised::Placeholder => Identity::Placeholder,
        Normalised::Malformed => Identity::Malformed,
    }
}

fn stage_one(scheme: Scheme, number: &str, key: &ProgrammeKey) -> StageOne {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.expose_secret()).expect("HMAC takes keys of any length");
    mac.update(scheme.code().as_bytes());
    mac.update(b":");
    mac.update(number.as_bytes());
    StageOne(mac.finalize().into_bytes().into())
}

enum Normalised {
    Usable(Zeroizing<String>),
    Placeholder,
    Malformed,
}

fn normalise(scheme: Scheme, value: &str) -> Normalised {
    let compact: String = value.chars().filter(|c| !matches!(c, ' ' | '.' | '-' | '\u{a0}')).collect();
    let mut compact = Zeroizing::new(compact);
    compact.make_ascii_uppercase();
    match scheme {
        Scheme::Agdref => normalise_agdref(compact),
        Scheme::Nir => normalise_nir(compact),
        Scheme::Programme => normalise_programme(compact),
    }
}

fn normalise_agdref(compact: Zeroizing<String>) -> Normalised {
    if !(compact.len() == 9 || compact.len() == 10) || !compact.bytes().all(|b| b.is_ascii_digit()) {
        return Normalised::Malformed;
    }
    if is_placeholder(&compact) {
        return Normalised::Placeholder;
    }
    Normalised::Usable(Zeroizing::new(format!("{:0>10}", *compact)))
}

fn normalise_nir(compact: Zeroizing<String>) -> Normalised {
    let shaped = compact.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'A' | b'B'));
    if !shaped || !(compact.len() == 13 || compact.len() == 15) || text::nir_number(&compact.as_bytes()[..13]).is_none()
    {
        return Normalised::Malformed;
    }
    if is_placeholder(&compact[..13]) || !text::nir_is_valid(compact.as_bytes()) {
        return Normalised::Placeholder;
    }
    Normalised::Usable(Zeroizing::new(compact[..13].to_owned()))
}

fn normalise_programme(compact: Zeroizing<String>) -> Normalised {
    if !(4..=40).contains(&compact.len()) || !compact.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Normalised::Malformed;
    }
    if is_placeholder(&compact) { Normalised::Placeholder } else { Normalised::Usable(compact) }
}

/// All zeros, one repeated character, or characters that count up or down by one (nine goes on to zero).
fn is_placeholder(number: &str) -> bool {
    let digits = number.trim_start_matches('0').as_bytes();
    if digits.len() < 2 {
        return true;
    }
    let steps_by = |step: i16| {
        number.as_bytes().windows(2).all(|pair| (i16::from(pair[1]) - i16::from(pair[0]) - step).rem_euclid(10) == 0)
    };
    steps_by(0) || steps_by(1) || steps_by(-1) || digits.windows(2).all(|pair| pair[0] == pair[1])
}

#[cfg(test)]
mod tests {
    use secrecy::SecretBox;

    use super::*;

    fn key() -> ProgrammeKey {
        SecretBox::new(Box::new([7; 32]))
    }

    fn known(scheme: Scheme, value: &str) -> StageOne {
        match pseudonymise(scheme, value, &key()) {
            Identity::Known(stage_one) => stage_one,
            other => panic!("{other:?} for a usable number"),
        }
    }

    #[test]
    fn the_same_number_written_differently_is_the_same_person() {
        assert_eq!(known(Scheme::Agdref, "912345670"), known(Scheme::Agdref, "0912345670"));
        assert_eq!(known(Scheme::Agdref, "99 0301 7422"), known(Scheme::Agdref, "9903017422"));
        assert_eq!(known(Scheme::Nir, "1 84 12 76 451 089 46"), known(Scheme::Nir, "1841276451089"));
        assert_eq!(known(Scheme::Programme, "ab-12-xy"), known(Scheme::Programme, "AB12XY"));
        assert_ne!(known(Scheme::Programme, "9903017422"), known(Scheme::Agdref, "9903017422"));
    }

    #[test]
    fn a_partner_computing_stage_one_alone_meets_the_same_person() {
        // HMAC-SHA-256 of `AGDREF:9903017422` under 32 bytes of 07, as any other tool computes it.
        let elsewhere = "1e0af7be0c2b636319333d471e7932ac33830c5170bce2caa39ea7e9cd5c3a8f";
        assert_eq!(StageOne::parse(elsewhere), Some(known(Scheme::Agdref, "99 0301 7422")));
        assert!(StageOne::parse(&elsewhere[..32]).is_none(), "half a pseudonym is none");
    }

    #[test]
    fn placeholders_and_wrong_keys_never_link() {
        for value in ["0000000000", "1111111111", "1234567890", "9876543210", "0123456789", "000000001", "0999999999"] {
            assert_eq!(pseudonymise(Scheme::Agdref, value, &key()), Identity::Placeholder, "{value}");
        }
        assert_eq!(pseudonymise(Scheme::Nir, "184127645108947", &key()), Identity::Placeholder, "wrong key");
        assert_eq!(pseudonymise(Scheme::Nir, "1111111111111", &key()), Identity::Placeholder);
    }

    #[test]
    fn other_forms_are_malformed() {
        for (scheme, value) in [
            (Scheme::Agdref, "99030174"),
            (Scheme::Agdref, "99030174221"),
            (Scheme::Agdref, "99O3017422"),
            (Scheme::Nir, "18412764510"),
            (Scheme::Nir, "1841276C51089"),
            (Scheme::Programme, "A1"),
            (Scheme::Programme, "héros-12"),
        ] {
            assert_eq!(pseudonymise(scheme, value, &key()), Identity::Malformed, "{value}");
        }
    }
}
