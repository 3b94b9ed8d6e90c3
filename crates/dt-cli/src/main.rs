//! The program `dt`.

fn main() {}
