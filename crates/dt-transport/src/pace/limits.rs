//! How many requests may be under way at once, and how many may begin in a second.

use std::num::NonZeroU32;
use std::time::Duration;

use super::bucket::TokenBucket;
use super::controller::Controller;

/// How many requests to one appliance may be under way at once, and how many may begin in a second.
///
/// | default | |
/// |---|---|
/// | under way at once | 4 |
/// | begun in a second | any |
///
/// No limit of appliances is documented; gateways before them answer 429. Four at once leave an
/// appliance, whose first task is another one, most of its time for that.
///
/// ```
/// use std::num::NonZeroU32;
///
/// use dt_transport::Limits;
///
/// let limits = Limits::new().in_flight(NonZeroU32::MIN).per_second(NonZeroU32::MIN);
/// assert_eq!(format!("{limits:?}"), "Limits { in_flight: 1, per_second: Some(1), burst: 1, is_careful: false }");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    in_flight: NonZeroU32,
    per_second: Option<NonZeroU32>,
    burst: NonZeroU32,
    is_careful: bool,
}

impl Default for Limits {
    fn default() -> Self {
        const FOUR: NonZeroU32 = NonZeroU32::new(4).unwrap();
        Self { in_flight: FOUR, per_second: None, burst: NonZeroU32::MIN, is_careful: false }
    }
}

impl Limits {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// At most this many requests under way at once.
    #[must_use]
    pub fn in_flight(self, in_flight: NonZeroU32) -> Self {
        Self { in_flight, ..self }
    }

    /// At most this many requests begun in a second, in the long run.
    #[must_use]
    pub fn per_second(self, per_second: NonZeroU32) -> Self {
        Self { per_second: Some(per_second), ..self }
    }

    /// At most this many requests begun in a second, unless a number is set.
    #[must_use]
    pub fn or_per_second(self, per_second: NonZeroU32) -> Self {
        Self { per_second: self.per_second.or(Some(per_second)), ..self }
    }

    /// How many requests may begin in a second; `None` if any number may.
    #[must_use]
    pub fn rate(self) -> Option<u32> {
        self.per_second.map(NonZeroU32::get)
    }

    /// At most this many requests begun at once, after a pause that made room for them; 1 unless told
    /// otherwise. It matters only with [`per_second`](Self::per_second).
    #[must_use]
    pub fn burst(self, burst: NonZeroU32) -> Self {
        Self { burst, ..self }
    }

    /// Begins with one request at a time and half the rate, goes up to the limits as answers come, and halves both
    /// when the appliance refuses a request for being one too many. Where answers take twice as long as the first of
    /// their kind did, fewer requests are under way at once. For very many requests.
    #[must_use]
    pub fn careful(self) -> Self {
        Self { is_careful: true, ..self }
    }

    pub(super) fn controller(self) -> Option<Controller> {
        self.is_careful.then(|| Controller::new(self.window()))
    }

    pub(super) fn window(self) -> usize {
        usize::try_from(self.in_flight.get()).unwrap_or(usize::MAX)
    }

    pub(super) fn bucket(self) -> Option<TokenBucket> {
        let interval = Duration::from_secs(1) / self.per_second?.get();
        Some(TokenBucket::new(interval, self.burst))
    }
}
