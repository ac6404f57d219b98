"""20 files, 2 MB → a SCORM 1.2 package: start-up counts most. Its budget is against simple-scorm-packager: a quarter.

`python -m benchmarks.package_few` prints the figures.
"""

import json

from benchmarks.package_corpora import make_few
from benchmarks.package_race import figures, race

BUDGET = 0.25


def run() -> dict[str, object]:
    found = figures(race(make_few, rounds=9))
    return {
        "name": "package_few",
        "ratio": round(found["ours_s"] / found["ssp_s"], 3),
        "figures": {"budget": BUDGET, **found},
    }


if __name__ == "__main__":
    print(json.dumps(run()))
