//! The loops that one writes by hand with reqwest and derived structs: page by page, each record handed on as its page
//! comes; no retries, no check that the list is whole.

use reqwest::Client;

use crate::Failure;
use crate::connect::ACCOUNT;
use crate::meter::Meter;
use crate::plain::{Organizations, OrganizationsWithUsers, SubAccounts};

pub(crate) async fn omnidim(http: &Client, base: &str, meter: &mut Meter) -> Result<(), Failure> {
    let list: OrganizationsWithUsers = http
        .get(format!("{base}/api/v1/reseller/organizations"))
        .bearer_auth(ACCOUNT)
        .send()
        .await?
        .error_for_status()?
        .json()
        .await?;
    if !list.success {
        return Err("the provider refused".into());
    }
    for organization in list.organizations {
        meter.take(organization);
    }
    Ok(())
}

pub(crate) async fn layers(
    http: &Client,
    base: &str,
    size: u32,
    meter: &mut Meter,
) -> Result<(), Failure> {
    let mut cursor: Option<String> = None;
    loop {
        let page: Organizations = http
            .get(format!("{base}/v1/organizations"))
            .bearer_auth(ACCOUNT)
            .query(&[("limit", size)])
            .query(&cursor.map(|cursor| [("cursor", cursor)]))
            .send()
            .await?
            .error_for_status()?
            .json()
            .await?;
        for organization in page.items {
            meter.take(organization);
        }
        cursor = page.next_cursor;
        if cursor.is_none() {
            return Ok(());
        }
    }
}

pub(crate) async fn vobiz(
    http: &Client,
    base: &str,
    size: u32,
    meter: &mut Meter,
) -> Result<(), Failure> {
    let mut listed = 0;
    for page in 1u32.. {
        let page: SubAccounts = http
            .get(format!("{base}/api/v1/accounts/{ACCOUNT}/sub-accounts/"))
            .header("X-Auth-ID", ACCOUNT)
            .header("X-Auth-Token", ACCOUNT)
            .query(&[("page", page), ("size", size)])
            .send()
            .await?
            .error_for_status()?
            .json()
            .await?;
        listed += page.sub_accounts.len() as u64;
        let last = page.sub_accounts.is_empty() || listed >= page.total;
        for sub_account in page.sub_accounts {
            meter.take(sub_account);
        }
        if last {
            break;
        }
    }
    Ok(())
}
