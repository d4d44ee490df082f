//! Reads the `Link` headers of a response (RFC 8288).

use http::HeaderMap;
use http::header::LINK;

/// The address with this relation, if the response has one.
pub(crate) fn linked(headers: &HeaderMap, relation: &str) -> Option<String> {
    let lines = headers.get_all(LINK).into_iter();
    let mut lines = lines.filter_map(|line| line.to_str().ok());
    lines.find_map(|line| linked_in(line, relation))
}

/// The address with this relation in `<address>; rel="relation", …`.
fn linked_in(mut line: &str, relation: &str) -> Option<String> {
    while let Some((_, rest)) = line.split_once('<') {
        let (address, rest) = rest.split_once('>')?;
        let (parameters, rest) = rest.split_at(end_of_link(rest));
        if parameters.split(';').any(|one| has_relation(one, relation)) {
            return Some(address.trim().to_owned());
        }
        line = rest;
    }
    None
}

/// Where the parameters of a link end: at a comma outside quotes.
fn end_of_link(text: &str) -> usize {
    let mut quoted = false;
    let end = text.find(|letter| {
        quoted ^= letter == '"';
        letter == ',' && !quoted
    });
    end.unwrap_or(text.len())
}

/// Whether a parameter is `rel` with this relation among its words.
fn has_relation(parameter: &str, relation: &str) -> bool {
    let Some((name, value)) = parameter.split_once('=') else {
        return false;
    };
    let mut words = value.trim().trim_matches('"').split_ascii_whitespace();
    name.trim().eq_ignore_ascii_case("rel") && words.any(|word| word.eq_ignore_ascii_case(relation))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_found_among_others() {
        for (line, expected) in [
            (
                r#"<https://a.test/x?page=2>; rel="next""#,
                Some("https://a.test/x?page=2"),
            ),
            (
                r#"</x?a=1,2>; rel="prev first", </x?page=3> ; title="a, b"; Rel="last NEXT""#,
                Some("/x?page=3"),
            ),
            ("<?page=2>;rel=next;x", Some("?page=2")),
            (r#"<a>; rel="nextish", <b>; title="rel=next", <c>"#, None),
            (r#"<a>; title=""b"; rel=prev, <c"#, None),
            ("", None),
        ] {
            assert_eq!(linked_in(line, "next").as_deref(), expected, "{line}");
        }
    }
}
