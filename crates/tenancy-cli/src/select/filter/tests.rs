//! Tests of filters.

use tenancy::Tenant;

use super::*;

const FORM: &str = "a filter is a field, an operator (!= !~ <= >= = ~ < > in) and a value, for example balance<10 or id in (4010, 4011)";

fn verdict(filter: &str) -> Verdict {
    let tenant: Tenant = serde_json::from_str(
        r#"{"provider": "p", "account": "a", "id": "4010", "name": "Acme Société", "description": "",
            "aliases": ["x", "y"], "status": "pending_Review",
            "balance": {"amount": "12345678901234567890.10", "currency": "$"}, "rate_per_minute": {"amount": "0.1"},
            "limits": {"concurrent_calls": 3}, "members": [], "metadata": {"seats": "12", "plan": "gold", "note": "a, \"b\"", "a in (b)": "c"},
            "created_at": "2026-06-01T14:30:00Z", "updated_at": "2026-06-02", "last_used_at": "2026-06-01T14:30:00",
            "permissions": {"sms": false}}"#,
    )
    .unwrap();
    parsed(filter)
        .unwrap_or_else(|error| panic!("{filter}: {error}"))
        .judge((&tenant).into())
}

fn parsed(filter: &str) -> Result<Filter, String> {
    Filter::parse_at(filter, "2026-06-08T14:30:00.5Z".parse().unwrap())
}

#[test]
fn what_matches_and_what_does_not() {
    for filter in [
        "provider=p",
        "id=4010",
        "id>4009.5",
        "name~SOCIÉTÉ",
        "name!~beta",
        "name!=Acme",
        " name = Acme Société ",
        "status=pending_Review",
        "status!=ACTIVE",
        "aliases=y",
        "balance>12345678901234567890.09",
        "balance=12345678901234567890.100",
        "balance.amount<=12345678901234567890.1",
        "balance.currency=$",
        "rate_per_minute<0.10000000000000000001",
        "limits.concurrent_calls>=3",
        "members=0",
        "metadata.seats<13",
        "metadata.plan=gold",
        "permissions.sms=false",
        "created_at=2026-06-01",
        "created_at<=2026-06-01",
        "created_at>=2026-06-01",
        "created_at<2026-06-02",
        "created_at>2026-05-31",
        "created_at=2026-06-01T16:30:00+02:00",
        "created_at~2026-06",
        "updated_at>2026-06-01T23:59:59Z",
        "last_used_at=2026-06-01T14:30:00",
        "id in (4010)",
        "name in (x, \"Acme Société\")",
        "metadata.note in (\"a, \"\"b\"\"\" , c)",
        "status in (ACTIVE,pending_Review)",
        "aliases in (z, y)",
        "balance in (1, 12345678901234567890.100)",
        "permissions.sms in (true, false)",
        "created_at in (2026-05-01, 2026-06-01)",
        "metadata.a in (b)=c",
        "created_at>=7d",
        "created_at<=1w",
        "created_at>169h",
        "created_at<24h",
        "updated_at<6d",
        "archived_at=",
        "description=",
        "name!=",
    ] {
        assert_eq!(verdict(filter), Verdict::Matches, "{filter}");
    }
    for filter in [
        "provider=other",
        "id<4010",
        "name=acme société",
        "aliases=z",
        "balance<12345678901234567890.1",
        "metadata.plan<13",
        "created_at>2026-06-01",
        "created_at<2026-06-01",
        "permissions.sms!=false",
        "id in (401, 40100)",
        "description in (x)",
        "created_at>7d",
        "created_at>=167h",
        "created_at<7d",
        "description!=",
        "name=",
    ] {
        assert_eq!(verdict(filter), Verdict::Differs, "{filter}");
    }
    for filter in [
        "archived_at<2026-01-01",
        "contact.email!=x",
        "metadata.other=1",
        "permissions.voice=false",
        "timezone!~x",
        "timezone in (x, y)",
    ] {
        assert_eq!(verdict(filter), Verdict::Absent, "{filter}");
    }
}

#[test]
fn a_malformed_filter_is_explained() {
    for (filter, message) in [
        ("balance", FORM),
        ("balance!10", FORM),
        ("balance==10", "there is no operator `==`; use `=`"),
        (
            "balence<10",
            "there is no field `balence`; did you mean `balance`? The known fields are provider, ",
        ),
        (
            "balance<ten",
            "`ten` is not a number: `balance` compares with numbers, for example balance<10",
        ),
        ("balance<", "`<` needs a value"),
        (
            "created_at>yesterday",
            "`yesterday` is not a time: `created_at` compares with times, for example created_at>2026-06-01, ",
        ),
        (
            "status<active",
            "`status` cannot be ordered; use = != ~ !~ or in",
        ),
        ("id in 4010", FORM),
        ("id in (4010", FORM),
        (
            "id in (a,,b)",
            "`in` needs a value between its commas; for tenants without one, use id=",
        ),
        ("id in ()", "`in` needs a value"),
        ("id in (\"\")", "`in` needs a value"),
        (
            "id in (\"a, b)",
            "a quote is not closed, or not followed by a comma: id in (a, ",
        ),
        ("id in (\"a\"b)", "a quote is not closed"),
        ("balance in (1, x)", "`x` is not a number"),
        (
            "created_at=7d",
            "`7d` is a duration before now, which no time equals; use created_at>=7d or created_at<7d",
        ),
        ("created_at in (7d)", "`7d` is a duration"),
        (
            "created_at>=99999999999999999999d",
            "`99999999999999999999d` is too long ago; use",
        ),
        ("created_at>=9999999w", "`9999999w` is too long ago; use"),
        ("created_at>=1.5d", "`1.5d` is not a time"),
        ("created_at>=7m", "`7m` is not a time"),
        ("id>7d", "`7d` is not a number"),
        (
            "name<m",
            "`m` is not a number: `<` compares numbers, for example name<10",
        ),
        (
            "permissions.sms=yes",
            "`yes` is not true or false, the values of `permissions.sms`",
        ),
        (
            "metadata=x",
            "`metadata` has keys; name one of them: `metadata.KEY`",
        ),
    ] {
        let error = parsed(filter).unwrap_err();
        assert!(error.starts_with(message), "{filter}: {error}");
    }
}

#[test]
fn the_text_of_a_duration_is_its_time_so_that_it_means_the_same_later() {
    for (filter, text) in [
        ("created_at >= 7d", "created_at>=2026-06-01T14:30:00Z"),
        ("created_at~7d", "created_at~7d"),
        ("created_at<2026-06-01", "created_at<2026-06-01"),
    ] {
        assert_eq!(parsed(filter).unwrap().to_string(), text);
    }
}
