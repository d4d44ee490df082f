//! The workspace's own tasks.

pub mod codegen;
pub mod dist;
pub mod error;
pub mod explain;
pub mod scaffold;
mod tree;
