//! One child tenant, whichever provider it is from.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Decimal, Moment, Raw, Status, StatusDetail};

/// One child tenant of a reseller account, whichever provider it is from.
///
/// `provider`, `account` and `id` are all that a tenant must have. Anything else is there only if the provider sent it:
/// nothing is invented, and what is absent is not `false`, zero or empty.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Tenant {
    /// The provider: `omnidim`, `layers`, `vobiz`.
    pub provider: Cow<'static, str>,
    /// The configured account under which the tenant was listed.
    // Shared by the tenants of a page: a text for each would be the same one again.
    pub account: Arc<str>,
    /// The identity that the provider's other calls take. With `provider` and `account` it is unique.
    pub id: String,
    /// The tenant's other identities at the provider.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// The identity of the parent account at the provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<String>,
    /// The name that people know it by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The life-cycle status; absent where the provider reports none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// The provider's own words for the status, by the name of its field.
    #[serde(default, skip_serializing_if = "StatusDetail::is_empty")]
    pub status_detail: StatusDetail,
    /// How to reach it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    /// When it was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Moment>,
    /// When it was last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Moment>,
    /// When it was archived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived_at: Option<Moment>,
    /// When it was last used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<Moment>,
    /// Its time zone: an IANA name, or whatever the provider sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// What it has left to spend.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub balance: Option<Money>,
    /// What a minute costs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_per_minute: Option<Money>,
    /// The limits that the provider sets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limits: Option<Limits>,
    /// What it may do. A name that is absent is not `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permissions: Option<BTreeMap<String, bool>>,
    /// What the reseller attached to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<BTreeMap<String, String>>,
    /// Its users; absent where the provider's list has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub members: Option<Vec<Member>>,
    /// What the mapping was told to assume, e.g. the zone of times sent without one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assumptions: Vec<String>,
    /// On request: the record as sent, every field, secrets redacted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<Raw>,
}

impl Tenant {
    /// A tenant of which nothing more is known than its identity.
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
            status_detail: StatusDetail::default(),
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

/// How to reach a tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Contact {
    /// An address for mail, as sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// A telephone number, as sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

impl Contact {
    /// The contact, if there is any way to reach the tenant.
    #[must_use]
    pub fn new(email: Option<String>, phone: Option<String>) -> Option<Self> {
        (email.is_some() || phone.is_some()).then_some(Self { email, phone })
    }
}

/// An amount of money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Money {
    /// How much, to the digit.
    pub amount: Decimal,
    /// The currency as sent: a symbol such as `$` is not an ISO code and is not turned into one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
}

impl Money {
    /// An amount in a currency as sent.
    #[must_use]
    pub fn new(amount: impl Into<Decimal>, currency: Option<String>) -> Self {
        Self {
            amount: amount.into(),
            currency,
        }
    }
}

/// The limits that a provider sets a tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Limits {
    /// How many calls at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concurrent_calls: Option<i64>,
    /// The rate limit, in the provider's own unit: Vobiz' documents do not say which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_rate: Option<i64>,
}

/// A user of a tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Member {
    /// The user's identity at the provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The user's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The user's mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The user's telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Whether the user may log in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
    /// When the user last logged in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_login_at: Option<Moment>,
    /// When the user's access ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Moment>,
    /// What the user may do. A name that is absent is not `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permissions: Option<BTreeMap<String, bool>>,
}
