//! WorkOS: `GET /organizations`, in an order that the request states, after an organization, no total.
//!
//! Assumed, because no document says: 422 for a cursor that is no organization's, and the body of a 401. The documents name
//! two orders for a request that states none: `desc`, and with the knob `normal_by_default` the other. Left out, because
//! nobody sends them: `before`, `domains` and `search`. Organizations have no status.

use serde_json::json;

use super::contract::{Refusal, Simulated};
use crate::dice::{Dice, date_and_time};
use crate::log::Request;
use crate::page::Page;
use crate::paging::{Direction, Listed, PageSize, Paging};
use crate::parent::{Parent, Tenant};
use crate::record::quote;
use crate::status::Status;

/// WorkOS, by its OpenAPI document.
#[derive(Debug)]
pub(super) struct WorkOs;

impl Simulated for WorkOs {
    fn name(&self) -> &'static str {
        "workos"
    }

    fn credentials(&self, number: u64) -> Vec<(&'static str, String)> {
        vec![("api_key", format!("sk_test_{number:016x}"))]
    }

    fn list_path(&self) -> &'static str {
        "/organizations"
    }

    fn paging(&self) -> Paging {
        let size = PageSize {
            parameter: "limit",
            default: 10,
            max: Some(100),
        };
        let after = "after";
        Paging::Keyset { after, size }
    }

    fn knobs(&self) -> &'static [&'static str] {
        &["normal_by_default"]
    }

    fn direction(&self, parent: &Parent, request: &Request) -> Result<Direction, String> {
        match request.query("order") {
            None if parent.has("normal_by_default") => Ok(Direction::Swapped),
            None | Some("desc") => Ok(Direction::Forwards),
            Some("normal") => Ok(Direction::Swapped),
            Some("asc") => Ok(Direction::Backwards),
            Some(_) => Err("order must be one of normal, desc, asc".to_owned()),
        }
    }

    fn page(&self, _: &Parent, _: &[Tenant], listed: &Listed) -> Page {
        let previous = listed.previous.as_deref();
        Page::object()
            .with("object", r#""list""#)
            .with_list("data")
            .with(
                "list_metadata/before",
                previous.map_or("null".to_owned(), quote),
            )
            .with_next("list_metadata/after", listed.next.as_deref())
    }

    fn error(&self, _: &Parent, refusal: &Refusal) -> String {
        let mut error = json!({ "message": refusal.message });
        if refusal.status == 429 {
            error["code"] = "rate_limit_exceeded".into();
        }
        error.to_string()
    }

    fn id(&self, parent: &Parent, number: u32) -> String {
        let rest = parent.dice(number).number();
        format!("org_01{:08X}{rest:016X}", parent.code(number))
    }

    fn record(&self, parent: &Parent, number: u32, _: Status) -> String {
        let mut dice = parent.dice(number);
        let id = self.id(parent, number);
        let name = dice.company(number);
        let seconds = u64::from(number) * 60;
        let created = instant(seconds, dice.below(1000));
        let updated = instant(seconds + 60 + dice.below(86_400), dice.below(1000));
        let domains: Vec<String> = (0..dice.below(3))
            .map(|place| {
                domain(
                    &mut dice,
                    &id,
                    &format!("{place}.tenant{number}.example"),
                    &created,
                )
            })
            .collect();
        let domains = domains.join(",");
        let metadata = match dice.one_in(2) {
            true => "{}".to_owned(),
            false => format!(
                r#"{{"tier":"{}"}}"#,
                dice.pick(&["starter", "growth", "scale"])
            ),
        };
        let external = dice.nullable(3, |_| format!("tenant-{number}"));
        let customer = match dice.one_in(2) {
            true => String::new(),
            false => format!(r#""stripe_customer_id":"cus_{number:014}","#),
        };
        format!(
            r#"{{"object":"organization","id":"{id}","name":"{name}","domains":[{domains}],"metadata":{metadata},"external_id":{external},{customer}"created_at":"{created}","updated_at":"{updated}","allow_profiles_outside_organization":false}}"#
        )
    }

    fn demo(&self) -> &'static str {
        include_str!("workos.json")
    }
}

/// A domain of an organization.
fn domain(dice: &mut Dice, organization: &str, name: &str, created: &str) -> String {
    let id = format!("org_domain_01{:024X}", dice.number());
    let state = dice.pick(&[
        "verified",
        "pending",
        "failed",
        "legacy_verified",
        "unverified",
    ]);
    let proof = match dice.one_in(3) {
        true => r#""verification_strategy":"manual""#.to_owned(),
        false => format!(
            r#""verification_prefix":"example-{:06x}","verification_token":"{:016x}","verification_strategy":"dns""#,
            dice.below(1 << 24),
            dice.number()
        ),
    };
    format!(
        r#"{{"object":"organization_domain","id":"{id}","organization_id":"{organization}","domain":"{name}","state":"{state}",{proof},"created_at":"{created}","updated_at":"{created}"}}"#
    )
}

/// A time in UTC with milliseconds.
fn instant(seconds: u64, millis: u64) -> String {
    let (date, time) = date_and_time(seconds);
    format!("{date}T{time}.{millis:03}Z")
}
