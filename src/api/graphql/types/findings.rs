//! Findings, rules and user errors.

use async_graphql::{Context, Object, SimpleObject};

use crate::api::graphql::codes::{FindingSeverity, LanguageCode};
use crate::api::graphql::context::Requested;
use crate::refusal::Refusal;
use crate::reporting::rules;

/// A rule that statements are held to.
pub struct Rule(pub &'static rules::Rule);

/// A rule that statements are held to.
#[Object]
impl Rule {
    /// Its stable code.
    async fn code(&self) -> &str {
        self.0.code
    }

    /// How grave a finding is.
    async fn severity(&self) -> FindingSeverity {
        self.0.severity.into()
    }

    /// What a finding says, with `{name}` places, in the language given or the request's.
    async fn text(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; the request's if absent.")] language: Option<LanguageCode>,
    ) -> &str {
        self.0.text(ctx.language(language))
    }

    /// What to do, in the language given or the request's.
    async fn remedy(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; the request's if absent.")] language: Option<LanguageCode>,
    ) -> &str {
        self.0.remedy(ctx.language(language))
    }
}

/// One place where a statement does not meet a rule.
pub struct Finding(pub rules::Finding);

/// One place where a statement does not meet a rule.
#[Object]
impl Finding {
    /// The rule's stable code.
    async fn code(&self) -> &str {
        self.0.rule.code
    }

    /// How grave it is.
    async fn severity(&self) -> FindingSeverity {
        self.0.rule.severity.into()
    }

    /// Where, such as `participations[reference=A-17].exit.on`.
    async fn path(&self) -> &str {
        &self.0.path
    }

    /// What was found, in the language given or the request's.
    async fn message(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; the request's if absent.")] language: Option<LanguageCode>,
    ) -> String {
        self.0.message(ctx.language(language))
    }

    /// What to do, in the language given or the request's.
    async fn remedy(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; the request's if absent.")] language: Option<LanguageCode>,
    ) -> &str {
        self.0.rule.remedy(ctx.language(language))
    }

    /// The partner's answer to a warning, if it gave one.
    async fn justification(&self) -> Option<&str> {
        self.0.justification.as_ref().map(|text| text.as_str())
    }

    /// Whether it blocks the submission: an error, or a warning without justification.
    async fn blocking(&self) -> bool {
        self.0.blocks()
    }
}

/// How many findings a rule has.
#[derive(SimpleObject)]
pub struct FindingCount {
    /// The rule's stable code.
    pub code: &'static str,
    /// How grave they are.
    pub severity: FindingSeverity,
    /// How many.
    pub count: u32,
    /// How many of them block the submission.
    pub blocking_count: u32,
}

impl From<rules::RuleCount> for FindingCount {
    fn from(count: rules::RuleCount) -> Self {
        Self {
            code: count.rule.code,
            severity: count.rule.severity.into(),
            count: count.count,
            blocking_count: count.blocking_count,
        }
    }
}

/// Why a mutation did nothing: an expected outcome, as data.
pub struct UserError(pub Refusal);

/// Why a mutation did nothing: an expected outcome, as data.
#[Object]
impl UserError {
    /// The stable code.
    async fn code(&self) -> &str {
        self.0.code.as_str()
    }

    /// Where in the request, such as `input.participations[3].entryOn`.
    async fn path(&self) -> Option<&str> {
        self.0.path.as_deref()
    }

    /// What is wrong, in the language given or the request's.
    async fn message(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; the request's if absent.")] language: Option<LanguageCode>,
    ) -> String {
        self.0.message(ctx.language(language))
    }

    /// What to do, in the language given or the request's.
    async fn remedy(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; the request's if absent.")] language: Option<LanguageCode>,
    ) -> String {
        self.0.remedy(ctx.language(language))
    }
}
