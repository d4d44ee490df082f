//! The workspace's own tasks.

pub mod dist;
mod scaffold;
pub mod tasks;
