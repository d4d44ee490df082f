//! Telnyx: `GET /v2/managed_accounts`, page number and size, a total in `meta`. A row has no status: only a filter finds it.
//!
//! Assumed, because no document says: that without a word of `sort` the newest account comes first, that the filter finds
//! cancelled accounts only where they are included, that `active` means `enabled` and `all` is no filter, 422 for parameters out
//! of range.

use std::borrow::Cow;

use serde_json::json;

use super::contract::{Refusal, Simulated};
use crate::dice::{date_and_time, uuid_of};
use crate::log::Request;
use crate::page::Page;
use crate::paging::{Listed, Order, PageSize, Paging};
use crate::parent::{Parent, Tenant};
use crate::record::Members;
use crate::status::Status;

/// Telnyx, by its document "Lists accounts managed by the current user".
#[derive(Debug)]
pub(super) struct Telnyx;

const FILTER: &str = "filter[status][eq]";
const INCLUDE_CANCELLED: &str = "include_cancelled_accounts";

impl Simulated for Telnyx {
    fn name(&self) -> &'static str {
        "telnyx"
    }

    fn credentials(&self, number: u64) -> Vec<(&'static str, String)> {
        vec![("api_key", format!("KEY{number:032X}"))]
    }

    fn base_path(&self) -> &'static str {
        "/v2"
    }

    fn list_path(&self) -> &'static str {
        "/managed_accounts"
    }

    fn paging(&self) -> Paging {
        let size = PageSize {
            parameter: "page[size]",
            default: 20,
            max: Some(250),
        };
        let (page, first) = ("page[number]", 1);
        Paging::Numbers { page, first, size }
    }

    fn order(&self) -> Order {
        Order::OldestFirst
    }

    fn whole_list(&self) -> &'static str {
        "sort=created_at&include_cancelled_accounts=true"
    }

    fn sort(&self, _: &Parent, request: &Request, tenants: &mut Cow<'_, [Tenant]>) {
        // E-mail addresses are in the order of creation.
        if !matches!(request.query("sort"), Some("created_at" | "email")) {
            tenants.to_mut().reverse();
        }
    }

    fn filter(&self, _: &Parent, request: &Request) -> Result<Option<&'static [Status]>, String> {
        let cancelled = match request.query(INCLUDE_CANCELLED) {
            None | Some("false") => false,
            Some("true") => true,
            Some(_) => return Err(format!("{INCLUDE_CANCELLED} must be true or false")),
        };
        let is_known = |sort: &str| matches!(sort.trim_start_matches('-'), "created_at" | "email");
        if !request.query("sort").is_none_or(is_known) {
            return Err("sort must be created_at or email".to_owned());
        }
        match request.query(FILTER) {
            None | Some("all") if cancelled => Ok(None),
            None | Some("all") => Ok(Some(&[Status::Active, Status::Suspended, Status::Other])),
            Some("active" | "enabled") => Ok(Some(&[Status::Active])),
            Some("disabled") => Ok(Some(&[Status::Suspended])),
            Some("blocked") => Ok(Some(&[Status::Other])),
            Some("cancelled") if cancelled => Ok(Some(&[Status::Archived])),
            Some("cancelled") => Ok(Some(&[])),
            Some(_) => Err(format!("{FILTER} is not a known status")),
        }
    }

    fn page(&self, _: &Parent, _: &[Tenant], listed: &Listed) -> Page {
        Page::object()
            .with_list("data")
            .with("meta/total_pages", listed.total.div_ceil(listed.size))
            .with_total("meta/total_results", listed.total)
            .with("meta/page_number", listed.page)
            .with("meta/page_size", listed.size)
    }

    fn error(&self, _: &Parent, refusal: &Refusal) -> String {
        let mut error = json!({ "title": refusal.message, "detail": refusal.message });
        // The only code that a document names.
        if refusal.status == 429 {
            error["code"] = "10011".into();
        }
        json!({ "errors": [error] }).to_string()
    }

    fn id(&self, parent: &Parent, number: u32) -> String {
        let rest = &parent.dice(number).uuid()[8..];
        format!("{:08x}{rest}", parent.code(number))
    }

    fn record(&self, parent: &Parent, number: u32, _: Status) -> String {
        let mut dice = parent.dice(number);
        let id = self.id(parent, number);
        let manager = uuid_of(parent.name());
        let time = |seconds| {
            let (date, time) = date_and_time(seconds);
            format!("{date}T{time}.678Z")
        };
        let created = 60 * u64::from(number);
        let updated = time(created + dice.below(86_400));
        let created = time(created);
        let name = match dice.one_in(4) {
            true => String::new(),
            false => format!(r#","organization_name":"{}""#, dice.company(number)),
        };
        let (pricing, rollup) = (dice.one_in(2), dice.one_in(2));
        format!(
            r#"{{"record_type":"managed_account","id":"{id}","email":"tenant{number}@tenant.example","api_user":"manager@agency.example","manager_account_id":"{manager}","created_at":"{created}","updated_at":"{updated}"{name},"managed_account_allow_custom_pricing":{pricing},"rollup_billing":{rollup}}}"#
        )
    }

    fn status(&self, record: &Members) -> Status {
        let id = record.text("id").unwrap_or_default();
        let known = DEMO.iter().find(|(of_demo, _)| *of_demo == id);
        known.map_or(Status::Active, |(_, status)| *status)
    }

    fn demo(&self) -> &'static str {
        include_str!("telnyx.json")
    }

    fn demo_credentials(&self) -> &'static [(&'static str, &'static str)] {
        &[("api_key", "KEYdemo")]
    }
}

/// Accounts of the demonstration that are not enabled.
const DEMO: &[(&str, Status)] = &[
    ("5f0c4b0e-2d1a-4c3b-9e7f-000000000002", Status::Archived),
    ("5f0c4b0e-2d1a-4c3b-9e7f-000000000004", Status::Suspended),
];
