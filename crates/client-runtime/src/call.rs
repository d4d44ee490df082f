//! One call of an operation: its parameters, and the ways to send it.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use reqwest::Request;
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::Url;

use crate::body::Body;
use crate::pairs::pairs;
use crate::size_limit::limited;
use crate::{Download, Error, Multipart, Response, Transport};

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
///
/// ```no_run
/// # use client_runtime::{Call, Credentials, Error, Options, Transport};
/// # async fn read() -> Result<(), Error> {
/// let credentials = Credentials::new().bearer("token");
/// let transport = Transport::new("https://api.example.com", credentials, &Options::default())?;
/// let mut call = Call::new(&transport, "listThings", http::Method::GET, "/accounts/{id}/things");
/// call.set_path("id", "a-1");
/// call.set_query("size", Some(100));
/// let things = call.receive_json::<Vec<String>>().await?;
/// println!("{} {}", things.status(), things.len());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Call {
    transport: Transport,
    operation: &'static str,
    method: Method,
    path: String,
    query: Vec<(Cow<'static, str>, String)>,
    headers: HeaderMap,
    body: Option<Bytes>,
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
            path: path.to_owned(),
            query: Vec::new(),
            headers: HeaderMap::new(),
            body: None,
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

    /// Sends the call and decodes the response's JSON.
    ///
    /// # Errors
    /// The request cannot be sent, or the response is not a success, is not JSON, or does not have the shape of `T`.
    pub async fn receive_json<T: DeserializeOwned>(self) -> Result<Response<T>, Error> {
        let received = self.receive(Body::Whole).await?;
        received.try_map(|bytes, status| {
            serde_json::from_slice(&bytes).map_err(|error| {
                let reason = self
                    .transport
                    .presentable(&record_stream::without_values(&error));
                let error = self.transport.undeclared(self.operation, &reason, &bytes);
                error.with_status(status)
            })
        })
    }

    /// Sends the call and receives the body as it is.
    ///
    /// # Errors
    /// The request cannot be sent, or the response is not a success.
    pub async fn receive_bytes(self) -> Result<Response<Bytes>, Error> {
        self.receive(Body::Streamed).await
    }

    /// Sends the call and ignores the body.
    ///
    /// # Errors
    /// The request cannot be sent, or the response is not a success.
    pub async fn receive_nothing(self) -> Result<Response<()>, Error> {
        let response = self.respond(Body::Streamed).await?;
        Ok(Response::new(&response, ()))
    }

    /// Receives the body as it arrives. Nothing is sent before the stream is first polled.
    #[must_use]
    pub fn download(self) -> Download {
        Download::new(self)
    }

    async fn receive(&self, body: Body) -> Result<Response<Bytes>, Error> {
        let response = self.respond(body).await?;
        let received = Response::new(&response, ());
        let response = limited(response, self.transport.options().max_body);
        let bytes = response.bytes().await.map_err(|error| {
            let error = self.transport.explain_connection(error);
            error.during(self.operation)
        })?;
        received.try_map(|(), _| Ok(bytes))
    }

    /// Sends the request, with retries, and returns a success whose body has not been read.
    pub(crate) async fn respond(&self, body: Body) -> Result<reqwest::Response, Error> {
        let sent = match self.request() {
            Ok(request) => self.transport.execute(request, self.operation, body).await,
            Err(error) => Err(error),
        };
        sent.map_err(|error| error.during(self.operation))
    }

    fn request(&self) -> Result<Request, Error> {
        let refused = |reason: &str| {
            let reason = self.transport.presentable(reason);
            Error::configuration(format!("no request was sent: {reason}"))
        };
        if let Some(reason) = &self.invalid {
            return Err(refused(reason));
        }
        let address = format!("{}{}", self.transport.base_url(), self.path);
        let mut url = Url::parse(&address).map_err(|error| refused(&error.to_string()))?;
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        let mut request = Request::new(self.method.clone(), url);
        *request.headers_mut() = self.headers.clone();
        *request.body_mut() = self.body.clone().map(Into::into);
        self.transport.prepare(&mut request)?;
        Ok(request)
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
