//! The options of a generated crate: everything that decides about it except the document.

use serde::Deserialize;
use serde_json::Value;

use crate::files::Files;

/// All that [`generate`](crate::generate) takes beside the document.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The document's file name, which the overlay's `extends` should name.
    pub document_name: String,
    /// An OpenAPI Overlay 1.0: the corrections to the document.
    pub overlay: Option<Value>,
    /// The operations of the client. None named means all: those that cannot be sent are skipped with a warning, and are
    /// an error where they are named.
    pub operations: Vec<Selection>,
    /// Bodies of responses, by the names of their files.
    pub examples: Files,
    /// The crate's name, version and description.
    pub package: Package,
    /// Generates types as the document states them, nothing more tolerant.
    pub strict: bool,
    /// Refuses a value without a type; else it is a warning.
    pub checked: bool,
}

/// One operation to generate.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Selection {
    /// Its `operationId`, or `METHOD /path`.
    pub id: String,
    /// The property of the response that holds the list of records; `a.b` for one further inside, and nothing if the response is
    /// the list itself.
    pub records: Option<String>,
    /// How the list is paged: the request then has streams over its pages and items.
    #[serde(default)]
    pub paging: Option<Paging>,
    /// The files of [`Options::examples`] with which the client's mock answers; of a paged list, consecutive pages.
    #[serde(default)]
    pub examples: Vec<String>,
}

/// How a list is paged. The names are those of the provider's document; `a.b` is a field inside of another.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(untagged, deny_unknown_fields)]
pub enum Paging {
    /// By the number of the page: the list ends with an empty page.
    Number {
        /// The parameter with the number.
        page: String,
        /// The number of the first page; 1 if it is not given.
        first: Option<u64>,
    },
    /// By the number of items before the page: the list ends with an empty page.
    Offset {
        /// The parameter with the offset.
        offset: String,
    },
    /// By a cursor that the page before holds: the list ends with a page without one.
    Cursor {
        /// The parameter with the cursor.
        cursor: String,
        /// The field of the response with the next page's cursor.
        next: String,
    },
    /// By the identity of the last record of the page before: the list ends with a page that says so, or with an empty one.
    Key {
        /// The parameter with the identity.
        after: String,
        /// The field of a record with its identity.
        id: String,
        /// The field of the response that says whether more records follow, if it has one.
        more: Option<String>,
    },
    /// By an address that the page before holds: the list ends with a page without one.
    Address {
        /// The field of the response with the next page's address.
        address: String,
    },
    /// By an address in the `Link` header of the page before: the list ends with a page without one.
    Link {
        /// The relation of the next page's address, such as `next`.
        link: String,
    },
}

impl Paging {
    /// The parameter that names the page, unless an address does.
    pub(crate) fn parameter(&self) -> Option<&str> {
        match self {
            Self::Number { page: name, .. }
            | Self::Offset { offset: name }
            | Self::Cursor { cursor: name, .. }
            | Self::Key { after: name, .. } => Some(name),
            Self::Address { .. } | Self::Link { .. } => None,
        }
    }
}

impl Selection {
    /// Selects an operation by its `operationId` or as `METHOD /path`.
    pub fn new(id: &str) -> Self {
        Self {
            id: id.trim().to_owned(),
            records: None,
            paging: None,
            examples: Vec::new(),
        }
    }
}

/// What a crate is called and says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Package {
    /// The package's name, such as `acme-client`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The provider's name.
    pub title: String,
    /// One sentence for the registry.
    pub description: String,
    /// The licence, as an SPDX expression; without one, none is claimed.
    pub license: Option<String>,
    /// Where the document comes from, as the header of each file says it: `specs/acme/`.
    pub source: String,
    /// The path of `client-runtime` from the crate's folder.
    pub runtime: String,
    /// Whether the crate stands inside another workspace and must be one of its own.
    pub own_workspace: bool,
}

impl Package {
    pub(crate) fn header(&self) -> String {
        format!(
            "@generated by `cargo xtask codegen` from {}. Do not edit: change the spec or its overlay and run it again.",
            self.source
        )
    }

    /// The crate's name in code.
    pub(crate) fn ident(&self) -> String {
        self.name.replace('-', "_")
    }
}
