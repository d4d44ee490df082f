//! One record between others, at every provider: see `tenancy_fuzz::mapping`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    tenancy_fuzz::mapping::holds(data);
});
