//! The request log: every request in order of arrival, and counters.

use std::time::Duration;

/// A request as it was received.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Request {
    /// Its number on this server, from 1, in the order of arrival.
    pub number: u64,
    /// The name of the account at whose address it arrived.
    pub account: String,
    /// Its number among the requests of that account, from 1.
    pub account_number: u64,
    /// The number of the connection it came on, from 1.
    pub connection: u64,
    /// When it arrived, since the server's start, by the clock of the server's runtime.
    pub at: Duration,
    /// The method.
    pub method: String,
    /// The path as sent.
    pub path: String,
    /// The query as sent, without its question mark.
    pub raw_query: Option<String>,
    /// The query's pairs in order, decoded.
    pub query: Vec<(String, String)>,
    /// The headers in order; names as sent.
    pub headers: Vec<(String, String)>,
}

impl Request {
    pub(crate) fn new(method: String, target: String, headers: Vec<(String, String)>) -> Self {
        let (path, raw_query) = match target.split_once('?') {
            Some((path, query)) => (path.to_owned(), Some(query.to_owned())),
            None => (target, None),
        };
        let pairs = form_urlencoded::parse(raw_query.as_deref().unwrap_or_default().as_bytes());
        Self {
            number: 0,
            account: String::new(),
            account_number: 0,
            connection: 0,
            at: Duration::ZERO,
            method,
            path,
            query: pairs.into_owned().collect(),
            raw_query,
            headers,
        }
    }

    /// The first value of a query parameter, decoded.
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The first value of a header; the case of its name does not matter.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// `GET /path?query`, as in the request line.
    pub fn line(&self) -> String {
        match &self.raw_query {
            Some(query) => format!("{} {}?{query}", self.method, self.path),
            None => format!("{} {}", self.method, self.path),
        }
    }
}

/// Counters of one account, or of the whole server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Requests received.
    pub requests: u64,
    /// Requests whose answer is not yet sent whole, nor given up by either side.
    pub in_flight: u64,
    /// The largest number that was in flight at once. Exact where one thread serves: always with
    /// [`Simulator::start`](crate::Simulator::start), and on a single-threaded runtime; elsewhere an answer may count a moment too long.
    pub max_in_flight: u64,
}

impl Stats {
    pub(crate) fn enter(&mut self) {
        self.requests += 1;
        self.in_flight += 1;
        self.max_in_flight = self.max_in_flight.max(self.in_flight);
    }

    pub(crate) fn leave(&mut self) {
        self.in_flight -= 1;
    }
}
