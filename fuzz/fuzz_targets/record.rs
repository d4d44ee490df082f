//! One record, as a raw client decodes it: see `tenancy_fuzz::record`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    tenancy_fuzz::record::holds(data);
});
