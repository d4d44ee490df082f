//! Decides after each attempt whether the request is retried, and after what delay.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::header::RETRY_AFTER;
use http::{HeaderMap, StatusCode};

use crate::Options;
use crate::content_coding::Bomb;
use crate::outcome::{Outcome, cause};
use crate::provider_error::ProviderError;
use crate::size_limit::TooLarge;
use crate::traffic::Clock;

/// The decision after an attempt.
#[derive(Debug, Default)]
pub(crate) struct Decision {
    /// The time for which the provider asks all requests of the account to wait.
    pub(crate) hold: Option<Duration>,
    /// The delay before the retry; `None` gives up.
    pub(crate) retry_after: Option<Duration>,
}

/// Decides whether attempt number `attempt`, from 1, is retried.
pub(crate) fn decide(
    outcome: &Outcome,
    attempt: u32,
    max_retries: u32,
    options: &Options,
) -> Decision {
    let hold = match outcome {
        Outcome::Answered(_) | Outcome::Stopped(_) => return Decision::default(),
        Outcome::Failed(error) if error.is_builder() || error.is_redirect() || is_final(error) => {
            return Decision::default();
        }
        Outcome::Failed(_) | Outcome::NotJson(_) => None,
        Outcome::Refused { response, said } => {
            let (headers, now) = (response.headers(), SystemTime::now());
            let limited = is_rate_limit(headers, said);
            let asked = retry_after(headers, now);
            let too_long = asked.is_some_and(|wait| wait > options.longest_wait);
            let is_transient = is_transient(response.status(), asked, limited);
            if said.is_final(options) || too_long || !is_transient {
                return Decision::default();
            }
            let limited = limited || response.status() == StatusCode::TOO_MANY_REQUESTS;
            let reset = reset_after(headers, now).filter(|wait| *wait <= options.longest_wait);
            asked.or(reset.filter(|_| limited))
        }
    };
    let retry_after = (attempt <= max_retries).then(|| backoff(options, attempt - 1, hold));
    Decision { hold, retry_after }
}

/// Whether a body fails for its size, so that the next one would fail as well.
pub(crate) fn is_final(error: &reqwest::Error) -> bool {
    cause::<Bomb>(error).is_some() || cause::<TooLarge>(error).is_some()
}

/// Whether a refusal says, in its body or in its headers, that too many requests were sent.
pub(crate) fn is_rate_limit(headers: &HeaderMap, said: &ProviderError) -> bool {
    let remaining = [
        "x-ratelimit-remaining",
        "x-rate-limit-remaining",
        "ratelimit-remaining",
    ];
    let none_left = |name: &&str| headers.get(*name).is_some_and(|left| left == "0");
    remaining.iter().any(none_left) || said.amounts_to() == Some(StatusCode::TOO_MANY_REQUESTS)
}

/// Whether the same request may succeed later after a response with this status. A 403 with a `Retry-After` is a rate limit, and so is
/// one that says so.
pub(crate) fn is_transient(status: StatusCode, asked: Option<Duration>, limited: bool) -> bool {
    match status.as_u16() {
        // 202: it is not ready yet.
        202 | 408 | 425 | 429 | 500 | 502..=504 => true,
        // Of proxies in front of the provider, such as Cloudflare's.
        520..=527 | 529 | 530 => true,
        403 => asked.is_some() || limited,
        _ => false,
    }
}

/// The wait that the server requested in `Retry-After`, in seconds or as an HTTP date (RFC 9110, 10.2.3).
///
/// A date is compared with the response's own `Date`, because the clocks may differ by more than the wait.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse::<f64>() {
        let is_wait = seconds.is_finite() && seconds >= 0.0;
        return is_wait.then(|| Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(until(date, headers, now).unwrap_or(Duration::ZERO))
}

/// The wait until the time in `X-RateLimit-Reset`, in seconds since 1970. A time in the past may be another number, such as
/// that of the seconds left.
fn reset_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let value = headers.get("x-ratelimit-reset")?.to_str().ok()?.trim();
    let reset = UNIX_EPOCH.checked_add(Duration::from_secs(value.parse().ok()?))?;
    until(reset, headers, now)
}

/// The wait until a time by the server's clock, if it is to come.
fn until(time: SystemTime, headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let now = Clock::read(headers, now).map_or(now, |clock| clock.theirs);
    time.duration_since(now).ok()
}

/// The wait before retry number `retry`, from 0: a random share of an exponentially growing window ("full jitter"), and at
/// least the wait that the provider requested.
pub(crate) fn backoff(options: &Options, retry: u32, asked: Option<Duration>) -> Duration {
    let window = options
        .first_backoff
        .saturating_mul(2_u32.saturating_pow(retry))
        .min(options.longest_backoff);
    window
        .mul_f64(fastrand::f64())
        .max(asked.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use http::header::DATE;

    use super::*;

    #[test]
    fn retry_after_is_read_in_all_forms() {
        let date = |text: &str| httpdate::parse_http_date(text).unwrap();
        let now = date("Sat, 21 Nov 2026 12:00:00 GMT");
        let read = |value: &str, theirs: &str| {
            let mut headers = HeaderMap::from_iter([(RETRY_AFTER, value.parse().unwrap())]);
            headers.insert(DATE, theirs.parse().unwrap());
            retry_after(&headers, now).map(|wait| wait.as_millis())
        };
        let same = "Sat, 21 Nov 2026 12:00:00 GMT";
        for (value, theirs, expected) in [
            ("7", same, Some(7_000)),
            ("1.5", same, Some(1_500)),
            ("Sat, 21 Nov 2026 12:00:30 GMT", same, Some(30_000)),
            ("Sat, 21 Nov 2026 11:00:00 GMT", same, Some(0)),
            ("Sat, 21 Nov 2026 12:00:30 GMT", "none", Some(30_000)),
            (
                "Sat, 21 Nov 2026 13:00:30 GMT",
                "Sat, 21 Nov 2026 13:00:00 GMT",
                Some(30_000),
            ),
            (
                "99999999999999999999",
                same,
                Some(Duration::MAX.as_millis()),
            ),
            ("1e300", same, Some(Duration::MAX.as_millis())),
            ("soon", same, None),
            ("-1", same, None),
            ("inf", same, None),
            ("NaN", same, None),
        ] {
            assert_eq!(read(value, theirs), expected, "{value}, {theirs}");
        }
    }

    #[test]
    fn a_rate_limit_without_retry_after_waits_until_its_reset() {
        let options = Options::default();
        let hold = |status: u16, name: &str, value: &str| {
            let response = http::Response::builder()
                .status(status)
                .header(DATE, "Sat, 21 Nov 2026 12:00:00 GMT")
                .header(name, value);
            let response = response.header("x-ratelimit-reset", "1795262430");
            let outcome = Outcome::Refused {
                response: response.body("{},").unwrap().into(),
                said: ProviderError::read(b"{},"),
            };
            decide(&outcome, 1, options.max_retries, &options)
                .hold
                .map(|wait| wait.as_secs())
        };
        assert_eq!(hold(429, "x-any", ""), Some(30));
        assert_eq!(hold(403, "x-ratelimit-remaining", "0"), Some(30));
        assert_eq!(hold(429, "retry-after", "7"), Some(7));
        assert_eq!(hold(500, "x-any", ""), None);
        // The first of several: the seconds left, milliseconds, and a time that is too far away to wait for.
        for value in ["30", "1795262430000", "1795263000", "soon", "-1"] {
            assert_eq!(hold(429, "x-ratelimit-reset", value), None, "{value}");
        }
    }

    #[test]
    fn backoff_stays_in_its_window_and_keeps_the_floor() {
        let options = Options::default();
        for retry in 0..40 {
            assert!(backoff(&options, retry, None) <= options.longest_backoff);
            let asked = Duration::from_secs(90);
            assert_eq!(backoff(&options, retry, Some(asked)), asked);
        }
        assert!((0..100).all(|_| backoff(&options, 0, None) <= options.first_backoff));
    }
}
