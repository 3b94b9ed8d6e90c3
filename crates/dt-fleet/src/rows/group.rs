//! A group of devices that do the same work.

use serde::{Deserialize, Serialize};

use super::PortShare;

/// A group of one run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GroupRow {
    /// Its number, by which devices name it.
    pub group: i32,
    /// Its most frequent type and its largest ports.
    pub name: String,
    /// How many devices are in it.
    pub devices: u32,
    /// Its ports with their mean shares, the largest first.
    pub ports: Vec<PortShare>,
    /// How well it is separated from the others, from -1 to 1.
    pub silhouette: f64,
    /// The share of its connections in each hour of the day, UTC.
    pub typical_hours: Vec<f64>,
}
