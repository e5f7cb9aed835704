"""Starts the real bot with its time hastened: `python -m bench.year.launch`."""

from __future__ import annotations

import sys

from bench.year.haste import hasten
from sandbox.run_bot import main

if __name__ == "__main__":
    hasten()
    sys.exit(main())
