//! How long to wait before a retry.

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::RETRY_AFTER;

use crate::Options;

/// The wait that the server asked for by `Retry-After`, in seconds or as an HTTP date (RFC 9110, 10.2.3).
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(now).unwrap_or(Duration::ZERO))
}

/// The wait before retry number `retry`, from 0: a random share of an exponentially growing window ("full jitter"), and no
/// less than the provider asked for.
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
    use super::*;

    fn headers(value: &str) -> HeaderMap {
        HeaderMap::from_iter([(RETRY_AFTER, value.parse().unwrap())])
    }

    #[test]
    fn retry_after_is_read_in_both_forms() {
        let now = httpdate::parse_http_date("Sat, 21 Nov 2026 12:00:00 GMT").unwrap();
        let read = |value| retry_after(&headers(value), now);
        assert_eq!(read("7"), Some(Duration::from_secs(7)));
        assert_eq!(
            read("Sat, 21 Nov 2026 12:00:30 GMT"),
            Some(Duration::from_secs(30))
        );
        assert_eq!(read("Sat, 21 Nov 2026 11:00:00 GMT"), Some(Duration::ZERO));
        assert_eq!(read("soon"), None);
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
