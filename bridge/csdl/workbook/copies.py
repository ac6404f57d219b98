"""The folder's copy of a workbook brought up to what a person said was accepted: the city as it is by all we know.

It changes nothing in the city. Whole or not at all, and harmless when repeated; the file keeps its time of download,
for that is when the city was last looked at. Where a newer download says otherwise, it is right.
"""

import os
from collections.abc import Sequence

from bridge.csdl.workbook.fill import Put, aim, write
from bridge.csdl.workbook.folder import Place
from bridge.csdl.workbook.package import Unusable, open_package
from bridge.csdl.workbook.values import number_of
from bridge.domain.plans import Op
from bridge.domain.scores import BLANK
from bridge.ports.city import OutRow


def bring_up(place: Place, accepted: Sequence[OutRow]) -> None:
    """Write accepted rows into the copy, where its cells still hold what the rows were planned on."""
    puts = [put for row in accepted if (put := _put(place, row)) is not None]
    if not puts:
        return
    path = place.opened.path
    try:
        package = open_package(path)
    except Unusable:  # it has been taken away or changed since: then there is nothing to bring up
        return
    about = path.stat()
    draft = path.with_name(f".{path.name}.draft")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(write(package, [(aim(package, place), puts)]))
        file.flush()
        os.fsync(file.fileno())
    os.utime(draft, ns=(about.st_atime_ns, about.st_mtime_ns))
    draft.replace(path)


def _put(place: Place, row: OutRow) -> Put | None:
    if place.scores.flaws or place.scores.spot(row.pupil, row.column) is None:
        return None
    shown = place.scores.scores.get((row.pupil, row.column), BLANK)
    score = None if row.op is Op.CANCEL else row.score
    seen = 0 if row.op is Op.NEW else row.base_version
    return Put(row.pupil, row.column, score) if number_of(shown) == seen and shown != score else None
