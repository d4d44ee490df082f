//! One record between others, at every provider: see `record_stream_fuzz::mapping`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    record_stream_fuzz::mapping::holds(data);
});
