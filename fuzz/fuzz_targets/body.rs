//! The body of a list, cut anywhere, at every provider: see `tenancy_fuzz::body`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    tenancy_fuzz::body::holds(data);
});
