//! The self-check of a serving process, on a schedule: from time to time, each node at its own moment, and at once where
//! the last check on record found a difference. It ends with the process.

use std::sync::Arc;
use std::time::Duration;

use crate::access::operations::at_the_console;
use crate::access::role::Role;
use crate::api::service::Service;
use crate::clock;
use crate::consolidation::self_check::Pace;
use crate::refusal::Outcome;

/// How soon a check that could not be made, or that found a difference, is made again.
const AGAIN: Duration = Duration::from_secs(60);

/// Heeds the last check on record, and begins to check.
pub(super) fn start(service: &Service, minutes: u32) -> Outcome<()> {
    let publishes = service.consolidation.heed_the_last_check(&service.desk)?;
    if minutes == 0 && publishes {
        return Ok(());
    }
    let every = Duration::from_secs(u64::from(minutes.max(1)) * 60);
    let (desk, consolidation) = (service.desk.clone(), Arc::clone(&service.consolidation));
    std::thread::spawn(move || {
        let scope = at_the_console(Role::Auditor);
        // Nodes that start together do not check together.
        let mut wait =
            if publishes { every.mul_f64(f64::from(clock::random_bytes::<1>()[0]) / 256.0) } else { Duration::ZERO };
        loop {
            std::thread::sleep(wait);
            // While nothing is published, everybody waits for the check.
            let is_published = consolidation.publishing().is_ok();
            let pace = if is_published { Pace::in_the_background() } else { Pace::at_once() };
            wait = match consolidation.check_itself(&desk, &scope, &pace) {
                Ok(checked) if checked.holds() => {
                    tracing::info!(position = %checked.position, "the self-check found no difference");
                    // Told to check never, it checked for what was on record.
                    if minutes == 0 {
                        return;
                    }
                    every
                }
                Ok(_) => AGAIN.min(every),
                Err(failure) => {
                    tracing::warn!(why = %super::told(&failure), "a self-check could not be made; it is tried again");
                    AGAIN.min(every)
                }
            };
        }
    });
    Ok(())
}
