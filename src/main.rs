//! The one binary: see `faisceau help`.

/// Reading a million rows is a few million small allocations, which the system's allocator spends a third of the time on.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    faisceau::cli::main()
}
