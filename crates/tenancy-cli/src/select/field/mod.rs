//! The fields that columns, filters and sort keys name: a tenant's and, with `--members`, a user's.
//!
//! Names are those of the JSON, with dots between levels.

mod definition;
mod known;
mod lookup;
mod number;
mod value;

pub(crate) use definition::{Field, Row, Style};
pub(crate) use number::Number;
pub(crate) use value::{Type, Value, instant};
