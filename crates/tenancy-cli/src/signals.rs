//! The signals that ask the command to end: SIGINT (Ctrl-C), SIGTERM and SIGHUP.

use std::io;

use crate::exit::{Exit, Failure};

/// Listens for the signals. Until it exists they end the process; from then on they only arrive here.
#[cfg(unix)]
#[derive(Debug)]
pub(crate) struct Signals(Vec<(tokio::signal::unix::Signal, Exit)>);

impl Signals {
    /// Begins to listen.
    pub(crate) fn listen() -> Result<Self, Failure> {
        Self::open()
            .map_err(|error| Failure::machine(format!("cannot listen for signals: {error}")))
    }

    /// Ends the process at the third signal, even if a query that never ends keeps it from noticing the first.
    pub(crate) fn end_at_third() -> Result<(), Failure> {
        let mut signals = Self::listen()?;
        tokio::spawn(async move {
            signals.next().await;
            signals.next().await;
            let exit = signals.next().await;
            std::process::exit(i32::from(exit as u8));
        });
        Ok(())
    }
}

#[cfg(unix)]
impl Signals {
    fn open() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};

        let mut signals = vec![
            (signal(SignalKind::interrupt())?, Exit::Interrupted),
            (signal(SignalKind::terminate())?, Exit::Terminated),
        ];
        if !hangup_is_ignored() {
            signals.push((signal(SignalKind::hangup())?, Exit::HungUp));
        }
        Ok(Self(signals))
    }

    /// Waits for a signal, and returns the exit code that it asks for.
    pub(crate) async fn next(&mut self) -> Exit {
        use std::task::Poll;

        std::future::poll_fn(|context| {
            for (signal, exit) in &mut self.0 {
                if signal.poll_recv(context).is_ready() {
                    return Poll::Ready(*exit);
                }
            }
            Poll::Pending
        })
        .await
    }
}

/// Whether the caller, such as `nohup`, had SIGHUP ignored: listening would undo that.
#[cfg(unix)]
fn hangup_is_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mut lines = status.lines();
    let ignored = lines.find_map(|line| line.strip_prefix("SigIgn:"));
    // Bit 0 is signal 1, which is SIGHUP.
    ignored.is_some_and(|mask| u64::from_str_radix(mask.trim(), 16).is_ok_and(|mask| mask & 1 == 1))
}

/// Listens for Ctrl-C.
#[cfg(not(unix))]
#[derive(Debug)]
pub(crate) struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn open() -> io::Result<Self> {
        Ok(Self)
    }

    pub(crate) async fn next(&mut self) -> Exit {
        if tokio::signal::ctrl_c().await.is_err() {
            // Without a handler Ctrl-C ends the process.
            std::future::pending().await
        }
        Exit::Interrupted
    }
}
