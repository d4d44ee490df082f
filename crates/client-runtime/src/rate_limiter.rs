//! Limits the rate of one credential's requests, across all clones of a transport.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::Options;
use crate::traffic::{WaitReason, Waiting};

/// Spaces requests evenly at the configured rate, and delays all of them when the provider asks to wait.
#[derive(Debug)]
pub(crate) struct RateLimiter {
    interval: Duration,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// When the next request may start.
    next: Option<Instant>,
    /// The end of each wait, by its reason.
    waits: BTreeMap<WaitReason, Instant>,
}

impl State {
    fn note(&mut self, reason: WaitReason, until: Instant) {
        let noted = self.waits.entry(reason).or_insert(until);
        *noted = until.max(*noted);
    }
}

impl RateLimiter {
    pub(crate) fn new(options: &Options) -> Self {
        let interval = options
            .requests_per_minute
            .map_or(Duration::ZERO, |rate| Duration::from_secs(60) / rate.get());
        Self {
            interval,
            state: Mutex::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Waits for this request's turn.
    pub(crate) async fn turn(&self) {
        let now = Instant::now();
        let turn = {
            let mut state = self.state();
            let turn = state.next.map_or(now, |next| next.max(now));
            state.next = Some(turn + self.interval);
            state.note(WaitReason::RateLimit, turn);
            turn
        };
        if turn > now {
            sleep_until(turn).await;
        }
    }

    /// Waits, for a reason that [`waiting`](Self::waiting) reports.
    pub(crate) async fn wait(&self, wait: Duration, reason: WaitReason) {
        let until = Instant::now() + wait;
        self.state().note(reason, until);
        sleep_until(until).await;
    }

    /// Delays all requests of this credential by `wait`.
    pub(crate) fn hold(&self, wait: Duration) {
        let until = Instant::now() + wait;
        let mut state = self.state();
        state.next = Some(state.next.map_or(until, |next| next.max(until)));
        state.note(WaitReason::Asked, until);
    }

    /// The current wait.
    pub(crate) fn waiting(&self) -> Option<Waiting> {
        let now = Instant::now();
        let state = self.state();
        let (reason, until) = state.waits.iter().find(|(_, until)| **until > now)?;
        Some(Waiting::new(*until - now, *reason))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn sixty_a_minute_are_a_second_apart() {
        let rate_limiter = RateLimiter::new(&Options {
            requests_per_minute: std::num::NonZeroU32::new(60),
            ..Options::default()
        });
        let start = Instant::now();
        for _ in 0..3 {
            rate_limiter.turn().await;
        }
        assert_eq!(start.elapsed(), Duration::from_secs(2));
    }

    #[tokio::test(start_paused = true)]
    async fn a_hold_holds_everybody() {
        let rate_limiter = RateLimiter::new(&Options::default());
        let start = Instant::now();
        rate_limiter.hold(Duration::from_secs(7));
        tokio::join!(rate_limiter.turn(), rate_limiter.turn());
        assert_eq!(start.elapsed(), Duration::from_secs(7));
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_is_known_while_it_lasts_and_the_weightiest_first() {
        let rate_limiter = RateLimiter::new(&Options {
            requests_per_minute: std::num::NonZeroU32::new(60),
            ..Options::default()
        });
        rate_limiter.turn().await;
        assert_eq!(rate_limiter.waiting(), None);
        let seconds = Duration::from_secs;
        let check = async {
            assert_eq!(
                rate_limiter.waiting(),
                Some(Waiting::new(seconds(1), WaitReason::RateLimit))
            );
            rate_limiter.hold(seconds(7));
            assert_eq!(
                rate_limiter.waiting(),
                Some(Waiting::new(seconds(7), WaitReason::Asked))
            );
        };
        tokio::join!(rate_limiter.turn(), check);
        tokio::join!(rate_limiter.wait(seconds(30), WaitReason::Retry), async {
            tokio::time::sleep(seconds(10)).await;
            assert_eq!(
                rate_limiter.waiting(),
                Some(Waiting::new(seconds(20), WaitReason::Retry))
            );
        });
        assert_eq!(rate_limiter.waiting(), None);
    }
}
