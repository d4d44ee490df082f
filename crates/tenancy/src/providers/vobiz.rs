//! Vobiz: sub-accounts under a master account, in numbered pages, newest first.
//!
//! Facts are from Vobiz' page "List All Subaccounts" unless another source is named.

use ::vobiz::types::{SubAccount, SubAccountList};
use ::vobiz::{Client, Credentials, DEFAULT_BASE_URL, NOT_NULL_PROPERTIES, SECRET_PROPERTIES};
use client_runtime::{Download, Transport};

use super::{
    CredentialField, Descriptor, Endpoint, Envelope, Mapper, Mapping, NoTenant, Normaliser,
    connected,
};
use crate::{
    Capabilities, Contact, Limits, Page, PageRequest, Paging, RankBy, StatedOrder, Status,
    StatusWord, Tenant,
};

/// Vobiz.
pub static DESCRIPTOR: Descriptor = Descriptor {
    name: "vobiz",
    title: "Vobiz",
    account: "a master account",
    tenants: "sub-accounts",
    credentials: &[
        CredentialField {
            key: "auth_id",
            variable: "VOBIZ_AUTH_ID",
            secret: false,
            help: "the Auth ID of the master account",
            example: "MA_XXXXXXXX",
        },
        CredentialField {
            key: "auth_token",
            variable: "VOBIZ_AUTH_TOKEN",
            secret: true,
            help: "the Auth Token of the master account",
            example: "",
        },
    ],
    options: &[],
    base_url: DEFAULT_BASE_URL,
    records: "sub_accounts",
    // `active_only` is not used: a sub-account that is switched on again would appear below the head of the list.
    capabilities: Capabilities {
        // The largest size is not stated; the answer's `size` is believed.
        default_page_size: 100,
        reports_status: true,
        reports_total: true,
        ..Capabilities::new(
            Paging::Ranks {
                by: RankBy::Number { first: 1 },
                order: StatedOrder::NewestFirst,
            },
            "Vobiz, \"List All Subaccounts\"",
        )
    },
    final_codes: &[],
    advice: |_| None,
    connect: |settings| {
        let auth_id = settings.credential_in_path("auth_id")?;
        let credentials = Credentials::new(auth_id.clone(), settings.credential("auth_token")?);
        let client = Client::connect_with(settings.base_url(), credentials, &settings.transport)?;
        let own = auth_id.expose().to_owned();
        Ok(connected(MasterAccount { client, own }))
    },
    normaliser: Normaliser::new::<SubAccounts>,
};

struct MasterAccount {
    client: Client,
    own: String,
}

impl Endpoint for MasterAccount {
    type Mapping = SubAccounts;

    fn transport(&self) -> &Transport {
        self.client.transport()
    }

    fn mapping(&self) -> SubAccounts {
        let own = Some(self.own.clone());
        SubAccounts { own }
    }

    fn get(&self, request: &PageRequest) -> Download {
        let list = self.client.list_subaccounts(&self.own);
        list.page(request.number()).size(request.size()).stream()
    }
}

/// The rows of the list, and the Auth ID with which it is requested.
#[derive(Clone, Default)]
struct SubAccounts {
    own: Option<String>,
}

impl Mapping for SubAccounts {
    type Record = SubAccount;
    type Envelope = SubAccountList;
    type Context = ();
    const PROVIDER: &'static Descriptor = &DESCRIPTOR;
    const SECRETS: &'static [&'static str] = SECRET_PROPERTIES;
    const NEVER_NULL: &'static [&'static str] = NOT_NULL_PROPERTIES;

    fn tenant(
        &self,
        sent: SubAccount,
        (): &(),
        mapper: &mut Mapper<'_>,
    ) -> Result<Box<Tenant>, NoTenant> {
        // Other calls take `auth_id`, not the numeric `id`.
        let mut tenant = mapper.tenant("/auth_id", sent.auth_id)?;
        tenant.aliases = [sent.id, sent.api_id].into_iter().flatten().collect();
        tenant.parent_id = sent.parent_auth_id;
        tenant.name = sent.name;
        tenant.description = sent.description;
        tenant.status = status(sent.enabled, sent.is_active);
        tenant.status_detail = [("enabled", sent.enabled), ("is_active", sent.is_active)]
            .into_iter()
            .filter_map(|(name, switch)| Some((name.into(), StatusWord::Switch(switch?))))
            .collect();
        tenant.contact = Contact::new(sent.email, sent.phone);
        tenant.created_at = mapper.moment("/created_at", sent.created_at.as_ref());
        tenant.updated_at = mapper.moment("/updated_at", sent.updated_at.as_ref());
        tenant.last_used_at = mapper.moment("/last_used", sent.last_used.as_ref());
        tenant.limits = sent.rate_limit.map(|rate| Limits {
            request_rate: Some(rate),
            ..Limits::default()
        });
        tenant.permissions = sent.permissions.map(Into::into);
        Ok(tenant)
    }

    /// No document says whether the list ever has the account that it is requested for.
    fn parent_id(&self, (): &()) -> Option<&str> {
        self.own.as_deref()
    }

    fn page(&self, envelope: &Envelope, page: &mut Page) {
        page.read_total(envelope, "total");
        page.read_number(envelope, "page");
        page.read_size(envelope, "size");
    }
}

/// Active if the sub-account is enabled (a disabled one keeps its numbers) and may call the API. Either switch suspends
/// it; one that is on says nothing without the other.
fn status(enabled: Option<bool>, is_active: Option<bool>) -> Option<Status> {
    match (enabled, is_active) {
        (Some(true), Some(true)) => Some(Status::Active),
        (Some(false), _) | (_, Some(false)) => Some(Status::Suspended),
        _ => None,
    }
}
