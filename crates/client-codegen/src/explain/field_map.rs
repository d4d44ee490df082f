//! Reads which field of the model each field of a provider's response feeds.

use std::collections::BTreeMap;

use super::facts::Place;

/// The field-coverage snapshot of a provider, which the tests derive from its mapping.
#[derive(Clone, Debug, Default)]
pub struct FieldMap {
    envelope: BTreeMap<String, Vec<String>>,
    record: BTreeMap<String, Vec<String>>,
    /// The lines of the snapshot, by field, of the page and of a record.
    lines: [BTreeMap<String, String>; 2],
}

impl FieldMap {
    /// Reads a snapshot: under `The page:` and `A record in …:`, each line has a field, its type and what it feeds.
    #[must_use]
    pub fn parse(snapshot: &str) -> Self {
        let mut map = Self::default();
        let mut in_record = false;
        for line in snapshot.lines() {
            if line.starts_with("A record in ") {
                in_record = true;
            }
            let mut columns = line
                .split("  ")
                .map(str::trim)
                .filter(|text| !text.is_empty());
            let (Some(field), Some(_), Some(moves)) =
                (columns.next(), columns.next(), columns.next())
            else {
                continue;
            };
            let moves = match moves.starts_with("unmapped") {
                true => Vec::new(),
                false => moves.split(", ").map(str::to_owned).collect(),
            };
            let fields = match in_record {
                true => &mut map.record,
                false => &mut map.envelope,
            };
            fields.insert(field.to_owned(), moves);
            map.lines[usize::from(in_record)].insert(field.to_owned(), line.to_owned());
        }
        map
    }

    /// The line of the snapshot on a field.
    pub(super) fn line(&self, place: &Place) -> Option<&str> {
        let [page, record] = &self.lines;
        let line = match place {
            Place::Envelope(field) => page.get(field),
            Place::Record(field) => record.get(field),
            _ => None,
        };
        line.map(String::as_str)
    }

    /// What a field of a record feeds: nothing if it is unmapped or new.
    pub(super) fn of_record(&self, field: &str) -> &[String] {
        self.record
            .get(field)
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    /// What a field of the page feeds.
    pub(super) fn of_envelope(&self, field: &str) -> &[String] {
        self.envelope
            .get(field)
            .map(Vec::as_slice)
            .unwrap_or_default()
    }
}
