//! The exact requests that each client sends, page by page: path, query and headers.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::num::NonZeroU32;

use serde_json::json;
use tenancy::{Query, Status};
use tenancy_tests::{account, list, provider};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

/// A server that answers each request with what the function makes of it.
async fn serve(
    answer: impl Fn(&Request) -> serde_json::Value + Send + Sync + 'static,
) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(wiremock::matchers::any())
        .respond_with(move |request: &Request| {
            ResponseTemplate::new(200).set_body_json(answer(request))
        })
        .mount(&server)
        .await;
    server
}

/// The requests that a server received, one line each, with the headers that a provider reads.
async fn received(server: &MockServer) -> Vec<String> {
    let told = [
        "accept",
        "authorization",
        "x-auth-id",
        "x-auth-token",
        "api-version",
        "referer",
    ];
    let line = |request: &Request| {
        let headers = told.iter().filter_map(|name| {
            let value = request.headers.get(*name)?.to_str().ok()?;
            Some(format!(" {name}={value}"))
        });
        let target = &request.url[url::Position::BeforePath..];
        format!("{} {target}{}", request.method, headers.collect::<String>())
    };
    server
        .received_requests()
        .await
        .unwrap()
        .iter()
        .map(line)
        .collect()
}

fn query_value(request: &Request, name: &str) -> Option<String> {
    request
        .url
        .query_pairs()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

#[tokio::test]
async fn omnidim_asks_once_with_its_key() {
    let server =
        serve(|_| json!({"success": true, "organizations": [{"id": 1}], "total_organizations": 1}))
            .await;
    let account = account(
        provider("omnidim"),
        "a",
        &format!("{}/api/v1", server.uri()),
        "od-key",
    );
    let outcome = list(vec![account], Query::default()).await;
    assert!(outcome.report.complete);
    assert_eq!(
        received(&server).await,
        ["GET /api/v1/reseller/organizations accept=application/json authorization=Bearer od-key"]
    );
}

#[tokio::test]
async fn layers_sends_filter_and_limit_with_every_page_and_encodes_the_cursor() {
    let server = serve(|request| match query_value(request, "cursor").as_deref() {
        None => {
            json!({"items": [{"id": "org_1", "status": "active"}], "nextCursor": "eyJvIjoxfQ=="})
        }
        Some("eyJvIjoxfQ==") => json!({"items": [], "nextCursor": "a+b/c&d"}),
        Some("a+b/c&d") => json!({"items": [{"id": "org_2", "status": "active"}]}),
        other => panic!("{other:?}"),
    })
    .await;
    let mut query = Query::default();
    query.statuses = vec![Status::Active];
    query.page_size = NonZeroU32::new(25);
    let outcome = list(
        vec![account(provider("layers"), "a", &server.uri(), "lp_key")],
        query,
    )
    .await;
    assert_eq!(outcome.ids(), ["org_1", "org_2"]);
    assert!(outcome.report.complete);
    insta::assert_snapshot!("layers-requests", received(&server).await.join("\n"));
}

#[tokio::test]
async fn layers_asks_for_archived_organizations_too_and_lists_them_once() {
    let server = serve(|request| match query_value(request, "status").as_deref() {
        None => json!({"items": [{"id": "org_1", "status": "active"}, {"id": "org_2", "status": "archived"}], "nextCursor": null}),
        Some("archived") => json!({"items": [{"id": "org_2", "status": "archived"}, {"id": "org_3", "status": "archived"}], "nextCursor": null}),
        other => panic!("{other:?}"),
    })
    .await;
    let outcome = list(
        vec![account(provider("layers"), "a", &server.uri(), "lp_key")],
        Query::default(),
    )
    .await;
    assert_eq!(outcome.ids(), ["org_1", "org_2", "org_3"]);
    assert!(outcome.report.complete);
    assert_eq!(outcome.report.sources[0].duplicates, 0);
    assert_eq!(
        received(&server).await,
        [
            "GET /v1/organizations?limit=200 accept=application/json authorization=Bearer lp_key",
            "GET /v1/organizations?limit=200&status=archived accept=application/json authorization=Bearer lp_key",
        ]
    );
}

/// A server with so many sub-accounts.
async fn serve_sub_accounts(count: u64) -> MockServer {
    serve(move |request| {
        let page: u64 = query_value(request, "page").unwrap().parse().unwrap();
        let size: u64 = query_value(request, "size").unwrap().parse().unwrap();
        let first = (page - 1) * size;
        let ids: Vec<_> = (first..count.min(first + size))
            .map(|n| json!({"auth_id": format!("SA_{n}")}))
            .collect();
        json!({"sub_accounts": ids, "total": count, "page": page, "size": size})
    })
    .await
}

fn vobiz_page(page: u64) -> String {
    format!(
        "GET /api/v1/accounts/MA_XXXXXXXX/sub-accounts/?page={page}&size=10 accept=application/json \
         x-auth-id=MA_XXXXXXXX x-auth-token=tok"
    )
}

#[tokio::test]
async fn vobiz_asks_for_each_page_with_both_headers() {
    let server = serve_sub_accounts(45).await;
    let mut query = Query::default();
    query.page_size = NonZeroU32::new(10);
    query.concurrency = NonZeroU32::MIN;
    let outcome = list(
        vec![account(provider("vobiz"), "a", &server.uri(), "tok")],
        query,
    )
    .await;
    assert_eq!(outcome.tenants.len(), 45);
    assert!(outcome.report.complete);
    assert_eq!(
        received(&server).await,
        (1..=5).map(vobiz_page).collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn pages_side_by_side_are_asked_for_once_and_the_head_twice() {
    let server = serve_sub_accounts(45).await;
    let mut query = Query::default();
    query.page_size = NonZeroU32::new(10);
    query.concurrency = NonZeroU32::MIN.saturating_add(2);
    let outcome = list(
        vec![account(provider("vobiz"), "a", &server.uri(), "tok")],
        query,
    )
    .await;
    assert_eq!(outcome.tenants.len(), 45);
    assert!(outcome.report.complete);
    let mut requests = received(&server).await;
    assert_eq!(requests.first(), Some(&vobiz_page(1)));
    assert_eq!(
        requests.pop(),
        Some(vobiz_page(1)),
        "the second look comes last"
    );
    requests.sort();
    assert_eq!(requests, (1..=5).map(vobiz_page).collect::<Vec<_>>());
}

#[tokio::test]
async fn the_raw_clients_send_what_they_are_asked_to() {
    let server =
        serve(|_| json!({"sub_accounts": [{"auth_id": "SA_1"}], "items": [], "organizations": []}))
            .await;
    let credentials = vobiz_client::Credentials::new("MA_XXXXXXXX", "tok");
    let client =
        vobiz_client::Client::connect_with(&server.uri(), credentials, &tenancy_tests::hurried())
            .unwrap();
    let list = client
        .list_subaccounts("MA_XXXXXXXX", Some(true), Some(2), Some(50))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(list.sub_accounts[0].decoded().unwrap().auth_id, "SA_1");
    assert_eq!(
        received(&server).await,
        [
            "GET /api/v1/accounts/MA_XXXXXXXX/sub-accounts/?active_only=true&page=2&size=50 accept=application/json x-auth-id=MA_XXXXXXXX x-auth-token=tok"
        ]
    );
}
