//! The 200 body of a list call: its properties in order, its records, and its text in pieces.

use std::sync::Arc;

use crate::cursor::Cursor;
use crate::generate::Maker;
use crate::population::{Entry, Start};
use crate::record::{Fields, quote};

/// A body of one list call, before it is written; [`Fault::page`](crate::Fault::page) may change it.
#[derive(Clone, Debug)]
pub struct Page {
    fields: Vec<(String, Field)>,
    records: Records,
    layers: Option<LayersPlace>,
}

#[derive(Clone, Debug)]
enum Field {
    Json(String),
    Records,
}

#[derive(Clone, Debug)]
enum Records {
    Lazy {
        entries: Arc<Vec<Entry>>,
        maker: Arc<Maker>,
    },
    Texts(Vec<String>),
}

/// What a cursor of this page's list is made from.
#[derive(Clone, Debug)]
pub(crate) struct LayersPlace {
    pub(crate) sent: Option<String>,
    pub(crate) here: Cursor,
}

/// Pieces of a long body have about this size.
const PIECE: usize = 64 * 1024;

impl Page {
    pub(crate) fn new(entries: Arc<Vec<Entry>>, maker: Arc<Maker>) -> Self {
        Self {
            fields: Vec::new(),
            records: Records::Lazy { entries, maker },
            layers: None,
        }
    }

    pub(crate) fn with(mut self, name: &str, json: impl ToString) -> Self {
        self.append(name, json);
        self
    }

    pub(crate) fn with_list(mut self, name: &str) -> Self {
        self.fields.push((name.to_owned(), Field::Records));
        self
    }

    pub(crate) fn with_place(mut self, place: LayersPlace) -> Self {
        self.layers = Some(place);
        self
    }

    /// The JSON text of a property; `None` for the list itself and for what is absent.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().find_map(|(key, field)| match field {
            Field::Json(json) if key == name => Some(json.as_str()),
            _ => None,
        })
    }

    /// Sets a property to the JSON text `json`, in its place or, where it is absent, at the end. On the list's name it puts that
    /// text in the place of the list.
    pub fn set(&mut self, name: &str, json: impl ToString) {
        match self.fields.iter_mut().find(|(key, _)| key == name) {
            Some((_, field)) => *field = Field::Json(json.to_string()),
            None => self.append(name, json),
        }
    }

    /// Adds a property at the end, also when one of that name is there already.
    pub fn append(&mut self, name: &str, json: impl ToString) {
        self.fields
            .push((name.to_owned(), Field::Json(json.to_string())));
    }

    /// Takes a property out.
    pub fn remove(&mut self, name: &str) {
        self.fields.retain(|(key, _)| key != name);
    }

    /// Puts a property last: e.g. the list, so that all totals stand before it.
    pub fn move_last(&mut self, name: &str) {
        if let Some(at) = self.fields.iter().position(|(key, _)| key == name) {
            let field = self.fields.remove(at);
            self.fields.push(field);
        }
    }

    /// The records of this body as JSON texts, to be changed.
    pub fn records(&mut self) -> &mut Vec<String> {
        if let Records::Lazy { entries, maker } = &self.records {
            self.records =
                Records::Texts(entries.iter().map(|entry| maker.record(entry)).collect());
        }
        match &mut self.records {
            Records::Texts(texts) => texts,
            Records::Lazy { .. } => unreachable!("made texts above"),
        }
    }

    pub(crate) fn len(&self) -> usize {
        match &self.records {
            Records::Lazy { entries, .. } => entries.len(),
            Records::Texts(texts) => texts.len(),
        }
    }

    /// Each record twice in a row.
    pub(crate) fn duplicate_records(&mut self) {
        let records = self.records();
        *records = records
            .iter()
            .flat_map(|text| [text.clone(), text.clone()])
            .collect();
    }

    /// The first property twice, in the body and in each record that is an object.
    pub(crate) fn duplicate_keys(&mut self) {
        if let Some((name, json)) = self
            .fields
            .iter()
            .rev()
            .find_map(|(key, field)| match field {
                Field::Json(json) => Some((key.clone(), json.clone())),
                Field::Records => None,
            })
        {
            self.append(&name, json);
        }
        for record in self.records() {
            if let Some(mut fields) = Fields::parse(record) {
                fields.0.extend(fields.0.first().cloned());
                *record = fields.to_text();
            }
        }
    }

    /// No records; at Layers with a cursor to the very place of this page, so that nothing is lost to a client that goes on.
    pub(crate) fn empty_with_next(&mut self) {
        self.records().clear();
        if let Some(place) = &self.layers {
            let again = Cursor {
                again: place.here.again + 1,
                ..place.here
            };
            self.set("nextCursor", quote(&again.encode()));
        }
    }

    /// Layers: the next cursor is the one that was sent, or on the first page a cursor to the first page.
    pub(crate) fn repeat_cursor(&mut self) {
        if let Some(place) = &self.layers {
            let cursor = place.sent.clone().unwrap_or_else(|| place.here.encode());
            self.set("nextCursor", quote(&cursor));
        }
    }

    /// Layers: the next cursor leads to the n-th match.
    pub(crate) fn next_cursor_to(&mut self, offset: usize) {
        if let Some(place) = &self.layers {
            let cursor = Cursor {
                start: Start::Offset(offset),
                again: 0,
                ..place.here
            };
            self.set("nextCursor", quote(&cursor.encode()));
        }
    }

    /// The body's text in pieces, each record written when its piece is asked for.
    pub(crate) fn into_pieces(self) -> impl Iterator<Item = Vec<u8>> + Send + 'static {
        let Self {
            fields, records, ..
        } = self;
        let count = fields.len();
        let mut at = 0;
        let mut next_record = 0;
        let mut in_list = false;
        std::iter::from_fn(move || {
            let mut piece = String::with_capacity(PIECE / 4);
            while piece.len() < PIECE {
                if in_list {
                    in_list = records.write(next_record, &mut piece);
                    next_record += 1;
                    if !in_list {
                        piece.push(']');
                        at += 1;
                    }
                } else if at < count {
                    let (name, field) = &fields[at];
                    piece.push(if at == 0 { '{' } else { ',' });
                    piece.push_str(&quote(name));
                    piece.push(':');
                    match field {
                        Field::Json(json) => {
                            piece.push_str(json);
                            at += 1;
                        }
                        Field::Records => {
                            piece.push('[');
                            in_list = true;
                            next_record = 0;
                        }
                    }
                } else if at == count {
                    piece.push_str(if count == 0 { "{}" } else { "}" });
                    at += 1;
                } else {
                    break;
                }
            }
            (!piece.is_empty()).then(|| piece.into_bytes())
        })
    }
}

impl Records {
    /// Appends the n-th record; false when there is none.
    fn write(&self, number: usize, text: &mut String) -> bool {
        let there = match self {
            Self::Lazy { entries, .. } => number < entries.len(),
            Self::Texts(texts) => number < texts.len(),
        };
        if there {
            if number > 0 {
                text.push(',');
            }
            match self {
                Self::Lazy { entries, maker } => maker.write(&entries[number], text),
                Self::Texts(texts) => text.push_str(&texts[number]),
            }
        }
        there
    }
}
