//! The normalised model that every provider's records are mapped to.

mod common_time;
mod contact;
mod decimal;
mod limits;
mod member;
mod moment;
mod money;
mod raw;
mod status;
mod status_word;
mod tenant;

pub use contact::Contact;
pub use decimal::Decimal;
pub use limits::Limits;
pub use member::Member;
pub use moment::Moment;
pub use money::Money;
pub use raw::Raw;
pub use status::Status;
pub use status_word::StatusWord;
pub use tenant::Tenant;
