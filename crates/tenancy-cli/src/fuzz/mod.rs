//! Properties that must hold for any configuration and any filter, checked by the fuzz targets and, on a bounded number of
//! inputs, by this crate's tests.

mod configuration;
mod filter;

pub use configuration::holds as configuration;
pub use filter::holds as filter;

#[cfg(test)]
mod tests;
