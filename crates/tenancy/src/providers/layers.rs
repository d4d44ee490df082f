//! Layers: child organizations under a parent's key, in pages chained by cursors, newest first.
//!
//! Facts are from Layers' page "GET /v1/organizations" unless another source is named.

use client_runtime::{Stated, Traffic};
use layers_client::types::{Organization, OrganizationStatus};
use layers_client::{Client, SECRET_PROPERTIES};

use super::record::{NoTenant, Notes, identity, map};
use crate::provider::{Fetch, Next, Page, PageRequest, Position};
use crate::{Capabilities, Contact, Error, PagingStyle, Provider, Status, StatusWord, Tenant};

const OPERATION: &str = "listOrganizations";

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
        ..Capabilities::new(PagingStyle::Cursor, "Layers, \"GET /v1/organizations\"")
    };

    /// The parent organization that `client` has a key of.
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    async fn page(&self, request: &PageRequest) -> Result<Page, Error> {
        let Position::Cursor(cursor) = &request.position else {
            return Err(Error::configuration("Layers' list is read by cursors"));
        };
        // Whether a cursor remembers the filter is not stated: everything goes with every page.
        let status = request.status.as_ref().and_then(filter);
        let limit = (request.size > 0).then(|| i64::from(request.size));
        let list = match self
            .client
            .list_organizations(cursor.as_deref(), limit, status)
            .await
        {
            Ok(answer) => answer.into_inner(),
            Err(error) => {
                let call = self.client.transport().explain(OPERATION, error).await;
                let advice = advice(&call);
                return Err(Error::from_call(call, advice));
            }
        };
        let records = list
            .items
            .iter()
            .map(|record| {
                map(
                    record,
                    request.raw,
                    SECRET_PROPERTIES,
                    |organization, notes| tenant(&request.account, organization, notes),
                )
            })
            .collect();
        Ok(Page {
            next: match list.next_cursor {
                Stated::Value(cursor) => Next::Cursor(cursor),
                Stated::Null => Next::End,
                Stated::Absent => Next::Unsaid,
            },
            ..Page::new(records)
        })
    }
}

impl Provider for Layers {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn capabilities(&self) -> &'static Capabilities {
        &Self::CAPABILITIES
    }

    fn fetch<'a>(&'a self, request: &'a PageRequest) -> Fetch<'a> {
        Box::pin(self.page(request))
    }

    fn traffic(&self) -> Traffic {
        self.client.transport().traffic()
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

fn tenant(account: &str, sent: &Organization, notes: &mut Notes) -> Result<Tenant, NoTenant> {
    let mut tenant = Tenant::new(Layers::NAME, account, identity("/id", &sent.id)?);
    // Calls take the bare UUID as well as `org_<uuid>` (Layers' "get organization").
    tenant.aliases = sent
        .id
        .strip_prefix("org_")
        .map(str::to_owned)
        .into_iter()
        .collect();
    tenant.parent_id = sent.parent_organization_id.clone();
    tenant.name = sent.name.clone();
    if let Some(status) = &sent.status {
        let word = status.to_string();
        tenant.status = Some(Status::from(word.as_str()));
        tenant.status_detail = [("status".to_owned(), StatusWord::Word(word))].into();
    }
    tenant.contact = Contact::new(sent.billing_email.clone(), None);
    tenant.created_at = notes.moment("/createdAt", sent.created_at.as_ref());
    tenant.updated_at = notes.moment("/updatedAt", sent.updated_at.as_ref());
    tenant.archived_at = notes.moment("/archivedAt", sent.archived_at.as_ref());
    tenant.metadata = sent.metadata.as_ref().map(|metadata| {
        metadata
            .iter()
            .filter_map(|(key, value)| Some((key.clone(), value.clone()?)))
            .collect()
    });
    Ok(tenant)
}
