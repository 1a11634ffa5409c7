//! The keys of access tokens: one signs, others verify. `token.pem` signs; `token-next.pem` is announced and verifies
//! already; `token-retired-END-KID.pem` are public halves of old ones, until their last tokens have run out.
//!
//! A running service looks at the folder again every few seconds, so a rotation needs no restart.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use data_encoding::{BASE64, BASE64_MIME};
use jsonwebtoken::{DecodingKey, EncodingKey};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::credential::CredentialKind;
use super::jwk::{self, PublishedKey};
use super::token::LONGEST_LIFETIME_SECONDS;
use crate::clock::Instant;
use crate::private;
use crate::refusal::{Failure, Outcome};

/// How long what the folder held is believed, in seconds.
const LOOK_EVERY_SECONDS: i64 = 5;

/// The file of the key that signs.
pub(in crate::access) const SIGNING_FILE: &str = "token.pem";

const NEXT_FILE: &str = "token-next.pem";
const RETIRED_START: &str = "token-retired-";

/// The variable that holds the key that signs, instead of its file.
const SIGNING_VARIABLE: &str = "FAISCEAU_KEY_TOKEN";

/// The variable that holds another key that verifies: the one that comes or the one that goes.
const OTHER_VARIABLE: &str = "FAISCEAU_KEY_TOKEN_OTHER";

/// The keys of a folder, looked at again and again.
pub struct TokenKeys {
    folder: PathBuf,
    looked_at: AtomicI64,
    held: RwLock<Arc<Held>>,
}

/// The keys at one look.
pub(in crate::access) struct Held {
    pub(in crate::access) kid: String,
    pub(in crate::access) signing: EncodingKey,
    verifying: Vec<Verifying>,
}

struct Verifying {
    published: PublishedKey,
    key: DecodingKey,
    /// The second in which it ends, of a key that signs no more.
    ends_at: Option<i64>,
}

/// What a rotation did.
#[derive(Debug)]
pub struct Rotated {
    /// The key that signs from now on.
    pub kid: String,
    /// The key that signed until now.
    pub retired: String,
    /// Until when tokens of the old key are believed.
    pub until: Instant,
}

impl TokenKeys {
    /// Reads the keys of a folder or its variables.
    pub(in crate::access) fn load(folder: &Path) -> Outcome<Self> {
        let held = RwLock::new(Arc::new(look(folder)?));
        Ok(Self { folder: folder.to_owned(), looked_at: AtomicI64::new(i64::MIN), held })
    }

    /// The keys, looked at again if that is due. A folder that cannot be read leaves what was known.
    pub(in crate::access) fn held(&self, now: Instant) -> Arc<Held> {
        let (now, last) = (now.as_seconds(), self.looked_at.load(Ordering::Relaxed));
        if now.saturating_sub(last).saturating_abs() >= LOOK_EVERY_SECONDS {
            self.looked_at.store(now, Ordering::Relaxed);
            match look(&self.folder) {
                Ok(held) => *self.held.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(held),
                Err(failure) => tracing::error!(%failure, "the token keys cannot be read again"),
            }
        }
        Arc::clone(&self.held.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Held {
    /// The key of a name, if it still verifies.
    pub(in crate::access) fn verifying(&self, kid: &str, now: Instant) -> Option<&DecodingKey> {
        let found = self.verifying.iter().find(|key| key.published.kid == kid)?;
        found.lives(now).then_some(&found.key)
    }

    /// Every key that verifies, as the JWKS publishes it.
    pub(in crate::access) fn published(&self, now: Instant) -> Vec<PublishedKey> {
        self.verifying.iter().filter(|key| key.lives(now)).map(|key| key.published.clone()).collect()
    }
}

impl Verifying {
    fn of(public: &[u8], ends_at: Option<i64>) -> Self {
        Self { published: PublishedKey::of_ed25519(public), key: DecodingKey::from_ed_der(public), ends_at }
    }

    fn lives(&self, now: Instant) -> bool {
        self.ends_at.is_none_or(|end| now.as_seconds() < end)
    }
}

/// Makes the next key without signing with it yet: for services on several machines, which must all know a key before
/// one of them signs with it. Answers its name.
pub fn announce(folder: &Path) -> Outcome<String> {
    refuse_variable()?;
    let file = folder.join(NEXT_FILE);
    if !file.exists() {
        private::create_file(&file, new_pem()?.as_bytes())?;
    }
    Ok(jwk::thumbprint(CredentialKind::EdDsa, &public_half(&read(&file)?, NEXT_FILE)?))
}

/// Lets the announced key sign, or a new one; the old one verifies until its last token has run out, or only as long as
/// given. Interrupted anywhere, it can be run again.
pub fn rotate(folder: &Path, now: Instant, overlap_seconds: Option<i64>) -> Outcome<Rotated> {
    refuse_variable()?;
    let kid = announce(folder)?;
    let old = public_half(&read(&folder.join(SIGNING_FILE))?, SIGNING_FILE)?;
    let retired = jwk::thumbprint(CredentialKind::EdDsa, &old);
    let until = now.plus_seconds(overlap_seconds.unwrap_or(LONGEST_LIFETIME_SECONDS));
    let told = |error: std::io::Error| Failure::fault(format!("cannot change {}: {error}", folder.display()));
    for (file, end, _) in retired_files(folder) {
        if end <= now.as_seconds() {
            std::fs::remove_file(file).map_err(told)?;
        }
    }
    let file = folder.join(format!("{RETIRED_START}{}-{retired}.pem", until.as_seconds()));
    if until > now && !file.exists() {
        private::create_file(&file, jwk::pem_of_ed25519(&old).as_bytes())?;
    }
    std::fs::rename(folder.join(NEXT_FILE), folder.join(SIGNING_FILE)).map_err(told)?;
    std::fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(told)?;
    Ok(Rotated { kid, retired, until })
}

/// A new private key.
pub(in crate::access) fn new_pem() -> Outcome<Zeroizing<String>> {
    let der = Ed25519KeyPair::generate()
        .and_then(|pair| pair.to_pkcs8v1())
        .map_err(|_| Failure::fault("no Ed25519 key could be made"))?;
    let body = Zeroizing::new(BASE64_MIME.encode(der.as_ref()).replace('\r', ""));
    Ok(Zeroizing::new(format!("-----BEGIN PRIVATE KEY-----\n{}-----END PRIVATE KEY-----\n", *body)))
}

fn refuse_variable() -> Outcome<()> {
    if std::env::var_os(SIGNING_VARIABLE).is_none() {
        return Ok(());
    }
    Err(Failure::fault(format!(
        "the token key comes from {SIGNING_VARIABLE}, which no command can change: put the new key there, the old one into \
         {OTHER_VARIABLE}, and take that away a day later"
    )))
}

fn look(folder: &Path) -> Outcome<Held> {
    let from_variable = |name: &str| std::env::var(name).ok().map(SecretString::from);
    let pem = match from_variable(SIGNING_VARIABLE) {
        Some(pem) => pem,
        None => read(&folder.join(SIGNING_FILE))?,
    };
    let signing = EncodingKey::from_ed_pem(pem.expose_secret().as_bytes())
        .map_err(|_| Failure::fault(format!("{SIGNING_FILE} holds no Ed25519 key")))?;
    let first = Verifying::of(&public_half(&pem, SIGNING_FILE)?, None);
    let mut held = Held { kid: first.published.kid.clone(), signing, verifying: vec![first] };
    let next = folder.join(NEXT_FILE);
    let next = if next.exists() { Some(read(&next)?) } else { None };
    for other in from_variable(OTHER_VARIABLE).into_iter().chain(next) {
        held.verifying.push(Verifying::of(&public_half(&other, OTHER_VARIABLE)?, None));
    }
    for (file, end, _) in retired_files(folder) {
        let (_, public) = jwk::read_public(read(&file)?.expose_secret().trim())
            .filter(|(kind, _)| *kind == CredentialKind::EdDsa)
            .ok_or_else(|| Failure::fault(format!("{} holds no public Ed25519 key", file.display())))?;
        let old = Verifying::of(&public, Some(end));
        // A rotation that was interrupted left the name of a key that still signs.
        if held.verifying.iter().all(|known| known.published.kid != old.published.kid || known.ends_at.is_some()) {
            held.verifying.push(old);
        }
    }
    // Of two ends of one key the later one holds, and stands first.
    held.verifying[1..].sort_by_key(|key| std::cmp::Reverse(key.ends_at));
    Ok(held)
}

/// The files of old keys, each with the second in which it ends and its name.
fn retired_files(folder: &Path) -> Vec<(PathBuf, i64, String)> {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    files
        .filter_map(|file| {
            let name = file.file_name().to_string_lossy().into_owned();
            let (end, kid) = name.strip_prefix(RETIRED_START)?.strip_suffix(".pem")?.split_once('-')?;
            Some((file.path(), end.parse().ok()?, kid.to_owned()))
        })
        .collect()
}

fn read(file: &Path) -> Outcome<SecretString> {
    let folder = file.parent().unwrap_or(Path::new("")).display();
    std::fs::read_to_string(file).map(SecretString::from).map_err(|error| {
        Failure::fault(format!(
            "key missing: {} ({error}); make it with `faisceau keys init --keys {folder}` or set {SIGNING_VARIABLE}",
            file.display()
        ))
    })
}

fn public_half(pem: &SecretString, place: &str) -> Outcome<Vec<u8>> {
    let lines = pem.expose_secret().lines().filter(|line| !line.starts_with("-----"));
    let body = Zeroizing::new(lines.collect::<String>());
    let der =
        BASE64.decode(body.trim().as_bytes()).map_err(|_| Failure::fault(format!("{place} is not a PEM file")))?;
    let pair = Ed25519KeyPair::from_pkcs8(&Zeroizing::new(der))
        .map_err(|_| Failure::fault(format!("{place} holds no Ed25519 key")))?;
    Ok(pair.public_key().as_ref().to_vec())
}
