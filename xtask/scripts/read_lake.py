"""Reads every table of a lake by DuckDB and by PyArrow: are the columns those of the checked-in text, and the rows as
many as the manifests say?

    PYTHONPATH=target/lake-readers python3 xtask/scripts/read_lake.py LAKE crates/dt-lake/schemas.txt

Packages: duckdb and pyarrow, from PyPI. Exits with 0 if both read the same as was written, and with 1 if not.
"""

import json
import sys
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq


def checked_in(path):
    """The tables of the text, each with its columns as lines."""
    tables = {}
    for block in path.read_text().strip().split("\n\n"):
        name, *columns = block.split("\n")
        tables[name] = [column.strip() for column in columns]
    return tables


def type_name(kind):
    """An Arrow type in the words of the text."""
    if pa.types.is_timestamp(kind):
        return f"timestamp[{kind.unit}, {kind.tz}]"
    if pa.types.is_list(kind):
        return f"list<{type_name(kind.value_type)}{'?' * optional(kind.value_field)}>"
    if pa.types.is_struct(kind):
        fields = (kind.field(place) for place in range(kind.num_fields))
        return f"struct<{', '.join(field_text(field) for field in fields)}>"
    return {"string": "utf8", "double": "float64"}.get(str(kind), str(kind))


def optional(field):
    return int(field.nullable)


def field_text(field):
    return f"{field.name} {type_name(field.type)}{'?' * optional(field)}"


def main(lake, schemas):
    faults = []
    manifests = [json.loads(path.read_text()) for path in sorted(lake.glob("manifests/*.json"))]
    written = {}
    for file in (file for manifest in manifests for file in manifest["files"]):
        table = file["path"].split("/")[0]
        written.setdefault(table, {})[lake / file["path"]] = file["rows"]
    for table, columns in checked_in(schemas).items():
        if table == "known":
            # It is replaced whole by each run, and no run's own.
            files = {path: None for path in lake.glob("known/*.parquet")}
        else:
            files = written.get(table, {})
        for path, rows in files.items():
            footer = pq.ParquetFile(path)
            found = [field_text(field) for field in footer.schema_arrow]
            if found != columns:
                faults.append(f"{path}: columns are {found}, not {columns}")
            read = footer.read().num_rows
            counted = duckdb.sql(f"select count(*) from read_parquet('{path}')").fetchall()[0][0]
            # Counting alone reads no column.
            duckdb.sql(f"select * from read_parquet('{path}')").fetchall()
            if len({read, counted, read if rows is None else rows}) > 1:
                faults.append(f"{path}: {rows} rows written, {read} and {counted} read")
        everything = [str(path) for path in files]
        if not everything:
            # Such as errors, if nothing failed.
            continue
        rows = duckdb.sql(f"select count(*) from read_parquet({everything})").fetchall()[0][0]
        print(f"{table:<9} {len(everything):>3} files {rows:>7} rows, by duckdb and pyarrow")
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
