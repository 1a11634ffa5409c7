//! One node: its image, and how it keeps up with the journal. It answers nothing itself.
//!
//! Reading what was missed goes on beside the readers; they wait only while it is applied.

use std::sync::{Mutex, PoisonError, RwLock, RwLockReadGuard};

use super::image::Image;
use super::look::SharedLook;
use super::store::{self, Missed};
use crate::access::{Desk, Scope};
use crate::refusal::{Code, Outcome};
use crate::storage::journal::{self, Position};

/// The image of one node, shared by every question.
#[derive(Default)]
pub struct Node {
    image: RwLock<Image>,
    /// Held by whoever reads what the image misses: once is enough.
    catching_up: Mutex<()>,
    head: SharedLook<Outcome<Position>>,
}

impl Node {
    /// The image, at least as far as the journal's last position when asked, and that position.
    pub fn caught_up(&self, desk: &Desk, scope: &Scope) -> Outcome<(RwLockReadGuard<'_, Image>, Position)> {
        let head = match desk.head() {
            Some(head) => head,
            None => {
                let looked =
                    self.head.ask(|| desk.store_for_figures().read(|connection| Ok(journal::head(connection)?.0)));
                looked.ok_or(Code::Busy)??
            }
        };
        if self.image().position < head {
            self.apply_what_is_missed(desk, scope, head)?;
        }
        Ok((self.image(), head))
    }

    fn apply_what_is_missed(&self, desk: &Desk, scope: &Scope, head: Position) -> Outcome<()> {
        let _turn = self.catching_up.lock().unwrap_or_else(PoisonError::into_inner);
        let image = self.image();
        // Whoever had the turn before may have read it already.
        if image.position >= head {
            return Ok(());
        }
        let tables = desk.store_for_figures();
        let missed = tables.read(|connection| store::read_missed(connection, scope, &image, &tables))?;
        drop(image);
        let mut image = self.image.write().unwrap_or_else(PoisonError::into_inner);
        match missed {
            Missed::Delta(delta) => image.apply(delta),
            Missed::Image(whole) => *image = whole,
        }
        Ok(())
    }

    /// For tests: changes one cell, as a fault of memory would, or changes it back; says whether there is such a cell.
    pub fn spoil(&self, column: usize) -> bool {
        self.image.write().unwrap_or_else(PoisonError::into_inner).spoil(column)
    }

    /// The image as it is.
    pub fn image(&self) -> RwLockReadGuard<'_, Image> {
        self.image.read().unwrap_or_else(PoisonError::into_inner)
    }
}
