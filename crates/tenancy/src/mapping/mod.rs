//! The machinery that the providers share: it sends a provider's list call, reads the envelope and decodes each record, and calls the
//! provider's [`Mapping`] for what only the provider knows.

mod address;
mod assumed_zone;
mod descriptor;
mod endpoint;
mod field_name;
mod field_value;
mod hints;
mod mapper;
mod never_null;
mod normaliser;
mod parent_id;
mod read_page;
mod reader;
mod regions;
#[cfg(test)]
mod tests;
mod words;

pub use assumed_zone::AssumedZone;
pub use descriptor::{CredentialField, Descriptor, OptionField, Settings};
pub use endpoint::{Endpoint, connected};
pub use mapper::{Mapper, Mapping, NoTenant, Refusal};
pub use normaliser::Normaliser;
pub use parent_id::ParentId;
pub use regions::Regions;
