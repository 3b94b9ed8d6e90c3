//! Reads a response in the documented dialect and does nothing with it: what `dt` is measured
//! against, from start to exit.

#[path = "../bench/plain.rs"]
mod plain;

fn main() {
    let path = std::env::args_os().nth(1).expect("a file");
    let bytes = std::fs::read(path).expect("a readable file");
    let response: plain::Documented = serde_json::from_slice(&bytes).expect("a response");
    std::hint::black_box(response);
}
