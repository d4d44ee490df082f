//! OmniDim: child organizations and their users, all in one body.
//!
//! Facts are from OmniDim's page "List child organizations" unless another source is named.

use client_runtime::{OrFalse, Timestamp, Traffic};
use jiff::tz::TimeZone;
use omnidim_client::types::{Organization, OrganizationList, User};
use omnidim_client::{Client, SECRET_PROPERTIES};

use super::record::{NoTenant, Notes, identity, map};
use crate::provider::{Fetch, Page, PageRequest};
use crate::{Capabilities, Error, Limits, Member, Moment, Money, PagingStyle, Provider, Tenant};

const OPERATION: &str = "listChildOrganizations";
const RESELLERS_ONLY: &str =
    "the list is for reseller accounts: use a key of one, or ask OmniDim to make the account one";
const REFUSED: &str =
    "the list is for reseller accounts only; if the account is one, run it again later";

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

    async fn page(&self, request: &PageRequest) -> Result<Page, Error> {
        let list = match self.client.list_child_organizations().await {
            Ok(answer) => answer.into_inner(),
            Err(error) => {
                let call = self.client.transport().explain(OPERATION, error).await;
                let advice = call.is_forbidden().then_some(RESELLERS_ONLY);
                return Err(Error::from_call(call, advice));
            }
        };
        if let Some(reason) = refusal(&list) {
            let reason = self.client.transport().presentable(&reason);
            let message = format!("{OPERATION}: the answer is a success without a list: {reason}");
            return Err(Error::refused(message, Some(REFUSED)));
        }
        let parent = list
            .reseller_organization
            .as_ref()
            .and_then(|reseller| reseller.id.as_ref())
            .map(ToString::to_string);
        let organizations = list.organizations.unwrap_or_default();
        let records = organizations
            .iter()
            .map(|record| {
                map(
                    record,
                    request.raw,
                    SECRET_PROPERTIES,
                    |organization, notes| {
                        self.tenant(&request.account, parent.as_deref(), organization, notes)
                    },
                )
            })
            .collect();
        Ok(Page {
            total: list
                .total_organizations
                .and_then(|total| u64::try_from(total).ok()),
            ..Page::new(records)
        })
    }

    fn tenant(
        &self,
        account: &str,
        parent: Option<&str>,
        sent: &Organization,
        notes: &mut Notes,
    ) -> Result<Tenant, NoTenant> {
        if !sent.id.is_integer() {
            return Err(NoTenant {
                path: "/id",
                reason: "is no whole number, and it is what identifies the tenant",
            });
        }
        let mut tenant = Tenant::new(Self::NAME, account, identity("/id", sent.id.as_str())?);
        let currencies = [
            text(sent.reseller_org_balance_currency_symbol.as_ref()),
            text(sent.org_user_currency_symbol.as_ref()),
        ];
        tenant.parent_id = parent.map(str::to_owned);
        tenant.name = text(sent.name.as_ref());
        tenant.created_at = self.moment("/created_date", sent.created_date.as_ref(), notes);
        tenant.timezone = text(sent.timezone.as_ref());
        tenant.balance = sent
            .org_balance
            .clone()
            .map(|amount| Money::new(amount, currencies[0].clone()));
        // Which of the two symbols the rate is in is not stated: only where they agree is there no doubt.
        let [reseller, user] = currencies;
        let rate_currency = reseller.filter(|symbol| Some(symbol) == user.as_ref());
        tenant.rate_per_minute = sent
            .cost_per_min
            .clone()
            .map(|amount| Money::new(amount, rate_currency));
        tenant.limits = sent.concurrent_call_limit.map(|calls| Limits {
            concurrent_calls: Some(calls),
            ..Limits::default()
        });
        tenant.members = sent.users.as_ref().map(|users| {
            let member = |(position, user)| self.member(position, user, notes);
            users.iter().enumerate().map(member).collect()
        });
        self.check_users(sent, notes);
        tenant.assumptions = self
            .zone
            .iter()
            .map(|zone| zone.assumption.clone())
            .collect();
        Ok(tenant)
    }

    fn member(&self, position: usize, sent: &User, notes: &mut Notes) -> Member {
        let path = |field: &str| format!("/users/{position}/{field}");
        Member {
            id: sent.id.as_ref().map(ToString::to_string),
            name: text(sent.name.as_ref()),
            email: text(sent.email.as_ref()),
            phone: text(sent.phone.as_ref()),
            active: sent.is_active,
            last_login_at: self.moment(&path("login_date"), sent.login_date.as_ref(), notes),
            expires_at: self.moment(&path("expiry_date"), sent.expiry_date.as_ref(), notes),
            permissions: sent.dashboard_menu_access.clone(),
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
        path: &str,
        sent: Option<&OrFalse<Timestamp>>,
        notes: &mut Notes,
    ) -> Option<Moment> {
        let moment = notes.moment(path, sent.and_then(OrFalse::value))?;
        Some(
            self.zone
                .as_ref()
                .map_or(moment, |zone| moment.in_zone(&zone.zone)),
        )
    }
}

impl Provider for OmniDim {
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

/// Why OmniDim refused, if it did so with HTTP 200: then `success` is false, or the list is not there at all.
fn refusal(list: &OrganizationList) -> Option<String> {
    let refused = list.success == Some(false) || list.organizations.is_none();
    // The order in which OmniDim's own SDK looks for the reason.
    let reasons = [
        &list.error_description,
        &list.error,
        &list.detail,
        &list.message,
    ];
    let reason = reasons.into_iter().find_map(|reason| text(reason.as_ref()));
    refused.then(|| reason.unwrap_or_else(|| "no reason was given".to_owned()))
}

fn text(sent: Option<&OrFalse<String>>) -> Option<String> {
    sent.and_then(OrFalse::value).cloned()
}
