//! A filter or a sort key, and values: see `tenancy_cli::fuzz`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    tenancy_cli::fuzz::filter(data);
});
