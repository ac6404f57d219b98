"""5,000 small files → a SCORM 1.2 package, against a bare zipfile loop that stores media, with the same compressor.

`python -m benchmarks.package_many` prints the figures, with simple-scorm-packager and `zip -r` in the same run.
"""

import json

from benchmarks.package_corpora import make_many
from benchmarks.package_race import figures, race

BUDGET = 1.3


def run() -> dict[str, object]:
    found = figures(race(make_many, rounds=5))
    return {
        "name": "package_many",
        "ratio": round(found["ours_s"] / found["bare_s"], 3),
        "figures": {"budget": BUDGET, **found},
    }


if __name__ == "__main__":
    print(json.dumps(run()))
