"""Python itself, set for a process in which threads speak SQL while others compute."""

from __future__ import annotations

import gc
import sys

# A thread that has carried out a statement needs Python's lock back, and waits this long for one
# that computes to let go of it: at the default of 5 ms, a read of three statements takes 30.
_SWITCH_SECONDS = 0.0005


def tune() -> None:
    """Do so; the modules must have been imported."""
    sys.setswitchinterval(_SWITCH_SECONDS)
    # The modules stay to the end. A full collection would look through all of them again and
    # again, some 20 ms each time, while commands wait.
    gc.freeze()
