//! OmniDim: child organizations and their users, all in one body.
//!
//! Facts are from OmniDim's page "List child organizations" unless another source is named.

use std::fmt::Display;
use std::sync::Arc;

use client_runtime::{Decoded, Download, OrFalse, RawNumber, Timestamp, Traffic, Transport};
use jiff::tz::TimeZone;
use omnidim_client::types::{Organization, OrganizationList, ResellerOrganization, User};
use omnidim_client::{
    Client, Credentials, DEFAULT_BASE_URL, NOT_NULL_PROPERTIES, SECRET_PROPERTIES,
};
use serde_json::value::RawValue;

use super::descriptor::{CredentialField, Descriptor, OptionField};
use super::record::{Common, List, NoTenant, Notes, declared, identity, undeclared};
use crate::body::{Context, fetch_list};
use crate::provider::{Arrivals, Fetch, Page, PageRequest};
use crate::{
    Capabilities, Error, Limits, Member, Moment, Money, Normaliser, PagingStyle, Provider, Tenant,
};
use record_stream::{Envelope, Field};

const OPERATION: &str = "listChildOrganizations";
const ASSUME_TIMEZONE: &str = "assume_timezone";
const RESELLERS_ONLY: &str =
    "the list is for reseller accounts: use a key of one, or ask OmniDim to make the account one";
const REFUSED: &str =
    "the list is for reseller accounts only; if the account is one, run it again later";

pub(super) static DESCRIPTOR: Descriptor = Descriptor {
    name: OmniDim::NAME,
    title: "OmniDim",
    tenants: "child organizations",
    credentials: &[CredentialField {
        key: "api_key",
        variable: "OMNIDIM_API_KEY",
        secret: true,
        help: "an API key of the reseller account",
        example: "",
    }],
    options: &[OptionField {
        key: ASSUME_TIMEZONE,
        help: "the time zone of times, which OmniDim sends without one",
        example: "UTC",
    }],
    base_url: DEFAULT_BASE_URL,
    records: Organizations::RECORDS,
    capabilities: OmniDim::CAPABILITIES,
    connect: |settings| {
        let credentials = Credentials::new(settings.credential("api_key")?.clone());
        let base_url = settings.base_url.as_deref().unwrap_or(DEFAULT_BASE_URL);
        let client = Client::connect_with(base_url, credentials, &settings.transport)
            .map_err(|error| Error::from_call(error, None))?;
        let provider = OmniDim::new(client);
        Ok(match settings.option(ASSUME_TIMEZONE) {
            Some(zone) => Arc::new(provider.assume_timezone(zone)?),
            None => Arc::new(provider),
        })
    },
    normaliser: |account, raw| Normaliser::new(Arc::new(Organizations::new(account, raw))),
};

/// A reseller account at OmniDim, whose tenants are its child organizations.
#[derive(Clone, Debug)]
pub struct OmniDim {
    client: Client,
    zone: Option<Zone>,
}

/// The zone that times without one are assumed to be in.
#[derive(Clone, Debug)]
struct Zone {
    zone: TimeZone,
    assumption: String,
}

impl OmniDim {
    /// The name of the provider in configurations and tenants.
    pub const NAME: &'static str = "omnidim";

    /// What OmniDim's list can do: all organizations come in one body, without a status.
    pub const CAPABILITIES: Capabilities = Capabilities {
        tells_total: true,
        ..Capabilities::new(
            PagingStyle::OneBody,
            "OmniDim, \"List child organizations\"",
        )
    };

    /// The reseller account that `client` has a key of.
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self { client, zone: None }
    }

    /// Takes times that were sent without a zone to be in this one, e.g. `UTC` or `Asia/Kolkata`. OmniDim states its
    /// zone nowhere; each tenant says what was assumed.
    ///
    /// # Errors
    /// There is no such zone.
    pub fn assume_timezone(self, name: &str) -> Result<Self, Error> {
        let zone = TimeZone::get(name).map_err(|_| {
            Error::configuration(format!(
                "`assume_timezone` has {name:?}, which is no time zone: use a name such as UTC or Asia/Kolkata"
            ))
        })?;
        let assumption = format!("times sent without a zone are in {name}");
        Ok(Self {
            zone: Some(Zone { zone, assumption }),
            ..self
        })
    }

    /// Reads the body of a list that comes another way than from the provider, for the account of this name. With `raw`, each
    /// tenant carries the record as it was sent.
    #[must_use]
    pub fn normaliser(&self, account: &str, raw: bool) -> Normaliser {
        Normaliser::new(self.mapping(account, raw))
    }

    fn mapping(&self, account: &str, raw: bool) -> Arc<Organizations> {
        Arc::new(Organizations {
            zone: self.zone.clone(),
            transport: Some(self.client.transport().clone()),
            ..Organizations::new(account, raw)
        })
    }

    async fn list(&self, request: &PageRequest, arrivals: &Arrivals) -> Result<Page, Error> {
        let ask = || self.client.list_child_organizations_stream();
        let download = Download::new(self.client.transport().clone(), OPERATION, ask);
        let mapping = self.mapping(&request.account, request.raw);
        fetch_list(download, mapping, arrivals, |call| {
            let advice = call.is_forbidden().then_some(RESELLERS_ONLY);
            Error::from_call(call, advice)
        })
        .await
    }
}

impl Provider for OmniDim {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn capabilities(&self) -> &'static Capabilities {
        &Self::CAPABILITIES
    }

    fn fetch<'a>(&'a self, request: &'a PageRequest, arrivals: &'a Arrivals) -> Fetch<'a> {
        Box::pin(self.list(request, arrivals))
    }

    fn traffic(&self) -> Traffic {
        self.client.transport().traffic()
    }
}

/// What the list of organizations means.
struct Organizations {
    common: Common,
    zone: Option<Zone>,
    transport: Option<Transport>,
}

impl List for Organizations {
    type Record = Organization;

    const RECORDS: &'static str = "organizations";

    fn common(&self) -> &Common {
        &self.common
    }

    /// The parent stands beside the list, in the documented order before it.
    fn context(&self, before: &Envelope) -> Option<Context> {
        let reseller = match before.field::<Box<RawValue>>("reseller_organization") {
            Field::Absent => return None,
            Field::Null => return Some(Context::default()),
            Field::Invalid(reason) => return Some(Context::unknown(reason)),
            Field::Value(sent) => Decoded::<ResellerOrganization>::read(sent.get()),
        };
        let wrong = reseller.omitted.iter().any(|field| field.path == "/id");
        Some(match reseller.value {
            Ok(ResellerOrganization { id: Some(id), .. }) if !id.is_integer() => {
                Context::unknown("no whole number")
            }
            Ok(reseller) if !wrong => Context {
                parent: reseller.id.map(|id| id.as_str().into()),
                parent_unknown: None,
            },
            _ => Context::unknown("of another type"),
        })
    }

    fn tenant(
        &self,
        sent: Organization,
        context: &Context,
        notes: &mut Notes,
    ) -> Result<Box<Tenant>, NoTenant> {
        if let Some(reason) = context.parent_unknown {
            notes.leave_out("/reseller_organization/id", reason);
        }
        self.organization(context.parent.as_deref(), sent, notes)
    }

    fn page(&self, envelope: &Envelope) -> Result<Page, Error> {
        if let Some(reason) = refusal(envelope) {
            let reason = match &self.transport {
                Some(transport) => transport.presentable(&reason),
                None => reason,
            };
            let message = format!("{OPERATION}: the answer is a success without a list: {reason}");
            return Err(Error::refused(message, Some(REFUSED)));
        }
        let mut page = Page::new(Vec::new());
        declared::<bool>(envelope, "success", &mut page);
        page.total = declared(envelope, "total_organizations", &mut page);
        page.unknown_fields = undeclared::<OrganizationList>(envelope);
        Ok(page)
    }
}

impl Organizations {
    fn new(account: &str, raw: bool) -> Self {
        Self {
            common: Common::new(account, raw, SECRET_PROPERTIES, NOT_NULL_PROPERTIES),
            zone: None,
            transport: None,
        }
    }

    fn organization(
        &self,
        parent: Option<&str>,
        sent: Organization,
        notes: &mut Notes,
    ) -> Result<Box<Tenant>, NoTenant> {
        if !sent.id.is_integer() {
            return Err(NoTenant {
                path: "/id",
                reason: "is no whole number, and it is what identifies the tenant",
            });
        }
        self.check_users(&sent, notes);
        let id = identity("/id", sent.id.into())?;
        let mut tenant = Box::new(Tenant::new(OmniDim::NAME, self.common.account.clone(), id));
        let currencies = [
            text(sent.reseller_org_balance_currency_symbol),
            text(sent.org_user_currency_symbol),
        ];
        tenant.parent_id = parent.map(str::to_owned);
        tenant.name = text(sent.name);
        tenant.created_at = self.moment("/created_date", sent.created_date, notes);
        tenant.timezone = text(sent.timezone);
        // Which of the two symbols the rate is in is not stated: only where they agree is there no doubt.
        let [reseller, user] = currencies;
        let rate_currency = reseller
            .clone()
            .filter(|symbol| Some(symbol) == user.as_ref());
        tenant.balance = sent.org_balance.map(|amount| Money::new(amount, reseller));
        tenant.rate_per_minute = sent
            .cost_per_min
            .map(|amount| Money::new(amount, rate_currency));
        tenant.limits = sent.concurrent_call_limit.map(|calls| Limits {
            concurrent_calls: Some(calls),
            ..Limits::default()
        });
        tenant.members = sent.users.map(|users| {
            let member = |(position, user)| self.member(position, user, notes);
            users.into_iter().enumerate().map(member).collect()
        });
        tenant.assumptions = self
            .zone
            .iter()
            .map(|zone| zone.assumption.clone())
            .collect();
        Ok(tenant)
    }

    fn member(&self, position: usize, sent: User, notes: &mut Notes) -> Member {
        let login = format_args!("/users/{position}/login_date");
        let last_login_at = self.moment(login, sent.login_date, notes);
        let expiry = format_args!("/users/{position}/expiry_date");
        let expires_at = self.moment(expiry, sent.expiry_date, notes);
        Member {
            id: whole(format_args!("/users/{position}/id"), sent.id, notes),
            name: text(sent.name),
            email: text(sent.email),
            phone: text(sent.phone),
            active: sent.is_active,
            last_login_at,
            expires_at,
            permissions: sent.dashboard_menu_access.map(Into::into),
        }
    }

    /// `total_users` is the only thing that tells whether all users of an organization were sent.
    fn check_users(&self, sent: &Organization, notes: &mut Notes) {
        let listed = sent.users.as_ref().map_or(0, Vec::len);
        if let Some(total) = sent
            .total_users
            .filter(|total| usize::try_from(*total) != Ok(listed))
        {
            notes.leave_out("/users", format!("{listed} of {total} users"));
        }
    }

    fn moment(
        &self,
        path: impl Display,
        sent: Option<OrFalse<Timestamp>>,
        notes: &mut Notes,
    ) -> Option<Moment> {
        let moment = notes.moment(path, sent?.value())?;
        Some(
            self.zone
                .as_ref()
                .map_or(moment, |zone| moment.in_zone(&zone.zone)),
        )
    }
}

/// Why OmniDim refused, if it did so with HTTP 200: then `success` is false, or the list is not there at all.
fn refusal(envelope: &Envelope) -> Option<String> {
    let refused = envelope.field("success") == Field::Value(false) || !envelope.has_records();
    // The order in which OmniDim's own SDK looks for the reason.
    let reasons = ["error_description", "error", "detail", "message"];
    let reason = reasons
        .into_iter()
        .find_map(|name| text(envelope.field(name).value()));
    refused.then(|| reason.unwrap_or_else(|| "no reason was given".to_owned()))
}

/// A user's identity, which is a whole number or left out.
fn whole(path: impl Display, sent: Option<RawNumber>, notes: &mut Notes) -> Option<String> {
    let sent = sent?;
    if !sent.is_integer() {
        notes.leave_out(path.to_string(), "is no whole number");
        return None;
    }
    Some(sent.into())
}

fn text(sent: Option<OrFalse<String>>) -> Option<String> {
    sent?.into_value()
}
