//! The trait of a simulated provider: everything that the general server does not know.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use crate::log::Request;
use crate::page::Page;
use crate::paging::{Direction, Listed, Order, Paging};
use crate::parent::{Parent, Tenant};
use crate::record::Members;
use crate::status::Status;

/// A provider as its documents describe it. The rest, such as HTTP, paging and faults, is the same for all of them.
pub trait Simulated: Sync {
    /// Its name in lower case.
    fn name(&self) -> &'static str;

    /// The credentials of an account by the keys of the provider's documents; `number` follows from the account's name.
    fn credentials(&self, number: u64) -> Vec<(&'static str, String)>;

    /// The headers by which a client shows its credentials; without its own, a bearer token that is the `api_key`.
    fn auth_headers(&self, parent: &Parent) -> Vec<(&'static str, String)> {
        let key = parent.credential("api_key");
        vec![("Authorization", format!("Bearer {key}"))]
    }

    /// The path of the base URL.
    fn base_path(&self) -> &'static str {
        ""
    }

    /// The path of the list below the base URL. A segment `{key}` is the account's credential of that key.
    fn list_path(&self) -> &'static str;

    /// How the list is paged.
    fn paging(&self) -> Paging;

    /// The record of the parent itself, which is active, where the list begins with it.
    fn parent_record(&self, parent: &Parent) -> Option<String> {
        let _ = parent;
        None
    }

    /// The status with which a parameter is refused.
    fn invalid_status(&self) -> u16 {
        422
    }

    /// In which order tenants are listed.
    fn order(&self) -> Order {
        Order::NewestFirst
    }

    /// The direction in which a request reads the list.
    ///
    /// # Errors
    /// The message for a value that the provider refuses.
    fn direction(&self, parent: &Parent, request: &Request) -> Result<Direction, String> {
        let _ = (parent, request);
        Ok(Direction::Forwards)
    }

    /// The query of a request for every tenant in that order, where one without parameters has some only, or another order.
    fn whole_list(&self) -> &'static str {
        ""
    }

    /// Brings tenants, which are in that order, into the one that a request asks for.
    fn sort(&self, parent: &Parent, request: &Request, tenants: &mut Cow<'_, [Tenant]>) {
        let _ = (parent, request, tenants);
    }

    /// The options for what only this provider's documents leave open; see [`Account::knob`](crate::Account::knob).
    fn knobs(&self) -> &'static [&'static str] {
        &[]
    }

    /// The states that a request's filters select; `None` without a filter.
    ///
    /// # Errors
    /// The message for a value that the provider refuses.
    fn filter(
        &self,
        parent: &Parent,
        request: &Request,
    ) -> Result<Option<&'static [Status]>, String> {
        let _ = (parent, request);
        Ok(None)
    }

    /// The envelope of a page of these tenants.
    fn page(&self, parent: &Parent, tenants: &[Tenant], listed: &Listed) -> Page;

    /// The body of an error.
    fn error(&self, parent: &Parent, refusal: &Refusal) -> String;

    /// The member of a record that holds its identity.
    fn id_member(&self) -> &'static str {
        "id"
    }

    /// The identity of the generated tenant `number`, different for each.
    fn id(&self, parent: &Parent, number: u32) -> String;

    /// The record of the generated tenant `number`, as JSON text.
    fn record(&self, parent: &Parent, number: u32, status: Status) -> String;

    /// The status that a record given verbatim states.
    fn status(&self, record: &Members) -> Status {
        let _ = record;
        Status::Active
    }

    /// Makes a record given verbatim state another status.
    fn set_status(&self, record: &mut Members, status: Status) {
        let _ = (record, status);
    }

    /// The hand-made tenants of the demonstration, a JSON array in listed order.
    fn demo(&self) -> &'static str {
        "[]"
    }

    /// The credentials that the demonstration's tenants mention.
    fn demo_credentials(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }
}

/// A simulated provider.
#[derive(Clone, Copy)]
pub struct Provider(&'static dyn Simulated);

impl Provider {
    /// A provider of these rules.
    pub const fn new(rules: &'static dyn Simulated) -> Self {
        Self(rules)
    }
}

impl Deref for Provider {
    type Target = dyn Simulated;

    fn deref(&self) -> &Self::Target {
        self.0
    }
}

impl PartialEq for Provider {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Provider {}

impl fmt::Debug for Provider {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A call that fails by the provider's rules.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The provider's code, where it is not the usual one for the status.
    pub code: Option<&'static str>,
    /// What is wrong.
    pub message: String,
    /// The number of the request on this server.
    pub request: u64,
}

impl Refusal {
    pub(crate) fn new(status: u16) -> Self {
        let message = match status {
            400 => "Bad request",
            401 => "Missing or invalid credentials",
            403 => "Not allowed for these credentials",
            404 => "Not found",
            405 => "Method not allowed",
            422 => "Invalid parameter",
            429 => "Too many requests",
            503 => "Service unavailable",
            _ => "Internal error",
        };
        Self {
            status,
            code: None,
            message: message.to_owned(),
            request: 0,
        }
    }

    pub(crate) fn invalid(status: u16, message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            ..Self::new(status)
        }
    }

    /// The code: its own, else that of its status in `codes`, else the one for 500 there.
    pub fn code(&self, codes: &[(u16, &'static str)]) -> &'static str {
        let of = |status| codes.iter().find(|(known, _)| *known == status);
        let usual = of(self.status).or_else(|| of(500));
        self.code
            .or(usual.map(|(_, code)| *code))
            .unwrap_or_default()
    }
}
