//! A configuration file, or the address of a database: see `tenancy_cli::fuzz`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    tenancy_cli::fuzz::configuration(data);
});
