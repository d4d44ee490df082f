//! Layers: child organizations under a parent's key, in pages chained by cursors, newest first.
//!
//! Facts are from Layers' page "GET /v1/organizations" unless another source is named.

use std::sync::Arc;

use client_runtime::{Download, OpenEnum, Traffic, Transport};
use layers_client::types::{Organization, OrganizationList, OrganizationStatus};
use layers_client::{
    Client, Credentials, DEFAULT_BASE_URL, NOT_NULL_PROPERTIES, SECRET_PROPERTIES,
};

use super::descriptor::{CredentialField, Descriptor};
use super::record::{Common, List, NoTenant, Notes, identity, no_list, undeclared};
use crate::body::{Context, fetch_page};
use crate::provider::{Arrivals, Fetch, Next, Page, PageRequest, Position};
use crate::{
    Capabilities, Contact, Error, Normaliser, PagingStyle, Provider, Status, StatusWord, Tenant,
};
use record_stream::{Envelope, Field};

const OPERATION: &str = "listOrganizations";

pub(super) static DESCRIPTOR: Descriptor = Descriptor {
    name: Layers::NAME,
    title: "Layers",
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
    records: Organizations::RECORDS,
    capabilities: Layers::CAPABILITIES,
    connect: |settings| {
        let credentials = Credentials::new(settings.credential("api_key")?.clone());
        let base_url = settings.base_url.as_deref().unwrap_or(DEFAULT_BASE_URL);
        let client = Client::connect_with(base_url, credentials, &settings.transport)
            .map_err(|error| Error::from_call(error, None))?;
        Ok(Arc::new(Layers::new(client)))
    },
    normaliser: |account, raw| Normaliser::new(Arc::new(Organizations::new(account, raw))),
};

/// A parent organization at Layers, whose tenants are its child organizations.
#[derive(Clone, Debug)]
pub struct Layers {
    client: Client,
}

impl Layers {
    /// The name of the provider in configurations and tenants.
    pub const NAME: &'static str = "layers";

    /// What Layers' list can do. Whether a list without a filter has archived organizations in it is not stated, so
    /// they are asked for as well.
    pub const CAPABILITIES: Capabilities = Capabilities {
        default_page_size: 200,
        largest_page: Some(200),
        status_filter: &["active", "suspended", "archived"],
        maybe_left_out: &["archived"],
        reports_status: true,
        rate_limit: Some((
            "120 reads a minute a key (pilot 1,200, partner 6,000)",
            "Layers' public documentation, limits per key",
        )),
        ..Capabilities::new(PagingStyle::Cursor, "Layers, \"GET /v1/organizations\"")
    };

    /// The parent organization that `client` has a key of.
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    /// Reads the body of a page that comes another way than from the provider, for the account of this name. With `raw`, each
    /// tenant carries the record as it was sent.
    #[must_use]
    pub fn normaliser(&self, account: &str, raw: bool) -> Normaliser {
        Normaliser::new(self.mapping(account, raw))
    }

    fn mapping(&self, account: &str, raw: bool) -> Arc<Organizations> {
        Arc::new(Organizations {
            transport: Some(self.client.transport().clone()),
            ..Organizations::new(account, raw)
        })
    }

    async fn page(&self, request: &PageRequest) -> Result<Page, Error> {
        let Position::Cursor(cursor) = &request.position else {
            return Err(Error::configuration("Layers' list is read by cursors"));
        };
        // Whether a cursor remembers the filter is not stated: everything goes with every page.
        let status = request.status.as_ref().and_then(filter);
        let limit = (request.size > 0).then(|| i64::from(request.size));
        let ask = || {
            self.client
                .list_organizations_stream(cursor.as_deref(), limit, status)
        };
        let download = Download::new(self.client.transport().clone(), OPERATION, ask);
        let mapping = self.mapping(&request.account, request.raw);
        fetch_page(download, mapping, |call| {
            let advice = advice(&call);
            Error::from_call(call, advice)
        })
        .await
    }
}

impl Provider for Layers {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn capabilities(&self) -> &'static Capabilities {
        &Self::CAPABILITIES
    }

    fn fetch<'a>(&'a self, request: &'a PageRequest, _: &'a Arrivals) -> Fetch<'a> {
        Box::pin(self.page(request))
    }

    fn traffic(&self) -> Traffic {
        self.client.transport().traffic()
    }
}

/// What a page of organizations means.
struct Organizations {
    common: Common,
    transport: Option<Transport>,
}

impl Organizations {
    fn new(account: &str, raw: bool) -> Self {
        Self {
            common: Common::new(account, raw, SECRET_PROPERTIES, NOT_NULL_PROPERTIES),
            transport: None,
        }
    }
}

impl List for Organizations {
    type Record = Organization;

    const RECORDS: &'static str = "items";

    fn common(&self) -> &Common {
        &self.common
    }

    /// `status` is the only such property.
    fn lacks_not_null(sent: &Organization) -> bool {
        sent.status.is_none()
    }

    fn tenant(
        &self,
        sent: Organization,
        _: &Context,
        notes: &mut Notes,
    ) -> Result<Box<Tenant>, NoTenant> {
        tenant(self.common.account.clone(), sent, notes)
    }

    fn page(&self, envelope: &Envelope) -> Result<Page, Error> {
        if let Some(reason) = envelope.no_list() {
            return Err(no_list(
                self.transport.as_ref(),
                OPERATION,
                &reason,
                envelope,
            ));
        }
        let next = match envelope.field("nextCursor") {
            Field::Value(cursor) => Next::Cursor(cursor),
            Field::Null => Next::End,
            Field::Absent => Next::Unsaid,
            Field::Invalid(reason) => Next::Unreadable(format!("`nextCursor` is {reason}")),
        };
        Ok(Page {
            next,
            unknown_fields: undeclared::<OrganizationList>(envelope),
            ..Page::new(Vec::new())
        })
    }
}

fn filter(status: &Status) -> Option<OrganizationStatus> {
    match status {
        Status::Active => Some(OrganizationStatus::Active),
        Status::Suspended => Some(OrganizationStatus::Suspended),
        Status::Archived => Some(OrganizationStatus::Archived),
        Status::Other(_) => None,
    }
}

/// What to do about an error, where Layers' documents say more than its status.
fn advice(call: &client_runtime::Error) -> Option<&'static str> {
    match call.code()? {
        "FORBIDDEN_SCOPE" => Some("give the key the scope `org:admin`, or use one that has it"),
        "KILL_SWITCH" => Some("the parent organization itself is suspended: ask Layers' support"),
        _ => None,
    }
}

fn tenant(
    account: Arc<str>,
    sent: Organization,
    notes: &mut Notes,
) -> Result<Box<Tenant>, NoTenant> {
    // Calls take the bare UUID as well as `org_<uuid>` (Layers' "get organization").
    let bare = sent.id.strip_prefix("org_").map(str::to_owned);
    let id = identity("/id", sent.id)?;
    let mut tenant = Box::new(Tenant::new(Layers::NAME, account, id));
    tenant.aliases = bare.into_iter().collect();
    tenant.parent_id = sent.parent_organization_id;
    tenant.name = sent.name;
    if let Some(sent) = sent.status {
        let status = match sent {
            OpenEnum::Known(known) => status(known),
            OpenEnum::Unknown(word) => {
                notes.unknown_value("/status");
                Status::from(word.as_str())
            }
        };
        let word = StatusWord::Word(status.clone().into());
        tenant.status_detail = [("status".into(), word)].into_iter().collect();
        tenant.status = Some(status);
    }
    tenant.contact = Contact::new(sent.billing_email, None);
    tenant.created_at = notes.moment("/createdAt", sent.created_at.as_ref());
    tenant.updated_at = notes.moment("/updatedAt", sent.updated_at.as_ref());
    tenant.archived_at = notes.moment("/archivedAt", sent.archived_at.as_ref());
    tenant.metadata = sent.metadata.map(Into::into);
    Ok(tenant)
}

fn status(sent: OrganizationStatus) -> Status {
    match sent {
        OrganizationStatus::Active => Status::Active,
        OrganizationStatus::Suspended => Status::Suspended,
        OrganizationStatus::Archived => Status::Archived,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Another one would have to be looked for in `lacks_not_null`, or a null in its place would go unseen.
    #[test]
    fn the_status_is_all_that_may_be_absent_and_never_null() {
        assert_eq!(NOT_NULL_PROPERTIES, ["status"]);
    }
}
