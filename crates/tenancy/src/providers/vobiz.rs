//! Vobiz: sub-accounts under a master account, in numbered pages, newest first.
//!
//! Facts are from Vobiz' page "List All Subaccounts" unless another source is named.

use std::sync::Arc;

use client_runtime::{Download, Traffic, Transport};
use vobiz_client::types::{SubAccount, SubAccountList};
use vobiz_client::{Client, Credentials, DEFAULT_BASE_URL, NOT_NULL_PROPERTIES, SECRET_PROPERTIES};

use super::descriptor::{CredentialField, Descriptor};
use super::record::{Common, List, NoTenant, Notes, declared, identity, no_list, undeclared};
use crate::body::{Context, fetch_page};
use crate::provider::{Arrivals, Fetch, Page, PageRequest, Position};
use crate::{
    Capabilities, Contact, Error, Limits, Normaliser, PagingStyle, Provider, Status, StatusWord,
    Tenant,
};
use record_stream::Envelope;

const OPERATION: &str = "list-subaccounts";

pub(super) static DESCRIPTOR: Descriptor = Descriptor {
    name: Vobiz::NAME,
    title: "Vobiz",
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
    records: SubAccounts::RECORDS,
    capabilities: Vobiz::CAPABILITIES,
    connect: |settings| {
        let auth_id = settings.credential("auth_id")?;
        let auth_token = settings.credential("auth_token")?;
        let credentials = Credentials::new(auth_id.clone(), auth_token.clone());
        let base_url = settings.base_url.as_deref().unwrap_or(DEFAULT_BASE_URL);
        let client = Client::connect_with(base_url, credentials, &settings.transport)
            .map_err(|error| Error::from_call(error, None))?;
        Ok(Arc::new(Vobiz::new(client, auth_id.expose())?))
    },
    normaliser: |account, raw| Normaliser::new(Arc::new(SubAccounts::new(account, raw))),
};

/// A Vobiz master account, whose tenants are its sub-accounts.
#[derive(Clone, Debug)]
pub struct Vobiz {
    client: Client,
    auth_id: String,
}

impl Vobiz {
    /// The name of the provider in configurations and tenants.
    pub const NAME: &'static str = "vobiz";

    /// What Vobiz' list can do. `active_only` is not used: which of the two switches it looks at is not stated, and a
    /// sub-account that is switched on again would come in below the head of the list and could slip past.
    pub const CAPABILITIES: Capabilities = Capabilities {
        // The largest size is not stated; the answer's `size` is believed.
        default_page_size: 100,
        reports_status: true,
        tells_total: true,
        ..Capabilities::new(PagingStyle::Numbered, "Vobiz, \"List All Subaccounts\"")
    };

    /// The account that `client` has the credentials of. `auth_id` is a part of the list's path (`MA_…`).
    ///
    /// # Errors
    /// The id is empty or has characters that would lead to another path.
    pub fn new(client: Client, auth_id: impl Into<String>) -> Result<Self, Error> {
        let auth_id = auth_id.into();
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        if auth_id.is_empty() || !auth_id.bytes().all(plain) {
            return Err(Error::configuration(
                "`auth_id` is not a Vobiz Auth ID: those are letters, digits and `_`, such as MA_XXXXXXXX",
            ));
        }
        Ok(Self { client, auth_id })
    }

    /// Reads the body of a page that comes another way than from the provider, for the account of this name. With `raw`, each
    /// tenant carries the record as it was sent.
    #[must_use]
    pub fn normaliser(&self, account: &str, raw: bool) -> Normaliser {
        Normaliser::new(self.mapping(account, raw))
    }

    fn mapping(&self, account: &str, raw: bool) -> Arc<SubAccounts> {
        Arc::new(SubAccounts {
            transport: Some(self.client.transport().clone()),
            ..SubAccounts::new(account, raw)
        })
    }

    async fn page(&self, request: &PageRequest) -> Result<Page, Error> {
        let Position::Number(number) = request.position else {
            return Err(Error::configuration("Vobiz' list is read by page numbers"));
        };
        let page = i64::try_from(number).unwrap_or(i64::MAX);
        let size = i64::from(request.size);
        let ask = || {
            self.client
                .list_subaccounts_stream(&self.auth_id, None, Some(page), Some(size))
        };
        let download = Download::new(self.client.transport().clone(), OPERATION, ask);
        let mapping = self.mapping(&request.account, request.raw);
        fetch_page(download, mapping, |call| Error::from_call(call, None)).await
    }
}

impl Provider for Vobiz {
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

/// What a page of sub-accounts means.
struct SubAccounts {
    common: Common,
    transport: Option<Transport>,
}

impl SubAccounts {
    fn new(account: &str, raw: bool) -> Self {
        Self {
            common: Common::new(account, raw, SECRET_PROPERTIES, NOT_NULL_PROPERTIES),
            transport: None,
        }
    }
}

impl List for SubAccounts {
    type Record = SubAccount;

    const RECORDS: &'static str = "sub_accounts";

    fn common(&self) -> &Common {
        &self.common
    }

    fn tenant(
        &self,
        sent: SubAccount,
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
        let mut page = Page::new(Vec::new());
        page.total = declared(envelope, "total", &mut page);
        page.size = declared(envelope, "size", &mut page);
        page.unknown_fields = undeclared::<SubAccountList>(envelope);
        Ok(page)
    }
}

fn tenant(account: Arc<str>, sent: SubAccount, notes: &mut Notes) -> Result<Box<Tenant>, NoTenant> {
    // `auth_id` is what every other call takes; the numeric `id` is an identity of its own.
    let id = identity("/auth_id", sent.auth_id)?;
    let mut tenant = Box::new(Tenant::new(Vobiz::NAME, account, id));
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
    tenant.created_at = notes.moment("/created_at", sent.created_at.as_ref());
    tenant.updated_at = notes.moment("/updated_at", sent.updated_at.as_ref());
    tenant.last_used_at = notes.moment("/last_used", sent.last_used.as_ref());
    tenant.limits = sent.rate_limit.map(|rate| Limits {
        request_rate: Some(rate),
        ..Limits::default()
    });
    tenant.permissions = sent.permissions.map(Into::into);
    Ok(tenant)
}

/// Active when the sub-account is enabled (a disabled one keeps its numbers) and may call the API. One switch that is
/// off is enough to be suspended; one that is on says nothing without the other.
fn status(enabled: Option<bool>, is_active: Option<bool>) -> Option<Status> {
    match (enabled, is_active) {
        (Some(true), Some(true)) => Some(Status::Active),
        (Some(false), _) | (_, Some(false)) => Some(Status::Suspended),
        _ => None,
    }
}
