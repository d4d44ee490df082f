//! Time and allocations to turn a provider's body into tenants, without a network.

#![allow(clippy::unwrap_used, reason = "a benchmark that cannot go on ends")]

use std::io::{Read, Write};
use std::net::TcpStream;

use divan::counter::{BytesCount, ItemsCount};
use divan::{AllocProfiler, Bencher, black_box};
use provider_sim::{Account, AccountHandle, Provider, Simulator};
use tenancy::Normaliser;
use tenancy::providers::{Layers, OmniDim, Vobiz};

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

/// As many as fit in a page of each provider.
const RECORDS: u32 = 200;
const ACCOUNT: &str = "bench";

fn main() {
    divan::main();
}

#[divan::bench]
fn omnidim(bencher: Bencher<'_, '_>) {
    let credentials = omnidim_client::Credentials::new(ACCOUNT);
    let provider = OmniDim::new(omnidim_client::Client::connect(credentials).unwrap());
    let body = body(Provider::named("omnidim"), "");
    bench(bencher, &body, || provider.normaliser(ACCOUNT, false));
}

#[divan::bench]
fn layers(bencher: Bencher<'_, '_>) {
    let credentials = layers_client::Credentials::new(ACCOUNT);
    let provider = Layers::new(layers_client::Client::connect(credentials).unwrap());
    let body = body(Provider::named("layers"), "?limit=200");
    bench(bencher, &body, || provider.normaliser(ACCOUNT, false));
}

#[divan::bench]
fn vobiz(bencher: Bencher<'_, '_>) {
    let credentials = vobiz_client::Credentials::new(ACCOUNT, ACCOUNT);
    let client = vobiz_client::Client::connect(credentials).unwrap();
    let provider = Vobiz::new(client, ACCOUNT).unwrap();
    let body = body(Provider::named("vobiz"), "?size=200");
    bench(bencher, &body, || provider.normaliser(ACCOUNT, false));
}

fn bench(bencher: Bencher<'_, '_>, body: &[u8], normaliser: impl Fn() -> Normaliser + Sync) {
    bencher
        .counter(ItemsCount::new(RECORDS))
        .counter(BytesCount::of_slice(body))
        .bench(|| {
            let mut normaliser = normaliser();
            let mut tenants = 0;
            for entry in normaliser.push(black_box(body)).unwrap() {
                black_box(entry.unwrap());
                tenants += 1;
            }
            for entry in normaliser.finish().unwrap().records {
                black_box(entry.unwrap());
                tenants += 1;
            }
            assert_eq!(tenants, RECORDS);
        });
}

/// A body as the simulated provider sends it.
fn body(provider: Provider, query: &str) -> Vec<u8> {
    let account = Account::new(provider, ACCOUNT).population(RECORDS, 7);
    let simulator = Simulator::start([account]).unwrap();
    get(&simulator.account(ACCOUNT), query)
}

fn get(account: &AccountHandle, query: &str) -> Vec<u8> {
    let url = account.list_url();
    let (address, path) = url.trim_start_matches("http://").split_once('/').unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    // HTTP/1.0 knows no chunks: the body is what follows the head.
    write!(stream, "GET /{path}{query} HTTP/1.0\r\n").unwrap();
    for (name, value) in account.auth_headers() {
        write!(stream, "{name}: {value}\r\n").unwrap();
    }
    write!(stream, "\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer
        .windows(4)
        .position(|bytes| bytes == b"\r\n\r\n")
        .unwrap();
    answer.split_off(end + 4)
}
