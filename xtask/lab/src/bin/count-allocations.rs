//! How often reading a response in the documented dialect asks for memory, and how much it holds at
//! once, in KiB. A program of its own, since every allocation of it is counted.

#[path = "../bench/responses.rs"]
mod responses;

use std::hint::black_box;

use dt_model::{DataType, DeviceInfo};

#[expect(clippy::print_stdout, reason = "this is its answer")]
fn main() {
    let responses =
        [responses::documented(), responses::appliance(responses::BUCKETS, responses::SIMILAR)];
    for json in responses {
        let counted = allocation_counter::measure(|| {
            let read = DeviceInfo::from_slice_as(json.as_bytes(), DataType::Connections);
            drop(black_box(read.expect("a response")));
        });
        println!("{} {}", counted.count_total, counted.bytes_max / 1024);
    }
}
