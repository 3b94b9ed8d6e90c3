#!/usr/bin/env python3
"""Writes what events for SIEMs have to be, below fixtures/events.

The classes of OCSF come from the Python package ocsf-json-schema, which has to be importable:

    python3 -m pip install --target target/event-schemas ocsf-json-schema==1.2.0
    PYTHONPATH=target/event-schemas python3 xtask/scripts/write_event_schemas.py [--check]

The fields of ECS come from the npm package @elastic/ecs, and are left alone without it:

    npm install --prefix target/event-schemas @elastic/ecs@9.4.0
    ... write_event_schemas.py [--check] --ecs target/event-schemas/node_modules/@elastic/ecs
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

PLACE = Path(__file__).resolve().parents[2] / "fixtures" / "events"
CLASSES = ["detection_finding", "network_activity", "inventory_info"]
FIELD_SETS = ["ecs", "event", "host", "source", "destination", "network", "observer", "rule"]
FIELD_SETS += ["threat", "related"]
BASE = ["@timestamp", "labels", "message", "tags"]


def ocsf(version):
    schema = OcsfJsonSchemaEmbedded(get_ocsf_schema(version=version))
    for name in CLASSES:
        document = schema.get_class_schema(name)
        text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        yield f"ocsf-{version}/{name}.json", text + "\n"


def ecs(package):
    read = "const e = require(process.argv[1]); console.log(JSON.stringify([e.EcsVersion, e.EcsFlat]))"
    output = subprocess.run(
        ["node", "-e", read, str(Path(package).resolve())], check=True, capture_output=True
    )
    version, fields = json.loads(output.stdout)
    rows = ["field\ttype\tarray\tpattern\tvalues"]
    for name, field in sorted(fields.items()):
        if name not in BASE and name.split(".")[0] not in FIELD_SETS:
            continue
        values = field.get("allowed_values") or []
        values = [
            value["name"] + "".join(":" + kind for kind in value.get("expected_event_types") or [])
            for value in values
        ]
        values = values or field.get("expected_values") or []
        rows.append(
            "\t".join(
                [
                    name,
                    field["type"],
                    "array" if "array" in field["normalize"] else "",
                    field.get("pattern") or "",
                    " ".join(values),
                ]
            )
        )
    yield f"ecs-{version}.tsv", "\n".join(rows) + "\n"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--ecs", metavar="PACKAGE")
    arguments = parser.parse_args()
    files = dict(ocsf("1.8.0"))
    if arguments.ecs:
        files.update(ecs(arguments.ecs))
    stale = []
    for name, text in files.items():
        path = PLACE / name
        if arguments.check:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                stale.append(name)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    if stale:
        sys.exit(f"fixtures/events differs from the packages: {stale}")


if __name__ == "__main__":
    main()
