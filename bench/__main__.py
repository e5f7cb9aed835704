"""`python -m bench [NAME…]`: run the measurements, all of them without a name."""

from __future__ import annotations

import argparse
import asyncio
import sys

from bench import fanout

BENCHES = {"fanout": fanout.measure}


def main() -> int:
    """Run them and print a line each."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("names", nargs="*", choices=[*BENCHES, []], metavar="NAME")
    parser.add_argument("--channels", type=int, default=1000, help="of fanout (1000)")
    options = parser.parse_args()
    for name in options.names or BENCHES:
        sys.stdout.write(asyncio.run(BENCHES[name](options.channels)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
