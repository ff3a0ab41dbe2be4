//! The program: parses the command line, runs the command and returns an exit code.
//! Everything else is in the library.

use std::fmt::Arguments;
use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use renown::cli::{Cli, CliError};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            complain(format_args!("cannot start: {error}"));
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(cli.run()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(CliError::Said) => ExitCode::FAILURE,
        Err(error) => {
            complain(format_args!("{error}"));
            ExitCode::FAILURE
        }
    }
}

/// Prints an error. Nothing can be done if that fails, as when the reader has gone.
fn complain(error: Arguments<'_>) {
    let _ = writeln!(std::io::stderr(), "renown: {error}");
}
