"""How hard hypothesis tries where a test does not say: a little here, in earnest where CI is set.

`--hypothesis-profile=search` tries ten times as hard, with other examples each time.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# A machine that is busy must not turn a test red.
_patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)

settings.register_profile("quick", _patient, max_examples=60)
# The same examples each time: a red run tells of the change, not of luck.
settings.register_profile("ci", _patient, max_examples=2000, derandomize=True, database=None)
settings.register_profile("search", _patient, max_examples=20_000)
settings.load_profile("ci" if os.environ.get("CI") else "quick")
