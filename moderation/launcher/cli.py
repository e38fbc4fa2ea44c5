"""The command line inside the `.venv`: who takes which command."""

import sys
from collections.abc import Sequence

from moderation.launcher import commands, demo, measuring, testing
from moderation.launcher.bootstrap import ROOT, Refusal
from moderation.launcher.layout import Layout

OURS = {"demo": demo.main, "test": testing.main, "bench": measuring.main}
USAGE = """The commands to begin with:

  demo [--port N]        everything on this machine, with sample accounts; Ctrl-C stops it
  test [SUITE] [ARGS]    the tests; suites: all, platforms, faults, load; ARGS are pytest's
  bench [NAME]           measurements
  doctor                 what is wrong, and what to do about it
"""


def main(argv: Sequence[str]) -> int:
    """Run one command. Returns its exit code; what cannot be done is said in one sentence, with exit code 1."""
    layout = Layout(ROOT)
    command = argv[1] if len(argv) > 1 else "help"
    try:
        if command in OURS:
            return OURS[command](layout, argv[2:])
        if command in {"help", "--help", "-h"} and len(argv) < 3:
            print(USAGE)
        return commands.main(layout, argv)
    except (Refusal, PermissionError) as refusal:
        print(refusal, file=sys.stderr)
        return 1
