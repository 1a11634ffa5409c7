//! Findings, rules and user errors.

use async_graphql::{Context, InputObject, Object, SimpleObject};

use super::waivers::Waiver;
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

    /// The first rule set that holds it.
    async fn since(&self) -> u32 {
        self.0.since
    }

    /// The last rule set that holds it, if it was dropped.
    async fn until(&self) -> Option<u32> {
        self.0.until
    }

    /// What it looks at, in the language given or the request's.
    async fn looks_at(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; the request's if absent.")] language: Option<LanguageCode>,
    ) -> &str {
        self.0.looks_at(ctx.language(language))
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

    /// The funder's waiver of the rule for this project, if there was one.
    async fn waived_by(&self) -> Option<Waiver> {
        self.0.waiver.as_deref().cloned().map(Waiver)
    }

    /// Whether it blocks the submission: an error, or a warning without justification, that is not waived.
    async fn blocking(&self) -> bool {
        self.0.blocks()
    }
}

/// Which findings are asked for; all if nothing is said.
#[derive(InputObject)]
pub struct FindingFilterInput {
    /// Of these rules, by code.
    codes: Option<Vec<String>>,
    /// Of these severities.
    severities: Option<Vec<FindingSeverity>>,
}

/// The filter of an input; none takes everything.
pub fn finding_filter(input: Option<FindingFilterInput>) -> rules::FindingFilter {
    let Some(input) = input else { return rules::FindingFilter::default() };
    rules::FindingFilter {
        codes: input.codes,
        severities: input.severities.map(|severities| severities.into_iter().map(Into::into).collect()),
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
    /// How many of them the partner has justified.
    pub justified_count: u32,
    /// How many of them the funder has waived.
    pub waived_count: u32,
    /// How many of them are listed: fewer than there are if a submission has more than 50 000 findings.
    pub listed_count: u32,
    /// The first places where they stand; none for callers who may not read records.
    pub paths: Vec<String>,
}

impl From<rules::RuleCount> for FindingCount {
    fn from(count: rules::RuleCount) -> Self {
        Self {
            code: count.rule.code,
            severity: count.rule.severity.into(),
            count: count.count,
            blocking_count: count.blocking_count,
            justified_count: count.justified_count,
            waived_count: count.waived_count,
            listed_count: count.listed_count,
            paths: count.paths,
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
