#!/usr/bin/env python3
"""Has a public client of appliances ask `dt demo`, and says what each of its calls got.

    python3 xtask/scripts/ask_by_sdk.py [DT] [FOLDER]

DT is the program (target/debug/dt unless it is named). darktrace-sdk 0.10.1 comes from PyPI, into a virtual
environment in FOLDER (target/sdk). Exit status 1 if a call got an error or an answer that says nothing.
"""

import os
import pathlib
import signal
import subprocess
import sys
import venv

VERSION = "0.10.1"
ROOT = pathlib.Path(__file__).resolve().parents[2]


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "target/debug/dt")
    folder = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "target/sdk"
    python = folder / "bin/python"
    if os.environ.get("DT_DEMO") is None:
        if not python.exists():
            venv.create(folder, with_pip=True)
        wanted = f"darktrace-sdk=={VERSION}"
        subprocess.run([python, "-m", "pip", "install", "--quiet", wanted], check=True)
        os.environ["DT_DEMO"] = program
        os.execv(python, [str(python), *sys.argv])
    failed = 0
    for dialect in ["appliance", "documented"]:
        command = [os.environ["DT_DEMO"], "demo", "--dialect", dialect]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as demo:
            access = dict(demo.stdout.readline().rstrip("\n").split("=", 1) for _ in range(3))
            failed += ask(dialect, access)
            demo.send_signal(signal.SIGTERM)
            if demo.wait(timeout=10) != 0:
                print(f"dt demo ended with {demo.returncode}")
                failed += 1
    sys.exit(1 if failed else 0)


def calls(client):
    """Each call that the demo appliance has an answer for, by its name."""
    device = client.deviceinfo.get
    search = client.devicesearch
    return {
        "deviceinfo co": lambda: device(did=12345),
        "deviceinfo sizeout": lambda: device(did=12345, datatype="sizeout", intervalhours=4),
        "deviceinfo sizein": lambda: device(did=12345, datatype="sizein", intervalhours=1),
        "deviceinfo odid": lambda: device(did=12345, odid=20001, datatype="co"),
        "deviceinfo port": lambda: device(did=12345, port=443, fulldevicedetails=True),
        "deviceinfo externaldomain": lambda: device(did=12345, externaldomain="google.com"),
        "deviceinfo similardevices": lambda: device(
            did=12345, similardevices=5, fulldevicedetails=True, intervalhours=6
        ),
        "devices": lambda: client.devices.get(count=5, includetags=True, seensince="7days"),
        "devices did": lambda: client.devices.get(did=12345, responsedata="hostname"),
        "devicesearch": lambda: search.get(count=10, orderBy="hostname", order="asc"),
        "devicesearch tag": lambda: search.get_tag("Finance"),
        "devicesearch type": lambda: search.get_type("Laptop"),
        "devicesearch label": lambda: search.get_label("Finance laptop 1"),
        "devicesearch vendor": lambda: search.get_vendor("Dell Inc."),
        "devicesearch hostname": lambda: search.get_hostname("workstation*"),
        "devicesearch ip": lambda: search.get_ip("10.20.4.17"),
        "similardevices": lambda: client.similardevices.get(12345, count=3, fulldevicedetails=True),
        "endpointdetails": lambda: client.endpointdetails.get(
            hostname="google.com", additionalinfo=True, devices=True, score=True
        ),
        "modelbreaches": lambda: client.breaches.get(
            did=12345, includeacknowledged=True, from_time="2000-01-01 00:00:00", to_time="2100-01-01 00:00:00"
        ),
        "aianalyst groups": lambda: client.analyst.get_groups(did=12345),
        "intelfeed": lambda: client.intelfeed.get(),
        "intelfeed sources": lambda: client.intelfeed.get_sources(),
        "intelfeed details": lambda: client.intelfeed.get_with_details(),
        "status": lambda: client.status.get(includechildren=False, fast=True, responsedata="version,time"),
    }


def ask(dialect, access):
    from darktrace import DarktraceClient

    failed = 0
    client = DarktraceClient(
        host=access["DT_URL"],
        public_token=access["DT_PUBLIC_TOKEN"],
        private_token=access["DT_PRIVATE_TOKEN"],
        timeout=30,
    )
    with client:
        asked = calls(client)
        for name, call in asked.items():
            try:
                answer = call()
                # A search that finds nobody says so in an object that is not empty.
                told = bool(answer) and (not isinstance(answer, dict) or answer.get("totalCount") != 0)
                verdict = f"{type(answer).__name__} of {len(answer)}" if told else f"nothing: {answer}"
            except Exception as error:  # Whatever a client makes of an answer that it cannot take.
                told, verdict = False, f"{type(error).__name__}: {error}"
            failed += not told
            print(f"{dialect:<11} {name:<26} {verdict}")
        print(f"{dialect:<11} {len(asked) - failed} of {len(asked)} calls answered")
    return failed


if __name__ == "__main__":
    main()
