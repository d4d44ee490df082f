//! Every value of every body that the providers' documents show, mutated in every way, over real HTTP: the tenant is
//! right, or lacks the field and the report says so, or its record is quarantined. The table of it is a snapshot.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod mutation;
mod oracle;
mod outcome;
mod page;
mod secret;
mod table;
mod verdict;

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;

use futures::FutureExt;
use provider_sim::{Paging, Provider};
use serde_json::{Value, json};
use tenancy_tests::providers::{self, Facts};
use tenancy_tests::replay::{Played, Replay, after_the_last};
use tenancy_tests::spec::{Kind, Shape, Spec};
use tenancy_tests::{examples, put_at};

use mutation::{Edit, put};
use oracle::Around;
use outcome::written;
use table::Table;
use verdict::{Case, Verdict};

/// How many records every page has: a mutant between two neighbours.
const RECORDS: usize = 3;
/// Where a page has its records, until they are put there.
const RECORDS_MARK: &str = "\"@@RECORDS@@\"";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_mutant_is_read_or_reported() {
    let checks = providers::ALL
        .iter()
        .map(|facts| tokio::spawn(check(facts)));
    for check in checks.collect::<Vec<_>>() {
        check.await.unwrap();
    }
}

async fn check(facts: &'static Facts) {
    let provider = facts.provider.name;
    let spec = Spec::read(provider, &Spec::document(provider));
    let bench = Bench {
        replay: Replay::start(provider).await,
        facts,
        spec,
    };
    let (mut of_records, mut of_page) = (Table::default(), Table::default());
    for (_, body) in examples(provider, "examples") {
        let mut page: Value = serde_json::from_slice(&body).unwrap();
        let records = bench.spec.records_of(&mut page);
        records.retain(|record| !facts.is_parent(record));
        for record in records.clone() {
            bench.mutate_record(&page, &record, &mut of_records).await;
        }
        bench.mutate_page(&page, &mut of_page).await;
    }
    let table = format!(
        "In a record of `{}`:\n\n{}\nIn the page around the records:\n\n{}",
        bench.spec.records,
        of_records.text(),
        of_page.text()
    );
    let wrong: BTreeMap<_, _> = of_records.wrong().iter().chain(of_page.wrong()).collect();
    // Printed first: a snapshot that differs hides the reasons.
    if !wrong.is_empty() {
        eprintln!("{provider} is silently wrong: {wrong:#?}");
    }
    insta::with_settings!({snapshot_path => "../snapshots", omit_expression => true}, {
        insta::assert_snapshot!(provider, table);
    });
    assert!(wrong.is_empty(), "silently wrong: {wrong:#?}");
}

/// A provider's account, and what is declared of its list.
struct Bench {
    replay: Replay,
    facts: &'static Facts,
    spec: Spec,
}

impl Bench {
    /// Mutates each value of a record, which stands between two neighbours.
    async fn mutate_record(&self, page: &Value, record: &Value, table: &mut Table) {
        let mut page = self.settled(page);
        let mut record = record.clone();
        secret::put(&mut record, &secret::names(&self.spec.record));
        let mark = RECORDS_MARK.trim_matches('"').into();
        put_at(&mut page, &self.spec.list(), mark);
        let page = page.to_string();
        let neighbours = self
            .neighbours(&record)
            .map(|neighbour| neighbour.to_string());
        let around = Around {
            parent: self.parent(&page),
            total: None,
            total_is_absurd: false,
            refused: false,
        };
        let send = |sent: &[u8]| {
            let [before, after] = neighbours.each_ref().map(String::as_bytes);
            let records = [b"[", before, b",", sent, b",", after, b"]"].concat();
            put(&page, RECORDS_MARK, &records)
        };
        let unharmed = self.unharmed(send(record.to_string().as_bytes())).await;
        for pointer in pointers(&record) {
            let field = field(&self.spec.record, &pointer);
            for mutation in mutation::of(record.pointer(&pointer).unwrap()) {
                let Some(sent) = mutation.edit.apply(&record, &pointer) else {
                    continue;
                };
                let case = Case {
                    spec: &self.spec,
                    sent: &sent,
                    pointer: &pointer,
                    unharmed: &unharmed,
                    around: &around,
                };
                let rest = after_the_last(self.spec.provider, RECORDS);
                let verdict = match self.play(send(&sent), rest).await {
                    Some(played) => case.judge_record(&played),
                    None => Verdict::SilentlyWrong("panic".to_owned()),
                };
                table.note(&field, &mutation, &verdict);
            }
        }
    }

    /// Mutates each value around the records.
    async fn mutate_page(&self, page: &Value, table: &mut Table) {
        let mut page = self.settled(page);
        let records = self.spec.records_of(&mut page);
        let record = records[0].clone();
        let [first, last] = self.neighbours(&record);
        *records = vec![first, record, last];
        let unharmed = self.unharmed(page.to_string().into_bytes()).await;
        let around = Around {
            parent: None,
            total: None,
            total_is_absurd: false,
            refused: false,
        };
        let records = self.spec.list() + "/";
        for pointer in pointers(&page)
            .into_iter()
            .filter(|pointer| !pointer.starts_with(&records))
        {
            let field = field(&self.spec.page, &pointer);
            for mutation in mutation::of(page.pointer(&pointer).unwrap()) {
                let Some(sent) = mutation.edit.apply(&page, &pointer) else {
                    continue;
                };
                let case = Case {
                    spec: &self.spec,
                    sent: &sent,
                    pointer: &pointer,
                    unharmed: &unharmed,
                    around: &around,
                };
                let rest = self.further(&page, &pointer, &mutation.edit);
                let verdict = match self.play(sent.clone(), rest).await {
                    Some(played) => page::judge(&case, &played),
                    None => Verdict::SilentlyWrong("panic".to_owned()),
                };
                table.note(&field, &mutation, &verdict);
            }
        }
    }

    /// Lists a page; nothing if the listing panicked.
    async fn play(&self, page: Vec<u8>, rest: Vec<u8>) -> Option<Played> {
        let played = self.replay.play(page, rest, true);
        AssertUnwindSafe(played).catch_unwind().await.ok()
    }

    /// What a mutated first page is followed by. A provider whose pages have ranks mutates all of them alike.
    fn further(&self, page: &Value, pointer: &str, edit: &Edit) -> Vec<u8> {
        let mut page = page.clone();
        put_at(&mut page, &self.spec.list(), json!([]));
        let is_ranked = matches!(
            Provider::named(self.spec.provider).paging(),
            Paging::Numbers { .. } | Paging::Offset { .. }
        );
        let mutated = edit.apply(&page, pointer).filter(|_| is_ranked);
        mutated.unwrap_or_else(|| after_the_last(self.spec.provider, RECORDS))
    }

    /// The tenants of a page without a mutation.
    async fn unharmed(&self, page: Vec<u8>) -> Vec<Value> {
        let rest = after_the_last(self.spec.provider, RECORDS);
        let played = self.play(page, rest).await.unwrap();
        assert!(played.outcome.report.complete, "{:?}", played.outcome);
        assert_eq!(played.outcome.tenants.len(), RECORDS);
        played.outcome.tenants.iter().map(written).collect()
    }

    /// The page as the one and only one, with as many records as it will have.
    fn settled(&self, page: &Value) -> Value {
        let mut page = page.clone();
        self.facts.settle(&mut page, RECORDS);
        page
    }

    fn parent(&self, page: &str) -> Option<String> {
        let page: Value = serde_json::from_str(page).unwrap();
        Some(page.pointer(self.facts.parent?)?.to_string())
    }

    /// The record under two other identities.
    fn neighbours(&self, record: &Value) -> [Value; 2] {
        let identity = self.spec.identity();
        [7_000_001, 7_000_002].map(|number| {
            let mut neighbour = record.clone();
            let id = &mut neighbour[identity];
            *id = if id.is_string() {
                format!("NEIGHBOUR_{number}").into()
            } else {
                number.into()
            };
            neighbour
        })
    }
}

/// The pointers to all values of a document, itself included.
fn pointers(document: &Value) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut below = |step: &str, value: &Value| {
        found.extend(
            pointers(value)
                .into_iter()
                .map(|rest| format!("/{step}{rest}")),
        );
    };
    match document {
        Value::Object(members) => members.iter().for_each(|(name, value)| below(name, value)),
        Value::Array(elements) => {
            elements
                .iter()
                .enumerate()
                .for_each(|(position, value)| below(&position.to_string(), value));
        }
        _ => {}
    }
    found
}

/// The field as the ledger names it; all names of an open object are one.
fn field(shape: &Shape, pointer: &str) -> String {
    let mut shape = Some(shape);
    let mut name = String::new();
    for step in pointer.split('/').skip(1) {
        let kind = shape.map(|shape| &shape.kind);
        if let Some(Kind::Any) = kind {
            return name + ".…";
        }
        let dot = if name.is_empty() { "" } else { "." };
        let (told, below) = match kind {
            Some(Kind::List(element)) => ("[]".to_owned(), Some(&**element)),
            Some(Kind::Open(_, rest)) => (format!("{dot}*"), Some(&**rest)),
            _ => (
                format!("{dot}{step}"),
                shape.and_then(|shape| shape.member(step)),
            ),
        };
        name += &told;
        shape = below;
    }
    if name.is_empty() {
        "(all of it)".to_owned()
    } else {
        name
    }
}
