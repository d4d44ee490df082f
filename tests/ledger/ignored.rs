//! The fields that no tenant and no list depends on, on purpose, and why.

/// A provider, one of its fields with all that is below it, and why nothing depends on it.
pub(crate) const IGNORED: &[(&str, &str, &str)] = &[
    (
        "omnidim",
        "reseller_access_control",
        "what the reseller's own users may do",
    ),
    (
        "omnidim",
        "reseller_organization.concurrent_call_limit",
        "the reseller's own",
    ),
    (
        "omnidim",
        "reseller_organization.name",
        "the reseller's own",
    ),
    (
        "omnidim",
        "total_users_across_orgs",
        "each organization has its own `total_users`",
    ),
    (
        "omnidim",
        "users[].access_level",
        "the document does not say what it means",
    ),
    ("vobiz", "page", "pages are told apart by what is on them"),
    ("vobiz", "account", "a path made of `parent_auth_id`"),
    ("vobiz", "auth_token", "a secret"),
    (
        "vobiz",
        "created",
        "`created_at` says it with the time of day",
    ),
    (
        "vobiz",
        "email_verified",
        "nothing that tenants of other providers have",
    ),
    (
        "vobiz",
        "modified",
        "`updated_at` says it with the time of day",
    ),
    (
        "vobiz",
        "parent_account_id",
        "`parent_auth_id` is what calls take",
    ),
    ("vobiz", "resource_uri", "a path made of `auth_id`"),
];

/// Why nothing depends on a field, if that is on purpose.
pub(crate) fn reason(provider: &str, field: &str) -> Option<&'static str> {
    let mut entries = IGNORED.iter().filter(|(of, ..)| *of == provider);
    let (.., reason) = entries.find(|(_, ignored, _)| is_within(field, ignored))?;
    Some(reason)
}

/// Whether a field is another one, or below it.
pub(crate) fn is_within(field: &str, other: &str) -> bool {
    field
        .strip_prefix(other)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}
