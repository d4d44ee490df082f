//! The normalised model: what every provider's tenants are turned into.

mod decimal;
mod moment;
mod raw;
mod status;
mod tenant;

pub use decimal::Decimal;
pub use moment::Moment;
pub use raw::Raw;
pub use status::Status;
pub use tenant::{Contact, Limits, Member, Money, StatusWord, Tenant};
