//! Telnyx: a manager account's managed accounts, in numbered pages, one list for each status.
//!
//! Facts are from Telnyx' document and the SDKs generated from it unless another source is named.

use ::telnyx::types::{
    ListManagedAccountsFilterStatusEq as Word, ListManagedAccountsResponse,
    ListManagedAccountsSort as Sort, ManagedAccountMultiListing,
};
use ::telnyx::{Client, Credentials, DEFAULT_BASE_URL, NOT_NULL_PROPERTIES, SECRET_PROPERTIES};
use client_runtime::{Download, OpenEnum, Transport};

use super::{
    CredentialField, Descriptor, Endpoint, Envelope, Mapper, Mapping, NoTenant, Normaliser,
    connected,
};
use crate::{
    Capabilities, Contact, Page, PageRequest, Paging, RankBy, StatedOrder, Status, Tenant,
};

/// Telnyx.
pub static DESCRIPTOR: Descriptor = Descriptor {
    name: "telnyx",
    title: "Telnyx",
    account: "a manager account",
    tenants: "managed accounts",
    credentials: &[CredentialField {
        key: "api_key",
        variable: "TELNYX_API_KEY",
        secret: true,
        help: "an API V2 key of the manager account",
        example: "",
    }],
    options: &[],
    base_url: DEFAULT_BASE_URL,
    records: "data",
    capabilities: Capabilities {
        default_page_size: 250,
        largest_page: Some(250),
        // No document says what `active` and `all` mean, or whether a blocked account is a disabled one too.
        status_filter: &["active", "suspended", "archived", "blocked"],
        status_from_filter: true,
        reports_status: true,
        reports_total: true,
        ..Capabilities::new(
            Paging::Ranks {
                by: RankBy::Number { first: 1 },
                order: StatedOrder::OldestFirst,
            },
            "Telnyx, OpenAPI document, operation ListManagedAccounts",
        )
    },
    final_codes: &[],
    advice: |call| {
        call.is_forbidden()
            .then_some("Telnyx has to approve the account as a manager account: ask Telnyx for it")
    },
    connect: |settings| {
        let credentials = Credentials::new(settings.credential("api_key")?);
        let client = Client::connect_with(settings.base_url(), credentials, &settings.transport)?;
        Ok(connected(Manager(client)))
    },
    normaliser: Normaliser::new::<ManagedAccounts>,
};

struct Manager(Client);

impl Endpoint for Manager {
    type Mapping = ManagedAccounts;

    fn transport(&self) -> &Transport {
        self.0.transport()
    }

    fn get(&self, request: &PageRequest) -> Download {
        let status = request.status.as_ref();
        let word: Option<Word> = status.and_then(|status| match status {
            Status::Active => Some(Word::Enabled),
            Status::Suspended => Some(Word::Disabled),
            Status::Archived => Some(Word::Cancelled),
            Status::Other(word) => word.parse().ok(),
        });
        // Left out by default. No document says whether the filter alone finds them.
        let cancelled = matches!(status, None | Some(Status::Archived)).then_some(true);
        let list = self.0.list_managed_accounts().filter_status_eq(word);
        let list = list.include_cancelled_accounts(cancelled);
        // The documents contradict each other on the order without it.
        let list = list.sort(Sort::CreatedAt);
        let list = list.page_number(request.number());
        list.page_size(request.size()).stream()
    }
}

#[derive(Clone, Default)]
struct ManagedAccounts;

impl Mapping for ManagedAccounts {
    type Record = ManagedAccountMultiListing;
    type Envelope = ListManagedAccountsResponse;
    type Context = ();
    const PROVIDER: &'static Descriptor = &DESCRIPTOR;
    const SECRETS: &'static [&'static str] = SECRET_PROPERTIES;
    const NEVER_NULL: &'static [&'static str] = NOT_NULL_PROPERTIES;

    fn tenant(
        &self,
        sent: ManagedAccountMultiListing,
        (): &(),
        mapper: &mut Mapper<'_>,
    ) -> Result<Box<Tenant>, NoTenant> {
        let mut tenant = mapper.tenant("/id", sent.id)?;
        tenant.parent_id = sent.manager_account_id;
        tenant.name = sent.organization_name;
        tenant.contact = Contact::new(sent.email, None);
        tenant.created_at = mapper.moment("/created_at", sent.created_at.as_ref());
        tenant.updated_at = mapper.moment("/updated_at", sent.updated_at.as_ref());
        if let Some(OpenEnum::Unknown(_)) = sent.record_type {
            mapper.unknown_value("/record_type");
        }
        Ok(tenant)
    }

    fn page(&self, envelope: &Envelope, page: &mut Page) {
        page.read_total(envelope, "/meta/total_results");
        page.read_number(envelope, "/meta/page_number");
        page.read_size(envelope, "/meta/page_size");
    }
}
