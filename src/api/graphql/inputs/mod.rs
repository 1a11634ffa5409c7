//! Inputs: what callers send, read into typed values. Everything that does not hold is said at once, each with its
//! code and its path; a value is never repeated back.

pub mod closings;
pub mod definitions;
pub mod directory;
pub mod question;
pub mod reports;
pub mod sections;
pub mod statement;
pub mod waivers;

use crate::refusal::{Code, Refusal};

/// How an input wants to be taken: for good or as a dry run, and perhaps once only.
#[derive(Clone, Debug, Default)]
pub struct InputManner {
    /// Does everything, answers what would come of it, and stores nothing.
    pub dry_run: bool,
    /// The request's idempotency key.
    pub idempotency_key: Option<String>,
}

/// Gives inputs that have the fields `dry_run` and `idempotency_key` their [`InputManner`].
macro_rules! mannered {
    ($($input:ty),* $(,)?) => {$(
        impl $input {
            /// How it wants to be taken.
            pub fn manner(&self) -> $crate::api::graphql::inputs::InputManner {
                $crate::api::graphql::inputs::InputManner {
                    dry_run: self.dry_run,
                    idempotency_key: self.idempotency_key.clone(),
                }
            }
        }
    )*};
}
pub(in crate::api::graphql) use mannered;

/// Makes the input of a mutation of what is sent, which REST takes as it is, and of how it wants to be taken.
macro_rules! mutation_inputs {
    ($( $(#[doc = $doc:literal])* $input:ident of $content:ty; )*) => {$(
        $(#[doc = $doc])*
        #[derive(async_graphql::InputObject)]
        pub struct $input {
            /// What is sent.
            #[graphql(flatten)]
            pub content: $content,
            /// Does everything, answers what would come of it, and stores nothing.
            #[graphql(default)]
            pub dry_run: bool,
            /// A key of your choice for this request: sent again with it, it has one effect and gets the same answer.
            pub idempotency_key: Option<String>,
        }

        $crate::api::graphql::inputs::mannered!($input);
    )*};
}
pub(in crate::api::graphql) use mutation_inputs;

/// Reads values one by one and keeps every refusal.
#[derive(Default)]
pub struct Reader {
    refusals: Vec<Refusal>,
}

impl Reader {
    /// Reads a text by its type's own parsing; a refusal is kept with the path.
    pub fn read<T: std::str::FromStr<Err = Refusal>>(&mut self, path: &str, text: &str) -> Option<T> {
        self.keep(path, text.parse())
    }

    /// Reads a text by a function that knows only whether it holds; the code says what is wrong.
    pub fn read_by<T>(&mut self, path: &str, code: Code, value: Option<T>) -> Option<T> {
        self.keep(path, value.ok_or_else(|| code.into()))
    }

    /// Keeps a refusal with the path, or gives the value.
    pub fn keep<T>(&mut self, path: &str, result: Result<T, Refusal>) -> Option<T> {
        result.map_err(|refusal| self.refusals.push(refusal.at(path))).ok()
    }

    /// Keeps a refusal that knows its path.
    pub fn refuse(&mut self, refusal: Refusal) {
        self.refusals.push(refusal);
    }

    /// Ends the reading: everything that was refused.
    pub fn refusals(self) -> Vec<Refusal> {
        self.refusals
    }

    /// Keeps a refusal that knows its path, or gives the value.
    pub fn keep_at<T>(&mut self, result: Result<T, Refusal>) -> Option<T> {
        result.map_err(|refusal| self.refusals.push(refusal)).ok()
    }

    /// Ends the reading: the value, if nothing was refused.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Vec<Refusal>> {
        match value {
            Some(value) if self.refusals.is_empty() => Ok(value),
            _ => Err(self.refusals),
        }
    }
}
