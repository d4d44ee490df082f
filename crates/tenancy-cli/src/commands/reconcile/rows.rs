//! The rows of a reconciliation.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tenancy::Tenant;
use tenancy_store::Identity;

use crate::args::Difference;
use crate::exit::Failure;
use crate::matching::{By, Common, CustomerIndex, Keys, Matcher, Near, Outcome, Rule};
use crate::output::Tone;

/// The most characters of a key in a reason.
const SHOWN: usize = 60;

/// What a row says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Matched,
    Differs(Difference),
    /// A customer or pin without a tenant, in a list that is not known to be complete.
    Undecided,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Matched => "matched",
            Self::Differs(Difference::Conflict) => "conflict",
            Self::Differs(Difference::Unmatched) => "unmatched",
            Self::Differs(Difference::NoTenant) => "no-tenant",
            Self::Differs(Difference::Pin) => "pin",
            Self::Undecided => "undecided",
        }
    }

    pub(super) fn tone(self) -> Tone {
        match self {
            Self::Matched => Tone::Good,
            Self::Differs(Difference::Conflict | Difference::Pin) => Tone::Bad,
            Self::Differs(_) | Self::Undecided => Tone::Doubtful,
        }
    }
}

/// The kind of the row of a tenant.
pub(super) fn kind(outcome: &Outcome) -> Kind {
    match outcome {
        Outcome::Matched(..) => Kind::Matched,
        Outcome::Conflict(..) | Outcome::PinConflict => Kind::Differs(Difference::Conflict),
        Outcome::Unmatched => Kind::Differs(Difference::Unmatched),
        Outcome::PinnedToNone => Kind::Differs(Difference::Pin),
    }
}

/// A row; one object of JSON.
#[derive(Debug, Serialize)]
pub(in crate::commands) struct Row<'a> {
    pub(in crate::commands) kind: &'static str,
    #[serde(skip)]
    pub(in crate::commands) tone: Tone,
    #[serde(flatten)]
    pub(in crate::commands) tenant: Option<&'a Identity>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::commands) name: Option<String>,
    /// The only customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::commands) customer: Option<&'a str>,
    /// The customers of a conflict.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    customers: Vec<&'a str>,
    /// The rule that decided, or `pin`.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nearest: Option<Vec<Nearest<'a>>>,
    /// The keys of a customer without a tenant, by column.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    keys: BTreeMap<&'a str, &'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'static str>,
}

/// A customer that was not taken.
#[derive(Debug, Serialize)]
struct Nearest<'a> {
    customer: &'a str,
    why: String,
}

impl Row<'_> {
    /// What the other columns do not say.
    pub(in crate::commands) fn detail(&self) -> String {
        let mut parts = Vec::new();
        if let Some(by) = &self.by {
            let customers = self.customers.join(", ");
            let separator = if customers.is_empty() { "" } else { ": " };
            parts.push(format!("{by}{separator}{customers}"));
        }
        parts.extend(self.why.map(str::to_owned));
        for near in self.nearest.iter().flatten() {
            parts.push(format!("{}: {}", near.customer, near.why));
        }
        for (column, keys) in &self.keys {
            let keys = keys.iter().map(|key| quoted(key));
            parts.push(format!("{column} {}", keys.collect::<Vec<_>>().join(", ")));
        }
        parts.join("; ")
    }
}

/// Makes rows.
#[derive(Debug)]
pub(super) struct Rows<'a> {
    pub(super) rules: &'a [Rule],
    pub(super) matcher: &'a Matcher,
    /// Whether no tenant is missing.
    pub(super) is_complete: bool,
}

impl<'a> Rows<'a> {
    /// The keys of a tenant in JSON.
    pub(super) fn keys(&self, tenant: &str) -> Result<Keys, Failure> {
        let tenant: Tenant = serde_json::from_str(tenant).map_err(|error| {
            Failure::usage(format!("not a tenant ({error}): {}", quoted(tenant)))
        })?;
        Ok(self.rules.iter().map(|rule| rule.keys(&tenant)).collect())
    }

    /// The row of a tenant.
    pub(super) fn tenant(
        &self,
        identity: &'a Identity,
        tenant: &str,
        outcome: &Outcome,
    ) -> Result<Row<'a>, Failure> {
        let mut row = self.row(kind(outcome));
        row.tenant = Some(identity);
        row.name = name(tenant);
        let pinned = || self.matcher.pinned(identity);
        match outcome {
            Outcome::Matched(customer, by) => {
                row.customer = Some(self.matcher.id(*customer));
                row.by = Some(match by {
                    By::Pin => "pin".to_owned(),
                    By::Rule(rule) => self.rules[*rule].to_string(),
                });
            }
            Outcome::Conflict(customers, rule) => {
                row.customers = customers
                    .iter()
                    .map(|customer| self.matcher.id(*customer))
                    .collect();
                row.by = Some(self.rules[*rule].to_string());
            }
            Outcome::PinConflict => {
                row.customers = pinned().collect();
                row.by = Some("pin".to_owned());
            }
            Outcome::PinnedToNone => {
                row.customer = pinned().next();
                row.why = Some("pinned to a customer that does not exist");
            }
            Outcome::Unmatched => {
                let keys = self.keys(tenant)?;
                let nearest = self.matcher.nearest(&keys);
                let is_empty = keys.iter().flatten().all(|key| key.trim().is_empty());
                row.why = match nearest.is_empty() {
                    true if is_empty => Some("all its fields to match are empty"),
                    true => Some("no customer is near"),
                    false => None,
                };
                let nearest = nearest.iter().map(|near| Nearest {
                    customer: self.matcher.id(near.customer),
                    why: self.why(near),
                });
                row.nearest = Some(nearest.collect());
            }
        }
        Ok(row)
    }

    /// The row of a customer without a tenant.
    pub(super) fn customer(&self, customer: CustomerIndex) -> Row<'a> {
        let mut row = self.row(self.without_tenant(Difference::NoTenant));
        row.customer = Some(self.matcher.id(customer));
        let keys = self.rules.iter().zip(self.matcher.keys(customer));
        row.keys = keys
            .filter(|(_, keys)| !keys.is_empty())
            .map(|(rule, keys)| (rule.column.as_str(), keys.as_slice()))
            .collect();
        row
    }

    /// The row of a pin without a tenant.
    pub(super) fn pin(&self, identity: &'a Identity) -> Row<'a> {
        let mut row = self.row(self.without_tenant(Difference::Pin));
        row.tenant = Some(identity);
        let pinned: Vec<_> = self.matcher.pinned(identity).collect();
        match pinned[..] {
            [only] => row.customer = Some(only),
            _ => row.customers = pinned,
        }
        row.why = Some("the pin is of a tenant that is not in the list");
        row
    }

    /// The kind of what is without a tenant.
    fn without_tenant(&self, difference: Difference) -> Kind {
        if self.is_complete {
            Kind::Differs(difference)
        } else {
            Kind::Undecided
        }
    }

    fn row(&self, kind: Kind) -> Row<'a> {
        Row {
            kind: kind.name(),
            tone: kind.tone(),
            tenant: None,
            name: None,
            customer: None,
            customers: Vec::new(),
            by: None,
            nearest: None,
            keys: BTreeMap::new(),
            why: (kind == Kind::Undecided)
                .then_some("the list of tenants is not known to be complete"),
        }
    }

    /// Why a customer is near, and was not taken.
    fn why(&self, near: &Near<'_>) -> String {
        let rule = &self.rules[near.rule];
        let (field, column) = (rule.field.name, &rule.column);
        let [tenant, customer] = near.keys.map(quoted);
        let common = match &near.common {
            Common::Normalised => format!("are equal under {field}~{column}"),
            Common::Word(word) => format!("both have {}", quoted(word)),
        };
        format!("its {column} {customer} and the tenant's {field} {tenant} {common}")
    }
}

/// The name of a tenant in JSON.
fn name(tenant: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Named {
        name: Option<String>,
    }
    serde_json::from_str::<Named>(tenant).ok()?.name
}

/// The text in quotes, cut off if long.
fn quoted(text: &str) -> String {
    let shown = match text.char_indices().nth(SHOWN) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    };
    format!("`{shown}`")
}
