//! OmniDim: child organizations and their users, all in one body.
//!
//! Facts are from OmniDim's page "List child organizations" unless another source is named.

use ::omnidim::types::{Organization, OrganizationList, ResellerOrganization, User};
use ::omnidim::{Client, Credentials, DEFAULT_BASE_URL, NOT_NULL_PROPERTIES, SECRET_PROPERTIES};
use client_runtime::{Download, OrFalse, Transport};
use serde::de::IgnoredAny;

use super::{
    AssumedZone, CredentialField, Descriptor, Endpoint, Envelope, Field, Mapper, Mapping, NoTenant,
    Normaliser, ParentId, Refusal, connected,
};
use crate::{Capabilities, Limits, Member, Money, Page, PageRequest, Paging, Tenant};

const PARENT: &str = "/reseller_organization/id";

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
    options: &[AssumedZone::option(
        "the time zone of times, which OmniDim sends without one",
    )],
    base_url: DEFAULT_BASE_URL,
    records: "organizations",
    capabilities: Capabilities {
        reports_total: true,
        ..Capabilities::new(Paging::OneBody, "OmniDim, \"List child organizations\"")
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
        let zone = AssumedZone::of(settings)?;
        let mapping = Organizations { zone };
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

    fn transport(&self) -> &Transport {
        self.client.transport()
    }

    fn mapping(&self) -> Organizations {
        self.mapping.clone()
    }

    fn get(&self, _: &PageRequest) -> Download {
        self.client.list_child_organizations().stream()
    }
}

#[derive(Clone, Default)]
struct Organizations {
    zone: Option<AssumedZone>,
}

impl Mapping for Organizations {
    type Record = Organization;
    type Envelope = OrganizationList;
    type Context = ParentId;
    const PROVIDER: &'static Descriptor = &DESCRIPTOR;
    const SECRETS: &'static [&'static str] = SECRET_PROPERTIES;
    const NEVER_NULL: &'static [&'static str] = NOT_NULL_PROPERTIES;

    fn tenant(
        &self,
        sent: Organization,
        parent: &ParentId,
        mapper: &mut Mapper<'_>,
    ) -> Result<Box<Tenant>, NoTenant> {
        let mut tenant = mapper.numbered_tenant("/id", sent.id)?;
        tenant.parent_id = mapper.parent(parent);
        // Only `total_users` says whether all users were sent.
        mapper.counted("/users", sent.users.as_deref(), sent.total_users, "users");
        tenant.name = given(sent.name);
        tenant.created_at = mapper.moment("/created_date", given(sent.created_date).as_ref());
        tenant.timezone = given(sent.timezone);
        let currency = given(sent.reseller_org_balance_currency_symbol);
        // No document says which of the two currencies the rate is in: it has one only if they agree.
        let rate_currency =
            given(sent.org_user_currency_symbol).filter(|symbol| Some(symbol) == currency.as_ref());
        tenant.balance = sent.org_balance.map(|amount| Money::new(amount, currency));
        let rate = sent.cost_per_min;
        tenant.rate_per_minute = rate.map(|amount| Money::new(amount, rate_currency));
        tenant.limits = sent.concurrent_call_limit.map(|calls| Limits {
            concurrent_calls: Some(calls),
            ..Limits::default()
        });
        tenant.members = sent.users.map(|users| {
            let member = |(position, user)| member(position, user, mapper);
            users.into_iter().enumerate().map(member).collect()
        });
        Ok(tenant)
    }

    fn page(&self, envelope: &Envelope, page: &mut Page) {
        page.declared::<bool>(envelope, "success");
        page.read_total(envelope, "total_organizations");
    }

    /// The parent stands beside the list, in the documented order before it.
    fn context(&self, envelope: &Envelope) -> Option<ParentId> {
        ParentId::read(envelope, PARENT, |sent: ResellerOrganization| sent.id)
    }

    fn late_context(&self) -> ParentId {
        ParentId::late(PARENT)
    }

    fn parent_id<'a>(&self, parent: &'a ParentId) -> Option<&'a str> {
        parent.known()
    }

    fn zone(&self) -> Option<&AssumedZone> {
        self.zone.as_ref()
    }

    fn refusal(&self, envelope: &Envelope) -> Option<Refusal> {
        let has_list = envelope.has_records()
            || matches!(
                envelope.field::<IgnoredAny>(DESCRIPTOR.records),
                Field::Null
            );
        let is_refused = envelope.field("success") == Field::Value(false);
        if has_list && !is_refused {
            return None;
        }
        // The order in which OmniDim's own SDK looks for the reason.
        let reasons = ["error_description", "error", "detail", "message"];
        let advice =
            "the list is for reseller accounts only; if the account is one, run it again later";
        let unstated = || Refusal {
            reason: "no reason was given".to_owned(),
            advice: Some(advice),
        };
        Refusal::stated(envelope, &reasons, advice).or_else(|| is_refused.then(unstated))
    }
}

fn member(position: usize, sent: User, mapper: &mut Mapper<'_>) -> Member {
    Member {
        id: mapper.whole_number(format_args!("/users/{position}/id"), sent.id),
        name: given(sent.name),
        email: given(sent.email),
        phone: given(sent.phone),
        active: sent.is_active,
        last_login_at: mapper.moment(
            format_args!("/users/{position}/login_date"),
            given(sent.login_date).as_ref(),
        ),
        expires_at: mapper.moment(
            format_args!("/users/{position}/expiry_date"),
            given(sent.expiry_date).as_ref(),
        ),
        permissions: sent.dashboard_menu_access.map(Into::into),
    }
}

/// What was sent, unless it is `false`.
fn given<T>(sent: Option<OrFalse<T>>) -> Option<T> {
    sent?.into_value()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parents(body: &str) -> Vec<Option<String>> {
        let mut normaliser = (DESCRIPTOR.normaliser)("a", false);
        let mut records = normaliser.push(body.as_bytes()).unwrap();
        records.append(normaliser.finish().unwrap().records);
        let parent = |entry: crate::entry::Entry| entry.unwrap().tenant.parent_id;
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
    fn the_parent_among_its_children_is_no_tenant() {
        let mut normaliser = (DESCRIPTOR.normaliser)("a", false);
        let body = br#"{"reseller_organization":{"id":7},"organizations":[{"id":7},{"id":1}]}"#;
        let mut records = normaliser.push(body).unwrap();
        let records = records.mapped();
        assert!(matches!(&records[0], Err(crate::entry::Unlisted::Parent(id)) if id == "7"));
        assert!(records[1].is_ok());
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
        let (nearly, rest) = body.as_bytes().split_at(4 * 1024 * 1024 - 256 * 1024);
        let (beyond, rest) = rest.split_at(512 * 1024);
        assert_eq!(normaliser.push(nearly).unwrap().len(), 0);
        let mut records = normaliser.push(beyond).unwrap();
        assert!(records.len() > 4000, "{} are not held back", records.len());
        records.append(normaliser.push(rest).unwrap());
        records.append(normaliser.finish().unwrap().records);
        assert_eq!(records.len(), 6000);
        for entry in records {
            let mapped = entry.unwrap();
            assert_eq!(mapped.tenant.parent_id, None);
            assert_eq!(mapped.omitted[0].path, "/reseller_organization/id");
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
