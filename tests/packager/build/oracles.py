"""npm packages that judge ours, installed once by their lock file below `var/`, outside git."""

import hashlib
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

_HERE = Path(__file__).parent / "npm"
_ROOT = Path(__file__).parents[3]


def npm_folder() -> Path:
    """`node_modules` with exactly what the lock file says; installed at the first call."""
    lock = (_HERE / "package-lock.json").read_bytes()
    place = _ROOT / "var" / "npm" / hashlib.sha256(lock).hexdigest()[:16]
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=place.parent))
        for name in ("package.json", "package-lock.json"):
            shutil.copy(_HERE / name, draft)
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        subprocess.run(command, cwd=draft, check=True, timeout=240)
        with suppress(OSError):  # another test process was there first
            draft.rename(place)
    return place / "node_modules"


if __name__ == "__main__":
    npm_folder()  # before the tests, which touch nothing but loopback
