//! Compares a path with an operation's, which has a `{name}` for each parameter.

use percent_encoding::percent_decode_str;

/// Whether a path ends with one that fits the template. Slashes at the end do not count.
pub(crate) fn ends_with(path: &str, template: &str) -> bool {
    let mut sent = path.trim_end_matches('/').rsplit('/');
    let segments = template.trim_end_matches('/').rsplit('/');
    let mut segments = segments.take_while(|segment| !segment.is_empty());
    segments.all(|segment| {
        let sent = sent
            .next()
            .map(|sent| percent_decode_str(sent).decode_utf8_lossy());
        sent.is_some_and(|sent| fits(&sent, segment))
    })
}

/// Whether a segment fits one of the template.
fn fits(sent: &str, segment: &str) -> bool {
    let Some((before, rest)) = segment.split_once('{') else {
        return sent == segment;
    };
    let (Some((_, after)), Some(sent)) = (rest.split_once('}'), sent.strip_prefix(before)) else {
        return false;
    };
    let mut values = sent
        .char_indices()
        .map(|(start, value)| start + value.len_utf8());
    values.any(|end| fits(&sent[end..], after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_a_segment_or_a_part_of_one() {
        for (path, template, expected) in [
            ("/a", "/a", true),
            ("/v1/a/", "/a", true),
            ("/b", "/a", false),
            ("/ba", "/a", false),
            ("/a/x%2Fy/b", "/a/{id}/b/", true),
            ("/a/x/y/b", "/a/{id}/b", false),
            ("/a//b", "/a/{id}/b", false),
            ("/a/x.json.json", "/a/{id}.json", true),
            ("/a/.json", "/a/{id}.json", false),
            ("/a/x-y", "/a/{id}-{other}", true),
            ("/x", "/a/{id}", false),
        ] {
            assert_eq!(ends_with(path, template), expected, "{path} {template}");
        }
    }
}
