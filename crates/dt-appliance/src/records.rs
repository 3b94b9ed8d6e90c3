//! What endpoints answer from.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

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
struct Recent(Mutex<VecDeque<(usize, Arc<Vec<Flow>>)>>);

impl Recent {
    /// All devices of the network that is there by default, which take some 140 MB.
    const MOST: usize = 256;

    fn get(&self, index: usize, draw: impl FnOnce() -> Vec<Flow>) -> Arc<Vec<Flow>> {
        if let Some(found) = self.find(index) {
            return found;
        }
        // Drawn without the lock: others need not wait, and drawing twice gives the same.
        let drawn = Arc::new(draw());
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() == Self::MOST {
            kept.pop_front();
        }
        kept.push_back((index, Arc::clone(&drawn)));
        drawn
    }

    fn find(&self, index: usize) -> Option<Arc<Vec<Flow>>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = kept.iter().position(|(known, _)| *known == index)?;
        let found = kept.remove(place)?;
        let traffic = Arc::clone(&found.1);
        kept.push_back(found);
        Some(traffic)
    }
}
