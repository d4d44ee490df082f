//! A server for tests, which answers with the examples of a provider's documentation. Needs the feature `mock`.

pub use wiremock;
use wiremock::{Match, Mock, MockServer, Request, ResponseTemplate};

use crate::path_template::ends_with;

/// The examples of one operation.
#[derive(Clone, Copy, Debug)]
pub struct Examples {
    /// The HTTP method.
    pub method: &'static str,
    /// The path, with a `{name}` for each parameter.
    pub path: &'static str,
    /// The bodies, each with the parameters of the requests that it answers: `page=2`, or `page` for any value. The first body
    /// that fits is sent.
    pub bodies: &'static [(&'static str, &'static str)],
}

/// Starts a server that answers with these examples, unless another [`Mock`] that is mounted on it fits.
pub async fn start(examples: &'static [Examples]) -> MockServer {
    let server = MockServer::start().await;
    for one in examples {
        let answer = |request: &Request| {
            let mut bodies = one.bodies.iter();
            match bodies.find(|(parameters, _)| has(request, parameters)) {
                Some((_, body)) => {
                    ResponseTemplate::new(200).set_body_raw(*body, "application/json")
                }
                None => ResponseTemplate::new(404),
            }
        };
        let mock = Mock::given(one).respond_with(answer);
        mock.with_priority(u8::MAX).mount(&server).await;
    }
    server
}

impl Match for &'static Examples {
    fn matches(&self, request: &Request) -> bool {
        let path = request.url.path();
        let segments = |path: &str| path.trim_end_matches('/').split('/').count();
        request.method.as_str() == self.method
            && segments(path) == segments(self.path)
            && ends_with(path, self.path)
    }
}

/// Whether a request has all of these parameters.
fn has(request: &Request, parameters: &str) -> bool {
    let mut wanted = parameters.split('&').filter(|one| !one.is_empty());
    wanted.all(|one| {
        let has_value = one.contains('=');
        let mut wanted = url::form_urlencoded::parse(one.as_bytes());
        let Some((name, value)) = wanted.next() else {
            return false;
        };
        let mut pairs = request.url.query_pairs();
        pairs.any(|(other, sent)| other == name && (!has_value || sent == value))
    })
}
