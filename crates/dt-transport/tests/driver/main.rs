//! Plans driven by both clients over a transport made by hand: no HTTP, and no time but what a test
//! lets pass. What a test waits for is an event; one that does not come leaves the test hanging.
#![expect(clippy::unwrap_used, reason = "these are tests, their helper functions too")]

mod answers;
mod appliance;
mod cancelled;
mod device_ended;
mod harness;
mod held_back;
mod hosts;
mod many_devices;
mod panicked;
mod part_refused;
mod together;
