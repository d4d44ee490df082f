//! One record, as a raw client decodes it: see `record_stream_fuzz::record`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    record_stream_fuzz::record::holds(data);
});
