//! Judges a difference: its severity, and its effect on a list of tenants.

use super::Severity;
use super::Severity::{Breaking, Note, Warning};
use super::compare::Kind;
use super::facts::Fact;
use super::role::Role;

/// The context of a judgement.
pub(super) struct Context {
    pub(super) role: Role,
    /// Whether the operation could be paged before.
    pub(super) was_paged: bool,
}

/// The severity of a difference, and its effect in one sentence.
pub(super) fn effect(kind: &Kind, context: &Context) -> (Severity, &'static str) {
    match kind {
        Kind::Changed("prose", ..) => (Note, "Only the text changed."),
        Kind::Changed("deprecated", _, Some(_)) => (
            Warning,
            "The provider means to remove it: find out what replaces it, and until when.",
        ),
        Kind::Changed("deprecated", ..) => (Note, "The provider keeps it."),
        Kind::Changed("type", Some(old), _) if old.contains("password") => (
            Breaking,
            "It is no longer declared a secret: its value would be shown.",
        ),
        _ => match context.role {
            Role::Request => (
                Breaking,
                "Requests go to another address; the one in use may disappear.",
            ),
            Role::Server => (Breaking, "Requests and credentials go to another server."),
            Role::Credentials => (
                Breaking,
                "Requests authenticate differently: accounts may need other credentials.",
            ),
            Role::Success | Role::Failure => of_response(kind, context.role),
            Role::Size | Role::Position | Role::Order | Role::Filter | Role::Argument => {
                of_parameter(kind, context)
            }
            _ => of_field(kind, context.role),
        },
    }
}

fn of_response(kind: &Kind, role: Role) -> (Severity, &'static str) {
    match (kind, role) {
        (Kind::Removed, Role::Success) => (
            Breaking,
            "Lists may come with another status, and are then not taken for complete.",
        ),
        (_, Role::Success) => (
            Warning,
            "A response with it is not taken for a complete list.",
        ),
        (Kind::Removed, _) => (Note, "Where it still comes, the list fails as before."),
        _ => (
            Note,
            "A list that meets it fails, and its report says so. 429 and 5xx are retried first.",
        ),
    }
}

fn of_parameter(kind: &Kind, context: &Context) -> (Severity, &'static str) {
    use Role::{Argument, Filter, Order, Position, Size};
    let role = context.role;
    match kind {
        Kind::Added(fact) => added_parameter(fact, context),
        Kind::Removed => match role {
            Size => (Breaking, "The size of a page can no longer be chosen."),
            Position => (
                Breaking,
                "Only the first page can be requested: later tenants would be missing.",
            ),
            Order => (Warning, "The order of the list can no longer be chosen."),
            _ => (Warning, "It has no effect any more where it is sent."),
        },
        Kind::Renamed(_) => match role {
            Size => (
                Breaking,
                "Under its old name it is ignored: pages have the default size.",
            ),
            Position => (
                Breaking,
                "Under its old name it is ignored: every request returns the first page.",
            ),
            _ => (
                Breaking,
                "Under its old name it is ignored: the list is not filtered or ordered as requested.",
            ),
        },
        Kind::Changed("maximum", old, new) if role == Size => match (number(old), number(new)) {
            (Some(old), Some(new)) if new > old => (Note, "Larger pages are possible."),
            (_, None) => (Note, "Larger pages are possible."),
            _ => (
                Breaking,
                "Requests for larger pages are refused or get fewer records than they expect.",
            ),
        },
        Kind::Changed("default", ..) => match role {
            Size => (
                Warning,
                "Requests without a size get pages of another size.",
            ),
            Position | Argument => (Warning, "Requests without it get another answer."),
            Order => (
                Breaking,
                "A list without a requested order comes in another one.",
            ),
            _ => (
                Breaking,
                "A list without this filter holds other tenants: some would be missing.",
            ),
        },
        Kind::Changed("required", _, new) => match new.as_deref() {
            Some("true") => (Breaking, "Requests without it are refused."),
            _ => (Note, "Requests without it are accepted."),
        },
        Kind::Changed("type" | "style" | "explode", ..) => {
            (Breaking, "Its values are written differently.")
        }
        Kind::Word(_, true) => (Note, "It can be requested."),
        Kind::Word(_, false) => (
            Breaking,
            "Requests with it are refused, or return an unfiltered list.",
        ),
        Kind::Changed("words", ..) => match role {
            Filter | Order => (Warning, "Other values can be requested."),
            _ => (Note, "Other values can be requested."),
        },
        Kind::Changed(..) => (Warning, "Other values are accepted."),
    }
}

fn added_parameter(fact: &Fact, context: &Context) -> (Severity, &'static str) {
    let has_default = fact.contains_key("default");
    let mentions_default = fact
        .get("prose")
        .is_some_and(|prose| prose.to_ascii_lowercase().contains("default"));
    match context.role {
        _ if fact
            .get("required")
            .is_some_and(|required| required == "true") =>
        {
            (Breaking, "Requests without it are refused.")
        }
        Role::Position | Role::Size if !context.was_paged => (
            Breaking,
            "The list now comes in pages: tenants after the first page would be missing.",
        ),
        Role::Position => (Warning, "There is another way to request a page."),
        Role::Size | Role::Order | Role::Argument => {
            (Note, "Nothing changes for requests without it.")
        }
        _ if has_default => (
            Breaking,
            "Its default filters every list that does not send it: tenants would be missing and seem gone.",
        ),
        _ if mentions_default => (
            Warning,
            "Its text mentions a default: a list that does not send it may miss tenants.",
        ),
        _ => (Note, "Nothing changes for requests without it."),
    }
}

fn number(value: &Option<String>) -> Option<f64> {
    value.as_ref()?.parse().ok()
}

/// How the values of a field change.
enum Change {
    /// The field is removed, renamed or of another type.
    Lost,
    /// The field's values have another format.
    Reformatted,
    /// The field may now be null or absent.
    Loosened,
    /// The field is now always present.
    Tightened,
    Grown,
    Shrunk,
    Added,
    Other,
}

fn change(kind: &Kind) -> Change {
    let base = |kind: &str| kind.split(' ').next().map(str::to_owned);
    match kind {
        Kind::Changed("type", Some(old), Some(new)) if base(old) == base(new) => {
            Change::Reformatted
        }
        Kind::Removed | Kind::Renamed(_) | Kind::Changed("type", ..) => Change::Lost,
        Kind::Changed("nullable", _, Some(new)) if new == "true" => Change::Loosened,
        Kind::Changed("required", Some(old), _) if old == "true" => Change::Loosened,
        Kind::Changed("nullable" | "required", ..) => Change::Tightened,
        Kind::Word(_, true) => Change::Grown,
        Kind::Word(_, false) => Change::Shrunk,
        Kind::Changed("words", _, Some(_)) => Change::Shrunk,
        Kind::Changed("words", _, None) => Change::Grown,
        Kind::Added(_) => Change::Added,
        Kind::Changed(..) => Change::Other,
    }
}

fn of_field(kind: &Kind, role: Role) -> (Severity, &'static str) {
    let identity_moved = !matches!(kind, Kind::Removed | Kind::Renamed(_));
    match (change(kind), role) {
        (Change::Added, Role::Continuation) => (
            Warning,
            "It may say that there is more, or that this is not all: lists could end early.",
        ),
        (Change::Added, Role::Total) => (Note, "It may confirm that a list is complete."),
        (Change::Added, _) => (Note, "Nothing changes until the mapping reads it."),
        (Change::Reformatted, Role::Status | Role::Mapped) => (
            Warning,
            "Values in the new format may be left out of tenants.",
        ),
        (Change::Reformatted, Role::Unmapped) => (Note, "No field of the model shows it."),
        (Change::Reformatted, role) if role != Role::Identity => {
            (Warning, "Values in the new format may not be understood.")
        }
        (Change::Reformatted | Change::Lost, Role::Identity) if identity_moved => (
            Breaking,
            "Tenants may get other ids: known ones would be marked gone and listed again as new.",
        ),
        (Change::Lost, Role::Records) => (Breaking, "No tenant is found at its old place."),
        (Change::Lost, Role::Total) => {
            (Breaking, "A list can no longer be compared with its total.")
        }
        (Change::Lost, Role::Continuation) => (
            Breaking,
            "The next page cannot be found: lists end after the first one.",
        ),
        (Change::Lost, Role::Page) => (Breaking, "The page cannot be read as before."),
        (Change::Lost, Role::Identity) => (
            Breaking,
            "Records have no identity: every one is quarantined.",
        ),
        (Change::Lost, Role::Status) => (Breaking, "Every tenant loses its status."),
        (Change::Lost, Role::Mapped) => (Warning, "Tenants lose this value."),
        (Change::Loosened, Role::Records) => (
            Warning,
            "A response without a list may be a failure or an empty list.",
        ),
        (Change::Loosened, Role::Continuation) => (
            Breaking,
            "A missing value may or may not mean the end: lists could end early.",
        ),
        (Change::Loosened, Role::Identity) => (Breaking, "Records without it are quarantined."),
        (Change::Loosened, Role::Total | Role::Page) => (Warning, "Some pages may lack it."),
        (Change::Loosened, Role::Status | Role::Mapped) => {
            (Warning, "Some tenants may lack this value.")
        }
        (Change::Grown, Role::Status) => (
            Warning,
            "Tenants with it keep the word as sent, but have no known status until it is mapped.",
        ),
        (Change::Grown, Role::Unmapped) => (Note, "No field of the model shows it."),
        (Change::Grown, _) => (
            Warning,
            "Tenants may have a value that the mapping does not know.",
        ),
        (Change::Shrunk, Role::Status) => (Warning, "No tenant should have it any more."),
        (Change::Shrunk | Change::Tightened | Change::Other, _) => {
            (Note, "What was read before still is.")
        }
        (Change::Reformatted | Change::Lost | Change::Loosened, _) => {
            (Note, "No field of the model shows it.")
        }
    }
}
