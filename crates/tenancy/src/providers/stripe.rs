//! Stripe: a platform's connected accounts, each page after the last account of the one before, newest first.
//!
//! Facts are from Stripe's OpenAPI document unless another source is named.

use ::stripe::types::{Account, AccountList};
use ::stripe::{Client, Credentials, DEFAULT_BASE_URL, NOT_NULL_PROPERTIES, SECRET_PROPERTIES};
use client_runtime::{Download, OpenEnum, Transport};

use super::{
    CredentialField, Descriptor, Endpoint, Envelope, Mapper, Mapping, NoTenant, Normaliser,
    connected,
};
use crate::{
    Capabilities, Contact, Page, PageRequest, Paging, StatedOrder, Status, StatusWord, Tenant,
};

/// The version of the API that the document describes. Without it, the platform's own setting would decide.
const VERSION: &str = "2026-09-30.endive";

/// Stripe.
pub static DESCRIPTOR: Descriptor = Descriptor {
    name: "stripe",
    title: "Stripe",
    account: "a platform",
    tenants: "connected accounts",
    credentials: &[CredentialField {
        key: "api_key",
        variable: "STRIPE_API_KEY",
        secret: true,
        help: "a secret key of the platform, or a restricted one that may read Connect",
        example: "",
    }],
    options: &[],
    base_url: DEFAULT_BASE_URL,
    records: "data",
    capabilities: Capabilities {
        default_page_size: 100,
        largest_page: Some(100),
        // "If you're not a platform, the list is empty", with a status of success.
        empty_if_not_allowed: true,
        reports_status: true,
        rate_limit: Some(("25 requests a second", "Stripe, \"Rate limits\"")),
        ..Capabilities::new(
            Paging::Keyset {
                order: StatedOrder::NewestFirst,
            },
            "Stripe, OpenAPI document, operation GetAccounts",
        )
    },
    final_codes: &[],
    advice: |_| None,
    connect: |settings| {
        let credentials = Credentials::with_api_key(settings.credential("api_key")?);
        let client = Client::connect_with(settings.base_url(), credentials, &settings.transport)?;
        Ok(connected(Platform(client)))
    },
    normaliser: Normaliser::new::<ConnectedAccounts>,
};

struct Platform(Client);

impl Endpoint for Platform {
    type Mapping = ConnectedAccounts;

    fn transport(&self) -> &Transport {
        self.0.transport()
    }

    fn get(&self, request: &PageRequest) -> Download {
        let list = self.0.get_accounts(VERSION).limit(request.size());
        list.starting_after(request.after()).stream()
    }
}

#[derive(Clone, Default)]
struct ConnectedAccounts;

impl Mapping for ConnectedAccounts {
    type Record = Account;
    type Envelope = AccountList;
    type Context = ();
    const PROVIDER: &'static Descriptor = &DESCRIPTOR;
    const SECRETS: &'static [&'static str] = SECRET_PROPERTIES;
    const NEVER_NULL: &'static [&'static str] = NOT_NULL_PROPERTIES;

    fn tenant(
        &self,
        sent: Account,
        (): &(),
        mapper: &mut Mapper<'_>,
    ) -> Result<Box<Tenant>, NoTenant> {
        let mut tenant = mapper.tenant("/id", sent.id)?;
        let dashboard = sent.settings.and_then(|settings| settings.dashboard);
        let (display_name, timezone) = dashboard.map_or((None, None), |dashboard| {
            (dashboard.display_name, dashboard.timezone)
        });
        // The name by which the dashboard tells accounts apart; some have only the one that their customers see.
        let business = sent.business_profile.and_then(|profile| profile.name);
        tenant.name = display_name.or(business);
        tenant.timezone = timezone;
        let disabled = sent.requirements.and_then(|all| all.disabled_reason);
        if let Some(OpenEnum::Unknown(_)) = disabled {
            mapper.unknown_value("/requirements/disabled_reason");
        }
        let (charges, payouts) = (sent.charges_enabled, sent.payouts_enabled);
        tenant.status = status(disabled.is_some(), charges, payouts);
        let reason = disabled.map(|word| StatusWord::Word(word.to_string().into()));
        tenant.status_detail = [
            ("charges_enabled", charges.map(StatusWord::Switch)),
            ("disabled_reason", reason),
            ("payouts_enabled", payouts.map(StatusWord::Switch)),
        ]
        .into_iter()
        .filter_map(|(name, word)| Some((name.into(), word?)))
        .collect();
        tenant.contact = Contact::new(sent.email, None);
        tenant.created_at = mapper.unix_time("/created", sent.created);
        tenant.metadata = sent.metadata.map(Into::into);
        Ok(tenant)
    }

    fn page(&self, envelope: &Envelope, page: &mut Page) {
        page.read_more(envelope, "has_more");
    }
}

/// Suspended if the account has a reason for being disabled: charges, payouts or both are then blocked. A rejection is not
/// final, because it can be reversed (Stripe, "Unreject an account"). A disabled switch alone does not mean suspended: an
/// account that only receives transfers makes no charges, and a new one waits for its owner's details.
fn status(is_disabled: bool, charges: Option<bool>, payouts: Option<bool>) -> Option<Status> {
    match (charges, payouts) {
        _ if is_disabled => Some(Status::Suspended),
        (Some(true), Some(true)) => Some(Status::Active),
        _ => None,
    }
}
