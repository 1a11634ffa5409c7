//! What a serving process does beside answering: it links the journal, writes down what staff asked, deletes sessions that have
//! ended, and purges what is past its retention. A failure is logged and tried again; it stops nothing.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::access::Desk;
use crate::access::operations::{at_the_console, sweep_sessions};
use crate::access::role::Role;
use crate::refusal::Outcome;
use crate::reporting::operations as reporting;

/// How often the journal is linked.
const STEP: Duration = Duration::from_secs(2);

/// After how many steps staff's questions about figures are written down.
const LOOKS_EVERY: u64 = 30;

/// After how many steps sessions that have ended are deleted: every five minutes.
const SESSIONS_EVERY: u64 = 150;

/// After how many steps what is past its retention is looked for: every hour, and at the start.
const RETENTION_EVERY: u64 = 1800;

/// A thread that keeps things up until it is dropped, which it finishes with a last time.
pub(super) struct Upkeep {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Starts it.
pub(super) fn start(desk: Desk) -> Upkeep {
    let (stop, stopped) = channel();
    let thread = std::thread::spawn(move || keep(&desk, &stopped));
    Upkeep { stop: Some(stop), thread: Some(thread) }
}

fn keep(desk: &Desk, stopped: &Receiver<()>) {
    let mut step = 0_u64;
    loop {
        let last = !matches!(stopped.recv_timeout(STEP), Err(RecvTimeoutError::Timeout));
        step += 1;
        if last || step.is_multiple_of(LOOKS_EVERY) {
            log("looks", desk.write_looks());
        }
        if !last && step % RETENTION_EVERY == 1 {
            log("retention", purge(desk));
        }
        if !last && step.is_multiple_of(SESSIONS_EVERY) {
            log("sessions", sweep_sessions(desk).map(|_| ()));
        }
        log("journal", desk.number().map(|_| ()));
        if last {
            return;
        }
    }
}

fn purge(desk: &Desk) -> Outcome<()> {
    for purge in reporting::purge_past_retention(desk, &at_the_console(Role::Operator), false)? {
        let records = purge.erasure.map_or(0, |erasure| erasure.record_count);
        tracing::info!(programme = %purge.programme, project = %purge.project, records, "purged past its retention");
    }
    Ok(())
}

fn log(what: &'static str, done: Outcome<()>) {
    if let Err(failure) = done {
        tracing::warn!(what, why = %super::told(&failure), "upkeep waits for the next time");
    }
}

impl Drop for Upkeep {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
