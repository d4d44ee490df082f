//! What the caller's own code around requests sees and decides.

use std::error::Error as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use client_runtime::{ErrorKind, Middleware, Options, reqwest};

use super::{TOKEN, call, json, options, requests, server, transport};

fn with(middleware: Middleware) -> Options {
    let mut options = options();
    options.middleware = Some(middleware);
    options
}

#[tokio::test]
async fn each_attempt_passes_through_it_with_the_credentials() {
    let server = server([json(503, "{}"), json(200, "[]")]).await;
    let attempts = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&attempts);
    let options = with(Middleware::new(move |mut request, next| {
        let attempt = counted.fetch_add(1, Ordering::Relaxed);
        async move {
            assert_eq!(request.headers()["x-auth-token"], TOKEN);
            let value = attempt.to_string().parse()?;
            request.headers_mut().insert("x-attempt", value);
            Ok(next.run(request).await?)
        }
    }));
    let transport = transport(&server.uri(), &options);
    call(&transport).await.unwrap();
    let received = server.received_requests().await.unwrap();
    let sent: Vec<_> = received
        .iter()
        .map(|one| &one.headers["x-attempt"])
        .collect();
    assert_eq!(sent, ["0", "1"]);
    assert_eq!(transport.traffic().requests, 2);
}

#[tokio::test]
async fn it_can_answer_itself() {
    let server = server([json(500, "{}")]).await;
    let options = with(Middleware::new(|_, _| async {
        Ok(reqwest::Response::from(http::Response::new("[7]")))
    }));
    let answer = call(&transport(&server.uri(), &options)).await.unwrap();
    assert_eq!(answer, serde_json::json!([7]));
    assert_eq!(requests(&server).await, 0);
}

#[tokio::test]
async fn its_failure_ends_the_call_and_shows_no_credential() {
    let attempts = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&attempts);
    let options = with(Middleware::new(move |_, _| {
        counted.fetch_add(1, Ordering::Relaxed);
        async { Err(format!("no token for {TOKEN}").into()) }
    }));
    let error = call(&transport("http://127.0.0.1:1", &options))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Middleware);
    assert_eq!(
        error.to_string(),
        "list-things: the middleware failed: no token for <redacted>"
    );
    assert!(error.source().is_some());
    assert_eq!(attempts.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_failed_request_in_it_is_retried() {
    let options = with(Middleware::new(|request, next| async move {
        Ok(next.run(request).await?)
    }));
    let error = call(&transport("http://127.0.0.1:1", &options))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert_eq!(error.attempts(), 6);
}
