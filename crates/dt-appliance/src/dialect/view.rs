//! A device's traffic as one question sees it: restricted, and on the grid it asks for.

use std::borrow::Cow;
use std::collections::BTreeMap;

use dt_model::DataType;

use super::question::Question;
use crate::network::{Device, Flow, Hour, Network};

/// What an hour counts for a data type.
pub(crate) const fn amount(hour: &Hour, data_type: DataType) -> u64 {
    match data_type {
        DataType::Connections => hour.connections,
        DataType::BytesOut => hour.sent,
        DataType::BytesIn => hour.received,
    }
}

/// A device of an answer: the one asked for, or one like it.
pub(crate) struct Subject<'a> {
    pub(crate) view: View<'a>,
    /// How like the one asked for, in percent.
    pub(crate) score: u8,
}

/// The flows a question is about, each in buckets of the width it asks for.
pub(crate) struct View<'a> {
    pub(crate) network: &'a Network,
    pub(crate) device: &'a Device,
    /// When each bucket begins, in seconds since the epoch.
    pub(crate) times: Vec<i64>,
    pub(crate) flows: Vec<Slice<'a>>,
}

/// A flow on the grid of a [`View`].
pub(crate) struct Slice<'a> {
    pub(crate) flow: &'a Flow,
    pub(crate) buckets: Cow<'a, [Hour]>,
}

impl Slice<'_> {
    pub(crate) fn sum(&self) -> Hour {
        sum(&self.buckets)
    }
}

impl<'a> View<'a> {
    /// The traffic of the device at `index`, as `question` restricts and groups it.
    pub(crate) fn new(
        network: &'a Network,
        index: usize,
        traffic: &'a [Flow],
        question: &Question,
    ) -> Self {
        let width = question.interval_hours.get();
        let window = network.window();
        let flows = traffic.iter().filter(|flow| question.wants(flow, network)).map(|flow| Slice {
            flow,
            buckets: if width == 1 {
                Cow::Borrowed(&flow.hours)
            } else {
                flow.hours.chunks(width).map(sum).collect()
            },
        });
        Self {
            network,
            device: network.device(index),
            times: (0..crate::network::Window::HOURS)
                .step_by(width)
                .map(|hour| window.time(hour))
                .collect(),
            flows: flows.collect(),
        }
    }

    /// What happened in a bucket, all flows together.
    pub(crate) fn bucket(&self, place: usize) -> Hour {
        let mut bucket = Hour::default();
        for slice in &self.flows {
            bucket.add(slice.buckets[place]);
        }
        bucket
    }

    /// The places of the buckets that an answer shows.
    pub(crate) fn shown(&self, question: &Question) -> impl Iterator<Item = usize> {
        let (data_type, all) = (question.data_type, question.show_all_graph_data);
        (0..self.times.len())
            .filter(move |&place| all || amount(&self.bucket(place), data_type) > 0)
    }

    /// What the flows for which there is a key amount to, by that key.
    pub(crate) fn sums<K: Ord>(
        &self,
        data_type: DataType,
        key: impl Fn(&'a Flow) -> Option<K>,
    ) -> BTreeMap<K, u64> {
        let mut sums = BTreeMap::new();
        for slice in &self.flows {
            if let Some(key) = key(slice.flow) {
                *sums.entry(key).or_default() += amount(&slice.sum(), data_type);
            }
        }
        sums
    }
}

fn sum(hours: &[Hour]) -> Hour {
    let mut sum = Hour::default();
    for hour in hours {
        sum.add(*hour);
    }
    sum
}

/// Largest first; what is equal keeps the order of its keys.
pub(crate) fn largest_first<K: Ord>(sums: BTreeMap<K, u64>) -> Vec<(K, u64)> {
    let mut sums: Vec<(K, u64)> = sums.into_iter().filter(|(_, amount)| *amount > 0).collect();
    sums.sort_by_key(|(_, amount)| std::cmp::Reverse(*amount));
    sums
}
