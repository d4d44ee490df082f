//! Measures time and allocations to turn a page of each provider into tenants, without a network.

#![allow(clippy::unwrap_used, reason = "a failure ends the benchmark")]

use std::io::{Read, Write};
use std::net::TcpStream;

use divan::counter::{BytesCount, ItemsCount};
use divan::{AllocProfiler, Bencher, black_box};
use provider_sim::{Account, Provider, Simulator};
use tenancy::providers;

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

#[divan::bench(args = providers::ALL.iter().map(|provider| provider.name))]
fn normalise(bencher: Bencher<'_, '_>, provider: &str) {
    let descriptor = providers::find(provider).unwrap();
    let (body, tenants) = page(provider);
    bencher
        .counter(ItemsCount::new(tenants))
        .counter(BytesCount::of_slice(&body))
        .bench(|| {
            let mut normaliser = (descriptor.normaliser)("bench", false);
            let mut records = normaliser.push(black_box(&body)).unwrap();
            records.append(normaliser.finish().unwrap().records);
            assert_eq!(records.mapped().len(), tenants);
            records
        });
}

/// Returns a page as the simulated provider sends it, and how many tenants it lists.
fn page(provider: &str) -> (Vec<u8>, usize) {
    let account = Account::new(Provider::named(provider), "bench");
    let simulator = Simulator::start([account.population(100, 7)]).unwrap();
    let account = simulator.account("bench");
    let mut stream = TcpStream::connect(account.address()).unwrap();
    let url = account.list_url();
    let (_, path) = url.trim_start_matches("http://").split_once('/').unwrap();
    // HTTP/1.0 has no chunks: the body is everything after the head.
    write!(stream, "GET /{path} HTTP/1.0\r\n").unwrap();
    for (name, value) in account.auth_headers() {
        write!(stream, "{name}: {value}\r\n").unwrap();
    }
    write!(stream, "\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n");
    let body = answer.split_off(end.unwrap() + 4);
    let descriptor = providers::find(provider).unwrap();
    let page: serde_json::Value = serde_json::from_slice(&body).unwrap();
    let tenants = page
        .pointer(&descriptor.records_pointer())
        .unwrap()
        .as_array()
        .unwrap()
        .len();
    (body, tenants)
}
