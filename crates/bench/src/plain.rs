//! The types that one derives by hand for the three lists: every field, nothing kept that the floor can do without.
//!
//! Where OmniDim sends `false` for "empty", the type is `Value`: it decodes faster than an untagged enumeration.

#![allow(
    dead_code,
    reason = "every field is decoded, whether or not it is looked at"
)]

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::digest::Digest;
use crate::told::Told;

/// A body of a list.
pub(crate) trait Body: DeserializeOwned {
    type Record: Told;

    /// The records, in the order sent.
    fn into_records(self) -> Vec<Self::Record>;
}

#[derive(Debug, Deserialize)]
pub(crate) struct OrganizationsWithUsers {
    pub(crate) success: bool,
    pub(crate) reseller_organization: Reseller,
    pub(crate) organizations: Vec<OrganizationWithUsers>,
    pub(crate) total_organizations: u64,
    pub(crate) total_users_across_orgs: u64,
    pub(crate) reseller_access_control: AccessControl,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Reseller {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) concurrent_call_limit: i64,
}

#[derive(Debug, Deserialize)]
pub(crate) struct AccessControl {
    pub(crate) dashboard_menu_access: BTreeMap<String, bool>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct OrganizationWithUsers {
    pub(crate) id: u64,
    pub(crate) name: Option<String>,
    pub(crate) cost_per_min: f64,
    pub(crate) org_balance: f64,
    pub(crate) reseller_org_balance_currency_symbol: Option<String>,
    pub(crate) concurrent_call_limit: Option<i64>,
    pub(crate) org_user_currency_symbol: Option<String>,
    pub(crate) timezone: Option<Value>,
    pub(crate) created_date: Option<String>,
    pub(crate) total_users: u64,
    pub(crate) users: Vec<User>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct User {
    pub(crate) id: u64,
    pub(crate) name: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<Value>,
    pub(crate) login_date: Option<String>,
    pub(crate) is_active: bool,
    pub(crate) expiry_date: Option<String>,
    pub(crate) access_level: bool,
    pub(crate) dashboard_menu_access: BTreeMap<String, bool>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Organizations {
    pub(crate) items: Vec<Organization>,
    pub(crate) next_cursor: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Organization {
    pub(crate) id: String,
    pub(crate) parent_organization_id: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) status: String,
    pub(crate) metadata: BTreeMap<String, String>,
    pub(crate) billing_email: Option<String>,
    pub(crate) archived_at: Option<String>,
    pub(crate) created_at: Option<String>,
    pub(crate) updated_at: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct SubAccounts {
    pub(crate) sub_accounts: Vec<SubAccount>,
    pub(crate) total: u64,
    pub(crate) page: u64,
    pub(crate) size: u64,
}

#[derive(Debug, Deserialize)]
pub(crate) struct SubAccount {
    pub(crate) name: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) permissions: Option<BTreeMap<String, bool>>,
    pub(crate) rate_limit: Option<i64>,
    pub(crate) id: String,
    pub(crate) parent_account_id: Option<String>,
    pub(crate) parent_auth_id: Option<String>,
    pub(crate) auth_id: String,
    pub(crate) auth_token: Option<String>,
    pub(crate) api_id: String,
    pub(crate) email_verified: Option<bool>,
    pub(crate) enabled: Option<bool>,
    pub(crate) is_active: Option<bool>,
    pub(crate) created: Option<String>,
    pub(crate) modified: Option<String>,
    pub(crate) created_at: Option<String>,
    pub(crate) updated_at: Option<String>,
    pub(crate) account: Option<String>,
    pub(crate) resource_uri: Option<String>,
    pub(crate) last_used: Option<String>,
}

impl Body for OrganizationsWithUsers {
    type Record = OrganizationWithUsers;

    fn into_records(self) -> Vec<OrganizationWithUsers> {
        self.organizations
    }
}

impl Body for Organizations {
    type Record = Organization;

    fn into_records(self) -> Vec<Organization> {
        self.items
    }
}

impl Body for SubAccounts {
    type Record = SubAccount;

    fn into_records(self) -> Vec<SubAccount> {
        self.sub_accounts
    }
}

impl Told for OrganizationWithUsers {
    fn tell(&self, digest: &mut Digest) {
        fn text(value: &Option<Value>) -> Option<&str> {
            value.as_ref().and_then(Value::as_str)
        }
        digest.id(self.id);
        digest.text(self.name.as_deref());
        digest.text(text(&self.timezone));
        digest.time(self.created_date.as_deref());
        digest.amount(Some(self.org_balance));
        digest.amount(Some(self.cost_per_min));
        digest.integer(self.concurrent_call_limit);
        for user in &self.users {
            digest.number(user.id);
            digest.text(user.name.as_deref());
            digest.text(user.email.as_deref());
            digest.text(text(&user.phone));
            digest.flag(Some(user.is_active));
            digest.time(user.login_date.as_deref());
            digest.time(user.expiry_date.as_deref());
            digest.map(Some(&user.dashboard_menu_access));
        }
    }
}

impl Told for Organization {
    fn tell(&self, digest: &mut Digest) {
        digest.id(&self.id);
        digest.text(self.name.as_deref());
        digest.text(self.parent_organization_id.as_deref());
        digest.text(Some(&self.status));
        digest.text(self.billing_email.as_deref());
        digest.time(self.created_at.as_deref());
        digest.time(self.updated_at.as_deref());
        digest.time(self.archived_at.as_deref());
        digest.map(Some(&self.metadata));
    }
}

impl Told for SubAccount {
    fn tell(&self, digest: &mut Digest) {
        digest.id(&self.auth_id);
        digest.text(self.name.as_deref());
        digest.text(self.parent_auth_id.as_deref());
        digest.text(self.description.as_deref());
        digest.text(Some(&self.id));
        digest.text(Some(&self.api_id));
        digest.text(self.email.as_deref());
        digest.text(self.phone.as_deref());
        digest.flag(self.enabled);
        digest.flag(self.is_active);
        digest.time(self.created_at.as_deref());
        digest.time(self.updated_at.as_deref());
        digest.time(self.last_used.as_deref());
        digest.integer(self.rate_limit);
        digest.map(self.permissions.as_ref());
    }
}
