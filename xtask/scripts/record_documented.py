#!/usr/bin/env python3
"""Runs the functions of the module document and records what they compute.

    python3 xtask/scripts/record_documented.py DOCUMENT FIXTURES OUT

DOCUMENT is the markdown file whose Python blocks define the functions; they are executed as they stand, with a
client that answers from a case. FIXTURES is `fixtures/documented`; OUT receives one JSON file a function.

A value the document did not compute for a case is absent. `failed` holds the message where it gave up. Values are
taken from the function's variables when it returns, because the printed ones are rounded.
"""

import argparse
import contextlib
import io
import json
import os
import random
import re
import sys
import time
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Json = Any
HOUR = 3600
START = 1793055600  # 2026-10-26T23:00:00Z
DEVICE = {"did": 12345, "hostname": "workstation-01", "ip": "10.20.4.17", "devicetype": 3, "os": 1}

CONNECTIONS = "analyze_device_connections"
TRANSFERS = "analyze_data_patterns"
COMPARE = "compare_similar_devices"
EXTERNAL = "analyze_external_communications"
METRICS = "calculate_device_metrics"
DEVIATIONS = "calculate_deviations"
BYTES = "format_bytes"
SERVICE = "get_common_service"

# Fixtures on which the project answers otherwise on purpose.
SKIPPED = {
    (
        "odd",
        None,
    ): "values of the wrong kind, times out of order or twice: warnings in the project, failures here",
    ("hostile", None): "names are printed as they are here, and made safe by the project",
    ("no-external-flag", CONNECTIONS): "an is_external of null is absent in the project, and internal here",
}


# --- the document ---------------------------------------------------------------------------------------------


class Client:
    """Answers every question from the case at hand."""

    def __init__(self, **_settings: Any) -> None:
        self.deviceinfo = self
        self.answers: dict[str, Json] = {}

    def get(self, datatype: str = "co", **_parameters: Any) -> Json:
        return self.answers[datatype]


def functions_of(document: Path) -> dict[str, Any]:
    """The namespace left by every Python block that defines a function."""
    darktrace = types.ModuleType("darktrace")
    darktrace.DarktraceClient = Client
    sys.modules["darktrace"] = darktrace
    namespace: dict[str, Any] = {}
    for block in re.findall(r"^```python\n(.*?)^```", document.read_text("utf-8"), re.DOTALL | re.MULTILINE):
        if re.search(r"^def ", block, re.MULTILINE):
            exec(compile(block, document.name, "exec"), namespace)
    return namespace


@dataclass
class Run:
    result: Any
    variables: dict[str, Any]
    printed: str

    @property
    def failed(self) -> str | None:
        """The message of a failure that the function caught and printed itself."""
        last = self.printed.rstrip("\n").rsplit("\n", 1)[-1]
        match = re.match(r"Error [^:]*: (.*)", last)
        return match[1] if match and self.result is None else None


def run(function: Callable[..., Any], arguments: dict[str, Any]) -> Run:
    variables: dict[str, Any] = {}

    def watch(frame: types.FrameType, event: str, _argument: Any) -> None:
        if event == "return" and frame.f_code is function.__code__:
            variables.update(frame.f_locals)

    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        sys.setprofile(watch)
        try:
            result = function(**arguments)
        finally:
            sys.setprofile(None)
    return Run(result, variables, printed.getvalue())


# --- what is kept of a run ------------------------------------------------------------------------------------


def kept(variables: dict[str, Any], names: str) -> Json:
    return {name: variables[name] for name in names.split() if name in variables}


def pairs(counts: dict[str, int]) -> list[Json]:
    return [[name, count] for name, count in sorted(counts.items(), key=lambda item: item[1], reverse=True)]


def connection_values(run: Run) -> Json:
    variables = run.variables
    values = kept(variables, "total_connections avg_connections max_connections")
    if "all_protocols" in variables:
        values["protocols"] = pairs(variables["all_protocols"])
    if "all_ports" in variables:
        values["ports"] = pairs(variables["all_ports"])[:10]
    if "top_destinations" in variables:
        values["external_destinations"] = len(variables["external_destinations"])
        values["internal_destinations"] = len(variables["internal_destinations"])
        values["top_destinations"] = [top_destination(each) for each in variables["top_destinations"]]
    return values


def top_destination(destination: Json) -> list[Json]:
    name = next((destination[key] for key in ("hostname", "ip") if key in destination), "Unknown")
    size = sum(destination.get(key, 0) for key in ("bytes_sent", "bytes_received"))
    return [name, destination.get("connections", 0), size]


def transfer_values(run: Run) -> Json:
    values = kept(run.variables, "total_out avg_out max_out total_in avg_in max_in ratio pattern")
    if run.result is not None:
        # The last two sections of the text: a heading, then the peers of each bucket.
        sections = run.printed.rstrip("\n").split("\n\n")
        values["top_destinations"] = sections[-2].split("\n")[1:]
        values["top_sources"] = sections[-1].split("\n")[1:]
    return values


def compare_values(run: Run) -> Json:
    variables = run.variables
    values = kept(variables, "primary_metrics")
    values["comparisons"] = [
        {key: comparison[key] for key in ("metrics", "similarity_score", "deviations")}
        for comparison in variables["comparisons"]
    ]
    return values | kept(
        variables,
        "baseline_connections baseline_destinations baseline_external "
        "connection_deviation destination_deviation external_deviation anomalies",
    )


def external_values(run: Run) -> Json:
    variables = run.variables
    values = kept(variables, "total_external_connections")
    values["external_destinations"] = len(variables["external_destinations"])
    return values | kept(
        variables,
        "sorted_countries sorted_domains sorted_ports risk_score risk_level risk_factors recommendations unusual_ports",
    )


VALUES: dict[str, Callable[[Run], Json]] = {
    CONNECTIONS: connection_values,
    TRANSFERS: transfer_values,
    COMPARE: compare_values,
    EXTERNAL: external_values,
    METRICS: lambda run: run.result,
    DEVIATIONS: lambda run: run.result,
    BYTES: lambda run: {"text": run.result},
    SERVICE: lambda run: {"service": run.result},
}


# --- cases ----------------------------------------------------------------------------------------------------


@dataclass
class Case:
    """`response` and, for transfers, `out` and `into` are objects, or a path below FIXTURES."""

    name: str
    function: str
    arguments: dict[str, Any]
    response: Json = None
    out: Json = None
    into: Json = None


def asked(name: str, function: str, response: Json) -> Case:
    return Case(name, function, {"device_id": DEVICE["did"]}, response=response)


def fixture_cases(fixtures: Path) -> Iterator[Case]:
    for path in sorted(fixtures.glob("*.co.json")):
        name = path.name.removesuffix(".co.json")
        for function in (CONNECTIONS, COMPARE, EXTERNAL):
            if not {(name, None), (name, function)} & SKIPPED.keys():
                yield asked(name, function, path.name)
        parts = [f"{name}.sizeout.json", f"{name}.sizein.json"]
        if all((fixtures / part).is_file() for part in parts):
            yield Case(name, TRANSFERS, {"device_id": DEVICE["did"]}, out=parts[0], into=parts[1])


# --- generated: connections -----------------------------------------------------------------------------------


def bucket(n: int, connections: int, **more: Json) -> Json:
    return {"timestamp": START + n * HOUR, "connections": connections, **more}


def connection_cases() -> Iterator[Case]:
    def case(name: str, **parts: Json) -> Case:
        return asked(name, CONNECTIONS, {"device": DEVICE, "graphdata": [], **parts})

    yield case("nothing at all")
    yield case("no device details", graphdata=[bucket(0, 1)], device={})
    yield case(
        "empty series with destinations", graphdata=[], destinations=[{"ip": "10.20.0.10", "connections": 3}]
    )
    yield case("series without destinations", graphdata=[bucket(0, 7), bucket(1, 8)], destinations=[])
    yield case(
        "two thousand buckets",
        graphdata=[bucket(n, n * 7919 % 97, ports={"443": n % 5}) for n in range(2000)],
    )
    yield case(
        "zero totals",
        graphdata=[bucket(n, 0, protocols={"TCP": 0}, ports={"443": 0, "53": 0}) for n in range(5)],
    )
    yield case(
        "a total of zero with ports counted", graphdata=[bucket(0, 0, protocols={"TCP": 3}, ports={"443": 3})]
    )
    yield case(
        "ports exceed connections",
        graphdata=[bucket(0, 10, protocols={"TCP": 14}, ports={"443": 9, "80": 9})],
    )
    yield case("ties keep their order", graphdata=tied_buckets(), destinations=tied_destinations(14))
    yield case("twelve ports", graphdata=[bucket(0, 90, ports={str(9000 - n): n + 1 for n in range(12)})])
    yield case("mean with a fraction", graphdata=[bucket(0, 1), bucket(1, 1), bucket(2, 2)])
    yield case("large counts", graphdata=[bucket(n, 2**52 + n, protocols={"TCP": 2**52}) for n in range(3)])
    yield case("sizes around the units", destinations=[sized(n, size) for n, size in enumerate(UNIT_SIZES)])
    yield case(
        "names fall back", destinations=[{"ip": "10.20.0.10", "connections": 2}, {"connections": 1}, {}]
    )
    yield case(
        "scope absent",
        destinations=[destination(n, 3, is_external=[True, False, None][n % 3]) for n in range(9)],
    )
    yield case("a summary", graphdata=[bucket(0, 2)], summary=SUMMARY)
    yield case(
        "peak hour zero",
        graphdata=[bucket(0, 2)],
        summary={"peak_activity_hour": 0, "anomaly_indicators": [{}]},
    )
    for seed in range(30):
        yield asked(f"random {seed}", CONNECTIONS, random_connections(random.Random(f"connections {seed}")))


UNIT_SIZES = [0, 1, 1023, 1024, 1025, 2**20 - 1, 2**20, 2**30 - 1, 2**30, 5 * 10**12]
SUMMARY = {
    "total_connections": 2,
    "external_ratio": 0.4567,
    "peak_activity_hour": 9,
    "anomaly_indicators": [
        {"type": "unusual_port", "port": 8443, "confidence": 0.755, "description": "Uncommon port"},
        {"type": "odd hour"},
    ],
}


def tied_buckets() -> list[Json]:
    ports = ["8080", "443", "9200", "53", "22", "3389", "80", "5060", "1433", "25", "110", "21"]
    return [
        bucket(
            n,
            24,
            protocols={"UDP": 8, "TCP": 8, "ICMP": 8},
            ports={port: 2 for port in ports[n:] + ports[:n]},
        )
        for n in (0, 1, 2)
    ]


def tied_destinations(count: int) -> list[Json]:
    names = [
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
        "golf",
        "papa",
    ]
    return [
        destination(n, 5, hostname=f"{names[n * 5 % 12]}-{n}.example", is_external=n % 2 == 0)
        for n in range(count)
    ]


def destination(n: int, connections: int, **more: Json) -> Json:
    """`None` stands for an absent key."""
    known = {"ip": address(n), "connections": connections, "is_external": True, **more}
    return {key: value for key, value in known.items() if value is not None}


def address(n: int) -> str:
    return f"{('192.0.2', '198.51.100', '203.0.113')[n // 250]}.{n % 250 + 1}"


def sized(n: int, size: int) -> Json:
    return destination(n, 100 - n, bytes_sent=size // 3, bytes_received=size - size // 3)


def random_connections(rng: random.Random) -> Json:
    response = {
        "device": DEVICE,
        "graphdata": [random_bucket(rng, n) for n in range(rng.randint(1, 16))],
        "destinations": [random_destination(rng, n) for n in range(rng.randint(0, 14))],
    }
    if rng.random() < 0.5:
        response["summary"] = {"external_ratio": rng.random(), "peak_activity_hour": rng.randrange(24)}
    return response


def random_bucket(rng: random.Random, n: int) -> Json:
    count = rng.choice([0, rng.randint(1, 9), rng.randint(10, 2000)])
    tcp, web = rng.randint(0, count), rng.randint(0, count)
    ports = {rng.choice(["443", "80", "8443"]): web, rng.choice(["53", "22", "Other"]): count - web}
    kinds = {"TCP": tcp, rng.choice(["UDP", "ICMP"]): count - tcp}
    optional = {"protocols": kinds, "ports": ports}
    return bucket(n, count, **{key: value for key, value in optional.items() if rng.random() < 0.9})


def random_destination(rng: random.Random, n: int) -> Json:
    optional: dict[str, Json] = {
        "hostname": rng.choice(HOSTS).format(n % 4),
        "country": rng.choice(["United States", "Germany", "France", "China", "Russia"]),
        "bytes_sent": rng.randrange(10 ** rng.randint(1, 10)),
        "bytes_received": rng.randrange(10 ** rng.randint(1, 10)),
        "ports": rng.sample([443, 80, 53, 25, 22, 8080, 8443, 3389, 4444, 9001], rng.randint(0, 3)),
    }
    chosen = {key: value for key, value in optional.items() if rng.random() < 0.8}
    connections = rng.choice([0, 1, 5, 5, rng.randint(1, 900)])
    return destination(n, connections, is_external=rng.choice([True, True, False, None]), **chosen)


HOSTS = [
    "host-{0}",
    "host-{0}.example",
    "www.host-{0}.example",
    "a.b.host-{0}.example",
    "shop-{0}.example.co.uk",
    "google.com",
]


# --- generated: transfers -------------------------------------------------------------------------------------


def side(way: str, sizes: list[int], peers: dict[int, list[Json]] | None = None) -> Json:
    key = "top_destinations" if way == "out" else "top_sources"
    graph = []
    for n, size in enumerate(sizes):
        entry = {"timestamp": START + n * 4 * HOUR, f"bytes_{way}": size}
        if peers and n in peers:
            entry[key] = peers[n]
        graph.append(entry)
    return {"device": DEVICE, "graphdata": graph}


def peer(n: int, size: int) -> Json:
    return {"ip": f"10.20.0.{n}", "bytes": size, "packets": size // 1000 + 1}


def transfer_cases() -> Iterator[Case]:
    def case(name: str, out: list[int], into: list[int], *peers: dict[int, list[Json]]) -> Case:
        given = [*peers, None, None]
        answers = (side("out", out, given[0]), side("in", into, given[1]))
        return Case(name, TRANSFERS, {"device_id": DEVICE["did"]}, out=answers[0], into=answers[1])

    ascending = {n: [peer(k, (k + n) * 1_000) for k in range(1, 6)] for n in range(8)}
    some = {0: [peer(1, 500)], 3: [], 5: [peer(2, 900)], 7: [peer(3, 7), peer(4, 7)]}
    yield case("ratio exactly 2.0", [3_000, 1_000], [1_500, 500])
    yield case("ratio just above 2.0", [3_000, 1_001], [1_500, 500])
    yield case("ratio exactly 0.5", [1_000, 500], [2_000, 1_000])
    yield case("ratio just below 0.5", [1_000, 499], [2_000, 1_000])
    yield case("ratio exactly 1.0", [2_048], [2_048])
    yield case("nothing sent", [0, 0, 0], [10, 20, 30])
    yield case("nothing received", [10, 20, 30], [0, 0, 0])
    yield case("zero totals", [0, 0], [0, 0])
    yield case("empty outbound series", [], [10, 20])
    yield case("empty inbound series", [10, 20], [])
    yield case("empty series", [], [])
    yield case("one bucket", [1_048_576], [524_288], {0: [peer(1, 1_048_576)]}, {0: [peer(1, 524_288)]})
    yield case("series of different lengths", [4_096] * 3, [1_024] * 7)
    yield case("more than three peers, not by size", [50_000] * 8, [50_000] * 8, ascending, ascending)
    yield case("peers missing in some of the last five", [1_000] * 8, [1_000] * 8, some, some)
    yield case("fewer than five buckets", [5_000] * 3, [5_000] * 3, {2: [peer(9, 4_999)]}, {0: [peer(8, 1)]})
    yield case("sizes below a kilobyte", [1, 2], [3, 4], {1: [peer(1, 1)]}, {1: [peer(2, 3)]})
    yield case("terabytes", [5 * 10**12, 2**53 + 1], [10**12, 1])
    yield case(
        "two thousand buckets",
        [n * 7919 % 10_007 for n in range(2000)],
        [n * 31 % 9_973 for n in range(2000)],
    )
    yield from missing_byte_keys()
    for seed in range(30):
        yield random_transfers(seed)


def missing_byte_keys() -> Iterator[Case]:
    out, into = side("out", [100, 200, 300]), side("in", [400, 500])
    del out["graphdata"][1]["bytes_out"]
    yield Case("a bucket without its size", TRANSFERS, {"device_id": DEVICE["did"]}, out=out, into=into)


def random_transfers(seed: int) -> Case:
    rng = random.Random(f"transfers {seed}")
    answers = []
    for way in ("out", "in"):
        sizes = [rng.choice([0, rng.randrange(10 ** rng.randint(1, 11))]) for _ in range(rng.randint(1, 12))]
        named = [n for n in range(len(sizes)) if rng.random() < 0.6]
        peers = {
            n: [peer(rng.randint(1, 9), rng.randrange(sizes[n] + 1)) for _ in range(rng.randint(0, 5))]
            for n in named
        }
        answers.append(side(way, sizes, peers))
    return Case(f"random {seed}", TRANSFERS, {"device_id": DEVICE["did"]}, out=answers[0], into=answers[1])


# --- generated: similar devices -------------------------------------------------------------------------------


def measured(n: int, connections: int, destinations: int, external: int) -> Json:
    return bucket(n, connections, unique_destinations=destinations, external_connections=external)


def similar(n: int, graph: list[Json], **more: Json) -> Json:
    known = {
        "did": 12346 + n,
        "hostname": f"workstation-{n + 2:02}",
        "similarity_score": 0.92 - n / 32,
        **more,
    }
    return known | {"graphdata": graph}


def compare_cases() -> Iterator[Case]:
    def case(name: str, primary: list[Json], *others: list[Json]) -> Case:
        devices = [similar(n, graph) for n, graph in enumerate(others)]
        return asked(name, COMPARE, {"device": DEVICE, "graphdata": primary, "similar_devices": devices})

    plain = [measured(0, 100, 10, 40)]
    zero = [measured(0, 0, 0, 0)]
    yield asked("no list of similar devices", COMPARE, {"device": DEVICE, "graphdata": plain})
    yield case("no similar devices", plain)
    yield case("the same", plain, plain, plain)
    yield case("deviation exactly 0.5", [measured(0, 150, 15, 60)], plain)
    yield case("deviation exactly -0.5", [measured(0, 50, 5, 20)], plain)
    yield case("deviation just above 0.5", [measured(0, 151, 16, 61)], plain)
    yield case("all ratios exactly 2.0", [measured(0, 200, 20, 160)], plain)
    yield case("connections exactly half", [measured(0, 50, 10, 20)], plain)
    yield case("connections just below half", [measured(0, 99, 10, 40)], [measured(0, 200, 10, 80)])
    yield case("everything above 2.0", [measured(0, 201, 21, 200)], plain)
    yield case(
        "baseline of two differs from each", [measured(0, 300, 12, 90)], plain, [measured(0, 300, 30, 30)]
    )
    yield case("a similar device with zeros", plain, zero, [measured(0, 80, 9, 16)])
    yield case("a similar device without series", plain, [])
    yield case("all similar devices zero", plain, zero, zero)
    yield case("primary zero", zero, plain, plain)
    yield case("all zero", zero, zero)
    yield case("primary without series", [], plain)
    yield case(
        "mean of destinations with a fraction", fractional(12, 13, 13), fractional(7, 8), fractional(1, 0, 0)
    )
    yield case("means just below a whole number", fractional(*[3] * 99, 2), fractional(*[1] * 9, 0))
    yield case("external above connections", [measured(0, 10, 3, 25)], [measured(0, 10, 3, 5)])
    yield case(
        "two thousand buckets", [measured(n, n * 7919 % 97, n % 13, n % 7) for n in range(2000)], plain
    )
    yield case(
        "thirds",
        [measured(0, 3, 3, 1)],
        [measured(0, 7, 3, 1)],
        [measured(0, 9, 5, 4)],
        [measured(0, 11, 6, 2)],
    )
    yield asked("keys absent", COMPARE, {"graphdata": [only_time(0)], "similar_devices": SPARSE_DEVICES})
    for seed in range(30):
        yield random_comparison(seed)


def only_time(n: int) -> Json:
    return {"timestamp": START + n * HOUR}


SPARSE_DEVICES = [{"did": 8, "graphdata": [only_time(0), bucket(1, 3)]}, {"did": 9}]


def fractional(*destinations: int) -> list[Json]:
    return [measured(n, 10, count, 4) for n, count in enumerate(destinations)]


def random_comparison(seed: int) -> Case:
    rng = random.Random(f"compare {seed}")

    def graph(level: int) -> list[Json]:
        counts = [
            rng.choice([0, rng.randint(0, level), rng.randint(0, level)]) for _ in range(rng.randint(1, 8))
        ]
        return [
            measured(n, count, rng.randint(0, 1 + count // 4), rng.randint(0, count))
            for n, count in enumerate(counts)
        ]

    devices = [similar(n, graph(10 ** rng.randint(1, 4))) for n in range(rng.randint(1, 5))]
    response = {"device": DEVICE, "graphdata": graph(10 ** rng.randint(1, 4)), "similar_devices": devices}
    return asked(f"random {seed}", COMPARE, response)


# --- generated: external destinations -------------------------------------------------------------------------


def external_cases() -> Iterator[Case]:
    def case(name: str, destinations: list[Json]) -> Case:
        return asked(name, EXTERNAL, {"device": DEVICE, "graphdata": [], "destinations": destinations})

    yield asked("no list of destinations", EXTERNAL, {"device": DEVICE, "graphdata": []})
    yield case(
        "no external destination", [destination(0, 9, is_external=False), destination(1, 9, is_external=None)]
    )
    yield case("zero totals", [safe(n, 0) for n in range(3)])
    yield case("one destination", [safe(0, 5)])
    for factors in range(8):
        yield case(f"factors {factors:03b}", with_factors(factors, 4))
    for factors in (0, 3, 5, 7):
        yield case(f"factors {factors:03b} and many destinations", with_factors(factors, 101))
    for count in (100, 101, 200, 201):
        yield case(f"{count} destinations", [safe(n, 1 + n % 3) for n in range(count)])
    yield case("one destination exactly half", [safe(0, 50), safe(1, 30), safe(2, 20)])
    yield case("one destination just above half", [safe(0, 51), safe(1, 30), safe(2, 20)])
    yield case("half of an odd total", [safe(0, 50), safe(1, 51)])
    for count in (5, 6):
        yield case(f"{count} unusual ports", [safe(n, 3, ports=[8000 + n, 443]) for n in range(count)])
    yield case("the same unusual port everywhere", [safe(n, 3, ports=[8443]) for n in range(8)])
    yield case("a port twice in one list", [safe(0, 7, ports=[443, 443, 80]), safe(1, 6, ports=[8443, 8443])])
    yield case(
        "usual ports only", [safe(n, 2, ports=[80, 443, 53, 25, 110, 143, 993, 995]) for n in range(3)]
    )
    yield case("an unusual port without connections", [safe(0, 0, ports=[22]), safe(1, 2), safe(2, 2)])
    yield case("countries missing", [safe(0, 4), safe(1, 3, country=None), safe(2, 3, country=None)])
    yield case("countries missing without connections", [safe(0, 4), safe(1, 0, country=None), safe(2, 4)])
    for country in ("Unknown", "China", "Russia", "North Korea"):
        yield case(f"a connection to {country}", [safe(0, 9), safe(1, 9), safe(2, 1, country=country)])
    yield case("ties keep their order", tied_external())
    yield case("labels", [safe(n, 20 - n, hostname=host) for n, host in enumerate(LABELS)])
    yield case(
        "addresses and dots as names", [safe(n, 9 - n, hostname=host) for n, host in enumerate(ODD_HOSTS)]
    )
    yield case("no names, no ports", [safe(n, n + 1, hostname=None, ports=None) for n in range(4)])
    yield case("more than the printed lists hold", [wide_destination(n) for n in range(20)])
    for seed in range(30):
        rng = random.Random(f"external {seed}")
        yield case(f"random {seed}", [random_destination(rng, n) for n in range(rng.randint(1, 30))])
    yield filtered_by_domain()


LABELS = [
    "localhost",
    "example",
    "a.example",
    "b.a.example",
    "c.b.a.example",
    "shop.example.co.uk",
    "a.example",
    "google.com",
]
ODD_HOSTS = ["203.0.113.9", "198.51.100.9", "WWW.Example", "www.example", "trailing.example."]


def safe(n: int, connections: int, **more: Json) -> Json:
    known = {"hostname": f"host-{n % 7}.example", "country": "Germany", "ports": [443], **more}
    return destination(n, connections, **known)


def with_factors(factors: int, count: int) -> list[Json]:
    """Bit 0 a high-risk country, bit 1 an unusual port, bit 2 a destination above half."""
    destinations = [safe(n, 10) for n in range(count)]
    if factors & 1:
        destinations[1]["country"] = "Russia"
    if factors & 2:
        destinations[2]["ports"] = [443, 8443]
    if factors & 4:
        destinations[3]["connections"] = 10 * count
    return destinations


def tied_external() -> list[Json]:
    countries = ["Sweden", "Austria", "Norway", "Belgium"]
    ports = [8080, 443, 22, 80]
    names = ["zulu.example", "mike.example", "alpha.example", "tango.example"]
    return [
        safe(n, 5, country=countries[n % 4], ports=[ports[n % 4]], hostname=names[n % 4]) for n in range(8)
    ]


def wide_destination(n: int) -> Json:
    return safe(n, n + 1, country=f"Country {n % 12}", hostname=f"www.site-{n}.example", ports=[7000 + n])


def filtered_by_domain() -> Case:
    destinations = [safe(0, 12, hostname="www.google.com"), safe(1, 3, hostname="google.com")]
    response = {"device": DEVICE, "graphdata": [], "destinations": destinations}
    return Case(
        "asked for a domain",
        EXTERNAL,
        {"device_id": DEVICE["did"], "domain": "google.com"},
        response=response,
    )


# --- generated: the small functions ---------------------------------------------------------------------------


def small_cases() -> Iterator[Case]:
    yield Case("empty", METRICS, {"graph_data": []})
    yield Case("zero", METRICS, {"graph_data": [measured(0, 0, 0, 0)]})
    yield Case("integer part of the mean", METRICS, {"graph_data": fractional(5, 6, 6)})
    yield Case(
        "keys absent",
        METRICS,
        {"graph_data": [only_time(0), bucket(1, 4), only_time(2) | {"external_connections": 1}]},
    )
    metrics = {
        "total_connections": 150,
        "unique_destinations": 5,
        "external_ratio": 0.25,
        "peak_connections": 0,
    }
    others = {
        "mixed": (100, 10, 0.5, 0),
        "zero": (0, 0, 0, 0),
        "equal": (150, 5, 0.25, 0),
        "thirds": (9, 7, 0.3, 3),
    }
    for name, other in others.items():
        arguments = {"primary_metrics": metrics, "similar_metrics": dict(zip(metrics, other))}
        yield Case(name, DEVIATIONS, arguments)
    for size in byte_sizes():
        yield Case(str(size), BYTES, {"bytes_value": size})
    for port in [21, 22, 23, 25, 53, 80, 110, 143, 443, 993, 995, 3389, 5060, 8080, 0, 8443, 65535]:
        yield Case(str(port), SERVICE, {"port": port})


def byte_sizes() -> list[int]:
    sizes = {0, 1, 2, 512, 999, 1000, 5 * 10**12, 2**53 - 1, 2**53, 2**53 + 1, 2**63, 2**64 - 1, 10**18}
    for unit in (2**10, 2**20, 2**30):
        sizes |= {unit - 1, unit, unit + 1, unit * 10, unit * 1000}
        # An eighth ends in a half of the last printed digit; a two-hundredth only nearly does.
        sizes |= {unit + unit * eighths // 8 for eighths in (1, 3, 5, 7)}
        sizes |= {unit + unit * part // 200 + one for part in (1, 3, 99, 199) for one in (0, 1)}
    return sorted(sizes)


# --- recording ------------------------------------------------------------------------------------------------


def record(case: Case, functions: dict[str, Any], fixtures: Path) -> Json:
    def loaded(part: Json) -> Json:
        return json.loads((fixtures / part).read_text("utf-8")) if isinstance(part, str) else part

    functions["client"].answers = {
        "co": loaded(case.response),
        "sizeout": loaded(case.out),
        "sizein": loaded(case.into),
    }
    done = run(functions[case.function], case.arguments)
    entry = {"name": case.name, "function": case.function, "arguments": case.arguments}
    entry |= question(case)
    if done.failed is not None:
        entry["failed"] = done.failed
    entry["values"] = VALUES[case.function](done)
    return entry


def question(case: Case) -> Json:
    if case.function == TRANSFERS:
        return {"out": case.out, "in": case.into}
    if isinstance(case.response, str):
        return {"fixture": case.response}
    return {} if case.response is None else {"response": case.response}


def encode(entries: list[Json]) -> str:
    rows = (json.dumps(entry, ensure_ascii=False, separators=(",", ":")) for entry in entries)
    return "[\n" + ",\n".join(rows) + "\n]\n"


def main() -> int:
    parser = argparse.ArgumentParser(description="Record what the document's functions compute.")
    parser.add_argument("document", type=Path, metavar="DOCUMENT")
    parser.add_argument("fixtures", type=Path, metavar="FIXTURES")
    parser.add_argument("out", type=Path, metavar="OUT")
    arguments = parser.parse_args()
    # The functions print local time.
    os.environ["TZ"] = "UTC"
    time.tzset()
    functions = functions_of(arguments.document)
    recorded: dict[str, list[Json]] = {function: [] for function in VALUES}
    groups = [
        fixture_cases(arguments.fixtures),
        connection_cases(),
        transfer_cases(),
        compare_cases(),
        external_cases(),
    ]
    for case in [case for group in groups for case in group] + list(small_cases()):
        recorded[case.function].append(record(case, functions, arguments.fixtures))
    arguments.out.mkdir(parents=True, exist_ok=True)
    for function, entries in recorded.items():
        (arguments.out / f"{function}.json").write_text(encode(entries), "utf-8")
        failed = sum("failed" in entry for entry in entries)
        print(f"{function}: {len(entries)} cases, {failed} failed in the document", file=sys.stderr)
    for (name, function), reason in SKIPPED.items():
        print(f"skipped {name} ({function or 'all'}): {reason}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
