//! The early end of a wait.

use std::time::Duration;

use event_listener::{EventListener, Listener};

/// What ends a wait of a [`Clock`](crate::Clock) early: a [`Cancel`](crate::Cancel).
pub struct Wake(pub(super) EventListener);

impl Wake {
    /// Blocks the thread for this long by the system's clock, or until what it waits for is cancelled.
    pub fn wait_timeout(self, time: Duration) {
        self.0.wait_timeout(time);
    }
}
