//! Trusted documents: a folder of GraphQL documents, each known by the SHA-256 of its file (`sha256:…`, as the appendix of
//! GraphQL over HTTP writes it). An operator who takes no others decides what can be asked of the service.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use async_graphql::Variables;
use async_graphql::parser::parse_query;
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::document;
use super::lexical;
use super::parameters::Asked;
use super::transport::Limits;
use crate::configuration::DocumentsMode;
use crate::refusal::{Code, Failure, Outcome, Refusal};

/// What identifiers begin with.
const PREFIX: &str = "sha256:";

/// The documents of a folder, and whether others are taken.
pub struct TrustedDocuments {
    mode: DocumentsMode,
    texts: BTreeMap<String, String>,
}

impl TrustedDocuments {
    /// No documents; any text is taken.
    pub fn none() -> Self {
        Self { mode: DocumentsMode::Off, texts: BTreeMap::new() }
    }

    /// Reads the folder. A document that no caller could use is refused here, and not when somebody asks for it.
    pub fn load(folder: Option<&Path>, mode: DocumentsMode, limits: &Limits) -> Outcome<Self> {
        let mut texts = BTreeMap::new();
        for file in folder.map(files).transpose()?.into_iter().flatten() {
            let text = std::fs::read_to_string(&file).map_err(|error| unreadable(&file, &error))?;
            check(&text, limits).map_err(|code| {
                let place = file.display();
                Failure::fault(format!("the trusted document {place} does not hold ({code}); correct it or remove it"))
            })?;
            texts.insert(HEXLOWER.encode(&Sha256::digest(text.as_bytes())), text);
        }
        if folder.is_some() && texts.is_empty() {
            return Err(Failure::fault(
                "the folder of trusted documents holds no *.graphql; put one there, or set documents_mode to off",
            ));
        }
        Ok(Self { mode, texts })
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.texts.len()
    }

    /// The text of the document asked for.
    pub fn text(&self, asked: Asked) -> Result<Cow<'_, str>, Refusal> {
        let unknown = || Refusal::new(Code::TrustedDocumentUnknown).at("documentId");
        match asked {
            Asked::Identifier(identifier) => {
                let known = identifier.strip_prefix(PREFIX).and_then(|hash| self.texts.get(hash));
                known.map(|text| text.as_str().into()).ok_or_else(unknown)
            }
            // Its text is as good as its hash.
            Asked::Text(text) if self.mode == DocumentsMode::Only => {
                let hash = HEXLOWER.encode(&Sha256::digest(text.as_bytes()));
                if self.texts.contains_key(&hash) { Ok(text.into()) } else { Err(Code::DocumentNotTrusted.into()) }
            }
            Asked::Text(text) => Ok(text.into()),
        }
    }
}

fn files(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).map_err(|error| unreadable(folder, &error))?;
    let paths = entries.flatten().map(|entry| entry.path());
    Ok(paths.filter(|path| path.extension().is_some_and(|extension| extension == "graphql")).collect())
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    let place = path.display();
    Failure::fault(format!(
        "the trusted documents at {place} cannot be read ({error}); name their folder, and make it readable"
    ))
}

fn check(text: &str, limits: &Limits) -> Result<(), &'static str> {
    lexical::check_document(text, &limits.lexical).map_err(|located| located.refusal.code.as_str())?;
    let parsed = parse_query(text).map_err(|_| Code::DocumentInvalid.as_str())?;
    // What pages cost depends on variables; only what holds for all of them is held here.
    let found = document::check(&parsed, &Variables::default(), |_| false, &limits.document);
    found.map(|_| ()).map_err(|located| located.refusal.code.as_str())
}
