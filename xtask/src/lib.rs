//! The workspace's own tasks.

pub mod bench;
pub mod declared;
pub mod dist;
pub mod mutate_specs;
pub mod public_api;
mod scaffold;
pub mod tasks;
