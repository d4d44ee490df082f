//! A thread that consumes what a task sends, so that the task never blocks.

use std::thread;

use tokio::sync::{mpsc, oneshot};

use crate::exit::Failure;

/// The thread. It ends with an outcome once everything sent is consumed.
#[derive(Debug)]
pub(crate) struct Worker<T, R> {
    sender: Option<mpsc::Sender<T>>,
    outcome: Option<oneshot::Receiver<R>>,
}

impl<T: Send + 'static, R: Send + 'static> Worker<T, R> {
    /// Starts the thread, for which `capacity` items may wait.
    pub(crate) fn start(
        name: &str,
        capacity: usize,
        work: impl FnOnce(mpsc::Receiver<T>) -> R + Send + 'static,
    ) -> Result<Self, Failure> {
        let (sender, items) = mpsc::channel(capacity);
        let (done, outcome) = oneshot::channel();
        let thread = thread::Builder::new().name(name.to_owned());
        thread
            .spawn(move || {
                // Nobody receives the outcome if the command is ending.
                let _ = done.send(work(items));
            })
            .map_err(|error| {
                Failure::machine(format!("cannot start the {name} thread: {error}"))
            })?;
        Ok(Self {
            sender: Some(sender),
            outcome: Some(outcome),
        })
    }

    /// Waits until there is room for an item. Returns nothing if the thread has ended.
    pub(crate) async fn reserve(&self) -> Option<mpsc::OwnedPermit<T>> {
        self.sender.clone()?.reserve_owned().await.ok()
    }

    /// Waits for the outcome, which is returned once. Returns nothing if the thread panicked.
    pub(crate) async fn finish(&mut self) -> Option<R> {
        self.sender = None;
        let outcome = self.outcome.as_mut()?.await.ok();
        self.outcome = None;
        outcome
    }
}
