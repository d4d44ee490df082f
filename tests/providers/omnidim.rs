//! OmniDim's facts, and the tests of what only OmniDim has.

use serde_json::{Map, Value, json};
use tenancy::providers::omnidim::DESCRIPTOR;

use super::{Facts, fed, put};
use crate::clean::Clean;

/// What general tests must know of OmniDim.
pub static FACTS: Facts = Facts {
    provider: &DESCRIPTOR,
    partial_examples: &[],
    only_page: |records| json!({"total_organizations": records}),
    after_the_last: |_| json!({"success": true, "organizations": []}),
    total: Some("/total_organizations"),
    read: &[
        "/success",
        "/organizations",
        "/total_organizations",
        "/reseller_organization",
        "/reseller_organization/id",
    ],
    parent: Some("/reseller_organization/id"),
    feeds: &[
        ("id", "id"),
        ("name", "name"),
        ("created_date", "created_at"),
        ("timezone", "timezone"),
        ("org_balance", "balance.amount"),
        ("cost_per_min", "rate_per_minute.amount"),
        ("concurrent_call_limit", "limits.concurrent_calls"),
    ],
    derive,
    contradicted: |record| {
        let listed = match record.member("users") {
            Clean::List(users) => users.len(),
            _ => 0,
        };
        let total = record.member("total_users").shown()?;
        (total != json!(listed)).then_some("/users")
    },
    ignored: &[
        (
            "reseller_access_control",
            "what the reseller's own users may do",
        ),
        (
            "reseller_organization.concurrent_call_limit",
            "the reseller's own",
        ),
        ("reseller_organization.name", "the reseller's own"),
        (
            "total_users_across_orgs",
            "each organization has its own `total_users`",
        ),
        (
            "users[].access_level",
            "the document does not say what it means",
        ),
    ],
    long_numbers: &[
        (
            r#""id""#,
            r#""id":12345678901234567890,"org_balance":12345678901234567890.10,"old_id""#,
        ),
        (r#","org_balance":"#, r#","org_balance_before":"#),
    ],
};

const USER: &[(&str, &str)] = &[
    ("id", "id"),
    ("name", "name"),
    ("email", "email"),
    ("phone", "phone"),
    ("is_active", "active"),
    ("login_date", "last_login_at"),
    ("expiry_date", "expires_at"),
    ("dashboard_menu_access", "permissions"),
];

fn derive(tenant: &mut Map<String, Value>, record: &Clean) {
    let of_balance = record
        .member("reseller_org_balance_currency_symbol")
        .shown();
    let of_users = record.member("org_user_currency_symbol").shown();
    if tenant.contains_key("rate_per_minute") && of_balance == of_users {
        put(tenant, "rate_per_minute.currency", of_balance.clone());
    }
    if tenant.contains_key("balance") {
        put(tenant, "balance.currency", of_balance);
    }
    if let Clean::List(users) = record.member("users") {
        let members = users.iter().map(|user| Value::Object(fed(USER, user)));
        tenant.insert("members".to_owned(), members.collect());
    }
}

#[cfg(test)]
mod tests {
    use provider_sim::{Account as SimAccount, Fault, Simulator};
    use tenancy::providers::Settings;
    use tenancy::{Account, Certainty, Query};

    use super::super::server::{judged, list_body, read, received, serve};
    use super::*;
    use crate::{account, connect, hurried, list, root};

    #[tokio::test]
    async fn one_request_with_the_key() {
        let server = serve(
            |_| json!({"success": true, "organizations": [{"id": 1}], "total_organizations": 1}),
        )
        .await;
        let base_url = format!("{}/api/v1", server.uri());
        let account = account(&DESCRIPTOR, "a", &base_url, "od-key");
        let outcome = list(vec![account], Query::default()).await;
        assert!(outcome.report.complete);
        assert_eq!(
            received(&server).await,
            [
                "GET /api/v1/reseller/organizations accept=application/json authorization=Bearer od-key"
            ]
        );
    }

    #[tokio::test]
    async fn times_are_instants_in_the_assumed_zone() {
        let server = serve(|_| {
            json!({"organizations": [{
                "id": 1,
                "created_date": "2025-10-09T10:20:58",
                "users": [{"login_date": "2025-10-09T10:20:58", "expiry_date": "2026-12-31"}]
            }], "total_organizations": 1})
        })
        .await;
        let mut settings = Settings::new([("api_key", "key")]);
        settings.base_url = Some(server.uri());
        settings.transport = hurried();
        let mut assume = |zone: &str| {
            let key = "assume_timezone".to_owned();
            settings.options.insert(key, zone.to_owned());
            Account::connect("reseller", &DESCRIPTOR, &settings)
        };
        let account = assume("US/Pacific").unwrap();
        let outcome = list(vec![account], Query::default()).await;
        let tenant = &outcome.tenants[0];
        let instant = "2025-10-09T17:20:58Z";
        assert_eq!(tenant.created_at.unwrap().to_string(), instant);
        let member = &tenant.members.as_ref().unwrap()[0];
        assert_eq!(member.last_login_at.unwrap().to_string(), instant);
        assert_eq!(member.expires_at.unwrap().to_string(), "2026-12-31");
        let assumption = "times sent without a zone are in US/Pacific";
        assert_eq!(tenant.assumptions, [assumption]);

        let error = assume("Mars/Olympus").unwrap_err();
        assert!(
            error
                .to_string()
                .contains("`assume_timezone` is no time zone"),
            "{error}"
        );
    }

    #[tokio::test]
    async fn an_unreadable_parent_is_omitted_and_reported() {
        for (reseller, parent, omitted) in [
            (r#"{"id": 7}"#, Some("7"), None),
            (r#"{"id": 7, "name": 5}"#, Some("7"), None),
            ("{}", None, None),
            ("null", None, None),
            (r#"{"id": 7.5}"#, None, Some("no whole number")),
            (r#"{"id": "7"}"#, None, Some("of another type")),
            ("7", None, Some("of another type")),
        ] {
            let body = format!(
                r#"{{"reseller_organization": {reseller}, "organizations": [{{"id": 1}}], "total_organizations": 1}}"#
            );
            let outcome = list_body("omnidim", &body).await;
            assert_eq!(
                outcome.tenants[0].parent_id.as_deref(),
                parent,
                "{reseller}"
            );
            let fields = &outcome.report.sources[0].omitted;
            let found: Vec<_> = fields
                .iter()
                .map(|field| (field.path.as_str(), field.reason.as_str()))
                .collect();
            let expected = omitted.map(|reason| ("/reseller_organization/id", reason));
            assert_eq!(
                found,
                expected.into_iter().collect::<Vec<_>>(),
                "{reseller}"
            );
        }
    }

    #[tokio::test]
    async fn a_success_without_a_list_is_a_refusal() {
        let account = SimAccount::new(provider_sim::Provider::named("omnidim"), "o")
            .population(3, 1)
            .fault(.., Fault::unsuccessful());
        let sim = Simulator::start([account]).unwrap();
        let account = connect(&sim.account("o"), &hurried());
        let outcome = list(vec![account], Query::default()).await;
        assert!(outcome.tenants.is_empty() && !outcome.report.complete);
        insta::assert_snapshot!("omnidim-unsuccessful", outcome.errors[0].to_string());
    }

    #[tokio::test]
    async fn the_example_keeps_its_digits_its_false_and_its_absent_fields() {
        let path = root().join("specs/omnidim/examples/list-child-organizations.json");
        let body = std::fs::read_to_string(path).unwrap();
        let outcome = list_body("omnidim", &body).await;
        let [acme, beta] = outcome.tenants.as_slice() else {
            panic!("{:?}", outcome.tenants)
        };
        let balance =
            |tenant: &tenancy::Tenant| tenant.balance.as_ref().unwrap().amount.to_string();
        assert_eq!(
            (balance(acme), balance(beta)),
            ("24442.6".into(), "13".into())
        );
        let rate = acme.rate_per_minute.as_ref().unwrap();
        assert_eq!(rate.amount.as_str(), "0.09");
        let created = acme.created_at.unwrap().to_string();
        assert_eq!(created, "2025-10-09T10:20:58.220633");
        assert_eq!(acme.status, None);
        let member = &acme.members.as_ref().unwrap()[0];
        assert_eq!(member.phone, None, "`false` is Odoo's word for empty");
        let permissions = member.permissions.as_ref().unwrap();
        assert_eq!(permissions.len(), 16);
        assert_eq!(permissions.get("is_omni_crm_access"), None);
    }

    #[tokio::test]
    async fn a_total_in_quotes_counts_in_one_body_too() {
        let (outcome, _) = read("omnidim", |_, _| {
            (
                200,
                json!({"success": true, "organizations": [{"id": 1}], "total_organizations": "2"}),
            )
        })
        .await;
        assert!(!outcome.report.complete);
        assert_eq!(outcome.tenants.len(), 1);

        // A total that the document promises and that is absent proves nothing either.
        let (outcome, _) = read("omnidim", |_, _| {
            (200, json!({"success": true, "organizations": [{"id": 1}]}))
        })
        .await;
        let source = judged(&outcome, 1);
        assert_eq!(
            (source.complete, source.certainty),
            (true, Certainty::Assumed)
        );
    }

    #[tokio::test]
    async fn a_list_beside_a_reason_is_not_whole() {
        for (fields, is_whole) in [
            (json!({"success": true, "error": "shard 3"}), false),
            (json!({"success": true, "error_description": "x"}), false),
            (
                json!({"success": true, "message": "shard 3 did not answer"}),
                false,
            ),
            (json!({"success": "false"}), false),
            (json!({"success": 0}), false),
            (json!({"success": true, "message": "OK"}), true),
            (
                json!({"success": true, "message": false, "error": ""}),
                true,
            ),
            (
                json!({"organizations": null, "total_organizations": 0}),
                true,
            ),
            (
                json!({"organizations": null, "total_organizations": 1}),
                false,
            ),
        ] {
            let mut body =
                json!({"success": true, "organizations": [{"id": 1}], "total_organizations": 1});
            for (name, value) in fields.as_object().unwrap() {
                body[name] = value.clone();
            }
            let (outcome, _) = read("omnidim", move |_, _| (200, body.clone())).await;
            let source = &outcome.report.sources[0];
            assert_eq!(source.complete, is_whole, "{fields}: {source:?}");
            assert_eq!(source.certainty == Certainty::Proved, is_whole, "{fields}");
        }
    }

    #[tokio::test]
    async fn records_that_arrived_whole_are_listed_whatever_follows_them() {
        let list = r#"{"success": true, "organizations": [{"id": 1}, {"id": 2}"#;
        for rest in [
            "",
            ", {\"id\": 3",
            "], \"total_organizations\": 2} x",
            "] ]",
        ] {
            let outcome = list_body("omnidim", &format!("{list}{rest}")).await;
            assert_eq!(outcome.ids(), ["1", "2"], "{rest}");
            assert!(!outcome.report.complete, "{rest}");
        }
    }
}
