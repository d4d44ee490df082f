//! The workspace's own tasks.

pub mod codegen;
pub mod tasks;
