//! The address of a next page: where it is found, and whether it leads to the list that is being read.

use http::HeaderMap;
use http::header::LINK;
use url::Url;

use crate::page::Next;

/// The next page at an address whose path ends like the list's own.
pub(super) fn next(address: &str, list: &str) -> Next {
    let Some(url) = resolved("http://localhost/", address) else {
        return Next::Unreadable(format!("`{address}` is no address"));
    };
    let has_path = !address.starts_with('?');
    let path = url.path().trim_end_matches('/');
    if has_path && !path.ends_with(list.trim_end_matches('/')) {
        return Next::Unreadable(format!("`{address}` is not an address of this list"));
    }
    Next::Address(address.to_owned())
}

/// The next page at an address of one of these hosts.
pub(super) fn pinned(address: String, base: &str, documented: &str) -> Next {
    let host = |text: &str| {
        let url = resolved(base, text)?;
        // A server behind a proxy may write `http` where clients use `https`.
        let port = url.port().unwrap_or_default();
        Some((url.host_str()?.to_owned(), port))
    };
    match host(&address) {
        Some(led_to)
            if [base, documented]
                .iter()
                .any(|own| host(own).as_ref() == Some(&led_to)) =>
        {
            Next::Link(address)
        }
        _ => Next::Unreadable(format!("`{address}` leads to another host")),
    }
}

fn resolved(base: &str, address: &str) -> Option<Url> {
    let base = Url::parse(base).ok()?;
    let url = base.join(address).ok()?;
    matches!(url.scheme(), "http" | "https").then_some(url)
}

/// The address of the next page in the header `Link`; `Some(None)` where the header names other pages only.
pub(super) fn link_header(headers: &HeaderMap) -> Option<Option<String>> {
    let mut found = None;
    for value in headers.get_all(LINK) {
        let mut rest = value.to_str().unwrap_or_default();
        while let Some((_, link)) = rest.split_once('<') {
            let Some((address, parameters)) = link.split_once('>') else {
                break;
            };
            let end = parameters.find('<').unwrap_or(parameters.len());
            rest = &parameters[end..];
            if let Some(relations) = relations(&parameters[..end]) {
                let is = |wanted| {
                    relations
                        .split_ascii_whitespace()
                        .any(|word| word.eq_ignore_ascii_case(wanted))
                };
                if is("next") {
                    return Some(Some(address.to_owned()));
                }
                // On a page before the last one, `last` may be all that is left of the header.
                if ["prev", "previous", "first", "self"].into_iter().any(is) {
                    found = Some(None);
                }
            }
        }
    }
    found
}

/// The value of `rel` among a link's parameters.
fn relations(parameters: &str) -> Option<&str> {
    let mut pairs = parameters
        .split([';', ','])
        .filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("rel"))?;
    Some(value.trim().trim_matches(['"', '\'']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_to_the_list_or_nowhere() {
        for address in [
            "/v1/Accounts.json?p=1",
            "https://api.example.com/Accounts.json",
            "?p=1",
            "/Accounts.json/",
        ] {
            assert_eq!(
                next(address, "/Accounts.json"),
                Next::Address(address.to_owned())
            );
        }
        for address in [
            "/v1/Calls.json?p=1",
            "javascript:alert(1)",
            "http://[",
            "/MyAccounts.json",
        ] {
            assert!(
                matches!(next(address, "/Accounts.json"), Next::Unreadable(_)),
                "{address}"
            );
        }
    }

    #[test]
    fn an_address_is_pinned_to_the_account_s_host_or_the_documented_one() {
        let pinned = |address: &str| {
            pinned(
                address.to_owned(),
                "http://127.0.0.1:8080/base",
                "https://api.example.com",
            )
        };
        for address in [
            "/v1/a?p=1",
            "?p=1",
            "http://127.0.0.1:8080/a",
            "https://api.example.com/a",
            "http://api.example.com/a",
        ] {
            assert_eq!(pinned(address), Next::Link(address.to_owned()));
        }
        for address in [
            "https://evil.example/a",
            "//evil.example/a",
            "http://127.0.0.1:9/a",
            "https://api.example.com.evil.example/a",
            "https://api.example.com@evil.example/a",
        ] {
            assert!(matches!(pinned(address), Next::Unreadable(_)), "{address}");
        }
    }

    #[test]
    fn the_next_page_is_found_in_the_header() {
        let found = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(LINK, value.parse().unwrap());
            }
            link_header(&headers)
        };
        assert_eq!(found(&[]), None);
        assert_eq!(found(&["<style.css>; rel=preload"]), None);
        assert_eq!(found(&["</x?page=9>; rel=last"]), None);
        assert_eq!(
            found(&[r#"<https://a.example/x?page=1>; rel="prev""#]),
            Some(None)
        );
        let next = Some(Some("https://a.example/x?a=1,2&page=3".to_owned()));
        assert_eq!(
            found(&[
                r#"<https://a.example/x?page=1>; rel="prev", <https://a.example/x?a=1,2&page=3>; title="x"; rel="last NEXT""#
            ]),
            next
        );
        assert_eq!(
            found(&[
                r#"</x>;rel=first"#,
                r#"<https://a.example/x?a=1,2&page=3>;rel=next"#
            ]),
            next
        );
        assert_eq!(
            found(&["<https://a.example/x?a=1,2&page=3>; rel='next'"]),
            next
        );
    }
}
