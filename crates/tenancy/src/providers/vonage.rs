//! Vonage: a primary account's subaccounts, all in one body, with the primary account beside them.
//!
//! Facts are from Vonage's OpenAPI document unless another source is named.

use ::vonage::types::{SubaccountResponse, SubaccountsAllResponse};
use ::vonage::{Client, Credentials, DEFAULT_BASE_URL, NOT_NULL_PROPERTIES, SECRET_PROPERTIES};
use client_runtime::{Download, Transport};

use super::{
    CredentialField, Descriptor, Endpoint, Envelope, Mapper, Mapping, NoTenant, Normaliser,
    connected,
};
use crate::{Capabilities, Money, Page, PageRequest, Paging, Status, StatusWord, Tenant};

/// Vonage.
pub static DESCRIPTOR: Descriptor = Descriptor {
    name: "vonage",
    title: "Vonage",
    account: "a primary account",
    tenants: "subaccounts",
    credentials: &[
        CredentialField {
            key: "api_key",
            variable: "VONAGE_API_KEY",
            secret: false,
            help: "the API key of the primary account",
            example: "abcd1234",
        },
        CredentialField {
            key: "api_secret",
            variable: "VONAGE_API_SECRET",
            secret: true,
            help: "the API secret of the primary account",
            example: "",
        },
    ],
    options: &[],
    base_url: DEFAULT_BASE_URL,
    records: "/_embedded/subaccounts",
    capabilities: Capabilities {
        reports_status: true,
        ..Capabilities::new(
            Paging::OneBody,
            "Vonage, OpenAPI document, operation retrieveSubaccountsList",
        )
    },
    final_codes: &[],
    advice: |call| {
        call.is_forbidden()
            .then_some("the account must be provisioned for the Subaccounts API: ask Vonage for it")
    },
    connect: |settings| {
        let api_key = settings.credential("api_key")?;
        let own = api_key.expose().to_owned();
        let credentials = Credentials::new(api_key, settings.credential("api_secret")?);
        let client = Client::connect_with(settings.base_url(), credentials, &settings.transport)?;
        Ok(connected(PrimaryAccount { client, own }))
    },
    normaliser: Normaliser::new::<Subaccounts>,
};

struct PrimaryAccount {
    client: Client,
    own: String,
}

impl Endpoint for PrimaryAccount {
    type Mapping = Subaccounts;

    fn transport(&self) -> &Transport {
        self.client.transport()
    }

    fn mapping(&self) -> Subaccounts {
        let own = Some(self.own.clone());
        Subaccounts { own }
    }

    fn get(&self, _: &PageRequest) -> Download {
        self.client.retrieve_subaccounts_list(&self.own).stream()
    }
}

/// The rows of the list, and the API key with which it is requested.
#[derive(Clone, Default)]
struct Subaccounts {
    own: Option<String>,
}

impl Mapping for Subaccounts {
    type Record = SubaccountResponse;
    type Envelope = SubaccountsAllResponse;
    type Context = ();
    const PROVIDER: &'static Descriptor = &DESCRIPTOR;
    const SECRETS: &'static [&'static str] = SECRET_PROPERTIES;
    // Identities: an account's secret is `secret`.
    const NO_SECRETS: &'static [&'static str] = &["api_key", "primary_account_api_key"];
    const NEVER_NULL: &'static [&'static str] = NOT_NULL_PROPERTIES;

    fn tenant(
        &self,
        sent: SubaccountResponse,
        (): &(),
        mapper: &mut Mapper<'_>,
    ) -> Result<Box<Tenant>, NoTenant> {
        let mut tenant = mapper.tenant("/api_key", sent.api_key)?;
        tenant.parent_id = sent.primary_account_api_key;
        tenant.name = sent.name;
        tenant.status = sent.suspended.map(|suspended| match suspended {
            true => Status::Suspended,
            false => Status::Active,
        });
        let detail = |suspended| ("suspended".into(), StatusWord::Switch(suspended));
        tenant.status_detail = sent.suspended.map(detail).into_iter().collect();
        tenant.created_at = mapper.moment("/created_at", sent.created_at.as_ref());
        // Null where it is shared. No document names the currency.
        tenant.balance = sent.balance.map(|amount| Money::new(amount, None));
        Ok(tenant)
    }

    /// The primary account is listed separately. It is not a tenant, even if the list contains it.
    fn parent_id(&self, (): &()) -> Option<&str> {
        self.own.as_deref()
    }

    /// One body without a total: nothing beside the list says more about it.
    fn page(&self, _: &Envelope, _: &mut Page) {}
}
