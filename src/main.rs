//! The program: parses the command line, runs the command and returns an exit code.
//! Everything else is in the library.

use std::io::Write;
use std::process::ExitCode;

use renown::cli::Cli;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let Err(error) = Cli::read().run() else {
        return ExitCode::SUCCESS;
    };
    if let Some(message) = error.message() {
        // Nothing can be done if that fails, as when the reader has gone.
        let _ = writeln!(std::io::stderr(), "{message}");
    }
    ExitCode::FAILURE
}
