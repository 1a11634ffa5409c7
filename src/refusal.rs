//! Why something was refused: the one table of codes, their kind, and what people read.
//!
//! A refusal is an expected outcome and says what to do next; a [`Fault`] is ours and says nothing but its code.
//! No refusal ever carries a value that the caller sent, unless it is a date, a number or a known code.

use std::fmt;

/// The languages that people read here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// French.
    Fr,
}

/// What sort of refusal a code is; the skins derive their status from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The request cannot be understood.
    Malformed,
    /// Nobody, or nobody known, is calling.
    Unauthenticated,
    /// The caller is known and may not do this.
    Forbidden,
    /// There is no such thing within what the caller may see.
    NotFound,
    /// The method does not fit the resource.
    MethodNotAllowed,
    /// No offered media type is acceptable.
    NotAcceptable,
    /// The request came too slowly.
    TooSlow,
    /// The state of things has moved on, or does not allow it.
    Conflict,
    /// The request is too large.
    TooLarge,
    /// The caller asks more than it may in a time.
    Throttled,
    /// The media type is not supported.
    UnsupportedMediaType,
    /// The request is understood and its content does not hold.
    Unprocessable,
    /// Something that we depend on is busy or away; the same request may work later.
    Unavailable,
    /// A fault of ours.
    Internal,
}

macro_rules! codes {
    ($( $variant:ident = $code:literal, $kind:ident, $en:literal, $fr:literal, $remedy_en:literal, $remedy_fr:literal; )*) => {
        /// The stable code of a refusal; its name never changes once published.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code { $(#[doc = $en] $variant,)* }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)*];

            /// The code as callers read it, such as `NOT_FOUND`.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$variant => $code,)* }
            }

            /// What sort of refusal this is.
            pub fn kind(self) -> Kind {
                match self { $(Code::$variant => Kind::$kind,)* }
            }

            fn message(self, language: Language) -> &'static str {
                match (self, language) { $((Code::$variant, Language::En) => $en, (Code::$variant, Language::Fr) => $fr,)* }
            }

            fn remedy(self, language: Language) -> &'static str {
                match (self, language) { $((Code::$variant, Language::En) => $remedy_en, (Code::$variant, Language::Fr) => $remedy_fr,)* }
            }
        }
    };
}

include!("refusal_codes.rs");

/// One refusal: a code, where in the request, and the few safe values its message needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The stable code.
    pub code: Code,
    /// Where in the request, such as `input.participations[3].exit.date`.
    pub path: Option<String>,
    values: Vec<(&'static str, String)>,
}

impl Refusal {
    /// A refusal without a place or values.
    pub fn new(code: Code) -> Self {
        Self { code, path: None, values: Vec::new() }
    }

    /// The same refusal, at a place in the request.
    #[must_use]
    pub fn at(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// The same refusal with a value for `{name}` in its message; never an identity, never free text.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.values.push((name, value.to_string()));
        self
    }

    /// A value of its message.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.values.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// The message in a language, values filled in.
    pub fn message(&self, language: Language) -> String {
        fill(self.code.message(language), &self.values)
    }

    /// What the caller can do about it, in a language.
    pub fn remedy(&self, language: Language) -> String {
        fill(self.code.remedy(language), &self.values)
    }
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

/// Fills `{name}` places of a template.
pub fn fill(template: &str, values: &[(&'static str, String)]) -> String {
    values.iter().fold(template.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

/// A fault of ours, kept apart from what the caller reads: the detail goes to the log, redacted of row values.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct Fault {
    /// What failed, without any value of a row or request.
    pub what: String,
    /// Whether the same work may succeed if it is simply done again (a lost race between transactions).
    pub retry: bool,
}

/// What an operation answers when it does not answer what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// An expected outcome, told to the caller.
    #[error("{}", .0.code.as_str())]
    Refused(Refusal),
    /// A fault, told to the operator.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Code> for Failure {
    fn from(code: Code) -> Self {
        Self::Refused(Refusal::new(code))
    }
}

impl Failure {
    /// A fault with a description free of row values.
    pub fn fault(what: impl Into<String>) -> Self {
        Self::Fault(Fault { what: what.into(), retry: false })
    }

    /// The refusal that the caller reads: its own, or `INTERNAL_ERROR` for a fault.
    pub fn refusal(&self) -> Refusal {
        match self {
            Self::Refused(refusal) => refusal.clone(),
            Self::Fault(_) => Refusal::new(Code::InternalError),
        }
    }
}

/// The result of an operation.
pub type Outcome<T> = Result<T, Failure>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_unique_and_reads_well_in_both_languages() {
        let mut seen = std::collections::HashSet::new();
        for code in Code::ALL {
            assert!(seen.insert(code.as_str()), "{} stands twice", code.as_str());
            for language in [Language::En, Language::Fr] {
                assert!(code.message(language).ends_with('.'), "{}: a message is a sentence", code.as_str());
                assert!(code.remedy(language).ends_with('.'), "{}: a remedy is a sentence", code.as_str());
            }
        }
    }
}
