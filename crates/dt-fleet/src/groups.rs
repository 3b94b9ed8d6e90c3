//! Which devices do the same work?
//!
//! A device's work shows in its ports: which it uses, which it serves, and how much of its traffic each is. Devices
//! are grouped by k-means over the square roots of these shares (the Hellinger distance: what is small counts, and
//! what is large does not drown it). How many groups there are, from 3 to 30, is what separates them best, by the
//! mean silhouette over at most 2,000 of them. Random numbers begin at a fixed seed: the same fleet gives the same
//! groups.
//!
//! Hours of activity and traffic levels are left out: on a synthetic network they made the groups agree less with
//! what the devices are.

use std::collections::{BTreeMap, HashMap};

use linfa::prelude::{Fit, Predict, SilhouetteScore};
use linfa::{Dataset, DatasetBase};
use linfa_clustering::KMeans;
use ndarray::{Array1, Array2, Axis};

use crate::rows::{PortShare, Profile, Side};

/// How many groups may be made.
const GROUPS: std::ops::RangeInclusive<usize> = 3..=30;

/// Over how many devices the quality of a grouping is judged: it takes time with the square.
const JUDGED: usize = 2_000;

/// How many ports a group is described by.
const NAMED_PORTS: usize = 2;

/// Groups of devices.
#[derive(Debug, Clone, PartialEq)]
pub struct Groups {
    /// The groups, the largest first: their places are their numbers.
    pub groups: Vec<Group>,
    /// The group of each profile.
    pub of: Vec<usize>,
    /// How well the groups are separated, from -1 to 1.
    pub silhouette: f64,
    /// How far they agree with the appliance's types of devices: 1 if entirely, 0 as chance would; `None` if it
    /// gives no types.
    pub type_agreement: Option<f64>,
}

/// Devices that do the same work.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Its most frequent type and its largest ports.
    pub name: String,
    /// How many devices are in it.
    pub devices: usize,
    /// Its ports with their mean shares, the largest first.
    pub ports: Vec<PortShare>,
    /// How well it is separated from the others, from -1 to 1.
    pub silhouette: f64,
}

/// Groups devices by their work; `None` if they are too few, or all alike.
#[must_use]
pub fn find(profiles: &[Profile]) -> Option<Groups> {
    let work = Work::of(profiles);
    let judged = work.sample(JUDGED);
    let dataset = DatasetBase::from(judged.clone());
    let (silhouette, model) = GROUPS
        .take_while(|groups| *groups < judged.nrows())
        .filter_map(|groups| {
            let model = KMeans::params(groups).fit(&dataset).ok()?;
            let labels = model.predict(&judged);
            // Fewer points than groups leave some empty: that is no grouping.
            let silhouette = Dataset::new(judged.clone(), labels).silhouette_score().ok()?;
            Some((silhouette, model)).filter(|(silhouette, _)| silhouette.is_finite())
        })
        // Of groupings that separate equally well, the one with fewer groups.
        .reduce(|best, next| if next.0 > best.0 + 1e-9 { next } else { best })?;
    let labels = model.predict(&work.points);
    Some(Groups::new(profiles, &work, &labels, silhouette))
}

/// Devices as points: one coordinate a port and side.
struct Work {
    ports: Vec<(String, Side)>,
    points: Array2<f64>,
}

impl Work {
    fn of(profiles: &[Profile]) -> Self {
        let mut places: BTreeMap<(&str, Side), usize> = BTreeMap::new();
        for port in profiles.iter().flat_map(|profile| &profile.ports) {
            places.insert((&port.port, port.side), 0);
        }
        places.values_mut().enumerate().for_each(|(place, it)| *it = place);
        let mut points = Array2::zeros((profiles.len(), places.len()));
        for (row, profile) in profiles.iter().enumerate() {
            for port in &profile.ports {
                let place = places[&(port.port.as_str(), port.side)];
                points[[row, place]] = port.share.sqrt();
            }
        }
        let ports = places.into_keys().map(|(port, side)| (port.to_owned(), side)).collect();
        Self { ports, points }
    }

    /// At most so many of the points, evenly over all.
    fn sample(&self, most: usize) -> Array2<f64> {
        let count = self.points.nrows();
        let step = count.div_ceil(most).max(1);
        let rows: Vec<usize> = (0..count).step_by(step).collect();
        self.points.select(Axis(0), &rows)
    }
}

impl Groups {
    fn new(profiles: &[Profile], work: &Work, labels: &Array1<usize>, silhouette: f64) -> Self {
        let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (place, label) in labels.iter().enumerate() {
            members.entry(*label).or_default().push(place);
        }
        let mut members: Vec<Vec<usize>> = members.into_values().collect();
        members.sort_by_key(|places| std::cmp::Reverse(places.len()));
        let mut of = vec![0; profiles.len()];
        for (group, places) in members.iter().enumerate() {
            for place in places {
                of[*place] = group;
            }
        }
        let separations = separations(work, &of, members.len());
        let groups = members.iter().zip(separations).map(|(places, silhouette)| {
            let ports = mean_ports(work, places);
            let name = name(profiles, places, &ports);
            Group { name, devices: places.len(), ports, silhouette }
        });
        let groups = groups.collect();
        let type_agreement = type_agreement(profiles, &of);
        Self { groups, of, silhouette, type_agreement }
    }
}

/// How well each group is separated, by the distances of its devices to the centres (the simplified silhouette:
/// linear in devices).
fn separations(work: &Work, of: &[usize], groups: usize) -> Vec<f64> {
    let mut centres: Array2<f64> = Array2::zeros((groups, work.ports.len()));
    let mut sizes = vec![0.0_f64; groups];
    for (point, group) in work.points.outer_iter().zip(of) {
        let mut centre = centres.row_mut(*group);
        centre += &point;
        sizes[*group] += 1.0;
    }
    for (mut centre, size) in centres.outer_iter_mut().zip(&sizes) {
        centre /= *size;
    }
    let mut sums = vec![0.0_f64; groups];
    for (point, group) in work.points.outer_iter().zip(of) {
        let distance = |centre| (&point - &centre).mapv(|it: f64| it * it).sum().sqrt();
        let distances: Vec<f64> = centres.outer_iter().map(distance).collect();
        let others = distances.iter().enumerate().filter(|(it, _)| it != group).map(|(_, it)| *it);
        let nearest = others.fold(f64::INFINITY, f64::min);
        let (own, most) = (distances[*group], distances[*group].max(nearest));
        sums[*group] += if most > 0.0 { (nearest - own) / most } else { 0.0 };
    }
    sums.iter().zip(&sizes).map(|(sum, size)| sum / size).collect()
}

/// The ports of a group, the largest first.
fn mean_ports(work: &Work, places: &[usize]) -> Vec<PortShare> {
    const LEAST_SHARE: f64 = 0.01;
    let points = work.points.select(Axis(0), places).mapv(|root| root * root);
    let Some(means) = points.mean_axis(Axis(0)) else { return Vec::new() };
    let mut ports: Vec<PortShare> = work
        .ports
        .iter()
        .zip(&means)
        .filter(|(_, share)| **share >= LEAST_SHARE)
        .map(|((port, side), share)| PortShare { port: port.clone(), side: *side, share: *share })
        .collect();
    ports.sort_by(|a, b| b.share.total_cmp(&a.share));
    ports
}

/// The most frequent type of a group, and its largest ports.
fn name(profiles: &[Profile], places: &[usize], ports: &[PortShare]) -> String {
    let mut types: BTreeMap<&str, usize> = BTreeMap::new();
    for place in places {
        *types.entry(profiles[*place].device_type.as_deref().unwrap_or("device")).or_default() += 1;
    }
    let most = types.into_iter().max_by_key(|(_, count)| *count).map_or("device", |(name, _)| name);
    let ports = ports.iter().take(NAMED_PORTS).map(|port| match port.side {
        Side::Used => format!("uses {}", port.port),
        Side::Served => format!("serves {}", port.port),
    });
    std::iter::once(most.to_owned()).chain(ports).collect::<Vec<_>>().join(", ")
}

/// How far groups agree with the appliance's types.
fn type_agreement(profiles: &[Profile], of: &[usize]) -> Option<f64> {
    let pairs = profiles.iter().zip(of).filter_map(|(it, of)| Some((it.device_type.clone()?, *of)));
    let (types, groups): (Vec<String>, Vec<usize>) = pairs.unzip();
    (types.len() > 1).then(|| agreement(&types, &groups))
}

/// How far two groupings of the same things agree, by the adjusted Rand index of Hubert and Arabie: 1 if entirely,
/// about 0 as chance would.
#[must_use]
pub fn agreement<A: std::hash::Hash + Eq, B: std::hash::Hash + Eq>(one: &[A], other: &[B]) -> f64 {
    let pairs = |count: &usize| (*count as f64) * (count.saturating_sub(1) as f64) / 2.0;
    let sum = |counts: Vec<usize>| counts.iter().map(pairs).sum::<f64>();
    let (of_one, of_other) = (sum(counts(one.iter())), sum(counts(other.iter())));
    let of_both = sum(counts(one.iter().zip(other)));
    let all = pairs(&one.len().min(other.len()));
    let expected = if all > 0.0 { of_one * of_other / all } else { 0.0 };
    let most = f64::midpoint(of_one, of_other);
    if (most - expected).abs() < f64::EPSILON {
        1.0
    } else {
        (of_both - expected) / (most - expected)
    }
}

/// The devices that are not where most of their former group went, by their places.
#[must_use]
pub fn moved(before: &[i32], now: &[i32]) -> Vec<usize> {
    let mut went: HashMap<i32, HashMap<i32, usize>> = HashMap::new();
    for (from, to) in before.iter().zip(now) {
        *went.entry(*from).or_default().entry(*to).or_default() += 1;
    }
    // Of equal numbers the smaller group, so that the same runs always say the same.
    let most = |to: &HashMap<i32, usize>| {
        to.iter().max_by_key(|(group, count)| (**count, -**group)).map(|(group, _)| *group)
    };
    let went: HashMap<i32, Option<i32>> = went.iter().map(|(from, to)| (*from, most(to))).collect();
    let pairs = before.iter().zip(now).enumerate();
    pairs
        .filter(|(_, (from, to))| went.get(from).copied().flatten() != Some(**to))
        .map(|(place, _)| place)
        .collect()
}

/// How many there are of each.
fn counts<K: std::hash::Hash + Eq>(keys: impl Iterator<Item = K>) -> Vec<usize> {
    let mut counts: HashMap<K, usize> = HashMap::new();
    keys.for_each(|key| *counts.entry(key).or_default() += 1);
    counts.into_values().collect()
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these numbers are exact")]
mod tests {
    use dt_model::DeviceId;

    use super::*;

    fn profile(did: i64, kind: &str, ports: &[(&str, Side, f64)]) -> Profile {
        // No two devices are exactly alike.
        let unlike = |place: usize| 0.1 * ((did as f64 + place as f64 * 0.3) * 7.919).fract();
        let ports = ports.iter().enumerate().map(|(place, (port, side, share))| PortShare {
            port: (*port).to_owned(),
            side: *side,
            share: share * (1.0 - unlike(place)),
        });
        Profile {
            appliance: "site-a".to_owned(),
            did: DeviceId::new(did),
            device_type: Some(kind.to_owned()),
            ports: ports.collect(),
        }
    }

    fn fleet() -> Vec<Profile> {
        use Side::{Served, Used};
        (0..28)
            .map(|did| match did % 4 {
                0 => profile(did, "desktop", &[("443", Used, 0.8), ("53", Used, 0.2)]),
                1 => profile(did, "printer", &[("9100", Served, 0.9), ("53", Used, 0.1)]),
                2 => profile(did, "server", &[("5432", Served, 0.7), ("22", Served, 0.3)]),
                _ => profile(did, "camera", &[("554", Served, 0.5), ("123", Used, 0.5)]),
            })
            .collect()
    }

    #[test]
    fn devices_that_do_the_same_work_are_a_group() {
        let groups = find(&fleet()).unwrap();
        assert_eq!(groups.groups.len(), 4);
        assert_eq!(groups.type_agreement, Some(1.0));
        assert!(groups.silhouette > 0.9, "{}", groups.silhouette);
        let names: Vec<&str> = groups.groups.iter().map(|group| group.name.as_str()).collect();
        assert!(names.contains(&"printer, serves 9100, uses 53"), "{names:?}");
        assert_eq!(find(&fleet()), Some(groups), "the same every time");
    }

    #[test]
    fn what_cannot_be_grouped_has_no_groups() {
        assert_eq!(find(&[]), None);
        assert_eq!(find(&fleet()[..2]), None, "too few");
    }

    #[test]
    fn a_device_that_left_its_group_moved_and_a_group_of_another_number_did_not() {
        let before = [0, 0, 0, 0, 1, 1, 1];
        assert_eq!(moved(&before, &[1, 1, 1, 1, 0, 0, 0]), [] as [usize; 0]);
        assert_eq!(moved(&before, &[1, 1, 0, 1, 0, 0, 0]), [2]);
    }

    #[test]
    fn agreement_is_one_for_the_same_and_about_none_for_chance() {
        assert_eq!(agreement(&[1, 1, 2, 2], &["b", "b", "a", "a"]), 1.0);
        let (halves, quarters): (Vec<usize>, Vec<usize>) =
            (0..400).map(|it| (it % 2, (it / 2) % 2)).unzip();
        assert!(agreement(&halves, &quarters).abs() < 0.01);
        assert_eq!(agreement::<u8, u8>(&[], &[]), 1.0);
    }
}
