//! Synthflow's facts, and the tests of what only Synthflow has.

use serde_json::{Value, json};
use tenancy::providers::synthflow::DESCRIPTOR;

use super::{Facts, fed};
use crate::clean::Clean;

/// What general tests must know of Synthflow.
pub static FACTS: Facts = Facts {
    provider: &DESCRIPTOR,
    partial_examples: &[],
    only_page: |_| json!({}),
    after_the_last: |_| json!({"status": "success", "response": {"subaccounts": []}}),
    total: None,
    read: &["/status", "/response", "/response/subaccounts"],
    parent: None,
    feeds: &[
        ("subaccount_id", "id"),
        ("agency_id", "parent_id"),
        ("name", "name"),
        ("permissions", "permissions"),
    ],
    derive: |tenant, record| {
        if let Clean::List(members) = record.member("members") {
            let member = |member: &Clean| Value::Object(fed(&[("email", "email")], member));
            tenant.insert("members".to_owned(), members.iter().map(member).collect());
        }
    },
    contradicted: |_| None,
    ignored: &[
        ("status", "counts where it names a failure only"),
        ("api_key", "a secret"),
        (
            "max_minutes",
            "nothing that tenants of other providers have",
        ),
        ("members[].status", "no document says which words there are"),
        (
            "minutes_used",
            "nothing that tenants of other providers have",
        ),
        ("pricing_tiers", "what a user may subscribe to"),
        ("sign_in_link", "a secret"),
        (
            "subscription",
            "nothing that tenants of other providers have",
        ),
    ],
    long_numbers: &[(
        r#""minutes_used":"#,
        r#""minutes_used":12345678901234567890,"minutes_before":"#,
    )],
};

#[cfg(test)]
mod tests {
    use provider_sim::{Account as SimAccount, Provider, Simulator};
    use tenancy::{Certainty, Query, SourceReport};

    use super::super::server::{list_body, received, serve};
    use super::*;
    use crate::{Outcome, account, connect, hurried, list};

    const AGENCY: &str = "1700000000000x900000000000000009";

    fn row(id: &str) -> Value {
        json!({"subaccount_id": id, "agency_id": AGENCY})
    }

    fn page(rows: &[Value]) -> Value {
        json!({"status": "success", "response": {"subaccounts": rows}})
    }

    async fn listed(rows: &[Value]) -> Outcome {
        list_body("synthflow", &page(rows).to_string()).await
    }

    fn complete(outcome: &Outcome) -> &SourceReport {
        let source = &outcome.report.sources[0];
        assert!(source.complete, "{source:?}");
        source
    }

    #[tokio::test]
    async fn one_request_with_the_key_to_the_path_with_its_slash() {
        let server = serve(|_| page(&[row("1x2")])).await;
        let base_url = format!("{}/v2", server.uri());
        let account = account(&DESCRIPTOR, "a", &base_url, "sf-key");
        let outcome = list(vec![account], Query::default()).await;
        assert_eq!(outcome.ids(), ["1x2"]);
        assert_eq!(
            received(&server).await,
            ["GET /v2/subaccounts/ accept=application/json authorization=Bearer sf-key"]
        );
    }

    #[tokio::test]
    async fn identities_keep_all_their_digits() {
        // As numbers, the two would be one.
        let ids = [
            "1700000000001x100000000000000001",
            "1700000000001x100000000000000002",
        ];
        let outcome = listed(&ids.map(row)).await;
        assert_eq!(outcome.ids(), ids);
        assert_eq!(complete(&outcome).duplicates, 0);
        let parents = outcome
            .tenants
            .iter()
            .map(|tenant| tenant.parent_id.as_deref());
        assert_eq!(parents.collect::<Vec<_>>(), [Some(AGENCY); 2]);
        // A bare number is no identity that other calls would take.
        let outcome = listed(&[json!({"subaccount_id": 1700000000001_u64})]).await;
        assert_eq!(outcome.report.sources[0].quarantined, 1);
    }

    #[tokio::test]
    async fn no_status_and_no_time_are_made_up() {
        let mut full = row("1x2");
        full["members"] = json!([{"email": "a@b.example", "status": "accepted"}, {"email": null, "status": "waiting"}]);
        full["permissions"] = json!({"widget": false, "video": true});
        full["minutes_used"] = json!(50.5);
        full["max_minutes"] = json!(null);
        let outcome = listed(&[full]).await;
        assert_eq!(complete(&outcome).omitted, []);
        let written = serde_json::to_value(&outcome.tenants[0]).unwrap();
        let names: Vec<_> = written.as_object().unwrap().keys().collect();
        assert_eq!(
            names,
            [
                "account",
                "id",
                "members",
                "parent_id",
                "permissions",
                "provider",
                "raw"
            ]
        );
        assert_eq!(
            written["permissions"],
            json!({"widget": false, "video": true})
        );
        assert_eq!(written["members"], json!([{"email": "a@b.example"}, {}]));
    }

    #[tokio::test]
    async fn a_row_s_secrets_are_not_shown() {
        let mut created = row("1x2");
        created["sign_in_link"] = "https://s3cret.example/invite".into();
        created["api_key"] = "s3cret-of-a-row".into();
        let outcome = listed(&[created]).await;
        let written = serde_json::to_string(&outcome.tenants).unwrap();
        assert_eq!(written.matches("<redacted>").count(), 2, "{written}");
        assert!(!format!("{written}{outcome:?}").contains("s3cret"));
    }

    #[tokio::test]
    async fn any_word_is_a_success_but_one_that_names_a_failure() {
        for (status, is_complete) in [
            (json!("success"), true),
            (json!("ok"), true),
            (json!(null), true),
            (json!("error"), false),
            (json!("partial"), false),
        ] {
            let mut page = page(&[row("1x2")]);
            page["status"] = status.clone();
            let outcome = list_body("synthflow", &page.to_string()).await;
            assert_eq!(outcome.report.complete, is_complete, "{status}");
        }
        for body in [
            "{}",
            r#"{"status":"success"}"#,
            r#"{"status":"success","response":{}}"#,
        ] {
            let outcome = list_body("synthflow", body).await;
            assert!(!outcome.report.complete, "{body}");
        }
    }

    #[tokio::test]
    async fn a_thousand_come_once_in_one_request_which_may_be_cut() {
        let simulated = SimAccount::new(Provider::named("synthflow"), "s").population(1000, 1);
        let sim = Simulator::start([simulated]).unwrap();
        let handle = sim.account("s");
        let outcome = list(vec![connect(&handle, &hurried())], Query::default()).await;
        assert_eq!(outcome.ids(), handle.ids());
        let source = complete(&outcome);
        assert_eq!((source.requests, source.certainty), (1, Certainty::Assumed));
        assert_eq!((&source.drift[..], &source.omitted[..]), (&[][..], &[][..]));

        let mut query = Query::default();
        query.verify = true;
        let outcome = list(vec![connect(&handle, &hurried())], query).await;
        assert_eq!(complete(&outcome).certainty, Certainty::Agreed);
    }
}
