//! How a mutation runs: its caller, its manner (dry run, idempotency key), and what becomes of what it refuses.

use async_graphql::Context;

use crate::access::once::RequestKey;
use crate::access::role::Permission;
use crate::access::{Desk, Manner, Scope};
use crate::api::graphql::context::{Request, Requested, attempt, failed};
use crate::api::graphql::inputs::InputManner;
use crate::api::graphql::types::findings::UserError;
pub use crate::api::inputs::Unsettled;
use crate::refusal::{Code, Failure, Kind, Refusal};

/// User errors of refusals.
pub fn shown(refusals: Vec<Refusal>) -> Vec<UserError> {
    refusals.into_iter().map(UserError).collect()
}

/// Runs a mutation: its result, or user errors, or a GraphQL error for callers unknown or not allowed and for faults.
pub async fn settle<T: Send + 'static>(
    ctx: &Context<'_>,
    permission: Permission,
    manner: &InputManner,
    work: impl FnOnce(&Desk, &Scope) -> Result<T, Unsettled> + Send + 'static,
) -> async_graphql::Result<(Option<T>, Vec<Refusal>)> {
    let request = ctx.request();
    ctx.caller()?;
    let key = match request_key(ctx, request, manner) {
        Ok(key) => key,
        Err(refusal) => return Ok((None, vec![refusal])),
    };
    let manner = Manner { dry_run: manner.dry_run, key, ..Manner::default() };
    let outcome = attempt(request, move |desk, scope, _| {
        // Whoever may not do this learns nothing about its input.
        scope.require(permission).map(drop)?;
        Ok(work(&desk.with_manner(manner), scope))
    })
    .await;
    match outcome {
        Ok(Ok(result)) => Ok((Some(result), Vec::new())),
        Ok(Err(Unsettled::Refusals(refusals))) => Ok((None, refusals.into_iter().map(within_input).collect())),
        Ok(Err(Unsettled::Failure(Failure::Refused(refusal)))) if is_expected(&refusal) => {
            Ok((None, vec![within_input(refusal)]))
        }
        Ok(Err(Unsettled::Failure(failure))) | Err(failure) => Err(failed(&failure, request.language)),
    }
}

/// A refusal whose path begins at the mutation's arguments; operations give paths within the input.
fn within_input(mut refusal: Refusal) -> Refusal {
    let outside = |path: &String| path != "input" && !path.starts_with("input.");
    if let Some(path) = refusal.path.take_if(|path| outside(path)) {
        refusal.path = Some(format!("input.{path}"));
    }
    refusal
}

/// The idempotency key of a mutation: its input's, or the header's with the place of the mutation in the answer, since
/// one request may hold several.
fn request_key(ctx: &Context<'_>, request: &Request, manner: &InputManner) -> Result<Option<RequestKey>, Refusal> {
    let field = ctx.field();
    let (key, place) = match (&manner.idempotency_key, &request.idempotency_key) {
        (None, None) => return Ok(None),
        (Some(own), None) => (own, ""),
        (None, Some(header)) => (header, field.alias().unwrap_or(field.name())),
        (Some(own), Some(header)) if own == header => (own, ""),
        (Some(_), Some(_)) => {
            let limit = crate::access::once::LONGEST_KEY;
            return Err(Refusal::new(Code::IdempotencyKeyInvalid).at("input.idempotencyKey").with("limit", limit));
        }
    };
    let arguments = field.arguments().map_err(|_| Refusal::new(Code::RequestMalformed).at("input"))?;
    let mut parts = vec![serde_json::Value::from(field.name())];
    for (_, argument) in arguments {
        let mut argument = argument.into_json().map_err(|_| Refusal::new(Code::RequestMalformed).at("input"))?;
        if let Some(input) = argument.as_object_mut() {
            input.remove("idempotencyKey");
        }
        parts.push(argument);
    }
    let same = zeroize::Zeroizing::new(serde_json::Value::from(parts).to_string());
    RequestKey::new(&request.desk.keys, key, place, same.as_bytes()).map(Some)
}

fn is_expected(refusal: &Refusal) -> bool {
    let code = refusal.code;
    matches!(code, Code::FourEyes | Code::ClosingFourEyes | Code::CertifierIsSubmitter)
        || !matches!(code.kind(), Kind::Unauthenticated | Kind::Forbidden | Kind::Unavailable | Kind::Internal)
}
