//! Twilio: a main account's subaccounts, in pages chained by addresses, in an order that no document states.
//!
//! Facts are from Twilio's OpenAPI document unless another source is named.

use ::twilio::types::{AccountEnumStatus, ApiV2010Account, ListAccountResponse};
use ::twilio::{Client, Credentials, DEFAULT_BASE_URL, NOT_NULL_PROPERTIES, SECRET_PROPERTIES};
use client_runtime::{Download, OpenEnum, Transport};

use super::{
    CredentialField, Descriptor, Endpoint, Envelope, Mapper, Mapping, NoTenant, Normaliser,
    connected,
};
use crate::{Capabilities, Page, PageRequest, Paging, Status, StatusWord, Tenant};

/// Twilio.
pub static DESCRIPTOR: Descriptor = Descriptor {
    name: "twilio",
    title: "Twilio",
    account: "a main account",
    tenants: "subaccounts",
    credentials: &[
        CredentialField {
            key: "account_sid",
            variable: "TWILIO_ACCOUNT_SID",
            secret: false,
            help: "the SID of the main account",
            example: "ACXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
        },
        CredentialField {
            key: "auth_token",
            variable: "TWILIO_AUTH_TOKEN",
            secret: true,
            help: "the Auth Token of the main account",
            example: "",
        },
    ],
    options: &[],
    base_url: DEFAULT_BASE_URL,
    records: "accounts",
    capabilities: Capabilities {
        default_page_size: 1000,
        largest_page: Some(1000),
        status_filter: &["active", "suspended", "archived"],
        // No document says whether a list without a filter includes closed subaccounts.
        maybe_left_out: &["archived"],
        reports_status: true,
        ..Capabilities::new(
            Paging::Links,
            "Twilio, OpenAPI document, operation ListAccount",
        )
    },
    final_codes: &["10001"],
    advice: |call| match call.code()? {
        "10001" => {
            Some("the account itself is not active: it lists nothing until it is reactivated")
        }
        _ => None,
    },
    connect: |settings| {
        let account_sid = settings.credential("account_sid")?;
        let own = account_sid.expose().to_owned();
        let credentials = Credentials::new(account_sid, settings.credential("auth_token")?);
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
        // The number alone is refused (70002): it goes with the token that the server made.
        let number = request.link_parameter("Page");
        let number: Option<i64> = number.and_then(|number| number.parse().ok());
        let token = request.link_parameter("PageToken");
        let status = request.status.as_ref().map(|status| match status {
            Status::Archived => "closed",
            status => status.as_str(),
        });
        let status: Option<AccountEnumStatus> = status.and_then(|word| word.parse().ok());
        let list = self.client.list_account().status(status);
        let list = list.page_size(request.size());
        list.page(number).page_token(token).stream()
    }
}

/// The rows of the list, and the SID with which it is requested.
#[derive(Clone, Default)]
struct Subaccounts {
    own: Option<String>,
}

impl Mapping for Subaccounts {
    type Record = ApiV2010Account;
    type Envelope = ListAccountResponse;
    type Context = ();
    const PROVIDER: &'static Descriptor = &DESCRIPTOR;
    const SECRETS: &'static [&'static str] = SECRET_PROPERTIES;
    const NEVER_NULL: &'static [&'static str] = NOT_NULL_PROPERTIES;

    fn tenant(
        &self,
        sent: ApiV2010Account,
        (): &(),
        mapper: &mut Mapper<'_>,
    ) -> Result<Box<Tenant>, NoTenant> {
        // Where the main account is not known, as in a `Normaliser`, it is the one that owns itself.
        if self.own.is_none() && sent.owner_account_sid.as_ref() == Some(&sent.sid) {
            return Err(NoTenant::Parent(sent.sid));
        }
        let mut tenant = mapper.tenant("/sid", sent.sid)?;
        tenant.parent_id = sent.owner_account_sid;
        tenant.name = sent.friendly_name;
        if let Some(sent) = sent.status {
            if let OpenEnum::Unknown(_) = sent {
                mapper.unknown_value("/status");
            }
            let word = sent.to_string();
            tenant.status = Some(match word.as_str() {
                "closed" => Status::Archived,
                word => Status::from(word),
            });
            let word = StatusWord::Word(word.into());
            tenant.status_detail = [("status".into(), word)].into();
        }
        if let Some(OpenEnum::Unknown(_)) = sent.type_ {
            mapper.unknown_value("/type");
        }
        tenant.created_at = mapper.moment("/date_created", sent.date_created.as_ref());
        tenant.updated_at = mapper.moment("/date_updated", sent.date_updated.as_ref());
        Ok(tenant)
    }

    /// A subaccount, by its own credentials, lists itself alone.
    fn parent_id(&self, (): &()) -> Option<&str> {
        self.own.as_deref()
    }

    fn page(&self, envelope: &Envelope, page: &mut Page) {
        page.read_start(envelope, "start");
        page.read_end(envelope, "end");
        page.read_next_address(envelope, "next_page_uri", "/Accounts.json");
        page.require_parameter("PageToken");
    }
}
