//! Compares tenancy with hand-written loops and plain serde_json, and prints the ratios.
//!
//! `cargo run --release -p bench` runs every case. The program starts itself as the server and as each subject: separate
//! processes have separate peak memory.

mod cases;
mod meter;
mod process;
mod server;
mod shape;
mod subjects;
mod table;

use std::io::{BufRead, stdin};
use std::path::Path;
use std::process::ExitCode;

use cases::{Case, Scale};
use clap::{Parser, Subcommand, ValueEnum};
use serde::de::DeserializeOwned;

/// Whatever went wrong: a measurement that fails ends the run.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Measure tenancy beside loops written by hand and plain serde_json.
#[derive(Parser)]
#[command(name = "bench", args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    child: Option<Child>,
    /// Run only this case; may be repeated.
    #[arg(long = "case", value_enum)]
    cases: Vec<Case>,
    /// Use small lists: shows that every subject runs and lists the same; the figures are meaningless.
    #[arg(long, conflicts_with = "write")]
    quick: bool,
    /// Lengths of the lists read over the wire.
    #[arg(long, value_name = "N[,N…]", value_delimiter = ',')]
    sizes: Option<Vec<u32>>,
    /// Runs of each subject; the median counts.
    #[arg(long, value_name = "N")]
    rounds: Option<usize>,
    /// Write the tables into BENCHMARKS.md.
    #[arg(long)]
    write: bool,
}

/// The processes that the program starts; each reads one line of JSON.
#[derive(Subcommand)]
#[command(hide = true)]
enum Child {
    Serve,
    Run,
}

fn main() -> ExitCode {
    // reqwest is built without a TLS provider. Failure means that one is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let arguments = Arguments::parse();
    let done = match arguments.child {
        Some(Child::Serve) => input().and_then(|plan| server::serve(&plan)),
        Some(Child::Run) => input().and_then(|run| {
            println!("{}", serde_json::to_string(&subjects::run(&run)?)?);
            Ok(())
        }),
        None => measure(arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("bench: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn measure(arguments: Arguments) -> Result<(), Failure> {
    let mut scale = if arguments.quick {
        Scale::quick()
    } else {
        Scale::full()
    };
    if let Some(sizes) = arguments.sizes {
        scale.sizes = sizes;
    }
    scale.rounds = arguments.rounds.unwrap_or(scale.rounds).max(1);
    let machine = process::machine()?;
    for case in Case::value_variants() {
        if !arguments.cases.is_empty() && !arguments.cases.contains(case) {
            continue;
        }
        let text = format!("{}\n{machine}\n", case.measure(&scale)?);
        println!("## {}\n\n{text}", case.name());
        if arguments.write {
            let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../BENCHMARKS.md");
            table::write(&document, &case.name(), &text)?;
        }
    }
    Ok(())
}

/// Reads what this process is to do.
fn input<T: DeserializeOwned>() -> Result<T, Failure> {
    let mut line = String::new();
    stdin().lock().read_line(&mut line)?;
    Ok(serde_json::from_str(&line)?)
}
