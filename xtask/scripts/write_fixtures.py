#!/usr/bin/env python3
"""Writes the designed fixtures below `fixtures/documented` and `fixtures/appliance`.

    python3 xtask/scripts/write_fixtures.py [ROOT] [--check]

ROOT is the project's directory (default: the current one). `--check` writes nothing and exits with 1 when a
file is missing or differs.

Most cases come from one simulation: a device's habits give connections and bytes an hour, and both dialects and
all parts are views of the same numbers, so that they agree with each other. What a simulation cannot say (ties,
odd kinds) is written out.
"""

import argparse
import json
import math
import random
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

Json = Any
HOUR = 3600
DAY = 24 * HOUR
HOURS = 672
MEGABYTE = 1_000_000


def at(text: str) -> int:
    """Epoch seconds of a UTC time."""
    return int(datetime.fromisoformat(text).replace(tzinfo=timezone.utc).timestamp())


START = at("2026-10-26T23:00:00")
END = START + HOURS * HOUR
UPLOAD = at("2026-11-19T02:00:00")
NEW_PORT = at("2026-11-17T08:00:00")


# --- who there is ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Device:
    did: int
    hostname: str
    ip: str
    kind: str = "laptop"
    os: str = "Windows"
    vendor: str = "Dell Inc."
    label: str = ""
    tags: tuple[str, ...] = ()
    first_seen: int = at("2025-09-01T07:30:00")

    @property
    def mac(self) -> str:
        digits = f"{self.did & 0xFFFFFF:06x}"
        return ":".join(["02", "00", "5e", digits[:2], digits[2:4], digits[4:]])


@dataclass(frozen=True)
class Peer:
    """Someone a device talks to. `did` as the appliance gives it: 0 is outside, -6 is inside but not modelled."""

    did: int
    ip: str
    hostname: str = ""
    country: str = ""
    asn: str = ""

    @property
    def external(self) -> bool:
        return self.did == 0

    @property
    def domain(self) -> str:
        return ".".join(self.hostname.split(".")[-2:]) if self.external else ""


WORKSTATION = Device(12345, "workstation-01", "10.20.4.17", label="Finance laptop 1", tags=("Finance",))
COLLEAGUES = [
    Device(
        12345 + n,
        f"workstation-{n + 1:02}",
        f"10.20.4.{17 + n}",
        label=f"Finance laptop {n + 1}",
        tags=("Finance",),
    )
    for n in range(1, 11)
]
DC = Device(
    20001, "dc-01.corp.example", "10.20.0.10", "server", "Windows", "Dell Inc.", tags=("Domain Controller",)
)
FILE_SERVER = Device(
    20002, "file-01.corp.example", "10.20.0.20", "server", "Linux", "Supermicro", "File server", ("Server",)
)
PRINTER = Device(20003, "print-01.corp.example", "10.20.0.30", "printer", "", "Brother")
MAIL = Device(20004, "mail-01.corp.example", "10.20.0.25", "server", "Linux", "Supermicro", tags=("Server",))
WIKI = Device(20005, "wiki-01.corp.example", "10.20.0.40", "server", "Linux", "Supermicro")
ADMIN = Device(
    20009, "admin-01.corp.example", "10.20.0.90", "desktop", "Windows", "Dell Inc.", tags=("Admin",)
)
MACHINES = [DC, FILE_SERVER, PRINTER, MAIL, WIKI, ADMIN]


def inside(device: Device) -> Peer:
    return Peer(device.did, device.ip, device.hostname)


def outside(ip: str, hostname: str, country: str, asn: str) -> Peer:
    return Peer(0, ip, hostname, country, asn)


GATEWAY = Peer(-6, "10.20.4.1")
GOOGLE = outside("192.0.2.14", "www.google.com", "United States", "AS15169 Google LLC")
RESOLVER = outside("192.0.2.53", "dns.google", "United States", "AS15169 Google LLC")
UPDATES = outside("192.0.2.80", "update.microsoft.com", "Ireland", "AS8075 Microsoft Corporation")
OFFICE = outside("192.0.2.81", "outlook.office.com", "Ireland", "AS8075 Microsoft Corporation")
CRM = outside("198.51.100.20", "crm.saas.example", "Germany", "AS64500 Example SaaS")
MEETING = outside("198.51.100.30", "meet.video.example", "Netherlands", "AS64501 Example Video")
VENDOR = outside("198.51.100.40", "telemetry.vendor.example", "United States", "AS64502 Example Vendor")
BANK = outside("198.51.100.50", "portal.bank.example", "Germany", "AS64503 Example Bank")
NEWS = outside("203.0.113.10", "news.example", "France", "AS64504 Example Media")
TRACKER = outside("203.0.113.20", "ads.tracker.example", "Netherlands", "AS64505 Example Ads")
CLOCK = outside("203.0.113.30", "time.ntp.example", "Germany", "AS64506 Example Time")
NAMELESS = outside("203.0.113.77", "", "France", "AS64507 Example Hosting")
SYNC = outside("198.51.100.199", "cdn-sync.example", "Netherlands", "AS64508 Example Storage")
BACKUP = outside("198.51.100.210", "eu.backup.example", "Ireland", "AS64509 Example Backup")


# --- what they do ---------------------------------------------------------------------------------------------

OFFICE_DAY = [2, 2, 2, 2, 2, 3, 15, 50, 90, 100, 100, 95, 60, 85, 100, 95, 80, 50, 25, 15, 10, 8, 5, 4]


def office(time: int) -> float:
    """Working hours of a weekday, little at night and at the weekend; 1 is the busiest hour."""
    share = OFFICE_DAY[time // HOUR % 24] / 100
    return share if weekday(time) else 0.03 + 0.05 * share


def steady(_time: int) -> float:
    return 1.0


def nightly(time: int) -> float:
    return 1.0 if time // HOUR % 24 == 1 else 0.02


def weekday(time: int) -> bool:
    return datetime.fromtimestamp(time, timezone.utc).weekday() < 5


@dataclass(frozen=True)
class Habit:
    """One kind of traffic. `rate` is connections in the busiest hour; `sent` and `received` bytes a connection."""

    peer: Peer
    port: int
    protocol: str
    rate: float
    rhythm: Callable[[int], float]
    sent: int
    received: int
    served: bool = False
    since: int = 0


WORK = [
    Habit(inside(DC), 53, "UDP", 30, office, 90, 180),
    Habit(inside(DC), 53, "UDP", 3, steady, 90, 180),
    Habit(inside(DC), 88, "TCP", 4, office, 2_200, 2_600),
    Habit(inside(DC), 389, "TCP", 2, office, 1_500, 6_000),
    Habit(inside(FILE_SERVER), 445, "TCP", 9, office, 700_000, 2_600_000),
    Habit(inside(PRINTER), 9100, "TCP", 0.6, office, 300_000, 2_000),
    Habit(inside(MAIL), 443, "TCP", 8, office, 60_000, 120_000),
    Habit(inside(WIKI), 443, "TCP", 5, office, 9_000, 140_000),
    Habit(GATEWAY, 1900, "UDP", 1, steady, 400, 0),
    Habit(inside(ADMIN), 5985, "TCP", 0.4, steady, 30_000, 4_000, served=True),
    Habit(GOOGLE, 443, "TCP", 34, office, 18_000, 260_000),
    Habit(GOOGLE, 443, "UDP", 6, office, 30_000, 600_000),
    Habit(RESOLVER, 443, "TCP", 2, steady, 1_500, 4_000),
    Habit(UPDATES, 443, "TCP", 3, steady, 4_000, 30_000),
    Habit(UPDATES, 443, "TCP", 8, nightly, 9_000, 9_000_000),
    Habit(OFFICE, 443, "TCP", 16, office, 70_000, 240_000),
    Habit(OFFICE, 443, "TCP", 2, steady, 6_000, 20_000),
    Habit(CRM, 443, "TCP", 14, office, 26_000, 210_000),
    Habit(MEETING, 3478, "UDP", 3, office, 1_100_000, 3_500_000),
    Habit(VENDOR, 443, "TCP", 4, steady, 12_000, 2_500),
    Habit(BANK, 443, "TCP", 2, office, 15_000, 90_000),
    Habit(NEWS, 80, "TCP", 5, office, 3_000, 180_000),
    Habit(TRACKER, 443, "TCP", 9, office, 4_000, 30_000),
    Habit(CLOCK, 123, "UDP", 0.5, steady, 76, 76),
    Habit(NAMELESS, 443, "TCP", 3, office, 5_000, 40_000),
]


@dataclass
class Hour:
    count: int = 0
    sent: int = 0
    received: int = 0

    def add(self, other: "Hour") -> None:
        self.count += other.count
        self.sent += other.sent
        self.received += other.received


@dataclass
class Flow:
    """What came of one habit: its buckets, the same number for every flow of a device."""

    habit: Habit
    buckets: list[Hour]


@dataclass
class Series:
    """A device's flows on one grid."""

    flows: list[Flow]
    times: list[int] = field(default_factory=lambda: [START + n * HOUR for n in range(HOURS)])

    def wider(self, hours: int) -> "Series":
        return Series([Flow(f.habit, merged(f.buckets, hours)) for f in self.flows], self.times[::hours])

    def only(self, wanted: Callable[[Habit], bool]) -> "Series":
        return Series([flow for flow in self.flows if wanted(flow.habit)], self.times)

    def first(self, buckets: int) -> "Series":
        return Series([Flow(f.habit, f.buckets[:buckets]) for f in self.flows], self.times[:buckets])

    def without_empty(self) -> "Series":
        kept = [n for n in range(len(self.times)) if self.total(n, "count")]
        flows = [Flow(f.habit, [f.buckets[n] for n in kept]) for f in self.flows]
        return Series(flows, [self.times[n] for n in kept])

    def silent(self) -> "Series":
        return Series([Flow(f.habit, [Hour() for _ in f.buckets]) for f in self.flows], self.times)

    def total(self, bucket: int, measure: str) -> int:
        return sum(getattr(flow.buckets[bucket], measure) for flow in self.flows)


def merged(buckets: list[Hour], width: int) -> list[Hour]:
    wide = []
    for start in range(0, len(buckets), width):
        hour = Hour()
        for narrow in buckets[start : start + width]:
            hour.add(narrow)
        wide.append(hour)
    return wide


def poisson(rng: random.Random, mean: float) -> int:
    if mean > 60:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    limit, product, count = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count


def gamma(rng: random.Random, shape: float) -> float:
    """A factor around 1; the smaller the shape, the wilder."""
    return rng.gammavariate(shape, 1 / shape)


def always(_time: int) -> bool:
    return True


def docked(time: int) -> bool:
    """Left on during the week, taken home and switched off at the weekend."""
    return weekday(time) and weekday(time - 6 * HOUR) and weekday(time + 4 * HOUR)


def carried(seed: str, wakes: float = 0.0) -> Callable[[int], bool]:
    """On while its user works, on most days; `wakes` is the chance of an hour in between."""
    rng = random.Random(seed)
    present = {day for day in range(START // DAY, END // DAY + 1) if rng.random() < 0.93}
    return lambda time: (office(time) > 0.2 and time // DAY in present) or rng.random() < wakes


def simulate(seed: str, habits: list[Habit], awake: Callable[[int], bool] = always) -> Series:
    """Four weeks of the habits."""
    rng = random.Random(seed)
    flows = [Flow(habit, []) for habit in habits]
    for n in range(HOURS):
        time = START + n * HOUR
        on, mood = awake(time), gamma(rng, 14)
        for flow in flows:
            flow.buckets.append(one_hour(rng, flow.habit, time, mood) if on else Hour())
    return Series(flows)


def one_hour(rng: random.Random, habit: Habit, time: int, mood: float) -> Hour:
    if time < habit.since:
        return Hour()
    count = poisson(rng, habit.rate * habit.rhythm(time) * mood * gamma(rng, 6))
    sent = round(count * habit.sent * gamma(rng, 5))
    received = round(count * habit.received * gamma(rng, 5))
    return Hour(count, sent, received)


def scaled(habits: Iterable[Habit], inner: float, outer: float) -> list[Habit]:
    return [replace(h, rate=h.rate * (outer if h.peer.external else inner)) for h in habits]


def colleague(device: Device, inner: float = 1.0, outer: float = 1.0) -> Series:
    seed = f"colleague/{device.did}"
    mood = random.Random(f"mood/{device.did}").uniform(0.9, 1.2)
    return simulate(seed, scaled(WORK, inner * mood, outer * mood), carried(seed))


def planted_upload(habit: Habit, buckets: dict[int, Hour]) -> Flow:
    return Flow(habit, [buckets.get(n, Hour()) for n in range(HOURS)])


def ordinary_series() -> Series:
    """The workstation, a port that is new in the last week, and one night in which 2.4 GB left."""
    quiet_sync = Habit(SYNC, 8443, "TCP", 6, steady, 1_800, 2_400, since=NEW_PORT)
    series = simulate("ordinary", [*WORK, quiet_sync], docked)
    night = (UPLOAD - START) // HOUR
    to_sync = [(5, 640), (7, 910), (4, 610)]
    to_backup = [(2, 60), (3, 110), (2, 70)]
    for peer, port, hours in [(SYNC, 8443, to_sync), (BACKUP, 443, to_backup)]:
        habit = Habit(peer, port, "TCP", 0, steady, 0, 0, since=UPLOAD)
        buckets = {
            night + n: Hour(count, megabytes * MEGABYTE + 4_321 * count, 9_000 * count)
            for n, (count, megabytes) in enumerate(hours)
        }
        series.flows.append(planted_upload(habit, buckets))
    return series


# --- sums both dialects need ----------------------------------------------------------------------------------


def summed(series: Series, measure: str, key: Callable[[Habit], Any]) -> dict[Any, int]:
    """Sums over the whole series, largest first."""
    sums: dict[Any, int] = {}
    for flow in series.flows:
        amount = sum(getattr(hour, measure) for hour in flow.buckets)
        sums[key(flow.habit)] = sums.get(key(flow.habit), 0) + amount
    return dict(sorted(sums.items(), key=lambda item: -item[1]))


def active(flow: Flow) -> list[int]:
    return [n for n, hour in enumerate(flow.buckets) if hour.count]


def spread(*key: Any) -> int:
    """A second within an hour, always the same for a key."""
    return random.Random("/".join(map(str, key))).randrange(HOUR)


def referenced(series: Series) -> list[Device]:
    dids = {flow.habit.peer.did for flow in series.flows}
    return [machine for machine in MACHINES if machine.did in dids]


# --- documented dialect ---------------------------------------------------------------------------------------

DEVICE_TYPES = {"server": 1, "desktop": 2, "laptop": 3, "printer": 4}
SYSTEMS = {"Windows": 1, "Linux": 2}
NAMED_PORTS = {443, 80, 53, 8443}


def documented_device(device: Device) -> Json:
    return {
        "did": device.did,
        "hostname": device.hostname,
        "ip": device.ip,
        "mac": device.mac,
        "devicetype": DEVICE_TYPES[device.kind],
        "os": SYSTEMS.get(device.os, 0),
        "firstseen": device.first_seen,
        "lastseen": END - 140,
        "tags": list(device.tags),
    }


def documented_details(devices: Iterable[Device]) -> Json:
    return {str(device.did): documented_detail(device) for device in devices}


def documented_detail(device: Device) -> Json:
    detail = {
        "hostname": device.hostname,
        "ip": device.ip,
        "mac": device.mac,
        "devicetype": DEVICE_TYPES[device.kind],
        "os": SYSTEMS.get(device.os, 0),
        "vendor": device.vendor,
        "location": "Building A, Floor 2",
        "last_update": END - 140,
    }
    if device.kind == "server":
        detail |= {"criticality": "high", "services": ["web", "files"]}
    else:
        detail |= {"owner": "helpdesk@corp.example", "compliance_tags": ["GDPR"]}
    return detail


def documented_bucket(series: Series, n: int, named: set[int]) -> Json:
    counts = [(flow.habit, flow.buckets[n].count) for flow in series.flows if flow.buckets[n].count]
    protocols: dict[str, int] = {}
    ports: dict[str, int] = {}
    for habit, count in counts:
        port = str(habit.port) if habit.port in named else "Other"
        protocols[habit.protocol] = protocols.get(habit.protocol, 0) + count
        ports[port] = ports.get(port, 0) + count
    external = sum(count for habit, count in counts if habit.peer.external)
    total = sum(count for _, count in counts)
    return {
        "timestamp": series.times[n],
        "connections": total,
        "unique_destinations": len({habit.peer.ip for habit, _ in counts}),
        "internal_connections": total - external,
        "external_connections": external,
        "protocols": protocols,
        "ports": ports,
    }


def documented_graph(series: Series, named: set[int] = NAMED_PORTS) -> list[Json]:
    return [documented_bucket(series, n, named) for n in range(len(series.times))]


def similar_bucket(bucket: Json) -> Json:
    """Only what the comparison reads: with everything, four devices would not fit into one fixture."""
    if not bucket["connections"]:
        return {"timestamp": bucket["timestamp"], "connections": 0}
    return {
        key: bucket[key]
        for key in ("timestamp", "connections", "unique_destinations", "external_connections")
    }


def documented_similar(similar: Iterable[tuple[Device, Series]]) -> list[Json]:
    return [
        {
            "did": device.did,
            "hostname": device.hostname,
            "similarity_score": similarity(rank) / 100,
            "graphdata": [similar_bucket(bucket) for bucket in documented_graph(series)],
        }
        for rank, (device, series) in enumerate(similar)
    ]


def similarity(rank: int) -> int:
    return 96 - 3 * rank


def documented_destinations(series: Series) -> list[Json]:
    destinations = []
    for peer in summed(series, "count", lambda habit: habit.peer):
        flows = [flow for flow in series.flows if flow.habit.peer == peer]
        seen = sorted(n for flow in flows for n in active(flow))
        destination = {
            "ip": peer.ip,
            "hostname": peer.hostname,
            "did": peer.did if peer.did > 0 else None,
            "connections": sum(hour.count for flow in flows for hour in flow.buckets),
            "first_connection": (series.times[seen[0]] if seen else START) + spread("first", peer.ip),
            "last_connection": (series.times[seen[-1]] if seen else START) + spread("last", peer.ip),
            "bytes_sent": sum(hour.sent for flow in flows for hour in flow.buckets),
            "bytes_received": sum(hour.received for flow in flows for hour in flow.buckets),
            "ports": sorted({flow.habit.port for flow in flows}),
            "protocols": sorted({flow.habit.protocol for flow in flows}),
            "is_external": peer.external,
        }
        if not peer.hostname:
            del destination["hostname"]
        if peer.country:
            destination["country"] = peer.country
        destinations.append(destination)
    return destinations


def documented_summary(series: Series, indicators: list[Json]) -> Json:
    total = sum(summed(series, "count", lambda _: 0).values())
    sent = sum(summed(series, "sent", lambda _: 0).values())
    received = sum(summed(series, "received", lambda _: 0).values())
    external = summed(series, "count", lambda habit: habit.peer.external).get(True, 0)
    hours = [0] * 24
    for n, time in enumerate(series.times):
        hours[time // HOUR % 24] += series.total(n, "count")
    return {
        "total_connections": total,
        "unique_destinations": len({flow.habit.peer.ip for flow in series.flows}),
        "external_ratio": round(external / total, 4) if total else 0,
        "top_protocols": list(summed(series, "count", lambda habit: habit.protocol))[:3],
        "top_ports": list(summed(series, "count", lambda habit: habit.port))[:3],
        "peak_activity_hour": hours.index(max(hours)),
        "data_transfer": {
            "total_bytes_out": sent,
            "total_bytes_in": received,
            "avg_session_size": (sent + received) // total if total else 0,
        },
        "anomaly_indicators": indicators,
    }


def documented_co(
    device: Device,
    series: Series,
    similar: Json = None,
    details: Iterable[Device] = (),
    indicators: Iterable[Json] = (),
) -> Json:
    response = {
        "device": documented_device(device),
        "graphdata": documented_graph(series),
        "destinations": documented_destinations(series),
    }
    if details:
        response["devicedetails"] = documented_details(details)
    if similar is not None:
        response["similar_devices"] = similar
    response["summary"] = documented_summary(series, list(indicators))
    return response


def documented_bytes(device: Device, series: Series, measure: str, limit: int = 3, part: int = 8) -> Json:
    """`sent` gives the answer for `sizeout`, `received` the one for `sizein`. A bucket names at most `limit` peers,
    each with at least one in `part` of its bytes."""
    way, peers_key = ("out", "top_destinations") if measure == "sent" else ("in", "top_sources")
    graph = []
    for n, time in enumerate(series.times):
        total, sessions = series.total(n, measure), series.total(n, "count")
        bucket = {
            "timestamp": time,
            f"bytes_{way}": total,
            f"packets_{way}": packets(total, sessions),
            f"sessions_{way}": sessions,
        }
        if total:
            bucket[peers_key] = top_peers(series, n, measure, limit, least=max(1, total // part))
        graph.append(bucket)
    return {"device": documented_device(device), "graphdata": graph}


def packets(size: int, sessions: int) -> int:
    return sessions + size // 1_200


def top_peers(series: Series, n: int, measure: str, limit: int, least: int) -> list[Json]:
    peers: dict[str, Hour] = {}
    for flow in series.flows:
        peers.setdefault(flow.habit.peer.ip, Hour()).add(flow.buckets[n])
    sizes = {ip: getattr(hour, measure) for ip, hour in peers.items()}
    return [
        {"ip": ip, "bytes": size, "packets": packets(size, peers[ip].count)}
        for ip, size in sorted(sizes.items(), key=lambda item: -item[1])[:limit]
        if size >= least
    ]


# --- appliance dialect ----------------------------------------------------------------------------------------

SYSTEM_NAMES = {"Windows": "Windows 10 and newer", "Linux": "Linux 3.11 and newer"}


def appliance_device(device: Device) -> Json:
    last = END - 140
    seen = datetime.fromtimestamp(last, timezone.utc).strftime("%Y-%m-%d %H:%M:%S")
    fields = {
        "did": device.did,
        "macaddress": device.mac,
        "vendor": device.vendor,
        "ip": device.ip,
        "ips": [{"ip": device.ip, "timems": last * 1000, "time": seen, "sid": 10}],
        "sid": 10,
        "hostname": device.hostname,
        "firstSeen": device.first_seen * 1000,
        "lastSeen": last * 1000,
        "os": SYSTEM_NAMES.get(device.os, ""),
        "devicelabel": device.label,
        "typename": device.kind,
        "typelabel": device.kind.capitalize(),
        "tags": [appliance_tag(tid, name) for tid, name in enumerate(device.tags, start=180)],
    }
    return {key: value for key, value in fields.items() if value != ""}


def appliance_tag(tid: int, name: str) -> Json:
    data = {"auto": False, "color": 200, "description": ""}
    return {"tid": tid, "name": name, "expiry": 0, "restricted": False, "data": data}


def appliance_graph(series: Series, measure: str) -> list[Json]:
    return [{"time": time * 1000, "count": series.total(n, measure)} for n, time in enumerate(series.times)]


def percentages(amounts: dict[Any, int], entry: Callable[[Any], Json]) -> list[Json]:
    """Rounded shares, largest first; what would round to less than one per cent is merged into `others`."""
    base = sum(amounts.values())
    shares = {key: int(100 * amount / base + 0.5) for key, amount in amounts.items() if amount}
    entries = [{**entry(key), "size": size} for key, size in shares.items() if size]
    small = sum(amounts[key] for key, size in shares.items() if not size)
    if small:
        entries.append({**entry("others"), "size": max(1, int(100 * small / base + 0.5))})
    return entries


def with_first_time(
    entries: list[Json], series: Series, device: Device, name: str, key: Callable[[Habit], Any]
) -> Json:
    for entry in entries:
        if entry[name] != "others":
            entry["firstTime"] = 1000 * first_time(series, device, entry[name], key)
    return entries


def first_time(series: Series, device: Device, wanted: Any, key: Callable[[Habit], Any]) -> int:
    """When the device first did this: in its first weeks, unless the habit is younger than that."""
    flows = [flow for flow in series.flows if key(flow.habit) == wanted and active(flow)]
    if all(flow.habit.since for flow in flows):
        return min(series.times[active(flow)[0]] for flow in flows) + spread(device.did, wanted)
    return device.first_seen + spread(device.did, wanted) * 900


def device_and_port(key: Any) -> Json:
    if key == "others":
        return {"deviceAndPort": "others"}
    served, did, port = key
    return {"deviceAndPort": {"direction": "in" if served else "out", "device": did, "port": port}}


def appliance_info(device: Device, series: Series, measure: str) -> Json:
    used, served = series.only(lambda habit: not habit.served), series.only(lambda habit: habit.served)
    ports_used = summed(used, measure, by_port)
    ports_served = summed(served, measure, by_port)
    pairs = summed(series, measure, lambda habit: (habit.served, habit.peer.did, habit.port))
    info = {
        "totalUsed": sum(ports_used.values()),
        "totalServed": sum(ports_served.values()),
        "totalDevicesAndPorts": sum(pairs.values()),
        "devicesAndPorts": percentages(pairs, device_and_port),
        "portsUsed": percentages(ports_used, lambda port: {"port": port}),
        "portsServed": percentages(ports_served, lambda port: {"port": port}),
        "devicesUsed": percentages(summed(used, measure, by_did), lambda did: {"did": did}),
        "devicesServed": percentages(summed(served, measure, by_did), lambda did: {"did": did}),
    }
    with_first_time(info["portsUsed"], used, device, "port", by_port)
    with_first_time(info["portsServed"], served, device, "port", by_port)
    with_first_time(info["devicesUsed"], used, device, "did", by_did)
    return info


def by_port(habit: Habit) -> int:
    return habit.port


def by_did(habit: Habit) -> int:
    return habit.peer.did


def external_info(device: Device, series: Series, measure: str) -> Json:
    """As `odid=0` answers: connections without a name belong to no domain, but count for the base."""
    info = appliance_info(device, series, measure)
    domains = summed(series, measure, lambda habit: habit.peer.domain)
    domain_list = percentages(domains, lambda domain: {"domain": domain})
    info["externalDomains"] = [entry for entry in domain_list if entry["domain"]]
    info["externalASNs"] = percentages(
        summed(series, measure, lambda habit: habit.peer.asn), lambda asn: {"asn": asn}
    )
    return info


def appliance_entry(device: Device, series: Series, measure: str, score: float = 100) -> Json:
    return {
        "did": device.did,
        "similarityScore": score,
        "graphData": appliance_graph(series, measure),
        "info": appliance_info(device, series, measure),
    }


def appliance_co(
    device: Device,
    series: Series,
    similar: Iterable[tuple[Device, Series]] = (),
    details: Iterable[Device] = (),
) -> Json:
    entries = [appliance_entry(device, series, "count")]
    for rank, (other, other_series) in enumerate(similar):
        entries.append(appliance_entry(other, other_series, "count", similarity(rank)))
    return appliance_response(entries, details)


def appliance_response(entries: list[Json], details: Iterable[Device] = ()) -> Json:
    response = {"deviceInfo": entries}
    if details:
        response["devices"] = [appliance_device(device) for device in details]
    return response


def appliance_bytes(device: Device, series: Series, measure: str) -> Json:
    return appliance_response([appliance_entry(device, series, measure)])


def appliance_external(device: Device, series: Series, measure: str) -> Json:
    outer = series.only(lambda habit: habit.peer.external)
    entry = {
        "did": device.did,
        "similarityScore": 100,
        "graphData": appliance_graph(outer, measure),
        "info": external_info(device, outer, measure),
    }
    return appliance_response([entry])


def appliance_domain(device: Device, series: Series, measure: str, domain: str) -> Json:
    part = series.only(lambda habit: habit.peer.domain == domain)
    entry = {
        "did": device.did,
        "similarityScore": 100,
        "domain": domain,
        "graphData": appliance_graph(part, measure),
        "info": external_info(device, part, measure),
    }
    return appliance_response([entry])


PLACES = {
    "United States": (37.75, -97.82, ""),
    "Ireland": (53.34, -6.26, "Dublin"),
    "Germany": (50.11, 8.68, "Frankfurt am Main"),
    "Netherlands": (52.37, 4.9, "Amsterdam"),
    "France": (48.86, 2.35, "Paris"),
}


def endpoint(domain: str, peers: list[Peer], device: Device, popularity: int, first: int) -> Json:
    places = [(peer.country, *PLACES[peer.country]) for peer in peers if peer.country in PLACES]
    return {
        "hostname": domain,
        "firsttime": first * 1000,
        "popularity": popularity,
        "dgascore": 0,
        "ips": [{"ip": peer.ip, "firsttime": first * 1000, "lasttime": (END - 300) * 1000} for peer in peers],
        "locations": [
            {"latitude": latitude, "longitude": longitude, "country": country, "city": city}
            for country, latitude, longitude, city in places
        ],
        "devices": [{"did": device.did, "ip": device.ip, "sid": 10}],
    }


def ordinary_endpoints() -> Json:
    """One domain has no address and no place, so that the list does not explain all traffic."""
    old = at("2024-02-01T06:00:00")
    known = [GOOGLE, OFFICE, CRM, UPDATES, TRACKER, NEWS, RESOLVER, MEETING]
    answers = [
        endpoint(peer.domain, [peer], WORKSTATION, 96 - 5 * n, old + n * DAY) for n, peer in enumerate(known)
    ]
    answers.append(endpoint(SYNC.domain, [SYNC], WORKSTATION, 1, NEW_PORT + spread("sync")))
    answers.append(endpoint(BACKUP.domain, [BACKUP], WORKSTATION, 34, at("2026-03-02T09:00:00")))
    answers.append(endpoint(VENDOR.domain, [], WORKSTATION, 40, at("2025-05-05T05:05:05")))
    return answers


# --- cases of both dialects -----------------------------------------------------------------------------------

Files = dict[str, Json]
UNUSUAL_PORT = {
    "type": "unusual_port",
    "port": 8443,
    "confidence": 0.75,
    "description": "Uncommon port usage detected",
}


def ordinary() -> Files:
    series = ordinary_series()
    similar = [(device, colleague(device)) for device in COLLEAGUES[:3]]
    details = [WORKSTATION, *[device for device, _ in similar], *referenced(series)]
    return {
        "documented/ordinary.co": documented_co(
            WORKSTATION, series, documented_similar(similar), details, [UNUSUAL_PORT]
        ),
        "documented/ordinary.sizeout": documented_bytes(WORKSTATION, series, "sent"),
        "documented/ordinary.sizein": documented_bytes(WORKSTATION, series, "received"),
        "appliance/ordinary.co": appliance_co(WORKSTATION, series, similar, details),
        "appliance/ordinary.sizeout": appliance_bytes(WORKSTATION, series, "sent"),
        "appliance/ordinary.sizein": appliance_bytes(WORKSTATION, series, "received"),
        "appliance/ordinary.external": appliance_external(WORKSTATION, series, "count"),
        "appliance/ordinary.external-out": appliance_external(WORKSTATION, series, "sent"),
        "appliance/ordinary.endpoints": ordinary_endpoints(),
        "appliance/domain.co": appliance_domain(WORKSTATION, series, "count", SYNC.domain),
        "appliance/domain.sizeout": appliance_domain(WORKSTATION, series, "sent", SYNC.domain),
    }


def both(name: str, series: Series, sizes: bool = True) -> Files:
    """A case without similar devices, seen through both dialects."""
    details = [WORKSTATION, *referenced(series)]
    files = {
        f"documented/{name}.co": documented_co(WORKSTATION, series, details=details),
        f"appliance/{name}.co": appliance_co(WORKSTATION, series, details=details),
    }
    if sizes:
        for part, measure in [("sizeout", "sent"), ("sizein", "received")]:
            files[f"documented/{name}.{part}"] = documented_bytes(WORKSTATION, series, measure)
            files[f"appliance/{name}.{part}"] = appliance_bytes(WORKSTATION, series, measure)
    return files


def empty() -> Files:
    files = {}
    for part in ("co", "sizeout", "sizein"):
        device = documented_device(WORKSTATION)
        lists = (
            {"destinations": [], "devicedetails": {}, "similar_devices": [], "summary": {}}
            if part == "co"
            else {}
        )
        files[f"documented/empty.{part}"] = {"device": device, "graphdata": [], **lists}
        entry = {"did": WORKSTATION.did, "similarityScore": 100, "graphData": [], "info": empty_info()}
        files[f"appliance/empty.{part}"] = {"deviceInfo": [entry], "devices": []}
    return files


def empty_info() -> Json:
    totals = {"totalUsed": 0, "totalServed": 0, "totalDevicesAndPorts": 0}
    names = "devicesAndPorts externalDomains externalASNs portsUsed portsServed devicesUsed devicesServed"
    return totals | {name: [] for name in names.split()}


def one_bucket() -> Files:
    busiest_of_first_day = 11
    series = simulate("one-bucket", WORK)
    flows = [Flow(f.habit, f.buckets[busiest_of_first_day : busiest_of_first_day + 1]) for f in series.flows]
    return both("one-bucket", Series(flows, [series.times[busiest_of_first_day]]))


def gaps() -> Files:
    return both("gaps", simulate("gaps", WORK, carried("gaps", wakes=0.1)).without_empty(), sizes=False)


def ten_similar() -> Files:
    """A workstation far above ten thin colleagues: more connections, more peers, more of it outside."""
    sites = [
        outside(f"203.0.113.{100 + n}", f"www.site-{n:02}.example", "France", "AS64510 Example Sites")
        for n in range(40)
    ]
    visits = [Habit(site, 443, "TCP", 0.7, office, 5_000, 70_000) for site in sites]
    primary = simulate("ten-similar", [*scaled(WORK, 0.9, 1.6), *visits]).wider(4)
    similar = [(device, colleague(device, 0.9, 0.22).wider(4)) for device in COLLEAGUES]
    details = [WORKSTATION, *COLLEAGUES, *referenced(primary)]
    documented = documented_similar(similar)
    return {
        "documented/ten-similar.co": documented_co(WORKSTATION, primary, documented, details),
        "appliance/ten-similar.co": appliance_co(WORKSTATION, primary, similar, details),
    }


def four_hour() -> Files:
    upload = Habit(BACKUP, 443, "TCP", 12, office, 16_000_000, 40_000)
    series = simulate("four-hour", [*WORK, upload]).wider(4)
    return both("four-hour", series) | {
        "documented/four-hour.sizeout": documented_bytes(WORKSTATION, series, "sent", limit=4, part=10_000),
        "documented/four-hour.sizein": documented_bytes(
            WORKSTATION, series, "received", limit=4, part=10_000
        ),
    }


def zero_totals() -> Files:
    return both("zero-totals", simulate("zero-totals", WORK).silent().wider(4))


# --- ties -----------------------------------------------------------------------------------------------------

TIED_PORTS = ["8080", "443", "9200", "53", "22", "3389", "80", "5060", "1433", "25", "110", "21"]
TIED_NAMES = [
    "zulu",
    "mike",
    "alpha",
    "tango",
    "bravo",
    "kilo",
    "yankee",
    "delta",
    "xray",
    "echo",
    "whiskey",
    "golf",
]


def ties() -> Files:
    return {"documented/ties.co": documented_ties(), "appliance/ties.co": appliance_ties()}


def documented_ties() -> Json:
    def graph() -> list[Json]:
        return [
            {
                "timestamp": START + n * HOUR,
                "connections": 24,
                "unique_destinations": 12,
                "internal_connections": 12,
                "external_connections": 12,
                "protocols": {"UDP": 8, "TCP": 8, "ICMP": 8},
                "ports": {port: 2 for port in TIED_PORTS},
            }
            for n in range(12)
        ]

    destinations = [
        {
            "ip": f"198.51.100.{60 - n}" if n % 2 else f"10.20.7.{60 - n}",
            "hostname": f"{name}.example" if n % 2 else f"{name}.corp.example",
            "did": None if n % 2 else 30_000 + n,
            "connections": 24,
            "bytes_sent": 4_800,
            "bytes_received": 9_600,
            "ports": [int(TIED_PORTS[n])],
            "protocols": ["TCP"],
            "is_external": bool(n % 2),
            **({"country": ["Sweden", "Norway", "Austria"][n % 3]} if n % 2 else {}),
        }
        for n, name in enumerate(TIED_NAMES)
    ]
    similar = [
        {"did": 12350 - n, "hostname": name, "similarity_score": 0.9, "graphdata": graph()}
        for n, name in enumerate(TIED_NAMES[:4])
    ]
    return {
        "device": documented_device(WORKSTATION),
        "graphdata": graph(),
        "destinations": destinations,
        "similar_devices": similar,
    }


def appliance_ties() -> Json:
    first = (START - 90 * DAY) * 1000
    dids = [30_009, 30_001, 30_005, 30_000, 30_007, 30_003, 0, 30_002, 30_008, 30_004]

    def entry(did: int, score: int) -> Json:
        info = {
            "totalUsed": 12_000,
            "totalServed": 0,
            "totalDevicesAndPorts": 12_000,
            "devicesAndPorts": [
                {"deviceAndPort": {"direction": "out", "device": peer, "port": int(port)}, "size": 10}
                for peer, port in zip(dids, TIED_PORTS)
            ],
            "portsUsed": [{"port": int(port), "size": 10, "firstTime": first} for port in TIED_PORTS[:10]],
            "portsServed": [],
            "devicesUsed": [{"did": peer, "size": 10, "firstTime": first} for peer in dids],
            "devicesServed": [],
        }
        graph = [{"time": (START + n * HOUR) * 1000, "count": 100} for n in range(120)]
        return {"did": did, "similarityScore": score, "graphData": graph, "info": info}

    peers = [Device(12350 - n, name, f"10.20.4.{40 - n}") for n, name in enumerate(TIED_NAMES[:4])]
    entries = [entry(WORKSTATION.did, 100), *[entry(peer.did, 90) for peer in peers]]
    return appliance_response(entries, [WORKSTATION, *peers])


# --- hostile names --------------------------------------------------------------------------------------------

HOSTILE = {
    "ansi": "\u001b[31mred\u001b[0m\u001b]0;title\u0007",
    "newline": "first\nsecond\r\nthird\ttab",
    "bell": "bell\u0007\u0008\u0008\u0008",
    "script": "<script>alert(1)</script>",
    "quote": "\"double\" 'single' `tick` \\back| pipe",
    "formula": "=cmd('/c calc')!A1",
    "override": "evil\u202egnp-exe",
    "long": "very-long-" * 40 + "name",
    "wide": "\u4f1a\u8a08\u90e8\u306e\u7aef\u672b\u756a\u53f7\u4e00",
}


def hostile() -> Files:
    device = Device(
        12345,
        HOSTILE["ansi"],
        "10.20.4.17",
        vendor=HOSTILE["quote"],
        label=HOSTILE["script"],
        tags=(HOSTILE["newline"], HOSTILE["formula"], HOSTILE["override"]),
    )
    names = list(HOSTILE.values())
    peers = [
        outside(f"203.0.113.{n + 1}", f"{name}.example", HOSTILE["script"], name)
        for n, name in enumerate(names)
    ]
    habits = [Habit(peer, 443, "TCP", 9 - n * 0.5, steady, 4_000, 9_000) for n, peer in enumerate(peers)]
    habits.append(Habit(inside(DC), 53, "UDP", 5, office, 90, 180))
    series = simulate("hostile", habits)
    similar = [Device(12346 + n, name, f"10.20.4.{18 + n}") for n, name in enumerate(names[1:3])]
    wide = series.wider(4)
    documented = documented_co(
        device,
        wide,
        documented_similar([(each, wide) for each in similar]),
        [device, *similar, DC],
        [{"type": HOSTILE["ansi"], "confidence": 0.5, "description": HOSTILE["script"] + HOSTILE["newline"]}],
    )
    for bucket in documented["graphdata"]:
        bucket["protocols"][HOSTILE["script"]] = 1
        bucket["ports"][HOSTILE["formula"]] = 1
    external = appliance_external(device, series, "count")
    endpoints = [
        {
            "hostname": peer.domain,
            "firsttime": START * 1000,
            "popularity": 1,
            "dgascore": 97,
            "ips": [{"ip": peer.ip, "firsttime": START * 1000, "lasttime": (END - 300) * 1000}],
            "locations": [{"latitude": 0, "longitude": 0, "country": name, "city": name}],
            "devices": [],
        }
        for peer, name in zip(peers, names)
    ]
    return {
        "documented/hostile.co": documented,
        "appliance/hostile.co": appliance_co(
            device, wide, [(d, wide) for d in similar], [device, *similar, DC]
        ),
        "appliance/hostile.external": external,
        "appliance/hostile.endpoints": endpoints,
    }


# --- documented dialect only ----------------------------------------------------------------------------------


def missing_countries() -> Files:
    """Every second external destination lacks its country, which counts as `Unknown`."""
    response = documented_co(WORKSTATION, simulate("missing-countries", WORK).wider(4))
    for destination in response["destinations"][::2]:
        destination.pop("country", None)
    return {"documented/missing-countries.co": response}


def many_destinations() -> Files:
    rng = random.Random("many-destinations")
    countries = ["United States", "Germany", "France", "China", "Russia", "North Korea", "Japan", "Brazil"]
    ports = [443, 80, 8080, 4444, 6667, 9001, 1337, 31337, 53]
    hosts = ["{0}.example", "www.{0}.example", "a.b.{0}.example", "{0}.example.co.uk"]
    habits = []
    for n in range(240):
        name = rng.choice(hosts).format(f"host-{n:03}")
        peer = outside(
            f"{('198.51.100', '203.0.113')[n % 2]}.{n}", name, rng.choice(countries), "AS64511 Example Net"
        )
        habits.append(Habit(peer, rng.choice(ports), "TCP", rng.uniform(0.1, 1.5), office, 3_000, 20_000))
    habits.append(Habit(SYNC, 8443, "TCP", 260, office, 20_000, 3_000))
    series = simulate("many-destinations", [*WORK[:5], *habits]).wider(4)
    return {"documented/many-destinations.co": documented_co(WORKSTATION, series)}


def internal_only() -> Files:
    habits = [habit for habit in WORK if not habit.peer.external]
    series = simulate("internal-only", habits).wider(4)
    return {
        "documented/internal-only.co": documented_co(
            WORKSTATION, series, details=[WORKSTATION, *referenced(series)]
        )
    }


def no_external_flag() -> Files:
    response = documented_co(WORKSTATION, simulate("no-external-flag", WORK).wider(4))
    for n, destination in enumerate(response["destinations"]):
        if n % 4 == 1:
            del destination["is_external"]
        elif n % 4 == 3:
            destination["is_external"] = None
    return {"documented/no-external-flag.co": response}


def sparse_keys() -> Files:
    """Each key that can be absent is absent somewhere; only the times stay."""
    response = documented_co(WORKSTATION, simulate("sparse-keys", WORK).wider(4).first(84))
    optional = [key for key in response["graphdata"][0] if key != "timestamp"]
    for n, bucket in enumerate(response["graphdata"]):
        for key in optional[n % len(optional) :: 3]:
            del bucket[key]
    names = [
        "hostname",
        "did",
        "connections",
        "bytes_sent",
        "ports",
        "is_external",
        "country",
        "bytes_received",
        "ip",
    ]
    for n, destination in enumerate(response["destinations"]):
        destination.pop(names[n % len(names)], None)
        destination.pop(names[(n + 4) % len(names)], None)
    destinations = [*response["destinations"], {"ip": "198.51.100.7"}, {"connections": 3}, {}]
    similar = [
        {
            "did": 12346,
            "graphdata": [{"timestamp": START, "connections": 5}, {"timestamp": START + 4 * HOUR}],
        },
        {"hostname": "workstation-03", "similarity_score": 0.5},
        {"graphdata": []},
    ]
    return {
        "documented/sparse-keys.co": {
            "device": {"did": WORKSTATION.did},
            "graphdata": response["graphdata"],
            "destinations": destinations,
            "devicedetails": {"12346": {"hostname": "workstation-02"}, "20001": {}},
            "similar_devices": similar,
            "summary": {
                "total_connections": response["summary"]["total_connections"],
                "anomaly_indicators": [{}],
            },
        }
    }


# --- appliance dialect only -----------------------------------------------------------------------------------


def others_everywhere() -> Files:
    """`others` in each place it can take, port ranges, and a graph that sums to ten less than the totals."""
    series = simulate("others-everywhere", WORK)
    graph = appliance_graph(series, "count")
    busiest = max(graph, key=lambda bucket: bucket["count"])
    busiest["count"] -= 10
    info = appliance_info(WORKSTATION, series, "count")
    first = WORKSTATION.first_seen * 1000

    def pair(device: Json, port: Json, size: int, direction: str = "out") -> Json:
        return {"deviceAndPort": {"direction": direction, "device": device, "port": port}, "size": size}

    info |= {
        "devicesAndPorts": [
            pair(0, 443, 55),
            pair("others", 53, 17),
            pair(0, "others", 9),
            pair(-6, "49152 - 65535", 6),
            pair("others", "others", 5),
            pair("others", "5001 - 10000", 2, "in"),
            {"deviceAndPort": "others", "size": 6},
        ],
        "portsUsed": [
            {"port": 443, "size": 61, "firstTime": first},
            {"port": 53, "size": 17, "firstTime": first},
            {"port": "5001 - 10000", "size": 8, "firstTime": first + DAY * 1000},
            {"port": "49152 - 65535", "size": 6, "firstTime": (END - 3 * DAY) * 1000},
            {"port": "others", "size": 8},
        ],
        "portsServed": [
            {"port": "5001 - 10000", "size": 90, "firstTime": first},
            {"port": "others", "size": 10},
        ],
        "devicesUsed": [
            {"did": 0, "size": 64, "firstTime": first},
            {"did": DC.did, "size": 20, "firstTime": first},
            {"did": "others", "size": 16},
        ],
        "devicesServed": [{"did": "others", "size": 100}],
    }
    entry = {"did": WORKSTATION.did, "similarityScore": 100, "graphData": graph, "info": info}
    outer = appliance_external(WORKSTATION, series, "count")
    outer_info = outer["deviceInfo"][0]["info"]
    outer_info["externalDomains"] = [{"domain": "google.com", "size": 31}, {"domain": "others", "size": 69}]
    outer_info["externalASNs"] = [{"asn": "AS15169 Google LLC", "size": 33}, {"asn": "others", "size": 67}]
    return {
        "appliance/others-everywhere.co": appliance_response([entry], [WORKSTATION, DC]),
        "appliance/others-everywhere.external": outer,
    }


def server() -> Files:
    """A file server: nearly all of its connections are served."""
    clients = [
        Habit(inside(d), 445, "TCP", 9 - n * 0.7, office, 2_600_000, 700_000, True)
        for n, d in enumerate(COLLEAGUES)
    ]
    habits = [
        *clients,
        Habit(inside(ADMIN), 22, "TCP", 0.8, office, 60_000, 20_000, True),
        Habit(Peer(-6, "10.20.9.9"), 443, "TCP", 3, steady, 90_000, 9_000, True),
        Habit(inside(DC), 53, "UDP", 2, steady, 90, 180),
        Habit(UPDATES, 443, "TCP", 0.5, nightly, 4_000, 9_000_000),
    ]
    series = simulate("server", habits)
    return {
        "appliance/server.co": appliance_co(
            FILE_SERVER, series, details=[FILE_SERVER, *COLLEAGUES, ADMIN, DC]
        )
    }


def bare() -> Files:
    series = simulate("bare", WORK)
    return {
        "appliance/bare.co": {
            "deviceInfo": [{"did": WORKSTATION.did, "graphData": appliance_graph(series, "count")}]
        }
    }


def special_ids() -> Files:
    habits = [
        Habit(GOOGLE, 443, "TCP", 20, office, 18_000, 260_000),
        Habit(Peer(-3, "239.255.255.250"), 1900, "UDP", 6, steady, 400, 0),
        Habit(Peer(-4, "255.255.255.255"), 67, "UDP", 2, steady, 340, 0),
        Habit(Peer(-5, "169.254.10.20"), 137, "UDP", 3, steady, 80, 0),
        Habit(Peer(-6, "10.20.4.1"), 53, "UDP", 9, office, 90, 180),
        Habit(Peer(-9, "10.20.250.1"), 443, "TCP", 4, office, 2_000, 9_000),
        Habit(inside(DC), 88, "TCP", 4, office, 2_200, 2_600),
        Habit(Peer(-6, "10.20.4.2"), 5985, "TCP", 1, steady, 30_000, 4_000, True),
    ]
    response = appliance_co(WORKSTATION, simulate("special-ids", habits), details=[WORKSTATION, DC])
    # Appliances write some whole numbers as floats, the reserved ids among them.
    for entry in response["deviceInfo"][0]["info"]["devicesUsed"]:
        if entry["did"] == -6:
            entry["did"] = -6.0
    return {"appliance/special-ids.co": response}


# --- odd kinds ------------------------------------------------------------------------------------------------

# Written as text: a duplicate key, and a whole number as a float next to its integer, would not survive an encoder.
ODD_DOCUMENTED = """\
{
 "device": {"did": 12345.0, "hostname": "workstation-01", "ip": null, "mac": 17, "devicetype": "3", "os": 1.0,
  "firstseen": null, "lastseen": 1795474660.0, "tags": ["Finance", 7, null], "shade": {"deep": [1, {"deeper": null}]}},
 "futureSection": [[], {}, "text", true],
 "graphdata": [
  {"timestamp": 1793070000, "connections": 40, "unique_destinations": 9, "internal_connections": 22, "external_connections": 18, "protocols": {"TCP": 35, "UDP": 5}, "ports": {"443": 30, "53": 10}},
  {"timestamp": 1793055600, "connections": 12.0, "unique_destinations": 4.0, "internal_connections": 5.0, "external_connections": 7.0, "protocols": {"TCP": 12.0}, "ports": {"443": 12.0}},
  {"timestamp": 1793059200.0, "connections": 15, "unique_destinations": null, "internal_connections": null, "external_connections": 6, "protocols": null, "ports": null, "mystery": 1},
  {"timestamp": 1793062800, "connections": 20, "unique_destinations": 6, "external_connections": 8, "protocols": {"TCP": 20}, "ports": {"443": 20}},
  {"timestamp": 1793062800, "connections": 21, "unique_destinations": 7, "external_connections": 9, "protocols": {"TCP": 21}, "ports": {"443": 21}},
  {"timestamp": 1793066400, "connections": "31", "unique_destinations": 8, "external_connections": 11, "protocols": {"TCP": "31"}, "ports": {"443": 31}},
  42,
  {"timestamp": 1793073600, "connections": -5, "unique_destinations": 3, "external_connections": -2, "protocols": {"TCP": -5}, "ports": {"443": -5}},
  {"timestamp": 1793077200, "connections": 3, "connections": 8, "unique_destinations": 2, "external_connections": 4, "protocols": {"TCP": 8}, "ports": {"443": 6, "443": 8}},
  {"timestamp": 1793080800, "connections": 18446744073709551615, "unique_destinations": 5, "external_connections": 1, "protocols": {"TCP": 18446744073709551615}, "ports": {"443": 1}},
  {"timestamp": 99999999999999999, "connections": 6, "unique_destinations": 2, "external_connections": 3, "protocols": {"TCP": 6}, "ports": {"443": 6}},
  {"timestamp": null, "connections": 7, "unique_destinations": 2, "external_connections": 3},
  {"connections": 9},
  {"timestamp": 1793084400, "connections": 10, "unique_destinations": 3, "external_connections": 5, "protocols": ["TCP"], "ports": {"443": [10]}}
 ],
 "destinations": [
  {"ip": "192.0.2.14", "hostname": "www.google.com", "did": null, "connections": 60.0, "bytes_sent": 1000, "bytes_received": 2000, "ports": [443.0, "80", null], "protocols": ["TCP"], "is_external": true, "country": "United States"},
  7,
  {"ip": "10.20.0.10", "hostname": null, "did": 20001.0, "connections": -4, "bytes_sent": "1 MB", "bytes_received": 18446744073709551615, "ports": "53", "protocols": null, "is_external": false},
  {"ip": "198.51.100.9", "hostname": "", "connections": "12", "is_external": "true", "country": null}
 ],
 "similar_devices": [
  {"did": 12346, "hostname": "workstation-02", "similarity_score": "0.92", "graphdata": [{"timestamp": 1793055600, "connections": 11, "external_connections": 5}, null]},
  "none",
  {"did": 12347, "hostname": "workstation-03", "similarity_score": null, "graphdata": {"unexpected": "object"}}
 ],
 "summary": {"total_connections": "many", "external_ratio": null, "peak_activity_hour": 31, "anomaly_indicators": [5, {"type": null}]}
}
"""

ODD_APPLIANCE = """\
{
 "deviceInfo": [
  {"did": 12345.0, "similarityScore": 100.0, "unknownKey": {"deep": [1, {"deeper": null}]},
   "graphData": [
    {"time": 1793070000000, "count": 40},
    {"time": 1793055600000, "count": 12.0},
    {"time": 1793059200000.0, "count": null},
    {"time": 1793062800000, "count": 20},
    {"time": 1793062800000, "count": 21},
    {"time": 1793066400000, "count": "31"},
    42,
    {"time": 1793073600000, "count": -5},
    {"time": 1793077200000, "count": 3, "count": 8},
    {"time": 1793080800000, "count": 18446744073709551615},
    {"time": 9223372036854775807, "count": 6},
    {"time": null, "count": 7},
    {"count": 9},
    {"time": 1793084400000, "count": [10], "extra": true}
   ],
   "info": {
    "totalUsed": 130.0, "totalServed": null, "totalDevicesAndPorts": "130",
    "devicesAndPorts": [
     {"deviceAndPort": {"direction": "out", "device": -6.0, "port": 443.0}, "size": 60.0},
     {"deviceAndPort": {"direction": "sideways", "device": null, "port": "https"}, "size": 20},
     {"deviceAndPort": 7, "size": 10},
     {"size": 10}
    ],
    "portsUsed": [
     {"port": 443.0, "size": 70.0, "firstTime": 1756711800000.0},
     {"port": "53", "size": 20, "firstTime": null},
     {"port": 70000, "size": 5, "firstTime": -1},
     {"port": "10000 - 5001", "size": 105},
     {"port": null, "size": "3"},
     80
    ],
    "portsServed": null,
    "devicesUsed": [{"did": 0.0, "size": 64}, {"did": "20001", "size": 20}, {"did": -1234, "size": -3}, {"did": null, "size": null}],
    "devicesServed": {"unexpected": "object"}
   }},
  {"did": 12346, "similarityScore": "92", "graphData": [{"time": 1793055600000, "count": 11}, null], "info": []},
  "none",
  {"did": 12347, "similarityScore": null}
 ],
 "devices": [
  {"did": 12345, "macaddress": 17, "ip": null, "ips": [5, {"ip": "10.20.4.17", "timems": "soon"}], "sid": -9.0, "hostname": "workstation-01", "firstSeen": null, "lastSeen": 1795474660000.0, "os": 1, "typename": null, "tags": ["Finance", {"tid": 180.0, "name": "Finance", "data": null}], "unknownKey": 1},
  12346
 ],
 "futureSection": [[], {}, "text", true]
}
"""


# --- writing --------------------------------------------------------------------------------------------------

SPREAD_OUT = {"info", "devicedetails"}
HOLDS_SERIES = {"graphdata", "graphData"}


def encode(value: Json) -> str:
    """JSON with one bucket, one list entry and one member of the outer objects a line."""
    return "".join(opened(value, 0)) + "\n"


def row(value: Json) -> str:
    return json.dumps(value, separators=(",", ":"))


def opened(value: Json, depth: int) -> Iterable[str]:
    entries = isinstance(value, list)
    items = [("", item) for item in value] if entries else list(value.items())
    yield "[" if entries else "{"
    for n, (key, item) in enumerate(items):
        lines = wants_lines(key, item)
        # Thousands of entries: indenting them too would cost a tenth of the files.
        yield ("," if n else "") + "\n" + " " * (0 if entries and not lines else depth + 1)
        yield "" if entries else row(key) + ": "
        yield from opened(item, depth + 1) if lines else [row(item)]
    yield "\n" + " " * depth + ("]" if entries else "}")


def wants_lines(key: str, value: Json) -> bool:
    if isinstance(value, dict):
        return bool(value) and (key in SPREAD_OUT or not HOLDS_SERIES.isdisjoint(value))
    return isinstance(value, list) and any(isinstance(item, dict) for item in value)


CASES: list[Callable[[], Files]] = [
    ordinary,
    empty,
    one_bucket,
    gaps,
    ties,
    ten_similar,
    four_hour,
    zero_totals,
    hostile,
    missing_countries,
    many_destinations,
    internal_only,
    no_external_flag,
    sparse_keys,
    others_everywhere,
    server,
    bare,
    special_ids,
]


def all_files() -> dict[str, str]:
    texts = {"documented/odd.co": ODD_DOCUMENTED, "appliance/odd.co": ODD_APPLIANCE}
    for case in CASES:
        texts |= {name: encode(value) for name, value in case().items()}
    return {f"fixtures/{name}.json": text for name, text in sorted(texts.items())}


def differing(root: Path, files: dict[str, str]) -> list[str]:
    return [name for name, text in files.items() if not same(root / name, text)]


def same(path: Path, text: str) -> bool:
    return path.is_file() and path.read_bytes() == text.encode()


def main() -> int:
    parser = argparse.ArgumentParser(description="Write the designed fixtures.")
    parser.add_argument("root", nargs="?", type=Path, default=Path("."), metavar="ROOT")
    parser.add_argument("--check", action="store_true", help="compare only; exit 1 on a difference")
    arguments = parser.parse_args()
    files = all_files()
    changed = differing(arguments.root, files)
    if arguments.check:
        for name in changed:
            print(f"missing or different: {name}", file=sys.stderr)
        return 1 if changed else 0
    for name in changed:
        path = arguments.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(files[name].encode())
    print(f"{len(files)} fixtures, {len(changed)} written", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
