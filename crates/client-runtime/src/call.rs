//! One call of an operation: its parameters, and the ways to send it.

mod send;

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::Serialize;
use url::Url;

use crate::pairs::pairs;
use crate::path_template::ends_with;
use crate::{Multipart, Transport};

/// The path percent-encode set of the URL standard, plus the characters that would end a segment.
const SEGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'`')
    .add(b'{')
    .add(b'}')
    .add(b'/')
    .add(b'\\')
    .add(b'%');

/// One call of an operation, which the request types of generated clients wrap. Nothing is sent until a method that receives a
/// response is called.
///
/// If a parameter cannot be sent, sending the call fails without a request.
#[derive(Clone)]
pub struct Call {
    transport: Transport,
    operation: &'static str,
    method: Method,
    template: &'static str,
    path: String,
    query: Vec<(Cow<'static, str>, String)>,
    /// The query, if an address in a response states it.
    whole_query: Option<String>,
    headers: HeaderMap,
    body: Option<Bytes>,
    timeout: Option<Duration>,
    max_retries: Option<u32>,
    /// Why the call cannot be sent.
    invalid: Option<String>,
}

impl Call {
    /// Creates a call. `operation` names it in errors; `path` has a `{name}` for each path parameter.
    #[must_use]
    pub fn new(
        transport: &Transport,
        operation: &'static str,
        method: Method,
        path: &'static str,
    ) -> Self {
        Self {
            transport: transport.clone(),
            operation,
            method,
            template: path,
            path: path.to_owned(),
            query: Vec::new(),
            whole_query: None,
            headers: HeaderMap::new(),
            body: None,
            timeout: None,
            max_retries: None,
            invalid: None,
        }
    }

    /// Replaces `{name}` in the path with `value`. A value that is empty or would lead to another path (`.`, `..`) is refused.
    pub fn set_path(&mut self, name: &str, value: impl fmt::Display) {
        let value = value.to_string();
        if matches!(value.as_str(), "" | "." | "..") {
            self.refuse(format!("`{name}` is `{value}`, which no path can have"));
        }
        let encoded = utf8_percent_encode(&value, SEGMENT).to_string();
        self.path = self.path.replace(&format!("{{{name}}}"), &encoded);
    }

    /// Sets a query parameter; `None` removes it.
    pub fn set_query(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        value: Option<impl fmt::Display>,
    ) {
        self.set_queries(name, value);
    }

    /// Replaces all parameters of the query.
    pub(crate) fn set_whole_query(&mut self, query: &str) {
        self.whole_query = Some(query.to_owned());
    }

    /// The query of an address in a response, which must lead to the operation's own path. Credentials that the provider repeats
    /// there are omitted.
    pub(crate) fn query_of(&self, address: &str) -> Result<String, String> {
        let unreadable = |_| "its address cannot be read".to_owned();
        let found = self.url()?.join(address).map_err(unreadable)?;
        // A proxy may have another host and another prefix than the provider.
        if !ends_with(found.path(), self.template) {
            return Err("its address has another path than the list".to_owned());
        }
        let parameters = found.query().unwrap_or_default().split('&');
        let parameters: Vec<&str> = parameters
            .filter(|one| !self.transport.is_credential(one))
            .collect();
        Ok(parameters.join("&"))
    }

    /// The value of a query parameter.
    pub(crate) fn query(&self, name: &str) -> Option<String> {
        let mut query = self.query.iter();
        let (_, value) = query.find(|(other, _)| other == name)?;
        Some(value.clone())
    }

    /// Sets a query parameter that is repeated for each value. Without values, it is not sent.
    pub fn set_queries(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        values: impl IntoIterator<Item = impl fmt::Display>,
    ) {
        let name = name.into();
        self.query.retain(|(other, _)| *other != name);
        let values = values.into_iter();
        self.query
            .extend(values.map(|value| (name.clone(), value.to_string())));
    }

    /// Sets a header; `None` removes it.
    pub fn set_header(&mut self, name: &'static str, value: Option<impl fmt::Display>) {
        let Ok(key) = HeaderName::from_bytes(name.as_bytes()) else {
            return self.refuse(format!("`{name}` is not the name of a header"));
        };
        self.headers.remove(&key);
        match value.map(|value| HeaderValue::try_from(value.to_string())) {
            Some(Ok(value)) => drop(self.headers.insert(key, value)),
            Some(Err(_)) => {
                self.refuse(format!("the value of `{name}` cannot be sent in a header"))
            }
            None => {}
        }
    }

    /// Sets a JSON body.
    pub fn set_json(&mut self, body: &(impl Serialize + ?Sized)) {
        match serde_json::to_vec(body) {
            Ok(text) => self.set_body("application/json", text.into()),
            Err(error) => self.refuse(format!("the body cannot be written as JSON: {error}")),
        }
    }

    /// Sets a form as the body. A nested object is written as `name[key]=value`. A list repeats its name, as `name[]` if
    /// `brackets` contains the name.
    pub fn set_form(&mut self, body: &(impl Serialize + ?Sized), brackets: &[&str]) {
        match pairs("", body, brackets) {
            Ok(pairs) => {
                let mut form = url::form_urlencoded::Serializer::new(String::new());
                let text = form.extend_pairs(pairs).finish();
                self.set_body("application/x-www-form-urlencoded", text.into());
            }
            Err(error) => self.refuse(format!("the body cannot be written as a form: {error}")),
        }
    }

    /// Sets a form with files as the body.
    pub fn set_multipart(&mut self, body: &Multipart) {
        let (boundary, body) = body.encode();
        self.body = Some(body);
        // A boundary is letters, digits and `-`.
        if let Ok(value) =
            HeaderValue::try_from(format!("multipart/form-data; boundary={boundary}"))
        {
            self.headers.insert(CONTENT_TYPE, value);
        }
    }

    /// Sets a query parameter to a value as JSON.
    pub fn set_json_query(&mut self, name: &'static str, value: &(impl Serialize + ?Sized)) {
        match serde_json::to_string(value) {
            Ok(text) => self.set_query(name, Some(text)),
            Err(error) => self.refuse(format!("`{name}` cannot be written as JSON: {error}")),
        }
    }

    /// Adds an object to the query: `name[key]=value`, or `key=value` if the name is empty.
    pub fn set_pairs(&mut self, name: &'static str, value: &(impl Serialize + ?Sized)) {
        match pairs(name, value, &[]) {
            Ok(pairs) => {
                for (name, _) in &pairs {
                    self.query.retain(|(other, _)| other != name);
                }
                let pairs = pairs.into_iter();
                self.query
                    .extend(pairs.map(|(name, value)| (name.into(), value)));
            }
            Err(error) => self.refuse(format!("`{name}` cannot be written as pairs: {error}")),
        }
    }

    /// Sets a body of this media type.
    pub fn set_body(&mut self, media_type: &'static str, body: Bytes) {
        self.body = Some(body);
        self.headers
            .insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    }

    /// Sets the media type of the current body.
    pub fn set_content_type(&mut self, media_type: &'static str) {
        self.headers
            .insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    }

    /// Sets the media type to request.
    pub fn set_accept(&mut self, media_type: &'static str) {
        self.headers
            .insert(ACCEPT, HeaderValue::from_static(media_type));
    }

    /// Limits the time that the call may take in all, with its retries and waits. Default: no limit.
    pub fn set_timeout(&mut self, limit: Duration) {
        self.timeout = Some(limit);
    }

    /// Sets the number of retries after the first attempt. Default: [`Options::max_retries`](crate::Options::max_retries).
    pub fn set_max_retries(&mut self, max: u32) {
        self.max_retries = Some(max);
    }

    pub(crate) fn timeout(&self) -> Option<Duration> {
        self.timeout
    }

    pub(crate) fn max_retries(&self) -> u32 {
        let of_all = self.transport.options().max_retries;
        self.max_retries.unwrap_or(of_all)
    }

    /// The address, with the parameters that the call has.
    fn url(&self) -> Result<Url, String> {
        let address = format!("{}{}", self.transport.base_url(), self.path);
        let mut url = Url::parse(&address).map_err(|error| error.to_string())?;
        if let Some(query) = &self.whole_query {
            url.set_query(Some(query));
        } else if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        Ok(url)
    }

    fn refuse(&mut self, reason: String) {
        self.invalid.get_or_insert(reason);
    }

    /// The operation, as errors name it.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// The transport that sends the call.
    #[must_use]
    pub fn transport(&self) -> &Transport {
        &self.transport
    }
}

/// Shows no parameters, because cursors and filters may be secret.
impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("operation", &self.operation)
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}
