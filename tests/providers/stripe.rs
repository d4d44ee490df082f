//! Stripe's facts, and the tests of what only Stripe has.

use jiff::Timestamp;
use serde_json::json;
use tenancy::providers::stripe::DESCRIPTOR;

use super::{Facts, put};
use crate::clean::Clean;

/// What general tests must know of Stripe.
pub static FACTS: Facts = Facts {
    provider: &DESCRIPTOR,
    partial_examples: &["list-accounts.first-page"],
    only_page: |_| json!({"has_more": false}),
    after_the_last: |_| json!({"object": "list", "url": "/v1/accounts", "has_more": false, "data": []}),
    total: None,
    read: &["/data", "/has_more"],
    parent: None,
    feeds: &[
        ("id", "id"),
        ("charges_enabled", "status_detail.charges_enabled"),
        ("payouts_enabled", "status_detail.payouts_enabled"),
        ("email", "contact.email"),
        ("metadata", "metadata"),
    ],
    derive: |tenant, record| {
        let at = |path: &str| path.split('.').fold(record, Clean::member).shown();
        let display_name = at("settings.dashboard.display_name");
        put(
            tenant,
            "name",
            display_name.or_else(|| at("business_profile.name")),
        );
        put(tenant, "timezone", at("settings.dashboard.timezone"));
        let seconds = at("created").and_then(|created| created.as_i64());
        let created = seconds.and_then(|seconds| Timestamp::from_second(seconds).ok());
        put(
            tenant,
            "created_at",
            created.map(|time| json!(time.to_string())),
        );
        let reason = at("requirements.disabled_reason");
        let switches = ["charges_enabled", "payouts_enabled"].map(at);
        let status = match &reason {
            Some(_) => Some("suspended"),
            None if switches == [Some(json!(true)), Some(json!(true))] => Some("active"),
            None => None,
        };
        put(tenant, "status", status.map(|status| json!(status)));
        put(tenant, "status_detail.disabled_reason", reason);
    },
    contradicted: |_| None,
    ignored: &[
        ("object", "the same word everywhere"),
        ("url", "the path that was requested"),
        ("business_profile.annual_revenue", UNLIKE),
        ("business_profile.estimated_worker_count", UNLIKE),
        ("business_profile.mcc", UNLIKE),
        (
            "business_profile.minority_owned_business_designation",
            UNLIKE,
        ),
        ("business_profile.product_description", "of the product"),
        ("business_profile.support_address", CUSTOMERS),
        ("business_profile.support_email", CUSTOMERS),
        ("business_profile.support_phone", CUSTOMERS),
        ("business_profile.support_url", CUSTOMERS),
        ("business_profile.url", UNLIKE),
        ("business_type", UNLIKE),
        ("capabilities", "words, where permissions are yes or no"),
        ("company", PRIVATE),
        ("controller", UNLIKE),
        ("country", UNLIKE),
        ("default_currency", "there is no balance"),
        ("details_submitted", "`requirements` says more"),
        ("external_accounts", PRIVATE),
        ("future_requirements", "of a time to come"),
        ("groups", UNLIKE),
        ("individual", PRIVATE),
        ("requirements.alternatives", UNLIKE),
        ("requirements.current_deadline", UNLIKE),
        ("requirements.currently_due", UNLIKE),
        ("requirements.errors", UNLIKE),
        ("requirements.eventually_due", UNLIKE),
        ("requirements.past_due", UNLIKE),
        ("requirements.pending_verification", UNLIKE),
        ("settings.bacs_debit_payments", UNLIKE),
        ("settings.branding", UNLIKE),
        ("settings.card_issuing", UNLIKE),
        ("settings.card_payments", UNLIKE),
        ("settings.invoices", UNLIKE),
        ("settings.payments", UNLIKE),
        ("settings.payouts", UNLIKE),
        ("settings.sepa_debit_payments", UNLIKE),
        ("settings.treasury", UNLIKE),
        ("tos_acceptance", PRIVATE),
        ("type", UNLIKE),
    ],
    long_numbers: &[(r#""object""#, r#""credit":12345678901234567890,"object""#)],
};

const UNLIKE: &str = "nothing that tenants of other providers have";
const CUSTOMERS: &str = "for the business's own customers";
const PRIVATE: &str = "private data of owners, directors or bank accounts";

#[cfg(test)]
mod tests {
    use provider_sim::{Account as SimAccount, Provider, Simulator};
    use serde_json::Value;
    use tenancy::{Certainty, Query, SourceReport, Status};

    use super::super::server::{SIZE, judged, list_body, query_value, read, received, serve};
    use super::*;
    use crate::{Outcome, account, connect, hurried, list};

    fn simulated(tenants: u32) -> SimAccount {
        SimAccount::new(Provider::named("stripe"), "s").population(tenants, 1)
    }

    /// The account of this number, connected so many seconds before 2026-01-01T00:01:00Z.
    fn row(number: usize) -> Value {
        json!({"object": "account", "id": id(number), "created": 1_767_225_660 - number})
    }

    fn id(number: usize) -> String {
        format!("acct_EXAMPLE{number:06}")
    }

    fn page(numbers: std::ops::Range<usize>, has_more: bool) -> Value {
        let rows: Vec<_> = numbers.map(row).collect();
        json!({"object": "list", "url": "/v1/accounts", "has_more": has_more, "data": rows})
    }

    fn only(row: &Value) -> String {
        json!({"object": "list", "has_more": false, "data": [row]}).to_string()
    }

    fn source(outcome: &Outcome) -> &SourceReport {
        &outcome.report.sources[0]
    }

    #[tokio::test]
    async fn every_request_states_the_version_and_begins_after_the_last_account() {
        let server = serve(
            |request| match query_value(request, "starting_after").as_deref() {
                None => page(0..2, true),
                Some(after) if after == id(1) => page(2..4, true),
                Some(after) if after == id(3) => page(4..5, false),
                other => panic!("{other:?}"),
            },
        )
        .await;
        let account = account(&DESCRIPTOR, "a", &server.uri(), "sk_key");
        let outcome = list(vec![account], Query::default()).await;
        assert_eq!(outcome.ids(), [0, 1, 2, 3, 4].map(id));
        assert!(source(&outcome).complete);
        assert_eq!(source(&outcome).certainty, Certainty::Proved);
        insta::assert_snapshot!("stripe-requests", received(&server).await.join("\n"));
    }

    #[tokio::test]
    async fn times_are_seconds_since_1970() {
        for (created, shown) in [
            (json!(1_767_225_600), Some("2026-01-01T00:00:00Z")),
            (json!(0), Some("1970-01-01T00:00:00Z")),
            (json!(i64::MAX), None),
        ] {
            let row = json!({"id": "acct_1", "created": created});
            let outcome = list_body("stripe", &only(&row)).await;
            let read = outcome.tenants[0].created_at.map(|time| time.to_string());
            assert_eq!(read.as_deref(), shown, "{created}");
            let is_said = source(&outcome)
                .omitted
                .iter()
                .any(|it| it.path == "/created");
            assert_eq!(is_said, shown.is_none(), "{created}");
        }
    }

    #[tokio::test]
    async fn the_switches_and_the_reason_give_a_status_only_where_they_agree() {
        let (active, suspended) = (Some(Status::Active), Some(Status::Suspended));
        for (charges, payouts, reason, status) in [
            (json!(true), json!(true), json!(null), active),
            (json!(false), json!(true), json!(null), None),
            (json!(true), json!(false), json!(null), None),
            (json!(false), json!(false), json!(null), None),
            (json!(true), json!(null), json!(null), None),
            (
                json!(false),
                json!(false),
                json!("under_review"),
                suspended.clone(),
            ),
            (
                json!(false),
                json!(false),
                json!("rejected.fraud"),
                suspended.clone(),
            ),
            // Rejected without a pause of payouts (`payouts_action`).
            (
                json!(false),
                json!(true),
                json!("rejected.platform_other"),
                suspended.clone(),
            ),
            (
                json!(true),
                json!(false),
                json!("requirements.past_due"),
                suspended.clone(),
            ),
            (json!(false), json!(false), json!("a.new_word"), suspended),
        ] {
            let row = json!({"id": "acct_1", "charges_enabled": charges, "payouts_enabled": payouts, "requirements": {"disabled_reason": reason}});
            let outcome = list_body("stripe", &only(&row)).await;
            let tenant = &outcome.tenants[0];
            assert_eq!(tenant.status, status, "{row}");
            let words = serde_json::to_value(&tenant.status_detail).unwrap();
            assert_eq!(
                words.get("disabled_reason"),
                reason.as_str().map(|_| &reason),
                "{row}"
            );
            assert_eq!(words["charges_enabled"], charges, "{row}");
            let is_new = reason == "a.new_word";
            assert_eq!(source(&outcome).drift.len(), usize::from(is_new), "{row}");
        }
    }

    /// A list of eight accounts in pages of three, whose account 2 is disconnected after the first page.
    #[tokio::test]
    async fn a_disconnected_cursor_costs_no_account() {
        let (outcome, requests) = read("stripe", move |_, request| {
            let after = query_value(request, "starting_after");
            match (0..8).find(|number| after.as_deref() == Some(&id(*number))) {
                None => (200, page(0..3, true)),
                Some(2) => {
                    let message = format!("No such account: {}", id(2));
                    let error = json!({"type": "invalid_request_error", "message": message, "param": "starting_after"});
                    (400, json!({"error": error}))
                }
                Some(number) => {
                    let end = 8.min(number + 1 + SIZE);
                    let rows = (number + 1..end).filter(|number| *number != 2);
                    let rows: Vec<_> = rows.map(row).collect();
                    (200, json!({"data": rows, "has_more": end < 8}))
                }
            }
        })
        .await;
        assert_eq!(outcome.ids(), [0, 1, 2, 3, 4, 5, 6, 7].map(id));
        assert!(source(&outcome).complete, "{:?}", source(&outcome));
        assert_eq!(requests, 4);
    }

    #[tokio::test]
    async fn an_empty_list_proves_nothing_because_a_key_of_no_platform_gets_one() {
        for account in [simulated(0), simulated(9).knob("no_platform")] {
            let sim = Simulator::start([account]).unwrap();
            let account = connect(&sim.account("s"), &hurried());
            let outcome = list(vec![account], Query::default()).await;
            assert!(outcome.tenants.is_empty());
            let listed = source(&outcome);
            assert_eq!(listed.certainty, Certainty::Assumed, "{listed:?}");
            assert!(
                listed.because[0].text.contains("key without access"),
                "{listed:?}"
            );
        }
    }

    #[tokio::test]
    async fn a_page_that_does_not_say_that_it_is_the_last_proves_nothing() {
        for end in ["", r#","has_more":null"#] {
            let body = format!(r#"{{"data":[{}]{end}}}"#, row(0));
            let outcome = list_body("stripe", &body).await;
            assert_eq!(outcome.tenants.len(), 1, "{end}");
            let judged = judged(&outcome, 1);
            assert_ne!(judged.certainty, Certainty::Proved, "{judged:?}");
        }
    }

    #[tokio::test]
    async fn the_list_within_an_account_is_not_the_list_of_accounts() {
        let mut row = row(0);
        row["external_accounts"] = json!({"object": "list", "data": [{"id": "ba_1"}, {"id": "ba_2"}], "has_more": true, "url": "/v1/accounts/a/external_accounts"});
        let server = serve(move |_| json!({"data": [row], "has_more": false})).await;
        let account = account(&DESCRIPTOR, "a", &server.uri(), "sk_key");
        let outcome = list(vec![account], Query::default()).await;
        assert_eq!(outcome.ids(), [id(0)]);
        assert_eq!(source(&outcome).certainty, Certainty::Proved);
        assert_eq!(received(&server).await.len(), 1);
    }

    /// A page of 20 accounts of 250 kB, whose large objects have shapes that no document shows.
    #[tokio::test]
    async fn large_accounts_of_any_shape_are_read_whole() {
        let large: Vec<Value> = (0..1500)
            .map(|number| json!({"field": format!("field.{number}"), "errors": [number, null, {"code": "x".repeat(40)}]}))
            .collect();
        let rows = (0..20).map(|number| {
            let mut row = row(number);
            for field in [
                "capabilities",
                "company",
                "controller",
                "future_requirements",
                "individual",
                "tos_acceptance",
            ] {
                row[field] = json!(["of another shape"]);
            }
            row["company"] = json!({ "documents": large });
            row["settings"] =
                json!({"branding": "none", "payouts": [1], "dashboard": {"display_name": "A"}});
            row["requirements"] = json!({"errors": large, "alternatives": [[], "b"]});
            row
        });
        let rows: Vec<_> = rows.collect();
        let body = json!({"data": rows, "has_more": false}).to_string();
        assert!(body.len() > 3_000_000, "{}", body.len());
        let outcome = list_body("stripe", &body).await;
        assert_eq!(outcome.tenants.len(), 20);
        let listed = source(&outcome);
        assert!(listed.complete, "{listed:?}");
        assert_eq!((&listed.drift[..], &listed.omitted[..]), (&[][..], &[][..]));
    }

    #[tokio::test]
    async fn private_data_is_shown_only_in_the_record_as_sent() {
        let mut row = row(0);
        row["individual"] = json!({"first_name": "PRIVATE", "dob": {"year": 1970}});
        row["company"] = json!({"directors": "PRIVATE"});
        row["tos_acceptance"] = json!({"ip": "PRIVATE"});
        row["external_accounts"] =
            json!({"data": [{"account_holder_name": "PRIVATE"}], "more": "PRIVATE"});
        let server = serve(move |_| json!({"data": [row], "has_more": false})).await;
        for raw in [false, true] {
            let account = account(&DESCRIPTOR, "a", &server.uri(), "sk_key");
            let mut query = Query::default();
            query.raw = raw;
            let mut outcome = list(vec![account], query).await;
            if raw {
                let raw = outcome.tenants[0].raw.take().unwrap();
                assert_eq!(raw.get().matches("PRIVATE").count(), 5);
            }
            let shown = format!(
                "{outcome:?}{}",
                serde_json::to_string(&outcome.tenants).unwrap()
            );
            assert!(!shown.contains("PRIVATE"), "{shown}");
        }
    }
}
