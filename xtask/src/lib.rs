//! The workspace's own tasks.

pub mod bench;
pub mod dist;
mod scaffold;
pub mod tasks;
