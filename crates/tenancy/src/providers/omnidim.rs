//! OmniDim: child organizations and their users, all in one body.
//!
//! Facts are from OmniDim's page "List child organizations" unless another source is named.

use std::fmt::Display;

use ::omnidim::types::{Organization, OrganizationList, ResellerOrganization, User};
use ::omnidim::{Client, Credentials, DEFAULT_BASE_URL, NOT_NULL_PROPERTIES, SECRET_PROPERTIES};
use client_runtime::{OrFalse, RawNumber, Timestamp, Transport};
use jiff::tz::TimeZone;
use record_stream::Decoded;
use serde_json::value::RawValue;

use super::{
    Answer, CredentialField, Descriptor, Endpoint, Envelope, Field, Mapper, Mapping, NoTenant,
    OptionField, Refusal, connected,
};
use crate::{
    Capabilities, Error, Limits, Member, Moment, Money, Normaliser, Page, PageRequest, PagingStyle,
    Tenant,
};

/// OmniDim.
pub static DESCRIPTOR: Descriptor = Descriptor {
    name: "omnidim",
    title: "OmniDim",
    account: "a reseller account",
    tenants: "child organizations",
    credentials: &[CredentialField {
        key: "api_key",
        variable: "OMNIDIM_API_KEY",
        secret: true,
        help: "an API key of the reseller account",
        example: "",
    }],
    options: &[OptionField {
        key: "assume_timezone",
        help: "the time zone of times, which OmniDim sends without one",
        example: "UTC",
    }],
    base_url: DEFAULT_BASE_URL,
    records: "organizations",
    capabilities: Capabilities {
        reports_total: true,
        ..Capabilities::new(
            PagingStyle::OneBody,
            "OmniDim, \"List child organizations\"",
        )
    },
    final_codes: &[],
    advice: |call| {
        call.is_forbidden().then_some(
            "the list is for reseller accounts: use a key of one, or ask OmniDim to make the account one",
        )
    },
    connect: |settings| {
        let credentials = Credentials::new(settings.credential("api_key")?);
        let client = Client::connect_with(settings.base_url(), credentials, &settings.transport)?;
        let zone = settings.option("assume_timezone").map(Zone::find);
        let mapping = Organizations {
            zone: zone.transpose()?,
        };
        Ok(connected(Reseller { client, mapping }))
    },
    normaliser: Normaliser::new::<Organizations>,
};

struct Reseller {
    client: Client,
    mapping: Organizations,
}

impl Endpoint for Reseller {
    type Mapping = Organizations;
    const OPERATION: &'static str = "listChildOrganizations";

    fn transport(&self) -> &Transport {
        self.client.transport()
    }

    fn mapping(&self) -> Organizations {
        self.mapping.clone()
    }

    async fn get(&self, _: &PageRequest) -> Answer {
        self.client.list_child_organizations_stream().await
    }
}

/// The zone assumed for times that were sent without one.
#[derive(Clone)]
struct Zone {
    zone: TimeZone,
    assumption: String,
}

impl Zone {
    fn find(name: &str) -> Result<Self, Error> {
        let zone = TimeZone::get(name).map_err(|_| {
            Error::configuration(format!(
                "`assume_timezone` has {name:?}, which is no time zone: use a name such as UTC or Asia/Kolkata"
            ))
        })?;
        let assumption = format!("times sent without a zone are in {name}");
        Ok(Self { zone, assumption })
    }
}

#[derive(Clone, Default)]
struct Organizations {
    zone: Option<Zone>,
}

/// The identity of the parent, or the reason why it is unknown although it may have been sent.
#[derive(Default)]
struct Parent {
    id: Option<String>,
    unknown: Option<&'static str>,
}

impl Parent {
    fn unknown(reason: &'static str) -> Self {
        Self {
            id: None,
            unknown: Some(reason),
        }
    }
}

impl Mapping for Organizations {
    type Record = Organization;
    type Envelope = OrganizationList;
    type Context = Parent;
    const PROVIDER: &'static Descriptor = &DESCRIPTOR;
    const SECRETS: &'static [&'static str] = SECRET_PROPERTIES;
    const NEVER_NULL: &'static [&'static str] = NOT_NULL_PROPERTIES;

    fn tenant(
        &self,
        sent: Organization,
        parent: &Parent,
        mapper: &mut Mapper<'_>,
    ) -> Result<Box<Tenant>, NoTenant> {
        if let Some(reason) = parent.unknown {
            mapper.omit("/reseller_organization/id", reason);
        }
        if !sent.id.is_integer() {
            return Err(NoTenant {
                path: "/id",
                reason: "is no whole number, and it is what identifies the tenant",
            });
        }
        check_users(&sent, mapper);
        let mut tenant = mapper.tenant("/id", sent.id.into())?;
        tenant.parent_id = parent.id.clone();
        tenant.name = text(sent.name);
        tenant.created_at = self.moment("/created_date", sent.created_date, mapper);
        tenant.timezone = text(sent.timezone);
        let currency = text(sent.reseller_org_balance_currency_symbol);
        // No document says which of the two currencies the rate is in: it has one only if they agree.
        let rate_currency =
            text(sent.org_user_currency_symbol).filter(|symbol| Some(symbol) == currency.as_ref());
        tenant.balance = sent.org_balance.map(|amount| Money::new(amount, currency));
        let rate = sent.cost_per_min;
        tenant.rate_per_minute = rate.map(|amount| Money::new(amount, rate_currency));
        tenant.limits = sent.concurrent_call_limit.map(|calls| Limits {
            concurrent_calls: Some(calls),
            ..Limits::default()
        });
        tenant.members = sent.users.map(|users| {
            let member = |(position, user)| self.member(position, user, mapper);
            users.into_iter().enumerate().map(member).collect()
        });
        let assumption = self.zone.as_ref().map(|zone| zone.assumption.clone());
        tenant.assumptions = assumption.into_iter().collect();
        Ok(tenant)
    }

    fn page(&self, envelope: &Envelope, page: &mut Page) {
        page.declared::<bool>(envelope, "success");
        page.total = page.declared(envelope, "total_organizations");
    }

    /// The parent stands beside the list, in the documented order before it.
    fn context(&self, envelope: &Envelope) -> Option<Parent> {
        let reseller = match envelope.field::<Box<RawValue>>("reseller_organization") {
            Field::Absent => return None,
            Field::Null => return Some(Parent::default()),
            Field::Invalid(reason) => return Some(Parent::unknown(reason)),
            Field::Value(sent) => Decoded::<ResellerOrganization>::read(sent.get()),
        };
        let wrong = reseller.omitted.iter().any(|field| field.path == "/id");
        Some(match reseller.value {
            Ok(ResellerOrganization { id: Some(id), .. }) if !id.is_integer() => {
                Parent::unknown("no whole number")
            }
            Ok(reseller) if !wrong => Parent {
                id: reseller.id.map(Into::into),
                unknown: None,
            },
            _ => Parent::unknown("of another type"),
        })
    }

    fn late_context(&self) -> Parent {
        Parent::unknown("sent after more records than are held back")
    }

    fn refusal(&self, envelope: &Envelope) -> Option<Refusal> {
        if envelope.has_records() && envelope.field("success") != Field::Value(false) {
            return None;
        }
        // The order in which OmniDim's own SDK looks for the reason.
        let reason = ["error_description", "error", "detail", "message"]
            .into_iter()
            .find_map(|name| text(envelope.field(name).value()));
        Some(Refusal {
            reason: reason.unwrap_or_else(|| "no reason was given".to_owned()),
            advice: Some(
                "the list is for reseller accounts only; if the account is one, run it again later",
            ),
        })
    }
}

impl Organizations {
    fn member(&self, position: usize, sent: User, mapper: &mut Mapper<'_>) -> Member {
        let path = |field| format!("/users/{position}/{field}");
        Member {
            id: whole(path("id"), sent.id, mapper),
            name: text(sent.name),
            email: text(sent.email),
            phone: text(sent.phone),
            active: sent.is_active,
            last_login_at: self.moment(path("login_date"), sent.login_date, mapper),
            expires_at: self.moment(path("expiry_date"), sent.expiry_date, mapper),
            permissions: sent.dashboard_menu_access.map(Into::into),
        }
    }

    fn moment(
        &self,
        path: impl Display,
        sent: Option<OrFalse<Timestamp>>,
        mapper: &mut Mapper<'_>,
    ) -> Option<Moment> {
        let moment = mapper.moment(path, sent?.value())?;
        let zone = self.zone.as_ref();
        Some(zone.map_or(moment, |zone| moment.in_zone(&zone.zone)))
    }
}

/// Only `total_users` says whether all users of an organization were sent.
fn check_users(sent: &Organization, mapper: &mut Mapper<'_>) {
    let listed = sent.users.as_ref().map_or(0, Vec::len);
    if let Some(total) = sent.total_users
        && usize::try_from(total) != Ok(listed)
    {
        mapper.omit("/users", format!("{listed} of {total} users"));
    }
}

/// A user's identity, which is a whole number.
fn whole(path: String, sent: Option<RawNumber>, mapper: &mut Mapper<'_>) -> Option<String> {
    let sent = sent?;
    if !sent.is_integer() {
        mapper.omit(path, "is no whole number");
        return None;
    }
    Some(sent.into())
}

fn text(sent: Option<OrFalse<String>>) -> Option<String> {
    sent?.into_value()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parents(body: &str) -> Vec<Option<String>> {
        let mut normaliser = (DESCRIPTOR.normaliser)("a", false);
        let mut records = normaliser.push(body.as_bytes()).unwrap();
        records.append(&mut normaliser.finish().unwrap().records);
        let parent = |entry: crate::Entry| entry.unwrap().tenant.parent_id;
        records.into_iter().map(parent).collect()
    }

    #[test]
    fn the_parent_is_found_on_either_side_of_the_list() {
        let list = r#""organizations":[{"id":1},{"id":2}]"#;
        let parent = r#""reseller_organization":{"name":5,"id":7}"#;
        let seven = || vec![Some("7".to_owned()); 2];
        assert_eq!(parents(&format!("{{{parent},{list}}}")), seven());
        assert_eq!(parents(&format!("{{{list},{parent}}}")), seven());
        assert_eq!(parents(&format!("{{{list}}}")), [None, None]);
    }

    #[test]
    fn records_do_not_wait_for_a_late_parent() {
        let record = |id: usize| format!(r#"{{"id":{id},"name":"{}"}}"#, "n".repeat(1000));
        let records: Vec<String> = (0..6000).map(record).collect();
        let body = format!(
            r#"{{"organizations":[{}],"reseller_organization":{{"id":7}}}}"#,
            records.join(",")
        );
        let mut normaliser = (DESCRIPTOR.normaliser)("a", false);
        let (nearly, rest) = body.as_bytes().split_at(4 * 1024 * 1024 - 8 * 1024);
        let (beyond, rest) = rest.split_at(16 * 1024);
        assert_eq!(normaliser.push(nearly).unwrap().len(), 0);
        let mut records = normaliser.push(beyond).unwrap();
        assert!(records.len() > 4000, "{} are not held back", records.len());
        records.append(&mut normaliser.push(rest).unwrap());
        records.append(&mut normaliser.finish().unwrap().records);
        assert_eq!(records.len(), 6000);
        for entry in records {
            let mapped = entry.unwrap();
            assert_eq!(mapped.tenant.parent_id, None);
            assert_eq!(mapped.left_out[0].path, "/reseller_organization/id");
        }
    }

    #[test]
    fn a_refusal_after_the_list_is_found() {
        let body =
            br#"{"organizations":[{"id":1}],"success":false,"error_description":"no reseller"}"#;
        let mut normaliser = (DESCRIPTOR.normaliser)("a", false);
        normaliser.push(body).unwrap();
        let refused = normaliser.finish().unwrap_err();
        assert!(refused.to_string().contains("no reseller"), "{refused}");
    }
}
