//! What the extended analyses say, and what they decline to say.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod alerts;
mod answers;
mod bad_input;
mod balance;
mod difference;
mod direction;
mod exclusions;
mod external;
mod findings;
mod ids;
mod mix;
mod novelty;
mod outlook;
mod peer_bytes;
mod plan;
mod priority;
mod refused_parts;
mod regularity;
mod rules;
mod unlike_answers;
