//! Sends a call, within its time, and receives the response.

use std::time::Duration;

use bytes::Bytes;
use reqwest::Request;
use serde::de::DeserializeOwned;

use super::Call;
use crate::body::Body;
use crate::size_limit::limited;
use crate::{Download, Error, ErrorKind, Response};

impl Call {
    /// Sends the call and decodes the response's JSON.
    ///
    /// # Errors
    /// The request cannot be sent, or the response is not a success, is not JSON, or does not have the shape of `T`.
    pub async fn receive_json<T: DeserializeOwned>(self) -> Result<Response<T>, Error> {
        let received = self.within(self.receive(Body::Whole)).await?;
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
        self.within(self.receive(Body::Streamed)).await
    }

    /// Sends the call and ignores the body.
    ///
    /// # Errors
    /// The request cannot be sent, or the response is not a success.
    pub async fn receive_nothing(self) -> Result<Response<()>, Error> {
        let response = self.within(self.respond(Body::Streamed)).await?;
        Ok(Response::new(&response, ()))
    }

    /// Receives the body as it arrives. Nothing is sent before the stream is first polled.
    #[must_use]
    pub fn download(self) -> Download {
        Download::new(self)
    }

    /// Ends `work` when the call's time is up.
    async fn within<T>(&self, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let Some(limit) = self.timeout else {
            return work.await;
        };
        let in_time = tokio::time::timeout(limit, work).await;
        in_time.unwrap_or_else(|_| Err(self.took_too_long(limit)))
    }

    pub(crate) fn took_too_long(&self, limit: Duration) -> Error {
        let message = format!("not finished within {} s", limit.as_secs_f64());
        Error::new(ErrorKind::Timeout, message).during(self.operation)
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
            Ok(request) => {
                let transport = &self.transport;
                transport
                    .execute(request, self.operation, self.max_retries(), body)
                    .await
            }
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
        let url = self.url().map_err(|reason| refused(&reason))?;
        let mut request = Request::new(self.method.clone(), url);
        *request.headers_mut() = self.headers.clone();
        *request.body_mut() = self.body.clone().map(Into::into);
        self.transport.prepare(&mut request)?;
        Ok(request)
    }
}
