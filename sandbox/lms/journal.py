"""Changes to a running site: each is one JSON object, done at once and, when asked for, kept in a file.

The file is the list of changes, one per line; a restart reads the site file and does them again, with their time.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sandbox.lms.changes import apply_change
from sandbox.lms.site import Site


class Journal:
    def __init__(self, site: Site, file: Path | None):
        self.site, self._file = site, file
        kept = file.read_text(encoding="utf-8").splitlines() if file and file.exists() else []
        for line in kept:
            apply_change(site, json.loads(line))
        self.replayed = len(kept)
        """How many changes an earlier run had left."""

    def change(self, change: dict[str, Any]) -> dict[str, Any]:
        """Does the change and gives what it made (an id, say). ValueError or LookupError when it cannot be done."""
        stamped = {"at": self.site.now, **change}
        with self.site.lock:
            outcome = apply_change(self.site, stamped)
            if self._file:
                with self._file.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(stamped, ensure_ascii=False) + "\n")
        return outcome
