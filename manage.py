#!/usr/bin/env python3
"""The one command line: `demo`, `test`, `bench` and every management command, each inside the project's `.venv`.

Written so that a Python as old as 2.7 can read it and say which one is needed.
"""

import sys

if not (3, 11) <= sys.version_info[:2] < (3, 14):
    sys.exit(
        "Caseload needs Python 3.11, 3.12 or 3.13; this is %d.%d. Start it as, for example: python3.11 manage.py %s"
        % (sys.version_info[0], sys.version_info[1], " ".join(sys.argv[1:]) or "demo")
    )

if __name__ == "__main__":
    import importlib.util
    import os

    # By its path and not as a module of `moderation`, whose import needs what bootstrap is there to install.
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "moderation", "launcher", "bootstrap.py")
    spec = importlib.util.spec_from_file_location("bootstrap", path)
    assert spec is not None
    assert spec.loader is not None
    bootstrap = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bootstrap)
    bootstrap.enter(sys.argv)

    from moderation.launcher.cli import main

    sys.exit(main(sys.argv))
