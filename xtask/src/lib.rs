//! The workspace's own tasks.

pub mod bench;
pub mod codegen;
pub mod cost;
pub mod public_api;
mod scaffold;
pub mod tasks;
