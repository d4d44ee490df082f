//! WorkOS: the organizations of an environment, each page after the last organization of the one before, newest first.
//!
//! Facts are from WorkOS' OpenAPI document unless another source is named.

use ::workos::types::{Organization, OrganizationList, PaginationOrder};
use ::workos::{Client, Credentials, DEFAULT_BASE_URL, NOT_NULL_PROPERTIES, SECRET_PROPERTIES};
use client_runtime::{Download, Transport};

use super::{
    CredentialField, Descriptor, Endpoint, Envelope, Mapper, Mapping, NoTenant, Normaliser,
    connected,
};
use crate::{Capabilities, Page, PageRequest, Paging, StatedOrder, Tenant};

/// WorkOS.
pub static DESCRIPTOR: Descriptor = Descriptor {
    name: "workos",
    title: "WorkOS",
    account: "an environment",
    tenants: "organizations",
    credentials: &[CredentialField {
        key: "api_key",
        variable: "WORKOS_API_KEY",
        secret: true,
        help: "an API key of the environment",
        example: "",
    }],
    options: &[],
    base_url: DEFAULT_BASE_URL,
    records: "data",
    capabilities: Capabilities {
        default_page_size: 100,
        largest_page: Some(100),
        rate_limit: Some(("6,000 requests a minute", "WorkOS, \"Rate limits\"")),
        ..Capabilities::new(
            Paging::Keyset {
                order: StatedOrder::NewestFirst,
            },
            "WorkOS, OpenAPI document, operation OrganizationsController_list",
        )
    },
    final_codes: &[],
    advice: |_| None,
    connect: |settings| {
        let credentials = Credentials::new(settings.credential("api_key")?);
        let client = Client::connect_with(settings.base_url(), credentials, &settings.transport)?;
        Ok(connected(Environment(client)))
    },
    normaliser: Normaliser::new::<Organizations>,
};

struct Environment(Client);

impl Endpoint for Environment {
    type Mapping = Organizations;

    fn transport(&self) -> &Transport {
        self.0.transport()
    }

    fn get(&self, request: &PageRequest) -> Download {
        // In the order `normal`, which may be the default, `after` leads to newer organizations, and never to the older ones.
        let list = self.0.organizations_controller_list();
        let list = list.order(PaginationOrder::Desc).limit(request.size());
        list.after(request.after()).stream()
    }
}

#[derive(Clone, Default)]
struct Organizations;

impl Mapping for Organizations {
    type Record = Organization;
    type Envelope = OrganizationList;
    type Context = ();
    const PROVIDER: &'static Descriptor = &DESCRIPTOR;
    const SECRETS: &'static [&'static str] = SECRET_PROPERTIES;
    const NEVER_NULL: &'static [&'static str] = NOT_NULL_PROPERTIES;

    fn tenant(
        &self,
        sent: Organization,
        (): &(),
        mapper: &mut Mapper<'_>,
    ) -> Result<Box<Tenant>, NoTenant> {
        let mut tenant = mapper.tenant("/id", sent.id)?;
        // Unique in its environment, and a call finds the organization by it (`/organizations/external_id/{external_id}`).
        tenant.aliases = sent.external_id.into_iter().collect();
        tenant.name = sent.name;
        tenant.created_at = mapper.moment("/created_at", sent.created_at.as_ref());
        tenant.updated_at = mapper.moment("/updated_at", sent.updated_at.as_ref());
        tenant.metadata = sent.metadata.map(Into::into);
        Ok(tenant)
    }

    fn page(&self, envelope: &Envelope, page: &mut Page) {
        page.read_cursor(envelope, "/list_metadata/after");
    }
}
