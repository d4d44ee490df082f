//! Tests that records and envelope are the same however the bytes are cut.

use fastrand::Rng;

use super::*;
use crate::{SplitRecord, random};

/// The elements, the rest and whether the document is whole.
fn split(document: &[u8], chunk: usize) -> Result<(Vec<String>, String, bool), NotJson> {
    split_chunks(document.chunks(chunk), 32)
}

fn split_chunks<'a>(
    chunks: impl Iterator<Item = &'a [u8]>,
    largest: usize,
) -> Result<(Vec<String>, String, bool), NotJson> {
    let splitter = Splitter::with_bounds("items", largest, LARGEST_VALUES);
    split_with(splitter, chunks)
}

fn split_with<'a>(
    mut splitter: Splitter,
    chunks: impl Iterator<Item = &'a [u8]>,
) -> Result<(Vec<String>, String, bool), NotJson> {
    let mut batches = Vec::new();
    for bytes in chunks {
        batches.extend(splitter.push(bytes)?);
    }
    let mut elements = Vec::new();
    for batch in batches {
        elements.extend(batch.records().map(|record| match record {
            SplitRecord::Text(text) => text.into_owned(),
            SplitRecord::TooLarge(length) => format!("too large: {length}"),
        }));
    }
    let whole = matches!(splitter.state, State::End | State::NotObject);
    let rest = String::from_utf8_lossy(&splitter.envelope).into_owned();
    Ok((elements, rest, whole))
}

#[test]
fn elements_and_rest_come_apart_however_the_bytes_are_cut() {
    let document = r#" {"a":[{"items":[9]}],"it\u0065ms" : [ {"x":"]}\"\\"} ,7,"\"]", [1,[2]],null,{} ],"b":"}","n":-1.5e3} "#;
    let whole = split(document.as_bytes(), document.len()).unwrap();
    assert_eq!(
        whole.0,
        [
            r#"{"x":"]}\"\\"}"#,
            "7",
            r#""\"]""#,
            "[1,[2]]",
            "null",
            "{}"
        ]
    );
    assert_eq!(
        whole.1,
        r#" {"a":[{"items":[9]}],"it\u0065ms" : [],"b":"}","n":-1.5e3} "#
    );
    assert!(whole.2);
    for chunk in 1..document.len() {
        assert_eq!(split(document.as_bytes(), chunk).unwrap(), whole, "{chunk}");
    }
}

#[test]
fn the_array_may_be_further_inside_or_the_document_itself() {
    let nested = r#"{"items":[7],"a":{"x":{"items":[8]},"items":[1,{"items":[2]}],"y":3},"z":4}"#;
    let cases = [
        (
            "/a/items",
            nested,
            r#"{"items":[7],"a":{"x":{"items":[8]},"items":[],"y":3},"z":4}"#,
        ),
        ("", r#" [1,{"items":[2]}] "#, " [] "),
    ];
    for (place, document, rest) in cases {
        for chunk in 1..=document.len() {
            let chunks = document.as_bytes().chunks(chunk);
            let (elements, found, whole) = split_with(Splitter::new(place), chunks).unwrap();
            assert_eq!(elements, ["1", r#"{"items":[2]}"#], "{place}");
            assert_eq!((found.as_str(), whole), (rest, true));
        }
    }
    for (place, document, reason) in [
        ("/a/items", r#"{"a":[]}"#, "`/a/items` is not an array"),
        (
            "/a/items",
            r#"{"a":{"items":{}}}"#,
            "`/a/items` is not an array",
        ),
        ("/a/items", r#"{"a":{"b":[1]}}"#, "missing field `/a/items`"),
        ("", r#"{"a":[]}"#, "it is not an array"),
    ] {
        let mut splitter = Splitter::new(place);
        splitter.push(document.as_bytes()).unwrap();
        assert_eq!(
            splitter.finish().unwrap().no_list().unwrap(),
            reason,
            "{document}"
        );
    }
    let mut splitter = Splitter::new("/a/items");
    splitter.push(br#"{"n":5,"a":{"items":[{"#).unwrap();
    let before = splitter.envelope_before_records().unwrap().unwrap();
    assert_eq!(before.field::<u64>("n"), crate::Field::Value(5));
}

#[test]
fn a_byte_order_mark_before_the_document_is_skipped() {
    for document in ["\u{feff}{\"items\":[1,2],\"b\":3}", "\u{feff} []"] {
        for chunk in 1..=document.len() {
            let mut splitter = Splitter::new("items");
            let mut records = 0;
            for bytes in document.as_bytes().chunks(chunk) {
                let batches = splitter.push(bytes).unwrap();
                records += batches.iter().map(|b| b.records().len()).sum::<usize>();
            }
            let envelope = splitter.finish().unwrap();
            assert_eq!(records == 2, envelope.has_records(), "{chunk}");
            assert_eq!(envelope.field::<u8>("b").value().is_some(), records == 2);
        }
    }
    let misplaced = "{\u{feff}\"items\":[1]}";
    assert!(split(misplaced.as_bytes(), 4).is_err());
}

#[test]
fn a_quote_that_is_escaped_does_not_end_a_name() {
    let document = r#"{"\"items":[7],"\\":1,"a\\\"items":[8],"items":[9]}"#;
    for chunk in 1..=document.len() {
        let (elements, rest, whole) = split(document.as_bytes(), chunk).unwrap();
        assert_eq!(elements, ["9"], "{chunk}");
        assert_eq!(rest, document.replace('9', ""));
        assert!(whole);
    }
}

#[test]
fn an_element_that_is_too_large_is_dropped_and_no_other() {
    let long = format!(r#"{{"x":"{}"}}"#, "y".repeat(40));
    let document = format!(r#"{{"items":[{{"a":1}},{long},{{"b":2}}]}}"#);
    for chunk in 1..document.len() {
        let (elements, rest, _) = split(document.as_bytes(), chunk).unwrap();
        assert_eq!(elements, [r#"{"a":1}"#, "too large: 48", r#"{"b":2}"#]);
        assert_eq!(rest, r#"{"items":[]}"#);
    }
}

#[test]
fn what_is_cut_short_is_not_whole_and_what_is_no_json_is_told() {
    let document = r#"{"items":[{"a":1}],"b":2}"#;
    for end in 1..document.len() {
        let (_, _, whole) = split(&document.as_bytes()[..end], 3).unwrap();
        assert!(!whole, "{end}");
    }
    for broken in [
        r#"{"items":[{"a":1} {"b":2}]}"#,
        r#"{"items":[{"a":1},]}"#,
        r#"{"items":[,]}"#,
        r#"{"items":[,{"a":1}]}"#,
        r#"{"items":[{"a":1},,{"b":2}]}"#,
        r#"{"items" 1}"#,
        r#"{"items":[]}}"#,
    ] {
        assert!(split(broken.as_bytes(), 4).is_err(), "{broken}");
    }
}

/// A document with an array of random elements, of which some are broken.
fn random_document(rng: &mut Rng) -> Vec<u8> {
    let mut document = br#"{"before":{"items":[1]},"items":["#.to_vec();
    for at in 0..rng.usize(..20) {
        if at > 0 {
            random::comma(rng, &mut document);
        }
        random::value(rng, 1, &mut document);
    }
    document.extend_from_slice(br#"],"after":"#);
    random::value(rng, 0, &mut document);
    document.push(b'}');
    if rng.u8(..4) == 0 {
        let garbage = random::garbage(rng);
        let at = rng.usize(..document.len());
        let removed = at..rng.usize(at..document.len().min(at + 3));
        let length = rng.usize(..garbage.len().min(3) + 1);
        document.splice(removed, garbage[..length].iter().copied());
    }
    document
}

#[test]
fn random_documents_come_apart_as_they_do_byte_by_byte() {
    let mut met = [0; 2];
    for seed in 0..5_000 {
        let mut rng = Rng::with_seed(seed);
        let document = random_document(&mut rng);
        let (largest, largest_values) = (rng.usize(1..600), rng.usize(1..200));
        let splitter = || Splitter::with_bounds("items", largest, largest_values);
        let expected = split_with(splitter(), document.chunks(1));
        met[usize::from(expected.is_ok())] += 1;
        let chunks = random::cut(&mut rng, &document);
        for chunks in [chunks, vec![&document[..]]] {
            let split = split_with(splitter(), chunks.into_iter());
            assert_eq!(split, expected, "seed {seed}");
        }
    }
    assert!(met.iter().all(|times| *times > 100), "{met:?}");
}

#[test]
fn what_is_pushed_at_once_comes_in_batches() {
    let element = format!(r#"{{"x":"{}"}}"#, "y".repeat(1000));
    let document = format!(r#"{{"items":[{}]}}"#, [&element[..]; 500].join(","));
    let mut splitter = Splitter::new("items");
    let batches = splitter.push(document.as_bytes()).unwrap();
    let sizes: Vec<_> = batches.iter().map(|batch| batch.bytes().len()).collect();
    assert!(sizes.len() > 7, "{sizes:?}");
    assert!(
        sizes.iter().all(|size| *size < BATCH + element.len()),
        "{sizes:?}"
    );
}

#[test]
fn a_batch_has_few_records_however_short_they_are() {
    for element in ["{}", "1"] {
        let document = format!(r#"{{"items":[{}]}}"#, [element; 10_000].join(","));
        for chunk in [5, 32 * 1024] {
            let mut splitter = Splitter::new("items");
            let mut records = 0;
            for bytes in document.as_bytes().chunks(chunk) {
                for batch in splitter.push(bytes).unwrap() {
                    assert!(batch.records().len() <= MOST_RECORDS, "{element}");
                    records += batch.records().len();
                }
            }
            assert_eq!(records, 10_000, "{element}");
        }
    }
}

#[test]
fn values_beside_the_records_beyond_the_room_for_them_are_not_kept() {
    let long = "y".repeat(40);
    let document = format!(
        r#"{{"a":["{long}"],"b":"{long}","c":{{"{long}":1}},"d":[1],"items":[{{"e":"{long}"}}],"f":1{},"g":1}}"#,
        "1".repeat(40),
    );
    for chunk in 1..document.len() {
        let mut splitter = Splitter::with_bounds("items", LARGEST_RECORD, 40);
        for bytes in document.as_bytes().chunks(chunk) {
            splitter.push(bytes).unwrap();
        }
        let rest = r#"{"a":[[]],"b":[[]],"c":[[]],"d":[1],"items":[],"f":[[]],"g":[[]]}"#;
        let envelope = splitter.finish().unwrap();
        assert_eq!(envelope.text(), rest, "there is no room after the records");
        assert!(envelope.is_large());
    }
    let mut splitter = Splitter::new("items");
    splitter.push(document.as_bytes()).unwrap();
    let envelope = splitter.finish().unwrap();
    assert_eq!(envelope.text().len(), document.len() - 48);
    assert!(!envelope.is_large());
}

#[test]
fn values_that_are_not_kept_take_no_memory_and_count_for_the_largest_envelope() {
    let mut splitter = Splitter::new("items");
    splitter.push(br#"{"x":[0"#).unwrap();
    let numbers = ",0".repeat(16 * 1024);
    let pushed = (0..1000).take_while(|_| splitter.push(numbers.as_bytes()).is_ok());
    assert_eq!(pushed.count(), LARGEST_ENVELOPE.1 / numbers.len() - 1);
    assert!(splitter.envelope.capacity() < 3 * LARGEST_VALUES);
}

#[test]
fn white_space_between_records_without_end_is_refused() {
    for begin in [r#"{"items":["#, r#"{"items":[{}"#, r#"{"items":[{},"#] {
        let spaces = [b' '; 64 * 1024];
        let mut splitter = Splitter::new("items");
        splitter.push(begin.as_bytes()).unwrap();
        let pushed = (0..1000).take_while(|_| splitter.push(&spaces).is_ok());
        assert_eq!(pushed.count(), ENDLESS.1 as usize / spaces.len(), "{begin}");
    }
}

#[test]
fn an_envelope_of_names_without_end_is_refused() {
    let fields = br#""":0,"#.repeat(16 * 1024);
    let mut splitter = Splitter::new("items");
    splitter.push(b"{").unwrap();
    let pushed = (0..1000).take_while(|_| splitter.push(&fields).is_ok());
    assert!((1..=LARGEST_ENVELOPE.0 / fields.len()).contains(&pushed.count()));
}

#[test]
fn a_record_that_repair_makes_too_large_is_dropped_and_no_other() {
    let garbage = [0xff; LARGEST_RECORD / 10];
    let document = [&br#"{"items":[{"x":""#[..], &garbage, br#""},{"x":1}]}"#].concat();
    let batches = Splitter::new("items").push(&document).unwrap();
    let records: Vec<_> = batches.iter().flat_map(Batch::records).collect();
    assert!(matches!(records[0], SplitRecord::TooLarge(length) if length > LARGEST_RECORD as u64));
    assert_eq!(records[1], SplitRecord::Text(r#"{"x":1}"#.into()));
}
