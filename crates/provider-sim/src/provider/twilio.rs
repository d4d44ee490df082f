//! Twilio: `GET /2010-04-01/Accounts.json`, the main account first, then its subaccounts; the address of the next page in the
//! body, with a token; no total.
//!
//! Assumed, because no document says: that the newest subaccount comes next (as in a recorded page), that a request without
//! `Status` lists closed ones too, the codes of other errors than those below (they have none), and 400 for every parameter that is
//! refused. Left out, because nobody follows them: the tokens in `uri` and `previous_page_uri`.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use jiff::Timestamp;
use serde_json::json;

use super::contract::{Refusal, Simulated};
use crate::dice::Dice;
use crate::log::Request;
use crate::page::Page;
use crate::paging::{Listed, PageSize, Paging};
use crate::parent::{Parent, Tenant};
use crate::record::{Members, quote};
use crate::status::Status;

/// Twilio, by its OpenAPI document, its pages on subaccounts and errors, and recorded pages.
#[derive(Debug)]
pub(super) struct Twilio;

const LIST: &str = "/2010-04-01/Accounts.json";

impl Simulated for Twilio {
    fn name(&self) -> &'static str {
        "twilio"
    }

    fn credentials(&self, number: u64) -> Vec<(&'static str, String)> {
        vec![
            ("account_sid", format!("AC{number:032x}")),
            ("auth_token", format!("{:032x}", u128::from(number) << 7)),
        ]
    }

    fn auth_headers(&self, parent: &Parent) -> Vec<(&'static str, String)> {
        let [sid, token] = ["account_sid", "auth_token"].map(|key| parent.credential(key));
        let pair = BASE64_STANDARD.encode(format!("{sid}:{token}"));
        vec![("Authorization", format!("Basic {pair}"))]
    }

    fn list_path(&self) -> &'static str {
        LIST
    }

    fn paging(&self) -> Paging {
        let size = PageSize {
            parameter: "PageSize",
            default: 50,
            max: Some(1000),
        };
        let token = "PageToken";
        Paging::Token { token, size }
    }

    fn parent_record(&self, parent: &Parent) -> Option<String> {
        let sid = parent.credential("account_sid");
        let mut dice = Dice::new(parent.dice(u32::MAX).number());
        Some(account(
            &mut dice,
            0,
            sid,
            sid,
            parent.name(),
            Status::Active,
        ))
    }

    /// A page's number alone leads nowhere.
    fn filter(&self, _: &Parent, request: &Request) -> Result<Option<&'static [Status]>, String> {
        let is_first = matches!(request.query("Page"), None | Some("0"));
        if !is_first && request.query("PageToken").is_none() {
            return Err("Paged requests must include a PageToken".to_owned());
        }
        match request.query("Status") {
            None => Ok(None),
            Some("active") => Ok(Some(&[Status::Active])),
            Some("suspended") => Ok(Some(&[Status::Suspended])),
            Some("closed") => Ok(Some(&[Status::Archived])),
            Some(_) => Err("Status must be one of active, suspended, closed".to_owned()),
        }
    }

    fn invalid_status(&self) -> u16 {
        400
    }

    fn page(&self, _: &Parent, _: &[Tenant], listed: &Listed) -> Page {
        let number = listed.offset / listed.size;
        let path = |page: usize| quote(&format!("{LIST}?PageSize={}&Page={page}", listed.size));
        let previous = number
            .checked_sub(1)
            .map_or_else(|| "null".to_owned(), path);
        let next = listed
            .next_path
            .as_deref()
            .map(|next| numbered(next, number + 1));
        Page::object()
            .with("first_page_uri", path(0))
            .with("end", (listed.offset + listed.records).saturating_sub(1))
            .with("previous_page_uri", previous)
            .with_list("accounts")
            .with("uri", path(number))
            .with("page_size", listed.size)
            .with("start", listed.offset)
            .with_next_address("next_page_uri", next.as_deref())
            .with("page", number)
    }

    fn error(&self, _: &Parent, refusal: &Refusal) -> String {
        let mut error = json!({ "message": refusal.message, "status": refusal.status });
        if let Ok(code) = refusal.code(CODES).parse::<u32>() {
            error["code"] = code.into();
            error["more_info"] = format!("https://www.twilio.com/docs/errors/{code}").into();
        }
        error.to_string()
    }

    fn id_member(&self) -> &'static str {
        "sid"
    }

    fn id(&self, parent: &Parent, number: u32) -> String {
        let rest = parent.dice(number).uuid().replace('-', "");
        format!("AC{:08x}{}", parent.code(number), &rest[8..])
    }

    fn record(&self, parent: &Parent, number: u32, status: Status) -> String {
        let mut dice = parent.dice(number);
        let sid = self.id(parent, number);
        let owner = parent.credential("account_sid");
        let name = match dice.one_in(4) {
            true => format!("owner{number}@tenant.example"),
            false => dice.company(number),
        };
        account(
            &mut dice,
            60 * i64::from(number),
            &sid,
            owner,
            &name,
            status,
        )
    }

    fn status(&self, record: &Members) -> Status {
        let stated = record.text("status");
        let known = [Status::Active, Status::Suspended, Status::Archived].into_iter();
        let mut matching = known.filter(|status| stated.as_deref() == Some(word(*status)));
        matching.next().unwrap_or(Status::Other)
    }

    fn set_status(&self, record: &mut Members, status: Status) {
        record.set("status", quote(word(status)));
    }

    fn demo(&self) -> &'static str {
        include_str!("twilio.json")
    }

    fn demo_credentials(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("account_sid", "AC00000000000000000000000000000001"),
            ("auth_token", "demo-auth-token"),
        ]
    }
}

const CODES: &[(u16, &str)] = &[(400, "70002"), (404, "20404"), (429, "20429")];

fn word(status: Status) -> &'static str {
    match status {
        Status::Active => "active",
        Status::Suspended => "suspended",
        Status::Archived => "closed",
        Status::Other => "pending_review",
    }
}

/// The address with this page number.
fn numbered(address: &str, page: usize) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let others = query.split('&').filter(|pair| !pair.starts_with("Page="));
    let query: Vec<_> = others.collect();
    format!("{path}?Page={page}&{}", query.join("&"))
}

/// An account's record; `name` is escaped for a JSON string.
fn account(
    dice: &mut Dice,
    seconds: i64,
    sid: &str,
    owner: &str,
    name: &str,
    status: Status,
) -> String {
    let token = format!("{:016x}{:016x}", dice.number(), dice.number());
    let created = time(seconds);
    let updated = time(seconds + dice.below(86_400) as i64);
    let kind = dice.pick(&["Full", "Full", "Trial"]);
    let status = word(status);
    let uri = format!("/2010-04-01/Accounts/{sid}");
    format!(
        r#"{{"status":"{status}","date_updated":"{updated}","auth_token":"{token}","friendly_name":"{name}","owner_account_sid":"{owner}","uri":"{uri}.json","sid":"{sid}","date_created":"{created}","type":"{kind}","subresource_uris":{{"balance":"{uri}/Balance.json","calls":"{uri}/Calls.json"}}}}"#
    )
}

/// The time, so many seconds after the start of 2024, in the form of RFC 2822.
fn time(seconds: i64) -> String {
    let time = Timestamp::from_second(1_704_067_200 + seconds).unwrap_or(Timestamp::MAX);
    time.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}
