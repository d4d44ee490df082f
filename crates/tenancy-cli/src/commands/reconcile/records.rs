//! Reads records: CSV with a header, ndjson, a JSON array, or the result of a query.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read};
use std::path::Path;

use serde_json::Value;
use serde_json::value::RawValue;

use tenancy_store::Address;

use super::record::{Columns, Place, Record};
use crate::commands::side::{LOCK_TIMEOUT, SQLITE, STDIN};
use crate::config::database;
use crate::exit::Failure;

/// Reads the records of a file, in the columns that `choose` chooses.
pub(super) fn read(
    path: &Path,
    choose: impl FnOnce(&Columns) -> Result<Vec<usize>, String>,
) -> Result<Vec<Record>, Failure> {
    let bytes = match path.to_str() {
        Some(STDIN) => read_stdin(),
        _ => fs::read(path),
    };
    let bytes = bytes.map_err(|error| {
        let path = path.display();
        Failure::usage(format!("cannot read {path}: {error}"))
    })?;
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
    let records = match text.trim_ascii_start().first() {
        _ if text.starts_with(SQLITE) => {
            Err("it is a database; add --query with the SELECT that reads the records".to_owned())
        }
        None => Err("it is empty; CSV begins with a header, even without records".to_owned()),
        Some(b'{' | b'[') => json(text, choose),
        Some(_) => csv(text, choose),
    };
    records.map_err(|why| Failure::usage(format!("{}: {why}", path.display())))
}

fn read_stdin() -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads the records that a query finds in a database, in the columns that `choose` chooses.
pub(super) fn select(
    address: &Address,
    query: &str,
    choose: impl FnOnce(&Columns) -> Result<Vec<usize>, String>,
) -> Result<Vec<Record>, Failure> {
    let table = tenancy_store::select(address, query, LOCK_TIMEOUT).map_err(database::failure)?;
    let columns = Columns {
        names: table.columns,
        are_ordered: true,
    };
    let chosen = choose(&columns).map_err(|why| Failure::usage(format!("{address}: {why}")))?;
    let rows = (1..).zip(table.rows);
    let records = rows.map(|(number, row)| {
        let cells = chosen.iter().map(|at| row[*at].iter().cloned().collect());
        Record {
            place: Place::Record(number),
            cells: cells.collect(),
        }
    });
    Ok(records.collect())
}

fn csv(
    text: &[u8],
    choose: impl FnOnce(&Columns) -> Result<Vec<usize>, String>,
) -> Result<Vec<Record>, String> {
    let delimiter = delimiter(text);
    check_quotes(text, delimiter)?;
    let mut reader = ::csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .from_reader(text);
    let names = reader.headers().map_err(|error| csv_error(&error, text))?;
    let columns = Columns {
        names: names.iter().map(|name| name.trim().to_owned()).collect(),
        are_ordered: true,
    };
    let chosen = choose(&columns)?;
    let mut records = Vec::new();
    let mut last = 1;
    for record in reader.records() {
        let record = record.map_err(|error| csv_error(&error, text))?;
        last = record
            .position()
            .map_or(last, |position| line(text, position));
        let cells = chosen.iter().map(|at| vec![record[*at].to_owned()]);
        records.push(Record {
            place: Place::Line(last),
            cells: cells.collect(),
        });
    }
    Ok(records)
}

/// The delimiter that is most frequent in the header: some programs write semicolons or tabs.
fn delimiter(text: &[u8]) -> u8 {
    let header = text.trim_ascii_start();
    let header = header
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let count = |delimiter: u8| header.iter().filter(|byte| **byte == delimiter).count();
    // The last of several with the same count.
    b"\t;,"
        .iter()
        .copied()
        .max_by_key(|delimiter| count(*delimiter))
        .unwrap_or(b',')
}

/// Checks that each quoted field ends before a delimiter or a line break: the reader would take what follows for a part of it, and
/// with it other records.
fn check_quotes(text: &[u8], delimiter: u8) -> Result<(), String> {
    const ADVICE: &str = "put a field with a quote in quotes, and double the quote in it";
    enum Within {
        Start,
        Plain,
        Quotes,
        Quote,
    }
    let (mut within, mut line, mut opened) = (Within::Start, 1_u64, 1);
    for byte in text {
        let ends = *byte == delimiter || matches!(byte, b'\r' | b'\n');
        within = match (within, byte) {
            (Within::Start, b'"') => {
                opened = line;
                Within::Quotes
            }
            (Within::Quotes, b'"') => Within::Quote,
            (Within::Quotes, _) | (Within::Quote, b'"') => Within::Quotes,
            (Within::Quote, _) if !ends => {
                return Err(format!(
                    "line {line}: text follows a quoted field; {ADVICE}"
                ));
            }
            _ if ends => Within::Start,
            _ => Within::Plain,
        };
        line += u64::from(*byte == b'\n');
    }
    match within {
        Within::Quotes => Err(format!("line {opened}: a quote is not closed; {ADVICE}")),
        _ => Ok(()),
    }
}

/// The line at which a record begins. Its position is before the line breaks in front of it.
fn line(text: &[u8], position: &::csv::Position) -> u64 {
    let start = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let breaks = text.get(start..).unwrap_or_default().iter();
    let breaks = breaks.take_while(|byte| matches!(byte, b'\r' | b'\n'));
    position.line() + breaks.filter(|byte| **byte == b'\n').count() as u64
}

fn csv_error(error: &::csv::Error, text: &[u8]) -> String {
    let line = error.position().map_or(1, |position| line(text, position));
    match error.kind() {
        ::csv::ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => {
            format!(
                "line {line}: the header has {expected_len} fields, and this record {len}; put a field with a comma in quotes"
            )
        }
        ::csv::ErrorKind::Utf8 { .. } => {
            format!("line {line}: not UTF-8; save the file as UTF-8")
        }
        _ => format!("line {line}: not CSV ({error})"),
    }
}

/// A record as it is in the file.
type Members<'a> = BTreeMap<Cow<'a, str>, &'a RawValue>;

fn json(
    text: &[u8],
    choose: impl FnOnce(&Columns) -> Result<Vec<usize>, String>,
) -> Result<Vec<Record>, String> {
    let malformed =
        |error: serde_json::Error| format!("not JSON objects, in an array or one a line ({error})");
    let records: Vec<Members<'_>> = if text.trim_ascii_start().starts_with(b"[") {
        serde_json::from_slice(text).map_err(malformed)?
    } else {
        let records = serde_json::Deserializer::from_slice(text).into_iter();
        records.collect::<Result<_, _>>().map_err(malformed)?
    };
    if records.is_empty() {
        return Ok(Vec::new());
    }
    let names: BTreeSet<&str> = records
        .iter()
        .flat_map(BTreeMap::keys)
        .map(Cow::as_ref)
        .collect();
    let columns = Columns {
        names: names.into_iter().map(str::to_owned).collect(),
        are_ordered: false,
    };
    let chosen = choose(&columns)?;
    (1..)
        .zip(&records)
        .map(|(number, record)| {
            let place = Place::Record(number);
            let cells = chosen.iter().map(|at| {
                let name = columns.names[*at].as_str();
                let value = record.get(name);
                value.map_or(Ok(Vec::new()), |value| texts(value)).map_err(|()| {
                    format!("{place}: `{name}` is neither text nor a number, nor a list of them; choose another column")
                })
            });
            Ok(Record {
                place,
                cells: cells.collect::<Result<_, _>>()?,
            })
        })
        .collect()
}

/// The texts of a value. A number is as it was written, with all its digits.
fn texts(value: &RawValue) -> Result<Vec<String>, ()> {
    let text = value.get();
    match text.as_bytes().first() {
        Some(b'"') => Ok(vec![serde_json::from_str(text).map_err(drop)?]),
        Some(b'[') => {
            let values: Vec<&RawValue> = serde_json::from_str(text).map_err(drop)?;
            if values.iter().any(|value| value.get().starts_with('[')) {
                return Err(());
            }
            let texts = values.into_iter().map(texts);
            Ok(texts.collect::<Result<Vec<_>, _>>()?.concat())
        }
        Some(b'{') => Err(()),
        _ => match serde_json::from_str(text).map_err(drop)? {
            Value::Null => Ok(Vec::new()),
            _ => Ok(vec![text.to_owned()]),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &[u8], names: &[&str]) -> Result<String, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        fs::write(&path, text).unwrap();
        let choose = |columns: &Columns| names.iter().map(|name| columns.position(name)).collect();
        let records = read(&path, choose).map_err(|failure| {
            let at = failure.message.find("f: ").unwrap();
            failure.message[at + 3..].to_owned()
        })?;
        let shown = records
            .iter()
            .map(|record| format!("{}: {:?}\n", record.place, record.cells));
        Ok(shown.collect())
    }

    #[test]
    fn csv_and_json_are_told_apart_by_their_content() {
        for (text, shown) in [
            (
                "\u{feff}b,a\n1,\"x,\ny\"\n2,\"\"\"\"\n",
                "line 2: [[\"x,\\ny\"], [\"1\"]]\nline 4: [[\"\\\"\"], [\"2\"]]\n",
            ),
            ("a;b\r\n x ;2\r\n", "line 2: [[\" x \"], [\"2\"]]\n"),
            ("a\tb\n1,5\t2", "line 2: [[\"1,5\"], [\"2\"]]\n"),
            ("a,b\n", ""),
            (
                "{\"a\":12345678901234567890123.10,\"b\":null}\n{\"b\":[\"x\",1,true]}\n",
                "record 1: [[\"12345678901234567890123.10\"], []]\nrecord 2: [[], [\"x\", \"1\", \"true\"]]\n",
            ),
            (
                " [{\"a\":\"\\n\",\"b\":1,\"c\":{}}]",
                "record 1: [[\"\\n\"], [\"1\"]]\n",
            ),
        ] {
            assert_eq!(
                read_text(text.as_bytes(), &["a", "b"]).as_deref(),
                Ok(shown),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        for (text, why) in [
            (
                &b""[..],
                "it is empty; CSV begins with a header, even without records",
            ),
            (
                b"a,b\n1,2\n3\n",
                "line 3: the header has 2 fields, and this record 1; put a field with a comma in quotes",
            ),
            (
                b"a,b\n1,2\n3,\xff\n",
                "line 3: not UTF-8; save the file as UTF-8",
            ),
            (
                b"a,b\n1,2\n3,\"4\n5,6\n",
                "line 3: a quote is not closed; put a field with a quote in quotes, and double the quote in it",
            ),
            (
                b"a,b\nA,\"1\nB,2\nC,\"x\nD,3\n",
                "line 4: text follows a quoted field; put a field with a quote in quotes, and double the quote in it",
            ),
            (
                b"a,c\n",
                "there is no column `b`; did you mean `a`? The known columns are a, c",
            ),
            (b"a,b,a\n", "two columns are named `a`; rename one of them"),
            (
                b"{\"a\":1,\"b\":2}\n{\"a\":",
                "not JSON objects, in an array or one a line (EOF while parsing a value at line 2 column 5)",
            ),
            (
                b"[1]",
                "not JSON objects, in an array or one a line (invalid type: integer `1`, expected a map at line 1 column 2)",
            ),
            (
                b"{\"a\":1,\"b\":2}\n{\"a\":{}}",
                "record 2: `a` is neither text nor a number, nor a list of them; choose another column",
            ),
            (
                b"{\"a\":[[]],\"b\":2}",
                "record 1: `a` is neither text nor a number, nor a list of them; choose another column",
            ),
        ] {
            let text_shown = String::from_utf8_lossy(text);
            assert_eq!(
                read_text(text, &["a", "b"]),
                Err(why.to_owned()),
                "{text_shown}"
            );
        }
    }
}
