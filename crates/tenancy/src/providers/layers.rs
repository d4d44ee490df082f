//! Layers: child organizations under a parent's key, in pages chained by cursors, newest first.
//!
//! Facts are from Layers' page "GET /v1/organizations" unless another source is named.

use ::layers::types::{Organization, OrganizationList, OrganizationStatus};
use ::layers::{Client, Credentials, DEFAULT_BASE_URL, NOT_NULL_PROPERTIES, SECRET_PROPERTIES};
use client_runtime::{Download, OpenEnum, Transport};

use super::{
    CredentialField, Descriptor, Endpoint, Envelope, Mapper, Mapping, NoTenant, Normaliser,
    connected,
};
use crate::{Capabilities, Contact, Page, PageRequest, Paging, Status, StatusWord, Tenant};

/// Layers.
pub static DESCRIPTOR: Descriptor = Descriptor {
    name: "layers",
    title: "Layers",
    account: "a parent organization",
    tenants: "child organizations",
    credentials: &[CredentialField {
        key: "api_key",
        variable: "LAYERS_API_KEY",
        secret: true,
        help: "a key of the parent organization with the scope `org:admin`",
        example: "",
    }],
    options: &[],
    base_url: DEFAULT_BASE_URL,
    records: "items",
    capabilities: Capabilities {
        default_page_size: 200,
        largest_page: Some(200),
        status_filter: &["active", "suspended", "archived"],
        // No document says whether a list without a filter includes archived organizations.
        maybe_left_out: &["archived"],
        reports_status: true,
        rate_limit: Some((
            "120 reads a minute a key (pilot 1,200, partner 6,000)",
            "Layers' public documentation, limits per key",
        )),
        ..Capabilities::new(Paging::Links, "Layers, \"GET /v1/organizations\"")
    },
    // Sent with status 503 as long as the parent is suspended.
    final_codes: &["KILL_SWITCH"],
    advice: |call| match call.code()? {
        "FORBIDDEN_SCOPE" => Some("give the key the scope `org:admin`, or use one that has it"),
        "KILL_SWITCH" => Some("the parent organization itself is suspended: ask Layers' support"),
        _ => None,
    },
    connect: |settings| {
        let credentials = Credentials::new(settings.credential("api_key")?);
        let client = Client::connect_with(settings.base_url(), credentials, &settings.transport)?;
        Ok(connected(Parent(client)))
    },
    normaliser: Normaliser::new::<Organizations>,
};

struct Parent(Client);

impl Endpoint for Parent {
    type Mapping = Organizations;

    fn transport(&self) -> &Transport {
        self.0.transport()
    }

    fn get(&self, request: &PageRequest) -> Download {
        // No document says whether a cursor remembers the filter: every page repeats it.
        let status = request.status.as_ref().map(Status::as_str);
        let status: Option<OrganizationStatus> = status.and_then(|word| word.parse().ok());
        let list = self.0.list_organizations().cursor(request.cursor());
        list.limit(request.size()).status(status).stream()
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
        // Calls take the bare UUID as well as `org_<uuid>` (Layers' "get organization").
        let bare = sent.id.strip_prefix("org_").map(str::to_owned);
        let mut tenant = mapper.tenant("/id", sent.id)?;
        tenant.aliases = bare.into_iter().collect();
        tenant.parent_id = sent.parent_organization_id;
        tenant.name = sent.name;
        if let Some(sent) = sent.status {
            let status = match sent {
                OpenEnum::Known(OrganizationStatus::Active) => Status::Active,
                OpenEnum::Known(OrganizationStatus::Suspended) => Status::Suspended,
                OpenEnum::Known(OrganizationStatus::Archived) => Status::Archived,
                OpenEnum::Unknown(word) => {
                    mapper.unknown_value("/status");
                    Status::Other(word)
                }
            };
            let word = StatusWord::Word(status.clone().into());
            tenant.status_detail.insert("status".into(), word);
            tenant.status = Some(status);
        }
        tenant.contact = Contact::new(sent.billing_email, None);
        tenant.created_at = mapper.moment("/createdAt", sent.created_at.as_ref());
        tenant.updated_at = mapper.moment("/updatedAt", sent.updated_at.as_ref());
        tenant.archived_at = mapper.moment("/archivedAt", sent.archived_at.as_ref());
        tenant.metadata = sent.metadata.map(Into::into);
        Ok(tenant)
    }

    fn page(&self, envelope: &Envelope, page: &mut Page) {
        page.read_cursor(envelope, "nextCursor");
    }
}
