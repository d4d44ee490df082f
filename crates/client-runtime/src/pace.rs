//! The pace of one credential's requests, shared by all clones of a transport.

use std::sync::Mutex;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::Options;

/// Spaces requests evenly at the configured rate, and holds all of them back when the provider asked to wait.
#[derive(Debug)]
pub(crate) struct Pace {
    interval: Duration,
    next: Mutex<Option<Instant>>,
}

impl Pace {
    pub(crate) fn new(options: &Options) -> Self {
        let interval = options
            .requests_per_minute
            .map_or(Duration::ZERO, |rate| Duration::from_secs(60) / rate.get());
        Self {
            interval,
            next: Mutex::new(None),
        }
    }

    /// Waits for this request's turn.
    pub(crate) async fn turn(&self) {
        let now = Instant::now();
        let turn = {
            let mut next = self
                .next
                .lock()
                .unwrap_or_else(|poisoned| poisoned.into_inner());
            let turn = next.map_or(now, |next| next.max(now));
            *next = Some(turn + self.interval);
            turn
        };
        if turn > now {
            sleep_until(turn).await;
        }
    }

    /// No request of this credential starts before `wait` has passed.
    pub(crate) fn hold(&self, wait: Duration) {
        let until = Instant::now() + wait;
        let mut next = self
            .next
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        *next = Some(next.map_or(until, |next| next.max(until)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn sixty_a_minute_are_a_second_apart() {
        let pace = Pace::new(&Options {
            requests_per_minute: std::num::NonZeroU32::new(60),
            ..Options::default()
        });
        let start = Instant::now();
        for _ in 0..3 {
            pace.turn().await;
        }
        assert_eq!(start.elapsed(), Duration::from_secs(2));
    }

    #[tokio::test(start_paused = true)]
    async fn a_hold_holds_everybody() {
        let pace = Pace::new(&Options::default());
        let start = Instant::now();
        pace.hold(Duration::from_secs(7));
        tokio::join!(pace.turn(), pace.turn());
        assert_eq!(start.elapsed(), Duration::from_secs(7));
    }
}
