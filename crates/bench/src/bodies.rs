//! The bodies of a list in one file, and the index that says which request each is the answer to.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::Deserializer;

use crate::Failure;

/// Where a body is in the file.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub(crate) struct Place {
    pub(crate) offset: u64,
    pub(crate) length: u64,
    /// How far into the body its first record reaches; the whole body where it has no record.
    pub(crate) first_record: u64,
}

#[derive(Debug, Default, Deserialize, Serialize)]
struct Index {
    /// By what the request asked for.
    places: HashMap<String, Place>,
    /// The bodies that make up the whole list, in order.
    list: Vec<Place>,
}

/// The name of a request's answer: its query without the page's size, in a fixed order.
pub(crate) fn key(query: &str) -> String {
    let mut pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
        .filter(|(name, _)| !matches!(name.as_ref(), "limit" | "size"))
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    pairs.sort();
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

/// Writes bodies into a file.
pub(crate) struct Writer {
    file: BufWriter<File>,
    path: PathBuf,
    at: u64,
    index: Index,
}

impl Writer {
    pub(crate) fn create(path: &Path) -> Result<Self, Failure> {
        Ok(Self {
            file: BufWriter::new(File::create(path)?),
            path: path.to_owned(),
            at: 0,
            index: Index::default(),
        })
    }

    /// Adds the answer to a request. `of_list` says whether it is one of those that make up the whole list.
    pub(crate) fn add(&mut self, query: &str, body: &[u8], of_list: bool) -> Result<(), Failure> {
        self.file.write_all(body)?;
        let place = Place {
            offset: self.at,
            length: body.len() as u64,
            first_record: first_record(body).unwrap_or(body.len()) as u64,
        };
        self.at += place.length;
        self.index.places.insert(key(query), place);
        if of_list {
            self.index.list.push(place);
        }
        Ok(())
    }

    /// Writes what is left and the index.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        self.file.flush()?;
        fs::write(index_path(&self.path), serde_json::to_vec(&self.index)?)?;
        Ok(())
    }
}

/// Bodies that were written before.
pub(crate) struct Bodies {
    file: File,
    index: Index,
}

impl Bodies {
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        Ok(Self {
            file: File::open(path)?,
            index: serde_json::from_slice(&fs::read(index_path(path))?)?,
        })
    }

    /// Where the answer to a request is.
    pub(crate) fn find(&self, query: &str) -> Option<Place> {
        self.index.places.get(&key(query)).copied()
    }

    pub(crate) fn read_at(&self, buffer: &mut [u8], offset: u64) -> Result<(), Failure> {
        Ok(self.file.read_exact_at(buffer, offset)?)
    }

    /// The bodies of the whole list, in order.
    pub(crate) fn list(&self) -> Result<Vec<Vec<u8>>, Failure> {
        self.index
            .list
            .iter()
            .map(|place| self.read(*place))
            .collect()
    }

    /// All bodies, by what the request asks for.
    pub(crate) fn answers(&self) -> Result<HashMap<String, Vec<u8>>, Failure> {
        let places = self.index.places.iter();
        places
            .map(|(key, place)| Ok((key.clone(), self.read(*place)?)))
            .collect()
    }

    fn read(&self, place: Place) -> Result<Vec<u8>, Failure> {
        let mut body = vec![0; usize::try_from(place.length)?];
        self.read_at(&mut body, place.offset)?;
        Ok(body)
    }
}

fn index_path(path: &Path) -> PathBuf {
    path.with_extension("index.json")
}

/// How far into a body its first record reaches.
fn first_record(body: &[u8]) -> Option<usize> {
    let names = ["\"organizations\":[", "\"items\":[", "\"sub_accounts\":["];
    let head = &body[..body.len().min(4096)];
    let begin = names.iter().find_map(|name| {
        let at = head
            .windows(name.len())
            .position(|text| text == name.as_bytes())?;
        Some(at + name.len())
    })?;
    let mut records = Deserializer::from_slice(&body[begin..]).into_iter::<IgnoredAny>();
    records.next()?.ok()?;
    Some(begin + records.byte_offset())
}
