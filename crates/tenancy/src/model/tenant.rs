//! One child tenant, of any provider.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Contact, Limits, Member, Moment, Money, Raw, Status, StatusWord};

/// One child tenant of a reseller account, whichever provider it is from.
///
/// Only `provider`, `account` and `id` are mandatory. Any other field is present only if the provider sent it: nothing is
/// invented, and an absent field is not `false`, zero or empty.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Tenant {
    /// The provider's name.
    pub provider: Cow<'static, str>,
    /// The configured account that lists the tenant.
    // Shared by all tenants of a list.
    pub account: Arc<str>,
    /// The identity that the provider's other calls take. Unique within `provider` and `account`.
    pub id: String,
    /// The tenant's other identities at the provider.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// The identity of the parent account at the provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<String>,
    /// The display name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The life-cycle status; absent if the provider reports none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// The provider's own words for the status, by field name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub status_detail: BTreeMap<Cow<'static, str>, StatusWord>,
    /// How to reach the tenant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    /// When the tenant was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Moment>,
    /// When the tenant was last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Moment>,
    /// When the tenant was archived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived_at: Option<Moment>,
    /// When the tenant was last used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<Moment>,
    /// The time zone: an IANA name, or whatever the provider sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// The remaining balance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub balance: Option<Money>,
    /// The price of a minute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_per_minute: Option<Money>,
    /// The limits that the provider sets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limits: Option<Limits>,
    /// Permissions by name. An absent name is not `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permissions: Option<BTreeMap<String, bool>>,
    /// Metadata that the reseller attached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<BTreeMap<String, String>>,
    /// The users; absent if the provider's list has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub members: Option<Vec<Member>>,
    /// Assumptions that the configuration asked for, such as the zone of times sent without one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assumptions: Vec<String>,
    /// On request: the provider's record, with every field and secrets redacted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<Raw>,
}

impl Tenant {
    /// Creates a tenant with nothing but its identity.
    #[must_use]
    pub fn new(
        provider: impl Into<Cow<'static, str>>,
        account: impl Into<Arc<str>>,
        id: impl Into<String>,
    ) -> Self {
        Self {
            provider: provider.into(),
            account: account.into(),
            id: id.into(),
            aliases: Vec::new(),
            parent_id: None,
            name: None,
            description: None,
            status: None,
            status_detail: BTreeMap::new(),
            contact: None,
            created_at: None,
            updated_at: None,
            archived_at: None,
            last_used_at: None,
            timezone: None,
            balance: None,
            rate_per_minute: None,
            limits: None,
            permissions: None,
            metadata: None,
            members: None,
            assumptions: Vec::new(),
            raw: None,
        }
    }
}
