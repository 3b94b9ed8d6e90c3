//! Many devices whose data goes on by the hour, behind an appliance that does nothing but answer.

use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::thread;

use dt_transport::{Clock, SystemClock};
use jiff::{SignedDuration, Timestamp};

/// How many hours a response reaches back: enough to know what is usual at a time of day.
const HISTORY: i64 = 200;
/// How many hours of data there can be from the first round to the last.
const AHEAD: i64 = 600;
const MILLIS: i64 = 3_600_000;

pub(super) struct Site {
    address: SocketAddr,
    data: Arc<Data>,
    devices: u32,
}

/// What the devices do.
struct Data {
    /// When the first hour that is new begins.
    start: Timestamp,
    /// How many hours are new.
    hours: AtomicI64,
}

impl Site {
    pub(super) fn start(devices: u32) -> anyhow::Result<Self> {
        // All of it is past, so that there is always more than was looked at.
        let now = SystemClock.now().as_millisecond() / MILLIS * MILLIS;
        let start = Timestamp::from_millisecond(now)? - SignedDuration::from_hours(AHEAD);
        let data = Arc::new(Data { start, hours: AtomicI64::new(0) });
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let (address, answering) = (listener.local_addr()?, Arc::clone(&data));
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let data = Arc::clone(&answering);
                // A client that was killed is gone, and so is its connection.
                thread::spawn(move || drop(serve(&client, &data)));
            }
        });
        Ok(Self { address, data, devices })
    }

    /// Another hour is over.
    pub(super) fn go_on(&self) {
        self.data.hours.fetch_add(1, Ordering::SeqCst);
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(super) const fn devices(&self) -> u32 {
        self.devices
    }
}

/// Answers one request after the other.
fn serve(mut client: &TcpStream, data: &Data) -> io::Result<()> {
    let mut lines = BufReader::new(client);
    loop {
        let mut first = String::new();
        if lines.read_line(&mut first)? == 0 {
            return Ok(());
        }
        let mut header = String::new();
        while header.trim_end() != "" || header.is_empty() {
            header.clear();
            if lines.read_line(&mut header)? == 0 {
                return Ok(());
            }
        }
        let body = data.answer(first.split(' ').nth(1).unwrap_or_default());
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length:";
        client.write_all(format!("{head} {}\r\n\r\n{body}", body.len()).as_bytes())?;
    }
}

impl Data {
    /// The response to `/deviceinfo`, which is all that is asked.
    fn answer(&self, target: &str) -> String {
        let parameter = |name: &str| {
            let pairs = target.split_once('?').map_or("", |(_, pairs)| pairs).split('&');
            pairs.filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name)
        };
        let value = |name: &str| parameter(name).map(|(_, value)| value);
        let did = value("did").and_then(|did| did.parse().ok()).unwrap_or_default();
        let level = match value("datatype") {
            Some("sizeout") => 3_000_000,
            Some("sizein") => 9_000_000,
            _ => 60,
        };
        let end = self.hours.load(Ordering::SeqCst);
        let (mut graph, mut total) = (String::new(), 0);
        for hour in end - HISTORY..end {
            let count = count(did, level, hour);
            let time = self.start.as_millisecond() + hour * MILLIS;
            let comma = if graph.is_empty() { "" } else { "," };
            // Writing to a String cannot fail.
            let _ = write!(graph, "{comma}{{\"time\":{time},\"count\":{count}}}");
            total += count;
        }
        let known = self.start.as_millisecond() - 10_000_000_000;
        let domains = match value("odid") {
            Some("0") => ",\"externalDomains\":[{\"domain\":\"partner.example\",\"size\":100}]",
            _ => "",
        };
        format!(
            "{{\"deviceInfo\":[{{\"did\":{did},\"similarityScore\":100,\"graphData\":[{graph}],\
             \"info\":{{\"totalUsed\":{total},\"totalServed\":0,\"totalDevicesAndPorts\":{total},\
             \"devicesAndPorts\":[],\"portsUsed\":[{{\"port\":443,\"size\":100,\"firstTime\":{known}}}],\
             \"portsServed\":[],\"devicesUsed\":[{{\"did\":0,\"size\":100,\"firstTime\":{known}}}],\
             \"devicesServed\":[]{domains}}}}}]}}"
        )
    }
}

/// What a device does in an hour: a little more or less than usual, and now and then very much more.
fn count(did: i64, level: i64, hour: i64) -> i64 {
    let noise = hash(did, level, hour) % 60;
    let is_day = (8..18).contains(&hour.rem_euclid(24));
    let usual = level * if is_day { 16 } else { 5 } * (70 + noise) / 1000;
    // Some hours in a row, so that what was found goes on, and ends.
    let is_burst = hash(did, 0, hour.div_euclid(6)) % 40 == 0;
    if is_burst { usual * (20 + hash(did, 1, hour) % 20) } else { usual }
}

/// The same for the same, and otherwise anything: the finalizer of `SplitMix64`.
fn hash(did: i64, kind: i64, hour: i64) -> i64 {
    let mixed = [did, kind, hour].into_iter().fold(0_u64, |mixed, part| {
        let mut next = (mixed ^ part.cast_unsigned()).wrapping_add(0x9e37_79b9_7f4a_7c15);
        next = (next ^ (next >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        next = (next ^ (next >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        next ^ (next >> 31)
    });
    (mixed >> 1).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_that_were_answered_stay_as_they_were() {
        let start = "2026-11-01T00:00:00Z".parse().unwrap();
        let data = Data { start, hours: AtomicI64::new(10) };
        let points = |data: &Data| {
            let body = data.answer("/deviceinfo?did=7&datatype=sizeout&odid=0");
            let body: serde_json::Value = serde_json::from_str(&body).unwrap();
            body["deviceInfo"][0]["graphData"].as_array().unwrap().clone()
        };
        let before = points(&data);
        data.hours.fetch_add(1, Ordering::SeqCst);
        let after = points(&data);
        assert_eq!((before.len(), after.len()), (200, 200));
        assert_eq!(before[1..], after[..199]);
    }
}
