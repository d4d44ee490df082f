//! Tests what names, values and headers say, row by row.

use super::*;

/// What these fields say beside so many records on the last page of a list.
fn beside(records: usize, fields: &str) -> &'static str {
    let fields: Value = serde_json::from_str(fields).unwrap();
    said(records, |hints, _| {
        for (name, value) in fields.as_object().unwrap() {
            hints.look(&FieldName::default(), name, value, 0);
        }
    })
}

/// What this header says.
fn header(records: usize, header: &str) -> &'static str {
    let (name, value) = header.split_once(':').unwrap();
    let name: http::HeaderName = name.parse().unwrap();
    let headers = HeaderMap::from_iter([(name, value.trim().parse().unwrap())]);
    said(records, |_, page| {
        read_headers(
            &headers,
            Listed::new("items", "child organizations"),
            records,
            page,
        )
    })
}

fn said(records: usize, look: impl FnOnce(&mut Hints, &mut Page)) -> &'static str {
    let mut hints = Hints::new(Listed::new("items", "child organizations"), records);
    let mut page = Page::new(Vec::new());
    page.next = Next::End;
    look(&mut hints, &mut page);
    hints.tell(&mut page);
    let is_more = page.at_least > Some(records as u64);
    match page.partial.or(page.more) {
        None if !is_more => page.ambiguous.map_or("nothing", |_| "doubt"),
        _ => "missing",
    }
}

#[test]
fn each_field_and_header_says_what_it_means() {
    let rows = include_str!("rows.txt").lines();
    let wrong = rows
        .filter(|row| !row.is_empty() && !row.starts_with('#'))
        .filter_map(|row| {
            let (expected, rest) = row.split_once(' ').unwrap();
            let (records, line) = rest.split_once(' ').unwrap();
            let records = records.parse().unwrap();
            let says = match line.starts_with('{') {
                true => beside(records, line),
                false => header(records, line),
            };
            let is_right = says == expected;
            (!is_right).then(|| format!("{row}: {says}"))
        });
    assert_eq!(wrong.collect::<Vec<_>>(), [""; 0]);
}
