//! Which requests a fault befalls.

use std::num::NonZeroU64;

use super::{FaultKind, FaultPart};
use crate::network::random::{fraction, mixed, within};

/// Which requests meet with which fault, decided by a seed and the order of the requests alone: the
/// same requests in the same order meet with the same faults.
///
/// `F` is a [`Fault`](crate::Fault) of an appliance, or a [`WireFault`](crate::WireFault) of a
/// forwarder before it. The first rule that applies to a request decides; without one, nothing
/// happens to it. A fault alone stands for the plan in which it befalls every request, and rules
/// collect into the plan that has them in their order, with the seed 0.
///
/// Time, clock, form of the date and content of an appliance's answer are decided apart, each by the first rule that
/// applies and has a fault of that sort: a [`Delay`](crate::Fault::Delay), a
/// [`ClockSkew`](crate::Fault::ClockSkew), a [`DateForm`](crate::Fault::DateForm), and one of all the others can befall the same request,
/// in whichever order their rules stand. So an answer can be late *and* an error, but not a 404 and
/// a 500. Of a forwarder's faults, one befalls a request.
///
/// ```
/// use std::time::Duration;
///
/// use dt_appliance::{Fault, FaultPart, FaultPlan, FaultRule, RetryAfter};
///
/// let plan = FaultPlan::new(7)
///     .rule(FaultRule::first(2, [Fault::InternalError]).path("/deviceinfo"))
///     .rule(FaultRule::always([Fault::Html]).part(FaultPart::Endpoints))
///     .rule(FaultRule::always([Fault::Delay(Duration::from_millis(200))]))
///     .rule(FaultRule::chance(0.1, [Fault::BadGateway, Fault::RateLimited(RetryAfter::Unsaid)]));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct FaultPlan<F> {
    seed: u64,
    rules: Vec<FaultRule<F>>,
}

/// A few faults, and the requests that one of them befalls.
///
/// With several faults, the seed chooses anew for each request.
///
/// A rule with one [`Fault`](crate::Fault) for every request, or for every request of one
/// [`FaultPart`], has a text form: that of the fault, and `@PART` behind it if it is limited.
///
/// ```
/// use dt_appliance::{Fault, FaultPart, FaultRule};
///
/// let rule: FaultRule<Fault> = "429=5@endpoints".parse()?;
/// let fault: Fault = "429=5".parse()?;
/// assert_eq!(rule, FaultRule::always([fault]).part(FaultPart::Endpoints));
/// # Ok::<(), dt_appliance::FaultTextError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct FaultRule<F> {
    faults: Vec<F>,
    occasion: Occasion,
    path: Option<String>,
    part: Option<FaultPart>,
}

#[derive(Debug, Clone, PartialEq)]
enum Occasion {
    Always,
    First(u64),
    Every(NonZeroU64),
    Listed(Vec<u64>),
    Chance(f64),
}

/// How many requests each rule of a plan has looked at: what a decision depends on besides the plan
/// and the request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen(Vec<u64>);

impl<F> FaultPlan<F> {
    /// A plan without rules. `seed` is for rules of chance, and for those with several faults.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { seed, rules: Vec::new() }
    }

    /// Adds a rule after those that are there.
    #[must_use]
    pub fn rule(mut self, rule: FaultRule<F>) -> Self {
        self.rules.push(rule);
        self
    }
}

impl<F: Copy> FaultPlan<F> {
    /// What befalls the next request. Each rule counts the requests that it is limited to for
    /// itself, and whatever the rules before it decided.
    pub(crate) fn decide(&self, target: &str, seen: &mut Seen) -> Vec<F>
    where
        F: FaultKind,
    {
        seen.0.resize(self.rules.len(), 0);
        let mut decided: Vec<F> = Vec::new();
        for (index, (rule, seen)) in self.rules.iter().zip(&mut seen.0).enumerate() {
            if !rule.is_about(target) {
                continue;
            }
            let number = *seen;
            *seen += 1;
            let drawn = mixed(self.seed, &[index as u64, number]);
            if rule.applies(number, drawn)
                && let Some(fault) = rule.choose(drawn)
                && decided.iter().all(|earlier| fault.combines_with(earlier))
            {
                decided.push(fault);
            }
        }
        decided
    }
}

impl<F> Default for FaultPlan<F> {
    fn default() -> Self {
        Self::new(0)
    }
}

impl<F> From<F> for FaultPlan<F> {
    fn from(fault: F) -> Self {
        Self::from_iter([FaultRule::always([fault])])
    }
}

impl<F> FromIterator<FaultRule<F>> for FaultPlan<F> {
    fn from_iter<I: IntoIterator<Item = FaultRule<F>>>(rules: I) -> Self {
        Self { seed: 0, rules: rules.into_iter().collect() }
    }
}

impl<F> FaultRule<F> {
    fn new(occasion: Occasion, faults: impl IntoIterator<Item = F>) -> Self {
        Self { faults: faults.into_iter().collect(), occasion, path: None, part: None }
    }

    /// Every request.
    #[must_use]
    pub fn always(faults: impl IntoIterator<Item = F>) -> Self {
        Self::new(Occasion::Always, faults)
    }

    /// The first `count` requests.
    #[must_use]
    pub fn first(count: u64, faults: impl IntoIterator<Item = F>) -> Self {
        Self::new(Occasion::First(count), faults)
    }

    /// Every `nth` request: with 3, the third, the sixth, and so on.
    #[must_use]
    pub fn every(nth: NonZeroU64, faults: impl IntoIterator<Item = F>) -> Self {
        Self::new(Occasion::Every(nth), faults)
    }

    /// The requests with these numbers, counted from 0.
    #[must_use]
    pub fn listed(
        numbers: impl IntoIterator<Item = u64>,
        faults: impl IntoIterator<Item = F>,
    ) -> Self {
        Self::new(Occasion::Listed(numbers.into_iter().collect()), faults)
    }

    /// Each request with this probability, from 0 to 1.
    #[must_use]
    pub fn chance(probability: f64, faults: impl IntoIterator<Item = F>) -> Self {
        Self::new(Occasion::Chance(probability), faults)
    }

    /// Only requests to this path; others are not counted either.
    #[must_use]
    pub fn path(self, path: impl Into<String>) -> Self {
        Self { path: Some(path.into()), ..self }
    }

    /// Only requests of this part; others are not counted either.
    #[must_use]
    pub fn part(self, part: FaultPart) -> Self {
        Self { part: Some(part), ..self }
    }

    fn is_about(&self, target: &str) -> bool {
        let path = target.split_once('?').map_or(target, |(path, _)| path);
        self.path.as_ref().is_none_or(|wanted| wanted == path)
            && self.part.is_none_or(|wanted| FaultPart::of(target) == Some(wanted))
    }

    fn applies(&self, number: u64, drawn: u64) -> bool {
        match &self.occasion {
            Occasion::Always => true,
            Occasion::First(count) => number < *count,
            Occasion::Every(nth) => number % nth.get() == nth.get() - 1,
            Occasion::Listed(numbers) => numbers.contains(&number),
            Occasion::Chance(probability) => fraction(drawn) < *probability,
        }
    }
}

impl<F: Copy> FaultRule<F> {
    /// Drawn once more, as a chance has already decided by the upper bits of `drawn`.
    fn choose(&self, drawn: u64) -> Option<F> {
        if self.faults.is_empty() {
            return None;
        }
        self.faults.get(within(mixed(drawn, &[]) >> 11, self.faults.len())).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Capitals stand for one sort of fault, small letters for another.
    impl FaultKind for char {
        fn name(&self) -> &'static str {
            "a letter"
        }

        fn combines_with(&self, other: &Self) -> bool {
            self.is_uppercase() != other.is_uppercase()
        }
    }

    /// A word of letters for each request.
    fn words(plan: &FaultPlan<char>, targets: &[&str]) -> Vec<String> {
        let mut seen = Seen::default();
        targets.iter().map(|target| plan.decide(target, &mut seen).into_iter().collect()).collect()
    }

    fn decisions(
        plan: &FaultPlan<char>,
        targets: impl IntoIterator<Item = &'static str>,
    ) -> String {
        let mut seen = Seen::default();
        let mut decide = |target| plan.decide(target, &mut seen).first().copied();
        targets.into_iter().map(|target| decide(target).unwrap_or('.')).collect()
    }

    fn eight(plan: &FaultPlan<char>) -> String {
        decisions(plan, ["/status"; 8])
    }

    #[test]
    fn each_occasion_has_its_requests() {
        let rule = |rule| eight(&FaultPlan::new(1).rule(rule));
        assert_eq!(eight(&FaultPlan::default()), "........");
        assert_eq!(eight(&'x'.into()), "xxxxxxxx");
        assert_eq!(rule(FaultRule::first(2, ['x'])), "xx......");
        assert_eq!(rule(FaultRule::every(NonZeroU64::new(3).unwrap(), ['x'])), "..x..x..");
        assert_eq!(rule(FaultRule::listed([0, 6], ['x'])), "x.....x.");
        assert_eq!(rule(FaultRule::chance(0.0, ['x'])), "........");
        assert_eq!(rule(FaultRule::chance(1.0, ['x'])), "xxxxxxxx");
        assert_eq!(rule(FaultRule::always([])), "........");
    }

    #[test]
    fn the_first_rule_that_applies_decides() {
        let plan =
            FaultPlan::new(1).rule(FaultRule::first(2, ['a'])).rule(FaultRule::first(4, ['b']));
        assert_eq!(eight(&plan), "aabb....");
    }

    #[test]
    fn a_rule_for_a_path_counts_that_path_alone() {
        let plan = FaultPlan::new(1).rule(FaultRule::first(2, ['x']).path("/devices"));
        assert_eq!(
            decisions(&plan, ["/status", "/devices", "/status", "/devices", "/devices"]),
            ".x.x."
        );
    }

    #[test]
    fn a_rule_for_a_part_counts_that_part_alone() {
        let plan = FaultPlan::new(1).rule(FaultRule::first(2, ['x']).part(FaultPart::External));
        let external = "/deviceinfo?did=1&odid=0";
        assert_eq!(
            decisions(&plan, [external, "/deviceinfo?did=1", "/status", external, external]),
            "x..x."
        );
        let both = FaultRule::always(['x']).path("/devices").part(FaultPart::Devices);
        assert_eq!(
            decisions(&FaultPlan::from_iter([both]), ["/devices?did=1", "/devicesearch"]),
            "x."
        );
    }

    #[test]
    fn faults_of_different_sorts_befall_one_request_in_any_order() {
        let late = || FaultRule::always(['L']);
        let failing = || FaultRule::always(['f']).part(FaultPart::Status);
        let never = || FaultRule::always(['n']).part(FaultPart::Status);
        let targets = ["/status", "/devices"];
        let plan = FaultPlan::from_iter([late(), failing(), never()]);
        assert_eq!(words(&plan, &targets), ["Lf", "L"]);
        let plan = FaultPlan::from_iter([failing(), never(), late(), late()]);
        assert_eq!(words(&plan, &targets), ["fL", "L"]);
    }

    #[test]
    fn chance_keeps_to_its_probability_and_to_its_seed() {
        let plan = |seed| FaultPlan::new(seed).rule(FaultRule::chance(0.1, ['a', 'b', 'c', 'd']));
        let run = |seed| decisions(&plan(seed), std::iter::repeat_n("/status", 20_000));
        let drawn = run(7);
        let count = |wanted| drawn.chars().filter(|found| *found == wanted).count();
        for fault in ['a', 'b', 'c', 'd'] {
            assert!((400..600).contains(&count(fault)), "{fault}: {}", count(fault));
        }
        assert!((17_800..18_200).contains(&count('.')), "{}", count('.'));
        assert_eq!(drawn, run(7));
        assert_ne!(drawn, run(8));
    }
}
