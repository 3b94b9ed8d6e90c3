//! What the appliance knows about the domains that are rare in the fleet: asked once, between first looks and full
//! reports, which then need not ask it again.

use std::collections::{BTreeSet, HashMap};
use std::ops::ControlFlow;

use dt_fleet::Prevalences;
use dt_lake::{DeviceLine, Line, LookUp};
use dt_model::{
    DeviceId, EndpointDetails, EndpointQuery, Evidence, Plan, Question, RefusalKind, Required,
};
use dt_transport::{Error, GatherError, GatherOptions, Gatherer, Recording, Transport};

use super::known::{LookUps, MOST};
use super::site::SiteSweep;

/// After so many answers they are kept, so that a sweep that is stopped asks little again.
const UNKEPT: usize = 50;

/// After so many failures in a row the rest is left: of what everything would meet, where nothing was answered yet, and
/// of anything. A gateway may refuse one name for how it is spelt, and that must not hide the others.
const FAILED_ALIKE: u32 = 2;
const FAILED: u32 = 5;

/// How well looking up goes.
#[derive(Default)]
struct Course {
    is_answered: bool,
    failures: u32,
    is_over: bool,
}

/// Asks about one host.
struct Once(Option<Question>);

impl Plan for Once {
    fn next(&mut self, _: &Evidence) -> Vec<Question> {
        self.0.take().into_iter().collect()
    }

    fn required(&self) -> Required {
        Required::AnyDeviceInfo
    }
}

impl<T: Transport> SiteSweep<'_, T> {
    /// Looks up the domains that are rare in the fleet and a part of some device's traffic that counts. What was told
    /// within a day is taken from the lake, unless it is to be fresh.
    pub(super) fn look_up(&self, prevalences: &Prevalences) -> Result<LookUps, dt_lake::Error> {
        let domains = self.domains_to_look_up(prevalences)?;
        let (name, now) = (self.site.name, (self.sweep.now)());
        let mut look_ups = LookUps::default();
        let is_fresh = self.sweep.options.is_fresh;
        let mut kept = if is_fresh { Vec::new() } else { self.lake.look_ups(name, now) };
        kept.retain(|it| look_ups.take(it));
        let unknown = domains.into_iter().filter(|it| !look_ups.known.contains_key(it));
        let unknown: Vec<String> = unknown.collect();
        let mut course = Course::default();
        for some in unknown.chunks(UNKEPT) {
            let answers = self.ask_about(some, &mut course);
            kept.extend(answers.into_iter().filter(|it| look_ups.take(it)));
            self.lake.keep_look_ups(name, &kept)?;
            if course.is_over {
                break;
            }
        }
        Ok(look_ups)
    }

    /// The answers about some domains.
    fn ask_about(&self, domains: &[String], course: &mut Course) -> Vec<LookUp> {
        let cancel = self.sweep.cancel.clone();
        let options = GatherOptions { recording: Recording::Exchanges, cancel, progress: None };
        let plan = |domain: &String| {
            ((), Ok::<_, GatherError>(Once(Some(Question::endpoint(domain.as_str())))))
        };
        let mut answers = Vec::new();
        Gatherer::with(self.site.client, options).each(domains, plan, |(), outcome| {
            match outcome {
                Ok((_, gathered)) => {
                    answers.extend(gathered.exchanges.into_iter().last());
                    (course.is_answered, course.failures) = (true, 0);
                }
                Err(error) => self.told_nothing(error.error(), course),
            }
            course.is_over |= self.sweep.is_over();
            if course.is_over { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        let answers = answers.into_iter().map(|it| LookUp { at: it.at, exchange: it.exchange });
        answers.collect()
    }

    /// Notes that nothing was told about a domain, and says so where no more is asked.
    fn told_nothing(&self, error: &Error, course: &mut Course) {
        let kind = error.refusal_kind();
        if kind == RefusalKind::NotFound {
            // That one domain is not known says nothing about the others.
            course.failures = 0;
            return;
        }
        course.failures += 1;
        let is_alike = kind.concerns_endpoint() && !course.is_answered;
        if course.failures >= if is_alike { FAILED_ALIKE } else { FAILED } {
            course.is_over = true;
            (self.sweep.warn)(&format!(
                "{}: no more domains are looked up: {error}",
                self.site.name
            ));
        }
    }

    /// The domains to look up, those first that are the largest part of a device's traffic.
    fn domains_to_look_up(&self, prevalences: &Prevalences) -> Result<Vec<String>, dt_lake::Error> {
        let least = dt_fleet::Promotion::default().least_share;
        let mut largest: HashMap<String, f64> = HashMap::new();
        for line in self.writer().devices(self.site.name) {
            for row in line?.domains {
                let share = row.share();
                if share >= least && prevalences.of(&row.domain).is_rare() {
                    let most = largest.entry(row.domain).or_default();
                    *most = most.max(share);
                }
            }
        }
        let mut domains: Vec<(String, f64)> = largest.into_iter().collect();
        domains.sort_by(|(a, most), (b, other)| other.total_cmp(most).then_with(|| a.cmp(b)));
        domains.truncate(MOST);
        Ok(domains.into_iter().map(|(domain, _)| domain).collect())
    }

    /// Notes what is known of domains where devices list them that have no full report.
    pub(super) fn note_look_ups(&self, look_ups: &LookUps) -> Result<(), dt_lake::Error> {
        let lists = |line: &DeviceLine| {
            line.domains.iter().any(|row| look_ups.known.contains_key(&row.domain))
        };
        let mut concerned = Vec::new();
        for line in self.writer().devices(self.site.name) {
            let line = line?;
            if line.device.stage == dt_fleet::rows::Stage::One && lists(&line) {
                concerned.push(line.device.did);
            }
        }
        for did in concerned {
            let Some(mut line) = self.first_look(did)? else { continue };
            for row in &mut line.domains {
                if let Some(details) = look_ups.known.get(&row.domain) {
                    row.know(details);
                }
            }
            self.writer().record(self.site.name, &Line::Device(Box::new(line)))?;
        }
        Ok(())
    }

    /// The devices that use a domain which is new to the network and rare, as far as the appliance names them: a shard
    /// sees only some of them.
    pub(super) fn users_of_new(&self, look_ups: &LookUps) -> BTreeSet<DeviceId> {
        let mut users = BTreeSet::new();
        let mut new: Vec<(&String, &EndpointDetails)> = look_ups.known.iter().collect();
        new.retain(|(domain, _)| look_ups.is_new(domain, self.sweep.policy, (self.sweep.now)()));
        new.sort_by_key(|(domain, _)| *domain);
        for (domain, details) in new {
            users.extend(&details.dids);
            // An appliance may have to be asked for them.
            if details.dids.is_empty() && !self.sweep.is_over() {
                let query = EndpointQuery::new(domain.as_str()).with_devices();
                let told = self.site.client.ask(&query).map_or_else(|_| Vec::new(), |it| it.items);
                users.extend(told.into_iter().flat_map(|details| details.dids));
            }
        }
        users
    }
}
