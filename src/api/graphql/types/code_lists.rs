//! Code lists, open to anyone: they are public standards, or words of this API.

use async_graphql::connection::Connection;
use async_graphql::{Context, Object};

use crate::api::graphql::codes::LanguageCode;
use crate::api::graphql::context::Requested;
use crate::api::graphql::paging::{USUAL_PAGE, list_connection};
use crate::consolidation::code_lists as registry;
use crate::reporting::code_lists;

/// The queries of code lists.
#[derive(Default)]
pub struct CodeListQuery;

/// The queries of code lists.
#[Object]
impl CodeListQuery {
    /// Every code list. Needs no token.
    async fn code_lists(&self) -> Vec<CodeList> {
        registry::code_lists().iter().map(CodeList).collect()
    }

    /// The code list of a code; nothing if there is none. Needs no token.
    async fn code_list(
        &self,
        #[graphql(desc = "The list's code, such as `PROTECTION_STATUS` or `DEPARTMENT`.")] code: String,
    ) -> Option<CodeList> {
        registry::find_code_list(&code).map(CodeList)
    }
}

/// What the codes of one list mean, with the version of the list.
pub struct CodeList(&'static code_lists::CodeList);

/// What the codes of one list mean, with the version of the list.
#[Object]
impl CodeList {
    /// Its code. The list of an enumeration of this schema has its name: `ProtectionStatus` is `PROTECTION_STATUS`.
    async fn code(&self) -> &str {
        self.0.code
    }

    /// Its name, in the language given or the request's.
    async fn name(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; the request's if absent.")] language: Option<LanguageCode>,
    ) -> &str {
        self.0.name(ctx.language(language))
    }

    /// Its version, such as `1` or `COG-2024`: another one whenever an entry changes.
    async fn version(&self) -> &str {
        self.0.version
    }

    /// Who defines it.
    async fn source(&self) -> &str {
        self.0.source
    }

    /// The code of the list that the parents of its entries are in.
    async fn parent_list(&self) -> Option<&str> {
        self.0.parent_list
    }

    /// How many entries it has.
    async fn entry_count(&self) -> usize {
        self.0.entries.len()
    }

    /// Its entries, in its own order.
    async fn entries(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "USUAL_PAGE", desc = "How many, 1 to 200.")] first: i32,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
    ) -> async_graphql::Result<Connection<String, CodeListEntry>> {
        let page = ctx.page(first, after.as_deref())?;
        Ok(list_connection(self.0.entries.iter().map(CodeListEntry).collect(), &page))
    }
}

/// A code and what it means.
pub struct CodeListEntry(&'static code_lists::Entry);

/// A code and what it means.
#[Object]
impl CodeListEntry {
    /// The code, as sent, stored and shown.
    async fn code(&self) -> &str {
        self.0.code
    }

    /// What people read, in the language given or the request's.
    async fn label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; the request's if absent.")] language: Option<LanguageCode>,
    ) -> &str {
        self.0.label(ctx.language(language))
    }

    /// The code of its parent, in the list that `parentList` names.
    async fn parent(&self) -> Option<&str> {
        self.0.parent
    }

    /// Whether it may still be sent; a code that was ever stored stays in its list.
    async fn valid(&self) -> bool {
        self.0.valid
    }
}
