//! What has to be asked next, as a function of what was answered.

use crate::{Evidence, EvidencePart, Question};

/// A plan for gathering the evidence about one device.
///
/// Which question makes sense next depends on the answers so far, and on nothing else: a plan asks
/// nobody, knows no clock, and gives the same questions for the same answers. Whoever drives it asks
/// them in any order or all at once, and comes back with what was answered and what was refused.
///
/// ```
/// use dt_model::{DeviceId, DeviceInfoQuery, Evidence, EvidencePart, Plan, Question, Required};
///
/// /// Asks how many connections a device has, and nothing else.
/// struct Once(DeviceInfoQuery);
///
/// impl Plan for Once {
///     fn next(&mut self, evidence: &Evidence) -> Vec<Question> {
///         let asked = evidence.was_asked(EvidencePart::Connections);
///         let question = || Question::part(EvidencePart::Connections, &self.0);
///         if asked { Vec::new() } else { vec![question()] }
///     }
///
///     fn required(&self) -> Required {
///         Required::Part(EvidencePart::Connections)
///     }
/// }
///
/// let mut plan = Once(DeviceInfoQuery::new(DeviceId::new(7))?);
/// assert_eq!(plan.next(&Evidence::default()).len(), 1);
/// # Ok::<(), dt_model::InvalidParameter>(())
/// ```
pub trait Plan {
    /// The questions of the next round, none of which waits for another; none if all was asked.
    ///
    /// It is called once a round, with everything that was answered or refused so far. A plan may
    /// keep what it computed on the way, for whoever assesses the evidence in the end.
    fn next(&mut self, evidence: &Evidence) -> Vec<Question>;

    /// Without which answers the others are of no use.
    fn required(&self) -> Required;
}

/// What an answer about a device cannot do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Required {
    /// This part.
    Part(EvidencePart),
    /// Any answer of `/deviceinfo`.
    AnyDeviceInfo,
}

impl Required {
    /// Whether the evidence has what is required.
    #[must_use]
    pub fn is_met_by(self, evidence: &Evidence) -> bool {
        match self {
            Self::Part(part) => evidence.is_answered(part),
            Self::AnyDeviceInfo => evidence.answers().next().is_some(),
        }
    }
}

impl<P: Plan + ?Sized> Plan for &mut P {
    fn next(&mut self, evidence: &Evidence) -> Vec<Question> {
        (**self).next(evidence)
    }

    fn required(&self) -> Required {
        (**self).required()
    }
}

impl<P: Plan + ?Sized> Plan for Box<P> {
    fn next(&mut self, evidence: &Evidence) -> Vec<Question> {
        (**self).next(evidence)
    }

    fn required(&self) -> Required {
        (**self).required()
    }
}
