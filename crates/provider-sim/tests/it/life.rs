//! The server's life, its connections, its log and its pauses.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use provider_sim::{AccountHandle, Fault, Simulator};

use crate::client::{call, exchange, get};
use crate::imaginary::{chained, numbered, whole};

fn client() -> reqwest::Client {
    // A client without TLS still asks for a provider of it; another test may have installed it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
}

async fn fetch(
    client: &reqwest::Client,
    account: &AccountHandle,
    query: &str,
) -> serde_json::Value {
    let request = client.get(format!("{}?{query}", account.list_url()));
    let request = account
        .auth_headers()
        .into_iter()
        .fold(request, |request, (name, value)| {
            request.header(name, value)
        });
    request.send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn a_connection_serves_request_after_request() {
    let simulator = Simulator::start([numbered("a").population(3_000, 1)]).unwrap();
    let account = simulator.account("a");
    let client = client();
    for size in [10, 3_000, 20] {
        assert_eq!(
            fetch(&client, &account, &format!("size={size}")).await["things"]
                .as_array()
                .unwrap()
                .len(),
            size
        );
    }
    assert!(
        simulator
            .requests()
            .iter()
            .all(|request| request.connection == 1)
    );
    assert_eq!(account.stats().max_in_flight, 1, "one after another");
}

#[test]
fn requests_in_one_write_are_answered_in_order() {
    let simulator = Simulator::start([chained("a")]).unwrap();
    let url = format!("{}/", simulator.account("a").base_url());
    let (bytes, _) = exchange(
        &url,
        "GET /one HTTP/1.1\r\n\r\nPOST /two HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcGET /three HTTP/1.0\r\n\r\n",
    );
    assert_eq!(
        String::from_utf8(bytes)
            .unwrap()
            .matches("HTTP/1.1 404 Not Found")
            .count(),
        3
    );
    let lines: Vec<String> = simulator
        .requests()
        .iter()
        .map(provider_sim::Request::line)
        .collect();
    assert_eq!(lines, ["GET /one", "POST /two", "GET /three"]);
}

#[test]
fn what_is_no_http_is_a_400() {
    let simulator = Simulator::start([chained("a")]).unwrap();
    let url = format!("{}/", simulator.account("a").base_url());
    for request in [
        "nonsense\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
    ] {
        let (bytes, _) = exchange(&url, request);
        assert!(
            bytes.starts_with(b"HTTP/1.1 400 Bad Request\r\n"),
            "{request}"
        );
    }
    assert!(simulator.requests().is_empty());
}

#[test]
fn the_log_has_every_request_as_it_came() {
    let simulator = Simulator::start([numbered("möbius & co"), chained("b")]).unwrap();
    let account = simulator.account("möbius & co");
    let mut headers = account.auth_headers();
    headers.push(("X-Trace", "7".into()));
    call(
        "GET",
        &format!("{}?page=1&note=a%20b+c%2B", account.list_url()),
        &headers,
    );
    get(&simulator.account("b"), "size=5");
    call(
        "GET",
        &account.list_url(),
        &[("Authorization", "Bearer wrong".into())],
    );
    call(
        "DELETE",
        &format!("{}/elsewhere", account.base_url()),
        &account.auth_headers(),
    );

    let log = simulator.requests();
    let accounts: Vec<_> = log
        .iter()
        .map(|request| {
            (
                request.number,
                request.account.as_str(),
                request.account_number,
            )
        })
        .collect();
    assert_eq!(
        accounts,
        [
            (1, "möbius & co", 1),
            (2, "b", 1),
            (3, "möbius & co", 2),
            (4, "möbius & co", 3)
        ]
    );
    assert_eq!(log[0].raw_query.as_deref(), Some("page=1&note=a%20b+c%2B"));
    assert_eq!(
        log[0].query,
        [
            ("page".into(), "1".into()),
            ("note".into(), "a b c+".to_owned())
        ]
    );
    assert_eq!(
        (log[0].query("note"), log[0].header("x-trace")),
        (Some("a b c+"), Some("7"))
    );
    assert_eq!(log[3].line(), "DELETE /elsewhere");
    assert!(log.is_sorted_by_key(|request| request.at));
    assert_eq!(account.requests().len(), 3);
    simulator.forget_requests();
    get(&account, "");
    assert_eq!(simulator.requests()[0].number, 5);
}

#[tokio::test]
async fn held_answers_show_how_many_are_in_flight() {
    let simulator = Simulator::start([
        numbered("a").population(10, 1),
        numbered("b").population(10, 1),
    ])
    .unwrap();
    let account = simulator.account("a");
    account.hold();
    let client = client();
    let mut calls: Vec<_> = (0..3)
        .map(|_| {
            let (client, account) = (client.clone(), account.clone());
            tokio::spawn(async move { fetch(&client, &account, "").await })
        })
        .collect();
    account.wait_until(|stats| stats.in_flight == 3).await;
    fetch(&client, &simulator.account("b"), "").await;
    account.create(1);
    account.release(1);
    account.wait_until(|stats| stats.in_flight == 2).await;
    account.release_all();
    for call in calls.drain(..) {
        assert_eq!(
            call.await.unwrap()["total"],
            10,
            "answers are fixed when their request arrives"
        );
    }
    assert_eq!(fetch(&client, &account, "").await["total"], 11);
    account.wait_until(|stats| stats.in_flight == 0).await;
    let stats = account.stats();
    assert_eq!((stats.requests, stats.max_in_flight), (4, 3));
    assert_eq!(
        (simulator.stats().requests, simulator.stats().max_in_flight),
        (5, 4)
    );
}

#[tokio::test(start_paused = true)]
async fn in_a_paused_runtime_latency_takes_no_real_time() {
    let simulator =
        Simulator::start_in_runtime([numbered("a").latency(Duration::from_secs(3600))]).unwrap();
    let account = simulator.account("a");
    let client = client();
    for _ in 0..2 {
        let before = tokio::time::Instant::now();
        fetch(&client, &account, "").await;
        assert!(before.elapsed() >= Duration::from_secs(3600));
    }
    assert!(account.requests()[1].at >= Duration::from_secs(3600));
    account.latency(Duration::ZERO);
    let before = tokio::time::Instant::now();
    fetch(&client, &account, "").await;
    assert!(before.elapsed() < Duration::from_secs(3600));
}

#[test]
fn after_its_end_connections_are_closed_and_refused() {
    let simulator = Simulator::start([numbered("a").population(3, 1)]).unwrap();
    let account = simulator.account("a");
    account.hold();
    let address = account.address();
    let mut idle = TcpStream::connect(address).unwrap();
    let mut held = TcpStream::connect(address).unwrap();
    write!(
        held,
        "GET /things HTTP/1.1\r\nX-Key: {}\r\n\r\n",
        account.auth_headers()[0].1
    )
    .unwrap();
    drop(simulator);
    for stream in [&mut idle, &mut held] {
        // An end or a reset, but no answer.
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        assert!(bytes.is_empty());
    }
    assert!(TcpStream::connect(address).is_err());
}

#[tokio::test]
async fn a_server_in_the_runtime_leaves_no_task_behind() {
    use tokio::io::AsyncReadExt as _;

    let simulator = Simulator::start_in_runtime([chained("a")]).unwrap();
    let address = simulator.account("a").address();
    let mut idle = tokio::net::TcpStream::connect(address).await.unwrap();
    drop(simulator);
    assert_eq!(idle.read(&mut [0]).await.unwrap_or(0), 0);
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
    assert_eq!(
        tokio::runtime::Handle::current()
            .metrics()
            .num_alive_tasks(),
        0
    );
}

#[tokio::test(start_paused = true)]
async fn slow_answers_take_their_time() {
    let slow = Fault::as_usual().slow(100, Duration::from_secs(1));
    let account = whole("a").population(20, 1).fault(1, slow);
    let simulator = Simulator::start_in_runtime([account]).unwrap();
    let account = simulator.account("a");
    let client = client();
    let before = tokio::time::Instant::now();
    let body = fetch(&client, &account, "").await;
    let length = body.to_string().len() as u64;
    assert!(
        before.elapsed() > Duration::from_secs(length / 100 / 2),
        "{:?}",
        before.elapsed()
    );
    assert_eq!(fetch(&client, &account, "").await, body);
}
