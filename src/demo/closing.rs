//! The demo's closing: prepared by one officer, reviewed and published by another, open to anyone.

use super::play::{APPROVER, REVIEWER};
use super::story::Story;
use crate::access::operations::{self as access, at_the_console};
use crate::access::role::Role;
use crate::access::{Desk, Scope};
use crate::consolidation::closing::Closing;
use crate::consolidation::closing::operations::{self, Preparation};
use crate::consolidation::operations::Consolidation;
use crate::refusal::Outcome;

/// Prepares, reviews and publishes the figures at the story's end.
pub fn close(desk: &Desk, story: &Story) -> Outcome<Closing> {
    let enter = |client: &str| -> Outcome<Scope> {
        let token = access::issue_token_at_the_console(desk, &at_the_console(Role::Operator), client, 60)?;
        access::recognise(desk, &token)
    };
    let (reviewer, approver) = (enter(REVIEWER)?, enter(APPROVER)?);
    let preparation = Preparation {
        programme: story.programme.code.clone(),
        name: "Chiffres arrêtés à la fin de 2023".parse()?,
        position: None,
        day: None,
        revises: None,
    };
    let consolidation = Consolidation::new();
    let closing = operations::prepare(desk, &reviewer, &consolidation, &preparation)?;
    operations::review(desk, &approver, &closing.id)?;
    operations::publish(desk, &approver, &consolidation, &closing.id)
}
