//! The workspace's own tasks.

pub mod bench;
pub mod codegen;
pub mod cost;
mod scaffold;
pub mod tasks;
