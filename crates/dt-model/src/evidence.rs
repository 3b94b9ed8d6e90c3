//! Everything that was answered about one device.

mod missing;

use jiff::Timestamp;

use crate::{
    Answer, DataType, Device, DeviceInfo, Dialect, DomainQuestion, Endpoint, EndpointDetails,
    EvidencePart, IncidentGroup, ModelBreach, Part, Question, ReadError, Refusal, RefusalKind,
    Warning, WatchedDomain,
};

pub use missing::MissingPart;

/// The responses about one device that analyses draw on, each of which is there, or says why it is
/// not. What depends on a part that is not there is never taken as zero.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Evidence {
    /// Connections (`datatype=co`).
    pub connections: Part<DeviceInfo>,
    /// Bytes sent (`datatype=sizeout`).
    pub bytes_out: Part<DeviceInfo>,
    /// Bytes received (`datatype=sizein`).
    pub bytes_in: Part<DeviceInfo>,
    /// Connections with the outside (`datatype=co`, `odid=0`).
    pub external: Part<DeviceInfo>,
    /// Bytes sent to the outside (`datatype=sizeout`, `odid=0`).
    pub external_out: Part<DeviceInfo>,
    /// The same about single domains outside, in the order in which they were asked: once the other
    /// answers say which domains matter.
    pub by_domain: Vec<(DomainQuestion, Part<DeviceInfo>)>,
    /// What the appliance knows about hosts outside, in the order in which they were asked. An
    /// answer that has nothing is one, too: the appliance does not know the host.
    pub endpoints: Vec<(Endpoint, Part<Vec<EndpointDetails>>)>,
    /// Models that were breached. An answer that several devices share has those of all of them.
    pub breaches: Part<Vec<ModelBreach>>,
    /// What the appliance's analyst put together, of all devices as well.
    pub analyst: Part<Vec<IncidentGroup>>,
    /// The domains that the appliance watches, whether the device talks to them or not.
    pub watched: Part<Vec<WatchedDomain>>,
    /// What was odd about the answers that are lists, each once.
    pub oddities: Vec<(EvidencePart, Warning)>,
    /// Where it comes from, which says what it means that a part is [absent](Part::Absent).
    pub source: EvidenceSource,
}

/// Where evidence comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum EvidenceSource {
    /// An appliance, or what was recorded of all that one was asked.
    #[default]
    Asked,
    /// Single responses that somebody saved.
    Given,
}

impl Evidence {
    /// Evidence from single responses that somebody saved, none of which is there yet.
    #[must_use]
    pub fn given() -> Self {
        Self { source: EvidenceSource::Given, ..Self::default() }
    }

    /// Reads every part for which `open` has bytes, such as a folder of saved responses.
    ///
    /// ```
    /// use dt_model::{Evidence, EvidencePart};
    ///
    /// let body = br#"{"graphdata":[{"timestamp":0,"connections":5}]}"#;
    /// let open = |part| (part == EvidencePart::Connections).then(|| body.to_vec());
    /// let evidence = Evidence::from_parts(open)?;
    /// assert!(evidence.connections.is_answered() && !evidence.bytes_out.is_answered());
    /// # Ok::<(), dt_model::ReadError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the bytes of a part are no response, or count something else than the part does.
    pub fn from_parts(
        mut open: impl FnMut(EvidencePart) -> Option<Vec<u8>>,
    ) -> Result<Self, ReadError> {
        let mut evidence = Self::given();
        for part in EvidencePart::GIVEN {
            if let Some(bytes) = open(part) {
                evidence.add_saved(part, &bytes)?;
            }
        }
        Ok(evidence)
    }

    /// Reads a saved answer into the part that it is said to be, and tells what was odd about it. One
    /// about a single domain says by itself what it is, and is no part of this kind.
    ///
    /// # Errors
    ///
    /// If it is no such answer, or counts something else than the part does.
    pub fn add_saved(
        &mut self,
        part: EvidencePart,
        body: &[u8],
    ) -> Result<Vec<Warning>, ReadError> {
        if let (Some(data_type), Some(place)) = (part.data_type(), self.part_mut(part)) {
            let info = DeviceInfo::from_slice_as(body, data_type)?;
            let warnings = info.warnings.clone();
            *place = Part::Answered(info);
            return Ok(warnings);
        }
        let warnings = match part {
            EvidencePart::Breaches => {
                let (breaches, warnings) = ModelBreach::list_from_slice(body)?;
                self.breaches = Part::Answered(breaches);
                warnings
            }
            EvidencePart::Analyst => {
                let (groups, warnings) = IncidentGroup::list_from_slice(body)?;
                self.analyst = Part::Answered(groups);
                warnings
            }
            EvidencePart::Watched => {
                let (domains, warnings) = WatchedDomain::list_from_slice(body)?;
                self.watched = Part::Answered(domains);
                warnings
            }
            _ => {
                let (endpoints, warnings) = EndpointDetails::list_from_slice(body)?;
                self.add_endpoints(endpoints);
                warnings
            }
        };
        Ok(warnings)
    }

    /// Puts what became of a question where it belongs.
    ///
    /// The documented dialect says what is outside in its ordinary answers: a separate answer about
    /// the outside would count it twice, and is left out.
    pub fn take(&mut self, question: Question, outcome: Result<Answer, Refusal>) {
        let list = match question {
            Question::Part(..) | Question::Domain(..) => None,
            Question::Endpoint(_) => Some(EvidencePart::Endpoints),
            Question::Breaches(_) => Some(EvidencePart::Breaches),
            Question::Analyst(_) => Some(EvidencePart::Analyst),
            Question::Watched(_) => Some(EvidencePart::Watched),
        };
        for (part, warning) in list.into_iter().zip(&outcome).flat_map(|(part, answer)| {
            answer.warnings().iter().map(move |warning| (part, warning.clone()))
        }) {
            if !self.oddities.contains(&(part, warning.clone())) {
                self.oddities.push((part, warning));
            }
        }
        match question {
            Question::Part(part, _) => {
                let outside = matches!(part, EvidencePart::External | EvidencePart::ExternalOut);
                let answer = outcome.map(Answer::into_device_info);
                let is_repeated =
                    |info: &DeviceInfo| outside && info.dialect == Dialect::Documented;
                if answer.as_ref().is_ok_and(|info| info.as_ref().is_some_and(is_repeated)) {
                    return;
                }
                if let Some(place) = self.part_mut(part) {
                    *place = answer.map_or_else(Part::Refused, Part::from);
                }
            }
            Question::Domain(question, _) => {
                let answer = outcome.map(Answer::into_device_info);
                self.by_domain.push((question, answer.map_or_else(Part::Refused, Part::from)));
            }
            Question::Endpoint(query) => {
                let answer = match outcome {
                    // About this host nothing is known; that is an answer.
                    Err(refusal) if refusal.kind == RefusalKind::NotFound => Ok(Vec::new()),
                    outcome => outcome.map(Answer::into_endpoints),
                };
                self.endpoints.push((query.endpoint().clone(), answer.into()));
            }
            Question::Breaches(query) => {
                let outcome = outcome.map_err(Refusal::of_whole_appliance);
                let mut answer = outcome.map(Answer::into_breaches);
                // Whoever asks about one device need not be told which one it is.
                for breach in answer.iter_mut().flatten() {
                    breach.did = breach.did.or(query.did());
                }
                self.breaches = answer.into();
            }
            Question::Analyst(query) => {
                let outcome = outcome.map_err(Refusal::of_whole_appliance);
                let mut answer = outcome.map(Answer::into_incident_groups);
                for group in answer.iter_mut().flatten().filter(|group| group.devices.is_empty()) {
                    group.devices.extend(query.did());
                }
                self.analyst = answer.into();
            }
            Question::Watched(_) => {
                let outcome = outcome.map_err(Refusal::of_whole_appliance);
                self.watched = outcome.map(Answer::into_watched_domains).into();
            }
        }
    }

    /// Puts down why a part that is one answer has none.
    pub fn refuse(&mut self, part: EvidencePart, refusal: Refusal) {
        match part {
            EvidencePart::Breaches => self.breaches = Part::Refused(refusal),
            EvidencePart::Analyst => self.analyst = Part::Refused(refusal),
            EvidencePart::Watched => self.watched = Part::Refused(refusal),
            part => {
                if let Some(place) = self.part_mut(part) {
                    *place = Part::Refused(refusal);
                }
            }
        }
    }

    /// Adds what is known about hosts outside, each under the name it says itself.
    pub fn add_endpoints(&mut self, endpoints: Vec<EndpointDetails>) {
        self.endpoints.extend(endpoints.into_iter().map(|details| {
            let name = details.hostname.clone().or_else(|| details.ip.clone());
            (Endpoint::from(name.unwrap_or_default()), Part::Answered(vec![details]))
        }));
    }

    /// A part that is one answer of `/deviceinfo`; `None` for one that is not.
    #[must_use]
    pub const fn part(&self, part: EvidencePart) -> Option<&Part<DeviceInfo>> {
        match part {
            EvidencePart::Connections => Some(&self.connections),
            EvidencePart::BytesOut => Some(&self.bytes_out),
            EvidencePart::BytesIn => Some(&self.bytes_in),
            EvidencePart::External => Some(&self.external),
            EvidencePart::ExternalOut => Some(&self.external_out),
            _ => None,
        }
    }

    /// The place of a part that is one answer of `/deviceinfo`; `None` for one that is not.
    pub const fn part_mut(&mut self, part: EvidencePart) -> Option<&mut Part<DeviceInfo>> {
        match part {
            EvidencePart::Connections => Some(&mut self.connections),
            EvidencePart::BytesOut => Some(&mut self.bytes_out),
            EvidencePart::BytesIn => Some(&mut self.bytes_in),
            EvidencePart::External => Some(&mut self.external),
            EvidencePart::ExternalOut => Some(&mut self.external_out),
            _ => None,
        }
    }

    /// What is known about hosts outside.
    pub fn endpoint_details(&self) -> impl Iterator<Item = &EndpointDetails> {
        self.endpoints.iter().filter_map(|(_, part)| part.answer()).flatten()
    }

    /// The answers about single domains outside.
    pub fn domain_answers(&self) -> impl Iterator<Item = &DeviceInfo> {
        self.by_domain.iter().filter_map(|(_, part)| part.answer())
    }

    /// The `/deviceinfo` answers about all domains that are there, in a fixed order.
    pub fn answers(&self) -> impl Iterator<Item = &DeviceInfo> {
        [&self.connections, &self.bytes_out, &self.bytes_in, &self.external, &self.external_out]
            .into_iter()
            .filter_map(Part::answer)
    }

    /// What was odd about the answers about all domains, in the order of the parts, then about lists.
    pub fn warnings(&self) -> impl Iterator<Item = (EvidencePart, &Warning)> {
        let of_parts = EvidencePart::ALL.into_iter().flat_map(|part| {
            let answer = self.part(part).and_then(Part::answer);
            answer.into_iter().flat_map(move |it| it.warnings.iter().map(move |it| (part, it)))
        });
        of_parts.chain(self.oddities.iter().map(|(part, odd)| (*part, odd)))
    }

    /// The answer whose series is meant: the one that counts this; unless it is said what, connections, or
    /// the only one there is. What was refused is not stood in for.
    #[must_use]
    pub fn counting(&self, data_type: Option<DataType>) -> Option<&DeviceInfo> {
        if let Some(data_type) = data_type {
            return self.part(EvidencePart::counting(data_type))?.answer();
        }
        let mut answers = self.answers();
        match &self.connections {
            Part::Refused(_) => None,
            connections => connections.answer().or_else(|| {
                let first = answers.next();
                first.filter(|_| answers.next().is_none())
            }),
        }
    }

    /// Until when all answers about all domains have complete intervals, seen at `now`.
    #[must_use]
    pub fn complete_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.answers().filter_map(|answer| answer.subject.series.complete_until(now)).min()
    }

    /// Cuts every answer as [`DeviceInfo::between`] does.
    #[must_use]
    pub fn between(mut self, since: Option<Timestamp>, until: Option<Timestamp>) -> Self {
        let cut = |part: &mut Part<DeviceInfo>| {
            *part = std::mem::take(part).map(|answer| answer.between(since, until));
        };
        for part in EvidencePart::ALL {
            self.part_mut(part).map(cut);
        }
        self.by_domain.iter_mut().map(|(_, part)| part).for_each(cut);
        let is_within = |time| {
            since.is_none_or(|since| time >= since) && until.is_none_or(|until| time < until)
        };
        if let Some(breaches) = self.breaches.answer_mut() {
            breaches.retain(|breach| is_within(breach.time));
        }
        self
    }

    /// Who this is about: what all answers together say.
    #[must_use]
    pub fn device(&self) -> Device {
        self.answers()
            .map(|answer| &answer.subject.device)
            .fold(Device::default(), Device::completed_by)
    }

    /// The dialect of the answers; `None` if there are none.
    #[must_use]
    pub fn dialect(&self) -> Option<Dialect> {
        self.answers().next().map(|answer| answer.dialect)
    }
}
