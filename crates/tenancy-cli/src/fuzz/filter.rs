//! Fuzzes a filter or a sort key, and the values that it is applied to.

use std::cmp::Ordering;

use serde_json::json;
use tenancy::{Moment, Tenant};

use crate::select::field::{Number, Row};
use crate::select::filter::{self, Filter, Verdict};
use crate::select::sort::{Rank, SortKey};

/// Operators, and those that match the other values.
const OPPOSITES: [(&str, &str); 4] = [("=", "!="), ("~", "!~"), ("<", ">="), (">", "<=")];

/// Takes an input of lines: a filter or a sort key, and values. Checks that a filter's text means the same filter; that an
/// operator and its opposite never both match; that a list of one value means that it is equal; that numbers are ordered as
/// floating-point numbers are; that sorting is an order; and that nothing panics.
///
/// # Panics
/// One of these properties does not hold.
pub fn holds(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let mut lines = text.splitn(4, '\n');
    let expression = lines.next().unwrap_or_default();
    let values: Vec<_> = lines.collect();
    let tenants: Vec<_> = values.iter().map(|value| tenant(value)).collect();
    for left in &values {
        for right in &values {
            numbers(left, right);
        }
    }
    if let Ok(key) = SortKey::parse(expression) {
        sorted(key, &tenants);
    }
    if let Ok(filter) = Filter::parse(expression) {
        for tenant in &tenants {
            judged(&filter, expression, tenant.into());
        }
    }
}

/// A tenant with the value wherever it fits.
fn tenant(value: &str) -> Tenant {
    let mut tenant = json!({
        "provider": "p", "account": value, "id": value, "name": value, "status": value, "aliases": [value, ""],
        "metadata": {"x": value}, "permissions": {"sms": value.len().is_multiple_of(2)}, "contact": {"email": value}, "members": [],
    });
    if let Some(moment) = Moment::read(value) {
        tenant["created_at"] = moment.to_string().into();
    }
    if Number::read(value).is_some() {
        tenant["balance"] = json!({"amount": value, "currency": "$"});
    }
    let read = serde_json::from_value(tenant.clone());
    read.unwrap_or_else(|_| {
        // What is a number here may be none in JSON.
        tenant["balance"] = json!(null);
        serde_json::from_value(tenant).expect("text is a field's value")
    })
}

fn judged(filter: &Filter, text: &str, row: Row<'_>) {
    let verdict = filter.judge(row);
    let again = Filter::parse(&filter.to_string()).expect("a filter's text is a filter");
    assert_eq!(again.judge(row), verdict, "{text}");
    let (field, operator, value) = filter::split(text).expect("it has an operator");
    // In a list, no key may look like one.
    if operator == "=" && !value.is_empty() && !field.contains(" in (") {
        let list = format!("{field} in (\"{}\")", value.replace('"', "\"\""));
        let list = Filter::parse(&list).expect("a value may be in a list");
        assert_eq!(list.judge(row), verdict, "{text}");
    }
    for (one, other) in OPPOSITES {
        let opposite = match operator {
            _ if operator == one => other,
            _ if operator == other => one,
            _ => continue,
        };
        let Ok(opposite) = Filter::parse(&format!("{field}{opposite}{value}")) else {
            continue;
        };
        let opposite = opposite.judge(row);
        let both = verdict == Verdict::Matches && opposite == Verdict::Matches;
        assert!(!both, "{text}");
        assert_eq!(
            verdict == Verdict::Absent,
            opposite == Verdict::Absent,
            "{text}"
        );
        // What cannot be ordered is neither less nor greater.
        let neither = verdict == Verdict::Differs && opposite == Verdict::Differs;
        assert!(!neither || matches!(one, "<" | ">"), "{text}");
    }
}

/// Exact numbers are ordered like their nearest floating-point numbers, which may be equal.
fn numbers(left: &str, right: &str) {
    let (Some(exact_left), Some(exact_right)) = (Number::read(left), Number::read(right)) else {
        return;
    };
    let near = |text: &str| {
        text.parse::<f64>()
            .expect("a number is one for the standard library too")
    };
    let order = exact_left.cmp(&exact_right);
    assert_eq!(order.reverse(), exact_right.cmp(&exact_left));
    let near = near(left)
        .partial_cmp(&near(right))
        .expect("neither is NaN");
    assert!(
        order == near || near == Ordering::Equal,
        "{left} and {right}"
    );
}

fn sorted(key: SortKey, tenants: &[Tenant]) {
    let ranks = || tenants.iter().map(|tenant| Rank::of(tenant.into(), &[key]));
    // It panics if this is no order.
    let mut sorted: Vec<_> = ranks().collect();
    sorted.sort();
    for left in ranks() {
        for right in ranks() {
            assert_eq!(left.cmp(&right), right.cmp(&left).reverse());
        }
    }
    assert!(sorted.is_sorted());
}
