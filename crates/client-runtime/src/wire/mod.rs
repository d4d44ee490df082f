//! Types for what providers send and JSON Schema cannot express.

mod map;
mod open_enum;
mod or_false;
mod presence;
mod timestamp;

pub use map::Map;
pub use open_enum::OpenEnum;
pub use or_false::OrFalse;
pub use presence::Presence;
pub use timestamp::Timestamp;
