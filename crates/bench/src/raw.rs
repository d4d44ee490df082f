//! The loops over the generated clients: page by page, each record as the client decodes it.

use client_runtime::{OpenEnum, OrFalse, Presence, RawNumber, Record, Timestamp};
use serde::de::DeserializeOwned;

use crate::Failure;
use crate::digest::Digest;
use crate::meter::Meter;
use crate::plain::Body;
use crate::told::Told;

pub(crate) async fn omnidim(
    client: &omnidim_client::Client,
    meter: &mut Meter,
) -> Result<(), Failure> {
    let list = client.list_child_organizations().await?.into_inner();
    take(list.into_records(), meter)
}

pub(crate) async fn layers(
    client: &layers_client::Client,
    size: i64,
    meter: &mut Meter,
) -> Result<(), Failure> {
    let mut cursor: Option<String> = None;
    loop {
        let page = client
            .list_organizations(cursor.as_deref(), Some(size), None)
            .await?
            .into_inner();
        take(page.items, meter)?;
        match page.next_cursor {
            Presence::Value(next) => cursor = Some(next),
            Presence::Null | Presence::Absent => return Ok(()),
        }
    }
}

pub(crate) async fn vobiz(
    client: &vobiz_client::Client,
    auth_id: &str,
    size: i64,
    meter: &mut Meter,
) -> Result<(), Failure> {
    let mut listed = 0;
    for page in 1.. {
        let page = client
            .list_subaccounts(auth_id, None, Some(page), Some(size))
            .await?
            .into_inner();
        listed += page.sub_accounts.len();
        let last = page.sub_accounts.is_empty()
            || page
                .total
                .is_some_and(|total| i64::try_from(listed).is_ok_and(|listed| listed >= total));
        take(page.sub_accounts, meter)?;
        if last {
            break;
        }
    }
    Ok(())
}

fn take<T: DeserializeOwned + Told>(
    records: Vec<Record<T>>,
    meter: &mut Meter,
) -> Result<(), Failure> {
    for record in records {
        if let Err(error) = record.decoded() {
            return Err(error.clone().into());
        }
        meter.take(record);
    }
    Ok(())
}

impl Body for omnidim_client::types::OrganizationList {
    type Record = Record<omnidim_client::types::Organization>;

    fn into_records(self) -> Vec<Self::Record> {
        self.organizations.unwrap_or_default()
    }
}

impl Body for layers_client::types::OrganizationList {
    type Record = Record<layers_client::types::Organization>;

    fn into_records(self) -> Vec<Self::Record> {
        self.items
    }
}

impl Body for vobiz_client::types::SubAccountList {
    type Record = Record<vobiz_client::types::SubAccount>;

    fn into_records(self) -> Vec<Self::Record> {
        self.sub_accounts
    }
}

impl<T: Told> Told for Record<T> {
    fn tell(&self, digest: &mut Digest) {
        if let Ok(sent) = self.decoded() {
            sent.tell(digest);
        }
    }
}

impl Told for omnidim_client::types::Organization {
    fn tell(&self, digest: &mut Digest) {
        digest.id(&self.id);
        digest.text(value(&self.name));
        digest.text(value(&self.timezone));
        digest.time(value(&self.created_date).map(Timestamp::as_str));
        digest.amount(amount(&self.org_balance));
        digest.amount(amount(&self.cost_per_min));
        digest.integer(self.concurrent_call_limit);
        for user in self.users.iter().flatten() {
            digest.text(user.id.as_ref().map(RawNumber::as_str));
            digest.text(value(&user.name));
            digest.text(value(&user.email));
            digest.text(value(&user.phone));
            digest.flag(user.is_active);
            digest.time(value(&user.login_date).map(Timestamp::as_str));
            digest.time(value(&user.expiry_date).map(Timestamp::as_str));
            digest.map(user.dashboard_menu_access.as_deref());
        }
    }
}

impl Told for layers_client::types::Organization {
    fn tell(&self, digest: &mut Digest) {
        digest.id(&self.id);
        digest.text(self.name.as_deref());
        digest.text(self.parent_organization_id.as_deref());
        match &self.status {
            Some(OpenEnum::Known(status)) => digest.number(status),
            Some(OpenEnum::Unknown(status)) => digest.number(status),
            None => digest.text(None::<&str>),
        }
        digest.text(self.billing_email.as_deref());
        digest.time(self.created_at.as_ref().map(Timestamp::as_str));
        digest.time(self.updated_at.as_ref().map(Timestamp::as_str));
        digest.time(self.archived_at.as_ref().map(Timestamp::as_str));
        digest.map(self.metadata.as_deref());
    }
}

impl Told for vobiz_client::types::SubAccount {
    fn tell(&self, digest: &mut Digest) {
        digest.id(&self.auth_id);
        digest.text(self.name.as_deref());
        digest.text(self.parent_auth_id.as_deref());
        digest.text(self.description.as_deref());
        digest.text(self.id.as_deref());
        digest.text(self.api_id.as_deref());
        digest.text(self.email.as_deref());
        digest.text(self.phone.as_deref());
        digest.flag(self.enabled);
        digest.flag(self.is_active);
        digest.time(self.created_at.as_ref().map(Timestamp::as_str));
        digest.time(self.updated_at.as_ref().map(Timestamp::as_str));
        digest.time(self.last_used.as_ref().map(Timestamp::as_str));
        digest.integer(self.rate_limit);
        digest.map(self.permissions.as_deref());
    }
}

fn value<T>(sent: &Option<OrFalse<T>>) -> Option<&T> {
    sent.as_ref().and_then(OrFalse::value)
}

fn amount(sent: &Option<RawNumber>) -> Option<f64> {
    sent.as_ref()
        .and_then(|amount| amount.as_str().parse().ok())
}
