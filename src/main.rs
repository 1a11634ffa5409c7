//! The one binary: see `faisceau help`.

fn main() -> std::process::ExitCode {
    faisceau::cli::main()
}
