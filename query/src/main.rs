//! `dt-query`: the program behind `dt query`.

use std::process::ExitCode;

fn main() -> ExitCode {
    dt_query::cli::run()
}
