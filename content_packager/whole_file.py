"""A file that is there whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO


@contextmanager
def written_whole(out: Path) -> Iterator[IO[bytes]]:
    """A draft beside `out` that takes its place at the end, with the rights of any new file; gone on any exception."""
    with NamedTemporaryFile(dir=out.parent, prefix=f".{out.name}.", delete=False) as draft:
        try:
            yield draft
            draft.close()
            Path(draft.name).chmod(0o666 & ~_umask())
            Path(draft.name).replace(out)
        except BaseException:
            with suppress(FileNotFoundError):
                Path(draft.name).unlink()
            raise


def _umask() -> int:
    """A temporary file is private; a finished one gets the rights that any new file would have."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
