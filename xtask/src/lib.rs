//! The workspace's own tasks.

pub mod dist;
pub mod scaffold;
pub mod tasks;
