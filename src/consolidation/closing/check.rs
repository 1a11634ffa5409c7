//! Checks of what was published: each closing still has its digest, its signature and, where no record behind it was erased
//! by law, exactly the figures that are counted again.

use super::cells::{Exact, ExactCell, cells};
use super::content::{self, Content};
use super::counts::{Counter as _, count};
use super::operations::{Asking, list_closings, question_of};
use super::tables::tables_of;
use super::{Closing, ClosingAction, store};
use crate::access::chain::Checked;
use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::consolidation::operations::Consolidation;
use crate::consolidation::question::{AsOf, Filter, Question};
use crate::refusal::Outcome;

/// What a check of a closing found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// Whether its content has its digest.
    pub digest_holds: bool,
    /// Whether its content has its signature; absent where a key signed it that is not at hand.
    pub signature_holds: Option<bool>,
    /// Whether its tables, and the counts that were kept back, come out the same when counted again; absent where records
    /// behind it were erased by law since: then digest and signature stand for it.
    pub figures_hold: Option<bool>,
}

impl Found {
    /// Whether everything is as it was published.
    pub fn is_right(self) -> bool {
        self.digest_holds && self.signature_holds == Some(true) && self.figures_hold != Some(false)
    }
}

/// Checks every published closing, with an image of its own that is read from the tables.
pub fn verify_closings(desk: &Desk, scope: &Scope) -> Outcome<Checked> {
    let mut checked = Checked::default();
    for (closing, found) in check_closings(desk, scope, &Consolidation::new())? {
        checked.count();
        let id = &closing.id;
        if !found.digest_holds {
            checked.note(format!("closing {id}: its content does not have its digest"));
        }
        match found.signature_holds {
            Some(true) => {}
            Some(false) => checked.note(format!("closing {id}: its signature does not hold")),
            None => checked.note(format!("closing {id}: the key that signed it is not at hand")),
        }
        if found.figures_hold == Some(false) {
            checked.note(format!("closing {id}: its figures, counted again, are others"));
        }
    }
    Ok(checked)
}

/// Every published closing with what its check found.
pub fn check_closings(desk: &Desk, scope: &Scope, consolidation: &Consolidation) -> Outcome<Vec<(Closing, Found)>> {
    scope.require_everywhere(Permission::VerifyJournal)?;
    let closings = list_closings(desk, None, None)?;
    let check = |closing| check(desk, scope, consolidation, &closing).map(|found| (closing, found));
    closings.into_iter().map(check).collect()
}

fn check(desk: &Desk, scope: &Scope, consolidation: &Consolidation, closing: &Closing) -> Outcome<Found> {
    let (text, exact) = desk.store_for_figures().read(|connection| {
        Ok((store::read_content(connection, &closing.id)?, store::read_exact(connection, &closing.id)?))
    })?;
    let key = desk.keys.closing();
    let signature = closing.step(ClosingAction::Publish).and_then(|step| step.signature.as_ref());
    let signature_holds = signature.filter(|signature| signature.key == key.id()).map(|signature| {
        data_encoding::BASE64
            .decode(signature.value.as_bytes())
            .is_ok_and(|value| key.verifies(text.as_bytes(), &value))
    });
    let question = Question {
        as_of: AsOf::Position(closing.position, Some(closing.day)),
        ..question_of(closing.programme_code.parse()?)
    };
    let asking = Asking { desk, scope, consolidation, question };
    let redacted = asking.ask(Filter::default(), &[])?.redacted;
    let figures_hold = if redacted { None } else { Some(figures_hold(&asking, &text, &exact)?) };
    Ok(Found { digest_holds: content::digest(&text) == closing.digest, signature_holds, figures_hold })
}

/// Whether everything counted again is what was kept, and looks under the same mask as what was published.
fn figures_hold(asking: &Asking<'_>, text: &str, exact: &Exact) -> Outcome<bool> {
    let Ok(published) = Content::of_text(text) else { return Ok(false) };
    let Some(grid) = tables_of(&published.grid) else { return Ok(false) };
    let counted = count(asking, grid)?;
    let again = cells(&counted, published.threshold);
    let same = |one: &ExactCell, other: &ExactCell| {
        one.key == other.key && one.value == other.value && (one.own.is_none() || one.own == other.own)
    };
    Ok(exact.cells.len() == again.cells.len()
        && exact.cells.iter().zip(&again.cells).all(|(one, other)| same(one, other))
        && exact.relations == again.relations
        && content::tables(&counted, exact) == published.tables)
}
