//! Types for what providers put on the wire and JSON Schema formats cannot say.

mod exact;
mod map;
mod open;
mod or_false;
mod record;
mod stated;
mod text;
mod timestamp;
mod usual;

pub use exact::Exact;
pub use map::Map;
pub use open::Open;
pub use or_false::OrFalse;
pub use record::{Decoded, Record, RecordError, Repair};
pub use stated::Stated;
pub use timestamp::Timestamp;

pub(crate) use record::without_values;
