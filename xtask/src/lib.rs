//! The workspace's own tasks.

pub mod codegen;
pub mod cost;
mod scaffold;
pub mod tasks;
