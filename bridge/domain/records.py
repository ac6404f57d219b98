"""Record ids: made out of what a record stands for, the same in every installation."""

import uuid

from bridge.domain.school import Unit
from bridge.domain.scores import Column

RECORDS = uuid.UUID("6f0c6a52-0d3b-5a0e-9d0a-3f6f4f1c7b21")
"""The namespace of record ids (RFC 9562 §5.5). Fixed for ever: the same cell has the same id in every installation."""


def record_id(unit: Unit, pupil: str, column: Column) -> str:
    """The id of one mark. `pupil` is the city's code; the class is context, for a pupil may move."""
    codes = (unit.school, str(unit.year), unit.term.value, pupil, unit.subject, column.value)
    return str(uuid.uuid5(RECORDS, "|".join(codes)))
