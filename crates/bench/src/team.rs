//! Work that several threads do at once and whose results are used in order.

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// How many pieces of work for each thread may wait, and of how many the results.
const AHEAD: usize = 4;

/// A piece of work, which gives its results one by one.
type Job<'a, R> = Box<dyn FnOnce() -> Results<'a, R> + Send + 'a>;
/// What comes of a piece of work.
pub(crate) type Results<'a, R> = Box<dyn Iterator<Item = R> + Send + 'a>;
/// What uses a result.
type Use<'u, R> = &'u mut (dyn FnMut(R) + Send);

/// Threads that do work side by side, each of which uses what came of its own when its turn is there: in the order in which the
/// work was given out. So what a thread allocates it also frees, and from when its turn is there at once.
struct Team<'a, 'u, R> {
    jobs: Mutex<Jobs<'a, R>>,
    given: Condvar,
    /// The number of the piece of work whose results are used next.
    turn: AtomicU64,
    r#use: Mutex<Use<'u, R>>,
    used: Condvar,
    most: usize,
    /// Whether one of the threads panicked: then nobody waits for its turn.
    failed: AtomicBool,
}

struct Jobs<'a, R> {
    waiting: VecDeque<(u64, Job<'a, R>)>,
    number: u64,
    over: bool,
}

/// One of the threads, and the results of its work whose turn was not there yet.
pub(crate) struct Worker<'t, 'a, 'u, R> {
    team: &'t Team<'a, 'u, R>,
    kept: VecDeque<(u64, Vec<R>)>,
}

/// Tells the threads that there is no more work, also when the one that gives it out fails.
struct Over<'t, 'a, 'u, R>(&'t Team<'a, 'u, R>);

impl<R> Drop for Over<'_, '_, '_, R> {
    fn drop(&mut self) {
        lock(&self.0.jobs).over = true;
        self.0.given.notify_all();
    }
}

/// A thread that panics keeps no other waiting.
impl<R> Drop for Worker<'_, '_, '_, R> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.team.failed.store(true, Ordering::Release);
            let _used = lock(&self.team.r#use);
            self.team.used.notify_all();
        }
    }
}

/// Has work done by so many threads, this one among them, and each result used in its turn.
pub(crate) fn work<'a, R: Send, T>(
    threads: NonZeroUsize,
    r#use: &mut (dyn FnMut(R) + Send),
    give: impl FnOnce(&mut Worker<'_, 'a, '_, R>) -> T,
) -> T {
    let team = Team {
        jobs: Mutex::new(Jobs {
            waiting: VecDeque::new(),
            number: 0,
            over: false,
        }),
        given: Condvar::new(),
        turn: AtomicU64::new(0),
        r#use: Mutex::new(r#use),
        used: Condvar::new(),
        most: AHEAD * threads.get(),
        failed: AtomicBool::new(false),
    };
    let worker = || Worker {
        team: &team,
        kept: VecDeque::new(),
    };
    thread::scope(|scope| {
        for _ in 1..threads.get() {
            scope.spawn(|| worker().work_until_over());
        }
        let mut first = worker();
        let over = Over(&team);
        let given = give(&mut first);
        drop(over);
        first.work_until_over();
        given
    })
}

impl<'a, R> Worker<'_, 'a, '_, R> {
    /// Gives out work. Where enough waits already, some of it is done here first.
    pub(crate) fn give(&mut self, job: Job<'a, R>) {
        let mut jobs = lock(&self.team.jobs);
        while jobs.waiting.len() >= self.team.most
            && let Some(job) = jobs.waiting.pop_front()
        {
            drop(jobs);
            self.run(job);
            jobs = lock(&self.team.jobs);
        }
        let number = jobs.number;
        jobs.number += 1;
        jobs.waiting.push_back((number, job));
        self.team.given.notify_one();
    }

    fn work_until_over(mut self) {
        let mut jobs = lock(&self.team.jobs);
        loop {
            if let Some(job) = jobs.waiting.pop_front() {
                drop(jobs);
                self.run(job);
                jobs = lock(&self.team.jobs);
            } else if jobs.over {
                drop(jobs);
                return self.use_kept(0);
            } else {
                jobs = wait(&self.team.given, jobs);
            }
        }
    }

    /// Does a piece of work. Its results are kept only until its turn is there.
    fn run(&mut self, (number, job): (u64, Job<'a, R>)) {
        let mut results = job();
        let mut kept = Vec::with_capacity(results.size_hint().0);
        while !self.is_turn_of(number) {
            let Some(result) = results.next() else {
                self.kept.push_back((number, kept));
                return self.use_kept(AHEAD);
            };
            kept.push(result);
            self.use_kept(usize::MAX);
        }
        self.use_all(kept.into_iter().chain(results));
    }

    fn is_turn_of(&self, number: u64) -> bool {
        self.team.turn.load(Ordering::Acquire) == number
    }

    /// Uses the results whose turn is there, and waits for the turn of all but so many pieces of work.
    fn use_kept(&mut self, left: usize) {
        while let Some((number, _)) = self.kept.front() {
            if !self.is_turn_of(*number) {
                if self.kept.len() <= left {
                    return;
                }
                let mut used = lock(&self.team.r#use);
                while !self.is_turn_of(*number) {
                    if self.team.failed.load(Ordering::Acquire) {
                        return;
                    }
                    used = wait(&self.team.used, used);
                }
            }
            if let Some((_, kept)) = self.kept.pop_front() {
                self.use_all(kept.into_iter());
            }
        }
    }

    /// Uses the results of the piece of work whose turn is there.
    fn use_all(&self, results: impl Iterator<Item = R>) {
        let mut used = lock(&self.team.r#use);
        results.for_each(&mut **used);
        self.team.turn.fetch_add(1, Ordering::Release);
        self.team.used.notify_all();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn wait<'g, T>(condition: &Condvar, guard: MutexGuard<'g, T>) -> MutexGuard<'g, T> {
    condition
        .wait(guard)
        .unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_used_in_order_and_each_once() {
        for threads in 1..4 {
            let mut used = Vec::new();
            work(
                NonZeroUsize::new(threads).unwrap(),
                &mut |number| used.push(number),
                |team| {
                    for number in 0..100 {
                        team.give(Box::new(move || Box::new(number * 10..(number + 1) * 10)));
                    }
                },
            );
            assert_eq!(used, (0..1000).collect::<Vec<_>>());
        }
    }

    #[test]
    #[should_panic]
    fn a_panic_keeps_no_thread_waiting() {
        let one_of = |number: u32| -> Results<'static, u32> {
            assert_ne!(number, 50);
            Box::new(number..number + 1)
        };
        work(NonZeroUsize::new(3).unwrap(), &mut |_| {}, |team| {
            (0..100).for_each(|number| team.give(Box::new(move || one_of(number))));
        });
    }
}
