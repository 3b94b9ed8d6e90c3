//! First looks at several devices by the answers about one: each tells of the devices that are similar to it, too.

use std::collections::HashMap;

use dt_model::{Device, DeviceId};
use dt_transport::Transport;

use super::SiteProgress;
use super::site::{Round, SiteSweep};
use crate::SweepError;

/// So many devices are asked about without and with similar ones, before it is known what is faster: about twenty
/// requests each, after as many in which the pace finds itself.
const TRIED: usize = 7;

/// So many are asked about before it is looked which are left.
const BATCH: usize = 20;

impl<T: Transport> SiteSweep<'_, T> {
    /// Looks at devices, each together with those of its similar ones that nobody has told of yet. It goes on like
    /// that only if it takes less time a device; otherwise each device is asked about.
    pub(super) fn cover(
        &self,
        due: Vec<Device>,
        similar: u32,
    ) -> Result<Option<SweepError>, dt_lake::Error> {
        let all = due.len();
        let mut waiting: HashMap<DeviceId, Device> =
            due.iter().filter_map(|device| Some((device.did?, device.clone()))).collect();
        let mut order = due.into_iter().filter_map(|device| device.did);
        let mut next = |waiting: &mut HashMap<DeviceId, Device>, most: usize| -> Vec<Device> {
            order.by_ref().filter_map(|did| waiting.remove(&did)).take(most).collect()
        };
        let (mut speeds, mut size) = (Vec::new(), TRIED);
        loop {
            let is_plain = speeds.len() < 2;
            let (left, began) = (waiting.len(), (self.sweep.now)());
            let some = next(&mut waiting, size);
            if some.is_empty() || self.sweep.is_over() {
                return Ok(None);
            }
            let round = Round::Covering(if is_plain { 0 } else { similar }, &mut waiting);
            if let Some(error) = self.ask_all(some, round)? {
                return Ok(Some(error));
            }
            (self.sweep.progress)(
                self.site.name,
                SiteProgress::FirstLook { done: all - waiting.len(), all },
            );
            let seconds = (self.sweep.now)().duration_since(began).as_secs_f64();
            speeds.push(seconds / (left - waiting.len()) as f64);
            if let [_, plain, covered] = speeds[..] {
                if covered >= plain {
                    (self.sweep.warn)(&format!(
                        "{}: similar devices are not asked for with first looks: that takes {covered:.2} s a device, \
                         and {plain:.2} s without",
                        self.site.name
                    ));
                    let rest = next(&mut waiting, usize::MAX);
                    return self.ask_all(rest, Round::FirstLook);
                }
                size = BATCH;
            }
        }
    }
}
