"""`python -m tests.benchmarks NAME [--size N] [--json]`: what `manage.py bench` runs, in a database made for it."""

import argparse
import json
import sys

import django

django.setup()

from tests.benchmarks import claim, intake, pages, soak, takedown  # noqa: E402  # the apps have to be loaded first

BENCHMARKS = {
    "claim": (claim.measure, 1_000_000),
    "intake": (intake.measure, 20_000),
    "pages": (pages.measure, 1_000_000),
    "soak": (soak.measure, 10),
    "takedown": (takedown.measure, 2_000),
}
ONLY_BY_NAME = {"pages", "soak"}  # they take long


def main() -> int:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(prog="manage.py bench")
    parser.add_argument(
        "name", nargs="?", choices=sorted(BENCHMARKS), help="which; all but pages and soak when left out"
    )
    parser.add_argument(
        "--size", type=int, help="how many flags, accounts, cases or (soak) minutes; each has its default"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")
    given = parser.parse_args()
    for name in [given.name] if given.name else sorted(BENCHMARKS.keys() - ONLY_BY_NAME):
        measure, usual = BENCHMARKS[name]
        size = given.size or usual
        rows = [row.as_json() for row in measure(size)]
        if not given.json:
            _print(name, size, rows)
        else:
            print(json.dumps({"bench": name, "size": size, "rows": rows}))
    return 0


def _print(name: str, size: int, rows: list[dict[str, object]]) -> None:
    print(f"{name}, size {size:,}")
    print(f"  {'measure':32} {'unit':10} {'ours':>14} {'raw':>14} {'ours / raw':>11}")
    for row in rows:
        figures = [("–" if row[key] is None else f"{row[key]:,}") for key in ("ours", "raw", "ratio")]
        print(f"  {row['measure']:32} {row['unit']:10} {figures[0]:>14} {figures[1]:>14} {figures[2]:>11}")


if __name__ == "__main__":
    sys.exit(main())
