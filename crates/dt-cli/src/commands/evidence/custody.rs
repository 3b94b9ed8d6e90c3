//! Who has evidence made, where and how.

use dt_report::contract::Custody;
use dt_store::command_line;

use crate::commands::Context;

/// Options whose value is an address, which may hold a password. Tokens are never on a command line.
const ADDRESSES: [&str; 2] = ["--url", "--proxy"];

/// What this machine says of whoever runs the program on it.
pub(super) fn of(context: &Context<'_>, case: Option<String>) -> Custody {
    let host = gethostname::gethostname().to_string_lossy().into_owned();
    Custody {
        operator: context.account(),
        host: Some(host).filter(|host| !host.is_empty()),
        command: Some(command_line("dt", context.words.iter().skip(1), &ADDRESSES)),
        case,
    }
}
