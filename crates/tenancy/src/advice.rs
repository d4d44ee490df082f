//! Says what to do about a failed call.

/// The advice for a refused link to a page.
pub(crate) const LINK_REFUSED: &str = "the provider sent the pages before this one, and refuses the link to it: run it again, and report it to the \
    provider if it persists";

/// The advice for a failed call for which the provider's descriptor has none.
pub(crate) fn general_advice(call: &client_runtime::Error) -> Option<&'static str> {
    use client_runtime::ErrorKind as Kind;
    match call.kind() {
        Kind::Status if call.status().is_some_and(|status| status.as_u16() == 206) => {
            Some("run it again; if it persists, look for a proxy or cache that cuts responses")
        }
        Kind::Status if call.status().is_some_and(|status| status.as_u16() == 304) => {
            Some("the request had no condition: look for a proxy or cache that adds one")
        }
        Kind::Status if call.status().is_some_and(|status| status.as_u16() == 202) => {
            Some("run it again later")
        }
        // Mailgun's is the text `Forbidden`.
        Kind::Status if call.is_unauthorized() => Some(
            "check the account's credentials: they are wrong, expired or revoked, or for another base address",
        ),
        Kind::Status if call.is_foreign() && !call.is_transient() => Some(
            "a firewall or proxy responded, not the provider: check the base address and whether this network may reach it",
        ),
        Kind::Status if call.is_forbidden() => Some(
            "the credentials are valid, but may not list tenants: use those of the reseller account, or ask the provider for the right",
        ),
        Kind::Status if call.status().is_some_and(|status| status.as_u16() == 404) => {
            Some("check the base address and the account's id")
        }
        Kind::Status
            if call
                .status()
                .is_some_and(|status| matches!(status.as_u16(), 400 | 422)) =>
        {
            Some("the provider does not take the request as it is: check filters and page size")
        }
        Kind::Status if call.is_rate_limited() => {
            Some("lower `requests_per_minute`, or run when fewer jobs share the key")
        }
        Kind::Status if call.is_transient() => Some("the provider is failing: try again later"),
        Kind::Connection => Some("check the base address, name resolution, proxy and firewall"),
        Kind::Timeout => Some("run it again later, or with a longer timeout"),
        Kind::Interrupted => Some("run it again"),
        Kind::Redirect => Some(
            "check the base address: the provider may have moved, or something intercepts the traffic",
        ),
        Kind::Decode if call.code().or(call.provider_message()).is_some() => {
            Some("act on the provider's message; if it does not help, check the base address")
        }
        Kind::Decode => {
            Some("check the base address; if it is right, the provider's API has changed")
        }
        _ => None,
    }
}
