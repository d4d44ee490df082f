//! The normalised model: what every provider's tenants are turned into.

mod decimal;
mod moment;
mod raw;
mod status;
mod status_detail;
mod tenant;

pub use decimal::Decimal;
pub use moment::Moment;
pub use raw::Raw;
pub use status::Status;
pub use status_detail::{StatusDetail, StatusWord};
pub use tenant::{Contact, Limits, Member, Money, Tenant};
