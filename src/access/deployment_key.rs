//! The key that seals stage-one pseudonyms (AES-SIV), and, while it is being rotated, the one before it.
//!
//! The newest one seals; both open. It is read again when the database says that another one seals by now, so that a
//! rotation reaches every running server. Everything else of the ring is read once.

use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};

use aes_siv::aead::KeyInit as _;
use aes_siv::siv::Aes256Siv;
use data_encoding::HEXLOWER;
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretBox};
use sha2::Sha256;

use super::keys::{hex_key, read_key};
use crate::private;
use crate::refusal::{Failure, Outcome};

const FILE: &str = "deployment.key";
const FILE_BEFORE: &str = "deployment-previous.key";
const VARIABLE: &str = "FAISCEAU_KEY_DEPLOYMENT";
const VARIABLE_BEFORE: &str = "FAISCEAU_KEY_DEPLOYMENT_PREVIOUS";

/// What every seal is bound to, beside its key.
const ABOUT: [&[u8]; 1] = [b"faisceau/person-link/1"];

/// A key and its name.
struct Named {
    key: SecretBox<[u8; 64]>,
    id: String,
}

/// The key that seals, and the one before it.
struct Pair {
    current: Named,
    before: Option<Named>,
}

/// The deployment key, as it now stands.
pub struct DeploymentKey {
    folder: PathBuf,
    pair: RwLock<Pair>,
}

impl Named {
    fn of(key: SecretBox<[u8; 64]>) -> Self {
        let mut mac = Hmac::<Sha256>::new_from_slice(key.expose_secret()).expect("HMAC takes keys of any length");
        mac.update(b"faisceau/deployment-key/1");
        let id = HEXLOWER.encode(&mac.finalize().into_bytes()[..8]);
        Self { key, id }
    }

    fn seal(&self, stage_one: &[u8]) -> Vec<u8> {
        Aes256Siv::new(self.key.expose_secret().into()).encrypt(ABOUT, stage_one).expect("AES-SIV seals 32 bytes")
    }

    fn open(&self, sealed: &[u8]) -> Option<zeroize::Zeroizing<Vec<u8>>> {
        let opened = Aes256Siv::new(self.key.expose_secret().into()).decrypt(ABOUT, sealed).ok();
        opened.map(zeroize::Zeroizing::new)
    }
}

impl Pair {
    fn load(folder: &Path) -> Outcome<Self> {
        let current = Named::of(read_key(folder, FILE, VARIABLE)?);
        let is_given = std::env::var_os(VARIABLE_BEFORE).is_some() || folder.join(FILE_BEFORE).exists();
        let before = is_given.then(|| read_key(folder, FILE_BEFORE, VARIABLE_BEFORE).map(Named::of)).transpose()?;
        Ok(Self { current, before })
    }
}

impl DeploymentKey {
    /// Reads the key from its file or variable, and the one before it if there is one.
    pub(in crate::access) fn load(folder: &Path) -> Outcome<Self> {
        Ok(Self { folder: folder.to_owned(), pair: RwLock::new(Pair::load(folder)?) })
    }

    /// Reads the files again, as they are after a rotation began.
    pub fn reload(&self) -> Outcome<()> {
        let pair = Pair::load(&self.folder)?;
        *self.pair.write().unwrap_or_else(PoisonError::into_inner) = pair;
        Ok(())
    }

    fn with<T>(&self, work: impl FnOnce(&Pair) -> T) -> T {
        work(&self.pair.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The name of the key that seals: a keyed hash of nothing else, which says nothing of the key.
    pub fn id(&self) -> String {
        self.with(|pair| pair.current.id.clone())
    }

    /// The name of the key before it, while there is one.
    pub fn id_before(&self) -> Option<String> {
        self.with(|pair| pair.before.as_ref().map(|before| before.id.clone()))
    }

    /// Seals a stage-one pseudonym: the same bytes always give the same seal.
    pub fn seal(&self, stage_one: &[u8; 32]) -> Vec<u8> {
        self.with(|pair| pair.current.seal(stage_one))
    }

    /// Every seal under which a pseudonym may be known: the present one, then the one before it.
    pub fn seals(&self, stage_one: &[u8; 32]) -> Vec<Vec<u8>> {
        self.with(|pair| {
            [Some(&pair.current), pair.before.as_ref()].into_iter().flatten().map(|key| key.seal(stage_one)).collect()
        })
    }

    /// The same pseudonym under the present key; nothing if neither key opens the seal.
    pub fn reseal(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        self.with(|pair| {
            let before = pair.before.as_ref().and_then(|before| before.open(sealed));
            let opened = before.or_else(|| pair.current.open(sealed))?;
            Some(pair.current.seal(&opened))
        })
    }

    /// Puts a new key beside the present one, which becomes the one before it. If that was done already, nothing more is:
    /// a rotation that was cut short goes on. Answers whether a key was made.
    pub fn begin_rotation(&self) -> Outcome<bool> {
        if std::env::var_os(VARIABLE).is_some() {
            return Err(Failure::fault(format!(
                "the deployment key comes from {VARIABLE}: set {VARIABLE_BEFORE} to it and {VARIABLE} to a new key of 128 \
                 hexadecimal digits everywhere, and run this again with --keys-are-set"
            )));
        }
        let (current, before) = (self.folder.join(FILE), self.folder.join(FILE_BEFORE));
        if before.exists() {
            self.reload()?;
            return Ok(false);
        }
        // At every moment, what was there is there under one of the names: the old key is copied, then the new one takes its
        // place in one step.
        let next = self.folder.join("deployment-next.key");
        let io = |what: &str, error: std::io::Error| Failure::fault(format!("cannot {what} a key: {error}"));
        if next.exists() {
            std::fs::remove_file(&next).map_err(|error| io("remove", error))?;
        }
        private::create_file(&next, hex_key::<64>().as_bytes())?;
        let old = zeroize::Zeroizing::new(std::fs::read(&current).map_err(|error| io("read", error))?);
        private::create_file(&before, &old)?;
        std::fs::rename(&next, &current).map_err(|error| io("rename", error))?;
        self.reload()?;
        Ok(true)
    }

    /// Puts the key before the present one out of use; its file stays, under its name, for databases of earlier backups.
    pub fn end_rotation(&self) -> Outcome<Option<PathBuf>> {
        let before = self.folder.join(FILE_BEFORE);
        let Some(id) = self.id_before().filter(|_| before.exists()) else { return Ok(None) };
        let kept = self.folder.join(format!("retired-deployment-{id}.key"));
        std::fs::rename(&before, &kept).map_err(|error| Failure::fault(format!("cannot rename a key: {error}")))?;
        self.reload()?;
        Ok(Some(kept))
    }
}
