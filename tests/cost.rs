//! The cost of certainty: what honest lists of each provider take beyond the least possible, and how certain they are.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::num::NonZeroU32;

use provider_sim::{Paging, Provider, Simulator};
use tenancy::providers::Capabilities;
use tenancy::{Certainty, Query};
use tenancy_tests::{connect, hurried, list, provider, root};

const SIZE: u32 = 10;

/// The headings of the table in `BENCHMARKS.md`.
const HEADINGS: &str = "\
| provider | pages by | tenants | least requests | before | now | certainty before | certainty now |
|---|---|---:|---:|---:|---:|---|---|
";

/// How an engine that believed every total and every end read a list: its requests, and its certainty.
fn before(can: &Capabilities, least: u64, pages: u64) -> (u64, Certainty) {
    let certainty = match can.paging {
        tenancy::providers::Paging::Links if pages > 1 => Certainty::Assumed,
        _ => Certainty::Proved,
    };
    (least, certainty)
}

fn family(paging: &Paging) -> &'static str {
    match paging {
        Paging::OneBody => "one body",
        Paging::Numbers { .. } => "number",
        Paging::Offset { .. } => "offset",
        Paging::Token { .. } => "cursor",
        Paging::Keyset { .. } => "last identity",
    }
}

/// One row of the table: a list of so many tenants.
async fn row(sim: &Simulator, simulated: Provider, tenants: u32) -> String {
    let handle = sim.account(&format!("{} {tenants}", simulated.name()));
    let mut query = Query::default();
    query.page_size = NonZeroU32::new(SIZE);
    query.concurrency = NonZeroU32::MIN;
    let outcome = list(vec![connect(&handle, &hurried())], query).await;
    let source = &outcome.report.sources[0];
    assert!(source.complete, "{source:?}");
    assert_eq!(outcome.tenants.len(), tenants as usize);

    let paging = simulated.paging();
    let pages_of = |records: u64| match paging {
        Paging::OneBody => 1,
        _ => records.div_ceil(u64::from(SIZE)).max(1),
    };
    // The parent's own record takes a place too.
    let pages = pages_of(u64::from(tenants) + source.parents.min(1));
    // Each status that a plain list may omit, or does not tell, is requested as a separate list.
    let capabilities = provider(simulated.name()).capabilities;
    let separate = match capabilities.status_from_filter {
        true => capabilities.status_filter,
        false => capabilities.maybe_left_out,
    };
    let unlisted: Vec<_> = capabilities.unlisted().collect();
    let separate: Vec<_> = separate
        .iter()
        .copied()
        .filter(|word| !unlisted.contains(word))
        .collect();
    let with_status = |word: &str| {
        let statuses = outcome
            .tenants
            .iter()
            .filter_map(|tenant| tenant.status.as_ref());
        statuses.filter(|status| status.as_str() == word).count() as u64
    };
    let words = separate.iter();
    // Only an empty page ends a list whose pages may be cut.
    let end = u64::from(capabilities.maybe_cut && paging != Paging::OneBody && tenants > 0);
    let least = pages + end + words.map(|word| pages_of(with_status(word))).sum::<u64>();
    let lists = 1 + separate.len() as u64;
    // After the last list, all others are read once more, in a page and perhaps one to see their end.
    let looks = 2 * (lists - 1);
    let (requests, certainty) = before(&capabilities, least, pages);
    let name = simulated.name();
    assert!(
        source.requests <= requests + lists + looks,
        "{name}, {tenants} tenants: {} requests, {requests} before",
        source.requests
    );
    // Such an engine believes that one body is whole, whether or not a document says so, that no status changes between lists, and
    // that an empty list is not the answer to a key that may not list.
    let is_doubtful = tenants == 0 && capabilities.empty_if_not_allowed;
    assert!(
        source.certainty <= certainty
            || capabilities.maybe_cut
            || is_doubtful
            || !separate.is_empty(),
        "{name}, {tenants} tenants: {:?}, {certainty:?} before",
        source.certainty
    );
    let family = family(&paging);
    let [was, is] = [certainty, source.certainty].map(|it| format!("{it:?}").to_lowercase());
    let now = source.requests;
    format!("| {name} | {family} | {tenants} | {least} | {requests} | {now} | {was} | {is} |\n")
}

/// `CERTAINTY_UPDATE=1 cargo test -p tenancy-tests --test cost` writes the table anew.
#[tokio::test]
async fn certainty_costs_an_honest_list_one_request_at_most() {
    let lengths = [0, 1, SIZE, SIZE + 1, 10 * SIZE, 1000];
    let providers = Provider::ALL.iter().copied();
    let cases: Vec<_> = providers
        .flat_map(|provider| lengths.map(|tenants| (provider, tenants)))
        .collect();
    let accounts = cases.iter().map(|(provider, tenants)| {
        let name = format!("{} {tenants}", provider.name());
        provider_sim::Account::new(*provider, name).population(*tenants, 7)
    });
    let sim = Simulator::start(accounts).unwrap();
    let mut table = HEADINGS.to_owned();
    for (provider, tenants) in cases {
        table += &row(&sim, provider, tenants).await;
    }
    let path = root().join("BENCHMARKS.md");
    let document = std::fs::read_to_string(&path).unwrap();
    let (begin, end) = (
        "<!-- counted: certainty -->\n\n",
        "\n<!-- end: certainty -->",
    );
    let (head, rest) = document.split_once(begin).unwrap();
    let (_, tail) = rest.split_once(end).unwrap();
    let expected = [head, begin, &table, end, tail].concat();
    if std::env::var_os("CERTAINTY_UPDATE").is_some() {
        std::fs::write(&path, expected).unwrap();
    } else {
        assert!(
            document == expected,
            "BENCHMARKS.md is not what the test counts:\n{table}"
        );
    }
}
