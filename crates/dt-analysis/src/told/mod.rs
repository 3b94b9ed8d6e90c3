//! What analyses found, as it is told: the intervals that are reported of all that were judged, what is
//! new of all that is known, each with the sentence about it. Objects of the output contract hold it as it
//! is here.

mod change;
mod compare;
mod counts;
mod direction;
mod exclusion;
mod extended;
mod novelty;
mod rows;

pub use change::ChangeRow;
pub use compare::{Anomaly, BytesRow, Comparison, OtherBytes};
pub use counts::{Counts, FirstActivity, UnlikelyCount};
pub use direction::{DirectionChange, ProducerConsumer};
pub use exclusion::ExclusionView;
pub use extended::{Both, Extended, Mix, WithMessage};
pub use novelty::{Arrival, NewPeer, NewPort, Novelty, NoveltyList, UnknownList};
pub use rows::{CountryRow, DomainRow, PortRow, ProtocolRow};
