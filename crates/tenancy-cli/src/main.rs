//! The command `tenancy`: lists every child tenant of every reseller account.

fn main() -> std::process::ExitCode {
    tenancy_cli::main()
}
