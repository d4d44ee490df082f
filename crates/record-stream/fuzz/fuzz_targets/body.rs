//! The body of a list, cut anywhere, at every provider: see `record_stream_fuzz::body`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    record_stream_fuzz::body::holds(data);
});
