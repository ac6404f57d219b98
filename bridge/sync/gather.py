"""Reading several things at once, in order, with a bounded number ahead, so that memory and remotes are spared."""

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


def gather(read: Callable[[Key], Value], keys: Iterable[Key], *, workers: int) -> Generator[Value, None, None]:
    """`read(key)` for each key, in the order of the keys. At most 2 × `workers` results wait at a time.

    The first error is raised where its result would have come; what had not begun is not begun any more.
    """
    pending: deque[Future[Value]] = deque()
    with ThreadPoolExecutor(max_workers=workers) as pool:
        try:
            for key in keys:
                pending.append(pool.submit(read, key))
                if len(pending) > 2 * workers:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            for future in pending:
                future.cancel()
