//! What endpoints answer from.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use dt_model::Dialect;

use crate::network::{Flow, Network};

/// A network as endpoints look it up, and the dialect in which they answer.
#[derive(Debug)]
pub(crate) struct Records {
    network: Arc<Network>,
    dialect: Dialect,
    recent: Recent,
}

impl Records {
    pub(crate) fn new(network: Arc<Network>, dialect: Dialect) -> Self {
        Self { network, dialect, recent: Recent::default() }
    }

    pub(crate) fn network(&self) -> &Network {
        &self.network
    }

    pub(crate) const fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// A device's traffic; what was asked for lately is at hand.
    pub(crate) fn traffic(&self, index: usize) -> Arc<Vec<Flow>> {
        self.recent.get(index, || self.network.traffic(index))
    }
}

/// The traffic of the last few devices: whoever asks about one asks several questions about it, the
/// next ones about those that are similar to it, and drawing it is most of the work of an answer.
#[derive(Debug, Default)]
struct Recent(Mutex<RecentTraffic>);

#[derive(Debug, Default)]
struct RecentTraffic {
    /// By the places of their devices, what was asked for last at the end.
    traffic: VecDeque<(usize, Arc<Vec<Flow>>)>,
    /// How many flows these are together.
    flows: usize,
}

impl Recent {
    /// A flow takes some 16 KB, and a device may have a few or hundreds of them. This is somewhat more than
    /// all devices of the network have that is there by default.
    const MOST_FLOWS: usize = 10_000;

    fn get(&self, index: usize, draw: impl FnOnce() -> Vec<Flow>) -> Arc<Vec<Flow>> {
        if let Some(found) = self.kept().find(index) {
            return found;
        }
        // Drawn without the lock: others need not wait, and drawing twice gives the same.
        let drawn = Arc::new(draw());
        self.kept().keep(index, &drawn);
        drawn
    }

    fn kept(&self) -> MutexGuard<'_, RecentTraffic> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RecentTraffic {
    fn find(&mut self, index: usize) -> Option<Arc<Vec<Flow>>> {
        let place = self.traffic.iter().position(|(known, _)| *known == index)?;
        let found = self.traffic.remove(place)?;
        let traffic = Arc::clone(&found.1);
        self.traffic.push_back(found);
        Some(traffic)
    }

    fn keep(&mut self, index: usize, traffic: &Arc<Vec<Flow>>) {
        self.flows += traffic.len();
        self.traffic.push_back((index, Arc::clone(traffic)));
        while self.flows > Recent::MOST_FLOWS
            && let Some((_, oldest)) = self.traffic.pop_front()
        {
            self.flows -= oldest.len();
        }
    }
}
