//! Reads the configuration: accounts, their secrets and the database.

pub(crate) mod account;
pub(crate) mod accounts;
mod command;
pub(crate) mod database;
mod demo;
pub(crate) mod file;
mod keyring;
mod passfile;
pub(crate) mod permissions;
mod secrets;
pub(crate) mod shard;
mod text_file;
