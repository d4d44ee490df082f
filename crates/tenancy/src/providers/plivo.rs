//! Plivo: a main account's subaccounts, in pages by offset, in an order that no document states.
//!
//! One document counts the offset in rows and another in pages, so a page is requested as the address in the page before says.
//! Facts are from Plivo's page "Subaccount" and its SDK unless another source is named.

use ::plivo::types::{Subaccount, SubaccountList};
use ::plivo::{Client, Credentials, DEFAULT_BASE_URL, NOT_NULL_PROPERTIES, SECRET_PROPERTIES};
use client_runtime::{Download, Transport};

use super::{
    CredentialField, Descriptor, Endpoint, Envelope, Mapper, Mapping, NoTenant, Normaliser,
    connected,
};
use crate::{Capabilities, Page, PageRequest, Paging, Status, StatusWord, Tenant};

/// Plivo.
pub static DESCRIPTOR: Descriptor = Descriptor {
    name: "plivo",
    title: "Plivo",
    account: "a main account",
    tenants: "subaccounts",
    credentials: &[
        CredentialField {
            key: "auth_id",
            variable: "PLIVO_AUTH_ID",
            secret: false,
            help: "the Auth ID of the main account",
            example: "MAXXXXXXXXXXXXXXXXXX",
        },
        CredentialField {
            key: "auth_token",
            variable: "PLIVO_AUTH_TOKEN",
            secret: true,
            help: "the Auth Token of the main account",
            example: "",
        },
    ],
    options: &[],
    base_url: DEFAULT_BASE_URL,
    records: "objects",
    capabilities: Capabilities {
        default_page_size: 20,
        largest_page: Some(20),
        reports_status: true,
        reports_total: true,
        ..Capabilities::new(Paging::Links, "Plivo, \"Subaccount\", and plivo-python")
    },
    final_codes: &[],
    advice: |_| None,
    connect: |settings| {
        let auth_id = settings.credential_in_path("auth_id")?;
        let own = auth_id.expose().to_owned();
        let credentials = Credentials::new(auth_id, settings.credential("auth_token")?);
        let client = Client::connect_with(settings.base_url(), credentials, &settings.transport)?;
        Ok(connected(MainAccount { client, own }))
    },
    normaliser: Normaliser::new::<Subaccounts>,
};

struct MainAccount {
    client: Client,
    own: String,
}

impl Endpoint for MainAccount {
    type Mapping = Subaccounts;

    fn transport(&self) -> &Transport {
        self.client.transport()
    }

    fn mapping(&self) -> Subaccounts {
        let own = Some(self.own.clone());
        Subaccounts { own }
    }

    fn get(&self, request: &PageRequest) -> Download {
        let linked = |name| request.link_parameter(name)?.parse::<i64>().ok();
        // An offset in pages counts pages of the address's own limit.
        let limit = linked("limit").or(request.size());
        let list = self.client.list_subaccounts(&self.own).limit(limit);
        list.offset(linked("offset")).stream()
    }
}

/// The rows of the list, and the Auth ID with which it is requested.
#[derive(Clone, Default)]
struct Subaccounts {
    own: Option<String>,
}

impl Mapping for Subaccounts {
    type Record = Subaccount;
    type Envelope = SubaccountList;
    type Context = ();
    const PROVIDER: &'static Descriptor = &DESCRIPTOR;
    const SECRETS: &'static [&'static str] = SECRET_PROPERTIES;
    const NEVER_NULL: &'static [&'static str] = NOT_NULL_PROPERTIES;

    fn tenant(
        &self,
        sent: Subaccount,
        (): &(),
        mapper: &mut Mapper<'_>,
    ) -> Result<Box<Tenant>, NoTenant> {
        let mut tenant = mapper.tenant("/auth_id", sent.auth_id)?;
        tenant.parent_id = sent.account.as_deref().and_then(last_segment);
        tenant.name = sent.name;
        if let Some(enabled) = sent.enabled {
            tenant.status = Some(match enabled {
                true => Status::Active,
                false => Status::Suspended,
            });
            tenant.status_detail = [("enabled".into(), StatusWord::Switch(enabled))].into();
        }
        tenant.created_at = mapper.moment("/created", sent.created.as_ref());
        tenant.updated_at = mapper.moment("/modified", sent.modified.as_ref());
        Ok(tenant)
    }

    /// No document says whether the list ever has the account that it is requested for.
    fn parent_id(&self, (): &()) -> Option<&str> {
        self.own.as_deref()
    }

    fn page(&self, envelope: &Envelope, page: &mut Page) {
        page.read_total(envelope, "/meta/total_count");
        page.read_offset(envelope, "/meta/offset");
        page.read_next_address(envelope, "/meta/next", "/Subaccount/");
        page.require_parameter("offset");
    }
}

/// The parent's Auth ID in its path, `/v1/Account/MA…/`.
fn last_segment(path: &str) -> Option<String> {
    let segment = path.trim_end_matches('/').rsplit('/').next()?;
    (!segment.is_empty()).then(|| segment.to_owned())
}
