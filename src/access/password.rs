//! Passwords of local accounts: argon2id with the parameters of OWASP, over a keyed hash, so that a stolen database without
//! the keys cannot even be guessed at. What is kept says its parameters, so that they can be raised.

use argon2::{Algorithm, Argon2, Params, Version};
use data_encoding::{BASE32_NOPAD, BASE64_NOPAD};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::keys::KeyRing;
use crate::clock;
use crate::refusal::{Code, Failure, Outcome, Refusal};

/// Memory in KiB, passes and lanes: OWASP's second choice, 19 MiB.
const COST: (u32, u32, u32) = (19_456, 2, 1);

/// The fewest characters of a password.
pub const SHORTEST: usize = 12;

/// The most bytes of a password: what comes beyond is no password.
pub const LONGEST: usize = 256;

/// How long a one-time password serves, in seconds: three days.
pub const ONE_TIME_SECONDS: i64 = 3 * 86_400;

/// What stands in every guesser's list, without digits and signs behind, in small letters.
const COMMON: &[&str] = &[
    "password",
    "passwordpassword",
    "passw0rd",
    "motdepasse",
    "motdepassemotdepasse",
    "administrateur",
    "administrator",
    "azertyuiop",
    "azertyuiopqsdfghjklm",
    "qwertyuiop",
    "qwertyuiopasdfghjkl",
    "changeme",
    "changezmoi",
    "bienvenue",
    "welcome",
    "letmein",
    "iloveyou",
    "jetaime",
    "soleil",
    "doudou",
    "faisceau",
    "faisceaufaisceau",
    "abcdefghijkl",
    "abcdefghijklmnopqrstuvwxyz",
];

/// Refuses a password that is short, long, common, or the sign-in name again.
pub fn check(password: &SecretString, name: &str) -> Result<(), Refusal> {
    let text = password.expose_secret();
    let weak = || Refusal::new(Code::PasswordWeak).at("newPassword").with("limit", SHORTEST);
    if text.chars().count() < SHORTEST || text.len() > LONGEST || text.chars().any(char::is_control) {
        return Err(weak());
    }
    let plain = Zeroizing::new(text.to_lowercase());
    let bare = plain.trim_end_matches(|c: char| !c.is_alphabetic()).trim_start_matches(|c: char| !c.is_alphabetic());
    let mut signs: Vec<char> = plain.chars().collect();
    signs.sort_unstable();
    signs.dedup();
    let is_common = bare.is_empty() || COMMON.contains(&bare) || bare == name.to_lowercase() || signs.len() < 5;
    if is_common { Err(weak()) } else { Ok(()) }
}

/// A password that serves once: 120 random bits, in groups that can be read aloud.
pub fn one_time() -> SecretString {
    let text = Zeroizing::new(BASE32_NOPAD.encode(&clock::random_bytes::<15>()).to_lowercase());
    let groups: Vec<&str> = (0..text.len()).step_by(4).map(|at| &text[at..at + 4]).collect();
    groups.join("-").into()
}

/// A password as it is kept, in the form of PHC strings.
pub fn keep(keys: &KeyRing, password: &SecretString) -> Outcome<String> {
    let salt = clock::random_bytes::<16>();
    let hash = derive(keys, password, &salt, COST)?;
    let (memory, passes, lanes) = COST;
    let (salt, hash) = (BASE64_NOPAD.encode(&salt), BASE64_NOPAD.encode(&hash[..]));
    Ok(format!("$argon2id$v=19$m={memory},t={passes},p={lanes}${salt}${hash}"))
}

/// Whether a password is the one that is kept. Nothing kept costs the same time, and is never matched.
pub fn matches(keys: &KeyRing, password: &SecretString, kept: Option<&str>) -> Outcome<bool> {
    let known = kept.map(|kept| parse(kept).ok_or_else(|| Failure::fault("a stored password is out of form")));
    let (cost, salt, hash) = known.transpose()?.unwrap_or_else(|| (COST, vec![0; 16], vec![0; 32]));
    let derived = derive(keys, password, &salt, cost)?;
    // Compared as keyed hashes, which takes the same time wherever they differ.
    let same = keys.request_matches(b"password-compare", &derived[..], &keys.hash_request(b"password-compare", &hash));
    Ok(same && kept.is_some())
}

fn derive(
    keys: &KeyRing,
    password: &SecretString,
    salt: &[u8],
    (memory, passes, lanes): (u32, u32, u32),
) -> Outcome<Zeroizing<[u8; 32]>> {
    let fault = || Failure::fault("a password could not be hashed");
    let params = Params::new(memory, passes, lanes, Some(32)).map_err(|_| fault())?;
    let peppered = Zeroizing::new(keys.hash_request(b"password", password.expose_secret().as_bytes()));
    let mut hash = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(&peppered[..], salt, &mut hash[..])
        .map_err(|_| fault())?;
    Ok(hash)
}

type Kept = ((u32, u32, u32), Vec<u8>, Vec<u8>);

fn parse(kept: &str) -> Option<Kept> {
    let mut parts = kept.strip_prefix("$argon2id$v=19$")?.split('$');
    let (cost, salt, hash) = (parts.next()?, parts.next()?, parts.next()?);
    let mut numbers = cost.split(',').zip(["m=", "t=", "p="]).map(|(part, name)| part.strip_prefix(name)?.parse().ok());
    let cost = (numbers.next()??, numbers.next()??, numbers.next()??);
    Some((cost, BASE64_NOPAD.decode(salt.as_bytes()).ok()?, BASE64_NOPAD.decode(hash.as_bytes()).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_that_anybody_would_try_are_refused() {
        for weak in [
            "short",
            "elevenchars",
            "aaaaaaaaaaaaaaaa",
            "123456789012",
            "Password2024!",
            "motdepasse1234",
            "Azertyuiop123",
            "2024-motdepasse",
            "officer-seven",
            "with\u{7}bell here",
        ] {
            assert_eq!(check(&weak.to_owned().into(), "officer-seven").unwrap_err().code, Code::PasswordWeak, "{weak}");
        }
        assert!(check(&"x".repeat(300).into(), "n").is_err());
        for good in ["correct horse battery", "trois petits chats, et le vent", "k7Wq-9mP2-xV4t"] {
            assert!(check(&good.to_owned().into(), "officer-seven").is_ok(), "{good}");
        }
        assert!(check(&one_time(), "officer-seven").is_ok());
    }

    #[test]
    fn what_is_kept_says_its_parameters() {
        let kept = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAA";
        assert_eq!(parse(kept).unwrap().0, COST);
        for wrong in ["", "$argon2i$v=19$m=1,t=2,p=1$AA$AA", "$argon2id$v=19$t=2,m=1,p=1$AA$AA", "$argon2id$v=19$m=1"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
