"""One package on show: its files unpacked for a while, what its content said, what it will find when it comes back."""

import tempfile
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from content_packager.inspecting import inspect
from content_packager.preview.launches import Launch, launches
from content_packager.reading.package import open_package


@dataclass(slots=True)
class Stage:
    """Shared by the threads of the server. Kept in memory: a preview leaves nothing behind."""

    package: Path
    files: Path
    launches: tuple[Launch, ...]
    calls: list[Mapping[str, Any]] = field(default_factory=list)
    """In the order of their arrival, each with `n`, `at` (seconds since the begin), `name`, `sent`, `answer`."""
    scorm: dict[int, Any] = field(default_factory=dict)
    """Last commit by number of the launch: what the next sitting begins with."""
    documents: dict[tuple[str, ...], tuple[bytes, str]] = field(default_factory=dict)
    statements: dict[str, Any] = field(default_factory=dict)
    registration: str = field(default_factory=lambda: str(uuid.uuid4()))
    _begun: float = field(default_factory=time.monotonic)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, name: str, sent: object, answer: object) -> None:
        with self._lock:
            at = round(time.monotonic() - self._begun, 3)
            self.calls.append({"n": len(self.calls), "at": at, "name": name, "sent": sent, "answer": answer})

    def forget(self) -> None:
        """As if nobody had been here: another registration, nothing saved."""
        with self._lock:
            self.scorm.clear()
            self.documents.clear()
            self.statements.clear()
            self.calls.clear()
            self.registration = str(uuid.uuid4())


@contextmanager
def staged(package: Path) -> Iterator[Stage]:
    """Unpack for as long as it is shown. Raises RefusedPackage for a broken or hostile archive, OSError."""
    inspection = inspect(package)
    with tempfile.TemporaryDirectory(prefix="preview-") as folder, open_package(package) as opened:
        files = Path(folder) / "files"
        opened.unpack(files)
        yield Stage(package, files, launches(inspection, opened.names()))
