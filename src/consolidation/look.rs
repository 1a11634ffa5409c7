//! One look shared by all who ask at the same time, and never an old one: whoever comes while a look is under way waits
//! for the next, since what the first one sees may be older than the question. It knows nothing of what is looked at.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long somebody waits for others' looks before giving up: a database that does not answer holds nobody for ever.
const PATIENCE: Duration = Duration::from_secs(10);

/// A look that concurrent askers share.
pub struct SharedLook<T> {
    state: Mutex<State<T>>,
    ended: Condvar,
}

/// Looks are numbered as they begin; one at a time is under way.
struct State<T> {
    begun: u64,
    ended: u64,
    /// What the last look that ended saw; nothing if it panicked.
    seen: Option<T>,
}

impl<T> Default for SharedLook<T> {
    fn default() -> Self {
        Self { state: Mutex::new(State { begun: 0, ended: 0, seen: None }), ended: Condvar::new() }
    }
}

impl<T: Clone> SharedLook<T> {
    /// What a look sees that began after this call: our own, or one begun by somebody who came meanwhile. Nothing if
    /// none ended in time.
    pub fn ask(&self, look: impl FnOnce() -> T) -> Option<T> {
        self.ask_within(PATIENCE, look)
    }

    fn ask_within(&self, patience: Duration, look: impl FnOnce() -> T) -> Option<T> {
        let mut state = self.lock();
        let wanted = state.begun + 1;
        loop {
            if state.ended >= wanted
                && let Some(seen) = &state.seen
            {
                return Some(seen.clone());
            }
            if state.begun == state.ended {
                break;
            }
            let (woken, waited) = self.ended.wait_timeout(state, patience).unwrap_or_else(PoisonError::into_inner);
            state = woken;
            if waited.timed_out() && state.ended < wanted {
                return None;
            }
        }
        state.begun += 1;
        drop(state);
        let mut under_way = UnderWay { shared: self, seen: None };
        let seen = look();
        under_way.seen = Some(seen.clone());
        Some(seen)
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends a look however it ends, so that nobody waits for one that panicked.
struct UnderWay<'a, T> {
    shared: &'a SharedLook<T>,
    seen: Option<T>,
}

impl<T> Drop for UnderWay<'_, T> {
    fn drop(&mut self) {
        let mut state = self.shared.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.ended = state.begun;
        state.seen = self.seen.take();
        drop(state);
        self.shared.ended.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::sync::mpsc::channel;
    use std::thread::{scope, sleep};

    use super::*;

    /// Waits until so many are waiting for the look under way: nothing else tells from outside.
    fn let_them_arrive() {
        sleep(Duration::from_millis(100));
    }

    #[test]
    fn whoever_comes_during_a_look_gets_the_next_one_and_all_share_it() {
        let (shared, truth, looks) = (SharedLook::default(), AtomicU64::new(1), AtomicU64::new(0));
        let look = || {
            looks.fetch_add(1, Ordering::SeqCst);
            truth.load(Ordering::SeqCst)
        };
        let (begun, has_begun) = channel();
        let (go_on, may_go_on) = channel();
        scope(|threads| {
            let first = threads.spawn(|| {
                shared.ask(move || {
                    let seen = look();
                    begun.send(()).unwrap();
                    may_go_on.recv().unwrap();
                    seen
                })
            });
            has_begun.recv().unwrap();
            // What the look under way has seen is old from here on.
            truth.store(2, Ordering::SeqCst);
            let late: Vec<_> = (0..20).map(|_| threads.spawn(|| shared.ask(look))).collect();
            let_them_arrive();
            assert_eq!(looks.load(Ordering::SeqCst), 1, "nobody looks while a look is under way");
            go_on.send(()).unwrap();
            assert_eq!(first.join().unwrap(), Some(1));
            for asked in late {
                assert_eq!(asked.join().unwrap(), Some(2), "an asker was given a look begun before it came");
            }
        });
        // Who is slow to come on a loaded machine may need another; twenty looks for twenty askers would be no sharing.
        assert!(looks.load(Ordering::SeqCst) <= 10, "{looks:?} looks");
    }

    #[test]
    fn a_look_that_panics_keeps_nobody_waiting() {
        let shared = SharedLook::default();
        let (begun, has_begun) = channel();
        let (go_on, may_go_on) = channel::<()>();
        scope(|threads| {
            let first = threads.spawn(|| {
                shared.ask(move || -> u64 {
                    begun.send(()).unwrap();
                    let _ = may_go_on.recv();
                    panic!("the look failed, as this test wants")
                })
            });
            has_begun.recv().unwrap();
            let late = threads.spawn(|| shared.ask(|| 7));
            let_them_arrive();
            drop(go_on);
            assert!(first.join().is_err());
            assert_eq!(late.join().unwrap(), Some(7));
        });
    }

    #[test]
    fn a_look_that_does_not_end_is_waited_for_so_long_only() {
        let shared = SharedLook::default();
        let (begun, has_begun) = channel();
        let (go_on, may_go_on) = channel::<()>();
        scope(|threads| {
            let first = threads.spawn(|| {
                shared.ask(move || {
                    begun.send(()).unwrap();
                    let _ = may_go_on.recv();
                    1
                })
            });
            has_begun.recv().unwrap();
            assert_eq!(shared.ask_within(Duration::from_millis(20), || 2), None);
            drop(go_on);
            assert_eq!(first.join().unwrap(), Some(1));
        });
    }
}
