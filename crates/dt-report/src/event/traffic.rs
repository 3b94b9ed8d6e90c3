//! What went to one destination outside, as an event.

use dt_model::Amount;
use jiff::Timestamp;
use serde::Serialize;
use uuid::{Uuid, uuid};

use super::EventContext;
use super::end::{RemoteEndpoint, SourceDevice};
use crate::contract::quantity::{Quantity, name};
use crate::contract::{DeviceView, Document, Flow, PartView};

/// The name space of traffic's ids. It never changes.
const TRAFFIC: Uuid = uuid!("c7e8b2a9-3a6b-5d6c-8b0e-4f1e5d0c9a72");

/// Traffic, whose it is, and all that the standards say about it.
#[derive(Debug, Clone)]
pub(super) struct Traffic<'a> {
    pub(super) sender: EventContext<'a>,
    pub(super) near: SourceDevice<'a>,
    /// Whom it was with; `None` for the destinations that the appliance merged.
    pub(super) far: Option<RemoteEndpoint<'a>>,
    pub(super) start: Option<Timestamp>,
    pub(super) end: Option<Timestamp>,
    pub(super) counts: Counts,
    /// The parts of the evidence that were refused: what they would say of it is not known.
    pub(super) refused: Vec<&'a PartView>,
    id: Uuid,
}

/// How much it was. A standard's own fields hold the numbers; how well they are known stands here, in
/// the names of the contract.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Counts {
    #[serde(flatten, with = "Quantity::<name::Connections>")]
    connections: Option<Amount>,
    #[serde(flatten, with = "Quantity::<name::BytesOut>")]
    bytes_out: Option<Amount>,
    #[serde(flatten, with = "Quantity::<name::BytesIn>")]
    bytes_in: Option<Amount>,
    /// Whether these are the destinations that the appliance merged.
    merged: Option<bool>,
}

impl<'a> Traffic<'a> {
    /// Every destination of an external analysis.
    pub(super) fn list(document: &'a Document, sender: EventContext<'a>) -> Vec<Self> {
        let (device, external, flows, sender) = match document {
            Document::Report(answer) => {
                let Some(external) = &answer.body.external else { return Vec::new() };
                let facts = &answer.facts;
                (&answer.header.device, external, &facts.flows, sender.of(facts))
            }
            Document::External(answer) => {
                (&answer.header.device, &answer.body, &answer.facts, sender)
            }
            _ => return Vec::new(),
        };
        let refused = PartView::refused(&external.parts);
        let of = |flow| Self { refused: refused.clone(), ..Self::new(flow, device, sender) };
        flows.iter().map(of).collect()
    }

    fn new(flow: &'a Flow, device: &'a DeviceView, sender: EventContext<'a>) -> Self {
        Self {
            sender,
            near: SourceDevice::new(device),
            far: RemoteEndpoint::of_flow(flow),
            start: flow.start,
            end: flow.end,
            counts: Counts::of(flow),
            refused: Vec::new(),
            id: id(flow, device, sender),
        }
    }

    /// The id of this event: the same whenever the same destination and time are told.
    pub(super) fn id(&self) -> String {
        format!("{}:1", self.id)
    }

    /// The same as a sentence.
    pub(super) fn message(&self) -> String {
        let far = self.far.as_ref();
        let ip = || far.and_then(|far| far.ip).map(|ip| ip.to_string());
        let whom = far.and_then(|far| far.domain).map(str::to_owned).or_else(ip);
        let whom = whom.unwrap_or_else(|| "several external destinations".to_owned());
        format!("{} communicated with {whom}", self.near.name)
    }
}

impl Counts {
    fn of(flow: &Flow) -> Self {
        Self {
            connections: flow.connections.map(within),
            bytes_out: flow.bytes_out.map(within),
            bytes_in: flow.bytes_in.map(within),
            merged: flow.destination.is_none().then_some(true),
        }
    }

    pub(super) fn connections(&self) -> Option<u64> {
        self.connections.map(number)
    }

    pub(super) fn bytes_out(&self) -> Option<u64> {
        self.bytes_out.map(number)
    }

    pub(super) fn bytes_in(&self) -> Option<u64> {
        self.bytes_in.map(number)
    }

    /// Bytes in both directions, if both are known.
    pub(super) fn bytes(&self) -> Option<u64> {
        let both = u128::from(self.bytes_out()?) + u128::from(self.bytes_in()?);
        Some(number(within(Amount::Exact(both))))
    }
}

/// The largest number that SIEMs count to.
const MOST: u64 = i64::MAX as u64;

fn within(amount: Amount) -> Amount {
    let (most, most_value) = (u128::from(MOST), MOST as f64);
    match amount {
        Amount::Exact(count) => Amount::Exact(count.min(most)),
        Amount::AtLeast(count) => Amount::AtLeast(count.min(most)),
        Amount::Estimate { value, margin } => {
            Amount::Estimate { value: value.min(most_value), margin: margin.min(most_value) }
        }
        other => other,
    }
}

/// The best single number.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "whole and not negative; the cast saturates"
)]
fn number(amount: Amount) -> u64 {
    match amount {
        Amount::Exact(count) | Amount::AtLeast(count) => u64::try_from(count).unwrap_or(MOST),
        other => other.value().round() as u64,
    }
    .min(MOST)
}

fn id(flow: &Flow, device: &DeviceView, sender: EventContext<'_>) -> Uuid {
    let outside = flow.destination.as_ref();
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let time = |time: Option<Timestamp>| time.map_or_else(String::new, |time| time.to_string());
    let parts = [
        text(sender.appliance),
        device.did.map_or_else(String::new, |did| did.to_string()),
        text(outside.and_then(|it| it.name.as_deref())),
        text(outside.and_then(|it| it.ip.as_deref())),
        flow.port.map_or_else(String::new, |port| port.to_string()),
        time(flow.start),
        time(flow.end),
    ];
    // A name may hold any character: its length tells where it ends.
    let parts = parts.map(|part| format!("{}:{part}", part.len()));
    Uuid::new_v5(&TRAFFIC, parts.concat().as_bytes())
}
