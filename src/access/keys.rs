//! The keys, which live in files or variables outside the database.
//!
//! `token` signs access tokens ([`super::token_keys`]), `deployment` seals stage-one pseudonyms (AES-SIV), `secret` hashes client
//! secrets (HMAC), `closing` signs closings ([`super::signing`]), and each programme has its own pseudonymisation key, which its partners may hold too.

use std::collections::BTreeMap;
use std::path::Path;

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit as _, Mac};
use secrecy::{ExposeSecret, SecretBox};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::deployment_key::DeploymentKey;
use super::jwk::PublishedKey;
use super::signing::{self, ClosingKey};
use super::token_keys::{self, TokenKeys};
use crate::clock::{self, Instant};
use crate::private;
use crate::refusal::{Failure, Outcome};

/// The key of a programme's first pseudonymisation stage: 32 bytes.
pub type ProgrammeKey = SecretBox<[u8; 32]>;

/// Every key that the service holds.
pub struct KeyRing {
    tokens: TokenKeys,
    /// The key that seals pseudonyms, and the one before it while it is rotated.
    pub deployment: DeploymentKey,
    secret: SecretBox<[u8; 32]>,
    programmes: BTreeMap<String, ProgrammeKey>,
    programmes_by_variable: BTreeMap<String, ProgrammeKey>,
    closing: ClosingKey,
}

/// A keyed hash under way.
#[derive(Clone)]
pub struct RequestMac(Hmac<Sha256>);

impl RequestMac {
    /// Takes the next part.
    pub fn update(&mut self, part: &[u8]) {
        self.0.update(part);
    }

    /// The hash of all parts.
    pub fn finish(self) -> [u8; 32] {
        self.0.finalize().into_bytes().into()
    }
}

/// What the variables that hold programme keys begin with; then the code, other signs than letters and digits as `_`.
const PROGRAMME_VARIABLE: &str = "FAISCEAU_KEY_PROGRAMME_";

impl KeyRing {
    /// Reads the keys from a folder; a variable such as `FAISCEAU_KEY_DEPLOYMENT` goes before its file.
    /// Says which key is missing or open to others, and that the service will not start so.
    pub fn load(folder: &Path) -> Outcome<Self> {
        private::check_folder(folder)?;
        let tokens = TokenKeys::load(folder)?;
        let deployment = DeploymentKey::load(folder)?;
        let secret = read_key(folder, "secret.key", "FAISCEAU_KEY_SECRET")?;
        let closing = ClosingKey::of_pem(read_text(folder, signing::FILE, "FAISCEAU_KEY_CLOSING")?.into())?;
        let programmes = read_programme_files(folder)?;
        let programmes_by_variable = read_programme_variables()?;
        Ok(Self { tokens, deployment, secret, programmes, programmes_by_variable, closing })
    }

    /// Makes the keys that a folder lacks, readable by their owner only; answers the names of the files made.
    pub fn create(folder: &Path, programme_codes: &[&str]) -> Outcome<Vec<String>> {
        private::create_folder(folder)?;
        let mut files = vec![
            (token_keys::SIGNING_FILE.to_owned(), token_keys::new_pem()?),
            ("deployment.key".to_owned(), hex_key::<64>()),
            ("secret.key".to_owned(), hex_key::<32>()),
            (signing::FILE.to_owned(), token_keys::new_pem()?),
        ];
        files.extend(programme_codes.iter().map(|code| (format!("programme-{code}.key"), hex_key::<32>())));
        let mut made = Vec::new();
        for (name, content) in files {
            if !folder.join(&name).exists() {
                private::create_file(&folder.join(&name), content.as_bytes())?;
                made.push(name);
            }
        }
        Ok(made)
    }

    /// The key that signs closings.
    pub fn closing(&self) -> &ClosingKey {
        &self.closing
    }

    /// The pseudonymisation key of a programme.
    pub fn programme(&self, code: &str) -> Outcome<&ProgrammeKey> {
        let variable = variable_part(code);
        self.programmes_by_variable.get(&variable).or_else(|| self.programmes.get(code)).ok_or_else(|| {
            Failure::fault(format!(
                "no pseudonymisation key for programme {code}: put programme-{code}.key into the keys folder, or set \
                 {PROGRAMME_VARIABLE}{variable}"
            ))
        })
    }

    /// Seals a stage-one pseudonym: the same bytes always give the same seal, and only the deployment key opens it.
    pub fn seal(&self, stage_one: &[u8; 32]) -> Vec<u8> {
        self.deployment.seal(stage_one)
    }

    /// The keyed hash under which a client's secret is kept.
    pub fn hash_secret(&self, client: &str, secret: &str) -> Vec<u8> {
        self.secret_mac(client, secret).finalize().into_bytes().to_vec()
    }

    /// Whether a secret is the one that was hashed, compared in constant time.
    pub fn secret_matches(&self, client: &str, secret: &str, hash: &[u8]) -> bool {
        self.secret_mac(client, secret).verify_slice(hash).is_ok()
    }

    /// A keyed hash of something that a request holds, so that it can be compared and never read; `about` keeps uses apart.
    pub fn hash_request(&self, about: &[u8], parts: &[u8]) -> [u8; 32] {
        let mut mac = self.request_mac(about);
        mac.update(parts);
        mac.finish()
    }

    /// Whether a keyed hash is that of something, compared in constant time.
    pub fn request_matches(&self, about: &[u8], parts: &[u8], hash: &[u8]) -> bool {
        let mut mac = self.request_mac(about);
        mac.update(parts);
        mac.0.verify_slice(hash).is_ok()
    }

    /// A keyed hash like [`Self::hash_request`], fed part by part.
    pub fn request_mac(&self, about: &[u8]) -> RequestMac {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(self.secret.expose_secret()).expect("HMAC takes keys of any length");
        mac.update(b"faisceau/request/1\0");
        mac.update(about);
        mac.update(&[0]);
        RequestMac(mac)
    }

    fn secret_mac(&self, client: &str, secret: &str) -> Hmac<Sha256> {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(self.secret.expose_secret()).expect("HMAC takes keys of any length");
        mac.update(client.as_bytes());
        mac.update(&[0]);
        mac.update(secret.as_bytes());
        mac
    }

    /// Every public key of the ring that others verify with, as the JWKS publishes it.
    pub fn published(&self, now: Instant) -> Vec<PublishedKey> {
        let mut published = self.tokens.held(now).published(now);
        published.push(self.closing.published());
        published
    }

    pub(in crate::access) fn tokens(&self) -> &TokenKeys {
        &self.tokens
    }
}

fn read_text(folder: &Path, file: &str, variable: &str) -> Outcome<String> {
    if let Ok(value) = std::env::var(variable) {
        return Ok(value);
    }
    let path = folder.join(file);
    std::fs::read_to_string(&path).map_err(|error| {
        Failure::fault(format!(
            "key missing: {} ({error}); make it with `faisceau keys init --keys {}` or set {variable}",
            path.display(),
            folder.display()
        ))
    })
}

pub(in crate::access) fn read_key<const N: usize>(
    folder: &Path,
    file: &str,
    variable: &str,
) -> Outcome<SecretBox<[u8; N]>> {
    let text = Zeroizing::new(read_text(folder, file, variable)?);
    parse_key(&text).ok_or_else(|| Failure::fault(format!("key {file}: {} hexadecimal digits expected", N * 2)))
}

/// A programme's key as it stands in its file or variable: 64 hexadecimal digits in small letters.
pub fn parse_programme_key(text: &str) -> Option<ProgrammeKey> {
    parse_key(text)
}

fn parse_key<const N: usize>(text: &str) -> Option<SecretBox<[u8; N]>> {
    let bytes = Zeroizing::new(HEXLOWER.decode(text.trim().as_bytes()).ok()?);
    let array: [u8; N] = bytes.as_slice().try_into().ok()?;
    Some(SecretBox::new(Box::new(array)))
}

fn read_programme_files(folder: &Path) -> Outcome<BTreeMap<String, ProgrammeKey>> {
    let mut keys = BTreeMap::new();
    for file in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = file.file_name().to_string_lossy().into_owned();
        if let Some(code) = name.strip_prefix("programme-").and_then(|rest| rest.strip_suffix(".key")) {
            let variable = format!("{PROGRAMME_VARIABLE}{}", variable_part(code));
            keys.insert(code.to_owned(), read_key(folder, &name, &variable)?);
        }
    }
    Ok(keys)
}

fn read_programme_variables() -> Outcome<BTreeMap<String, ProgrammeKey>> {
    let mut keys = BTreeMap::new();
    for (name, value) in std::env::vars() {
        let value = Zeroizing::new(value);
        if let Some(part) = name.strip_prefix(PROGRAMME_VARIABLE) {
            let key =
                parse_key(&value).ok_or_else(|| Failure::fault(format!("{name}: 64 hexadecimal digits expected")))?;
            keys.insert(part.to_owned(), key);
        }
    }
    Ok(keys)
}

/// A programme's code as it stands in the name of a variable.
fn variable_part(code: &str) -> String {
    code.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect()
}

pub(in crate::access) fn hex_key<const N: usize>() -> Zeroizing<String> {
    Zeroizing::new(HEXLOWER.encode(&clock::random_bytes::<N>()))
}
