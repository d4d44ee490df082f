//! Mailgun: a primary account's subaccounts, in pages by offset, in an order that no document states.
//!
//! Facts are from Mailgun's document unless another source is named.

use ::mailgun::types::{Subaccount, SubaccountListResponse, SubaccountStatus};
use ::mailgun::{Client, Credentials, DEFAULT_BASE_URL, NOT_NULL_PROPERTIES, SECRET_PROPERTIES};
use client_runtime::{Download, OpenEnum, Transport};

use super::{
    CredentialField, Descriptor, Endpoint, Envelope, Mapper, Mapping, NoTenant, Normaliser,
    Regions, connected,
};
use crate::{
    Capabilities, Page, PageRequest, Paging, RankBy, StatedOrder, Status, StatusWord, Tenant,
};

const REGIONS: Regions = Regions(&[
    ("us", DEFAULT_BASE_URL),
    ("eu", "https://api.eu.mailgun.net"),
]);

/// Mailgun.
pub static DESCRIPTOR: Descriptor = Descriptor {
    name: "mailgun",
    title: "Mailgun",
    account: "a primary account",
    tenants: "subaccounts",
    credentials: &[CredentialField {
        key: "api_key",
        variable: "MAILGUN_API_KEY",
        secret: true,
        help: "a private API key of the primary account",
        example: "",
    }],
    options: &[Regions::option(
        "the region of the primary account: `us` (unless stated) or `eu`",
        "eu",
    )],
    base_url: DEFAULT_BASE_URL,
    records: "subaccounts",
    capabilities: Capabilities {
        default_page_size: 1000,
        largest_page: Some(1000),
        status_filter: &["active", "suspended"],
        // The list with closed subaccounts is the plain one. No document says whether it has the others too.
        maybe_left_out: &["active", "suspended"],
        reports_status: true,
        reports_total: true,
        ..Capabilities::new(
            Paging::Ranks {
                by: RankBy::Offset { largest: None },
                order: StatedOrder::Unstated,
            },
            "Mailgun, OpenAPI document, operation get-v5-accounts-subaccounts",
        )
    },
    final_codes: &[],
    advice: |_| None,
    connect: |settings| {
        let base_url = REGIONS.base_url(settings, &DESCRIPTOR)?;
        // The user is the same for every account (mailgun-go).
        let credentials = Credentials::new("api", settings.credential("api_key")?);
        let client = Client::connect_with(base_url, credentials, &settings.transport)?;
        Ok(connected(PrimaryAccount(client)))
    },
    normaliser: Normaliser::new::<Subaccounts>,
};

struct PrimaryAccount(Client);

impl Endpoint for PrimaryAccount {
    type Mapping = Subaccounts;

    fn transport(&self) -> &Transport {
        self.0.transport()
    }

    fn get(&self, request: &PageRequest) -> Download {
        // Where one of them is not stated, what it selects depends on the other.
        let (enabled, closed) = match &request.status {
            Some(Status::Active) => (Some(true), false),
            Some(Status::Suspended) => (Some(false), false),
            _ => (None, true),
        };
        let list = self.0.get_v5_accounts_subaccounts().enabled(enabled);
        let list = list.closed(closed).limit(request.size());
        list.skip(request.offset()).stream()
    }
}

#[derive(Clone, Default)]
struct Subaccounts;

impl Mapping for Subaccounts {
    type Record = Subaccount;
    type Envelope = SubaccountListResponse;
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
        let mut tenant = mapper.tenant("/id", sent.id)?;
        tenant.name = sent.name;
        if let Some(sent) = sent.status {
            if let OpenEnum::Unknown(_) = sent {
                mapper.unknown_value("/status");
            }
            let word = sent.to_string();
            tenant.status = Some(match sent {
                OpenEnum::Known(SubaccountStatus::Open) => Status::Active,
                OpenEnum::Known(SubaccountStatus::Disabled) => Status::Suspended,
                OpenEnum::Known(SubaccountStatus::Closed) => Status::Archived,
                OpenEnum::Unknown(word) => Status::Other(word),
            });
            tenant.status_detail = [("status".into(), StatusWord::Word(word.into()))].into();
        }
        tenant.created_at = mapper.moment("/created_at", sent.created_at.as_ref());
        tenant.updated_at = mapper.moment("/updated_at", sent.updated_at.as_ref());
        tenant.permissions = sent.features.map(|features| {
            let enabled = features.iter().filter_map(|(name, feature)| {
                let enabled = feature.enabled?;
                Some((name.clone(), enabled))
            });
            enabled.collect()
        });
        Ok(tenant)
    }

    fn page(&self, envelope: &Envelope, page: &mut Page) {
        page.read_total(envelope, "total");
    }
}
