"""The command line inside the `.venv`: who takes which command."""

import sys
from collections.abc import Sequence

from moderation.launcher import commands, demo, measuring, testing
from moderation.launcher.bootstrap import ROOT, Refusal
from moderation.launcher.layout import Layout

OURS = {"demo": demo.main, "test": testing.main, "bench": measuring.main}
USAGE = """Caseload's commands; `python3 manage.py COMMAND --help` tells the options of each.

To see it:
  demo [--port N]                               everything on this machine, with sample accounts; Ctrl-C stops it
  doctor                                        what is wrong here, and what to do about it

To run it:
  starters                                      the starter policies and queues
  queues check · recount                        whether what queues tell equals a count of every case
  person create USERNAME --role ROLE            somebody who can sign in; prints the password once
  client create NAME --kind KIND --scopes a,b   an API client; prints its key once
  platform create SLUG --connector NAME         a platform to enforce on
  platform export · import SLUG FILE            what is to be done by hand there, and what was
  reports start SLUG --policy CODE --client N   what users report on the platform is pulled in as flags
  webhook create CLIENT URL                     an API client is told what becomes of its flags
  import KIND FILE                              accounts, observations, activity, posts or flags from a file
  batch approve ID --as USERNAME                a batch is approved at the shell, in a person's name
  statistics rebuild                            every published number anew, from raw rows

To work on it:
  test [SUITE] [ARGS]                           the tests; suites: all, platforms, faults, load, schema, machine,
                                                screenshots (which writes docs/screens)
  bench [NAME] [--size N]                       measurements, against raw PostgreSQL
  messages [LANGUAGE …]                         locale/ as the code has it; a new language, too (docs/translating.md)
  load_sample, simulator                        what demo starts: the sample is loaded, a platform is simulated

All others, such as migrate, check and shell, are Django's: `python3 manage.py help --commands` lists them.
"""
HELP = {"help", "--help", "-h"}


def main(argv: Sequence[str]) -> int:
    """Run one command. Returns its exit code; what cannot be done is said in one sentence, with exit code 1."""
    layout = Layout(ROOT)
    command = argv[1] if len(argv) > 1 else "help"
    try:
        if command in OURS:
            return OURS[command](layout, argv[2:])
        if command in HELP and (len(argv) < 3 or argv[2] in OURS):
            print(USAGE, end="")
            return 0
        return commands.main(layout, argv)
    except (Refusal, PermissionError) as refusal:
        print(refusal, file=sys.stderr)
        return 1
