"""200 files, 300 MB → a SCORM 1.2 package, against a bare zipfile loop that stores media, with the same compressor.

`python -m benchmarks.package_media` prints the figures, with simple-scorm-packager and `zip -r` in the same run.
"""

import json

from benchmarks.package_corpora import make_media
from benchmarks.package_race import figures, race

BUDGET = 1.3


def run() -> dict[str, object]:
    found = figures(race(make_media, rounds=3))
    return {
        "name": "package_media",
        "ratio": round(found["ours_s"] / found["bare_s"], 3),
        "figures": {"budget": BUDGET, **found},
    }


if __name__ == "__main__":
    print(json.dumps(run()))
