//! WorkOS' facts, and the tests of what only WorkOS has.

use serde_json::json;
use tenancy::providers::workos::DESCRIPTOR;

use super::Facts;

/// What general tests must know of WorkOS.
pub static FACTS: Facts = Facts {
    provider: &DESCRIPTOR,
    partial_examples: &["list-organizations.first-page"],
    only_page: |_| json!({"list_metadata": {"after": null}}),
    after_the_last: |_| json!({"object": "list", "data": [], "list_metadata": {"before": null, "after": null}}),
    total: None,
    read: &["/data", "/list_metadata", "/list_metadata/after"],
    parent: None,
    feeds: &[
        ("id", "id"),
        ("name", "name"),
        ("created_at", "created_at"),
        ("updated_at", "updated_at"),
        ("metadata", "metadata"),
    ],
    derive: |tenant, record| {
        if let Some(external) = record.member("external_id").shown() {
            tenant.insert("aliases".to_owned(), json!([external]));
        }
    },
    contradicted: |_| None,
    ignored: &[
        ("list_metadata.before", "the list is read forwards"),
        ("object", "the same word everywhere"),
        (
            "allow_profiles_outside_organization",
            "deprecated, and nothing that tenants of other providers have",
        ),
        ("domains", "nothing that tenants of other providers have"),
        ("domains[].verification_token", "a secret"),
        (
            "stripe_customer_id",
            "an identity at another provider, which no call takes",
        ),
    ],
    long_numbers: &[(r#""id""#, r#""seats":12345678901234567890,"id""#)],
};

#[cfg(test)]
mod tests {
    use provider_sim::{Account as SimAccount, Provider, Simulator};
    use serde_json::Value;
    use tenancy::{Certainty, Query, SourceReport};

    use super::super::server::{SIZE, judged, list_body, query_value, read, received, serve};
    use super::*;
    use crate::{Outcome, account, connect, hurried, list};

    fn simulated(tenants: u32) -> SimAccount {
        SimAccount::new(Provider::named("workos"), "w").population(tenants, 1)
    }

    /// The organization of this number, created so many minutes before one o'clock.
    fn row(number: usize) -> Value {
        let time = format!("2026-01-15T12:{:02}:00.000Z", 59 - number);
        json!({"object": "organization", "id": id(number), "created_at": time})
    }

    fn id(number: usize) -> String {
        format!("org_01EXAMPLE{number:017}")
    }

    fn page(numbers: std::ops::Range<usize>, after: Option<usize>) -> Value {
        let rows: Vec<_> = numbers.map(row).collect();
        json!({"object": "list", "data": rows, "list_metadata": {"before": null, "after": after.map(id)}})
    }

    fn source(outcome: &Outcome) -> &SourceReport {
        &outcome.report.sources[0]
    }

    #[tokio::test]
    async fn every_page_states_its_order_and_begins_after_the_organization_that_the_one_before_names()
     {
        let server = serve(|request| match query_value(request, "after").as_deref() {
            None => page(0..2, Some(1)),
            Some(after) if after == id(1) => page(2..4, Some(3)),
            Some(after) if after == id(3) => page(4..5, None),
            other => panic!("{other:?}"),
        })
        .await;
        let account = account(&DESCRIPTOR, "a", &server.uri(), "sk_key");
        let outcome = list(vec![account], Query::default()).await;
        assert_eq!(outcome.ids(), [0, 1, 2, 3, 4].map(id));
        assert!(source(&outcome).complete);
        assert_eq!(source(&outcome).certainty, Certainty::Proved);
        insta::assert_snapshot!("workos-requests", received(&server).await.join("\n"));
    }

    #[tokio::test]
    async fn the_order_is_descending_whatever_the_default() {
        for account in [simulated(250), simulated(250).knob("normal_by_default")] {
            let sim = Simulator::start([account]).unwrap();
            let handle = sim.account("w");
            let outcome = list(vec![connect(&handle, &hurried())], Query::default()).await;
            assert_eq!(outcome.ids(), handle.ids());
            assert_eq!(source(&outcome).requests, 3);
            assert_eq!(source(&outcome).certainty, Certainty::Proved);
        }
    }

    /// A list of eight organizations in pages of three, whose organization 2 is deleted after the first page.
    #[tokio::test]
    async fn a_deleted_cursor_costs_no_organization_whatever_the_answer() {
        let rest = |from: usize, after: Option<usize>| (200, page(from..8.min(from + SIZE), after));
        let known = move |after: usize| rest(after + 1, (after + SIZE < 7).then_some(after + SIZE));
        let answers = [
            ("refused", (422, json!({"message": "Validation failed."}))),
            ("not found", (404, json!({"message": "Not found."}))),
            ("begun anew", (200, page(0..3, Some(2)))),
            ("empty", (200, page(0..0, None))),
        ];
        for (answer, gone) in answers {
            let (outcome, _) = read("workos", move |_, request| {
                let after = query_value(request, "after");
                match (0..8).find(|number| after.as_deref() == Some(&id(*number))) {
                    None => (200, page(0..3, Some(2))),
                    Some(2) => gone.clone(),
                    Some(number) => known(number),
                }
            })
            .await;
            // The page before names the cursor, so that more must follow: an earlier one is tried.
            assert_eq!(outcome.ids(), [0, 1, 2, 3, 4, 5, 6, 7].map(id), "{answer}");
            let listed = source(&outcome);
            assert!(listed.complete, "{answer}: {listed:?}");
        }
    }

    #[tokio::test]
    async fn a_page_that_does_not_say_that_it_is_the_last_proves_nothing() {
        for metadata in [
            "",
            r#","list_metadata":{}"#,
            r#","list_metadata":{"before":null}"#,
        ] {
            let body = format!(r#"{{"data":[{}]{metadata}}}"#, row(0));
            let outcome = list_body("workos", &body).await;
            assert_eq!(outcome.tenants.len(), 1, "{metadata}");
            let judged = judged(&outcome, 1);
            assert_ne!(judged.certainty, Certainty::Proved, "{judged:?}");
        }
    }

    #[tokio::test]
    async fn old_records_are_read_and_the_dns_token_is_shown_nowhere() {
        let mut full = row(1);
        full["external_id"] = "customer-7".into();
        full["domains"] = json!([{"object": "organization_domain", "id": "org_domain_1", "domain": "a.example", "verification_token": "s3cret-of-a-domain"}]);
        let old = json!({"object": "organization", "id": id(0), "name": "Old", "allow_profiles_outside_organization": false, "domains": []});
        let body = json!({"data": [old, full], "list_metadata": {"before": id(0), "after": null}});
        let outcome = list_body("workos", &body.to_string()).await;
        let listed = source(&outcome);
        assert!(listed.complete, "{listed:?}");
        assert_eq!((&listed.drift[..], &listed.omitted[..]), (&[][..], &[][..]));
        assert_eq!(outcome.tenants[1].aliases, ["customer-7"]);
        assert!(outcome.tenants[0].status.is_none());
        let written = serde_json::to_string(&outcome.tenants).unwrap();
        assert!(written.contains("<redacted>"), "{written}");
        assert!(!format!("{written}{outcome:?}").contains("s3cret"));
    }
}
