//! Work that several threads do at once and whose results are taken in order.

use std::collections::{BTreeMap, VecDeque};
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// How many pieces of work for each thread may be under way.
const AHEAD: usize = 4;

/// A piece of work.
type Job<'a, R> = Box<dyn FnOnce() -> R + Send + 'a>;

/// What gives out work, and does some of it itself while it would have to wait.
pub(crate) struct Team<'t, 'a, R> {
    shared: &'t Shared<'a, R>,
    most: usize,
    given: u64,
    taken: u64,
}

/// What the threads share.
struct Shared<'a, R> {
    state: Mutex<State<'a, R>>,
    changed: Condvar,
}

struct State<'a, R> {
    jobs: VecDeque<(u64, Job<'a, R>)>,
    /// By the number of the job: what came of it, or its panic.
    results: BTreeMap<u64, thread::Result<R>>,
    over: bool,
}

/// Tells the threads that there is no more work, also when the one that gives it out fails.
struct Over<'t, 'a, R>(&'t Shared<'a, R>);

impl<R> Drop for Over<'_, '_, R> {
    fn drop(&mut self) {
        self.0.lock().over = true;
        self.0.changed.notify_all();
    }
}

/// Has work done by so many threads, this one among them.
pub(crate) fn work<'a, R: Send, T>(
    threads: NonZeroUsize,
    give: impl FnOnce(&mut Team<'_, 'a, R>) -> T,
) -> T {
    let shared = Shared {
        state: Mutex::new(State {
            jobs: VecDeque::new(),
            results: BTreeMap::new(),
            over: false,
        }),
        changed: Condvar::new(),
    };
    thread::scope(|scope| {
        for _ in 1..threads.get() {
            scope.spawn(|| shared.help());
        }
        let _over = Over(&shared);
        give(&mut Team {
            shared: &shared,
            most: AHEAD * threads.get(),
            given: 0,
            taken: 0,
        })
    })
}

impl<'a, R> Team<'_, 'a, R> {
    /// Gives out work, and gives the results that come next in order, as far as they are there.
    pub(crate) fn give(&mut self, job: Job<'a, R>) -> Vec<R> {
        self.shared.lock().jobs.push_back((self.given, job));
        self.given += 1;
        self.shared.changed.notify_all();
        let mut results = self.shared.results(&mut self.taken);
        while self.given - self.taken > self.most as u64 {
            self.shared.help_or_wait(self.taken);
            results.append(&mut self.shared.results(&mut self.taken));
        }
        results
    }

    /// Gives all results that are left.
    pub(crate) fn finish(&mut self) -> Vec<R> {
        let mut results = Vec::new();
        while self.taken < self.given {
            self.shared.help_or_wait(self.taken);
            results.append(&mut self.shared.results(&mut self.taken));
        }
        results
    }
}

impl<'a, R> Shared<'a, R> {
    fn lock(&self) -> MutexGuard<'_, State<'a, R>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'g>(&self, state: MutexGuard<'g, State<'a, R>>) -> MutexGuard<'g, State<'a, R>> {
        self.changed
            .wait(state)
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Does what there is to do until it is over.
    fn help(&self) {
        let mut state = self.lock();
        loop {
            if let Some(job) = state.jobs.pop_front() {
                drop(state);
                self.run(job);
                state = self.lock();
            } else if state.over {
                return;
            } else {
                state = self.wait(state);
            }
        }
    }

    /// Does the next piece of work, or waits for the result of this number where all are being done.
    fn help_or_wait(&self, due: u64) {
        let mut state = self.lock();
        while !state.results.contains_key(&due) {
            if let Some(job) = state.jobs.pop_front() {
                drop(state);
                return self.run(job);
            }
            state = self.wait(state);
        }
    }

    fn run(&self, (number, job): (u64, Job<'a, R>)) {
        let result = catch_unwind(AssertUnwindSafe(job));
        self.lock().results.insert(number, result);
        self.changed.notify_all();
    }

    /// The results from this number on, as far as they are there.
    fn results(&self, next: &mut u64) -> Vec<R> {
        let mut state = self.lock();
        let mut results = Vec::new();
        while let Some(result) = state.results.remove(next) {
            results.push(result.unwrap_or_else(|panic| resume_unwind(panic)));
            *next += 1;
        }
        results
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_and_each_once() {
        for threads in 1..4 {
            let results = work(NonZeroUsize::new(threads).unwrap(), |team| {
                let mut results = Vec::new();
                for number in 0..100 {
                    results.append(&mut team.give(Box::new(move || number)));
                    assert!(number < results.len() + AHEAD * threads + 1);
                }
                results.append(&mut team.finish());
                results
            });
            assert_eq!(results, (0..100).collect::<Vec<_>>());
        }
    }
}
