//! Work that several threads do at once and whose results are used in order.

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// How many pieces of work for each thread may wait, and how many of its results.
const AHEAD: usize = 4;

/// A piece of work.
type Job<'a, R> = Box<dyn FnOnce() -> R + Send + 'a>;

/// Threads that do work side by side and use what came of it in turns, each its own, in the order in which the work was
/// given out. So what a thread allocates it also frees.
struct Team<'a, 'u, R> {
    jobs: Mutex<Jobs<'a, R>>,
    given: Condvar,
    turn: Mutex<Turn<'u, R>>,
    taken: Condvar,
    most: usize,
}

struct Jobs<'a, R> {
    waiting: VecDeque<(u64, Job<'a, R>)>,
    number: u64,
    over: bool,
}

/// Whose turn it is.
struct Turn<'u, R> {
    number: u64,
    r#use: &'u mut (dyn FnMut(R) + Send),
}

/// One of the threads, and what came of its work and has not had its turn: results or panics.
pub(crate) struct Worker<'t, 'a, 'u, R> {
    team: &'t Team<'a, 'u, R>,
    done: VecDeque<(u64, thread::Result<R>)>,
}

/// Tells the threads that there is no more work, also when the one that gives it out fails.
struct Over<'t, 'a, 'u, R>(&'t Team<'a, 'u, R>);

impl<R> Drop for Over<'_, '_, '_, R> {
    fn drop(&mut self) {
        lock(&self.0.jobs).over = true;
        self.0.given.notify_all();
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
        turn: Mutex::new(Turn { number: 0, r#use }),
        taken: Condvar::new(),
        most: AHEAD * threads.get(),
    };
    let worker = || Worker {
        team: &team,
        done: VecDeque::new(),
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
                return self.use_results(0);
            } else {
                jobs = wait(&self.team.given, jobs);
            }
        }
    }

    fn run(&mut self, (number, job): (u64, Job<'a, R>)) {
        let result = catch_unwind(AssertUnwindSafe(job));
        self.done.push_back((number, result));
        self.use_results(AHEAD);
    }

    /// Uses the results whose turn it is, and waits for the turn of all but so many of them.
    fn use_results(&mut self, left: usize) {
        while let Some((number, _)) = self.done.front() {
            let mut turn = lock(&self.team.turn);
            while turn.number != *number {
                if self.done.len() <= left {
                    return;
                }
                turn = wait(&self.team.taken, turn);
            }
            if let Some((_, result)) = self.done.pop_front() {
                turn.number += 1;
                self.team.taken.notify_all();
                (turn.r#use)(result.unwrap_or_else(|panic| resume_unwind(panic)));
            }
        }
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
                        team.give(Box::new(move || number));
                    }
                },
            );
            assert_eq!(used, (0..100).collect::<Vec<_>>());
        }
    }
}
