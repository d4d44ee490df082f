//! Accounts, their secrets and the database: where they are configured, and how they are opened.

pub(crate) mod account;
pub(crate) mod choose;
pub(crate) mod connect;
pub(crate) mod database;
pub(crate) mod demo;
mod environment;
pub(crate) mod file;
mod keyring;
pub(crate) mod kind;
mod passfile;
mod privacy;
mod secrets;
