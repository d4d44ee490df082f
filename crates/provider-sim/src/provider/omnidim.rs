//! OmniDim: `GET /reseller/organizations`, all child organizations and their users in one body.

use serde_json::json;

use super::Refusal;
use crate::Page;
use crate::generate::{Parent, flags};
use crate::population::Population;
use crate::record::quote;

/// The documented base URL includes `/api/v1`.
pub(super) const PATH: &str = "/api/v1/reseller/organizations";

pub(super) fn list(population: &Population) -> Page {
    let (id, name) = match &population.maker().parent {
        Parent::OmniDim { id, name } => (*id, name.as_str()),
        _ => (0, ""),
    };
    Page::new(population.snapshot(), population.maker().clone())
        .with("success", true)
        .with(
            "reseller_organization",
            format!(
                r#"{{"id":{id},"name":{},"concurrent_call_limit":10}}"#,
                quote(name)
            ),
        )
        .with_list("organizations")
        .with("total_organizations", population.len())
        .with("total_users_across_orgs", population.users())
        .with(
            "reseller_access_control",
            format!(r#"{{"dashboard_menu_access":{}}}"#, flags(u64::MAX)),
        )
}

/// The three shapes of the provider's errors page, one each for different statuses.
pub(super) fn error(refusal: &Refusal) -> String {
    let message = &refusal.message;
    match refusal.status {
        401 => json!({ "error": "invalid_token", "error_description": message }),
        403 => json!({ "error": "access_denied", "message": message }),
        404 | 405 => json!({ "success": false, "error": message }),
        429 => json!({ "error": "rate_limited", "message": message }),
        _ => json!({ "error": "server_error", "error_description": message }),
    }
    .to_string()
}
