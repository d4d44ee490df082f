//! The workspace's own tasks.

pub mod bench;
pub mod codegen;
pub mod cost;
pub mod declared;
pub mod mutate_specs;
pub mod public_api;
pub mod dist;
mod scaffold;
pub mod tasks;
