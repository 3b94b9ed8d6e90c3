//! Ending what runs, from wherever it was started.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use event_listener::{Event, EventListener, Listener};

/// Says that what runs should end: nothing further is asked, and every wait is over at once.
///
/// Clones are the same: one is handed to what runs, another one kept. What is in flight is let finish,
/// but not tried again.
///
/// ```
/// use dt_transport::Cancel;
///
/// let cancel = Cancel::new();
/// let handed_on = cancel.clone();
/// cancel.cancel();
/// assert!(handed_on.is_cancelled());
/// ```
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    cancelled: AtomicBool,
    ended: Arc<Event>,
    /// What waits for something else as well, and has to be woken, too.
    wakes: Mutex<Vec<Weak<Event>>>,
    /// What ends this as well.
    parent: Option<Cancel>,
}

impl Cancel {
    /// Nothing is cancelled yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends what runs.
    pub fn cancel(&self) {
        self.0.cancelled.store(true, Ordering::SeqCst);
        self.0.ended.notify(usize::MAX);
        let wakes = self.0.wakes.lock().unwrap_or_else(PoisonError::into_inner);
        for event in wakes.iter().filter_map(Weak::upgrade) {
            event.notify(usize::MAX);
        }
    }

    /// Whether it was said to end.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.cancelled.load(Ordering::SeqCst)
            || self.0.parent.as_ref().is_some_and(Self::is_cancelled)
    }

    /// One that can end a part of what runs, and ends with the whole.
    #[must_use]
    pub fn child(&self) -> Self {
        let inner = Inner { parent: Some(self.clone()), ..Inner::default() };
        self.wakes(&inner.ended);
        Self(Arc::new(inner))
    }

    /// Waits by blocking the thread, for this long or until it is said to end, and says whether it was.
    #[must_use]
    pub fn wait(&self, time: Duration) -> bool {
        let listener = self.listen();
        self.is_cancelled() || listener.wait_timeout(time).is_some() || self.is_cancelled()
    }

    /// Waits without blocking until it is said to end, on whichever runtime.
    pub async fn cancelled(&self) {
        loop {
            let listener = self.listen();
            if self.is_cancelled() {
                return;
            }
            listener.await;
        }
    }

    /// Is notified when it is said to end. Whoever listens asks [`is_cancelled`](Self::is_cancelled)
    /// after that, and before it waits.
    pub(crate) fn listen(&self) -> EventListener {
        self.0.ended.listen()
    }

    /// Wakes whoever listens to `event` as well.
    pub(crate) fn wakes(&self, event: &Arc<Event>) {
        if let Some(parent) = &self.0.parent {
            parent.wakes(event);
        }
        let mut wakes = self.0.wakes.lock().unwrap_or_else(PoisonError::into_inner);
        wakes.retain(|known| known.strong_count() > 0);
        if !wakes.iter().any(|known| std::ptr::eq(known.as_ptr(), Arc::as_ptr(event))) {
            wakes.push(Arc::downgrade(event));
        }
    }
}
