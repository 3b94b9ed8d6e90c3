#!/usr/bin/env python3
"""Writes `fixtures/signing/<case>/`, the vectors that `dt-auth` is tested against.

It shares no code with the crate: hmac, hashlib and urllib of Python's standard library compute
the signatures, and the rules for what may be signed are written down a second time below.

    python3 xtask/scripts/write_signing_vectors.py            writes the vectors
    python3 xtask/scripts/write_signing_vectors.py --check    exits with 1 if they differ
"""

import argparse
import hashlib
import hmac
import json
import re
import shutil
import sys
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import quote

VECTORS = Path(__file__).resolve().parents[2] / "fixtures" / "signing"

DATE_FORMATS = {"spaced": "%Y-%m-%d %H:%M:%S", "compact": "%Y%m%dT%H%M%S"}

DEVICE_INFO = [
    ["did", "1"],
    ["datatype", "co"],
    ["fulldevicedetails", "false"],
    ["showallgraphdata", "true"],
    ["intervalhours", "1"],
]


def case(path="/devicesearch", pairs=(), **other):
    """One request. What is left out is the same in most cases."""
    return {
        "path": path,
        "pairs": [list(pair) for pair in pairs],
        "public": "pub",
        "private": "priv",
        "date": "2026-11-24T02:00:00Z",
        "encoding": "decoded",
        "date_format": "spaced",
    } | other


def query(value, encoding="decoded"):
    return case(pairs=[("query", value)], encoding=encoding)


CASES = {
    # The known answer: bd7c3eab7cbf00d75218d4efac711cdaec2ea8b4.
    "known-answer": case("/deviceinfo", DEVICE_INFO),
    "as-sent-known-answer": case("/deviceinfo", DEVICE_INFO, encoding="as-sent"),
    "compact-date": case("/deviceinfo", DEVICE_INFO, date_format="compact"),
    # Seconds are cut, never rounded up, and the offset of the instant does not matter.
    "fractional-second": case("/status", date="2026-11-24T02:59:59.999999999+01:00"),
    "no-parameters": case("/status"),
    "empty-value": case("/devices", [("did", "")]),
    # Equal keys keep their order; others are sorted by code point, in which U+FF5E comes before
    # U+1F5A5 although its UTF-16 form comes after.
    "repeated-keys": case("/devices", [("tag", "b"), ("did", "7"), ("tag", "a"), ("tag", "b")]),
    "key-order": case("/x", [("\U0001f5a5", "6"), ("\uff5e", "5"), ("é", "4"), ("a", "3"),
                             ("aa", "3"), ("Z", "2"), ("_", "2"), ("", "0"), ("1", "1")]),
    # A key longer than the block of SHA-1 is hashed first.
    "long-tokens": case("/status", public="p" * 100, private="k" * 100),
    "spaces": query("front desk  printer"),
    "as-sent-spaces": query("front desk  printer", "as-sent"),
    "quotes": query('hostname:"ws*" label:"x"'),
    "as-sent-quotes": query('hostname:"ws*" label:"x"', "as-sent"),
    "apostrophe": query("label:o'brien"),
    "unreserved": query("AZaz09-._~"),
    "reserved-but-unambiguous": query("!$()*,/:;?@[]\\^`{|}<>"),
    "traversal-in-a-value": query("/../../etc"),
    "unicode": query("büro 東京 \U0001f5a5"),
    "as-sent-unicode": query("büro 東京 \U0001f5a5", "as-sent"),
    # In a path these have no other meaning, as in the Base64 of /advancedsearch.
    "path-escapes": case("/advancedsearch/api/search/eyJ+fSI/Pg==", [("x", "1")]),
    "path-unicode": case("/pcaps/büro 1.pcap"),
    # What is ambiguous decoded can be signed as sent.
    "as-sent-ampersand": query("label:R&D", "as-sent"),
    "as-sent-equals": query("label:a=b", "as-sent"),
    "as-sent-percent": query("label:%41 100%", "as-sent"),
    "as-sent-plus": query("label:c++", "as-sent"),
    "as-sent-hash": query("label:#1", "as-sent"),
    "as-sent-line-break": query("a\r\nb\tc\0", "as-sent"),
    "refused-ampersand": query("label:R&D"),
    "refused-equals": query("label:a=b"),
    "refused-equals-in-a-key": case(pairs=[("a=b", "1")]),
    "refused-percent": query("label:%41 100%"),
    "refused-plus": query("label:c++"),
    "refused-hash": query("label:#1"),
    "refused-line-break": query("a\npub\n2026-11-24 02:00:00"),
    # No encoding makes these arrive as they are.
    "refused-path-dot-segments": case("/pcaps/../deviceinfo", encoding="as-sent"),
    "refused-path-escaped": case("/%2e%2e/deviceinfo", encoding="as-sent"),
    "refused-path-relative": case("deviceinfo", encoding="as-sent"),
    "refused-path-authority": case("//elsewhere.example/deviceinfo", encoding="as-sent"),
    "refused-path-backslash": case("/pcaps/..\\deviceinfo", encoding="as-sent"),
    "refused-path-with-query": case("/deviceinfo?did=1", encoding="as-sent"),
}


def refusal(request):
    """What must not be signed, or None: "path", or the key and the character at fault."""
    path = request["path"]
    if (
        not path.startswith("/")
        or path.startswith("//")
        or {".", ".."} & set(path.split("/"))
        or any(c in "?#%\\\x7f" or c < " " for c in path)
    ):
        return "path"
    if request["encoding"] == "decoded":
        for key, value in sorted(request["pairs"], key=lambda pair: pair[0]):
            for character in key + value:
                if character in "&=%+#\x7f" or character < " ":
                    return json.dumps([key, character], ensure_ascii=False)
    return None


def join(path, pairs):
    return path + "".join(
        f"{'&' if index else '?'}{key}={value}" for index, (key, value) in enumerate(pairs)
    )


def files(request):
    """The folder of one case: file names and their exact bytes."""
    result = {"request.json": json.dumps(request, indent=2, ensure_ascii=False) + "\n"}
    refused = refusal(request)
    if refused is not None:
        return result | {"refused.txt": refused}

    pairs = sorted(request["pairs"], key=lambda pair: pair[0])
    wire = join(
        quote(request["path"], safe="/"),
        [(quote(key, safe=""), quote(value, safe="")) for key, value in pairs],
    )
    decoded = join(request["path"], pairs)
    whole_second = re.sub(r"\.\d+", "", request["date"]).replace("Z", "+00:00")
    instant = datetime.fromisoformat(whole_second)
    date = instant.astimezone(timezone.utc).strftime(DATE_FORMATS[request["date_format"]])
    to_sign = {"decoded": decoded, "as-sent": wire}[request["encoding"]]
    to_sign = f"{to_sign}\n{request['public']}\n{date}"
    signature = hmac.new(request["private"].encode(), to_sign.encode(), hashlib.sha1).hexdigest()
    return result | {
        "string-to-sign.txt": to_sign,
        "signature.txt": signature,
        "wire.txt": wire,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    check = parser.parse_args().check

    expected = {
        VECTORS / name / file: text.encode()
        for name, request in CASES.items()
        for file, text in files(request).items()
    }
    present = {path for path in VECTORS.glob("*/*") if path.is_file()}

    if check:
        wrong = sorted(
            str(path.relative_to(VECTORS))
            for path in present | expected.keys()
            if path not in present or expected.get(path) != path.read_bytes()
        )
        for path in wrong:
            print(f"differs: fixtures/signing/{path}", file=sys.stderr)
        return 1 if wrong else 0

    for folder in {path.parent for path in present}:
        shutil.rmtree(folder)
    for path, content in expected.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    print(f"wrote {len(CASES)} vectors to fixtures/signing")
    return 0


if __name__ == "__main__":
    sys.exit(main())
