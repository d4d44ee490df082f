//! The measured program, as its users would build it.

use std::process::ExitCode;

fn main() -> ExitCode {
    tenancy_bench::main(None)
}
