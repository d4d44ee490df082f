//! Types for what providers put on the wire and JSON Schema formats cannot say.

mod fast_path;
mod map;
mod open_enum;
mod or_false;
mod presence;
mod raw_number;
mod record;
mod text;
mod timestamp;

pub use map::Map;
pub use open_enum::OpenEnum;
pub use or_false::OrFalse;
pub use presence::Presence;
pub use raw_number::RawNumber;
pub use record::{Decoded, OmittedField, Record, RecordError};
pub use timestamp::Timestamp;

pub(crate) use record::without_values;
