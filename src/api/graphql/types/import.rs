//! What came of importing a directory.

use async_graphql::{ID, Object, SimpleObject};

use super::programmes::Programme;
use crate::api::graphql::scalars::SiretScalar;
use crate::directory::operations::Imported;

/// What an import registered.
pub struct DirectoryImport(pub Imported);

/// An organisation that an import registered.
#[derive(SimpleObject)]
pub struct ImportedOrganisation {
    /// Its SIRET.
    siret: SiretScalar,
    /// The identifier that it got.
    id: ID,
}

/// A project that an import registered.
#[derive(SimpleObject)]
pub struct ImportedProject {
    /// Its code.
    code: String,
    /// The identifier that it got.
    id: ID,
}

/// What an import registered.
#[Object]
impl DirectoryImport {
    /// The programme.
    async fn programme(&self) -> Programme {
        Programme(self.0.programme.clone())
    }

    /// The organisations, in the order in which they were sent.
    async fn organisations(&self) -> Vec<ImportedOrganisation> {
        let shown = self.0.organisations.iter();
        shown
            .map(|(siret, id)| ImportedOrganisation { siret: SiretScalar::of(siret), id: id.as_str().into() })
            .collect()
    }

    /// The projects, in the order in which they were sent.
    async fn projects(&self) -> Vec<ImportedProject> {
        let shown = self.0.projects.iter();
        shown.map(|(code, id)| ImportedProject { code: code.to_string(), id: id.as_str().into() }).collect()
    }

    /// How many amendments were recorded.
    async fn amendment_count(&self) -> usize {
        self.0.amendment_count
    }

    /// How many payments were recorded.
    async fn payment_count(&self) -> usize {
        self.0.payment_count
    }

    /// How many targets were set.
    async fn target_count(&self) -> usize {
        self.0.target_count
    }
}
